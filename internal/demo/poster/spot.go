package poster

// spot is a place that things are drawn about, in units of the picture: a thousandth of a
// poster's width each. A scene is composed around a spot, and moves with it to another format.
type spot struct {
	s    *scene
	x, y float32
}

// spot is at one place of a poster, and at another of a backdrop, as parts of width and height.
func (s *scene) spot(px, py, wx, wy float32) spot {
	return spot{s, s.at(px, wx) * s.W, s.at(py, wy) * s.H}
}

func (o spot) at(x, y float32) point { return point{o.x + x*o.s.u, o.y + y*o.s.u} }

// by is the spot moved.
func (o spot) by(x, y float32) spot { p := o.at(x, y); return spot{o.s, p.x, p.y} }

func (o spot) circle(x, y, r float32) *path { return o.ellipse(x, y, r, r) }

func (o spot) ellipse(x, y, rx, ry float32) *path {
	p := o.at(x, y)
	return ellipse(p.x, p.y, rx*o.s.u, ry*o.s.u)
}

func (o spot) box(x, y, w, h float32) *path {
	p := o.at(x, y)
	return rect(p.x, p.y, w*o.s.u, h*o.s.u)
}

// ring is a circle's line, w wide inwards.
func (o spot) ring(x, y, r, w float32) *path {
	p := o.at(x, y)
	inner := (r - w) * o.s.u
	// The inner one runs the other way round, which cuts it out.
	return o.circle(x, y, r).join(ellipse(p.x, p.y, -inner, inner))
}

// shape is a polygon through pairs of x and y.
func (o spot) shape(xy ...float32) *path { return polygon(o.points(xy)...) }

// bar is a line with a breadth at each end.
func (o spot) bar(x1, y1, x2, y2, w1, w2 float32) *path {
	return stroke(o.at(x1, y1), o.at(x2, y2), w1*o.s.u, w2*o.s.u)
}

// curve is a closed outline that runs softly through pairs of x and y.
func (o spot) curve(xy ...float32) *path {
	pts := o.points(xy)
	n := len(pts)
	p := (&path{}).move(pts[0].x, pts[0].y)
	for i := range n {
		a, b, c, d := pts[(i+n-1)%n], pts[i], pts[(i+1)%n], pts[(i+2)%n]
		p.cube(b.x+(c.x-a.x)/6, b.y+(c.y-a.y)/6, c.x-(d.x-b.x)/6, c.y-(d.y-b.y)/6, c.x, c.y)
	}
	return p
}

// trail is a line of a breadth through points, round at its bends and ends.
func (o spot) trail(w float32, pts ...point) *path {
	p := &path{}
	for i, a := range pts {
		p.join(circle(a.x, a.y, w*o.s.u/2))
		if i > 0 {
			p.join(stroke(pts[i-1], a, w*o.s.u, w*o.s.u))
		}
	}
	return p
}

func (o spot) points(xy []float32) []point {
	pts := make([]point, 0, len(xy)/2)
	for i := 0; i+1 < len(xy); i += 2 {
		pts = append(pts, o.at(xy[i], xy[i+1]))
	}
	return pts
}

// person stands with the feet at x, y, in a coat.
func (o spot) person(x, y, h float32) *path {
	p := o.circle(x, y-0.91*h, 0.085*h)
	p.join(o.curve(x-0.05*h, y-0.83*h, x+0.05*h, y-0.83*h, x+0.13*h, y-0.72*h, x+0.17*h, y-0.32*h, x-0.17*h, y-0.32*h, x-0.13*h, y-0.72*h))
	p.join(o.bar(x-0.055*h, y-0.36*h, x-0.06*h, y, 0.10*h, 0.07*h))
	return p.join(o.bar(x+0.055*h, y-0.36*h, x+0.06*h, y, 0.10*h, 0.07*h))
}

// glow lights what is around a place: half as much at every reach.
func (o spot) glow(x, y, reach, strength float32, light Color) {
	c := o.at(x, y)
	far := 7 * reach * o.s.u
	o.s.each(func(px, py float32, under Color) Color {
		d := hypot(px-c.x, py-c.y)
		if d > far {
			return under
		}
		fade := 1 - d/far // ends at nothing, so that no edge shows
		return under.light(light.times(strength * fade * exp(-0.69*d/(reach*o.s.u))))
	})
}

// wash fills the picture with a gradient from top to foot.
func (s *scene) wash(stops ...stop) {
	r := newRamp(stops...)
	s.each(func(_, y float32, _ Color) Color { return r.at(y / s.H) })
}

// paper fills the picture with a colour that has a tooth.
func (s *scene) paper(ink Color) {
	s.each(func(x, y float32, _ Color) Color {
		return ink.times(1 + 0.035*s.noise.fbm(x/(30*s.u), y/(12*s.u), 4))
	})
}

// veil lays a colour over the picture from one height to another, for a title to stand on.
func (s *scene) veil(ink Color, from, to, depth float32) {
	s.each(func(_, y float32, under Color) Color {
		return under.over(ink, depth*smooth(from*s.H, to*s.H, y))
	})
}

// land is a soft line of hills closed down to the foot.
func (s *scene) land(y, swell, pitch, layer float32) *path {
	return skyline(s, func(x float32) float32 {
		return y - swell*s.u*1.6*s.noise.fbm(x/(pitch*s.u)+7*layer, 3*layer, 4)
	})
}

// night scatters stars above a height.
func (s *scene) night(foot float32, many float32) {
	for range int(many * s.W * s.H / (9000 * s.u * s.u)) {
		x, y := s.between(0, s.W), s.between(0, foot)
		light := s.between(0.12, 0.7) * (1 - 0.5*y/foot)
		s.dot(x, y, s.between(0.7, 1.8)*s.u, func(_, _ float32, under Color) Color {
			return under.light(Color{light, light, light})
		})
	}
}

// place is where a title stands within the margins: 0 to 1 each way.
type place struct{ x, y float32 }

var (
	topLeft    = place{0, 0}
	topCentre  = place{0.5, 0}
	footLeft   = place{0, 1}
	footCentre = place{0.5, 1}
)

// leadings are what lines of each face need not to touch, accents and all.
var leadings = map[Face]setting{
	Anton:     {leading: 1.24, tracking: 0.004},
	Archivo:   {leading: 1.0, tracking: -0.035},
	DMSerif:   {leading: 0.96, tracking: -0.01},
	Jost:      {leading: 1.2, tracking: 0.02},
	Recorte:   {leading: 0.92},
	Syne:      {leading: 1.04, tracking: -0.02},
	Ribalta:   {leading: 1.04},
	Gala:      {leading: 1.02, tracking: -0.005},
	Cormorant: {leading: 0.86, tracking: -0.005},
	Courier:   {leading: 1.12, tracking: -0.02},
	Caveat:    {leading: 0.82},
	Shrikhand: {leading: 0.98},
	Poiret:    {leading: 1.08, tracking: 0.03},
}

// finish ends a picture: a poster gets its title, as large as size and a part of the height
// allow, and its credits; a backdrop is dimmed with a shade for the words an interface lays there.
func (s *scene) finish(at place, size, height float32, ink, shade Color) {
	if s.wide {
		s.dim(shade)
		return
	}
	t, ok := leadings[s.Face]
	if !ok {
		t = setting{leading: 0.9, tracking: -0.01}
	}
	t.face, t.size = s.Face, size*s.u
	t.align = align(2*at.x + 0.5)
	m := s.margin()
	p := t.fit(s.W-2*m, height*s.H, s.Title...)
	s.letter(p.seat(lerp(m, s.W-m, at.x), lerp(0.078*s.H, s.H-138*s.u, at.y), at.x, at.y), flat(ink))
	s.credits(ink)
}

// colours are the palette's four, which each scene gives its own roles.
func (s *scene) colours() (a, b, c, d Color) {
	return s.Palette[0], s.Palette[1], s.Palette[2], s.Palette[3]
}
