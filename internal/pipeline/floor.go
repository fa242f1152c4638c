package pipeline

import (
	"slices"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
)

// floor is shared by the encoders of this process. While one of them makes what somebody
// waits for, those that nobody waits for stand still.
type floor struct {
	observe func(Event)

	mu     sync.Mutex
	runs   map[*run]struct{}
	waited int           // runs that somebody waits for
	calm   chan struct{} // closed when there are none any more; nil as long as there never were
}

// run is one encoder of this process, from before it starts until after it ended.
type run struct {
	floor  *floor
	about  Event // what it makes
	makes  []Segment
	small  bool // it will soon have made them: worth waiting for
	gate   *ffmpeg.Gate
	look   chan struct{} // its demand may have changed
	ended  chan struct{}
	waited bool
	resume func() // set while it stands still
}

// enter takes in a run. The caller leaves.
func (f *floor) enter(r run) *run {
	r.floor, r.gate = f, &ffmpeg.Gate{}
	r.look, r.ended = make(chan struct{}, 1), make(chan struct{})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.runs == nil {
		f.runs = map[*run]struct{}{}
	}
	waited := r.waited
	r.waited = false
	f.runs[&r] = struct{}{}
	switch {
	case waited:
		f.promote(&r)
	case f.waited > 0:
		f.hold(&r)
	}
	return &r
}

func (r *run) leave() {
	f := r.floor
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.runs, r)
	close(r.ended)
	if !r.waited {
		return
	}
	if f.waited--; f.waited == 0 {
		close(f.calm)
		for other := range f.runs {
			f.release(other)
		}
	}
}

// promote says that somebody waits for a run.
func (f *floor) promote(r *run) {
	if r.waited {
		return
	}
	r.waited = true
	f.release(r)
	if f.waited++; f.waited == 1 {
		f.calm = make(chan struct{})
		for other := range f.runs {
			if !other.waited {
				f.hold(other)
			}
		}
	}
}

func (f *floor) hold(r *run) {
	r.resume = r.gate.Hold()
	f.tell(EncoderHeld, r)
}

func (f *floor) release(r *run) {
	if r.resume != nil {
		r.resume()
		r.resume = nil
		f.tell(EncoderResumed, r)
	}
}

func (f *floor) tell(kind EventKind, r *run) {
	e := r.about
	e.Kind = kind
	f.observe(e)
}

// want says that somebody waits for what a run makes.
func (r *run) want() {
	r.floor.mu.Lock()
	defer r.floor.mu.Unlock()
	r.floor.promote(r)
}

// wantSegment says that somebody waits for a segment, whatever run makes it.
func (f *floor) wantSegment(s Segment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		if slices.Contains(r.makes, s) {
			f.promote(r)
		}
	}
}

// join waits for a small run that makes a segment, if there is one: it returns it as one
// that somebody waits for.
func (f *floor) join(s Segment) (*run, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		if r.small && slices.Contains(r.makes, s) {
			f.promote(r)
			return r, true
		}
	}
	return nil, false
}

// lookAgain makes the runs of these segments see at once whether they are still wanted.
func (f *floor) lookAgain(segments ...Segment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		if slices.ContainsFunc(r.makes, func(s Segment) bool { return slices.Contains(segments, s) }) {
			r.lookAgain()
		}
	}
}

func (f *floor) lookAgainAtAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		r.lookAgain()
	}
}

func (r *run) lookAgain() {
	select {
	case r.look <- struct{}{}:
	default:
	}
}
