package artwork

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

const filmID = "0193b0a5-7c1e-7a8e-8a00-000000000001"

// site is a double of the web: files at addresses.
type site struct {
	mu    sync.Mutex
	files map[string][]byte
	fails map[string]error
	asked []string
}

func (s *site) Get(_ context.Context, address string, most int64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, address)
	if err := s.fails[address]; err != nil {
		return nil, err
	}
	if f, there := s.files[address]; there && int64(len(f)) <= most {
		return f, nil
	}
	return nil, fault.New(fault.NotFound, "site.get", "", "Nothing is there.")
}

func open(t *testing.T) *Studio {
	t.Helper()
	blobs, err := blob.OpenFiles(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { blobs.Close() })
	return New(Options{Tools: testfilm.Tools(t), Blobs: blobs, Scratch: t.TempDir(), Log: slog.New(slog.DiscardHandler)})
}

// quarters is a picture of four colours, so that it is seen whether all of it is there.
func quarters(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			img.SetNRGBA(x, y, fourColours[x*2/width+2*(y*2/height)])
		}
	}
	return img
}

var fourColours = []color.NRGBA{{220, 40, 30, 255}, {30, 180, 60, 255}, {40, 60, 200, 255}, {230, 220, 210, 255}}

func asJPEG(img image.Image) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 92})
	return b.Bytes()
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

// objects are the keys of all there is.
func objects(t *testing.T, s *Studio) (keys []string) {
	t.Helper()
	for o, err := range s.Blobs.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, o.Key)
	}
	slices.Sort(keys)
	return keys
}

// shown decodes an object as a viewer would: Go has no AVIF, and takes WebP's colours for JPEG's.
func shown(t *testing.T, s *Studio, key string) image.Image {
	t.Helper()
	o, err := s.Blobs.Local(t.Context(), key, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	in := ffmpeg.Input{Path: o.Path, Demuxer: "mov"}
	if strings.HasSuffix(key, ".webp") {
		in = ffmpeg.Input{Path: o.Path, Demuxer: "webp_pipe", Picture: true}
	}
	dir := t.TempDir()
	if err := s.Tools.Run(t.Context(), ffmpeg.Job{Inputs: []ffmpeg.Input{in}, Dir: dir, Urgent: true,
		Args: []string{"-frames:v", "1", "-c:v", "png", "-pix_fmt", "rgb24", "-f", "image2", "-update", "1", "out.png"}}); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "out.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func near(a, b color.Color) bool {
	r1, g1, b1, _ := a.RGBA()
	r2, g2, b2, _ := b.RGBA()
	far := func(x, y uint32) bool { return max(x, y)-min(x, y) > 0x0c00 } // 12 of 256
	return !far(r1, r2) && !far(g1, g2) && !far(b1, b2)
}

func TestAPictureIsKeptInItsWidthsAsAVIFAndWebP(t *testing.T) {
	for name, c := range map[string]struct {
		kind   Kind
		file   []byte
		widths []int
		size   map[int]image.Point
	}{
		"a poster":           {Poster, asJPEG(quarters(1000, 1500)), []int{160, 320, 640}, map[int]image.Point{160: {160, 240}, 320: {320, 480}, 640: {640, 960}}},
		"one between widths": {Poster, asPNG(quarters(500, 750)), []int{160, 320, 500}, map[int]image.Point{160: {160, 240}, 320: {320, 480}, 500: {500, 750}}},
		"a small one":        {Poster, asPNG(quarters(101, 151)), []int{100}, map[int]image.Point{100: {100, 150}}},
		"one of grey":        {Poster, asJPEG(image.NewGray(image.Rect(0, 0, 100, 150))), []int{100}, nil},
		"a backdrop":         {Backdrop, asJPEG(quarters(1920, 1080)), []int{480, 960, 1920}, map[int]image.Point{480: {480, 270}, 960: {960, 540}, 1920: {1920, 1080}}},
		"a person":           {Person, asJPEG(quarters(421, 632)), []int{120, 240}, map[int]image.Point{120: {120, 180}, 240: {240, 360}}},
		"a small person":     {Person, asPNG(quarters(100, 150)), []int{120, 240}, map[int]image.Point{120: {100, 150}, 240: {100, 150}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			p, err := s.Draw(t.Context(), filmID, string(c.kind), c.file)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(p.Widths, c.widths) || len(p.BlurHash) != 28 || !strings.HasPrefix(p.Key, "films/"+filmID+"/"+string(c.kind)+"/") {
				t.Fatalf("%+v", p)
			}
			if _, err := catalog.Clean(catalog.Film{Texts: map[string]catalog.Text{"en": {Title: "x"}}, Poster: p}); err != nil {
				t.Fatal(err)
			}
			if n := len(objects(t, s)); n != 2*len(c.widths)+1 {
				t.Errorf("there are %d objects", n)
			}
			for width, size := range c.size {
				for _, as := range formats {
					img := shown(t, s, p.Key+"-"+drawn{name: width}.file(as))
					if img.Bounds().Size() != size {
						t.Errorf("%d%s is %v, want %v", width, as, img.Bounds().Size(), size)
						continue
					}
					for i, want := range fourColours {
						if at := image.Pt(size.X/4+i%2*size.X/2, size.Y/4+i/2*size.Y/2); !near(img.At(at.X, at.Y), want) {
							t.Errorf("%d%s is %v at %v, want %v", width, as, img.At(at.X, at.Y), at, want)
						}
					}
				}
			}
		})
	}
}

func TestWebPIsTakenAndWhatIsTransparentIsOnBlack(t *testing.T) {
	s := open(t)
	img := quarters(200, 300)
	for x := range 100 {
		for y := range 150 {
			img.SetNRGBA(x, y, color.NRGBA{255, 255, 255, 0})
		}
	}
	p, err := s.Make(t.Context(), filmID, Poster, asPNG(img))
	if err != nil {
		t.Fatal(err)
	}
	if got := shown(t, s, p.Key+"-200.avif").At(50, 75); !near(got, color.Black) {
		t.Errorf("it is on %v", got)
	}
	o, err := s.Blobs.Local(t.Context(), p.Key+"-200.webp", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	file, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Make(t.Context(), filmID, Backdrop, file)
	if err != nil || !slices.Equal(again.Widths, []int{200}) {
		t.Errorf("%+v, %v", again, err)
	}
}

func TestTheSamePictureAgainCostsNothing(t *testing.T) {
	s := open(t)
	file := asJPEG(quarters(300, 450))
	first, err := s.Make(t.Context(), filmID, Poster, file)
	if err != nil {
		t.Fatal(err)
	}
	before := objects(t, s)
	s.Tools = nil // nothing is drawn
	again, err := s.Make(t.Context(), filmID, Poster, file)
	if err != nil || !reflect.DeepEqual(first, again) || !slices.Equal(before, objects(t, s)) {
		t.Errorf("%+v, %v, then %+v", first, err, again)
	}
}

// A process that was killed while it kept the objects leaves some of them.
func TestAPictureThatWasHalfKeptIsMadeWhole(t *testing.T) {
	s := open(t)
	file := asJPEG(quarters(300, 450))
	first, err := s.Make(t.Context(), filmID, Poster, file)
	if err != nil {
		t.Fatal(err)
	}
	whole := objects(t, s)
	for _, key := range []string{first.Key + ".json", first.Key + "-160.webp"} {
		if err := s.Blobs.Delete(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	again, err := s.Make(t.Context(), filmID, Poster, file)
	if err != nil || !reflect.DeepEqual(first, again) || !slices.Equal(whole, objects(t, s)) {
		t.Errorf("%+v, %v", again, err)
	}
}

// claim is a PNG of a few bytes that says it is very large.
func claim(width, height uint32) []byte {
	file := asPNG(image.NewGray(image.Rect(0, 0, 20, 20)))
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func TestWhatIsNoPictureOfOursIsRefusedAndNothingIsKept(t *testing.T) {
	s := open(t)
	noise := make([]byte, 5000)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	var moving bytes.Buffer
	_ = gif.Encode(&moving, quarters(50, 50), nil)
	small := asJPEG(quarters(300, 450))
	for name, c := range map[string]struct {
		file []byte
		kind fault.Kind
	}{
		"nothing":             {nil, fault.Unsupported},
		"noise":               {noise, fault.Unsupported},
		"SVG with a script":   {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), fault.Unsupported},
		"a web page":          {[]byte("<!DOCTYPE html><img src=x>"), fault.Unsupported},
		"a GIF":               {moving.Bytes(), fault.Unsupported},
		"a film":              {[]byte("\x00\x00\x00\x18ftypisom"), fault.Unsupported},
		"50 MB":               {append(slices.Clone(small), make([]byte, 50<<20)...), fault.TooLarge},
		"a gigapixel":         {claim(40_000, 40_000), fault.TooLarge},
		"no height":           {claim(40, 0), fault.Invalid},
		"a line":              {asPNG(quarters(2000, 20)), fault.Invalid},
		"a dot":               {asPNG(quarters(8, 8)), fault.Invalid},
		"less than a header":  {small[:20], fault.Invalid},
		"a header alone":      {[]byte("\x89PNG\r\n\x1a\n"), fault.Invalid},
		"a lie of its size":   {claim(3000, 4000), fault.Invalid},
		"JPEG's head, noise":  {append([]byte("\xff\xd8\xff"), noise...), fault.Invalid},
		"WebP's head, noise":  {append([]byte("RIFF\x00\x10\x00\x00WEBP"), noise...), fault.Invalid},
		"a playlist for film": {[]byte("#EXTM3U\nfile:///etc/passwd\n"), fault.Unsupported},
	} {
		if p, err := s.Make(t.Context(), filmID, Poster, c.file); !fault.Is(err, c.kind) || fault.PublicOf(err) == "" || p.Key != "" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	for _, id := range []string{"", "../x", "a/b", "x\x00"} {
		if _, err := s.Make(t.Context(), id, Poster, small); !fault.Is(err, fault.Invalid) {
			t.Errorf("film %q: %v", id, err)
		}
	}
	if _, err := s.Make(t.Context(), filmID, "logo", small); !fault.Is(err, fault.Invalid) {
		t.Errorf("a logo: %v", err)
	}
	if kept := objects(t, s); len(kept) != 0 {
		t.Errorf("kept are %v", kept)
	}
	if left, err := os.ReadDir(s.Scratch); err != nil || len(left) != 0 {
		t.Errorf("left to clear away are %v, %v", left, err)
	}
}

// shelf is a double of the catalogue's films: one, changed as the service does it.
type shelf struct {
	film    catalog.Film
	changes int
	gone    bool
}

func (s *shelf) edit(_ context.Context, id string, change func(*catalog.Film) bool) error {
	if s.gone || id != s.film.ID {
		return fault.New(fault.NotFound, "shelf.edit", "", "")
	}
	f := s.film
	if change(&f) {
		s.film, s.changes = f, s.changes+1
	}
	return nil
}

func TestAFilmGetsItsPicturesInOneChangeAndOnce(t *testing.T) {
	s := open(t)
	web := &site{files: map[string][]byte{
		"p": asJPEG(quarters(200, 300)), "b": asJPEG(quarters(320, 180)), "ana": asJPEG(quarters(50, 75)), "svg": []byte("<svg/>"),
	}}
	film := catalog.Film{ID: filmID, Cast: []catalog.Player{{Name: "Ana"}, {Name: "Bia"}, {Name: "Caio"}}}
	kept := &shelf{film: film}
	s.Fetch, s.Edit = web, kept.edit
	d := catalog.Described{Film: film, Poster: "p", Backdrop: "b", People: []string{"ana", "svg", "gone"}}
	job, any := JobFor(filmID, film, d, false)
	if !any || len(job.Pictures) != 5 {
		t.Fatalf("%+v", job)
	}
	for range 2 {
		if err := s.Run(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	f := kept.film
	if kept.changes != 1 || f.Poster.Key == "" || f.Backdrop.Key == "" || f.Cast[0].Picture == "" || f.Cast[1].Picture != "" || f.Cast[2].Picture != "" {
		t.Errorf("after %d changes: %+v", kept.changes, f)
	}
	if film.Cast[0].Picture != "" {
		t.Error("the film that was read was changed, and not a copy of it")
	}
	if o, err := s.Blobs.Stat(t.Context(), f.Cast[0].Picture); err != nil || o.Size == 0 || !strings.HasSuffix(o.Key, "-240.webp") {
		t.Errorf("Ana's picture is %+v, %v", o, err)
	}
	if _, any := JobFor(filmID, f, catalog.Described{Film: film, Poster: "p", People: []string{"ana"}}, false); any {
		t.Error("what is there is fetched again")
	}
}

func TestAPictureThatIsAwayIsTriedAgainAndHoldsUpNoOther(t *testing.T) {
	s := open(t)
	away := errors.New("away")
	web := &site{files: map[string][]byte{"b": asJPEG(quarters(320, 180)), "p": asJPEG(quarters(200, 300))}, fails: map[string]error{"p": away}}
	kept := &shelf{film: catalog.Film{ID: filmID}}
	s.Fetch, s.Edit = web, kept.edit
	job := Job{filmID, []Wanted{{Kind: Poster, URL: "p"}, {Kind: Backdrop, URL: "b"}}}
	if err := s.Run(t.Context(), job); !errors.Is(err, away) || kept.film.Backdrop.Key == "" || kept.film.Poster.Key != "" {
		t.Fatalf("%v, %+v", err, kept.film)
	}
	if f := s.Pictures(t.Context(), catalog.Film{ID: filmID}, catalog.Described{Poster: "p", Backdrop: "b"}); f.Backdrop.Key == "" || f.Poster.Key != "" {
		t.Errorf("%+v", f)
	}
	delete(web.fails, "p")
	if err := s.Run(t.Context(), job); err != nil || kept.film.Poster.Key == "" {
		t.Fatalf("%v, %+v", err, kept.film)
	}
}

func TestPicturesOfAFilmThatWentMeanwhileGoToo(t *testing.T) {
	s := open(t)
	kept := &shelf{gone: true}
	s.Fetch, s.Edit = &site{files: map[string][]byte{"p": asJPEG(quarters(200, 300))}}, kept.edit
	if err := s.Run(t.Context(), Job{filmID, []Wanted{{Kind: Poster, URL: "p"}}}); err != nil {
		t.Fatal(err)
	}
	if left := objects(t, s); len(left) != 0 {
		t.Errorf("left are %v", left)
	}
}
