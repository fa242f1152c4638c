package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"log/slog"
	"net/mail"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	maxEmail    = 254 // RFC 5321 §4.5.3.1.3, less the angle brackets
	minPassword = 8
	maxPassword = 256 // bytes; hashing is not a way to spend the server's memory
	maxDevice   = 120
	maxAddress  = 64
)

// Options are what a Service is made of.
type Options struct {
	Store   Store
	Secrets Secrets
	Signals Signals // of the Store, so that it does not hear itself; nil where nobody else works on it
	Shared  Shared  // nil where nothing is shared by way of Redis
	Places  Places  // nil where no place is known
	// Ended is told of a user some of whose sessions have ended, or may do something else
	// now, by this process's doing or another's; of "" when it may be any user. May be nil.
	Ended func(userID string)
	// SignedOut is told, before Ended is, which sessions of a user were signed out, by this
	// process's doing (here) or another's. May be nil.
	SignedOut func(userID string, sessionIDs []string, here bool)
	Logger    *slog.Logger // nil for none
}

// Service signs people in and says who they are.
type Service struct {
	store     Store
	password  *passwords
	setup     setupLink
	keys      *keyRing
	parser    *jwt.Parser
	checks    *checks
	places    Places
	ended     func(userID string)
	signedOut func(userID string, sessionIDs []string, here bool)
	log       *slog.Logger
	grace     time.Duration
	now       func() time.Time
	noting    sync.WaitGroup
}

// NewService returns a service on this store; Close ends it.
func NewService(o Options) *Service {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Ended == nil {
		o.Ended = func(string) {}
	}
	if o.SignedOut == nil {
		o.SignedOut = func(string, []string, bool) {}
	}
	s := &Service{
		store: o.Store, password: newPasswords(), keys: newKeyRing(o.Secrets), places: o.Places,
		ended: o.Ended, signedOut: o.SignedOut, log: o.Logger, grace: refreshGrace, now: time.Now,
	}
	s.parser = s.newParser()
	s.checks = newChecks(o.Store, o.Shared, o.Signals)
	if o.Signals != nil {
		s.checks.stop = o.Signals.Listen(s.heard, s.missed)
	}
	return s
}

// Close releases what NewService began.
func (s *Service) Close() {
	s.checks.close()
	s.noting.Wait()
}

// SignIn checks an e-mail and a password and opens a session. Whether the e-mail exists can be told neither from the answer
// nor from the time it takes.
func (s *Service) SignIn(ctx context.Context, email, password string, from Origin) (Me, Tokens, error) {
	const op = "account.signin"
	user, profile, known, err := s.find(ctx, email)
	if err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	if len(password) > maxPassword {
		password = ""
	}
	matches, err := s.password.matches(ctx, password, user.PasswordHash, known)
	if err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	if !known || !matches {
		return Me{}, Tokens{}, fault.New(fault.SignedOut, op, "bad_credentials", "That email and password do not match.")
	}
	if user.Disabled { // only who knows the password is told
		return Me{}, Tokens{}, fault.New(fault.Forbidden, op, "account_disabled", "This account was disabled. Ask who runs this server.")
	}
	return s.open(ctx, user, profile, from)
}

// find returns who has this e-mail. What is no e-mail address is nobody's.
func (s *Service) find(ctx context.Context, email string) (user User, profile Profile, known bool, err error) {
	email = normalEmail(email)
	if !isEmail(email) {
		return User{}, Profile{}, false, nil
	}
	user, profile, err = s.store.UserByEmail(ctx, email)
	if fault.Is(err, fault.NotFound) {
		return User{}, Profile{}, false, nil
	}
	return user, profile, err == nil, err
}

// AddUser creates a user of this role, for the command line.
func (s *Service) AddUser(ctx context.Context, email, password string, role Role) (User, error) {
	user, profile, err := s.newUser(ctx, email, password, role)
	if err != nil {
		return User{}, err
	}
	return user, fault.Wrap("account.add", s.store.CreateUser(ctx, user, profile))
}

func (s *Service) newUser(ctx context.Context, email, password string, role Role) (User, Profile, error) {
	const op = "account.new"
	email = normalEmail(email)
	if !isEmail(email) {
		return User{}, Profile{}, fault.New(fault.Invalid, op, "bad_email", "This is not an e-mail address.")
	}
	if utf8.RuneCountInString(password) < minPassword || len(password) > maxPassword {
		return User{}, Profile{}, fault.New(fault.Invalid, op, "bad_password", "A password has 8 characters or more, and 256 at most.")
	}
	hash, err := s.password.hash(ctx, password)
	if err != nil {
		return User{}, Profile{}, fault.Wrap(op, err)
	}
	now := s.now().UTC().Truncate(time.Microsecond)
	user := User{ID: newID(), Email: email, PasswordHash: hash, Role: role, CreatedAt: now}
	name, _, _ := strings.Cut(email, "@")
	return user, Profile{ID: newID(), UserID: user.ID, Name: shorten(name, maxName), Avatar: Avatars[0], CreatedAt: now}, nil
}

func signedOut(op string) error {
	return fault.New(fault.SignedOut, op, "signed_out", "Sign in to go on.")
}

// isEmail reports whether a text is one plain address, with nothing hidden in it.
func isEmail(text string) bool {
	if len(text) > maxEmail || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		return false
	}
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

func normalEmail(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// newID returns a UUIDv7 (RFC 9562), whose order is that of creation.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// randomToken returns 256 bits of randomness, URL-safe.
func randomToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: see crypto/rand
	return base64.RawURLEncoding.EncodeToString(b)
}

// hashToken is what is stored of a token. A token is random, so a fast hash is enough.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// shorten makes what a device calls itself fit to be stored: header values may hold
// bytes that are no text.
func shorten(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}
