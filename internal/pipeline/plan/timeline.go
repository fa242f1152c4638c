package plan

import "math"

// A Span is a stretch of the film, in seconds.
type Span struct {
	Start float64 `json:"start"`
	End   float64 `json:"end"`
}

// Durations returns how long each segment of a rendition is, in ticks of its timescale:
// the grid's own for picture, the sample rate for sound. The first lasts from the film's
// start on, even where copied sound begins a moment later.
func (p Plan) Durations(r Rendition) (timescale uint32, ticks []int64) {
	n := len(p.Grid.Segments)
	ticks = make([]int64, n)
	if r.Kind == Video {
		for k, s := range p.Grid.Segments {
			ticks[k] = s.Ticks
		}
		return p.Grid.Timescale, ticks
	}
	for k := range ticks {
		ticks[k] = (p.soundBoundary(r, k+1) - p.soundBoundary(r, k)) * PacketSamples
	}
	if n > 0 {
		ticks[0] += r.Offset
	}
	return uint32(r.Rate), ticks
}

// soundBoundary is the first packet of segment k of a sound rendition: the first that
// starts at or after the segment's picture does. Of the segment after the last, the end.
func (p Plan) soundBoundary(r Rendition, k int) int64 {
	packets := ceilDiv(r.Samples, PacketSamples)
	switch {
	case k == 0:
		return 0
	case k >= len(p.Grid.Segments):
		return packets
	}
	scale := int64(p.Grid.Timescale)
	first := ceilDiv(p.Grid.start(k)*int64(r.Rate)-r.Offset*scale, PacketSamples*scale)
	return min(max(first, 0), packets)
}

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// targetDuration is the longest segment of all renditions in whole seconds, rounded to
// the nearest as RFC 8216 4.3.3.1 compares it; one for all, by Apple's authoring rule 8.2.
func (p Plan) targetDuration() int64 {
	var target int64 = 1
	type line struct {
		rate            int
		offset, samples int64
	}
	counted := map[line]bool{} // all pictures share one timeline, and most sounds of one rate
	for _, r := range p.Renditions {
		l := line{r.Rate, r.Offset, r.Samples}
		if counted[l] {
			continue
		}
		counted[l] = true
		scale, ticks := p.Durations(r)
		for _, d := range ticks {
			target = max(target, (2*d+int64(scale))/(2*int64(scale)))
		}
	}
	return target
}

// Ready returns, for each rendition, the stretches whose segments are all there: a copy's
// from the start, the others' given the Seq of every finished task, and the segments of
// each rendition that were made out of turn.
func (p Plan) Ready(finished []int, extra map[string][]int) map[string][]Span {
	made := map[string][]bool{}
	mark := func(id string, first, count int) {
		if made[id] == nil {
			made[id] = make([]bool, len(p.Grid.Segments))
		}
		for k := max(first, 0); k < min(first+count, len(p.Grid.Segments)); k++ {
			made[id][k] = true
		}
	}
	for _, r := range p.Renditions {
		if r.Copy {
			mark(r.ID, 0, len(p.Grid.Segments))
		}
		for _, k := range extra[r.ID] {
			mark(r.ID, k, 1)
		}
	}
	for _, seq := range finished {
		if seq < 0 || seq >= len(p.Tasks) {
			continue // of an older plan
		}
		task := p.Tasks[seq]
		for _, id := range task.Renditions {
			mark(id, task.FirstSegment, task.Segments)
		}
	}
	ready := map[string][]Span{}
	for id, segments := range made {
		ready[id] = p.spans(segments)
	}
	return ready
}

// spans joins neighbouring segments.
func (p Plan) spans(made []bool) []Span {
	var spans []Span
	for k, ok := range made {
		if !ok {
			continue
		}
		start, end := p.Grid.seconds(p.Grid.start(k)), p.Grid.seconds(p.Grid.start(k+1))
		if k > 0 && made[k-1] {
			spans[len(spans)-1].End = end
		} else {
			spans = append(spans, Span{start, end})
		}
	}
	return spans
}

// Measure returns the peak and the average rate of a whole rendition in bits per
// second, given the size of every segment in bytes. The peak is RFC 8216's: over any
// segments in a row that last between half and one and a half target durations.
func (p Plan) Measure(r Rendition, sizes []int64) (peak, average int64) {
	scale, ticks := p.Durations(r)
	if len(sizes) != len(ticks) || len(ticks) == 0 {
		return 0, 0
	}
	target := p.targetDuration() * int64(scale)
	rate := func(bytes, duration int64) int64 {
		return int64(math.Ceil(float64(bytes) * 8 * float64(scale) / float64(duration)))
	}
	var bytes, duration int64
	for i := range ticks {
		bytes, duration = bytes+sizes[i], duration+ticks[i]
		var b, d int64
		for j := i; j < len(ticks); j++ {
			b, d = b+sizes[j], d+ticks[j]
			if 2*d > 3*target {
				break
			}
			if 2*d >= target {
				peak = max(peak, rate(b, d))
			}
		}
	}
	average = rate(bytes, duration)
	return max(peak, average), average // a film under half a target has no window of its own
}
