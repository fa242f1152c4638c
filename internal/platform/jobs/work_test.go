package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// told is what a handler of these tests tells of itself.
type told struct {
	ran    chan string // which film, at every attempt
	gaveUp chan error
}

// handle registers a handler that tells of each attempt and then does as answer says.
func handle(n *node, answer func(ctx context.Context, film string) error) told {
	to := told{make(chan string, 100), make(chan error, 100)}
	jobs.Handle(n.Queue, func(ctx context.Context, r Restore) error {
		to.ran <- r.Film
		return answer(ctx, r.Film)
	}, func(_ context.Context, _ Restore, err error) error {
		to.gaveUp <- err
		return nil
	})
	return to
}

func succeed(context.Context, string) error { return nil }

// settle stops the node, so that every result is written and no more is to come.
func (to told) settle(t *testing.T, n *node) {
	t.Helper()
	n.stop(t)
	close(to.ran)
	close(to.gaveUp)
}

func TestAJobRunsOnceAndMayBeEnqueuedAgainWhenItHasEnded(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		to := handle(n, succeed)
		n.enqueue(t, Restore{"limite"})
		n.start(t)
		if film := next(t, to.ran); film != "limite" {
			t.Errorf("ran for %q", film)
		}
		to.settle(t, n)
		if _, again := <-to.ran; again {
			t.Error("ran twice")
		}
		if got := n.count(t, "river_job", "state = 'completed'"); got != 1 {
			t.Errorf("%d completed", got)
		}
		n.enqueue(t, Restore{"limite"})
		if got := n.count(t, "river_job", "state = 'available'"); got != 1 {
			t.Errorf("%d waiting", got)
		}
	})
}

func TestAFaultOfTheInputEndsTheJobAtOnce(t *testing.T) {
	kinds := []fault.Kind{fault.Invalid, fault.Unsupported, fault.TooLarge, fault.NotFound, fault.Conflict}
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		to := handle(n, func(_ context.Context, film string) error {
			for _, kind := range kinds {
				if kind.String() == film {
					return fault.Wrap("restore", fault.New(kind, "film", "", "This film is damaged."))
				}
			}
			return errors.New("unknown film")
		})
		for _, kind := range kinds {
			n.enqueue(t, Restore{kind.String()})
		}
		n.start(t)
		left := map[fault.Kind]bool{}
		for range kinds {
			err := next(t, to.gaveUp)
			left[fault.KindOf(err)] = true
			if fault.PublicOf(err) != "This film is damaged." {
				t.Errorf("gave up with %v", err)
			}
		}
		if len(left) != len(kinds) {
			t.Errorf("gave up on %v", left)
		}
		to.settle(t, n)
		if got := n.count(t, "river_job", "state = 'cancelled' AND attempt = 1"); got != len(kinds) {
			t.Errorf("%d ended at the first attempt, want %d", got, len(kinds))
		}
		if err, more := <-to.gaveUp; more {
			t.Errorf("gave up again: %v", err)
		}
	})
}

func TestAnyOtherErrorIsTriedAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		attempts := 0
		to := handle(n, func(context.Context, string) error {
			if attempts++; attempts == 1 {
				return fault.New(fault.Internal, "restore", "", "")
			}
			return nil
		})
		n.enqueue(t, Restore{"limite"})
		n.start(t)
		next(t, to.ran)
		next(t, to.ran) // about a second later
		to.settle(t, n)
		if got := n.count(t, "river_job", "state = 'completed' AND attempt = 2"); got != 1 {
			t.Error("the second attempt did not complete it")
		}
		if err, gaveUp := <-to.gaveUp; gaveUp {
			t.Errorf("gave up: %v", err)
		}
	})
}

// lastAttempt leaves a job one attempt.
func lastAttempt(t *testing.T, n *node) {
	t.Helper()
	n.write(t, `UPDATE river_job SET attempt = max_attempts - 1`)
}

func TestTheLastAttemptGivesUp(t *testing.T) {
	for name, fail := range map[string]func(context.Context, string) error{
		"an error": func(context.Context, string) error { return errors.New("no luck") },
		"a panic":  func(context.Context, string) error { panic("no luck") },
	} {
		t.Run(name, func(t *testing.T) {
			onEachEngine(t, func(t *testing.T, d database) {
				n := d.open(t, 2)
				to := handle(n, fail)
				n.enqueue(t, Restore{"limite"})
				lastAttempt(t, n)
				n.start(t)
				if err := next(t, to.gaveUp); err == nil {
					t.Error("gave up without a reason")
				}
				to.settle(t, n)
				if got := n.count(t, "river_job", "state = 'discarded'"); got != 1 {
					t.Errorf("%d discarded, want 1", got)
				}
			})
		})
	}
}

func TestAJobWhosePartIsAwayWaitsForItAndLosesNoAttempt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		attempts := 0
		to := handle(n, func(context.Context, string) error {
			if attempts++; attempts == 1 {
				return fault.New(fault.Unavailable, "restore", "", "")
			}
			return nil
		})
		n.enqueue(t, Restore{"limite"})
		lastAttempt(t, n)
		n.start(t)
		next(t, to.ran)
		next(t, to.ran) // when it is looked for again
		to.settle(t, n)
		if err, gaveUp := <-to.gaveUp; gaveUp {
			t.Errorf("gave up: %v", err)
		}
	})
}

func TestAJobThatLacksRoomWaitsForItAndLosesNoAttempt(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		full := true
		to := handle(n, func(context.Context, string) error {
			if full {
				full = false
				return fault.New(fault.NoSpace, "restore", "", "")
			}
			return nil
		})
		n.enqueue(t, Restore{"limite"})
		lastAttempt(t, n)
		n.start(t)
		next(t, to.ran)
		next(t, to.ran)
		to.settle(t, n)
		if err, gaveUp := <-to.gaveUp; gaveUp {
			t.Errorf("gave up: %v", err)
		}
		if got := n.count(t, "river_job", "state = 'completed'"); got != 1 {
			t.Errorf("%d completed, want 1", got)
		}
	})
}

func TestAnEndThatCannotBeRecordedIsComeToAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		ends := make(chan error, 100)
		full := true
		jobs.Handle(n.Queue, func(context.Context, Restore) error { return fault.New(fault.Invalid, "restore", "no_film", "") },
			func(_ context.Context, _ Restore, err error) error {
				ends <- err
				if full {
					full = false
					return fault.New(fault.NoSpace, "restore", "", "")
				}
				return nil
			})
		n.enqueue(t, Restore{"limite"})
		n.start(t)
		for range 2 {
			if err := next(t, ends); fault.CodeOf(err) != "no_film" {
				t.Errorf("it ended with %v", err)
			}
		}
		n.stop(t)
		if got := n.count(t, "river_job", "state = 'cancelled'"); got != 1 {
			t.Errorf("%d cancelled, want 1", got)
		}
	})
}

func TestAJobWhoseEndCouldNotBeRecordedRunsAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		to := handle(n, succeed)
		n.enqueue(t, Restore{"limite"}, Restore{"ganga bruta"})
		n.start(t)
		next(t, to.ran)
		next(t, to.ran)
		to.settle(t, n)
		// As a full disk leaves the first.
		n.write(t, `UPDATE river_job SET state = 'running', finalized_at = NULL WHERE id = (SELECT MIN(id) FROM river_job)`)
		n.PutBack(t.Context())
		if again, whole := n.count(t, "river_job", "state = 'available'"), n.count(t, "river_job", "state = 'completed'"); again != 1 || whole != 1 {
			t.Errorf("%d run again and %d do not, want one of each", again, whole)
		}
	})
}

func TestStoppingPutsRunningJobsBackAsIfTheyHadNotRun(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		to := handle(n, func(ctx context.Context, _ string) error {
			<-ctx.Done()
			return errors.New("signal: killed") // what a program it started says
		})
		n.enqueue(t, Restore{"limite"})
		lastAttempt(t, n)
		n.start(t)
		next(t, to.ran)
		to.settle(t, n)
		if got := n.count(t, "river_job", "state = 'available' AND attempt = max_attempts - 1"); got != 1 {
			t.Error("the job does not wait with as many attempts as before")
		}
		if err, gaveUp := <-to.gaveUp; gaveUp {
			t.Errorf("gave up: %v", err)
		}

		again := d.open(t, 2)
		to = handle(again, succeed)
		again.start(t)
		next(t, to.ran)
	})
}

func TestAJobThatRanWhenItsProcessDied(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		n.enqueue(t, Restore{"limite"})
		n.write(t, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = $1`, time.Now().UTC())
		n.end()

		again := d.open(t, 2)
		to := handle(again, succeed)
		again.start(t)
		if film := next(t, to.ran); film != "limite" {
			t.Errorf("ran for %q", film)
		}
		to.settle(t, again)
		if got := again.count(t, "river_job", "state = 'completed' AND attempt = 1"); got != 1 {
			t.Error("what its process lost counts as an attempt")
		}
	})
}

func TestAJobOfAProcessThatIsAliveIsLeftToIt(t *testing.T) {
	for _, engine := range []func(t *testing.T) database{onPostgres(16), onPostgres(18)} {
		d := engine(t)
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			n, other := d.open(t, 2), d.open(t, 2)
			finish := make(chan struct{})
			to := handle(n, func(_ context.Context, film string) error {
				if film == "limite" {
					<-finish
				}
				return nil
			})
			theirs := handle(other, succeed)
			n.start(t)
			n.enqueue(t, Restore{"limite"})
			next(t, to.ran)
			other.start(t)

			// The look that finds what a third process lost must spare what the first does.
			if err := n.InTx(t.Context(), func(tx jobs.Tx) error {
				if err := tx.Enqueue(t.Context(), Restore{"aruanda"}); err != nil {
					return err
				}
				_, err := tx.ExecContext(t.Context(), `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = now(),
					attempted_by = ARRAY['a process that died'] WHERE state = 'available'`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			var film string
			select {
			case film = <-to.ran:
			case film = <-theirs.ran:
			case <-time.After(patience):
			}
			if film != "aruanda" {
				t.Errorf("%q ran, not what was lost", film)
			}
			if got := n.count(t, "river_job", "state = 'running' AND args->>'film' = 'limite'"); got != 1 {
				t.Error("the job of a process that is alive was put back")
			}
			close(finish)
		})
	}
}

// Measure is a job that nobody waits for.
type Measure struct {
	Film string `json:"film"`
}

func (Measure) Kind() string { return "measure" }
func (Measure) Unhurried()   {}

func TestAJobSomebodyWaitsForDoesNotWaitForThoseNobodyDoes(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 1)
		to := handle(n, succeed)
		finish := make(chan struct{})
		jobs.Handle(n.Queue, func(_ context.Context, m Measure) error {
			to.ran <- "measures " + m.Film
			<-finish
			return nil
		}, nil)
		n.enqueue(t, Measure{"limite"})
		n.enqueue(t, Measure{"ganga bruta"})
		n.start(t)
		if got := next(t, to.ran); got != "measures limite" {
			t.Errorf("%q ran", got)
		}
		n.enqueue(t, Restore{"limite"})
		if got := next(t, to.ran); got != "limite" {
			t.Errorf("%q ran before what somebody waits for", got)
		}
		close(finish)
		if got := next(t, to.ran); got != "measures ganga bruta" {
			t.Errorf("%q ran", got)
		}
	})
}

func TestAQueueWithoutWorkersOnlyEnqueues(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		n.enqueue(t, Restore{"limite"})
		n.write(t, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = $1`, time.Now().UTC())
		second := d.open(t, 0) // a command beside the server must not touch its work
		second.start(t)
		second.stop(t)
		if got := n.count(t, "river_job", "state = 'running'"); got != 1 {
			t.Error("the running job was put back")
		}
	})
}

func TestWhatIsDueRegularlyRunsAtStartAndAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 2)
		to := handle(n, succeed)
		jobs.Every(n.Queue, 100*time.Millisecond, Restore{"all"})
		n.start(t)
		for range 3 {
			if film := next(t, to.ran); film != "all" {
				t.Errorf("ran for %q", film)
			}
		}
	})
}
