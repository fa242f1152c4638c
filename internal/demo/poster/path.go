package poster

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

type point struct{ x, y float32 }

type op uint8

const (
	moveTo op = iota
	lineTo
	quadTo
	cubeTo
)

// path is a filled outline: contours of lines and curves, each closed by itself.
type path struct {
	ops []op
	pts []point
}

func (p *path) move(x, y float32) *path { return p.add(moveTo, point{x, y}) }
func (p *path) line(x, y float32) *path { return p.add(lineTo, point{x, y}) }
func (p *path) quad(x1, y1, x, y float32) *path {
	return p.add(quadTo, point{x1, y1}, point{x, y})
}
func (p *path) cube(x1, y1, x2, y2, x, y float32) *path {
	return p.add(cubeTo, point{x1, y1}, point{x2, y2}, point{x, y})
}

func (p *path) add(o op, pts ...point) *path {
	p.ops = append(p.ops, o)
	p.pts = append(p.pts, pts...)
	return p
}

func (p *path) join(q *path) *path {
	p.ops = append(p.ops, q.ops...)
	p.pts = append(p.pts, q.pts...)
	return p
}

func polygon(pts ...point) *path {
	p := &path{}
	for i, pt := range pts {
		if i == 0 {
			p.move(pt.x, pt.y)
		} else {
			p.line(pt.x, pt.y)
		}
	}
	return p
}

func rect(x, y, w, h float32) *path {
	return polygon(point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
}

func ellipse(cx, cy, rx, ry float32) *path {
	const k = 0.5522848 // makes four cubics a circle
	p := &path{}
	p.move(cx+rx, cy)
	p.cube(cx+rx, cy+k*ry, cx+k*rx, cy+ry, cx, cy+ry)
	p.cube(cx-k*rx, cy+ry, cx-rx, cy+k*ry, cx-rx, cy)
	p.cube(cx-rx, cy-k*ry, cx-k*rx, cy-ry, cx, cy-ry)
	return p.cube(cx+k*rx, cy-ry, cx+rx, cy-k*ry, cx+rx, cy)
}

func circle(cx, cy, r float32) *path { return ellipse(cx, cy, r, r) }

// stroke is a line with a breadth at each end: a trunk, a branch, a stilt.
func stroke(a, b point, wa, wb float32) *path {
	dx, dy := b.x-a.x, b.y-a.y
	l := max(hypot(dx, dy), 1e-6)
	nx, ny := dy/l/2, -dx/l/2 // the way that winds it as rect does
	return polygon(point{a.x + nx*wa, a.y + ny*wa}, point{b.x + nx*wb, b.y + ny*wb},
		point{b.x - nx*wb, b.y - ny*wb}, point{a.x - nx*wa, a.y - ny*wa})
}

// shift, scale and turn change every point and return the path.
func (p *path) shift(dx, dy float32) *path {
	for i := range p.pts {
		p.pts[i].x += dx
		p.pts[i].y += dy
	}
	return p
}

func (p *path) scale(k float32) *path {
	for i := range p.pts {
		p.pts[i].x *= k
		p.pts[i].y *= k
	}
	return p
}

// turn rotates about a point, clockwise in radians.
func (p *path) turn(cx, cy, angle float32) *path {
	sin, cos := sincos(angle)
	for i, q := range p.pts {
		dx, dy := q.x-cx, q.y-cy
		p.pts[i] = point{cx + dx*cos - dy*sin, cy + dx*sin + dy*cos}
	}
	return p
}

// bounds is the box of all points, control points included.
func (p *path) bounds() (minX, minY, maxX, maxY float32) {
	minX, minY = float32(math.Inf(1)), float32(math.Inf(1))
	maxX, maxY = -minX, -minY
	for _, q := range p.pts {
		minX, maxX = min(minX, q.x), max(maxX, q.x)
		minY, maxY = min(minY, q.y), max(maxY, q.y)
	}
	return
}

// mask is the coverage of a path inside the canvas, for the box it touches.
func (p *path) mask(canvas image.Rectangle) *image.Alpha {
	minX, minY, maxX, maxY := p.bounds()
	box := image.Rect(int(floor(minX))-1, int(floor(minY))-1, int(maxX)+2, int(maxY)+2).Intersect(canvas)
	if len(p.pts) == 0 || box.Empty() {
		return image.NewAlpha(image.Rectangle{})
	}
	z := vector.NewRasterizer(box.Dx(), box.Dy())
	ox, oy := float32(box.Min.X), float32(box.Min.Y)
	i, open := 0, false
	for _, o := range p.ops {
		a := p.pts[i]
		switch o {
		case moveTo:
			if open {
				z.ClosePath()
			}
			z.MoveTo(a.x-ox, a.y-oy)
			open = true
			i++
		case lineTo:
			z.LineTo(a.x-ox, a.y-oy)
			i++
		case quadTo:
			b := p.pts[i+1]
			z.QuadTo(a.x-ox, a.y-oy, b.x-ox, b.y-oy)
			i += 2
		case cubeTo:
			b, c := p.pts[i+1], p.pts[i+2]
			z.CubeTo(a.x-ox, a.y-oy, b.x-ox, b.y-oy, c.x-ox, c.y-oy)
			i += 3
		}
	}
	z.ClosePath()
	m := image.NewAlpha(box)
	z.Draw(m, box, image.Opaque, image.Point{})
	return m
}

// seat moves the path so that a place of its bounds (0 to 1 each way) stands at x, y.
func (p *path) seat(x, y, ax, ay float32) *path {
	minX, minY, maxX, maxY := p.bounds()
	return p.shift(x-lerp(minX, maxX, ax), y-lerp(minY, maxY, ay))
}
