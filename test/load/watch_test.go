//go:build bench

package load

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

var watched = flag.Duration("watch", 5*time.Minute, "how long a long film is watched")

// seen is what a viewer saw: times in milliseconds, moments of the film in seconds.
type seen struct {
	First   float64
	Seeks   []struct{ To, Ms float64 }
	Watched struct {
		Wall, Played float64
		Frames       int
		Waits        []struct {
			At, Ms  float64
			Starved bool // of data; else what was to be shown was there, and nobody decoded it
		}
		Heights []struct {
			At     float64
			Height int
		}
	}
	Menu []string
}

// Somebody watches a film of two hours in our own player, in a real browser on the same two
// cores, while the film is being made.
func TestALongFilmIsWatchedWhileItIsMade(t *testing.T) {
	const seeks = 10
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			h := house.Start(t, house.Options{})
			f, _ := premiere(t, h.Admin(), h, kind.films[2])
			f.untilBackground(t)
			said := strings.TrimSpace(browser.Run(t, *watched+5*time.Minute, "long.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword,
				fmt.Sprint(seeks), fmt.Sprint(watched.Seconds())))
			var saw seen
			if err := json.Unmarshal([]byte(said[strings.LastIndex(said, "\n")+1:]), &saw); err != nil {
				t.Fatalf("%v in\n%s", err, said)
			}
			f.stillBeingMade(t)
			film := "two hours, " + kind.name + ", still being made"
			report(t, saw.First <= 1500, film+": first picture after pressing play", fmt.Sprintf("%.0f ms", saw.First), "≤ 1500 ms")

			var took []float64
			for _, s := range saw.Seeks {
				took = append(took, s.Ms)
			}
			slices.Sort(took)
			if len(took) != seeks {
				t.Fatalf("%d of %d seeks", len(took), seeks)
			}
			report(t, took[seeks-1] <= 2500, fmt.Sprintf("%s: %d random seeks, median and worst, to the first picture from there", film, seeks),
				fmt.Sprintf("%.0f, %.0f ms", took[seeks/2], took[seeks-1]), "≤ 2500 ms")

			longest, why := 0.0, ""
			for _, w := range saw.Watched.Waits {
				if w.Ms <= longest {
					continue
				}
				if longest, why = w.Ms, ", what was to be shown was there"; w.Starved {
					why = ", for want of data"
				}
			}
			w := saw.Watched
			report(t, longest <= 100, fmt.Sprintf("%s: longest stall in %v", film, *watched), fmt.Sprintf("%.0f ms%s", longest, why), "≤ 100 ms")
			report(t, w.Played >= w.Wall-0.5, film+": played in this time, frames shown", fmt.Sprintf("%.1f of %.1f s, %d", w.Played, w.Wall, w.Frames), "all but 0.5 s")
			var heights []string
			for _, s := range w.Heights {
				heights = append(heights, fmt.Sprintf("%d", s.Height))
			}
			report(t, len(heights) > 0, film+": lines shown; menu at the end", strings.Join(heights, " → ")+"; "+strings.Join(saw.Menu, ", "), "")
		})
	}
}
