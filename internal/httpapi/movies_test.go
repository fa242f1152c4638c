package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func rated(t testing.TB, age int) func(*catalog.Change) {
	t.Helper()
	rating, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return func(c *catalog.Change) { c.Maturity = &rating }
}

func ofGenres(names ...string) func(*catalog.Change) {
	var genres []catalog.Genre
	for _, name := range names {
		genres = append(genres, catalog.GenreOf(name))
	}
	return func(c *catalog.Change) { c.Genres = &genres }
}

func with(names ...string) func(*catalog.Change) {
	var cast []catalog.Player
	for _, name := range names {
		cast = append(cast, catalog.Player{Name: name})
	}
	return func(c *catalog.Change) { c.Cast = &cast }
}

func in(year string) func(*catalog.Change) { return func(c *catalog.Change) { c.Released = &year } }

func titles(cards []MovieCard) (list []string) {
	for _, c := range cards {
		list = append(list, c.Title)
	}
	return list
}

func TestAFilmIsMadeChangedAndRemoved(t *testing.T) {
	s := openSite(t)
	editor, viewer := s.signedIn(t, account.Editor), s.signedIn(t, account.Viewer)
	made := read[Movie](t, editor.send(t, "POST", "/api/movies", map[string]any{
		"texts":  map[string]any{"en": map[string]string{"title": "Slow  Weather"}, "pt-BR": map[string]string{"title": "Tempo lento"}},
		"genres": []string{"Drama", "Ficção científica"}, "released": "2021-04", "cast": []any{map[string]string{"name": "Ana Lima", "character": "Bia"}},
		"trailers": []any{map[string]string{"site": "Vimeo", "key": "12345"}}, "collection": map[string]any{"id": 5, "name": "Weather"}, "maturityRating": 12,
	}).want(t, 201))
	if made.Title != "Slow Weather" || made.Year != 2021 || made.Version != 1 || made.Genres[1].Names["en"] != "Science Fiction" || made.Trailers[0].URL != "https://vimeo.com/12345" {
		t.Errorf("it is %+v", made)
	}
	got := read[Movie](t, viewer.send(t, "GET", "/api/movies/"+made.ID, nil))
	if got.Texts["pt-BR"].Title != "Tempo lento" || got.Collection.Name != "Weather" || got.Cast[0].Character != "Bia" || len(got.Videos) != 0 {
		t.Errorf("a viewer sees %+v", got)
	}
	changed := read[Movie](t, editor.send(t, "PATCH", "/api/movies/"+made.ID, map[string]any{"version": 1, "runtimeMinutes": 95, "maturityRating": nil}).want(t, 200))
	if changed.Version != 2 || changed.RuntimeMinutes != 95 || changed.Title != made.Title {
		t.Errorf("changed it is %+v", changed)
	}
	if now := read[Movie](t, viewer.send(t, "GET", "/api/movies/"+made.ID, nil)); now.RuntimeMinutes != 95 {
		t.Error("the change does not show at once")
	}
	editor.send(t, "PATCH", "/api/movies/"+made.ID, map[string]any{"version": 1, "runtimeMinutes": 90}).wantCode(t, 409, "film_changed")
	editor.send(t, "PATCH", "/api/movies/"+made.ID, map[string]any{"version": 2}).wantCode(t, 422, "nothing_to_change")
	editor.send(t, "POST", "/api/movies", map[string]any{"runtimeMinutes": 90}).wantCode(t, 422, "bad_film")
	editor.send(t, "DELETE", "/api/movies/"+made.ID, nil).want(t, 204)
	viewer.send(t, "GET", "/api/movies/"+made.ID, nil).want(t, 404)
	editor.send(t, "DELETE", "/api/movies/"+made.ID, nil).want(t, 404)
	editor.send(t, "PATCH", "/api/movies/"+made.ID, map[string]any{"version": 2, "runtimeMinutes": 1}).want(t, 404)
}

func TestOfTwoEditorsAtOnceOneHearsOfIt(t *testing.T) {
	s := openSite(t)
	editor := s.signedIn(t, account.Editor)
	film := s.addFilm(t, "A film")
	var done, refused atomic.Int64
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			switch editor.send(t, "PATCH", "/api/movies/"+film.ID, map[string]any{"version": 1, "runtimeMinutes": 90 + i}).StatusCode {
			case http.StatusOK:
				done.Add(1)
			case http.StatusConflict:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d changed it and %d were refused", done.Load(), refused.Load())
	}
}

func TestARatingCountsAndIsNoEditorsChange(t *testing.T) {
	s := openSite(t)
	editor, viewer := s.signedIn(t, account.Editor), s.signedIn(t, account.Viewer)
	film := s.addFilm(t, "A film")
	viewer.send(t, "PUT", "/api/ratings/"+film.ID, map[string]int{"stars": 9}).want(t, 200)
	editor.send(t, "PUT", "/api/ratings/"+film.ID, map[string]int{"stars": 6}).want(t, 200)
	if o := read[Opinion](t, viewer.send(t, "GET", "/api/movies/"+film.ID+"/opinion", nil)); o.Stars != 9 || o.Listed {
		t.Errorf("the opinion is %+v", o)
	}
	read[Movie](t, viewer.send(t, "GET", "/api/movies/"+film.ID, nil)) // kept from now on
	for range 2 {                                                      // counting twice is counting once
		if err := s.Films.Count(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := read[Movie](t, viewer.send(t, "GET", "/api/movies/"+film.ID, nil)); got.VoteCount != 2 || got.VoteAverage != 7.5 || got.Version != 1 {
		t.Errorf("%d votes of %v, version %d", got.VoteCount, got.VoteAverage, got.Version)
	}
	editor.send(t, "PATCH", "/api/movies/"+film.ID, map[string]any{"version": 1, "runtimeMinutes": 90}).want(t, 200)
	viewer.send(t, "PUT", "/api/ratings/"+film.ID, map[string]int{"stars": 0}).want(t, 200)
	if err := s.Films.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := read[Movie](t, viewer.send(t, "GET", "/api/movies/"+film.ID, nil)); got.VoteCount != 1 || got.VoteAverage != 6 {
		t.Errorf("then %d votes of %v", got.VoteCount, got.VoteAverage)
	}
	viewer.send(t, "PUT", "/api/ratings/"+film.ID, map[string]int{"stars": 11}).want(t, 422)
}

func TestAKeptAnswerIsTheSameForAllAndAskedForOnce(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	film := s.addFilm(t, "A film")
	for _, path := range []string{"/api/movies/" + film.ID, "/api/movies", "/api/home"} {
		first := viewer.send(t, "GET", path, nil).want(t, 200)
		tag := first.Header.Get("ETag")
		if tag == "" || first.Header.Get("Cache-Control") != "private, no-cache" || first.Header.Get("X-Stale") != "" {
			t.Errorf("%s: %v", path, first.Header)
		}
		if again := viewer.send(t, "GET", path, nil); again.body != first.body || again.Header.Get("ETag") != tag {
			t.Errorf("%s is another the second time", path)
		}
		same := viewer.send(t, "GET", path, nil, "If-None-Match", `"other", W/`+tag)
		if same.StatusCode != http.StatusNotModified || same.body != "" {
			t.Errorf("%s, which is there already: %s %q", path, same.Status, same.body)
		}
	}
	minutes := 99
	if _, err := s.Films.Change(t.Context(), film.ID, 1, catalog.Change{RuntimeMinutes: &minutes}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/movies/" + film.ID, "/api/movies", "/api/home"} {
		if got := viewer.send(t, "GET", path, nil); !strings.Contains(got.body, `"runtimeMinutes":99`) {
			t.Errorf("%s does not show the change: %s", path, got.body)
		}
	}
}

// flaky is a store of films that counts what is asked of it, and can be away.
type flaky struct {
	catalog.FilmStore
	away  atomic.Bool
	asked atomic.Int64
	slow  chan struct{} // what Film waits for; nil: nothing
}

func (f *flaky) ask() error {
	f.asked.Add(1)
	if f.away.Load() {
		return fault.New(fault.Unavailable, "test", "", "The store of films does not answer.")
	}
	return nil
}

func (f *flaky) Film(ctx context.Context, id string) (catalog.Film, error) {
	if f.slow != nil {
		<-f.slow
	}
	if err := f.ask(); err != nil {
		return catalog.Film{}, err
	}
	return f.FilmStore.Film(ctx, id)
}

func (f *flaky) Films(ctx context.Context, ids []string) ([]catalog.Film, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	return f.FilmStore.Films(ctx, ids)
}

func (f *flaky) List(ctx context.Context, s catalog.Shelf) ([]catalog.Film, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	return f.FilmStore.List(ctx, s)
}

func (f *flaky) Genres(ctx context.Context, limit catalog.Rating) ([]catalog.Genre, error) {
	if err := f.ask(); err != nil {
		return nil, err
	}
	return f.FilmStore.Genres(ctx, limit)
}

func TestAThousandCallersOfAColdFilmMakeOneLoad(t *testing.T) {
	s := openSite(t)
	film := s.addFilm(t, "A film")
	store := &flaky{FilmStore: s.Films.Store, slow: make(chan struct{})}
	s.Films.Store = store
	var all sync.WaitGroup
	arrived := make(chan struct{}, 1000)
	for range 1000 {
		all.Go(func() {
			arrived <- struct{}{}
			if kept, err := s.Films.KeptFilm(t.Context(), catalog.Rating{}, film.ID, writeMovie); err != nil || len(kept.Body) == 0 {
				t.Errorf("%v", err)
			}
		})
	}
	for range 1000 {
		<-arrived
	}
	close(store.slow)
	all.Wait()
	if n := store.asked.Load(); n != 1 {
		t.Errorf("the store was asked %d times", n)
	}
}

func TestWhatIsKeptIsServedWhileTheStoreIsAwayAndSaysSo(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	film := s.addFilm(t, "A film", ofGenres("Crime"), in("1999"))
	store := &flaky{FilmStore: s.Films.Store}
	s.Films.Store = store
	crime := catalog.GenreOf("Crime").ID
	paths := []string{
		"/api/movies/" + film.ID, "/api/movies", "/api/home", "/api/genres", "/api/movies?limit=60",
		fmt.Sprintf("/api/movies?genre=%d", crime), fmt.Sprintf("/api/movies?list=new&genre=%d&year=1999&limit=60", crime), "/api/movies?list=trending&year=1999",
	}
	before := map[string]string{}
	for _, path := range paths {
		got := viewer.send(t, "GET", path, nil).want(t, 200)
		if before[path] = got.body; !strings.Contains(got.body, "A film") && path != "/api/genres" || got.Header.Get("X-Stale") != "" {
			t.Errorf("%s: stale is %q, and it is\n%s", path, got.Header.Get("X-Stale"), got.body)
		}
	}
	store.away.Store(true)
	viewer.send(t, "GET", "/api/movies?genre=18", nil).wantCode(t, 503, "unavailable") // nobody kept it
	for _, path := range paths {
		got := viewer.send(t, "GET", path, nil).want(t, 200)
		if got.body != before[path] || got.Header.Get("X-Stale") != "true" {
			t.Errorf("%s: stale is %q, and it is\n%s", path, got.Header.Get("X-Stale"), got.body)
		}
	}
	store.away.Store(false)
	viewer.send(t, "GET", "/api/movies?genre=18", nil).want(t, 200)
	for _, path := range paths {
		if got := viewer.send(t, "GET", path, nil).want(t, 200); got.Header.Get("X-Stale") != "" {
			t.Errorf("%s is stale still", path)
		}
	}
}

// Pages of genres and years are many, and kept all the same: what changes shows in them at once.
func TestAChangeShowsAtOnceInTheListsOfGenresAndYears(t *testing.T) {
	s := openSite(t)
	editor, kid := s.signedIn(t, account.Editor), s.signedIn(t, account.Viewer)
	film, other := s.addFilm(t, "A film", ofGenres("Crime"), in("1999")), s.addFilm(t, "Another", ofGenres("Crime"), in("1999"))
	path := fmt.Sprintf("/api/movies?genre=%d&year=1999&limit=60", catalog.GenreOf("Crime").ID)
	shown := func(who *visitor) []string {
		return titles(read[MoviePage](t, who.send(t, "GET", path, nil).want(t, 200)).Items)
	}
	if got := shown(kid); len(got) != 2 {
		t.Fatalf("%q", got)
	}
	editor.send(t, "PATCH", "/api/movies/"+film.ID, map[string]any{"version": 1, "released": "2001"}).want(t, 200)
	if got := shown(kid); !slices.Equal(got, []string{"Another"}) {
		t.Errorf("after a change: %q", got)
	}
	editor.send(t, "DELETE", "/api/movies/"+other.ID, nil).want(t, 204)
	if got := shown(kid); len(got) != 0 {
		t.Errorf("after it was deleted: %q", got)
	}
}

// walk reads a list to its end, page by page.
func walk(t *testing.T, v *visitor, path string, between func(page int)) (all []MovieCard) {
	t.Helper()
	at := path
	for page := 1; ; page++ {
		got := read[MoviePage](t, v.send(t, "GET", at, nil).want(t, 200))
		all = append(all, got.Items...)
		if got.NextCursor == "" {
			return all
		}
		if between != nil {
			between(page)
		}
		at = path + "&cursor=" + url.QueryEscape(got.NextCursor)
	}
}

func TestAListIsWalkedWholeWhileFilmsComeAndGo(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	there := map[string]bool{}
	for i := range 3*catalog.DefaultPage + 5 {
		there[s.addFilm(t, fmt.Sprintf("Film %d", i)).ID] = true
	}
	for _, list := range catalog.Lists {
		for _, limit := range []string{"", "&limit=7"} {
			seen := map[string]int{}
			for _, c := range walk(t, viewer, "/api/movies?list="+string(list)+limit, func(page int) {
				late := s.addFilm(t, fmt.Sprintf("Late in %s, page %d", list, page))
				if page%2 == 0 {
					if err := s.Films.Delete(t.Context(), late.ID, false); err != nil {
						t.Fatal(err)
					}
				}
			}) {
				seen[c.ID]++
			}
			for id, n := range seen {
				if n > 1 {
					t.Errorf("%s%s: %s is there %d times", list, limit, id, n)
				}
			}
			for id := range there {
				if seen[id] == 0 {
					t.Errorf("%s%s: %s was passed over", list, limit, id)
				}
			}
		}
	}
}

func TestACursorIsGoodForItsListAlone(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	for i := range 5 {
		s.addFilm(t, fmt.Sprintf("Film %d", i), ofGenres("Drama"), in("2001"))
	}
	cursor := read[MoviePage](t, viewer.send(t, "GET", "/api/movies?list=popular&limit=2", nil)).NextCursor
	viewer.send(t, "GET", "/api/movies?list=popular&limit=3&cursor="+cursor, nil).want(t, 200)
	for _, other := range []string{"list=new", "list=trending", "genre=18", "year=2001", "list=popular&genre=18"} {
		viewer.send(t, "GET", "/api/movies?"+other+"&cursor="+cursor, nil).wantCode(t, 422, "bad_cursor")
	}
	viewer.send(t, "GET", "/api/list?cursor="+cursor, nil).wantCode(t, 422, "bad_cursor")
	for i := range len(cursor) {
		bent := []byte(cursor)
		if bent[i] = 'A'; cursor[i] == 'A' {
			bent[i] = 'B'
		}
		if got := viewer.send(t, "GET", "/api/movies?cursor="+string(bent), nil); got.StatusCode != 422 {
			t.Errorf("bent at %d it is answered %s", i, got.Status)
		}
	}
	for _, query := range []string{"limit=1000000000", "limit=0", "limit=-1", "limit=x", "limit=9223372036854775808", "list=best", "year=0", "year=99999", "genre=-4", "cursor=" + strings.Repeat("A", 5000), "genre=%zz"} {
		if got := viewer.send(t, "GET", "/api/movies?"+query, nil); got.StatusCode != 422 {
			t.Errorf("%s is answered %s", query, got.Status)
		}
	}
}

// kid is a visitor in a profile of this limit.
func (s *site) kid(t *testing.T, age int) *visitor {
	t.Helper()
	v := s.signedIn(t, account.Admin)
	profile := v.addProfile(t, map[string]any{"name": fmt.Sprintf("Up to %d", age), "maturityLimit": age})
	v.send(t, "POST", "/api/me/profiles/"+profile.ID+"/select", nil).want(t, 200)
	return v
}

func TestAFilmBeyondTheLimitIsNotThereByAnyWay(t *testing.T) {
	s := openSite(t)
	own := func(c *catalog.Change) { c.Collection = &catalog.Collection{ID: 7, Name: "All"} }
	mild := s.addFilm(t, "Mild", rated(t, 10), ofGenres("Drama"), with("Ana Lima"), own)
	fierce := s.addFilm(t, "Fierce", rated(t, 16), ofGenres("Drama", "Horror"), with("Ana Lima"), own)
	unrated := s.addFilm(t, "Unrated", ofGenres("Drama"), with("Ana Lima"), own)
	grown, kid := s.signedIn(t, account.Viewer), s.kid(t, 12)
	for _, v := range []*visitor{grown, kid} { // who may see them comes first, so that they are kept
		for _, film := range []catalog.Shown{mild, fierce, unrated} {
			want := 200
			if v == kid && film.ID != mild.ID {
				want = 404
			}
			for _, path := range []string{"", "/similar", "/recommendations", "/opinion"} {
				v.send(t, "GET", "/api/movies/"+film.ID+path, nil).want(t, want)
			}
			put := 204
			if want == 404 {
				put = 404
			}
			v.send(t, "PUT", "/api/list/"+film.ID, nil).want(t, put)
			v.send(t, "PUT", "/api/ratings/"+film.ID, map[string]int{"stars": 8}).want(t, want)
		}
		for _, path := range []string{"/api/home", "/api/movies", "/api/movies?list=new", "/api/movies?genre=18", "/api/movies?limit=1", "/api/list", "/api/collections/7", "/api/movies/" + mild.ID + "/similar"} {
			got := v.send(t, "GET", path, nil).want(t, 200)
			for _, title := range []string{"Fierce", "Unrated"} {
				if v == kid && strings.Contains(got.body, title) {
					t.Errorf("a child is shown %s by %s", title, path)
				}
			}
		}
		if got := v.send(t, "GET", "/api/genres", nil); strings.Contains(got.body, "Horror") != (v == grown) {
			t.Errorf("the genres are %s", got.body)
		}
	}
	// What was rated otherwise is gone at once.
	to := rated(t, 18)
	var change catalog.Change
	to(&change)
	if _, err := s.Films.Change(t.Context(), mild.ID, 1, change); err != nil {
		t.Fatal(err)
	}
	kid.send(t, "GET", "/api/movies/"+mild.ID, nil).want(t, 404)
	for _, path := range []string{"/api/home", "/api/movies", "/api/list"} {
		if got := kid.send(t, "GET", path, nil).want(t, 200); strings.Contains(got.body, "Mild") {
			t.Errorf("%s shows it still", path)
		}
	}
}

func TestAListIsAProfilesOwn(t *testing.T) {
	s := openSite(t)
	viewer, editor := s.signedIn(t, account.Viewer), s.signedIn(t, account.Editor)
	var want []string
	for i := range 5 {
		film := s.addFilm(t, fmt.Sprintf("Film %d", i))
		want = append([]string{film.Title()}, want...)
		viewer.send(t, "PUT", "/api/list/"+film.ID, nil).want(t, 204)
		if i == 0 {
			editor.send(t, "PUT", "/api/list/"+film.ID, nil).want(t, 204)
		}
	}
	if got := titles(walk(t, viewer, "/api/list?limit=2", nil)); !slices.Equal(got, want) {
		t.Errorf("the list is %v", got)
	}
	cursor := read[MoviePage](t, viewer.send(t, "GET", "/api/list?limit=2", nil)).NextCursor
	editor.send(t, "GET", "/api/list?cursor="+cursor, nil).wantCode(t, 422, "bad_cursor")
	if got := titles(walk(t, editor, "/api/list?limit=2", nil)); !slices.Equal(got, []string{"Film 0"}) {
		t.Errorf("another's list is %v", got)
	}
}

func TestAListThatIsFullTakesNoMoreUntilSomethingGoes(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	me := viewer.me(t)
	whose := catalog.Viewer{UserID: me.User.ID, ProfileID: me.Profile.ID}
	var last string
	for range 2000 { // films of other databases are not looked for
		last = uuid.Must(uuid.NewV7()).String()
		if err := s.db.Opinions().SetListed(t.Context(), whose, last, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	film := s.addFilm(t, "One more")
	viewer.send(t, "PUT", "/api/list/"+film.ID, nil).wantCode(t, 409, "list_full")
	viewer.send(t, "DELETE", "/api/list/"+last, nil).want(t, 204)
	for range 2 { // what is on it may be put there again
		viewer.send(t, "PUT", "/api/list/"+film.ID, nil).want(t, 204)
	}
}

func rows(t *testing.T, v *visitor) map[string]HomeRow {
	t.Helper()
	byID := map[string]HomeRow{}
	for _, r := range read[Home](t, v.send(t, "GET", "/api/home", nil).want(t, 200)).Rows {
		if len(r.Items) == 0 || byID[r.ID].ID != "" {
			t.Errorf("the row %s is empty or there twice", r.ID)
		}
		byID[r.ID] = r
	}
	return byID
}

func TestTheFirstPageHasTheRowsOfTheHouseAndOnesOwn(t *testing.T) {
	s := openSite(t)
	viewer, editor := s.signedIn(t, account.Viewer), s.signedIn(t, account.Editor)
	if r := rows(t, viewer); len(r) != 0 {
		t.Errorf("an empty catalogue has %v", r)
	}
	var films []catalog.Shown
	for i := range 6 {
		films = append(films, s.addFilm(t, fmt.Sprintf("Film %d", i), ofGenres("Drama"), with("Ana Lima")))
	}
	s.addFilm(t, "Alone", ofGenres("Western"))
	before := rows(t, viewer)
	if before["new"].Items[0].Title != "Alone" || before["genre-18"].Genre.Names["pt-BR"] != "Drama" || before["genre-37"].ID != "" || before["list"].ID != "" {
		t.Errorf("the rows are %v", before)
	}
	viewer.send(t, "PUT", "/api/list/"+films[2].ID, nil).want(t, 204)
	viewer.send(t, "PUT", "/api/ratings/"+films[3].ID, map[string]int{"stars": 9}).want(t, 200)
	after := rows(t, viewer)
	if got := after["list"].Items; len(got) != 1 || got[0].ID != films[2].ID {
		t.Errorf("the list is %v", titles(got))
	}
	because := after["because-"+films[3].ID]
	if because.Because == nil || because.Because.Action != "liked" || because.Because.Title != "Film 3" || slices.Contains(titles(because.Items), "Film 3") || len(because.Items) < 3 {
		t.Errorf("what follows from a film that was liked is %+v", because)
	}
	if others := rows(t, editor); others["list"].ID != "" || others["because-"+films[3].ID].ID != "" {
		t.Error("another has these rows too")
	}
}

func TestFilmsAreSuggestedEachWithWhy(t *testing.T) {
	s := openSite(t)
	viewer := s.signedIn(t, account.Viewer)
	tmdb := func(id int64) func(*catalog.Change) { return func(c *catalog.Change) { c.TMDBID = &id } }
	by := func(name string) func(*catalog.Change) {
		return func(c *catalog.Change) { c.Directors = &[]string{name} }
	}
	of := s.addFilm(t, "First", ofGenres("Drama", "Crime"), with("Ana Lima", "Rui Reis"), by("Eva Sousa"), func(c *catalog.Change) { c.Collection = &catalog.Collection{ID: 3, Name: "Firsts"} })
	second := s.addFilm(t, "Second", func(c *catalog.Change) { c.Collection = &catalog.Collection{ID: 3, Name: "Firsts"} })
	director := s.addFilm(t, "Of the same hand", by("Eva Sousa"))
	cast := s.addFilm(t, "With both", with("Rui Reis", "Ana Lima"))
	genre := s.addFilm(t, "Alike", ofGenres("Crime", "Drama"))
	told := s.addFilm(t, "Told", tmdb(77))
	s.addFilm(t, "Nothing to do with it", ofGenres("Western"), with("Ana Melo"))
	if err := s.Films.Store.Replace(t.Context(), func() catalog.Stored {
		film := of.Film
		film.Version, film.Similar = 2, []int64{77, 78}
		return film.Stored()
	}()); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{second.ID: "collection", told.ID: "tmdb", director.ID: "director", cast.ID: "cast", genre.ID: "genre"}
	list := read[suggestionList](t, viewer.send(t, "GET", "/api/movies/"+of.ID+"/similar", nil).want(t, 200)).Items
	if len(list) != len(want) {
		t.Errorf("there are %d", len(list))
	}
	for _, one := range list {
		if want[one.Movie.ID] != one.Reason.Code {
			t.Errorf("%s: %+v", one.Movie.Title, one.Reason)
		}
		if one.Reason.Code == "cast" && len(one.Reason.Names) != 2 || one.Reason.Code == "genre" && len(one.Reason.Genres) != 2 {
			t.Errorf("%s shares %+v", one.Movie.Title, one.Reason)
		}
	}
	// Who began the one began another.
	for _, user := range []account.Role{account.Viewer, account.Editor} {
		me := s.signedIn(t, user).me(t)
		for _, film := range []string{of.ID, genre.ID} {
			if err := s.Films.Opinions.Started(t.Context(), catalog.Viewer{UserID: me.User.ID, ProfileID: me.Profile.ID}, film, time.Now().UTC()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, one := range read[suggestionList](t, viewer.send(t, "GET", "/api/movies/"+of.ID+"/recommendations", nil).want(t, 200)).Items {
		if one.Movie.ID == genre.ID && one.Reason.Code != "watched-together" {
			t.Errorf("%s: %+v", one.Movie.Title, one.Reason)
		}
	}
}
