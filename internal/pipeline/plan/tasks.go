package plan

import "slices"

// The sizes of tasks, in GOPs of about 2 s. A task decodes from the source keyframe
// before it and starts a process: where keyframes are up to 10 s apart, that costs 13 % of
// the work at 4 s a task, 5 % at 16 s and 3 % at 24 s. A small task is worth it only while
// a viewer may be waiting for the next one.
const (
	fastGOPs    = 12 // 24 s
	soundGOPs   = 30 // 60 s
	qualityGOPs = 12
	av1GOPs     = 4 // what is uploaded meanwhile waits no longer for such a task than for another
)

// firstMinute grows with what is already buffered: each run takes less time to make
// than the runs before it take to play. Together they are a minute long.
var firstMinute = []int64{1, 1, 2, 2, 4, 4, 8, 8}

// firstSound is the sound of the first four seconds, then of the rest of the minute.
var firstSound = []int64{2, 28}

// run is some segments in a row.
type run struct{ first, segments int }

// newTasks puts every segment of every rendition into exactly one task, in the order
// they should be done: by lane, then by where in the film they are.
func newTasks(p Plan) []Task {
	video, audio := p.encoded(Video), p.encoded(Audio)
	slices.SortStableFunc(audio, func(a, b Rendition) int { // the one most will hear first
		switch {
		case a.Default == b.Default:
			return 0
		case a.Default:
			return -1
		}
		return 1
	})
	var tasks []Task
	add := func(lane Lane, kind Kind, runs []run, renditions ...string) {
		for _, r := range runs {
			tasks = append(tasks, Task{Lane: lane, Kind: kind, FirstSegment: r.first, Segments: r.segments, Renditions: renditions})
		}
	}
	total := len(p.Grid.Segments)
	minute := 0
	for minute < total && p.Grid.start(minute) < p.Grid.gops(shortSegments) {
		minute++
	}
	if len(video) > 0 {
		add(LaneFirstMinute, Video, p.Grid.split(firstMinute, minute), video[0].ID)
		add(LaneFast, Video, p.Grid.chunks(minute, total, fastGOPs), video[0].ID)
	}
	for _, a := range audio {
		if a.Surround() {
			continue
		}
		add(LaneFirstMinute, Audio, p.Grid.split(firstSound, minute), a.ID)
		add(LaneFast, Audio, p.Grid.chunks(minute, total, soundGOPs), a.ID)
	}
	if len(video) > 1 {
		var ids []string
		for _, r := range video[1:] {
			ids = append(ids, r.ID)
		}
		add(LaneQuality, Video, p.Grid.chunks(0, total, qualityGOPs), ids...)
	}
	for _, a := range audio {
		if a.Surround() { // in stereo the film can be heard already
			add(LaneQuality, Audio, p.Grid.chunks(0, total, soundGOPs), a.ID)
		}
	}

	if late := p.late(); len(late) > 0 {
		add(LaneAV1, Video, p.Grid.chunks(0, total, av1GOPs), late...)
	}

	slices.SortStableFunc(tasks, func(a, b Task) int {
		if a.Lane != b.Lane {
			return int(a.Lane - b.Lane)
		}
		return a.FirstSegment - b.FirstSegment
	})
	for i := range tasks {
		tasks[i].Seq = i
	}
	return tasks
}

// encoded returns the renditions of one kind that tasks make before a film is ready.
func (p Plan) encoded(kind Kind) []Rendition {
	return slices.DeleteFunc(p.Of(kind), func(r Rendition) bool { return r.Copy || r.Late() })
}

// split deals the first total segments out in runs that last these sizes, in GOPs, or end
// with the segment that makes them longer.
func (g Grid) split(sizes []int64, total int) []run {
	var runs []run
	first := 0
	for _, gops := range sizes {
		limit := g.start(first) + g.gops(gops)
		next := first
		for next < total && g.start(next) < limit {
			next++
		}
		if next > first {
			runs = append(runs, run{first, next - first})
			first = next
		}
	}
	return runs
}

// chunks deals the segments from first to end out in runs of at most this many GOPs; a
// rest of half that or less goes with the run before it.
func (g Grid) chunks(first, end int, gops int64) []run {
	var runs []run
	for first < end {
		limit := g.start(first) + g.gops(gops)
		next := first + 1
		for next < end && g.start(next+1) <= limit {
			next++
		}
		if 2*(g.start(end)-g.start(next)) <= g.gops(gops) {
			next = end
		}
		runs = append(runs, run{first, next - first})
		first = next
	}
	return runs
}
