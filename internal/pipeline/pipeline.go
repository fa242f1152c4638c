// Package pipeline owns the way from a Source to a playable video: the state machine,
// the order of the steps, and the work rows that encoders lease. It alone knows the
// order; a step (probe, plan, encode, pack, picture, loudness) enqueues nothing and never calls
// back. It knows no HTTP and no SQL.
//
// Coarse steps are jobs; encoding is rows with a lease, so that a dead worker costs
// seconds. Every effect on storage is written once under a final name, so a step that
// runs again changes nothing. docs/pipeline.md draws the machine:
//
//	upload complete ─▶ Prepare ─▶ tasks ─▶ … ─▶ Finished(rendition) ─▶ ready
//	                      └─────────┴─ the film's fault, or three failures ─▶ failed ─ retry ─▶ Prepare
package pipeline

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/pipeline/probe"
)

// Prepare is the first job of a video: probe the source, plan it, make the init segments.
type Prepare struct {
	VideoID string `json:"videoId"`
	Retry   int64  `json:"retry,omitempty"` // tells it from the one before, which may still be ending
}

// Kind is the job's name.
func (Prepare) Kind() string { return "pipeline.prepare" }

func (j Prepare) video() string { return j.VideoID }

// Pictures is the job that makes the still, its BlurHash and the sprites.
type Pictures struct {
	VideoID string `json:"videoId"`
}

// Kind is the job's name.
func (Pictures) Kind() string { return "pipeline.pictures" }

// Unhurried says that a film is played, and its words are read, before it is pictured.
func (Pictures) Unhurried() {}

func (j Pictures) video() string { return j.VideoID }

// Loudness is the job that measures how loud each sound is.
type Loudness struct {
	VideoID string `json:"videoId"`
}

// Kind is the job's name.
func (Loudness) Kind() string { return "pipeline.loudness" }

// Unhurried says that a film is played before its loudness is known.
func (Loudness) Unhurried() {}

func (j Loudness) video() string { return j.VideoID }

// Finished is the job that measures a rendition whose last segment was stored, and
// publishes the video with the last one.
type Finished struct {
	VideoID   string `json:"videoId"`
	Rendition string `json:"rendition"`
	Retry     int64  `json:"retry,omitempty"` // as in Prepare
}

// Kind is the job's name.
func (Finished) Kind() string { return "pipeline.finished" }

func (j Finished) video() string { return j.VideoID }

// Source is the immutable file a video is made from.
type Source struct {
	VideoID   string
	BlobKey   string
	EncodeKey string // what encoders read: BlobKey, or its remux when it has no index
	Size      int64
}

// remuxKey is where the remux of a source without an index is stored.
func remuxKey(videoID string) string { return "originals/" + videoID + "/indexed" }

// Planned is what Prepare leaves behind.
type Planned struct {
	Source Source
	Report probe.Report
	Plan   plan.Plan
	Codecs map[string]string   // RFC 6381, by rendition: those known so far
	Whole  map[string]Measured // what is played as it is, and so needs no making
}

// Work is one leased row: a task of a video's plan.
type Work struct {
	VideoID string
	Task    plan.Task
	Owner   string
}

// Sizes are the stored bytes of each segment a task made, by rendition, in order.
type Sizes map[string][]int64

// Measured is what is known of a rendition once it is whole, in bits per second.
type Measured struct {
	Peak, Average int64
}

// Shown is what the pictures step tells of a video.
type Shown struct {
	StillKey string
	BlurHash string
	Sprites  string // the sprite sheets' layout, as JSON
}

// Store keeps the pipeline's rows. Each method is one transaction; the job that follows
// from it is enqueued inside. Unknown videos are fault.NotFound.
type Store interface {
	Source(ctx context.Context, videoID string) (Source, error)
	// Plan answers fault.NotFound until SavePlan.
	Plan(ctx context.Context, videoID string) (plan.Plan, error)
	// SavePlan stores all of it for a processing video, with a row for each rendition and
	// task, and enqueues Texts, Pictures and, unless the film is silent, Loudness. With a plan
	// there already it changes nothing. The tasks are queued when the codecs of all that they
	// make are known: now, or by Begin.
	SavePlan(ctx context.Context, p Planned) error
	// Begin adds the codecs that were not known before and queues the tasks, once. It
	// reports whether all renditions are whole that the video needs to be ready.
	Begin(ctx context.Context, videoID string, codecs map[string]string) (all bool, err error)
	// Drop forgets renditions, as if they had not been planned, and reports whether every
	// other one is whole.
	Drop(ctx context.Context, videoID string, renditions []string) (all bool, err error)
	// GiveUpLate forgets what is made late of a video and is not whole, with the tasks that are
	// left of it, and returns those renditions.
	GiveUpLate(ctx context.Context, videoID string) (renditions []string, err error)
	// Made returns what is known of each rendition.
	Made(ctx context.Context, videoID string) (map[string]plan.Made, error)

	// Take leases the next queued or abandoned task; fault.NotFound when there is none. It is
	// of a video that is processing, or of what is made late of one that is ready. Lanes come
	// one after the other; in a lane the films take turns, and a new one begins where the
	// others are.
	Take(ctx context.Context, owner string, lease time.Duration) (Work, error)
	// TakeBeginning leases, of what Take would, only tasks that a film needs to be playable.
	TakeBeginning(ctx context.Context, owner string, lease time.Duration) (Work, error)
	// Renew extends a lease; fault.NotFound when it was lost or the video is gone.
	Renew(ctx context.Context, w Work, lease time.Duration) error
	// Done ends a task, counts its segments and enqueues Finished for each rendition
	// that this completes; fault.NotFound when the lease was lost. Sizes that are not of
	// every segment of the task are refused. With the last task of its beginning, a video
	// can be played.
	Done(ctx context.Context, w Work, s Sizes) error
	// Release gives a task back untouched.
	Release(ctx context.Context, w Work) error
	// Failed gives a task back and returns how often it has failed.
	Failed(ctx context.Context, w Work) (times int, err error)
	// Reclaim gives back every leased task, and forgets who asked for what: for a process
	// that knows it is alone, and has just begun.
	Reclaim(ctx context.Context) error
	// SetPlayhead says that a viewer was at a segment just now. For a minute, tasks that lie
	// before a viewer come first in their lane, the nearest of all. fault.NotFound unless the
	// video is processing.
	SetPlayhead(ctx context.Context, videoID, sessionID string, segment int) error

	// Here says that a process works for so long from now, and whether it lacks room. It
	// reports whether another works that does not.
	Here(ctx context.Context, owner string, lacksRoom bool, lasts time.Duration) (others bool, err error)
	// Gone says that it works no more.
	Gone(ctx context.Context, owner string) error
	// WithoutRoom returns those that work and lack room, by their owner.
	WithoutRoom(ctx context.Context) (owners []string, err error)

	DemandStore
	TextStore

	// Sizes returns the stored sizes of every segment of a rendition, in order;
	// fault.Conflict while one is missing.
	Sizes(ctx context.Context, videoID, rendition string) ([]int64, error)
	// MarkWhole records a finished rendition and whether the video can be played. It reports
	// whether all renditions are whole now that the video needs to be ready; of several at
	// once, the last to be recorded is told so. fault.NotFound for a rendition with segments
	// missing.
	MarkWhole(ctx context.Context, videoID, rendition string, m Measured) (all bool, err error)
	SetPictures(ctx context.Context, videoID string, s Shown) error
	// SetLoudness adds how loud these renditions are to what is known of them.
	SetLoudness(ctx context.Context, videoID string, measured map[string]plan.Loudness) error
	// Mark says what of a video's file cannot be used; of several of one code the first stays.
	Mark(ctx context.Context, videoID string, m catalog.Mark) error
	// SetReady ends a processing video well.
	SetReady(ctx context.Context, videoID, hlsURL string) error
	// SetFailed ends a processing video with a reason.
	SetFailed(ctx context.Context, videoID, code, detail string) error
	// Retry puts a failed video back to processing, its unfinished tasks to queued, and
	// enqueues Prepare, with Finished for each rendition that has all its segments;
	// fault.Conflict when it has not failed.
	Retry(ctx context.Context, videoID string) error
}
