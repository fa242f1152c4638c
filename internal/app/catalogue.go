package app

import (
	"context"
	"fmt"
	"sync"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/catalog/artwork"
	"github.com/kkmovies/kkmovies/internal/catalog/metadata"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/fetch"
	"github.com/kkmovies/kkmovies/internal/platform/ffmpeg"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/platform/lifecycle"
	"github.com/kkmovies/kkmovies/internal/tmdb"
	"github.com/kkmovies/kkmovies/internal/upload"
)

// connectFilms makes the catalogue of films.
func (h *house) connectFilms() {
	h.finder = catalog.NewFinder(h.filmStore, catalog.FinderOptions{Logger: h.log})
	h.films = catalog.NewFilms(catalog.FilmsOptions{
		Store: h.filmStore, Finder: h.finder, Opinions: h.db.Opinions(), Videos: h.catalog, Cache: h.cache, Blobs: h.blobs,
		Guess: guess, Draw: h.draw, Artwork: fetchArtwork, Enqueue: h.db.Queue().Enqueue, Changed: h.events.filmChanged, Logger: h.log,
	})
	if token := string(h.config.TMDBToken); token != "" {
		h.films.Source = tmdb.New(tmdb.Options{Token: token})
	}
	h.imports = h.newImports()
	h.catalog.OnLeft(h.films.Left)
	h.events.news = newFilmNews(h.events, h.films, h.cache.Shared())
}

// guess reads the name of a file.
func guess(fileName string) catalog.Guessed {
	g := metadata.Guess(fileName)
	return catalog.Guessed{Title: g.Title, Year: g.Year, Edition: g.Edition, Trailer: g.Trailer, TMDBID: g.TMDBID}
}

// fetchArtwork is the job that fetches the pictures of a film.
func fetchArtwork(filmID string, have catalog.Film, said catalog.Described) (jobs.Args, bool) {
	return artwork.JobFor(filmID, have, said, false)
}

// studio makes pictures.
func (h *house) studio(ctx context.Context) (*artwork.Studio, error) {
	pencils, err := h.findPencils(ctx)
	if err != nil {
		return nil, err
	}
	return artwork.New(artwork.Options{
		Tools: pencils, Blobs: h.blobs, Scratch: h.config.DataDir, Fetch: fetch.New(fetch.Options{}), Edit: h.films.Edit, Log: h.log,
	}), nil
}

// findPencils returns what draws. Where this process encodes nothing it looks for ffmpeg when
// somebody first gives it a picture.
func (h *house) findPencils(ctx context.Context) (*ffmpeg.Tools, error) {
	h.drawing.Lock()
	defer h.drawing.Unlock()
	if h.pencils != nil {
		return h.pencils, nil
	}
	tools, err := h.tools, error(nil)
	if tools == nil {
		tools, err = ffmpeg.Find(ctx, toolsOf(h.config, h.log))
	}
	if err != nil {
		return nil, &fault.Error{Kind: fault.Unavailable, Op: "app.studio", Code: "no_ffmpeg",
			Public: "This server cannot make pictures: whoever runs it installs ffmpeg.", Cause: err}
	}
	h.pencils = tools
	return tools, nil
}

func (h *house) draw(ctx context.Context, filmID, kind string, file []byte) (catalog.Picture, error) {
	studio, err := h.studio(ctx)
	if err != nil {
		return catalog.Picture{}, err
	}
	return studio.Draw(ctx, filmID, kind, file)
}

// meetFilm is the job of a file that is whole and of a film that nobody has named.
func meetFilm(u upload.Upload) jobs.Args {
	return catalog.MeetFilm{VideoID: u.VideoID, FileName: u.FileName}
}

// registerFilmJobs gives the catalogue's jobs their handlers.
func (h *house) registerFilmJobs(q *jobs.Queue) {
	jobs.Handle(q, h.films.Gone, nil)
	jobs.Handle(q, h.films.Meet, nil)
	jobs.Handle(q, h.imports.Run, nil)
	jobs.Handle(q, h.films.MeetStrays, nil)
	jobs.Handle(q, func(ctx context.Context, job artwork.Job) error {
		studio, err := h.studio(ctx)
		if err != nil {
			return err
		}
		return studio.Run(ctx, job)
	}, nil)
	jobs.Every(q, catalog.StraysEvery, catalog.Strays{})
}

// serveFilms gives the routes the catalogue.
func (h *house) serveFilms(ctx context.Context, o *httpapi.Options) (err error) {
	o.Films, o.Imports = h.films, h.imports
	o.CursorKey, err = h.secret(ctx, "list-cursors")
	return err
}

// addCatalogue runs, for as long as the process serves, what counts what viewers do, and what
// knows the words films are found by.
func (h *house) addCatalogue(g *lifecycle.Group) {
	g.Add(lifecycle.Component{Name: "counting", Run: h.films.Run})
	g.Add(lifecycle.Component{Name: "words", Run: func(ctx context.Context) error {
		if err := h.finder.Run(ctx); ctx.Err() == nil {
			return err
		}
		return nil
	}})
}

// filmNews drops what was kept of a film when one of its videos changed in a way that shows.
// Encoders report far more often than that.
type filmNews struct {
	events *events
	films  *catalog.Films
	shared bool // the cache is everybody's: who drops something drops it for all

	mu   sync.Mutex
	last map[string]string // what was seen of a video
}

// mostNews bounds what is remembered; what is forgotten is only dropped once more.
const mostNews = 4096

func newFilmNews(e *events, films *catalog.Films, shared bool) *filmNews {
	return &filmNews{events: e, films: films, shared: shared, last: map[string]string{}}
}

// of looks at a video that changed, at once unless it was looked at not long ago.
func (n *filmNews) of(videoID string) {
	n.events.send("film of "+videoID, changesEvery, func(ctx context.Context) error {
		v, err := n.events.videos.Video(ctx, videoID)
		if err != nil {
			return err
		}
		if v.Of.FilmID != "" && n.isNew(v) {
			n.films.Forget(ctx, v.Of.FilmID)
		}
		return nil
	})
}

func (n *filmNews) isNew(v catalog.Video) bool {
	shows := fmt.Sprint(v.Of, v.Title, v.Status, v.Playable, v.DurationSeconds, v.Rating, v.PosterKey, v.StillKey, v.Height)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.last[v.ID] == shows {
		return false
	}
	if len(n.last) >= mostNews {
		clear(n.last)
	}
	n.last[v.ID] = shows
	return true
}

// filmChanged tells the other processes of a film that changed.
func (e *events) filmChanged(_ context.Context, filmID string) {
	if e.line != nil {
		e.line.Tell(filmElsewhere, filmID)
	}
}

// heardOfFilm drops what this process kept of a film that another changed, and learns its words.
func (n *filmNews) heardOfFilm(filmID string) {
	n.films.Finder.Heard()
	if !n.shared {
		n.films.Forget(context.Background(), filmID)
	}
}
