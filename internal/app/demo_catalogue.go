package app

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/demo"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What is noted beside the names of films that were made.
const (
	demoTold  = "told"  // all films are in the catalogue
	demoDrawn = "drew " // before the name of a film whose pictures are drawn
)

// tellDemoFilms puts the demo's films into the catalogue, without pictures: so the first page
// has something on it in a second. Films that are there stay as they are.
func (h *house) tellDemoFilms(ctx context.Context, done map[string]bool) error {
	if done[demoTold] {
		return nil
	}
	now := time.Now().UTC().Truncate(time.Microsecond)
	var films []catalog.Stored
	for i, title := range demo.Catalogue() {
		film, err := title.Film(now.Add(-time.Duration(i) * time.Minute)) // the first of the wall is the newest
		if err != nil {
			return err
		}
		if film, err = catalog.Clean(film); err != nil {
			return err
		}
		films = append(films, film.Stored())
	}
	if err := h.films.Store.Load(ctx, films); err != nil {
		return err
	}
	for _, film := range films {
		h.films.Forget(ctx, film.Film.ID)
	}
	return h.noteDemo(demoTold)
}

// drawDemoFilms draws the pictures of each film that has none yet. A film that was removed
// meanwhile needs none.
func (h *house) drawDemoFilms(ctx context.Context, done map[string]bool) {
	for _, title := range demo.Catalogue() {
		note := demoDrawn + title.Slug
		if done[note] || ctx.Err() != nil {
			continue
		}
		err := h.drawDemoFilm(ctx, title)
		if err == nil || fault.Is(err, fault.NotFound) {
			err = h.noteDemo(note)
		}
		if err != nil && ctx.Err() == nil {
			h.log.WarnContext(ctx, "a demo film is without its pictures", "film", title.Slug, "error", err)
		}
	}
}

func (h *house) drawDemoFilm(ctx context.Context, title demo.Title) error {
	if _, err := h.films.Store.Film(ctx, title.ID()); err != nil { // before a picture is drawn for nobody
		return err
	}
	for _, p := range []struct {
		kind string
		draw func() image.Image
	}{{"poster", title.Poster}, {"backdrop", title.Backdrop}} {
		var picture bytes.Buffer
		if err := jpeg.Encode(&picture, p.draw(), &jpeg.Options{Quality: 95}); err != nil {
			return err
		}
		if _, err := h.films.SetPicture(ctx, title.ID(), p.kind, &picture); err != nil {
			return err
		}
	}
	return nil
}

// attachDemoFilm says of which film a video is. Where somebody has removed the film the video
// is of the one that it makes for itself.
func (h *house) attachDemoFilm(ctx context.Context, slug, videoID string) error {
	for _, title := range demo.Catalogue() {
		if title.Slug != slug {
			continue
		}
		if _, err := h.films.Store.Film(ctx, title.ID()); fault.Is(err, fault.NotFound) {
			return nil
		}
		_, err := h.films.Attach(ctx, videoID, catalog.Belonging{FilmID: title.ID(), Part: catalog.Current})
		return err
	}
	return nil
}
