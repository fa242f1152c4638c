package poster

// drawNumber: a giant numeral as a window onto the face of the sun, with one small
// planet crossing it.
//
// Palette: ground, deep fire, fire, light.
func drawNumber(s *scene) {
	ground, deep, fire, light := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	heat := newRamp(stop{0, ground.toward(deep, 0.45)}, stop{0.28, deep}, stop{0.58, fire}, stop{0.86, light}, stop{1, light.light(light.times(0.6))})
	window := setting{face: Anton}.fit(0.84*s.W, 0.72*s.H, s.Numeral).seat(0.5*s.W, 0.405*s.H, 0.5, 0.5)
	planet := point{0.865, 0.735} // where in the window's box
	if s.wide {                   // no letter on a backdrop: the sun itself
		window = circle(0.74*s.W, 0.5*s.H, 0.47*s.H)
		planet = point{0.24, 0.66}
	}
	minX, minY, maxX, maxY := window.bounds()
	midX, midY := (minX+maxX)/2, (minY+maxY)/2

	s.each(func(x, y float32, _ Color) Color {
		d := hypot(x-midX, (y-midY)*s.at(0.72, 1)) / s.u
		return ground.light(deep.times(0.34 * exp(-d/s.at(330, 420))))
	})
	glowX, glowY := lerp(minX, maxX, s.at(0.25, 0.42)), lerp(minY, maxY, s.at(0.24, 0.36))
	surface := func(x, y float32, _ Color) Color {
		px, py := x/(210*s.u), y/(210*s.u)
		wx := s.noise.fbm(px, py, 3)
		wy := s.noise.fbm(px+5.2, py+1.3, 3)
		boil := s.noise.fbm(px*1.2+2.6*wx, py*1.2+2.6*wy, 5)
		fine := s.noise.fbm(px*6+3*wx, py*6+3*wy, 3)
		limb := 1 - smooth(0, 1.25, hypot(x-glowX, y-glowY)/(maxY-minY))
		c := heat.at(0.16 + 0.66*limb + 0.50*boil + 0.16*fine)
		if s.wide { // a sphere is darker where it turns away
			r := hypot(x-midX, y-midY) * 2 / (maxY - minY)
			c = c.over(c.ink(fire), 1-sqrt(1-clamp(r*r)*0.94))
		}
		return c
	}
	m := window.mask(s.rect())
	s.through(blurred(m, int(26*s.u)), 0.5, func(_, _ float32, under Color) Color { return under.light(deep.times(0.55)) })
	s.through(m, 1, surface)

	s.fill(circle(lerp(minX, maxX, planet.x), lerp(minY, maxY, planet.y), 21*s.u), flat(ground))
	if s.wide {
		s.dim(Color{})
		return
	}
	title := setting{face: s.Face, size: 150 * s.u, tracking: 0.01, leading: 1.0}
	s.letter(title.fit(0.82*s.W, 0.13*s.H, s.Title...).seat(s.margin(), 0.905*s.H, 0, 1), flat(light.light(light.times(0.5))))
	s.credits(light.toward(ground, 0.35))
}
