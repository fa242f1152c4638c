package sqlstore

import (
	"context"
	"database/sql"
	"slices"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

var _ account.ProfileStore = Accounts{}

// What every reading of a user u and of a profile p has besides its first columns.
const (
	userMore    = `u.name, u.language, u.disabled, u.verified_at`
	profileMore = profileLook + `, p.pin_hash`
	profileLook = `p.avatar, p.language, p.maturity_limit`
)

func userRest(u *account.User) []any {
	return []any{&u.Name, &u.Language, &u.Disabled, timeColumn{&u.VerifiedAt}}
}

func profileRest(p *account.Profile) []any {
	return append(profileLooks(p), &p.PINHash)
}

func profileLooks(p *account.Profile) []any {
	return []any{&p.Avatar, &p.Language, ratingColumn{&p.Limit}}
}

func insertProfile(ctx context.Context, tx jobs.Tx, p account.Profile) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO profiles (id, user_id, name, avatar, language, maturity_limit, pin_hash, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.UserID, p.Name, p.Avatar, p.Language, ratingValue(p.Limit), p.PINHash, p.CreatedAt)
	return err
}

const selectProfiles = `SELECT p.id, p.user_id, p.name, p.created_at, ` + profileMore + `
	FROM profiles p WHERE p.user_id = $1 ORDER BY p.created_at, p.id`

func scanProfile(r *sql.Rows) (p account.Profile, err error) {
	return p, r.Scan(append([]any{&p.ID, &p.UserID, &p.Name, &p.CreatedAt}, profileRest(&p)...)...)
}

func (a Accounts) Profiles(ctx context.Context, userID string) ([]account.Profile, error) {
	rows, err := a.db.read.QueryContext(ctx, selectProfiles, userID)
	if err != nil {
		return nil, a.db.fail("sqlstore.profiles", err)
	}
	list, err := collect(rows, scanProfile)
	return list, a.db.fail("sqlstore.profiles", err)
}

func (a Accounts) Profile(ctx context.Context, userID, profileID string) (account.Profile, error) {
	list, err := a.Profiles(ctx, userID)
	if err != nil {
		return account.Profile{}, err
	}
	at := indexOf(list, profileID)
	if at < 0 {
		return account.Profile{}, fault.New(fault.NotFound, "sqlstore.profile", "", "")
	}
	return list[at], nil
}

func indexOf(list []account.Profile, profileID string) int {
	return slices.IndexFunc(list, func(p account.Profile) bool { return p.ID == profileID })
}

// ofHousehold runs fn on a user's profiles, which nobody else changes meanwhile.
func (a Accounts) ofHousehold(ctx context.Context, op, userID string, fn func(tx jobs.Tx, tell tellFunc, profiles []account.Profile) error) error {
	return a.inTellingTx(ctx, op, func(tx jobs.Tx, tell tellFunc) error {
		// Writing the user's row locks it until the end.
		if err := changeRow(ctx, tx, `UPDATE users SET updated_at = $2 WHERE id = $1`, userID, now()); err != nil {
			return err
		}
		rows, err := tx.QueryContext(ctx, selectProfiles, userID)
		if err != nil {
			return err
		}
		list, err := collect(rows, scanProfile)
		if err != nil {
			return err
		}
		return fn(tx, tell, list)
	})
}

func (a Accounts) AddProfile(ctx context.Context, p account.Profile) error {
	const op = "sqlstore.add_profile"
	return a.ofHousehold(ctx, op, p.UserID, func(tx jobs.Tx, _ tellFunc, list []account.Profile) error {
		if len(list) >= account.MaxProfiles {
			return fault.New(fault.Conflict, op, "too_many_profiles", "An account has 8 profiles at most.")
		}
		return insertProfile(ctx, tx, p)
	})
}

func (a Accounts) ChangeProfile(ctx context.Context, userID, profileID string, change func(*account.Profile) error) (p account.Profile, err error) {
	const op = "sqlstore.change_profile"
	err = a.ofHousehold(ctx, op, userID, func(tx jobs.Tx, tell tellFunc, list []account.Profile) error {
		at := indexOf(list, profileID)
		if at < 0 {
			return sql.ErrNoRows
		}
		if err := change(&list[at]); err != nil {
			return err
		}
		if p = list[at]; p.Limited() {
			if err := oneUnlimited(op, list); err != nil {
				return err
			}
		}
		if err := sessionsChanged(ctx, tx, tell, userID); err != nil {
			return err
		}
		return changeRow(ctx, tx, `UPDATE profiles SET name = $2, avatar = $3, language = $4, maturity_limit = $5, pin_hash = $6 WHERE id = $1`,
			p.ID, p.Name, p.Avatar, p.Language, ratingValue(p.Limit), p.PINHash)
	})
	return p, err
}

func (a Accounts) DeleteProfile(ctx context.Context, userID, profileID string) error {
	const op = "sqlstore.delete_profile"
	return a.ofHousehold(ctx, op, userID, func(tx jobs.Tx, tell tellFunc, list []account.Profile) error {
		at := indexOf(list, profileID)
		if at < 0 {
			return sql.ErrNoRows
		}
		if err := oneUnlimited(op, slices.Delete(list, at, at+1)); err != nil {
			return err
		}
		if err := sessionsChanged(ctx, tx, tell, userID); err != nil { // those that speak for it end
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE profile_id = $1`, profileID); err != nil {
			return err
		}
		return changeRow(ctx, tx, `DELETE FROM profiles WHERE id = $1`, profileID)
	})
}

// oneUnlimited refuses profiles that all have a limit: nobody could open the account.
func oneUnlimited(op string, list []account.Profile) error {
	if slices.ContainsFunc(list, func(p account.Profile) bool { return !p.Limited() }) {
		return nil
	}
	return fault.New(fault.Conflict, op, "last_unlimited", "An account keeps one profile without a limit, for who looks after it. Make another first.")
}

func (a Accounts) SpeakFor(ctx context.Context, sessionID, profileID string) error {
	return a.inTellingTx(ctx, "sqlstore.speak_for", func(tx jobs.Tx, tell tellFunc) error {
		var userID string
		if err := tx.QueryRowContext(ctx, `UPDATE sessions SET profile_id = $2
			WHERE id = $1 AND user_id = (SELECT user_id FROM profiles WHERE id = $2) RETURNING user_id`, sessionID, profileID).Scan(&userID); err != nil {
			return err
		}
		tell(account.SessionChanged, userID+"/"+sessionID)
		return nil
	})
}
