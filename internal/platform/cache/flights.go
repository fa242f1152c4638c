package cache

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// flight is one load under way, and everybody who waits for it.
type flight struct {
	done  chan struct{} // closed when value and err are there
	value []byte
	old   bool // the value is what was kept: the load failed
	err   error
	stale bool // invalidated since it set out: what it brings is not kept
}

// flights are the loads under way.
type flights struct {
	mu    sync.Mutex
	under map[string]*flight
}

// join returns the flight for a key, and whether it is a new one, which the caller flies.
func (f *flights) join(key string) (*flight, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.under[key]; known != nil {
		return known, false
	}
	n := &flight{done: make(chan struct{})}
	f.under[key] = n
	return n, true
}

// forget makes whoever asks from now on load anew.
func (f *flights) forget(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if known := f.under[key]; known != nil {
		known.stale = true
		delete(f.under, key)
	}
}

// keep runs put, unless the key was invalidated since the flight set out. An invalidation
// waits, so put must not take long.
func (f *flights) keep(n *flight, put func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !n.stale {
		put()
	}
}

// land hands the result to everybody.
func (f *flights) land(key string, n *flight) {
	f.mu.Lock()
	if f.under[key] == n {
		delete(f.under, key)
	}
	f.mu.Unlock()
	close(n.done)
}

// wait returns the result, or gives up with the caller.
func (n *flight) wait(ctx context.Context) (value []byte, old bool, err error) {
	select {
	case <-n.done:
		return n.value, n.old, n.err
	case <-ctx.Done():
		return nil, false, &fault.Error{Kind: fault.Cancelled, Op: "cache.load", Cause: ctx.Err()}
	}
}

// safely runs a load, whose panic would end the process: it has a goroutine of its own.
func safely(ctx context.Context, load Loader) (value []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.Wrap("cache.load", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		}
	}()
	return load(ctx)
}
