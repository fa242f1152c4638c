package httpapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// filledPage is a built first page, as small as one can be.
const filledPage = `<!doctype html><html lang="{{.Language}}"><title>KKMovies</title><div id="app">` +
	`{{with .Hero}}<section>{{if .AVIF}}<picture><source type="image/avif" srcset="{{.AVIF}}"><img src="{{.Src}}" srcset="{{.WebP}}"></picture>{{else}}<img src="{{.Src}}">{{end}}<h1>{{.Title}}</h1></section>{{end}}` +
	`</div><script type="application/json" id="given">{{.Answers}}</script>`

func appWith(page string) fs.FS {
	app := maps.Clone(webApp)
	app[firstPageFile] = &fstest.MapFile{Data: []byte(page)}
	return app
}

func withFirstPage(o *Options) { o.App = appWith(filledPage) }

// filling makes a film one that fills the screen.
func filling(t *testing.T, s *site, film catalog.Shown) {
	t.Helper()
	s.Films.Draw = func(context.Context, string, string, []byte) (catalog.Picture, error) {
		return catalog.Picture{Key: "art/" + film.ID, Widths: []int{640, 1280}}, nil
	}
	if _, err := s.Films.SetPicture(t.Context(), film.ID, "backdrop", strings.NewReader("\x89PNG\r\n\x1a\n")); err != nil {
		t.Fatal(err)
	}
}

func titled(texts ...string) func(*catalog.Change) {
	return func(c *catalog.Change) {
		c.Texts = map[string]catalog.Text{}
		for i := 0; i < len(texts); i += 2 {
			c.Texts[texts[i]] = catalog.Text{Title: texts[i+1]}
		}
	}
}

// the parts of a first page.
var (
	heading = regexp.MustCompile(`<h1>(.*?)</h1>`)
	data    = regexp.MustCompile(`(?s)<script type="application/json" id="given">(.*?)</script>`)
)

func part(t *testing.T, of *regexp.Regexp, page string) string {
	t.Helper()
	found := of.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no %s in\n%s", of, page)
	}
	return found[1]
}

func TestWhoIsSignedInIsSentTheFilmThatLeadsAndWhatTheAppAsksFirst(t *testing.T) {
	s := openSite(t, withFirstPage)
	viewer := s.signedIn(t, account.Viewer)
	filling(t, s, s.addFilm(t, "A film", titled("en", "Slow Weather", "pt-BR", "Tempo lento")))
	got := viewer.send(t, "GET", "/", nil, "Accept-Language", "pt-PT, en;q=0.5").want(t, 200)
	if title := part(t, heading, got.body); title != "Tempo lento" || !strings.Contains(got.body, `<html lang="pt-BR">`) {
		t.Errorf("it is called %q in\n%s", title, got.body)
	}
	for name, want := range map[string]string{
		"Cache-Control": "private, no-store", "Vary": "Cookie, Accept-Encoding, Accept-Language", "Content-Type": "text/html; charset=utf-8",
		"Content-Security-Policy": contentSecurityPolicy,
	} {
		if value := got.Header.Get(name); value != want {
			t.Errorf("%s is %q", name, value)
		}
	}
	var answers struct {
		Me   json.RawMessage
		Home json.RawMessage
	}
	if err := json.Unmarshal([]byte(part(t, data, got.body)), &answers); err != nil {
		t.Fatal(err)
	}
	for path, given := range map[string]json.RawMessage{"/api/me": answers.Me, "/api/home": answers.Home} {
		want := read[map[string]any](t, viewer.send(t, "GET", path, nil))
		if rows, ok := want["rows"].([]any); ok && path == "/api/home" {
			want = map[string]any{"rows": rows[:givenRows], "awaited": len(rows) - givenRows, "stale": false}
		}
		var have map[string]any
		if err := json.Unmarshal(given, &have); err != nil || !sameJSON(t, have, want) {
			t.Errorf("%s is given as %s, %v", path, given, err)
		}
	}
	home := read[Home](t, viewer.send(t, "GET", "/api/home", nil))
	backdrop := home.Rows[0].Items[0].Backdrop
	for _, want := range []string{backdrop.address(640, "webp"), backdrop.addresses("avif"), backdrop.addresses("webp")} {
		if !strings.Contains(html.UnescapeString(got.body), `"`+want+`"`) {
			t.Errorf("%s is not in\n%s", want, got.body)
		}
	}
	if want := backdrop.address(640, "avif") + " 640w, " + backdrop.address(1280, "avif") + " 1280w"; backdrop.addresses("avif") != want {
		t.Errorf("its widths are %s", backdrop.addresses("avif"))
	}
}

func sameJSON(t *testing.T, a, b any) bool {
	t.Helper()
	x, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Equal(x, y)
}

func TestTheFirstPageIsPackedForWhoUnderstandsItAndHasNoBodyForHead(t *testing.T) {
	s := openSite(t, withFirstPage)
	viewer := s.signedIn(t, account.Viewer)
	filling(t, s, s.addFilm(t, "Slow Weather"))
	plain := viewer.send(t, "GET", "/", nil).want(t, 200)
	packed := viewer.send(t, "GET", "/", nil, "Accept-Encoding", "br, gzip").want(t, 200)
	if packed.Header.Get("Content-Encoding") != "gzip" || packed.ContentLength != int64(len(packed.body)) {
		t.Errorf("%v", packed.Header)
	}
	reader, err := gzip.NewReader(strings.NewReader(packed.body))
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(reader); err != nil || string(text) != plain.body {
		t.Errorf("unpacked it is %q, %v", text, err)
	}
	head := viewer.send(t, "HEAD", "/", nil).want(t, 200)
	if head.body != "" || head.ContentLength != int64(len(plain.body)) || head.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("HEAD is %q with %v", head.body, head.Header)
	}
}

// wantPlain fails the test unless the page is the same for everybody.
func (a *answer) wantPlain(t *testing.T) {
	t.Helper()
	a.want(t, 200)
	if a.body != string(webApp["index.html"].Data) || a.Header.Get("Cache-Control") != "no-cache" {
		t.Errorf("not the plain page: %q with %v", a.body, a.Header)
	}
}

func TestWhoIsNotSignedInIsSentThePlainPage(t *testing.T) {
	s := openSite(t, withFirstPage)
	filling(t, s, s.addFilm(t, "Slow Weather"))
	s.visitor(t).send(t, "GET", "/", nil).wantPlain(t)
	for _, token := range []string{"", "nonsense", strings.Repeat("x", 9000)} {
		s.visitor(t).send(t, "GET", "/", nil, "Cookie", sessionCookie+"="+token).wantPlain(t)
	}
	left := s.signedIn(t, account.Viewer)
	var cookie string
	for _, c := range left.client.Jar.Cookies(mustURL(t, s.URL)) {
		if c.Name == sessionCookie {
			cookie = c.String()
		}
	}
	left.send(t, "POST", "/api/auth/logout", nil).want(t, 204)
	s.visitor(t).send(t, "GET", "/", nil, "Cookie", cookie).wantPlain(t) // its token lives, its session does not
}

func TestOnlyTheRootIsTheFirstPage(t *testing.T) {
	s := openSite(t, withFirstPage)
	viewer := s.signedIn(t, account.Viewer)
	filling(t, s, s.addFilm(t, "Slow Weather"))
	for _, path := range []string{"/list", "/title/x"} {
		viewer.send(t, "GET", path, nil).wantPlain(t)
	}
	// A worker keeps this one for whoever comes.
	if got := viewer.send(t, "GET", "/index.html", nil, "Accept-Encoding", "br").want(t, 200); got.body != "index in brotli" {
		t.Errorf("/index.html is %q", got.body)
	}
	viewer.send(t, "GET", "/"+firstPageFile, nil).want(t, 404)
	if got := viewer.send(t, "GET", "/?from=icon", nil).want(t, 200); !strings.Contains(got.body, "Slow Weather") {
		t.Errorf("it is %q", got.body)
	}
}

func TestAChildIsSentNoFilmBeyondTheirLimit(t *testing.T) {
	s := openSite(t, withFirstPage)
	filling(t, s, s.addFilm(t, "Mild", rated(t, 10)))
	filling(t, s, s.addFilm(t, "Fierce", rated(t, 16)))
	grown, kid := s.signedIn(t, account.Viewer), s.kid(t, 12)
	if got := grown.send(t, "GET", "/", nil); part(t, heading, got.body) != "Fierce" {
		t.Errorf("the newest does not lead in\n%s", got.body)
	}
	got := kid.send(t, "GET", "/", nil).want(t, 200)
	if part(t, heading, got.body) != "Mild" || strings.Contains(got.body, "Fierce") {
		t.Errorf("a child is sent\n%s", got.body)
	}
}

func TestAnEmptyCatalogueIsThePlainPage(t *testing.T) {
	openSite(t, withFirstPage).signedIn(t, account.Viewer).send(t, "GET", "/", nil).wantPlain(t)
}

func TestWithoutTheCatalogueThePageComesPlainOrAsItWasKept(t *testing.T) {
	s := openSite(t, withFirstPage)
	viewer := s.signedIn(t, account.Viewer)
	filling(t, s, s.addFilm(t, "Slow Weather"))
	store := &flaky{FilmStore: s.Films.Store}
	s.Films.Store = store
	store.away.Store(true)
	viewer.send(t, "GET", "/", nil).wantPlain(t) // nobody kept it
	store.away.Store(false)
	if got := viewer.send(t, "GET", "/", nil).want(t, 200); !strings.Contains(got.body, `"stale":false`) {
		t.Fatalf("it is %q", got.body)
	}
	store.away.Store(true)
	viewer.send(t, "GET", "/api/movies?genre=18", nil).wantCode(t, 503, "unavailable") // by which it is known to be away
	if got := viewer.send(t, "GET", "/", nil).want(t, 200); !strings.Contains(got.body, `"stale":true`) || part(t, heading, got.body) != "Slow Weather" {
		t.Errorf("what was kept is %q", got.body)
	}
}

// silent is a store of films that answers when its caller gives up.
type silent struct{ catalog.FilmStore }

func (silent) List(ctx context.Context, _ catalog.Shelf) ([]catalog.Film, error) {
	<-ctx.Done()
	return nil, fault.Wrap("test", ctx.Err())
}

func TestThePageDoesNotWaitForACatalogueThatIsSilent(t *testing.T) {
	s := openSite(t, withFirstPage)
	viewer := s.signedIn(t, account.Viewer)
	s.Films.Store = silent{s.Films.Store}
	began := time.Now()
	viewer.send(t, "GET", "/", nil).wantPlain(t)
	// Whoever loads what is kept is given ten seconds: the page waited for less than that.
	if waited := time.Since(began); waited > 5*time.Second {
		t.Errorf("it waited for %v", waited)
	}
}

func TestTheStyleThatStandsInThePageIsAllowedThereAndNowhereElse(t *testing.T) {
	const style = "/* a word */p{color:red}"
	s := openSite(t, func(o *Options) {
		o.App = appWith(strings.Replace(filledPage, "<title>", "<style>"+style+"</style><title>", 1))
	})
	viewer := s.signedIn(t, account.Viewer)
	filling(t, s, s.addFilm(t, "Slow Weather"))
	got := viewer.send(t, "GET", "/", nil).want(t, 200)
	sent := part(t, regexp.MustCompile(`<style>(.*?)</style>`), got.body)
	sum := sha256.Sum256([]byte(sent))
	digest := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "style-src 'self' "+digest+";") {
		t.Errorf("%q is sent with the policy %s", sent, policy)
	}
	if policy := viewer.send(t, "GET", "/search", nil).Header.Get("Content-Security-Policy"); policy != contentSecurityPolicy {
		t.Errorf("another page has the policy %s", policy)
	}
}

func TestNothingAFilmIsCalledBreaksOutOfThePage(t *testing.T) {
	s := openSite(t, withFirstPage)
	viewer := s.signedIn(t, account.Viewer)
	title := `</script><script>alert(1)</script>"'&<!-- {{.Title}} ` + "\u2028"
	filling(t, s, s.addFilm(t, title))
	got := viewer.send(t, "GET", "/", nil).want(t, 200)
	if n := strings.Count(got.body, "<script"); n != 1 || strings.Count(got.body, "</script>") != 1 || strings.Contains(got.body, "<!--") {
		t.Errorf("there are %d scripts in\n%s", n, got.body)
	}
	want := strings.TrimSpace(title)
	if heads := html.UnescapeString(part(t, heading, got.body)); heads != want {
		t.Errorf("it is called %q", heads)
	}
	var answers struct{ Home Home }
	if err := json.Unmarshal([]byte(part(t, data, got.body)), &answers); err != nil || answers.Home.Rows[0].Items[0].Title != want {
		t.Errorf("it is given as %+v, %v", answers, err)
	}
}

func TestTheFilmIsToldInTheLanguageOfTheProfileElseOfTheDevice(t *testing.T) {
	s := openSite(t, withFirstPage)
	admin := s.signedIn(t, account.Admin)
	filling(t, s, s.addFilm(t, "x", titled("en", "Slow Weather", "pt-BR", "Tempo lento")))
	for accepted, want := range map[string]string{"": "Slow Weather", "pt": "Tempo lento", "de, pt-BR;q=0.8, en;q=0.1": "Tempo lento", "en-GB, pt": "Slow Weather", ";;;": "Slow Weather"} {
		if got := part(t, heading, admin.send(t, "GET", "/", nil, "Accept-Language", accepted).body); got != want {
			t.Errorf("for %q it is called %q", accepted, got)
		}
	}
	profile := admin.me(t).Profile.ID
	admin.send(t, "PATCH", "/api/me/profiles/"+profile, map[string]any{"language": "pt-BR"}).want(t, 200)
	if got := part(t, heading, admin.send(t, "GET", "/", nil, "Accept-Language", "en").body); got != "Tempo lento" {
		t.Errorf("a profile in Portuguese is told %q", got)
	}
}

func TestAPageThatCannotBeFilledDoesNotStart(t *testing.T) {
	for _, page := range []string{"{{.Language", "{{.Nothing}}", `<a href="{{if .Hero}}"{{end}}>`} {
		if _, err := openFirstPage(appWith(page)); err == nil || !strings.Contains(err.Error(), firstPageFile) {
			t.Errorf("%q starts: %v", page, err)
		}
	}
	if page, err := openFirstPage(webApp); page != nil || err != nil {
		t.Errorf("an app without one has %v, %v", page, err)
	}
}

func TestTheServerAndTheAppAgreeOnWhichFilmLeads(t *testing.T) {
	text, err := os.ReadFile("testdata/leads.json")
	if err != nil {
		t.Fatal(err)
	}
	var table struct {
		Cases []struct {
			Why   string
			Rows  json.RawMessage
			Leads *string
		}
	}
	if err := json.Unmarshal(text, &table); err != nil || len(table.Cases) == 0 {
		t.Fatal(len(table.Cases), err)
	}
	for _, c := range table.Cases {
		film, home, err := firstRows(catalog.Kept{Body: c.Rows})
		if c.Leads == nil {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %q, %v", c.Why, film.ID, err)
			}
		} else if err != nil || film.ID != *c.Leads {
			t.Errorf("%s: %q leads, %v", c.Why, film.ID, err)
		} else if first, err := json.Marshal(home.Rows); err != nil {
			t.Error(err)
		} else if again, _, err := leadOf(first); err != nil || again.ID != film.ID {
			t.Errorf("%s: of the first rows alone %q leads, %v", c.Why, again.ID, err)
		}
	}
}

func TestOfManyRowsTheFirstAreGivenAndThoseUpToTheFilmThatLeads(t *testing.T) {
	const dark, bright = `{"items":[{"id":"dark"}]}`, `{"items":[{"id":"dim"},{"id":"bright","playable":true}]}`
	rows := func(list ...string) []byte { return []byte("[" + strings.Join(list, ",") + "]") }
	for _, c := range []struct {
		rows           []byte
		given, awaited int
	}{
		{rows(bright), 1, 0},
		{rows(bright, dark), 2, 0},
		{rows(bright, dark, dark, dark), givenRows, 2},
		{rows(dark, dark, bright, bright, dark), 3, 2},
	} {
		film, home, err := firstRows(catalog.Kept{Body: c.rows, Stale: true})
		if err != nil || film.ID != "bright" || len(home.Rows) != c.given || home.Awaited != c.awaited || !home.Stale {
			t.Errorf("%s: %q leads, %d given, %d awaited, %v", c.rows, film.ID, len(home.Rows), home.Awaited, err)
		}
	}
}

func BenchmarkFirstPage(b *testing.B) {
	s := openSite(b, withFirstPage)
	for i := range 40 {
		s.addFilm(b, strings.Repeat("Film ", i%7+1), ofGenres("Drama", "Crime", "Comedy"))
	}
	viewer := s.signedIn(b, account.Viewer)
	b.ResetTimer()
	for b.Loop() {
		viewer.send(b, http.MethodGet, "/", nil, "Accept-Encoding", "gzip")
	}
}
