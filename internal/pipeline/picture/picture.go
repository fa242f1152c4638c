// Package picture owns the still pictures of a film: its poster frame with a BlurHash, and
// the sprite sheets a player shows above its seek bar. It imports plan and encode, and
// nothing of how pictures are stored or served.
package picture

import (
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strconv"

	"github.com/bbrks/go-blurhash"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Maker makes pictures with ffmpeg.
type Maker struct{ tools *ffmpeg.Tools }

// New returns a maker.
func New(tools *ffmpeg.Tools) *Maker { return &Maker{tools: tools} }

// In is a planned film. Scratch is a folder of the caller's, who removes it.
type In struct {
	Plan    plan.Plan
	Source  string
	Whole   func(ctx context.Context) (path string, err error) // where Source has no more than its keyframes; else nil
	Scratch string
	Gate    *ffmpeg.Gate // stops and continues the work; may be nil
}

// Poster is one frame of the film, as a JPEG.
type Poster struct {
	Path     string
	Width    int
	Height   int
	BlurHash string
}

const (
	posterSide = 1280 // the longer side at most; never upscaled
	blurSide   = 32   // what a BlurHash is computed from
	shortFilm  = 300.0
)

// ByKeyframes tells whether pictures of a film are of its keyframes, unless there are too few.
func ByKeyframes(p plan.Plan) bool { return p.DurationSeconds >= shortFilm && !p.Picture.Deinterlace }

// Poster picks the most typical frame from a tenth of the film on. A long film is judged
// by its keyframes, which is fast; a short one has too few of them. Where that finds no frame,
// all of them are looked at, and then those of the beginning too.
func (m *Maker) Poster(ctx context.Context, in In) (Poster, error) {
	const op = "picture.poster"
	p := in.Plan
	from := p.DurationSeconds / 10
	if p.Grid.Frames < 10 {
		from = 0
	}
	tries := []try{{from, false}, {0, false}}
	if ByKeyframes(p) {
		tries = append([]try{{from, true}}, tries...)
	}
	blur := filepath.Join(in.Scratch, "blur.png")
	for _, t := range tries {
		if err := m.pick(ctx, in, t); err != nil {
			return Poster{}, fault.Wrap(op, err)
		}
		if _, err := os.Stat(blur); err == nil {
			break
		}
	}
	hash, err := blurHash(blur)
	if err != nil {
		return Poster{}, fault.Wrap(op, err)
	}
	width, height := fit(p.Picture, posterSide)
	return Poster{Path: filepath.Join(in.Scratch, "poster.jpg"), Width: width, Height: height, BlurHash: hash}, nil
}

// try is where a poster is looked for.
type try struct {
	from      float64
	keyframes bool // and nowhere else
}

// pick writes the poster and what its BlurHash is computed from, unless there is no frame.
func (m *Maker) pick(ctx context.Context, in In, t try) error {
	p := in.Plan
	choose, skip := "thumbnail=100", "default"
	if t.keyframes {
		choose, skip = "thumbnail=20", "nokey"
	}
	if p.Picture.Deinterlace {
		choose = "bwdif=mode=send_frame:deint=all," + choose
	}
	width, height := fit(p.Picture, posterSide)
	blurWidth, blurHeight := fit(p.Picture, blurSide)
	graph := fmt.Sprintf("[0:%d]%s,select='gte(t,%s)',%s,split[p][b];[p]%s,%s[poster];[b]%s,format=rgb24[blur]",
		p.Picture.Stream, onFilmTime(p), seconds(t.from), choose,
		encode.Upright(p.Picture, width, height), fullRange,
		encode.Upright(p.Picture, blurWidth, blurHeight))
	args := []string{"-filter_complex", graph}
	args = append(args, "-map", "[poster]", "-frames:v", "1", "-q:v", "3")
	args = append(args, still("mjpeg", "poster.jpg")...)
	args = append(args, "-map", "[blur]", "-frames:v", "1")
	args = append(args, still("png", "blur.png")...)
	return m.run(ctx, in, t.from, skip, args)
}

// run reads the film from a time on, without the frames of the kind to skip.
func (m *Maker) run(ctx context.Context, in In, from float64, skip string, args []string) error {
	p, path := in.Plan, in.Source
	input := []string{"-threads", "4", "-copyts", "-skip_frame", skip}
	if in.Whole != nil && skip == "nokey" { // what is not there is not read
		input = append(input, "-discard:v", "nokey")
	} else if in.Whole != nil {
		var err error
		if path, err = in.Whole(ctx); err != nil {
			return err
		}
	}
	if origin := float64(p.Picture.OriginTicks) / float64(p.Grid.Timescale); from > 0 {
		input = append(input, "-noaccurate_seek", "-seek_timestamp", "1", "-ss", seconds(origin+from))
	}
	return m.tools.Run(ctx, ffmpeg.Job{
		Inputs:    []ffmpeg.Input{{Path: path, Demuxer: p.Picture.Demuxer, Args: input}},
		Args:      args,
		Dir:       in.Scratch,
		Gate:      in.Gate,
		WholeFilm: true,
	})
}

// onFilmTime puts frames on the film's time: its first frame is at 0.
func onFilmTime(p plan.Plan) string {
	return fmt.Sprintf("settb=1/%d,setpts=PTS-(%d)", p.Grid.Timescale, p.Picture.OriginTicks)
}

// fullRange is how JPEG wants its pictures, and in which colours.
const fullRange = "scale=in_range=tv:out_range=pc:out_color_matrix=bt601:flags=bicubic+accurate_rnd+bitexact,format=yuvj420p"

func still(codec, name string) []string {
	return []string{"-c:v", codec, "-threads", "1", "-flags:v", "+bitexact", "-fflags", "+bitexact", "-map_metadata", "-1",
		"-fps_mode", "passthrough", "-f", "image2", "-update", "1", name}
}

// fit returns the size of a picture whose longer side is at most this, even and never
// upscaled.
func fit(p plan.Picture, side int) (width, height int) {
	long := max(p.Width, p.Height)
	if long > side {
		return even(p.Width * side / long), even(p.Height * side / long)
	}
	return even(p.Width), even(p.Height)
}

func even(n int) int { return max(2, n&^1) }

func blurHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		return "", err
	}
	if b := img.Bounds(); b.Dy() > b.Dx() {
		return blurhash.Encode(3, 4, img)
	}
	return blurhash.Encode(4, 3, img)
}

func seconds(s float64) string { return strconv.FormatFloat(s, 'f', 6, 64) }
