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
	PasswordHash string `json:"-"` // argon2id, PHC string format
	Role         Role
	Epoch        int       // of their sessions: raised, it ends all of them at once
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
	Epoch     int    // the user's when it began; with another it has ended
	Device    string // "Chrome on Android", or what an app calls itself, shortened
	Address   string // from which it was seen last
	CreatedAt time.Time
	SeenAt    time.Time // last, to some minutes
	ExpiresAt time.Time // unless it is refreshed
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

// Store keeps people. Refresh tokens reach it hashed only. Every method answers
// fault.NotFound for what is not there and may be retried.
//
// What ends a session, or changes what a session may do, is told to the Signals of every
// process, its own party excepted, so that none goes on believing what it remembers.
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

	// CreateSession adds a session with its first refresh token, and drops those of the same
	// user that have expired by the time it was created.
	CreateSession(ctx context.Context, s Session, tokenHash string) error
	// Me answers fault.NotFound for a session that has expired, or is of another epoch than
	// its user is now.
	Me(ctx context.Context, sessionID string, now time.Time) (Me, error)
	// Refresh uses a refresh token and adds the next. All at once, so that of many who use
	// one token one is the first. fault.NotFound for a token that is unknown or has expired,
	// or whose session has ended.
	Refresh(ctx context.Context, r Refreshing) (Refreshed, error)
	// Sessions lists a user's sessions that have not ended, the last seen first.
	Sessions(ctx context.Context, userID string, now time.Time) ([]Session, error)
	// SeeSession notes when and from where a session was seen.
	SeeSession(ctx context.Context, sessionID, address string, at time.Time) error
	// EndSession ends a session of this user.
	EndSession(ctx context.Context, userID, sessionID string) error
	// EndSessions raises a user's epoch and so ends all their sessions, whose ids it returns;
	// but one, if its id is given, which goes on in the new epoch.
	EndSessions(ctx context.Context, userID, but string) (ended []string, err error)
	// EndByRefresh ends the session of a refresh token, used or not, and returns it.
	EndByRefresh(ctx context.Context, tokenHash string) (Session, error)
}

// Refreshing is the use of a refresh token.
type Refreshing struct {
	Used, Next string // hashes
	// Grace is how long after a token's first use it may be used again: two tabs send the
	// same one. Used later than that it ends its session.
	Grace   time.Duration
	Address string
	Now     time.Time     // the time the token must not have expired by
	Expires time.Time     // of the next token
	Longest time.Duration // that a session lasts, however often it is refreshed
}

// Refreshed is what became of a refresh token's use.
type Refreshed struct {
	Me
	// Reused says that the token had been used before, longer ago than the grace: the session
	// has ended, and Me is who held it.
	Reused bool
}

// Secrets keeps small secrets, wrapped, shared by every node.
type Secrets interface {
	// Secret returns the secret of this name, calling make for it the first time; of two
	// nodes at once both get the one that was stored first.
	Secret(ctx context.Context, name string, make func() ([]byte, error)) ([]byte, error)
	// SigningKeys returns what access tokens are signed with, the newest first.
	SigningKeys(ctx context.Context) ([]SigningKey, error)
	// AddSigningKey adds a key and drops those whose numbers are below keep. Of two nodes that
	// add one of the same number the first is kept, and neither is told.
	AddSigningKey(ctx context.Context, k SigningKey, keep int) error
}

// SigningKey is one key of those that access tokens are signed with, one after the other.
type SigningKey struct {
	Number    int    // counted up
	ID        string // by which tokens name it
	Seed      []byte // of Ed25519, secret
	CreatedAt time.Time
	SignsFrom time.Time // until then it is only made known
}

// Signals tell this process what others have done (sqlstore.Signals).
type Signals interface {
	Listen(heard func(topic string, keys []string), missed func()) (stop func())
	// Whole returns a time of this process's clock before which everything that was told has
	// been heard; long ago while nothing is heard.
	Whole() time.Time
}

// What processes tell each other.
const (
	SessionEnded   = "session.ended"   // the key is UserID/SessionID
	SessionChanged = "session.changed" // likewise: it speaks for another profile, or may do something else now
	KeysChanged    = "keys.changed"    // of signing; there is no key
)
