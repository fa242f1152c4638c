package insight

import (
	"math"
	"slices"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestAMeasureIsOfAKnownKindAndOfASizeThatCanBe(t *testing.T) {
	for _, m := range []Measure{
		{Name: "lcp", Value: 0}, {Name: "cls", Value: 0.3, Screen: "home"}, {Name: "bitrate", Value: 5e6, Screen: "watch"}, {Name: "failed", Value: 1},
	} {
		if got, err := m.Clean(); err != nil || got != m {
			t.Errorf("%+v: %+v, %v", m, got, err)
		}
	}
	for _, m := range []Measure{
		{Name: "", Value: 1}, {Name: "LCP", Value: 1}, {Name: "lcp", Value: -1}, {Name: "lcp", Value: 601},
		{Name: "stalled", Value: 1.01}, {Name: "dropped", Value: math.NaN()}, {Name: "inp", Value: math.Inf(1)},
	} {
		if _, err := m.Clean(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", m, err)
		}
	}
}

// Whatever browsers send, there are no more series than screens and measures.
func TestAScreenThatThereIsNotIsNone(t *testing.T) {
	if got, err := (Measure{Name: "lcp", Value: 1, Screen: "/title/019b76da"}).Clean(); err != nil || got.Screen != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestBoundsGoUpwards(t *testing.T) {
	for name, of := range Measures {
		if of.Help == "" || len(of.Buckets) < 2 || !slices.IsSorted(of.Buckets) {
			t.Errorf("%s: %+v", name, of)
		}
	}
}
