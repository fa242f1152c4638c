//go:build e2e

package faults

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// Films are in a database of their own, which goes away: what was looked at before is shown and
// says that it may be old, what was not is refused in words, and nobody is signed out.
func TestFilmsThatWereLookedAtAreShownWhileMongoDBIsAway(t *testing.T) {
	address, stop := engines.MortalMongo(t)
	h := house.Start(t, house.Options{Env: map[string]string{"KK_CATALOG_URL": address}})
	defer h.Stop()
	c := h.Admin()
	var film, other struct{ ID string }
	for title, made := range map[string]any{"Ilha das Flores": &film, "Limite": &other} {
		if err := c.Call(t.Context(), http.MethodPost, "/api/movies", map[string]any{
			"texts": map[string]any{"pt-BR": map[string]string{"title": title}}, "released": "1989",
		}, made); err != nil {
			t.Fatal(err)
		}
	}
	get := func(path string) house.Fetched {
		t.Helper()
		got, err := c.Fetch(t.Context(), http.MethodGet, path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	looked := []string{"/api/movies/" + film.ID, "/api/movies?list=new", "/api/home"}
	for _, path := range looked {
		if got := get(path); got.Status != http.StatusOK || got.Header.Get("X-Stale") != "" || !strings.Contains(string(got.Body), "Ilha das Flores") {
			t.Fatalf("%s: %d %s", path, got.Status, got.Body)
		}
	}
	if got := get("/api/search?q=ilah+das+flores"); !strings.Contains(string(got.Body), film.ID) {
		t.Errorf("a search with a slip finds %s", got.Body)
	}
	if got := get("/readyz"); got.Status != http.StatusOK || !strings.Contains(string(got.Body), "ok     catalogue") {
		t.Errorf("ready: %d %s", got.Status, got.Body)
	}

	stop()
	until(t, "every answer says it may be old", 40*time.Second, func() bool {
		for _, path := range looked {
			got := get(path)
			if got.Status != http.StatusOK || !strings.Contains(string(got.Body), "Ilha das Flores") {
				t.Fatalf("%s while MongoDB is away: %d %s", path, got.Status, got.Body)
			}
			if got.Header.Get("X-Stale") != "true" {
				return false
			}
		}
		return true
	})
	began := time.Now()
	got := get("/api/movies/" + other.ID)
	if took := time.Since(began); got.Status != http.StatusServiceUnavailable || took > 10*time.Second {
		t.Errorf("what was not looked at: %d %s after %s", got.Status, got.Body, took)
	}
	if got := get("/readyz"); got.Status != http.StatusServiceUnavailable || !strings.Contains(string(got.Body), "failed catalogue") {
		t.Errorf("ready: %d %s", got.Status, got.Body)
	}
	if got := get("/api/me"); got.Status != http.StatusOK {
		t.Errorf("signed out: %d", got.Status)
	}
}
