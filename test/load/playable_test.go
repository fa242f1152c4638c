//go:build bench

package load

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

var runs = flag.Int("runs", 3, "how often each film is uploaded")

// kind is what has to be done to a film before it can be played.
type kind struct {
	name     string
	films    []testfilm.Long // of ten seconds, ten minutes, two hours
	copied   bool
	playable time.Duration // promised from the last byte on
}

var kinds = []kind{
	{"played as it is", []testfilm.Long{testfilm.TenSeconds, testfilm.TenMinutes, testfilm.TwoHours}, true, time.Second},
	{"encoded", []testfilm.Long{testfilm.TenSecondsTenBits, testfilm.TenMinutesTenBits, testfilm.TwoHoursTenBits}, false, 2500 * time.Millisecond},
}

// A film of any length can be played as soon after its last byte: from the answer to its
// last part until the playlists, the picture and the sound of its first moment are there.
func TestPlayableAtOnceAtAnyLength(t *testing.T) {
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			h := house.Start(t, house.Options{})
			c := h.Admin()
			medians := map[string]time.Duration{}
			for _, long := range kind.films {
				t.Run(long.Name, func(t *testing.T) {
					var took []time.Duration
					for range *runs {
						u := uploaded(t, c, long)
						began := time.Now()
						f, err := open(t.Context(), h, c, u)
						if err == nil {
							err = f.begin(t.Context())
						}
						took = append(took, time.Since(began))
						if err != nil {
							t.Fatal(err)
						}
						if copied := f.instant() >= 0; copied != kind.copied {
							t.Fatalf("played as it is: %v", copied)
						}
						f.remove(t)
					}
					median := quantile(took, 0.5)
					medians[long.Name] = median
					report(t, median <= kind.playable, fmt.Sprintf("last byte to playable, %s, %s, median of %d", long.Name, kind.name, *runs), seconds(median), "≤ "+seconds(kind.playable))
				})
			}
			short, long := medians[kind.films[0].Name], medians[kind.films[2].Name]
			if short == 0 || long == 0 {
				return // not chosen to be measured
			}
			ratio := long.Seconds() / short.Seconds()
			report(t, ratio <= 1.5, "two hours against ten seconds, "+kind.name, fmt.Sprintf("%.2f", ratio), "≤ 1.5")
		})
	}
}
