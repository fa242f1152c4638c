package httpapi

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/keys"
	"github.com/kkmovies/kkmovies/internal/platform/telemetry"
	"github.com/kkmovies/kkmovies/internal/playback"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// site is a server on real parts, SQLite and a folder, asked over real HTTP. Nobody is
// in it at first and it has no films.
//
//	s := openSite(t)
//	editor := s.signedIn(t, account.Editor)
//	editor.send(t, "POST", "/api/uploads", map[string]any{…}).want(t, 201)
type site struct {
	*httptest.Server
	Options // the parts behind it
	db      *sqlstore.DB
	log     *journal
	told    *told // what open apps were

	retried, changed, deleted, rated []string // the videos those were called with

	mu       sync.Mutex
	ended    []string          // users whose sessions did
	measured []insight.Measure // what browsers sent
	visits   []insight.Visit
}

func (s *site) note(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// openSite starts a server until the test ends; change edits its parts first.
func openSite(t testing.TB, change ...func(*Options)) *site {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s := &site{log: &journal{}}
	logger := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	dir := t.TempDir()

	file, err := emptyDatabase()
	must(err)
	path := filepath.Join(dir, "kkmovies.db")
	must(os.WriteFile(path, file, 0o600))
	s.db, err = sqlstore.Open(t.Context(), sqlstore.Options{URL: path, Logger: slog.New(slog.DiscardHandler)})
	must(err)
	t.Cleanup(s.db.Close)
	blobs, err := blob.OpenFiles(filepath.Join(dir, "media"))
	must(err)
	t.Cleanup(func() { _ = blobs.Close() })
	signer, err := delivery.NewSigner(bytes.Repeat([]byte{7}, 32))
	must(err)

	keeper, err := keys.Open("base64key://"+base64.URLEncoding.EncodeToString(bytes.Repeat([]byte{9}, 32)), "")
	must(err)
	t.Cleanup(func() { _ = keeper.Close() })
	store := s.db.Accounts()
	accounts := account.NewService(account.Options{
		Store: store, Secrets: s.db.Secrets(keeper), Signals: store.Signals(), Logger: logger,
		Ended: func(userID string) { s.note(func() { s.ended = append(s.ended, userID) }) },
	})
	t.Cleanup(accounts.Close)
	changed := func(_ context.Context, id string) { s.changed = append(s.changed, id) }
	films := pipeline.New(pipeline.Options{Store: s.db.Pipeline(), Blobs: blobs, Logger: logger, Changed: changed})
	media := delivery.New(signer, s.db.Deliverable(), accounts, films)
	t.Cleanup(media.Close)
	deleted := func(_ context.Context, id string) { s.deleted = append(s.deleted, id) }
	s.Options = Options{
		Accounts: accounts, Profiles: account.NewProfiles(accounts, s.db.Accounts()),
		People:  account.NewPeople(account.PeopleOptions{Accounts: accounts, Store: s.db.Accounts(), SignUp: account.Invitation, Logger: logger}),
		Catalog: catalog.NewService(s.db.Catalog(), changed, deleted, func(_ context.Context, id string) { s.rated = append(s.rated, id) }),
		Retry: func(ctx context.Context, id string) error {
			s.retried = append(s.retried, id)
			return s.db.Pipeline().Retry(ctx, id)
		},
		Uploads: upload.NewService(upload.Options{
			Store: s.db.Uploads(), Blobs: blobs, Changed: changed, Deleted: deleted, KeepFree: 1,
			Next:       func(source upload.Source) jobs.Args { return pipeline.Prepare{VideoID: source.VideoID} },
			SigningKey: bytes.Repeat([]byte{8}, 32), Logger: logger,
		}),
		Subtitles: films,
		Tickets:   playback.NewTickets(playback.Options{Titles: s.db.Playable(), Signer: signer}),
		Media:     media, Blobs: blobs,
		Live:    http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUpgradeRequired) }),
		App:     webApp,
		Health:  func(context.Context) []Check { return []Check{{Name: "database", OK: true, Detail: "answers"}} },
		Version: "1.2.3", Logger: logger, Limits: limitsOf(t),
	}
	s.Audit = audit.NewLog(s.db.Audit(), 24*time.Hour)
	s.openFilms(t)
	s.openInsight()
	s.Measured = func(m insight.Measure) { s.note(func() { s.measured = append(s.measured, m) }) }
	s.Visits = func(list []insight.Visit) { s.note(func() { s.visits = append(s.visits, list...) }) }
	s.Metrics = telemetry.New("test")
	s.openWatch(t)
	for _, c := range change {
		c(&s.Options)
	}
	handler, err := New(s.Options)
	must(err)
	s.Server = httptest.NewUnstartedServer(handler)
	s.Server.Config.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelError)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

var discarded = slog.New(slog.DiscardHandler)

// webApp is a built web app, as small as one can be.
var webApp = fstest.MapFS{
	"index.html":         {Data: []byte("<!doctype html><title>KKMovies</title>")},
	"app.webmanifest":    {Data: []byte(`{"name":"KKMovies"}`)},
	"app.webmanifest.br": {Data: []byte("manifest in brotli")},
	"sw.js":              {Data: []byte("self")},
	"index.html.br":      {Data: []byte("index in brotli")},
	"index.html.gz":      {Data: []byte("index in gzip")},
	"assets/app-1a2b.js": {Data: []byte("console.log(1)")},
	"assets/one.js.br":   {Data: []byte("only in brotli")},
	"icon.svg":           {Data: []byte("<svg/>")},
}

// emptyDatabase is a SQLite file with nothing but the schema, made once.
var emptyDatabase = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "kkmovies-httpapi-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "kkmovies.db")
	db, err := sqlstore.Open(context.Background(), sqlstore.Options{URL: path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	db.Close()
	return os.ReadFile(path)
})

// emailOf is the address of the user with this role.
func emailOf(role account.Role) string { return string(role) + "@example.com" }

// journal keeps what is logged, a line of JSON each.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// visitor is a browser: it keeps its cookies, follows no redirect and unpacks nothing.
type visitor struct {
	site   *site
	client *http.Client
}

func (s *site) visitor(t testing.TB) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &visitor{s, &http.Client{
		Jar: jar, Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// signedIn returns a visitor with a session of its own; the user is made the first time.
func (s *site) signedIn(t testing.TB, role account.Role) *visitor {
	t.Helper()
	if _, _, err := s.db.Accounts().UserByEmail(t.Context(), emailOf(role)); err != nil {
		if _, err := s.Accounts.AddUser(t.Context(), emailOf(role), password, role); err != nil {
			t.Fatal(err)
		}
	}
	v := s.visitor(t)
	v.send(t, "POST", "/api/auth/login", map[string]string{"email": emailOf(role), "password": password}).want(t, http.StatusOK)
	return v
}

// send sends one request and returns the whole answer. The body is an io.Reader, or
// anything else as JSON, or nil; header holds names and values in turn.
func (v *visitor) send(t testing.TB, method, path string, body any, header ...string) *answer {
	t.Helper()
	r, err := v.request(t, method, path, body, header...)
	if err != nil {
		t.Fatal(err)
	}
	w, err := v.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	got, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return &answer{w, string(got)}
}

func (v *visitor) request(t testing.TB, method, path string, body any, header ...string) (*http.Request, error) {
	t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case io.Reader:
		reader = b
	default:
		text, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		reader, header = bytes.NewReader(text), append([]string{"Content-Type", "application/json"}, header...)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, v.site.URL+path, reader)
	for i := 0; err == nil && i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r, err
}

// answer is a response with its whole body.
type answer struct {
	*http.Response
	body string
}

// want fails the test unless the answer has this status; an error must be a problem.
func (a *answer) want(t testing.TB, status int) *answer {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s: %s, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.Status, status, a.body)
	}
	if status >= 400 && a.Request.Method != http.MethodHead {
		a.problem(t)
	}
	return a
}

// problem reads an error and checks that it is one of RFC 9457, whole and not to be kept.
func (a *answer) problem(t testing.TB) (p Problem) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("%s %s: %s with %q", a.Request.Method, a.Request.URL.Path, a.Status, a.body)
	}
	if got := a.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s %s: a problem of the type %q", a.Request.Method, a.Request.URL.Path, got)
	}
	if p.Type != "about:blank" || p.Status != a.StatusCode || p.Code == "" || p.Title == "" || p.Detail == "" {
		t.Errorf("%s %s: not a whole problem: %s", a.Request.Method, a.Request.URL.Path, a.body)
	}
	if got := a.Header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("%s %s: a problem that may be kept: %q", a.Request.Method, a.Request.URL.Path, got)
	}
	return p
}

// wantCode checks an error's status and code.
func (a *answer) wantCode(t *testing.T, status int, code string) {
	t.Helper()
	if p := a.want(t, status).problem(t); p.Code != code {
		t.Errorf("%s %s: code %q, want %q (%s)", a.Request.Method, a.Request.URL.Path, p.Code, code, p.Detail)
	}
}

// read decodes a JSON answer that is no error.
func read[T any](t testing.TB, a *answer) (v T) {
	t.Helper()
	if got := a.Header.Get("Content-Type"); got != "application/json" || a.StatusCode >= 300 {
		t.Fatalf("%s %s: %s of the type %q\n%s", a.Request.Method, a.Request.URL.Path, a.Status, got, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%s %s: %v\n%s", a.Request.Method, a.Request.URL.Path, err, a.body)
	}
	return v
}

// mp4 begins as an MP4 file does.
const mp4 = "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom and the rest of a film"

// addVideo uploads a film, which then waits to be processed.
func (s *site) addVideo(t testing.TB, title string) (videoID string) {
	t.Helper()
	by := account.Principal{UserID: "u", ProfileID: "p", SessionID: "s"}
	id, err := s.Uploads.Stream(t.Context(), by, upload.File{Name: "film.mp4", Title: title, Size: -1}, strings.NewReader(mp4))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// addFailed uploads a film that could not be processed.
func (s *site) addFailed(t testing.TB) (videoID string) {
	t.Helper()
	id := s.addVideo(t, "A film")
	if err := s.db.Pipeline().SetFailed(t.Context(), id, "no_picture", "This file has no picture."); err != nil {
		t.Fatal(err)
	}
	return id
}

// setupToken returns the token of the set-up link.
func (s *site) setupToken(t *testing.T) string {
	t.Helper()
	key := make([]byte, 32)
	_, _ = rand.Read(key)
	keeper, err := keys.Open("base64key://"+base64.URLEncoding.EncodeToString(key), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = keeper.Close() })
	token, err := s.Accounts.SetupToken(t.Context(), s.db.Secrets(keeper))
	if err != nil || token == "" {
		t.Fatalf("no set-up token: %v", err)
	}
	return token
}
