package account

import (
	"context"
	"log/slog"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// SignUp says who may make an account for themselves.
type SignUp string

const (
	Open       SignUp = "open"       // everybody who proves that an e-mail is theirs
	Invitation SignUp = "invitation" // who an administrator has invited
	Closed     SignUp = "closed"     // nobody: an administrator adds users
)

// How long what lies in a mailbox is good for.
const (
	InvitationLife = 7 * 24 * time.Hour
	SignUpLife     = 24 * time.Hour
	LinkLife       = time.Hour
	WelcomeLife    = 7 * 24 * time.Hour // of a link for who was added by an administrator
)

// Invitee is an invitation that waits to be taken up. It is gone with its use.
type Invitee struct {
	ID        string
	Email     string // "" for whoever has the link
	Role      Role
	Language  string // of the letter, and of the account
	InvitedBy string // the user
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Waiting is a sign-up whose e-mail is not confirmed. There may be several of one e-mail, and
// there is no user until one is.
type Waiting struct {
	ID           string
	Email        string
	Name         string
	Language     string
	PasswordHash string
	CreatedAt    time.Time
	ExpiresAt    time.Time
}

// Purpose is what a one-time link is good for.
type Purpose string

const (
	ForPassword Purpose = "password" // a new one
	ForEmail    Purpose = "email"    // to prove that it is theirs
)

// Link is a one-time link of a user.
type Link struct {
	UserID    string
	Purpose   Purpose
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Listed is a user in the list of all.
type Listed struct {
	User
	Profiles int
}

// Cursor is a place in a list, newest first.
type Cursor struct {
	CreatedAt time.Time
	ID        string
}

// PeopleStore keeps what comes before an account, beside it and after it. Tokens reach it
// hashed only; what has expired by now is fault.NotFound. Letters are jobs: they are there
// when the rows are.
//
// Of those who may run the place one always stays: every change that would leave no
// administrator who is let in is fault.Conflict, last_admin.
type PeopleStore interface {
	AddInvitation(ctx context.Context, i Invitee, tokenHash string, letters ...jobs.Args) error
	Invitation(ctx context.Context, id string, now time.Time) (Invitee, error)
	InvitationByToken(ctx context.Context, tokenHash string, now time.Time) (Invitee, error)
	// NameInvitation gives an invitation another token.
	NameInvitation(ctx context.Context, id, tokenHash string) error
	Invitations(ctx context.Context, now time.Time, after *Cursor, limit int) ([]Invitee, error)
	DeleteInvitation(ctx context.Context, id string) error
	// TakeUp makes the user of an invitation, which is gone then, in one transaction;
	// fault.Conflict, email_taken, if the e-mail is somebody's already.
	TakeUp(ctx context.Context, tokenHash string, now time.Time, u User, p Profile) error

	AddWaiting(ctx context.Context, w Waiting, letter jobs.Args) error
	Waiting(ctx context.Context, id string, now time.Time) (Waiting, error)
	WaitingByToken(ctx context.Context, tokenHash string, now time.Time) (Waiting, error)
	NameWaiting(ctx context.Context, id, tokenHash string) error
	DeleteWaiting(ctx context.Context, id string) error
	// Confirm makes the user of a sign-up, and drops whatever else waits with that e-mail;
	// fault.Conflict, email_taken, if it is somebody's by now.
	Confirm(ctx context.Context, tokenHash string, now time.Time, u User, p Profile) error

	User(ctx context.Context, id string) (User, error)
	// AddUser adds a user and their profile; fault.Conflict, email_taken, if the e-mail is
	// somebody's already.
	AddUser(ctx context.Context, u User, p Profile, letters ...jobs.Args) error
	AddLink(ctx context.Context, l Link, tokenHash string) error
	// ResetPassword uses a link: all of that user's for a password are gone then, and all
	// their sessions have ended.
	ResetPassword(ctx context.Context, tokenHash string, now time.Time, passwordHash string) (userID string, err error)
	VerifyEmail(ctx context.Context, tokenHash string, now time.Time) (userID string, err error)
	// SetPassword ends all sessions of the user but one, and their links for a password.
	SetPassword(ctx context.Context, userID, passwordHash, butSession string) error

	Users(ctx context.Context, after *Cursor, limit int) ([]Listed, error)
	// ChangeUser writes what change makes of a user as they are at that moment, unless it
	// returns an error. It may be called more than once. Who is disabled is signed out.
	ChangeUser(ctx context.Context, userID string, change func(*User) error) (User, error)
	// DeleteUser removes a user with all that is theirs. Films they brought in stay, and are
	// nobody's; what they were sending is given up.
	DeleteUser(ctx context.Context, userID string) error
	Export(ctx context.Context, userID string, now time.Time) (Export, error)

	// Enqueue asks for a letter that follows from no row.
	Enqueue(ctx context.Context, letter jobs.Args) error
	// Prune drops what has expired.
	Prune(ctx context.Context, now time.Time) error
}

// Post sends letters.
type Post interface {
	Send(ctx context.Context, to, subject, text string) error
}

// PeopleOptions are the parts a People asks.
type PeopleOptions struct {
	Accounts  *Service
	Store     PeopleStore
	SignUp    SignUp
	Post      Post   // nil: no letter goes out, and links are made by an administrator
	PublicURL string // where links in letters lead; needed with a Post
	Logger    *slog.Logger
}

// People decides who gets an account and how, what of it they may change, and how they get
// back in.
type People struct{ PeopleOptions }

// NewPeople returns a People on these parts.
func NewPeople(o PeopleOptions) *People { return &People{o} }

// Mails reports whether letters go out.
func (p *People) Mails() bool { return p.Post != nil }

func (p *People) now() time.Time { return p.Accounts.now().UTC().Truncate(time.Microsecond) }

// PruneArgs name the job that drops what has expired.
type PruneArgs struct{}

// Kind is the job's name.
func (PruneArgs) Kind() string { return "account.prune" }

// Unhurried lets others go before.
func (PruneArgs) Unhurried() {}

// PruneEvery is how often that is done: what expires is refused from that moment anyway.
const PruneEvery = time.Hour

// Prune drops invitations, sign-ups and links that have expired.
func (p *People) Prune(ctx context.Context, _ PruneArgs) error {
	return fault.Wrap("account.prune", p.Store.Prune(ctx, p.now()))
}

// User returns one user.
func (p *People) User(ctx context.Context, id string) (User, error) {
	u, err := p.Store.User(ctx, id)
	return u, fault.Wrap("account.user", err)
}

// Users lists users, the newest first.
func (p *People) Users(ctx context.Context, after *Cursor, limit int) ([]Listed, error) {
	list, err := p.Store.Users(ctx, after, limit)
	return list, fault.Wrap("account.users", err)
}

// Add makes a user who chooses their password by a one-time link, which is returned where no
// letter carries it.
func (p *People) Add(ctx context.Context, email, name, language string, role Role) (User, Handed, error) {
	const op = "account.add"
	user, profile, err := p.Accounts.newUser(ctx, email, randomToken(), role) // a password nobody knows
	if err == nil {
		err = describe(op, &user, &profile, name, language)
	}
	if err != nil {
		return User{}, Handed{}, err
	}
	if p.Mails() {
		return user, Handed{Mailed: true}, fault.Wrap(op, p.Store.AddUser(ctx, user, profile, WelcomeLetter{UserID: user.ID}))
	}
	if err := p.Store.AddUser(ctx, user, profile); err != nil {
		return User{}, Handed{}, fault.Wrap(op, err)
	}
	link, err := p.link(ctx, user.ID, ForPassword, WelcomeLife)
	return user, link, fault.Wrap(op, err)
}

// Handed is how somebody gets what opens the door: by letter, or by who reads this.
type Handed struct {
	Mailed    bool
	Path      string // of this server, with the token: shown once; "" when it was mailed
	ExpiresAt time.Time
}

// ResetLink makes a link by which a user chooses another password, for an administrator to
// hand over.
func (p *People) ResetLink(ctx context.Context, userID string) (Handed, error) {
	const op = "account.reset_link"
	if _, err := p.Store.User(ctx, userID); err != nil {
		return Handed{}, fault.Wrap(op, err)
	}
	link, err := p.link(ctx, userID, ForPassword, LinkLife)
	return link, fault.Wrap(op, err)
}

// UserChange is what to change of a user; what is nil stays.
type UserChange struct {
	Name, Language *string
	Role           *Role
	Disabled       *bool
}

// Change changes a user. Role and disabling count at once, in every session.
func (p *People) Change(ctx context.Context, by Me, userID string, c UserChange) (User, error) {
	const op = "account.change_user"
	if userID == by.User.ID && (c.Role != nil || c.Disabled != nil) {
		return User{}, notYourself(op)
	}
	return p.change(ctx, op, userID, c)
}

// ChangeMe changes what somebody says of themselves.
func (p *People) ChangeMe(ctx context.Context, by Me, name, language *string) (User, error) {
	return p.change(ctx, "account.change_me", by.User.ID, UserChange{Name: name, Language: language})
}

func (p *People) change(ctx context.Context, op, userID string, c UserChange) (User, error) {
	u, err := p.Store.ChangeUser(ctx, userID, func(u *User) error {
		set(&u.Language, c.Language)
		set(&u.Role, c.Role)
		set(&u.Disabled, c.Disabled)
		if !u.Role.Includes(Viewer) {
			return fault.New(fault.Invalid, op, "bad_role", "The roles are viewer, editor and admin.")
		}
		if c.Name != nil && *c.Name == "" {
			u.Name = ""
		} else if c.Name != nil {
			name, err := cleanName(op, *c.Name)
			if err != nil {
				return err
			}
			u.Name = name
		}
		return checkLanguage(op, u.Language)
	})
	return u, fault.Wrap(op, p.Accounts.changes(ctx, userID, err))
}

// Delete removes another user.
func (p *People) Delete(ctx context.Context, by Me, userID string) error {
	const op = "account.delete_user"
	if userID == by.User.ID {
		return notYourself(op)
	}
	return fault.Wrap(op, p.Accounts.changes(ctx, userID, p.Store.DeleteUser(ctx, userID)))
}

// DeleteMe removes who is acting, who says their password once more.
func (p *People) DeleteMe(ctx context.Context, by Me, password string) error {
	if err := p.Accounts.Confirm(ctx, by, password); err != nil {
		return err
	}
	return fault.Wrap("account.delete_me", p.Accounts.changes(ctx, by.User.ID, p.Store.DeleteUser(ctx, by.User.ID)))
}

func notYourself(op string) error {
	return fault.New(fault.Conflict, op, "not_yourself", "Another administrator does this to your account; you can delete it in your own settings.")
}

// describe fills in what somebody said of themselves.
func describe(op string, u *User, p *Profile, name, language string) error {
	if err := checkLanguage(op, language); err != nil {
		return err
	}
	u.Language, p.Language = language, language
	if name == "" {
		return nil
	}
	name, err := cleanName(op, name)
	if err == nil {
		u.Name, p.Name = name, name
	}
	return err
}
