package picture

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Index says where on which sheet the picture of each moment is. It is stored as JSON
// beside the sheets.
type Index struct {
	DurationSeconds float64 `json:"durationSeconds"`
	EverySeconds    float64 `json:"everySeconds"` // one tile for each
	Count           int     `json:"count"`        // of tiles
	TileWidth       int     `json:"tileWidth"`
	TileHeight      int     `json:"tileHeight"`
	Columns         int     `json:"columns"`
	Rows            int     `json:"rows"`
}

// Sprites are the sheets of a film, JPEGs in order.
type Sprites struct {
	Paths []string
	Index Index
}

// IndexKey returns the object key of a film's sprite index.
func IndexKey(videoID string) string { return fmt.Sprintf("videos/%s/thumbnails.json", videoID) }

// SpriteKey returns the object key of sheet n (from 0).
func SpriteKey(videoID string, n int) string {
	return fmt.Sprintf("videos/%s/%s", videoID, sheetName(n))
}

func sheetName(n int) string { return fmt.Sprintf("sprite-%03d.jpg", n) }

const (
	tileSide   = 160
	sheetTiles = 10 // columns and rows
)

// Sprites makes every sheet of a film. Each tile shows the middle of its time; of a long
// film, the keyframe before it.
func (m *Maker) Sprites(ctx context.Context, in In) (Sprites, error) {
	const op = "picture.sprites"
	p := in.Plan
	index := NewIndex(p.DurationSeconds, p.Picture.Width, p.Picture.Height)
	graph := fmt.Sprintf("[0:%d]%s,fps=1/%g:start_time=0:round=near,tpad=stop=-1:stop_mode=clone,trim=end_frame=%d,%s,%s,tile=%dx%d[sheets]",
		p.Picture.Stream, onFilmTime(p), index.EverySeconds, index.Count,
		encode.Upright(p.Picture, index.TileWidth, index.TileHeight), fullRange, index.Columns, index.Rows)
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
	out := Sprites{Index: index}
	for n := range index.Sheets() {
		path := filepath.Join(in.Scratch, sheetName(n))
		if _, err := os.Stat(path); err != nil {
			return Sprites{}, fault.Wrap(op, err)
		}
		out.Paths = append(out.Paths, path)
	}
	return out, nil
}

// NewIndex decides the sheets of a film: a tile every 10 s, or every 2 s of a short one.
func NewIndex(durationSeconds float64, width, height int) Index {
	every := 10.0
	if durationSeconds < shortFilm {
		every = 2
	}
	long := max(width, height, 1)
	count := max(1, int(math.Ceil(durationSeconds/every)))
	return Index{
		DurationSeconds: durationSeconds,
		EverySeconds:    every,
		Count:           count,
		TileWidth:       even(width * tileSide / long),
		TileHeight:      even(height * tileSide / long),
		Columns:         sheetTiles,
		Rows:            min(sheetTiles, (count+sheetTiles-1)/sheetTiles),
	}
}

// Sheets returns how many sheets there are.
func (i Index) Sheets() int {
	tiles := i.Columns * i.Rows
	return (i.Count + tiles - 1) / tiles
}

// VTT writes the index as WebVTT thumbnails. Sheets are named below prefix, such as
// "/media/{token}/{videoId}/"; "" makes them relative.
func (i Index) VTT(prefix string) []byte {
	var b bytes.Buffer
	b.WriteString("WEBVTT\n")
	for n := range i.Count {
		start := float64(n) * i.EverySeconds
		end := min(start+i.EverySeconds, i.DurationSeconds)
		tile := n % (i.Columns * i.Rows)
		fmt.Fprintf(&b, "\n%s --> %s\n%s%s#xywh=%d,%d,%d,%d\n", clock(start), clock(end),
			prefix, sheetName(n/(i.Columns*i.Rows)),
			tile%i.Columns*i.TileWidth, tile/i.Columns*i.TileHeight, i.TileWidth, i.TileHeight)
	}
	return b.Bytes()
}

// clock writes a time as WebVTT does.
func clock(s float64) string {
	d := time.Duration(math.Round(s*1000)) * time.Millisecond
	return fmt.Sprintf("%02d:%02d:%02d.%03d", int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60, d.Milliseconds()%1000)
}
