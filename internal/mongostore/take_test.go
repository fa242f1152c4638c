package mongostore

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
)

// elsewhere are films as another store keeps them.
func elsewhere(n int) (films []catalog.Film) {
	at := time.Date(2026, 11, 30, 12, 0, 0, 123_000, time.UTC)
	for i := range n {
		films = append(films, catalog.Film{
			ID: uuid.Must(uuid.NewV7()).String(), Kind: catalog.Movie, Version: int64(1 + i%5), TMDBID: int64(1000 + i),
			Texts:    map[string]catalog.Text{"en": {Title: fmt.Sprintf("Film %d", i)}, "pt-BR": {Title: fmt.Sprintf("Filme %d", i), Overview: "Três pessoas."}},
			Released: "1931", Genres: []catalog.Genre{{ID: 18, Name: "Drama"}}, Votes: i, VoteMean: 7.5, Own: catalog.Own{Votes: 2, Mean: 9, Counted: int64(i % 2)},
			Popularity: float64(i % 7), Trend: float64(i%3) + 0.25, CreatedAt: at, UpdatedAt: at.Add(time.Duration(i) * time.Second),
		})
	}
	return films
}

func storedAll(films []catalog.Film) (all []catalog.Stored) {
	for _, f := range films {
		all = append(all, f.Stored())
	}
	return all
}

func TestFilmsAreTakenOverAsTheyAreAndOnce(t *testing.T) {
	for name, open := range map[string]func(testing.TB) string{"jongodb": engines.Jongodb, "FerretDB": engines.FerretDB} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := opened(t, open(t))
			s := d.Films()
			films := elsewhere(20)
			take := func(want Taken) {
				t.Helper()
				if got, err := s.Take(t.Context(), storedAll(films)); err != nil || got != want {
					t.Fatalf("%+v, %v; want %+v", got, err, want)
				}
			}
			same := func() {
				t.Helper()
				for _, want := range films {
					if got, err := s.Film(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
						t.Errorf("%v\ngot  %+v\nwant %+v", err, got, want)
					}
				}
			}
			take(Taken{Added: 20})
			same()
			take(Taken{Here: 20})
			same()

			// What was changed at the old place since is taken, what was changed here stays.
			films[3].Version, films[3].Texts, films[3].TMDBID = 9, map[string]catalog.Text{"en": {Title: "Changed there"}}, 0
			films[4].Trend = 77
			here := films[5]
			here.Version, here.Texts = here.Version+1, map[string]catalog.Text{"en": {Title: "Changed here"}}
			if err := s.Replace(t.Context(), here.Stored()); err != nil {
				t.Fatal(err)
			}
			take(Taken{Renewed: 2, Here: 18})
			films[5] = here
			same()
			list, err := s.List(t.Context(), catalog.Shelf{List: catalog.Trending, Genre: 18, Most: 50})
			if err != nil || len(list) != 20 || list[0].ID != films[4].ID {
				t.Errorf("the list has %d films: %v", len(list), err)
			}

			// Another film has its TMDB id: that is said, and neither is lost.
			other := elsewhere(1)[0]
			other.TMDBID = films[7].TMDBID
			_, err = s.Take(t.Context(), storedAll([]catalog.Film{other}))
			if fault.CodeOf(err) != "film_exists" || fault.PublicOf(err) == "" {
				t.Errorf("a film of a TMDB id that is taken: %v", err)
			}
			same()
		})
	}
}

func TestItIsNotedOnceThatAllFilmsAreHere(t *testing.T) {
	t.Parallel()
	d := opened(t, engines.Jongodb(t))
	if at, err := d.AllTaken(t.Context()); err != nil || !at.IsZero() {
		t.Errorf("%v %v", at, err)
	}
	var first time.Time
	for range 2 {
		if err := d.NoteAllTaken(t.Context()); err != nil {
			t.Fatal(err)
		}
		at, err := d.AllTaken(t.Context())
		if err != nil || time.Since(at) > time.Minute || !first.IsZero() && !at.Equal(first) {
			t.Errorf("%v %v", at, err)
		}
		first = at
	}
}
