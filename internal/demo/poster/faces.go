package poster

import "math"

// drawProfiles: two people who look at each other, and what stands between them.
//
// Palette: people, vase, crack, lettering.
func drawProfiles(s *scene) {
	people, vase, crack, letters := s.colours()
	s.paper(vase)
	o := s.spot(0.5, 0.50, 0.71, 0.50)
	side := func(k float32) *path {
		xy := []float32{ // a profile from the crown down to the chest, on the right of its face
			-330, -560, -250, -540, -196, -470, -176, -392, -178, -330, -168, -288, -134, -238, -100, -176, -98, -158, -116, -146,
			-146, -138, -150, -122, -128, -98, -122, -82, -140, -66, -130, -50, -132, -34, -160, -18, -162, 2, -150, 40, -162, 76,
			-214, 104, -268, 120, -290, 170, -286, 240, -262, 300, -196, 348, -110, 390, -70, 470, -60, 640, -2400, 640, -2400, -560,
		}
		for i := 0; i < len(xy); i += 2 {
			xy[i] *= k
		}
		p := (&path{})
		pts := o.points(xy)
		for i, q := range pts {
			if i == 0 {
				p.move(q.x, q.y)
				continue
			}
			if i > len(pts)-4 {
				p.line(q.x, q.y)
				continue
			}
			prev, next := pts[max(i-2, 0)], pts[i+1]
			a := pts[i-1]
			p.cube(a.x+(q.x-prev.x)/6, a.y+(q.y-prev.y)/6, q.x-(next.x-a.x)/6, q.y-(next.y-a.y)/6, q.x, q.y)
		}
		return p
	}
	for _, k := range []float32{1, -1} {
		tone := people
		if k < 0 {
			tone = people.toward(vase, 0.10).times(0.86)
		}
		s.fill(side(k), func(x, y float32, _ Color) Color { return tone.times(1 - 0.05*mottle(s, x, y)) })
	}
	pts := []point{}
	for i := range 15 {
		t := float32(i) / 14
		pts = append(pts, o.at(s.between(-16, 16)+20*sin32(t*9), -330+t*720))
	}
	s.fill(o.trail(3.4, pts...), flat(crack))
	for _, i := range []int{3, 6, 9} {
		p := pts[i]
		s.fill(stroke(p, point{p.x + s.between(26, 52)*s.u, p.y + s.between(20, 46)*s.u}, 3*s.u, 1*s.u), flat(crack))
	}
	if !s.wide {
		s.fill(rect(0, s.H-334*s.u, s.W, 334*s.u), flat(people.times(0.86)))
	}
	s.finish(footCentre, 168, 0.12, letters, people.times(0.3))
}

// drawSlats: a face turned to the light, seen through blinds of changing breadth.
//
// Palette: ground, shade, skin, light.
func drawSlats(s *scene) {
	ground, shade, skin, light := s.colours()
	s.each(flat(ground))
	o := s.spot(0.56, 0.36, 0.72, 0.52)
	bump := func(x, y, cx, cy, rx, ry float32) float32 {
		dx, dy := (x-cx)/rx, (y-cy)/ry
		return exp(-dx*dx - dy*dy)
	}
	relief := func(x, y float32) float32 { // of a head, in its own half-heights
		w := 0.70 - 0.16*smooth(0.25, 1.05, y) + 0.02*smooth(-0.2, -0.9, y)
		d := 1 - (x/w)*(x/w) - (y/1.02)*(y/1.02)
		if d <= 0 {
			neck := 0.40 + 0.75*smooth(1.22, 1.75, y)
			if k := 1 - (x/neck)*(x/neck); y > 0.55 && k > 0 {
				return 0.52*sqrt(k) - 0.35
			}
			return -1
		}
		z := 0.82 * sqrt(d)
		z += 0.20*bump(x, y, 0, 0.20, 0.10, 0.13) + 0.13*bump(x, y, 0, -0.02, 0.075, 0.22) // nose
		z -= 0.15*bump(x, y, -0.25, -0.10, 0.17, 0.085) + 0.15*bump(x, y, 0.25, -0.10, 0.17, 0.085)
		z += 0.07*bump(x, y, -0.25, -0.09, 0.10, 0.045) + 0.07*bump(x, y, 0.25, -0.09, 0.10, 0.045) // lids
		z += 0.06*bump(x, y, 0, -0.26, 0.50, 0.08) + 0.05*bump(x, y, 0, 0.46, 0.18, 0.035) + 0.06*bump(x, y, 0, 0.56, 0.15, 0.045)
		z -= 0.05 * bump(x, y, 0, 0.505, 0.20, 0.018)
		return z + 0.08*bump(x, y, 0, 0.82, 0.18, 0.12)
	}
	const half = 385
	tone := func(px, py float32) float32 {
		x, y := (px-o.x)/s.u/half, (py-o.y)/s.u/half
		z := relief(x, y)
		if z <= -0.9 {
			return 0
		}
		const e = 0.012
		gx, gy := (relief(x+e, y)-z)/e, (relief(x, y+e)-z)/e
		if max(abs32(gx), abs32(gy)) > 9 {
			return 0.03
		}
		l := sqrt(gx*gx + gy*gy + 1)
		lit := (0.74*gx + 0.30*gy + 0.60) / l
		return 0.05 + 0.95*clamp(lit)
	}
	warm := newRamp(stop{0, shade}, stop{0.5, skin}, stop{1, light})
	pitch := 15 * s.u
	s.each(func(x, y float32, under Color) Color {
		row := floor(y/pitch) * pitch
		t := tone(x, row+pitch/2)
		d := abs32(y-row-pitch/2) / pitch
		return under.over(warm.at(t), smooth(0.06, -0.06, d-0.50*t)*smooth(0, 0.03, t))
	})
	if !s.wide {
		s.veil(ground, 0.56, 0.74, 1)
	}
	s.finish(footLeft, 150, 0.15, light, ground.times(0.5))
}

// drawEye: an eye as wide as the picture, and who it looks at.
//
// Palette: ground, iris, its rim, light.
func drawEye(s *scene) {
	ground, iris, rim, light := s.colours()
	s.paper(ground)
	o := s.spot(0.5, 0.44, 0.72, 0.48)
	lashes := &path{}
	for i := range 31 {
		t := float32(i)/30*2 - 1
		x, y := 430*t, -250*(1-t*t)-6
		l := 150 * (1 - 0.45*t*t) * s.between(0.8, 1.1)
		lashes.join(o.bar(x, y, x+t*l*0.8, y-l*(1-0.35*abs32(t)), 15, 1.5))
	}
	ink := rim.times(0.28)
	s.fill(lashes, flat(ink))
	a, b := o.at(-460, 0), o.at(460, 0)
	top, foot := o.at(0, -500), o.at(0, 400)
	almond := (&path{}).move(a.x, a.y)
	almond.quad(top.x, top.y, b.x, b.y).quad(foot.x, foot.y, a.x, a.y)
	s.fill(almond, flat(light))
	m := almond.mask(s.rect())
	s.through(m, 1, func(x, y float32, under Color) Color {
		dx, dy := (x-o.x)/s.u, (y-o.y+24*s.u)/s.u
		d := hypot(dx, dy)
		shadow := 0.55 * smooth(30, -250, (y-o.y)/s.u+0.0011*dx*dx)
		if d > 214 {
			return under.times(1-0.20*smooth(200, 460, d)).over(ink, shadow)
		}
		angle := float32(math.Atan2(float64(dy), float64(dx)))
		sa, ca := sincos(angle)
		fibre := s.noise.fbm(13*ca+2, 13*sa+d/60, 3) + 0.6*s.noise.at(34*ca, 34*sa+d/110)
		c := iris.toward(rim, clamp(smooth(120, 212, d)+0.55*fibre))
		c = c.over(light, 0.40*exp(-(d-100)*(d-100)/700)*(0.6+fibre))
		c = c.over(ink, smooth(200, 214, d))
		return c.over(ink, shadow)
	})
	s.through(o.circle(0, -24, 92).mask(s.rect()), 1, flat(ink))
	// In the pupil a lit door, and somebody in it.
	s.fill(o.shape(-22, -70, 22, -70, 26, 30, -26, 30), flat(light))
	s.fill(o.person(0, 30, 74), flat(ink))
	s.fill(o.ellipse(62, -112, 30, 22), flat(Color{1, 1, 1}))
	lid := (&path{}).move(a.x, a.y)
	over := o.at(0, -540)
	lid.quad(over.x, over.y, b.x, b.y).quad(top.x, top.y, a.x, a.y)
	s.fill(lid, flat(ink))
	s.finish(footLeft, 190, 0.20, light, ink)
}

// drawSpotlight: a cone of light on a stage, and a shadow that is not its owner's.
//
// Palette: dark, curtain, light, lettering.
func drawSpotlight(s *scene) {
	dark, curtain, light, letters := s.colours()
	stage := s.at(0.76, 0.78) * s.H
	o := spot{s, s.at(0.5, 0.70) * s.W, stage}
	s.each(func(x, y float32, _ Color) Color {
		fold := s.noise.at(x/(38*s.u), 3+0.15*y/s.H) + 0.5*s.noise.at(x/(13*s.u), 9)
		c := curtain.times(0.34 + 0.34*fold)
		if y > stage {
			c = dark.times(1.2 + 0.4*s.noise.at(x/(140*s.u), (y-stage)/(9*s.u)))
		}
		return c.over(dark, clamp(0.25+0.5*abs32(x-o.x)/(620*s.u)))
	})
	s.each(func(x, y float32, under Color) Color {
		t := (y - stage) / s.u
		wide := 24 + (t+1150)*0.235
		k := smooth(1.06, 0.80, abs32(x-o.x)/s.u/wide) * (0.30 + 0.22*smooth(-1150, 0, t))
		if t > 64 {
			k = 0
		}
		return under.light(light.times(k))
	})
	s.fill(o.ellipse(0, 44, 300, 62), func(_, _ float32, under Color) Color { return under.light(light.times(0.85)) })
	// On the curtain: crown, wide sleeves and all.
	shade := o.curve(-120, 0, -96, -180, -70, -330, -150, -260, -214, -130, -240, -150, -180, -330, -96, -420, -44, -440, -46, -470,
		-60, -520, -40, -566, 0, -580, 40, -566, 60, -520, 46, -470, 44, -440, 96, -420, 180, -330, 240, -150, 214, -130, 150, -260, 70, -330, 96, -180, 120, 0)
	shade.join(o.shape(-64, -556, -92, -668, -44, -614, 0, -700, 44, -614, 92, -668, 64, -556))
	s.through(blurred(shade.mask(s.rect()), int(5*s.u)), 0.80, flat(dark.times(0.5)))
	s.fill(o.person(0, 50, 190), flat(dark.times(0.25)))
	s.fill(o.bar(14, -58, 50, -100, 10, 7).join(o.bar(44, -40, 44, -132, 3, 3)), flat(dark.times(0.25)))
	s.finish(topCentre, 150, 0.16, letters, Color{})
}

// drawPawn: the board goes on to the horizon; a pawn walks home, with a queen's shadow.
//
// Palette: sky, light square, dark square, pawn.
func drawPawn(s *scene) {
	sky, pale, dark, pawn := s.colours()
	horizon := s.at(0.50, 0.44) * s.H
	o := spot{s, s.at(0.42, 0.66) * s.W, horizon}
	s.wash(stop{0, sky.times(0.78)}, stop{0.5, sky.light(sky.times(0.35))}, stop{1, sky})
	s.fill(rect(0, horizon, s.W, s.H), func(x, y float32, _ Color) Color {
		d := (y - horizon) / s.u
		depth := 620 / (d + 6)
		gx, gy := (x-o.x)/s.u/(d+6)*2.2+0.35, depth*1.35
		odd := (int(floor(gx))+int(floor(gy)))&1 == 0
		c := dark
		if odd {
			c = pale
		}
		// Far off the squares melt, as they do for an eye.
		c = c.toward(pale.toward(dark, 0.5), smooth(34, 5, d))
		return c.over(sky.light(sky.times(0.35)), 0.85*exp(-d/70)).times(1 - 0.05*mottle(s, x, y))
	})
	home := o.by(215, 4)
	s.fill(home.shape(-26, 0, -26, -26, -36, -26, 0, -58, 36, -26, 26, -26, 26, 0), flat(dark))
	s.fill(home.box(-6, -18, 12, 18), flat(pale))
	p := o.by(-60, 330)
	queen := []float32{-70, 0, -78, -26, -40, -60, -26, -190, -44, -214, -30, -236, -62, -330, -34, -290, -18, -344, 0, -296, 18, -344, 34, -290, 62, -330, 30, -236, 44, -214, 26, -190, 40, -60, 78, -26, 70, 0}
	cast := p.shape(queen...)
	for i, q := range cast.pts {
		dx, dy := (q.x-p.x)/s.u, (q.y-p.y)/s.u
		cast.pts[i] = p.at(dx*(1-dy*0.0012)-dy*0.95, -dy*0.60-10)
	}
	s.through(blurred(cast.mask(s.rect()), int(4*s.u)), 0.62, flat(dark.times(0.35)))
	shade := func(x, _ float32, _ Color) Color {
		t := (x - p.x) / (95 * s.u)
		return pawn.times(0.72 + 0.5*exp(-(t+0.45)*(t+0.45)*5) - 0.28*clamp(t))
	}
	s.fill(p.curve(-96, 8, -100, -22, -84, -40, -52, -58, -34, -140, -38, -176, -56, -186, -30, -204, 30, -204, 56, -186, 38, -176, 34, -140, 52, -58, 84, -40, 100, -22, 96, 8, 0, 26), shade)
	s.fill(p.circle(0, -250, 62), shade)
	// It carries its things on a stick.
	s.fill(p.bar(20, -150, 128, -250, 7, 6), flat(dark.times(0.6)))
	s.fill(p.curve(128, -262, 166, -250, 176, -206, 146, -182, 108, -196, 100, -232), flat(RGB(0xC8472F)))
	if !s.wide {
		s.veil(pale, 0.90, 0.955, 0.9)
	}
	s.finish(topLeft, 168, 0.2, dark.times(0.7), dark.times(0.4))
}
