package sqlstore

import (
	"context"
	"database/sql"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

func (s Pipeline) Texts(ctx context.Context, videoID string) (t pipeline.ReadTexts, read bool, err error) {
	const op = "sqlstore.texts"
	if err := s.db.read.QueryRowContext(ctx, `SELECT texts_read FROM videos WHERE id = $1`, videoID).Scan(&read); err != nil {
		return t, false, s.db.fail(op, err)
	}
	rows, err := s.db.read.QueryContext(ctx, `SELECT id, language, label, is_default, forced, sdh, added
		FROM subtitles WHERE video_id = $1 ORDER BY number`, videoID)
	if err != nil {
		return t, false, s.db.fail(op, err)
	}
	if t.Subtitles, err = collect(rows, func(r *sql.Rows) (o plan.Subtitle, err error) {
		return o, r.Scan(&o.ID, &o.Language, &o.Label, &o.Default, &o.Forced, &o.SDH, &o.Added)
	}); err != nil {
		return t, false, s.db.fail(op, err)
	}
	if rows, err = s.db.read.QueryContext(ctx, `SELECT title, start_seconds, end_seconds
		FROM chapters WHERE video_id = $1 ORDER BY number`, videoID); err != nil {
		return t, false, s.db.fail(op, err)
	}
	t.Chapters, err = collect(rows, func(r *sql.Rows) (c plan.Chapter, err error) {
		return c, r.Scan(&c.Title, &c.StartSeconds, &c.EndSeconds)
	})
	return t, read, s.db.fail(op, err)
}

func (s Pipeline) NumberSubtitles(ctx context.Context, videoID string, count int) (first int, err error) {
	err = s.db.inTx(ctx, "sqlstore.number_subtitles", func(tx jobs.Tx) error {
		return tx.QueryRowContext(ctx, `UPDATE videos SET subtitle_numbers = subtitle_numbers + $2
			WHERE id = $1 RETURNING subtitle_numbers - $2`, videoID, count).Scan(&first)
	})
	return first, err
}

func (s Pipeline) SaveTexts(ctx context.Context, videoID string, t pipeline.ReadTexts) error {
	return s.db.inTx(ctx, "sqlstore.save_texts", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE videos SET texts_read = TRUE WHERE id = $1 AND NOT texts_read`, videoID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		for _, one := range t.Subtitles {
			if err := insertSubtitle(ctx, tx, videoID, one); err != nil {
				return err
			}
		}
		for i, c := range t.Chapters {
			if _, err := tx.ExecContext(ctx, `INSERT INTO chapters (video_id, number, title, start_seconds, end_seconds)
				VALUES ($1, $2, $3, $4, $5)`, videoID, i, c.Title, c.StartSeconds, c.EndSeconds); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s Pipeline) ReadLater(ctx context.Context) error {
	return s.db.inTx(ctx, "sqlstore.read_later", func(tx jobs.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT v.id FROM videos v JOIN plans p ON p.video_id = v.id WHERE NOT v.texts_read ORDER BY v.id`)
		if err != nil {
			return err
		}
		ids, err := collect(rows, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := tx.Enqueue(ctx, pipeline.Texts{VideoID: id}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s Pipeline) AddSubtitle(ctx context.Context, videoID string, one plan.Subtitle) error {
	const op = "sqlstore.add_subtitle"
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		var there int
		if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM subtitles WHERE video_id = $1`, videoID).Scan(&there); err != nil {
			return err
		}
		if there >= plan.MaxSubtitles {
			return fault.New(fault.Conflict, op, "too_many_subtitles", "This film has 64 subtitles already. Remove one first.")
		}
		return insertSubtitle(ctx, tx, videoID, one)
	})
}

func insertSubtitle(ctx context.Context, tx jobs.Tx, videoID string, one plan.Subtitle) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO subtitles (video_id, id, number, language, label, is_default, forced, sdh, added, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		videoID, one.ID, one.Number(), one.Language, one.Label, one.Default, one.Forced, one.SDH, one.Added, now())
	return err
}

func (s Pipeline) RemoveSubtitle(ctx context.Context, videoID, id string) error {
	return s.db.changeOne(ctx, "sqlstore.remove_subtitle", `DELETE FROM subtitles WHERE video_id = $1 AND id = $2`, videoID, id)
}
