package account_test

import (
	"log/slog"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// checking is a service with one session, as a server has it: on SQLite, told by its signals.
func checking(b *testing.B) (s *account.Service, access string) {
	b.Helper()
	db, err := sqlstore.Open(b.Context(), sqlstore.Options{URL: filepath.Join(b.TempDir(), "kkmovies.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	keeper, err := keys.Open("", filepath.Join(b.TempDir(), "key"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = keeper.Close() })
	store := db.Accounts()
	s = account.NewService(account.Options{Store: store, Signals: store.Signals(), Secrets: db.Secrets(keeper)})
	b.Cleanup(s.Close)
	if _, err := s.AddUser(b.Context(), "ana@example.com", password, account.Viewer); err != nil {
		b.Fatal(err)
	}
	_, tokens, err := s.SignIn(b.Context(), "ana@example.com", password, account.Origin{})
	if err != nil {
		b.Fatal(err)
	}
	return s, tokens.Access
}

// cpu reports the time that the processor spent, which on a machine with other work is less
// than what goes by.
func cpu(b *testing.B) (stop func()) {
	spent := func() int64 {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return u.Utime.Nano() + u.Stime.Nano()
	}
	before := spent()
	return func() { b.ReportMetric(float64(spent()-before)/float64(b.N), "cpu-ns/op") }
}

// What it costs to know who sends a token: for the first time, with its session known already
// by another token, and again and again.
func BenchmarkTokenCheck(b *testing.B) {
	for name, before := range map[string]func(*account.Service){
		"cold, token and session":       func(s *account.Service) { s.ForgetTokens(); s.ForgetSessions() },
		"cold, token of a live session": (*account.Service).ForgetTokens,
		"remembered":                    nil,
	} {
		b.Run(name, func(b *testing.B) {
			s, access := checking(b)
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				if before != nil {
					before(s)
				}
				if _, err := s.Authenticate(b.Context(), access); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("remembered, by many at once", func(b *testing.B) {
		s, access := checking(b)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, err := s.Authenticate(b.Context(), access); err != nil {
					b.Error(err)
				}
			}
		})
	})
}
