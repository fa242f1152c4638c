package account

import (
	"context"
	"time"

	"github.com/alexedwards/argon2id"
)

// Alive reports, as an error, that a session has ended.
func (s *Service) Alive(ctx context.Context, sessionID string) error {
	_, err := s.Limit(ctx, sessionID)
	return err
}

// SetClock makes s live at the time that now tells.
func (s *Service) SetClock(now func() time.Time) { s.now = now }

// SetGrace is how long a used refresh token may come again: less than 0 for not at all.
func (s *Service) SetGrace(grace time.Duration) { s.grace = grace }

// OnCompare calls watch before every comparison of a password with a hash.
func (s *Service) OnCompare(watch func(hash string)) {
	compare := s.password.compare
	s.password.compare = func(password, hash string) (bool, error) {
		watch(hash)
		return compare(password, hash)
	}
}

// SkipHashing answers every comparison with no, at no cost.
func (s *Service) SkipHashing() {
	s.password.compare = func(string, string) (bool, error) { return false, nil }
}

// CostOf returns what a hash costs, and CostOfNew what a new one does.
func CostOf(hash string) (argon2id.Params, error) {
	params, _, _, err := argon2id.DecodeHash(hash)
	if err != nil {
		return argon2id.Params{}, err
	}
	return *params, nil
}

var (
	CostOfNew = *argon2Params
	Decoy     = decoy
)

// SetCheckClock makes what is remembered as old as now tells.
func (s *Service) SetCheckClock(now func() time.Time) { s.checks.clock = now }

// Rest returns when nothing is being noted.
func (s *Service) Rest() { s.noting.Wait() }

// ForgetTokens and ForgetSessions forget what is remembered.
func (s *Service) ForgetTokens()   { s.checks.dropTokens() }
func (s *Service) ForgetSessions() { s.checks.dropSessions() }
