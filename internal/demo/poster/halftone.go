package poster

// drawHalftone: two inks on paper, each a screen of dots at its own angle: the rings of
// two radio stations, growing fainter as they travel. Where they meet they multiply.
//
// Palette: paper, first ink, second ink, lettering.
func drawHalftone(s *scene) {
	paper, rose, blue, letters := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	first, second := inked(rose), inked(blue)
	if s.wide { // light on the dark: the same print as its negative, so that text can lie on it
		paper = blue.times(0.20)
		first = func(_, _ float32, under Color) Color { return under.light(rose) }
		second = func(_, _ float32, under Color) Color { return under.light(blue) }
	}
	s.each(func(x, y float32, _ Color) Color {
		return paper.times(1 - 0.03*s.noise.fbm(x/(6*s.u), y/(50*s.u), 3))
	})
	station := func(cx, cy, length, reach float32) func(x, y float32) float32 {
		return func(x, y float32) float32 {
			r := hypot(x-cx, y-cy)
			_, wave := sincos(6.2831853 * r / length)
			core := 1 - smooth(0.16*length, 0.30*length, r)
			ring := clamp(0.5-0.62*wave) * smooth(0.2*length, 0.6*length, r)
			return max(core, ring*1.02*exp(-r/reach))
		}
	}
	s.screen(10.5*s.u, 0.26, first, station(s.at(0.70, 0.84)*s.W, s.at(0.46, 0.34)*s.H, 148*s.u, 560*s.u))
	s.screen(10.5*s.u, 1.31, second, station(s.at(0.24, 0.60)*s.W, s.at(0.735, 0.74)*s.H, 112*s.u, 520*s.u))
	if s.wide {
		s.dim(Color{})
		return
	}
	// The press stops short of the edges, and the type has paper of its own.
	bare := rect(0, 0, s.W, 0.275*s.H).join(rect(0, s.H-0.085*s.H, s.W, 0.085*s.H))
	s.fill(bare, flat(paper))
	title := setting{face: s.Face, tracking: -0.02, leading: 0.92}
	s.letter(title.fit(0.82*s.W, 0.165*s.H, s.Title...).seat(s.margin(), 0.075*s.H, 0, 0), flat(letters))
	s.credits(letters)
}

// screen prints a field of tones as dots on a grid turned by an angle. At tone 1 the dots
// touch and close.
func (s *scene) screen(pitch, angle float32, ink shader, tone func(x, y float32) float32) {
	sin, cos := sincos(angle)
	n := int((s.W+s.H)/pitch)/2 + 2
	for j := -n; j < n; j++ {
		for i := -n; i < n; i++ {
			gx, gy := (float32(i)+0.5)*pitch, (float32(j)+0.5)*pitch
			x, y := s.W/2+gx*cos-gy*sin, s.H/2+gx*sin+gy*cos
			if x < -pitch || y < -pitch || x > s.W+pitch || y > s.H+pitch {
				continue
			}
			if t := tone(x, y); t > 0.015 {
				s.dot(x, y, pitch*0.60*sqrt(t), ink)
			}
		}
	}
}
