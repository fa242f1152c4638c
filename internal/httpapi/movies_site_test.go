package httpapi

import (
	"bytes"
	"context"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// openFilms gives a site the catalogue.
func (s *site) openFilms(t testing.TB) {
	t.Helper()
	kept, err := cache.Open(t.Context(), cache.Options{Logger: s.Logger})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	s.Films = catalog.NewFilms(catalog.FilmsOptions{
		Store: s.db.Films(), Finder: catalog.NewFinder(s.db.Films(), catalog.FinderOptions{Logger: s.Logger}), Opinions: s.db.Opinions(), Videos: s.Catalog, Cache: kept, Blobs: s.Blobs,
		Guess: func(name string) catalog.Guessed {
			g := metadata.Guess(name)
			return catalog.Guessed{Title: g.Title, Year: g.Year, Edition: g.Edition, Trailer: g.Trailer, TMDBID: g.TMDBID}
		},
		Enqueue: s.db.Queue().Enqueue, Logger: s.Logger,
	})
	s.CursorKey = bytes.Repeat([]byte{6}, 32)
}

// addFilm adds a film of this title; change says more of it.
func (s *site) addFilm(t testing.TB, title string, change ...func(*catalog.Change)) catalog.Shown {
	t.Helper()
	c := catalog.Change{Texts: map[string]catalog.Text{"en": {Title: title}}}
	for _, more := range change {
		more(&c)
	}
	film, err := s.Films.Create(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return film
}

// collecting is a queue that only tells of the videos that are to meet their films.
func collecting(tell func(catalog.MeetFilm)) func(context.Context, jobs.Args) error {
	return func(_ context.Context, args jobs.Args) error {
		if job, ok := args.(catalog.MeetFilm); ok {
			tell(job)
		}
		return nil
	}
}
