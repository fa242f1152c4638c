// Package poster owns how the demo library's pictures are drawn: a 2:3 poster with its
// lettering and a 16:9 backdrop without any, in many styles, from vector shapes, noise
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
	Orbit                   // a world in deep space, and somebody very small
	Aurora                  // curtains of light over a frozen plain
	Phases                  // fourteen moons round a house
	Ladder                  // a ladder that leans on the moon
	Balloon                 // a striped balloon among engraved clouds
	Lanterns                // paper lanterns over a river
	Facade                  // the windows of a block of flats
	Tram                    // a lit tram on a wet street
	Doorway                 // a door ajar
	Neon                    // towers, signs and rain
	Kites                   // kites over houses like boxes of paint
	Stairs                  // stairs drawn without perspective
	Dunes                   // dunes and a caravan
	Road                    // a straight road to a barred sun
	Birch                   // birches, a wolf, perhaps a red coat
	Fireflies               // firs at night and lights among them
	Peak                    // a mountain of triangles
	Snow                    // a track in the snow
	Cordel                  // a woodcut of the north-east
	Boat                    // a paper boat on round waves
	Clock                   // a clock in the tide
	Whale                   // a whale and a diver
	Pool                    // a diving board
	Lighthouse              // a lighthouse on a letter
	Profiles                // two profiles and a vase
	Slats                   // a face in lines of changing breadth
	Eye                     // an eye as wide as the picture
	Spotlight               // a cone of light and the wrong shadow
	Pawn                    // a chessboard to the horizon
	Contour                 // lines of equal height
	Umbrellas               // umbrellas from above
	Hexagons                // a fingerprint of honeycomb
	Pavement                // stones laid in waves
	Darts                   // paper planes in formation
	Tiles                   // blue tiles
	Bauhaus                 // quarters of circles on a grid
	Flags                   // rows of paper flags
	Citrus                  // oranges cut across
	Redacted                // a page struck out
	Thread                  // a needle and its thread
	Matches                 // a row of matches
	Hairpin                 // a mountain road in lines
	Letter                  // one letter behind blinds
	Record                  // a record and two ghosts
	Ridgelines              // a signal, line behind line
	Leaves                  // leaves round a window
	Wires                   // birds on wires
	Fever                   // fire
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
	Orbit:      drawOrbit,
	Aurora:     drawAurora,
	Phases:     drawPhases,
	Ladder:     drawLadder,
	Balloon:    drawBalloon,
	Lanterns:   drawLanterns,
	Facade:     drawFacade,
	Tram:       drawTram,
	Doorway:    drawDoorway,
	Neon:       drawNeon,
	Kites:      drawKites,
	Stairs:     drawStairs,
	Dunes:      drawDunes,
	Road:       drawRoad,
	Birch:      drawBirch,
	Fireflies:  drawFireflies,
	Peak:       drawPeak,
	Snow:       drawSnow,
	Cordel:     drawCordel,
	Boat:       drawBoat,
	Clock:      drawClock,
	Whale:      drawWhale,
	Pool:       drawPool,
	Lighthouse: drawLighthouse,
	Profiles:   drawProfiles,
	Slats:      drawSlats,
	Eye:        drawEye,
	Spotlight:  drawSpotlight,
	Pawn:       drawPawn,
	Contour:    drawContour,
	Umbrellas:  drawUmbrellas,
	Hexagons:   drawHexagons,
	Pavement:   drawPavement,
	Darts:      drawDarts,
	Tiles:      drawTiles,
	Bauhaus:    drawBauhaus,
	Flags:      drawFlags,
	Citrus:     drawCitrus,
	Redacted:   drawRedacted,
	Thread:     drawThread,
	Matches:    drawMatches,
	Hairpin:    drawHairpin,
	Letter:     drawLetter,
	Record:     drawRecord,
	Ridgelines: drawRidgelines,
	Leaves:     drawLeaves,
	Wires:      drawWires,
	Fever:      drawFever,
}

// Design is everything a picture is drawn from: the same design gives the same bytes.
type Design struct {
	Style   Style
	Title   []string // the lettering, two lines at most
	Face    Face     // what the title is set in
	Credit  string   // the small line at the foot
	Year    string
	Numeral string   // what Number opens its window with, and Letter shows
	Palette [4]Color // the roles of the four are the style's own
	Motif   int      // which of a style's subjects, for the few that have several
	Seed    uint64
}

// Picture is a finished drawing, and the box its title fills: empty on a backdrop.
type Picture struct {
	*image.RGBA
	Title image.Rectangle
}

// Poster draws the 2:3 picture, 1000 x 1500, lettering included.
func (d Design) Poster() Picture { return d.render(posterSize) }

// PosterOf draws the same poster as wide as asked: all measures follow the width.
func (d Design) PosterOf(width int) Picture { return d.render(image.Pt(width, width*3/2)) }

// Backdrop draws the same scene 16:9, 1920 x 1080, without a letter: the subject stands
// in the right third, and the left and the foot are dark enough to read text on.
func (d Design) Backdrop() Picture { return d.render(backdropSize) }

// BackdropOf draws the same backdrop as wide as asked.
func (d Design) BackdropOf(width int) Picture { return d.render(image.Pt(width, width*9/16)) }

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
