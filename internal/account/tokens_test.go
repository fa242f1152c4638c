package account_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

func (p place) signIn(t *testing.T, email string) (account.Me, account.Tokens) {
	t.Helper()
	m, tokens, err := p.SignIn(t.Context(), email, password, account.Origin{Agent: "a television", Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	return m, tokens
}

func wantSignedOut(t *testing.T, what string, s *account.Service, token string) {
	t.Helper()
	_, err := s.Authenticate(t.Context(), token)
	wantCode(t, what, err, fault.SignedOut, "signed_out")
}

func wantSignedIn(t *testing.T, what string, s *account.Service, token string) {
	t.Helper()
	if _, err := s.Authenticate(t.Context(), token); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

func refresh(t *testing.T, what string, s *account.Service, token string) account.Tokens {
	t.Helper()
	_, tokens, err := s.Refresh(t.Context(), token, account.Origin{})
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return tokens
}

func wantNoRefresh(t *testing.T, what string, s *account.Service, token string) {
	t.Helper()
	_, tokens, err := s.Refresh(t.Context(), token, account.Origin{})
	wantCode(t, what, err, fault.SignedOut, "signed_out")
	if tokens != (account.Tokens{}) {
		t.Errorf("%s: tokens were given", what)
	}
}

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) tell() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.now = c.now.Add(d) }

func (p place) clock() *clock {
	c := &clock{now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	p.SetClock(c.tell)
	return c
}

func TestAnAccessTokenLastsAQuarterOfAnHourAndASessionAMonth(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	now := p.clock()
	me, tokens := p.signIn(t, "ana@example.com")
	now.add(account.AccessLife - time.Second)
	wantSignedIn(t, "a second before", p.Service, tokens.Access)
	now.add(time.Second)
	wantSignedOut(t, "then", p.Service, tokens.Access)
	wantSignedOut(t, "then, at another node", func() *account.Service { s := p.another(t); s.SetClock(now.tell); return s }(), tokens.Access)
	if err := p.Alive(t.Context(), me.Session.ID); err != nil {
		t.Errorf("its media: %v", err)
	}

	tokens = refresh(t, "then", p.Service, tokens.Refresh)
	wantSignedIn(t, "refreshed", p.Service, tokens.Access)
	now.add(account.SessionLife - time.Second)
	tokens = refresh(t, "a second before a month is over", p.Service, tokens.Refresh)
	now.add(account.SessionLife)
	wantNoRefresh(t, "a month later", p.Service, tokens.Refresh)
	wantSignedOut(t, "a month later", p.Service, tokens.Access)
	wantCode(t, "its media", p.Alive(t.Context(), me.Session.ID), fault.SignedOut, "signed_out")
}

func TestAfterAYearAnybodySignsInOnceMore(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	now := p.clock()
	_, tokens := p.signIn(t, "ana@example.com")
	for range 14 { // of 26 days
		now.add(26 * 24 * time.Hour)
		tokens = refresh(t, "now and then", p.Service, tokens.Refresh)
	}
	now.add(26 * 24 * time.Hour)
	wantNoRefresh(t, "after a year", p.Service, tokens.Refresh)
}

func TestTokensCannotBeGuessed(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	seen := map[string]bool{}
	for range 3 {
		_, tokens := p.signIn(t, "ana@example.com")
		if raw, err := base64.RawURLEncoding.DecodeString(tokens.Refresh); err != nil || len(raw) < 32 || seen[tokens.Refresh] {
			t.Errorf("the token %q", tokens.Refresh)
		}
		seen[tokens.Refresh] = true
	}
	for _, token := range []string{"", "x", "..", "a.b.c", strings.Repeat("a", 43), strings.Repeat("a", 1<<20), "\x00"} {
		wantSignedOut(t, "a made-up token", p.Service, token)
		wantNoRefresh(t, "a made-up token", p.Service, token)
	}
}

// Whoever has stolen a token and whoever it was stolen from cannot both go on.
func TestARefreshTokenThatWasUsedBeforeEndsItsSession(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	p.SetGrace(-1)
	for what, steal := range map[string]func(first string) (thief, owner string){
		"the thief came after":  func(first string) (string, string) { return first, refresh(t, "the owner", p.Service, first).Refresh },
		"the thief came before": func(first string) (string, string) { return refresh(t, "the thief", p.Service, first).Refresh, first },
	} {
		me, tokens := p.signIn(t, "ana@example.com")
		_, other := p.signIn(t, "ana@example.com")
		thief, owner := steal(tokens.Refresh)
		reused, goesOn := thief, owner
		if owner == tokens.Refresh {
			reused, goesOn = owner, thief
		}
		wantNoRefresh(t, what+": the used one", p.Service, reused)
		wantNoRefresh(t, what+": the new one", p.Service, goesOn)
		wantSignedOut(t, what, p.Service, tokens.Access)
		wantCode(t, what+": its media", p.Alive(t.Context(), me.Session.ID), fault.SignedOut, "signed_out")
		refresh(t, what+": the user's other session", p.Service, other.Refresh)
	}
	if list, err := p.Devices(t.Context(), u.ID, "en"); err != nil || len(list) != 2 {
		t.Errorf("left are %+v, %v", list, err)
	}
}

func TestInTheGraceATokenComesAgainAndNobodyIsSignedOut(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	_, tokens := p.signIn(t, "ana@example.com")
	node := p.another(t)
	var got []account.Tokens
	var mu sync.Mutex
	var tabs sync.WaitGroup
	for i := range 10 {
		tabs.Go(func() {
			s := []*account.Service{p.Service, node}[i%2]
			_, next, err := s.Refresh(t.Context(), tokens.Refresh, account.Origin{})
			if err != nil {
				t.Errorf("a tab: %v", err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			got = append(got, next)
		})
	}
	tabs.Wait()
	for _, next := range got {
		wantSignedIn(t, "a tab", node, next.Access)
	}
	refresh(t, "whichever the browser kept", p.Service, got[len(got)-1].Refresh)
}

// sign makes a token with these changes to a good one.
func (p place) forged(t *testing.T, good string, method jwt.SigningMethod, key any, change func(header, claims map[string]any)) string {
	t.Helper()
	parts := strings.Split(good, ".")
	header, claims := map[string]any{}, jwt.MapClaims{}
	for i, into := range []any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	token := jwt.NewWithClaims(method, claims)
	alg := token.Header["alg"]
	token.Header = header
	token.Header["alg"] = alg
	change(token.Header, claims)
	signed, err := token.SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestAForgedTokenIsWorthNothing(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	root := p.add(t, "root@example.com", account.Admin)
	me, tokens := p.signIn(t, "ana@example.com")
	keys, err := p.secrets.SigningKeys(t.Context())
	if err != nil || len(keys) != 1 {
		t.Fatalf("keys %v, %v", keys, err)
	}
	ours := ed25519.NewKeyFromSeed(keys[0].Seed)
	public := ours.Public().(ed25519.PublicKey)
	_, others, _ := ed25519.GenerateKey(rand.Reader)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	same := func(_, _ map[string]any) {}
	claim := func(name string, value any) func(_, claims map[string]any) {
		return func(_, claims map[string]any) { claims[name] = value }
	}
	head := func(name string, value any) func(header, _ map[string]any) {
		return func(header, _ map[string]any) {
			if header[name] = value; value == nil {
				delete(header, name)
			}
		}
	}
	// The very way that tokens are made here makes one that is good, or the rest proves nothing.
	wantSignedIn(t, "a token made again", p.Service, p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, same))

	now := time.Now()
	for what, token := range map[string]string{
		"the algorithm none":                  p.forged(t, tokens.Access, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same),
		"HMAC with our public key":            p.forged(t, tokens.Access, jwt.SigningMethodHS256, []byte(public), same),
		"HMAC with it as others write it":     p.forged(t, tokens.Access, jwt.SigningMethodHS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), same),
		"RSA":                                 p.forged(t, tokens.Access, jwt.SigningMethodRS256, rsaKey, same),
		"another key under our key's name":    p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, others, same),
		"a key of its own name":               p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, others, head("kid", "mine")),
		"a key in its header":                 p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, others, head("jwk", map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(others.Public().(ed25519.PublicKey))})),
		"no key's name":                       p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, head("kid", nil)),
		"a key's name that is a path":         p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, others, head("kid", "../../dev/null")),
		"another kind of thing":               p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, head("typ", "JWT")),
		"expired":                             p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("exp", now.Add(-time.Second).Unix())),
		"without an end":                      p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, func(_, claims map[string]any) { delete(claims, "exp") }),
		"from the future":                     p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("iat", now.Add(time.Hour).Unix())),
		"not to be used yet":                  p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("nbf", now.Add(time.Hour).Unix())),
		"another issuer's":                    p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("iss", "elsewhere")),
		"for somebody else":                   p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("aud", "elsewhere")),
		"of another user than its session":    p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("sub", root.ID)),
		"of no user":                          p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("sub", "")),
		"of no session":                       p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("sid", "")),
		"of a session there never was":        p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("sid", "01890000-0000-7000-8000-000000000000")),
		"of an epoch to come":                 p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("epoch", me.Session.Epoch+1)),
		"cut short":                           tokens.Access[:len(tokens.Access)-2],
		"without its signature":               tokens.Access[:strings.LastIndex(tokens.Access, ".")+1],
		"with another's signature":            tokens.Access[:strings.LastIndex(tokens.Access, ".")] + p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("epoch", 9))[strings.LastIndex(tokens.Access, "."):],
		"with something after it":             tokens.Access + ".x",
		"a refresh token":                     tokens.Refresh,
		"one that says that it is an admin's": "eyJhbGciOiJub25lIn0." + strings.Split(p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("role", "admin")), ".")[1] + ".",
	} {
		wantSignedOut(t, what, p.Service, token)
		wantSignedOut(t, what+", at another node", p.another(t), token)
	}
	// What a token says of a role is for others to read: what somebody may do is their account's.
	known, err := p.Authenticate(t.Context(), p.forged(t, tokens.Access, jwt.SigningMethodEdDSA, ours, claim("role", "admin")))
	if err != nil || known.Principal().Role != account.Viewer {
		t.Errorf("is %q, %v", known.Principal().Role, err)
	}
	wantSignedIn(t, "the good one, after all that", p.Service, tokens.Access)
}

func TestADeletedUsersTokenIsWorthNothing(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Admin)
	me, tokens := p.signIn(t, "ana@example.com")
	if err := p.db.Queue().InTx(t.Context(), func(tx jobs.Tx) error {
		_, err := tx.ExecContext(t.Context(), `DELETE FROM users WHERE id = $1`, u.ID)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*account.Service{p.Service, p.another(t)} { // neither has looked it up
		wantSignedOut(t, "its token", s, tokens.Access)
		wantNoRefresh(t, "its refresh token", s, tokens.Refresh)
		wantCode(t, "its media", s.Alive(t.Context(), me.Session.ID), fault.SignedOut, "signed_out")
	}
}

func TestKeysFollowOneAnotherAndNobodyNotices(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	now := p.clock()
	node := p.another(t)
	node.SetClock(now.tell)
	_, tokens := p.signIn(t, "ana@example.com")
	kids := func(s *account.Service) (ids []string) {
		keys, err := s.PublicKeys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range keys {
			ids = append(ids, k.ID)
		}
		return ids
	}
	signedBy := func(token string) string {
		parsed, _, err := jwt.NewParser().ParseUnverified(token, jwt.MapClaims{})
		if err != nil {
			t.Fatal(err)
		}
		return parsed.Header["kid"].(string)
	}
	first := kids(p.Service)
	if len(first) != 1 || signedBy(tokens.Access) != first[0] {
		t.Fatalf("the keys are %v", first)
	}
	seen := map[string]bool{first[0]: true}
	for range 100 { // days
		now.add(24 * time.Hour)
		tokens = refresh(t, "each day", p.Service, tokens.Refresh)
		// The other node knows the key, and so does whoever reads what is published.
		wantSignedIn(t, "at another node", node, tokens.Access)
		published := kids(node)
		if len(published) == 0 || len(published) > 2 {
			t.Errorf("%d keys are published", len(published))
		}
		if by := signedBy(tokens.Access); by != published[len(published)-1] && by != published[0] {
			t.Errorf("signed by %s, and %v are published", by, published)
		}
		seen[signedBy(tokens.Access)] = true
	}
	if len(seen) != 4 {
		t.Errorf("%d keys in 100 days", len(seen))
	}
	if stored, err := p.secrets.SigningKeys(t.Context()); err != nil || len(stored) > 2 {
		t.Errorf("%d keys are stored, %v", len(stored), err)
	}
	// A new key is published for an hour before it signs, and the old verifies what it signed.
	for before := kids(p.Service); ; now.add(time.Hour) {
		tokens = refresh(t, "each hour", p.Service, tokens.Refresh)
		published := kids(p.Service)
		if published[0] != before[0] {
			if by := signedBy(tokens.Access); by == published[0] {
				t.Error("a key signs that nobody could know")
			}
			now.add(time.Hour)
			if by := signedBy(refresh(t, "an hour later", p.Service, tokens.Refresh).Access); by != published[0] {
				t.Error("the new key does not sign")
			}
			break
		}
	}
}

func TestKeysThatBecameKnownAreThrownAwayAtOnceAndNobodyIsSignedOut(t *testing.T) {
	p := open(t)
	p.add(t, "ana@example.com", account.Viewer)
	node := p.another(t)
	_, tokens := p.signIn(t, "ana@example.com")
	wantSignedIn(t, "before", node, tokens.Access)
	if err := p.RotateKeys(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantSignedOut(t, "then", p.Service, tokens.Access)
	until(t, "another node hears of it", func() bool {
		_, err := node.Authenticate(t.Context(), tokens.Access)
		return fault.Is(err, fault.SignedOut)
	})
	next := refresh(t, "the session goes on", node, tokens.Refresh)
	for _, s := range []*account.Service{p.Service, node} {
		wantSignedIn(t, "with the next", s, next.Access)
	}
}

// until waits for what only asking tells.
func until(t *testing.T, what string, so func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(30 * time.Second); !so(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestADeviceIsCalledAsItsOwnerWould(t *testing.T) {
	p := open(t)
	u := p.add(t, "ana@example.com", account.Viewer)
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36":                         "Chrome on Android",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0":                                                        "Firefox on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1": "Safari on iOS",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15":                   "Safari on macOS",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0":           "Edge on Windows",
		"Living-room TV": "Living-room TV",
		"":               "",
		"\xff\xfe no text \x00 and more " + strings.Repeat("é", 300): " no text  and more " + strings.Repeat("é", 120-19),
	} {
		if _, _, err := p.SignIn(t.Context(), "ana@example.com", password, account.Origin{Agent: agent}); err != nil {
			t.Fatal(err)
		}
		list, err := p.Devices(t.Context(), u.ID, "en")
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, d := range list {
			found = found || d.Device == want
		}
		if !found {
			t.Errorf("%q is called %q", agent, list[0].Device)
		}
	}
}
