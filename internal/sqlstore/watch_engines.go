package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// statements is what a transaction without jobs runs.
type statements interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// watchEngine is what differs between the engines in watching.
type watchEngine interface {
	// lasting runs fn in one transaction that is kept, when it returns, even where power is lost.
	lasting(ctx context.Context, q *jobs.Queue, fn func(statements) error) error
	// joinWatches joins rows with those there are, in their order. Rows of a profile or video
	// that is not there are left out.
	joinWatches(ctx context.Context, tx statements, rows []watch.Row) error
}

const (
	// goOnWatching is joinWatch for what almost all rows are: those of the same era, kind and hour
	// as the row that is kept. SQLite writes every index that a statement may change, so this one
	// may change none.
	goOnWatching = `UPDATE watch_history SET
		timestamp_seconds = CASE WHEN timestamp_seconds > $5 THEN timestamp_seconds ELSE $5 END,
		duration_seconds = CASE WHEN duration_seconds > $6 THEN duration_seconds ELSE $6 END,
		last_updated = CASE WHEN last_updated > $7 THEN last_updated ELSE $7 END,
		counter = CASE WHEN session_id = $12 AND counter > $13 THEN counter ELSE $13 END, session_id = $12, device = $11
		WHERE profile_id = $2 AND video_id = $3 AND device_id = $4 AND user_id = $1
			AND era_at = $8 AND era_by = $9 AND kind = $10 AND last_hour = $14`
	joinOneWatch = `INSERT INTO watch_history AS w (` + watchColumns + `, last_hour)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14
		WHERE EXISTS (SELECT 1 FROM profiles p WHERE p.id = $2 AND p.user_id = $1) AND EXISTS (SELECT 1 FROM videos x WHERE x.id = $3) ` + joinWatch
)

// joinWatches goes from row to row: what is prepared once costs little to run again.
func (e *sqliteEngine) joinWatches(ctx context.Context, tx statements, rows []watch.Row) error {
	prepare := tx.(interface {
		PrepareContext(context.Context, string) (*sql.Stmt, error)
	}).PrepareContext
	goOn, err := prepare(ctx, goOnWatching)
	if err != nil {
		return err
	}
	defer goOn.Close()
	join, err := prepare(ctx, joinOneWatch)
	if err != nil {
		return err
	}
	defer join.Close()
	for _, r := range rows {
		args := []any{r.Viewer.UserID, r.Viewer.ProfileID, r.VideoID, r.DeviceID, r.Position, r.Duration, micros(r.At),
			r.Era.At, r.Era.By, string(r.Kind), r.Device, r.SessionID, r.Counter, hourOf(r.At)}
		done, err := goOn.ExecContext(ctx, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := join.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

const joinManyWatches = `INSERT INTO watch_history AS w (` + watchColumns + `, last_hour)
	SELECT p.user_id, p.id, x.id, v.device_id, v.position, v.duration, v.at, v.era_at, v.era_by, v.kind, v.device, v.session_id, v.counter, v.hour
	FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::double precision[], $6::double precision[], $7::timestamptz[],
		$8::bigint[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[], $14::bigint[]) WITH ORDINALITY
		AS v(user_id, profile_id, video_id, device_id, position, duration, at, era_at, era_by, kind, device, session_id, counter, hour, place)
	JOIN profiles p ON p.id = v.profile_id AND p.user_id = v.user_id
	JOIN videos x ON x.id = v.video_id
	ORDER BY v.place ` + joinWatch

// joinWatches is one statement for any number of rows: each is a journey to the server.
func (e *postgresEngine) joinWatches(ctx context.Context, tx statements, rows []watch.Row) error {
	n := len(rows)
	users, profiles, videos, devices := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	positions, durations, times, hours := make([]float64, n), make([]float64, n), make([]time.Time, n), make([]int64, n)
	erasAt, erasBy, kinds := make([]int64, n), make([]string, n), make([]string, n)
	names, sessions, counters := make([]string, n), make([]string, n), make([]int64, n)
	for i, r := range rows {
		users[i], profiles[i], videos[i], devices[i] = r.Viewer.UserID, r.Viewer.ProfileID, r.VideoID, r.DeviceID
		positions[i], durations[i], times[i], hours[i] = r.Position, r.Duration, micros(r.At), hourOf(r.At)
		erasAt[i], erasBy[i], kinds[i] = r.Era.At, r.Era.By, string(r.Kind)
		names[i], sessions[i], counters[i] = r.Device, r.SessionID, r.Counter
	}
	_, err := tx.ExecContext(ctx, joinManyWatches, users, profiles, videos, devices, positions, durations, times,
		erasAt, erasBy, kinds, names, sessions, counters, hours)
	return err
}

// lasting waits for the disk with this transaction: the others of this connection do not, and may
// be lost where power is. It is begun and ended by hand, since how a connection waits for the disk
// is set outside a transaction: one that a caller gave up must have ended by then.
func (e *sqliteEngine) lasting(ctx context.Context, _ *jobs.Queue, fn func(statements) error) (err error) {
	conn, err := e.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	whatever := context.WithoutCancel(ctx)
	defer func() {
		_, usual := conn.ExecContext(whatever, `PRAGMA synchronous = NORMAL`)
		err = cmp.Or(err, usual)
	}()
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = FULL`); err != nil {
		return err
	}
	ended := false
	defer func() {
		if !ended {
			_, _ = conn.ExecContext(whatever, `ROLLBACK`) // what failed may have ended it, or not begun it
		}
	}()
	if _, err := conn.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if err := cmp.Or(fn(conn), ctx.Err()); err != nil {
		return err
	}
	_, err = conn.ExecContext(whatever, `COMMIT`)
	ended = err == nil
	return err
}

// lasting is what the server does unless it was told not to wait for its disk.
func (e *postgresEngine) lasting(ctx context.Context, q *jobs.Queue, fn func(statements) error) error {
	return q.InTx(ctx, func(tx jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `SELECT set_config('synchronous_commit', 'on', TRUE) WHERE current_setting('synchronous_commit') = 'off'`); err != nil {
			return err
		}
		return fn(tx)
	})
}
