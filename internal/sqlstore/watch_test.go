package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// What the database was told to do with a commit is asked inside the transaction, where a server
// that was told to be careless would say so.
func TestWatchingIsOnDiskBeforeItIsAcknowledged(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.migrated(t))
		ask, want, usual := `PRAGMA synchronous`, "2", "1"
		if isPostgresOf(d) {
			ask, want, usual = `SHOW synchronous_commit`, "on", "off" // the tests' servers are careless
		}
		inside := func() (value string) {
			t.Helper()
			if err := d.inLastingTx(t.Context(), "test", func(tx statements) error {
				found, err := tx.QueryContext(t.Context(), ask)
				if err != nil {
					return err
				}
				values, err := collect(found, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) })
				value = values[0]
				return err
			}); err != nil {
				t.Fatal(err)
			}
			return value
		}
		outside := func() (value string) {
			t.Helper()
			if err := d.engine.writer().QueryRow(ask).Scan(&value); err != nil {
				t.Fatal(err)
			}
			return value
		}
		check := func(when string) {
			t.Helper()
			if got := inside(); got != want {
				t.Errorf("%s: %s is %s, want %s", when, ask, got, want)
			}
			if got := outside(); got != usual {
				t.Errorf("%s: %s of others is %s, want %s", when, ask, got, usual)
			}
		}
		check("at first")
		failed := errors.New("a bug")
		if err := d.inLastingTx(t.Context(), "test", func(statements) error { return failed }); !errors.Is(err, failed) {
			t.Error(err)
		}
		check("after one that failed")
		ctx, giveUp := context.WithCancel(t.Context())
		if err := d.inLastingTx(ctx, "test", func(tx statements) error {
			giveUp()
			_, err := tx.ExecContext(ctx, `DELETE FROM watch_history`)
			return err
		}); !fault.Is(err, fault.Cancelled) {
			t.Error(err)
		}
		check("after one that was given up")
		for range 50 { // at any moment of it
			ctx, giveUp := context.WithCancel(t.Context())
			go giveUp()
			_ = d.inLastingTx(ctx, "test", func(tx statements) error {
				_, err := tx.ExecContext(ctx, `DELETE FROM watch_history`)
				return err
			})
		}
		check("after many that were given up")
	})
}

// A server that does more than wait for its own disk, or is told to by its address, goes on to.
func TestWatchingLeavesAStricterServerAsItIs(t *testing.T) {
	d := open(t, testEngines[2].migrated(t)+"&synchronous_commit=remote_apply")
	if err := d.inLastingTx(t.Context(), "test", func(tx statements) error {
		found, err := tx.QueryContext(t.Context(), `SHOW synchronous_commit`)
		if err != nil {
			return err
		}
		values, err := collect(found, func(r *sql.Rows) (s string, err error) { return s, r.Scan(&s) })
		if err == nil && values[0] != "remote_apply" {
			t.Errorf("it is %s", values[0])
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// A beat changes nothing of a row's key, hour or kind: PostgreSQL then writes no index.
func TestABeatTouchesNoIndex(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			v, video := addViewer(t, d), addReady(t, d)
			conn, err := d.read.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			r := watch.Row{Viewer: v, VideoID: video, DeviceID: "tv", Mark: watch.Mark{Kind: watch.Watching, At: now()}}
			const beats = 20
			for range beats + 1 {
				if err := d.Watch().Record(t.Context(), []watch.Row{r}); err != nil {
					t.Fatal(err)
				}
				r.Position, r.Counter = r.Position+5, r.Counter+1
			}
			// A statement of the same kind, in a transaction whose own statistics can be read.
			tx, err := conn.BeginTx(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = tx.Rollback() }()
			for range beats {
				r.Position, r.Counter = r.Position+5, r.Counter+1
				if err := d.engine.joinWatches(t.Context(), tx, []watch.Row{r}); err != nil {
					t.Fatal(err)
				}
			}
			var updated, hot int
			if err := tx.QueryRowContext(t.Context(), `SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'watch_history'`).Scan(&updated, &hot); err != nil {
				t.Fatal(err)
			}
			if updated != beats || hot != beats {
				t.Errorf("%d of %d beats left the indexes alone", hot, updated)
			}
		})
	}
}
