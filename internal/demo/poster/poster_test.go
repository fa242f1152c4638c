package poster

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"testing"
)

// wall is one design for each style, with titles that are hard to set.
func wall() []Design {
	warm := [4]Color{RGB(0x221510), RGB(0xB0502A), RGB(0xF0A050), RGB(0xFFF0D0)}
	return []Design{
		{Style: Swiss, Face: Archivo, Title: []string{"Extraordinariamente", "Inconstitucional"}, Credit: "Um curta de Otto Varella", Year: "2022", Palette: warm, Seed: 1},
		{Style: Horizon, Face: DMSerif, Title: []string{"Ágil"}, Credit: "Ágata Lins", Year: "2021", Palette: warm, Seed: 2},
		{Style: Silhouette, Face: InstrumentSerif, Title: []string{"Çrôõ fi", "ÃÉÍÓÚ ñ"}, Credit: "Inês", Year: "2019", Palette: warm, Seed: 3},
		{Style: Halftone, Face: Syne, Title: []string{"A"}, Credit: "B", Year: "2018", Palette: warm, Seed: 4},
		{Style: Number, Face: Anton, Numeral: "74", Title: []string{"Setenta e quatro vezes setenta e quatro"}, Credit: "C", Year: "1974", Palette: warm, Seed: 5},
		{Style: Field, Face: Jost, Title: []string{"SLOW", "WEATHER SYSTEMS OF THE SOUTH"}, Credit: "D", Year: "2024", Palette: warm, Seed: 6},
		{Style: CutPaper, Face: Recorte, Title: []string{"Big Buck", "Bunny"}, Credit: "E", Year: "2008", Palette: warm, Seed: 7},
	}
}

// gallery is the wall and, for every further style, a design with one of its titles.
func gallery() []Design {
	all := wall()
	faces := []Face{Archivo, DMSerif, InstrumentSerif, Jost, Recorte, Syne, Ribalta, Gala, Cormorant, Courier, Caveat, Shrikhand, Poiret}
	titles := [][]string{{"A"}, {"Extraordinariamente", "Inconstitucional"}, {"Ação fiel"}, {"Setenta e quatro", "vezes setenta e quatro"}, {"Çrôõ fi", "ÃÉÍÓÚ ñ"}}
	for style := CutPaper + 1; style < styles; style++ {
		n := int(style)
		all = append(all, Design{
			Style: style, Face: faces[n%len(faces)], Title: titles[n%len(titles)], Credit: "Ágata Lins", Year: "2021",
			Numeral: "Ã", Palette: wall()[0].Palette, Seed: uint64(n),
		})
	}
	for _, several := range []Design{{Style: Orbit, Motif: 1}, {Style: Orbit, Motif: 2}, {Style: Facade, Motif: 1}, {Style: Birch, Motif: 1}, {Style: Boat, Motif: 1}} {
		d := all[several.Style]
		d.Motif = several.Motif
		all = append(all, d)
	}
	return all
}

// small sizes draw the same scene in a fraction of the time: all measures follow the width.
var smallPoster, smallBackdrop = image.Pt(300, 450), image.Pt(480, 270)

func TestEveryStyleDrawsBothFormats(t *testing.T) {
	drawn := map[Style]bool{}
	for _, d := range gallery() {
		drawn[d.Style] = true
		p := d.render(smallPoster)
		if p.Bounds().Size() != smallPoster {
			t.Errorf("style %d: poster is %v", d.Style, p.Bounds())
		}
		if s := spread(p.RGBA); s < 15 {
			t.Errorf("style %d: poster is all one tone (spread %.1f)", d.Style, s)
		}
		b := d.render(smallBackdrop)
		if b.Bounds().Size() != smallBackdrop || !b.Title.Empty() {
			t.Errorf("style %d: backdrop is %v with a title at %v", d.Style, b.Bounds(), b.Title)
		}
	}
	if len(drawn) != int(styles) {
		t.Errorf("%d of %d styles are drawn", len(drawn), styles)
	}
}

func TestPicturesHaveTheirFullSize(t *testing.T) {
	d := wall()[0]
	if got := d.Poster().Bounds().Size(); got != image.Pt(1000, 1500) {
		t.Errorf("poster is %v", got)
	}
	if got := d.Backdrop().Bounds().Size(); got != image.Pt(1920, 1080) {
		t.Errorf("backdrop is %v", got)
	}
}

func TestTheSameDesignGivesTheSameBytes(t *testing.T) {
	tiny := image.Pt(160, 240)
	for _, d := range gallery() {
		if !bytes.Equal(d.render(tiny).Pix, d.render(tiny).Pix) {
			t.Errorf("style %d draws differently each time", d.Style)
		}
	}
}

func TestAnotherSeedGivesAnotherPicture(t *testing.T) {
	for _, d := range wall() {
		e := d
		e.Seed++
		if bytes.Equal(d.render(smallPoster).Pix, e.render(smallPoster).Pix) {
			t.Errorf("style %d does not listen to its seed", d.Style)
		}
	}
}

func TestLetteringStaysInsideTheMargins(t *testing.T) {
	for _, d := range gallery() {
		p := d.render(image.Pt(200, 300))
		w, h := p.Bounds().Dx(), p.Bounds().Dy()
		safe := image.Rect(w*8/100, h*5/100, w-w*8/100, h-h*5/100)
		if p.Title.Empty() || !p.Title.In(safe) {
			t.Errorf("style %d: title at %v, allowed %v", d.Style, p.Title, safe)
		}
	}
}

func TestTheTitleBoxIsWhereTheLettersAre(t *testing.T) {
	s := &scene{canvas: newCanvas(image.Pt(300, 100))}
	s.letter(setting{face: Anton, size: 60}.set("Sertão").seat(20, 20, 0, 0), flat(Color{1, 1, 1}))
	var ink image.Rectangle
	for y := range 100 {
		for x := range 300 {
			if s.pix[y*300+x].R > 0.02 {
				ink = ink.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if !ink.In(s.title) || s.title.Dx()-ink.Dx() > 3 || s.title.Dy()-ink.Dy() > 3 {
		t.Errorf("box %v, letters %v", s.title, ink)
	}
}

func TestEveryFaceSetsPortuguese(t *testing.T) {
	for _, f := range []Face{Archivo, ArchivoText, Anton, DMSerif, InstrumentSerif, Jost, Recorte, Syne, Ribalta, Gala, Cormorant, Courier, Caveat, Shrikhand, Poiret} {
		for _, r := range "AZaz09ÁÀÂÃÇÉÊÍÓÔÕÚÜáàâãçéêíóôõúü©·–—“”’…,.:!?" {
			if p, width := f.open().outline(string(r), 0); len(p.pts) == 0 || width <= 0 {
				t.Errorf("%s: %q is empty", f, r)
			}
		}
	}
}

func TestLettersAreKerned(t *testing.T) {
	f := DMSerif.open()
	_, a := f.outline("A", 0)
	_, v := f.outline("V", 0)
	if _, pair := f.outline("AV", 0); pair >= a+v {
		t.Errorf("AV is as wide as A and V: %.3f, %.3f", pair, a+v)
	}
}

func TestABackdropIsDarkWhereTextLies(t *testing.T) {
	for _, d := range wall() {
		b := d.render(smallBackdrop).RGBA
		left, right := mean(b, image.Rect(0, 0, 158, 270)), mean(b, image.Rect(322, 30, 480, 195))
		if left > 0.8*right {
			t.Errorf("style %d: left %.0f, subject %.0f", d.Style, left, right)
		}
		if foot := mean(b, image.Rect(0, 225, 240, 270)); foot > 110 {
			t.Errorf("style %d: the foot is too light to write on: %.0f", d.Style, foot)
		}
	}
}

func TestGrainIsFilmGrain(t *testing.T) {
	s := &scene{canvas: newCanvas(image.Pt(200, 200)), Design: Design{Seed: 9}}
	s.each(flat(Color{0.5, 0.5, 0.5}))
	s.grain(0.04)
	if sigma := spread(s.image()) / 255; math.Abs(sigma-0.04) > 0.006 {
		t.Errorf("grain's standard deviation is %.3f", sigma)
	}
	if m := mean(s.image(), s.rect()); math.Abs(m-127.5) > 1 {
		t.Errorf("grain moves the mean to %.1f", m)
	}
}

func TestOverlappingShapesFillTogether(t *testing.T) {
	c := newCanvas(image.Pt(60, 60))
	cross := stroke(point{30, 5}, point{30, 55}, 10, 10).join(stroke(point{55, 30}, point{5, 30}, 10, 10))
	c.fill(cross.join(rect(20, 20, 20, 20)), flat(Color{1, 1, 1}))
	if got := c.pix[30*60+30].R; got < 0.99 {
		t.Errorf("where shapes of one path cross there is a hole: %.2f", got)
	}
}

func TestRampsKeepTheirEnds(t *testing.T) {
	a, b := RGB(0x102030), RGB(0xF0C0A0)
	r := newRamp(stop{0, a}, stop{1, b})
	for _, end := range []struct {
		at   float32
		want Color
	}{{-1, a}, {0, a}, {1, b}, {2, b}} {
		got := r.at(end.at)
		if math.Abs(float64(got.R-end.want.R)) > 0.003 || math.Abs(float64(got.B-end.want.B)) > 0.003 {
			t.Errorf("ramp at %.0f is %v, want %v", end.at, got, end.want)
		}
	}
}

func BenchmarkPosters(b *testing.B) {
	for _, d := range wall() {
		b.Run(string(d.Face), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Poster()
			}
		})
	}
}

func mean(img *image.RGBA, r image.Rectangle) float64 {
	sum, n := 0.0, 0.0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			sum += float64(color.GrayModel.Convert(img.RGBAAt(x, y)).(color.Gray).Y)
			n++
		}
	}
	return sum / n
}

func spread(img *image.RGBA) float64 {
	m, sum, n := mean(img, img.Rect), 0.0, 0.0
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			d := float64(color.GrayModel.Convert(img.RGBAAt(x, y)).(color.Gray).Y) - m
			sum += d * d
			n++
		}
	}
	return math.Sqrt(sum / n)
}
