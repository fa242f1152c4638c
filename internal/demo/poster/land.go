package poster

// drawDunes: dunes with a lit and a shaded side, and a caravan too small for them.
//
// Palette: sky, sand, shade, sun.
func drawDunes(s *scene) {
	sky, sand, shade, sun := s.colours()
	u := s.u
	horizon := s.at(0.46, 0.46) * s.H
	s.wash(stop{0, sky}, stop{0.46, sky.toward(sand, 0.72)}, stop{1, sand})
	o := spot{s, s.at(0.30, 0.62) * s.W, horizon - 120*u}
	o.glow(0, 0, 90, 0.5, sun)
	s.fill(o.circle(0, 0, 82), flat(sun))
	for i := range 5 {
		l := float32(i) / 4
		crest := func(x float32) float32 {
			at := x/u*lerp(0.0028, 0.0011, l) + 23*float32(i)
			return horizon + lerp(20, 560, l*lerp(l, 1, 0.3))*u - lerp(70, 230, l)*u*(0.5+1.1*s.noise.at(at, 5*float32(i)))
		}
		body := sand.toward(sky, 0.5*(1-l))
		s.fill(skyline(s, crest), func(x, y float32, _ Color) Color {
			d := (y - crest(x)) / u
			slip := s.noise.at(x/u*lerp(0.0030, 0.0012, l)+23*float32(i)+0.3, 5*float32(i)+2+d*0.0016)
			k := smooth(-0.03, 0.05, slip+0.05)
			ripple := 0.5 + 0.5*sin32(d*0.24*(1.4-l)+9*s.noise.at(x/u/140, d/120))
			c := body.times(1.05-0.05*ripple).over(shade, (1-k)*(0.40+0.45*l))
			return c.over(shade, 0.35*smooth(60, 620, d))
		})
		if i == 2 {
			for c := range 6 {
				x := s.at(0.40, 0.60)*s.W + float32(c)*62*u
				camel := spot{s, x, crest(x) + 3*u}
				ink := shade.times(0.4)
				body := camel.curve(-18, -26, -8, -30, 0, -42, 8, -30, 18, -28, 20, -20, 12, -16, -14, -16)
				body.join(camel.bar(18, -26, 29, -44, 6, 4)).join(camel.ellipse(32, -45, 6, 3.4))
				for _, leg := range []float32{-14, -9, 9, 14} {
					body.join(camel.bar(leg, -20, leg+s.between(-2, 2), 0, 4, 2.4))
				}
				s.fill(body, flat(ink))
			}
		}
	}
	s.finish(topCentre, 132, 0.15, shade.times(0.45), shade.times(0.3))
}

// drawRoad: a straight road to a barred sun, wires alongside.
//
// Palette: night, glow, sun, sun's foot.
func drawRoad(s *scene) {
	night, glow, sun, foot := s.colours()
	horizon := s.at(0.60, 0.62) * s.H
	o := spot{s, s.at(0.5, 0.70) * s.W, horizon}
	s.wash(stop{0, night}, stop{0.40, night.toward(glow, 0.5)}, stop{0.62, glow}, stop{1, glow})
	s.night(0.4*s.H, 0.8)
	o.glow(0, -150, 170, 0.5, sun)
	disc := newRamp(stop{0, sun}, stop{1, foot})
	s.fill(o.circle(0, -170, 310), func(_, y float32, under Color) Color {
		t := ((y-horizon)/s.u + 480) / 620
		if k := t * 13; t > 0.36 && k-floor(k) < (t-0.30)*0.75 {
			return under
		}
		return disc.at(t)
	})
	s.fill(skyline(s, s.ridge(horizon+10*s.u, 70*s.u, 0.005, 3, o.x)), flat(night.toward(glow, 0.25)))
	s.fill(rect(0, horizon, s.W, s.H), func(x, y float32, _ Color) Color {
		t := (y - horizon) / s.u
		grit := s.noise.fbm((x-o.x)/(t+20*s.u)*3, 400/(t+30), 3)
		return night.times(0.5).over(glow, 0.55*exp(-t/90)+0.05*grit)
	})
	s.fill(o.shape(-5, 0, 5, 0, 420, 700, -420, 700), func(_, y float32, _ Color) Color {
		return night.times(0.30).over(foot, 0.55*exp(-(y-horizon)/(120*s.u)))
	})
	for i := range 12 {
		a, b := perspective(i*2), perspective(i*2+1)
		s.fill(o.shape(-a*0.014, a, a*0.014, a, b*0.014, b, -b*0.014, b), flat(sun))
	}
	s.fill(o.shape(-5, 0, -3.6, 0, -372, 700, -392, 700).join(o.shape(3.6, 0, 5, 0, 392, 700, 372, 700)), flat(sun.toward(foot, 0.5)))
	wires := &path{}
	for i := range 9 {
		d := perspective(i*3 + 2)
		x, h := 5+d*0.95, d*1.9+12
		wires.join(o.bar(x, d, x, d-h, d*0.03+1, d*0.022+0.8)).join(o.bar(x-d*0.16, d-h*0.93, x+d*0.16, d-h*0.93, d*0.02+0.6, d*0.02+0.6))
	}
	s.fill(wires, flat(night.times(0.22)))
	s.finish(topCentre, 178, 0.2, sun.light(sun.times(0.7)), Color{})
}

// perspective is how far below the horizon the n-th mark of a road lies.
func perspective(n int) float32 { return 700 / (1 + 0.42*float32(n)) }

// drawBirch: pale trunks in fog, a red coat, and a wolf that means no harm. Motif 1: spring,
// and the wolf alone.
//
// Palette: fog, trunk, bark, coat.
func drawBirch(s *scene) {
	fog, trunk, bark, coat := s.colours()
	ground := s.at(0.84, 0.80) * s.H
	s.each(func(x, y float32, _ Color) Color {
		n := s.noise.fbm(x/(300*s.u), y/(200*s.u), 4)
		return fog.times(0.93+0.14*n).over(trunk, 0.35*smooth(0.2*s.H, ground, y))
	})
	o := spot{s, s.at(0.5, 0.70) * s.W, ground}
	for layer := range 4 {
		l := float32(layer) / 3
		if layer == 3 {
			s.woods(o, bark, coat, fog)
		}
		step := lerp(46, 210, l)
		for x := float32(-s.at(560, 1500)); x < 680; x += step * s.between(0.7, 1.4) {
			if layer == 3 && x > -270 && x < 250 {
				continue
			}
			w := lerp(11, 58, l) * s.between(0.75, 1.2)
			foot, lean := lerp(-54, 90, l)+s.between(-12, 12), s.between(-14, 14)*(1+l)
			tone := trunk.toward(fog, 0.72*(1-l))
			tree := o.bar(x, foot, x+lean, -1400, w*1.15, w*0.8)
			s.fill(tree, func(px, py float32, _ Color) Color {
				along := (px - o.x) / s.u
				t := clamp((along-x+w/2)/w + 0.08*s.noise.at(py/(40*s.u), x))
				c := tone.times(1.02 - 0.34*t*t*l)
				nick := s.noise.at(px/(w*1.6*s.u)+x, py/(7*s.u)+3*x) + 0.5*s.noise.at(x, py/(70*s.u))
				return c.over(bark, 0.88*smooth(0.50, 0.62, nick)*lerp(0.3, 1, l))
			})
		}
	}
	if s.Motif == 1 {
		for range 260 { // young leaves
			x, y := s.between(0, s.W), s.between(0, 0.62*s.H)
			leaf := polygon(leafPoints(s.between(5, 10)*s.u, s.between(14, 26)*s.u, 6)...)
			s.fill(leaf.turn(0, 0, s.between(0, 6.2)).shift(x, y), flat(coat.toward(fog, s.between(0, 0.6))))
		}
	} else {
		for range 320 { // snow
			s.dot(s.between(0, s.W), s.between(0, s.H), s.between(1, 4.5)*s.u, flat(Color{1, 1, 1}))
		}
	}
	if !s.wide {
		s.veil(fog.light(fog.times(0.5)), 0.34, 0.16, 0.94)
	}
	s.finish(topCentre, 150, 0.2, bark.times(0.8), bark.times(0.6))
}

// woods is what goes on between the trunks.
func (s *scene) woods(o spot, bark, coat, fog Color) {
	snow := fog.light(fog.times(0.7))
	s.fill(s.land(o.y-24*s.u, 30, 420, 5), func(x, y float32, _ Color) Color {
		return snow.over(fog.times(0.8), 0.6*smooth(0, 400, (y-o.y)/s.u)+0.2*s.noise.fbm(x/(120*s.u), y/(18*s.u), 3))
	})
	wolf := o.by(s.at(-60, -40), 34)
	if s.Motif == 1 {
		wolf = o.by(20, 40)
	}
	k := float32(1.25)
	body := []float32{-150, -118, -128, -132, -70, -128, 0, -132, 48, -150, 70, -186, 74, -208, 88, -194, 100, -208, 106, -184, 128, -166, 150, -158, 146, -146, 118, -140, 102, -118, 84, -92, 72, -76, -60, -72, -104, -84, -128, -96, -168, -60, -196, -46, -186, -78}
	for i := range body {
		body[i] *= k
	}
	p := wolf.curve(body...)
	for _, leg := range []float32{-118, -88, 50, 76} {
		p.join(wolf.bar(leg*k, -96*k, (leg+4)*k, -40*k, 30*k, 15*k)).join(wolf.bar((leg+4)*k, -42*k, (leg+1)*k, 0, 14*k, 11*k)).join(wolf.ellipse((leg+5)*k, -3*k, 11*k, 5*k))
	}
	s.fill(p, flat(bark.times(0.75)))
	s.fill(wolf.circle(107*k, -172*k, 3.4*k), flat(fog.light(fog)))
	if s.Motif == 1 {
		s.fill(wolf.bar(146*k, -152*k, 176*k, -148*k, 3, 3), flat(bark))
		for i := range 5 { // it carries a flower
			at := wolf.at(182*k, -148*k)
			s.fill(polygon(leafPoints(9*s.u, 26*s.u, 6)...).turn(0, 0, float32(i)*1.257).shift(at.x, at.y), flat(coat))
		}
		return
	}
	girl := o.by(s.at(212, 235), 40)
	s.fill(girl.curve(0, -178, 24, -150, 30, -120, 60, -14, 0, -6, -60, -14, -30, -120, -24, -150), flat(coat))
	s.fill(girl.circle(-4, -142, 15), flat(RGB(0xF3D9C4)))
	s.fill(girl.bar(-16, -12, -16, 8, 12, 11).join(girl.bar(16, -12, 16, 8, 12, 11)), flat(bark))
}

// drawFireflies: firs at night, lights among them, and a child with a jar.
//
// Palette: deep, far trees, light, jar.
func drawFireflies(s *scene) {
	deep, far, light, jar := s.colours()
	ground := s.at(0.80, 0.80) * s.H
	cx := s.at(0.5, 0.70) * s.W
	s.wash(stop{0, deep}, stop{0.55, far.times(0.8)}, stop{0.8, far}, stop{1, deep})
	spot{s, cx, ground - 260*s.u}.glow(0, 0, 170, 0.4, far.toward(light, 0.4))
	for layer := range 4 {
		l := float32(layer) / 3
		base := spot{s, cx, ground + lerp(-70, 60, l)*s.u}
		wood := &path{}
		for x := float32(-s.at(580, 1500)); x < 720; x += lerp(44, 150, l) * s.between(0.6, 1.3) {
			gap := exp(-x * x / (2 * 220 * 220))
			if layer == 3 && abs32(x) < 230 {
				continue
			}
			h := lerp(330, 1080, l) * s.between(0.75, 1.15) * (1 - 0.4*gap)
			s.fir(wood, base.by(x, 0), h)
		}
		s.fill(wood, flat(far.toward(deep.times(0.45), 0.22+0.78*l)))
		for range 16 + 10*layer {
			x, y := s.between(-460, 460), -s.between(10, 560)
			r := s.between(1.6, 3) + 2*l
			s.dot(base.x+x*s.u, base.y+y*s.u, r*s.u, flat(light.light(light.times(0.6))))
			p := base.by(x, y)
			s.halo(p, r*9, 0.55, light)
		}
	}
	s.fill(s.land(ground+56*s.u, 26, 300, 2), flat(deep.times(0.35)))
	child := spot{s, cx - 30*s.u, ground + 70*s.u}
	s.halo(child.by(62, -120), 150, 0.55, jar)
	black := flat(deep.times(0.2))
	s.fill(child.person(0, 0, 170).join(child.bar(16, -118, 56, -108, 15, 11)), black)
	s.fill(child.box(44, -142, 36, 44).join(child.box(48, -150, 28, 8)), flat(jar.light(jar.times(0.5))))
	s.finish(topCentre, 150, 0.19, light.light(light.times(0.5)), Color{})
}

// halo is a glow small enough to be cheap: it looks at its own box only.
func (s *scene) halo(o spot, r, strength float32, light Color) {
	s.dot(o.x, o.y, r*s.u, func(x, y float32, under Color) Color {
		d := hypot(x-o.x, y-o.y) / (r * s.u)
		k := clamp(1 - d)
		return under.light(light.times(strength * k * k * k))
	})
}

// fir adds a fir to a wood.
func (s *scene) fir(p *path, o spot, h float32) {
	p.join(o.bar(0, 0, 0, -h, h*0.030, h*0.008))
	for i := range 9 {
		t := float32(i) / 9
		y, w := -h*(0.14+0.80*t), h*0.17*(1-t)+h*0.016
		p.join(o.shape(0, y-h*0.16, w*s.between(0.85, 1.1), y+h*s.between(0, 0.03), 0, y-h*0.01, -w*s.between(0.85, 1.1), y+h*s.between(0, 0.03)))
	}
}

// drawPeak: a mountain folded out of paper triangles, and a flag that is hard to see.
//
// Palette: sky, lit rock, shaded rock, flag.
func drawPeak(s *scene) {
	sky, lit, shade, flag := s.colours()
	s.wash(stop{0, sky}, stop{0.8, sky.light(sky.times(0.6))}, stop{1, sky})
	o := s.spot(0.54, 0.40, 0.70, 0.16)
	const rows, cols = 15, 17
	height := func(i, j int) point {
		t := float32(i) / (rows - 1)
		x := (float32(j)/(cols-1) - 0.5) * (30 + 1700*t)
		y := 1000*t - 60*(1-t)*mottle(s, float32(j)*170, float32(i)*130)
		if i > 0 {
			x += (hash(i, j, s.Seed) - 0.5) * 74
			y += (hash(j, i, s.Seed+1) - 0.5) * 84
		}
		return o.at(x, y)
	}
	for i := range rows - 1 {
		for j := range cols - 1 {
			a, b, c, d := height(i, j), height(i, j+1), height(i+1, j+1), height(i+1, j)
			for k, tri := range [][3]point{{a, b, c}, {a, c, d}} {
				mid := (float32(j) + 0.5) / (cols - 1)
				face := smooth(0.42, 0.60, mid+0.10*s.noise.at(float32(i)*0.55, 3)) // the ridge runs a little crooked
				tone := clamp(face + 0.55*(hash(i*2+k, j, s.Seed+7)-0.5))
				ink := lit.toward(shade, tone)
				if snow := float32(i)/rows + 0.22*(hash(i, j*2+k, s.Seed+3)-0.5); snow < 0.30 {
					ink = Color{1, 1, 1}.toward(shade, 0.5*tone)
				}
				ink = ink.toward(sky, 0.5*smooth(0.62, 1, float32(i)/rows))
				p := polygon(tri[:]...)
				if area(tri) < 0 {
					p = polygon(tri[2], tri[1], tri[0])
				}
				s.fill(p, flat(ink))
			}
		}
	}
	for range 5 {
		y := s.between(0.78, 0.97) * s.H
		mist := ellipse(s.between(0, 1)*s.W, y, s.between(260, 520)*s.u, s.between(24, 50)*s.u)
		s.through(blurred(mist.mask(s.rect()), int(22*s.u)), 0.75, flat(sky.light(sky.times(0.5))))
	}
	s.fill(o.bar(0, 8, 0, -64, 4, 4), flat(shade.times(0.5)))
	s.fill(o.shape(2, -64, 56, -50, 2, -34), flat(flag))
	s.finish(topCentre, 150, 0.15, shade.times(0.7), shade.times(0.4))
}

func area(t [3]point) float32 {
	return (t[1].x-t[0].x)*(t[2].y-t[0].y) - (t[1].y-t[0].y)*(t[2].x-t[0].x)
}

// drawSnow: nothing but snow, a track across it, and who made it.
//
// Palette: snow, shade of it, shadow, coat.
func drawSnow(s *scene) {
	snow, shade, shadow, coat := s.colours()
	s.each(func(x, y float32, _ Color) Color {
		n := s.noise.fbm(x/(520*s.u), y/(210*s.u), 4)
		return snow.over(shade, clamp(0.30+0.55*n)*0.8+0.12*y/s.H)
	})
	o := s.spot(0.62, 0.70, 0.72, 0.66)
	way := func(t float32) (x, y float32) { // from the far top to here
		return 300*sin32(3.1*t+0.4)*(1-t)*(0.35+0.65*t) - 190*(1-t), -860 * (1 - t) * (1 - 0.35*t)
	}
	for i := range 120 {
		t := float32(i) / 119
		x, y := way(t)
		size := lerp(1.6, 9, t*t)
		side := size * 0.9
		if i%2 == 0 {
			side = -side
		}
		s.fill(o.ellipse(x+side, y, size*0.62, size), flat(shadow.toward(snow, 0.35-0.2*t)))
	}
	// The shadow is of somebody who is not alone.
	for i, lean := range []float32{0, 74} {
		fall := o.person(0, 0, 128)
		for k, p := range fall.pts {
			dx, dy := (p.x-o.x)/s.u, (p.y-o.y)/s.u
			fall.pts[k] = o.at(dx*1.1+lean+dy*2.1*(1-0.2*float32(i)), -dy*1.55)
		}
		s.through(blurred(fall.mask(s.rect()), int(3*s.u)), 0.72, flat(shadow))
	}
	s.fill(o.person(0, 4, 128), flat(coat))
	s.fill(o.bar(-6, -100, 10, -100, 12, 10).join(o.bar(6, -98, 34, -84, 8, 5)), flat(shadow.times(0.8)))
	s.finish(topLeft, 170, 0.2, shadow.times(0.6), shadow.times(0.4))
}

// drawCordel: a woodcut as they hang on strings at northern fairs: a sun, a cactus, a pylon.
//
// Palette: paper, ink, second ink, third.
func drawCordel(s *scene) {
	sheet, ink, red, _ := s.colours()
	s.paper(sheet)
	cut := func(p *path, c Color) { // the press leaves a little out
		s.fill(p, func(x, y float32, under Color) Color {
			n := s.noise.fbm(x/(7*s.u), y/(5*s.u), 3)
			return under.over(c, 1-0.8*smooth(0.30, 0.5, n))
		})
	}
	o := s.spot(0.5, 0.84, 0.68, 0.84)
	sun := o.by(-120, -585)
	if s.wide {
		sun = o.by(10, -520)
	}
	for i := range 24 {
		l := float32(250)
		if i%2 == 1 {
			l = 205
		}
		ray := sun.shape(-17, -152, 0, -l, 17, -152)
		cut(ray.turn(sun.x, sun.y, float32(i)*0.2618), red)
	}
	cut(sun.circle(0, 0, 138), red)
	cut(sun.circle(0, 0, 112), sheet)
	cut(sun.circle(0, 0, 98), red)
	bolt := sun.shape(20, -70, -46, 14, -6, 14, -26, 74, 48, -20, 6, -20)
	cut(bolt, sheet)
	cactus := func(c spot, k float32) {
		limb := func(w float32, xy ...float32) {
			pts := []point{}
			for i := 0; i < len(xy); i += 2 {
				pts = append(pts, c.at(xy[i]*k, xy[i+1]*k))
			}
			cut(c.trail(w*k, pts...), ink)
			for _, side := range []float32{-0.26, 0.26} { // carved ribs
				for i := 1; i < len(pts); i++ {
					for t := float32(0.06); t < 0.95; t += 0.13 {
						x, y := lerp(pts[i-1].x, pts[i].x, t), lerp(pts[i-1].y, pts[i].y, t)
						dx, dy := pts[i].x-pts[i-1].x, pts[i].y-pts[i-1].y
						l := hypot(dx, dy)
						x, y = x-dy/l*w*k*side*s.u, y+dx/l*w*k*side*s.u
						s.fill(stroke(point{x - dx/l*11*k*s.u, y - dy/l*11*k*s.u}, point{x + dx/l*11*k*s.u, y + dy/l*11*k*s.u}, 4.5*k*s.u, 2*s.u), flat(sheet))
					}
				}
			}
		}
		limb(76, 0, 0, 0, -560)
		limb(54, 0, -210, 126, -216, 134, -420)
		limb(54, 0, -140, -118, -146, -126, -330)
		limb(40, 134, -330, 196, -336, 200, -440)
		cut(c.circle(0, -606*k, 20*k), red)
		cut(c.circle(134*k, -452*k, 15*k), red)
	}
	cactus(o.by(196, 10), 1)
	cactus(o.by(-330, 20), 0.52)
	pylon := o.by(-130, 6)
	mast := pylon.bar(-74, 0, -10, -430, 10, 7).join(pylon.bar(74, 0, 10, -430, 10, 7))
	for i := range 6 {
		y, y2 := -float32(i)*72, -float32(i+1)*72
		w, w2 := 74+y*0.149, 74+y2*0.149
		mast.join(pylon.bar(-w, y, w2, y2, 5, 5)).join(pylon.bar(w, y, -w2, y2, 5, 5))
	}
	mast.join(pylon.bar(-110, -360, 110, -360, 8, 8)).join(pylon.bar(-84, -420, 84, -420, 8, 8))
	cut(mast, ink)
	for _, y := range []float32{-360, -420} {
		for _, side := range []float32{-1, 1} {
			pts := []point{}
			for i := range 24 {
				t := float32(i) / 23
				pts = append(pts, pylon.at(side*(96+t*900), y+160*t*(t-0.9)+20))
			}
			cut(pylon.trail(4, pts...), ink)
		}
	}
	cut(s.land(o.y, 26, 340, 3), ink)
	for range 90 {
		x, y := s.between(0, s.W), o.y+s.between(26, 420)*s.u
		l := s.between(16, 70) * s.u
		s.fill(stroke(point{x, y}, point{x + l, y + s.between(-6, 6)*s.u}, 5*s.u, 1.5*s.u), flat(sheet))
	}
	if !s.wide {
		edge := rect(0, 0, s.W, 26*s.u).join(rect(0, s.H-26*s.u, s.W, 26*s.u)).join(rect(0, 0, 26*s.u, s.H)).join(rect(s.W-26*s.u, 0, 26*s.u, s.H))
		cut(edge, ink)
		s.fill(rect(26*s.u, s.H-112*s.u, s.W-52*s.u, 86*s.u), flat(sheet))
	}
	s.finish(topLeft, 160, 0.17, ink, ink)
}
