package pipeline

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

var (
	errLost    = errors.New("the lease was lost, or what it is of is no longer wanted")
	errStalled = errors.New("the encoder made no progress")
)

// holding is a lease, kept while the encoder that works under it makes progress, or is not
// allowed to. Its context ends when the lease is lost or the encoder stuck.
type holding struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	run    *run

	mu    sync.Mutex
	moved time.Time
	held  time.Duration // of the run's gate, when it moved
}

func hold(ctx context.Context, r *run, every time.Duration, renew func(context.Context) error) *holding {
	h := &holding{run: r}
	h.progressed()
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-h.ctx.Done():
				return
			case <-tick.C:
			case <-r.look:
			}
			if h.still() > stallAfter {
				h.cancel(errStalled)
				return
			}
			// Any other failure to renew is given time: the lease outlasts several.
			if err := renew(h.ctx); fault.Is(err, fault.NotFound) {
				h.cancel(errLost)
				return
			}
		}
	}()
	return h
}

func (h *holding) progressed() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.moved, h.held = time.Now(), h.run.gate.Held()
}

// still is for how long the encoder has made no progress while it could.
func (h *holding) still() time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	return time.Since(h.moved) - (h.run.gate.Held() - h.held)
}

func (h *holding) release() { h.cancel(nil) }

// why returns the reason the context ended when it was one of ours, else err.
func (h *holding) why(err error) error {
	if cause := context.Cause(h.ctx); err != nil && (errors.Is(cause, errLost) || errors.Is(cause, errStalled)) {
		return cause
	}
	return err
}
