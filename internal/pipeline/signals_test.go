package pipeline_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/test/engines"
)

// soon is far below what anybody waits who looks for itself.
const soon = 700 * time.Millisecond

// apart returns two studios of one database and one storage, as two machines have.
func apart(t testing.TB) (one, other *studio) {
	t.Helper()
	database := engines.Postgres(t, 16)
	one = newStudioOn(t, database)
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: database, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return one, &studio{t: t, db: db, blobs: one.blobs, store: &toldStore{Store: db.Pipeline()}, queue: true}
}

// A viewer of one machine waits for what another makes: neither finds the other by looking.
func TestAWishAndItsAnswerCrossMachinesAtOnce(t *testing.T) {
	here, there := apart(t)
	front := here.start(pipeline.Options{})
	maker := there.start(pipeline.Options{DemandSlots: 2})
	id := here.planned(film, low, high, sound)
	var asked, answered []time.Duration
	for k := 3; k < 30; k += 5 {
		seek := front.view(id, low, k)
		seek.served(t)
		served := time.Now()
		wish, taken, made := front.untilSegment(pipeline.DemandAsked, low, k), maker.untilSegment(pipeline.DemandTaken, low, k), maker.untilSegment(pipeline.DemandMade, low, k)
		asked = append(asked, taken.At.Sub(wish.At))
		answered = append(answered, served.Sub(made.At))
	}
	for what, took := range map[string][]time.Duration{"from the wish to its maker": asked, "from its maker to the viewer": answered} {
		slices.Sort(took)
		if took[len(took)/2] > soon {
			t.Errorf("%s: %v", what, took)
		}
		t.Logf("%s: %v", what, took)
	}
}

func TestAWithdrawalCrossesMachinesAtOnce(t *testing.T) {
	here, there := apart(t)
	front := here.start(pipeline.Options{})
	maker := there.start(pipeline.Options{DemandSlots: 2})
	id := here.planned(film, low, high, sound)
	seek := front.view(id, high, 12)
	maker.untilSegment(pipeline.DemandTaken, high, 12)
	seek.leave()
	cancelled := maker.until("it is cancelled, or made", func(e pipeline.Event) bool {
		return e.Segment == 12 && (e.Kind == pipeline.DemandCancelled || e.Kind == pipeline.DemandMade)
	})
	withdrawn := front.untilSegment(pipeline.DemandWithdrawn, high, 12)
	if cancelled.Kind == pipeline.DemandCancelled && cancelled.At.Sub(withdrawn.At) > soon {
		t.Errorf("cancelled %v after it was withdrawn", cancelled.At.Sub(withdrawn.At))
	}
	if w, err := here.store.TakeDemand(t.Context(), "another", pipeline.Waited, 0); !fault.Is(err, fault.NotFound) {
		t.Errorf("still to be made: %+v, %v", w, err)
	}
}

// An idle worker is told that there is something to take.
func TestAnIdleWorkerOfAnotherMachineIsWoken(t *testing.T) {
	here, there := apart(t)
	here.start(pipeline.Options{})
	worker := there.start(pipeline.Options{Slots: 1})
	begun := here.store.begins()
	here.add(short)
	within(t, "the work on the film begins", begun)
	queued := time.Now()
	if taken := worker.until("a task is taken", func(e pipeline.Event) bool { return e.Kind == pipeline.TaskTaken }); taken.At.Sub(queued) > soon {
		t.Errorf("taken %v after it was queued", taken.At.Sub(queued))
	}
}

// deaf is the line of a process that is not heard and hears nothing.
type deaf struct{}

func (deaf) Tell(string, ...string) {}
func (deaf) Listen(func(string, []string), func()) (stop func()) {
	return func() {}
}

// Signals make things sooner. Without any, all is found by looking.
func TestWhatNobodyTellsIsFoundAllTheSame(t *testing.T) {
	t.Parallel() // it mostly waits
	here, there := apart(t)
	front := here.start(pipeline.Options{Signals: deaf{}})
	there.start(pipeline.Options{Slots: 1, DemandSlots: 2, Signals: deaf{}})
	ended := here.store.ends()
	id := here.planned(short, small, sound)
	front.view(id, small, 6).served(t)
	within(t, "the film is ready", ended)
}
