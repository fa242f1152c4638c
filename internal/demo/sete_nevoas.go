package demo

import (
	"fmt"
	"strings"
)

// seteNevoas: the sun climbs behind ranges that pass at different speeds, with mist
// between them and two rows of pines in front.
var seteNevoas = source{
	grain: 5, fade: "black",
	tones: chord(0.40, 98, 146.83, 196, 293.66, 369.99),
	hush:  hush{colour: "pink", below: 900, swell: 0.10, volume: 0.10},
	picture: func() []string {
		chains := []string{
			still(4, 720, "gbrp") + ",geq=r='40+190*pow(clip(Y/470,0,1),1.5)':g='70+120*pow(clip(Y/470,0,1),1.3)'" +
				":b='118+60*clip(Y/470,0,1)',scale=1280:720,format=yuv420p" + hold + "[sky]",
			still(700, 700, "gbrap") + ",geq=r=255:g='if(lt(hypot(X-350,Y-350),62),238,214)':b='if(lt(hypot(X-350,Y-350),62),200,160)'" +
				":a='st(0,hypot(X-350,Y-350));255*max(clip(62.5-ld(0),0,1)," +
				"clip(0.55*exp(-max(ld(0)-62,0)/52)+0.2*exp(-max(ld(0)-62,0)/140)-0.03,0,1))',format=yuva420p" + hold + "[sun]",
			random(16, 8, 5) + ",scale=2600:260:flags=bicubic[drift]",
			still(4, 260, "gray") + ",geq=lum='235*pow(sin(PI*Y/259),1.6)',scale=2600:260[bank]",
			"[drift][bank]blend=all_mode=multiply,format=gray[veil]",
			ground(2600, 260, [3]int{233, 205, 186}) + ",trim=end_frame=1[air]",
			"[air][veil]alphamerge" + hold + ",split[mist1][mist2]",
		}
		for _, r := range ranges {
			chains = append(chains, r.chains()...)
		}
		return append(chains,
			"[sky][sun]overlay=x=420:y='92-floor(n/4)'[k0]",
			"[k0][r1]overlay=x='-floor(n/6)':y=300[k1]",
			"[k1][r2]overlay=x='-200-floor(n/4)':y=345[k2]",
			"[k2][mist1]overlay=x='-900+floor(n/2)':y=380[k3]",
			"[k3][r3]overlay=x='-100-floor(n/3)':y=395[k4]",
			"[k4][r4]overlay=x='-300-floor(n/2)':y=455[k5]",
			"[k5][mist2]overlay=x='-300-floor(n/2)':y=500[k6]",
			"[k6][pines1]overlay=x='-150-n':y=490[k7]",
			"[k7][pines2]overlay=x='-2*n':y=540[picture]",
		)
	},
}

// mountains is a strip that reaches from a skyline down: the skyline is a line of one
// pixel's height, the colour goes from a tone to the mist at its foot.
type mountains struct {
	name    string
	height  int
	skyline string // of X: 0 is the strip's top, 1 its foot
	tone    [3]int
	foot    [3]int
}

const stripWidth = 2800

var ranges = []mountains{
	{"r1", 190, peaks(0.80, 97, 41, 17, 6.3), [3]int{178, 158, 166}, [3]int{226, 196, 178}},
	{"r2", 220, peaks(0.86, 143, 59, 23, 8.7), [3]int{132, 132, 152}, [3]int{206, 182, 172}},
	{"r3", 250, peaks(0.88, 181, 71, 29, 11.3), [3]int{92, 104, 132}, [3]int{176, 160, 160}},
	{"r4", 260, peaks(0.90, 211, 83, 37, 13), [3]int{56, 76, 108}, [3]int{128, 128, 140}},
	{"pines1", 240, "0.62-0.20*sin(X/190+1)-0.10*sin(X/71)-max(" + pines(19, 0.10, 0.22) + "," + pines(26.5, 0.02, 0.26) + ")",
		[3]int{30, 48, 78}, [3]int{70, 84, 108}},
	{"pines2", 220, "0.60-0.14*sin(X/240+2.4)-0.08*sin(X/97)-max(" + pines(34, 0.10, 0.34) + "," + pines(47.3, 0.04, 0.36) + ")",
		[3]int{13, 24, 44}, [3]int{9, 17, 33}},
}

// peaks adds folded sines: each has a crest wherever it crosses zero.
func peaks(base float64, periods ...float64) string {
	terms := []string{fmt.Sprintf("%.2f", base)}
	for i, p := range periods {
		height := []float64{0.55, 0.24, 0.10, 0.045}[i]
		terms = append(terms, fmt.Sprintf("%.3f*(1-abs(sin(X/%.1f+%.1f)))", height, p, 0.3+1.3*float64(i)+base*7))
	}
	return strings.Join(terms, "-")
}

// pines is a row of firs a period apart, each of its own height.
func pines(period, low, more float64) string {
	return fmt.Sprintf("(%.2f+%.2f*mod(abs(sin((floor(X/%.1f)+3)*12.9898)*43758.5453),1))*pow(1-abs(mod(X,%.1[3]f)/%.1[3]f-0.5)*2,0.8)",
		low, more, period)
}

// chains compare the skyline with a vertical ramp in 16 bits, so that the edge comes out
// one pixel soft.
func (m mountains) chains() []string {
	grow := fmt.Sprintf(",scale=%d:%d:flags=neighbor,format=gray16", stripWidth, m.height)
	tint := func(i int) string { return fmt.Sprintf("'%d+(%d)*Y/%d'", m.tone[i], m.foot[i]-m.tone[i], m.height) }
	return []string{
		still(stripWidth, 1, "gray16") + ",geq=lum='65535*clip(" + m.skyline + ",0,1)'" + grow + "[" + m.name + "line]",
		still(4, m.height, "gray16") + fmt.Sprintf(",geq=lum='65535*Y/%d'", m.height) + grow + "[" + m.name + "ramp]",
		fmt.Sprintf("[%sramp][%[1]sline]blend=all_mode=grainextract,format=gray16,"+
			"lut=c0='clip((val-32768)*%d+32768,0,65535)',format=gray16,format=gray[%[1]sedge]", m.name, m.height),
		still(4, m.height, "gbrp") + ",geq=r=" + tint(0) + ":g=" + tint(1) + ":b=" + tint(2) +
			fmt.Sprintf(",scale=%d:%d,format=yuv420p[%stint]", stripWidth, m.height, m.name),
		fmt.Sprintf("[%stint][%[1]sedge]alphamerge", m.name) + hold + "[" + m.name + "]",
	}
}
