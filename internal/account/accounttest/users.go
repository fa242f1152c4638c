package accounttest

import (
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func aUserIsFoundByEmail(t *testing.T, s Subject) {
	add(t, s.Store, "bia@example.com", account.Admin)
	want := add(t, s.Store, "ana@example.com", account.Editor)
	u, p, err := s.Store.UserByEmail(t.Context(), "ana@example.com")
	wantNoError(t, "find", err)
	if u != want.User || p != want.Profile {
		t.Errorf("found %+v with %+v\nwant %+v with %+v", u, p, want.User, want.Profile)
	}
}

func anUnknownEmailIsNotFound(t *testing.T, s Subject) {
	add(t, s.Store, "ana@example.com", account.Viewer)
	for _, email := range []string{"", "ana", "ana@example.co", "ana@example.com ", "%"} {
		_, _, err := s.Store.UserByEmail(t.Context(), email)
		wantFault(t, "find "+email, err, fault.NotFound)
	}
}

func anEmailIsTakenOnce(t *testing.T, s Subject) {
	first := add(t, s.Store, "ana@example.com", account.Viewer)
	u, p := person("ana@example.com", account.Admin)
	err := s.Store.CreateUser(t.Context(), u, p)
	wantFault(t, "the second", err, fault.Conflict)
	if code := fault.CodeOf(err); code != "email_taken" {
		t.Errorf("code %q", code)
	}
	if still, _, err := s.Store.UserByEmail(t.Context(), "ana@example.com"); err != nil || still != first.User {
		t.Errorf("the first is now %+v, %v", still, err)
	}
	wantAdmin(t, s.Store, false)
}

func oneUserOfManyAtOnce(t *testing.T, s Subject) {
	wantOneOf(t, atOnce(6, func(int) error {
		u, p := person("ana@example.com", account.Viewer)
		return s.Store.CreateUser(t.Context(), u, p)
	}))
}

func onlyAnAdministratorCounts(t *testing.T, s Subject) {
	wantAdmin(t, s.Store, false)
	add(t, s.Store, "viewer@example.com", account.Viewer)
	add(t, s.Store, "editor@example.com", account.Editor)
	wantAdmin(t, s.Store, false)
	add(t, s.Store, "admin@example.com", account.Admin)
	wantAdmin(t, s.Store, true)
}

func thereIsOneFirstAdministrator(t *testing.T, s Subject) {
	u, p := person("ana@example.com", account.Admin)
	wantNoError(t, "the first", s.Store.CreateFirstAdmin(t.Context(), u, p))
	if found, profile, err := s.Store.UserByEmail(t.Context(), u.Email); err != nil || found != u || profile != p {
		t.Errorf("found %+v with %+v, %v", found, profile, err)
	}
	u, p = person("bia@example.com", account.Admin)
	err := s.Store.CreateFirstAdmin(t.Context(), u, p)
	wantFault(t, "the second", err, fault.Conflict)
	if code := fault.CodeOf(err); code != "already_set_up" {
		t.Errorf("code %q", code)
	}
	_, _, err = s.Store.UserByEmail(t.Context(), u.Email)
	wantFault(t, "find the second", err, fault.NotFound)
}

func oneFirstAdministratorOfManyAtOnce(t *testing.T, s Subject) {
	wantOneOf(t, atOnce(6, func(i int) error {
		u, p := person(numbered(i), account.Admin)
		return s.Store.CreateFirstAdmin(t.Context(), u, p)
	}))
	wantAdmin(t, s.Store, true)
}

func oneFirstAdministratorOfManyWithALink(t *testing.T, s Subject) {
	secret(t, s.Secrets(OneKey), "setup-link", "the link")
	oneFirstAdministratorOfManyAtOnce(t, s)
}

func theLinkEndsWithTheFirstAdministrator(t *testing.T, s Subject) {
	secrets := s.Secrets(OneKey)
	secret(t, secrets, "setup-link", "the link")
	secret(t, secrets, "signing", "stays")
	u, p := person("ana@example.com", account.Admin)
	wantNoError(t, "the first", s.Store.CreateFirstAdmin(t.Context(), u, p))
	if got := secret(t, secrets, "setup-link", "another"); got != "another" {
		t.Errorf("the link is still %q", got)
	}
	if got := secret(t, secrets, "signing", "another"); got != "stays" {
		t.Errorf("the other secret is now %q", got)
	}
}

func aFailedFirstAdministratorChangesNothing(t *testing.T, s Subject) {
	secrets := s.Secrets(OneKey)
	secret(t, secrets, "setup-link", "the link")
	add(t, s.Store, "ana@example.com", account.Viewer)
	u, p := person("ana@example.com", account.Admin)
	err := s.Store.CreateFirstAdmin(t.Context(), u, p)
	wantFault(t, "with an e-mail that is taken", err, fault.Conflict)
	if code := fault.CodeOf(err); code != "email_taken" {
		t.Errorf("code %q, which must not read as if there were an administrator", code)
	}
	wantAdmin(t, s.Store, false)
	if got := secret(t, secrets, "setup-link", "another"); got != "the link" {
		t.Errorf("the link is now %q", got)
	}
}

func textIsKept(t *testing.T, s Subject) {
	u, p := person("josé.ção+filmes@exämple.com", account.Viewer)
	p.Name = `D'Ávila "日本" 🎬 \ $1 % _`
	wantNoError(t, "create", s.Store.CreateUser(t.Context(), u, p))
	_, got, err := s.Store.UserByEmail(t.Context(), u.Email)
	if err != nil || got.Name != p.Name {
		t.Errorf("the profile is called %q, %v", got.Name, err)
	}

	session := sessionOf(account.Me{User: u, Profile: p})
	session.Device, session.Address = strings.Repeat("📺", 120), "fe80::1%eth0"
	wantNoError(t, "open a session", s.Store.CreateSession(t.Context(), session, "token"))
	if me, err := s.Store.Me(t.Context(), session.ID, epoch); err != nil || me.Session != session {
		t.Errorf("the session is %+v, %v", me.Session, err)
	}
}
