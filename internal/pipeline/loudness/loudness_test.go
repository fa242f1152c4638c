package loudness_test

import (
	"math"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/loudness"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

func measure(t *testing.T, film testfilm.Film) (plan.Plan, map[string]plan.Loudness) {
	t.Helper()
	f := testplan.Of(t, film.Path(t))
	measured, err := loudness.New(testfilm.Tools(t)).Run(t.Context(), loudness.In{Plan: f.Plan, Source: f.Source, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	return f.Plan, measured
}

// EBU Tech 3341 says how loud a sine is; half a unit is what it allows a meter five times
// over, and what the codec of the film may take.
func TestSoundOfAKnownLoudnessIsMeasured(t *testing.T) {
	_, got := measure(t, testfilm.Even)
	for id, want := range map[string]plan.Loudness{
		"audio/0-und": {LUFS: -20, TruePeak: -20},
		"audio/1-und": {LUFS: -29, TruePeak: -29},
		"audio/2-und": {LUFS: plan.Inaudible, TruePeak: plan.Inaudible},
	} {
		l, ok := got[id]
		if !ok || math.Abs(l.LUFS-want.LUFS) > 0.5 || math.Abs(l.TruePeak-want.TruePeak) > 0.5 {
			t.Errorf("%s: %+v, want %+v", id, l, want)
		}
	}
}

// What is measured is each rendition, as it is heard: channels that become fewer are mixed
// first, and the whole track counts, to its last second.
func TestEachRenditionIsMeasuredAsItIsHeard(t *testing.T) {
	p, got := measure(t, testfilm.Loudest)
	if len(got) != len(p.Of(plan.Audio)) || len(got) != 2 {
		t.Fatalf("measured %v", got)
	}
	stereo, surround := got["audio/0-und"], got["audio/0-und-51"]
	// Full scale in both loudspeakers is 0 LUFS; the front three of 5.1 are 1.8 dB more, and
	// each of the two behind counts 1.5 dB more than one in front.
	want := 10*math.Log10(3+2*math.Pow(10, 0.15)) - 3.01
	if math.Abs(stereo.LUFS) > 0.5 || math.Abs(stereo.TruePeak) > 0.5 {
		t.Errorf("stereo: %+v", stereo)
	}
	if math.Abs(surround.LUFS-want) > 0.5 || math.Abs(surround.TruePeak) > 0.5 {
		t.Errorf("5.1: %+v, want %.1f LUFS", surround, want)
	}
}

// A copied track of one channel is heard from both loudspeakers.
func TestACopiedTrackOfOneChannelCountsTwice(t *testing.T) {
	f := testplan.AsItIs(t, testfilm.TwoLanguages.Path(t))
	got, err := loudness.New(testfilm.Tools(t)).Run(t.Context(), loudness.In{Plan: f.Plan, Source: f.Source, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range f.Plan.Of(plan.Audio) {
		if !r.Copy || r.Channels != 1 {
			continue
		}
		// A sine of an eighth of full scale, at a height that the measure weighs 0.7 dB less. Where
		// it begins the codec overshoots, to what a decoder says is -13.5 dB.
		if l := got[r.ID]; math.Abs(l.LUFS+18.8) > 0.5 || math.Abs(l.TruePeak+13.5) > 0.5 {
			t.Errorf("%s: %+v", r.ID, l)
		}
		return
	}
	t.Fatal("no track of one channel is copied")
}

func TestASilentFilmHasNothingToMeasure(t *testing.T) {
	if _, got := measure(t, testfilm.Silent); len(got) != 0 {
		t.Errorf("measured %v", got)
	}
}

func TestAFileThatIsGoneIsNoMeasure(t *testing.T) {
	f := testplan.Of(t, testfilm.Even.Path(t))
	_, err := loudness.New(testfilm.Tools(t)).Run(t.Context(), loudness.In{Plan: f.Plan, Source: f.Source + ".gone", Scratch: t.TempDir()})
	if err == nil {
		t.Error("something was measured")
	}
}
