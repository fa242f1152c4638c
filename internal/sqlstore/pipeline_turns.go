package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Films take turns in each lane, by start-time fair queueing (Goyal, Vin and Cheng, 1996):
// the i-th task of a film has the turn i after where its lane is when the film comes. So
// a film that was there first does not keep another waiting for all of it, and one that
// comes later does not overtake.

// insertTasks queues the tasks of a plan.
func insertTasks(ctx context.Context, tx jobs.Tx, videoID string, tasks []plan.Task, at time.Time) error {
	turns := map[plan.Lane]int64{}
	for some := range slices.Chunk(tasks, tasksAtOnce) { // a row at a time, a long film's take a tenth of a second
		var rows []string
		args := []any{videoID, at}
		for _, t := range some {
			turn, begun := turns[t.Lane]
			if !begun {
				var err error
				if turn, err = laneTurn(ctx, tx, int(t.Lane), videoID); err != nil {
					return err
				}
			}
			turns[t.Lane] = turn + 1
			doc, err := json.Marshal(t)
			if err != nil {
				return err
			}
			n := len(args)
			rows = append(rows, fmt.Sprintf("($1, $%d, $%d, $%d, 'queued', $2, $%d, $%d, $%d)", n+1, n+2, n+3, n+4, n+5, n+6))
			args = append(args, t.Seq, int(t.Lane), string(doc), turn, t.FirstSegment, t.Segments)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO encode_tasks (video_id, seq, lane, task, status, queued_at, turn, first_segment, segments)
			VALUES `+strings.Join(rows, ", "), args...); err != nil {
			return err
		}
	}
	return nil
}

// tasksAtOnce keeps a statement's parameters well below what databases allow.
const tasksAtOnce = 200

// laneTurn is where a lane is: the least turn of another film that is queued or being
// worked on, or the last that was taken.
func laneTurn(ctx context.Context, tx jobs.Tx, lane int, but string) (turn int64, err error) {
	least := int64(-1)
	for _, status := range []string{"queued", "leased"} {
		err := tx.QueryRowContext(ctx, `SELECT t.turn FROM encode_tasks t WHERE t.status = $1 AND t.lane = $2 AND t.video_id <> $3`+isWorkedOn+`
			ORDER BY t.turn LIMIT 1`, status, lane, but).Scan(&turn)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return 0, err
		case least < 0 || turn < least:
			least = turn
		}
	}
	if least >= 0 {
		return least, nil
	}
	err = tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(turn), 0) FROM encode_tasks WHERE status = 'done' AND lane = $1`, lane).Scan(&turn)
	return turn, err
}

// takeTurnsAgain moves what is queued of a film that was away to where its lanes are now.
func takeTurnsAgain(ctx context.Context, tx jobs.Tx, videoID string) error {
	rows, err := tx.QueryContext(ctx, `SELECT lane, MIN(turn) FROM encode_tasks WHERE video_id = $1 AND status = 'queued' GROUP BY lane`, videoID)
	if err != nil {
		return err
	}
	type place struct {
		lane int
		turn int64
	}
	places, err := collect(rows, func(r *sql.Rows) (p place, err error) { return p, r.Scan(&p.lane, &p.turn) })
	if err != nil {
		return err
	}
	for _, p := range places {
		turn, err := laneTurn(ctx, tx, p.lane, videoID)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE encode_tasks SET turn = turn + $3
			WHERE video_id = $1 AND lane = $2 AND status = 'queued'`, videoID, p.lane, turn-p.turn); err != nil {
			return err
		}
	}
	return nil
}
