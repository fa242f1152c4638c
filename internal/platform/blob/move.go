package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Move copies every object of one store into another, of whichever engines. It replaces
// nothing, and deletes nothing but what it has just written and read back otherwise. So a
// server may go on with the source meanwhile: what is added there, another run copies.
//
// An object counts as moved when it was read back from the target with the SHA-256 it had on
// the way. It is then noted in a list, which the program sha256sum reads too. A run that was
// cut off is run again: it copies what is not at the target, and compares what is there but
// not on the list.
type Move struct {
	From, To Store
	List     string // path of the list

	workers int // objects at once, movers when 0
	most    int // mostKnown when 0; tests have less
}

// MovePlan is what there is to do.
type MovePlan struct {
	Objects, Bytes         int64 // at the source
	LeftObjects, LeftBytes int64 // of these, not at the target
	Compare, CompareBytes  int64 // at the target, and not on the list
	Different              Names // of another size at the target: they stay as they are
	Extra                  int64 // objects that only the target has
	Uploads                int   // multipart writes under way, which are not moved
	Free                   int64 // room at the target
}

// MoveProgress says how far a run is.
type MoveProgress struct {
	Objects int64
	Bytes   int64 // copied or compared
}

// Moved is what a run ended with, in objects.
type Moved struct {
	Copied, Compared int64
	Before           int64 // by an earlier run
	Gone             int64 // deleted at the source before their turn
	Extra            int64 // only the target has them
	Bytes            int64 // copied
	Different        Names
}

// Names are the first of many keys.
type Names struct {
	Count int64
	First []string
}

const (
	movers    = 4       // one reads while another writes
	mostKnown = 1 << 20 // objects of the target remembered at once, about 50 MB
	mostNamed = 10
)

func (n *Names) add(key string) {
	if n.Count++; len(n.First) < mostNamed {
		n.First = append(n.First, key)
	}
}

// Plan looks at both sides and changes nothing. To may be nil: a place that is not there yet.
func (m *Move) Plan(ctx context.Context) (MovePlan, error) {
	const op = "blob.move"
	var p MovePlan
	for _, err := range m.From.ListMultipart(ctx) {
		if err != nil {
			return p, fault.Wrap(op, err)
		}
		p.Uploads++
	}
	var err error
	p.Extra, err = m.each(ctx, func(o Info, at standing) error {
		p.Objects++
		p.Bytes += o.Size
		switch at {
		case absent:
			p.LeftObjects++
			p.LeftBytes += o.Size
		case unsure:
			p.Compare++
			p.CompareBytes += o.Size
		case different:
			p.Different.add(o.Key)
		}
		return nil
	})
	if err == nil && m.To != nil {
		p.Free, err = m.To.Free(ctx)
	}
	return p, fault.Wrap(op, err)
}

// Run copies what is left. After an error, or when ctx has ended, it is run again.
func (m *Move) Run(ctx context.Context, progress func(MoveProgress)) (Moved, error) {
	const op = "blob.move"
	list, err := openMoveList(m.List)
	if err != nil {
		return Moved{}, fault.Wrap(op, err)
	}
	r := &moveRun{Move: m, list: list, progress: progress}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(max(m.workers, 1))
	if m.workers == 0 {
		group.SetLimit(movers)
	}
	extra, err := m.each(ctx, func(o Info, at standing) error {
		switch at {
		case absent:
			group.Go(func() error { return r.copy(ctx, o) })
		case unsure:
			group.Go(func() error { return r.compare(ctx, o) })
		case different:
			r.tell(func() { r.moved.Different.add(o.Key) })
		case listed:
			r.tell(func() { r.moved.Before++ })
		}
		return context.Cause(ctx) // of the first that failed
	})
	first := group.Wait()
	r.moved.Extra = extra
	if first == nil {
		first = err
	}
	return r.moved, fault.Wrap(op, errors.Join(first, list.close()))
}

// moveRun is one run.
type moveRun struct {
	*Move
	list     *moveList
	progress func(MoveProgress)

	mu    sync.Mutex
	moved Moved
	at    MoveProgress
}

func (r *moveRun) tell(change func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	change()
	r.progress(r.at)
}

// copy takes one object over and reads it back.
func (r *moveRun) copy(ctx context.Context, o Info) error {
	source, err := r.From.Open(ctx, o.Key)
	if fault.Is(err, fault.NotFound) {
		r.tell(func() { r.moved.Gone++ })
		return nil
	}
	if err != nil {
		return err
	}
	defer source.Close()
	sent := sha256.New()
	written, err := r.To.Put(ctx, o.Key, io.TeeReader(&moveReader{ctx, source, r}, sent), o.Size)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Key, err)
	}
	if !written { // somebody else was faster
		return r.compare(ctx, o)
	}
	back, err := r.digest(ctx, r.To, o.Key, nil)
	if err != nil {
		return err
	}
	digest := [32]byte(sent.Sum(nil))
	if back != digest {
		return errors.Join(&fault.Error{Kind: fault.Unavailable, Op: "blob.move", Code: "came_back_changed", Public: "The target gave " + o.Key +
			" back with other bytes than it was given: its disk or its memory is failing. Look after that, then run this again.",
		}, r.To.Delete(context.WithoutCancel(ctx), o.Key))
	}
	return r.done(o, digest, func() { r.moved.Copied++; r.moved.Bytes += o.Size })
}

// compare reads an object at both sides.
func (r *moveRun) compare(ctx context.Context, o Info) error {
	here, err := r.digest(ctx, r.From, o.Key, r)
	if fault.Is(err, fault.NotFound) {
		r.tell(func() { r.moved.Gone++ })
		return nil
	}
	if err != nil {
		return err
	}
	there, err := r.digest(ctx, r.To, o.Key, nil)
	if err != nil {
		return err
	}
	if here != there {
		r.tell(func() { r.moved.Different.add(o.Key) })
		return nil
	}
	return r.done(o, here, func() { r.moved.Compared++ })
}

func (r *moveRun) digest(ctx context.Context, s Store, key string, counted *moveRun) ([32]byte, error) {
	o, err := s.Open(ctx, key)
	if err != nil {
		return [32]byte{}, err
	}
	defer o.Close()
	hash := sha256.New()
	buffer := buffers.Get().(*[256 << 10]byte)
	defer buffers.Put(buffer)
	if _, err := io.CopyBuffer(hash, &moveReader{ctx, o, counted}, buffer[:]); err != nil {
		return [32]byte{}, fault.Wrap("blob.move", err)
	}
	return [32]byte(hash.Sum(nil)), nil
}

func (r *moveRun) done(o Info, digest [32]byte, count func()) error {
	if err := r.list.add(o.Key, hex.EncodeToString(digest[:])); err != nil {
		return err
	}
	r.tell(func() {
		r.at.Objects++
		count()
	})
	return nil
}

// moveReader ends with ctx, and counts for a run, if any.
type moveReader struct {
	ctx context.Context
	io.Reader
	run *moveRun
}

func (r *moveReader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, cancelled(r.ctx, "blob.move")
	}
	n, err := r.Reader.Read(p)
	if r.run != nil {
		r.run.tell(func() { r.run.at.Bytes += int64(n) })
	}
	return n, err
}
