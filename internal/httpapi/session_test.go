package httpapi

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
)

// cookieSet returns a cookie that an answer sets.
func cookieSet(t *testing.T, a *answer, name string) *http.Cookie {
	t.Helper()
	for _, c := range a.Cookies() {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("%s %s sets no %s, but %v", a.Request.Method, a.Request.URL.Path, name, a.Cookies())
	return nil
}

func credentials(email, password string) map[string]string {
	return map[string]string{"email": email, "password": password}
}

func TestSigningInAndOut(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Editor) // somebody with that address
	v := s.visitor(t)
	v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")

	in := v.send(t, "POST", "/api/auth/login", credentials(" Editor@Example.com ", password)).want(t, 200)
	me := read[Me](t, in)
	if me.User.Email != "editor@example.com" || me.User.Role != "editor" || me.Profile.Name != "editor" || me.Session.ID == "" {
		t.Errorf("signed in as %+v", me)
	}
	if strings.Contains(in.body, "argon2") {
		t.Error("the answer holds the password's hash")
	}
	if got := read[Me](t, v.send(t, "GET", "/api/me", nil)); got != me {
		t.Errorf("then is %+v, was %+v", got, me)
	}

	token := cookieSet(t, in, sessionCookie).Value
	out := v.send(t, "POST", "/api/auth/logout", nil).want(t, 204)
	for name, path := range map[string]string{sessionCookie: "/", refreshCookie: "/api/auth"} {
		if c := cookieSet(t, out, name); c.Value != "" || c.MaxAge >= 0 || c.Path != path || !c.HttpOnly {
			t.Errorf("signing out leaves %+v", c)
		}
	}
	v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	// Whoever kept the cookie has nothing of it.
	v.send(t, "GET", "/api/me", nil, "Cookie", sessionCookie+"="+token).wantCode(t, 401, "signed_out")
}

func TestSigningOutEndsOneSessionOnly(t *testing.T) {
	s := openSite(t)
	phone, desk := s.signedIn(t, account.Viewer), s.signedIn(t, account.Viewer)
	phone.send(t, "POST", "/api/auth/logout", nil).want(t, 204)
	phone.send(t, "GET", "/api/me", nil).want(t, 401)
	desk.send(t, "GET", "/api/me", nil).want(t, 200)
}

func TestTheCookiesAreForTheServerAlone(t *testing.T) {
	for _, https := range []bool{false, true} {
		s := openSite(t, func(o *Options) { o.HTTPS = https })
		s.signedIn(t, account.Viewer)
		in := s.visitor(t).send(t, "POST", "/api/auth/login", credentials(emailOf(account.Viewer), password)).want(t, 200)
		for name, want := range map[string]struct {
			path string
			life time.Duration
		}{sessionCookie: {"/", account.AccessLife}, refreshCookie: {"/api/auth", account.SessionLife}} {
			c := cookieSet(t, in, name)
			if !c.HttpOnly || c.Secure != https || c.SameSite != http.SameSiteLaxMode || c.Path != want.path || c.Domain != "" {
				t.Errorf("over https %t: %s", https, c.Raw)
			}
			if life := time.Duration(c.MaxAge) * time.Second; life > want.life || life < want.life-time.Minute || len(c.Value) < 43 {
				t.Errorf("%s lasts %s, with a token of %d characters", name, life, len(c.Value))
			}
			if strings.Contains(in.body, c.Value) {
				t.Errorf("a script could read %s in the answer", name)
			}
		}
	}
}

func TestNoWordOnWhetherAnAddressIsKnown(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Viewer)
	v := s.visitor(t)
	wrong := v.send(t, "POST", "/api/auth/login", credentials(emailOf(account.Viewer), "wrong")).want(t, 401)
	for _, email := range []string{"nobody@example.com", "", "no address", "viewer@example.com\x00", strings.Repeat("a", 254)} {
		unknown := v.send(t, "POST", "/api/auth/login", credentials(email, password)).want(t, 401)
		if unknown.body != wrong.body {
			t.Errorf("%q is told %s\nand a wrong password %s", email, unknown.body, wrong.body)
		}
		if len(unknown.Cookies()) != 0 {
			t.Errorf("%q gets cookies", email)
		}
	}
	wrong.wantCode(t, 401, "bad_credentials")
}

func TestADeviceMayCallItselfAnything(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Viewer)
	for _, name := range []string{"", "\xff\xfe not text", strings.Repeat("a very long name ", 100), "televisão 📺"} {
		s.visitor(t).send(t, "POST", "/api/auth/login", credentials(emailOf(account.Viewer), password), "User-Agent", name).want(t, 200)
	}
}

func TestTheFirstAdministratorIsMadeByTheLinkOnce(t *testing.T) {
	s := openSite(t)
	v := s.visitor(t)
	type setup struct{ Token, Email, Password string }
	ask := func(in setup) *answer {
		return v.send(t, "POST", "/api/setup", map[string]string{"token": in.Token, "email": in.Email, "password": in.Password})
	}
	needed := func() bool {
		return read[struct{ Needed bool }](t, v.send(t, "GET", "/api/setup", nil)).Needed
	}
	if !needed() {
		t.Error("no set-up is needed where nobody is")
	}
	ask(setup{"", "ana@example.com", password}).wantCode(t, 403, "bad_setup_token") // before there is a link
	token := s.setupToken(t)
	ask(setup{"", "ana@example.com", password}).wantCode(t, 403, "bad_setup_token")
	ask(setup{token + "x", "ana@example.com", password}).wantCode(t, 403, "bad_setup_token")
	ask(setup{token, "ana", password}).wantCode(t, 422, "bad_email")
	ask(setup{token, "ana@example.com", "short"}).wantCode(t, 422, "bad_password")
	if !needed() {
		t.Error("set up by a request that was refused")
	}

	done := ask(setup{token, "Ana@Example.com", password}).want(t, 200)
	if me := read[Me](t, done); me.User.Email != "ana@example.com" || me.User.Role != "admin" {
		t.Errorf("made %+v", me)
	}
	if c := cookieSet(t, done, sessionCookie); !c.HttpOnly {
		t.Errorf("with the cookie %s", c.Raw)
	}
	v.send(t, "GET", "/api/system", nil).want(t, 200) // signed in at once
	if needed() {
		t.Error("set-up is still needed")
	}
	ask(setup{token, "bia@example.com", password}).wantCode(t, 409, "already_set_up")
}
