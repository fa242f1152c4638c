package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// Export reads what is kept of a user, table by table.
func (a Accounts) Export(ctx context.Context, userID string, now time.Time) (e account.Export, err error) {
	const op = "sqlstore.export"
	if e.User, err = a.User(ctx, userID); err != nil {
		return e, err
	}
	if e.Profiles, err = a.Profiles(ctx, userID); err != nil {
		return e, err
	}
	if e.Sessions, err = a.Sessions(ctx, userID, now); err != nil {
		return e, err
	}
	if e.Invitations, err = listOf(ctx, a.db, func(r *sql.Rows) (account.Invitee, error) { return scanInvitation(r) },
		`SELECT `+invitationColumns+` FROM invitations WHERE invited_by = $1 AND expires_at > $2 ORDER BY created_at, id`, userID, now.UTC()); err != nil {
		return e, a.db.fail(op, err)
	}
	if e.Videos, err = listOf(ctx, a.db, func(r *sql.Rows) (v account.Brought, err error) {
		return v, r.Scan(&v.ID, &v.Title, ratingColumn{&v.Rating}, &v.CreatedAt)
	}, `SELECT id, title, maturity_rating, created_at FROM videos WHERE user_id = $1 ORDER BY created_at, id`, userID); err != nil {
		return e, a.db.fail(op, err)
	}
	e.Uploads, err = listOf(ctx, a.db, func(r *sql.Rows) (u account.Sending, err error) {
		return u, r.Scan(&u.ID, &u.VideoID, &u.FileName, &u.Size, &u.Finished, &u.CreatedAt)
	}, `SELECT id, video_id, file_name, size, status = 'complete', created_at FROM uploads WHERE user_id = $1 ORDER BY created_at, id`, userID)
	if err != nil {
		return e, a.db.fail(op, err)
	}
	if e.Watched, err = listOf(ctx, a.db, func(r *sql.Rows) (w account.Watched, err error) {
		err = r.Scan(&w.ProfileID, &w.VideoID, &w.Title, &w.DeviceID, &w.Device, &w.Kind, &w.Position, &w.Duration, timeColumn{&w.At})
		if w.Kind == string(watch.Forgotten) {
			w.At = time.Time{}
		}
		return w, err
	}, exportWatched, userID); err != nil {
		return e, a.db.fail(op, err)
	}
	e.Opinions, err = listOf(ctx, a.db, func(r *sql.Rows) (o account.Opined, err error) {
		return o, r.Scan(&o.ProfileID, &o.FilmID, timeColumn{&o.ListedAt}, &o.Stars, timeColumn{&o.StartedAt})
	}, exportOpinions, userID)
	return e, a.db.fail(op, err)
}

const (
	exportWatched = `SELECT w.profile_id, w.video_id, v.title, w.device_id, w.device, w.kind, w.timestamp_seconds, w.duration_seconds, w.last_updated
		FROM profiles p JOIN watch_history w ON w.profile_id = p.id AND w.user_id = p.user_id JOIN videos v ON v.id = w.video_id
		WHERE p.user_id = $1 ORDER BY p.created_at, p.id, w.last_updated, w.video_id, w.device_id`
	exportOpinions = `SELECT o.profile_id, o.film_id, o.listed_at, o.stars, o.started_at
		FROM profiles p JOIN opinions o ON o.profile_id = p.id AND o.user_id = p.user_id WHERE p.user_id = $1 ORDER BY p.created_at, p.id, o.film_id`
)

// listOf reads every row of a query.
func listOf[T any](ctx context.Context, d *DB, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := d.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scan)
}
