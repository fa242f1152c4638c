package poster

// drawHorizon: ridge behind ridge in the tones of one hue, mist in the valleys, a low sun
// with a soft halo, and on the nearest ridge a few araucarias.
//
// Palette: sky, glow at the horizon, nearest ridge, sun.
func drawHorizon(s *scene) {
	sky, glow, near, sun := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	horizon := s.at(0.64, 0.66) * s.H
	sunX, sunY, sunR := s.at(0.66, 0.745)*s.W, horizon-118*s.u, 74*s.u

	air := newRamp(stop{0, sky}, stop{0.5, sky.toward(glow, 0.42)}, stop{0.86, glow}, stop{1, glow.toward(sun, 0.5)})
	s.each(func(x, y float32, _ Color) Color {
		d := hypot(x-sunX, (y-sunY)*1.2) / s.u
		return air.at(y / horizon).light(sun.times(0.50*exp(-d/120) + 0.26*exp(-d/380)))
	})
	disc := sun.light(sun.times(0.62))
	s.fill(circle(sunX, sunY, sunR), func(_, y float32, under Color) Color {
		return under.over(disc, 0.96-0.30*smooth(sunY-0.4*sunR, sunY+sunR, y))
	})
	s.birds(sunX-205*s.u, sunY-190*s.u, near.toward(sky, 0.35))

	const ridges = 6
	for i := range ridges {
		t := float32(i) / (ridges - 1)
		tone := glow.toward(near, 0.20+0.80*t)
		mist := tone.toward(glow, lerp(0.85, 0.42, t))
		body := newRamp(stop{0, tone}, stop{1, mist})
		top := s.ridge(horizon+lerp(30, 330, t*lerp(t, 1, 0.35))*s.u, lerp(205, 150, t)*s.u, lerp(0.0030, 0.0017, t), float32(i), sunX)
		if i == ridges-1 {
			body = newRamp(stop{0, near}, stop{1, near.times(0.62)})
			s.forest(top, near)
		}
		crest := make([]float32, s.size.X)
		for x := range crest {
			crest[x] = top(float32(x))
		}
		s.fill(skyline(s, top), func(x, y float32, under Color) Color {
			wisp := 60 * s.u * s.noise.fbm(x/(260*s.u), y/(90*s.u)+7*float32(i), 3)
			c := body.at((y - crest[int(x)] + wisp) / (lerp(190, 330, t) * s.u))
			d := hypot(x-sunX, y-sunY) / s.u
			return c.light(sun.times((1 - t) * 0.30 * exp(-d/230)))
		})
	}
	if s.wide {
		s.dim(Color{})
		return
	}
	paper := RGB(0xFBF4E6)
	title := setting{face: s.Face, size: 236 * s.u, tracking: -0.012, leading: 0.90, align: centre}
	s.letter(title.fit(0.8*s.W, 0.3*s.H, s.Title...).seat(0.5*s.W, 0.082*s.H, 0.5, 0), flat(paper))
	s.credits(paper.toward(near, 0.3))
}

// ridge is a line of mountains: y for every x. It sinks toward the sun, so that the
// light has a valley to come through.
func (s *scene) ridge(base, height, pitch, layer, sunX float32) func(x float32) float32 {
	return func(x float32) float32 {
		at := x/s.u*pitch + 40*layer
		sum, amp := float32(0), float32(0.5)
		for o := range 6 {
			n := s.noise.at(at, 3.7*layer+11*float32(o))
			fold := 1 - sqrt(n*n+0.002) // a crest wherever the noise crosses zero
			sum += amp * fold * fold
			at, amp = at*2.03+5.1, amp*0.46
		}
		valley := (x - sunX) / (430 * s.u)
		return base - height*(1.7*sum-0.75)*(1-0.55*exp(-valley*valley))
	}
}

// skyline closes a ridge down to the foot of the picture.
func skyline(s *scene, top func(x float32) float32) *path {
	p := (&path{}).move(-2, s.H+2)
	for x := float32(-2); x <= s.W+2; x += 1.5 {
		p.line(x, top(x))
	}
	return p.line(s.W+2, s.H+2)
}

// forest stands araucarias on a ridge, each apart, the tallest to the left.
func (s *scene) forest(top func(x float32) float32, ink Color) {
	x := s.at(0.13, 0.575) * s.W
	for _, h := range []float32{300, 400, 245, 180} {
		s.araucaria(x, top(x)+14*s.u, h*s.between(0.94, 1.06)*s.u, ink)
		x += s.between(92, 150) * s.u
	}
}

// araucaria draws the candelabrum pine of the southern highlands: a bare straight trunk,
// and branches that leave it low and high but all reach up to the same flat crown.
func (s *scene) araucaria(x, y, h float32, ink Color) {
	tree := stroke(point{x, y}, point{x, y - 0.96*h}, 0.034*h, 0.016*h)
	reach := 0.27 * h
	for i := range 9 {
		out := (float32(i)/4 - 1) * reach * s.between(0.92, 1.08)
		far := out / reach
		tipX, tipY := x+out, y-h*(0.955-0.075*far*far)
		root := y - h*(0.90-0.30*far*far)
		limb := (&path{}).move(x, root)
		limb.quad(x+0.85*out, root-0.012*h, tipX, tipY)
		limb.quad(x+0.80*out, root-0.045*h, x, root-0.020*h)
		s.fill(limb, flat(ink))
		for range 5 {
			cx, cy := tipX+s.between(-0.040, 0.040)*h, tipY+s.between(-0.012, 0.016)*h
			s.fill(ellipse(cx, cy, h*s.between(0.035, 0.055), h*s.between(0.014, 0.021)), flat(ink))
		}
	}
	s.fill(tree, flat(ink))
	for range 4 { // ferns hide the foot
		s.fill(ellipse(x+s.between(-0.06, 0.06)*h, y, h*0.05, h*s.between(0.03, 0.06)), flat(ink))
	}
}

// birds are a few strokes far off.
func (s *scene) birds(x, y float32, ink Color) {
	for range 5 {
		bx, by := x+s.between(-110, 70)*s.u, y+s.between(-46, 46)*s.u
		w := s.between(8, 14) * s.u
		b := (&path{}).move(bx-w, by-0.35*w)
		b.quad(bx-0.4*w, by-0.55*w, bx, by).quad(bx+0.4*w, by-0.55*w, bx+w, by-0.35*w)
		b.quad(bx+0.4*w, by-0.3*w, bx, by+0.22*w).quad(bx-0.4*w, by-0.3*w, bx-w, by-0.35*w)
		s.fill(b, flat(ink))
	}
}
