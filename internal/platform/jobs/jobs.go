// Package jobs owns coarse background steps and the transaction they are enqueued in.
// It runs on River and knows no film: a room declares its job's arguments and handler,
// app registers them. State and the work that follows from it commit together, because
// a Tx is both the room's SQL transaction and the queue's.
//
// Delivery is at least once, so a handler must change nothing when it runs again. Work
// measured in minutes does not belong here: River rescues by age, not by heartbeat, so
// encoding has leased rows of its own in the pipeline.
package jobs

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Args are a job's arguments, stored as JSON. Kind is the job's stable name.
type Args interface{ Kind() string }

// Unhurried are Args of a job that nobody waits for. Such jobs have workers of their own:
// however long they take, they keep none from a job that somebody does wait for.
type Unhurried interface {
	Args
	Unhurried()
}

// Tx is one SQL transaction on either engine. Statements are written in portable SQL
// with $1 parameters. It is good only inside the function it was given to.
type Tx interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	// Enqueue inserts a job that becomes visible when the transaction commits, and
	// never existed if it does not. A job equal to one still waiting is not inserted twice.
	Enqueue(ctx context.Context, args Args) error
}

// Options configure a Queue.
type Options struct {
	Workers int    // jobs run at once by this process, and as many unhurried ones; 0 only enqueues
	Name    string // of this process, as it is noted with each job it takes; at most 64 bytes of it
	Logger  *slog.Logger
}

// Queue runs jobs and opens transactions. Register handlers with Handle, then Start.
type Queue struct {
	client  client
	workers *river.Workers
	works   bool
	log     *slog.Logger
	begin   func(ctx context.Context, fn func(Tx) error) error
	// forgotten are jobs that ended and may not have been told so to the database.
	forgotten forgotten
	// presence tells other processes that this one is alive; nil where there are no others.
	presence *presence
}

// client is the part of river.Client that does not depend on its transaction type.
type client interface {
	Start(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
	PeriodicJobs() *river.PeriodicJobBundle
}

// maxAttempts spans more than an hour of River's back-off (attempt⁴ seconds), enough to
// outlive a restart of everything the job depends on.
const maxAttempts = 8

// jobTimeout bounds one attempt. River takes a job for lost after a little more; ours are
// found long before, by whether their process is alive.
const jobTimeout = 15 * time.Minute

// roomEvery is how often a job that found no room looks again: often enough for River not to
// leave it to its scheduler.
const roomEvery = 4 * time.Second

// awayEvery is how often a job looks again for a part that is away: a storage or a database
// that does not answer.
const awayEvery = 5 * time.Second

func (o Options) config(workers *river.Workers) *river.Config {
	c := &river.Config{
		Workers:              workers,
		Logger:               slog.New(quiet{o.Logger.Handler()}),
		MaxAttempts:          maxAttempts,
		JobTimeout:           jobTimeout,
		RescueStuckJobsAfter: jobTimeout + 5*time.Minute,
		FetchPollInterval:    100 * time.Millisecond,
		FetchCooldown:        50 * time.Millisecond,
		SkipUnknownJobCheck:  true, // an api node enqueues what only workers handle
	}
	if o.Workers > 0 {
		c.Queues = map[string]river.QueueConfig{
			river.QueueDefault: {MaxWorkers: o.Workers},
			unhurriedQueue:     {MaxWorkers: o.Workers, FetchPollInterval: unhurriedEvery},
		}
	}
	return c
}

const (
	unhurriedQueue = "unhurried"
	unhurriedEvery = 500 * time.Millisecond // is how often it is looked for more of them
)

// insertOpts makes a job unique among those not finished yet: enqueueing is idempotent.
func insertOpts(args Args) *river.InsertOpts {
	o := river.InsertOpts{Queue: river.QueueDefault, UniqueOpts: river.UniqueOpts{
		ByArgs: true,
		ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning,
			rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		},
	}}
	if _, ok := args.(Unhurried); ok {
		o.Queue = unhurriedQueue
	}
	return &o
}

// InTx runs fn in one transaction: committed when fn returns nil, else rolled back.
func (q *Queue) InTx(ctx context.Context, fn func(Tx) error) error {
	err := q.begin(ctx, fn)
	if ctx.Err() == nil {
		return err
	}
	// The caller has given up: database/sql then ends the transaction itself, and may say
	// no more than that it has ended.
	for _, ended := range []error{driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone} {
		if errors.Is(err, ended) {
			return ctx.Err()
		}
	}
	return err
}

// Enqueue inserts a job on its own, for work that follows from no row.
func (q *Queue) Enqueue(ctx context.Context, args Args) error {
	_, err := q.client.Insert(ctx, args, insertOpts(args))
	return fault.Wrap("jobs.enqueue", err)
}

// Handle registers the handler of one kind of job. A fault the input is to blame for
// (fault.Invalid, Unsupported, NotFound, Conflict) ends the job at once; any other error
// is tried again with back-off, but for a lack of room, and for a part that is away
// (fault.Unavailable): those are waited for, however long it takes. gaveUp, when not nil, is told of a job that will not be tried again; it must be
// quick. Where it fails to take note of that, the job is tried again after all.
func Handle[T Args](q *Queue, run func(context.Context, T) error, gaveUp func(context.Context, T, error) error) {
	river.AddWorker(q.workers, river.WorkFunc(func(ctx context.Context, job *river.Job[T]) error {
		q.forgotten.begins(job.ID)
		defer q.forgotten.ends(job.ID)
		err := attempt(ctx, run, job.Args)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil && context.Cause(ctx) != context.DeadlineExceeded {
			return river.JobSnooze(0) // this process is stopping: the attempt does not count
		}
		if fault.Is(err, fault.NoSpace) {
			return river.JobSnooze(roomEvery)
		}
		if fault.Is(err, fault.Unavailable) {
			q.log.WarnContext(ctx, "a part that a job needs is away; it is tried again", "job", job.Kind, "error", err)
			return river.JobSnooze(awayEvery)
		}
		final := isFinal(err)
		if gaveUp != nil && (final || job.Attempt >= job.MaxAttempts) {
			if err := gaveUp(context.WithoutCancel(ctx), job.Args, err); err != nil {
				return river.JobSnooze(roomEvery)
			}
		}
		if final {
			return river.JobCancel(err)
		}
		q.log.WarnContext(ctx, "job failed, will be tried again",
			"job", job.Kind, "attempt", job.Attempt, "of", job.MaxAttempts, "error", err)
		return err
	}))
}

// attempt runs a handler; a panic is an error like any other, so that it too gives up in
// the end.
func attempt[T Args](ctx context.Context, run func(context.Context, T) error, args T) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return run(ctx, args)
}

func isFinal(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unsupported, fault.NotFound, fault.Conflict, fault.TooLarge:
		return true
	}
	return false
}

// Every enqueues args at this interval and once at start, on one of all the processes
// that work.
func Every(q *Queue, interval time.Duration, args Args) {
	if !q.works {
		return
	}
	q.client.PeriodicJobs().Add(river.NewPeriodicJob(
		river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, insertOpts(args) },
		&river.PeriodicJobOpts{RunOnStart: true},
	))
}

// Start begins to work, unless the queue only enqueues.
func (q *Queue) Start(ctx context.Context) error {
	if !q.works {
		return nil
	}
	if q.presence != nil {
		if err := q.presence.start(ctx); err != nil {
			return fault.Wrap("jobs.start", err)
		}
	}
	err := q.client.Start(context.WithoutCancel(ctx))
	if err != nil && q.presence != nil {
		q.presence.stop()
	}
	if err == nil {
		q.forgotten.start(q)
	}
	return fault.Wrap("jobs.start", err)
}

// Stop cancels the running handlers, whose jobs go back to waiting, and returns when
// they have ended or ctx has.
func (q *Queue) Stop(ctx context.Context) error {
	if !q.works {
		return nil
	}
	q.forgotten.stop()
	err := q.client.StopAndCancel(ctx)
	if q.presence != nil { // to the last job
		q.presence.stop()
	}
	return fault.Wrap("jobs.stop", err)
}

// quiet keeps River's routine lines out of the operator's log.
type quiet struct{ slog.Handler }

func (h quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

// Handle also leaves out what River was in the middle of when it was stopped: its own
// cancellation is no fault.
func (h quiet) Handle(ctx context.Context, r slog.Record) error {
	cancelled := false
	r.Attrs(func(a slog.Attr) bool {
		cancelled = cancelled || a.Key == "error" && a.Value.String() == context.Canceled.Error()
		return !cancelled
	})
	if cancelled {
		return nil
	}
	return h.Handler.Handle(ctx, r)
}

func (h quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{h.Handler.WithAttrs(attrs)} }
func (h quiet) WithGroup(name string) slog.Handler       { return quiet{h.Handler.WithGroup(name)} }
