package httpapi

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func TestAnUnknownRouteIsAProblem(t *testing.T) {
	s := openSite(t)
	admin := s.signedIn(t, account.Admin)
	for _, ask := range [][2]string{
		{"GET", "/api/nothing"}, {"GET", "/api/"}, {"POST", "/api/me"}, {"DELETE", "/api/videos"},
		{"PUT", "/api/videos/x/y/z"}, {"GET", "/api/openapi.yaml"}, {"GET", "/api/schemas/Video.json"},
	} {
		admin.send(t, ask[0], ask[1], nil).wantCode(t, 404, "no_such_route")
	}
}

func TestEveryKindOfFaultHasAStatusAndASentence(t *testing.T) {
	for kind := range fault.Cancelled + 1 {
		p := problemOf(fault.New(kind, "test", "", ""))
		if p.Status < 400 || p.Title == "" || p.Code != kind.String() {
			t.Errorf("%s: %+v", kind, p)
		}
	}
	p := problemOf(fault.Wrap("outer", &fault.Error{
		Kind: fault.Conflict, Code: "parts_missing", Public: "Two parts are missing.", Cause: errors.New("SELECT secret"),
	}))
	if p.Status != 409 || p.Code != "parts_missing" || p.Detail != "Two parts are missing." {
		t.Errorf("%+v", p)
	}
	if text, _ := json.Marshal(problemOf(errors.New("SELECT secret"))); strings.Contains(string(text), "secret") {
		t.Errorf("shows its cause: %s", text)
	}
}

func TestWhatIsAwayIsSaidToBeBackSoon(t *testing.T) {
	for kind, want := range map[fault.Kind]string{fault.Unavailable: "2", fault.Internal: "", fault.NotFound: ""} {
		w := httptest.NewRecorder()
		s := &server{Options: Options{Logger: slog.New(slog.DiscardHandler)}}
		s.writeProblem(w, httptest.NewRequest(http.MethodGet, "/", nil), fault.New(kind, "test", "", ""))
		if got := w.Header().Get("Retry-After"); got != want {
			t.Errorf("%v: Retry-After %q, want %q", kind, got, want)
		}
	}
}

func TestAnInputThatDoesNotFitIsRefusedFieldByField(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	id := s.addVideo(t, "A film")
	for _, ask := range []struct {
		method, path string
		body         any
		field        string
	}{
		{"PATCH", "/api/videos/" + id, map[string]any{"maturityRating": 13}, "maturityRating"},
		{"PATCH", "/api/videos/" + id, map[string]any{"title": 7}, "title"},
		{"PATCH", "/api/videos/" + id, map[string]any{"title": ""}, "title"},
		{"PATCH", "/api/videos/" + id, map[string]any{"title": strings.Repeat("a", 301)}, "title"},
		{"PATCH", "/api/videos/" + id, map[string]any{"title": "A", "status": "ready"}, "status"},
		{"GET", "/api/videos/not-an-id", nil, "id"},
		{"GET", "/api/videos?limit=0", nil, "limit"},
		{"GET", "/api/videos?limit=101", nil, "limit"},
		{"GET", "/api/videos?limit=many", nil, "limit"},
		{"GET", "/api/videos?cursor=" + strings.Repeat("a", 201), nil, "cursor"},
		{"POST", "/api/auth/login", map[string]any{"email": "a@b.c"}, "password"},
		{"POST", "/api/auth/login", map[string]any{"email": strings.Repeat("a", 255), "password": "p"}, "email"},
		{"POST", "/api/auth/login", map[string]any{"email": "a@b.c", "password": strings.Repeat("p", 257)}, "password"},
	} {
		p := editor.send(t, ask.method, ask.path, ask.body).want(t, 422).problem(t)
		if p.Code != "invalid" || !strings.Contains(strings.Join(p.Fields, " "), ask.field) {
			t.Errorf("%s %s: %+v does not speak of %s", ask.method, ask.path, p, ask.field)
		}
	}
}

func TestATitleWithSomethingHiddenIsRefused(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	id := s.addVideo(t, "A film")
	for _, title := range []string{"   ", "null\x00byte", "bell\a"} {
		editor.send(t, "PATCH", "/api/videos/"+id, map[string]string{"title": title}).wantCode(t, 422, "bad_title")
	}
}

func TestABodyThatIsNotWhatItSaysIsRefused(t *testing.T) {
	s := openSite(t)
	v := s.visitor(t)
	for _, ask := range []struct {
		body, contentType string
		want              int
	}{
		{`{"email":`, "application/json", 400},
		{``, "application/json", 400},
		{`[]`, "application/json", 422},
		{`email=a&password=b`, "application/x-www-form-urlencoded", 415},
		{`<login/>`, "text/xml", 415},
	} {
		v.send(t, "POST", "/api/auth/login", strings.NewReader(ask.body), "Content-Type", ask.contentType).want(t, ask.want)
	}
}

func TestABodyThatIsTooLargeIsRefused(t *testing.T) {
	s := openSite(t)
	body := `{"email":"a@b.c","password":"` + strings.Repeat("x", 5000) + `"}`
	for _, how := range []io.Reader{
		strings.NewReader(body),                      // says its length
		struct{ io.Reader }{strings.NewReader(body)}, // does not
	} {
		s.visitor(t).send(t, "POST", "/api/auth/login", how, "Content-Type", "application/json").wantCode(t, 413, "too_large")
	}
}

func TestAWriteFromAPageOfAnotherSiteIsRefused(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	id := s.addVideo(t, "A film")
	for _, from := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Sec-Fetch-Site", "cross-site", "Origin", s.URL},
		{"Origin", "https://evil.example"},
		{"Origin", "null"},
	} {
		editor.send(t, "DELETE", "/api/videos/"+id, nil, from...).wantCode(t, 403, "cross_site")
		editor.send(t, "POST", "/api/videos/"+id+"/retry", nil, from...).wantCode(t, 403, "cross_site")
		editor.send(t, "POST", "/api/videos/upload", strings.NewReader("x"), append(from, "Content-Type", "text/plain")...).wantCode(t, 403, "cross_site")
		s.visitor(t).send(t, "POST", "/api/auth/login", credentials(emailOf(account.Editor), password), from...).wantCode(t, 403, "cross_site")
	}
	if len(s.deleted)+len(s.retried) != 0 {
		t.Errorf("deleted %v, retried %v", s.deleted, s.retried)
	}
	editor.send(t, "GET", "/api/videos/"+id, nil, "Sec-Fetch-Site", "cross-site").want(t, 200) // a link may lead here
	for _, from := range [][]string{{"Sec-Fetch-Site", "same-origin"}, {"Sec-Fetch-Site", "none"}, {"Origin", s.URL}, nil} {
		editor.send(t, "PATCH", "/api/videos/"+id, map[string]string{"title": "B"}, from...).want(t, 200)
	}
}

// broken puts a handler that has a bug behind /api/realtime.
func broken(h http.HandlerFunc) func(*Options) {
	return func(o *Options) { o.Live = h }
}

func TestAPanicIsAProblemThatTellsNothing(t *testing.T) {
	s := openSite(t, broken(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "5")
		w.Header().Set("ETag", `"of the film"`)
		w.Header().Set("Content-Encoding", "gzip")
		panic("the secret is 1234")
	}))
	got := s.signedIn(t, account.Viewer).send(t, "GET", "/api/realtime", nil)
	got.wantCode(t, 500, "internal")
	if strings.Contains(got.body, "1234") {
		t.Errorf("shows %s", got.body)
	}
	for _, name := range []string{"ETag", "Content-Encoding"} {
		if got.Header.Get(name) != "" {
			t.Errorf("%s is left of the answer that was meant to be", name)
		}
	}
	if got.Header.Get("X-Request-Id") == "" {
		t.Error("no request id to find it in the log by")
	}
	if text := s.log.String(); !strings.Contains(text, "1234") || !strings.Contains(text, "problem_test.go") {
		t.Errorf("the log does not say what and where:\n%s", text)
	}
	s.visitor(t).send(t, "GET", "/healthz", nil).want(t, 200) // and the server goes on
}

func TestAPanicInTheMiddleOfAnAnswerBreaksItOff(t *testing.T) {
	for name, fail := range map[string]any{"a bug": "a bug", "on purpose": http.ErrAbortHandler} {
		t.Run(name, func(t *testing.T) {
			s := openSite(t, broken(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, "the first half of a film")
				_ = http.NewResponseController(w).Flush()
				panic(fail)
			}))
			viewer := s.signedIn(t, account.Viewer)
			r, err := viewer.request(t, "GET", "/api/realtime", nil)
			if err != nil {
				t.Fatal(err)
			}
			w, err := viewer.client.Do(r)
			if err != nil {
				return // broken off before its reader saw the beginning
			}
			defer w.Body.Close()
			if body, err := io.ReadAll(w.Body); err == nil {
				t.Errorf("taken for whole: %s with %q", w.Status, body)
			}
		})
	}
}
