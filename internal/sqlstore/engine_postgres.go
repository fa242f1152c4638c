package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// postgresEngine gives the stores and River one pool.
type postgresEngine struct {
	pool *pgxpool.Pool
	db   *sql.DB
}

func openPostgres(ctx context.Context, url string) (engine, *sql.DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		// pgx redacts the password in its message.
		return nil, nil, &fault.Error{Kind: fault.Invalid, Op: "sqlstore.open", Code: "database",
			Public: "The database address cannot be read. It should look like postgres://user:password@host:5432/name.", Cause: err}
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.AfterConnect = func(_ context.Context, c *pgx.Conn) error {
		// Times are UTC here as on SQLite; pgx would make them the machine's local time.
		c.TypeMap().RegisterType(&pgtype.Type{Name: "timestamptz", OID: pgtype.TimestamptzOID,
			Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC}})
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, nil, fault.Wrap("sqlstore.open", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, nil, &fault.Error{Kind: fault.Unavailable, Op: "sqlstore.open", Code: "database",
			Public: "PostgreSQL at " + config.ConnConfig.Host + " does not answer, or refuses this user.", Cause: err}
	}
	e := &postgresEngine{pool: pool, db: stdlib.OpenDBFromPool(pool)}
	return e, e.db, nil
}

func (e *postgresEngine) dialect() (goose.Dialect, string) { return goose.DialectPostgres, "postgres" }

func (e *postgresEngine) writer() *sql.DB { return e.db }

// schemaLock is the advisory lock of whoever changes the schema: "kkmovies" in ASCII.
const schemaLock int64 = 0x6b6b6d6f76696573

func (e *postgresEngine) lock(ctx context.Context) (release func(), err error) {
	conn, err := e.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock($1)`, schemaLock); err != nil {
		conn.Release()
		return nil, err
	}
	return func() { // the lock ends with its connection
		_ = conn.Hijack().Close(context.WithoutCancel(ctx))
	}, nil
}

func (e *postgresEngine) migrateJobs(ctx context.Context) error {
	return jobs.MigratePostgres(ctx, e.pool)
}

func (e *postgresEngine) openQueue(_ context.Context, o jobs.Options) (*jobs.Queue, error) {
	return jobs.NewPostgres(e.pool, e.db, o)
}

func (e *postgresEngine) tableExists() string { return `SELECT to_regclass($1) IS NOT NULL` }

func (e *postgresEngine) takeLock() string { return " FOR UPDATE OF t SKIP LOCKED" }

func (e *postgresEngine) carrier(log *slog.Logger) carrier { return notifications{e.pool, log} }

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
		return fault.Internal
	}
	var ne net.Error
	if errors.As(err, &ne) || pgconn.SafeToRetry(err) {
		return fault.Unavailable
	}
	return fault.Internal
}

func (e *postgresEngine) close() {
	_ = e.db.Close()
	e.pool.Close()
}
