package plan

import (
	"encoding/json"
	"math"

	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// shortSegments is how many segments at the start hold one GOP, about 2 s, so that the
// first is made in well under a second; it makes them the first minute. Later ones
// hold two, which halves the requests and objects of a film.
const shortSegments = 30

// The frame rates a grid may have: Apple's authoring rule 1.15 ends at 60, and a rate
// that means a clock (Matroska's milliseconds) rather than frames begins far above it.
const (
	minRate   = 5
	maxRate   = 60
	clockRate = 240
)

// mostTicks a second keep every product of times in its type.
const mostTicks = 100_000_000

// newGrid cuts the picture's time into segments.
func newGrid(report probe.Report) (Grid, error) {
	num, den, err := frameRate(report.Video)
	if err != nil {
		return Grid{}, err
	}
	if num < 1000 {
		num, den = num*1000, den*1000 // a scale fine enough for every container
	}
	rate := float64(num) / float64(den)
	g := Grid{
		Timescale:  uint32(num),
		FrameTicks: uint32(den),
		Frames:     max(1, int64(math.Round(pictureSeconds(report)*rate))),
		GOP:        max(1, int64(math.Round(2*rate))),
	}
	g.Segments = cut(g.Frames, g.GOP, den)
	return g, nil
}

// frameRate returns the rate of the grid. A rate out of bounds is divided or multiplied
// by a whole number, so that the source's frames still fall on the grid's.
func frameRate(v probe.Video) (num, den int64, err error) {
	num, den = int64(v.FrameRateNum), int64(v.FrameRateDen)
	if num <= 0 || den <= 0 || num > mostTicks || den > mostTicks {
		return 0, 0, fault.New(fault.Invalid, "plan.grid", "no_frame_rate", "This file does not say how fast its pictures follow each other.")
	}
	d := gcd(num, den)
	num, den = num/d, den/d
	switch {
	case num > clockRate*den:
		num, den = maxRate, 1
	case num > maxRate*den:
		den *= (num + maxRate*den - 1) / (maxRate * den)
	case num < minRate*den:
		num *= (minRate*den + num - 1) / num
	}
	d = gcd(num, den)
	return num / d, den / d, nil
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// cut divides the frames into segments that all start at a whole number of GOPs. The
// last one takes the rest: a rest under half a GOP would be a request for nothing.
func cut(frames, gop, frameTicks int64) []Segment {
	var segments []Segment
	for first := int64(0); first < frames; {
		n := gop
		if len(segments) >= shortSegments {
			n = 2 * gop
		}
		if rest := frames - first - n; 2*rest < gop {
			n = frames - first
		}
		segments = append(segments, Segment{FirstFrame: first, Frames: n, Start: first * frameTicks, Ticks: n * frameTicks})
		first += n
	}
	return segments
}

// start is when segment k starts; of the segment after the last, the end of the film.
func (g Grid) start(k int) int64 {
	if k < len(g.Segments) {
		return g.Segments[k].Start
	}
	if k = len(g.Segments); k == 0 {
		return 0
	}
	return g.Segments[k-1].Start + g.Segments[k-1].Ticks
}

// end is how long the grid lasts.
func (g Grid) end() int64 { return g.start(len(g.Segments)) }

// FrameRate is how many pictures a second has; of a film of no fixed rate, as a rule.
func (g Grid) FrameRate() float64 { return float64(g.Timescale) / float64(g.FrameTicks) }

// seconds of a time on the grid.
func (g Grid) seconds(ticks int64) float64 { return float64(ticks) / float64(g.Timescale) }

// gops is how long this many GOPs are.
func (g Grid) gops(n int64) int64 { return n * g.GOP * int64(g.FrameTicks) }

// UnmarshalJSON also reads what version 1 wrote: only the frames of each segment.
func (g *Grid) UnmarshalJSON(b []byte) error {
	type plain Grid
	if err := json.Unmarshal(b, (*plain)(g)); err != nil {
		return err
	}
	for k, s := range g.Segments {
		if s.Ticks == 0 {
			g.Segments[k].Start, g.Segments[k].Ticks = s.FirstFrame*int64(g.FrameTicks), s.Frames*int64(g.FrameTicks)
		}
	}
	return nil
}
