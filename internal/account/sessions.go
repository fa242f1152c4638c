package account

import (
	"context"
	"strings"
	"time"

	"github.com/mileusna/useragent"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const (
	// SessionLife is how long a session lasts in which nobody does anything: that of a
	// refresh token.
	SessionLife = 30 * 24 * time.Hour
	// longestSession is after how long anybody signs in once more.
	longestSession = 365 * 24 * time.Hour
	// refreshGrace is how long a used refresh token may come again: two tabs that wake up
	// together send the same one.
	refreshGrace = 20 * time.Second
	// seenEvery is how exactly it is known when a session was seen last.
	seenEvery  = 5 * time.Minute
	noteWithin = 5 * time.Second
)

// Origin is where somebody comes from, as they would know it again.
type Origin struct {
	Agent   string // what the browser or app calls itself
	Address string // of the network
}

// Places knows where an address is, roughly: "Lisbon, Portugal", or "" when it does not.
type Places interface {
	Place(address, language string) string
}

// Tokens are what a device proves itself with. They are given once; the refresh token is
// stored hashed, the access token not at all.
type Tokens struct {
	Access         string
	AccessExpires  time.Time
	Refresh        string
	RefreshExpires time.Time
}

// Device is a session as its user sees it in a list.
type Device struct {
	Session
	Place string // "" when it is not known
}

// open opens a session. It is of the epoch that the user had when they proved who they are:
// if all of their sessions were ended meanwhile, this one has never begun.
func (s *Service) open(ctx context.Context, user User, profile Profile, from Origin) (Me, Tokens, error) {
	const op = "account.open"
	now := s.now().UTC().Truncate(time.Microsecond)
	refresh := randomToken()
	m := Me{User: user, Profile: profile, Session: Session{
		ID: newID(), UserID: user.ID, ProfileID: profile.ID, Epoch: user.Epoch, Device: deviceOf(from.Agent), Address: shorten(from.Address, maxAddress),
		CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(SessionLife),
	}}
	tokens, err := s.tokens(ctx, m, refresh)
	if err == nil {
		err = s.store.CreateSession(ctx, m.Session, hashToken(refresh))
	}
	if fault.Is(err, fault.Conflict) { // the user, or the profile, is gone since
		return Me{}, Tokens{}, signedOut(op)
	}
	if err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	return m, tokens, nil
}

func (s *Service) tokens(ctx context.Context, m Me, refresh string) (Tokens, error) {
	access, expires, err := s.issue(ctx, m)
	return Tokens{Access: access, AccessExpires: expires, Refresh: refresh, RefreshExpires: m.Session.ExpiresAt}, err
}

// Refresh takes a refresh token and gives the next, with a new access token. One that was
// used before, longer ago than the grace, is in two hands: its session ends.
func (s *Service) Refresh(ctx context.Context, token string, from Origin) (Me, Tokens, error) {
	const op = "account.refresh"
	if token == "" || len(token) > 128 {
		return Me{}, Tokens{}, signedOut(op)
	}
	now, next := s.now().UTC().Truncate(time.Microsecond), randomToken()
	out, err := s.store.Refresh(ctx, Refreshing{
		Used: hashToken(token), Next: hashToken(next), Grace: s.grace, Address: shorten(from.Address, maxAddress),
		Now: now, Expires: now.Add(SessionLife), Longest: longestSession,
	})
	switch {
	case fault.Is(err, fault.NotFound):
		return Me{}, Tokens{}, signedOut(op)
	case err != nil:
		return Me{}, Tokens{}, fault.Wrap(op, err)
	case out.Reused:
		s.log.WarnContext(ctx, "a refresh token was used again: somebody may have stolen it, so its session was ended",
			"user", out.User.ID, "session", out.Session.ID, "device", out.Session.Device)
		s.sessionEnded(ctx, out.User.ID, out.Session.ID)
		return Me{}, Tokens{}, signedOut(op)
	}
	tokens, err := s.tokens(ctx, out.Me, next)
	return out.Me, tokens, fault.Wrap(op, err)
}

// changes has this process know at once that a user's sessions ended, or may see or do
// something else, if that did not fail. All others are told by the store in which it was done.
func (s *Service) changes(ctx context.Context, userID string, err error) error {
	if err == nil {
		s.checks.drop(ctx, s.checks.of(userID)...)
		s.ended(userID)
	}
	return err
}

// Seen notes, now and then, that a session was seen, and from where. It keeps nobody waiting.
func (s *Service) Seen(ctx context.Context, m Me, address string) {
	now := s.now().UTC().Truncate(time.Microsecond)
	if now.Sub(m.Session.SeenAt) < seenEvery || !s.checks.see(m.Session.ID, now) {
		return
	}
	s.noting.Go(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteWithin)
		defer cancel()
		err := s.store.SeeSession(ctx, m.Session.ID, shorten(address, maxAddress), now)
		if err == nil {
			s.checks.drop(ctx, m.Session.ID) // so that nobody notes it again
		} else if !fault.Is(err, fault.NotFound) {
			s.log.DebugContext(ctx, "when a session was seen is not noted", "session", m.Session.ID, "error", err)
		}
	})
}

// Devices lists where a user is signed in, the last seen first; places in a language.
func (s *Service) Devices(ctx context.Context, userID, language string) ([]Device, error) {
	sessions, err := s.store.Sessions(ctx, userID, s.now())
	if err != nil {
		return nil, fault.Wrap("account.devices", err)
	}
	devices := make([]Device, len(sessions))
	for i, session := range sessions {
		devices[i] = Device{Session: session}
		if s.places != nil {
			devices[i].Place = s.places.Place(session.Address, language)
		}
	}
	return devices, nil
}

// SignOut ends a session of a user, at once and everywhere. fault.NotFound when they have no
// such session.
func (s *Service) SignOut(ctx context.Context, userID, sessionID string) error {
	if err := s.store.EndSession(ctx, userID, sessionID); err != nil {
		return fault.Wrap("account.signout", err)
	}
	s.sessionEnded(ctx, userID, sessionID)
	return nil
}

// Leave ends the session of a refresh token: of somebody who signs in where somebody was
// signed in already. It is no error if there is none.
func (s *Service) Leave(ctx context.Context, refreshToken string) error {
	if refreshToken == "" || len(refreshToken) > 128 {
		return nil
	}
	session, err := s.store.EndByRefresh(ctx, hashToken(refreshToken))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		s.sessionEnded(ctx, session.UserID, session.ID)
	}
	return fault.Wrap("account.leave", err)
}

// SignOutAll ends all sessions of a user, but for one if its id is given.
func (s *Service) SignOutAll(ctx context.Context, userID, but string) error {
	ended, err := s.store.EndSessions(ctx, userID, but)
	if err != nil {
		return fault.Wrap("account.signout_all", err)
	}
	if but != "" {
		s.checks.drop(ctx, but)
	}
	s.sessionEnded(ctx, userID, ended...)
	return nil
}

// sessionEnded has this process and what is shared know that sessions ended, which the store
// has told all others.
func (s *Service) sessionEnded(ctx context.Context, userID string, sessionIDs ...string) {
	s.checks.drop(ctx, sessionIDs...)
	s.signedOut(userID, sessionIDs, true)
	s.ended(userID)
}

// heard is what others did.
func (s *Service) heard(topic string, keys []string) {
	switch topic {
	case SessionEnded, SessionChanged:
		users, sessions := map[string][]string{}, make([]string, 0, len(keys))
		for _, key := range keys {
			userID, sessionID, _ := strings.Cut(key, "/")
			users[userID] = append(users[userID], sessionID)
			sessions = append(sessions, sessionID)
		}
		s.checks.drop(context.Background(), sessions...)
		for userID, its := range users {
			if topic == SessionEnded {
				s.signedOut(userID, its, false)
			}
			s.ended(userID)
		}
	case KeysChanged:
		s.keys.forget()
		s.checks.dropTokens()
	}
}

// missed is called when something of that may not have been heard.
func (s *Service) missed() {
	s.checks.dropSessions()
	s.keys.forget()
	s.checks.dropTokens()
	s.ended("")
}

// deviceOf says in words what a browser calls itself, and leaves alone what an app does.
func deviceOf(agent string) string {
	agent = shorten(agent, maxAgent)
	if !strings.HasPrefix(agent, "Mozilla/") {
		return shorten(agent, maxDevice)
	}
	ua := useragent.Parse(agent)
	switch {
	case ua.Name != "" && ua.OS != "":
		return shorten(ua.Name+" on "+ua.OS, maxDevice)
	case ua.Name != "":
		return shorten(ua.Name, maxDevice)
	}
	return shorten(agent, maxDevice)
}

const maxAgent = 512
