package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

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

// gooseOptions take an advisory lock, so that nodes starting together migrate once.
func (e *postgresEngine) gooseOptions() ([]goose.ProviderOption, error) {
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return []goose.ProviderOption{goose.WithSessionLocker(locker)}, nil
}

func (e *postgresEngine) writer() *sql.DB { return e.db }

func (e *postgresEngine) migrateJobs(ctx context.Context) error {
	return jobs.MigratePostgres(ctx, e.pool)
}

func (e *postgresEngine) openQueue(_ context.Context, o jobs.Options) (*jobs.Queue, error) {
	return jobs.NewPostgres(e.pool, e.db, o)
}

func (e *postgresEngine) takeLock() string { return " FOR UPDATE SKIP LOCKED" }

func (e *postgresEngine) classify(err error) fault.Kind {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fault.NotFound
	case errors.Is(err, context.Canceled):
		return fault.Cancelled
	}
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		switch pe.Code[:2] {
		case "23": // integrity constraint violation
			return fault.Conflict
		case "40", "53", "57": // serialisation, resources, operator intervention
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
