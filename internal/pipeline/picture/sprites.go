package picture

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Sprites are the sheets of a film, JPEGs in order, and how they are laid out.
type Sprites struct {
	Paths  []string
	Layout plan.Sprites
}

const (
	tileSide   = 160
	sheetTiles = 10 // columns and rows
)

// Sprites makes every sheet of a film. Each tile shows the middle of its time, or the last
// frame where the film is over by then; of a long film, the keyframe before it.
func (m *Maker) Sprites(ctx context.Context, in In) (Sprites, error) {
	const op = "picture.sprites"
	p := in.Plan
	sheets := layout(p)
	graph := fmt.Sprintf("[0:%d]%s,tpad=stop_duration=%[3]g:stop_mode=clone,fps=1/%[3]g:start_time=0:round=near,tpad=stop=-1:stop_mode=clone,trim=end_frame=%[4]d,%s,%s,tile=%dx%d[sheets]",
		p.Picture.Stream, onFilmTime(p), sheets.EverySeconds, sheets.Count,
		encode.Upright(p.Picture, sheets.TileWidth, sheets.TileHeight), fullRange, sheets.Columns, sheets.Rows)
	args := []string{"-filter_complex", graph, "-map", "[sheets]", "-q:v", "4",
		"-c:v", "mjpeg", "-threads", "1", "-flags:v", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1",
		"-fps_mode", "passthrough", "-f", "image2", "-start_number", "0", "sprite-%03d.jpg"}
	skip := "noref" // a neighbour will do, at half the work
	if p.DurationSeconds >= shortFilm {
		skip = "nokey"
	}
	if err := m.run(ctx, in, 0, skip, args); err != nil {
		return Sprites{}, fault.Wrap(op, err)
	}
	out := Sprites{Layout: sheets}
	for n := range sheets.Sheets() {
		path := filepath.Join(in.Scratch, plan.SpriteName(n))
		if _, err := os.Stat(path); err != nil {
			return Sprites{}, fault.Wrap(op, err)
		}
		out.Paths = append(out.Paths, path)
	}
	return out, nil
}

// layout decides the sheets of a film: a tile every 10 s, or every 2 s of a short one.
func layout(p plan.Plan) plan.Sprites {
	every := 10.0
	if p.DurationSeconds < shortFilm {
		every = 2
	}
	width, height := p.Picture.Width, p.Picture.Height
	long := max(width, height, 1)
	count := max(1, int(math.Ceil(p.DurationSeconds/every)))
	return plan.Sprites{
		EverySeconds: every,
		Count:        count,
		TileWidth:    even(width * tileSide / long),
		TileHeight:   even(height * tileSide / long),
		Columns:      sheetTiles,
		Rows:         min(sheetTiles, (count+sheetTiles-1)/sheetTiles),
	}
}
