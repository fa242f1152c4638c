package poster

import "math"

// drawRedacted: a page of which only the title was not struck out.
//
// Palette: page, type, stamp, scorch.
func drawRedacted(s *scene) {
	page, ink, stamp, scorch := s.colours()
	s.paper(page)
	o := s.spot(0.5, 0.5, 0.72, 0.5)
	line := float32(54)
	for row := -14; row <= 14; row++ {
		if !s.wide && (row >= -3 && row <= 3 || row < -11 || row > 10) {
			continue
		}
		for x := float32(-400); x < 380; {
			w := min(s.between(40, 210), 400-x)
			y := float32(row)*line + s.between(-2, 2)
			if s.between(0, 1) < 0.70 {
				bar := o.shape(x, y+s.between(-3, 3), x+w, y+s.between(-3, 3), x+w, y+34+s.between(-2, 2), x, y+34)
				s.fill(bar, func(px, py float32, under Color) Color {
					return under.over(ink, 0.90+0.2*s.noise.fbm(px/(9*s.u), py/(50*s.u), 2))
				})
			} else { // what is left to read says nothing
				for g := x; g < x+w-9; g += 15 {
					if s.between(0, 1) < 0.84 {
						s.fill(o.box(g, y+s.between(9, 13), 9, s.between(10, 15)), func(_, _ float32, under Color) Color { return under.over(ink, 0.34) })
					}
				}
			}
			x += w + 18
		}
	}
	seal := o.by(246, 374)
	round := seal.ring(0, 0, 116, 10).join(seal.ring(0, 0, 92, 4))
	year := setting{face: Archivo, size: 64 * s.u, tracking: 0.02}.set(s.Year).seat(seal.x, seal.y, 0.5, 0.5)
	if !s.wide {
		round.join(year)
	}
	s.fill(round.turn(seal.x, seal.y, -0.22), func(x, y float32, under Color) Color {
		return under.over(under.ink(stamp), 0.88*smooth(-0.34, 0.0, s.noise.fbm(x/(12*s.u), y/(12*s.u), 3)))
	})
	corner := point{s.W, 0}
	s.each(func(x, y float32, under Color) Color { // one corner has been near a fire
		d := hypot(x-corner.x, y-corner.y)/s.u + 74*s.noise.fbm(x/(90*s.u), y/(90*s.u), 4)
		c := under.over(scorch, 0.85*smooth(330, 190, d))
		return c.over(Color{0.03, 0.02, 0.02}, smooth(196, 182, d))
	})
	if s.wide {
		s.dim(ink)
		return
	}
	t := leadings[s.Face]
	t.face, t.size = s.Face, 116*s.u
	s.letter(t.fit(0.80*s.W, 0.2*s.H, s.Title...).seat(0.1*s.W, 0.513*s.H, 0, 0.5), flat(ink))
	s.credits(ink)
}

// drawThread: a needle, and one red thread that has made a rose of itself.
//
// Palette: linen, weave, thread, needle.
func drawThread(s *scene) {
	linen, weave, thread, needle := s.colours()
	s.each(func(x, y float32, _ Color) Color {
		warp := sin32(x/(2.3*s.u)) * sin32(y/(2.3*s.u))
		return linen.over(weave, clamp(0.14+0.10*warp+0.30*s.noise.fbm(x/(90*s.u), y/(90*s.u), 3)))
	})
	o := s.spot(0.52, 0.42, 0.72, 0.46)
	pts := []point{}
	for i := range 1500 {
		t := float32(i) / 1499
		a := t * 2 * math.Pi * 11
		r := lerp(14, 268, float32(math.Pow(float64(t), 0.8))) * (1 + 0.15*sin32(a*5/11*2.6+1.2))
		sin, cos := sincos(a + 0.4*sin32(a*0.7))
		pts = append(pts, o.at(r*cos, r*sin*0.96))
	}
	last := pts[len(pts)-1]
	eye := o.at(-120, 640)
	if s.wide {
		eye = o.at(-300, 420)
	}
	for i := range 90 { // and down to the needle's eye
		t := float32(i) / 89
		pts = append(pts, point{
			lerp(last.x, eye.x, t) + 150*s.u*sin32(t*6.2)*(1-t),
			lerp(last.y, eye.y, t*t*(3-2*t)),
		})
	}
	whole := o.trail(6.5, pts...)
	s.shadow(whole, 3*s.u, 6*s.u, 3*s.u, 0.45)
	s.fill(whole, func(x, y float32, _ Color) Color {
		return thread.times(1 + 0.22*sin32((x+y*1.7)/(2.2*s.u)))
	})
	n := spot{s, eye.x, eye.y}
	pin := n.shape(-44, -5, -30, -12, 30, -11, 430, 0, 30, 11, -30, 12, -44, 5)
	pin.turn(n.x, n.y, -0.42)
	s.shadow(pin, 6*s.u, 10*s.u, 5*s.u, 0.4)
	s.fill(pin, func(x, y float32, _ Color) Color {
		return needle.light(Color{1, 1, 1}.times(0.6 * clamp(0.5-(y-n.y+(x-n.x)*0.44)/(12*s.u))))
	})
	s.finish(topLeft, 140, 0.13, thread.times(0.55), weave.times(0.25))
}

// drawMatches: a parade of matches; one has bowed, one is alight.
//
// Palette: ground, wood, head, flame.
func drawMatches(s *scene) {
	ground, wood, head, flame := s.colours()
	s.each(flat(ground))
	o := s.spot(0.5, 0.90, 0.66, 0.95)
	match := func(x, h float32, lean float32, spent bool) {
		m := o.by(x, 0)
		stick := m.box(-10, -h, 20, h).turn(m.x, m.y, lean)
		s.shadow(stick, 7*s.u, 3*s.u, 5*s.u, 0.35)
		s.fill(stick, func(px, py float32, _ Color) Color {
			t := (px - m.x) / (10 * s.u)
			c := wood.times(1.02 - 0.12*clamp(t) + 0.10*s.noise.at(px/(3*s.u), py/(120*s.u)))
			if spent {
				c = c.over(ground.times(0.25), smooth(-h*0.5, -h*0.72, (py-m.y)/s.u))
			}
			return c
		})
		tip := head
		if spent {
			tip = ground.times(0.22)
		}
		s.fill(m.curve(-13, -h+20, -16, -h-12, 0, -h-34, 16, -h-12, 13, -h+20, 0, -h+27).turn(m.x, m.y, lean), func(px, _ float32, _ Color) Color {
			return tip.times(1.08 - 0.18*clamp((px-m.x)/(16*s.u)))
		})
	}
	for i := range 15 {
		x := float32(i-7) * 58
		switch i {
		case 4:
			pts := []point{}
			for k := range 30 {
				t := float32(k) / 29
				pts = append(pts, o.at(x-float32(50)*t*t-50*smooth(0.6, 1, t)*t, -460*t*(1-0.28*t*t)))
			}
			s.fill(o.trail(17, pts...), flat(ground.times(0.24)))
			end := pts[29]
			s.fill(circle(end.x, end.y, 17*s.u), flat(ground.times(0.18)))
		case 10:
			match(x, 520, 0, false)
			top := o.by(x, -560)
			top.glow(0, -40, 84, 0.75, flame)
			s.fill(top.curve(0, 60, -44, 28, -50, -24, -22, -70, -8, -140, 8, -172, 22, -110, 46, -50, 48, 16, 30, 50), flat(flame))
			s.fill(top.curve(0, 54, -22, 30, -26, -6, -10, -44, 2, -84, 16, -40, 27, 0, 20, 40), flat(flame.light(Color{0.95, 0.85, 0.45})))
		default:
			match(x, 500+s.between(-8, 8), s.between(-0.012, 0.012), false)
		}
	}
	s.fill(o.box(-1600, -150, 3200, 800), flat(head.times(0.9)))
	s.fill(o.box(-1600, -150, 3200, 7), flat(wood))
	if s.wide {
		s.dim(ground.times(0.2))
		return
	}
	s.finish(topLeft, 180, 0.20, wood, ground)
}

// drawHairpin: a mountain road as engineers draw it, and one lorry on it.
//
// Palette: paper, asphalt, lane, lorry.
func drawHairpin(s *scene) {
	sheet, tar, lane, lorry := s.colours()
	s.paper(sheet)
	o := s.spot(0.5, 0.56, 0.72, 0.50)
	const rows = 4
	for k := range 9 {
		c, w := tar, float32(9)
		if k == 4 {
			c, w = lane, 17
		}
		off := (float32(k) - 4) * 22
		pts := []point{o.at(-2000, -470+off)}
		for row := range rows {
			y := -470 + float32(row)*290
			right := row%2 == 0
			cx, dir := float32(210), float32(1)
			if !right {
				cx, dir = -210, -1
			}
			// The order of the lanes turns over at every bend, as on a real road.
			o2 := off
			if row%2 == 1 {
				o2 = -off
			}
			r := 145 - o2
			for a := range 41 {
				sin, cos := sincos(-math.Pi/2 + math.Pi*float32(a)/40)
				pts = append(pts, o.at(cx+dir*r*cos, y+145+r*sin))
			}
		}
		end := pts[len(pts)-1]
		pts = append(pts, point{end.x + 900*s.u, end.y})
		s.fill(o.trail(w, pts...), flat(c))
	}
	t := o.by(-30, -470+290)
	s.fill(t.box(-70, -24, 104, 48).join(t.box(-122, -21, 46, 42)), flat(lorry))
	s.fill(t.box(-112, -17, 12, 34), flat(sheet))
	if s.wide {
		s.dim(tar)
		return
	}
	s.fill(rect(0, 0, s.W, 0.155*s.H).join(rect(0, s.H-112*s.u, s.W, 112*s.u)), flat(sheet))
	s.finish(topLeft, 150, 0.09, tar, tar)
}

// drawLetter: one letter, cropped by every edge, and who lives in its shadow.
//
// Palette: ground, letter, light, lettering.
func drawLetter(s *scene) {
	ground, ink, light, letters := s.colours()
	o := s.spot(0.5, 0.5, 0.70, 0.5)
	s.each(func(x, y float32, _ Color) Color { // blinds
		t := (y + 0.30*x) / (74 * s.u)
		slat := smooth(0.30, 0.38, modulo(t, 1)) * smooth(1, 0.92, modulo(t, 1))
		fall := exp(-hypot(x-o.x-200*s.u, y-o.y+320*s.u) / (720 * s.u))
		return ground.light(light.times(0.85 * slat * fall))
	})
	big := setting{face: Gala}.fit(1.14*1000*s.u, 1180*s.u, s.Numeral).seat(o.x+10*s.u, -20*s.u, 0.5, 0)
	if s.wide {
		big = setting{face: Gala}.fit(1200*s.u, 1000*s.u, s.Numeral).seat(o.x, o.y, 0.5, 0.5)
	}
	s.shadow(big, 40*s.u, 50*s.u, 30*s.u, 0.5)
	s.fill(big, func(x, y float32, _ Color) Color {
		t := (y + 0.30*x + 20*s.u) / (74 * s.u)
		slat := smooth(0.30, 0.38, modulo(t, 1)) * smooth(1, 0.92, modulo(t, 1))
		fall := exp(-hypot(x-o.x-200*s.u, y-o.y+320*s.u) / (620 * s.u))
		return ink.over(light, 0.55*slat*fall)
	})
	who := o.by(300, 610)
	if s.wide {
		who = o.by(360, 470)
	}
	s.fill(who.person(0, 0, 230).join(who.ellipse(0, -222, 44, 9)).join(who.box(-24, -246, 48, 26)), flat(ground.times(0.12)))
	s.fill(who.bar(34, -168, 66, -196, 10, 7), flat(ground.times(0.12)))
	s.fill(who.circle(70, -201, 4), flat(light))
	s.finish(footLeft, 128, 0.13, letters, ground.times(0.2))
}

// drawRecord: a record, and two who dance on it without touching the floor.
//
// Palette: ground, vinyl, label, ghosts.
func drawRecord(s *scene) {
	ground, vinyl, label, ghost := s.colours()
	s.paper(ground)
	o := s.spot(0.5, 0.60, 0.70, 0.54)
	disc := o.circle(0, 0, 430)
	s.shadow(disc, 14*s.u, 24*s.u, 26*s.u, 0.45)
	s.fill(disc, func(x, y float32, _ Color) Color {
		dx, dy := (x-o.x)/s.u, (y-o.y)/s.u
		d := hypot(dx, dy)
		angle := float32(math.Atan2(float64(dy), float64(dx)))
		_, gleam := sincos(2 * (angle + 0.75))
		groove := 0.5 + 0.5*sin32(d*1.55)
		track := float32(1)
		for _, r := range []float32{200, 268, 345} {
			track *= 1 - 0.8*exp(-(d-r)*(d-r)/9)
		}
		k := float32(math.Pow(float64(max(gleam, 0)), 10))
		c := vinyl.times(0.70 + 0.40*groove*track)
		return c.light(ghost.times(0.34 * k * (0.5 + 0.5*groove) * smooth(440, 420, d)))
	})
	s.fill(o.circle(0, 0, 132), func(x, y float32, _ Color) Color {
		if hypot(x-o.x, y-o.y) > 116*s.u && hypot(x-o.x, y-o.y) < 121*s.u {
			return ghost
		}
		return label
	})
	s.fill(o.circle(0, 0, 9), flat(ground))
	for i, at := range []struct{ x, y, k, lean float32 }{{-232, -96, 0.78, -0.22}, {206, -10, 0.70, 0.20}} {
		g := o.by(at.x, at.y)
		sheet := g.curve(0, -258*at.k, 66*at.k, -220*at.k, 84*at.k, -120*at.k, 96*at.k, 30, 108*at.k, 96, 62*at.k, 70, 30*at.k, 106, -6, 76, -44*at.k, 108, -74*at.k, 74, -116*at.k, 98, -96*at.k, 10, -84*at.k, -120*at.k, -62*at.k, -220*at.k)
		sheet.join(g.curve(70*at.k, -140, 122, -168, 150, -150, 118, -118, 76*at.k, -80))
		if i == 1 {
			for k := range sheet.pts {
				sheet.pts[k].x = 2*g.x - sheet.pts[k].x
			}
			// Mirrored, so its outline runs the other way round, all of it alike.
		}
		sheet.turn(g.x, g.y, at.lean)
		s.shadow(sheet, 8*s.u, 22*s.u, 16*s.u, 0.45)
		s.fill(sheet, func(x, y float32, _ Color) Color {
			t := (y - g.y) / (260 * s.u)
			fold := s.noise.at((x-g.x)/(34*s.u), 3+0.4*t)
			return ghost.over(label, clamp(0.10+0.18*fold+0.34*(t+0.3))*0.8)
		})
		face := g.ellipse(-22, -176*at.k, 9, 15).join(g.ellipse(22, -176*at.k, 9, 15)).join(g.ellipse(0, -136*at.k, 11, 8))
		s.fill(face.turn(g.x, g.y, at.lean), flat(vinyl))
	}
	s.finish(topLeft, 160, 0.19, vinyl, vinyl.times(0.6))
}

// drawRidgelines: lines of a signal, one behind the other, and something in the middle.
//
// Palette: ground, far line, near line, lettering.
func drawRidgelines(s *scene) {
	ground, far, near, letters := s.colours()
	s.each(flat(ground))
	o := s.spot(0.5, 0.22, 0.71, 0.16)
	const rows = 54
	for row := range rows {
		t := float32(row) / (rows - 1)
		base := t * 750
		pts := []point{}
		for x := float32(-s.at(420, 1500)); x <= s.at(420, 700); x += 3 {
			k := x / 185
			mid := exp(-k*k) * (0.35 + 1.1*exp(-(t-0.52)*(t-0.52)/0.055))
			n := 0.55 + 1.5*s.noise.fbm(x/64+31*t, t*13, 4)
			h := mid*max(n, 0.02)*230 + 5*s.noise.at(x/16, t*91)
			pts = append(pts, o.at(x, base-h))
		}
		under := &path{}
		under.move(pts[0].x, s.H)
		for _, p := range pts {
			under.line(p.x, p.y)
		}
		under.line(pts[len(pts)-1].x, pts[len(pts)-1].y+90*s.u).line(pts[0].x, pts[0].y+90*s.u)
		under.pts[0].y = pts[0].y + 90*s.u
		s.fill(under, flat(ground))
		line := &path{}
		for i := 1; i < len(pts); i++ {
			line.join(stroke(pts[i-1], pts[i], 2.7*s.u, 2.7*s.u))
		}
		s.fill(line, flat(far.toward(near, t)))
	}
	s.finish(footLeft, 150, 0.17, letters, ground.times(0.4))
}

// drawLeaves: leaves upon leaves, and in the gap between them somebody's window.
//
// Palette: deep, leaf, bright leaf, window.
func drawLeaves(s *scene) {
	deep, leaf, bright, lit := s.colours()
	s.each(flat(deep))
	o := s.spot(0.52, 0.47, 0.72, 0.48)
	o.glow(0, 0, 150, 0.8, lit)
	s.fill(o.shape(-96, 150, -96, -60, 0, -160, 96, -60, 96, 150), flat(lit.light(lit.times(0.4))))
	s.fill(o.box(-4, -150, 8, 300).join(o.box(-96, -30, 192, 8)).join(o.box(-110, 150, 220, 14)), flat(deep))
	s.fill(o.circle(46, 70, 26).join(o.curve(24, 92, 68, 92, 92, 150, 4, 150)), flat(deep))
	for ring := 4; ring >= 0; ring-- {
		n := 9 + ring*3
		for i := range n {
			a := (float32(i)+s.between(-0.3, 0.3))*2*math.Pi/float32(n) + float32(ring)*0.4
			sin, cos := sincos(a)
			d := 330 + float32(ring)*125 + s.between(-24, 24)
			c := o.by(d*cos*s.at(0.86, 1.25), d*sin*1.12)
			l := s.between(300, 400)
			lean := a - math.Pi/2 + math.Pi + s.between(-0.5, 0.5) // its tip points to the gap
			tone := leaf.toward(bright, s.between(0, 1)*float32(4-ring)/4).toward(deep, 0.17*float32(ring)+s.between(0, 0.15))
			blade := s.blade(c, l, lean, ring%2 == 0)
			s.shadow(blade, 0, 12*s.u, 14*s.u, 0.5)
			ls, lc := sincos(lean)
			s.fill(blade, func(x, y float32, _ Color) Color {
				dx, dy := (x-c.x)/s.u, (y-c.y)/s.u
				along, aside := dx*ls-dy*lc, dx*lc+dy*ls
				vein := smooth(3, 0.5, abs32(aside)) + 0.35*smooth(0.93, 1, sin32((along-abs32(aside)*0.8)/9))
				return tone.times(1.06-0.14*clamp(aside/60+0.4)).over(bright, 0.30*clamp(vein))
			})
		}
	}
	if !s.wide {
		s.veil(deep.times(0.6), 0.66, 0.86, 0.9)
	}
	s.finish(footLeft, 168, 0.17, lit.light(lit), deep.times(0.3))
}

// blade is a leaf about its middle: whole, or cut like a monstera's.
func (s *scene) blade(o spot, l, lean float32, whole bool) *path {
	pts := leafPoints(0.30*l*s.u, l*s.u, 26)
	if !whole {
		pts = leafPoints(0.40*l*s.u, l*0.9*s.u, 40)
		for i := range pts {
			if t := i % 8; t < 3 && i > 6 && i < len(pts)-6 && i != len(pts)/2 {
				pts[i].x *= 0.42
			}
		}
	}
	p := polygon(pts...).shift(0, l*0.5*s.u).turn(0, 0, lean)
	return p.shift(o.x, o.y)
}

// drawWires: five wires and the birds on them, which anybody who reads music can play.
//
// Palette: sky, glow, ink, the one bird.
func drawWires(s *scene) {
	sky, glow, ink, robin := s.colours()
	s.wash(stop{0, sky}, stop{0.55, sky.toward(glow, 0.6)}, stop{1, glow})
	for range 7 {
		y := s.between(0.1, 0.9) * s.H
		cloud := ellipse(s.between(0, 1)*s.W, y, s.between(200, 460)*s.u, s.between(10, 34)*s.u)
		s.through(blurred(cloud.mask(s.rect()), int(20*s.u)), 0.35, flat(glow.light(glow.times(0.6))))
	}
	o := s.spot(0.5, 0.50, 0.70, 0.44)
	wire := func(i int, x float32) float32 { return -150 + float32(i)*74 + 0.00012*(x-140)*(x-140) - 0.05*x }
	lines := &path{}
	for i := range 5 {
		pts := []point{}
		for x := float32(-s.at(560, 1500)); x <= 800; x += 20 {
			pts = append(pts, o.at(x, wire(i, x)))
		}
		lines.join(o.trail(4.5, pts...))
	}
	pole := o.by(330, 0)
	lines.join(pole.bar(0, -330, 10, 1300, 22, 28)).join(pole.bar(-90, -190, 90, -206, 13, 13)).join(pole.bar(-70, -60, 76, -74, 13, 13)).join(pole.bar(-60, 90, 66, 78, 13, 13))
	s.fill(lines, flat(ink))
	for i, n := range []struct {
		x    float32
		wire int
	}{{-430, 3}, {-360, 2}, {-270, 2}, {-196, 0}, {-110, 1}, {-40, 3}, {30, 4}, {104, 2}, {188, 1}, {440, 0}} {
		b := o.by(n.x, wire(n.wire, n.x)-2)
		c := ink
		if i == 5 {
			c = robin
		}
		k := float32(1)
		if i%3 == 1 {
			k = -1
		}
		bird := b.ellipse(0, -24, 17, 25).join(b.circle(5*k, -54, 14))
		beak := b.shape(17*k, -60, 31*k, -53, 17*k, -48)
		tail := b.shape(-9*k, -14, -26*k, 34, -11*k, 36, 4*k, -8)
		s.fill(bird, flat(c))
		s.fill(beak, flat(c))
		s.fill(tail, flat(c))
	}
	s.finish(topLeft, 150, 0.17, ink, ink.times(0.5))
}

// drawFever: fire as fever sees it, and the title in the middle of it.
//
// Palette: char, ember, fire, lettering.
func drawFever(s *scene) {
	char, ember, fire, letters := s.colours()
	heat := newRamp(stop{0, char}, stop{0.35, ember}, stop{0.66, fire}, stop{0.88, fire.light(letters.times(0.5))}, stop{1, letters})
	cx := s.at(0.5, 0.72) * s.W
	s.each(func(x, y float32, _ Color) Color {
		px, py := x/(430*s.u), y/(560*s.u)
		wx := s.noise.fbm(px, py+2, 3)
		wy := s.noise.fbm(px+5.2, py+1.3, 3)
		vx := s.noise.fbm(px*1.3+2.8*wx, py*1.3+2.8*wy, 4)
		k := s.noise.fbm(px*1.7+2.2*vx, py*0.9+2.6*vx+wy, 4)
		edge := 1 - abs32(k)*4.6
		glow := 0.30*exp(-((x-cx)*(x-cx)+(y-0.55*s.H)*(y-0.55*s.H))/(380*380*s.u*s.u)) + 0.1*vx
		return heat.at(0.06 + 0.50*clamp(edge) + 0.75*clamp(k+0.16) + glow)
	})
	if s.wide {
		s.dim(Color{})
		return
	}
	t := leadings[s.Face]
	t.face = s.Face
	p := t.fit(0.82*s.W, 0.42*s.H, s.Title...).seat(s.margin(), s.H-140*s.u, 0, 1)
	s.shadow(p, 0, 6*s.u, 14*s.u, 0.6)
	s.letter(p, flat(letters))
	s.credits(letters)
}
