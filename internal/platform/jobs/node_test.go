package jobs_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"go.uber.org/goleak"
	_ "modernc.org/sqlite"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/test/engines"
)

func TestMain(m *testing.M) {
	engines.Main(m, func() error { return goleak.Find() })
}

// patience bounds every wait of these tests; none of them needs it when all is well.
const patience = time.Minute

// database is an engine's: it opens nodes on one database of the test's own.
type database struct {
	name string
	open func(t *testing.T, workers int) *node
}

// node is one process's queue, with a connection that looks at the same database.
type node struct {
	*jobs.Queue
	look *sql.DB
	end  func() // closes the connections, as the end of a process does
}

// onEachEngine runs a test on a fresh database of every engine.
func onEachEngine(t *testing.T, test func(t *testing.T, d database)) {
	t.Helper()
	for _, engine := range []func(t *testing.T) database{onSQLite, onPostgres(16), onPostgres(18)} {
		d := engine(t)
		t.Run(d.name, func(t *testing.T) {
			t.Parallel()
			test(t, d)
		})
	}
}

func onSQLite(t *testing.T) database {
	path := filepath.Join(t.TempDir(), "jobs.db")
	return database{"SQLite", func(t *testing.T, workers int) *node {
		connect := func(conns int) *sql.DB {
			q := url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(10000)", "journal_mode(WAL)"}}
			db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
			if err != nil {
				t.Fatal(err)
			}
			db.SetMaxOpenConns(conns)
			return db
		}
		writer, own, look := connect(1), connect(1), connect(2)
		if err := jobs.MigrateSQLite(t.Context(), own); err != nil {
			t.Fatal(err)
		}
		q, err := jobs.NewSQLite(t.Context(), writer, own, options(workers))
		return ready(t, q, err, look, func() { look.Close(); own.Close(); writer.Close() })
	}}
}

func onPostgres(major int) func(t *testing.T) database {
	names := map[int]string{16: "PostgreSQL 16", 18: "PostgreSQL 18"}
	return func(t *testing.T) database {
		dsn := engines.Template(t, major, "jobs", func(dsn string) error {
			pool, err := pgxpool.New(context.Background(), dsn)
			if err != nil {
				return err
			}
			defer pool.Close()
			return jobs.MigratePostgres(context.Background(), pool)
		})
		return database{names[major], func(t *testing.T, workers int) *node {
			pool, err := pgxpool.New(t.Context(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			db := stdlib.OpenDBFromPool(pool)
			q, err := jobs.NewPostgres(pool, db, options(workers))
			return ready(t, q, err, db, func() { db.Close(); pool.Close() })
		}}
	}
}

func options(workers int) jobs.Options {
	return jobs.Options{Workers: workers, Logger: slog.New(slog.DiscardHandler)}
}

// ready makes the table of a room beside the queue's own.
func ready(t *testing.T, q *jobs.Queue, err error, look *sql.DB, end func()) *node {
	t.Helper()
	t.Cleanup(end)
	if err == nil {
		err = q.InTx(t.Context(), func(tx jobs.Tx) error {
			_, err := tx.ExecContext(t.Context(), `CREATE TABLE IF NOT EXISTS films (id TEXT NOT NULL PRIMARY KEY)`)
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return &node{q, look, end}
}

// start lets the node work until the test ends.
func (n *node) start(t *testing.T) {
	t.Helper()
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.stop(t) })
}

// stop ends the node's work and waits until it has.
func (n *node) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := n.Stop(ctx); err != nil {
		t.Errorf("stop: %v", err)
	}
}

// enqueue inserts jobs, each on its own.
func (n *node) enqueue(t *testing.T, list ...jobs.Args) {
	t.Helper()
	for _, args := range list {
		if err := n.Enqueue(t.Context(), args); err != nil {
			t.Fatal(err)
		}
	}
}

// count asks another connection how many rows there are, of those that meet where.
func (n *node) count(t *testing.T, table, where string, args ...any) (rows int) {
	t.Helper()
	if err := n.look.QueryRowContext(t.Context(), `SELECT count(*) FROM `+table+` WHERE `+where, args...).Scan(&rows); err != nil {
		t.Fatalf("%s where %s: %v", table, where, err)
	}
	return rows
}

// write executes a statement that no queue offers.
func (n *node) write(t *testing.T, statement string, args ...any) {
	t.Helper()
	if err := n.InTx(t.Context(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), statement, args...)
		return err
	}); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// next waits for what a handler tells.
func next[T any](t *testing.T, told <-chan T) T {
	t.Helper()
	select {
	case v := <-told:
		return v
	case <-time.After(patience):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}
