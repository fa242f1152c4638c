package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// sqliteEngine keeps one connection that writes, a few that read, and one for River:
// with WAL readers never wait, and writers queue in Go instead of meeting
// "database is locked".
type sqliteEngine struct {
	write, read, river *sql.DB
}

const sqliteReaders = 4

func openSQLite(ctx context.Context, path string) (engine, *sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fault.Wrap("sqlstore.open", err)
	}
	e := &sqliteEngine{}
	for _, c := range []struct {
		db    **sql.DB
		conns int
	}{{&e.write, 1}, {&e.read, sqliteReaders}, {&e.river, 1}} {
		db, err := sql.Open("sqlite", sqliteDSN(path))
		if err != nil {
			e.close()
			return nil, nil, fault.Wrap("sqlstore.open", err)
		}
		db.SetMaxOpenConns(c.conns)
		db.SetMaxIdleConns(c.conns)
		*c.db = db
	}
	if err := e.write.PingContext(ctx); err != nil {
		e.close()
		return nil, nil, &fault.Error{Kind: fault.Unavailable, Op: "sqlstore.open", Code: "database",
			Public: "The database file " + path + " cannot be opened.", Cause: err}
	}
	return e, e.read, nil
}

func sqliteDSN(path string) string {
	q := url.Values{}
	for _, pragma := range []string{
		"busy_timeout(10000)", // first, so that it holds for the others
		"journal_mode(WAL)",
		"synchronous(NORMAL)", // with WAL, a power cut loses no more than the last commits
		"foreign_keys(ON)",
		"cache_size(-4000)",
		"temp_store(MEMORY)",
	} {
		q.Add("_pragma", pragma)
	}
	q.Set("_txlock", "immediate")
	q.Set("_time_format", "sqlite") // sorts as text
	q.Set("_timezone", "UTC")
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (e *sqliteEngine) dialect() (goose.Dialect, string) { return goose.DialectSQLite3, "sqlite" }

func (e *sqliteEngine) gooseOptions() ([]goose.ProviderOption, error) { return nil, nil }

func (e *sqliteEngine) writer() *sql.DB { return e.write }

func (e *sqliteEngine) migrateJobs(ctx context.Context) error {
	return jobs.MigrateSQLite(ctx, e.river)
}

func (e *sqliteEngine) openQueue(ctx context.Context, o jobs.Options) (*jobs.Queue, error) {
	return jobs.NewSQLite(ctx, e.write, e.river, o)
}

func (e *sqliteEngine) takeLock() string { return "" }

func (e *sqliteEngine) classify(err error) fault.Kind {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound
	case errors.Is(err, context.Canceled):
		return fault.Cancelled
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_CONSTRAINT:
			return fault.Conflict
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return fault.Unavailable
		case sqlite3.SQLITE_FULL:
			return fault.NoSpace
		}
	}
	return fault.Internal
}

func (e *sqliteEngine) close() {
	for _, db := range []*sql.DB{e.river, e.read, e.write} {
		if db != nil {
			_ = db.Close()
		}
	}
}
