package account_test

import (
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func setupToken(t *testing.T, s *account.Service, secrets account.Secrets) string {
	t.Helper()
	token, err := s.SetupToken(t.Context(), secrets)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func wantNeeded(t *testing.T, s *account.Service, want bool) {
	t.Helper()
	if needed, err := s.SetupNeeded(t.Context()); err != nil || needed != want {
		t.Errorf("set-up is needed: %t, %v, want %t", needed, err, want)
	}
}

func TestTheLinkMakesTheFirstAdministratorAndThenNothing(t *testing.T) {
	p := open(t)
	wantNeeded(t, p.Service, true)
	token := setupToken(t, p.Service, p.secrets)
	if len(token) < 43 {
		t.Errorf("the token %q can be guessed", token)
	}
	node := p.another(t)
	if again := setupToken(t, node, p.secrets); again != token {
		t.Errorf("another node, or the next start, prints %q", again)
	}
	for _, wrong := range []string{"", token + "x", token[:len(token)-1]} {
		_, _, err := p.SetUp(t.Context(), wrong, "ana@example.com", password, account.Origin{})
		wantCode(t, "with another token", err, fault.Forbidden, "bad_setup_token")
	}
	wantNeeded(t, p.Service, true)

	me, tokens, err := node.SetUp(t.Context(), token, "Ana@Example.com", password, account.Origin{Agent: "desk"})
	if err != nil {
		t.Fatal(err)
	}
	if me.User.Role != account.Admin || me.User.Email != "ana@example.com" || me.Session.Device != "desk" {
		t.Errorf("made %+v", me)
	}
	if known, err := p.Authenticate(t.Context(), tokens.Access); err != nil || known.User.ID != me.User.ID {
		t.Errorf("signed in as %+v, %v", known.User, err)
	}
	wantNeeded(t, p.Service, false)
	for _, s := range []*account.Service{p.Service, node, p.another(t)} {
		_, _, err = s.SetUp(t.Context(), token, "bia@example.com", password, account.Origin{})
		wantCode(t, "once more", err, fault.Conflict, "already_set_up")
		if link := setupToken(t, s, p.secrets); link != "" {
			t.Errorf("there is still a link: %q", link)
		}
	}
}

func TestTheLinkSurvivesAMistake(t *testing.T) {
	p := open(t)
	token := setupToken(t, p.Service, p.secrets)
	_, _, err := p.SetUp(t.Context(), token, "ana", password, account.Origin{})
	wantCode(t, "no address", err, fault.Invalid, "bad_email")
	_, _, err = p.SetUp(t.Context(), token, "ana@example.com", "short", account.Origin{})
	wantCode(t, "a short password", err, fault.Invalid, "bad_password")
	p.add(t, "ana@example.com", account.Viewer)
	_, _, err = p.SetUp(t.Context(), token, "ana@example.com", password, account.Origin{})
	wantCode(t, "a taken address", err, fault.Conflict, "email_taken")
	if _, _, err := p.SetUp(t.Context(), token, "bia@example.com", password, account.Origin{}); err != nil {
		t.Errorf("then: %v", err)
	}
}

func TestWithoutALinkNobodySetsUp(t *testing.T) {
	p := open(t)
	for _, token := range []string{"", "guess"} {
		_, _, err := p.SetUp(t.Context(), token, "ana@example.com", password, account.Origin{})
		wantCode(t, "before there is a link", err, fault.Forbidden, "bad_setup_token")
	}
}

func TestOfManyWhoUseTheLinkAtOnceOneIsTheAdministrator(t *testing.T) {
	p := open(t)
	token := setupToken(t, p.Service, p.secrets)
	done := make(chan error)
	emails := []string{"ana@example.com", "bia@example.com", "caio@example.com", "duda@example.com"}
	for _, email := range emails {
		go func() { _, _, err := p.SetUp(t.Context(), token, email, password, account.Origin{}); done <- err }()
	}
	made := 0
	for range emails {
		if err := <-done; err == nil {
			made++
		} else {
			wantCode(t, "one who was late", err, fault.Conflict, "already_set_up")
		}
	}
	if made != 1 {
		t.Errorf("%d administrators", made)
	}
}

func TestTheConfiguredAdministratorIsMadeOnceAndNeverChanged(t *testing.T) {
	p := open(t)
	setupToken(t, p.Service, p.secrets)
	if err := p.EnsureAdmin(t.Context(), "Ana@Example.com", password); err != nil {
		t.Fatal(err)
	}
	me, _, err := p.SignIn(t.Context(), "ana@example.com", password, account.Origin{})
	if err != nil || me.User.Role != account.Admin {
		t.Fatalf("signed in as %+v, %v", me.User, err)
	}
	wantNeeded(t, p.Service, false)

	if err := p.another(t).EnsureAdmin(t.Context(), "ana@example.com", "another password"); err != nil {
		t.Errorf("the next start: %v", err)
	}
	if err := p.another(t).EnsureAdmin(t.Context(), "bia@example.com", password); err != nil {
		t.Errorf("a start with another address: %v", err)
	}
	if _, _, err := p.SignIn(t.Context(), "ana@example.com", password, account.Origin{}); err != nil {
		t.Errorf("the password was changed: %v", err)
	}
	if _, _, err := p.SignIn(t.Context(), "bia@example.com", password, account.Origin{}); err == nil {
		t.Error("a second administrator was made")
	}
}

func TestAConfiguredAdministratorWhoCannotBeMadeStopsTheStart(t *testing.T) {
	p := open(t)
	wantCode(t, "no address", p.EnsureAdmin(t.Context(), "ana", password), fault.Invalid, "bad_email")
	wantCode(t, "a short password", p.EnsureAdmin(t.Context(), "ana@example.com", "short"), fault.Invalid, "bad_password")
	p.add(t, "ana@example.com", account.Viewer)
	wantCode(t, "a viewer's address", p.EnsureAdmin(t.Context(), "ana@example.com", password), fault.Conflict, "email_taken")
	wantNeeded(t, p.Service, true)
}

func TestNodesThatStartTogetherMakeOneAdministrator(t *testing.T) {
	p := open(t)
	done := make(chan error)
	for _, email := range []string{"ana@example.com", "bia@example.com", "ana@example.com"} {
		go func() { done <- p.another(t).EnsureAdmin(t.Context(), email, password) }()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Errorf("a node does not start: %v", err)
		}
	}
	wantNeeded(t, p.Service, false)
}
