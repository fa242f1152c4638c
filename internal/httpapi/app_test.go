package httpapi

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
)

func TestEveryScreenIsTheApp(t *testing.T) {
	v := openSite(t).visitor(t)
	for _, path := range []string{"/", "/setup?token=abc", "/watch/01936f1e-0000-7000-8000-00000000000a", "/a/b/c", "/assets", "/assets/"} {
		got := v.send(t, "GET", path, nil).want(t, 200)
		if !strings.Contains(got.body, "<title>KKMovies</title>") || got.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("%s: %q of the type %q", path, got.body, got.Header.Get("Content-Type"))
		}
		if got.Header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s may be kept: %q", path, got.Header.Get("Cache-Control"))
		}
	}
	if head := v.send(t, "HEAD", "/", nil).want(t, 200); head.body != "" {
		t.Errorf("HEAD sends %q", head.body)
	}
}

func TestAFileThatIsNotThereIsNoScreen(t *testing.T) {
	v := openSite(t).visitor(t)
	for _, path := range []string{
		"/missing.png", "/assets/gone.js", "/assets/one.js", "/favicon.ico", "/.env", "/../../etc/passwd.txt",
		"/%2e%2e/%2e%2e/secret.txt", "/a\x00b.js",
	} {
		if got := v.send(t, "GET", strings.ReplaceAll(path, "\x00", "%00"), nil); got.StatusCode != 404 && got.StatusCode != 301 && got.StatusCode != 307 {
			t.Errorf("%s: %s\n%s", path, got.Status, got.body)
		}
	}
	v.send(t, "GET", "/missing.png", nil).want(t, 404)
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		got := v.send(t, method, "/", nil)
		got.wantCode(t, 405, "method_not_allowed")
		if got.Header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: allows %q", method, got.Header.Get("Allow"))
		}
	}
}

func TestFilesNamedAfterTheirContentAreKeptForGood(t *testing.T) {
	v := openSite(t).visitor(t)
	got := v.send(t, "GET", "/assets/app-1a2b.js", nil).want(t, 200)
	if got.body != "console.log(1)" || got.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" ||
		!strings.HasPrefix(got.Header.Get("Content-Type"), "text/javascript") {
		t.Errorf("%q with %v", got.body, got.Header)
	}
	if icon := v.send(t, "GET", "/icon.svg", nil).want(t, 200); icon.Header.Get("Cache-Control") != "no-cache" ||
		icon.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("an icon with %v", icon.Header)
	}
}

func TestWhatMakesTheAppInstallableIsAskedForAnew(t *testing.T) {
	v := openSite(t).visitor(t)
	for name, kind := range map[string]string{"/app.webmanifest": "application/manifest+json", "/sw.js": "text/javascript; charset=utf-8"} {
		for _, accepted := range []string{"", "br"} {
			got := v.send(t, "GET", name, nil, "Accept-Encoding", accepted).want(t, 200)
			if got.Header.Get("Content-Type") != kind || got.Header.Get("Cache-Control") != "no-cache" {
				t.Errorf("%s in %q: %v", name, accepted, got.Header)
			}
		}
	}
}

func TestTheSmallestFormThatIsUnderstoodIsSent(t *testing.T) {
	v := openSite(t).visitor(t)
	for accepted, want := range map[string]struct{ encoding, body string }{
		"br, gzip":                  {"br", "index in brotli"},
		"gzip, deflate, br;q=0.5":   {"br", "index in brotli"},
		"GZIP":                      {"gzip", "index in gzip"},
		"br;q=0, gzip;q=1.0":        {"gzip", "index in gzip"},
		"br; q=0.000, gzip;q=0":     {"", ""},
		"brotli, x-gzip2, identity": {"", ""},
		"":                          {"", ""},
	} {
		got := v.send(t, "GET", "/", nil, "Accept-Encoding", accepted).want(t, 200)
		if got.Header.Get("Content-Encoding") != want.encoding || want.body != "" && got.body != want.body {
			t.Errorf("for %q: %q, %q", accepted, got.Header.Get("Content-Encoding"), got.body)
		}
		if got.Header.Get("Vary") != "Accept-Encoding" || got.ContentLength != int64(len(got.body)) ||
			got.Header.Get("Content-Type") != "text/html; charset=utf-8" {
			t.Errorf("for %q: %v", accepted, got.Header)
		}
	}
	head := v.send(t, "HEAD", "/", nil, "Accept-Encoding", "br").want(t, 200)
	if head.body != "" || head.ContentLength != int64(len("index in brotli")) {
		t.Errorf("HEAD: %q of %d", head.body, head.ContentLength)
	}
}

func TestAServerWithoutTheAppSaysSo(t *testing.T) {
	v := openSite(t, func(o *Options) { o.App = nil }).visitor(t)
	v.send(t, "GET", "/", nil).wantCode(t, 404, "no_app")
	v.send(t, "GET", "/api/setup", nil).want(t, 200)
}

func TestEveryAnswerIsHardened(t *testing.T) {
	s := openSite(t)
	v := s.visitor(t)
	for _, path := range []string{"/", "/missing.png", "/api/me", "/api/setup", "/api/nothing", "/api/docs", "/healthz", "/media/x/y/z.m4s"} {
		got := v.send(t, "GET", path, nil)
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
			"Content-Security-Policy":    contentSecurityPolicy,
		} {
			if value := got.Header.Get(name); value != want {
				t.Errorf("%s: %s is %q", path, name, value)
			}
		}
		if strings.HasPrefix(path, "/api/") && got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", path, got.Header.Get("Cache-Control"))
		}
		if len(got.Header.Get("X-Request-Id")) != 36 {
			t.Errorf("%s: request id %q", path, got.Header.Get("X-Request-Id"))
		}
	}
}

func TestThePolicyLetsOnlyTheAppsOwnCodeRun(t *testing.T) {
	policy := map[string]string{}
	for part := range strings.SplitSeq(contentSecurityPolicy, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
		policy[name] = value
	}
	for name, want := range map[string]string{
		"default-src": "'self'", "script-src": "'self'", "style-src": "'self'", "object-src": "'none'",
		"base-uri": "'none'", "frame-ancestors": "'none'", "form-action": "'self'",
	} {
		if policy[name] != want {
			t.Errorf("%s is %q, want %q", name, policy[name], want)
		}
	}
	if strings.Contains(contentSecurityPolicy, "unsafe") || strings.Contains(contentSecurityPolicy, "*") {
		t.Error(contentSecurityPolicy)
	}
}

func TestHealthTellsPartsAndNoAddresses(t *testing.T) {
	checks := []Check{{Name: "database", OK: true, Detail: "postgres://user@10.0.0.7"}, {Name: "media", OK: true, Detail: "/srv"}}
	s := openSite(t, func(o *Options) { o.Health = func(context.Context) []Check { return checks } })
	v := s.visitor(t)
	if got := v.send(t, "GET", "/healthz", nil).want(t, 200); got.body != "alive\n" {
		t.Errorf("%q", got.body)
	}
	if got := v.send(t, "GET", "/readyz", nil).want(t, 200); got.body != "ok     database\nok     media\n" {
		t.Errorf("%q", got.body)
	}
	checks[1].Warning = "it is full"
	if got := v.send(t, "GET", "/readyz", nil).want(t, 200); got.body != "ok     database\nWARN   media: it is full\n" {
		t.Errorf("%q", got.body)
	}
	checks[1].OK = false
	got := v.send(t, "GET", "/readyz", nil)
	if got.StatusCode != http.StatusServiceUnavailable || got.body != "ok     database\nfailed media: it is full\n" {
		t.Errorf("%s: %q", got.Status, got.body)
	}
	admin := s.signedIn(t, account.Admin)
	system := read[struct {
		Version string
		Checks  []Check
	}](t, admin.send(t, "GET", "/api/system", nil))
	if system.Version != "1.2.3" || len(system.Checks) != 2 || system.Checks[1] != checks[1] {
		t.Errorf("%+v", system)
	}
}

func TestAWorkerOnlySaysHowItIs(t *testing.T) {
	v := openSite(t, func(o *Options) { o.HealthOnly = true }).visitor(t)
	v.send(t, "GET", "/healthz", nil).want(t, 200)
	v.send(t, "GET", "/readyz", nil).want(t, 200)
	for _, path := range []string{"/", "/api/me", "/api/setup", "/api/docs", "/media/a/b/c"} {
		if got := v.send(t, "GET", path, nil); got.StatusCode != 404 {
			t.Errorf("%s: %s", path, got.Status)
		}
	}
}

func TestTheLogTellsOfRequestsAndKeepsTokensOut(t *testing.T) {
	s := openSite(t)
	v := s.signedIn(t, account.Viewer)
	v.send(t, "GET", "/media/the-token/01936f1e-0000-7000-8000-00000000000a/playlist.m3u8", nil)
	v.send(t, "GET", "/api/videos?cursor=the-cursor", nil)
	s.Close() // a line is written when its request has ended
	text := s.log.String()
	for _, want := range []string{`"path":"/media/…/01936f1e-0000-7000-8000-00000000000a/playlist.m3u8"`, `"path":"/api/videos"`, `"path":"/api/auth/login"`} {
		if !strings.Contains(text, want) {
			t.Errorf("no line with %s in\n%s", want, text)
		}
	}
	for _, secret := range []string{"the-token", password, sessionCookie} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %q:\n%s", secret, text)
		}
	}
}
