package app

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/mongostore"
)

// openFilms opens what keeps films: MongoDB at KK_CATALOG_URL, the main database when that is
// unset.
func (h *house) openFilms(ctx context.Context) (err error) {
	if h.config.CatalogURL == "" {
		h.filmStore = h.db.Films()
		return nil
	}
	if h.mongo, err = mongostore.Open(ctx, mongostore.Options{URL: string(h.config.CatalogURL), Logger: h.log}); err != nil {
		return err
	}
	h.filmStore = h.mongo.Films()
	h.leftBehind(ctx)
	return nil
}

func (h *house) closeFilms() {
	if h.mongo != nil {
		h.mongo.Close()
	}
}

// filmsCheck is about the catalogue where it is not in the main database.
func (h *house) filmsCheck(ctx context.Context) (check httpapi.Check, ok bool) {
	if h.mongo == nil {
		return check, false
	}
	return checkOf("catalogue", "answers", h.mongo.Check(ctx)), true
}

// checkCatalogue is what doctor says of it.
func checkCatalogue(ctx context.Context, c *config.Config, log *slog.Logger) httpapi.Check {
	if c.CatalogURL == "" {
		return httpapi.Check{Name: "catalogue", OK: true, Detail: "in the main database: KK_CATALOG_URL is not set"}
	}
	db, err := mongostore.Open(ctx, mongostore.Options{URL: string(c.CatalogURL), Logger: log})
	if err != nil {
		return checkOf("catalogue", "", err)
	}
	defer db.Close()
	n, err := db.Films().Count(ctx)
	return checkOf("catalogue", fmt.Sprintf("MongoDB answers; films in it: %d", n), err)
}
