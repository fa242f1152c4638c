package jobs

import (
	"context"
	"crypto/rand"
	"database/sql"
	"strings"
	"time"

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
	config := o.config(workers)
	config.ID = strings.TrimSpace(o.Name[:min(len(o.Name), 64)] + " " + rand.Text())
	c, err := river.NewClient(riverpgxv5.New(pool), config)
	if err != nil {
		return nil, fault.Wrap("jobs.open", err)
	}
	q := &Queue{client: c, workers: workers, works: o.Workers > 0, log: o.Logger}
	q.presence = &presence{config: pool.Config().ConnConfig, id: config.ID, log: o.Logger}
	q.begin = func(ctx context.Context, fn func(Tx) error) error {
		conn, err := db.Conn(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		t := &postgresTx{Conn: conn, client: c}
		if err := t.begin(ctx); err != nil {
			return err
		}
		defer t.rollback(ctx) // a no-op after the commit
		if err := fn(t); err != nil {
			return err
		}
		return t.commit(ctx)
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

// postgresTx is pgx's own transaction on a connection that database/sql holds. What is
// sent through Conn until it ends runs inside it, because it is the same connection: this
// is how one transaction serves both libraries.
//
// Whoever touches the connection does so through Conn, with its lock held. When a caller
// gives up, database/sql may drop the connection, and the pool closes it, at any moment:
// pgx used past that lock would then be used by two goroutines at once.
type postgresTx struct {
	*sql.Conn
	native pgx.Tx
	client *river.Client[pgx.Tx]
}

// rollbackTimeout bounds the wait for a server that no longer answers.
const rollbackTimeout = 10 * time.Second

func (t *postgresTx) begin(ctx context.Context) error {
	return t.Raw(func(driverConn any) (err error) {
		t.native, err = driverConn.(*stdlib.Conn).Conn().Begin(ctx)
		return err
	})
}

func (t *postgresTx) commit(ctx context.Context) error {
	return t.Raw(func(any) error { return t.native.Commit(ctx) })
}

// rollback reaches the server even when the caller has given up, or the connection would
// go back to the pool mid-transaction. A connection that is lost needs none.
func (t *postgresTx) rollback(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTimeout)
	defer cancel()
	_ = t.Raw(func(any) error { return t.native.Rollback(ctx) })
}

func (t *postgresTx) Enqueue(ctx context.Context, args Args) error {
	return fault.Wrap("jobs.enqueue", t.Raw(func(any) error {
		_, err := t.client.InsertTx(ctx, t.native, args, insertOpts(args))
		return err
	}))
}
