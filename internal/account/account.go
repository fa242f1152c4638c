// Package account owns people: users, their profiles, their sessions, and the first
// administrator. It decides who somebody is; httpapi decides what a route asks for. It
// knows no HTTP and no SQL.
package account

import (
	"context"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// Role says what a user may do. Each includes the one before it.
type Role string

const (
	Viewer Role = "viewer" // watches
	Editor Role = "editor" // also brings films in and takes them out
	Admin  Role = "admin"  // also runs the place
)

// Includes reports whether somebody of role r may do what needs at least role min. A role
// there is no such thing as includes nothing and is included in nothing.
func (r Role) Includes(min Role) bool { return min.rank() > 0 && r.rank() >= min.rank() }

func (r Role) rank() int { return slices.Index([]Role{Viewer, Editor, Admin}, r) + 1 }

// User is somebody with an e-mail and a password.
type User struct {
	ID           string
	Email        string // lower case
	PasswordHash string // argon2id, PHC string format
	Role         Role
	Name         string    // "" for who has not said it
	Language     string    // of letters: one of Languages, "" for who has not chosen
	Disabled     bool      // an administrator keeps them out
	VerifiedAt   time.Time // when they proved that the e-mail is theirs; zero until then
	CreatedAt    time.Time
}

// Profile is one viewer in a user's household.
type Profile struct {
	ID        string
	UserID    string
	Name      string
	Avatar    string         // one of Avatars
	Language  string         // one of Languages, "" for that of the device
	Limit     catalog.Rating // up to which films are shown; the zero one shows all
	PINHash   string         `json:"-"` // argon2id; "" for who asks for none
	CreatedAt time.Time
}

// Session is one sign-in on one device, speaking for one profile.
type Session struct {
	ID        string
	UserID    string
	ProfileID string
	Device    string // what the browser or app calls itself, shortened
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Principal is who is acting. Every call that acts for somebody takes one.
type Principal struct {
	UserID    string
	ProfileID string
	SessionID string
	Role      Role
	Limit     catalog.Rating // of the profile
}

// Me is a signed-in person in full.
type Me struct {
	User    User
	Profile Profile
	Session Session
}

// Principal returns who m acts as.
func (m Me) Principal() Principal {
	return Principal{UserID: m.User.ID, ProfileID: m.Profile.ID, SessionID: m.Session.ID, Role: m.User.Role, Limit: m.Profile.Limit}
}

// Store keeps people. Session tokens reach it hashed only. Every method answers
// fault.NotFound for what is not there and may be retried.
type Store interface {
	// CreateFirstAdmin adds a user and its profile if there is no administrator, and ends
	// the set-up link, in one transaction; fault.Conflict if there is one, or, with the
	// code email_taken, if the e-mail is somebody's already.
	CreateFirstAdmin(ctx context.Context, u User, p Profile) error
	// CreateUser adds a user and its profile; fault.Conflict if the e-mail is taken.
	CreateUser(ctx context.Context, u User, p Profile) error
	HasAdmin(ctx context.Context) (bool, error)
	// UserByEmail returns a user with the profile that a sign-in speaks for: the oldest of
	// those without a limit.
	UserByEmail(ctx context.Context, email string) (User, Profile, error)
	// CreateSession adds a session and drops those of the same user that have expired by
	// the time it was created.
	CreateSession(ctx context.Context, s Session, tokenHash string) error
	// MeByToken and MeBySession answer fault.NotFound for a session that has expired.
	MeByToken(ctx context.Context, tokenHash string, now time.Time) (Me, error)
	MeBySession(ctx context.Context, sessionID string, now time.Time) (Me, error)
	DeleteSession(ctx context.Context, sessionID string) error
}

// Secrets keeps small secrets, wrapped, shared by every node.
type Secrets interface {
	// Secret returns the secret of this name, calling make for it the first time; of two
	// nodes at once both get the one that was stored first.
	Secret(ctx context.Context, name string, make func() ([]byte, error)) ([]byte, error)
}
