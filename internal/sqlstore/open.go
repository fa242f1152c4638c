// Package sqlstore owns every table: it implements each domain's Store on SQLite and on
// PostgreSQL with one body of portable SQL ($1, ON CONFLICT, RETURNING). It is a door:
// it imports domains and platform, never another door, and alone (with platform/jobs)
// knows the two drivers. Drivers' errors become faults here.
//
// One file per domain. What truly differs between the engines is in engine_sqlite.go and
// engine_postgres.go, side by side.
package sqlstore

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

//go:embed migrations
var migrations embed.FS

// Options say which database to open.
type Options struct {
	URL     string // "postgres://…", or a path to a SQLite file
	Setting string // the URL is of, which sentences name; "" for KK_DATABASE_URL
	Workers int    // background jobs run at once by this process; 0 only enqueues
	Conns   int    // of PostgreSQL, at most, unless the address says it; 0 for a few
	Name    string // of this process, as PostgreSQL lists it and jobs note it
	Logger  *slog.Logger
}

// DB is an open database of either engine.
type DB struct {
	engine engine
	read   *sql.DB
	me     *sql.Stmt // selectMe, which is asked most; nil where the driver keeps what it has prepared
	queue  *jobs.Queue
	wire   *wire
}

// engine is what differs between SQLite and PostgreSQL beyond portable SQL.
type engine interface {
	dialect() (d goose.Dialect, folder string) // of its migrations
	writer() *sql.DB
	// lock keeps other processes from changing the schema until it is released, or this
	// process dies.
	lock(ctx context.Context) (release func(), err error)
	alone(ctx context.Context, what string) (release func(), err error) // Alone
	migrateJobs(ctx context.Context) error
	openQueue(ctx context.Context, o jobs.Options) (*jobs.Queue, error)
	// tableExists asks whether there is a table named $1.
	tableExists() string
	where() string // the address, without secrets
	// takeLock is appended to a SELECT that chooses rows of a table called t, so that two
	// workers choose different ones; empty where there is one writer.
	takeLock() string
	classify(err error) fault.Kind
	// clock is the time that leases and wishes are measured by: where several machines share
	// a database it is the database's, so that none is harmed by a clock that is wrong.
	clock(ctx context.Context, tx jobs.Tx) (time.Time, error)
	// moment is that time in SQL, as it is when a statement begins, and later by what
	// instant made of a duration and the parameter holds.
	moment(parameter string) string
	instant(d time.Duration) any
	// ago is the time a while before that, in SQL without a parameter: the database then need
	// not plan the statement anew for each value.
	ago(d time.Duration) string
	// oneStatement runs one that returns a row, in a transaction of its own.
	oneStatement(ctx context.Context, q *jobs.Queue, scan func(*sql.Row) error, query string, args ...any) error
	// repeatable tells that a transaction changed nothing only because of others at the same
	// time, and may well succeed the next time.
	repeatable(err error) bool
	carrier(log *slog.Logger) carrier
	filmEngine
	watchEngine
	// keep prepares a query that is asked often, once for each connection that asks it. It is
	// nil where the driver does that with every query.
	keep(ctx context.Context, query string) (*sql.Stmt, error)
	close()
}

// Open connects, brings the schema up to date and returns the store.
func Open(ctx context.Context, o Options) (*DB, error) {
	e, read, err := openEngine(ctx, o)
	if err != nil {
		return nil, err
	}
	d := &DB{engine: e, read: read}
	if err := d.refuseHalfMoved(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if err := d.migrate(ctx); err != nil {
		d.Close()
		return nil, err
	}
	if d.me, err = e.keep(ctx, selectMe); err != nil {
		d.Close()
		return nil, d.fail("sqlstore.open", err)
	}
	d.queue, err = e.openQueue(ctx, jobs.Options{Workers: o.Workers, Name: o.Name, Logger: o.Logger})
	if err != nil {
		d.Close()
		return nil, err
	}
	d.wire = newWire(e.carrier(o.Logger), o.Logger)
	return d, nil
}

func openEngine(ctx context.Context, o Options) (engine, *sql.DB, error) {
	if isPostgres(o.URL) {
		return openPostgres(ctx, o)
	}
	return openSQLite(ctx, o.URL)
}

func isPostgres(url string) bool {
	return strings.HasPrefix(url, "postgres://") || strings.HasPrefix(url, "postgresql://")
}

// Queue returns the job queue that lives in this database.
func (d *DB) Queue() *jobs.Queue { return d.queue }

// Check reports whether the database answers.
func (d *DB) Check(ctx context.Context) error {
	return d.fail("sqlstore.check", d.read.PingContext(ctx))
}

// Close releases every connection. Stop the queue first.
func (d *DB) Close() {
	if d.wire != nil {
		d.wire.close()
	}
	d.engine.close()
}

func (d *DB) provider() (*goose.Provider, error) {
	dialect, folder := d.engine.dialect()
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, d.engine.writer(), files)
}

func (d *DB) migrate(ctx context.Context) error {
	release, err := d.engine.lock(ctx)
	if err != nil {
		return d.fail("sqlstore.migrate", err)
	}
	defer release()
	p, err := d.provider()
	if err != nil {
		return fault.Wrap("sqlstore.migrate", err)
	}
	pending, err := p.HasPending(ctx)
	if err == nil && pending {
		_, err = p.Up(ctx)
	}
	if err != nil {
		return d.fail("sqlstore.migrate", err)
	}
	return d.engine.migrateJobs(ctx)
}

// Migration is one step of the schema's history.
type Migration struct {
	Version int64
	Name    string
	Applied time.Time // zero when it has not been
}

// Migrations lists the steps of the schema of the database at url, which it leaves as it
// is; a SQLite file that is not there is not made.
func Migrations(ctx context.Context, url string) ([]Migration, error) {
	const op = "sqlstore.migrations"
	if !isPostgres(url) {
		if _, err := os.Stat(url); errors.Is(err, fs.ErrNotExist) {
			return steps(&sqliteEngine{}, nil)
		}
	}
	e, read, err := openEngine(ctx, Options{URL: url})
	if err != nil {
		return nil, err
	}
	d := &DB{engine: e, read: read}
	defer d.Close()
	if err := d.refuseHalfMoved(ctx); err != nil {
		return nil, err
	}
	applied, err := d.applied(ctx)
	if err != nil {
		return nil, d.fail(op, err)
	}
	return steps(e, applied)
}

// steps lists an engine's migrations with the time each was applied.
func steps(e engine, applied map[int64]time.Time) (list []Migration, err error) {
	_, folder := e.dialect()
	files, err := fs.ReadDir(migrations, "migrations/"+folder)
	if err != nil {
		return nil, fault.Wrap("sqlstore.migrations", err)
	}
	for _, file := range files {
		version, err := goose.NumericComponent(file.Name())
		if err != nil {
			return nil, fault.Wrap("sqlstore.migrations", err)
		}
		list = append(list, Migration{Version: version, Name: file.Name(), Applied: applied[version]})
	}
	return list, nil
}

// applied reads when each migration was applied from goose's table. Goose itself would
// make the table first.
func (d *DB) applied(ctx context.Context) (map[int64]time.Time, error) {
	var there bool
	if err := d.read.QueryRowContext(ctx, d.engine.tableExists(), goose.DefaultTablename).Scan(&there); err != nil || !there {
		return nil, err
	}
	found, err := d.read.QueryContext(ctx, `SELECT version_id, tstamp FROM `+goose.DefaultTablename)
	if err != nil {
		return nil, err
	}
	applied := map[int64]time.Time{}
	_, err = collect(found, func(r *sql.Rows) (version int64, err error) {
		var at time.Time
		err = r.Scan(&version, &at)
		applied[version] = at
		return version, err
	})
	return applied, err
}

const mostRepeats = 6 // of one transaction: a quarter of a second in all

// inTx runs fn in one transaction and names the operation in its error. Where the database
// ends a transaction for the sake of another (a deadlock, a serialisation failure), fn is
// run again: it works by its Tx alone, and sets what it returns anew each time.
func (d *DB) inTx(ctx context.Context, op string, fn func(jobs.Tx) error) error {
	return d.repeat(ctx, op, func() error { return d.queue.InTx(ctx, fn) })
}

// inLastingTx is inTx for what must outlive a loss of power, and enqueues nothing.
func (d *DB) inLastingTx(ctx context.Context, op string, fn func(statements) error) error {
	return d.repeat(ctx, op, func() error { return d.engine.lasting(ctx, d.queue, fn) })
}

func (d *DB) repeat(ctx context.Context, op string, transaction func() error) error {
	pause := backOff{first: 2 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		err := transaction()
		if err == nil || attempt == mostRepeats || !d.engine.repeatable(err) || ctx.Err() != nil {
			return d.fail(op, err)
		}
		pause.wait(ctx)
	}
}

// fail turns a driver's error into a fault of the right kind; faults pass through.
func (d *DB) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	if fault.KindOf(err) != fault.Internal {
		return fault.Wrap(op, err)
	}
	return &fault.Error{Kind: d.engine.classify(err), Op: op, Cause: err}
}

// now is the time as stored: UTC, in microseconds, the finer of what both engines keep.
func now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }
