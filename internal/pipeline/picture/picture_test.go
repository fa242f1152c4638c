package picture_test

import (
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// ramp is 14 s whose grey is the time: 16 levels a second, so a picture tells its moment.
var ramp = testfilm.Film{Name: "ramp.mp4", Args: []string{"-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=14",
	"-vf", "geq=lum='16+T*14':cb=128:cr=128", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "300"}}

func planned(t *testing.T, path string) plan.Plan {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	report, err := probe.New(testfilm.Tools(t)).Run(t.Context(), probe.In{Path: path, Bytes: info.Size()})
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.New(report, plan.StandardLadder())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func open(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// moment reads the time off a grey of ramp, which JPEG widens to the full range.
func moment(c color.Color) float64 {
	r, _, _, _ := c.RGBA()
	return float64(r>>8) * 219 / 255 / 14
}

func TestEachTileShowsTheMiddleOfItsTime(t *testing.T) {
	path := ramp.Path(t)
	sprites, err := picture.New(testfilm.Tools(t)).Sprites(t.Context(), picture.In{Plan: planned(t, path), Source: path, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	index := sprites.Index
	if len(sprites.Paths) != 1 || index.Count != 7 || index.EverySeconds != 2 {
		t.Fatalf("%d sheets, index %+v", len(sprites.Paths), index)
	}
	sheet := open(t, sprites.Paths[0])
	if got, want := sheet.Bounds().Max, image.Pt(10*160, 1*90); got != want {
		t.Errorf("sheet is %v, want %v", got, want)
	}
	for n := range index.Count {
		at := moment(sheet.At(n*160+80, 45))
		if want := float64(2*n + 1); math.Abs(at-want) > 0.25 {
			t.Errorf("tile %d shows %.2f s, want about %.0f s", n, at, want)
		}
	}
}

func TestThePosterIsFromATenthOnAndHasABlurHash(t *testing.T) {
	path := ramp.Path(t)
	maker, in := picture.New(testfilm.Tools(t)), picture.In{Plan: planned(t, path), Source: path, Scratch: t.TempDir()}
	poster, err := maker.Poster(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	img := open(t, poster.Path)
	if poster.Width != 320 || poster.Height != 180 || img.Bounds().Max != image.Pt(320, 180) {
		t.Errorf("poster %dx%d is really %v", poster.Width, poster.Height, img.Bounds().Max)
	}
	if at := moment(img.At(160, 90)); at < 1.3 || at > 6 {
		t.Errorf("poster shows %.2f s", at)
	}
	if len(poster.BlurHash) != 1+1+4+2*(4*3-1) { // size, maximum, mean, then two characters for each other part
		t.Errorf("BlurHash %q", poster.BlurHash)
	}
}

func TestPicturesAreUprightWithSquarePixels(t *testing.T) {
	for film, want := range map[*testfilm.Film]image.Point{
		&testfilm.Rotated:    {180, 320},
		&testfilm.Anamorphic: {426, 180},
	} {
		t.Run(film.Name, func(t *testing.T) {
			path := film.Path(t)
			poster, err := picture.New(testfilm.Tools(t)).Poster(t.Context(), picture.In{Plan: planned(t, path), Source: path, Scratch: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if got := open(t, poster.Path).Bounds().Max; got != want {
				t.Errorf("poster is %v, want %v", got, want)
			}
		})
	}
}

func TestTheThumbnailTrackCoversTheFilmOnce(t *testing.T) {
	for seconds, every := range map[float64]float64{30.03: 2, 299.9: 2, 300: 10, 7205.5: 10} {
		t.Run(fmt.Sprint(seconds), func(t *testing.T) {
			index := picture.NewIndex(seconds, 1920, 1080)
			if index.EverySeconds != every {
				t.Fatalf("a tile every %v s, want %v", index.EverySeconds, every)
			}
			cues := strings.Split(strings.TrimSpace(string(index.VTT("/media/token/film/"))), "\n\n")
			if cues[0] != "WEBVTT" || len(cues)-1 != int(math.Ceil(seconds/every)) {
				t.Fatalf("%d cues begin with %q", len(cues)-1, cues[0])
			}
			var last float64
			for n, cue := range cues[1:] {
				var from, to clock
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

type clock struct {
	h, m int
	s    float64
}

func (c clock) seconds() float64 { return float64(3600*c.h+60*c.m) + c.s }
