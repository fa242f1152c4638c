package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

const sessionColumns = `s.id, s.user_id, s.profile_id, s.epoch, s.device, s.address, s.created_at, s.seen_at, s.expires_at`

func fieldsOf(s *account.Session) []any {
	return []any{&s.ID, &s.UserID, &s.ProfileID, &s.Epoch, &s.Device, &s.Address, &s.CreatedAt, &s.SeenAt, &s.ExpiresAt}
}

func (a Accounts) CreateSession(ctx context.Context, s account.Session, tokenHash string) error {
	return a.db.inTx(ctx, "sqlstore.create_session", func(tx jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE user_id = $1 AND expires_at <= $2`, s.UserID, s.CreatedAt); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO sessions (id, user_id, profile_id, epoch, device, address, created_at, seen_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			s.ID, s.UserID, s.ProfileID, s.Epoch, s.Device, s.Address, s.CreatedAt, s.SeenAt, s.ExpiresAt); err != nil {
			return err
		}
		return addRefreshToken(ctx, tx, tokenHash, s.ID, s.ExpiresAt)
	})
}

func addRefreshToken(ctx context.Context, tx jobs.Tx, hash, sessionID string, expires time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO refresh_tokens (token_hash, session_id, expires_at) VALUES ($1, $2, $3)`, hash, sessionID, expires)
	return err
}

// selectMe reads no column twice, and no PIN: nobody who has a session needs it.
const selectMe = `
	SELECT u.email, u.role, u.refresh_token_version, u.created_at, ` + userMore + `, p.name, p.created_at, ` + profileLook + `, ` + sessionColumns + `
	FROM sessions s JOIN users u ON u.id = s.user_id JOIN profiles p ON p.id = s.profile_id
	WHERE s.id = $1 AND s.expires_at > $2 AND s.epoch = u.refresh_token_version AND NOT u.disabled`

func (a Accounts) Me(ctx context.Context, sessionID string, now time.Time) (account.Me, error) {
	var row *sql.Row
	if me := a.db.me; me != nil {
		row = me.QueryRowContext(ctx, sessionID, now.UTC())
	} else {
		row = a.db.read.QueryRowContext(ctx, selectMe, sessionID, now.UTC())
	}
	m, err := scanMe(row)
	return m, a.db.fail("sqlstore.me", err)
}

func scanMe(row *sql.Row) (m account.Me, err error) {
	err = row.Scan(slices.Concat([]any{&m.User.Email, &m.User.Role, &m.User.Epoch, &m.User.CreatedAt}, userRest(&m.User),
		[]any{&m.Profile.Name, &m.Profile.CreatedAt}, profileLooks(&m.Profile), fieldsOf(&m.Session))...)
	m.User.ID, m.Profile.ID, m.Profile.UserID = m.Session.UserID, m.Session.ProfileID, m.Session.UserID
	return m, err
}

// Refresh writes the session's row first: whoever uses a token of it at the same time waits
// there for the other, and then sees what that one did.
func (a Accounts) Refresh(ctx context.Context, r account.Refreshing) (out account.Refreshed, err error) {
	const op = "sqlstore.refresh"
	err = a.inTellingTx(ctx, op, func(tx jobs.Tx, tell tellFunc) error {
		out = account.Refreshed{}
		var sessionID string
		if err := tx.QueryRowContext(ctx, `SELECT session_id FROM refresh_tokens WHERE token_hash = $1 AND expires_at > $2`,
			r.Used, r.Now.UTC()).Scan(&sessionID); err != nil {
			return err
		}
		if err := changeRow(ctx, tx, `UPDATE sessions SET address = address WHERE id = $1`, sessionID); err != nil {
			return err
		}
		if out.Me, err = scanMe(tx.QueryRowContext(ctx, selectMe, sessionID, r.Now.UTC())); err != nil {
			return err
		}
		at, err := a.db.engine.clock(ctx, tx) // the nodes' clocks may be further apart than the grace is long
		if err != nil {
			return err
		}
		var used sql.NullTime
		if err := tx.QueryRowContext(ctx, `SELECT used_at FROM refresh_tokens WHERE token_hash = $1`, r.Used).Scan(&used); err != nil {
			return err
		}
		switch {
		case !used.Valid:
			err = useRefreshTokens(ctx, tx, sessionID, at, r.Now)
		case at.Sub(used.Time) > r.Grace:
			out.Reused = true
			return endSession(ctx, tx, tell, out.Session)
		}
		if err != nil {
			return err
		}
		s := &out.Session
		s.Address, s.SeenAt, s.ExpiresAt = r.Address, r.Now.UTC(), r.Expires.UTC()
		if last := s.CreatedAt.Add(r.Longest); s.ExpiresAt.After(last) {
			s.ExpiresAt = last
		}
		if _, err := tx.ExecContext(ctx, `UPDATE sessions SET address = $2, seen_at = $3, expires_at = $4 WHERE id = $1`,
			sessionID, s.Address, s.SeenAt, s.ExpiresAt); err != nil {
			return err
		}
		return addRefreshToken(ctx, tx, r.Next, sessionID, s.ExpiresAt)
	})
	return out, err
}

// useRefreshTokens marks all of a session's tokens as used: of those that were given out in
// the grace of one before, only one goes on, and whoever comes with another later is found
// out. Those that have expired need not be known again.
func useRefreshTokens(ctx context.Context, tx jobs.Tx, sessionID string, at, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM refresh_tokens WHERE session_id = $1 AND expires_at <= $2`, sessionID, now.UTC()); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `UPDATE refresh_tokens SET used_at = $2 WHERE session_id = $1 AND used_at IS NULL`, sessionID, at)
	return err
}

const selectSessions = `SELECT ` + sessionColumns + ` FROM sessions s JOIN users u ON u.id = s.user_id
	WHERE s.user_id = $1 AND s.expires_at > $2 AND s.epoch = u.refresh_token_version ORDER BY s.seen_at DESC, s.id DESC`

func (a Accounts) Sessions(ctx context.Context, userID string, now time.Time) ([]account.Session, error) {
	const op = "sqlstore.sessions"
	rows, err := a.db.read.QueryContext(ctx, selectSessions, userID, now.UTC())
	if err != nil {
		return nil, a.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (s account.Session, err error) { return s, r.Scan(fieldsOf(&s)...) })
	return list, a.db.fail(op, err)
}

func (a Accounts) SeeSession(ctx context.Context, sessionID, address string, at time.Time) error {
	return a.db.changeOne(ctx, "sqlstore.see_session", `UPDATE sessions SET seen_at = $2, address = $3 WHERE id = $1`, sessionID, at.UTC(), address)
}

func (a Accounts) EndSession(ctx context.Context, userID, sessionID string) error {
	return a.inTellingTx(ctx, "sqlstore.end_session", func(tx jobs.Tx, tell tellFunc) error {
		return endSession(ctx, tx, tell, account.Session{ID: sessionID, UserID: userID})
	})
}

func endSession(ctx context.Context, tx jobs.Tx, tell tellFunc, s account.Session) error {
	if err := changeRow(ctx, tx, `DELETE FROM sessions WHERE id = $1 AND user_id = $2`, s.ID, s.UserID); err != nil {
		return err
	}
	tell(account.SessionEnded, s.UserID+"/"+s.ID)
	return nil
}

func (a Accounts) EndSessions(ctx context.Context, userID, but string) (ended []string, err error) {
	err = a.inTellingTx(ctx, "sqlstore.end_sessions", func(tx jobs.Tx, tell tellFunc) (err error) {
		ended, err = endSessions(ctx, tx, tell, userID, but)
		return err
	})
	return ended, err
}

// endSessions ends all of a user's sessions but one, in a transaction that may change the
// user in other ways too.
func endSessions(ctx context.Context, tx jobs.Tx, tell tellFunc, userID, but string) (ended []string, err error) {
	if err := changeRow(ctx, tx, `UPDATE users SET refresh_token_version = refresh_token_version + 1, updated_at = $2 WHERE id = $1`, userID, now()); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE sessions SET epoch = (SELECT refresh_token_version FROM users WHERE id = $1)
		WHERE user_id = $1 AND id = $2`, userID, but); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, `DELETE FROM sessions WHERE user_id = $1 AND id <> $2 RETURNING id`, userID, but)
	if err != nil {
		return nil, err
	}
	ended, err = collect(rows, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	for _, id := range ended {
		tell(account.SessionEnded, userID+"/"+id)
	}
	return ended, err
}

// sessionsChanged tells of all sessions of a user, which may see or do something else now.
func sessionsChanged(ctx context.Context, tx jobs.Tx, tell tellFunc, userID string) error {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM sessions WHERE user_id = $1`, userID)
	if err != nil {
		return err
	}
	ids, err := collect(rows, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	for _, id := range ids {
		tell(account.SessionChanged, userID+"/"+id)
	}
	return err
}

func (a Accounts) EndByRefresh(ctx context.Context, tokenHash string) (s account.Session, err error) {
	err = a.inTellingTx(ctx, "sqlstore.end_by_refresh", func(tx jobs.Tx, tell tellFunc) error {
		if err := tx.QueryRowContext(ctx, `SELECT `+sessionColumns+` FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
			WHERE t.token_hash = $1`, tokenHash).Scan(fieldsOf(&s)...); err != nil {
			return err
		}
		return endSession(ctx, tx, tell, s)
	})
	return s, err
}

// tellFunc tells every process something that is true once the transaction has ended.
type tellFunc func(topic, key string)

// inTellingTx runs a transaction that says what it ended. On PostgreSQL the word goes out
// with it, so that a process that dies right after has told all others: such are rare, so
// that they take turns costs nothing.
func (a Accounts) inTellingTx(ctx context.Context, op string, fn func(jobs.Tx, tellFunc) error) error {
	var told []signal
	sent := false
	err := a.db.inTx(ctx, op, func(tx jobs.Tx) (err error) {
		told = nil
		if err := fn(tx, func(topic, key string) { told = append(told, signal{a.signals.id, topic, key}) }); err != nil || len(told) == 0 {
			return err
		}
		sent, err = a.db.wire.carrier.sendWithin(ctx, tx, pack(told))
		return err
	})
	if err == nil && !sent {
		for _, s := range told {
			a.signals.Tell(s.topic, s.key)
		}
	}
	return err
}

// SigningKeys returns the keys, unwrapped. One that cannot be unwrapped was sealed with
// another key of KK_KEYS_URL, and is an error: tokens must not be signed by a node alone.
func (s Secrets) SigningKeys(ctx context.Context) ([]account.SigningKey, error) {
	const op = "sqlstore.signing_keys"
	rows, err := s.db.read.QueryContext(ctx, `SELECT number, id, wrapped, created_at, signs_from FROM signing_keys ORDER BY number DESC`)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (k account.SigningKey, err error) {
		return k, r.Scan(&k.Number, &k.ID, &k.Seed, &k.CreatedAt, &k.SignsFrom)
	})
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	for i := range list {
		if list[i].Seed, err = s.open(ctx, op, list[i].Seed); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (s Secrets) AddSigningKey(ctx context.Context, k account.SigningKey, keep int) error {
	const op = "sqlstore.add_signing_key"
	wrapped, err := s.keys.Wrap(ctx, k.Seed)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return Accounts{s.db, s.db.Signals()}.inTellingTx(ctx, op, func(tx jobs.Tx, tell tellFunc) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO signing_keys (number, id, wrapped, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (number) DO NOTHING`, k.Number, k.ID, wrapped, k.CreatedAt, k.SignsFrom); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM signing_keys WHERE number < $1`, keep); err != nil {
			return err
		}
		tell(account.KeysChanged, "")
		return nil
	})
}
