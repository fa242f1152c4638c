package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// A demand's row is locked before the rows of its askers, and rows of one video in the
// order of its segments, so that nobody waits for each other.
const (
	thisDemand = ` WHERE video_id = $1 AND rendition = $2 AND segment = $3`
	heldDemand = thisDemand + ` AND lease_owner = $4 AND status = 'leased'`
)

func (s Pipeline) Ask(ctx context.Context, asker string, lasts time.Duration, wanted ...pipeline.Demand) (standing []pipeline.Standing, err error) {
	const op = "sqlstore.ask"
	err = s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		standing = make([]pipeline.Standing, len(wanted))
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		for i, d := range wanted {
			var segments int
			var whole bool
			if err := tx.QueryRowContext(ctx, `SELECT segments, whole FROM renditions WHERE video_id = $1 AND id = $2`,
				d.VideoID, d.Rendition).Scan(&segments, &whole); err != nil {
				return err
			}
			if d.Index < 0 || d.Index >= segments {
				return fault.New(fault.NotFound, op, "", "")
			}
			if whole {
				standing[i] = pipeline.Made
				continue
			}
			// The newest is taken first, and of one call the first of all.
			if standing[i], err = ask(ctx, tx, asker, d, at, at.Add(-time.Duration(i)*time.Microsecond), at.Add(lasts)); err != nil {
				return err
			}
		}
		return nil
	})
	return standing, err
}

// ask asks for one segment, at a place in the order.
func ask(ctx context.Context, tx jobs.Tx, asker string, d pipeline.Demand, now, at, until time.Time) (pipeline.Standing, error) {
	var before string
	err := tx.QueryRowContext(ctx, `SELECT kind FROM demand_askers`+thisDemand+` AND asker = $4`,
		d.VideoID, d.Rendition, d.Index, asker).Scan(&before)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	askedAt := `demands.asked_at`
	if again := before == string(d.Kind) || before == string(pipeline.Waited); !again {
		askedAt = `CASE WHEN demands.kind = 'waited' AND excluded.kind = 'ahead' THEN demands.asked_at ELSE excluded.asked_at END`
	}
	var status string
	// One that was given up stays so until those who asked for it then would have had to ask
	// again. Asking meanwhile does not make it longer.
	if err := tx.QueryRowContext(ctx, `INSERT INTO demands (video_id, rendition, segment, kind, asked_at, asked_until, status)
		VALUES ($1, $2, $3, $4, $5, $6, 'queued')
		ON CONFLICT (video_id, rendition, segment) DO UPDATE SET
			kind = CASE WHEN excluded.kind = 'waited' THEN 'waited' ELSE demands.kind END,
			asked_at = `+askedAt+`,
			asked_until = CASE WHEN demands.status = 'failed' AND demands.asked_until >= $7 OR demands.asked_until > excluded.asked_until
				THEN demands.asked_until ELSE excluded.asked_until END,
			attempts = CASE WHEN demands.status = 'failed' AND demands.asked_until < $7 THEN 0 ELSE demands.attempts END,
			status = CASE WHEN demands.status = 'failed' AND demands.asked_until < $7 THEN 'queued' ELSE demands.status END
		RETURNING status`, d.VideoID, d.Rendition, d.Index, string(d.Kind), at, until, now).Scan(&status); err != nil {
		return "", err
	}
	if status == "done" {
		return pipeline.Made, nil
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO demand_askers (video_id, rendition, segment, asker, kind, asked_until)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (video_id, rendition, segment, asker) DO UPDATE SET
			kind = CASE WHEN excluded.kind = 'waited' THEN 'waited' ELSE demand_askers.kind END,
			asked_until = excluded.asked_until`, d.VideoID, d.Rendition, d.Index, asker, string(d.Kind), until)
	if status == "failed" {
		return pipeline.GivenUp, err
	}
	return pipeline.Wanted, err
}

func (s Pipeline) Withdraw(ctx context.Context, asker string, segments ...pipeline.Segment) error {
	return s.db.inTx(ctx, "sqlstore.withdraw", func(tx jobs.Tx) error {
		for _, g := range segments {
			if err := withdraw(ctx, tx, asker, g); err != nil {
				return err
			}
		}
		return nil
	})
}

// withdraw takes one asker from a demand, and the demand away with the last. The row is
// written first, which locks it: of two who withdraw at once, the second is the last.
func withdraw(ctx context.Context, tx jobs.Tx, asker string, g pipeline.Segment) error {
	const itsAskers = ` FROM demand_askers a
		WHERE a.video_id = demands.video_id AND a.rendition = demands.rendition AND a.segment = demands.segment)`
	this := []any{g.VideoID, g.Rendition, g.Index}
	for _, step := range []struct {
		statement string
		args      []any
	}{
		{`UPDATE demands SET status = status` + thisDemand, this},
		{`DELETE FROM demand_askers` + thisDemand + ` AND asker = $4`, append(this, asker)},
		{`DELETE FROM demands` + thisDemand + ` AND status <> 'done' AND NOT EXISTS (SELECT 1` + itsAskers, this},
		{`UPDATE demands SET (kind, asked_until) = (SELECT MAX(a.kind), MAX(a.asked_until)` + itsAskers + thisDemand + ` AND status <> 'done'`, this},
	} {
		if _, err := tx.ExecContext(ctx, step.statement, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// wantedDemand and abandonedDemand find the newest demand of a kind that may be taken.
const (
	wantedDemand    = newestDemand + `t.status = 'queued' AND t.kind = $1` + newestFirst
	abandonedDemand = newestDemand + `t.status = 'leased' AND t.kind = $1 AND t.lease_until < $2` + newestFirst

	newestDemand = `SELECT t.video_id, t.rendition, t.segment, t.asked_at FROM demands t WHERE `
	newestFirst  = ` ORDER BY t.asked_at DESC LIMIT 1`
)

// unwanted are demands whose every asker is dead; while one is being made, its maker is
// let finish.
const unwanted = `t.status IN ('queued', 'failed') AND t.asked_until < $1 OR t.status = 'leased' AND t.asked_until < $1 AND t.lease_until < $1`

func (s Pipeline) TakeDemand(ctx context.Context, owner string, kind pipeline.DemandKind, lease time.Duration) (pipeline.DemandWork, error) {
	w := pipeline.DemandWork{Owner: owner}
	w.Kind = kind
	err := s.db.inTx(ctx, "sqlstore.take_demand", func(tx jobs.Tx) error {
		w.Segment = pipeline.Segment{}
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.forget(ctx, tx, unwanted, at); err != nil {
			return err
		}
		var newest time.Time
		for query, args := range map[string][]any{wantedDemand: {string(kind)}, abandonedDemand: {string(kind), at}} {
			var g pipeline.Segment
			var askedAt time.Time
			err := tx.QueryRowContext(ctx, query+s.db.engine.takeLock(), args...).Scan(&g.VideoID, &g.Rendition, &g.Index, &askedAt)
			switch {
			case errors.Is(err, sql.ErrNoRows):
			case err != nil:
				return err
			case askedAt.After(newest):
				newest, w.Segment = askedAt, g
			}
		}
		return changeRow(ctx, tx, `UPDATE demands SET status = 'leased', lease_owner = $4, lease_until = $5`+thisDemand,
			w.VideoID, w.Rendition, w.Index, owner, at.Add(lease))
	})
	return w, err
}

func (s Pipeline) RenewDemand(ctx context.Context, w pipeline.DemandWork, lease time.Duration) (kind pipeline.DemandKind, err error) {
	err = s.db.inTx(ctx, "sqlstore.renew_demand", func(tx jobs.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE demands SET lease_until = `+s.db.engine.moment("$5")+heldDemand+` RETURNING kind`,
			w.VideoID, w.Rendition, w.Index, w.Owner, s.db.engine.instant(lease)).Scan(&kind)
	})
	return kind, err
}

func (s Pipeline) ReleaseDemand(ctx context.Context, w pipeline.DemandWork) error {
	return s.db.changeOne(ctx, "sqlstore.release_demand", `UPDATE demands SET status = 'queued', lease_until = NULL`+heldDemand,
		w.VideoID, w.Rendition, w.Index, w.Owner)
}

func (s Pipeline) DemandFailed(ctx context.Context, w pipeline.DemandWork, most int) (gaveUp bool, err error) {
	err = s.db.inTx(ctx, "sqlstore.demand_failed", func(tx jobs.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE demands SET lease_until = NULL, attempts = attempts + 1,
			status = CASE WHEN attempts + 1 >= $5 THEN 'failed' ELSE 'queued' END`+heldDemand+`
			RETURNING status = 'failed'`, w.VideoID, w.Rendition, w.Index, w.Owner, most).Scan(&gaveUp)
	})
	return gaveUp, err
}

func (s Pipeline) DemandDone(ctx context.Context, g pipeline.Segment, bytes int64) error {
	return s.db.inTx(ctx, "sqlstore.demand_done", func(tx jobs.Tx) error {
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		var whole bool
		if err := tx.QueryRowContext(ctx, `SELECT whole FROM renditions WHERE video_id = $1 AND id = $2 AND $3 >= 0 AND segments > $3`,
			g.VideoID, g.Rendition, g.Index).Scan(&whole); err != nil || whole {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO demands (video_id, rendition, segment, kind, asked_at, asked_until, status, bytes)
			VALUES ($1, $2, $3, 'waited', $4, $4, 'done', $5)
			ON CONFLICT (video_id, rendition, segment) DO UPDATE SET status = 'done', bytes = excluded.bytes, lease_until = NULL`,
			g.VideoID, g.Rendition, g.Index, at, bytes); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE FROM demand_askers`+thisDemand, g.VideoID, g.Rendition, g.Index)
		return err
	})
}

func (s Pipeline) MadeOnDemand(ctx context.Context, videoID string) (map[string][]int, error) {
	const op = "sqlstore.made_on_demand"
	rows, err := s.db.read.QueryContext(ctx, `SELECT rendition, segment FROM demands
		WHERE video_id = $1 AND status = 'done' ORDER BY rendition, segment`, videoID)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	made := map[string][]int{}
	_, err = collect(rows, func(r *sql.Rows) (struct{}, error) {
		var rendition string
		var segment int
		err := r.Scan(&rendition, &segment)
		made[rendition] = append(made[rendition], segment)
		return struct{}{}, err
	})
	return made, s.db.fail(op, err)
}

// forget deletes demands, but for those that somebody is changing right now: who waited
// for them could be waited for.
func (s Pipeline) forget(ctx context.Context, tx jobs.Tx, which string, args ...any) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM demands WHERE (video_id, rendition, segment) IN
		(SELECT t.video_id, t.rendition, t.segment FROM demands t WHERE `+which+s.db.engine.takeLock()+`)`, args...)
	return err
}
