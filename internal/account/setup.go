package account

import (
	"context"
	"crypto/subtle"
	"sync"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// setupLink is the one-time token that makes the first administrator. It is derived from
// a stored secret, so every node and every restart prints the same link until it is used.
type setupLink struct {
	mu    sync.Mutex
	token string
}

// SetupNeeded reports whether there is no administrator yet.
func (s *Service) SetupNeeded(ctx context.Context) (bool, error) {
	has, err := s.store.HasAdmin(ctx)
	return !has, fault.Wrap("account.setup", err)
}

// SetupToken returns the token of the set-up link, "" once there is an administrator.
func (s *Service) SetupToken(ctx context.Context, secrets Secrets) (string, error) {
	const op = "account.setup"
	if needed, err := s.SetupNeeded(ctx); err != nil || !needed {
		return "", fault.Wrap(op, err)
	}
	secret, err := secrets.Secret(ctx, "setup-link", func() ([]byte, error) { return []byte(randomToken()), nil })
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	s.setup.mu.Lock()
	defer s.setup.mu.Unlock()
	s.setup.token = string(secret)
	return s.setup.token, nil
}

// SetUp makes the first administrator and signs them in. The token stops working with
// the first administrator, whoever made it.
func (s *Service) SetUp(ctx context.Context, token, email, password string, from Origin) (Me, Tokens, error) {
	const op = "account.setup"
	if needed, err := s.SetupNeeded(ctx); err != nil {
		return Me{}, Tokens{}, err
	} else if !needed {
		return Me{}, Tokens{}, fault.New(fault.Conflict, op, "already_set_up", "There is an administrator already. Sign in instead.")
	}
	s.setup.mu.Lock()
	want := s.setup.token
	s.setup.mu.Unlock()
	if want == "" || subtle.ConstantTimeCompare([]byte(token), []byte(want)) != 1 {
		return Me{}, Tokens{}, fault.New(fault.Forbidden, op, "bad_setup_token",
			"This set-up link is not valid. Use the one printed by the server when it started.")
	}
	user, profile, err := s.newUser(ctx, email, password, Admin)
	if err != nil {
		return Me{}, Tokens{}, err
	}
	if err := s.store.CreateFirstAdmin(ctx, user, profile); err != nil {
		return Me{}, Tokens{}, fault.Wrap(op, err)
	}
	return s.open(ctx, user, profile, from)
}

// EnsureAdmin makes the administrator named in the configuration if there is none yet.
// It never changes an existing one.
func (s *Service) EnsureAdmin(ctx context.Context, email, password string) error {
	if needed, err := s.SetupNeeded(ctx); err != nil || !needed {
		return err
	}
	user, profile, err := s.newUser(ctx, email, password, Admin)
	if err != nil {
		return err
	}
	err = s.store.CreateFirstAdmin(ctx, user, profile)
	if fault.CodeOf(err) == "already_set_up" { // another node was first
		return nil
	}
	return fault.Wrap("account.ensure", err)
}
