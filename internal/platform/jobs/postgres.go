package jobs

import (
	"context"
	"database/sql"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// NewPostgres returns a queue on PostgreSQL. db must be a view of the same pool
// (stdlib.OpenDBFromPool), so that a room's rows and River's jobs share connections.
func NewPostgres(pool *pgxpool.Pool, db *sql.DB, o Options) (*Queue, error) {
	workers := river.NewWorkers()
	c, err := river.NewClient(riverpgxv5.New(pool), o.config(workers))
	if err != nil {
		return nil, fault.Wrap("jobs.open", err)
	}
	q := &Queue{client: c, workers: workers, works: o.Workers > 0, log: o.Logger}
	q.begin = func(ctx context.Context, fn func(Tx) error) error {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		tx, err := beginNative(ctx, conn)
		if err != nil {
			return err
		}
		// A rollback after a commit is a no-op; it must reach the server even when the
		// caller has given up, or the connection would go back to the pool mid-transaction.
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
		if err := fn(&postgresTx{conn, tx, c}); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
	return q, nil
}

// MigratePostgres brings River's own tables up to date.
func MigratePostgres(ctx context.Context, pool *pgxpool.Pool) error {
	m, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	return fault.Wrap("jobs.migrate", err)
}

// beginNative opens pgx's own transaction on the connection that database/sql holds.
// Statements sent through conn until it ends run inside that transaction, because it is
// the same connection: this is how one transaction serves both libraries.
func beginNative(ctx context.Context, conn *sql.Conn) (tx pgx.Tx, err error) {
	err = conn.Raw(func(driverConn any) error {
		tx, err = driverConn.(*stdlib.Conn).Conn().Begin(ctx)
		return err
	})
	return tx, err
}

type postgresTx struct {
	*sql.Conn
	native pgx.Tx
	client *river.Client[pgx.Tx]
}

func (t *postgresTx) Enqueue(ctx context.Context, args Args) error {
	_, err := t.client.InsertTx(ctx, t.native, args, insertOpts)
	return fault.Wrap("jobs.enqueue", err)
}
