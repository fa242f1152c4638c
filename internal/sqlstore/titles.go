package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/pipeline/plan"
	"github.com/kkmovies/kkmovies/internal/playback"
)

// Deliverable is delivery.Titles on SQL.
type Deliverable struct{ db *DB }

// Playable is playback.Titles on SQL.
type Playable struct{ db *DB }

var (
	_ delivery.Titles = Deliverable{}
	_ playback.Titles = Playable{}
)

// Deliverable returns what delivery may know of videos.
func (d *DB) Deliverable() Deliverable { return Deliverable{d} }

// Playable returns what playback may know of videos.
func (d *DB) Playable() Playable { return Playable{d} }

func (s Deliverable) Title(ctx context.Context, videoID string) (delivery.Title, error) {
	var t delivery.Title
	p, _, sprites, rating, err := s.db.title(ctx, videoID)
	if err != nil {
		return t, err
	}
	t.Rating = rating
	if sprites != "" {
		if err := json.Unmarshal([]byte(sprites), &t.Sprites); err != nil {
			return t, s.db.fail("sqlstore.title", err)
		}
	}
	t.Plan = p
	if t.Made, err = s.db.Pipeline().Made(ctx, videoID); err != nil {
		return t, err
	}
	texts, _, err := s.db.Pipeline().Texts(ctx, videoID)
	t.Subtitles = texts.Subtitles
	return t, err
}

func (s Playable) Title(ctx context.Context, videoID string) (playback.Title, error) {
	p, playable, sprites, rating, err := s.db.title(ctx, videoID)
	if err != nil {
		return playback.Title{}, err
	}
	made, err := s.db.Pipeline().Made(ctx, videoID)
	if err != nil {
		return playback.Title{}, err
	}
	finished, err := s.finished(ctx, videoID)
	if err != nil {
		return playback.Title{}, err
	}
	onDemand, err := s.db.Pipeline().MadeOnDemand(ctx, videoID)
	if err != nil {
		return playback.Title{}, err
	}
	texts, _, err := s.db.Pipeline().Texts(ctx, videoID)
	return playback.Title{
		Plan: p, Rating: rating, Made: made, Playable: playable, Finished: finished, OnDemand: onDemand, Previews: sprites != "",
		Subtitles: texts.Subtitles, Chapters: texts.Chapters,
	}, err
}

// finished returns the Seq of every task that is done.
func (s Playable) finished(ctx context.Context, videoID string) ([]int, error) {
	const op = "sqlstore.finished"
	rows, err := s.db.read.QueryContext(ctx, `SELECT seq FROM encode_tasks WHERE video_id = $1 AND status = 'done'`, videoID)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	finished, err := collect(rows, func(r *sql.Rows) (int, error) {
		var seq int
		err := r.Scan(&seq)
		return seq, err
	})
	return finished, s.db.fail(op, err)
}

// title returns a video's plan, empty while there is none, whether it can be played, and
// its sprites' layout and its rating.
func (d *DB) title(ctx context.Context, videoID string) (p plan.Plan, playable bool, sprites string, rating catalog.Rating, err error) {
	const op = "sqlstore.title"
	var doc string
	err = d.read.QueryRowContext(ctx, `SELECT COALESCE(p.plan, ''), v.playable, v.pictures, v.maturity_rating
		FROM videos v LEFT JOIN plans p ON p.video_id = v.id WHERE v.id = $1`, videoID).
		Scan(&doc, &playable, &sprites, ratingColumn{&rating})
	if err == nil && doc != "" {
		err = json.Unmarshal([]byte(doc), &p)
	}
	return p, playable, sprites, rating, d.fail(op, err)
}
