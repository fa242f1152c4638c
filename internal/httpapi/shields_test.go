package httpapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
)

func TestEveryAnswerCarriesEveryShield(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	for _, ask := range []struct{ method, path string }{
		{"GET", "/"}, {"GET", "/missing.png"}, {"GET", "/api/docs"}, {"GET", "/api/openapi.json"}, {"GET", "/api/me"},
		{"GET", "/api/nothing"}, {"POST", "/api/auth/login"}, {"GET", "/healthz"}, {"GET", "/media/x/y/z.m4s"}, {"DELETE", "/"},
	} {
		got := viewer.send(t, ask.method, ask.path, nil)
		for name, want := range map[string]string{
			"Content-Security-Policy":           contentSecurityPolicy,
			"Cross-Origin-Opener-Policy":        "same-origin",
			"Origin-Agent-Cluster":              "?1",
			"Referrer-Policy":                   "same-origin",
			"X-Content-Type-Options":            "nosniff",
			"X-DNS-Prefetch-Control":            "off",
			"X-Download-Options":                "noopen",
			"X-Frame-Options":                   "DENY",
			"X-Permitted-Cross-Domain-Policies": "none",
			"X-XSS-Protection":                  "0",
			"Strict-Transport-Security":         "", // it came by http
			"X-Powered-By":                      "",
			"Server":                            "",
		} {
			if value := got.Header.Get(name); value != want {
				t.Errorf("%s %s: %s is %q, want %q", ask.method, ask.path, name, value, want)
			}
		}
		if policy := got.Header.Get("Permissions-Policy"); !strings.Contains(policy, "camera=()") || !strings.Contains(policy, "geolocation=()") {
			t.Errorf("%s: Permissions-Policy is %q", ask.path, policy)
		}
	}
}

func TestWhoCameByHTTPSComesByNothingElse(t *testing.T) {
	v := openSite(t, func(o *Options) { o.HTTPS = true }).visitor(t)
	for _, path := range []string{"/", "/api/me", "/missing.png"} {
		if got := v.send(t, "GET", path, nil).Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
			t.Errorf("%s: %q", path, got)
		}
	}
}

// The page of the API's reference is served under the app's own policy, so nothing in it may
// need a looser one: no script, no style, no handler in an attribute, nothing from elsewhere.
func TestThePageOfTheReferenceNeedsNoLooserPolicy(t *testing.T) {
	page := openSite(t).visitor(t).send(t, "GET", "/api/docs", nil).want(t, 200)
	for _, refused := range []string{`(?i)<script`, `(?i)<style`, `(?i)\sstyle=`, `(?i)\son[a-z]+=`, `(?i)javascript:`, `(?i)(src|href)="?(https?:)?//`} {
		if found := regexp.MustCompile(refused).FindString(page.body); found != "" {
			t.Errorf("it has %q, which the policy refuses", found)
		}
	}
	if !strings.Contains(page.body, "/api/auth/login") {
		t.Error("it is not the reference")
	}
}

// dial opens a connection of its own to a server.
func dial(t *testing.T, s *httptest.Server) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// drip sends a byte now and then until the other side has had enough, and returns when that
// was; it fails after a while.
func drip(t *testing.T, c net.Conn, every, atMost time.Duration) time.Duration {
	t.Helper()
	began := time.Now()
	go func() { // what is answered is read, so that a reset is seen by the writer
		_, _ = io.Copy(io.Discard, c)
		_ = c.Close()
	}()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for range tick.C {
		if _, err := c.Write([]byte("x")); err != nil {
			return time.Since(began)
		}
		if time.Since(began) > atMost {
			t.Fatalf("still held after %s", time.Since(began))
		}
	}
	return 0
}

// A body that comes a byte at a time holds its connection for a moment, whether its handler
// reads it, refuses it unread, or knows nothing of it.
func TestASenderThatDripsIsGivenUp(t *testing.T) {
	s := openSite(t, func(o *Options) {
		o.patience = 300 * time.Millisecond
		o.HookSecret, o.StoreEvents = "secret", nil
	})
	for _, path := range []string{"/api/auth/login", "/api/auth/logout", "/api/setup", "/api/nothing", "/", "/api/hooks/s3?secret=secret", "/api/videos/upload", "/healthz"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			c := dial(t, s.Server)
			fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: films\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{", path)
			// A JSON body has five seconds, and what is left of it as long again at most.
			drip(t, c, 20*time.Millisecond, 15*time.Second)
		})
	}
}

// Whoever asks for much and reads nothing does not hold the answer for ever.
func TestAReaderThatReadsNothingIsGivenUp(t *testing.T) {
	const size = 64 << 20 // more than both ends of a connection hold
	path := filepath.Join(t.TempDir(), "film")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	for name, send := range map[string]func(w http.ResponseWriter, r *http.Request){
		"a file":  func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) },
		"written": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, size)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended := make(chan struct{})
			s := &server{Options: Options{patience: 200 * time.Millisecond}}
			site := httptest.NewServer(s.paced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer close(ended)
				send(w, r)
			})))
			t.Cleanup(site.Close)
			fmt.Fprint(dial(t, site), "GET / HTTP/1.1\r\nHost: films\r\n\r\n")
			select {
			case <-ended:
			case <-time.After(20 * time.Second):
				t.Fatal("it is still being sent to")
			}
		})
	}
}

// A reader who takes its time, but reads, gets everything, longer than the patience of a
// stretch; and so does the next request on the same connection.
func TestASlowReaderGetsEverything(t *testing.T) {
	const size = 40 * stretch
	path := filepath.Join(t.TempDir(), "film")
	if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &server{Options: Options{patience: 2 * time.Second}}
	site := httptest.NewServer(s.paced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.ServeFile(w, r, path)
		}
	})))
	t.Cleanup(site.Close)
	c := dial(t, site)
	reader := bufio.NewReader(c)
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: films\r\n\r\n")
	answer, err := http.ReadResponse(reader, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	pause := time.NewTicker(75 * time.Millisecond)
	defer pause.Stop()
	for read := int64(0); read < size; {
		n, err := io.CopyN(io.Discard, answer.Body, min(stretch, size-read))
		if read += n; err != nil {
			t.Fatalf("cut off after %d: %v", read, err)
		}
		<-pause.C
	}
	for range 2 {
		fmt.Fprint(c, "GET /nothing HTTP/1.1\r\nHost: films\r\n\r\n")
		next, err := http.ReadResponse(reader, nil)
		if err != nil || next.StatusCode != 200 {
			t.Fatalf("the next: %v", err)
		}
		_ = next.Body.Close()
	}
}

func TestAMethodThatIsNoneIsRefused(t *testing.T) {
	v := openSite(t).visitor(t)
	for _, method := range []string{"TRACE", "TRACK", "DEBUG", "PROPFIND", "X"} {
		for _, path := range []string{"/", "/api/me", "/api/nothing", "/healthz"} {
			if got := v.send(t, method, path, nil, "X-Secret", "echoed"); got.StatusCode != 405 && got.StatusCode != 404 || strings.Contains(got.body, "echoed") {
				t.Errorf("%s %s: %s\n%s", method, path, got.Status, got.body)
			}
		}
	}
}
