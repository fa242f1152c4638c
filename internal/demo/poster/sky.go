package poster

import "math"

// drawOrbit: a world in deep space and somebody very small. Motif 0: a planet whose ring
// holds an angler; 1: a comet on a lead; 2: an eclipse, watched from a hill.
//
// Palette: deep, nebula, body, light.
func drawOrbit(s *scene) {
	deep, haze, body, light := s.colours()
	u := s.u
	s.each(func(x, y float32, _ Color) Color {
		n := s.noise.fbm(x/(560*u), y/(560*u), 4)
		return deep.over(haze, 0.75*clamp(n+0.12))
	})
	s.night(s.H, 1.1)
	switch s.Motif {
	case 1:
		s.comet(body, light, deep)
	case 2:
		s.eclipse(body, light, deep)
	default:
		s.ringed(body, light, deep)
	}
	s.finish([]place{topCentre, topLeft, topCentre}[s.Motif], 150, 0.17, light.light(light.times(0.5)), Color{})
}

func (s *scene) ringed(body, light, deep Color) {
	o := s.spot(0.5, 0.56, 0.70, 0.50)
	bands := newRamp(stop{0, body.times(0.7)}, stop{0.4, body}, stop{0.7, body.toward(light, 0.6)}, stop{1, light})
	sin, cos := sincos(-0.36)
	ring := func(front bool) {
		s.each(func(x, y float32, under Color) Color {
			dx, dy := (x-o.x)/s.u, (y-o.y)/s.u
			px, py := dx*cos+dy*sin, dy*cos-dx*sin
			rho := hypot(px, py/0.26)
			if rho < 350 || rho > 580 || (py > 0) != front {
				return under
			}
			dense := 0.55 + 0.7*s.noise.at(rho/9, 3) + 0.5*s.noise.at(rho/33, 9)
			edge := smooth(350, 366, rho) * (1 - smooth(560, 580, rho))
			shade := float32(1)
			if !front && px > -250 && px < 330 {
				shade = 0.45
			}
			return under.over(bands.at((rho-350)/230+0.15).times(shade), clamp(dense)*edge*0.94)
		})
	}
	o.glow(0, 0, 190, 0.5, body)
	ring(false)
	s.fill(o.circle(0, 0, 300), func(x, y float32, _ Color) Color {
		dx, dy := (x-o.x)/(300*s.u), (y-o.y)/(300*s.u)
		z := sqrt(max(0, 1-dx*dx-dy*dy))
		band := dy*cos - dx*sin
		tone := bands.at(0.45 + 0.6*s.noise.fbm(band*5, 0.35*dx+1.5*s.noise.at(dx*2, dy*6), 4))
		return tone.times(0.10 + 1.05*clamp(-0.62*dx-0.42*dy+0.66*z))
	})
	ring(true)
	seat := o.by(-330, 222) // on the near edge of the ring
	ink := deep.times(0.25)
	s.fill(seat.circle(0, -52, 9).join(seat.curve(-9, -42, 8, -42, 13, -6, -12, -4)).join(seat.bar(0, -6, -22, 22, 8, 5)).join(seat.bar(4, -6, -10, 26, 8, 5)), flat(ink))
	s.fill(seat.bar(4, -30, -92, -96, 3, 1.6).join(seat.bar(-92, -96, -92, 190, 1.2, 1.2)), flat(light))
	s.fill(seat.circle(-92, 196, 7), flat(light))
	seat.glow(-92, 196, 16, 0.8, light)
}

func (s *scene) comet(body, light, deep Color) {
	o := s.spot(0.40, 0.47, 0.66, 0.40)
	sin, cos := sincos(-0.62) // the way its tail goes
	s.each(func(x, y float32, under Color) Color {
		dx, dy := (x-o.x)/s.u, (y-o.y)/s.u
		along, aside := dx*cos+dy*sin, dy*cos-dx*sin
		if along < -60 {
			return under
		}
		along += 60
		wide := 44 + along*0.20 + 10*s.noise.at(along/90, aside/60)
		strand := 0.62 + 0.6*s.noise.fbm(along/420+3, aside/max(wide*0.35, 1), 3)
		k := exp(-(aside*aside)/(wide*wide)*1.6) * exp(-along/520) * strand * smooth(0, 60, along)
		return under.light(body.toward(light, exp(-along/160)).times(clamp(1.15 * k)))
	})
	o.glow(0, 0, 60, 0.9, light)
	s.fill(o.circle(0, 0, 44), func(x, y float32, _ Color) Color {
		d := hypot(x-o.x+10*s.u, y-o.y+10*s.u) / (54 * s.u)
		return Color{1, 1, 1}.over(light, clamp(d))
	})
	s.fill(o.circle(-13, -4, 4.5).join(o.circle(13, -4, 4.5)), flat(deep)) // it is a mild one
	world := s.spot(0.30, 1.19, 0.60, 1.26)
	s.fill(world.circle(0, 0, 480), func(x, y float32, _ Color) Color {
		d := hypot(x-world.x, y-world.y) / (480 * s.u)
		n := s.noise.fbm(x/(120*s.u), y/(40*s.u), 3)
		return deep.times(0.45).over(body, 0.22*smooth(0.88, 1, d)+0.05*n)
	})
	foot := world.by(-40, -478)
	s.fill(foot.person(0, 4, 120).join(foot.bar(14, -78, 44, -96, 11, 8)), flat(deep.times(0.2)))
	a, b := foot.at(44, -96), o.at(-30, 32)
	lead := []point{}
	for i := range 30 {
		t := float32(i) / 29
		lead = append(lead, point{lerp(a.x, b.x, t), lerp(a.y, b.y, t) + 70*s.u*4*t*(1-t)*0.6})
	}
	s.fill(o.trail(2.6, lead...), flat(light))
}

func (s *scene) eclipse(body, light, deep Color) {
	o := s.spot(0.5, 0.46, 0.70, 0.40)
	s.each(func(x, y float32, under Color) Color {
		dx, dy := (x-o.x)/s.u, (y-o.y)/s.u
		d := hypot(dx, dy)
		if d < 225 || d > 900 {
			return under
		}
		angle := float32(math.Atan2(float64(dy), float64(dx)))
		sa, ca := sincos(angle)
		rays := 0.5 + 0.9*s.noise.fbm(2.6*ca+4, 2.6*sa+4, 3) + 0.5*s.noise.fbm(9*ca, 9*sa+d/400, 2)
		k := exp(-(d-225)/(42+120*clamp(rays))) * (0.75 + 0.5*rays)
		return under.light(body.toward(light, exp(-(d-225)/60)).times(clamp(k)))
	})
	s.fill(o.circle(0, 0, 232), flat(deep.times(0.35)))
	bead := o.by(164, -166)
	bead.glow(0, 0, 26, 1, light)
	s.fill(bead.circle(0, 0, 12), flat(Color{1, 1, 1}))
	top := func(x float32) float32 {
		k := (x - o.x) / (620 * s.u)
		return s.at(0.86, 0.84)*s.H + 150*s.u*k*k + 10*s.u*s.noise.at(x/(70*s.u), 4)
	}
	s.fill(skyline(s, top), flat(deep.times(0.3)))
	hill := spot{s, o.x - 60*s.u, top(o.x - 60*s.u)}
	ink := flat(deep.times(0.12))
	s.fill(hill.person(-40, 4, 118), ink)
	s.fill(hill.bar(34, -62, 8, 6, 6, 6).join(hill.bar(40, -62, 74, 6, 6, 6)).join(hill.bar(40, -62, 40, 6, 5, 5)).join(hill.bar(0, -84, 92, -124, 20, 30)), ink)
}

// drawAurora: curtains of light over a frozen plain, and one small thing with its lamps on.
//
// Palette: night, curtain, its hem, lamps.
func drawAurora(s *scene) {
	night, veil, hem, lamp := s.colours()
	shore := s.at(0.80, 0.78) * s.H
	u := s.u
	s.wash(stop{0, night.times(0.55)}, stop{0.75, night}, stop{1, night.toward(veil, 0.25)})
	s.night(shore, 1)
	for layer := range 3 {
		l := float32(layer)
		s.each(func(x, y float32, under Color) Color {
			fx := x / u
			fold := s.noise.fbm(fx/420+9*l, 2*l, 3)
			foot := shore/u - 330 - 170*l + 330*fold + 60*s.noise.at(fx/90, 5*l)
			rise := foot - y/u
			if rise < -50 {
				return under
			}
			streak := 0.62 + 0.55*s.noise.fbm(fx/16+40*fold, y/u/900+l, 3)
			k := streak * smooth(-50, 12, rise) * exp(-max(rise, 0)/(250-40*l)) * (0.55 + 0.7*clamp(0.5+1.4*s.noise.at(fx/330, 8+l)))
			return under.light(hem.toward(veil, smooth(0, 190, rise)).times(clamp(0.85 * k)))
		})
	}
	far := s.ridge(shore-20*u, 120*u, 0.0034, 2, 0.5*s.W)
	s.fill(skyline(s, far), flat(night.times(0.34)))
	s.fill(rect(0, shore, s.W, s.H-shore), func(x, y float32, _ Color) Color {
		t := (y - shore) / (s.H - shore)
		n := s.noise.fbm(x/(260*u), y/(16*u), 4)
		return night.toward(veil, 0.34-0.2*t).times(0.72 + 0.4*n)
	})
	o := s.spot(0.36, 0.845, 0.66, 0.83)
	black := flat(night.times(0.15))
	s.fill(o.box(-70, -46, 104, 44).join(o.box(38, -34, 34, 32)).join(o.circle(-46, 0, 11)).join(o.circle(-16, 0, 11)).join(o.circle(52, 0, 11)), black)
	s.fill(o.box(50, -29, 16, 12), flat(lamp))
	s.each(func(x, y float32, under Color) Color { // the beam on the ice
		dx, dy := (x-o.x)/u-72, (y-o.y)/u+6
		if dx < 0 {
			return under
		}
		k := exp(-dx/150) * exp(-abs32(dy-dx*0.05)/(4+dx*0.10))
		return under.light(lamp.times(0.8 * k))
	})
	s.finish(topLeft, 168, 0.2, lamp.light(lamp.times(0.5)), Color{})
}

// drawPhases: fourteen moons in a ring, from new to full, and a house they go round.
//
// Palette: night, moon, shade of it, window.
func drawPhases(s *scene) {
	night, moon, shade, lamp := s.colours()
	s.paper(night)
	o := s.spot(0.5, 0.42, 0.70, 0.48)
	const many = 14
	for i := range many {
		sin, cos := sincos(2*math.Pi*float32(i)/many - math.Pi/2)
		m := o.by(352*cos, 352*sin)
		s.fill(m.circle(0, 0, 60), flat(shade))
		phase := float32(i) / many * 2 * math.Pi
		_, turn := sincos(phase)
		s.fill(m.circle(0, 0, 60), func(x, y float32, under Color) Color {
			dx, dy := (x-m.x)/(60*s.u), (y-m.y)/(60*s.u)
			edge := sqrt(max(0, 1-dy*dy)) * turn
			lit := smooth(-0.03, 0.03, dx-edge)
			if phase > math.Pi {
				lit = smooth(-0.03, 0.03, -edge-dx)
			}
			seas := s.noise.fbm(dx*1.6+7, dy*1.6, 4)
			return under.over(moon.over(shade, 0.35*smooth(0, 0.4, seas)), lit)
		})
	}
	ink := flat(moon)
	s.fill(o.shape(-62, 70, -62, 0, -78, 0, 0, -72, 78, 0, 62, 0, 62, 70).join(o.box(28, -78, 16, 50)), ink)
	s.fill(o.box(-16, 18, 32, 34), flat(lamp))
	s.fill(o.box(-2, 18, 4, 34).join(o.box(-16, 33, 32, 4)), ink)
	s.finish(footCentre, 170, 0.15, moon, night.times(0.3))
}

// drawLadder: a ladder leans on the crescent moon, above the roofs, and somebody climbs.
//
// Palette: night, glow at the roofs, moon, roofs.
func drawLadder(s *scene) {
	night, glow, moon, roof := s.colours()
	s.wash(stop{0, night}, stop{0.55, night.toward(glow, 0.4)}, stop{0.88, glow}, stop{1, glow})
	s.night(0.7*s.H, 0.6)
	o := s.spot(0.66, 0.38, 0.74, 0.27)
	o.glow(0, 0, 130, 0.55, moon)
	s.fill(o.circle(0, 0, 165), func(x, y float32, under Color) Color {
		dx, dy := (x-o.x)/s.u-58, (y-o.y)/s.u+48
		n := s.noise.fbm(x/(60*s.u), y/(60*s.u), 4)
		return under.over(moon.times(1+0.16*n), smooth(146, 152, hypot(dx, dy)))
	})
	base := s.spot(0.5, 0.985, 0.6, 0.97)
	for layer := range 2 {
		l := float32(layer)
		town := &path{}
		for x := float32(-1400); x < 1600; {
			w, h := s.between(70, 130), s.between(60, 150)+150*(1-l)
			town.join(base.box(x, -h, w+2, h+400)).join(base.shape(x-9, -h, x+w/2, -h-w*0.42, x+w+9, -h))
			if s.between(0, 1) > 0.5 {
				town.join(base.box(x+w*0.7, -h-w*0.42, 12, w*0.4))
			}
			x += w
		}
		s.fill(town, flat(roof.toward(glow, 0.42*(1-l))))
	}
	for range 16 {
		s.fill(base.box(s.between(-420, 420), s.between(-70, -10), 9, 12), flat(moon))
	}
	top, foot := o.at(-106, 130), base.at(-150, -150)
	dx, dy := foot.x-top.x, foot.y-top.y
	l := hypot(dx, dy)
	nx, ny := -dy/l*17*s.u, dx/l*17*s.u
	ink := roof.times(0.6)
	ladder := stroke(point{top.x + nx, top.y + ny}, point{foot.x + nx, foot.y + ny}, 5*s.u, 6*s.u)
	ladder.join(stroke(point{top.x - nx, top.y - ny}, point{foot.x - nx, foot.y - ny}, 5*s.u, 6*s.u))
	for d := 14 * s.u; d < l; d += 25 * s.u {
		x, y := top.x+dx*d/l, top.y+dy*d/l
		ladder.join(stroke(point{x + nx, y + ny}, point{x - nx, y - ny}, 4*s.u, 4*s.u))
	}
	s.fill(ladder, flat(ink))
	who := spot{s, top.x + 0.42*dx, top.y + 0.42*dy}
	s.fill(who.person(2, 30, 118).join(who.bar(8, -54, 22, -98, 11, 8)), flat(ink))
	s.finish(topLeft, 168, 0.21, moon, Color{})
}

// drawBalloon: a striped balloon with a kitchen under it, clouds cut like engravings.
//
// Palette: sky, stripe, other stripe, ink.
func drawBalloon(s *scene) {
	sky, one, two, ink := s.colours()
	s.paper(sky)
	for i := range 7 {
		y := s.at(0.30, 0.24)*s.H + float32(i)*s.at(150, 118)*s.u
		c := spot{s, s.between(-0.1, 1.1) * s.W, y}
		cloud := c.ellipse(0, 0, 250, 17)
		for k := range 5 {
			cloud.join(c.ellipse(float32(k)*80-160, -s.between(8, 30), s.between(60, 84), s.between(24, 44)))
		}
		tone := sky.light(sky.times(0.55))
		s.fill(cloud, func(_, y float32, under Color) Color {
			line := smooth(0.5, 0.75, 0.5+0.5*sin32(y/(2.1*s.u)))
			return under.over(tone, 0.85).over(ink, 0.20*line*smooth(c.y-40*s.u, c.y+16*s.u, y))
		})
	}
	o := s.spot(0.5, 0.42, 0.70, 0.40)
	bag := o.curve(0, -300, 170, -262, 276, -130, 268, 30, 170, 190, 60, 300, -60, 300, -170, 190, -268, 30, -276, -130, -170, -262)
	s.shadow(bag, 10*s.u, 18*s.u, 22*s.u, 0.30)
	s.fill(bag, func(x, y float32, _ Color) Color {
		dx, dy := (x-o.x)/s.u, (y-o.y)/s.u
		half := 282*sqrt(max(0.02, 1-dy*dy/96000)) + 10
		if dy > 40 {
			half = lerp(half, 62, smooth(20, 300, dy))
		}
		turn := float32(math.Asin(float64(max(min(dx/half, 1), -1))))
		gore := int(floor(turn/0.314 + 100))
		c := one
		if gore%2 == 0 {
			c = two
		}
		if dy > -60 && dy < 10 {
			c = ink
			if hypot(modulo(turn+0.157, 0.314)-0.157, (dy+25)/200) < 0.085 {
				c = two
			}
		}
		return c.times(1.04 - 0.34*clamp(0.5+dx/420)*clamp(0.5+dx/420) - 0.05*mottle(s, x, y))
	})
	strings := &path{}
	for _, x := range []float32{-56, -26, 26, 56} {
		strings.join(o.bar(x, 300, x*0.8, 424, 3, 3))
	}
	s.fill(strings, flat(ink))
	s.fill(o.shape(-58, 424, 58, 424, 44, 500, -44, 500), flat(ink))
	s.fill(o.circle(-14, 372, 11).join(o.curve(-28, 382, 0, 382, 6, 424, -34, 424)).join(o.bar(0, 390, 32, 372, 7, 6)), flat(ink))
	s.fill(o.ellipse(-14, 359, 16, 9).join(o.box(-24, 355, 20, 11)), flat(sky.light(sky)))
	s.fill(o.shape(24, 362, 60, 362, 56, 384, 28, 384).join(o.bar(60, 366, 88, 358, 5, 5)), flat(one))
	s.finish(footLeft, 150, 0.15, ink, ink)
}

// drawLanterns: paper lanterns let go over a river, near ones large, far ones sparks.
//
// Palette: night, dusk, paper, flame.
func drawLanterns(s *scene) {
	night, dusk, sheet, flame := s.colours()
	shore := s.at(0.80, 0.80) * s.H
	s.wash(stop{0, night}, stop{0.8, dusk}, stop{1, night})
	s.fill(s.land(shore-20*s.u, 80, 420, 2), flat(night.times(0.5)))
	cx := s.at(0.5, 0.70) * s.W
	for i := range 74 {
		depth := float32(i) / 73 // 0 far, 1 near
		size := lerp(4, 62, depth*depth*depth)
		x := cx + s.between(-620, 620)*s.u*(0.5+0.6*depth)
		y := shore - (30+s.between(0, 1)*lerp(820, 1080, depth))*s.u
		if !s.wide && y < 0.26*s.H && depth > 0.45 {
			y += 0.30 * s.H
		}
		o := spot{s, x, y}
		if size > 9 {
			o.glow(0, 0, size*0.75, 0.42, flame)
		}
		lean := s.between(-0.12, 0.12)
		body := o.curve(-size*0.72, -size, size*0.72, -size, size*0.86, -size*0.2, size*0.55, size, -size*0.55, size, -size*0.86, -size*0.2)
		s.fill(body.turn(o.x, o.y, lean), func(px, py float32, under Color) Color {
			t := clamp(hypot((px-o.x)/s.u, (py-o.y)/s.u-size*0.75) / (1.9 * size))
			return under.over(Color{1, 0.97, 0.86}.over(flame, smooth(0, 0.45, t)).over(sheet, smooth(0.3, 1, t)), lerp(0.6, 0.97, depth))
		})
	}
	s.water(shore, night, flame)
	boat := s.spot(0.36, 0.865, 0.62, 0.86)
	s.fill(boat.curve(-120, -6, -60, 8, 60, 8, 120, -8, 84, 26, -84, 26).join(boat.person(20, 10, 84)), flat(night.times(0.2)))
	s.finish(topLeft, 170, 0.17, sheet.light(sheet.times(0.6)), Color{})
}
