package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// presence puts back the jobs of processes that died, which River would do by age, after
// the longest time a job may take. A process that works holds a lock named after it, on a
// connection of its own. PostgreSQL drops the lock with the connection, and that ends with
// the process, however it ends: a running job whose process holds no lock was lost.
type presence struct {
	config *pgx.ConnConfig
	id     string // of this process, as River notes it with each job it takes
	log    *slog.Logger
	cancel context.CancelFunc
	ended  chan struct{}
}

const (
	lostEvery   = 2 * time.Second  // between two looks for lost jobs
	lostTimeout = 10 * time.Second // of one look
	// lockClass tells these locks from those of others on the same database.
	lockClass = 0x6b6b
)

// A machine that vanishes closes nothing: the server must notice by itself.
const keepAlive = `SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3`

// The lock is shared, so that processes whose names have one hash do not exclude each other.
const present = `SELECT pg_advisory_lock_shared($1, hashtext($2))`

const putBack = `UPDATE river_job SET state = 'available', attempt = greatest(attempt - 1, 0)
	WHERE state = 'running' AND NOT EXISTS (
		SELECT FROM pg_locks
		WHERE locktype = 'advisory' AND granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
			AND classid = $1 AND objid = hashtext(attempted_by[array_upper(attempted_by, 1)])::oid)`

// start returns once this process is known to be alive: before that it must take no job.
func (p *presence) start(ctx context.Context) error {
	conn, err := p.appear(ctx)
	if err != nil {
		return fault.Wrap("jobs.presence", err)
	}
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.ended = make(chan struct{})
	go func() {
		defer close(p.ended)
		p.keep(ctx, conn)
	}()
	return nil
}

// stop ends the presence of a process that runs no job any more.
func (p *presence) stop() {
	p.cancel()
	<-p.ended
}

func (p *presence) appear(ctx context.Context) (*pgx.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, p.config.Copy())
	if err != nil {
		return nil, err
	}
	if _, err = conn.Exec(ctx, keepAlive); err == nil {
		_, err = conn.Exec(ctx, present, lockClass, p.id)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

// keep looks for lost jobs until ctx ends. When its connection is lost it takes another;
// meanwhile others may put its jobs back, and they run twice, which a job must bear.
func (p *presence) keep(ctx context.Context, conn *pgx.Conn) {
	tick := time.NewTicker(lostEvery)
	defer tick.Stop()
	for {
		err := p.look(ctx, conn)
		if err != nil {
			p.log.WarnContext(ctx, "cannot look for jobs of processes that died", "error", err)
			_ = conn.Close(ctx)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lostTimeout)
			defer cancel()
			_ = conn.Close(ctx)
			return
		}
		if err != nil {
			if again, err := p.appear(ctx); err == nil {
				conn = again
			}
		}
	}
}

func (p *presence) look(ctx context.Context, conn *pgx.Conn) error {
	looking, cancel := context.WithTimeout(ctx, lostTimeout)
	defer cancel()
	back, err := conn.Exec(looking, putBack, lockClass)
	if ctx.Err() != nil {
		return nil // this process is stopping
	}
	if n := back.RowsAffected(); err == nil && n > 0 {
		p.log.InfoContext(ctx, "jobs of a process that died are done again", "jobs", n)
	}
	return err
}
