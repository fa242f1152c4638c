package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sort"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// A work row is held by its owner until another takes it, which can be once the lease has
// run out; whoever's statement finds it otherwise changes nothing and learns so by
// sql.ErrNoRows.
const held = ` WHERE video_id = $1 AND seq = $2 AND lease_owner = $3 AND status = 'leased'`

func (s Pipeline) Take(ctx context.Context, owner string, lease time.Duration) (pipeline.Work, error) {
	return s.take(ctx, owner, lease, "")
}

func (s Pipeline) TakeBeginning(ctx context.Context, owner string, lease time.Duration) (pipeline.Work, error) {
	return s.take(ctx, owner, lease, fmt.Sprintf(` AND t.lane = %d AND t.first_segment = 0`, plan.LaneFirstMinute))
}

// take leases the first task that is also as narrowed.
func (s Pipeline) take(ctx context.Context, owner string, lease time.Duration, narrowed string) (pipeline.Work, error) {
	w := pipeline.Work{Owner: owner}
	err := s.db.inTx(ctx, "sqlstore.take", func(tx jobs.Tx) error {
		w.Task = plan.Task{}
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		next, err := s.first(ctx, tx, firstQueued+narrowed+ofWorkedOn)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		switch abandoned, abandonedErr := s.first(ctx, tx, firstAbandoned+narrowed+ofWorkedOn, at); {
		case errors.Is(abandonedErr, sql.ErrNoRows):
		case abandonedErr != nil:
			return abandonedErr
		case err != nil || abandoned.before(next):
			next, err = abandoned, nil
		}
		if err != nil {
			return err
		}
		switch near, nearErr := s.first(ctx, tx, nearestQueued+narrowed+nearestFirst, next.lane, at.Add(-playheadLasts), nearReach); {
		case nearErr == nil:
			next = near
		case !errors.Is(nearErr, sql.ErrNoRows):
			return nearErr
		}
		w.VideoID = next.videoID
		if err := json.Unmarshal([]byte(next.task), &w.Task); err != nil {
			return err
		}
		return changeRow(ctx, tx, `UPDATE encode_tasks SET status = 'leased', lease_owner = $3, lease_until = $4
			WHERE video_id = $1 AND seq = $2`, next.videoID, next.seq, owner, at.Add(lease))
	})
	return w, err
}

// candidate is a task that may be taken, with its place in the order.
type candidate struct {
	lane     int
	turn     int64
	queuedAt time.Time
	videoID  string
	seq      int
	task     string
}

func (c candidate) before(d candidate) bool {
	return cmp.Or(cmp.Compare(c.lane, d.lane), cmp.Compare(c.turn, d.turn), c.queuedAt.Compare(d.queuedAt),
		cmp.Compare(c.videoID, d.videoID), cmp.Compare(c.seq, d.seq)) < 0
}

// The first task of one status. Asked for one at a time, the index gives the order:
// sorting all that is queued would hold everybody up at every task.
const (
	firstQueued = firstTask + `t.status = 'queued'`
	// Those that ran out first: the index by time finds them among all that are held.
	firstAbandoned = firstTask + `t.status = 'leased' AND t.lease_until < $1 AND (t.video_id, t.seq) IN
		(SELECT e.video_id, e.seq FROM encode_tasks e WHERE e.status = 'leased' AND e.lease_until < $1 ORDER BY e.lease_until LIMIT 64)`

	firstTask  = taskFields + `FROM encode_tasks t WHERE `
	taskFields = `SELECT t.lane, t.turn, t.queued_at, t.video_id, t.seq, t.task `
	// Of a film that is ready, what is made late is left.
	isWorkedOn = ` AND EXISTS (SELECT 1 FROM videos v WHERE v.id = t.video_id AND v.status IN ('processing', 'ready'))`
	ofWorkedOn = isWorkedOn + ` ORDER BY t.lane, t.turn, t.queued_at, t.video_id, t.seq LIMIT 1`
)

const (
	playheadLasts = time.Minute // after that, whoever was there has left
	nearReach     = 75          // segments before a viewer: about five minutes
)

// nearestQueued is the task of a lane that a viewer needs next. The viewers come first in
// the join, since they are few; CROSS keeps SQLite from thinking otherwise.
const nearestQueued = taskFields + `FROM playheads p CROSS JOIN encode_tasks t
	WHERE p.seen_at > $2 AND t.video_id = p.video_id AND t.status = 'queued' AND t.lane = $1
		AND t.first_segment < p.segment + $3 AND t.first_segment + t.segments > p.segment` + isWorkedOn

const nearestFirst = ` ORDER BY t.first_segment - p.segment, t.turn, t.queued_at, t.video_id, t.seq LIMIT 1`

// first finds and locks what the query asks for; sql.ErrNoRows when there is none.
func (s Pipeline) first(ctx context.Context, tx jobs.Tx, query string, args ...any) (c candidate, err error) {
	err = tx.QueryRowContext(ctx, query+s.db.engine.takeLock(), args...).
		Scan(&c.lane, &c.turn, &c.queuedAt, &c.videoID, &c.seq, &c.task)
	return c, err
}

func (s Pipeline) Renew(ctx context.Context, w pipeline.Work, lease time.Duration) error {
	return s.db.inTx(ctx, "sqlstore.renew", func(tx jobs.Tx) error {
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		return changeRow(ctx, tx, `UPDATE encode_tasks SET lease_until = $4`+held, w.VideoID, w.Task.Seq, w.Owner, at.Add(lease))
	})
}

func (s Pipeline) Done(ctx context.Context, w pipeline.Work, sizes pipeline.Sizes) error {
	const op = "sqlstore.done"
	for _, rendition := range w.Task.Renditions {
		if len(sizes[rendition]) != w.Task.Segments {
			return fault.New(fault.Internal, op, "segments_missing", "")
		}
	}
	doc, err := json.Marshal(sizes)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE encode_tasks SET status = 'done', result = $4, lease_until = NULL`+held,
			w.VideoID, w.Task.Seq, w.Owner, string(doc)); err != nil {
			return err
		}
		for _, rendition := range w.Task.Renditions {
			var left int
			if err := tx.QueryRowContext(ctx, `UPDATE renditions SET segments_done = segments_done + $3
				WHERE video_id = $1 AND id = $2 RETURNING segments - segments_done`,
				w.VideoID, rendition, w.Task.Segments).Scan(&left); err != nil {
				return err
			}
			if err := s.forget(ctx, tx, `t.video_id = $1 AND t.rendition = $2 AND t.segment >= $3 AND t.segment < $4 AND t.status <> 'done'`,
				w.VideoID, rendition, w.Task.FirstSegment, w.Task.FirstSegment+w.Task.Segments); err != nil {
				return err
			}
			if left > 0 {
				continue
			}
			if err := tx.Enqueue(ctx, pipeline.Finished{VideoID: w.VideoID, Rendition: rendition}); err != nil {
				return err
			}
		}
		if w.Task.Lane != plan.LaneFirstMinute || w.Task.FirstSegment > 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE videos SET playable = TRUE WHERE id = $1 AND NOT EXISTS
			(SELECT 1 FROM encode_tasks WHERE video_id = $1 AND lane = $2 AND first_segment = 0 AND status <> 'done')`,
			w.VideoID, int(plan.LaneFirstMinute))
		return err
	})
}

func (s Pipeline) Release(ctx context.Context, w pipeline.Work) error {
	return s.db.changeOne(ctx, "sqlstore.release", `UPDATE encode_tasks SET status = 'queued', lease_until = NULL`+held,
		w.VideoID, w.Task.Seq, w.Owner)
}

func (s Pipeline) Failed(ctx context.Context, w pipeline.Work) (times int, err error) {
	err = s.db.inTx(ctx, "sqlstore.failed", func(tx jobs.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE encode_tasks SET status = 'queued', lease_until = NULL, attempts = attempts + 1`+held+`
			RETURNING attempts`, w.VideoID, w.Task.Seq, w.Owner).Scan(&times)
	})
	return times, err
}

func (s Pipeline) Reclaim(ctx context.Context) error {
	return s.db.inTx(ctx, "sqlstore.reclaim", func(tx jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE encode_tasks SET status = 'queued', lease_until = NULL WHERE status = 'leased'`); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM demands WHERE status <> 'done'`)
		return err
	})
}

func (s Pipeline) SetPlayhead(ctx context.Context, videoID, sessionID string, segment int) error {
	return s.db.inTx(ctx, "sqlstore.set_playhead", func(tx jobs.Tx) error {
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM playheads WHERE seen_at < $1`, at.Add(-playheadLasts)); err != nil {
			return err
		}
		return changeRow(ctx, tx, `INSERT INTO playheads (video_id, session_id, segment, seen_at)
			SELECT id, $2, $3, $4 FROM videos WHERE id = $1 AND status = 'processing'
			ON CONFLICT (video_id, session_id) DO UPDATE SET segment = excluded.segment, seen_at = excluded.seen_at`,
			videoID, sessionID, segment, at)
	})
}

func (s Pipeline) Sizes(ctx context.Context, videoID, rendition string) ([]int64, error) {
	const op = "sqlstore.sizes"
	var segments int
	if err := s.db.read.QueryRowContext(ctx, `SELECT segments FROM renditions WHERE video_id = $1 AND id = $2`, videoID, rendition).
		Scan(&segments); err != nil {
		return nil, s.db.fail(op, err)
	}
	rows, err := s.db.read.QueryContext(ctx, `SELECT task, result FROM encode_tasks WHERE video_id = $1 AND status = 'done'`, videoID)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	pieces, err := collect(rows, func(r *sql.Rows) (p piece, err error) {
		var task, result string
		if err := r.Scan(&task, &result); err != nil {
			return p, err
		}
		if err := json.Unmarshal([]byte(task), &p.task); err != nil {
			return p, err
		}
		return p, json.Unmarshal([]byte(result), &p.sizes)
	})
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	sort.Slice(pieces, func(i, j int) bool { return pieces[i].task.FirstSegment < pieces[j].task.FirstSegment })
	var all []int64
	for _, p := range pieces {
		all = append(all, p.sizes[rendition]...)
	}
	if len(all) != segments {
		return nil, fault.New(fault.Conflict, op, "not_whole", "")
	}
	return all, nil
}

// piece is what one finished task made.
type piece struct {
	task  plan.Task
	sizes pipeline.Sizes
}
