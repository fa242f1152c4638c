package insight

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// rounds write what many players send in few transactions. What comes while one is under way
// waits for the next, which takes all that waits: one alone is written at once, and a thousand
// cost little more than one.
type rounds struct {
	store Store

	mu      sync.Mutex
	waiting []*round
	busy    bool
}

// round is one transaction.
type round struct {
	playings map[playingKey]Playing
	done     chan struct{}
	err      error // when done
}

type playingKey struct {
	viewer             Viewer
	videoID, sessionID string
}

const (
	mostInRound = 200
	mostRounds  = 50 // that wait: beyond that the database does not keep up
	roundWithin = 10 * time.Second
)

// record writes a playing with others. Who gives up waiting has it written all the same.
func (r *rounds) record(ctx context.Context, p Playing) error {
	mine, err := r.join(p)
	if err != nil {
		return err
	}
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return &fault.Error{Kind: fault.Cancelled, Op: "insight.wait", Cause: ctx.Err()}
	}
}

func (r *rounds) join(p Playing) (*round, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := playingKey{p.Viewer, p.VideoID, p.SessionID}
	var last *round
	if n := len(r.waiting); n > 0 {
		last = r.waiting[n-1]
	}
	if last == nil || len(last.playings) == mostInRound {
		if len(r.waiting) == mostRounds {
			return nil, fault.New(fault.Unavailable, "insight.wait", "busy", "More is sent than can be written. Send it again in a moment.")
		}
		last = &round{playings: map[playingKey]Playing{}, done: make(chan struct{})}
		r.waiting = append(r.waiting, last)
	}
	if known, ok := last.playings[key]; ok {
		p = known.Join(p)
	}
	last.playings[key] = p
	if !r.busy {
		r.busy = true
		go r.write()
	}
	return last, nil
}

// write writes rounds until none waits.
func (r *rounds) write() {
	for {
		r.mu.Lock()
		if len(r.waiting) == 0 {
			r.busy = false
			r.mu.Unlock()
			return
		}
		next := r.waiting[0]
		r.waiting = slices.Delete(r.waiting, 0, 1)
		r.mu.Unlock()
		next.err = r.commit(next)
		close(next.done)
	}
}

func (r *rounds) commit(next *round) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), roundWithin)
	defer cancel()
	playings := make([]Playing, 0, len(next.playings))
	for _, p := range next.playings {
		playings = append(playings, p)
	}
	return r.store.Record(ctx, inOrder(playings))
}
