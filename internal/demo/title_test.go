package demo

import (
	"bytes"
	"flag"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/image/draw"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

var update = flag.Bool("update", false, "write the contact sheet anew")

func TestTheCatalogueHasSixtyFilmsToldInBothLanguages(t *testing.T) {
	titles := Catalogue()
	if len(titles) != 60 {
		t.Fatalf("%d films", len(titles))
	}
	slugs, ids, said := map[string]bool{}, map[string]bool{}, map[string]string{}
	for i, title := range titles {
		if (i < len(Films())) != (title.Slug == Films()[min(i, len(Films())-1)].Slug) {
			t.Errorf("%s: the films that can be played come first", title.Slug)
		}
		f, err := title.Film(addedFirst)
		if err != nil {
			t.Fatal(title.Slug, err)
		}
		if slugs[title.Slug] || ids[f.ID] {
			t.Errorf("%s is there twice", title.Slug)
		}
		slugs[title.Slug], ids[f.ID] = true, true
		if f.Year() < 1900 || f.RuntimeMinutes < 1 || len(f.Directors) == 0 || f.Directors[0] == "" || f.Votes == 0 || f.VoteMean == 0 || f.Popularity == 0 {
			t.Errorf("%s lacks something: %+v", title.Slug, f)
		}
		if i >= len(Films()) && len(f.Cast) < 2 {
			t.Errorf("%s has %d in its cast", title.Slug, len(f.Cast))
		}
		for _, language := range catalog.Languages {
			text := f.Texts[language]
			if text.Title == "" || text.Tagline == "" || utf8.RuneCountInString(text.Overview) < 60 || utf8.RuneCountInString(text.Overview) > 420 {
				t.Errorf("%s, %s: %+v", title.Slug, language, text)
			}
			for _, line := range []string{text.Overview, text.Tagline} {
				if other, twice := said[line]; twice {
					t.Errorf("%s and %s say the same: %s", title.Slug, other, line)
				}
				said[line] = title.Slug
			}
		}
		for _, g := range f.Genres {
			if g != catalog.GenreOf(catalog.GenreName(g, "pt-BR")) || g.ID >= 1<<20 {
				t.Errorf("%s: %v is no genre of TMDB", title.Slug, g)
			}
		}
	}
}

func TestTheRealFilmIsCredited(t *testing.T) {
	bunny, err := Catalogue()[0].Film(addedFirst)
	if err != nil || bunny.OriginalTitle != "Big Buck Bunny" {
		t.Fatal(bunny.OriginalTitle, err)
	}
	for _, language := range catalog.Languages {
		if !strings.Contains(bunny.Texts[language].Overview, blender) {
			t.Errorf("%s does not say whose it is: %s", language, bunny.Texts[language].Overview)
		}
	}
}

func TestCollectionsHoldTheirFilmsInOrder(t *testing.T) {
	last, many := map[int64]int{}, map[int64]int{}
	for _, title := range Catalogue() {
		f, err := title.Film(addedFirst)
		if err != nil {
			t.Fatal(err)
		}
		if c := f.Collection; c != nil {
			if many[c.ID]++; f.Year() <= last[c.ID] {
				t.Errorf("%s comes before an older film of %s", title.Slug, c.Name)
			}
			last[c.ID] = f.Year()
		}
	}
	if len(many) != 4 || many[anasSky.ID] != 3 || many[wolf.ID] != 2 {
		t.Errorf("collections: %v", many)
	}
}

// sheetPath is the picture README shows: every poster of the catalogue.
var sheetPath = filepath.Join("..", "..", "docs", "pictures", "demo-posters.jpg")

func TestTheContactSheetShowsTheCatalogue(t *testing.T) {
	const w, h, gap, across = 132, 198, 8, 12
	titles := Catalogue()
	sheet := image.NewRGBA(image.Rect(0, 0, across*(w+gap)+gap, len(titles)/across*(h+gap)+gap))
	draw.Draw(sheet, sheet.Rect, image.NewUniform(color.RGBA{0x0B, 0x0B, 0x0D, 255}), image.Point{}, draw.Src)
	for i, title := range titles {
		p := title.design.PosterOf(2 * w)
		at := image.Rect(0, 0, w, h).Add(image.Pt(gap+i%across*(w+gap), gap+i/across*(h+gap)))
		draw.CatmullRom.Scale(sheet, at, p.RGBA, p.Bounds(), draw.Src, nil)
		if p.Title.Empty() || !p.Title.In(image.Rect(2*w*8/100, 2*h*5/100, 2*w*92/100, 2*h*95/100)) {
			t.Errorf("%s: the title is at %v", title.Slug, p.Title)
		}
	}
	if *update {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, sheet, &jpeg.Options{Quality: 86}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(sheetPath, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", sheetPath, b.Len())
	}
	file, err := os.Open(sheetPath)
	if err != nil {
		t.Fatalf("%v: go test ./internal/demo -update draws it", err)
	}
	defer file.Close()
	kept, err := jpeg.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Bounds() != sheet.Bounds() {
		t.Fatalf("the sheet is %v, want %v: go test ./internal/demo -update", kept.Bounds(), sheet.Bounds())
	}
	// JPEG loses a little and processors round floats apart by a hair, so every poster is
	// compared by eye's measure.
	for i, title := range titles {
		at := image.Pt(gap+i%across*(w+gap), gap+i/across*(h+gap))
		off := 0
		for y := range h {
			for x := range w {
				a, b := sheet.RGBAAt(at.X+x, at.Y+y), color.RGBAModel.Convert(kept.At(at.X+x, at.Y+y)).(color.RGBA)
				off += apart(a.R, b.R) + apart(a.G, b.G) + apart(a.B, b.B)
			}
		}
		if mean := float64(off) / (3 * w * h); mean > 13 {
			t.Errorf("the sheet no longer shows the poster of %s (%.1f apart): go test ./internal/demo -update", title.Slug, mean)
		}
	}
}

func TestNoTwoPostersAreAlike(t *testing.T) {
	type small [24 * 36 * 3]float64
	titles := Catalogue()
	var all []small
	for _, title := range titles {
		p := title.design.PosterOf(120)
		tiny := image.NewRGBA(image.Rect(0, 0, 24, 36))
		draw.CatmullRom.Scale(tiny, tiny.Rect, p.RGBA, p.Bounds(), draw.Src, nil)
		var v small
		for i := range 24 * 36 {
			for c := range 3 {
				v[3*i+c] = float64(tiny.Pix[4*i+c])
			}
		}
		all = append(all, v)
	}
	for i := range all {
		for j := range i {
			sum := 0.0
			for k := range all[i] {
				sum += max(all[i][k]-all[j][k], all[j][k]-all[i][k])
			}
			if mean := sum / float64(len(all[i])); mean < 14 {
				t.Errorf("%s and %s look alike: %.1f apart", titles[i].Slug, titles[j].Slug, mean)
			}
		}
	}
}

func TestEveryBackdropIsDarkWhereTextLies(t *testing.T) {
	for _, title := range Catalogue() {
		b := title.design.BackdropOf(320)
		if !b.Title.Empty() {
			t.Errorf("%s: a backdrop with a title", title.Slug)
		}
		if left := brightness(b.RGBA, image.Rect(0, 30, 60, 180)); left > 120 {
			t.Errorf("%s: the left is too light to write on: %.0f", title.Slug, left)
		}
		if foot := brightness(b.RGBA, image.Rect(0, 160, 160, 180)); foot > 110 {
			t.Errorf("%s: the foot is too light to write on: %.0f", title.Slug, foot)
		}
	}
}

func apart(a, b uint8) int { return int(max(a, b) - min(a, b)) }

func brightness(img *image.RGBA, r image.Rectangle) float64 {
	sum := 0.0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			sum += float64(color.GrayModel.Convert(img.RGBAAt(x, y)).(color.Gray).Y)
		}
	}
	return sum / float64(r.Dx()*r.Dy())
}
