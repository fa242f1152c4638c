package account_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"log/slog"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

const password = "correct horse battery staple"

// place is a database of a test's own, and a service on it.
type place struct {
	*account.Service
	db      *sqlstore.DB
	secrets account.Secrets
}

func open(t *testing.T) place {
	t.Helper()
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: filepath.Join(t.TempDir(), "kkmovies.db"), Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	keeper, err := keys.Open("base64key://"+base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32)), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	p := place{db: db, secrets: db.Secrets(keeper)}
	p.Service = p.another(t)
	return p
}

// another is the service of a second process on the same database.
func (p place) another(t *testing.T, change ...func(*account.Options)) *account.Service {
	t.Helper()
	store := p.db.Accounts()
	o := account.Options{Store: store, Signals: store.Signals(), Secrets: p.secrets}
	for _, c := range change {
		c(&o)
	}
	s := account.NewService(o)
	t.Cleanup(s.Close)
	return s
}

func (p place) add(t *testing.T, email string, role account.Role) account.User {
	t.Helper()
	u, err := p.AddUser(t.Context(), email, password, role)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// wantCode checks an error's kind and code, and that people are told something.
func wantCode(t *testing.T, what string, err error, kind fault.Kind, code string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != code || fault.PublicOf(err) == "" {
		t.Errorf("%s: %v, want %s with the code %q and a sentence", what, err, kind, code)
	}
}

func TestWhoeverSignsInIsKnownByTheTokenUntilTheySignOut(t *testing.T) {
	p := open(t)
	u := p.add(t, " Ana@Example.com ", account.Editor)
	me, tokens, err := p.SignIn(t.Context(), "ANA@example.COM", password, account.Origin{Agent: "a television", Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	if me.User.ID != u.ID || u.Email != "ana@example.com" || me.Profile.Name != "ana" || me.Session.Device != "a television" {
		t.Errorf("signed in as %+v", me)
	}
	if p := me.Principal(); p.UserID != u.ID || p.ProfileID != me.Profile.ID || p.SessionID != me.Session.ID || p.Role != account.Editor {
		t.Errorf("acts as %+v", p)
	}

	known, err := p.Authenticate(t.Context(), tokens.Access)
	if err != nil || known.Principal() != me.Principal() {
		t.Errorf("known as %+v, %v", known, err)
	}
	if err := p.Alive(t.Context(), me.Session.ID); err != nil {
		t.Errorf("the session is not alive: %v", err)
	}
	if _, err := p.db.Accounts().EndByRefresh(t.Context(), tokens.Refresh); err == nil {
		t.Error("the token is stored as it is")
	}

	if err := p.SignOut(t.Context(), u.ID, me.Session.ID); err != nil {
		t.Errorf("sign out: %v", err)
	}
	if err := p.SignOut(t.Context(), u.ID, me.Session.ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("sign out again: %v", err)
	}
	_, err = p.Authenticate(t.Context(), tokens.Access)
	wantCode(t, "then", err, fault.SignedOut, "signed_out")
	wantCode(t, "its media", p.Alive(t.Context(), me.Session.ID), fault.SignedOut, "signed_out")
}

func TestARefusalSaysNothingOfWhetherTheAddressIsKnown(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	var compared []string
	p.OnCompare(func(hash string) { compared = append(compared, hash) })
	for what, try := range map[string]struct{ email, password string }{
		"a wrong password":           {"ana@example.com", "wrong"},
		"no password":                {"ana@example.com", ""},
		"a password without end":     {"ana@example.com", strings.Repeat("p", 1<<20)},
		"an unknown address":         {"bia@example.com", password},
		"what is no address":         {"ana", password},
		"an address without end":     {strings.Repeat("a", 1<<20) + "@example.com", password},
		"an address with a hidden 0": {"ana@example.com\x00", password},
		"no text":                    {"\xff@example.com", password},
	} {
		compared = nil
		_, tokens, err := p.SignIn(t.Context(), try.email, try.password, account.Origin{})
		wantCode(t, what, err, fault.SignedOut, "bad_credentials")
		if tokens != (account.Tokens{}) {
			t.Errorf("%s: got a token", what)
		}
		// Not one hash less than where the address is known, nor a cheaper one.
		if len(compared) != 1 {
			t.Errorf("%s: %d comparisons", what, len(compared))
			continue
		}
		if cost, err := account.CostOf(compared[0]); err != nil || cost != account.CostOfNew {
			t.Errorf("%s: compared with a hash that costs %+v, %v", what, cost, err)
		}
	}
	if cost, err := account.CostOf(account.Decoy); err != nil || cost != account.CostOfNew {
		t.Errorf("the decoy costs %+v, %v", cost, err)
	}
	if cost, err := account.CostOf(u.PasswordHash); err != nil || cost != account.CostOfNew {
		t.Errorf("a user's hash costs %+v, %v", cost, err)
	}
}

func TestNoMorePasswordsAreHashedAtOnceThanThereAreCores(t *testing.T) {
	p := open(t)
	p.SkipHashing()
	const waiting = 3
	most := runtime.NumCPU()
	entered, leave := make(chan bool), make(chan bool)
	var mu sync.Mutex
	now, highest := 0, 0
	count := func(change int) {
		mu.Lock()
		defer mu.Unlock()
		now += change
		highest = max(highest, now)
	}
	p.OnCompare(func(string) {
		count(+1)
		entered <- true
		<-leave
		count(-1)
	})
	done := make(chan error)
	for range most + waiting {
		go func() {
			_, _, err := p.SignIn(context.Background(), "ana@example.com", password, account.Origin{})
			done <- err
		}()
	}
	for range most {
		<-entered
	}

	// Whoever waits may give up.
	ctx, giveUp := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() { _, _, err := p.SignIn(ctx, "ana@example.com", password, account.Origin{}); gaveUp <- err }()
	giveUp()
	if err := <-gaveUp; !fault.Is(err, fault.Cancelled) {
		t.Errorf("gave up with %v", err)
	}

	for range waiting { // one in for each one out
		leave <- true
		<-done
		<-entered
	}
	for range most {
		leave <- true
		<-done
	}
	if highest != most {
		t.Errorf("%d at once, want %d", highest, most)
	}
}

func TestANewUserIsCheckedFirst(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	for what, try := range map[string]struct{ email, password, code string }{
		"no address":             {"", password, "bad_email"},
		"no domain":              {"ana", password, "bad_email"},
		"a name with an address": {"Ana <ana@example.com>", password, "bad_email"},
		"two addresses":          {"ana@example.com, bia@example.com", password, "bad_email"},
		"a hidden character":     {"bia\x00@example.com", password, "bad_email"},
		"a line":                 {"bia@example.com\r\nBcc: x@example.com", password, "bad_email"},
		"255 letters":            {strings.Repeat("a", 255-len("@example.com")) + "@example.com", password, "bad_email"},
		"7 characters":           {"bia@example.com", "1234567", "bad_password"},
		"7 of several bytes":     {"bia@example.com", strings.Repeat("ç", 7), "bad_password"},
		"257 bytes":              {"bia@example.com", strings.Repeat("p", 257), "bad_password"},
	} {
		_, err := p.AddUser(t.Context(), try.email, try.password, account.Viewer)
		wantCode(t, what, err, fault.Invalid, try.code)
	}
	_, err := p.AddUser(t.Context(), "ANA@example.com", password, account.Admin)
	wantCode(t, "a taken address", err, fault.Conflict, "email_taken")

	for what, try := range map[string]struct{ email, password string }{
		"8 characters":          {"bia@example.com", strings.Repeat("ç", 8)},
		"256 bytes":             {"caio@example.com", strings.Repeat("p", 256)},
		"letters of any people": {"josé@exämple.com", "日本語のパスワードです"},
	} {
		if _, err := p.AddUser(t.Context(), try.email, try.password, account.Viewer); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if _, _, err := p.SignIn(t.Context(), try.email, try.password, account.Origin{}); err != nil {
			t.Errorf("%s: sign in: %v", what, err)
		}
	}
}

func TestEachRoleIncludesTheOnesBeforeIt(t *testing.T) {
	roles := []account.Role{account.Viewer, account.Editor, account.Admin}
	for i, role := range roles {
		for j, least := range roles {
			if role.Includes(least) != (i >= j) {
				t.Errorf("%s includes %s: %t", role, least, role.Includes(least))
			}
		}
		for _, unknown := range []account.Role{"", "root", "ADMIN"} {
			if role.Includes(unknown) || unknown.Includes(role) || unknown.Includes(unknown) {
				t.Errorf("%q is a role", unknown)
			}
		}
	}
}
