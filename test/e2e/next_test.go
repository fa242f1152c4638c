//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// A film ends with the next, and how it played for its viewer is in the operator's metrics.
func TestAFilmEndsWithTheNextAndIsMeasured(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	var videos []house.Video
	var titles []string
	for _, title := range []string{"The Harbour", "The Lighthouse"} {
		v := openedAs(t, c, title, asItIs(t))
		film := filmOf(t, c, v.ID)
		change := map[string]any{"version": film.Version, "genres": []string{"Animation"}}
		if err := c.Call(t.Context(), http.MethodPatch, "/api/movies/"+film.ID, change, nil); err != nil {
			t.Fatal(err)
		}
		videos, titles = append(videos, v), append(titles, film.Title)
	}
	t.Log(browser.Run(t, browserPatience, "measured.mjs", h.URL("/"), house.AdminEmail, house.AdminPassword, videos[0].ID, videos[1].ID, titles[1]))
	if house.Scaled() {
		return // each node counts for itself
	}
	eventually(t, 20*time.Second, func() error { // it is sent by a page that is gone
		metrics, err := c.Fetch(t.Context(), http.MethodGet, "/metrics", nil)
		if err != nil || metrics.Status != http.StatusOK {
			return fmt.Errorf("metrics: %d, %w", metrics.Status, err)
		}
		for _, series := range []string{`lcp_count{screen="watch"}`, `ttfb_count{screen="watch"}`, `start_count{screen="watch"}`, `stalled_count{screen="watch"}`, `failed_count{screen="watch"}`} {
			if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta("kkmovies_viewer_"+series) + ` [1-9]`).Match(metrics.Body) {
				return fmt.Errorf("nothing is counted as %s, but\n%s", series, bytes.Join(regexp.MustCompile(`(?m)^kkmovies_viewer_.*_count.*$`).FindAll(metrics.Body, -1), []byte("\n")))
			}
		}
		return nil
	})
	h.Stop()
}

// madeFilm is what is used here of a film.
type madeFilm struct {
	ID, Title string
	Version   int64
}

// filmOf returns the film that a video was made into.
func filmOf(t *testing.T, c *house.Client, videoID string) (film madeFilm) {
	t.Helper()
	var v struct{ Film *struct{ MovieID string } }
	if err := c.Call(t.Context(), http.MethodGet, "/api/videos/"+videoID, nil, &v); err != nil {
		t.Fatal(err)
	}
	if v.Film == nil {
		t.Fatalf("video %s is of no film", videoID)
	}
	if err := c.Call(t.Context(), http.MethodGet, "/api/movies/"+v.Film.MovieID, nil, &film); err != nil {
		t.Fatal(err)
	}
	return film
}
