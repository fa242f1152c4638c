package encode

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// rgb is a colour, its channels from 0 to 1: light, or what a screen is sent.
type rgb [3]float64

func (c rgb) each(f func(float64) float64) rgb { return rgb{f(c[0]), f(c[1]), f(c[2])} }

func (c rgb) times(f float64) rgb { return c.each(func(x float64) float64 { return x * f }) }

// bt2020 and bt709 are the shares of red and blue in brightness.
type weights struct{ red, blue float64 }

var bt2020, bt709 = weights{0.2627, 0.0593}, weights{0.2126, 0.0722}

func (w weights) brightness(c rgb) float64 {
	return w.red*c[0] + (1-w.red-w.blue)*c[1] + w.blue*c[2]
}

// encode is what a film of so many bits stores, in limited range.
func (w weights) encode(c rgb, bits int) (y, cb, cr float64) {
	step := float64(int(1) << (bits - 8))
	l := w.brightness(c)
	return (16 + 219*l) * step, (128 + 112*(c[2]-l)/(1-w.blue)) * step, (128 + 112*(c[0]-l)/(1-w.red)) * step
}

// decode is the inverse.
func (w weights) decode(y, cb, cr float64, bits int) rgb {
	step := float64(int(1) << (bits - 8))
	l := (y/step - 16) / 219
	b, r := l+(cb/step-128)/112*(1-w.blue), l+(cr/step-128)/112*(1-w.red)
	return rgb{r, (l - w.red*r - w.blue*b) / (1 - w.red - w.blue), b}
}

// pq is SMPTE ST 2084: what is stored for a light of so many times 100 cd/m², and back.
func pq(light float64) float64 {
	p := math.Pow(max(light, 0)/100, 0.1593017578125)
	return math.Pow((0.8359375+18.8515625*p)/(1+18.6875*p), 78.84375)
}

func unPQ(code float64) float64 {
	p := math.Pow(max(code, 0), 1/78.84375)
	return 100 * math.Pow(max(p-0.8359375, 0)/(18.8515625-18.6875*p), 1/0.1593017578125)
}

// hlg is ARIB STD-B67 on a screen of 1000 cd/m², for a light of so many times 100 cd/m².
func hlg(light rgb) rgb {
	scene := light.times(0.1)
	scene = scene.times(math.Pow(max(bt2020.brightness(scene), 1e-9), 1/1.2-1))
	return scene.each(func(e float64) float64 {
		if e <= 1.0/12 {
			return math.Sqrt(3 * e)
		}
		return 0.17883277*math.Log(12*e-0.28466892) + 0.55991073
	})
}

func unHLG(code rgb) rgb {
	scene := code.each(func(e float64) float64 {
		if e <= 0.5 {
			return e * e / 3
		}
		return (math.Exp((e-0.55991073)/0.17883277) + 0.28466892) / 12
	})
	return scene.times(10 * math.Pow(bt2020.brightness(scene), 0.2))
}

// standard is what an SDR film of eight bits stores for light of BT.2020: of the same hue,
// its strongest channel as it is up to three tenths of white paper's 203 cd/m², and from
// there on bent, by a Möbius transform as steep where it begins, so that ten times that
// light are white.
func standard(light rgb) (y, cb, cr float64) {
	c := rgb{ // ITU-R BT.2087
		1.660491*light[0] - 0.587641*light[1] - 0.072850*light[2],
		-0.124550*light[0] + 1.132900*light[1] - 0.008349*light[2],
		-0.018151*light[0] - 0.100579*light[1] + 1.118730*light[2],
	}
	c = c.times(100.0 / 203)
	const from, white = 0.3, 10.0
	bent := func(x float64) float64 {
		if x <= from {
			return x
		}
		a := -from * from * (white - 1) / (from*from - 2*from + white)
		b := (from*from - 2*from*white + white) / (white - 1)
		return (b*b + 2*b*from + from*from) / (b - a) * (x + a) / (x + b)
	}
	strongest := max(c[0], c[1], c[2], 1e-6)
	c = c.times(bent(strongest) / strongest)
	return bt709.encode(c.each(func(x float64) float64 { // a screen shows light to the power of 2.4: ITU-R BT.1886
		return math.Pow(max(x, 0), 1/2.4)
	}), 8)
}

// An HDR film looks on an ordinary screen as it should: colours whose light is known come
// out as worked out here, by the formulas of the standards, to 2 of 255 steps. That is what
// rounding to ten bits, to eight, and the tables of a fast filter may add up to.
func TestColoursOfHDRAreThoseWorkedOutByHand(t *testing.T) {
	lights := []rgb{ // in 100 cd/m²
		{0, 0, 0}, {0.01, 0.01, 0.01}, {0.26, 0.26, 0.26}, {1, 1, 1}, {2.03, 2.03, 2.03}, {10, 10, 10}, // greys, from black to the brightest
		{1.2, 0.7, 0.5}, {0.3, 0.5, 1.1}, {0.4, 0.6, 0.2}, {3, 1.6, 0.9}, {1.5, 0.8, 0.75}, // skin, sky, leaves, fire, a rose
	}
	for _, c := range []struct {
		transfer    string
		store, read func(rgb) rgb
	}{
		{"smpte2084", func(l rgb) rgb { return l.each(pq) }, func(c rgb) rgb { return c.each(unPQ) }},
		{"arib-std-b67", hlg, unHLG},
	} {
		t.Run(c.transfer, func(t *testing.T) {
			t.Parallel()
			codes := make([]testfilm.Code, len(lights))
			for i, light := range lights {
				y, cb, cr := bt2020.encode(c.store(light), 10)
				codes[i] = testfilm.Code{Y: int(math.Round(y)), Cb: int(math.Round(cb)), Cr: int(math.Round(cr))}
			}
			got := firstPicture(t, testfilm.Patches(c.transfer, codes).Path(t))
			for i, code := range codes {
				y, cb, cr := standard(c.read(bt2020.decode(float64(code.Y), float64(code.Cb), float64(code.Cr), 10)))
				gotY, gotCb, gotCr := got.at(i*testfilm.PatchWidth+testfilm.PatchWidth/2, got.height/2)
				if max(math.Abs(gotY-y), math.Abs(gotCb-cb), math.Abs(gotCr-cr)) > 2 {
					t.Errorf("light %v is shown as %v %v %v, not %.1f %.1f %.1f", lights[i], gotY, gotCb, gotCr, y, cb, cr)
				}
			}
		})
	}
}

// Every rung of a film says in which colours it is, also when the source does not: players
// guess by size, and each rung would look different. What has no such colours is given
// those that are guessed.
func TestEveryRungSaysItsColours(t *testing.T) {
	for _, c := range []struct {
		film      testfilm.Film
		says      string
		y, cb, cr float64 // of red
	}{
		{testfilm.RedHD, "bt709,bt709,bt709", 63, 102, 240},
		{testfilm.RedSD, "smpte170m,smpte170m,smpte170m", 81, 90, 240},
	} {
		t.Run(c.film.Name, func(t *testing.T) {
			t.Parallel()
			path := c.film.Path(t)
			got := firstPicture(t, path)
			if y, cb, cr := got.at(got.width/2, got.height/2); max(math.Abs(y-c.y), math.Abs(cb-c.cb), math.Abs(cr-c.cr)) > 1 {
				t.Errorf("red is %v %v %v, not %v %v %v", y, cb, cr, c.y, c.cb, c.cr)
			}
			source, p := planned(t, path)
			for _, task := range p.Tasks {
				out, err := New(testfilm.Tools(t)).Run(t.Context(), In{Plan: p, Task: task, Source: source, Scratch: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				for id, file := range out.Files {
					said, _, err := testfilm.Tools(t).Probe(t.Context(), ffmpeg.ProbeJob{Input: ffmpeg.Input{Path: file},
						Args: []string{"-show_entries", "stream=color_space,color_transfer,color_primaries", "-of", "csv=p=0"}})
					if err != nil {
						t.Fatal(err)
					}
					if says := strings.TrimSpace(string(said)); says != c.says {
						t.Errorf("%s says %s, want %s", id, says, c.says)
					}
				}
			}
		})
	}
}

// However a picture lies in its file, it is shown upright and in its shape: as one that was
// drawn that way is. The mean difference allowed, 4 of 255 steps, is that of scaling a
// squeezed one; one on its head is off by over 40.
func TestAPictureIsShownUprightAndInShape(t *testing.T) {
	drawn := firstPicture(t, testfilm.Upright.Path(t))
	for _, film := range []testfilm.Film{testfilm.OnSide, testfilm.OnHead, testfilm.OtherSide, testfilm.Squeezed} {
		t.Run(film.Name, func(t *testing.T) {
			t.Parallel()
			got := firstPicture(t, film.Path(t))
			if got.width != drawn.width || got.height != drawn.height {
				t.Fatalf("shown at %dx%d, drawn at %dx%d", got.width, got.height, drawn.width, drawn.height)
			}
			var sum float64
			for i, luma := range got.bytes[:got.width*got.height] {
				sum += math.Abs(float64(luma) - float64(drawn.bytes[i]))
			}
			if mean := sum / float64(got.width*got.height); mean > 4 {
				t.Errorf("differs by %.1f on average", mean)
			}
		})
	}
}

// shown is a picture of 4:2:0 as an encoder is given it.
type shown struct {
	width, height int
	bytes         []byte
}

func (s shown) at(x, y int) (luma, cb, cr float64) {
	chroma := s.bytes[s.width*s.height:]
	at := y/2*(s.width/2) + x/2
	return float64(s.bytes[y*s.width+x]), float64(chroma[at]), float64(chroma[s.width*s.height/4+at])
}

// firstPicture returns a film's first frame in its largest rendition.
func firstPicture(t *testing.T, path string) shown {
	t.Helper()
	source, p := planned(t, path)
	video := p.Of(plan.Video)
	largest, s, dir := video[len(video)-1:], firstFrame(p.Grid), t.TempDir()
	err := testfilm.Tools(t).Run(t.Context(), ffmpeg.Job{
		Inputs: []ffmpeg.Input{{Path: source, Demuxer: p.Picture.Demuxer, Args: videoInput(p, s, 0)}},
		Args:   []string{"-filter_complex", videoGraph(p, p.Picture.Stream, largest, s), "-map", "[v0]", "-f", "rawvideo", "first.yuv"},
		Dir:    dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "first.yuv"))
	if err != nil {
		t.Fatal(err)
	}
	out := shown{largest[0].Width, largest[0].Height, raw}
	if len(raw) != out.width*out.height*3/2 {
		t.Fatalf("%d bytes of %dx%d", len(raw), out.width, out.height)
	}
	return out
}
