package poster

// drawSilhouette: a house on stilts, small and black, before a large moon over still
// water, with one window lit and somebody sitting on the deck.
//
// Palette: night, halo, moon, window.
func drawSilhouette(s *scene) {
	night, halo, moon, lamp := s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
	shore := s.at(0.715, 0.74) * s.H
	cx := s.at(0.5, 0.70) * s.W
	cy, r := shore-350*s.u, 330*s.u

	s.each(func(x, y float32, _ Color) Color {
		d := hypot(x-cx, y-cy) / r
		glow := 0.95*exp(-(d-1)*2.6) + 0.18*exp(-(d-1)*0.8)
		c := night.over(halo, clamp(glow*0.8))
		haze := s.noise.fbm(x/(420*s.u), y/(110*s.u), 4)
		return c.over(halo, 0.16*clamp(haze+0.1)*smooth(0.1*s.H, shore, y))
	})
	s.stars(shore, cx, cy, r)
	s.fill(circle(cx, cy, r), func(x, y float32, _ Color) Color {
		dx, dy := (x-cx)/r, (y-cy)/r
		seas := s.noise.fbm(3.1+dx*1.3, 8.2+dy*1.3, 6)
		c := moon.over(halo.over(moon, 0.55), 0.30*smooth(-0.12, 0.40, seas))
		return c.over(halo, 0.30*smooth(0.2, 1.0, dy)) // the air near the water
	})
	s.farShore(shore, night.times(0.55).over(halo, 0.12))
	black := night.times(0.16)
	s.stiltHouse(cx+s.at(20, 0)*s.u, shore, black, lamp)
	s.water(shore, night, halo)
	s.vignette(cx, s.at(0.52, 0.55)*s.H, 0.35*s.H, 1.0*s.H, 0.62)
	if s.wide {
		s.dim(Color{})
		return
	}
	title := setting{face: s.Face, size: 270 * s.u, align: centre, leading: 0.9, tracking: -0.01}
	s.letter(title.fit(0.8*s.W, 0.2*s.H, s.Title...).seat(0.5*s.W, 0.075*s.H, 0.5, 0), flat(moon))
	s.credits(moon.toward(night, 0.3))
}

func (s *scene) stars(shore, cx, cy, r float32) {
	for range int(s.W * s.H / 9000) {
		x, y := s.between(0, s.W), s.between(0, shore*0.9)
		if hypot(x-cx, y-cy) < r*1.25 {
			continue
		}
		light := s.between(0.12, 0.6) * (1 - 0.6*y/shore)
		s.dot(x, y, s.between(0.7, 1.7)*s.u, func(_, _ float32, under Color) Color {
			return under.light(Color{light, light, light})
		})
	}
}

// farShore is a thin line of trees along the water's edge.
func (s *scene) farShore(y float32, ink Color) {
	p := (&path{}).move(-2, y+2)
	for x := float32(-2); x <= s.W+2; x += 2 {
		at := x / s.u
		h := 10 + 16*(s.noise.fbm(at*0.004, 40, 3)+0.4) + 7*s.noise.fbm(at*0.05, 50, 3)
		p.line(x, y-max(h, 3)*s.u)
	}
	s.fill(p.line(s.W+2, y+2), flat(ink))
}

// stiltHouse is drawn in units of the picture about the foot of its deck.
func (s *scene) stiltHouse(x, y float32, ink, lamp Color) {
	u := s.u
	at := func(px, py float32) point { return point{x + px*u, y + py*u} }
	house := rect(x-150*u, y-116*u, 330*u, 11*u) // the deck
	for _, px := range []float32{-138, -84, -22, 40, 102, 164} {
		lean := s.between(-5, 5)
		house.join(stroke(at(px, -112), at(px+lean, 3), 8*u, 7*u))
	}
	house.join(stroke(at(-84, -40), at(40, -98), 3.5*u, 3.5*u))
	house.join(stroke(at(-84, -98), at(40, -40), 3.5*u, 3.5*u))
	house.join(polygon(at(-96, -112), at(-96, -212), at(92, -212), at(92, -112)))
	house.join(polygon(at(-128, -196), at(-30, -292), at(30, -292), at(128, -196), at(118, -190), at(-118, -190)))
	house.join(rect(x+46*u, y-318*u, 16*u, 60*u)) // chimney
	house.join(stroke(at(-148, -116), at(-174, 3), 5*u, 5*u)).join(stroke(at(-130, -116), at(-156, 3), 5*u, 5*u))
	for i := range 6 {
		k := float32(i) / 6
		house.join(rect(x+(-150-26*k)*u, y-(100-104*k)*u, 20*u, 3.5*u))
	}
	for _, px := range []float32{104, 140, 176} {
		house.join(rect(x+px*u, y-150*u, 4*u, 40*u))
	}
	house.join(rect(x+92*u, y-152*u, 88*u, 4*u))
	s.fill(house, flat(ink))

	s.fill(rect(x-62*u, y-184*u, 40*u, 44*u), flat(lamp))
	s.fill(rect(x-44*u, y-184*u, 4*u, 44*u).join(rect(x-62*u, y-164*u, 40*u, 4*u)), flat(ink))
	s.each(func(px, py float32, under Color) Color {
		d := hypot(px-x+42*u, py-y+162*u) / u
		if d > 400 {
			return under
		}
		return under.light(lamp.times(0.28 * exp(-d/46)))
	})
	// Somebody on the edge of the deck, legs over the water.
	who := circle(x+152*u, y-168*u, 8.5*u)
	who.join(polygon(at(145, -159), at(158, -159), at(164, -116), at(142, -116)))
	who.join(stroke(at(152, -118), at(172, -114), 10*u, 8*u)).join(stroke(at(171, -116), at(174, -84), 7*u, 5*u))
	s.fill(who, flat(ink))
	boat := (&path{}).move(x-330*u, y+2*u)
	boat.quad(x-300*u, y+22*u, x-250*u, y+22*u).quad(x-196*u, y+22*u, x-176*u, y-2*u)
	boat.quad(x-250*u, y+14*u, x-330*u, y+2*u)
	s.fill(boat, flat(ink))
}

// water mirrors what stands above the shore, broken by ripples that widen nearer.
func (s *scene) water(shore float32, night, halo Color) {
	top := int(shore) + 1
	for y := top; y < s.size.Y; y++ {
		depth := (float32(y) - shore) / s.u
		for x := range s.size.X {
			fx := float32(x) / s.u
			squeeze := 1 + depth*0.004
			ripple := s.noise.fbm(fx*0.010/squeeze, depth*0.13/squeeze, 3)
			sway := ripple * (5 + depth*0.16)
			sx := min(max(x+int(sway*s.u), 0), s.size.X-1)
			sy := min(max(int(shore-(depth*1.05+ripple*(3+depth*0.34))*s.u), 0), top-1)
			c := s.pix[sy*s.size.X+sx]
			dark := night.times(0.42)
			c = c.over(dark, 0.20+0.72*smooth(-20, 400, depth+70*ripple))
			glint := smooth(0.16, 0.4, ripple) * 0.10 * (1 - smooth(40, 330, depth))
			s.pix[y*s.size.X+x] = c.light(halo.times(glint))
		}
	}
}
