package account

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Forgot asks for a letter by which somebody gets back in. Whether the e-mail is anybody's can
// be told neither from the answer nor from the time it takes: it is looked up when the letter
// is written.
func (p *People) Forgot(ctx context.Context, email, language string) error {
	const op = "account.forgot"
	if err := checkLanguage(op, language); err != nil {
		return err
	}
	if email = normalEmail(email); !isEmail(email) {
		return badEmail(op)
	}
	return fault.Wrap(op, p.Store.Enqueue(ctx, PasswordLetter{Email: email, Language: language}))
}

// Reset gives who has a link another password, and ends all their sessions.
func (p *People) Reset(ctx context.Context, token, password string) error {
	const op = "account.reset"
	hash, err := p.Accounts.newPassword(ctx, op, password)
	if err != nil {
		return err
	}
	userID, err := p.Store.ResetPassword(ctx, hashToken(token), p.now(), hash)
	if fault.Is(err, fault.NotFound) {
		return badLink(op)
	}
	return fault.Wrap(op, p.Accounts.changes(ctx, userID, err))
}

// ChangePassword gives who knows the old password another, and ends their other sessions.
func (p *People) ChangePassword(ctx context.Context, by Me, old, password string) error {
	const op = "account.change_password"
	if err := p.Accounts.Confirm(ctx, by, old); err != nil {
		return err
	}
	hash, err := p.Accounts.newPassword(ctx, op, password)
	if err != nil {
		return err
	}
	return fault.Wrap(op, p.Accounts.changes(ctx, by.User.ID, p.Store.SetPassword(ctx, by.User.ID, hash, by.Session.ID)))
}

// AskToVerify asks for the letter that proves somebody's e-mail theirs.
func (p *People) AskToVerify(ctx context.Context, by Me) error {
	const op = "account.ask_to_verify"
	if !by.User.VerifiedAt.IsZero() {
		return fault.New(fault.Conflict, op, "already_verified", "This address is confirmed already.")
	}
	if !p.Mails() {
		return fault.New(fault.Conflict, op, "no_mail", "This server sends no mail.")
	}
	return fault.Wrap(op, p.Store.Enqueue(ctx, EmailLetter{UserID: by.User.ID}))
}

// Verify notes that the e-mail is theirs of whom the link is.
func (p *People) Verify(ctx context.Context, token string) error {
	const op = "account.verify"
	userID, err := p.Store.VerifyEmail(ctx, hashToken(token), p.now())
	if fault.Is(err, fault.NotFound) {
		return badLink(op)
	}
	return fault.Wrap(op, p.Accounts.changes(ctx, userID, err))
}

// link makes a one-time link.
func (p *People) link(ctx context.Context, userID string, purpose Purpose, life time.Duration) (Handed, error) {
	now, token := p.now(), randomToken()
	l := Link{UserID: userID, Purpose: purpose, CreatedAt: now, ExpiresAt: now.Add(life)}
	path := resetPath(token)
	if purpose == ForEmail {
		path = verifyPath(token)
	}
	return Handed{Path: path, ExpiresAt: l.ExpiresAt}, p.Store.AddLink(ctx, l, hashToken(token))
}

// newPassword checks a new password and hashes it.
func (s *Service) newPassword(ctx context.Context, op, password string) (string, error) {
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword {
		return "", fault.New(fault.Invalid, op, "bad_password", "A password has 8 characters or more, and 256 at most.")
	}
	hash, err := s.password.hash(ctx, password)
	return hash, fault.Wrap(op, err)
}
