package httpapi

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/kkmovies/kkmovies/internal/account"
)

// app is a client without cookies: it holds its tokens itself.
type app struct {
	*visitor
	tokens TokenPair
}

func (s *site) signedInApp(t *testing.T, role account.Role) *app {
	t.Helper()
	s.signedIn(t, role)
	a := &app{visitor: s.visitor(t)}
	a.client.Jar = nil
	in := a.visitor.send(t, "POST", "/api/auth/login", map[string]string{"email": emailOf(role), "password": password, "tokens": "body"}).want(t, 200)
	if len(in.Cookies()) != 0 {
		t.Errorf("an app is given cookies: %v", in.Cookies())
	}
	a.took(t, in)
	return a
}

func (a *app) took(t *testing.T, in *answer) {
	t.Helper()
	got := read[Entered](t, in)
	if got.Tokens == nil || got.Tokens.AccessToken == "" || got.Tokens.RefreshToken == "" {
		t.Fatalf("no tokens in %s", in.body)
	}
	a.tokens = *got.Tokens
}

func (a *app) send(t *testing.T, method, path string, body any) *answer {
	t.Helper()
	return a.visitor.send(t, method, path, body, "Authorization", "Bearer "+a.tokens.AccessToken)
}

func (a *app) refresh(t *testing.T, token string) *answer {
	t.Helper()
	return a.visitor.send(t, "POST", "/api/auth/refresh", map[string]string{"refreshToken": token})
}

func TestAnAppSignsInRefreshesAndSignsOutWithoutCookies(t *testing.T) {
	s := openSite(t)
	a := s.signedInApp(t, account.Editor)
	me := read[Me](t, a.send(t, "GET", "/api/me", nil))
	if me.User.Role != "editor" {
		t.Errorf("is %+v", me)
	}
	a.send(t, "POST", "/api/uploads", map[string]any{"fileName": "film.mp4", "size": 1000}).want(t, 201)
	first := a.tokens
	again := a.refresh(t, first.RefreshToken).want(t, 200)
	if len(again.Cookies()) != 0 {
		t.Errorf("an app is given cookies: %v", again.Cookies())
	}
	a.took(t, again)
	if a.tokens.RefreshToken == first.RefreshToken {
		t.Error("the refresh token stays the same")
	}
	if now := read[Me](t, a.send(t, "GET", "/api/me", nil)); now != me {
		t.Errorf("is %+v, was %+v", now, me)
	}
	a.send(t, "POST", "/api/auth/logout", nil).want(t, 204)
	a.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	a.refresh(t, a.tokens.RefreshToken).wantCode(t, 401, "signed_out")
	a.visitor.send(t, "GET", "/api/me", nil, "Authorization", "Bearer "+first.AccessToken).wantCode(t, 401, "signed_out")
}

func TestABrowserRefreshesByItsCookie(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	me := read[Me](t, v.send(t, "GET", "/api/me", nil))
	in := v.send(t, "POST", "/api/auth/refresh", nil).want(t, 200)
	for _, name := range []string{sessionCookie, refreshCookie} {
		if c := cookieSet(t, in, name); strings.Contains(in.body, c.Value) || !c.HttpOnly {
			t.Errorf("a script could read %s", c.Raw)
		}
	}
	got := read[Entered](t, in)
	if got.Me != me || got.Tokens != nil || got.ExpiresInSeconds < 14*60 || got.ExpiresInSeconds > 15*60 {
		t.Errorf("refreshed as %+v", got)
	}
	v.send(t, "GET", "/api/me", nil).want(t, 200)
}

// A script on the page can have neither token, whatever it asks for.
func TestWhatCameByCookieLeavesByCookie(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	v.send(t, "POST", "/api/auth/refresh", map[string]string{}).want(t, 422)                 // a body without a token
	v.send(t, "POST", "/api/auth/refresh", map[string]string{"tokens": "body"}).want(t, 422) // there is no such wish
	v.send(t, "POST", "/api/auth/refresh", map[string]string{"refreshToken": ""}).wantCode(t, 401, "signed_out")
	v.send(t, "GET", "/api/me", nil).want(t, 200)
}

func TestASessionThatCannotBeRefreshedIsForgottenByTheBrowser(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	me := read[Me](t, v.send(t, "GET", "/api/me", nil))
	if err := s.Accounts.SignOut(t.Context(), me.User.ID, me.Session.ID); err != nil {
		t.Fatal(err)
	}
	out := v.send(t, "POST", "/api/auth/refresh", nil)
	out.wantCode(t, 401, "signed_out")
	for _, name := range []string{sessionCookie, refreshCookie} {
		if c := cookieSet(t, out, name); c.Value != "" || c.MaxAge >= 0 {
			t.Errorf("leaves %s", c.Raw)
		}
	}
}

// A bearer token that is none is not made up for by a cookie that is good.
func TestABearerTokenIsMeant(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	for _, header := range []string{"Bearer x", "bearer ", "Bearer " + strings.Repeat("a", 5000)} {
		v.send(t, "GET", "/api/me", nil, "Authorization", header).wantCode(t, 401, "signed_out")
	}
	v.send(t, "GET", "/api/me", nil, "Authorization", "Basic YTpi").want(t, 200) // a proxy's
}

func TestDevicesAreListedAndSignedOut(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Viewer) // the user
	type list struct{ Items []Device }
	in := func(agent string) *visitor {
		v := s.visitor(t)
		v.send(t, "POST", "/api/auth/login", credentials(emailOf(account.Viewer), password), "User-Agent", agent).want(t, 200)
		return v
	}
	phone := in("Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36")
	desk := in("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0")
	all := read[list](t, desk.send(t, "GET", "/api/auth/sessions", nil)).Items
	names := map[string]Device{}
	for _, d := range all {
		names[d.Device] = d
		if d.Address != "127.0.0.1" || d.LastSeenAt.IsZero() || d.CreatedAt.IsZero() || d.Current != (d.Device == "Firefox on Windows") {
			t.Errorf("listed %+v", d)
		}
	}
	if _, ok := names["Chrome on Android"]; len(all) != 3 || !ok {
		t.Fatalf("listed %+v", all)
	}
	other := s.signedIn(t, account.Editor)
	other.send(t, "DELETE", "/api/auth/sessions/"+names["Chrome on Android"].ID, nil).wantCode(t, 404, "not_found")
	phone.send(t, "GET", "/api/me", nil).want(t, 200)
	out := desk.send(t, "DELETE", "/api/auth/sessions/"+names["Chrome on Android"].ID, nil).want(t, 204)
	if len(out.Cookies()) != 0 {
		t.Errorf("another device's end sets %v", out.Cookies())
	}
	phone.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	phone.send(t, "POST", "/api/auth/refresh", nil).wantCode(t, 401, "signed_out")
	desk.send(t, "GET", "/api/me", nil).want(t, 200)
	own := desk.send(t, "DELETE", "/api/auth/sessions/"+names["Firefox on Windows"].ID, nil).want(t, 204)
	if c := cookieSet(t, own, refreshCookie); c.MaxAge >= 0 {
		t.Errorf("its own end leaves %s", c.Raw)
	}
	desk.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	s.note(func() {
		told := slices.DeleteFunc(s.ended, func(user string) bool { return user == "" }) // of the start
		if len(told) != 2 || told[0] != told[1] {
			t.Errorf("live connections were told of %v", told)
		}
	})
}

func TestSigningOutEverywhereEndsEverySession(t *testing.T) {
	s := openSite(t)
	phone, desk, other := s.signedIn(t, account.Viewer), s.signedIn(t, account.Viewer), s.signedIn(t, account.Editor)
	tv := s.signedInApp(t, account.Viewer)
	desk.send(t, "POST", "/api/auth/logout-all", nil).want(t, 204)
	for _, v := range []*visitor{phone, desk} {
		v.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
		v.send(t, "POST", "/api/auth/refresh", nil).wantCode(t, 401, "signed_out")
	}
	tv.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
	tv.refresh(t, tv.tokens.RefreshToken).wantCode(t, 401, "signed_out")
	other.send(t, "GET", "/api/me", nil).want(t, 200)
	s.signedIn(t, account.Viewer).send(t, "GET", "/api/me", nil).want(t, 200) // and they may come again
}

// Whoever gives somebody a session before they sign in does not find them in it.
func TestASessionCannotBeFixed(t *testing.T) {
	s := openSite(t)
	thief := s.signedIn(t, account.Editor)
	s.signedIn(t, account.Viewer)
	planted := thief.client.Jar.Cookies(mustURL(t, s.URL+"/api/auth/login"))
	if len(planted) != 2 {
		t.Fatalf("planted %v", planted)
	}
	victim := s.visitor(t)
	victim.client.Jar.SetCookies(mustURL(t, s.URL+"/api/auth/login"), planted)
	in := victim.send(t, "POST", "/api/auth/login", credentials(emailOf(account.Viewer), password)).want(t, 200)
	for _, c := range planted {
		if got := cookieSet(t, in, c.Name); got.Value == c.Value {
			t.Errorf("%s stays as it was planted", c.Name)
		}
	}
	if me := read[Me](t, victim.send(t, "GET", "/api/me", nil)); me.User.Email != emailOf(account.Viewer) {
		t.Errorf("is signed in as %s", me.User.Email)
	}
	// The one that was planted is over: nobody is in it whom its owner did not put there.
	thief.send(t, "GET", "/api/me", nil).wantCode(t, 401, "signed_out")
}

// Anybody can check an access token by the keys that are published, and by nothing else.
func TestTokensAreVerifiedByThePublishedKeys(t *testing.T) {
	s := openSite(t)
	a := s.signedInApp(t, account.Viewer)
	got := s.visitor(t).send(t, "GET", "/api/auth/jwks", nil).want(t, 200)
	if cache := got.Header.Get("Cache-Control"); cache != "public, max-age=300" {
		t.Errorf("kept for %q", cache)
	}
	keys := read[struct{ Keys []JWK }](t, got).Keys
	if len(keys) != 1 || keys[0].Kty != "OKP" || keys[0].Crv != "Ed25519" || keys[0].Alg != "EdDSA" || keys[0].Use != "sig" {
		t.Fatalf("published %+v", keys)
	}
	raw, err := base64.RawURLEncoding.DecodeString(keys[0].X)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		t.Fatalf("x is %q", keys[0].X)
	}
	var claims struct {
		jwt.RegisteredClaims
		Sid, Pid, Role string
		Epoch          int
	}
	token, err := jwt.ParseWithClaims(a.tokens.AccessToken, &claims, func(token *jwt.Token) (any, error) {
		if token.Header["kid"] != keys[0].Kid {
			t.Errorf("signed by %v", token.Header["kid"])
		}
		return ed25519.PublicKey(raw), nil
	}, jwt.WithValidMethods([]string{"EdDSA"}))
	if err != nil || !token.Valid {
		t.Fatal(err)
	}
	me := read[Me](t, a.send(t, "GET", "/api/me", nil))
	if claims.Subject != me.User.ID || claims.Sid != me.Session.ID || claims.Pid != me.Profile.ID || claims.Role != "viewer" {
		t.Errorf("claims %+v of %+v", claims, me)
	}
	if life := claims.ExpiresAt.Sub(claims.IssuedAt.Time); life > account.AccessLife || life < account.AccessLife-5e9 {
		t.Errorf("lasts %s", life)
	}
}

func mustURL(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Many who come with one token at once all go on, as tabs do that wake up together.
func TestTabsThatRefreshTogetherAllStaySignedIn(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	cookie := v.client.Jar.Cookies(mustURL(t, s.URL+"/api/auth/refresh"))
	var refresh *http.Cookie
	for _, c := range cookie {
		if c.Name == refreshCookie {
			refresh = c
		}
	}
	const tabs = 10
	done := make(chan *answer, tabs)
	for range tabs {
		tab := s.visitor(t)
		go func() {
			r, err := tab.request(t, "POST", "/api/auth/refresh", nil, "Cookie", refresh.Name+"="+refresh.Value)
			if err != nil {
				t.Error(err)
			}
			res, err := tab.client.Do(r)
			if err != nil {
				t.Error(err)
				done <- nil
				return
			}
			res.Body.Close()
			done <- &answer{Response: res}
		}()
	}
	for range tabs {
		if a := <-done; a == nil || a.StatusCode != 200 {
			t.Errorf("a tab is answered %+v", a)
		}
	}
	v.send(t, "GET", "/api/me", nil).want(t, 200)
}
