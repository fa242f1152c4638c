//go:build budgets

package budgets

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	_ "modernc.org/sqlite"

	"github.com/kkmovies/kkmovies/internal/demo"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

const (
	wall  = 10_000 // posters
	drawn = 24     // of them distinct

	viewerEmail    = "viewer@example.com"
	viewerPassword = "a seat in the third row"
)

// cinema is a house with a large catalogue in which every film has a poster, and one can be watched.
type cinema struct {
	h           *house.House
	c           *house.Client
	film, video string // what can be watched
}

// short is made in two rungs, so that there is something to choose.
var short = testfilm.Film{Name: "Budgets (2024).mp4", Args: []string{
	"-f", "lavfi", "-i", "testsrc2=r=25:d=12:s=854x480", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=12",
	"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-b:v", "400k", "-maxrate", "600k", "-bufsize", "600k", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart",
}}

func open(t *testing.T) cinema {
	t.Helper()
	h := house.Start(t, house.Options{})
	run := func(stdin string, args ...string) {
		if out, code := h.Run(stdin, args...); code != 0 {
			t.Fatalf("kkmovies %v ended with %d:\n%s", args, code, out)
		}
	}
	run(viewerPassword+"\n", "user", "add", viewerEmail)
	run("", "demo")
	run("", "demo", "--films", fmt.Sprint(wall))
	m := cinema{h: h, c: h.Admin()}
	m.draw(t)
	m.premiere(t)
	h.Stop()
	m.hang(t)
	h.Boot()
	m.c = h.Admin()
	return m
}

// draw gives some films the posters and backdrops of the demo, as an editor would.
func (m *cinema) draw(t *testing.T) {
	t.Helper()
	under, ctx := errgroup.WithContext(t.Context())
	under.SetLimit(2)
	give := func(title demo.Title, kind string, draw func(demo.Title) image.Image) {
		under.Go(func() error {
			var picture bytes.Buffer
			if err := jpeg.Encode(&picture, draw(title), &jpeg.Options{Quality: 95}); err != nil {
				return err
			}
			r, err := m.c.Do(ctx, http.MethodPut, "/api/movies/"+title.ID()+"/"+kind, &picture, http.Header{"Content-Type": {"image/jpeg"}})
			if err != nil {
				return err
			}
			defer r.Body.Close()
			if r.StatusCode != http.StatusOK {
				return fmt.Errorf("the %s of %s was answered %s", kind, title.Slug, r.Status)
			}
			return nil
		})
	}
	for i, title := range demo.Catalogue()[:drawn] {
		give(title, "poster", demo.Title.Poster)
		if i < 4 {
			give(title, "backdrop", demo.Title.Backdrop)
		}
	}
	if err := under.Wait(); err != nil {
		t.Fatal(err)
	}
}

// premiere uploads what can be watched, and says of which film it is. The viewer is in the middle of it.
func (m *cinema) premiere(t *testing.T) {
	t.Helper()
	file, err := os.Open(short.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	v, err := m.c.Post(t.Context(), "", short.Name, file)
	if err == nil {
		v, err = m.c.AsLongAsItMoves(t.Context(), 5*time.Minute, v.ID, m.c.Finished(t.Context()))
	}
	if err != nil {
		t.Fatal(err)
	}
	m.video, m.film = v.ID, demo.Catalogue()[0].ID()
	m.must(t, m.c, http.MethodPost, "/api/videos/"+m.video+"/film", map[string]any{"movieId": m.film})
	m.must(t, m.c, http.MethodPut, "/api/watch/"+m.video, map[string]any{
		"positionSeconds": 5, "durationSeconds": 12, "deviceId": "budgets", "observedAt": time.Now(), "sought": true,
	})
}

func (m *cinema) must(t *testing.T, c *house.Client, method, path string, body any) {
	t.Helper()
	if err := c.Call(t.Context(), method, path, body, nil); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// hang gives each film without a poster one of those that were drawn, in the database of a house
// that is down: by the API ten thousand pictures would be encoded, which takes hours. The files
// are those of the drawn ones; each film serves them at an address of its own.
func (m *cinema) hang(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	db, err := sql.Open("sqlite", filepath.Join(m.h.Data(), "kkmovies.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	hung, err := db.ExecContext(ctx, `
WITH drawn AS (
    SELECT row_number() OVER (ORDER BY id) - 1 AS n, json_extract(document, '$.poster') AS poster
    FROM films WHERE json_extract(document, '$.poster.key') IS NOT NULL
)
UPDATE films SET document = json_set(document, '$.poster', json((SELECT poster FROM drawn WHERE n = films.rowid % $1)))
WHERE json_extract(document, '$.poster.key') IS NULL`, drawn)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := hung.RowsAffected(); err != nil || n < wall {
		t.Fatalf("%d films were given a poster, not %d: %v", n, wall, err)
	}
}
