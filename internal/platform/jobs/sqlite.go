package jobs

import (
	"context"
	"database/sql"
	"errors"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// NewSQLite returns a queue on SQLite. Transactions are opened on writer, the room's
// single writing connection; River polls and completes on own, another connection to the
// same file. Both must begin IMMEDIATE and wait when busy.
//
// One process owns a SQLite file, so a job found running at start was lost with the
// process before, and is put back at once rather than rescued by age.
func NewSQLite(ctx context.Context, writer, own *sql.DB, o Options) (*Queue, error) {
	workers := river.NewWorkers()
	c, err := river.NewClient(riversqlite.New(own), o.config(workers))
	if err != nil {
		return nil, fault.Wrap("jobs.open", err)
	}
	if o.Workers > 0 {
		_, err = own.ExecContext(ctx, `UPDATE river_job SET state = 'available', attempt = MAX(attempt - 1, 0)
			WHERE state = 'running'`)
		if err != nil {
			return nil, fault.Wrap("jobs.reclaim", err)
		}
	}
	q := &Queue{client: c, workers: workers, works: o.Workers > 0, log: o.Logger}
	q.begin = func(ctx context.Context, fn func(Tx) error) error {
		tx, err := writer.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }() // a no-op after the commit
		if err := fn(&sqliteTx{tx, c}); err != nil {
			return err
		}
		err = tx.Commit()
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			return ctx.Err() // database/sql rolled back first, because the caller gave up
		}
		return err
	}
	return q, nil
}

// MigrateSQLite brings River's own tables up to date.
func MigrateSQLite(ctx context.Context, own *sql.DB) error {
	m, err := rivermigrate.New(riversqlite.New(own), nil)
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	return fault.Wrap("jobs.migrate", err)
}

type sqliteTx struct {
	*sql.Tx
	client *river.Client[*sql.Tx]
}

func (t *sqliteTx) Enqueue(ctx context.Context, args Args) error {
	_, err := t.client.InsertTx(ctx, t.Tx, args, insertOpts(args))
	return fault.Wrap("jobs.enqueue", err)
}
