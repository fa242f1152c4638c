package sqlstore

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/test/engines"
)

// discard is the log of these tests.
var discard = slog.New(slog.DiscardHandler)

func TestMain(m *testing.M) { engines.Main(m) }

// testEngine is a database the stores run on. Each address is of a database of the
// test's own: migrated is ready to open in a moment, empty has nothing in it.
type testEngine struct {
	name     string
	migrated func(t testing.TB) string
	empty    func(t testing.TB) string
}

func postgresEngineOf(major int, name string) testEngine {
	return testEngine{
		name:  name,
		empty: func(t testing.TB) string { return engines.Postgres(t, major) },
		migrated: func(t testing.TB) string {
			return engines.Reused(t, major, "kkmovies", migrateOnly, emptyTables)
		},
	}
}

var testEngines = []testEngine{
	{
		name:  "SQLite",
		empty: func(t testing.TB) string { return filepath.Join(t.TempDir(), "kkmovies.db") },
		migrated: func(t testing.TB) string {
			path := filepath.Join(t.TempDir(), "kkmovies.db")
			file, err := migratedFile()
			if err == nil {
				err = os.WriteFile(path, file, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			return path
		},
	},
	postgresEngineOf(16, "PostgreSQL 16"),
	postgresEngineOf(18, "PostgreSQL 18"),
}

// migratedFile is a SQLite file with nothing but the schema, made once.
var migratedFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kkmovies-sqlite-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "kkmovies.db")
	if err := migrateOnly(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func migrateOnly(url string) error {
	d, err := Open(context.Background(), Options{URL: url, Logger: discard})
	if err == nil {
		d.Close()
	}
	return err
}

// emptyTables deletes every row but the records of the schema itself. A database whose
// schema a test changed is not emptied.
func emptyTables(url string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	found, err := conn.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)
	if err != nil {
		return err
	}
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if !slices.Contains(tables, "river_job") || slices.Contains(tables, lostQueue) {
		return errors.New("the schema was changed")
	}
	var all strings.Builder
	for _, table := range tables {
		if table != "goose_db_version" && table != "river_migration" {
			all.WriteString("DELETE FROM " + table + ";")
		}
	}
	_, err = conn.Exec(ctx, all.String())
	return err
}

// onEachEngine runs a test once on every engine, at the same time.
func onEachEngine(t *testing.T, test func(t *testing.T, e testEngine)) {
	t.Helper()
	for _, e := range testEngines {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			test(t, e)
		})
	}
}

// open opens a database until the test ends.
func open(t testing.TB, url string) *DB {
	t.Helper()
	d, err := Open(context.Background(), Options{URL: url, Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// run executes statements that no store offers.
func run(t testing.TB, d *DB, statement string, args ...any) {
	t.Helper()
	err := d.queue.InTx(context.Background(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(context.Background(), statement, args...)
		return err
	})
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// rows returns the rows of a query of one column.
func rows[T any](t testing.TB, d *DB, query string, args ...any) []T {
	t.Helper()
	found, err := d.read.QueryContext(context.Background(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	list, err := collect(found, func(r *sql.Rows) (v T, err error) { return v, r.Scan(&v) })
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return list
}

// waiting returns the queue's jobs that have not ended, in the order they were enqueued,
// each as its kind and its arguments: `catalog.media_gone {"videoId":"…"}`.
func waiting(t testing.TB, d *DB) []string {
	t.Helper()
	arguments := "args"
	if _, ok := d.engine.(*sqliteEngine); ok {
		arguments = "json(args)" // River stores JSON in SQLite's binary form
	}
	list := rows[string](t, d, `SELECT kind || ' ' || `+arguments+` FROM river_job WHERE finalized_at IS NULL ORDER BY id`)
	for i, job := range list {
		kind, document, _ := bytes.Cut([]byte(job), []byte(" "))
		list[i] = string(kind) + " " + canonical(t, document)
	}
	return list
}

// canonical returns a JSON document in its one form, whatever an engine made of it.
func canonical(t testing.TB, document []byte) string {
	t.Helper()
	var value any
	err := json.Unmarshal(document, &value)
	if err == nil {
		document, err = json.Marshal(value)
	}
	if err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return string(document)
}

// loseQueue makes every later attempt to enqueue a job fail.
func loseQueue(t testing.TB, d *DB) {
	t.Helper()
	run(t, d, `ALTER TABLE river_job RENAME TO `+lostQueue)
}

const lostQueue = "river_job_lost"

// keeper returns the keeper of a key that is all one byte.
func keeper(t testing.TB, of byte) *keys.Keeper {
	t.Helper()
	k, err := keys.Open("base64key://"+base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{cmp.Or(of, 'k')}, 32)), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	return k
}
