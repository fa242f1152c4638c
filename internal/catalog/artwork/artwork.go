// Package artwork owns the pictures of films and of who plays in them: what is taken for one,
// the sizes and formats they are kept in, and where. It imports catalog and platform, and
// knows neither how pictures are fetched nor how films are stored.
package artwork

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/bbrks/go-blurhash"
	"golang.org/x/image/webp"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// Kind is what a picture shows.
type Kind string

const (
	Poster   Kind = "poster"
	Backdrop Kind = "backdrop"
	Person   Kind = "person" // who plays in the film
)

// widths are those a picture of a kind is kept in, unless it is smaller itself.
var widths = map[Kind][]int{Poster: {160, 320, 640}, Backdrop: {480, 960, 1920}, Person: {120, 240}}

const (
	// MaxBytes and maxPixels are what a picture may have. What it says of its size is read
	// before anything is made room for.
	MaxBytes  = 20 << 20
	maxPixels = 64_000_000
	minSide   = 16
	maxShape  = 8 // how many times longer one side may be than the other

	blurSide = 32 // what a BlurHash is computed from
)

// limits bound the work on one picture: the largest takes some seconds.
var limits = ffmpeg.Limits{Wall: 5 * time.Minute, CPU: 5 * time.Minute, Memory: 4 << 30, FileSize: 64 << 20}

// Fetcher gets what is at an address, to a limit.
type Fetcher interface {
	Get(ctx context.Context, address string, most int64) ([]byte, error)
}

// Options are what a Studio is made of. All are required.
type Options struct {
	Tools   *ffmpeg.Tools
	Blobs   blob.Store
	Scratch string // a folder to work in
	Fetch   Fetcher
	// Edit changes a film as it is kept, unless change says that there is nothing to change. It
	// calls change again where somebody else was faster. Only Run needs it.
	Edit func(ctx context.Context, filmID string, change func(*catalog.Film) bool) error
	Log  *slog.Logger
}

// Studio makes pictures. It is safe for use by many goroutines.
type Studio struct{ Options }

// New returns a studio.
func New(o Options) *Studio { return &Studio{o} }

// Folder is where all pictures of a film are; it goes when the film does.
func Folder(filmID string) string { return "films/" + filmID + "/" }

var plainID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// Make keeps a picture, from the bytes of a JPEG, PNG or WebP file. The same bytes again cost
// no more than a look. Posters and backdrops are kept in the widths they fill; pictures of people
// always in both names, of which the larger may be no larger: who has only their key can ask
// for either.
func (s *Studio) Make(ctx context.Context, filmID string, kind Kind, file []byte) (catalog.Picture, error) {
	return s.make(ctx, filmID, kind, file, false)
}

// Draw is Make for somebody who waits for it: it goes before films that are being made.
func (s *Studio) Draw(ctx context.Context, filmID, kind string, file []byte) (catalog.Picture, error) {
	return s.make(ctx, filmID, Kind(kind), file, true)
}

func (s *Studio) make(ctx context.Context, filmID string, kind Kind, file []byte, urgent bool) (catalog.Picture, error) {
	const op = "artwork.make"
	if !plainID.MatchString(filmID) || widths[kind] == nil {
		return catalog.Picture{}, fault.New(fault.Invalid, op, "bad_picture", "There is no such kind of picture.")
	}
	format, size, err := examine(file)
	if err != nil {
		return catalog.Picture{}, fault.Wrap(op, err)
	}
	lies := orientation(format, file)
	size = sizeUpright(size, lies)
	digest := sha256.Sum256(file)
	key := Folder(filmID) + string(kind) + "/" + hex.EncodeToString(digest[:20])
	if made, err := s.made(ctx, key); err != nil || made.Key != "" {
		return made, fault.Wrap(op, err)
	}

	scratch, err := os.MkdirTemp(s.Scratch, "artwork-")
	if err != nil {
		return catalog.Picture{}, fault.Wrap(op, err)
	}
	defer os.RemoveAll(scratch)
	all := sizes(kind, size)
	if err := s.draw(ctx, scratch, format, file, lies, size, all, urgent); err != nil {
		return catalog.Picture{}, fault.Wrap(op, err)
	}
	p := catalog.Picture{Key: key}
	if p.BlurHash, err = blurHash(filepath.Join(scratch, blurName)); err != nil {
		return catalog.Picture{}, fault.Wrap(op, err)
	}
	for _, d := range all {
		p.Widths = append(p.Widths, d.name)
		for _, as := range formats {
			if err := s.put(ctx, fmt.Sprintf("%s-%d%s", key, d.name, as), filepath.Join(scratch, d.file(as))); err != nil {
				return catalog.Picture{}, fault.Wrap(op, err)
			}
		}
	}
	// Written last: where it is, all of them are.
	text, err := json.Marshal(p)
	if err != nil {
		return catalog.Picture{}, fault.Wrap(op, err)
	}
	if _, err := s.Blobs.Put(ctx, key+".json", bytes.NewReader(text), int64(len(text))); err != nil {
		return catalog.Picture{}, fault.Wrap(op, err)
	}
	return p, nil
}

// formats are what every width is kept as.
var formats = []string{".avif", ".webp"}

// made returns a picture that was made before; the zero one when it was not.
func (s *Studio) made(ctx context.Context, key string) (p catalog.Picture, err error) {
	o, err := s.Blobs.Open(ctx, key+".json")
	if fault.Is(err, fault.NotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	defer o.Close()
	err = json.NewDecoder(io.LimitReader(o, 4<<10)).Decode(&p)
	return p, err
}

func (s *Studio) put(ctx context.Context, key, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	_, err = s.Blobs.Put(ctx, key, f, info.Size())
	return err
}

// examine tells what a file is by its first bytes, and how large its picture says it is.
func examine(file []byte) (format string, size image.Point, err error) {
	const op = "artwork.examine"
	unfit := func(kind fault.Kind, sentence string) error { return fault.New(kind, op, "bad_picture", sentence) }
	if len(file) > MaxBytes {
		return "", size, fault.New(fault.TooLarge, op, "picture_too_large", "A picture has at most 20 MB.")
	}
	var config func(io.Reader) (image.Config, error)
	switch head := string(file[:min(len(file), 12)]); {
	case strings.HasPrefix(head, "\xff\xd8\xff"):
		format, config = "jpeg", jpeg.DecodeConfig
	case strings.HasPrefix(head, "\x89PNG\r\n\x1a\n"):
		format, config = "png", png.DecodeConfig
	case len(head) == 12 && head[:4] == "RIFF" && head[8:] == "WEBP":
		format, config = "webp", webp.DecodeConfig
	default:
		return "", size, unfit(fault.Unsupported, "A picture is a JPEG, PNG or WebP file.")
	}
	c, err := config(bytes.NewReader(file))
	if err != nil {
		return "", size, &fault.Error{Kind: fault.Invalid, Op: op, Code: "bad_picture", Public: "This picture is damaged; save it once more and send that.", Cause: err}
	}
	long, short := max(c.Width, c.Height), min(c.Width, c.Height)
	switch {
	case short < minSide || long > short*maxShape:
		return "", size, unfit(fault.Invalid, fmt.Sprintf("A picture of %d × %d cannot be shown: it has at least %d on each side, one at most %d times the other.", c.Width, c.Height, minSide, maxShape))
	case int64(c.Width)*int64(c.Height) > maxPixels:
		return "", size, fault.New(fault.TooLarge, op, "picture_too_large", fmt.Sprintf("A picture has at most 64 megapixels; this has %d × %d.", c.Width, c.Height))
	}
	return format, image.Pt(c.Width, c.Height), nil
}

// drawn is one size a picture is kept in.
type drawn struct {
	name          int // the width its objects are called by
	width, height int
}

func (d drawn) file(as string) string { return fmt.Sprintf("%d%s", d.name, as) }

// sizes are those of a kind, none larger than the picture: one that lies between two is kept as
// it is besides.
func sizes(kind Kind, of image.Point) (all []drawn) {
	for _, w := range widths[kind] {
		width := min(w, of.X&^1)
		name := width
		if kind == Person {
			name = w
		}
		all = append(all, drawn{name, width, even(of.Y * width / of.X)})
		if width < w && kind != Person {
			break
		}
	}
	return all
}

func even(n int) int { return max(2, (n+1)&^1) }

const blurName = "blur.png"

// draw makes every size in both formats, and what the BlurHash is computed from, in one run.
// What is transparent is on black. What lies on its side is set up, and nothing is kept of what
// else a file tells: where it was taken, by whom, with what.
func (s *Studio) draw(ctx context.Context, scratch, format string, file []byte, lies int, size image.Point, all []drawn, urgent bool) error {
	source := filepath.Join(scratch, "source")
	if err := os.WriteFile(source, file, 0o600); err != nil {
		return err
	}
	graph := "[0:v]" + upright[lies] + "format=gbrap,premultiply=inplace=1,format=gbrp,split=" + fmt.Sprint(2*len(all)+1)
	for i := range all {
		graph += fmt.Sprintf("[a%d][w%d]", i, i)
	}
	graph += "[b]"
	var args []string
	for i, d := range all {
		graph += fmt.Sprintf(";[a%d]scale=%d:%d:flags=lanczos+accurate_rnd:out_color_matrix=bt709:out_range=pc,format=yuv420p[avif%d]", i, d.width, d.height, i)
		graph += fmt.Sprintf(";[w%d]scale=%d:%d:flags=lanczos+accurate_rnd,format=bgra[webp%d]", i, d.width, d.height, i)
		args = append(args, "-map", fmt.Sprintf("[avif%d]", i), "-frames:v", "1", "-c:v", "libaom-av1", "-usage", "allintra", "-cpu-used", "6",
			"-still-picture", "1", "-crf", "28", "-b:v", "0", "-threads", "2",
			"-color_range", "pc", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1",
			"-map_metadata", "-1", "-f", "avif", d.file(".avif"))
		args = append(args, "-map", fmt.Sprintf("[webp%d]", i), "-frames:v", "1", "-c:v", "libwebp", "-quality", "82", "-compression_level", "4",
			"-map_metadata", "-1", "-f", "webp", d.file(".webp"))
	}
	blur := image.Pt(blurSide, max(2, blurSide*size.Y/size.X))
	if size.Y > size.X {
		blur = image.Pt(max(2, blurSide*size.X/size.Y), blurSide)
	}
	graph += fmt.Sprintf(";[b]scale=%d:%d:flags=area,format=rgb24[blur]", blur.X, blur.Y)
	args = append(args, "-map", "[blur]", "-frames:v", "1", "-c:v", "png", "-f", "image2", "-update", "1", blurName)
	err := s.Tools.Run(ctx, ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: source, Demuxer: format + "_pipe", Picture: true, Args: []string{"-max_pixels", fmt.Sprint(maxPixels), "-noautorotate"}}},
		Args:   append([]string{"-filter_complex", graph}, args...), Dir: scratch, Limits: limits, Urgent: urgent,
	})
	if fault.CodeOf(err) == "ffmpeg_failed" { // it may say it is larger than its header does, or be animated
		return &fault.Error{Kind: fault.Invalid, Op: "artwork.draw", Code: "bad_picture", Public: "This picture is damaged, or moves; save it once more as a JPEG or PNG and send that.", Cause: err}
	}
	if err != nil {
		return err
	}
	expected := []string{blurName}
	for _, d := range all {
		for _, as := range formats {
			expected = append(expected, d.file(as))
		}
	}
	for _, name := range expected {
		if info, err := os.Stat(filepath.Join(scratch, name)); err != nil || info.Size() == 0 {
			return &fault.Error{Kind: fault.Invalid, Op: "artwork.draw", Code: "bad_picture", Public: "This picture is damaged; save it once more and send that.",
				Cause: errors.Join(err, fmt.Errorf("ffmpeg made no %s of it", name))}
		}
	}
	return nil
}

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
