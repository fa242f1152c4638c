package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/pack"
	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	lease        = 15 * time.Second // a dead worker's task is taken again after this
	renewEvery   = 4 * time.Second
	stallAfter   = 2 * time.Minute // without progress the encoder is taken for stuck
	pollEvery    = time.Second     // for tasks queued by another process
	mostFailures = 3               // of one task, then the video fails
)

var (
	errLost    = errors.New("the lease was lost or the video removed")
	errStalled = errors.New("the encoder made no progress")
)

// New returns a pipeline that is not working yet.
func New(o Options) *Pipeline {
	return &Pipeline{
		Options: o,
		prober:  probe.New(o.Tools),
		encoder: encode.New(o.Tools),
		maker:   picture.New(o.Tools),
		wake:    make(chan struct{}, 1),
		owner:   uuid.NewString(),
	}
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
	ctx, p.stop = context.WithCancel(context.WithoutCancel(ctx))
	p.stopped = make(chan struct{})
	var slots sync.WaitGroup
	for range p.Slots {
		slots.Go(func() { p.takeTasks(ctx) })
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

// wakeUp tells this process's slots to look for tasks now.
func (p *Pipeline) wakeUp() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Pipeline) takeTasks(ctx context.Context) {
	for ctx.Err() == nil {
		w, err := p.Store.Take(ctx, p.owner, lease)
		if err == nil {
			p.wakeUp() // there may be more: let the next slot look too
			p.work(ctx, w)
			continue
		}
		if !fault.Is(err, fault.NotFound) && ctx.Err() == nil {
			p.Logger.WarnContext(ctx, "cannot look for work", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-p.wake:
		case <-time.After(pollEvery):
		}
	}
}

// work does one task and says how it went. What it must still say when the process is
// stopping is said without the process's context.
func (p *Pipeline) work(ctx context.Context, w Work) {
	log := p.Logger.With("video", w.VideoID, "task", w.Task.Seq, "lane", int(w.Task.Lane))
	sizes, err := p.encode(ctx, w)
	if err == nil {
		err = p.Store.Done(ctx, w, sizes)
	}
	after := context.WithoutCancel(ctx)
	switch {
	case err == nil:
		p.Changed(ctx, w.VideoID)
	case errors.Is(err, errLost) || fault.Is(err, fault.NotFound):
		p.clearIfGone(after, w.VideoID)
	case ctx.Err() != nil:
		if err := p.Store.Release(after, w); err != nil && !fault.Is(err, fault.NotFound) {
			log.WarnContext(after, "could not give a task back; its lease will run out", "error", err)
		}
	default:
		p.workFailed(after, w, err)
	}
}

func (p *Pipeline) workFailed(ctx context.Context, w Work, cause error) {
	times, err := p.Store.Failed(ctx, w)
	switch {
	case err != nil:
		p.Logger.WarnContext(ctx, "could not record a failed task; its lease will run out",
			"video", w.VideoID, "task", w.Task.Seq, "cause", cause, "error", err)
	case times >= mostFailures:
		p.fail(ctx, w.VideoID, cause)
	default:
		p.Logger.WarnContext(ctx, "task failed, will be tried again",
			"video", w.VideoID, "task", w.Task.Seq, "times", times, "error", cause)
	}
}

// encode runs the encoder and the packer under the task's lease.
func (p *Pipeline) encode(ctx context.Context, w Work) (Sizes, error) {
	planned, err := p.Store.Plan(ctx, w.VideoID)
	if err != nil {
		return nil, err
	}
	source, err := p.Store.Source(ctx, w.VideoID)
	if err != nil {
		return nil, err
	}
	file, err := p.openSource(ctx, source)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	inits, err := p.inits(ctx, w)
	if err != nil {
		return nil, err
	}
	scratch, err := os.MkdirTemp(p.Scratch, fmt.Sprintf("task-%d-", w.Task.Seq))
	if err != nil {
		return nil, fault.Wrap("pipeline.encode", err)
	}
	defer os.RemoveAll(scratch)

	held := p.hold(ctx, w)
	defer held.release()
	encoded, err := p.encoder.Run(held.ctx, encode.In{
		Plan: planned, Task: w.Task, Source: file.Path, Scratch: scratch,
		OnProgress: func(float64) { held.progressed() },
	})
	if err != nil {
		return nil, held.why(err)
	}
	segments, err := pack.Run(held.ctx, pack.In{
		VideoID: w.VideoID, Plan: planned, Task: w.Task, Encoded: encoded, Inits: inits, Put: p.put,
	})
	if err != nil {
		return nil, held.why(err)
	}
	sizes := Sizes{}
	for _, s := range segments {
		sizes[s.Rendition] = append(sizes[s.Rendition], s.Bytes)
	}
	return sizes, nil
}

// holding is a task's lease, kept while its encoder makes progress. Its context ends
// when the lease is lost, the video removed, or the encoder stuck.
type holding struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	lastMove atomic.Int64 // UnixNano
}

func (p *Pipeline) hold(ctx context.Context, w Work) *holding {
	h := &holding{}
	h.progressed()
	h.ctx, h.cancel = context.WithCancelCause(ctx)
	go func() {
		tick := time.NewTicker(renewEvery)
		defer tick.Stop()
		for {
			select {
			case <-h.ctx.Done():
				return
			case <-tick.C:
			}
			if time.Since(time.Unix(0, h.lastMove.Load())) > stallAfter {
				h.cancel(errStalled)
				return
			}
			// Any other failure to renew is given time: the lease outlasts several.
			if err := p.Store.Renew(h.ctx, w, lease); fault.Is(err, fault.NotFound) {
				h.cancel(errLost)
				return
			}
		}
	}()
	return h
}

func (h *holding) progressed() { h.lastMove.Store(time.Now().UnixNano()) }

func (h *holding) release() { h.cancel(nil) }

// why returns the reason the context ended when it was one of ours, else err.
func (h *holding) why(err error) error {
	if cause := context.Cause(h.ctx); errors.Is(cause, errLost) || errors.Is(cause, errStalled) {
		return cause
	}
	return err
}

// clearIfGone removes what was stored for a video that was deleted while it was encoded.
func (p *Pipeline) clearIfGone(ctx context.Context, videoID string) {
	if _, err := p.Store.Source(ctx, videoID); !fault.Is(err, fault.NotFound) {
		return
	}
	if err := p.Blobs.DeletePrefix(ctx, "videos/"+videoID+"/"); err != nil {
		p.Logger.WarnContext(ctx, "objects of a removed video remain", "video", videoID, "error", err)
	}
}

// openSource opens what encoders read of a video; the caller closes it.
func (p *Pipeline) openSource(ctx context.Context, source Source) (blob.Object, error) {
	file, err := p.Blobs.Open(ctx, source.EncodeKey)
	if fault.Is(err, fault.NotFound) {
		err = fault.New(fault.Invalid, "pipeline.source", "source_missing", "The uploaded file is no longer in storage. Upload it again.")
	}
	return file, err
}

// inits returns the stored init segment of each rendition of a task.
func (p *Pipeline) inits(ctx context.Context, w Work) (map[string][]byte, error) {
	inits := map[string][]byte{}
	for _, rendition := range w.Task.Renditions {
		object, err := p.Blobs.Open(ctx, plan.InitKey(w.VideoID, rendition))
		if err != nil {
			return nil, err
		}
		inits[rendition], err = io.ReadAll(object)
		if err = errors.Join(err, object.Close()); err != nil {
			return nil, fault.Wrap("pipeline.inits", err)
		}
	}
	return inits, nil
}

func emptyFolder(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.MkdirAll(filepath.Clean(dir), 0o700)
}
