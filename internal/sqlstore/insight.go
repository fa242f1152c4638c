package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Insight is insight.Store and insight.Films on SQL.
type Insight struct{ db *DB }

var (
	_ insight.Store = Insight{}
	_ insight.Films = Insight{}
)

// Insight returns the store of what happened in playings.
func (d *DB) Insight() Insight { return Insight{d} }

func (s Insight) Film(ctx context.Context, videoID string) (f insight.Film, err error) {
	err = s.db.read.QueryRowContext(ctx, `SELECT maturity_rating, COALESCE(duration_seconds, 0) FROM videos WHERE id = $1`, videoID).
		Scan(ratingColumn{&f.Rating}, &f.DurationSeconds)
	return f, s.db.fail("sqlstore.insight_film", err)
}

// Named asks for a page of a list.
func (s Insight) Named(ctx context.Context, videoIDs ...string) (map[string]catalog.Video, error) {
	videos := map[string]catalog.Video{}
	for ids := range slices.Chunk(videoIDs, mostAtOnce) {
		list, err := listOf(ctx, s.db, func(r *sql.Rows) (catalog.Video, error) { return scanVideo(r) },
			selectVideo+`WHERE id IN `+places(len(ids)), anys(ids)...)
		if err != nil {
			return nil, s.db.fail("sqlstore.insight_named", err)
		}
		for _, v := range list {
			videos[v.ID] = v
		}
	}
	return videos, nil
}

// Record goes through the playings in their order, and after them through the videos in theirs:
// of two processes that write at once neither waits for the other while the other waits for it.
// It is tried again where a profile or a video went in the same moment: then it is left out.
func (s Insight) Record(ctx context.Context, playings []insight.Playing) error {
	pause := backOff{first: 2 * time.Millisecond}
	for attempt := 1; ; attempt++ {
		err := s.db.inTx(ctx, "sqlstore.insight_record", func(tx jobs.Tx) error { return recordPlayings(ctx, tx, playings) })
		if !fault.Is(err, fault.Conflict) || attempt == mostRepeats || ctx.Err() != nil {
			return err
		}
		pause.wait(ctx)
	}
}

func recordPlayings(ctx context.Context, tx jobs.Tx, playings []insight.Playing) error {
	var seen []insight.Playing // for the first time
	for _, p := range playings {
		first, err := recordPlaying(ctx, tx, p)
		if err != nil {
			return err
		}
		if first {
			seen = append(seen, p)
		}
	}
	return countSeen(ctx, tx, seen)
}

// recordPlaying joins a playing with what is kept of it, and reports whether it is seen for the
// first time. Its row is written before it is read, so that it stays as it was read.
func recordPlaying(ctx context.Context, tx jobs.Tx, p insight.Playing) (first bool, err error) {
	var parts, events string
	known := insight.Playing{Viewer: p.Viewer, VideoID: p.VideoID, SessionID: p.SessionID}
	err = tx.QueryRowContext(ctx, `
		INSERT INTO playings (video_id, profile_id, session_id, user_id, began_at, seen, parts, events)
		SELECT v.id, p.id, $3, p.user_id, $5, FALSE, '', '' FROM profiles p JOIN videos v ON v.id = $1 WHERE p.id = $2 AND p.user_id = $4
		ON CONFLICT (video_id, profile_id, session_id) DO UPDATE SET user_id = excluded.user_id
		RETURNING began_at, parts, events`,
		p.VideoID, p.Viewer.ProfileID, p.SessionID, p.Viewer.UserID, micros(p.Began)).Scan(&known.Began, &parts, &events)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil // the video or the profile is gone
	}
	if err == nil {
		err = readPlaying(&known, parts, events)
	}
	if err != nil {
		return false, err
	}
	joined := known.Join(p)
	text, err := json.Marshal(joined.Events)
	if err != nil {
		return false, err
	}
	if joined.Parts == known.Parts && string(text) == events {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, `UPDATE playings SET began_at = $4, seen = $5, parts = $6, events = $7
		WHERE video_id = $1 AND profile_id = $2 AND session_id = $3`,
		p.VideoID, p.Viewer.ProfileID, p.SessionID, micros(joined.Began), joined.Seen(), joined.Parts.String(), string(text)); err != nil {
		return false, err
	}
	if events == "" { // a new one
		if err := dropEarlier(ctx, tx, p); err != nil {
			return false, err
		}
	}
	return joined.Seen() && !known.Seen(), nil
}

// dropEarlier removes what is more than is kept of one profile and video.
func dropEarlier(ctx context.Context, tx jobs.Tx, p insight.Playing) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM playings WHERE video_id = $1 AND profile_id = $2 AND session_id IN
		(SELECT session_id FROM playings WHERE video_id = $1 AND profile_id = $2 ORDER BY began_at DESC, session_id DESC LIMIT $3 OFFSET $4)`,
		p.VideoID, p.Viewer.ProfileID, insight.MostOfOne, insight.MostOfOne)
	return err
}

const viewersPlayings = `SELECT COUNT(*) FROM playings WHERE video_id = $1 AND profile_id = $2 AND seen`

// countSeen counts playings that are seen for the first time, in the order of their videos. The
// row of a video is held from when it is written, so that of two playings of one viewer, in two
// processes, the second sees the first.
func countSeen(ctx context.Context, tx jobs.Tx, seen []insight.Playing) error {
	for len(seen) > 0 {
		video, n := seen[0].VideoID, 0
		of := map[string]int{} // profiles
		for n < len(seen) && seen[n].VideoID == video {
			of[seen[n].Viewer.ProfileID]++
			n++
		}
		seen = seen[n:]
		if _, err := tx.ExecContext(ctx, `INSERT INTO watched_videos (video_id, viewers, playings) VALUES ($1, 0, $2)
			ON CONFLICT (video_id) DO UPDATE SET playings = watched_videos.playings + excluded.playings`, video, n); err != nil {
			return err
		}
		viewers := 0
		for profile, playings := range of {
			var all int
			if err := tx.QueryRowContext(ctx, viewersPlayings, video, profile).Scan(&all); err != nil {
				return err
			}
			if all <= playings {
				viewers++
			}
		}
		if viewers == 0 {
			continue
		}
		if err := changeRow(ctx, tx, `UPDATE watched_videos SET viewers = viewers + $2 WHERE video_id = $1`, video, viewers); err != nil {
			return err
		}
	}
	return nil
}

// readPlaying reads what a row keeps as text.
func readPlaying(p *insight.Playing, parts, events string) (err error) {
	p.Began = p.Began.UTC()
	if p.Parts, err = insight.ParseParts(parts); err == nil && events != "" {
		err = json.Unmarshal([]byte(events), &p.Events)
	}
	if err != nil {
		return fmt.Errorf("the playing %s: %w", p.SessionID, err)
	}
	return nil
}

const (
	selectPlaying  = `SELECT user_id, profile_id, video_id, session_id, began_at, parts, events FROM playings `
	latestPlayings = selectPlaying + `WHERE video_id = $1 AND seen ORDER BY began_at DESC LIMIT $2`
)

func (s Insight) Playings(ctx context.Context, videoID string, most int) ([]insight.Playing, error) {
	list, err := listOf(ctx, s.db, scanPlaying, latestPlayings, videoID, max(0, most))
	return list, s.db.fail("sqlstore.playings", err)
}

func scanPlaying(r *sql.Rows) (p insight.Playing, err error) {
	var parts, events string
	if err = r.Scan(&p.Viewer.UserID, &p.Viewer.ProfileID, &p.VideoID, &p.SessionID, &p.Began, &parts, &events); err == nil {
		err = readPlaying(&p, parts, events)
	}
	return p, err
}

func (s Insight) Export(ctx context.Context, userID string) ([]insight.Playing, error) {
	list, err := listOf(ctx, s.db, scanPlaying, selectPlaying+`WHERE profile_id IN (SELECT id FROM profiles WHERE user_id = $1)
		ORDER BY began_at, video_id, session_id`, userID)
	return list, s.db.fail("sqlstore.export_playings", err)
}

const videosByViewers = `SELECT video_id, viewers, playings FROM watched_videos
	WHERE (viewers, video_id) < ($1, $2) ORDER BY viewers DESC, video_id DESC LIMIT $3`

func (s Insight) Watched(ctx context.Context, after *insight.Watched, most int) ([]insight.Watched, error) {
	if after == nil {
		after = &insight.Watched{Viewers: 1 << 53}
	}
	list, err := listOf(ctx, s.db, func(r *sql.Rows) (w insight.Watched, err error) {
		return w, r.Scan(&w.VideoID, &w.Viewers, &w.Playings)
	}, videosByViewers, after.Viewers, after.VideoID, max(0, most))
	return list, s.db.fail("sqlstore.watched_videos", err)
}

func (s Insight) Of(ctx context.Context, videoID string) (insight.Watched, error) {
	w := insight.Watched{VideoID: videoID}
	err := s.db.read.QueryRowContext(ctx, `SELECT viewers, playings FROM watched_videos WHERE video_id = $1`, videoID).Scan(&w.Viewers, &w.Playings)
	if errors.Is(err, sql.ErrNoRows) {
		return w, nil
	}
	return w, s.db.fail("sqlstore.watched_video", err)
}

// Everything below removes.

func (s Insight) Leave(ctx context.Context, v insight.Viewer, videoIDs ...string) error {
	const op, ofProfile = "sqlstore.insight_leave", `DELETE FROM playings WHERE profile_id = $1 AND user_id = $2`
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		if len(videoIDs) == 0 {
			_, err := tx.ExecContext(ctx, ofProfile, v.ProfileID, v.UserID)
			return err
		}
		for _, id := range videoIDs {
			if _, err := tx.ExecContext(ctx, ofProfile+` AND video_id = $3`, v.ProfileID, v.UserID, id); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	oldestPlayings  = `SELECT video_id, profile_id, session_id FROM playings WHERE began_at < $1 ORDER BY began_at LIMIT $2`
	earlierPlayings = `SELECT video_id, profile_id, session_id FROM playings WHERE video_id = $1 AND seen ORDER BY began_at DESC LIMIT $2 OFFSET $3`
	removePlayings  = `DELETE FROM playings WHERE (video_id, profile_id, session_id) IN (`
)

func (s Insight) Forget(ctx context.Context, before time.Time, most int) (int, error) {
	return s.remove(ctx, "sqlstore.insight_forget", removePlayings+oldestPlayings+`)`, before.UTC(), max(0, most))
}

func (s Insight) Thin(ctx context.Context, videoID string, keep, most int) (int, error) {
	return s.remove(ctx, "sqlstore.insight_thin", removePlayings+earlierPlayings+`)`, videoID, max(0, most), max(0, keep))
}

func (s Insight) remove(ctx context.Context, op, statement string, args ...any) (n int, err error) {
	err = s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		done, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		removed, err := done.RowsAffected()
		n = int(removed)
		return err
	})
	return n, err
}

func (s Insight) Crowded(ctx context.Context, than int, after string, most int) ([]string, error) {
	list, err := listOf(ctx, s.db, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) },
		`SELECT video_id FROM watched_videos WHERE playings > $1 AND video_id > $2 ORDER BY video_id LIMIT $3`, than, after, max(0, most))
	return list, s.db.fail("sqlstore.insight_crowded", err)
}
