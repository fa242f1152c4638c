package sqlstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

var _ account.PeopleStore = Accounts{}

func (a Accounts) AddInvitation(ctx context.Context, i account.Invitee, tokenHash string, letters ...jobs.Args) error {
	return a.db.inTx(ctx, "sqlstore.add_invitation", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO invitations (id, token_hash, email, role, language, invited_by, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, i.ID, tokenHash, i.Email, string(i.Role), i.Language, i.InvitedBy, i.CreatedAt, i.ExpiresAt)
		for _, letter := range letters {
			if err == nil {
				err = tx.Enqueue(ctx, letter)
			}
		}
		return err
	})
}

const (
	invitationColumns = `id, email, role, language, invited_by, created_at, expires_at`
	invitationsAfter  = `SELECT ` + invitationColumns + ` FROM invitations
		WHERE expires_at > $1 AND (created_at, id) < ($2, $3) ORDER BY created_at DESC, id DESC LIMIT $4`
)

func scanInvitation(row interface{ Scan(...any) error }) (i account.Invitee, err error) {
	return i, row.Scan(&i.ID, &i.Email, &i.Role, &i.Language, &i.InvitedBy, &i.CreatedAt, &i.ExpiresAt)
}

func (a Accounts) Invitation(ctx context.Context, id string, now time.Time) (account.Invitee, error) {
	i, err := scanInvitation(a.db.read.QueryRowContext(ctx,
		`SELECT `+invitationColumns+` FROM invitations WHERE id = $1 AND expires_at > $2`, id, now.UTC()))
	return i, a.db.fail("sqlstore.invitation", err)
}

func (a Accounts) InvitationByToken(ctx context.Context, tokenHash string, now time.Time) (account.Invitee, error) {
	i, err := scanInvitation(a.db.read.QueryRowContext(ctx,
		`SELECT `+invitationColumns+` FROM invitations WHERE token_hash = $1 AND token_hash <> '' AND expires_at > $2`, tokenHash, now.UTC()))
	return i, a.db.fail("sqlstore.invitation", err)
}

func (a Accounts) NameInvitation(ctx context.Context, id, tokenHash string) error {
	return a.db.changeOne(ctx, "sqlstore.name_invitation", `UPDATE invitations SET token_hash = $2 WHERE id = $1`, id, tokenHash)
}

func (a Accounts) Invitations(ctx context.Context, now time.Time, after *account.Cursor, limit int) ([]account.Invitee, error) {
	const op = "sqlstore.invitations"
	from := cursorOf(after)
	rows, err := a.db.read.QueryContext(ctx, invitationsAfter, now.UTC(), from.CreatedAt, from.ID, limit)
	if err != nil {
		return nil, a.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (account.Invitee, error) { return scanInvitation(r) })
	return list, a.db.fail(op, err)
}

// cursorOf is where a list begins.
func cursorOf(after *account.Cursor) account.Cursor {
	if after == nil {
		return account.Cursor(beforeAll)
	}
	return *after
}

func (a Accounts) DeleteInvitation(ctx context.Context, id string) error {
	return a.db.changeOne(ctx, "sqlstore.delete_invitation", `DELETE FROM invitations WHERE id = $1`, id)
}

func (a Accounts) TakeUp(ctx context.Context, tokenHash string, now time.Time, u account.User, p account.Profile) error {
	return a.createUser(ctx, "sqlstore.take_up", u, p, func(tx jobs.Tx) error {
		return changeRow(ctx, tx, `DELETE FROM invitations WHERE token_hash = $1 AND token_hash <> '' AND expires_at > $2`, tokenHash, now.UTC())
	})
}

func (a Accounts) AddWaiting(ctx context.Context, w account.Waiting, letter jobs.Args) error {
	return a.db.inTx(ctx, "sqlstore.add_sign_up", func(tx jobs.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sign_ups (id, token_hash, email, name, language, password_hash, created_at, expires_at)
			VALUES ($1, '', $2, $3, $4, $5, $6, $7)`, w.ID, w.Email, w.Name, w.Language, w.PasswordHash, w.CreatedAt, w.ExpiresAt)
		if err != nil {
			return err
		}
		return tx.Enqueue(ctx, letter)
	})
}

const selectSignUp = `SELECT id, email, name, language, password_hash, created_at, expires_at FROM sign_ups WHERE expires_at > $2 AND `

func (a Accounts) waiting(row *sql.Row) (w account.Waiting, err error) {
	err = row.Scan(&w.ID, &w.Email, &w.Name, &w.Language, &w.PasswordHash, &w.CreatedAt, &w.ExpiresAt)
	return w, a.db.fail("sqlstore.sign_up", err)
}

func (a Accounts) Waiting(ctx context.Context, id string, now time.Time) (account.Waiting, error) {
	return a.waiting(a.db.read.QueryRowContext(ctx, selectSignUp+`id = $1`, id, now.UTC()))
}

func (a Accounts) WaitingByToken(ctx context.Context, tokenHash string, now time.Time) (account.Waiting, error) {
	return a.waiting(a.db.read.QueryRowContext(ctx, selectSignUp+`token_hash = $1 AND token_hash <> ''`, tokenHash, now.UTC()))
}

func (a Accounts) NameWaiting(ctx context.Context, id, tokenHash string) error {
	return a.db.changeOne(ctx, "sqlstore.name_sign_up", `UPDATE sign_ups SET token_hash = $2 WHERE id = $1`, id, tokenHash)
}

func (a Accounts) DeleteWaiting(ctx context.Context, id string) error {
	return a.db.changeOne(ctx, "sqlstore.delete_sign_up", `DELETE FROM sign_ups WHERE id = $1`, id)
}

func (a Accounts) Confirm(ctx context.Context, tokenHash string, now time.Time, u account.User, p account.Profile) error {
	return a.createUser(ctx, "sqlstore.confirm", u, p, func(tx jobs.Tx) error {
		if err := changeRow(ctx, tx, `DELETE FROM sign_ups WHERE token_hash = $1 AND token_hash <> '' AND expires_at > $2`, tokenHash, now.UTC()); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM sign_ups WHERE email = $1`, u.Email)
		return err
	})
}

func (a Accounts) AddUser(ctx context.Context, u account.User, p account.Profile, letters ...jobs.Args) error {
	return a.createUser(ctx, "sqlstore.add_user", u, p, func(tx jobs.Tx) error {
		for _, letter := range letters {
			if err := tx.Enqueue(ctx, letter); err != nil {
				return err
			}
		}
		return nil
	})
}

func (a Accounts) AddLink(ctx context.Context, l account.Link, tokenHash string) error {
	return a.db.changeOne(ctx, "sqlstore.add_link", `INSERT INTO one_time_links (token_hash, user_id, purpose, created_at, expires_at)
		SELECT $1, id, $3, $4, $5 FROM users WHERE id = $2`, tokenHash, l.UserID, string(l.Purpose), l.CreatedAt, l.ExpiresAt)
}

// useLink takes a link with all others of that user and purpose, and returns whose it was.
func useLink(ctx context.Context, tx jobs.Tx, tokenHash string, purpose account.Purpose, now time.Time) (userID string, err error) {
	err = tx.QueryRowContext(ctx, `DELETE FROM one_time_links WHERE token_hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING user_id`,
		tokenHash, string(purpose), now.UTC()).Scan(&userID)
	if err == nil {
		err = dropLinks(ctx, tx, userID, purpose)
	}
	return userID, err
}

func dropLinks(ctx context.Context, tx jobs.Tx, userID string, purpose account.Purpose) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM one_time_links WHERE user_id = $1 AND purpose = $2`, userID, string(purpose))
	return err
}

func (a Accounts) ResetPassword(ctx context.Context, tokenHash string, now time.Time, passwordHash string) (userID string, err error) {
	err = a.inTellingTx(ctx, "sqlstore.reset_password", func(tx jobs.Tx, tell tellFunc) error {
		if userID, err = useLink(ctx, tx, tokenHash, account.ForPassword, now); err != nil {
			return err
		}
		return setPassword(ctx, tx, tell, userID, passwordHash, "")
	})
	return userID, err
}

func (a Accounts) SetPassword(ctx context.Context, userID, passwordHash, butSession string) error {
	return a.inTellingTx(ctx, "sqlstore.set_password", func(tx jobs.Tx, tell tellFunc) error {
		if err := dropLinks(ctx, tx, userID, account.ForPassword); err != nil {
			return err
		}
		return setPassword(ctx, tx, tell, userID, passwordHash, butSession)
	})
}

func setPassword(ctx context.Context, tx jobs.Tx, tell tellFunc, userID, passwordHash, butSession string) error {
	if err := changeRow(ctx, tx, `UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1`, userID, passwordHash, now()); err != nil {
		return err
	}
	if err := sessionsChanged(ctx, tx, tell, userID); err != nil { // the one that stays is of another epoch
		return err
	}
	_, err := endSessions(ctx, tx, tell, userID, butSession)
	return err
}

func (a Accounts) VerifyEmail(ctx context.Context, tokenHash string, now time.Time) (userID string, err error) {
	err = a.inTellingTx(ctx, "sqlstore.verify_email", func(tx jobs.Tx, tell tellFunc) error {
		if userID, err = useLink(ctx, tx, tokenHash, account.ForEmail, now); err != nil {
			return err
		}
		if err := changeRow(ctx, tx, `UPDATE users SET verified_at = $2, updated_at = $2 WHERE id = $1`, userID, now.UTC()); err != nil {
			return err
		}
		return sessionsChanged(ctx, tx, tell, userID)
	})
	return userID, err
}

func (a Accounts) Enqueue(ctx context.Context, letter jobs.Args) error {
	return a.db.inTx(ctx, "sqlstore.letter", func(tx jobs.Tx) error { return tx.Enqueue(ctx, letter) })
}

func (a Accounts) Prune(ctx context.Context, now time.Time) error {
	return a.db.inTx(ctx, "sqlstore.prune", func(tx jobs.Tx) error {
		for _, table := range []string{"invitations", "sign_ups", "one_time_links"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE expires_at <= $1`, now.UTC()); err != nil {
				return err
			}
		}
		return nil
	})
}

const selectUser = `SELECT u.id, u.email, u.password_hash, u.role, u.refresh_token_version, u.created_at, ` + userMore + ` FROM users u WHERE u.id = $1`

func scanUser(row *sql.Row) (u account.User, err error) {
	return u, row.Scan(append([]any{&u.ID, &u.Email, &u.PasswordHash, &u.Role, &u.Epoch, &u.CreatedAt}, userRest(&u)...)...)
}

func (a Accounts) User(ctx context.Context, id string) (account.User, error) {
	u, err := scanUser(a.db.read.QueryRowContext(ctx, selectUser, id))
	return u, a.db.fail("sqlstore.user", err)
}

const usersAfter = `SELECT u.id, u.email, u.role, u.created_at, ` + userMore + `, (SELECT COUNT(*) FROM profiles p WHERE p.user_id = u.id)
	FROM users u WHERE (u.created_at, u.id) < ($1, $2) ORDER BY u.created_at DESC, u.id DESC LIMIT $3`

func (a Accounts) Users(ctx context.Context, after *account.Cursor, limit int) ([]account.Listed, error) {
	const op = "sqlstore.users"
	from := cursorOf(after)
	rows, err := a.db.read.QueryContext(ctx, usersAfter, from.CreatedAt, from.ID, limit)
	if err != nil {
		return nil, a.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (l account.Listed, err error) {
		return l, r.Scan(append(append([]any{&l.ID, &l.Email, &l.Role, &l.CreatedAt}, userRest(&l.User)...), &l.Profiles)...)
	})
	return list, a.db.fail(op, err)
}

// ofUser runs fn on a user whom nobody changes meanwhile, and refuses what it did if no
// administrator is let in after it.
func (a Accounts) ofUser(ctx context.Context, op, userID string, fn func(tx jobs.Tx, tell tellFunc, u account.User) error) error {
	return a.inTellingTx(ctx, op, func(tx jobs.Tx, tell tellFunc) error {
		// Writing their rows locks all administrators: of two who put each other out one waits.
		if _, err := tx.ExecContext(ctx, `UPDATE users SET updated_at = $2 WHERE id = $1 OR role = 'admin'`, userID, now()); err != nil {
			return err
		}
		u, err := scanUser(tx.QueryRowContext(ctx, selectUser, userID))
		if err != nil {
			return err
		}
		if err := fn(tx, tell, u); err != nil || u.Role != account.Admin || u.Disabled {
			return err
		}
		var left bool
		err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND NOT disabled)`).Scan(&left)
		if err == nil && !left {
			err = fault.New(fault.Conflict, op, "last_admin", "This is the last administrator. Make somebody else one first.")
		}
		return err
	})
}

func (a Accounts) ChangeUser(ctx context.Context, userID string, change func(*account.User) error) (changed account.User, err error) {
	err = a.ofUser(ctx, "sqlstore.change_user", userID, func(tx jobs.Tx, tell tellFunc, u account.User) error {
		if err := change(&u); err != nil {
			return err
		}
		changed = u
		tellSessions := sessionsChanged
		if u.Disabled {
			tellSessions = endAllSessions
		}
		if err := tellSessions(ctx, tx, tell, userID); err != nil {
			return err
		}
		return changeRow(ctx, tx, `UPDATE users SET name = $2, language = $3, role = $4, disabled = $5 WHERE id = $1`,
			u.ID, u.Name, u.Language, string(u.Role), u.Disabled)
	})
	return changed, err
}

func endAllSessions(ctx context.Context, tx jobs.Tx, tell tellFunc, userID string) error {
	_, err := endSessions(ctx, tx, tell, userID, "")
	return err
}

// nobody is whose films are that somebody brought in who is gone.
const nobody = "gone"

func (a Accounts) DeleteUser(ctx context.Context, userID string) error {
	return a.ofUser(ctx, "sqlstore.delete_user", userID, func(tx jobs.Tx, tell tellFunc, _ account.User) error {
		for _, change := range []struct {
			statement string
			args      []any
		}{
			{`UPDATE uploads SET expires_at = $2 WHERE user_id = $1 AND status = 'open'`, []any{userID, now()}}, // the next sweep takes them
			{`UPDATE uploads SET user_id = $2, profile_id = $2, session_id = $2 WHERE user_id = $1`, []any{userID, nobody}},
			{`UPDATE videos SET user_id = $2, profile_id = $2, session_id = $2 WHERE user_id = $1`, []any{userID, nobody}},
			{`DELETE FROM invitations WHERE invited_by = $1`, []any{userID}},
		} {
			if _, err := tx.ExecContext(ctx, change.statement, change.args...); err != nil {
				return err
			}
		}
		if err := endAllSessions(ctx, tx, tell, userID); err != nil {
			return err
		}
		return changeRow(ctx, tx, `DELETE FROM users WHERE id = $1`, userID)
	})
}
