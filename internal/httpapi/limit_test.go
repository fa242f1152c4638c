package httpapi

import (
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func limitsOf(t testing.TB) *cache.Cache {
	t.Helper()
	c, err := cache.Open(t.Context(), cache.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// useUp leaves nothing of a limit.
func (s *site) useUp(t *testing.T, who string, l limit) {
	t.Helper()
	for range l.Burst {
		if !s.Limits.Allow(t.Context(), who+":"+l.name, l.Limit).Allowed {
			t.Fatalf("%s was limited before", who)
		}
	}
}

// wantLimited checks a refusal that says when to come again.
func wantLimited(t *testing.T, a *answer, within time.Duration) {
	t.Helper()
	a.wantCode(t, 429, "too_many")
	after, err := strconv.Atoi(a.Header.Get("Retry-After"))
	if err != nil || after < 1 || after > seconds(within) {
		t.Errorf("come again after %q, of %s", a.Header.Get("Retry-After"), within)
	}
	left, policy := a.Header.Values("RateLimit"), a.Header.Values("RateLimit-Policy") // one of each limit
	if !strings.Contains(strings.Join(left, ", "), ";r=0;t=") || len(policy) != len(left) || !strings.Contains(policy[0], ";q=") {
		t.Errorf("RateLimit %q, policy %q", left, policy)
	}
	if !strings.Contains(a.body, "Try again in "+strconv.Itoa(after)+" s.") {
		t.Errorf("it says %s", a.body)
	}
}

func TestPasswordsAreNotGuessedForEver(t *testing.T) {
	s := openSite(t)
	s.signedIn(t, account.Viewer)
	s.signedIn(t, account.Editor)
	v := s.visitor(t)
	email := emailOf(account.Viewer)
	first := v.send(t, "POST", "/api/auth/login", credentials(email, "wrong")).want(t, 401)
	for n := 1; ; n++ {
		a := v.send(t, "POST", "/api/auth/login", credentials([]string{email, " " + strings.ToUpper(email)}[n%2], "wrong"))
		if a.StatusCode == http.StatusTooManyRequests {
			// One was spent when they signed in themselves.
			if n < triesAs.Burst-2 || n > triesAs.Burst+2 {
				t.Errorf("limited after %d tries", n)
			}
			wantLimited(t, a, triesAs.Every)
			break
		}
		a.want(t, 401)
		if n > triesAs.Burst+2 {
			t.Fatalf("not limited after %d tries: %s", n, first.body)
		}
	}
	// The right one, too, or guessing would go on; somebody else is not held back.
	wantLimited(t, v.send(t, "POST", "/api/auth/login", credentials(email, password)), triesAs.Every)
	in := v.send(t, "POST", "/api/auth/login", credentials(emailOf(account.Editor), password)).want(t, 200)
	if got := in.Header.Get("RateLimit-Policy"); got != `"signIn";q=60;w=60` {
		t.Errorf("policy %s", got)
	}
	if got := in.Header.Get("RateLimit"); !strings.HasPrefix(got, `"signIn";r=`) {
		t.Errorf("limit %s", got)
	}
}

func TestWhoTriesTooOftenFromOneAddressIsRefused(t *testing.T) {
	s := openSite(t)
	s.useUp(t, "127.0.0.1", signInsFrom)
	s.useUp(t, "127.0.0.1", setUpsFrom)
	v := s.visitor(t)
	wantLimited(t, v.send(t, "POST", "/api/auth/login", credentials("nobody@example.com", password)), signInsFrom.Every)
	wantLimited(t, v.send(t, "POST", "/api/setup", map[string]string{"token": "t", "email": "a@example.com", "password": password}), setUpsFrom.Every)
	// Nobody's word is taken on being somebody else.
	wantLimited(t, v.send(t, "POST", "/api/auth/login", credentials("nobody@example.com", password), "X-Forwarded-For", "203.0.113.7"), signInsFrom.Every)
	v.send(t, "GET", "/api/setup", nil).want(t, 200)
}

func TestBehindATrustedProxyEachIsTheirOwn(t *testing.T) {
	s := openSite(t, func(o *Options) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	s.useUp(t, "203.0.113.7", signInsFrom)
	v := s.visitor(t)
	try := func(from string) *answer {
		return v.send(t, "POST", "/api/auth/login", credentials("nobody@example.com", password), "X-Forwarded-For", from)
	}
	wantLimited(t, try("203.0.113.7"), signInsFrom.Every)
	wantLimited(t, try("198.51.100.1, 203.0.113.7"), signInsFrom.Every)
	try("203.0.113.8").want(t, 401)
}

func TestUploadsAreOpenedAsOftenAsAUserMay(t *testing.T) {
	s := openSite(t)
	e := s.signedIn(t, account.Editor)
	file := map[string]any{"fileName": "film.mp4", "size": 1000}
	if got := e.send(t, "POST", "/api/uploads", file).want(t, 201).Header.Get("RateLimit-Policy"); got != `"createUpload";q=1000;w=3600` {
		t.Errorf("policy %s", got)
	}
	me := read[Me](t, e.send(t, "GET", "/api/me", nil))
	for s.Limits.Allow(t.Context(), me.User.ID+":"+newUploads.name, newUploads.Limit).Allowed {
	}
	wantLimited(t, e.send(t, "POST", "/api/uploads", file), newUploads.Every)
	wantLimited(t, e.send(t, "POST", "/api/videos/upload", nil), newUploads.Every)
	e.send(t, "GET", "/api/uploads", nil).want(t, 200)
}

func TestASessionThatRunsWildIsRefused(t *testing.T) {
	s := openSite(t)
	v, other := s.signedIn(t, account.Viewer), s.signedIn(t, account.Viewer)
	me := read[Me](t, v.send(t, "GET", "/api/me", nil))
	for range 1000 { // as fast as it can, for a while, is not wild
		v.send(t, "GET", "/api/me", nil).want(t, 200)
	}
	refused := false
	for range 100 {
		for s.Limits.Allow(t.Context(), me.Session.ID+":"+everything.name, everything.Limit).Allowed {
		}
		if a := v.send(t, "GET", "/api/videos", nil); a.StatusCode == http.StatusTooManyRequests {
			wantLimited(t, a, time.Second)
			refused = true
			break // else it was let through by the time that passed
		}
	}
	if !refused {
		t.Error("it never is")
	}
	other.send(t, "GET", "/api/me", nil).want(t, 200)
}

func TestWhateverIsTooMuchSaysWhenToComeAgain(t *testing.T) {
	if got := headersOf(fault.Wrap("test", fault.New(fault.TooMany, "test", "too_many_uploads", ""))); got.Get("Retry-After") != "5" {
		t.Errorf("headers %v", got)
	}
	if got := headersOf(fault.New(fault.Invalid, "test", "", "")); got != nil {
		t.Errorf("headers %v", got)
	}
}

func TestAServerWithoutLimitsDoesNotStart(t *testing.T) {
	if _, err := New(Options{Logger: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("it does")
	}
	if _, err := New(Options{Logger: slog.New(slog.DiscardHandler), HealthOnly: true}); err != nil {
		t.Error(err)
	}
}

func TestWhoIsAskingIsTheSocketsOtherEndUnlessATrustedProxySaysElse(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		remote    string
		forwarded []string
		trusted   []netip.Prefix
		want      string
	}{
		{"203.0.113.7:5000", nil, nil, "203.0.113.7"},
		{"203.0.113.7:5000", []string{"198.51.100.1"}, nil, "203.0.113.7"},
		{"203.0.113.7:5000", []string{"198.51.100.1"}, proxies, "203.0.113.7"},
		{"10.1.2.3:5000", []string{"198.51.100.1"}, nil, "10.1.2.3"},
		{"10.1.2.3:5000", nil, proxies, "10.1.2.3"},
		{"10.1.2.3:5000", []string{"198.51.100.1"}, proxies, "198.51.100.1"},
		{"10.1.2.3:5000", []string{"1.1.1.1, 198.51.100.1"}, proxies, "198.51.100.1"},
		{"10.1.2.3:5000", []string{"1.1.1.1", "198.51.100.1, 10.9.9.9"}, proxies, "198.51.100.1"},
		{"10.1.2.3:5000", []string{"198.51.100.1", "nonsense"}, proxies, "10.1.2.3"},
		{"10.1.2.3:5000", []string{"nonsense, 10.4.4.4"}, proxies, "10.4.4.4"},
		{"10.1.2.3:5000", []string{"198.51.100.1" + strings.Repeat(", 10.0.0.1", maxHops)}, proxies, "10.0.0.1"},
		{"[::ffff:10.1.2.3]:5000", []string{"2001:db8::1"}, proxies, "2001:db8::1"},
		{"[fd00::1]:5000", []string{"::ffff:198.51.100.1"}, proxies, "198.51.100.1"},
		{"[fe80::1%eth0]:5000", nil, nil, "fe80::1"},
		{"@", nil, nil, "invalid IP"}, // a socket without addresses
	} {
		r := &http.Request{RemoteAddr: c.remote, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got := callerOf(r, c.trusted); got.String() != c.want {
			t.Errorf("from %s for %q it is %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}

func TestAProxyThatIsNotTrustedIsSaidOnce(t *testing.T) {
	s := openSite(t)
	for range 3 {
		s.visitor(t).send(t, "GET", "/api/setup", nil, "X-Forwarded-For", "203.0.113.7").want(t, 200)
	}
	if n := strings.Count(s.log.String(), "KK_TRUSTED_PROXIES"); n != 1 {
		t.Errorf("said %d times", n)
	}
	trusting := openSite(t, func(o *Options) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	trusting.visitor(t).send(t, "GET", "/api/setup", nil, "X-Forwarded-For", "203.0.113.7").want(t, 200)
	if strings.Contains(trusting.log.String(), "KK_TRUSTED_PROXIES") {
		t.Error("said of one that is trusted")
	}
}

func TestAHouseholdOfIPv6IsOne(t *testing.T) {
	var names []string
	for _, remote := range []string{"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::9]:1", "[2001:db8:1:3::1]:1", "198.51.100.1:1"} {
		s := &server{}
		s.addressed(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			names = append(names, callerNetwork(r.Context()))
		})).ServeHTTP(nil, &http.Request{RemoteAddr: remote})
	}
	if got := strings.Join(names, " "); got != "2001:db8:1:2::/64 2001:db8:1:2::/64 2001:db8:1:3::/64 198.51.100.1" {
		t.Errorf("they are %s", got)
	}
}

func TestEveryOperationIsLimitedWithoutAWord(t *testing.T) {
	s := openSite(t)
	s.useUp(t, "127.0.0.1", limit{"from:setupNeeded", fromAnywhere})
	v := s.visitor(t)
	refused := false
	for range 100 {
		for s.Limits.Allow(t.Context(), "127.0.0.1:from:setupNeeded", fromAnywhere).Allowed {
		}
		if a := v.send(t, "GET", "/api/setup", nil); a.StatusCode == http.StatusTooManyRequests {
			wantLimited(t, a, time.Second)
			refused = true
			break // else it was let through by the time that passed
		}
	}
	if !refused {
		t.Error("it never is")
	}
	v.send(t, "GET", "/api/docs", nil).want(t, 200) // which is another

	editor := s.signedIn(t, account.Editor)
	me := read[Me](t, editor.send(t, "GET", "/api/me", nil))
	s.useUp(t, me.User.ID, limit{"write:deleteVideo", writes})
	id := s.addVideo(t, "A film")
	wantLimited(t, editor.send(t, "DELETE", "/api/videos/"+id, nil), writes.Every)
	editor.send(t, "PATCH", "/api/videos/"+id, map[string]string{"title": "B"}).want(t, 200)
	editor.send(t, "GET", "/api/videos/"+id, nil).want(t, 200)
}
