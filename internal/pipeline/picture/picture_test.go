package picture_test

import (
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/test/testfilm"
	"github.com/kkmovies/kkmovies/test/testplan"
)

// ramp is 14 s whose grey is the time: 16 levels a second, so a picture tells its moment.
var ramp = testfilm.Film{Name: "ramp.mp4", Args: []string{"-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=14",
	"-vf", "geq=lum='16+T*14':cb=128:cr=128", "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "300"}}

// oneKeyframe is five minutes of such a grey, more slowly, that begin with their only keyframe.
var oneKeyframe = testfilm.Film{Name: "one-keyframe.mp4", Args: []string{"-f", "lavfi", "-i", "color=black:s=64x36:r=5:d=310",
	"-vf", "geq=lum='16+T*14/20':cb=128:cr=128", "-c:v", "libx264", "-preset", "ultrafast", "-g", "9999", "-keyint_min", "9999", "-sc_threshold", "0"}}

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
	sprites, err := picture.New(testfilm.Tools(t)).Sprites(t.Context(), picture.In{Plan: testplan.Of(t, path).Plan, Source: path, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	index := sprites.Layout
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

// The middle of its only tile is after the end of such a film.
func TestAFilmOfHalfASecondHasATile(t *testing.T) {
	path := testfilm.Upright.Path(t)
	sprites, err := picture.New(testfilm.Tools(t)).Sprites(t.Context(), picture.In{Plan: testplan.Of(t, path).Plan, Source: path, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if len(sprites.Paths) != 1 || sprites.Layout.Count != 1 {
		t.Fatalf("%d sheets, index %+v", len(sprites.Paths), sprites.Layout)
	}
	if r, g, b, _ := open(t, sprites.Paths[0]).At(80, 45).RGBA(); r+g+b == 0 {
		t.Error("its tile is empty")
	}
}

func TestThePosterIsFromATenthOnAndHasABlurHash(t *testing.T) {
	path := ramp.Path(t)
	maker, in := picture.New(testfilm.Tools(t)), picture.In{Plan: testplan.Of(t, path).Plan, Source: path, Scratch: t.TempDir()}
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

func TestALongFilmOfOneKeyframeHasAPosterToo(t *testing.T) {
	path := oneKeyframe.Path(t)
	poster, err := picture.New(testfilm.Tools(t)).Poster(t.Context(), picture.In{Plan: testplan.Of(t, path).Plan, Source: path, Scratch: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if at := 20 * moment(open(t, poster.Path).At(32, 18)); at < 30 || at > 60 {
		t.Errorf("poster shows %.0f s", at)
	}
}

func TestPicturesAreUprightWithSquarePixels(t *testing.T) {
	for film, want := range map[*testfilm.Film]image.Point{
		&testfilm.Rotated:    {180, 320},
		&testfilm.Anamorphic: {426, 180},
	} {
		t.Run(film.Name, func(t *testing.T) {
			path := film.Path(t)
			poster, err := picture.New(testfilm.Tools(t)).Poster(t.Context(), picture.In{Plan: testplan.Of(t, path).Plan, Source: path, Scratch: t.TempDir()})
			if err != nil {
				t.Fatal(err)
			}
			if got := open(t, poster.Path).Bounds().Max; got != want {
				t.Errorf("poster is %v, want %v", got, want)
			}
		})
	}
}
