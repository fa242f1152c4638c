package jobs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Restore is a job of these tests.
type Restore struct {
	Film string `json:"film"`
}

func (Restore) Kind() string { return "restore" }

const addFilm = `INSERT INTO films (id) VALUES ($1)`

var errChanged = errors.New("the room changed its mind")

// addBoth adds a row and the job that follows from it.
func addBoth(ctx context.Context, tx jobs.Tx, film string) error {
	if _, err := tx.ExecContext(ctx, addFilm, film); err != nil {
		return err
	}
	return tx.Enqueue(ctx, Restore{film})
}

func wantRowsAndJobs(t *testing.T, n *node, want int) {
	t.Helper()
	if rows, jobs := n.count(t, "films", "TRUE"), n.count(t, "river_job", "TRUE"); rows != want || jobs != want {
		t.Errorf("%d rows and %d jobs, want %d of each", rows, jobs, want)
	}
}

func TestACommitMakesTheRowAndTheJobVisibleTogether(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		if err := n.InTx(t.Context(), func(tx jobs.Tx) error {
			err := addBoth(t.Context(), tx, "limite")
			wantRowsAndJobs(t, n, 0) // as another connection sees it
			return err
		}); err != nil {
			t.Fatal(err)
		}
		wantRowsAndJobs(t, n, 1)
	})
}

func TestARollbackLeavesNeitherRowNorJob(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		err := n.InTx(t.Context(), func(tx jobs.Tx) error {
			if err := addBoth(t.Context(), tx, "limite"); err != nil {
				return err
			}
			return errChanged
		})
		if !errors.Is(err, errChanged) {
			t.Errorf("the room's error became %v", err)
		}
		wantRowsAndJobs(t, n, 0)
	})
}

func TestAPanicLeavesNeitherRowNorJobAndTheQueueWorksOn(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		for range 8 { // more than there are connections
			func() {
				defer func() {
					if recover() == nil {
						t.Error("the panic was swallowed")
					}
				}()
				_ = n.InTx(t.Context(), func(tx jobs.Tx) error {
					if err := addBoth(t.Context(), tx, "limite"); err != nil {
						t.Error(err)
					}
					panic("a bug")
				})
			}()
		}
		wantRowsAndJobs(t, n, 0)
		if err := n.InTx(t.Context(), func(tx jobs.Tx) error { return addBoth(t.Context(), tx, "limite") }); err != nil {
			t.Fatal(err)
		}
		wantRowsAndJobs(t, n, 1)
	})
}

func TestAFailedStatementLeavesNeitherRowNorJob(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		if err := n.InTx(t.Context(), func(tx jobs.Tx) error {
			if err := addBoth(t.Context(), tx, "limite"); err != nil {
				t.Error(err)
			}
			_, err := tx.ExecContext(t.Context(), addFilm, "limite") // there is one
			return err
		}); err == nil {
			t.Error("no error")
		}
		wantRowsAndJobs(t, n, 0)
	})
}

// A caller who gives up in the middle must cost nobody else a connection, nor leave one
// behind that is inside a transaction.
func TestATransactionGivenUpInTheMiddleIsUndoneAndLeavesEveryConnectionUsable(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		for range 8 { // more than there are connections
			before, cancel := context.WithCancel(t.Context())
			cancel()
			if err := n.InTx(before, func(jobs.Tx) error { t.Error("ran"); return nil }); !errors.Is(err, context.Canceled) {
				t.Errorf("given up before: %v", err)
			}

			inside, cancel := context.WithCancel(t.Context())
			if err := n.InTx(inside, func(tx jobs.Tx) error {
				if err := addBoth(inside, tx, "limite"); err != nil {
					t.Error(err)
				}
				cancel()
				return tx.QueryRowContext(inside, `SELECT id FROM films`).Scan(new(string))
			}); !errors.Is(err, context.Canceled) {
				t.Errorf("given up inside: %v", err)
			}

			atTheEnd, cancel := context.WithCancel(t.Context())
			if err := n.InTx(atTheEnd, func(tx jobs.Tx) error {
				defer cancel()
				return addBoth(atTheEnd, tx, "limite")
			}); !errors.Is(err, context.Canceled) {
				t.Errorf("given up at the end: %v", err)
			}
		}
		wantRowsAndJobs(t, n, 0)
		if d.name != "SQLite" {
			if left := n.count(t, "pg_stat_activity", "datname = current_database() AND state LIKE 'idle in transaction%'"); left != 0 {
				t.Errorf("%d connections are still inside a transaction", left)
			}
		}
		if err := n.InTx(t.Context(), func(tx jobs.Tx) error { return addBoth(t.Context(), tx, "limite") }); err != nil {
			t.Fatal(err)
		}
		wantRowsAndJobs(t, n, 1)
	})
}

func TestAJobEqualToOneThatHasNotEndedIsNotEnqueuedTwice(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		n.enqueue(t, Restore{"limite"}, Restore{"limite"}, Restore{"aruanda"})
		if err := n.InTx(t.Context(), func(tx jobs.Tx) error { return tx.Enqueue(t.Context(), Restore{"limite"}) }); err != nil {
			t.Fatal(err)
		}
		if got := n.count(t, "river_job", "TRUE"); got != 2 {
			t.Errorf("%d jobs, want 2", got)
		}
	})
}

func TestOneOfManyEqualJobsEnqueuedAtOnceIsKept(t *testing.T) {
	onEachEngine(t, func(t *testing.T, d database) {
		n := d.open(t, 0)
		done := make(chan error)
		for range 8 {
			go func() { done <- n.Enqueue(t.Context(), Restore{"limite"}) }()
		}
		for range 8 {
			if err := next(t, done); err != nil {
				t.Error(err)
			}
		}
		if got := n.count(t, "river_job", "TRUE"); got != 1 {
			t.Errorf("%d jobs, want 1", got)
		}
	})
}
