package poster

// drawBoat: a paper boat on rows of waves that are rows of circles. Motif 1: the river runs
// upside down, and the boat with it.
//
// Palette: sky, wave, other wave, boat.
func drawBoat(s *scene) {
	sky, wave, other, boat := s.colours()
	s.paper(sky)
	o := s.spot(0.5, 0.50, 0.70, 0.50)
	turned := s.Motif == 1
	flip := func(y float32) float32 {
		if turned {
			return s.H - y
		}
		return y
	}
	moon := spot{s, s.at(0.74, 0.82) * s.W, flip(s.at(0.36, 0.24) * s.H)}
	if turned {
		moon = spot{s, s.at(0.30, 0.58) * s.W, s.at(0.645, 0.80) * s.H}
	}
	s.fill(moon.circle(0, 0, 86), flat(boat.toward(sky, 0.35)))
	line := s.at(0.60, 0.56) * s.H
	if turned {
		line = s.at(0.62, 0.56) * s.H
	}
	vessel := func() {
		at := spot{s, o.x, line + 12*s.u}
		hull := at.shape(-170, -72, 170, -72, 104, 44, -104, 44)
		sail := at.shape(-84, -72, 0, -206, 84, -72)
		dark := boat.times(0.84)
		whole := at.shape(-170, -72, 0, -20, 170, -72, 104, 44, -104, 44)
		for _, p := range []*path{hull, sail, whole} {
			s.tilt(p, at, turned)
		}
		s.fill(hull, flat(dark))
		s.fill(sail, flat(boat))
		half := at.shape(0, -206, 84, -72, 0, -72)
		s.tilt(half, at, turned)
		s.fill(half, flat(dark))
		s.shadow(whole, 0, -3*s.u, 5*s.u, 0.2)
		s.fill(whole, flat(boat))
		captain := at.by(-46, -66)
		crew := captain.circle(0, -42, 13).join(captain.curve(-9, -30, 9, -30, 15, 4, -15, 4)).join(captain.shape(-20, -50, 20, -50, 0, -74))
		s.tilt(crew, at, turned)
		s.fill(crew, flat(wave.times(0.5)))
	}
	const r = 92
	for row := range 16 {
		if row == 2 {
			vessel()
		}
		y := line + float32(row)*44*s.u
		for i := -14; i < 15; i++ {
			x := o.x + (float32(i)+0.5*float32(row%2))*2*r*s.u
			dip := 14 * s.u * s.noise.at(x/(300*s.u), float32(row)*0.3)
			for k := range 4 {
				ink := []Color{wave, sky.light(sky.times(0.3)), other, wave.times(0.8)}[k]
				s.fill(circle(x, flip(y+dip+r*0.55*s.u), (r-float32(k)*23)*s.u), flat(ink.times(1-0.012*float32(row))))
			}
		}
	}
	at := topCentre
	if turned {
		at = footCentre
	}
	s.finish(at, 150, 0.2, wave.times(0.45), wave.times(0.3))
}

// tilt leans a path of the boat, and turns it over where the river does.
func (s *scene) tilt(p *path, o spot, turned bool) {
	p.turn(o.x, o.y, -0.09)
	if turned {
		for i := range p.pts {
			p.pts[i].y = s.H - p.pts[i].y
		}
		// A mirrored outline runs the other way round; so does everything else in it.
	}
}

// drawClock: a clock as large as the moon, up to its four and eight in the tide.
//
// Palette: night, halo, dial, hands.
func drawClock(s *scene) {
	night, halo, dial, hand := s.colours()
	shore := s.at(0.66, 0.68) * s.H
	o := spot{s, s.at(0.5, 0.70) * s.W, shore - 175*s.u}
	s.each(func(x, y float32, _ Color) Color {
		d := hypot(x-o.x, y-o.y) / (340 * s.u)
		haze := s.noise.fbm(x/(380*s.u), y/(90*s.u), 4)
		return night.over(halo, clamp(0.9*exp(-(d-1)*2.2))*0.8+0.14*clamp(haze))
	})
	s.fill(o.circle(0, 0, 340), func(x, y float32, _ Color) Color {
		d := hypot(x-o.x, y-o.y) / (340 * s.u)
		n := s.noise.fbm(x/(80*s.u), y/(80*s.u), 5)
		return dial.times(1 - 0.22*d*d + 0.10*n)
	})
	ink := flat(night.times(0.35))
	s.fill(o.ring(0, 0, 340, 18), ink)
	s.fill(o.ring(0, 0, 232, 4), ink)
	for i, n := range []string{"XII", "I", "II", "III", "IIII", "V", "VI", "VII", "VIII", "IX", "X", "XI"} {
		numeral := setting{face: DMSerif, size: 76 * s.u, tracking: -0.03}.set(n)
		numeral.seat(o.x, o.y-275*s.u, 0.5, 0.5).turn(o.x, o.y, 0.5236*float32(i))
		s.fill(numeral, ink)
	}
	for i := range 60 {
		tick := o.bar(0, -322, 0, -334, 3, 3)
		s.fill(tick.turn(o.x, o.y, 0.10472*float32(i)), ink)
	}
	pointer := func(l, w, angle float32) {
		p := o.bar(0, 30, 0, -l*0.72, w*0.6, w).join(o.shape(-w*1.3, -l*0.70, 0, -l, w*1.3, -l*0.70))
		s.fill(p.turn(o.x, o.y, angle), flat(hand))
	}
	pointer(190, 15, -0.72)
	pointer(286, 10, 0.62)
	s.fill(o.circle(0, 0, 15), flat(hand))
	boat := o.by(-300, 176)
	s.fill(boat.curve(-76, -16, -40, -4, 40, -4, 76, -16, 52, 12, -52, 12).join(boat.person(-6, 0, 74)).join(boat.bar(10, -40, 60, 14, 3, 3)), flat(night.times(0.12)))
	s.water(shore, night, halo)
	s.finish(topCentre, 178, 0.2, dial, Color{})
}

// drawWhale: light from above, something very large, and a diver with a lamp.
//
// Palette: deep, water, light, lamp.
func drawWhale(s *scene) {
	deep, sea, light, lamp := s.colours()
	u := s.u
	cx := s.at(0.60, 0.72) * s.W
	tones := newRamp(stop{0, light}, stop{0.16, sea.toward(light, 0.35)}, stop{0.5, sea}, stop{1, deep})
	s.each(func(x, y float32, _ Color) Color {
		t := y / s.H
		// Rays spread from one place above the water.
		angle := (x - cx) / (y + 420*u)
		ray := s.noise.fbm(angle*9, 2, 3) + 0.5*s.noise.at(angle*31, 7)
		side := abs32(x-cx) / s.W
		k := clamp(0.35+1.1*ray) * exp(-t*2.9) * (1 - 0.6*side)
		return tones.at(t*0.92 + 0.24*side).light(light.times(0.6 * k))
	})
	o := s.spot(0.52, 0.47, 0.68, 0.46)
	body := []float32{-430, 6, -400, -58, -300, -112, -150, -128, 20, -112, 170, -72, 300, -26, 372, -34, 418, -92, 452, -84, 440, -30, 452, 22, 432, 40, 384, 4, 300, 24, 180, 62, 40, 96, -120, 106, -270, 92, -380, 58}
	whale := o.curve(body...)
	whale.turn(o.x, o.y, -0.20)
	s.fill(whale, func(x, y float32, under Color) Color {
		t := (y - o.y) / (150 * u)
		n := s.noise.fbm(x/(90*u), y/(90*u), 4)
		return deep.times(0.62).over(sea, clamp(0.50-0.55*t+0.35*n)*0.7)
	})
	grooves := &path{}
	for i := range 9 {
		y := 20 + float32(i)*9
		a, b := o.at(-404+float32(i)*9, y), o.at(-120-float32(i)*14, y+16)
		g := (&path{}).move(a.x, a.y)
		mid := o.at(-260, y+22)
		g.quad(mid.x, mid.y, b.x, b.y).quad(mid.x, mid.y+4*u, a.x, a.y)
		grooves.join(g)
	}
	s.fill(grooves.turn(o.x, o.y, -0.20), flat(deep.times(0.35)))
	fin := o.curve(-170, 70, -110, 64, -60, 130, -30, 214, -70, 196, -130, 130).turn(o.x, o.y, -0.20)
	s.fill(fin, flat(deep.times(0.42)))
	eye := o.at(-352, 8)
	s.fill(circle(eye.x, eye.y, 6*u).turn(o.x, o.y, -0.20), flat(lamp))
	diver := o.by(-372, 330)
	if s.wide {
		diver = o.by(-330, 290)
	}
	s.halo(diver.by(26, -22), 110, 0.75, lamp)
	ink := flat(deep.times(0.3))
	s.fill(diver.curve(-40, 4, -8, -14, 14, -14, 16, -2, -6, 8).join(diver.circle(24, -13, 10)).join(diver.bar(-34, 3, -72, 16, 9, 5)).join(diver.bar(-34, 5, -66, 30, 9, 5)).join(diver.shape(-66, 10, -100, 14, -74, 22)), ink)
	s.fill(diver.circle(34, -17, 5), flat(lamp))
	for i := range 16 {
		t := float32(i)
		s.dot(diver.x+(22+9*sin32(t*1.7))*u, diver.y-(34+t*t*1.9)*u, (1.6+t*0.28)*u, func(_, _ float32, under Color) Color {
			return under.light(Color{0.22, 0.26, 0.28})
		})
	}
	s.finish(footLeft, 168, 0.18, light.light(light.times(0.4)), Color{})
}

// drawPool: a board, a pool, and a long time to think.
//
// Palette: sky, water, board, suit.
func drawPool(s *scene) {
	sky, water, board, suit := s.colours()
	s.each(flat(sky))
	line := s.at(0.70, 0.66) * s.H
	s.fill(rect(0, line, s.W, s.H), func(x, y float32, _ Color) Color {
		d := (y - line) / s.u
		px, py := x/s.u/(60+d*0.22), 90*d/(d+240)*0.32
		wx, wy := s.noise.fbm(px, py, 2), s.noise.fbm(px+5, py+5, 2)
		net := 1 - abs32(s.noise.at(px*1.4+1.6*wx, py*1.4+1.6*wy))*3.4
		return water.times(0.94 + 0.12*d/500).light(Color{1, 1, 1}.times(0.42 * clamp(net) * clamp(net) * smooth(0, 120, d)))
	})
	s.fill(rect(0, line-26*s.u, s.W, 26*s.u), flat(board))
	s.fill(rect(0, line, s.W, 9*s.u), flat(water.times(0.7)))
	o := s.spot(0.60, 0.335, 0.70, 0.26)
	tower := s.W - 70*s.u
	if s.wide {
		tower = o.x + 460*s.u
	}
	s.fill(rect(tower-70*s.u, o.y+16*s.u, 66*s.u, line-o.y-40*s.u), flat(board.times(0.93)))
	for y := o.y + 60*s.u; y < line-50*s.u; y += 38 * s.u {
		s.fill(rect(tower-70*s.u, y, 66*s.u, 6*s.u), flat(sky.times(0.8)))
	}
	s.fill(polygon(point{o.x - 40*s.u, o.y}, point{s.W + 20, o.y}, point{s.W + 20, o.y + 30*s.u}, point{o.x - 40*s.u, o.y + 14*s.u}), flat(board))
	skin := RGB(0xB5714A)
	who := o.by(10, 2)
	s.fill(who.circle(0, -158, 17).join(who.bar(0, -140, 0, -72, 36, 26)).join(who.bar(-7, -70, -8, 0, 15, 11)).join(who.bar(8, -70, 8, 0, 15, 11)), flat(skin))
	s.fill(who.bar(-15, -136, -20, -70, 9, 8).join(who.bar(15, -136, 20, -70, 9, 8)), flat(skin.times(0.92)))
	s.fill(who.bar(0, -88, 0, -58, 29, 34), flat(suit))
	s.fill(who.curve(-18, -160, -12, -178, 12, -178, 18, -160), flat(suit))
	fall := spot{s, o.x - 120*s.u, line + 150*s.u} // its shadow is already in the water
	shade := fall.ellipse(0, 0, 70, 12).join(fall.ellipse(-76, 4, 17, 7))
	s.through(blurred(shade.mask(s.rect()), int(6*s.u)), 0.5, flat(water.times(0.4)))
	s.finish(topLeft, 150, 0.18, suit, suit.times(0.2))
}

// drawLighthouse: a lighthouse that stands on a letter.
//
// Palette: sky, sea, letter, stripes.
func drawLighthouse(s *scene) {
	sky, sea, letter, red := s.colours()
	s.wash(stop{0, sky}, stop{0.7, sky.toward(letter, 0.45)}, stop{1, sky})
	o := s.spot(0.5, 0.69, 0.70, 0.74)
	lamp := o.by(0, -548)
	s.each(func(x, y float32, under Color) Color {
		dx, dy := abs32(x-lamp.x)/s.u, (y-lamp.y)/s.u
		k := smooth(1.2, 0.2, abs32(dy+dx*0.10)/(10+dx*0.15)) * exp(-dx/620)
		return under.light(RGB(0xFFE7AE).times(0.85 * k))
	})
	s.fill(rect(0, o.y+100*s.u, s.W, s.H), flat(sea))
	for row := range 12 {
		y := o.y + (100+float32(row)*40)*s.u
		for x := -s.between(0, 120) * s.u; x < s.W; x += 150 * s.u {
			w := (&path{}).move(x, y)
			w.quad(x+37*s.u, y-26*s.u, x+75*s.u, y).quad(x+112*s.u, y+26*s.u, x+150*s.u, y)
			w.quad(x+112*s.u, y+32*s.u, x+75*s.u, y+6*s.u).quad(x+37*s.u, y-20*s.u, x, y)
			s.fill(w, flat(sea.light(sea.times(0.6))))
		}
	}
	tower := o.shape(-70, 30, -44, -470, 44, -470, 70, 30)
	s.fill(tower, func(x, y float32, _ Color) Color {
		t := (y - o.y) / s.u
		side := clamp(0.5 + (x-o.x)/(130*s.u))
		c := Color{0.98, 0.96, 0.92}
		if k := modulo(t+0.25*(x-o.x)/s.u, 168); k < 84 {
			c = red
		}
		return c.times(1.03 - 0.30*side*side)
	})
	ink := sea.times(0.5)
	s.fill(o.box(-64, -486, 128, 16).join(o.box(-32, -574, 5, 90)).join(o.box(27, -574, 5, 90)).join(o.box(-3, -574, 5, 90)).join(o.curve(-42, -572, -30, -606, 0, -624, 30, -606, 42, -572)), flat(ink))
	s.fill(o.circle(0, -640, 9), flat(ink))
	lamp.glow(0, 0, 46, 1, RGB(0xFFE7AE))
	s.fill(lamp.circle(0, 2, 17), flat(Color{1, 1, 0.92}))
	env := o.shape(-360, 20, 360, 20, 360, 400, -360, 400).turn(o.x, o.y, -0.035)
	s.shadow(env, 0, 10*s.u, 18*s.u, 0.4)
	s.fill(env, func(x, y float32, _ Color) Color { return letter.times(1 - 0.05*mottle(s, x, y)) })
	for i := range 40 { // airmail
		c := red
		if i%2 == 1 {
			c = sea
		}
		x := -356 + float32(i)*18
		edge := o.shape(x, 382, x+12, 382, x+5, 398, x-7, 398)
		s.fill(edge.turn(o.x, o.y, -0.035), flat(c))
	}
	flap := o.shape(-360, 20, 360, 20, 0, 236).turn(o.x, o.y, -0.035)
	s.shadow(flap, 0, 6*s.u, 8*s.u, 0.3)
	s.fill(flap, flat(letter.times(0.95)))
	s.fill(o.circle(0, 214, 38), flat(red.times(0.86)))
	s.fill(o.ring(0, 214, 28, 4), flat(red.times(0.6)))
	if s.wide {
		s.dim(sea.times(0.3))
		return
	}
	s.fill(rect(0, s.H-118*s.u, s.W, 118*s.u), flat(sea))
	s.finish(topCentre, 150, 0.13, letter.light(letter), sea)
}
