package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
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

// take leases the first task that is also as narrowed. It is one statement, since workers of
// many machines take their tasks from one table.
func (s Pipeline) take(ctx context.Context, owner string, lease time.Duration, narrowed string) (pipeline.Work, error) {
	const op = "sqlstore.take"
	w := pipeline.Work{Owner: owner}
	e := s.db.engine
	var task string
	err := e.oneStatement(ctx, s.db.queue, func(row *sql.Row) error { return row.Scan(&w.VideoID, &task) },
		takeTask(e, narrowed), owner, e.instant(lease))
	if err == nil {
		err = json.Unmarshal([]byte(task), &w.Task)
	}
	return w, s.db.fail(op, err)
}

// takeTask chooses: of what is queued and what was abandoned, the first; and in its lane,
// what a viewer needs next.
func takeTask(e engine, narrowed string) string {
	now, lock := e.ago(0), e.takeLock()
	return `WITH queued AS (` + firstQueued + narrowed + ofWorkedOn + lock + `),
		abandoned AS (` + strings.ReplaceAll(firstAbandoned, "$1", now) + narrowed + ofWorkedOn + lock + `),
		ahead AS (SELECT * FROM (SELECT * FROM queued UNION ALL SELECT * FROM abandoned) c ORDER BY lane, turn, queued_at, video_id, seq LIMIT 1),
		near AS (` + nearestQueued(e.ago(playheadLasts)) + narrowed + nearestFirst + lock + `),
		chosen AS (SELECT * FROM near UNION ALL SELECT * FROM ahead WHERE NOT EXISTS (SELECT 1 FROM near))
		UPDATE encode_tasks SET status = 'leased', lease_owner = $1, lease_until = ` + e.moment("$2") + `
		FROM chosen WHERE encode_tasks.video_id = chosen.video_id AND encode_tasks.seq = chosen.seq
		RETURNING encode_tasks.video_id, encode_tasks.task`
}

// The first task of one status. Asked for one at a time, the index gives the order:
// sorting all that is queued would hold everybody up at every task.
const (
	firstQueued = firstTask + `t.status = 'queued'`
	// Of those that ran out first: the index by time finds them among all that are held. Only
	// what is leased has a time; by its status, many would be looked through.
	firstAbandoned = firstTask + `t.lease_until < $1 AND (t.video_id, t.seq) IN
		(SELECT e.video_id, e.seq FROM encode_tasks e WHERE e.lease_until < $1 ORDER BY e.lease_until LIMIT 64)`

	firstTask  = taskFields + `FROM encode_tasks t WHERE `
	taskFields = `SELECT t.lane, t.turn, t.queued_at, t.video_id, t.seq `
	// Of a film that is ready, what is made late is left.
	isWorkedOn = ` AND EXISTS (SELECT 1 FROM videos v WHERE v.id = t.video_id AND v.status IN ('processing', 'ready'))`
	ofWorkedOn = isWorkedOn + ` ORDER BY t.lane, t.turn, t.queued_at, t.video_id, t.seq LIMIT 1`
)

const (
	playheadLasts = time.Minute // after that, whoever was there has left
	nearReach     = 75          // segments before a viewer: about five minutes
)

// nearestQueued is the task of a lane that a viewer needs next, of those who were there
// since. The viewers come first in the join, since they are few; CROSS keeps SQLite from
// thinking otherwise.
func nearestQueued(since string) string {
	return taskFields + `FROM playheads p CROSS JOIN encode_tasks t
	WHERE p.seen_at > ` + since + ` AND t.video_id = p.video_id AND t.status = 'queued' AND t.lane = (SELECT lane FROM ahead)
		AND t.first_segment < p.segment + ` + strconv.Itoa(nearReach) + ` AND t.first_segment + t.segments > p.segment` + isWorkedOn
}

const nearestFirst = ` ORDER BY t.first_segment - p.segment, t.turn, t.queued_at, t.video_id, t.seq LIMIT 1`

func (s Pipeline) Renew(ctx context.Context, w pipeline.Work, lease time.Duration) error {
	return s.db.changeOne(ctx, "sqlstore.renew", `UPDATE encode_tasks SET lease_until = `+s.db.engine.moment("$4")+held,
		w.VideoID, w.Task.Seq, w.Owner, s.db.engine.instant(lease))
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
