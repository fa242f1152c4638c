package httpapi

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
)

// BenchmarkAKeptFilm asks, through everything that is around a route, in turn for a film that is
// kept and for the same bytes as a file that anybody may have. The film is for who is signed
// in, and within their limit: that is what the difference pays for.
func BenchmarkAKeptFilm(b *testing.B) {
	accounts, token := signedInForBench(b)
	s := &server{Options: Options{Accounts: accounts, Limits: generous{limitsOf(b)}, Logger: discarded}, mux: http.NewServeMux()}
	s.Films = filmsForBench(b)
	s.huma = humago.NewWithPrefix(s.mux, "/api", openAPIConfig("bench"))
	s.keptRoutes(nil)
	film := catalog.Change{Texts: map[string]catalog.Text{}, Cast: &[]catalog.Player{}}
	for _, language := range catalog.Languages {
		film.Texts[language] = catalog.Text{Title: "A film of some length", Overview: string(bytes.Repeat([]byte("It is told at some length. "), 12))}
	}
	for i := range 20 {
		*film.Cast = append(*film.Cast, catalog.Player{Name: fmt.Sprintf("Player number %d", i), Character: "Somebody in it"})
	}
	made, err := s.Films.Create(b.Context(), film)
	if err != nil {
		b.Fatal(err)
	}
	kept, err := s.Films.KeptFilm(b.Context(), catalog.Rating{}, made.ID, writeMovie)
	if err != nil {
		b.Fatal(err)
	}
	s.handle(Public, "GET /static", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(kept.Body))
	}))
	handler := s.wrap(s.mux)
	ask := func(path string) time.Duration {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: token})
		w := httptest.NewRecorder()
		began := time.Now()
		handler.ServeHTTP(w, r)
		took := time.Since(began)
		if w.Code != http.StatusOK || w.Body.Len() != len(kept.Body) {
			b.Fatalf("%s: %d %.200s", path, w.Code, w.Body)
		}
		return took
	}
	var static, films []time.Duration
	for b.Loop() {
		static, films = append(static, ask("/static")), append(films, ask("/api/movies/"+made.ID))
	}
	b.ReportMetric(0, "ns/op")
	at := func(all []time.Duration, share float64) float64 {
		slices.Sort(all)
		return float64(all[min(len(all)-1, int(share*float64(len(all))))].Nanoseconds()) / 1000
	}
	b.ReportMetric(float64(len(kept.Body)), "bytes")
	b.ReportMetric(1e6/at(films, 0.5), "film/s") // by the median: a neighbour's noise is in the mean
	b.ReportMetric(1e6/at(static, 0.5), "static/s")
	b.ReportMetric(at(static, 0.5)/at(films, 0.5), "of-static")
	b.ReportMetric(at(films, 0.99), "p99-film-µs")
	b.ReportMetric(at(static, 0.99), "p99-static-µs")
}

func filmsForBench(b *testing.B) *catalog.Films {
	b.Helper()
	db, err := sqlstore.Open(b.Context(), sqlstore.Options{URL: filepath.Join(b.TempDir(), "films.db"), Logger: discarded})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(db.Close)
	kept, err := cache.Open(b.Context(), cache.Options{Logger: discarded})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(kept.Close)
	return catalog.NewFilms(catalog.FilmsOptions{
		Store: db.Films(), Finder: catalog.NewFinder(db.Films(), catalog.FinderOptions{}), Opinions: db.Opinions(),
		Videos: catalog.NewService(db.Catalog(), nil, nil, nil), Cache: kept, Enqueue: db.Queue().Enqueue, Logger: discarded,
	})
}
