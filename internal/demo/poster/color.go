package poster

import "math"

// Color is sRGB as numbers from 0 to 1, kept in floats until the last step so that dark
// gradients do not band.
type Color struct{ R, G, B float32 }

// RGB reads a colour as it is written everywhere else: 0xF2A541.
func RGB(hex uint32) Color {
	return Color{float32(hex>>16&255) / 255, float32(hex>>8&255) / 255, float32(hex&255) / 255}
}

func (c Color) times(k float32) Color { return Color{c.R * k, c.G * k, c.B * k} }

func (c Color) plus(d Color) Color { return Color{c.R + d.R, c.G + d.G, c.B + d.B} }

// ink is multiply, as one ink printed over another.
func (c Color) ink(d Color) Color { return Color{c.R * d.R, c.G * d.G, c.B * d.B} }

// light is screen: light added to light, never past white.
func (c Color) light(d Color) Color {
	return Color{1 - (1-c.R)*(1-d.R), 1 - (1-c.G)*(1-d.G), 1 - (1-c.B)*(1-d.B)}
}

// over lays d over c at an opacity.
func (c Color) over(d Color, a float32) Color {
	return Color{c.R + (d.R-c.R)*a, c.G + (d.G-c.G)*a, c.B + (d.B-c.B)*a}
}

func (c Color) luminance() float32 { return 0.299*c.R + 0.587*c.G + 0.114*c.B }

// toward mixes in OKLab, where the middle of two colours is as vivid as its ends.
func (c Color) toward(d Color, t float32) Color {
	a, b := c.oklab(), d.oklab()
	for i := range a {
		a[i] += (b[i] - a[i]) * float64(t)
	}
	return fromOKLab(a)
}

func (c Color) oklab() [3]float64 {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

func fromOKLab(lab [3]float64) Color {
	cube := func(v float64) float64 { return v * v * v }
	l := cube(lab[0] + 0.3963377774*lab[1] + 0.2158037573*lab[2])
	m := cube(lab[0] - 0.1055613458*lab[1] - 0.0638541728*lab[2])
	s := cube(lab[0] - 0.0894841775*lab[1] - 1.2914855480*lab[2])
	return Color{
		encoded(4.0767416621*l - 3.3077115913*m + 0.2309699292*s),
		encoded(-1.2684380046*l + 2.6097574011*m - 0.3413193965*s),
		encoded(-0.0041960863*l - 0.7034186147*m + 1.7076147010*s),
	}
}

func linear(v float32) float64 {
	if v <= 0.04045 {
		return float64(v) / 12.92
	}
	return math.Pow((float64(v)+0.055)/1.055, 2.4)
}

func encoded(v float64) float32 {
	switch {
	case v <= 0:
		return 0
	case v <= 0.0031308:
		return float32(v * 12.92)
	case v >= 1:
		return 1
	}
	return float32(1.055*math.Pow(v, 1/2.4) - 0.055)
}

// stop is a colour at a place on a ramp.
type stop struct {
	at float32
	Color
}

// ramp is a gradient through stops, worked out once and looked up per pixel.
type ramp [512]Color

func newRamp(stops ...stop) *ramp {
	var r ramp
	for i := range r {
		t := float32(i) / float32(len(r)-1)
		k := 1
		for k < len(stops)-1 && stops[k].at < t {
			k++
		}
		a, b := stops[k-1], stops[k]
		r[i] = a.toward(b.Color, clamp((t-a.at)/(b.at-a.at)))
	}
	return &r
}

func (r *ramp) at(t float32) Color {
	v := clamp(t) * float32(len(r)-1)
	i := min(int(v), len(r)-2)
	return r[i].over(r[i+1], v-float32(i))
}
