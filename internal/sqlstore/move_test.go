package sqlstore

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// laterTable is what a later migration might add: every kind of column, a counter, a key of
// several columns elsewhere, and a name that wants quoting.
var laterTable = map[bool]string{
	false: `CREATE TABLE "later order" (id INTEGER PRIMARY KEY AUTOINCREMENT, words TEXT, count BIGINT, small INTEGER, share DOUBLE PRECISION,
		yes BOOLEAN, at TIMESTAMP, bytes BLOB, document TEXT, video_id TEXT REFERENCES videos (id) ON DELETE CASCADE)`,
	true: `CREATE TABLE "later order" (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words TEXT, count BIGINT, small INTEGER, share DOUBLE PRECISION,
		yes BOOLEAN, at TIMESTAMPTZ, bytes BYTEA, document JSONB, video_id TEXT REFERENCES videos (id) ON DELETE CASCADE)`,
}

// later adds that table to a database.
func later(t testing.TB, url string) {
	t.Helper()
	d, err := Open(context.Background(), Options{URL: url, Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	run(t, d, laterTable[isPostgres(url)])
}

// allowed are the values of columns that take no others.
var allowed = map[string][]any{
	"users.role": {"viewer", "editor", "admin"}, "invitations.role": {"viewer", "editor", "admin"}, "one_time_links.purpose": {"password", "email"},
	"videos.status":  {"uploading", "processing", "ready", "failed"},
	"uploads.status": {"open", "complete"}, "encode_tasks.status": {"queued", "leased", "done"},
	"demands.kind": {"ahead", "waited"}, "demands.status": {"queued", "leased", "done", "failed"},
	"watch_history.kind":   {"watching", "removed", "forgotten"},
	"videos.part":          {"", "current", "edition", "trailer"},
	"films.document":       {`{"texts":{"en":{"title":"São João \u0000 🎬"}},"popularity":1e300}`, `{}`},
	"later order.document": {`{"b": [1, 2.50, 1e3, 9007199254740993, true, null], "a":{"ç":"\u00e9"}}`, `[]`, `"a"`, nil},
}

// edges are what a type can hold at most, at least, and oddly.
var edges = map[string][]any{
	"TEXT":             {"", " a ", "São João 🎬", `'"\;--`, "e\u0301\u00e9", "\x01\n\t", strings.Repeat("x", 70_000), "\U0010ffff"},
	"INTEGER":          {int64(0), int64(-1), int64(math.MaxInt32), int64(math.MinInt32)},
	"BIGINT":           {int64(0), int64(-1), int64(math.MaxInt64), int64(math.MinInt64)},
	"DOUBLE PRECISION": {0.0, math.Copysign(0, -1), 1.0 / 3, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), 3.0},
	"BOOLEAN":          {true, false},
	"TIMESTAMP": {time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999_999_000, time.UTC), time.Date(2026, 3, 29, 1, 30, 0, 1000, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)},
	"BLOB": {[]byte{}, []byte{0}, []byte("\x00\xff\xfe"), bytes.Repeat([]byte{7}, 3000)},
}

// fillTables puts so many random rows into every table of a SQLite database, each referring to
// the row of the same number of those it refers to.
func fillTables(t testing.TB, url string, n int, seed uint64) {
	t.Helper()
	d, err := Open(context.Background(), Options{URL: url, Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ctx := context.Background()
	side := &moveSide{}
	side.attach(d.engine, d.read)
	tables, err := side.side.tables(ctx)
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(seed, 1))
	made := map[string][]map[string]any{}
	for _, table := range tables {
		type col struct {
			name, declared string
			required       bool
			key            int
		}
		found, err := d.read.Query(`SELECT name, type, "notnull", pk FROM pragma_table_info($1)`, table.name)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := collect(found, func(r *sql.Rows) (c col, err error) { return c, r.Scan(&c.name, &c.declared, &c.required, &c.key) })
		if err != nil {
			t.Fatal(err)
		}
		type reference struct{ table, from, to string }
		found, err = d.read.Query(`SELECT "table", "from", "to" FROM pragma_foreign_key_list($1)`, table.name)
		if err != nil {
			t.Fatal(err)
		}
		references, err := collect(found, func(r *sql.Rows) (f reference, err error) { return f, r.Scan(&f.table, &f.from, &f.to) })
		if err != nil {
			t.Fatal(err)
		}
		err = d.queue.InTx(ctx, func(tx jobs.Tx) error {
			for i := range n {
				row := map[string]any{}
				var names, places []string
				var args []any
				for _, c := range columns {
					values := edges[c.declared]
					if values == nil {
						t.Fatalf("%s.%s is of type %s: give edges of it", table.name, c.name, c.declared)
					}
					value := values[chance.IntN(len(values))]
					if c.key > 0 || strings.Contains("email token_hash tmdb_id film_id", c.name) { // each its own
						switch c.declared {
						case "TEXT":
							value = fmt.Sprintf("%c%s-%d", []rune("aZ_é")[i%4], strconv.FormatUint(chance.Uint64(), 36), i)
						default:
							value = int64(i*7 + 1)
						}
					}
					if only := allowed[table.name+"."+c.name]; only != nil {
						value = only[chance.IntN(len(only))]
					}
					if !c.required && c.key == 0 && chance.IntN(4) == 0 {
						value = nil
					}
					for _, f := range references {
						if f.from == c.name {
							value = made[f.table][i][f.to]
						}
					}
					row[c.name] = value
					names, places, args = append(names, c.name), append(places, "$"+strconv.Itoa(len(args)+1)), append(args, value)
				}
				made[table.name] = append(made[table.name], row)
				if _, err := tx.ExecContext(ctx, `INSERT INTO "`+table.name+`" (`+strings.Join(names, ", ")+`) VALUES (`+strings.Join(places, ", ")+`)`, args...); err != nil {
					return fmt.Errorf("%s: %w", table.name, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range n {
		id := strconv.Itoa(i)
		for _, args := range []jobs.Args{pipeline.Prepare{VideoID: id, Retry: math.MaxInt64 - int64(i)}, pipeline.Pictures{VideoID: "ç" + id}} {
			if err := d.queue.Enqueue(ctx, args); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(t, d, `UPDATE river_job SET state = 'running', attempt = 1, attempted_at = created_at, attempted_by = jsonb('["gone"]') WHERE id % 4 = 1`)
	run(t, d, `UPDATE river_job SET state = 'retryable', attempt = 3, errors = jsonb('[{"at":"2026-01-01T00:00:00Z","attempt":1,"error":"x","trace":""}]') WHERE id % 4 = 2`)
	run(t, d, `UPDATE river_job SET state = 'completed', finalized_at = created_at WHERE id % 8 = 3`)
}

// moveAll moves a database and returns what it ended with.
func moveAll(t testing.TB, from, to string) Moved {
	t.Helper()
	m, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: to})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.batch = 7
	moved, err := m.Run(t.Context(), func(MoveProgress) {})
	if err != nil {
		t.Fatal(err)
	}
	return moved
}

// dump is every row of a database as text, by table; what it is compared with went another
// way than what the move itself compares.
func dump(t testing.TB, url string) map[string][]string {
	t.Helper()
	d := open(t, url)
	side := &moveSide{}
	side.attach(d.engine, d.read)
	tables, err := side.side.tables(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{"river_job": waiting(t, d)}
	for _, table := range tables {
		found, err := d.read.Query(`SELECT * FROM "` + table.name + `"`)
		if err != nil {
			t.Fatal(err)
		}
		names, err := found.Columns()
		if err != nil {
			t.Fatal(err)
		}
		types, err := found.ColumnTypes()
		if err != nil {
			t.Fatal(err)
		}
		all[table.name], err = collect(found, func(r *sql.Rows) (string, error) {
			values := make([]any, len(names))
			places := make([]any, len(names))
			for i := range values {
				places[i] = &values[i]
			}
			if err := r.Scan(places...); err != nil {
				return "", err
			}
			line := make([]string, len(names))
			for i, v := range values {
				if n, ok := v.(int64); ok && types[i].DatabaseTypeName() == "BOOLEAN" {
					v = n != 0
				}
				if names[i] == "document" && v != nil {
					v = canonical(t, fmt.Appendf(nil, "%s", v))
				}
				line[i] = names[i] + "=" + textOf(v)
			}
			slices.Sort(line)
			return strings.Join(line, "|"), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(all[table.name])
	}
	d.Close()
	return all
}

func textOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case []byte:
		return fmt.Sprintf("%q", v)
	case string:
		return fmt.Sprintf("%q", v)
	case float64:
		return strconv.FormatFloat(v+0, 'g', -1, 64)
	}
	return fmt.Sprint(v)
}

func sameDump(t testing.TB, want, got map[string][]string) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d tables, want %d", len(got), len(want))
	}
	for name, rows := range want {
		if !slices.Equal(rows, got[name]) {
			for i := range rows {
				if i >= len(got[name]) || rows[i] != got[name][i] {
					t.Errorf("%s: %d rows, want %d; the first that differs\nwant %.300s\ngot  %.300s", name, len(got[name]), len(rows), rows[i], at(got[name], i))
					break
				}
			}
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "(none)"
}

// withLater returns a database's address, its schema with a table of a later migration.
func withLater(t testing.TB, e testEngine) string {
	t.Helper()
	url := e.empty(t)
	later(t, url)
	return url
}

func TestEveryRowIsTheSameAfterAMoveThroughEveryEngineAndBack(t *testing.T) {
	t.Parallel()
	const each = 40
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	first := withLater(t, testEngines[0])
	fillTables(t, first, each, seed)
	want := dump(t, first)
	if len(want["later order"]) != each || len(want["demand_askers"]) != each || len(want["river_job"]) == 0 {
		t.Fatalf("too few rows to tell: %d", len(want["later order"]))
	}
	at := first
	for _, i := range []int{1, 2, 0, 0, 1, 1, 0} { // each engine to each
		next := withLater(t, testEngines[i])
		moved := moveAll(t, at, next)
		if moved.Rows != int64(each*(len(want)-1)) {
			t.Errorf("%+v moved", moved)
		}
		sameDump(t, want, dump(t, next))
		at = next
	}
	sameDump(t, want, dump(t, first)) // which is as it was

	// Counters go on where they were, and River finds its jobs.
	for k, i := range []int{1, 0} {
		next := withLater(t, testEngines[i])
		moveAll(t, at, next)
		d := open(t, next)
		run(t, d, `INSERT INTO "later order" (words) VALUES ('next')`)
		if id := rows[int64](t, d, `SELECT MAX(id) FROM "later order"`)[0]; id != int64((each-1)*7+2+k) {
			t.Errorf("%s counts on with %d", testEngines[i].name, id)
		}
		run(t, d, `DELETE FROM "later order" WHERE words = 'next'`)
		if err := d.queue.Enqueue(t.Context(), pipeline.Prepare{VideoID: "2", Retry: math.MaxInt64 - 2}); err != nil {
			t.Fatal(err)
		}
		if got := waiting(t, d); len(got) != len(want["river_job"]) {
			t.Errorf("%s: a job that waits was enqueued twice: %d, were %d", testEngines[i].name, len(got), len(want["river_job"]))
		}
		d.Close()
		at = next
	}
}

func TestACounterGoesOnThoughItsLastRowsAreGone(t *testing.T) {
	t.Parallel()
	at := withLater(t, testEngines[0])
	d := open(t, at)
	run(t, d, `INSERT INTO "later order" (id, words) VALUES (41, 'gone')`)
	run(t, d, `DELETE FROM "later order"`)
	d.Close()
	for _, i := range []int{1, 2, 0, 0} {
		next := withLater(t, testEngines[i])
		moveAll(t, at, next)
		at = next
	}
	d = open(t, at)
	run(t, d, `INSERT INTO "later order" (words) VALUES ('next')`)
	if id := rows[int64](t, d, `SELECT id FROM "later order"`)[0]; id != 42 {
		t.Errorf("the next is %d", id)
	}
}

// A job that was running when its server ended waits again, and that attempt does not count.
func TestJobsAreMovedAsTheyWereAndTheRunningWaitAgain(t *testing.T) {
	t.Parallel()
	from := testEngines[0].empty(t)
	later(t, from)
	fillTables(t, from, 8, 3)
	to := withLater(t, testEngines[2])
	moveAll(t, from, to)
	d := open(t, to)
	for state, want := range map[string]string{"available": "0", "retryable": "3", "running": "", "completed": ""} {
		attempts := rows[string](t, d, `SELECT DISTINCT attempt::text FROM river_job WHERE state = '`+state+`'`)
		if strings.Join(attempts, " ") != want {
			t.Errorf("%s: attempts %v, want %q", state, attempts, want)
		}
	}
	if n := rows[int](t, d, `SELECT COUNT(*) FROM river_job WHERE queue = 'unhurried'`)[0]; n == 0 {
		t.Error("no job of little hurry was moved as such")
	}
	if n := rows[string](t, d, `SELECT errors[1] ->> 'error' FROM river_job WHERE state = 'retryable' LIMIT 1`); n[0] != "x" {
		t.Errorf("why a job failed is %v", n)
	}
}

func TestWhatCannotBeMovedIsRefusedInWords(t *testing.T) {
	t.Parallel()
	filled := func(t *testing.T) string {
		url := testEngines[0].migrated(t)
		d := open(t, url)
		addUploaded(t, d, "processing")
		d.Close()
		return url
	}
	for name, c := range map[string]struct {
		code string
		says string
		set  func(t *testing.T) (from, to string)
	}{
		"no file": {"no_database", "is the address right", func(t *testing.T) (string, string) {
			return filepath.Join(t.TempDir(), "none.db"), testEngines[1].empty(t)
		}},
		"an empty database": {"no_database", "no KKMovies database", func(t *testing.T) (string, string) { return testEngines[1].empty(t), testEngines[0].empty(t) }},
		"itself":            {"same_database", "another one", func(t *testing.T) (string, string) { f := filled(t); return f, f }},
		"a target in use": {"in_use", "Stop", func(t *testing.T) (string, string) {
			to := testEngines[2].migrated(t)
			open(t, to)
			return filled(t), to
		}},
		"a source in use": {"in_use", "Stop", func(t *testing.T) (string, string) {
			from := filled(t)
			open(t, from)
			return from, testEngines[1].empty(t)
		}},
		"a source in use on PostgreSQL": {"in_use", "Stop", func(t *testing.T) (string, string) {
			from := testEngines[1].migrated(t)
			open(t, from)
			return from, testEngines[0].empty(t)
		}},
		"a target with rows": {"not_empty", "an empty one", func(t *testing.T) (string, string) {
			to := testEngines[1].migrated(t)
			d := open(t, to)
			addUploaded(t, d, "ready")
			d.Close()
			return filled(t), to
		}},
		"a file with rows": {"not_empty", "an empty one", func(t *testing.T) (string, string) { return filled(t), filled(t) }},
		"an older schema": {"older_schema", "kkmovies migrate", func(t *testing.T) (string, string) {
			from := filled(t)
			d := open(t, from)
			p, err := d.provider()
			if err == nil {
				_, err = p.Down(t.Context())
			}
			if err != nil {
				t.Fatal(err)
			}
			d.Close()
			return from, testEngines[1].empty(t)
		}},
		"a newer schema": {"newer_schema", "newer version", func(t *testing.T) (string, string) {
			from := filled(t)
			d := open(t, from)
			run(t, d, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
			d.Close()
			return from, testEngines[1].empty(t)
		}},
		"another program's table": {"immovable", "a database of its own", func(t *testing.T) (string, string) {
			from := filled(t)
			d := open(t, from)
			run(t, d, `CREATE TABLE other (id INTEGER PRIMARY KEY, place GEOMETRY)`)
			d.Close()
			return from, testEngines[1].empty(t)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := c.set(t)
			m, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: to})
			if err == nil {
				m.Close()
				t.Fatal("accepted")
			}
			if fault.CodeOf(err) != c.code || !strings.Contains(fault.PublicOf(err), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}

// What one engine keeps and the other cannot is named with its row.
// A table of a later migration is moved, or this says that it is not.
func TestEveryTableOfTheSchemaIsMoved(t *testing.T) {
	t.Parallel()
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.migrated(t))
		side := &moveSide{}
		side.attach(d.engine, d.read)
		tables, err := side.side.tables(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var moved []string
		for _, table := range tables {
			for _, c := range table.columns {
				moved = append(moved, table.name+"."+c.name)
			}
		}
		slices.Sort(moved)
		if want := columns(t, d); !slices.Equal(moved, want) {
			t.Errorf("moved are  %v\nthere are %v", moved, want)
		}
		all := `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_name LIKE 'river%' ORDER BY 1`
		if e.name == "SQLite" {
			all = `SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'river%' ORDER BY 1`
		}
		for _, name := range rows[string](t, d, all) {
			if !slices.Contains(jobs.Tables, name) {
				t.Errorf("River has a table %s of which it is not known whether it is moved", name)
			}
		}
	})
}

// A plan is made while a server runs, and is no move.
func TestAMoveIsLookedAtWhileAServerRuns(t *testing.T) {
	t.Parallel()
	from, to := testEngines[0].migrated(t), testEngines[1].migrated(t)
	addUploaded(t, open(t, from), "processing")
	open(t, to)
	m, err := LookAtMove(t.Context(), Place{Address: from}, Place{Address: to})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if p := m.Plan(); p.Rows != 2 || p.Jobs != 1 || p.Tables < 15 || p.Bytes == 0 || p.Began {
		t.Errorf("%+v", p)
	}
	if _, err := m.Run(t.Context(), func(MoveProgress) {}); err == nil {
		t.Error("it was moved under a running server")
	}
	file := filepath.Join(t.TempDir(), "none", "kkmovies.db")
	if m, err := LookAtMove(t.Context(), Place{Address: from}, Place{Address: file}); err != nil {
		t.Error(err)
	} else {
		m.Close()
	}
	if _, err := os.Stat(filepath.Dir(file)); err == nil {
		t.Error("looking made the target")
	}
}

func TestAValueTheOtherEngineCannotKeepIsNamed(t *testing.T) {
	t.Parallel()
	from := testEngines[0].migrated(t)
	d := open(t, from)
	id := addUploaded(t, d, "processing")
	run(t, d, `UPDATE videos SET title = $1`, "zero\x00byte")
	d.Close()
	to := testEngines[1].empty(t)
	m, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: to})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	_, err = m.Run(t.Context(), func(MoveProgress) {})
	if said := fault.PublicOf(err); !strings.Contains(said, "title") || !strings.Contains(said, id) || !strings.Contains(said, "videos") {
		t.Errorf("%v", err)
	}
}

func TestNothingStartsOnAHalfMovedDatabaseOrOneBeingMoved(t *testing.T) {
	t.Parallel()
	for _, to := range testEngines {
		t.Run(to.name, func(t *testing.T) {
			t.Parallel()
			from := withLater(t, testEngines[0])
			fillTables(t, from, 20, 1)
			target := withLater(t, to)
			m, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: target})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			m.batch = 7
			ctx, stop := context.WithCancel(t.Context())
			_, err = m.Run(ctx, func(p MoveProgress) {
				for what, url := range map[string]string{"source": from, "target": target} {
					if _, err := Open(t.Context(), Options{URL: url, Logger: discard}); fault.CodeOf(err) != "moving" {
						t.Errorf("the %s while it is moved: %v", what, err)
					}
				}
				stop()
			})
			if !errors.Is(err, context.Canceled) {
				t.Fatalf("stopped with %v", err)
			}
			m.Close()
			_, err = Open(t.Context(), Options{URL: target, Logger: discard})
			if said := fault.PublicOf(err); fault.CodeOf(err) != "half_moved" || !strings.Contains(said, "kkmovies migrate --from '"+from+"' --to '") {
				t.Errorf("on half of it: %v", err)
			}
			if _, err := Migrations(t.Context(), target); fault.CodeOf(err) != "half_moved" {
				t.Errorf("asked for its state: %v", err)
			}
			open(t, from).Close() // it may be gone back to

			other := withLater(t, testEngines[0])
			fillTables(t, other, 1, 2)
			if _, err := PrepareMove(t.Context(), Place{Address: other}, Place{Address: target}); fault.CodeOf(err) != "other_source" {
				t.Errorf("from elsewhere: %v", err)
			}
			if to.name == "SQLite" {
				if _, err := PrepareMove(t.Context(), Place{Address: target}, Place{Address: withLater(t, testEngines[0])}); fault.CodeOf(err) != "half_moved" {
					t.Errorf("onwards: %v", err)
				}
			}
			want := dump(t, from)
			moveAll(t, from, target)
			sameDump(t, want, dump(t, target))
			if _, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: target}); fault.CodeOf(err) != "not_empty" {
				t.Errorf("once more when it is done: %v", err)
			}
		})
	}
}

// A server that ran on the source between two runs changed rows that were taken over.
func TestASourceThatChangedMeanwhileIsFoundOut(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"a row less":      `DELETE FROM users WHERE id = (SELECT MIN(id) FROM users)`,
		"another title":   `UPDATE videos SET title = title || '!' WHERE id = (SELECT MIN(id) FROM videos)`,
		"a row's child":   `INSERT INTO video_marks (video_id, code, detail) VALUES ('new', 'c', '')`,
		"a job has ended": `UPDATE river_job SET state = 'completed', finalized_at = created_at WHERE id = 4`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from := testEngines[0].empty(t)
			later(t, from)
			fillTables(t, from, 30, 5)
			to := withLater(t, testEngines[1])
			m, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: to})
			if err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			ctx, stop := context.WithCancel(t.Context())
			_, _ = m.Run(ctx, func(p MoveProgress) {
				if p.Checking {
					stop()
				}
			})
			m.Close()
			d := open(t, from)
			if strings.Contains(change, "'new'") {
				run(t, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id) VALUES ('new', '', 'ready', $1, $1, '', '', '')`, now())
			}
			run(t, d, change)
			d.Close()
			if m, err = PrepareMove(t.Context(), Place{Address: from}, Place{Address: to}); err != nil {
				t.Fatal(err)
			}
			defer m.Close()
			_, err = m.Run(t.Context(), func(MoveProgress) {})
			if fault.CodeOf(err) != "changed" || !strings.Contains(fault.PublicOf(err), "drop that database") {
				t.Errorf("%v", err)
			}
		})
	}
}

// moveAsChild makes this test process the one that is killed.
const moveAsChild = "KKTEST_MOVE"

// TestAMoveInAProcessOfItsOwn is the process that TestKilledAtEveryStep kills.
func TestAMoveInAProcessOfItsOwn(t *testing.T) {
	what := strings.Split(os.Getenv(moveAsChild), "\n")
	if len(what) != 3 {
		return // it is not asked for
	}
	left, err := strconv.Atoi(what[2])
	if err != nil {
		t.Fatal(err)
	}
	m, err := PrepareMove(t.Context(), Place{Address: what[0]}, Place{Address: what[1]})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	m.batch = 50
	m.to.step = func() {
		if left--; left == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	if _, err := m.Run(t.Context(), func(MoveProgress) {}); err != nil {
		t.Fatal(err)
	}
}

func TestKilledAtEveryStepAMoveGoesOn(t *testing.T) {
	t.Parallel()
	for _, way := range []struct{ from, to int }{{0, 1}, {0, 2}, {2, 0}} {
		t.Run(testEngines[way.from].name+" to "+testEngines[way.to].name, func(t *testing.T) {
			t.Parallel()
			from := withLater(t, testEngines[0])
			fillTables(t, from, 60, 9)
			want := dump(t, from)
			if way.from != 0 {
				next := withLater(t, testEngines[way.from])
				moveAll(t, from, next)
				from = next
			}
			to := withLater(t, testEngines[way.to])
			// The first few live for a step or two, whether they get on or not; later ones longer.
			kills := 0
			for {
				if kills > 100 {
					t.Fatal("no end")
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAMoveInAProcessOfItsOwn$")
				cmd.Env = append(os.Environ(), moveAsChild+"="+strings.Join([]string{from, to, strconv.Itoa(1 + kills/2)}, "\n"))
				said, err := cmd.CombinedOutput()
				cancel()
				if err == nil {
					break
				}
				if cmd.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
					t.Fatalf("after %d kills: %v\n%s", kills, err, said)
				}
				kills++
			}
			t.Logf("%d kills", kills)
			if kills < 10 {
				t.Errorf("only %d kills", kills)
			}
			sameDump(t, want, dump(t, to))
		})
	}
}
