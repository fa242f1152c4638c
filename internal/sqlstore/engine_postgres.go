package sqlstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// postgresEngine gives the stores and River one pool. While the schema is changed it has
// another, whose statements may take as long as they need.
type postgresEngine struct {
	pool *pgxpool.Pool
	db   *sql.DB

	schema   *pgxpool.Pool // nil unless it is locked
	schemaDB *sql.DB
}

func openPostgres(ctx context.Context, o Options) (engine, *sql.DB, error) {
	return openPostgresAs(ctx, o, nil, usePostgres)
}

// openPostgresAs is openPostgres with settings of its sessions, and with what each does first.
func openPostgresAs(ctx context.Context, o Options, settings map[string]string, first func(context.Context, *pgx.Conn) error) (engine, *sql.DB, error) {
	config, err := postgresConfig(o.URL, o)
	if err != nil {
		return nil, nil, err
	}
	maps.Copy(config.ConnConfig.RuntimeParams, settings)
	if settings["statement_timeout"] != "" {
		config.ConnConfig.Tracer = nil
	}
	connected := config.AfterConnect
	config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error {
		if err := connected(ctx, c); err != nil {
			return err
		}
		return first(ctx, c)
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, fault.Wrap("sqlstore.open", err)
	}
	if err := reach(ctx, pool); err != nil {
		pool.Close()
		if fault.PublicOf(err) != "" { // it is being moved
			return nil, nil, err
		}
		return nil, nil, unreachable(err, o.setting(), config.ConnConfig)
	}
	e := &postgresEngine{pool: pool, db: stdlib.OpenDBFromPool(pool)}
	return e, e.db, nil
}

func badAddress(setting string, cause error) error { // pgx redacts the password in its message
	return &fault.Error{Kind: fault.Invalid, Op: "sqlstore.open", Code: "database",
		Public: "The database address of " + setting + " cannot be read. It should look like postgres://user:password@host:5432/name.", Cause: cause}
}

func (e *postgresEngine) dialect() (goose.Dialect, string) { return goose.DialectPostgres, "postgres" }

func (e *postgresEngine) writer() *sql.DB {
	if e.schemaDB != nil {
		return e.schemaDB
	}
	return e.db
}

// schemaLock is the advisory lock of whoever changes the schema: "kkmovies" in ASCII.
const schemaLock int64 = 0x6b6b6d6f76696573

func (e *postgresEngine) lock(ctx context.Context) (release func(), err error) {
	config := e.pool.Config()
	config.MaxConns = 3
	config.ConnConfig.Tracer = nil // statements take as long as they need
	config.ConnConfig.RuntimeParams["statement_timeout"] = "0"
	config.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "0"
	schema, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	conn, err := schema.Acquire(ctx)
	if err == nil {
		if _, err = conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, schemaLock); err != nil {
			conn.Release()
		}
	}
	if err != nil {
		schema.Close()
		return nil, err
	}
	e.schema, e.schemaDB = schema, stdlib.OpenDBFromPool(schema)
	return func() { // the lock ends with its connection
		_ = conn.Hijack().Close(context.WithoutCancel(ctx))
		_ = e.schemaDB.Close()
		schema.Close()
		e.schema, e.schemaDB = nil, nil
	}, nil
}

func (e *postgresEngine) migrateJobs(ctx context.Context) error {
	return jobs.MigratePostgres(ctx, e.schema) // it is locked
}

func (e *postgresEngine) openQueue(_ context.Context, o jobs.Options) (*jobs.Queue, error) {
	return jobs.NewPostgres(e.pool, e.db, o)
}

func (e *postgresEngine) tableExists() string { return `SELECT to_regclass($1) IS NOT NULL` }

func (e *postgresEngine) takeLock() string { return " FOR UPDATE OF t SKIP LOCKED" }

func (e *postgresEngine) clock(ctx context.Context, tx jobs.Tx) (at time.Time, err error) {
	return at, tx.QueryRowContext(ctx, `SELECT clock_timestamp()`).Scan(&at)
}

// moment is the same to all of a statement, or no index could be searched by it.
func (e *postgresEngine) moment(parameter string) string {
	return `(statement_timestamp() + ` + parameter + `::bigint * interval '1 microsecond')`
}

func (e *postgresEngine) instant(d time.Duration) any { return d.Microseconds() }

func (e *postgresEngine) ago(d time.Duration) string {
	return fmt.Sprintf(`(statement_timestamp() - interval '%d microseconds')`, d.Microseconds())
}

// oneStatement needs no more: begin and commit would be two more journeys to the server.
func (e *postgresEngine) oneStatement(ctx context.Context, _ *jobs.Queue, scan func(*sql.Row) error, query string, args ...any) error {
	return scan(e.db.QueryRowContext(ctx, query, args...))
}

func (e *postgresEngine) repeatable(err error) bool {
	state := sqlState(err)
	return state == serialisationFailure || state == deadlock
}

func (e *postgresEngine) carrier(log *slog.Logger) carrier { return newNotifications(e.pool, log) }

func (e *postgresEngine) keep(context.Context, string) (*sql.Stmt, error) { return nil, nil }

func (e *postgresEngine) classify(err error) fault.Kind {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound
	case errors.Is(err, context.Canceled):
		return fault.Cancelled
	case errors.Is(err, context.DeadlineExceeded):
		return fault.Unavailable
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch {
		case pe.Code == "23505", pe.Code == "23503": // unique and foreign keys; other constraints are ours to meet
			return fault.Conflict
		case pe.Code == "53100": // disk full
			return fault.NoSpace
		}
		switch pe.Code[:2] {
		case "08", "40", "53", "57": // connection, serialisation, resources, operator intervention
			return fault.Unavailable
		}
		if pe.Code == "25P03" { // a transaction that stood still for too long
			return fault.Unavailable
		}
		return fault.Internal
	}
	// What is left of a connection that was lost.
	var ne net.Error
	for _, lost := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, sql.ErrConnDone} {
		if errors.Is(err, lost) {
			return fault.Unavailable
		}
	}
	if errors.As(err, &ne) || pgconn.SafeToRetry(err) {
		return fault.Unavailable
	}
	return fault.Internal
}

func (e *postgresEngine) close() {
	_ = e.db.Close()
	e.pool.Close()
}
