package poster

// drawField: noise bent by noise, lit from one side like silk or slow water, in three
// related colours; the title small and wide.
//
// Palette: depth, body, crest, lettering.
func drawField(s *scene) {
	depth, body, crest, letters := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	tones := newRamp(stop{0, depth.times(0.45)}, stop{0.32, depth}, stop{0.66, body}, stop{1, crest})

	// The height of every place first, one more each way than there are pixels, so that
	// every pixel has a slope to be lit by.
	across := s.size.X + 1
	height := make([]float32, across*(s.size.Y+1))
	scale := 1 / (1150 * s.u)
	for y := range s.size.Y + 1 {
		for x := range across {
			px, py := float32(x)*scale, float32(y)*scale
			wx := s.noise.fbm(px, py*0.8, 2)
			wy := s.noise.fbm(px+4.1, py*0.8+7.7, 2)
			vx := s.noise.fbm(px+1.9*wx+1.7, py*1.2+1.9*wy+9.2, 3)
			height[y*across+x] = s.noise.fbm(px*0.8+2.2*vx, py*0.5+2.4*wx, 2)
		}
	}
	s.each(func(x, y float32, _ Color) Color {
		i := int(y)*across + int(x)
		h := height[i]
		slope := ((height[i+1] - h) - 0.7*(height[i+across]-h)) * 185 * s.u
		return tones.at(0.42 + 0.50*h + 0.30*slope)
	})
	s.vignette(s.at(0.55, 0.70)*s.W, 0.40*s.H, 0.35*s.H, 1.05*s.H, 0.5)
	if s.wide {
		s.dim(Color{})
		return
	}
	s.each(func(_, y float32, under Color) Color {
		return under.over(depth.times(0.5), 0.75*smooth(0.60*s.H, 0.93*s.H, y))
	})
	title := setting{face: s.Face, size: 74 * s.u, tracking: 0.40, leading: 1.45}
	s.letter(title.fit(0.82*s.W, 0.16*s.H, s.Title...).seat(s.margin(), s.H-150*s.u, 0, 1), flat(letters))
	s.credits(letters.toward(body, 0.35))
}
