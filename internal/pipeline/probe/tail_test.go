package probe_test

import (
	"math"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

func TestTheEndOfALongFilmOfOneKeyframeIsFound(t *testing.T) {
	r, err := probe.New(testfilm.Tools(t)).Run(t.Context(), probe.In{Path: testfilm.Screen.Path(t), Bytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	const most = 5 // a minute of sound is some packets longer than a minute of picture, a hundred times
	if math.Abs(r.Video.EndSeconds-testfilm.ScreenSeconds) > most || math.Abs(r.Audio[0].EndSeconds-testfilm.ScreenSeconds) > most || len(r.Faults) > 0 {
		t.Errorf("picture to %v, sound to %v, of %v s, %v", r.Video.EndSeconds, r.Audio[0].EndSeconds, r.DurationSeconds, r.Faults)
	}
}
