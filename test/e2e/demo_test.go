//go:build e2e

package e2e

import (
	"net/http"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// demoCard is what is used here of a film.
type demoCard struct {
	ID, Title string
	Poster    *struct{ BlurHash string }
}

// An empty house shows sixty films at once and draws their pictures behind. A film that was
// removed stays removed when the house is started again, and the drawing goes on.
func TestTheDemoFillsAnEmptyCatalogue(t *testing.T) {
	h := house.Start(t, house.Options{Demo: true})
	c := h.Admin()
	look := func() (films []demoCard, drawn int) {
		var got struct{ Items []demoCard }
		if err := c.Call(t.Context(), http.MethodGet, "/api/movies?list=new&limit=100", nil, &got); err != nil {
			t.Fatal(err)
		}
		for _, f := range got.Items {
			if f.Poster != nil {
				drawn++
			}
		}
		return got.Items, drawn
	}
	until := func(what string, so func(films []demoCard, drawn int) bool) (films []demoCard, drawn int) {
		t.Helper()
		end := time.After(6 * time.Minute) // a busy machine draws slowly
		tick := time.NewTicker(200 * time.Millisecond)
		defer tick.Stop()
		for {
			if films, drawn = look(); so(films, drawn) {
				return films, drawn
			}
			select {
			case <-tick.C:
			case <-end:
				t.Fatalf("waited in vain until %s: %d films, %d of them drawn", what, len(films), drawn)
			}
		}
	}
	films, _ := until("there are sixty films", func(films []demoCard, _ int) bool { return len(films) == 60 })
	if films[0].Title != "Big Buck Bunny" {
		t.Errorf("the newest is %q", films[0].Title)
	}
	var found struct{ Items []demoCard }
	if err := c.Call(t.Context(), http.MethodGet, "/api/search?q=hotel+perpetua", nil, &found); err != nil || len(found.Items) == 0 || found.Items[0].Title != "Hotel Perpétua" {
		t.Fatalf("found %v: %v", found.Items, err)
	}
	if err := c.Call(t.Context(), http.MethodDelete, "/api/movies/"+found.Items[0].ID, nil, nil); err != nil {
		t.Fatal(err)
	}
	_, before := until("two films are drawn", func(_ []demoCard, drawn int) bool { return drawn >= 2 })
	h.Restart()
	films, _ = until("the drawing goes on", func(_ []demoCard, drawn int) bool { return drawn > before })
	if len(films) != 59 {
		t.Errorf("%d films after one of sixty was removed", len(films))
	}
	for _, f := range films {
		if f.ID == found.Items[0].ID {
			t.Error("what was removed came back")
		}
	}
}
