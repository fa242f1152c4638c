package poster

import (
	"math"
	"math/rand/v2"
)

// noise is seeded gradient noise: smooth, without direction, about -1 to 1.
type noise struct {
	perm [512]uint8
	gx   [256]float32
	gy   [256]float32
}

func newNoise(seed uint64) *noise {
	rng := rand.New(rand.NewPCG(seed, 0x6e6f697365))
	n := &noise{}
	for i, p := range rng.Perm(256) {
		n.perm[i], n.perm[i+256] = uint8(p), uint8(p)
		sin, cos := math.Sincos(2 * math.Pi * rng.Float64())
		n.gx[i], n.gy[i] = float32(cos), float32(sin)
	}
	return n
}

func (n *noise) at(x, y float32) float32 {
	fx, fy := floor(x), floor(y)
	ix, iy := int(fx)&255, int(fy)&255
	x, y = x-fx, y-fy
	corner := func(dx, dy int) float32 {
		g := n.perm[int(n.perm[ix+dx])+iy+dy]
		return n.gx[g]*(x-float32(dx)) + n.gy[g]*(y-float32(dy))
	}
	u, v := x*x*x*(x*(x*6-15)+10), y*y*y*(y*(y*6-15)+10)
	top := lerp(corner(0, 0), corner(1, 0), u)
	foot := lerp(corner(0, 1), corner(1, 1), u)
	return 1.5 * lerp(top, foot, v)
}

// fbm sums octaves, each twice as fine and half as strong.
func (n *noise) fbm(x, y float32, octaves int) float32 {
	sum, amp := float32(0), float32(0.5)
	for range octaves {
		sum += amp * n.at(x, y)
		// Turning each octave hides the lattice.
		x, y = 1.6*x+1.2*y+17.3, -1.2*x+1.6*y+9.1
		amp /= 2
	}
	return sum
}

// hash is white noise by pixel, 0 to 1.
func hash(x, y int, seed uint64) float32 {
	h := uint64(uint32(x))*0x9E3779B97F4A7C15 ^ uint64(uint32(y))*0xC2B2AE3D27D4EB4F ^ seed
	h ^= h >> 29
	h *= 0xBF58476D1CE4E5B9
	h ^= h >> 32
	return float32(h>>40) / (1 << 24)
}

func lerp(a, b, t float32) float32 { return a + (b-a)*t }

func clamp(v float32) float32 { return min(max(v, 0), 1) }

// smooth rises from 0 at lo to 1 at hi without a corner.
func smooth(lo, hi, v float32) float32 {
	t := clamp((v - lo) / (hi - lo))
	return t * t * (3 - 2*t)
}

func floor(v float32) float32 { return float32(math.Floor(float64(v))) }

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }

func exp(v float32) float32 { return float32(math.Exp(float64(v))) }

func sincos(a float32) (sin, cos float32) {
	s, c := math.Sincos(float64(a))
	return float32(s), float32(c)
}

func hypot(x, y float32) float32 { return sqrt(x*x + y*y) }

func abs32(v float32) float32 { return max(v, -v) }

func sin32(v float32) float32 {
	s, _ := sincos(v)
	return s
}

func modulo(v, by float32) float32 { return v - by*floor(v/by) }

// mottle is the mottle of painted paper.
func mottle(s *scene, x, y float32) float32 { return abs32(s.noise.fbm(x/(26*s.u), y/(26*s.u), 3)) }
