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
	always bool                 // somebody waits for it as long as it runs
	joined int                  // who wait until it has ended
	wanted map[Segment]struct{} // what somebody waits for, wherever it is made
	waited bool                 // any of these: it goes first
	resume func()               // set while it stands still
}

// enter takes in a run: with always set one that somebody waits for. The caller leaves.
func (f *floor) enter(r run) *run {
	r.floor, r.gate = f, &ffmpeg.Gate{}
	r.look, r.ended = make(chan struct{}, 1), make(chan struct{})
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.runs == nil {
		f.runs = map[*run]struct{}{}
	}
	f.runs[&r] = struct{}{}
	if f.waited > 0 && !r.always {
		f.hold(&r)
	}
	f.settle(&r)
	return &r
}

func (r *run) leave() {
	f := r.floor
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.runs, r)
	close(r.ended)
	if r.waited {
		f.demote(r)
	}
}

// settle has a run go first or stand back, as somebody waits for it or nobody does. One that
// has left stays as it was.
func (f *floor) settle(r *run) {
	_, here := f.runs[r]
	waited := r.always || r.joined > 0 || len(r.wanted) > 0
	switch {
	case !here || waited == r.waited:
	case waited:
		f.promote(r)
	default:
		if f.demote(r); f.waited > 0 {
			f.hold(r)
		}
	}
}

func (f *floor) promote(r *run) {
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

func (f *floor) demote(r *run) {
	r.waited = false
	if f.waited--; f.waited == 0 {
		close(f.calm)
		for other := range f.runs {
			f.release(other)
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

// want says that somebody waits for what a run makes, until it has ended.
func (r *run) want() {
	r.floor.mu.Lock()
	defer r.floor.mu.Unlock()
	r.always = true
	r.floor.settle(r)
}

// wantSegment says that somebody waits for a segment, whatever run makes it.
func (f *floor) wantSegment(s Segment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		if slices.Contains(r.makes, s) {
			if r.wanted == nil {
				r.wanted = map[Segment]struct{}{}
			}
			r.wanted[s] = struct{}{}
			f.settle(r)
		}
	}
}

// unwantSegment takes back what wantSegment said, whoever said it: where another still waits,
// the run that was begun for that goes on.
func (f *floor) unwantSegment(s Segment) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		delete(r.wanted, s)
		f.settle(r)
	}
}

// join waits for a small run that makes a segment, if there is one. The caller parts from it.
func (f *floor) join(s Segment) (*run, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for r := range f.runs {
		if r.small && slices.Contains(r.makes, s) {
			r.joined++
			f.settle(r)
			return r, true
		}
	}
	return nil, false
}

// part says that one who joined a run waits for it no more.
func (r *run) part() {
	r.floor.mu.Lock()
	defer r.floor.mu.Unlock()
	r.joined--
	r.floor.settle(r)
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
