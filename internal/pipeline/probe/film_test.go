package probe

import (
	"math"
	"testing"

	"github.com/kkmovies/kkmovies/test/testfilm"
)

// A film that a television is told to show at 29.97 has its own rate, unless a part of it is
// video: then it keeps the rate at which no frame is lost.
func TestAFilmMarkedForTelevisionHasItsOwnRate(t *testing.T) {
	for _, c := range []struct {
		film     testfilm.Film
		num, den int
		lasts    float64
	}{
		{testfilm.SoftTelecine, 24000, 1001, 120 * 1001.0 / 24000},
		{testfilm.PartlyFilm, 30000, 1001, 48*1001.0/24000 + 72*1001.0/30000},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			path := c.film.Path(t)
			first, err := run(t, path)
			if err != nil {
				t.Fatal(err)
			}
			_, r, err := New(testfilm.Tools(t)).Remux(t.Context(), path, t.TempDir(), first, Matroska)
			if err != nil {
				t.Fatal(err)
			}
			const field = 1001.0 / 60000
			if v := r.Video; v.FrameRateNum != c.num || v.FrameRateDen != c.den || math.Abs(r.DurationSeconds-c.lasts) > field {
				t.Errorf("%d/%d frames a second for %.3f s, want %d/%d for %.3f s", v.FrameRateNum, v.FrameRateDen, r.DurationSeconds, c.num, c.den, c.lasts)
			}
		})
	}
}

// A frame has a place on the grid of a film where that is its alone. Here times are in
// fields: two and a half of them are a frame.
func TestEveryFrameOfAFilmHasAPlaceOfItsOwn(t *testing.T) {
	fields := stream{TimeBase: "1001/60000"}
	for _, c := range []struct {
		what   string
		shown  []int64
		places int64 // 0: none of its own
	}{
		{"three fields and two", []int64{0, 3, 5, 8, 10, 13}, 6},
		{"two fields and three", []int64{0, 2, 5, 7, 10, 12}, 6},
		{"what comes before it begins", []int64{-5, -2, 0, 3, 5}, 3},
		{"a gap", []int64{0, 3, 5, 15, 18}, 8},
		{"two fields each", []int64{0, 3, 5, 8, 10, 12, 14, 16, 18, 20}, 0},
		{"the same time twice", []int64{0, 3, 3, 5}, 0},
		{"a field late", []int64{0, 3, 5, 9, 12}, 6},
		{"nothing", nil, 0},
	} {
		places, ok := placesOnFilm(c.shown, fields, 0)
		if ok != (c.places > 0) || places != c.places {
			t.Errorf("%s: %d places, each frame in its own: %v", c.what, places, ok)
		}
	}
}
