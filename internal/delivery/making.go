package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// SegmentMaker makes what a viewer wants before its turn has come.
type SegmentMaker interface {
	// Make returns when the segment (from 0) is stored; the segment itself where it was made
	// but there is no room for it. Whoever gives up waiting ends ctx.
	Make(ctx context.Context, videoID, rendition string, segment int) (unstored []byte, err error)
	// Watched tells where a session is in a film, so that the work goes on from there.
	Watched(ctx context.Context, videoID, sessionID, rendition string, segment int)
}

const (
	holdFor     = 20 * time.Second // a request, while its segment is made
	mostWaiting = 12               // requests held at once for one session: no player asks for more ahead
)

// A rendition is listed as soon as it is planned; what sets up its decoder follows. Whoever
// waits for it is woken by Changed, and looks by itself only in case that word was lost.
const (
	setUpWithin = 5 * time.Second
	setUpEvery  = 2 * time.Second
)

// waiting counts the requests held for each session.
type waiting struct {
	mu sync.Mutex
	of map[string]int
}

// enter counts one more, unless there are too many.
func (w *waiting) enter(sessionID string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[sessionID] >= mostWaiting {
		return false
	}
	w.of[sessionID]++
	return true
}

func (w *waiting) leave(sessionID string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[sessionID]--; w.of[sessionID] == 0 {
		delete(w.of, sessionID)
	}
}

// changes wakes those who wait for a title to change, at a change of any: what is remembered
// of the others is still there, so to look in vain costs nothing.
type changes struct {
	mu   sync.Mutex
	next chan struct{} // closed at the next change; nil while nobody waits
}

// wait returns what is closed at the next change.
func (c *changes) wait() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = make(chan struct{})
	}
	return c.next
}

func (c *changes) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next != nil {
		close(c.next)
		c.next = nil
	}
}

// making makes an object, and returns it when it could not be stored.
type making = func(ctx context.Context) (unstored []byte, err error)

// settingUp returns what waits until a rendition's initialisation segment is stored.
func (d *Delivery) settingUp(sessionID, videoID, rendition string) making {
	return d.hold(sessionID, setUpWithin, func(ctx context.Context) ([]byte, error) {
		again := time.NewTicker(setUpEvery)
		defer again.Stop()
		for {
			changed := d.changes.wait() // asked for before the look, so none is missed
			t, err := d.title(ctx, videoID)
			if err != nil {
				return nil, err
			}
			made, listed := t.Made[rendition]
			if !listed {
				return nil, notFound()
			}
			if made.Codecs != "" {
				return nil, nil
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-changed:
			case <-again.C:
				d.known.Invalidate(videoID)
			}
		}
	})
}

// making returns what makes a segment.
func (d *Delivery) making(sessionID, videoID string, n name) making {
	return d.hold(sessionID, holdFor, func(ctx context.Context) ([]byte, error) {
		return d.maker.Make(ctx, videoID, n.rendition, n.number)
	})
}

// hold returns what holds a session's request while an object is made, but not for longer
// than a while.
func (d *Delivery) hold(sessionID string, within time.Duration, until making) making {
	const op = "delivery.make"
	return func(ctx context.Context) ([]byte, error) {
		if !d.held.enter(sessionID) {
			return nil, fault.New(fault.TooMany, op, "too_many_waiting", "This player asks for too much at once that is not made yet. Wait for what it has asked for.")
		}
		defer d.held.leave(sessionID)
		held, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		unstored, err := until(held)
		if held.Err() != nil && ctx.Err() == nil {
			return nil, fault.New(fault.Unavailable, op, "not_made_yet", "This part of the film is still being made. Try again in a moment.")
		}
		return unstored, fault.Wrap(op, err)
	}
}
