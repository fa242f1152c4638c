package httpapi

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
)

// Attacks on the door: what is sent, how often, how long an answer takes, and from whose page.

// A text is a text, wherever it is kept or looked for: what is SQL, a path, a format or markup
// to somebody else comes back letter by letter, and does nothing on its way.
func TestWhatIsWrittenIsNeverRun(t *testing.T) {
	s := openSite(t, func(o *Options) { o.Limits = boundless{} })
	editor, admin := s.signedIn(t, account.Editor), s.signedIn(t, account.Admin)
	id := s.addVideo(t, "A film")
	bystander := s.addVideo(t, "Another")
	for _, text := range nasty {
		title := strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), ""))
		if title == "" {
			continue
		}
		got := editor.send(t, "PATCH", "/api/videos/"+id, map[string]string{"title": title})
		if got.StatusCode != 200 {
			got.want(t, 422) // it may be refused, in words
			continue
		}
		if v := read[Video](t, editor.send(t, "GET", "/api/videos/"+id, nil)); v.Title != read[Video](t, got).Title || !strings.Contains(title, v.Title) {
			t.Errorf("%q became %q", title, v.Title)
		}
		if got.Header.Get("Content-Type") != "application/json" || got.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("a browser might take it for markup: %v", got.Header)
		}
	}
	for _, text := range nasty {
		for _, ask := range []string{
			"/api/videos?cursor=" + url.QueryEscape(text), "/api/videos?limit=" + url.QueryEscape(text),
			"/api/videos/" + url.PathEscape(text), "/api/videos/" + id + "/images/" + url.PathEscape(text),
			"/api/uploads/" + url.PathEscape(text), "/api/admin/audit?action=" + url.QueryEscape(text), "/api/admin/audit?userId=" + url.QueryEscape(text),
			"/media/" + url.PathEscape(text) + "/" + id + "/playlist.m3u8", "/" + url.PathEscape(text),
		} {
			r, err := admin.request(t, "GET", ask, nil)
			if err != nil {
				continue // no client can ask it
			}
			w, err := admin.client.Do(r)
			if err != nil {
				t.Fatalf("%s: %v", ask, err)
			}
			body, _ := io.ReadAll(w.Body)
			_ = w.Body.Close()
			if w.StatusCode >= 500 {
				t.Errorf("%s: %s\n%s", ask, w.Status, body)
			}
			if strings.Contains(string(body), "root:") || strings.Contains(string(body), "[Credential") {
				t.Errorf("%s reads a file: %s", ask, body)
			}
		}
		credentials := credentials(text, text)
		if got := s.visitor(t).send(t, "POST", "/api/auth/login", credentials); got.StatusCode != 401 && got.StatusCode != 422 {
			t.Errorf("signing in as %q: %s", text, got.Status)
		}
	}
	if v := read[Video](t, editor.send(t, "GET", "/api/videos/"+bystander, nil)); v.Title != "Another" {
		t.Errorf("a film that nobody touched is %q", v.Title)
	}
	editor.send(t, "GET", "/api/me", nil).want(t, 200) // there are still users, and sessions
}

// publicWithEmail are the operations that anybody may send an e-mail address to, with a body
// made from what the document says of it. Each must answer as fast and the same whether there is
// somebody of that address; one that is added is among them without a word.
func publicWithEmail(t *testing.T) map[string]func(email string) (path string, body map[string]any) {
	t.Helper()
	found := map[string]func(string) (string, map[string]any){}
	text, err := Document("test")
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
			Access      string `json:"x-access"`
			RequestBody struct {
				Content map[string]struct{ Schema *schema }
			}
		}
		Components struct{ Schemas map[string]*schema }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	for path, methods := range document.Paths {
		for method, op := range methods {
			shape := op.RequestBody.Content["application/json"].Schema
			if shape != nil && shape.Ref != "" {
				shape = document.Components.Schemas[shape.Ref[strings.LastIndex(shape.Ref, "/")+1:]]
			}
			if method != "post" || op.Access != Public.name || shape == nil || shape.Properties["email"] == nil {
				continue
			}
			found[op.OperationID] = func(email string) (string, map[string]any) {
				body := map[string]any{}
				for name, field := range shape.Properties {
					switch {
					case name == "email":
						body[name] = email
					case len(field.Enum) > 0:
						body[name] = field.Enum[0]
					case field.Type == "boolean":
						body[name] = true
					case field.Type == "string":
						body[name] = "a wrong " + name
					}
				}
				return "/api" + path, body
			}
		}
	}
	if found["signIn"] == nil {
		t.Fatal("signing in is not among them: this looks in the wrong place")
	}
	return found
}

const (
	tries  = 100 // how many answers are timed of each kind, in one round
	rounds = 5   // a machine at work may set two medians apart once; what tells people apart does so every time
)

func TestNobodyLearnsByTheClockWhoHasAnAccount(t *testing.T) {
	s := openSite(t, func(o *Options) { o.Limits = boundless{} })
	s.signedIn(t, account.Viewer)
	v := s.visitor(t)
	for id, ask := range publicWithEmail(t) {
		var faster []bool // of each round: is somebody answered faster than nobody
		for range rounds {
			somebody, nobody := askMixed(t, v, id, ask)
			t.Logf("%s: median of %d %s, of nobody %s", id, tries, somebody, nobody)
			if apart := (somebody - nobody).Abs(); apart <= max(somebody, nobody)/20 || apart <= clockNoise {
				faster = nil
				break
			}
			faster = append(faster, somebody < nobody)
		}
		if len(slices.Compact(faster)) == 1 {
			t.Errorf("%s answers somebody and nobody more than 5 %% apart, %d times the same way", id, rounds)
		}
	}
}

// askMixed asks one operation of somebody and of nobody, in an order that chance gives, so that both
// meet the same machine, and returns the median time of each. Any order with a beat of its own would
// put the collections of garbage, which come every few passwords, before the same one each time.
// Both must be answered the same.
func askMixed(t *testing.T, v *visitor, id string, ask func(email string) (string, map[string]any)) (somebody, nobody time.Duration) {
	t.Helper()
	took, bodies := map[bool][]time.Duration{}, map[bool]string{}
	for n := range tries {
		first := rand.IntN(2) == 0
		for _, known := range []bool{first, !first} {
			email := fmt.Sprintf("nobody-%d@example.com", n)
			if known {
				email = emailOf(account.Viewer)
			}
			path, body := ask(email)
			began := time.Now()
			got := v.send(t, "POST", path, body)
			took[known] = append(took[known], time.Since(began))
			bodies[known] = fmt.Sprint(got.StatusCode, " ", strings.ReplaceAll(got.body, email, "…"))
		}
	}
	if bodies[true] != bodies[false] {
		t.Errorf("%s tells them apart: %s, and of nobody %s", id, bodies[true], bodies[false])
	}
	return median(took[true]), median(took[false])
}

// clockNoise is what nobody could tell apart over a network, however often they asked.
const clockNoise = 100 * time.Microsecond

func median(list []time.Duration) time.Duration {
	list = slices.Clone(list)
	slices.Sort(list)
	return list[len(list)/2]
}

// Ten thousand wrong passwords, at one account from ten thousand addresses, and at ten thousand
// accounts from one address: neither gets far, and whoever else signs in does so at once.
func TestTenThousandWrongPasswordsKeepNobodyElseOut(t *testing.T) {
	const wrong, attackers, people, honest = 10_000, 16, 4, 20
	s := openSite(t, func(o *Options) { o.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	s.signedIn(t, account.Viewer) // whom they are after
	for n := range people {
		if _, err := s.Accounts.AddUser(t.Context(), fmt.Sprintf("honest-%d@example.com", n), password, account.Viewer); err != nil {
			t.Fatal(err)
		}
	}
	signsIn := func(n int) time.Duration {
		began := time.Now()
		s.visitor(t).send(t, "POST", "/api/auth/login", credentials(fmt.Sprintf("honest-%d@example.com", n%people), password),
			"X-Forwarded-For", fmt.Sprintf("192.0.2.%d", n)).want(t, 200)
		return time.Since(began)
	}
	var took, before []time.Duration
	for n := range honest / 2 {
		before = append(before, signsIn(n))
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mu sync.Mutex
	statuses := map[int]int{}
	began := time.Now()
	var attack sync.WaitGroup
	started := make(chan struct{}, attackers)
	for a := range attackers {
		attack.Go(func() {
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
			defer client.CloseIdleConnections()
			for n := a; n < wrong; n += attackers {
				email, from := emailOf(account.Viewer), fmt.Sprintf("198.18.%d.%d", n/250%250, n%250)
				if n%2 == 1 {
					email, from = fmt.Sprintf("somebody-%d@example.com", n), "203.0.113.66"
				}
				text := fmt.Sprintf(`{"email":%q,"password":"wrong-%d"}`, email, n)
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/api/auth/login", strings.NewReader(text))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("X-Forwarded-For", from)
				w, err := client.Do(r)
				if err != nil {
					t.Errorf("an attacker is not even answered: %v", err)
					return
				}
				_, _ = io.Copy(io.Discard, w.Body)
				_ = w.Body.Close()
				mu.Lock()
				statuses[w.StatusCode]++
				mu.Unlock()
				if n == a {
					started <- struct{}{}
				}
			}
		})
	}
	for range attackers {
		<-started
	}
	for n := range honest {
		took = append(took, signsIn(n))
	}
	attack.Wait()
	worst := slices.Max(took)
	t.Logf("of %d wrong passwords %v; %d others signed in, median %s, at worst %s; before %s", wrong, statuses, honest, median(took), worst, median(before))
	// What is held against the attack is who is waited for, not how busy the machine is with
	// attackers and other tests: behind all of their passwords it would be thousands of times
	// as long as a sign-in takes.
	if usual := median(before); worst > max(atWorst, 50*usual) || median(took) > max(atOnce, 20*usual) {
		t.Errorf("others waited %s to sign in, at worst %s, and before the attack %s", median(took), worst, usual)
	}
	if statuses[http.StatusOK] != 0 || statuses[http.StatusUnauthorized]+statuses[http.StatusTooManyRequests] != wrong {
		t.Errorf("they were answered %v", statuses)
	}
	// Of one account 20 tries and a few more as time goes by; of one address 60.
	if got := statuses[http.StatusUnauthorized]; got > triesAs.Burst+signInsFrom.Burst+int(time.Since(began)/time.Second)*2+10 {
		t.Errorf("%d passwords were tried in earnest", got)
	}
}

// atOnce is as long as anybody waits without wondering, and atWorst what it may cost to come
// just as the attack begins.
const (
	atOnce  = time.Second
	atWorst = 5 * time.Second
)

// What a page of another site can make a browser send changes nothing, whatever the method and
// the type of its body; what it cannot forge is what tells.
func TestAPageOfAnotherSiteChangesNothing(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	for _, r := range allRoutes() {
		if !isWrite(r.method) {
			continue
		}
		path := braces.ReplaceAllString(r.path, s.addVideo(t, "A film"))
		for _, headers := range [][]string{
			{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"},
			{"Sec-Fetch-Site", "same-site", "Origin", "https://other.films.example"}, // a neighbour is a stranger
			{"Origin", "https://evil.example"},                                       // a browser that says no more
			{"Origin", "null", "Sec-Fetch-Site", "cross-site"},
		} {
			for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json"} {
				got := admin.send(t, r.method, path, strings.NewReader(`{"title":"forged"}`), append([]string{"Content-Type", kind}, headers...)...)
				got.wantCode(t, http.StatusForbidden, "cross_site")
			}
		}
	}
	admin.send(t, "GET", "/api/me", nil).want(t, 200) // not even signed out
	for _, v := range read[page](t, admin.send(t, "GET", "/api/videos?limit=100", nil)).Items {
		if v.Title != "A film" {
			t.Errorf("a film is called %q", v.Title)
		}
	}
	admin.send(t, "POST", "/api/auth/logout", nil, "Sec-Fetch-Site", "same-origin", "Origin", s.URL).want(t, 204)
}

// What only reads is never a way to write: a link that is followed changes nothing.
func TestALinkThatIsFollowedChangesNothing(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	id := s.addVideo(t, "A film")
	since := len(s.record(t))
	for _, r := range allRoutes() {
		if r.method == http.MethodGet && !strings.HasPrefix(r.path, "/media/") {
			admin.send(t, "GET", braces.ReplaceAllString(r.path, id)+"?_method=DELETE", nil, "X-HTTP-Method-Override", "DELETE", "Sec-Fetch-Site", "cross-site")
		}
	}
	admin.send(t, "GET", "/api/videos/"+id, nil).want(t, 200)
	if n := len(s.record(t)) - since; n != 0 {
		t.Errorf("%d things were done", n)
	}
}
