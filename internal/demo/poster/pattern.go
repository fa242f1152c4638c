package poster

import "math"

// drawContour: a map of heights, as a walker reads it, and the way somebody took.
//
// Palette: low, high, line, route.
func drawContour(s *scene) {
	low, high, ink, route := s.colours()
	o := s.spot(0.56, 0.58, 0.72, 0.48)
	height := func(x, y float32) float32 {
		dx, dy := (x-o.x)/s.u, (y-o.y)/s.u
		peak := exp(-(dx*dx*1.1 + dy*dy*0.8) / 130000)
		other := exp(-((dx+330)*(dx+330) + (dy-330)*(dy-330)) / 60000)
		return 0.85*peak + 0.5*other + 0.40*s.noise.fbm(x/(400*s.u), y/(400*s.u), 4)
	}
	tint := newRamp(stop{0, low}, stop{1, high})
	across := s.size.X + 1
	field := make([]float32, across*(s.size.Y+1))
	for y := range s.size.Y + 1 {
		for x := range across {
			field[y*across+x] = height(float32(x), float32(y))
		}
	}
	const step = 0.052
	s.each(func(x, y float32, _ Color) Color {
		i := int(y)*across + int(x)
		h := field[i]
		slope := max(hypot(field[i+1]-h, field[i+across]-h), 1e-6)
		band := floor(h / step)
		near := abs32(h/step-floor(h/step+0.5)) * step / slope // pixels from a line
		weight := float32(0.9)
		if int(floor(h/step+0.5))%5 == 0 {
			weight = 2
		}
		c := tint.at(clamp(0.12 + band*step*0.85))
		return c.over(ink, clamp((weight*s.u+0.6)-near)*0.85)
	})
	x, y := float32(-430), float32(430)
	for range 46 {
		s.fill(o.circle(x, y, 5.5), flat(route))
		// Downhill would be easier.
		px, py := o.x+x*s.u, o.y+y*s.u
		gx, gy := height(px+6, py)-height(px-6, py), height(px, py+6)-height(px, py-6)
		l := hypot(gx, gy) + 1e-6
		tx, ty := -x, -y
		d := hypot(tx, ty) + 1
		if d < 26 {
			break
		}
		dx, dy := tx/d+0.75*gy/l, ty/d-0.75*gx/l
		d = hypot(dx, dy)
		x, y = x+24*dx/d, y+24*dy/d
	}
	s.fill(o.bar(-20, -20, 20, 20, 10, 10).join(o.bar(-20, 20, 20, -20, 10, 10)), flat(route))
	if !s.wide {
		s.veil(low.light(low.times(0.3)), 0.30, 0.17, 0.92)
	}
	s.finish(topLeft, 150, 0.2, ink.times(0.7), ink.times(0.4))
}

// drawUmbrellas: a wet square from above, eight black umbrellas and one that is not.
//
// Palette: ground, dark, grey, bright.
func drawUmbrellas(s *scene) {
	ground, dark, grey, bright := s.colours()
	s.each(func(x, y float32, _ Color) Color {
		sett := s.noise.at(floor(x/(34*s.u)+0.5*modulo(floor(y/(22*s.u)), 2)), floor(y/(22*s.u)))
		shine := s.noise.fbm(x/(300*s.u), y/(500*s.u), 3)
		return ground.times(0.88 + 0.10*sett + 0.22*shine)
	})
	o := s.spot(0.5, 0.54, 0.72, 0.50)
	for i, at := range []struct{ x, y, r float32 }{
		{-300, -330, 165}, {60, -390, 150}, {370, -250, 180}, {-90, -60, 172}, {-400, 40, 140}, {250, 90, 176}, {-250, 340, 178}, {90, 400, 158}, {410, 420, 150},
	} {
		c := o.by(at.x, at.y)
		turn := s.between(0, 0.78)
		gore := func(k int) *path {
			a, b := turn+float32(k)*0.7854, turn+float32(k+1)*0.7854
			sa, ca := sincos(a)
			sb, cb := sincos(b)
			sm, cm := sincos((a + b) / 2)
			p0, p1, p2, pm := c.at(0, 0), c.at(at.r*ca, at.r*sa), c.at(at.r*cb, at.r*sb), c.at(at.r*0.80*cm, at.r*0.80*sm)
			return (&path{}).move(p0.x, p0.y).line(p1.x, p1.y).quad(pm.x, pm.y, p2.x, p2.y)
		}
		whole := &path{}
		for k := range 8 {
			whole.join(gore(k))
		}
		s.shadow(whole, 22*s.u, 34*s.u, 16*s.u, 0.45)
		for k := range 8 {
			ink := dark
			if i%3 == 1 {
				ink = grey
			}
			if i == 5 {
				ink = bright
			}
			_, light := sincos(turn + float32(k)*0.7854 + 2.2)
			s.fill(gore(k), flat(ink.times(1+0.20*light)))
		}
		s.fill(c.circle(0, 0, 6), flat(ground.light(ground)))
	}
	for range 260 {
		x, y := s.between(0, s.W), s.between(0, s.H)
		s.fill(stroke(point{x, y}, point{x - 5*s.u, y + 26*s.u}, 1.2*s.u, 1.6*s.u), func(_, _ float32, under Color) Color {
			return under.light(Color{0.16, 0.17, 0.19})
		})
	}
	s.finish(topLeft, 178, 0.13, bright, dark.times(0.4))
}

// drawHexagons: a honeycomb whose cells draw a fingerprint.
//
// Palette: ground, wax, honey, ink.
func drawHexagons(s *scene) {
	ground, wax, honey, ink := s.colours()
	s.paper(ground)
	o := s.spot(0.5, 0.44, 0.72, 0.48)
	const r = 15.5
	for row := -46; row <= 46; row++ {
		for col := -52; col <= 40; col++ {
			x, y := (float32(col)+0.5*float32(row&1))*r*1.732, float32(row)*r*1.5
			in := x*x/(330*330) + y*y/(470*470)
			if in > 1 {
				continue
			}
			bend := 46 * s.noise.fbm(x/230, y/230, 2)
			d := hypot(x*1.15, (y+110)*0.82) + bend
			if y < -110 {
				d = hypot(x*1.05, (y+110)*0.9) + bend*0.6
			}
			ridge := 0.5 + 0.5*sin32(d/8.6)
			k := smooth(0.12, 0.9, ridge) * (1 - smooth(0.86, 1, in))
			cell := func(k float32) *path {
				xy := []float32{}
				for i := range 6 {
					sin, cos := sincos(float32(i)*math.Pi/3 + math.Pi/6)
					xy = append(xy, x+k*r*cos, y+k*r*sin)
				}
				return o.shape(xy...)
			}
			s.fill(cell(0.93), flat(wax.toward(ground, 0.35+0.5*smooth(0.8, 1, in))))
			if k > 0.08 {
				s.fill(cell(0.90*sqrt(k)), flat(honey.toward(ink, smooth(0.45, 1, k))))
			}
		}
	}
	bee := o.by(244, -392)
	s.fill(bee.ellipse(-8, -26, 22, 34).turn(bee.x, bee.y, -0.5).join(bee.ellipse(16, -24, 20, 32).turn(bee.x, bee.y, 0.5)), flat(wax.light(wax)))
	s.fill(bee.ellipse(0, 0, 40, 25), func(x, _ float32, _ Color) Color {
		if modulo((x-bee.x)/s.u+8, 24) < 12 {
			return ink
		}
		return honey.light(honey.times(0.5))
	})
	s.fill(bee.circle(40, -2, 16), flat(ink))
	s.finish(footLeft, 150, 0.17, ink, ink.times(0.5))
}

// drawPavement: the waves of a seaside pavement, stone by stone, and one lost sandal.
//
// Palette: pale stone, dark stone, sandal, strap.
func drawPavement(s *scene) {
	pale, dark, sandal, strap := s.colours()
	stone := 15 * s.u
	s.each(func(x, y float32, _ Color) Color {
		best, second := float32(1e9), float32(1e9)
		var bx, by, tone float32
		cx, cy := int(floor(x/stone)), int(floor(y/stone))
		for j := cy - 1; j <= cy+1; j++ {
			for i := cx - 1; i <= cx+1; i++ {
				px := (float32(i) + 0.2 + 0.6*hash(i, j, s.Seed)) * stone
				py := (float32(j) + 0.2 + 0.6*hash(j, i, s.Seed+1)) * stone
				d := max(abs32(x-px), abs32(y-py))
				if d < best {
					best, second, bx, by, tone = d, best, px, py, hash(i, j, s.Seed+2)
				} else if d < second {
					second = d
				}
			}
		}
		// The colour is asked at the stone's middle, so that no stone is cut in two.
		wave := by/(190*s.u) + 0.42*sin32(bx/(118*s.u))
		c := pale
		if modulo(wave, 1) < 0.5 {
			c = dark
		}
		c = c.times(0.90 + 0.16*tone)
		return c.over(Color{0.22, 0.19, 0.16}, 0.55*smooth(2.2*s.u, 0, second-best))
	})
	spotOf := s.spot(0.56, 0.60, 0.72, 0.5)
	for i, at := range []struct{ x, y, turn float32 }{{-60, 60, -0.5}, {150, -120, 0.35}} {
		o := spotOf.by(at.x, at.y)
		sole := o.curve(0, -170, 52, -140, 62, -70, 44, 20, 50, 100, 36, 158, 0, 174, -36, 158, -50, 100, -44, 20, -62, -70, -52, -140).turn(o.x, o.y, at.turn)
		s.shadow(sole, 14*s.u, 18*s.u, 9*s.u, 0.5)
		s.fill(sole, flat(sandal.times(1-0.12*float32(i))))
		a, b := o.at(0, -96), o.at(-50, 40)
		c := o.at(50, 40)
		bands := (&path{}).move(a.x, a.y)
		l, r := o.at(-46, -60), o.at(46, -60)
		bands.quad(l.x, l.y, b.x, b.y).line(b.x+15*s.u, b.y).quad(l.x+18*s.u, l.y+14*s.u, a.x, a.y+18*s.u)
		bands.quad(r.x-18*s.u, r.y+14*s.u, c.x-15*s.u, c.y).line(c.x, c.y).quad(r.x, r.y, a.x, a.y)
		bands.turn(o.x, o.y, at.turn)
		s.shadow(bands, 4*s.u, 6*s.u, 3*s.u, 0.4)
		s.fill(bands, flat(strap))
	}
	if s.wide {
		s.dim(dark.times(0.4))
		return
	}
	s.fill(rect(0, 0, s.W, 0.235*s.H).join(rect(0, s.H-0.085*s.H, s.W, 0.085*s.H)), flat(sandal))
	s.finish(topLeft, 150, 0.13, pale, dark)
}

// drawDarts: a squadron of paper planes in formation, one of which has another idea.
//
// Palette: sky, paper, shade, the odd one.
func drawDarts(s *scene) {
	sky, sheet, shade, odd := s.colours()
	s.each(flat(sky))
	o := s.spot(0.5, 0.60, 0.72, 0.5)
	for row := range 6 {
		for col := range 5 {
			at := o.by((float32(col)-2)*178, (float32(row)-2.5)*158)
			angle := 0.08*float32(row) - 0.10*float32(col) + 0.2
			a, b := sheet, shade
			if row == 3 && col == 3 {
				angle, a, b = -2.1, odd.light(odd.times(0.3)), odd
			}
			p := at.shape(62, 0, -50, -44, -28, -4)
			q := at.shape(62, 0, -28, -4, -38, 26)
			r := at.shape(62, 0, -38, 26, -52, 40)
			s.fill(p.turn(at.x, at.y, angle-0.5), flat(a))
			s.fill(q.turn(at.x, at.y, angle-0.5), flat(b))
			s.fill(r.turn(at.x, at.y, angle-0.5), flat(a.times(0.92)))
		}
	}
	s.finish(topLeft, 150, 0.15, sheet, sky.times(0.25))
}

// drawTiles: a wall of blue tiles, each laid as the tiler pleased; one is new.
//
// Palette: glaze, blue, pale blue, the new one.
func drawTiles(s *scene) {
	glaze, blue, pale, fresh := s.colours()
	const side = 166
	o := s.spot(0.5, 0.335, 0.72, 0)
	for row := range 9 {
		for col := -8; col <= 5; col++ {
			at := o.by(float32(col)*side, float32(row)*side)
			n := int(4 * hash(col, row, s.Seed))
			ink, soft, ground := blue, pale, glaze
			if row == 4 && col == 1 {
				ink, soft = fresh, fresh.light(glaze.times(0.5))
			}
			tone := 0.94 + 0.08*hash(row, col, s.Seed+4)
			tile := at.box(-side/2+2, -side/2+2, side-4, side-4)
			s.fill(tile, func(x, y float32, _ Color) Color {
				return ground.times(tone * (1 - 0.06*mottle(s, x, y)))
			})
			paint := func(p *path, c Color) {
				p.turn(at.x, at.y, float32(n)*math.Pi/2)
				m := p.mask(tile.mask(s.rect()).Rect)
				s.through(m, 1, func(x, y float32, under Color) Color {
					return c.times(tone).over(under, 0.28*mottle(s, x*3, y*3)+0.04)
				})
			}
			h := float32(side / 2)
			paint(at.ring(-h, -h, h+13, 26), ink)
			paint(at.ring(h, h, h+13, 26), ink)
			paint(at.circle(-h, -h, 40), soft)
			paint(at.circle(h, h, 40), soft)
			paint(at.circle(-h, -h, 22), ink)
			paint(at.circle(h, h, 22), ink)
			for _, k := range []float32{0, 1, 2, 3} {
				leaf := polygon(leafPoints(13*s.u, 44*s.u, 8)...).turn(0, 0, math.Pi/4+k*math.Pi/2)
				paint(leaf.shift(at.x, at.y), soft.toward(ink, 0.5))
			}
			paint(at.circle(0, 0, 9), ink)
		}
	}
	if s.wide {
		s.dim(blue.times(0.25))
		return
	}
	s.fill(rect(0, 0, s.W, o.y-side/2*s.u), flat(blue))
	s.fill(rect(0, s.H-112*s.u, s.W, 112*s.u), flat(blue))
	s.finish(topLeft, 158, 0.15, glaze, blue)
}

// drawBauhaus: quarters of circles, stripes and dots on a grid.
//
// Palette: paper, first, second, third.
func drawBauhaus(s *scene) {
	sheet, one, two, three := s.colours()
	s.paper(sheet)
	const side = 205
	o := s.spot(0.5, 0.405, 0.74, 0.10)
	black := one.times(0.16)
	inks := []Color{one, two, three, black}
	for row := range 5 {
		for col := range 4 {
			at := o.by((float32(col)-1.5)*side, float32(row)*side)
			h := float32(side / 2)
			pick := func(n int) Color { return inks[(n%len(inks)+len(inks))%len(inks)] }
			a := int(s.between(0, 4))
			b := a + 1 + int(s.between(0, 3))
			quarter := int(s.between(0, 4))
			s.fill(at.box(-h, -h, side, side), flat(pick(a)))
			inside := at.box(-h, -h, side, side).mask(s.rect()).Rect
			lay := func(p *path, c Color) {
				s.through(p.turn(at.x, at.y, float32(quarter)*math.Pi/2).mask(inside), 1, flat(c))
			}
			switch int(s.between(0, 7)) {
			case 0:
				lay(at.circle(-h, -h, side), pick(b))
				lay(at.circle(-h, -h, side/2), pick(b+1))
			case 1:
				lay(at.circle(-h, 0, h).join(at.circle(h, 0, h)), pick(b))
			case 2:
				for i := range 4 {
					lay(at.box(-h, -h+float32(i)*side/4, side, side/8), sheet)
				}
			case 3:
				lay(at.circle(0, 0, h*0.72), pick(b))
				lay(at.circle(0, 0, h*0.30), sheet)
			case 4:
				lay(at.shape(-h, -h, h, -h, -h, h), pick(b))
			case 5:
				for i := range 9 {
					lay(at.circle(float32(i%3-1)*62, float32(i/3-1)*62, 19), sheet)
				}
			default:
				lay(at.circle(-h, h, side), sheet)
				lay(at.circle(-h, h, side*0.62), pick(b))
			}
		}
	}
	s.finish(topLeft, 140, 0.16, black, black)
}

// drawFlags: the paper flags of June, row on row, painted in tempera.
//
// Palette: wall, first, second, third.
func drawFlags(s *scene) {
	wall, one, two, three := s.colours()
	brush := func(c Color, tilt float32) shader {
		return func(x, y float32, _ Color) Color {
			n := s.noise.fbm(x/(15*s.u)+tilt*y/(15*s.u), y/(60*s.u)-tilt*x/(60*s.u), 4)
			return c.times(1 + 0.17*n)
		}
	}
	s.each(brush(wall, 0.2))
	o := s.spot(0.5, 0.30, 0.71, 0.02)
	inks := []Color{one, two, three, wall.light(wall.times(0.7)), two.toward(three, 0.5)}
	for row := range 7 {
		y := float32(row) * 160
		sag := func(x float32) float32 { return y + 0.00010*x*x*(1+0.4*sin32(float32(row))) }
		cord := []point{}
		for x := float32(-760); x <= 760; x += 40 {
			cord = append(cord, o.at(x, sag(x)))
		}
		s.fill(o.trail(3.5, cord...), flat(one.times(0.4)))
		shift := s.between(-50, 50)
		for col := -6; col <= 6; col++ {
			x := float32(col)*118 + shift
			top := sag(x)
			w, h := s.between(78, 90), s.between(112, 128)
			ink := inks[int(s.between(0, float32(len(inks))-0.01))]
			flag := o.shape(x-w/2, top, x+w/2, top+2, x+w/2+s.between(-4, 4), top+h, x+s.between(-4, 4), top+h-w*0.42, x-w/2+s.between(-4, 4), top+h)
			if row == 4 && col == 2 {
				ink = three.light(three.times(0.5))
				flag.turn(o.x+x*s.u, o.y+top*s.u, 0.35)
			}
			s.fill(flag, brush(ink, s.between(-0.5, 0.5)))
		}
	}
	if s.wide {
		s.dim(wall.times(0.3))
		return
	}
	s.fill(rect(0, s.H-112*s.u, s.W, 112*s.u), brush(wall, 0.2))
	s.finish(topLeft, 168, 0.19, wall.light(wall.light(wall.times(0.7))), wall)
}

// drawCitrus: oranges cut across, larger than the picture.
//
// Palette: ground, peel, flesh, leaf.
func drawCitrus(s *scene) {
	ground, peel, flesh, leaf := s.colours()
	s.each(flat(ground))
	o := s.spot(0.5, 0.58, 0.70, 0.50)
	slice := func(x, y, r, turn float32) {
		c := o.by(x, y)
		whole := c.circle(0, 0, r)
		s.shadow(whole, 10*s.u, 16*s.u, 14*s.u, 0.25)
		s.fill(whole, func(px, py float32, _ Color) Color {
			return peel.times(1 + 0.10*s.noise.at(px/(5*s.u), py/(5*s.u)))
		})
		s.fill(c.circle(0, 0, r*0.93), flat(RGB(0xFFF3DC)))
		const parts = 10
		for k := range parts {
			a := turn + float32(k)*2*math.Pi/parts
			at := func(radius, angle float32) point {
				sin, cos := sincos(a + angle)
				return c.at(radius*cos, radius*sin)
			}
			w := float32(math.Pi/parts) * 0.90
			i, l, m, n := at(r*0.10, 0), at(r*0.80, -w), at(r*0.97, 0), at(r*0.80, w)
			lq, nq := at(r*0.86, -w*0.82), at(r*0.86, w*0.82)
			seg := (&path{}).move(i.x, i.y).line(l.x, l.y).quad(lq.x, lq.y, at(r*0.875, -w*0.6).x, at(r*0.875, -w*0.6).y)
			seg.quad(m.x*0.2+at(r*0.885, 0).x*0.8, m.y*0.2+at(r*0.885, 0).y*0.8, at(r*0.875, w*0.6).x, at(r*0.875, w*0.6).y).quad(nq.x, nq.y, n.x, n.y)
			s.fill(seg, func(px, py float32, _ Color) Color {
				d := hypot(px-c.x, py-c.y) / (r * s.u)
				grain := s.noise.at((px-c.x)/(7*s.u)+4*d, (py-c.y)/(26*s.u)) + s.noise.at(px/(22*s.u), py/(6*s.u))
				return flesh.toward(peel, 0.55*smooth(0.1, 0.9, d)).times(1 + 0.13*grain)
			})
		}
	}
	slice(-330, -150, 300, 0.2)
	slice(300, 110, 340, 0.5)
	slice(-250, 520, 250, 0.1)
	for i, at := range []struct{ x, y, turn float32 }{{150, -300, 0.9}, {60, -260, -0.25}} {
		p := o.at(at.x, at.y)
		l := polygon(leafPoints(64*s.u, 250*s.u, 24)...).turn(0, 0, at.turn).shift(p.x, p.y)
		s.shadow(l, 6*s.u, 10*s.u, 8*s.u, 0.25)
		s.fill(l, flat(leaf.times(1-0.14*float32(i))))
		sin, cos := sincos(at.turn)
		s.fill(stroke(p, point{p.x + sin*230*s.u, p.y - cos*230*s.u}, 4*s.u, 1*s.u), flat(leaf.light(leaf.times(0.5))))
	}
	s.finish(topLeft, 168, 0.17, leaf.times(0.55), leaf.times(0.35))
}
