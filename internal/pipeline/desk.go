package pipeline

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	askLasts  = 15 * time.Second // a dead process's wishes are forgotten after this
	askAgain  = 4 * time.Second
	readAhead = 3                // segments after one that is waited for
	partTime  = 10 * time.Second // given to withdraw what nobody waits for any more
)

// desk is where this process's viewers wait. Of each segment there is one wait, however
// many wait for it: the first begins it, the last who leaves ends it.
type desk struct {
	mu    sync.Mutex
	waits map[string]*wait // by object key
	paths paths
}

// wait is a segment that somebody waits for.
type wait struct {
	segment Segment
	waiters int
	leave   context.CancelFunc // the last has left
	told    chan error         // it is stored, or given up
	look    chan struct{}      // another process may have stored it, or given it up
	done    chan struct{}      // the wait is over
	body    []byte             // of the segment, when it was not stored
	err     error
}

// Make returns when a segment is stored: at once if it is, else when it has been made, which
// comes before everything that nobody waits for. A segment cut out of the source that there is
// no room to store is returned instead. It may take as long as ctx allows: at its deadline the
// answer is fault.Unavailable. When the last who waits for a segment gives up, it is not made.
func (p *Pipeline) Make(ctx context.Context, videoID, rendition string, segment int) (unstored []byte, err error) {
	const op = "pipeline.make"
	w := p.join(Segment{VideoID: videoID, Rendition: rendition, Index: segment})
	defer p.desk.leave(w)
	select {
	case <-w.done:
		return w.body, fault.Wrap(op, w.err)
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, &fault.Error{Kind: fault.Unavailable, Op: op, Code: "not_made_yet", Cause: ctx.Err()}
		}
		return nil, &fault.Error{Kind: fault.Cancelled, Op: op, Cause: ctx.Err()}
	}
}

// join waits with the others, or is the first.
func (p *Pipeline) join(s Segment) *wait {
	d := &p.desk
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.waits[s.key()]
	if before != nil && before.waiters > 0 {
		before.waiters++
		return before
	}
	ctx, leave := context.WithCancel(context.Background())
	w := &wait{segment: s, waiters: 1, leave: leave, told: make(chan error, 1), look: make(chan struct{}, 1), done: make(chan struct{})}
	if d.waits == nil {
		d.waits = map[string]*wait{}
	}
	d.waits[s.key()] = w
	go func() {
		defer leave()
		if before != nil { // it is being withdrawn: not after this one has asked
			<-before.done
		}
		w.err = p.await(ctx, w)
		d.end(w)
	}()
	return w
}

func (d *desk) leave(w *wait) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w.waiters--; w.waiters == 0 {
		w.leave()
	}
}

func (d *desk) end(w *wait) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.waits[w.segment.key()] == w {
		delete(d.waits, w.segment.key())
	}
	close(w.done)
}

// tell says that an object is stored, or will not be.
func (d *desk) tell(key string, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if w := d.waits[key]; w != nil {
		select {
		case w.told <- err:
		default:
		}
	}
}

// lookAt makes those who wait for these objects see whether another process has stored
// them, or given them up.
func (d *desk) lookAt(keys ...string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, key := range keys {
		if w := d.waits[key]; w != nil {
			w.lookAgain()
		}
	}
}

func (d *desk) lookAtAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, w := range d.waits {
		w.lookAgain()
	}
}

func (w *wait) lookAgain() {
	select {
	case w.look <- struct{}{}:
	default:
	}
}

// waitedFor reports whether somebody waits for a segment in this process.
func (d *desk) waitedFor(s Segment) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	w := d.waits[s.key()]
	return w != nil && w.waiters > 0
}

// await gets a segment made. It ends when that is done, or ctx is: when nobody waits for
// it any more.
func (p *Pipeline) await(ctx context.Context, w *wait) error {
	planned, err := p.Store.Plan(ctx, w.segment.VideoID)
	if err != nil {
		return err
	}
	rendition, ok := planned.Rendition(w.segment.Rendition)
	if !ok || w.segment.Index < 0 || w.segment.Index >= len(planned.Grid.Segments) {
		return fault.New(fault.NotFound, "pipeline.make", "", "")
	}
	if there, err := p.isStored(ctx, w.segment.key()); there || err != nil {
		return err
	}
	if rendition.Copy { // takes no encoder, so nobody's turn
		w.body, err = p.copySegment(ctx, w.segment.VideoID, planned, rendition, w.segment.Index)
		return err
	}
	if rendition.Late() { // no playlist names it before it is whole
		return fault.New(fault.Unavailable, "pipeline.make", "not_made_yet", "")
	}
	// No playlist names a rendition before it is set up.
	if there, err := p.isStored(ctx, plan.InitKey(w.segment.VideoID, rendition.ID)); !there || err != nil {
		return cmp.Or(err, error(fault.New(fault.Unavailable, "pipeline.make", "not_made_yet", "")))
	}
	for {
		on, joined := p.floor.join(w.segment)
		if !joined {
			return p.demand(ctx, w, len(planned.Grid.Segments))
		}
		p.observe(ofSegment(DemandJoined, w.segment))
		if err, over := w.joined(ctx, on); over {
			return err
		}
		if there, err := p.isStored(ctx, w.segment.key()); there || err != nil {
			return err
		}
	}
}

// joined waits for a run that makes a segment among others: it is over unless the run has
// ended, perhaps without having made it.
func (w *wait) joined(ctx context.Context, on *run) (err error, over bool) {
	defer on.part()
	select {
	case err := <-w.told:
		return err, true
	case <-ctx.Done():
		return ctx.Err(), true
	case <-on.ended:
		return nil, false
	}
}

// demand asks for a segment, and again until it is made or nobody waits for it.
func (p *Pipeline) demand(ctx context.Context, w *wait, segments int) error {
	defer func() {
		if ctx.Err() != nil {
			p.withdraw(w.segment)
		}
	}()
	again, look := time.NewTicker(askAgain), time.NewTicker(lookEvery)
	defer again.Stop()
	defer look.Stop()
	if p.Alone {
		look.Stop() // who stores it here tells
	}
	p.observe(ofSegment(DemandAsked, w.segment))
	for first := true; ; first = false {
		standing, err := p.Store.Ask(ctx, p.owner, askLasts, Demand{w.segment, Waited})
		switch {
		case fault.Is(err, fault.Unavailable) && !first: // what was asked lasts for a while
		case err != nil:
			return err
		case standing[0] == Made:
			return nil
		case standing[0] == GivenUp:
			return errGivenUp
		}
		if first {
			p.demands[Waited].ring()
			p.floor.wantSegment(w.segment)
			defer p.floor.unwantSegment(w.segment)
			p.tellOf(segmentWaited, w.segment)
		}
		p.askAhead(ctx, w.segment, segments)
		for asked := true; asked; {
			select {
			case err := <-w.told:
				return err
			case <-ctx.Done():
				return ctx.Err()
			case <-again.C:
				asked = false
			case <-w.look: // where it is not stored it may have been given up: to ask again tells
				if there, err := p.isStored(ctx, w.segment.key()); there || err != nil {
					return err
				}
				asked = false
			case <-look.C:
				if there, err := p.isStored(ctx, w.segment.key()); there || err != nil {
					return err
				}
			}
		}
	}
}

var errGivenUp = fault.New(fault.Unavailable, "pipeline.make", "segment_failed", "This part of the film could not be made. Try again later.")

// withdraw takes back what nobody waits for any more, and what was to be read ahead.
func (p *Pipeline) withdraw(s Segment) {
	ctx, cancel := context.WithTimeout(context.Background(), partTime)
	defer cancel()
	unread := p.desk.abandoned(s)
	err := errors.Join(p.Store.Withdraw(ctx, p.owner, s), p.takeBack(ctx, unread))
	if err != nil {
		p.Logger.WarnContext(ctx, "could not withdraw a demand; it will be forgotten", "segment", s.key(), "error", err)
		return
	}
	p.observe(ofSegment(DemandWithdrawn, s))
	p.floor.lookAgain(append(unread, s)...)
	p.tellOf(segmentUnwanted, append(unread, s)...)
}

// isStored reports whether an object is in storage.
func (p *Pipeline) isStored(ctx context.Context, key string) (bool, error) {
	_, err := p.Blobs.Stat(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}
