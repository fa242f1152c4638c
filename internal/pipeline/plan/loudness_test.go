package plan_test

import (
	"math"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

func TestAllSoundIsMadeEquallyLoudButNeverDistorted(t *testing.T) {
	for name, c := range map[string]struct {
		loudness plan.Loudness
		want     float64
	}{
		"a loud film is turned down":                {plan.Loudness{LUFS: -9, TruePeak: 0.5}, -7},
		"a quiet one is turned up":                  {plan.Loudness{LUFS: -23, TruePeak: -9}, 7},
		"as far as its peaks allow":                 {plan.Loudness{LUFS: -27, TruePeak: -4.5}, 3.5},
		"one that is too loud already, down":        {plan.Loudness{LUFS: -16, TruePeak: 2}, -3},
		"noise is not turned up to a roar":          {plan.Loudness{LUFS: -55, TruePeak: -40}, 12},
		"silence is left alone":                     {plan.Loudness{LUFS: plan.Inaudible, TruePeak: plan.Inaudible}, 0},
		"and so is what is as loud as it should be": {plan.Loudness{LUFS: -16, TruePeak: -1}, 0},
	} {
		if got := c.loudness.Gain(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %v dB, want %v", name, got, c.want)
		}
	}
}
