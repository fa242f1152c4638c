package sqlstore

import (
	"context"
	"slices"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// Accounts is account.Store on SQL. Sessions are in account_sessions.go.
type Accounts struct {
	db      *DB
	signals *Signals
}

var _ account.Store = Accounts{}

// Accounts returns the store of users, profiles and sessions, a party of its own.
func (d *DB) Accounts() Accounts { return Accounts{d, d.Signals()} }

// Signals hear what became of sessions by another hand than this store's.
func (a Accounts) Signals() *Signals { return a.signals }

func (a Accounts) HasAdmin(ctx context.Context) (bool, error) {
	var has bool
	err := a.db.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin')`).Scan(&has)
	return has, a.db.fail("sqlstore.has_admin", err)
}

func (a Accounts) CreateFirstAdmin(ctx context.Context, u account.User, p account.Profile) error {
	const op = "sqlstore.first_admin"
	return a.createUser(ctx, op, u, p, func(tx jobs.Tx) error {
		// Writing the link's row, there or not, locks it: of two nodes the second waits
		// here until the first has ended, and then finds an administrator.
		if _, err := tx.ExecContext(ctx, `INSERT INTO secrets (name, wrapped, created_at) VALUES ('setup-link', $1, $2)
			ON CONFLICT (name) DO UPDATE SET created_at = excluded.created_at`, []byte{}, now()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM secrets WHERE name = 'setup-link'`); err != nil {
			return err
		}
		var has bool
		if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin')`).Scan(&has); err != nil {
			return err
		}
		if has {
			return fault.New(fault.Conflict, op, "already_set_up", "There is an administrator already. Sign in instead.")
		}
		return nil
	})
}

func (a Accounts) CreateUser(ctx context.Context, u account.User, p account.Profile) error {
	return a.createUser(ctx, "sqlstore.create_user", u, p, func(jobs.Tx) error { return nil })
}

// createUser adds a user and its profile after what must come before, in one transaction.
func (a Accounts) createUser(ctx context.Context, op string, u account.User, p account.Profile, before func(jobs.Tx) error) error {
	return a.db.inTx(ctx, op, func(tx jobs.Tx) error {
		if err := before(tx); err != nil {
			return err
		}
		err := insertUser(ctx, tx, u, p)
		if err != nil && a.db.engine.classify(err) == fault.Conflict {
			return &fault.Error{Kind: fault.Conflict, Op: op, Code: "email_taken",
				Public: "There is a user with this e-mail already.", Cause: err}
		}
		return err
	})
}

func insertUser(ctx context.Context, tx jobs.Tx, u account.User, p account.Profile) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO users (id, email, password_hash, role, name, language, disabled, verified_at, created_at, updated_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
		u.ID, u.Email, u.PasswordHash, string(u.Role), u.Name, u.Language, u.Disabled, timeValue(u.VerifiedAt), u.CreatedAt)
	if err != nil {
		return err
	}
	return insertProfile(ctx, tx, p)
}

func (a Accounts) UserByEmail(ctx context.Context, email string) (account.User, account.Profile, error) {
	var u account.User
	var p account.Profile
	err := a.db.read.QueryRowContext(ctx, `
		SELECT u.id, u.email, u.password_hash, u.role, u.refresh_token_version, u.created_at, `+userMore+`, p.id, p.user_id, p.name, p.created_at, `+profileMore+`
		FROM users u JOIN profiles p ON p.user_id = u.id WHERE u.email = $1
		ORDER BY p.maturity_limit IS NOT NULL, p.created_at, p.id LIMIT 1`, email).
		Scan(slices.Concat([]any{&u.ID, &u.Email, &u.PasswordHash, &u.Role, &u.Epoch, &u.CreatedAt}, userRest(&u),
			[]any{&p.ID, &p.UserID, &p.Name, &p.CreatedAt}, profileRest(&p))...)
	return u, p, a.db.fail("sqlstore.user_by_email", err)
}
