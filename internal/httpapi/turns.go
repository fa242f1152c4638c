package httpapi

import (
	"context"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// atATime is how many requests of one caller for one costly operation are worked on at once.
const atATime = 2

// turns lets each caller have so many requests worked on at once, and has the rest of theirs
// wait for one of them. What is costly is done for all in the order they come: without turns,
// sixty passwords tried from one address in the same moment stand before everybody else.
type turns struct {
	mu      sync.Mutex
	callers map[string]*places
}

type places struct {
	free chan struct{}
	used int // by those who have one or wait for one
}

// take waits for a turn; the caller must leave it.
func (t *turns) take(ctx context.Context, caller string) (leave func(), err error) {
	t.mu.Lock()
	if t.callers == nil {
		t.callers = map[string]*places{}
	}
	p := t.callers[caller]
	if p == nil {
		p = &places{free: make(chan struct{}, atATime)}
		t.callers[caller] = p
	}
	p.used++
	t.mu.Unlock()
	select {
	case p.free <- struct{}{}:
		return func() {
			<-p.free
			t.gone(caller, p)
		}, nil
	case <-ctx.Done():
		t.gone(caller, p)
		return nil, &fault.Error{Kind: fault.Cancelled, Op: "httpapi.turn", Cause: ctx.Err()}
	}
}

// gone forgets a caller with nothing under way.
func (t *turns) gone(caller string, p *places) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.used--; p.used == 0 {
		delete(t.callers, caller)
	}
}
