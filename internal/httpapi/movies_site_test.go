package httpapi

import (
	"bytes"
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/artwork"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
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
	s.Films.Draw = func(ctx context.Context, filmID, kind string, file []byte) (catalog.Picture, error) {
		tools, err := ffmpeg.Find(ctx, ffmpeg.Options{Limits: ffmpeg.Limits{Wall: time.Minute, CPU: time.Minute, Memory: 4 << 30}, Log: s.Logger})
		if err != nil {
			return catalog.Picture{}, err
		}
		studio := artwork.New(artwork.Options{Tools: tools, Blobs: s.Blobs, Scratch: t.TempDir(), Log: s.Logger})
		return studio.Make(ctx, filmID, artwork.Kind(kind), file)
	}
	s.Films.Artwork = func(filmID string, have catalog.Film, said catalog.Described) (jobs.Args, bool) {
		return artwork.JobFor(filmID, have, said, false)
	}
	s.Imports = catalog.NewImports(catalog.ImportsOptions{
		Store: s.db.Imports(), Films: s.Films, Blobs: s.Blobs, Logger: s.Logger,
		Merge: func(known, said catalog.Film) catalog.Film { return metadata.Merge(known, said, false) },
		Read: func(_ catalog.ImportSource, text []byte) (films []catalog.ImportedFilm, problems []catalog.ImportProblem, err error) {
			table, err := metadata.CSV(text, "en")
			for _, d := range table.Taken {
				films = append(films, catalog.ImportedFilm{Described: d.Described, Where: "line " + strconv.Itoa(d.Line)})
			}
			for _, one := range table.Out {
				problems = append(problems, catalog.ImportProblem{Where: "line " + strconv.Itoa(one.Line), What: one.Why})
			}
			return films, problems, err
		},
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
