package poster

import "image"

// canvas is the picture as floats, three to a pixel.
type canvas struct {
	size image.Point
	W, H float32
	pix  []Color
}

func newCanvas(size image.Point) *canvas {
	return &canvas{size: size, W: float32(size.X), H: float32(size.Y), pix: make([]Color, size.X*size.Y)}
}

func (c *canvas) rect() image.Rectangle { return image.Rectangle{Max: c.size} }

// shader says what colour a place takes, given the one under it.
type shader func(x, y float32, under Color) Color

// flat is a shader of one colour.
func flat(ink Color) shader { return func(_, _ float32, _ Color) Color { return ink } }

// inked is a shader that multiplies, as print does.
func inked(ink Color) shader { return func(_, _ float32, under Color) Color { return under.ink(ink) } }

// each shades every pixel.
func (c *canvas) each(paint shader) {
	i := 0
	for y := range c.size.Y {
		for x := range c.size.X {
			c.pix[i] = paint(float32(x)+0.5, float32(y)+0.5, c.pix[i])
			i++
		}
	}
}

// fill shades a path's inside.
func (c *canvas) fill(p *path, paint shader) { c.through(p.mask(c.rect()), 1, paint) }

// through shades where a mask lets it.
func (c *canvas) through(m *image.Alpha, opacity float32, paint shader) {
	box := m.Rect.Intersect(c.rect())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := m.Pix[m.PixOffset(box.Min.X, y):]
		at := y*c.size.X + box.Min.X
		for x := range box.Dx() {
			if row[x] == 0 {
				continue
			}
			under := c.pix[at+x]
			ink := paint(float32(box.Min.X+x)+0.5, float32(y)+0.5, under)
			c.pix[at+x] = under.over(ink, opacity*float32(row[x])/255)
		}
	}
}

// dot shades a small disc by distance alone, far cheaper than rastering a path.
func (c *canvas) dot(cx, cy, r float32, paint shader) {
	box := image.Rect(int(floor(cx-r))-1, int(floor(cy-r))-1, int(cx+r)+2, int(cy+r)+2).Intersect(c.rect())
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			px, py := float32(x)+0.5, float32(y)+0.5
			if a := clamp(r - hypot(px-cx, py-cy) + 0.5); a > 0 {
				i := y*c.size.X + x
				c.pix[i] = c.pix[i].over(paint(px, py, c.pix[i]), a)
			}
		}
	}
}

// shadow lays a path's soft shadow, moved by an offset.
func (c *canvas) shadow(p *path, dx, dy, radius, depth float32) {
	p.shift(dx, dy)
	m := blurred(p.mask(c.rect().Inset(-int(3*radius)-1)), int(radius))
	p.shift(-dx, -dy)
	c.through(m, depth, flat(Color{}))
}

// blurred is a mask grown by its blur: three box passes make a bell.
func blurred(m *image.Alpha, radius int) *image.Alpha {
	if radius < 1 || m.Rect.Empty() {
		return m
	}
	grown := image.NewAlpha(m.Rect.Inset(-3 * radius))
	for y := m.Rect.Min.Y; y < m.Rect.Max.Y; y++ {
		copy(grown.Pix[grown.PixOffset(m.Rect.Min.X, y):], m.Pix[m.PixOffset(m.Rect.Min.X, y):][:m.Rect.Dx()])
	}
	w, h := grown.Rect.Dx(), grown.Rect.Dy()
	line := make([]uint8, max(w, h))
	for range 3 {
		for y := range h {
			boxBlur(grown.Pix[y*grown.Stride:], line[:w], 1, radius)
		}
		for x := range w {
			boxBlur(grown.Pix[x:], line[:h], grown.Stride, radius)
		}
	}
	return grown
}

// boxBlur averages one row or column over 2r+1 neighbours, in place.
func boxBlur(pix, line []uint8, step, r int) {
	n := len(line)
	for i := range line {
		line[i] = pix[i*step]
	}
	sum := 0
	for i := range min(r, n) {
		sum += int(line[i])
	}
	for i := range n {
		if i+r < n {
			sum += int(line[i+r])
		}
		if i-r-1 >= 0 {
			sum -= int(line[i-r-1])
		}
		pix[i*step] = uint8(sum / (2*r + 1))
	}
}

// vignette darkens away from a centre.
func (c *canvas) vignette(cx, cy, inner, outer, depth float32) {
	c.each(func(x, y float32, under Color) Color {
		return under.times(1 - depth*smooth(inner, outer, hypot(x-cx, y-cy)))
	})
}

// grain is film grain: luminance noise, strongest in the middle tones. Its standard
// deviation is sigma. It also dithers, so the last rounding leaves no bands.
func (s *scene) grain(sigma float32) {
	for y := range s.size.Y {
		for x := range s.size.X {
			i := y*s.size.X + x
			// Three uniform numbers sum to a bell with a variance of a quarter.
			bell := hash(x, y, s.Seed) + hash(x, y, ^s.Seed) + hash(y, x, s.Seed+0x5bd1) - 1.5
			l := s.pix[i].luminance()
			k := 2 * sigma * bell * (0.35 + 2.6*l*(1-l))
			s.pix[i] = s.pix[i].plus(Color{k, k, k})
		}
	}
}

func (c *canvas) image() *image.RGBA {
	out := image.NewRGBA(c.rect())
	for i, p := range c.pix {
		out.Pix[4*i+0] = uint8(clamp(p.R)*255 + 0.5)
		out.Pix[4*i+1] = uint8(clamp(p.G)*255 + 0.5)
		out.Pix[4*i+2] = uint8(clamp(p.B)*255 + 0.5)
		out.Pix[4*i+3] = 255
	}
	return out
}
