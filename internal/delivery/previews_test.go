package delivery

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

func TestTheThumbnailTrackCoversTheFilmOnce(t *testing.T) {
	for seconds, every := range map[float64]float64{30.03: 2, 299.9: 2, 300: 10, 7205.5: 10} {
		t.Run(fmt.Sprint(seconds), func(t *testing.T) {
			sheets := plan.Sprites{
				EverySeconds: every, Count: int(math.Ceil(seconds / every)),
				TileWidth: 160, TileHeight: 90, Columns: 10, Rows: 10,
			}
			cues := strings.Split(strings.TrimSpace(string(previews(sheets, "/media/token/film/", seconds))), "\n\n")
			if cues[0] != "WEBVTT" || len(cues)-1 != int(math.Ceil(seconds/every)) {
				t.Fatalf("%d cues begin with %q", len(cues)-1, cues[0])
			}
			var last float64
			for n, cue := range cues[1:] {
				var from, to cueTime
				var sheet, x, y, w, h int
				if _, err := fmt.Sscanf(cue, "%d:%d:%f --> %d:%d:%f\n/media/token/film/sprite-%03d.jpg#xywh=%d,%d,%d,%d",
					&from.h, &from.m, &from.s, &to.h, &to.m, &to.s, &sheet, &x, &y, &w, &h); err != nil {
					t.Fatalf("cue %q: %v", cue, err)
				}
				if math.Abs(from.seconds()-last) > 1e-6 || to.seconds() <= from.seconds() {
					t.Fatalf("cue %d runs from %v to %v, after %v", n, from.seconds(), to.seconds(), last)
				}
				last = to.seconds()
				if sheet != n/100 || x != n%10*160 || y != n%100/10*90 || w != 160 || h != 90 {
					t.Fatalf("cue %d is at sheet %d, %d,%d %dx%d", n, sheet, x, y, w, h)
				}
			}
			if math.Abs(last-seconds) > 0.001 {
				t.Errorf("the track ends at %v", last)
			}
		})
	}
}

type cueTime struct {
	h, m int
	s    float64
}

func (c cueTime) seconds() float64 { return float64(3600*c.h+60*c.m) + c.s }
