package account_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// counted is a store that counts how often a session is looked up, and may be held up there.
type counted struct {
	sqlstore.Accounts
	looks  atomic.Int64
	before func() // a look-up
	after  func()
	broken atomic.Bool
}

func (c *counted) Me(ctx context.Context, id string, now time.Time) (account.Me, error) {
	c.looks.Add(1)
	if c.before != nil {
		c.before()
	}
	if c.broken.Load() {
		return account.Me{}, fault.New(fault.Unavailable, "test", "", "The database is away.")
	}
	m, err := c.Accounts.Me(ctx, id, now)
	if c.after != nil {
		c.after()
	}
	return m, err
}

// line is what a node hears, as a test lets it.
type line struct {
	mu     sync.Mutex
	down   bool
	since  time.Time
	heard  func(string, []string)
	missed func()
	now    func() time.Time
}

func (l *line) Listen(heard func(string, []string), missed func()) func() {
	l.heard, l.missed = heard, missed
	return func() {}
}

func (l *line) Whole() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.down {
		return l.since
	}
	return l.now()
}

func (l *line) cut() { l.mu.Lock(); defer l.mu.Unlock(); l.down, l.since = true, l.now() }

func (l *line) mend() {
	l.mu.Lock()
	l.down = false
	l.mu.Unlock()
	l.missed()
}

// watched is a node of which everything can be seen.
type watched struct {
	*account.Service
	store *counted
	line  *line
	time  *clock
	ended []string
}

func (p place) watched(t *testing.T, change ...func(*account.Options)) *watched {
	t.Helper()
	w := &watched{store: &counted{Accounts: p.db.Accounts()}, time: &clock{now: time.Now()}}
	w.line = &line{now: w.time.tell}
	w.Service = p.another(t, append([]func(*account.Options){func(o *account.Options) {
		o.Store, o.Signals = w.store, w.line
		o.Ended = func(user string) { w.ended = append(w.ended, user) }
	}}, change...)...)
	w.SetCheckClock(w.time.tell)
	return w
}

// wantLooks checks how often sessions were looked up since it was asked last.
func (w *watched) wantLooks(t *testing.T, what string, want int64) {
	t.Helper()
	if got := w.store.looks.Swap(0); got != want {
		t.Errorf("%s: looked up %d times, want %d", what, got, want)
	}
}

func TestASessionIsLookedUpOnceInAWhile(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	me, tokens := p.signIn(t, "ana@example.com")
	w := p.watched(t)
	for range 100 {
		wantSignedIn(t, "again and again", w.Service, tokens.Access)
		if err := w.Alive(t.Context(), me.Session.ID); err != nil {
			t.Error(err)
		}
	}
	w.wantLooks(t, "at first", 1)
	w.time.add(9 * time.Second)
	wantSignedIn(t, "9 s later", w.Service, tokens.Access)
	w.wantLooks(t, "9 s later", 0)
	w.time.add(2 * time.Second)
	wantSignedIn(t, "11 s later", w.Service, tokens.Access)
	w.wantLooks(t, "11 s later", 1)
}

func TestTheEndOfASessionIsKnownAtOnce(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	here, there := p.watched(t), p.another(t) // there hears by the database itself
	for what, end := range map[string]func(me account.Me, refresh string) error{
		"signed out":            func(me account.Me, _ string) error { return here.SignOut(t.Context(), u.ID, me.Session.ID) },
		"signed out everywhere": func(account.Me, string) error { return here.SignOutAll(t.Context(), u.ID, "") },
		"left":                  func(_ account.Me, refresh string) error { return here.Leave(t.Context(), refresh) },
		"ended by a stolen token": func(_ account.Me, token string) error {
			here.SetGrace(-1)
			_, _, err := here.Refresh(t.Context(), token, account.Origin{})
			if err != nil {
				return err
			}
			if _, _, err = here.Refresh(t.Context(), token, account.Origin{}); !fault.Is(err, fault.SignedOut) {
				return errors.New("it may be used again")
			}
			return nil
		},
	} {
		me, tokens := p.signIn(t, "ana@example.com")
		for _, s := range []*account.Service{here.Service, there} {
			wantSignedIn(t, what+": before", s, tokens.Access)
		}
		if err := end(me, tokens.Refresh); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		wantSignedOut(t, what, here.Service, tokens.Access)
		wantCode(t, what+": its media", here.Alive(t.Context(), me.Session.ID), fault.SignedOut, "signed_out")
		if n := len(here.ended); n == 0 || here.ended[n-1] != u.ID {
			t.Errorf("%s: told of %v", what, here.ended)
		}
		until(t, "it is known at another node", func() bool {
			_, err := there.Authenticate(t.Context(), tokens.Access)
			return fault.Is(err, fault.SignedOut)
		})
	}
}

func TestWhereNothingIsHeardNothingIsBelievedForLong(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	me, tokens := p.signIn(t, "ana@example.com")
	w := p.watched(t)
	wantSignedIn(t, "before", w.Service, tokens.Access)
	w.line.cut()
	if err := p.SignOut(t.Context(), u.ID, me.Session.ID); err != nil { // at another node
		t.Fatal(err)
	}
	w.time.add(time.Second + time.Millisecond)
	wantSignedOut(t, "a second later", w.Service, tokens.Access)

	// And what goes on is looked up each second, not at each request.
	_, tokens = p.signIn(t, "ana@example.com")
	w.wantLooks(t, "by then", 2)
	for range 20 {
		wantSignedIn(t, "another session", w.Service, tokens.Access)
	}
	w.wantLooks(t, "another session", 1)
	w.time.add(time.Second)
	wantSignedIn(t, "another session", w.Service, tokens.Access)
	w.wantLooks(t, "a second later", 1)
}

func TestWhatMayHaveBeenMissedIsLookedUp(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	me, tokens := p.signIn(t, "ana@example.com")
	w := p.watched(t)
	wantSignedIn(t, "before", w.Service, tokens.Access)
	w.line.cut()
	if err := p.SignOut(t.Context(), u.ID, me.Session.ID); err != nil {
		t.Fatal(err)
	}
	w.line.mend()
	wantSignedOut(t, "when it hears again", w.Service, tokens.Access)
	if n := len(w.ended); n == 0 || w.ended[n-1] != "" {
		t.Errorf("live connections were told of %q", w.ended)
	}
}

// What was looked up before a session ended is not remembered after.
func TestALookUpThatTheEndOvertakesIsNotRemembered(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	me, tokens := p.signIn(t, "ana@example.com")
	w := p.watched(t)
	w.store.after = func() {
		w.store.after = nil
		if err := w.SignOut(t.Context(), u.ID, me.Session.ID); err != nil {
			t.Error(err)
		}
	}
	wantSignedIn(t, "it went on when it was looked up", w.Service, tokens.Access)
	wantSignedOut(t, "then", w.Service, tokens.Access)
}

func TestADatabaseThatIsAwaySignsNobodyOut(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	_, tokens := p.signIn(t, "ana@example.com")
	w := p.watched(t)
	w.store.broken.Store(true)
	if _, err := w.Authenticate(t.Context(), tokens.Access); !fault.Is(err, fault.Unavailable) {
		t.Errorf("while it is away: %v", err)
	}
	w.store.broken.Store(false)
	wantSignedIn(t, "when it is back", w.Service, tokens.Access)
}

// shared is what nodes share: emptied, late or wrong, as it comes.
type shared struct {
	mu   sync.Mutex
	kept map[string]account.Me
	late bool // forgets nothing yet
}

func (s *shared) Session(ctx context.Context, key string, load func(context.Context) (account.Me, error)) (account.Me, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m, ok := s.kept[key]; ok {
		return m, nil
	}
	m, err := load(ctx)
	if err == nil {
		s.kept[key] = m
	}
	return m, err
}

func (s *shared) Forget(_ context.Context, keys ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		if !s.late {
			delete(s.kept, key)
		}
	}
}

func TestWhatIsSharedIsLookedUpOnceForAllNodes(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	me, tokens := p.signIn(t, "ana@example.com")
	both := &shared{kept: map[string]account.Me{}}
	share := func(o *account.Options) { o.Shared = both }
	here, there := p.watched(t, share), p.watched(t, share)
	wantSignedIn(t, "here", here.Service, tokens.Access)
	wantSignedIn(t, "there", there.Service, tokens.Access)
	here.wantLooks(t, "here", 1)
	there.wantLooks(t, "there", 0)
	if _, ok := both.kept["session:"+me.Session.ID]; !ok || both.kept["session:"+me.Session.ID].User.PasswordHash != "" {
		t.Errorf("shared %+v", both.kept)
	}

	// However late it forgets, what was dropped is asked of the database.
	both.late = true
	if err := here.SignOut(t.Context(), u.ID, me.Session.ID); err != nil {
		t.Fatal(err)
	}
	there.line.heard(account.SessionEnded, []string{u.ID + "/" + me.Session.ID})
	wantSignedOut(t, "here", here.Service, tokens.Access)
	wantSignedOut(t, "there", there.Service, tokens.Access)

	// And where nothing is heard it is not asked at all.
	me, tokens = p.signIn(t, "ana@example.com")
	wantSignedIn(t, "another, here", here.Service, tokens.Access)
	there.line.cut()
	there.time.add(2 * time.Second)
	if err := here.SignOut(t.Context(), u.ID, me.Session.ID); err != nil {
		t.Fatal(err)
	}
	wantSignedOut(t, "another, there", there.Service, tokens.Access)
}

func TestWhenASessionWasSeenIsNotedNowAndThen(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	me, tokens := p.signIn(t, "ana@example.com")
	w := p.watched(t)
	now := &clock{now: time.Now()}
	w.SetClock(now.tell)
	seen := func() account.Device {
		t.Helper()
		w.Rest()
		list, err := w.Devices(t.Context(), u.ID, "en")
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list[0]
	}
	see := func(address string) {
		t.Helper()
		m, err := w.Authenticate(t.Context(), tokens.Access)
		if err != nil {
			t.Fatal(err)
		}
		w.Seen(t.Context(), m, address)
	}
	now.add(4 * time.Minute)
	see("192.0.2.9")
	if d := seen(); !d.SeenAt.Equal(me.Session.SeenAt) || d.Address != "192.0.2.1" {
		t.Errorf("4 min later: %+v", d)
	}
	now.add(2 * time.Minute)
	for range 5 {
		see("192.0.2.9")
	}
	d := seen()
	if d.SeenAt.Sub(me.Session.SeenAt) < 5*time.Minute || d.Address != "192.0.2.9" {
		t.Errorf("6 min later: %+v", d)
	}
	// Whoever only watches is here too.
	now.add(6 * time.Minute)
	if err := w.Alive(t.Context(), me.Session.ID); err != nil {
		t.Fatal(err)
	}
	if later := seen(); later.SeenAt.Sub(d.SeenAt) < 5*time.Minute || later.Address != "192.0.2.9" {
		t.Errorf("watching: %+v", later)
	}
}
