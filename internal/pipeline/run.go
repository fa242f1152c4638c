package pipeline

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/encode"
	"github.com/kkmovies/kkmovies/internal/pipeline/loudness"
	"github.com/kkmovies/kkmovies/internal/pipeline/picture"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
	"github.com/kkmovies/kkmovies/internal/pipeline/subtitle"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Options are what a Pipeline works with.
type Options struct {
	Store   Store
	Blobs   blob.Store
	Tools   *ffmpeg.Tools
	Ladder  plan.Ladder
	Late    []plan.Codec // what each film's rungs are made in as well, after all else
	Name    string       // of this process, in what it leases
	Scratch string       // a folder of this process alone, emptied at start
	Slots   int          // tasks encoded at once by this process
	// DemandSlots are kept for segments that viewers wait for: two at least, so that picture
	// and sound are made at once. Half as many more read ahead of them.
	DemandSlots int
	Longest     time.Duration // film that is made; 0: as long as a plan can be
	LargestSide int           // of a picture, in pixels; 0: as large as a plan can be
	Alone       bool          // no other process works on this database
	HasRoom     func() bool   // whether the disks that films are made on have some; may be nil
	Signals     Signals       // to and from those others; nil when there are none
	Changed     func(ctx context.Context, videoID string)
	Observe     func(Event) // told what happens, in its order; must return at once. May be nil
	Logger      *slog.Logger
}

// Pipeline runs the steps.
type Pipeline struct {
	Options
	prober     *probe.Prober
	encoder    *encode.Encoder
	maker      *picture.Maker
	words      *subtitle.Reader
	meter      *loudness.Meter
	copies     *copies
	desk       desk
	floor      floor
	room       room
	tasks      bell // one may be waiting
	beginnings bell // the same, of a film that cannot be played yet
	demands    map[DemandKind]bell
	owner      string // of this process's leases, and what it asks for
	stop       context.CancelFunc
	stopped    chan struct{}
}

// Register adds the pipeline's handlers to the queue.
func (p *Pipeline) Register(q *jobs.Queue) {
	handle(p, q, twice(p.prepare), func(ctx context.Context, j Prepare, err error) error { return p.failed(ctx, j.VideoID, err) })
	handle(p, q, p.finished, p.notFinished)
	// A film without pictures is still a film, and so is one without words. Nor does one need
	// to be as loud as the others.
	handle(p, q, twice(p.pictures), nil)
	handle(p, q, twice(p.texts), nil)
	handle(p, q, twice(p.loudness), nil)
}

// step is a job about a video.
type step interface {
	jobs.Args
	video() string
}

// handle registers a step. What a step stored of a video that was removed meanwhile is
// removed as well. What lacks room here is left to a process that has some. Where there is none,
// a film in the making has failed when any step lacks room, even one that the film could do
// without: so its owner is told at once, and a retry makes all of it.
func handle[T step](p *Pipeline, q *jobs.Queue, run func(context.Context, T) error, gaveUp func(context.Context, T, error) error) {
	jobs.Handle(q, func(ctx context.Context, job T) error {
		if p.room.resting() != nil {
			return fault.New(fault.NoSpace, "pipeline.step", "no_room_here", "")
		}
		err := run(ctx, job)
		if err == nil {
			return nil
		}
		after := context.WithoutCancel(ctx)
		if p.clearIfGone(after, job.video()) {
			return &fault.Error{Kind: fault.NotFound, Op: "pipeline.step", Cause: err}
		}
		switch {
		case !fault.Is(err, fault.NoSpace) || p.passOn(after, err):
		case gaveUp != nil: // a film cannot do without it: it ends, rather than wait for room
			err = &fault.Error{Kind: fault.Invalid, Op: "pipeline.step", Code: reasonOf(err), Cause: err}
		default:
			_ = p.failed(after, job.video(), err) // if that cannot be recorded, then the next time
		}
		return err
	}, gaveUp)
}

// twice runs a step again at once when ffmpeg could not do it. When that fails too, the film
// is at fault: trying later would not help, and somebody waits to be told.
func twice[T any](step func(context.Context, T) error) func(context.Context, T) error {
	return func(ctx context.Context, job T) error {
		err := step(ctx, job)
		if ofFilm(err) && ctx.Err() == nil {
			err = step(ctx, job)
		}
		if ofFilm(err) && ctx.Err() == nil {
			err = &fault.Error{Kind: fault.Invalid, Op: "pipeline.step", Code: reasonOf(err), Cause: err}
		}
		return err
	}
}

// ofFilm tells whether ffmpeg could not do what was asked of it, for all the time and memory
// it was given.
func ofFilm(err error) bool {
	code := fault.CodeOf(err)
	return ffmpeg.Stderr(err) != "" && code == "ffmpeg_failed" || code == "ffmpeg_limit"
}

// Retry tries a failed video again from where it failed.
func (p *Pipeline) Retry(ctx context.Context, videoID string) error {
	if err := p.Store.Retry(ctx, videoID); err != nil {
		return err
	}
	p.Changed(ctx, videoID)
	return nil
}

// put stores an object once; a second time it changes nothing.
func (p *Pipeline) put(ctx context.Context, key string, body io.Reader, size int64) error {
	_, err := p.Blobs.Put(ctx, key, body, size)
	return err
}
