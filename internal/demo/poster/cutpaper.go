package poster

import "math"

// drawCutPaper: a few sheets of coloured paper cut with scissors and laid on cream: a
// sun, hills, flowers, and behind the nearest hill a very large rabbit looking over.
//
// Palette: cream, hill, sun, rabbit.
func drawCutPaper(s *scene) {
	cream, hill, sun, fur := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	blush, ink := fur.toward(RGB(0xFFC9C0), 0.72), RGB(0x231F2B)
	u := s.u
	cx, ground := s.at(0.5, 0.70)*s.W, s.at(0.705, 0.80)*s.H
	s.each(func(x, y float32, _ Color) Color {
		return cream.times(1 + 0.03*s.noise.fbm(x/(34*u), y/(11*u), 4))
	})

	s.sheet(s.cut(eggPoints(cx+318*u, ground-520*u, 150*u, 150*u, 30), 2.5), sun)
	s.sheet(s.cut(s.hillPoints(ground-150*u, 80*u, 1.3), 3), hill.toward(cream, 0.62))
	s.sheet(s.cut(s.hillPoints(ground-70*u, 60*u, 4.2), 3), hill.toward(cream, 0.34))

	for _, ear := range []struct{ side, lean, long float32 }{{-1, -0.13, 690}, {1, 0.20, 650}} {
		x, foot := cx+ear.side*118*u, ground-205*u
		outer := s.cut(leafPoints(112*u, ear.long*u, 26), 2.2).turn(0, 0, ear.lean)
		s.sheet(outer.shift(x, foot), fur)
		inner := s.cut(leafPoints(56*u, 0.74*ear.long*u, 20), 2).turn(0, 0, ear.lean)
		s.sheet(inner.shift(x+ear.side*14*u, foot-84*u), blush)
	}
	s.sheet(s.cut(eggPoints(cx, ground-20*u, 300*u, 282*u, 40), 3), fur)
	for _, side := range []float32{-1, 1} {
		s.sheet(s.cut(eggPoints(cx+side*128*u, ground-118*u, 33*u, 44*u, 20), 1), ink)
		s.sheet(s.cut(eggPoints(cx+side*128*u+11*u, ground-134*u, 9*u, 11*u, 9), 0.8), cream)
	}
	s.sheet(s.cut([]point{{cx - 34*u, ground - 78*u}, {cx + 36*u, ground - 80*u}, {cx + 5*u, ground - 44*u}, {cx - 6*u, ground - 45*u}}, 2), blush)
	s.sheet(s.cut(s.hillPoints(ground+12*u, 34*u, 8.8), 3), hill)
	s.flowers(ground, cream, sun, blush)
	s.butterfly(cx+s.at(-232, -236)*u, ground-840*u, sun, ink)
	if s.wide {
		s.dim(RGB(0x1B2444)) // evening: black over cream would be mud
		return
	}
	title := setting{face: s.Face, size: 168 * u, leading: 0.88, tracking: 0.005}
	s.letter(title.fit(0.82*s.W, 0.17*s.H, s.Title...).seat(s.margin(), s.H-136*u, 0, 1), flat(cream))
	s.credits(cream)
}

// sheet lays a piece of paper: its shadow, then itself with a faint tooth.
func (s *scene) sheet(p *path, paper Color) {
	s.shadow(p, 2*s.u, 3*s.u, 6*s.u, 0.36)
	s.shadow(p, 2*s.u, 2*s.u, 0, 0.20)
	s.fill(p, func(x, y float32, _ Color) Color {
		return paper.times(1 + 0.05*s.noise.fbm(x/(9*s.u), y/(9*s.u), 3))
	})
}

// cut joins points by straight snips, each a little off.
func (s *scene) cut(pts []point, jitter float32) *path {
	for i := range pts {
		pts[i].x += s.between(-jitter, jitter) * s.u
		pts[i].y += s.between(-jitter, jitter) * s.u
	}
	return polygon(pts...)
}

// eggPoints is an ellipse, broader at its foot.
func eggPoints(cx, cy, rx, ry float32, n int) []point {
	pts := make([]point, n)
	for i := range pts {
		sin, cos := sincos(2 * math.Pi * float32(i) / float32(n))
		wide := float32(1)
		if rx != ry {
			wide = 1 + 0.12*sin
		}
		pts[i] = point{cx + rx*wide*cos, cy + ry*sin}
	}
	return pts
}

// leafPoints is a long rounded leaf standing on the origin: an ear, a petal, a wing.
func leafPoints(w, h float32, n int) []point {
	pts := make([]point, 0, 2*n)
	for i := range 2 * n {
		sin, cos := sincos(math.Pi * (float32(i) + 0.5) / float32(n))
		t := (1 - cos) / 2 // 0 at the foot, 1 at the tip, there and back
		pts = append(pts, point{-w * sin * (0.62 + 0.42*t), -h * t})
	}
	return pts
}

// hillPoints is a slope across the picture.
func (s *scene) hillPoints(y, swell, offset float32) []point {
	pts := []point{{-20, s.H + 20}}
	for x := float32(-20); x < s.W+60*s.u; x += 58 * s.u {
		pts = append(pts, point{x, y - swell*2.2*s.noise.at(x/(640*s.u)+offset, offset)})
	}
	return append(pts, point{s.W + 60*s.u, s.H + 20})
}

// flowers grow along the crest of the nearest hill.
func (s *scene) flowers(ground float32, inks ...Color) {
	for i, place := range []float32{0.16, 0.30, 0.375, 0.445} {
		x := s.at(0.5, 0.70)*s.W + place*1000*s.u
		y := ground + s.between(44, 96)*s.u
		r := s.between(20, 30) * s.u
		for k := range 5 {
			petal := s.cut(leafPoints(0.52*r, 1.35*r, 5), 1).turn(0, 0, 2*math.Pi/5*float32(k)+float32(i))
			s.sheet(petal.shift(x, y), inks[i%len(inks)])
		}
		s.sheet(s.cut(eggPoints(x, y, 0.42*r, 0.42*r, 9), 0.6), inks[(i+1)%len(inks)])
	}
}

func (s *scene) butterfly(x, y float32, wings, body Color) {
	u := s.u
	for _, w := range []struct{ turn, long, wide float32 }{{-1.9, 62, 30}, {2.1, 62, 30}, {-0.75, 92, 40}, {0.95, 92, 40}} {
		wing := s.cut(leafPoints(w.wide*u, w.long*u, 8), 1.4).turn(0, 0, w.turn+0.3)
		s.sheet(wing.shift(x, y), wings)
	}
	s.sheet(s.cut(eggPoints(x, y, 6*u, 38*u, 10), 0.8).turn(x, y, 0.3), body)
}
