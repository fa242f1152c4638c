package sqlstore

import (
	"context"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// aloneEvery is how soon who waits to be alone looks again.
const aloneEvery = 2 * time.Second

// Alone waits until no other process on this database does what it names, and returns what
// says that this one has done it. Whoever ends without a word, by kill -9 too, does it no
// more. A process whose connection is cut is not told that another may have begun: what is
// done alone must bear to be done by two for a while.
func (d *DB) Alone(ctx context.Context, what string) (release func(), err error) {
	release, err = d.engine.alone(ctx, what)
	return release, fault.Wrap("sqlstore.alone", err)
}

// alone is at once: a SQLite database has one server.
func (e *sqliteEngine) alone(context.Context, string) (release func(), err error) {
	return func() {}, nil
}

// alone takes an advisory lock on a connection that it keeps, and none while it waits.
func (e *postgresEngine) alone(ctx context.Context, what string) (release func(), err error) {
	for {
		conn, err := e.pool.Acquire(ctx)
		if err != nil {
			return nil, err
		}
		var got bool
		err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1, hashtext($2))`, aloneLock, what).Scan(&got)
		if err == nil && got {
			kept := conn.Hijack() // the pool would wait for it to close
			return func() { _ = kept.Close(context.WithoutCancel(ctx)) }, nil
		}
		conn.Release()
		if err != nil {
			return nil, err
		}
		select {
		case <-time.After(aloneEvery):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// aloneLock tells these locks from others of two numbers on the same database.
const aloneLock int32 = 0x6b6c
