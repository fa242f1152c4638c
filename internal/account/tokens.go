package account

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	// AccessLife is how long an access token is good for. Only what is looked up besides, its
	// session, can end it before.
	AccessLife = 15 * time.Minute
	// clocksApart is how much the clocks of nodes may differ.
	clocksApart = 30 * time.Second
	maxAccess   = 2048 // bytes; ours are a quarter of that
	issuer      = "kkmovies"
	tokenType   = "at+jwt" // RFC 9068: no other signed thing passes for one
)

// claims is what an access token says. What somebody may do is taken from their session, as
// it is now; role and profile are for those who only read tokens.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid"`
	Profile string `json:"pid"`
	Role    Role   `json:"role"`
	Epoch   int    `json:"epoch"`
}

// newParser takes what is signed as ours are, and nothing that says so itself.
func (s *Service) newParser() *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(issuer), jwt.WithAudience(issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(clocksApart), jwt.WithTimeFunc(func() time.Time { return s.now() }),
	)
}

// issue signs an access token.
func (s *Service) issue(ctx context.Context, m Me) (string, time.Time, error) {
	const op = "account.issue"
	now := s.now()
	key, err := s.keys.signer(ctx, now)
	if err != nil {
		return "", time.Time{}, fault.Wrap(op, err)
	}
	expires := now.Add(AccessLife).UTC().Truncate(time.Second)
	if expires.After(m.Session.ExpiresAt) {
		expires = m.Session.ExpiresAt.Truncate(time.Second)
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Audience: jwt.ClaimStrings{issuer}, Subject: m.User.ID,
			IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(expires),
		},
		Session: m.Session.ID, Profile: m.Profile.ID, Role: m.User.Role, Epoch: m.Session.Epoch,
	})
	token.Header["kid"], token.Header["typ"] = key.ID, tokenType
	signed, err := token.SignedString(key.private)
	return signed, expires, fault.Wrap(op, err)
}

// Authenticate returns who holds an access token; fault.SignedOut when nobody does. However
// good the token, it is worth nothing when its session has ended.
func (s *Service) Authenticate(ctx context.Context, token string) (Me, error) {
	const op = "account.authenticate"
	if token == "" || len(token) > maxAccess {
		return Me{}, signedOut(op)
	}
	now, look := s.now(), s.checks.look()
	var copied [maxAccess]byte // or it would be one on the heap
	digest := sha256.Sum256(copied[:copy(copied[:], token)])
	known, ok := s.checks.token(digest, look)
	if !ok {
		longest, before := keysReadFor, s.checks.voids.Load()
		if !look.heard {
			longest = believedAlone
		}
		var err error
		if known, err = s.verify(ctx, token, longest); err != nil {
			return Me{}, err
		}
		known.at = look.at
		s.checks.keepToken(digest, known, before)
	}
	if !now.Before(known.expires) {
		return Me{}, signedOut(op)
	}
	m, err := s.checks.session(ctx, known.sessionID, now, look)
	switch {
	case fault.Is(err, fault.NotFound):
		return Me{}, signedOut(op)
	case err != nil:
		return Me{}, fault.Wrap(op, err)
	case m.User.ID != known.userID, m.Session.Epoch < known.epoch:
		return Me{}, signedOut(op)
	}
	return m, nil
}

// verify checks all that can be told from a token by itself.
func (s *Service) verify(ctx context.Context, token string, keysOf time.Duration) (verified, error) {
	const op = "account.verify"
	var c claims
	parsed, err := s.parser.ParseWithClaims(token, &c, func(t *jwt.Token) (any, error) {
		id, _ := t.Header["kid"].(string)
		if t.Header["typ"] != tokenType || id == "" {
			return nil, jwt.ErrTokenUnverifiable
		}
		return s.keys.verifier(ctx, id, s.now(), keysOf)
	})
	if err != nil {
		if kind := fault.KindOf(err); kind == fault.Unavailable || kind == fault.Cancelled {
			return verified{}, fault.Wrap(op, err) // the keys could not be read: nobody is signed out by that
		}
		return verified{}, signedOut(op)
	}
	if !parsed.Valid || c.Subject == "" || c.Session == "" {
		return verified{}, signedOut(op)
	}
	return verified{userID: c.Subject, sessionID: c.Session, epoch: c.Epoch, expires: c.ExpiresAt.Time}, nil
}
