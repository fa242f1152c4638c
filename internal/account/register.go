package account

import (
	"context"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Newcomer is what somebody says who makes an account.
type Newcomer struct {
	Email    string // may be left out where the invitation has one
	Password string
	Name     string
	Language string
}

// Invite makes an invitation. Its link goes out by letter where it has an e-mail and letters
// go out, unless that is not wanted; else it is returned, once.
func (p *People) Invite(ctx context.Context, by Me, email string, role Role, language string, letter bool) (Invitee, Handed, error) {
	const op = "account.invite"
	if p.SignUp == Closed {
		return Invitee{}, Handed{}, fault.New(fault.Conflict, op, "sign_up_closed",
			"Nobody signs up here: add the user, or set KK_SIGN_UP to invitation.")
	}
	if email = normalEmail(email); email != "" && !isEmail(email) {
		return Invitee{}, Handed{}, badEmail(op)
	}
	if !role.Includes(Viewer) {
		return Invitee{}, Handed{}, fault.New(fault.Invalid, op, "bad_role", "The roles are viewer, editor and admin.")
	}
	if err := checkLanguage(op, language); err != nil {
		return Invitee{}, Handed{}, err
	}
	now := p.now()
	i := Invitee{ID: newID(), Email: email, Role: role, Language: language, InvitedBy: by.User.ID, CreatedAt: now, ExpiresAt: now.Add(InvitationLife)}
	if letter && email != "" && p.Mails() {
		err := p.Store.AddInvitation(ctx, i, "", InvitationLetter{InvitationID: i.ID})
		return i, Handed{Mailed: true, ExpiresAt: i.ExpiresAt}, fault.Wrap(op, err)
	}
	token := randomToken()
	err := p.Store.AddInvitation(ctx, i, hashToken(token))
	return i, Handed{Path: joinPath(token), ExpiresAt: i.ExpiresAt}, fault.Wrap(op, err)
}

// Invitations lists those that wait to be taken up, the newest first.
func (p *People) Invitations(ctx context.Context, after *Cursor, limit int) ([]Invitee, error) {
	list, err := p.Store.Invitations(ctx, p.now(), after, limit)
	return list, fault.Wrap("account.invitations", err)
}

// Uninvite takes an invitation back.
func (p *People) Uninvite(ctx context.Context, id string) error {
	return fault.Wrap("account.uninvite", p.Store.DeleteInvitation(ctx, id))
}

// Invited returns the invitation that a token is of.
func (p *People) Invited(ctx context.Context, token string) (Invitee, error) {
	const op = "account.invited"
	if p.SignUp == Closed {
		return Invitee{}, closed(op)
	}
	i, err := p.Store.InvitationByToken(ctx, hashToken(token), p.now())
	if token == "" || fault.Is(err, fault.NotFound) {
		return Invitee{}, badInvitation(op)
	}
	return i, fault.Wrap(op, err)
}

// TakeUp makes the account of somebody who was invited and signs them in.
func (p *People) TakeUp(ctx context.Context, token string, n Newcomer, from Origin) (Me, Tokens, error) {
	const op = "account.take_up"
	i, err := p.Invited(ctx, token)
	if err != nil {
		return Me{}, Tokens{}, err
	}
	if n.Email == "" {
		n.Email = i.Email
	}
	if i.Email != "" && normalEmail(n.Email) != i.Email {
		return Me{}, Tokens{}, fault.New(fault.Forbidden, op, "invited_as_other", "This invitation is for another e-mail address.")
	}
	user, profile, err := p.newcomer(ctx, op, n, i.Role)
	if err != nil {
		return Me{}, Tokens{}, err
	}
	err = p.Store.TakeUp(ctx, hashToken(token), p.now(), user, profile)
	if fault.Is(err, fault.NotFound) { // somebody else was first
		return Me{}, Tokens{}, badInvitation(op)
	}
	if err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	return p.Accounts.open(ctx, user, profile, from)
}

// SignUpAs notes that somebody wants an account with an e-mail, and asks for the letter that
// proves it theirs. Whether it is somebody's already can be told neither from the answer nor
// from the time it takes: that is looked up when the letter is written.
func (p *People) SignUpAs(ctx context.Context, n Newcomer) error {
	const op = "account.sign_up"
	switch {
	case p.SignUp == Closed:
		return closed(op)
	case p.SignUp == Invitation:
		return fault.New(fault.Forbidden, op, "invitation_needed", "An account is made by invitation here. Ask who runs this server for one.")
	case !p.Mails():
		return fault.New(fault.Unavailable, op, "no_mail", "This server sends no mail, so nobody's address can be confirmed: it needs KK_SMTP_URL.")
	}
	user, profile, err := p.newcomer(ctx, op, n, Viewer)
	if err != nil {
		return err
	}
	w := Waiting{
		ID: newID(), Email: user.Email, Name: profile.Name, Language: user.Language, PasswordHash: user.PasswordHash,
		CreatedAt: user.CreatedAt, ExpiresAt: user.CreatedAt.Add(SignUpLife),
	}
	return fault.Wrap(op, p.Store.AddWaiting(ctx, w, SignUpLetter{SignUpID: w.ID}))
}

// ConfirmSignUp makes the account of who has the letter and signs them in.
func (p *People) ConfirmSignUp(ctx context.Context, token string, from Origin) (Me, Tokens, error) {
	const op = "account.confirm_sign_up"
	if p.SignUp != Open {
		return Me{}, Tokens{}, closed(op)
	}
	now := p.now()
	w, err := p.Store.WaitingByToken(ctx, hashToken(token), now)
	if token == "" || fault.Is(err, fault.NotFound) {
		return Me{}, Tokens{}, badLink(op)
	}
	if err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	user := User{
		ID: newID(), Email: w.Email, PasswordHash: w.PasswordHash, Role: Viewer, Name: w.Name, Language: w.Language,
		VerifiedAt: now, CreatedAt: now,
	}
	profile := Profile{ID: newID(), UserID: user.ID, Name: w.Name, Avatar: Avatars[0], Language: w.Language, CreatedAt: now}
	err = p.Store.Confirm(ctx, hashToken(token), now, user, profile)
	if fault.Is(err, fault.NotFound) {
		return Me{}, Tokens{}, badLink(op)
	}
	if err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	return p.Accounts.open(ctx, user, profile, from)
}

// newcomer checks what somebody said and hashes their password.
func (p *People) newcomer(ctx context.Context, op string, n Newcomer, role Role) (User, Profile, error) {
	user, profile, err := p.Accounts.newUser(ctx, n.Email, n.Password, role)
	if err != nil {
		return User{}, Profile{}, err
	}
	return user, profile, describe(op, &user, &profile, n.Name, n.Language)
}

func closed(op string) error {
	return fault.New(fault.Forbidden, op, "sign_up_closed", "Nobody signs up here by themselves. Ask who runs this server for an account.")
}

func badInvitation(op string) error {
	return fault.New(fault.Forbidden, op, "bad_invitation", "This invitation is not valid any more: it was used, taken back, or is older than a week. Ask for another.")
}

func badLink(op string) error {
	return fault.New(fault.Forbidden, op, "bad_link", "This link is not valid any more: it was used, or has expired. Ask for another.")
}

func badEmail(op string) error {
	return fault.New(fault.Invalid, op, "bad_email", "This is not an e-mail address.")
}
