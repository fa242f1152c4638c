package poster

// drawFacade: a block of flats at night. Motif 0: its windows, and who is behind them;
// 1: the same house cut open downwards, with one door lit at the bottom of the stairs.
//
// Palette: wall, dark window, lit window, the one that matters.
func drawFacade(s *scene) {
	wall, dark, lit, red := s.colours()
	s.paper(wall)
	if s.Motif == 1 {
		s.basement(wall, dark, lit, red)
		s.finish(topLeft, 190, 0.19, lit, wall.times(0.2))
		return
	}
	o := s.spot(0.5, 0.335, 0.72, 0.02)
	const across = 5
	for row := range 10 {
		for col := -int(s.at(0, 6)); col < across; col++ {
			if s.wide && row > 6 {
				continue
			}
			w := o.by(float32(col-across/2)*178, float32(row)*156)
			s.window(w, dark, lit, red, row == 3 && col == 3)
		}
	}
	s.finish(topLeft, 170, 0.2, lit, wall.times(0.2))
}

// window is one window of a facade, and a life behind it.
func (s *scene) window(w spot, dark, lit, red Color, mattering bool) {
	frame := w.box(-56, 0, 112, 112)
	s.shadow(frame, 0, 5*s.u, 5*s.u, 0.4)
	pick := s.between(0, 1)
	light := lit.toward(red, s.between(0, 0.22)).times(s.between(0.82, 1.05))
	switch {
	case mattering:
		light = red
	case pick < 0.46:
		light = dark
	case pick < 0.54:
		light = dark.toward(RGB(0x6FA8DC), 0.65) // a television
	}
	s.fill(frame, func(x, y float32, _ Color) Color {
		t := (y - w.y) / (112 * s.u)
		return light.times(1.08 - 0.26*t)
	})
	ink := flat(dark.times(0.55))
	inside := s.between(0, 1)
	switch {
	case mattering:
		s.fill(w.circle(0, 44, 15).join(w.curve(-9, 56, 9, 56, 26, 74, 28, 112, -28, 112, -26, 74)), ink)
		s.fill(w.bar(14, 70, 44, 34, 9, 7), ink)
	case pick < 0.46:
	case inside < 0.25: // a plant
		s.fill(w.shape(-14, 86, 14, 86, 10, 112, -10, 112), ink)
		for _, lean := range []float32{-0.8, -0.3, 0.25, 0.75} {
			at := w.at(0, 88)
			s.fill(polygon(leafPoints(7*s.u, 44*s.u, 8)...).turn(0, 0, lean).shift(at.x, at.y), ink)
		}
	case inside < 0.5: // half a curtain
		s.fill(w.curve(-56, 0, -4, 0, -14, 60, -40, 112, -56, 112), flat(light.times(0.72)))
		s.fill(w.curve(56, 0, 8, 0, 16, 60, 42, 112, 56, 112), flat(light.times(0.72)))
	case inside < 0.68: // a lamp
		s.fill(w.bar(0, 0, 0, 34, 2, 2).join(w.shape(-9, 34, 9, 34, 20, 54, -20, 54)), ink)
	case inside < 0.84: // somebody, by the window
		s.fill(w.circle(-16, 62, 12).join(w.curve(-24, 72, -8, 72, 8, 92, 8, 112, -40, 112, -40, 92)), ink)
	default: // a cat
		s.fill(w.curve(4, 112, 2, 90, 12, 82, 12, 70, 18, 76, 26, 76, 32, 70, 32, 84, 40, 100, 38, 112), ink)
	}
	s.fill(w.box(-2, 0, 4, 112).join(w.box(-56, 54, 112, 3)), flat(dark.times(0.8)))
	s.fill(w.box(-64, 112, 128, 9), flat(dark.toward(lit, 0.18)))
}

func (s *scene) basement(wall, dark, lit, red Color) {
	o := s.spot(0.5, 0.36, 0.72, 0.12)
	s.fill(rect(0, o.y, s.W, s.H), func(x, y float32, _ Color) Color {
		return dark.times(0.8 + 0.25*s.noise.fbm(x/(40*s.u), y/(22*s.u), 4))
	})
	s.fill(rect(0, o.y-6*s.u, s.W, 12*s.u), flat(lit.times(0.5)))
	hollow := wall.toward(lit, 0.16)
	// Four floors of stairs that turn, each landing a little darker, to one open door.
	const k = 176 // how tall a flight is
	for flight := range 4 {
		f := o.by(0, float32(flight)*k)
		left := flight%2 == 0
		tone := hollow.times(1 - 0.13*float32(flight))
		s.fill(f.box(-300, 6, 600, k-4), flat(tone))
		for step := range 10 {
			x := -200 + float32(step)*40
			if !left {
				x = 160 - float32(step)*40
			}
			s.fill(f.box(x, 10+float32(step)*16.6, 40, k-4-float32(step)*16.6-10), flat(tone.times(0.55)))
		}
		s.fill(f.box(-300, k-6, 600, 10), flat(dark.times(0.6)))
		bulb := f.by(0, 46)
		s.fill(bulb.bar(0, -40, 0, 0, 2, 2).join(bulb.circle(0, 4, 6)), flat(lit))
		bulb.glow(0, 4, 46, 0.50-0.07*float32(flight), lit)
	}
	end := o.by(0, 4*k)
	s.fill(end.box(-300, 0, 600, 176), flat(hollow.times(0.32)))
	door := end.by(150, 176)
	s.fill(door.box(-44, -140, 88, 140), flat(red))
	door.glow(0, -70, 60, 0.75, red)
	s.fill(door.shape(-44, 0, 44, 0, 96, 22, -160, 22), flat(red.times(0.75)))
	s.fill(door.person(-230, 2, 104), flat(dark.times(0.2)))
}

// drawTram: the last tram, lit from within, on a wet street.
//
// Palette: night, glow, tram, light.
func drawTram(s *scene) {
	night, glow, paint, light := s.colours()
	street := s.at(0.71, 0.74) * s.H
	s.wash(stop{0, night.times(0.6)}, stop{0.55, night}, stop{0.72, glow}, stop{1, glow})
	s.night(0.4*s.H, 0.5)
	far := spot{s, 0, street}
	town := &path{}
	for x := float32(-20); x < s.W/s.u; {
		w, h := s.between(60, 150), s.between(90, 260)
		town.join(far.box(x, -h, w, h))
		x += w
	}
	s.fill(town, flat(night.times(0.7).toward(glow, 0.12)))
	for range 46 {
		s.fill(far.box(s.between(0, s.W/s.u), s.between(-190, -24), 6, 9), flat(light.times(0.75)))
	}
	for _, x := range []float32{s.at(110, 900), s.at(860, 1840)} {
		s.palm(far.by(x, 0), 470, night.times(0.25))
	}
	s.fill(rect(0, street, s.W, s.H), flat(night.times(0.3)))
	o := spot{s, s.at(0.5, 0.66) * s.W, street - 4*s.u}
	ink := night.times(0.2)
	s.fill(o.bar(-1500, -330, 1500, -322, 3, 3).join(o.bar(20, -256, 110, -326, 4, 3)), flat(ink))
	s.fill(o.curve(-350, -216, -330, -246, -200, -258, 200, -258, 330, -246, 350, -216), flat(ink))
	s.fill(o.box(-356, -220, 712, 196), func(x, y float32, _ Color) Color {
		t := (y - o.y) / s.u
		if t > -86 && t < -78 || t > -46 && t < -42 {
			return light.times(0.8)
		}
		return paint.times(1.1 - 0.4*smooth(-220, -20, t))
	})
	for i := range 7 {
		w := o.by(-304+float32(i)*101, -152)
		s.fill(w.box(-38, -46, 80, 92), func(x, y float32, _ Color) Color {
			return light.toward(Color{1, 1, 0.94}, 0.4*(1-smooth(-46, 46, (y-w.y)/s.u)))
		})
		if i == 1 || i == 4 {
			s.fill(w.circle(4, 6, 13).join(w.curve(-6, 17, 14, 17, 26, 34, 26, 46, -20, 46, -20, 32)), flat(ink))
		}
		s.fill(w.box(-38, -14, 80, 3), flat(paint))
	}
	for _, x := range []float32{-230, -150, 150, 230} {
		s.fill(o.circle(x, -14, 24), flat(ink))
	}
	s.fill(o.box(-340, -26, 680, 14), flat(ink))
	o.glow(372, -60, 40, 0.9, light)
	o.glow(0, -150, 210, 0.28, light)
	s.water(street, night, light)
	s.finish(topLeft, 150, 0.24, light, Color{})
}

// palm stands a palm tree.
func (s *scene) palm(o spot, h float32, ink Color) {
	pts := []point{}
	for i := range 12 {
		t := float32(i) / 11
		pts = append(pts, o.at(26*t*t, -h*t))
	}
	s.fill(o.trail(11, pts...), flat(ink))
	top := pts[len(pts)-1]
	for i := range 9 {
		a := -2.9 + float32(i)*0.34 + s.between(-0.1, 0.1)
		sin, cos := sincos(a)
		l := s.between(120, 150) * s.u
		tip := point{top.x + cos*l, top.y + sin*l + 74*s.u}
		mid := point{top.x + cos*l*0.55, top.y + sin*l*0.75 - 26*s.u}
		frond := (&path{}).move(top.x, top.y)
		frond.quad(mid.x, mid.y, tip.x, tip.y).quad(mid.x, mid.y+34*s.u, top.x, top.y+7*s.u)
		s.fill(frond, flat(ink))
		back := (&path{}).move(top.x, top.y+7*s.u)
		back.quad(mid.x, mid.y+34*s.u, tip.x, tip.y).quad(mid.x, mid.y, top.x, top.y)
		s.fill(back, flat(ink))
	}
}

// drawDoorway: a door ajar at the end of a dark room, and whose shadow comes in.
//
// Palette: wall, light, floor, lettering.
func drawDoorway(s *scene) {
	wall, light, boards, letters := s.colours()
	line := s.at(0.60, 0.64) * s.H
	o := spot{s, s.at(0.60, 0.72) * s.W, line}
	s.each(func(x, y float32, _ Color) Color { // wallpaper
		fx, fy := (x-o.x)/s.u, y/s.u
		motif := sin32(fx/13)*sin32(fy/13) + 0.6*sin32((fx+fy)/26)*sin32((fx-fy)/26)
		return wall.times(0.72 + 0.16*smooth(0.2, 0.9, motif))
	})
	s.fill(rect(0, line, s.W, s.H), func(x, y float32, _ Color) Color {
		board := s.noise.at(floor((x-o.x)/(y-line+90*s.u)*4.2), 3)
		return boards.times(0.62 + 0.18*board)
	})
	s.fill(o.box(-2000, -14, 4000, 14), flat(wall.times(0.4)))
	s.vignette(o.x, line-180*s.u, 0.22*s.H, 0.75*s.H, 0.86)
	s.fill(o.shape(-62, 0, 66, 0, 330, 560, -470, 560), func(x, y float32, under Color) Color {
		t := (y - line) / (560 * s.u)
		return under.light(light.times(0.95 * (1 - smooth(0, 1, t))))
	})
	s.fill(o.box(-78, -430, 156, 430), flat(wall.times(0.28)))
	s.fill(o.box(-62, -414, 128, 414), func(x, y float32, _ Color) Color {
		return light.light(light.times(0.6 * (1 + (y-line)/(414*s.u))))
	})
	s.fill(o.shape(66, -414, 66, 0, 176, 52, 176, -462), func(x, y float32, _ Color) Color {
		return wall.times(0.42).over(light, 0.16*(1-smooth(66, 176, (x-o.x)/s.u)))
	})
	s.fill(o.circle(162, -196, 7), flat(light))
	o.glow(0, -200, 100, 0.42, light)
	black := flat(wall.times(0.08))
	s.fill(o.shape(-20, 0, 26, 0, 30, 330, 76, 560, -190, 560, -66, 330), func(x, y float32, under Color) Color {
		return under.over(wall.times(0.1), 0.92*(1-smooth(0.35, 1, (y-line)/(560*s.u))))
	})
	s.fill(o.person(2, 6, 292), black)
	s.finish(topLeft, 230, 0.22, letters, Color{})
}

// drawNeon: towers in coloured haze, signs and rain, and all of it again in the street.
//
// Palette: night, haze, sign, other sign.
func drawNeon(s *scene) {
	night, haze, pink, blue := s.colours()
	street := s.at(0.80, 0.80) * s.H
	s.wash(stop{0, night}, stop{0.42, haze}, stop{0.8, haze.toward(pink, 0.62)}, stop{1, night})
	for layer := range 4 {
		l := float32(layer) / 3
		tone := haze.toward(pink, 0.30*(1-l)).toward(night.times(0.5), 0.25+0.72*l)
		base := spot{s, 0, street}
		for x := float32(-40); x < s.W/s.u+40; {
			w := s.between(70, 150) * (0.7 + 0.5*l)
			mid := abs32(x+w/2-s.at(500, 1430)) / 500
			h := lerp(760, 330, l) * s.between(0.62, 1.1) * (0.55 + 0.45*clamp(mid*0.9+0.25*(1-l)))
			s.fill(base.box(x, -h, w, h).join(base.box(x+w*0.4, -h-s.between(0, 70), 5, 80)), func(_, y float32, _ Color) Color {
				return tone.over(haze.toward(pink, 0.55), 0.75*smooth(-h*0.7, 0, (y-street)/s.u)*(1-l))
			})
			for range int(w * h / 2600) {
				ink := blue.toward(RGB(0xFFE9C0), s.between(0.2, 0.9)).times(0.35 + 0.5*l)
				s.fill(base.box(x+6+7*floor(s.between(0, (w-16)/7)), -12*floor(s.between(1, h/12)), 4, 6), flat(ink))
			}
			if s.between(0, 1) < 0.45*l {
				c := pink
				if s.between(0, 1) < 0.45 {
					c = blue
				}
				sign := base.by(x+w*0.5, -h*s.between(0.45, 0.8))
				tall := s.between(60, 150)
				s.fill(sign.box(-11, 0, 22, tall), flat(c.times(0.35)))
				for k := float32(6); k < tall-14; k += 22 {
					s.fill(sign.box(-6, k, 12, 3).join(sign.box(-6, k+8, 12, 3)).join(sign.box(-6, k, 3, 11)), flat(c.light(c.times(0.6))))
				}
				sign.glow(0, tall/2, 44, 0.6, c)
			}
			x += w + s.between(0, 40)*(1-l)
		}
	}
	who := spot{s, s.at(0.5, 0.70) * s.W, street + 6*s.u}
	s.water(street, night, pink)
	s.halo(who.by(0, -60), 330, 0.55, pink)
	s.fill(who.person(0, 40, 190), flat(night.times(0.12)))
	s.fill(who.curve(-86, -150, -60, -196, 0, -214, 60, -196, 86, -150, 40, -160, 0, -152, -40, -160).join(who.bar(0, -214, 0, -90, 4, 4)), flat(night.times(0.12)))
	for range 420 { // rain
		x, y, l := s.between(0, s.W), s.between(0, s.H), s.between(14, 50)*s.u
		k := s.between(0.04, 0.20)
		s.fill(stroke(point{x, y}, point{x - 0.12*l, y + l}, 1.4*s.u, 1.4*s.u), func(_, _ float32, under Color) Color {
			return under.light(Color{k, k, k * 1.2})
		})
	}
	s.finish(topLeft, 180, 0.2, Color{1, 0.96, 0.98}, Color{})
}

// drawKites: houses on a hill like boxes of paint, and a sky of kites above.
//
// Palette: sky, first, second, third.
func drawKites(s *scene) {
	sky, one, two, three := s.colours()
	s.paper(sky)
	cream := sky.light(sky.times(0.8))
	inks := []Color{one, two, three, cream}
	base := s.spot(0.5, 1, 0.72, 1)
	for row := range 9 {
		y := -float32(8-row)*56 + 10
		for x := float32(-s.at(640, 1560)); x < 680; {
			w := s.between(66, 104)
			top := y - 66 - s.between(0, 34) - 120*exp(-(x-120)*(x-120)/90000)
			ink := inks[int(s.between(0, 3.99))].times(s.between(0.82, 1))
			house := base.box(x, top, w, 400)
			s.shadow(house, -2*s.u, 0, 4*s.u, 0.3)
			s.fill(house, func(px, py float32, _ Color) Color { return ink.times(1 - 0.04*mottle(s, px, py)) })
			s.fill(base.box(x+w*0.18, top+20, 17, 20).join(base.box(x+w*0.58, top+20, 17, 26)), flat(one.times(0.3)))
			if s.between(0, 1) < 0.3 {
				s.fill(base.box(x+w*0.3, top-24, 30, 24), flat(two.times(0.7))) // a tank
			}
			x += w
		}
	}
	for i, k := range []struct{ x, y, size, lean float32 }{
		{-250, -1020, 92, -0.5}, {150, -1110, 124, 0.42}, {330, -840, 66, 0.7}, {-90, -800, 74, -0.2}, {-390, -760, 48, 0.3}, {30, -950, 40, 0.1},
	} {
		if s.wide {
			k.x, k.y = k.x*1.15+60, k.y*0.74-40
		}
		o := base.by(k.x, k.y)
		hand := base.at(k.x*0.35+90, -470+abs32(k.x)*0.2)
		far := o.at(0, 0)
		cord := (&path{}).move(far.x, far.y)
		cord.quad(lerp(far.x, hand.x, 0.3), hand.y-40*s.u, hand.x, hand.y).quad(lerp(far.x, hand.x, 0.3)+2*s.u, hand.y-40*s.u, far.x+2*s.u, far.y)
		s.fill(cord, flat(one.times(0.35)))
		a, b := inks[i%3], inks[(i+1)%4]
		kite := o.shape(0, -k.size, k.size*0.72, -k.size*0.15, 0, k.size, -k.size*0.72, -k.size*0.15).turn(o.x, o.y, k.lean)
		s.shadow(kite, 5*s.u, 8*s.u, 6*s.u, 0.3)
		s.fill(kite, flat(a))
		s.fill(o.shape(0, -k.size, k.size*0.72, -k.size*0.15, 0, -k.size*0.15).join(o.shape(0, -k.size*0.15, 0, k.size, -k.size*0.72, -k.size*0.15)).turn(o.x, o.y, k.lean), flat(b))
		for t := range 5 { // its tail
			d := k.size * (1.15 + 0.30*float32(t))
			bow := o.shape(-11, d-7, 0, d, 11, d-7, 11, d+7, 0, d, -11, d+7)
			s.fill(bow.turn(o.x, o.y, k.lean+0.10*sin32(float32(t)*1.3)), flat(inks[(i+t)%3]))
		}
	}
	s.finish(topLeft, 150, 0.14, one.times(0.32), one.times(0.25))
}

// drawStairs: a house of nothing but stairs, in three tones of light, and one door.
//
// Palette: ground, light side, shaded side, door.
func drawStairs(s *scene) {
	ground, lit, shade, door := s.colours()
	s.paper(ground)
	o := s.spot(0.5, 0.50, 0.72, 0.24)
	const n, side = 8, 62
	top := lit.light(lit.times(0.5))
	iso := func(x, y, z float32) (float32, float32) { return (x - y) * side * 0.866, (x+y)*side*0.5 - z }
	face := func(c Color, corners ...float32) {
		xy := []float32{}
		for i := 0; i < len(corners); i += 3 {
			x, y := iso(corners[i], corners[i+1], corners[i+2])
			xy = append(xy, x, y)
		}
		s.fill(o.shape(xy...), func(px, py float32, _ Color) Color { return c.times(1 - 0.05*mottle(s, px, py)) })
	}
	for i := range n {
		for j := range n {
			x, y := float32(i), float32(j)
			// Stairs wind up around a tower, then break off; their heights never meet.
			ring := min(min(i, n-1-i), min(j, n-1-j))
			round := i + j
			if i > j {
				round = 2*(n-1) - i - j
			}
			h := float32(ring)*92 + float32(round%7)*26 + 40
			if (i*5+j*3+int(s.Seed))%11 == 0 {
				h += 130
			}
			z := h
			face(shade.times(0.74), x+1, y, 0, x+1, y+1, 0, x+1, y+1, z, x+1, y, z)
			face(shade.toward(lit, 0.45), x, y+1, 0, x+1, y+1, 0, x+1, y+1, z, x, y+1, z)
			face(top.times(0.90+0.10*h/400), x, y, z, x+1, y, z, x+1, y+1, z, x, y+1, z)
			if i == n-1 && j == 3 {
				face(door, x+1, y+0.25, 0, x+1, y+0.75, 0, x+1, y+0.75, 66, x+1, y+0.25, 66)
			}
			if i == 5 && j == 5 {
				px, py := iso(x+0.5, y+0.5, z)
				s.fill(o.person(px, py, 74), flat(door.times(0.7)))
			}
		}
	}
	s.finish(topLeft, 150, 0.17, shade.times(0.5), shade.times(0.3))
}
