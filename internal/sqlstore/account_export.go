package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
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
	return e, a.db.fail(op, err)
}

// listOf reads every row of a query.
func listOf[T any](ctx context.Context, d *DB, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := d.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return collect(rows, scan)
}
