package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Pipeline is pipeline.Store on SQL: plans, renditions and the end of a video's making.
// The work rows are in pipeline_work.go.
type Pipeline struct{ db *DB }

var _ pipeline.Store = Pipeline{}

// Pipeline returns the store of plans, renditions and encode tasks.
func (d *DB) Pipeline() Pipeline { return Pipeline{d} }

func (s Pipeline) Source(ctx context.Context, videoID string) (pipeline.Source, error) {
	src := pipeline.Source{VideoID: videoID}
	err := s.db.read.QueryRowContext(ctx, `SELECT blob_key, COALESCE(NULLIF(encode_key, ''), blob_key), size
		FROM sources WHERE video_id = $1`, videoID).Scan(&src.BlobKey, &src.EncodeKey, &src.Size)
	return src, s.db.fail("sqlstore.source", err)
}

func (s Pipeline) Plan(ctx context.Context, videoID string) (plan.Plan, error) {
	var doc string
	var p plan.Plan
	err := s.db.read.QueryRowContext(ctx, `SELECT plan FROM plans WHERE video_id = $1`, videoID).Scan(&doc)
	if err == nil {
		err = json.Unmarshal([]byte(doc), &p)
	}
	return p, s.db.fail("sqlstore.plan", err)
}

func (s Pipeline) SavePlan(ctx context.Context, planned pipeline.Planned) error {
	const op = "sqlstore.save_plan"
	videoID, p := planned.Source.VideoID, planned.Plan
	report, err := json.Marshal(planned.Report)
	if err != nil {
		return fault.Wrap(op, err)
	}
	doc, err := json.Marshal(p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		// Writing the video's row locks it: its status stays as it is found here.
		if err := changeRow(ctx, tx, `UPDATE videos SET status = status WHERE id = $1 AND status = 'processing'`, videoID); err != nil {
			return err
		}
		at := now()
		res, err := tx.ExecContext(ctx, `INSERT INTO plans (video_id, report, plan, created_at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (video_id) DO NOTHING`, videoID, string(report), string(doc), at)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE videos SET duration_seconds = $2, width = $3, height = $4, updated_at = $5
			WHERE id = $1`, videoID, p.DurationSeconds, p.Picture.Width, p.Picture.Height, at); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE sources SET encode_key = $2 WHERE video_id = $1`, videoID, planned.Source.EncodeKey); err != nil {
			return err
		}
		for _, f := range planned.Report.Faults {
			if err := mark(ctx, tx, videoID, catalog.Mark{Code: f.Code, Detail: f.Detail}); err != nil {
				return err
			}
		}
		for i, rd := range p.Renditions {
			whole, done := planned.Whole[rd.ID], 0
			if rd.Copy {
				done = len(p.Grid.Segments)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO renditions
				(video_id, id, position, kind, width, height, language, codec, codecs, bandwidth, segments, segments_done, whole, peak_bandwidth, average_bandwidth)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
				videoID, rd.ID, i, string(rd.Kind), rd.Width, rd.Height, rd.Language, string(rd.Codec), planned.Codecs[rd.ID], rd.Bandwidth,
				len(p.Grid.Segments), done, rd.Copy, whole.Peak, whole.Average); err != nil {
				return err
			}
		}
		if err := tx.Enqueue(ctx, pipeline.Texts{VideoID: videoID}); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, pipeline.Pictures{VideoID: videoID}); err != nil {
			return err
		}
		if len(p.Of(plan.Audio)) > 0 {
			if err := tx.Enqueue(ctx, pipeline.Loudness{VideoID: videoID}); err != nil {
				return err
			}
		}
		_, err = s.begin(ctx, tx, videoID, p)
		return err
	})
}

func (s Pipeline) Begin(ctx context.Context, videoID string, codecs map[string]string) (all bool, err error) {
	p, err := s.Plan(ctx, videoID)
	if err != nil {
		return false, err
	}
	err = s.db.inTx(ctx, "sqlstore.begin", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		for id, codec := range codecs {
			if _, err := tx.ExecContext(ctx, `UPDATE renditions SET codecs = $3 WHERE video_id = $1 AND id = $2 AND codecs = ''`, videoID, id, codec); err != nil {
				return err
			}
		}
		all, err = s.begin(ctx, tx, videoID, p)
		return err
	})
	return all, err
}

// begin queues a plan's tasks, once, when the codecs of all renditions are known but of those
// that are made late. What is played as it is makes a video playable as soon as its sound could be made too.
func (s Pipeline) begin(ctx context.Context, tx jobs.Tx, videoID string, p plan.Plan) (all bool, err error) {
	var copied, silent, unknown, left, tasks int
	if err := tx.QueryRowContext(ctx, `SELECT
		COUNT(CASE WHEN kind = 'video' AND whole THEN 1 END),
		COUNT(CASE WHEN kind = 'audio' AND codecs = '' THEN 1 END),
		COUNT(CASE WHEN codecs = ''`+notLate+` THEN 1 END),
		COUNT(CASE WHEN NOT whole THEN 1 END),
		(SELECT COUNT(*) FROM encode_tasks WHERE video_id = $1)
		FROM renditions WHERE video_id = $1`, videoID).Scan(&copied, &silent, &unknown, &left, &tasks); err != nil {
		return false, err
	}
	if copied > 0 && silent == 0 {
		if _, err := tx.ExecContext(ctx, `UPDATE videos SET playable = TRUE WHERE id = $1`, videoID); err != nil {
			return false, err
		}
	}
	if unknown == 0 && tasks == 0 && left > 0 {
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return false, err
		}
		if err := insertTasks(ctx, tx, videoID, p.Tasks, at); err != nil {
			return false, err
		}
	}
	return allWhole(ctx, tx, videoID)
}

func (s Pipeline) Drop(ctx context.Context, videoID string, renditions []string) (all bool, err error) {
	err = s.db.inTx(ctx, "sqlstore.drop", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		for _, id := range renditions {
			if _, err := tx.ExecContext(ctx, `DELETE FROM renditions WHERE video_id = $1 AND id = $2`, videoID, id); err != nil {
				return err
			}
		}
		all, err = allWhole(ctx, tx, videoID)
		return err
	})
	return all, err
}

func (s Pipeline) GiveUpLate(ctx context.Context, videoID string) (renditions []string, err error) {
	err = s.db.inTx(ctx, "sqlstore.give_up_late", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM encode_tasks WHERE video_id = $1 AND lane = $2 AND status <> 'done'`,
			videoID, int(plan.LaneAV1)); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, `DELETE FROM renditions WHERE video_id = $1 AND codec <> '' AND NOT whole RETURNING id`, videoID)
		if err != nil {
			return err
		}
		renditions, err = collect(rows, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
		return err
	})
	return renditions, err
}

func allWhole(ctx context.Context, tx jobs.Tx, videoID string) (bool, error) {
	var left int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM renditions WHERE video_id = $1 AND NOT whole`+notLate, videoID).Scan(&left)
	return left == 0, err
}

// notLate are the renditions that a film is not ready without.
const notLate = ` AND codec = ''`

func (s Pipeline) Made(ctx context.Context, videoID string) (map[string]plan.Made, error) {
	const op = "sqlstore.made"
	rows, err := s.db.read.QueryContext(ctx, `SELECT id, codecs, whole, peak_bandwidth, average_bandwidth, lufs, true_peak
		FROM renditions WHERE video_id = $1`, videoID)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	made := map[string]plan.Made{}
	_, err = collect(rows, func(r *sql.Rows) (struct{}, error) {
		var id string
		var m plan.Made
		var lufs, peak sql.NullFloat64
		err := r.Scan(&id, &m.Codecs, &m.Whole, &m.PeakBandwidth, &m.AverageBandwidth, &lufs, &peak)
		if lufs.Valid {
			m.Loudness = &plan.Loudness{LUFS: lufs.Float64, TruePeak: peak.Float64}
		}
		made[id] = m
		return struct{}{}, err
	})
	if err == nil && len(made) == 0 { // not planned yet, or there is no such video
		err = s.db.read.QueryRowContext(ctx, `SELECT id FROM videos WHERE id = $1`, videoID).Scan(new(string))
	}
	return made, s.db.fail(op, err)
}

func (s Pipeline) MarkWhole(ctx context.Context, videoID, rendition string, m pipeline.Measured) (all bool, err error) {
	err = s.db.inTx(ctx, "sqlstore.mark_whole", func(tx jobs.Tx) error {
		// The video's row is written first, so that two renditions finishing at once take
		// turns and the later one sees both.
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		if err := changeRow(ctx, tx, `UPDATE renditions SET whole = TRUE, peak_bandwidth = $3, average_bandwidth = $4
			WHERE video_id = $1 AND id = $2 AND segments_done = segments`, videoID, rendition, m.Peak, m.Average); err != nil {
			return err
		}
		if err := s.forget(ctx, tx, `t.video_id = $1 AND t.rendition = $2`, videoID, rendition); err != nil {
			return err
		}
		var pictures, sounds, soundsLeft, left int
		if err := tx.QueryRowContext(ctx, `SELECT
			COUNT(CASE WHEN kind = 'video' AND whole THEN 1 END),
			COUNT(CASE WHEN kind = 'audio' THEN 1 END),
			COUNT(CASE WHEN kind = 'audio' AND NOT whole THEN 1 END),
			COUNT(CASE WHEN NOT whole THEN 1 END)
			FROM renditions WHERE video_id = $1`+notLate, videoID).Scan(&pictures, &sounds, &soundsLeft, &left); err != nil {
			return err
		}
		all = left == 0
		if pictures == 0 || soundsLeft > 0 {
			return nil
		}
		_, err := tx.ExecContext(ctx, `UPDATE videos SET playable = TRUE WHERE id = $1`, videoID)
		return err
	})
	return all, err
}

func (s Pipeline) SetPictures(ctx context.Context, videoID string, p pipeline.Shown) error {
	return s.db.changeOne(ctx, "sqlstore.set_pictures", `UPDATE videos
		SET still_key = $2, blur_hash = $3, pictures = $4, updated_at = $5 WHERE id = $1`,
		videoID, p.StillKey, p.BlurHash, p.Sprites, now())
}

func (s Pipeline) SetLoudness(ctx context.Context, videoID string, measured map[string]plan.Loudness) error {
	return s.db.inTx(ctx, "sqlstore.set_loudness", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		for id, l := range measured {
			if _, err := tx.ExecContext(ctx, `UPDATE renditions SET lufs = $3, true_peak = $4 WHERE video_id = $1 AND id = $2`,
				videoID, id, l.LUFS, l.TruePeak); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sprites returns what SetPictures stored of a video's sprites, "" until then.
func (s Pipeline) Sprites(ctx context.Context, videoID string) (string, error) {
	var doc string
	err := s.db.read.QueryRowContext(ctx, `SELECT pictures FROM videos WHERE id = $1`, videoID).Scan(&doc)
	return doc, s.db.fail("sqlstore.sprites", err)
}

func (s Pipeline) Mark(ctx context.Context, videoID string, m catalog.Mark) error {
	return s.db.inTx(ctx, "sqlstore.mark", func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `UPDATE videos SET updated_at = $2 WHERE id = $1`, videoID, now()); err != nil {
			return err
		}
		return mark(ctx, tx, videoID, m)
	})
}

// mark keeps the first mark of each code.
func mark(ctx context.Context, tx jobs.Tx, videoID string, m catalog.Mark) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO video_marks (video_id, code, detail) VALUES ($1, $2, $3)
		ON CONFLICT (video_id, code) DO NOTHING`, videoID, m.Code, m.Detail)
	return err
}

func (s Pipeline) SetReady(ctx context.Context, videoID, hlsURL string) error {
	return s.db.changeOne(ctx, "sqlstore.set_ready", `UPDATE videos SET status = 'ready', hls_url = $2, updated_at = $3
		WHERE id = $1 AND status IN ('processing', 'ready')`, videoID, hlsURL, now())
}

func (s Pipeline) SetFailed(ctx context.Context, videoID, code, detail string) error {
	return s.db.changeOne(ctx, "sqlstore.set_failed", `UPDATE videos
		SET status = 'failed', error_code = $2, error_detail = $3, updated_at = $4
		WHERE id = $1 AND status = 'processing'`, videoID, code, detail, now())
}

func (s Pipeline) Retry(ctx context.Context, videoID string) error {
	const op = "sqlstore.retry"
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		at, err := s.db.engine.clock(ctx, tx)
		if err != nil {
			return err
		}
		err = changeRow(ctx, tx, `UPDATE videos SET status = 'processing', error_code = '', error_detail = '', updated_at = $2
			WHERE id = $1 AND status = 'failed'`, videoID, at)
		if errors.Is(err, sql.ErrNoRows) {
			if err := tx.QueryRowContext(ctx, `SELECT id FROM videos WHERE id = $1`, videoID).Scan(new(string)); err != nil {
				return err
			}
			return fault.New(fault.Conflict, op, "not_failed", "Only a video that has failed can be tried again.")
		}
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE encode_tasks SET status = 'queued', lease_until = NULL, attempts = 0, queued_at = $2
			WHERE video_id = $1 AND status <> 'done'`, videoID, at); err != nil {
			return err
		}
		if err := takeTurnsAgain(ctx, tx, videoID); err != nil {
			return err
		}
		if err := s.forget(ctx, tx, `t.video_id = $1 AND t.status = 'failed'`, videoID); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, pipeline.Prepare{VideoID: videoID, Retry: at.UnixMicro()}); err != nil {
			return err
		}
		return finishAgain(ctx, tx, videoID, at)
	})
}

// finishAgain enqueues Finished for each rendition whose segments are all stored: had it
// been that which failed, no task were left to lead there again.
func finishAgain(ctx context.Context, tx jobs.Tx, videoID string, at time.Time) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM renditions WHERE video_id = $1 AND segments_done = segments`, videoID)
	if err != nil {
		return err
	}
	ids, err := collect(rows, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.Enqueue(ctx, pipeline.Finished{VideoID: videoID, Rendition: id, Retry: at.UnixMicro()}); err != nil {
			return err
		}
	}
	return nil
}
