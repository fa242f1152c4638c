package app

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/demo"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// demoTold is noted when all films are in the catalogue, beside the names of films that were
// made and the pictures that were drawn.
const demoTold = "told"

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
	return h.noteDemo(ctx, demoTold)
}

// drawDemoFilms draws the posters there are not yet, then the backdrops: so that the wall is whole
// first. Two at a time, for the demo's videos are being encoded beside, and leave little to one. A
// film that was removed meanwhile needs none.
func (h *house) drawDemoFilms(ctx context.Context, done map[string]bool) {
	for _, p := range []struct {
		kind string
		draw func(demo.Title) image.Image
	}{{"poster", demo.Title.Poster}, {"backdrop", demo.Title.Backdrop}} {
		var under errgroup.Group
		under.SetLimit(2)
		for _, title := range demo.Catalogue() {
			note := p.kind + "/" + title.Slug
			if done[note] {
				continue
			}
			under.Go(func() error {
				if ctx.Err() != nil {
					return nil
				}
				err := h.drawDemoFilm(ctx, title, p.kind, p.draw)
				if err == nil || fault.Is(err, fault.NotFound) {
					err = h.noteDemo(ctx, note)
				}
				if err != nil && ctx.Err() == nil {
					h.log.WarnContext(ctx, "a demo film is without a picture", "film", title.Slug, "kind", p.kind, "error", err)
				}
				return nil // the others are drawn all the same
			})
		}
		_ = under.Wait() // none returns an error
	}
}

func (h *house) drawDemoFilm(ctx context.Context, title demo.Title, kind string, draw func(demo.Title) image.Image) error {
	if _, err := h.films.Store.Film(ctx, title.ID()); err != nil { // before a picture is drawn for nobody
		return err
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, draw(title), &jpeg.Options{Quality: 95}); err != nil {
		return err
	}
	_, err := h.films.SetPicture(ctx, title.ID(), kind, &picture)
	return err
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
