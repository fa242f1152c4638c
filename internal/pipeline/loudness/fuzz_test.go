package loudness

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// Whatever ffmpeg says, what is taken for a measure can be stored and reckoned with.
func FuzzAnswers(f *testing.F) {
	const heard = "frame:99 pts:475200 pts_time:9.9\nlavfi.r128.M=-20.1\nlavfi.r128.I=-23.047\nlavfi.r128.true_peaks_ch0=0.251\nlavfi.r128.true_peaks_ch1=0.5\n"
	f.Add(heard)
	f.Add(strings.ReplaceAll(heard, "0.251", "nan"))
	f.Add(strings.ReplaceAll(heard, "-23.047", "-nan"))
	f.Add(strings.ReplaceAll(heard, "-23.047", "-inf") + "lavfi.r128.true_peaks_ch0=inf\n")
	f.Add("")
	f.Fuzz(func(t *testing.T, said string) {
		l, err := parse(strings.NewReader(said))
		if err != nil {
			return
		}
		if _, err := json.Marshal(l); err != nil || !(l.LUFS >= plan.Inaudible && l.TruePeak >= plan.Inaudible-1e-9) {
			t.Errorf("%+v: %v", l, err)
		}
		if gain := l.Gain(); math.IsNaN(gain) || math.IsInf(gain, 0) {
			t.Errorf("%+v: a gain of %v", l, gain)
		}
	})
}
