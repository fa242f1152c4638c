package delivery

import (
	"bytes"
	"fmt"
	"math"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
)

// previews writes the WebVTT track a player previews from: a cue a picture, naming its
// sheet by an absolute path and its place by a media fragment.
func previews(s plan.Sprites, root string, duration float64) []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for i := range s.Count {
		start := float64(i) * s.EverySeconds
		end := start + s.EverySeconds
		if i == s.Count-1 || end > duration {
			end = duration
		}
		if start >= end {
			break
		}
		cell := i % (s.Columns * s.Rows)
		fmt.Fprintf(&b, "\n%s --> %s\n%s%s#xywh=%d,%d,%d,%d\n", clock(start), clock(end),
			root, plan.SpriteName(i/(s.Columns*s.Rows)), cell%s.Columns*s.TileWidth, cell/s.Columns*s.TileHeight, s.TileWidth, s.TileHeight)
	}
	return b.Bytes()
}

// clock writes seconds as WebVTT does.
func clock(seconds float64) string {
	ms := int64(math.Round(seconds * 1000))
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}
