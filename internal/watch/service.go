package watch

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Options are the parts of a Service.
type Options struct {
	Store  Store
	Hot    Hot    // nil: none
	Videos Videos // what there is to watch
	// Tell tells an event, of events.go, to the open devices of a profile. It does not wait. Nil:
	// nobody is told.
	Tell func(ctx context.Context, v Viewer, event any)
	// Here says that who, "{profile}/{device}", is watching a video, or has left it. Of one who
	// goes on watching it is called every 20 s. Nil: nobody asks.
	Here   func(ctx context.Context, videoID, who string, watching bool)
	Logger *slog.Logger
	// Every is the least time between two transactions, and so the most that a report waits for
	// its own to begin: 50 ms when zero.
	Every time.Duration
}

// Hot keeps what may be lost, shared by every node: platform/cache's notes. It returns no errors
// and waits half a second at most.
type Hot interface {
	SetNotes(ctx context.Context, notes map[string][]byte, life time.Duration)
	// Notes returns those there are.
	Notes(ctx context.Context, keys []string) map[string][]byte
}

// Videos knows what there is to watch.
type Videos interface {
	// Films returns those there are of these videos, by their ids.
	Films(ctx context.Context, videoIDs ...string) (map[string]Film, error)
}

// Film is a video, and at which second its credits begin: 0 where nobody knows.
type Film struct {
	Video   catalog.Video
	Credits float64
}

// Service is continue watching as the doors use it. It is safe for use by many goroutines.
type Service struct {
	Options
	now    func() time.Time
	queue  queue
	lately lately
	visits [visitors]chan visit
}

// New returns a Service; Run it.
func New(o Options) *Service {
	if o.Every == 0 {
		o.Every = 50 * time.Millisecond
	}
	if o.Tell == nil {
		o.Tell = func(context.Context, Viewer, any) {}
	}
	s := &Service{
		Options: o,
		// UTC and microseconds: what a database gives back of a time.
		now:    func() time.Time { return time.Now().UTC().Truncate(time.Microsecond) },
		queue:  newQueue(),
		lately: lately{now: map[rowKey]last{}},
	}
	for i := range s.visits {
		s.visits[i] = make(chan visit, mostVisits/visitors)
	}
	return s
}

// Run keeps what is reported until ctx ends, and then once more what still waits. From then on
// reports are refused.
func (s *Service) Run(ctx context.Context) error {
	var presence sync.WaitGroup
	for _, visits := range s.visits {
		presence.Go(func() { s.visit(ctx, visits) })
	}
	s.record(ctx)
	presence.Wait()
	return nil
}

// Report takes a report. It never blocks; done is called once: with nil when what was reported
// would survive this process, its machine's power and the loss of Redis, else with why it is not
// kept, and the client sends it again. It is called by the goroutine that all reports wait for,
// so it must not wait itself.
func (s *Service) Report(r Report, done func(error)) {
	r, err := r.checked(s.now())
	if err != nil {
		done(err)
		return
	}
	if err := s.queue.add(r, done); err != nil {
		done(err)
		return
	}
	s.here(r)
	if r.Era != nil {
		s.tell(r, *r.Era)
	}
}

// Record is Report, waited for.
func (s *Service) Record(ctx context.Context, r Report) error {
	kept := make(chan error, 1)
	s.Report(r, func(err error) { kept <- err })
	select {
	case err := <-kept:
		return err
	case <-ctx.Done():
		return &fault.Error{Kind: fault.Cancelled, Op: "watch.record", Cause: context.Cause(ctx)}
	}
}

// newBy returns who begins an era that is nobody's playing.
func newBy() string { return uuid.Must(uuid.NewV7()).String() }
