package app

import (
	"bytes"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/demo"
	"github.com/kkmovies/kkmovies/internal/mongostore"
	"github.com/kkmovies/kkmovies/internal/sqlstore"
	"github.com/kkmovies/kkmovies/test/engines"
)

// twoPlaces are a main database with films, and a MongoDB without.
func twoPlaces(t *testing.T, n int) (db *sqlstore.DB, to *mongostore.DB, films []catalog.Film) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	db, err := sqlstore.Open(t.Context(), sqlstore.Options{URL: filepath.Join(t.TempDir(), "kkmovies.db"), Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	if to, err = mongostore.Open(t.Context(), mongostore.Options{URL: engines.Jongodb(t), Logger: quiet}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(to.Close)
	many := demo.Many{Seed: 1}
	var stored []catalog.Stored
	for i := range n {
		stored = append(stored, many.Film(i).Stored())
	}
	if err := db.Films().Load(t.Context(), stored); err != nil {
		t.Fatal(err)
	}
	// One was changed and watched: neither is lost.
	changed, err := db.Films().Film(t.Context(), stored[7].Film.ID)
	if err != nil {
		t.Fatal(err)
	}
	changed.Version++
	changed.Own = catalog.Own{Votes: 3, Mean: 8, Counted: 1}
	if err := errors.Join(db.Films().Replace(t.Context(), changed.Stored()), db.Films().AddTrend(t.Context(), map[string]float64{changed.ID: 40})); err != nil {
		t.Fatal(err)
	}
	for _, s := range stored {
		film, err := db.Films().Film(t.Context(), s.Film.ID)
		if err != nil {
			t.Fatal(err)
		}
		films = append(films, film)
	}
	return db, to, films
}

func TestFilmsAreTakenToMongoDBWholeWhateverInterruptsIt(t *testing.T) {
	t.Parallel()
	db, to, films := twoPlaces(t, 95)
	var said bytes.Buffer
	m := filmsMove{from: db.Films(), to: to, out: &said, some: 20}

	// It is cut off after two of the five times.
	cut, times := errors.New("cut off"), 0
	_, err := m.each(t.Context(), newMeter("films", 95, false), func(some []catalog.Film) error {
		if times++; times == 3 {
			return cut
		}
		var stored []catalog.Stored
		for _, f := range some {
			stored = append(stored, f.Stored())
		}
		_, err := to.Films().Take(t.Context(), stored)
		return err
	})
	if !errors.Is(err, cut) {
		t.Fatal(err)
	}
	if err := m.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"the main database: about 95", "55 copied, 0 brought up to date, 40 there since an earlier run; 95 read back"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("said\n%s\nwithout %q", said.String(), want)
		}
	}
	for _, want := range films {
		if got, err := to.Films().Film(t.Context(), want.ID); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v\ngot  %+v\nwant %+v", err, got, want)
		}
		if _, err := db.Films().Film(t.Context(), want.ID); err != nil {
			t.Errorf("at the old place: %v", err)
		}
	}

	// Once all are there, what is deleted stays deleted.
	if err := to.Films().Delete(t.Context(), films[3].ID); err != nil {
		t.Fatal(err)
	}
	said.Reset()
	if err := m.run(t.Context()); err != nil || !strings.Contains(said.String(), "nothing to move") {
		t.Errorf("again: %v, %s", err, said.String())
	}
	if n, err := to.Films().Count(t.Context()); err != nil || n != 94 {
		t.Errorf("%d films, %v", n, err)
	}
}

func TestAFilmThatMongoDBHasAnotherOfStopsTheMoveAndIsNamed(t *testing.T) {
	t.Parallel()
	db, to, films := twoPlaces(t, 30)
	other := films[10]
	other.ID = demo.Many{Seed: 2}.ID(1)
	if other.TMDBID == 0 {
		other.TMDBID = 4711
		films[10].TMDBID, films[10].Version = 4711, films[10].Version+1
		if err := db.Films().Replace(t.Context(), films[10].Stored()); err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Films().Create(t.Context(), other.Stored()); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	err := filmsMove{from: db.Films(), to: to, out: &said, some: 20}.run(t.Context())
	if err == nil || !strings.Contains(explain(err), films[10].ID) {
		t.Errorf("%v", err)
	}
	if done, noted := to.AllTaken(t.Context()); noted != nil || !done.IsZero() {
		t.Errorf("it is noted as done: %v %v", done, noted)
	}
}
