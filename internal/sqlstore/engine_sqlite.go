package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

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
	path               string
	write, read, river *sql.DB
	use                *os.File // says that the file is open
	prepared           sync.Map // of queries that are kept: *sql.Stmt of read
}

const (
	sqliteReaders = 4
	sqliteCache   = 16000 // KiB of pages that each connection keeps
)

func openSQLite(ctx context.Context, path string) (engine, *sql.DB, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, nil, fault.Wrap("sqlstore.open", err)
	}
	use, err := useSQLite(path)
	if err != nil {
		return nil, nil, err
	}
	return connectSQLite(ctx, path, use)
}

// connectSQLite opens a file that is locked for use, or by its caller.
func connectSQLite(ctx context.Context, path string, use *os.File) (engine, *sql.DB, error) {
	if err := makePrivate(path); err != nil {
		return nil, nil, fault.Wrap("sqlstore.open", err)
	}
	e := &sqliteEngine{path: path, use: use}
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

// makePrivate makes the file if it is not there, so that it is its user's alone: SQLite's
// other files take its mode. It holds what people's passwords are checked with.
func makePrivate(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func sqliteDSN(path string) string {
	q := url.Values{}
	for _, pragma := range []string{
		"busy_timeout(10000)", // first, so that it holds for the others
		"journal_mode(WAL)",
		"synchronous(NORMAL)", // with WAL, a power cut loses no more than the last commits
		"foreign_keys(ON)",
		"cache_size(-" + strconv.Itoa(sqliteCache) + ")",
		"temp_store(MEMORY)",
	} {
		q.Add("_pragma", pragma)
	}
	q.Set("_txlock", "immediate")
	q.Set("_time_format", "sqlite") // sorts as text
	q.Set("_timezone", "UTC")
	return sqliteFile(path, q)
}

func sqliteFile(path string, q url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (e *sqliteEngine) dialect() (goose.Dialect, string) { return goose.DialectSQLite3, "sqlite" }

func (e *sqliteEngine) writer() *sql.DB { return e.write }

// lock holds a transaction on a file of its own, since the schema is changed in many
// transactions. The file stays: whoever removed it could meet one who waits for it.
func (e *sqliteEngine) lock(ctx context.Context) (release func(), err error) {
	path := e.path + "-schema-lock"
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	q := url.Values{"_txlock": {"exclusive"}, "_pragma": {"busy_timeout(60000)"}}
	db, err := sql.Open("sqlite", sqliteFile(path, q))
	if err != nil {
		return nil, err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		_ = db.Close()
		return nil, err
	}
	return func() {
		_ = tx.Rollback()
		_ = db.Close()
	}, nil
}

func (e *sqliteEngine) migrateJobs(ctx context.Context) error {
	return jobs.MigrateSQLite(ctx, e.river)
}

func (e *sqliteEngine) openQueue(ctx context.Context, o jobs.Options) (*jobs.Queue, error) {
	return jobs.NewSQLite(ctx, e.write, e.river, o)
}

func (e *sqliteEngine) tableExists() string {
	return `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1)`
}

func (e *sqliteEngine) takeLock() string { return "" }

// clock is this machine's: there is no other.
func (e *sqliteEngine) clock(context.Context, jobs.Tx) (time.Time, error) { return now(), nil }

func (e *sqliteEngine) moment(parameter string) string { return parameter }

func (e *sqliteEngine) instant(d time.Duration) any { return now().Add(d) }

// ago is written as the driver writes times, which are compared as text.
func (e *sqliteEngine) ago(d time.Duration) string {
	return now().Add(-d).Format("'2006-01-02 15:04:05.999999999-07:00'")
}

// oneStatement takes its turn with the others that write.
func (e *sqliteEngine) oneStatement(ctx context.Context, q *jobs.Queue, scan func(*sql.Row) error, query string, args ...any) error {
	return q.InTx(ctx, func(tx jobs.Tx) error { return scan(tx.QueryRowContext(ctx, query, args...)) })
}

// repeatable is false: who writes waits until all others have.
func (e *sqliteEngine) repeatable(error) bool { return false }

func (e *sqliteEngine) carrier(*slog.Logger) carrier { return &inProcess{} }

func (e *sqliteEngine) classify(err error) fault.Kind {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound
	case errors.Is(err, context.Canceled):
		return fault.Cancelled
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Unavailable
	}
	var se *sqlite.Error
	if errors.As(err, &se) {
		switch se.Code() {
		case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
			return fault.Conflict // other constraints are ours to meet
		}
		switch se.Code() & 0xff {
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return fault.Unavailable
		case sqlite3.SQLITE_FULL:
			return fault.NoSpace
		case sqlite3.SQLITE_INTERRUPT: // which only a caller who gives up does
			return fault.Cancelled
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
	if e.use != nil {
		_ = e.use.Close()
	}
}
