package probe

import (
	"math"
	"slices"
)

// usual are the rates films are made at.
var usual = [][2]int{{24000, 1001}, {24, 1}, {25, 1}, {30000, 1001}, {30, 1}, {48, 1}, {50, 1}, {60000, 1001}, {60, 1}}

// rate chooses the rate of a grid that holds every frame. It is the container's, if that
// is a rate at all: of a film of no fixed rate the container may give its clock's, or the
// average. Then it is the usual rate nearest to how long its first frames really last.
func (s stream) rate(interlaced bool, frameSeconds float64) (num, den int, variable bool) {
	num, den = ratio(s.RealRate, "/")
	avgNum, avgDen := ratio(s.AverageRate, "/")
	if num == 0 || den == 0 {
		num, den = avgNum, avgDen
	}
	if num == 0 || den == 0 || avgNum == 0 || avgDen == 0 {
		return num, den, false
	}
	real, average := float64(num)/float64(den), float64(avgNum)/float64(avgDen)
	if interlaced && near(real, 2*average) {
		return avgNum, avgDen, false // counted in fields
	}
	steady := near(real, average)
	if u := nearestUsual(real); isUsual(real) { // counted in milliseconds, 30000/1001 is 989/33
		return u[0], u[1], !steady
	}
	if frameSeconds == 0 {
		return num, den, !steady
	}
	u := nearestUsual(max(1/frameSeconds, average))
	if steady && near(real, 1/frameSeconds) && !near(float64(u[0])/float64(u[1]), real) {
		return num, den, false // 10, 12.5 or 120 a second: odd, but even
	}
	return u[0], u[1], true
}

// near allows what rounding to milliseconds does to one frame.
func near(a, b float64) bool { return math.Abs(a-b) <= 0.04*b }

func isUsual(rate float64) bool {
	return slices.ContainsFunc(usual, func(u [2]int) bool {
		return math.Abs(rate*float64(u[1])/float64(u[0])-1) < 0.0004
	})
}

func nearestUsual(rate float64) [2]int {
	return slices.MinFunc(usual, func(a, b [2]int) int {
		da := math.Abs(float64(a[0])/float64(a[1]) - rate)
		db := math.Abs(float64(b[0])/float64(b[1]) - rate)
		switch {
		case da < db:
			return -1
		case da > db:
			return 1
		}
		return 0
	})
}

// frameSeconds is how long a typical frame of the first ones lasts: the median, which a
// dropped frame or a held one does not move. 0 when there are too few to tell.
func (a answer) frameSeconds(s stream) float64 {
	shown := a.shownTimes()
	if len(shown) < 4 {
		return 0
	}
	gaps := make([]int64, len(shown)-1)
	for i := range gaps {
		gaps[i] = shown[i+1] - shown[i]
	}
	slices.Sort(gaps)
	return s.seconds(gaps[len(gaps)/2])
}
