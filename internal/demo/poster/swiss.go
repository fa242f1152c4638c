package poster

import "strings"

// drawSwiss: a flat ground, one huge word turned and cropped by the edges, one bar and
// one circle: a metronome at the end of its swing.
//
// Palette: ground, word and bar, circle, lettering.
func drawSwiss(s *scene) {
	ground, black, disc, white := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	s.each(flat(ground))

	const lean = 0.24 // radians from upright
	sin, cos := sincos(lean)
	footX, footY := s.at(0.435, 0.66)*s.W, s.H+40*s.u
	along := func(d, aside float32) point {
		return point{footX + sin*d + cos*aside, footY - cos*d + sin*aside}
	}

	if !s.wide {
		word := setting{face: Archivo, size: 560 * s.u, tracking: -0.045}.set(strings.ToLower(strings.Join(s.Title, "")))
		word.turn(0, 0, lean-1.5707964)
		start := along(-10*s.u, 480*s.u)
		s.fill(word.shift(start.x, start.y), flat(black))
	} else {
		for i := range 3 {
			d := float32(i)*190*s.u + 210*s.u
			s.fill(stroke(along(-200*s.u, d), along(1900*s.u, d), 96*s.u, 96*s.u), flat(black))
		}
	}
	s.fill(stroke(along(-200*s.u, 0), along(1240*s.u, 0), 30*s.u, 30*s.u), flat(black))
	weight := along(860*s.u, 0)
	s.fill(circle(weight.x, weight.y, 150*s.u), flat(disc))

	if s.wide {
		s.dim(black)
		return
	}
	head := setting{face: s.Face, size: 104 * s.u, tracking: -0.03, leading: 0.95}.fit(0.6*s.W, 0.2*s.H, s.Title...)
	head.seat(s.margin(), s.margin(), 0, 0)
	_, _, _, foot := head.bounds()
	s.letter(head, flat(white))
	// Small lines stand under the title, flush left: the foot belongs to the word.
	small := setting{face: ArchivoText, size: 25 * s.u, leading: 1.3}.set(s.Credit, s.Year)
	s.fill(small.seat(s.margin(), foot+34*s.u, 0, 0), flat(white))
}
