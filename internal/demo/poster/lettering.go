package poster

import (
	"embed"
	"fmt"
	"image"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

//go:embed fonts/*.ttf
var fontFiles embed.FS

// Face is one of the typefaces shipped here, each under the Open Font License and cut
// down to the letters of Portuguese and English (fonts/README.md says how).
type Face string

const (
	Archivo         Face = "Archivo-ExtraBold"      // grotesk
	ArchivoText     Face = "Archivo-Medium"         // grotesk, for small lines
	Anton           Face = "Anton-Regular"          // condensed display
	DMSerif         Face = "DMSerifDisplay-Regular" // high-contrast serif
	InstrumentSerif Face = "InstrumentSerif-Italic" // elegant italic
	Jost            Face = "Jost-Regular"           // geometric
	Recorte         Face = "KKRecorte-Black"        // cut out with scissors
	Syne            Face = "Syne-ExtraBold"         // wide geometric display
	Ribalta         Face = "KKRibalta-Regular"      // the playhouses of the twenties
	Gala            Face = "KKGala-Regular"         // fat and elegant
	Cormorant       Face = "CormorantGaramond-SemiBold"
	Courier         Face = "CourierPrime-Bold"   // typewriter
	Caveat          Face = "CaveatBrush-Regular" // by hand
	Shrikhand       Face = "Shrikhand-Regular"   // the seventies
	Poiret          Face = "PoiretOne-Regular"   // hairlines and circles
)

// typeface is a parsed font.
type typeface struct {
	*sfnt.Font
	buf sfnt.Buffer
	em  fixed.Int26_6
}

// open parses the font. The files are part of the program: one that does not parse is a
// broken build, which the tests find, and no caller could do anything about it.
func (f Face) open() *typeface {
	data, err := fontFiles.ReadFile("fonts/" + string(f) + ".ttf")
	if err != nil {
		panic(fmt.Sprintf("poster: face %q is not shipped", f))
	}
	parsed, err := sfnt.Parse(data)
	if err != nil {
		panic(fmt.Sprintf("poster: face %q: %v", f, err))
	}
	// Loading at one pixel a font unit gives outlines free of rounding.
	return &typeface{Font: parsed, em: fixed.I(int(parsed.UnitsPerEm()))}
}

type align uint8

const (
	left align = iota
	centre
	right
)

// setting is how lines are set: size in pixels, tracking in ems, leading in sizes.
type setting struct {
	face     Face
	size     float32
	tracking float32
	leading  float32
	align    align
}

// set returns the lines as one path; the first baseline starts at the origin.
func (t setting) set(lines ...string) *path {
	f := t.face.open()
	all := &path{}
	for i, line := range lines {
		p, width := f.outline(line, t.tracking)
		switch t.align {
		case centre:
			p.shift(-width/2, 0)
		case right:
			p.shift(-width, 0)
		}
		p.scale(t.size)
		all.join(p.shift(0, float32(i)*t.leading*t.size))
	}
	return all
}

// fit sets the lines as large as a box allows, no larger than the setting's size, which
// zero leaves open.
func (t setting) fit(w, h float32, lines ...string) *path {
	limit := t.size
	t.size = 1
	minX, minY, maxX, maxY := t.set(lines...).bounds()
	t.size = min(w/(maxX-minX), h/(maxY-minY))
	if limit > 0 {
		t.size = min(t.size, limit)
	}
	return t.set(lines...)
}

// outline returns a line one em high, and how far it advances.
func (f *typeface) outline(line string, tracking float32) (*path, float32) {
	p := &path{}
	var pen fixed.Int26_6
	var last sfnt.GlyphIndex
	var spaced float32
	if g, _ := f.GlyphIndex(&f.buf, 'ﬁ'); g != 0 && tracking <= 0 {
		line = strings.ReplaceAll(line, "fi", "ﬁ") // letters set apart stay apart
	}
	unit := func(v fixed.Int26_6) float32 { return float32(v) / float32(f.em) }
	for i, r := range []rune(line) {
		g, err := f.GlyphIndex(&f.buf, r)
		if err != nil || g == 0 {
			panic(fmt.Sprintf("poster: the face has no letter %q", r))
		}
		if i > 0 {
			spaced += tracking
			if kern, err := f.Kern(&f.buf, last, g, f.em, font.HintingNone); err == nil {
				pen += kern
			}
		}
		segments, err := f.LoadGlyph(&f.buf, g, f.em, nil)
		if err != nil {
			panic(fmt.Sprintf("poster: letter %q: %v", r, err))
		}
		at := func(q fixed.Point26_6) point { return point{unit(pen+q.X) + spaced, unit(q.Y)} }
		for _, s := range segments {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				p.add(moveTo, at(s.Args[0]))
			case sfnt.SegmentOpLineTo:
				p.add(lineTo, at(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				p.add(quadTo, at(s.Args[0]), at(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				p.add(cubeTo, at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
			}
		}
		advance, err := f.GlyphAdvance(&f.buf, g, f.em, font.HintingNone)
		if err != nil {
			panic(fmt.Sprintf("poster: letter %q: %v", r, err))
		}
		pen += advance
		last = g
	}
	return p, unit(pen) + spaced
}

// letter paints the title and remembers the box it fills.
func (s *scene) letter(p *path, paint shader) {
	minX, minY, maxX, maxY := p.bounds()
	s.title = image.Rect(int(minX), int(minY), int(maxX)+1, int(maxY)+1)
	s.fill(p, paint)
}

// credits sets the small line at the foot, and the year across from it.
func (s *scene) credits(ink Color) {
	small := setting{face: ArchivoText, size: 17 * s.u, tracking: 0.14}
	y := s.H - 78*s.u
	s.fill(small.set(strings.ToUpper(s.Credit)).shift(s.margin(), y), flat(ink))
	small.align = right
	s.fill(small.set(s.Year).shift(s.W-s.margin(), y), flat(ink))
}

// margin keeps lettering off the edges.
func (s *scene) margin() float32 { return 0.09 * s.W }
