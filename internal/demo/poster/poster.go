// Package poster owns how the demo library's pictures are drawn: a 2:3 poster with its
// lettering and a 16:9 backdrop without any, in seven styles, from vector shapes, noise
// and type alone. It knows no film, no store and no HTTP; it imports the standard
// library and golang.org/x/image.
//
// Shapes are rastered by x/image/vector, whose exact area coverage is the best
// antialiasing there is in pure Go, and letters are read as outlines by
// x/image/font/sfnt, so a title is a shape like any other: it turns, it bleeds off the
// edge, it becomes a window. Nothing is cached: fonts are parsed when a picture is
// drawn and all memory goes when it is done.
package poster

import (
	"image"
	"math/rand/v2"
)

// Pictures have one size each; every measure below scales with the width.
var (
	posterSize   = image.Pt(1000, 1500)
	backdropSize = image.Pt(1920, 1080)
)

// Style is a way of drawing.
type Style uint8

const (
	Swiss      Style = iota // flat ground, one huge turned word, one bar, one circle
	Horizon                 // ridges in the tones of one hue, a low sun, mist
	Silhouette              // something small and black before a large glowing disc
	Halftone                // two inks of changing dots, multiplied
	Number                  // a giant numeral as a window onto light
	Field                   // domain-warped noise in three related colours
	CutPaper                // irregular shapes of paper with their shadows
	styles
)

var draw = [styles]func(*scene){
	Swiss:      drawSwiss,
	Horizon:    drawHorizon,
	Silhouette: drawSilhouette,
	Halftone:   drawHalftone,
	Number:     drawNumber,
	Field:      drawField,
	CutPaper:   drawCutPaper,
}

// Design is everything a picture is drawn from: the same design gives the same bytes.
type Design struct {
	Style   Style
	Title   []string // the lettering, two lines at most
	Face    Face     // what the title is set in
	Credit  string   // the small line at the foot
	Year    string
	Numeral string   // what Number opens its window with
	Palette [4]Color // the roles of the four are the style's own
	Seed    uint64
}

// Picture is a finished drawing, and the box its title fills: empty on a backdrop.
type Picture struct {
	*image.RGBA
	Title image.Rectangle
}

// Poster draws the 2:3 picture, 1000 x 1500, lettering included.
func (d Design) Poster() Picture { return d.render(posterSize) }

// Backdrop draws the same scene 16:9, 1920 x 1080, without a letter: the subject stands
// in the right third, and the left and the foot are dark enough to read text on.
func (d Design) Backdrop() Picture { return d.render(backdropSize) }

func (d Design) render(size image.Point) Picture {
	s := &scene{
		canvas: newCanvas(size),
		Design: d,
		wide:   size.X > size.Y,
		rng:    rand.New(rand.NewPCG(d.Seed, uint64(d.Style))),
		noise:  newNoise(d.Seed),
	}
	s.u = float32(size.X) / 1000
	if s.wide {
		s.u = float32(size.Y) / 1150 // things keep a poster's proportions
	}
	draw[d.Style](s)
	s.grain(0.04)
	return Picture{RGBA: s.image(), Title: s.title}
}

// scene is a picture in the making: the canvas, what it is drawn from, and where the
// title came to stand.
type scene struct {
	*canvas
	Design
	wide  bool
	u     float32 // one unit: a thousandth of a poster's width
	rng   *rand.Rand
	noise *noise
	title image.Rectangle
}

// at picks a measure by format, since a wide picture is composed anew, not cropped.
func (s *scene) at(poster, backdrop float32) float32 {
	if s.wide {
		return backdrop
	}
	return poster
}

// between returns a random number of this picture's own.
func (s *scene) between(lo, hi float32) float32 { return lo + (hi-lo)*s.rng.Float32() }

// dim darkens the left and the foot of a backdrop, where an interface writes, toward a
// shade of the picture's own.
func (s *scene) dim(shade Color) {
	s.each(func(x, y float32, under Color) Color {
		left := 0.76 * (1 - smooth(0, 0.72, x/s.W))
		foot := 0.72 * smooth(0.45, 1.05, y/s.H)
		return under.over(under.ink(shade), 1-(1-left)*(1-foot))
	})
}
