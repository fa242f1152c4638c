package catalogtest

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

func aFilmIsReadWhole(t *testing.T, s FilmSubject) {
	for range 2 {
		f := work(epoch)
		f.TMDBID = int64(time.Now().UnixNano()) // beyond 32 bits
		create(t, s, f)
		wantFilm(t, readFilm(t, s, f.ID), f)
	}
	f := work(epoch)
	f.Version = 9 // it is version 1 all the same
	create(t, s, f)
	if got := readFilm(t, s, f.ID); got.Version != 1 {
		t.Errorf("created as version %d", got.Version)
	}
}

func aBareFilmIsRead(t *testing.T, s FilmSubject) {
	f := catalog.Film{ID: newID(), Kind: catalog.Movie, Version: 1, Texts: map[string]catalog.Text{"en": {Title: "Aruanda"}}, CreatedAt: epoch, UpdatedAt: epoch}
	create(t, s, f)
	wantFilm(t, readFilm(t, s, f.ID), f)
	wantFilms(t, "the list", shelfPage(t, s, catalog.Shelf{List: catalog.New, Most: 9}), []catalog.Film{f})
}

var oddTexts = []string{
	`'; DROP TABLE films; --`, `"quoted" \ back\slash`, "$1 % _ {$ne: 1}", "فيلم قصير \u202eabc\u202c", "七人の侍", "👩‍👩‍👧 🎬", "e\u0301 and \u00e9",
	"line\nfeed\ttab\r", " \u00a0spaces ", "\u2028\u2029", "<script>&amp;", strings.Repeat("ã", 5000),
}

func oddTextsComeBack(t *testing.T, s FilmSubject) {
	for i, text := range oddTexts {
		f := work(epoch)
		f.OriginalTitle, f.Directors, f.Cast[0].Character = text, []string{text}, text
		f.Texts = map[string]catalog.Text{"en": {Title: text, Overview: text}}
		f.Genres = []catalog.Genre{{ID: int64(2_000_000 + i), Name: text}}
		if err := s.Store.Create(t.Context(), stored(f, text)); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		wantFilm(t, readFilm(t, s, f.ID), f)
		if got := search(t, s, catalog.Wanted{Groups: [][]string{{text}}, Most: 5}); !slices.Equal(got, []string{f.ID}) {
			t.Errorf("%.20q finds %v", text, got)
		}
		if genres, err := s.Store.Genres(t.Context(), catalog.Rating{}); err != nil || !slices.Contains(genres, f.Genres[0]) {
			t.Errorf("%.20q: genres %v %v", text, genres, err)
		}
	}
	if all := terms(t, s); len(all) != len(oddTexts) {
		t.Errorf("%d terms of %d", len(all), len(oddTexts))
	}
}

func zeroBytesAreRefused(t *testing.T, s FilmSubject) {
	for _, text := range []string{"zero\x00byte", "not \xff UTF-8", "\xed\xa0\x80"} { // the last is half a surrogate pair
		f := work(epoch)
		in := stored(f, "fine", text)
		wantFault(t, "create with such a term", s.Store.Create(t.Context(), in), fault.Invalid)
		wantFault(t, "load with such a term", s.Store.Load(t.Context(), []catalog.Stored{stored(work(epoch)), in}), fault.Invalid)
		_, err := s.Store.Film(t.Context(), text)
		wantFault(t, "read such an id", err, fault.NotFound)
		wantFault(t, "delete such an id", s.Store.Delete(t.Context(), text), fault.NotFound)
		if films, err := s.Store.Films(t.Context(), []string{text}); err != nil || len(films) != 0 {
			t.Errorf("films of such an id: %v %v", films, err)
		}
		if got := search(t, s, catalog.Wanted{Groups: [][]string{{text}}, Most: 5}); len(got) != 0 {
			t.Errorf("a search for it finds %v", got)
		}
	}
	if n, err := s.Store.Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d films are there of what was refused: %v", n, err)
	}
}

func anUnknownFilmIsNotFound(t *testing.T, s FilmSubject) {
	create(t, s, work(epoch))
	for _, id := range []string{newID(), "", "%", "$ne"} {
		_, err := s.Store.Film(t.Context(), id)
		wantFault(t, "read", err, fault.NotFound)
		wantFault(t, "delete", s.Store.Delete(t.Context(), id), fault.NotFound)
		if id != "" {
			f := work(epoch)
			f.ID, f.Version = id, 2
			wantFault(t, "replace", s.Store.Replace(t.Context(), stored(f)), fault.NotFound)
		}
	}
	if err := s.Store.AddTrend(t.Context(), map[string]float64{newID(): 1}); err != nil {
		t.Errorf("the trend of an unknown film: %v", err)
	}
	if n, err := s.Store.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d films %v", n, err)
	}
}

func filmsAreReadInOrder(t *testing.T, s FilmSubject) {
	films := works(t, 4)
	create(t, s, films...)
	got, err := s.Store.Films(t.Context(), []string{films[2].ID, newID(), films[0].ID, films[3].ID})
	if err != nil {
		t.Fatal(err)
	}
	wantFilms(t, "these", got, []catalog.Film{films[2], films[0], films[3]})
	for _, f := range got {
		wantFilm(t, f, films[slices.Index(filmIDs(films), f.ID)])
	}
	if none, err := s.Store.Films(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("none: %v %v", none, err)
	}
}

func filmsByTMDB(t *testing.T, s FilmSubject) {
	films := works(t, 3)
	films[0].TMDBID, films[1].TMDBID = 11, 1<<40
	create(t, s, films...)
	got, err := s.Store.ByTMDB(t.Context(), []int64{11, 12, 1 << 40, 0})
	if want := map[int64]string{11: films[0].ID, 1 << 40: films[1].ID}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v %v, want %v", got, err, want)
	}
}

func aFilmIsKeptOnce(t *testing.T, s FilmSubject) {
	f := work(epoch)
	f.TMDBID = 155
	create(t, s, f)
	other := work(epoch)
	other.TMDBID = 155
	wantCode(t, "another of that TMDB id", s.Store.Create(t.Context(), stored(other, "other")), "film_exists")
	again := f
	again.TMDBID = 0
	wantCode(t, "another of that id", s.Store.Create(t.Context(), stored(again, "again")), "film_exists")
	if len(terms(t, s)) != 0 {
		t.Error("of what was refused something is left")
	}
	third := work(epoch)
	create(t, s, third)
	third.TMDBID, third.Version = 155, 2
	err := s.Store.Replace(t.Context(), stored(third))
	if s.Vague == "" {
		wantCode(t, "one that is given that TMDB id", err, "film_exists")
	} else if err == nil {
		t.Error("one that is given that TMDB id is taken")
	}
	if got := readFilm(t, s, third.ID); got.Version != 1 || got.TMDBID != 0 {
		t.Errorf("%d in version %d", got.TMDBID, got.Version)
	}
	if err := s.Store.Delete(t.Context(), f.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.Store.Replace(t.Context(), stored(third)); err != nil {
		t.Errorf("once it is free: %v", err)
	}
}

func aFilmIsReplaced(t *testing.T, s FilmSubject) {
	f, other := work(epoch), work(epoch)
	create(t, s, f, other)
	if err := s.Store.AddTrend(t.Context(), map[string]float64{f.ID: 42.5}); err != nil {
		t.Fatal(err)
	}
	want := work(epoch)
	want.ID, want.Version, want.Texts, want.Collection, want.Cast = f.ID, 2, map[string]catalog.Text{"en": {Title: "Edge"}}, nil, nil
	want.UpdatedAt = epoch.Add(2 * time.Hour)
	if err := s.Store.Replace(t.Context(), stored(want, "edge")); err != nil {
		t.Fatal(err)
	}
	want.Trend = catalog.AddTrends(f.Trend, 42.5)
	wantFilm(t, readFilm(t, s, f.ID), want)
	wantFilm(t, readFilm(t, s, other.ID), other)
	wantFilms(t, "trending", shelfPage(t, s, catalog.Shelf{List: catalog.Trending, Most: 9}), []catalog.Film{want, other})
}

func anOldVersionIsRefused(t *testing.T, s FilmSubject) {
	f := work(epoch)
	create(t, s, f)
	for _, version := range []int64{-1, 0, 1, 3, math.MaxInt64} {
		f.Version = version
		wantCode(t, fmt.Sprintf("as version %d", version), s.Store.Replace(t.Context(), stored(f)), "film_changed")
	}
	f.Version = 2
	if err := s.Store.Replace(t.Context(), stored(f)); err != nil {
		t.Fatal(err)
	}
	wantCode(t, "again", s.Store.Replace(t.Context(), stored(f)), "film_changed")
}

func aRefusedFilmStaysWhole(t *testing.T, s FilmSubject) {
	f := work(epoch)
	if err := s.Store.Create(t.Context(), stored(f, "one", "two")); err != nil {
		t.Fatal(err)
	}
	changed := f
	changed.Popularity, changed.Genres, changed.Released = 99, nil, "1950"
	changed.Version = 7
	wantCode(t, "a wrong version", s.Store.Replace(t.Context(), stored(changed, "three")), "film_changed")
	wantFilm(t, readFilm(t, s, f.ID), f)
	for term, want := range map[string]int{"one": 1, "two": 1, "three": 0} {
		if got := search(t, s, catalog.Wanted{Groups: [][]string{{term}}, Most: 5}); len(got) != want {
			t.Errorf("%q finds %v", term, got)
		}
	}
	wantFilms(t, "its genre and year", shelfPage(t, s, catalog.Shelf{List: catalog.Popular, Genre: 18, Year: 1931, Most: 5}), []catalog.Film{f})
	wantFilms(t, "no other year", shelfPage(t, s, catalog.Shelf{List: catalog.Popular, Year: 1950, Most: 5}), nil)
}

func aDeletedFilmIsNowhere(t *testing.T, s FilmSubject) {
	f, stays := work(epoch), work(epoch)
	f.TMDBID = 5
	for _, film := range []catalog.Film{f, stays} {
		if err := s.Store.Create(t.Context(), stored(film, "limite", film.ID)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Store.Delete(t.Context(), f.ID); err != nil {
		t.Fatal(err)
	}
	wantFault(t, "delete again", s.Store.Delete(t.Context(), f.ID), fault.NotFound)
	for _, list := range catalog.Lists {
		wantFilms(t, string(list), shelfPage(t, s, catalog.Shelf{List: list, Genre: 18, Year: 1931, Most: 9}), []catalog.Film{stays})
	}
	if got := search(t, s, catalog.Wanted{Groups: [][]string{{"limite"}}, Most: 9}); !slices.Equal(got, []string{stays.ID}) {
		t.Errorf("a search finds %v", got)
	}
	if all := terms(t, s); len(all) != 2 || all["limite"].Films != 1 {
		t.Errorf("the vocabulary is %v", all)
	}
	collected, err := s.Store.Collected(t.Context(), 77, catalog.Rating{})
	if err != nil {
		t.Fatal(err)
	}
	wantFilms(t, "the collection", collected, []catalog.Film{stays})
	if by, err := s.Store.ByTMDB(t.Context(), []int64{5}); err != nil || len(by) != 0 {
		t.Errorf("by TMDB: %v %v", by, err)
	}
	wantFilm(t, readFilm(t, s, stays.ID), stays)
}
