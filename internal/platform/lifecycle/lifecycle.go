// Package lifecycle owns how a process starts, drains and stops. It knows none of the
// parts it runs and imports nothing of KKMovies.
//
// The contract, for everything that lives longer than one call:
//
//   - Start makes the component ready and returns; whatever it leaves running must end
//     by Stop or by Run's context. A Start that fails cleans up after itself: it is
//     neither run nor stopped.
//   - Run is the component's background work. It blocks until its context ends or Stop
//     makes it return. Returning before either is a failure, with an error or without,
//     and takes the whole group down: half a server must not pretend to be one.
//   - Stop drains: no new work, what is under way may finish until ctx ends, then it is
//     cut off. It is called once, after Start, and may be called while Run still runs.
//   - Components start in the order they were added and stop in reverse, so each finds
//     what it was built on alive from its first call to its last.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Component is one part of a process. Any of its functions may be nil.
type Component struct {
	Name  string
	Start func(ctx context.Context) error
	Run   func(ctx context.Context) error
	Stop  func(ctx context.Context) error
}

// Group runs components as one. The zero Group is empty and ready; a Group runs once.
type Group struct {
	// StopWithin bounds the whole stop, all components together; 30 s when zero.
	StopWithin time.Duration

	components []Component
}

// Add appends a component: it starts after, and stops before, those added earlier.
func (g *Group) Add(c Component) { g.components = append(g.components, c) }

// Run starts every component, waits until ctx ends or one of them fails, and stops
// those that started. It returns the failure and whatever went wrong while stopping;
// nil when ctx ended and everything stopped in time.
func (g *Group) Run(ctx context.Context) error {
	running, fail := context.WithCancelCause(ctx)
	defer fail(nil)

	started := g.start(running, fail)
	<-running.Done()

	within := g.StopWithin
	if within == 0 {
		within = 30 * time.Second
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	var errs []error
	if failed := (*failure)(nil); errors.As(context.Cause(running), &failed) {
		errs = append(errs, failed)
	}
	for i := len(started) - 1; i >= 0; i-- {
		errs = append(errs, started[i].stop(stopping))
	}
	return errors.Join(errs...)
}

// start brings the components up in order, until the last one or the first failure.
func (g *Group) start(ctx context.Context, fail context.CancelCauseFunc) []*part {
	var started []*part
	for _, c := range g.components {
		if ctx.Err() != nil {
			break
		}
		if c.Start != nil {
			if err := c.Start(ctx); err != nil {
				// Without effect when ctx ended first: giving up on request is no failure.
				fail(&failure{c.Name, "did not start", err})
				break
			}
		}
		p := &part{Component: c, ended: make(chan struct{})}
		started = append(started, p)
		p.run(ctx, fail)
	}
	return started
}

// part is a component that has started.
type part struct {
	Component
	release context.CancelFunc // ends Run's context
	ended   chan struct{}      // closed when Run has returned
	err     error              // Run's, once ended is closed
}

// run sends the background work on its way. Its context outlives the group's: a
// component drains while those built on it are already gone, not before.
func (p *part) run(ctx context.Context, fail context.CancelCauseFunc) {
	background, release := context.WithCancel(context.WithoutCancel(ctx))
	p.release = release
	if p.Run == nil {
		close(p.ended)
		return
	}
	go func() {
		defer close(p.ended)
		p.err = p.Run(background)
		if ctx.Err() == nil {
			if p.err == nil {
				p.err = errors.New("returned before it was asked to")
			}
			fail(&failure{p.Name, "failed", p.err})
			p.err = nil // told already, as the reason for the stop
		}
	}()
}

// stop drains the component and waits for its background work, both until ctx ends.
func (p *part) stop(ctx context.Context) error {
	var errs []error
	if p.Stop != nil {
		if err := p.Stop(ctx); err != nil {
			errs = append(errs, &failure{p.Name, "did not stop cleanly", err})
		}
	}
	p.release()
	select {
	case <-p.ended:
		if p.err != nil && !errors.Is(p.err, context.Canceled) {
			errs = append(errs, &failure{p.Name, "ended badly", p.err})
		}
	case <-ctx.Done():
		errs = append(errs, &failure{p.Name, "did not stop in time", context.Cause(ctx)})
	}
	return errors.Join(errs...)
}

// failure says which component did what.
type failure struct {
	name, what string
	err        error
}

func (f *failure) Error() string { return fmt.Sprintf("%s %s: %v", f.name, f.what, f.err) }
func (f *failure) Unwrap() error { return f.err }
