package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/loudness"
	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/subtitle"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	lease          = 15 * time.Second // a dead worker's task is taken again after this
	renewEvery     = 4 * time.Second
	stallAfter     = 10 * time.Minute // without progress the encoder is taken for stuck: on a busy machine one waits minutes for a core
	beginningSlots = 2                // for picture and sound
	mostFailures   = 3                // of one task, then the video fails
	smallTask      = 2                // segments at most that are soon made: a viewer waits for them
)

// New returns a pipeline that is not working yet.
func New(o Options) *Pipeline {
	p := &Pipeline{
		Options: o,
		prober:  probe.New(o.Tools),
		encoder: encode.New(o.Tools),
		maker:   picture.New(o.Tools),
		words:   subtitle.NewReader(o.Tools),
		meter:   loudness.New(o.Tools),
		copies:  newCopies(o.Blobs),
		tasks:   newBell(), beginnings: newBell(),
		demands: map[DemandKind]bell{Waited: newBell(), Ahead: newBell()},
		owner:   uuid.NewString(),
	}
	if o.Name != "" {
		p.owner = o.Name + " " + p.owner
	}
	p.floor.observe = p.observe
	return p
}

// Start begins to take tasks.
func (p *Pipeline) Start(ctx context.Context) error {
	if err := emptyFolder(p.Scratch); err != nil {
		return fault.Wrap("pipeline.start", err)
	}
	if p.Alone {
		if err := p.Store.Reclaim(ctx); err != nil {
			return fault.Wrap("pipeline.start", err)
		}
	}
	if err := p.Store.ReadLater(ctx); err != nil {
		return fault.Wrap("pipeline.start", err)
	}
	if !p.Alone {
		if _, err := p.Store.Here(ctx, p.owner, false, hereLasts); err != nil {
			return fault.Wrap("pipeline.start", err)
		}
	}
	ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	p.stopped = make(chan struct{})
	var slots sync.WaitGroup
	for slot := range p.Slots {
		slots.Go(func() { p.takeTasks(ctx, slot, p.Store.Take, p.tasks) })
	}
	// A film that has just come does not wait until a long task of another one is done.
	for i := range min(p.Slots, beginningSlots) {
		slot := p.Slots + p.DemandSlots + (p.DemandSlots+1)/2 + i
		slots.Go(func() { p.takeTasks(ctx, slot, p.Store.TakeBeginning, p.beginnings) })
	}
	for i := range p.DemandSlots {
		slots.Go(func() { p.takeDemands(ctx, p.Slots+i, Waited) })
	}
	for i := range (p.DemandSlots + 1) / 2 {
		slots.Go(func() { p.takeDemands(ctx, p.Slots+p.DemandSlots+i, Ahead) })
	}
	if !p.Alone {
		slots.Go(func() { p.listen(ctx) })
		slots.Go(func() { p.attend(ctx) })
	}
	go func() {
		slots.Wait()
		close(p.stopped)
	}()
	return nil
}

// Stop gives the tasks under way back, untouched, and returns when their encoders have
// ended or ctx has.
func (p *Pipeline) Stop(ctx context.Context) error {
	p.stop()
	select {
	case <-p.stopped:
		return nil
	case <-ctx.Done():
		return fault.Wrap("pipeline.stop", ctx.Err())
	}
}

// bell wakes one of those who wait for something to do.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

func (p *Pipeline) takeTasks(ctx context.Context, slot int, take func(context.Context, string, time.Duration) (Work, error), rung bell) {
	for p.awake(ctx); ctx.Err() == nil; p.awake(ctx) {
		w, err := take(ctx, p.owner, lease)
		if err == nil {
			rung.ring() // there may be more: let the next slot look too
			p.work(ctx, w, slot)
			continue
		}
		if !fault.Is(err, fault.NotFound) && ctx.Err() == nil {
			p.Logger.WarnContext(ctx, "cannot look for work", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-rung:
		case <-time.After(workPollEvery):
		}
	}
}

// work does one task and says how it went. What it must still say when the process is
// stopping is said without the process's context.
func (p *Pipeline) work(ctx context.Context, w Work, slot int) {
	about := Event{Kind: TaskTaken, Video: w.VideoID, Task: w.Task.Seq, Slot: slot}
	p.observe(about)
	sizes, err := p.encode(ctx, w, about)
	if err == nil {
		err = patiently(ctx, func(ctx context.Context) error { return p.Store.Done(ctx, w, sizes) })
	}
	after := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		about.Kind = TaskDone
		p.observe(about)
		p.Changed(ctx, w.VideoID)
	case errors.Is(err, errLost) || fault.Is(err, fault.NotFound):
		p.withoutLease(after, w)
	case ctx.Err() != nil:
		p.giveBack(after, w)
	case fault.Is(err, fault.NoSpace) && p.passOn(after, err):
		p.giveBack(after, w)
	case w.Task.Lane == plan.LaneAV1 && fault.Is(err, fault.NoSpace):
		// The film is ready without it, so it is not given up: it waits for room. Until then
		// there is nothing else that this slot could store either.
		p.giveBack(after, w)
		select {
		case <-ctx.Done():
		case <-time.After(roomAgain):
		}
	case fault.Is(err, fault.Unavailable): // that is no fault of the film
		p.Logger.WarnContext(ctx, "a part that a task needs is away; it is tried again", "video", w.VideoID, "task", w.Task.Seq, "error", err)
		p.giveBack(ctx, w)
		rest(ctx, longestRest)
	default:
		p.workFailed(after, w, err)
	}
}

// giveBack leaves a task to whoever takes it next.
func (p *Pipeline) giveBack(ctx context.Context, w Work) {
	err := patiently(ctx, func(ctx context.Context) error { return p.Store.Release(ctx, w) })
	switch {
	case err == nil:
		p.tell(tasksQueued, w.VideoID)
	case fault.Is(err, fault.NotFound):
		p.withoutLease(ctx, w)
	default:
		p.Logger.WarnContext(ctx, "could not give a task back; its lease will run out",
			"video", w.VideoID, "task", w.Task.Seq, "error", err)
	}
}

// withoutLease leaves nothing behind that nobody wants any more.
func (p *Pipeline) withoutLease(ctx context.Context, w Work) {
	if !p.clearIfGone(ctx, w.VideoID) {
		p.clearIfGivenUp(ctx, w)
	}
}

func (p *Pipeline) workFailed(ctx context.Context, w Work, cause error) {
	cause = p.truly(ctx, w.VideoID, cause)
	times, err := p.Store.Failed(ctx, w)
	switch {
	case fault.Is(err, fault.NotFound):
		p.withoutLease(ctx, w)
	case err != nil:
		p.Logger.WarnContext(ctx, "could not record a failed task; its lease will run out",
			"video", w.VideoID, "task", w.Task.Seq, "cause", cause, "error", err)
	case times >= mostFailures || fault.Is(cause, fault.NoSpace) || fault.Is(cause, fault.Invalid): // no other time will do better
		end := p.failed
		if w.Task.Lane == plan.LaneAV1 {
			end = p.doWithout
		}
		_ = end(ctx, w.VideoID, cause) // if that cannot be recorded, then the next time
	default:
		p.Logger.WarnContext(ctx, "task failed, will be tried again",
			"video", w.VideoID, "task", w.Task.Seq, "times", times, "error", cause)
	}
}

// encode makes the segments of a task under its lease.
func (p *Pipeline) encode(ctx context.Context, w Work, about Event) (Sizes, error) {
	// A film cannot be played before its beginning is there: whoever brought it waits.
	begins := w.Task.Lane == plan.LaneFirstMinute && w.Task.FirstSegment == 0
	r := run{about: about, small: w.Task.Segments <= smallTask, always: begins}
	for _, rendition := range w.Task.Renditions {
		for k := range w.Task.Segments {
			r.makes = append(r.makes, Segment{w.VideoID, rendition, w.Task.FirstSegment + k})
		}
	}
	on := p.floor.enter(r)
	defer on.leave()
	h := hold(ctx, on, renewEvery, func(ctx context.Context) error { return p.Store.Renew(ctx, w, lease) })
	defer h.release()
	sizes, err := p.produce(h, w.VideoID, w.Task, false)
	return sizes, h.why(err)
}

// emptyFolder leaves a folder with nothing in it. It may be a disk of its own, so it stays.
func emptyFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
	}
	return err
}
