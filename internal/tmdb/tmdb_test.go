package tmdb

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

const token = "a-token-that-nobody-may-see"

var _ catalog.Source = (*Client)(nil)

// service is a double of TMDB: it answers each question by what answer says.
type service struct {
	mu     sync.Mutex
	asked  []*http.Request
	waited []time.Duration
}

func start(t *testing.T, answer http.HandlerFunc) (*Client, *service) {
	t.Helper()
	s := &service{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asked = append(s.asked, r)
		s.mu.Unlock()
		if r.Header.Get("Authorization") != "Bearer "+token {
			send(w, 401, "error-401.json")
			return
		}
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	c := New(Options{Token: token, URL: server.URL + "/3/", ImageURL: "https://images.example"})
	c.wait = func(ctx context.Context, d time.Duration) error {
		s.waited = append(s.waited, d)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.notUntil = time.Time{}
		return ctx.Err()
	}
	return c, s
}

// questions is how many were asked, of whom some may not have been answered.
func (s *service) questions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func (s *service) first() *http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[0]
}

func send(w http.ResponseWriter, status int, file string) {
	body, err := os.ReadFile("testdata/" + file)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

func films(w http.ResponseWriter, r *http.Request) {
	name := "movie-" + strings.TrimPrefix(r.URL.Path, "/3/movie/") + ".json"
	if _, err := os.Stat("testdata/" + name); err != nil {
		send(w, 404, "error-404.json")
		return
	}
	send(w, 200, name)
}

func TestAFilmIsDescribedWhole(t *testing.T) {
	c, s := start(t, films)
	got, err := c.Describe(t.Context(), 155)
	if err != nil {
		t.Fatal(err)
	}
	twelve, _ := catalog.RatingOf(12)
	want := catalog.Described{
		Film: catalog.Film{
			Kind: catalog.Movie, TMDBID: 155, IMDBID: "tt0468569", OriginalTitle: "The Dark Knight", OriginalLanguage: "en",
			Texts: map[string]catalog.Text{
				"en":    {Title: "The Dark Knight", Overview: "A man in a mask keeps a city safe.\n\nAnother in paint wants to see it burn.", Tagline: "Welcome to a world without rules."},
				"pt-BR": {Title: "Batman: O Cavaleiro das Trevas", Overview: "Um homem de máscara guarda uma cidade.", Tagline: "Lema de Portugal."},
			},
			Released: "2008-07-16", RuntimeMinutes: 152,
			Genres:     []catalog.Genre{{ID: 18, Name: "Drama"}, {ID: 28, Name: "Action"}, {ID: 80, Name: "Crime"}, {ID: 53, Name: "Thriller"}},
			Collection: &catalog.Collection{ID: 263, Name: "The Dark Knight Collection"},
			Cast: []catalog.Player{
				{Name: "Christian Bale", Character: "Bruce Wayne / Batman"}, {Name: "Heath Ledger", Character: "Joker"}, {Name: "Extra at the Bank"},
			},
			Directors: []string{"Christopher Nolan"},
			Trailers:  []catalog.Trailer{{Site: "YouTube", Key: "EXeTwQWrcwY", Type: "Trailer"}, {Site: "YouTube", Key: "ccccccccccc", Type: "Trailer"}, {Site: "YouTube", Key: "bbbbbbbbbbb", Type: "Teaser"}},
			Maturity:  twelve, Votes: 32619, VoteMean: 8.516, Popularity: 130.643,
			Similar: []int64{49026}, Recommended: []int64{272, 27205},
		},
		Poster:   "https://images.example/w780/qJ2tW6WMUDux911r6m7haRef0WH.jpg",
		Backdrop: "https://images.example/original/nMKdUUepR0i5zn0y1T4CsSB5chy.jpg",
		People:   []string{"https://images.example/h632/7Pxez9J8fuPd2Mn9kex13YALrCQ.jpg", "https://images.example/h632/p2z2bURSg7nuMsN9P2s61e2RvNz.jpg", ""},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if n := s.questions(); n != 1 || s.first().URL.Query().Get("append_to_response") != "credits,videos,similar,recommendations,release_dates,translations" {
		t.Errorf("it took %d questions", n)
	}
}

func TestAFilmOfWhichNothingIsKnownHasATitle(t *testing.T) {
	c, _ := start(t, films)
	got, err := c.Describe(t.Context(), 9)
	if err != nil {
		t.Fatal(err)
	}
	want := catalog.Film{Kind: catalog.Movie, TMDBID: 9, OriginalTitle: "Limite", OriginalLanguage: "pt",
		Texts: map[string]catalog.Text{"en": {Title: "Limite"}, "pt-BR": {Title: "Limite"}}}
	if !reflect.DeepEqual(got.Film, want) || got.Poster != "" || got.Backdrop != "" {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestWhatIsWrongInADocumentIsLeftOut(t *testing.T) {
	c, _ := start(t, films)
	got, err := c.Describe(t.Context(), 13)
	if err != nil {
		t.Fatal(err)
	}
	fourteen, _ := catalog.RatingOf(14)
	want := catalog.Film{
		Kind: catalog.Movie, TMDBID: 13, OriginalTitle: "1917", Texts: map[string]catalog.Text{"en": {Title: "1917"}}, RuntimeMinutes: 142,
		Genres: []catalog.Genre{{ID: 35, Name: "Comedy"}}, Cast: []catalog.Player{{Name: "Tom Hanks", Character: "Forrest"}, {Name: "Robin Wright"}},
		Maturity: fourteen, VoteMean: 8.5, Popularity: 26.5, Recommended: []int64{4},
	}
	if !reflect.DeepEqual(got.Film, want) {
		t.Errorf("\n got %+v\nwant %+v", got.Film, want)
	}
	if got.Poster != "" || got.Backdrop != "" || got.People[1] != "https://images.example/h632/eXYyiqYqD5G7xOZMSZfKZ5kcjlY.jpg" {
		t.Errorf("pictures: %+v", got)
	}
}

func TestASearchGivesMatchesAndForgivesAWrongYear(t *testing.T) {
	c, s := start(t, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if r.URL.Path != "/3/search/movie" || q.Get("query") != "cavaleiro das trevas" || q.Get("language") != "pt-BR" {
			t.Errorf("asked %s", r.URL)
		}
		if q.Has("year") {
			_, _ = w.Write([]byte(`{"page":1,"results":[],"total_pages":1,"total_results":0}`))
			return
		}
		send(w, 200, "search.json")
	})
	got, err := c.Search(t.Context(), " cavaleiro  das trevas ", 2007, "pt-BR")
	if err != nil || s.questions() != 2 {
		t.Fatalf("%v, %d questions", err, s.questions())
	}
	want := []catalog.Match{
		{TMDBID: 155, Title: "Batman: O Cavaleiro das Trevas", OriginalTitle: "The Dark Knight", Released: "2008-07-16",
			Overview: "Um homem de máscara.", Poster: "https://images.example/w185/qJ2tW6WMUDux911r6m7haRef0WH.jpg", Popularity: 130.643},
		{TMDBID: 72003, Title: "Dark Knight", OriginalTitle: "Dark Knight", Popularity: 0.6},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	for _, title := range []string{"", "  ", "a\xff", strings.Repeat("a", 301)} {
		if _, err := c.Search(t.Context(), title, 0, "en"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", title, err)
		}
	}
}

func TestErrorsSayWhatToDoAndNeverTheToken(t *testing.T) {
	huge := func(w http.ResponseWriter, _ *http.Request) {
		for range maxAnswer/(1<<16) + 2 {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	}
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		kind   fault.Kind
		code   string
		asked  int
	}{
		"refused":  {func(w http.ResponseWriter, _ *http.Request) { send(w, 401, "error-401.json") }, fault.Unavailable, "tmdb_refused", 1},
		"unknown":  {func(w http.ResponseWriter, _ *http.Request) { send(w, 404, "error-404.json") }, fault.NotFound, "tmdb_unknown", 1},
		"busy":     {func(w http.ResponseWriter, _ *http.Request) { send(w, 429, "error-429.json") }, fault.Unavailable, "tmdb_busy", attempts},
		"broken":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(502) }, fault.Unavailable, "tmdb_away", attempts},
		"cut":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, fault.Unavailable, "tmdb_away", attempts},
		"not JSON": {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, fault.Internal, "tmdb_unreadable", 1},
		"a list":   {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "[1]") }, fault.Internal, "tmdb_unreadable", 1},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, fault.Internal, "tmdb_failed", 1},
		"too large": {huge, fault.TooLarge, "tmdb_too_large", 1},
		"another":   {func(w http.ResponseWriter, _ *http.Request) { send(w, 200, "movie-9.json") }, fault.Internal, "tmdb_unreadable", 1},
		"untitled":  {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"id":155}`) }, fault.Invalid, "bad_film", 1},
	} {
		t.Run(name, func(t *testing.T) {
			client, s := start(t, c.answer)
			_, err := client.Describe(t.Context(), 155)
			if !fault.Is(err, c.kind) || fault.CodeOf(err) != c.code || fault.PublicOf(err) == "" || s.questions() != c.asked {
				t.Errorf("%v after %d questions", err, s.questions())
			}
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), token) {
				t.Errorf("it says the token: %v", err)
			}
		})
	}
}

func TestAFailedQuestionIsAskedAgainAfterAsLongAsIsSaid(t *testing.T) {
	n := 0
	c, s := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch n++; n {
		case 1:
			w.Header().Set("Retry-After", "7")
			send(w, 429, "error-429.json")
		case 2:
			w.WriteHeader(503)
		default:
			films(w, r)
		}
	})
	if _, err := c.Describe(t.Context(), 155); err != nil {
		t.Fatal(err)
	}
	if len(s.waited) < 2 || s.waited[0] != 7*time.Second || s.waited[1] < backOff || s.waited[1] > 4*backOff {
		t.Errorf("waited %v", s.waited)
	}
}

func TestALongWaitIsLeftToWhoAsks(t *testing.T) {
	c, s := start(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "600")
		send(w, 429, "error-429.json")
	})
	for range 2 { // the second does not even ask
		if _, err := c.Describe(t.Context(), 155); !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
	}
	if s.questions() != 1 || len(s.waited) != 0 {
		t.Errorf("%d questions, waited %v", s.questions(), s.waited)
	}
}

func TestNoMoreIsAskedInASecondThanTMDBAllows(t *testing.T) {
	c, s := start(t, films)
	const questions = 60
	began := time.Now()
	var all sync.WaitGroup
	for range questions {
		all.Go(func() {
			if _, err := c.Describe(t.Context(), 9); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if took, least := time.Since(began), (questions-1)*time.Second/perSecond; took < least || s.questions() != questions {
		t.Errorf("%d questions in %v, at least it takes %v", s.questions(), took, least)
	}
}

func TestWhoGivesUpIsAnsweredAtOnce(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	c, s := start(t, func(w http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	if _, err := c.Describe(ctx, 155); !fault.Is(err, fault.Cancelled) || s.questions() != 1 {
		t.Errorf("%v after %d questions", err, s.questions())
	}
}

// Whatever is answered, there is a clean film or an error.
func FuzzFilm(f *testing.F) {
	for _, name := range []string{"movie-155.json", "movie-9.json", "movie-13.json", "search.json", "error-404.json"} {
		body, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	c := New(Options{Token: token})
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := c.read(body)
		if err != nil {
			return
		}
		if _, err := catalog.Clean(d.Film); err != nil || len(d.People) != len(d.Film.Cast) {
			t.Fatalf("%+v: %v", d, err)
		}
	})
}
