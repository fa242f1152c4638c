package source

import (
	"errors"
	"math"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	minSegment = 2  // seconds after which a segment ends at the next chance
	maxSegment = 12 // seconds a segment may last
)

// On the film's time the first picture is decoded and shown at 0. A frame is decoded when
// the table says, and shown later by its own delay less that of the first frame: what all
// frames wait, to leave room for those decoded out of order, is left out.

// shown is when a frame is shown.
func (t *table) shown(i int64) int64 { return t.dts[i] + t.delay(i) - t.delay(0) }

// usual is how long a frame lasts on average, not counting the last one.
func (t *table) usual() int64 {
	n := t.len() - 1
	if n == 0 {
		return max(t.dts[1], 1)
	}
	return max((t.dts[n]+n/2)/n, 1)
}

// ticks is how long a frame lasts. What files say of the last one is often nothing, or how
// much longer the sound is: it lasts as long as the others.
func (t *table) ticks(i int64) int64 {
	if i == t.len()-1 {
		return t.usual()
	}
	return t.dts[i+1] - t.dts[i]
}

// start is where the film's own clock, edit list and all, has our 0, in seconds.
func (x *Index) start() float64 {
	v := x.video
	return float64(v.edit.delay)/float64(x.movie.scale) + float64(v.table.delay(0)-v.edit.from)/float64(v.scale)
}

// Frames returns when frames are due, in the order they are decoded in. Outside of the film
// there are none.
func (x *Index) Frames(first, n int64) []Frame {
	t := &x.video.table
	first = min(max(first, 0), t.len())
	frames := make([]Frame, min(max(n, 0), t.len()-first))
	for i := range frames {
		at := first + int64(i)
		frames[i] = Frame{DTS: t.dts[at], PTS: t.shown(at), Ticks: t.ticks(at)}
	}
	return frames
}

// keyframe is a sync sample, and what speaks for a segment to begin with it.
type keyframe struct {
	sample int64
	apart  bool // all frames decoded before it are shown before it, all after it after it
	idr    bool // no frame after it refers to one before it
}

// syncSamples returns the sync samples of a table.
func (t *table) syncSamples() []keyframe {
	var keys []keyframe
	if t.all {
		keys = make([]keyframe, t.len())
		for i := range keys {
			keys[i].sample = int64(i)
		}
	}
	for _, i := range t.sync {
		keys = append(keys, keyframe{sample: int64(i)})
	}
	latest, next := int64(math.MinInt64), 0
	for i := range t.len() {
		if next < len(keys) && keys[next].sample == i {
			keys[next].apart = latest < t.shown(i)
			next++
		}
		latest = max(latest, t.shown(i))
	}
	earliest, next := int64(math.MaxInt64), len(keys)-1
	for i := t.len() - 1; i >= 0; i-- {
		if next >= 0 && keys[next].sample == i {
			keys[next].apart = keys[next].apart && earliest > t.shown(i)
			next--
		}
		earliest = min(earliest, t.shown(i))
	}
	return keys
}

// looksAtOnce is how many sync samples are looked into at once.
const looksAtOnce = 16

// keyframes looks into every sync sample: the table of them is not to be trusted.
func (x *Index) keyframes() ([]keyframe, error) {
	t := &x.video.table
	keys := t.syncSamples()
	type opening struct {
		idr, sameSets bool
		err           error
	}
	// Several at once: where films are on another machine, each look takes its time.
	openings := make([]opening, len(keys))
	var looks errgroup.Group
	looks.SetLimit(looksAtOnce)
	var unfit atomic.Bool // what comes after a sample that is need not be looked into
	for i, k := range keys {
		if unfit.Load() {
			break
		}
		looks.Go(func() error {
			o := &openings[i]
			o.idr, o.sameSets, o.err = x.decoder.opens(x.r, t.offset[k.sample], int64(t.size[k.sample]))
			if o.err != nil || !o.sameSets {
				unfit.Store(true)
			}
			return nil
		})
	}
	_ = looks.Wait() // each look keeps its own error
	for i := range keys {
		k := &keys[i]
		idr, sameSets, err := openings[i].idr, openings[i].sameSets, openings[i].err
		var below *fault.Error
		switch {
		case errors.As(err, &below):
			return nil, err
		case err != nil:
			return nil, refuse(DamagedTables, "frame %d: %w", k.sample, err)
		case !sameSets:
			return nil, refuse(ParameterSets, "others before frame %d", k.sample)
		}
		k.idr = idr
	}
	return keys, nil
}

// cut makes segments: each ends at the first chance after minSegment.
func (x *Index) cut(keys []keyframe) ([]Segment, error) {
	t, scale := &x.video.table, int64(x.video.scale)
	if len(keys) == 0 || keys[0].sample != 0 || !keys[0].idr {
		return nil, refuse(NoIDR, "the first frame is none")
	}
	if !keys[0].apart {
		return nil, refuse(LeadingPictures, "frames are shown before the first one")
	}
	var segments []Segment
	close := func(first, next, start, end int64) {
		s := Segment{First: first, Frames: next - first, Start: start, Ticks: end - start}
		s.Bytes = x.videoBytes(s)
		segments = append(segments, s)
	}
	first, start, passed := int64(0), int64(0), keyframe{idr: true, apart: true}
	for _, k := range keys[1:] {
		at := t.shown(k.sample)
		if at-start < minSegment*scale {
			continue
		}
		if !k.idr || !k.apart {
			passed = keyframe{idr: passed.idr && k.idr, apart: passed.apart && k.apart}
			continue
		}
		if at-start > maxSegment*scale {
			return nil, tooLong(first, at-start, passed)
		}
		close(first, k.sample, start, at)
		first, start, passed = k.sample, at, keyframe{idr: true, apart: true}
	}
	end := start
	for i := first; i < t.len(); i++ {
		end = max(end, t.shown(i))
	}
	if end += t.usual(); end-start > maxSegment*scale {
		return nil, tooLong(first, end-start, passed)
	}
	close(first, t.len(), start, end)
	return segments, nil
}

// tooLong refuses a segment by what was wrong with the keyframes that were passed.
func tooLong(first, ticks int64, passed keyframe) error {
	switch {
	case !passed.idr:
		return refuse(NoIDR, "none for %d ticks after frame %d", ticks, first)
	case !passed.apart:
		return refuse(LeadingPictures, "at every keyframe for %d ticks after frame %d", ticks, first)
	}
	return refuse(SparseKeyframes, "none for %d ticks after frame %d", ticks, first)
}

// even refuses a film whose frames do not come at a steady rate, but for what containers
// round: encoded at a steady rate, it would no longer fit what is copied.
func (x *Index) even() error {
	t := &x.video.table
	usual := t.usual()
	slack := max(0.0015*float64(x.video.scale), 0.1*float64(usual))
	steady := func(ticks int64) bool { return ticks > 0 && math.Abs(float64(ticks-usual)) <= slack }
	shown := make([]int64, t.len())
	for i := range t.len() {
		if shown[i] = t.shown(i); i > 0 && !steady(t.dts[i]-t.dts[i-1]) {
			return refuse(VariableRate, "frame %d lasts %d ticks, usual are %d", i-1, t.dts[i]-t.dts[i-1], usual)
		}
	}
	slices.Sort(shown)
	for i := 1; i < len(shown); i++ {
		if !steady(shown[i] - shown[i-1]) {
			return refuse(VariableRate, "a frame is shown for %d ticks, usual are %d", shown[i]-shown[i-1], usual)
		}
	}
	return nil
}
