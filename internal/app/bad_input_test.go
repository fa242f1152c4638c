package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/tmdb"
)

// asked is a request of the catalogue, and what has to come of it.
type asked struct {
	method, path string
	body         string
	kind         string // of the body; JSON when ""
	status       int
	code         string // of the problem
	finds        string // what an answer of 2xx holds
}

// Whatever is sent to the catalogue is answered clearly, and leaves nothing behind that is not
// whole: each line here is one thing people and programs were seen to send.
func TestTheCatalogueAnswersWhatIsBadAndKeepsNoneOfIt(t *testing.T) {
	t.Parallel()
	h := startServing(t, config.Config{UploadLimit: 1 << 30, KeepFree: 1})
	h.films.Source = tmdbDouble{}
	c := h.editor(t)
	var film struct{ ID string }
	c.want(t, asked{method: "POST", path: "/api/movies", body: `{"texts": {"en": {"title": "Ghosts"}, "pt-BR": {"title": "Fantasmas"}}, "released": "2001"}`, status: 201}, &film)
	for i := range 3 {
		var one struct{ ID string }
		c.want(t, asked{method: "POST", path: "/api/movies", body: fmt.Sprintf(`{"texts": {"en": {"title": "Other %d"}}}`, i), status: 201}, &one)
		c.want(t, asked{method: "PUT", path: "/api/list/" + one.ID, status: 204}, nil)
	}
	var page, mine struct{ NextCursor string }
	c.want(t, asked{method: "GET", path: "/api/movies?list=new&limit=2", status: 200}, &page)
	c.want(t, asked{method: "GET", path: "/api/list?limit=1", status: 200}, &mine)
	before := h.kept(t)

	poster := "/api/movies/" + film.ID + "/poster"
	title := func(text string) string { return `{"texts": {"en": {"title": "` + text + `"}}}` }
	long := strings.Repeat("a", 10<<10)
	for name, line := range map[string]asked{
		"a cursor that was tampered with":       {method: "GET", path: "/api/movies?list=new&limit=2&cursor=" + bent(page.NextCursor), status: 422, code: "bad_cursor"},
		"a cursor of another list":              {method: "GET", path: "/api/movies?list=popular&limit=2&cursor=" + page.NextCursor, status: 422, code: "bad_cursor"},
		"a cursor of one's list, tampered":      {method: "GET", path: "/api/list?limit=1&cursor=" + bent(mine.NextCursor), status: 422, code: "bad_cursor"},
		"a cursor that never was one":           {method: "GET", path: "/api/movies?cursor=%00%ff..%2f", status: 422, code: "bad_cursor"},
		"a limit of 10^9, of films":             {method: "GET", path: "/api/movies?limit=1000000000", status: 422, code: "bad_query"},
		"a limit of 10^9, of a search":          {method: "GET", path: "/api/search?q=ghosts&limit=1000000000", status: 422},
		"a limit of 10^9, of one's list":        {method: "GET", path: "/api/list?limit=1000000000", status: 422},
		"a limit of 10^20":                      {method: "GET", path: "/api/movies?limit=100000000000000000000", status: 422, code: "bad_query"},
		"a query of 10 kB":                      {method: "GET", path: "/api/search?q=" + long, status: 422},
		"a cursor of 10 kB":                     {method: "GET", path: "/api/movies?cursor=" + long, status: 422, code: "bad_cursor"},
		"lone surrogates in a search":           {method: "GET", path: "/api/search?q=%ED%A0%80%ED%BF%BF", status: 200, finds: `"items":[]`},
		"a lone surrogate beside a word":        {method: "GET", path: "/api/search?q=%ED%A0%80ghosts", status: 200, finds: film.ID},
		"a lone surrogate in a title":           {method: "POST", path: "/api/movies", body: title(`a\ud800b`), status: 422, code: "bad_film"},
		"bytes that are no text in a title":     {method: "POST", path: "/api/movies", body: title("a\xed\xa0\x80b"), status: 422},
		"NUL in a search":                       {method: "GET", path: "/api/search?q=ghosts%00", status: 200, finds: film.ID},
		"NUL in a title":                        {method: "POST", path: "/api/movies", body: title(`a\u0000b`), status: 422, code: "bad_film"},
		"NUL in an id":                          {method: "GET", path: "/api/movies/%00", status: 422},
		"a search from right to left":           {method: "GET", path: "/api/search?q=" + url.QueryEscape("\u202eرجل"), status: 200, finds: `"items":[]`},
		"a poster of 50 MB":                     {method: "PUT", path: poster, body: "\xff\xd8\xff\xe0" + strings.Repeat("\x00", 50<<20), kind: "image/jpeg", status: 413},
		"a poster that says it is enormous":     {method: "PUT", path: poster, body: enormousPNG, kind: "image/png", status: 413, code: "picture_too_large"},
		"an SVG with a script for a poster":     {method: "PUT", path: poster, body: `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, kind: "image/svg+xml", status: 415, code: "bad_picture"},
		"an SVG that says it is a PNG":          {method: "PUT", path: poster, body: `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, kind: "image/png", status: 415, code: "bad_picture"},
		"half a JPEG for a poster":              {method: "PUT", path: poster, body: aJPEG(t, 200, 300)[:400], kind: "image/jpeg", status: 422, code: "bad_picture"},
		"a poster for no film":                  {method: "PUT", path: "/api/movies/0190f2a8-0000-7000-8000-000000000000/poster", body: aJPEG(t, 64, 96), kind: "image/jpeg", status: 404},
		"an import of an id that is none":       {method: "POST", path: "/api/movies/import", body: `{"format": "tmdb", "tmdbIds": [-1]}`, status: 422},
		"an import of a kind that is not known": {method: "POST", path: "/api/movies/import", body: `{"format": "xlsx", "text": "x"}`, status: 422},
	} {
		var problem struct{ Code, Detail string }
		text := c.want(t, line, &problem)
		switch {
		case t.Failed() && text == "":
			t.Errorf("%s", name)
		case line.status >= 400 && (problem.Detail == "" || line.code != "" && problem.Code != line.code):
			t.Errorf("%s is answered %.300s", name, text)
		case line.status < 400 && !strings.Contains(text, line.finds):
			t.Errorf("%s finds %.300s", name, text)
		}
		if after := h.kept(t); !slices.Equal(after, before) {
			t.Errorf("%s left something:\n%q\nbefore\n%q", name, after, before)
			before = after
		}
	}
	// What is written from right to left, and marks that turn letters around, are kept as they came.
	for _, right := range []string{"שלום עולם", "فيلم \u202eabc\u202c قصير"} {
		var made, film struct{ ID, Title string }
		c.want(t, asked{method: "POST", path: "/api/movies", body: title(right), status: 201}, &made)
		if c.want(t, asked{method: "GET", path: "/api/movies/" + made.ID, status: 200}, &film); film.Title != right {
			t.Errorf("%q is kept as %q", right, film.Title)
		}
		first, _, _ := strings.Cut(right, " ")
		if text := c.want(t, asked{method: "GET", path: "/api/search?q=" + url.QueryEscape(first), status: 200}, nil); !strings.Contains(text, made.ID) {
			t.Errorf("%q is not found by %q: %s", right, first, text)
		}
	}
}

// TMDB tells what it has, which may be next to nothing, or nonsense: what can be kept is kept
// whole, what cannot is named, and the film after it comes in all the same.
func TestATMDBDocumentWithMissingFieldsIsKeptAsFarAsItGoes(t *testing.T) {
	t.Parallel()
	h := startServing(t, config.Config{})
	documents := map[string]string{
		"/3/movie/1": `{"id": 1, "title": "Bare"}`,
		"/3/movie/2": `{"id": 2}`,
		"/3/movie/3": `{"id": 3, "title": null, "original_title": 7, "credits": "none", "genres": [null, 7], "release_date": "soon"}`,
		"/3/movie/4": `{"id": 4, "title": "Cut`,
		"/3/movie/5": `{"id": 5, "title": "Last", "runtime": "x", "credits": {"cast": [{}, {"name": "Ana"}]}}`,
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, there := documents[r.URL.Path]
		if !there {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(service.Close)
	h.films.Source = tmdb.New(tmdb.Options{Token: "a-token", URL: service.URL + "/3", ImageURL: service.URL})
	c := h.editor(t)
	var begun struct{ ID string }
	c.want(t, asked{method: "POST", path: "/api/movies/import", body: `{"format": "tmdb", "tmdbIds": [1, 2, 3, 6, 5]}`, status: 202}, &begun)
	if err := h.imports.Run(t.Context(), catalog.ImportFilms{ID: begun.ID}); err != nil {
		t.Fatal(err)
	}
	var state struct {
		Status          string
		Created, Failed int
		Problems        []struct{ Where, What string }
	}
	c.want(t, asked{method: "GET", path: "/api/imports/" + begun.ID, status: 200}, &state)
	if state.Status != "done" || state.Created != 3 || state.Failed != 2 || len(state.Problems) != 2 {
		t.Errorf("%+v", state)
	}
	for _, p := range state.Problems {
		if p.What == "" || !strings.HasPrefix(p.Where, "TMDB ") {
			t.Errorf("it is said %+v", p)
		}
	}
	var titles []string
	for _, id := range filmIDsOf(t, h.house) {
		film, err := h.films.Store.Film(t.Context(), id)
		titles = append(titles, film.Title())
		if err != nil || film.Title() == "Last" && (len(film.Cast) != 1 || film.RuntimeMinutes != 0) || film.Title() == "7" && (len(film.Genres)+len(film.Cast) != 0 || film.Released != "") {
			t.Errorf("%+v %v", film, err)
		}
	}
	if slices.Sort(titles); !slices.Equal(titles, []string{"7", "Bare", "Last"}) {
		t.Errorf("kept are %q", titles)
	}
	if _, err := h.films.Source.Describe(t.Context(), 4); err == nil {
		t.Error("a document that was cut off is taken")
	}
}

// enormousPNG says that it has 60,000 × 60,000 pixels, in thirty bytes.
const enormousPNG = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00\x0f\xb0\xe2\x15"

// bent is a cursor of which one letter is another.
func bent(cursor string) string {
	letters := []byte(cursor)
	at := len(letters) / 2
	letters[at] ^= 1
	return url.QueryEscape(string(letters))
}

// kept is all that is stored: films, objects, and what lies in the folder where pictures are made.
func (n *serving) kept(t *testing.T) (all []string) {
	t.Helper()
	for _, id := range filmIDsOf(t, n.house) {
		film, err := n.films.Store.Film(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprint("film ", id, " ", film.Version))
	}
	for object, err := range n.blobs.List(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, "object "+object.Key)
	}
	entries, err := os.ReadDir(n.config.DataDir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "artwork-") {
			all = append(all, "scratch "+entry.Name())
		}
	}
	slices.Sort(all)
	return all
}

// caller is somebody who is signed in.
type caller struct {
	url    string
	cookie *http.Cookie
}

func (n *serving) editor(t *testing.T) caller {
	t.Helper()
	const email, password = "editor@example.com", "correct horse battery"
	if _, err := n.accounts.AddUser(t.Context(), email, password, account.Editor); err != nil {
		t.Fatal(err)
	}
	in := n.signIn(t, email, password)
	if in.StatusCode != http.StatusOK {
		t.Fatalf("signing in: %s", in.Status)
	}
	return caller{n.url, in.Cookies()[0]}
}

// want asks, and reads the answer, which is of the status it should be.
func (c caller) want(t *testing.T, a asked, into any) string {
	t.Helper()
	r, err := http.NewRequestWithContext(context.WithoutCancel(t.Context()), a.method, c.url+a.path, bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	if r.Header.Set("Content-Type", a.kind); a.kind == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.AddCookie(c.cookie)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Errorf("%s %.100s: %v", a.method, a.path, err)
		return ""
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != a.status {
		t.Errorf("%s %.100s is answered %s, not %d: %.300s", a.method, a.path, res.Status, a.status, text)
	}
	if into != nil && len(text) > 0 && json.Unmarshal(text, into) != nil {
		t.Errorf("%s %.100s is answered %.300s", a.method, a.path, text)
	}
	return string(text)
}
