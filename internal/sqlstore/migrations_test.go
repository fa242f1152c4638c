package sqlstore

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// columns lists what an engine says its tables hold, but for the tools' own tables:
// "videos.title".
func columns(t *testing.T, d *DB) []string {
	t.Helper()
	query := `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public'`
	if _, ok := d.engine.(*sqliteEngine); ok {
		query = `SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	}
	list := slices.DeleteFunc(rows[string](t, d, query), func(column string) bool {
		return strings.HasPrefix(column, "river_") || strings.HasPrefix(column, "goose_") || strings.HasPrefix(column, "sqlite_")
	})
	slices.Sort(list)
	return list
}

// indexes lists the names given to indexes.
func indexes(t *testing.T, d *DB) []string {
	t.Helper()
	query := `SELECT indexname FROM pg_indexes WHERE schemaname = 'public'`
	if _, ok := d.engine.(*sqliteEngine); ok {
		query = `SELECT name FROM sqlite_master WHERE type = 'index'`
	}
	list := slices.DeleteFunc(rows[string](t, d, query), func(name string) bool { return !strings.Contains(name, "_by_") && !strings.Contains(name, "_to_") })
	slices.Sort(list)
	return list
}

func TestAnEmptyDatabaseIsBroughtUpAndDownAndUpAgain(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		url := e.empty(t)
		d := open(t, url)
		before := columns(t, d)
		if !slices.Contains(before, "videos.title") {
			t.Fatalf("brought up to %v", before)
		}
		p, err := d.provider()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.DownTo(t.Context(), 0); err != nil {
			t.Fatalf("down: %v", err)
		}
		if left := columns(t, d); len(left) != 0 {
			t.Errorf("left when all is undone: %v", left)
		}
		d.Close()
		again := open(t, url)
		if after := columns(t, again); !slices.Equal(after, before) {
			t.Errorf("brought up again to %v\nwas %v", after, before)
		}
		addUploaded(t, again, "processing") // and it works
	})
}

// What was queued before films took turns has its place in the film, and its turn.
func TestTasksOfBeforeAreBroughtUp(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		d := open(t, e.empty(t))
		p, err := d.provider()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.DownTo(t.Context(), 1); err != nil {
			t.Fatalf("down: %v", err)
		}
		for _, id := range []string{addUploaded(t, d, "processing"), addUploaded(t, d, "processing")} {
			for seq, task := range []struct{ lane, first, segments int }{{10, 0, 1}, {10, 1, 2}, {20, 3, 12}, {10, 0, 30}, {20, 15, 9}} {
				run(t, d, `INSERT INTO encode_tasks (video_id, seq, lane, task, status, queued_at) VALUES ($1, $2, $3, $4, 'queued', $5)`,
					id, seq, task.lane, fmt.Sprintf(`{"seq":%d,"lane":%d,"firstSegment":%d,"segments":%d}`, seq, task.lane, task.first, task.segments), now())
			}
		}
		if _, err := p.Up(t.Context()); err != nil {
			t.Fatalf("up: %v", err)
		}
		for column, want := range map[string][]int{"turn": {0, 1, 0, 2, 1}, "first_segment": {0, 1, 3, 0, 15}, "segments": {1, 2, 12, 30, 9}} {
			if got := rows[int](t, d, `SELECT `+column+` FROM encode_tasks ORDER BY video_id, seq`); !slices.Equal(got, slices.Concat(want, want)) {
				t.Errorf("%s is %v, want %v of each film", column, got, want)
			}
		}
	})
}

func TestEveryEngineHasTheSameTables(t *testing.T) {
	tables, named := map[string][]string{}, map[string][]string{}
	for _, e := range testEngines {
		d := open(t, e.migrated(t))
		tables[e.name], named[e.name] = columns(t, d), indexes(t, d)
	}
	for _, e := range testEngines[1:] {
		if !slices.Equal(tables[e.name], tables["SQLite"]) {
			t.Errorf("%s has %v\nSQLite has %v", e.name, tables[e.name], tables["SQLite"])
		}
		if !slices.Equal(named[e.name], named["SQLite"]) {
			t.Errorf("%s has the indexes %v\nSQLite has %v", e.name, named[e.name], named["SQLite"])
		}
	}
}

func TestEveryDialectHasTheSameMigrations(t *testing.T) {
	files := map[string][]string{}
	for _, dialect := range []string{"sqlite", "postgres"} {
		entries, err := fs.ReadDir(migrations, "migrations/"+dialect)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			files[dialect] = append(files[dialect], entry.Name())
		}
	}
	if !slices.Equal(files["sqlite"], files["postgres"]) {
		t.Errorf("%v", files)
	}
}

func TestProcessesThatStartTogetherMigrateOnce(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		const processes = 4
		url := e.empty(t)
		opened := make(chan error, processes)
		for range processes {
			go func() {
				d, err := Open(context.Background(), Options{URL: url, Logger: discard})
				if err == nil {
					d.Close()
				}
				opened <- err
			}()
		}
		for range processes {
			if err := <-opened; err != nil {
				t.Error(err)
			}
		}
		addUploaded(t, open(t, url), "processing")
	})
}

func TestAskingForTheSchemasStateChangesNothing(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		url := e.empty(t)
		before, err := Migrations(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if len(before) == 0 || !before[0].Applied.IsZero() || before[0].Version != 1 || before[0].Name == "" {
			t.Errorf("of an empty database: %+v", before)
		}
		if e.name == "SQLite" {
			if _, err := os.Stat(url); err == nil {
				t.Error("asking made the file")
			}
		} else if made := tablesAt(t, url); made != 0 {
			t.Errorf("asking made %d tables", made)
		}
		open(t, url)
		after, err := Migrations(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range after {
			if m.Applied.IsZero() {
				t.Errorf("%04d is said to be pending", m.Version)
			}
		}
		if len(after) != len(before) {
			t.Errorf("%d steps, then %d", len(before), len(after))
		}
	})
}

// tablesAt counts the tables of a PostgreSQL database without opening it as a store.
func tablesAt(t *testing.T, url string) int {
	t.Helper()
	e, read, err := openPostgres(t.Context(), Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer e.close()
	return rows[int](t, &DB{read: read}, `SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'`)[0]
}

func TestADatabaseThatIsAwayIsNamed(t *testing.T) {
	for url, want := range map[string]fault.Kind{
		"postgres://kk:hunter2@127.0.0.1:1/kk?connect_timeout=2": fault.Unavailable,
		"postgres://kk:hunter2@127.0.0.1:port/kk":                fault.Invalid,
	} {
		_, err := Open(t.Context(), Options{URL: url, Logger: discard})
		if !fault.Is(err, want) || fault.PublicOf(err) == "" {
			t.Errorf("%v, want %s with a sentence", err, want)
		}
		if strings.Contains(fmt.Sprintf("%v %+v", err, err), "hunter2") {
			t.Errorf("shows the password: %v", err)
		}
	}
}

func TestTheSQLiteFileIsItsUsersAlone(t *testing.T) {
	url := testEngines[0].empty(t)
	d := open(t, url)
	addUploaded(t, d, "processing") // so that there is a write-ahead log
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(url + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode&0o077 != 0 {
			t.Errorf("others may use kkmovies.db%s: %s", suffix, mode)
		}
	}
}
