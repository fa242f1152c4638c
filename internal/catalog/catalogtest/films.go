package catalogtest

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// FilmSubject is what the suite of films is run on: one empty store.
type FilmSubject struct {
	Store catalog.FilmStore
	// OneWriter is why the engine cannot be held to its word when several write at once; ""
	// where it can. What of the suite needs that is then done by one after the other.
	OneWriter string
	// Few is why the engine is not given thousands of films; "" where it is.
	Few string
	// Vague is why the engine does not say that a change took the TMDB id of another film, only
	// that it failed; "" where it does.
	Vague string
}

// RunFilms checks every promise of catalog.FilmStore. Each test opens a subject of its own.
func RunFilms(t *testing.T, open func(t testing.TB) FilmSubject) {
	for name, test := range map[string]func(*testing.T, FilmSubject){
		"a film is read whole":                                    aFilmIsReadWhole,
		"a film of nothing but a title is read as it is":          aBareFilmIsRead,
		"odd texts come back as they went":                        oddTextsComeBack,
		"a text that not every engine keeps is refused":           zeroBytesAreRefused,
		"an unknown film is not found":                            anUnknownFilmIsNotFound,
		"films are read in the order asked for":                   filmsAreReadInOrder,
		"films are told by TMDB's ids":                            filmsByTMDB,
		"a film is kept once":                                     aFilmIsKeptOnce,
		"a film is replaced, but for its trend":                   aFilmIsReplaced,
		"who replaces what was changed meanwhile hears of it":     anOldVersionIsRefused,
		"of many editors at once one wins each time":              oneEditorWins,
		"a film that cannot be replaced stays whole":              aRefusedFilmStaysWhole,
		"a deleted film is nowhere":                               aDeletedFilmIsNowhere,
		"trends move films and change nothing else":               trendsMoveFilms,
		"what several add to a trend at once is all in it":        trendsAddUp,
		"each list has its order":                                 eachListHasItsOrder,
		"pages of a list meet, also among equals":                 pagesOfAListMeet,
		"a limit holds in every list, on every page":              limitsHoldInLists,
		"genre and year are combined":                             facetsAreCombined,
		"a film that changes its facets is in the new ones alone": facetsChange,
		"paging passes nothing over while films come and go":      pagesWhileFilmsComeAndGo,
		"a collection goes by release":                            aCollectionGoesByRelease,
		"genres are those that hold a film":                       genresHoldAFilm,
		"a search wants a term of each group":                     aTermOfEachGroup,
		"a search finds the most popular, each once":              theMostPopularEachOnce,
		"a search keeps to the limit":                             searchKeepsToTheLimit,
		"a search looks through so many films":                    searchLooksThroughSoMany,
		"a search knows what was changed":                         searchKnowsChanges,
		"the vocabulary is every term, once":                      theVocabulary,
		"what was changed is told":                                changesAreTold,
		"many films are loaded, and only once":                    manyAreLoaded,
		"a load that is given up leaves films whole":              anAbandonedLoad,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// ratedFilms are the ages that films of these tests take turns in: -1 is none.
var filmAges = []int{-1, 0, 10, 12, 14, 16, 18}

func maturity(t testing.TB, age int) catalog.Rating {
	t.Helper()
	if age < 0 {
		return catalog.Rating{}
	}
	r, err := catalog.RatingOf(age)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// work is a film with something in every field, of no list or search yet.
func work(created time.Time) catalog.Film {
	return catalog.Film{
		ID: newID(), Kind: catalog.Movie, Version: 1,
		IMDBID: "tt0022080", OriginalTitle: `Limite — "D'Ávila" 🎬`, OriginalLanguage: "pt-BR",
		Texts: map[string]catalog.Text{
			"en":    {Title: "Limit", Overview: "Three people in a boat.", Tagline: "Adrift"},
			"pt-BR": {Title: "Limite", Overview: "Três pessoas num barco.", Tagline: "À deriva"},
		},
		Released: "1931-05-17", RuntimeMinutes: 120,
		Genres:     []catalog.Genre{{ID: 18, Name: "Drama"}, {ID: 99, Name: "Documentary"}},
		Collection: &catalog.Collection{ID: 77, Name: "Silent"},
		Cast:       []catalog.Player{{Name: "Olga Breno", Character: "Woman 1", Picture: "people/olga"}, {Name: "Raul Schnoor"}},
		Directors:  []string{"Mário Peixoto"},
		Trailers:   []catalog.Trailer{{Site: "YouTube", Key: "abc", Type: "Trailer"}},
		Maturity:   someRating, Votes: 321, VoteMean: 7.25, Own: catalog.Own{Votes: 12, Mean: 8.5, Counted: 3}, Popularity: 12.5, Trend: 3.75,
		Poster:    catalog.Picture{Key: "posters/limite", Widths: []int{160, 320}, BlurHash: "LEHV6nWB2yk8"},
		Backdrop:  catalog.Picture{Key: "backdrops/limite", Widths: []int{640}},
		Similar:   []int64{5, 3, 9},
		CreatedAt: created, UpdatedAt: created.Add(time.Hour),
		Recommended: []int64{8},
	}
}

// stored is a film as a store is given it, with the terms it is to be found by.
func stored(f catalog.Film, terms ...string) catalog.Stored {
	return catalog.Stored{Film: f, Facets: f.Facets(), Keys: f.Keys(), Terms: terms, Words: "words of " + f.ID}
}

// works are n films that differ in all that lists go by; some are equal in it.
func works(t testing.TB, n int) (films []catalog.Film) {
	for i := range n {
		f := work(epoch.Add(time.Duration(i/2) * 250 * time.Millisecond))
		f.Popularity, f.Trend, f.VoteMean = float64(i*7%5), float64(i*3%4)-1.5, float64(i*5%7)
		f.Maturity = maturity(t, filmAges[i%len(filmAges)])
		f.Released = []string{"", "1999", "2008-07", "2008-07-16"}[i%4]
		f.Genres = [][]catalog.Genre{{{ID: 18, Name: "Drama"}}, {{ID: 35, Name: "Comedy"}, {ID: 18, Name: "Drama"}}, nil}[i%3]
		films = append(films, f)
	}
	return films
}

func create(t testing.TB, s FilmSubject, films ...catalog.Film) {
	t.Helper()
	for _, f := range films {
		if err := s.Store.Create(t.Context(), stored(f)); err != nil {
			t.Fatalf("create: %v", err)
		}
	}
}

func readFilm(t testing.TB, s FilmSubject, id string) catalog.Film {
	t.Helper()
	f, err := s.Store.Film(t.Context(), id)
	if err != nil {
		t.Fatalf("read: %v", err)
	}
	return f
}

func wantFilm(t testing.TB, got, want catalog.Film) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if !fault.Is(err, fault.Conflict) || fault.CodeOf(err) != code {
		t.Errorf("%s: %v, want a conflict of the code %q", what, err, code)
	}
}

// ordered is a list as it should be: those of films that are within, by key and then by id.
func ordered(films []catalog.Film, list catalog.List, is func(catalog.Film) bool) []catalog.Film {
	in := slices.DeleteFunc(slices.Clone(films), func(f catalog.Film) bool { return !is(f) })
	slices.SortFunc(in, func(a, b catalog.Film) int {
		return cmp.Or(cmp.Compare(b.Keys()[list], a.Keys()[list]), strings.Compare(b.ID, a.ID))
	})
	return in
}

func shelfPage(t testing.TB, s FilmSubject, shelf catalog.Shelf) []catalog.Film {
	t.Helper()
	page, err := s.Store.List(t.Context(), shelf)
	if err != nil {
		t.Fatalf("list: %v", err)
	}
	if len(page) > shelf.Most {
		t.Fatalf("%d films, when at most %d were asked for", len(page), shelf.Most)
	}
	return page
}

// placeOf is where a film stands in a list.
func placeOf(f catalog.Film, list catalog.List) *catalog.Place {
	return &catalog.Place{Key: f.Keys()[list], ID: f.ID}
}

// walk reads a list to its end; between is done after each page.
func walk(t testing.TB, s FilmSubject, shelf catalog.Shelf, between func()) (all []catalog.Film) {
	t.Helper()
	for range 1000 {
		page := shelfPage(t, s, shelf)
		all = append(all, page...)
		if len(page) < shelf.Most {
			return all
		}
		shelf.After = placeOf(page[len(page)-1], shelf.List)
		between()
	}
	t.Fatal("the list has no end")
	return nil
}

func filmIDs(films []catalog.Film) []string {
	ids := make([]string, len(films))
	for i, f := range films {
		ids[i] = f.ID
	}
	return ids
}

func wantFilms(t testing.TB, what string, got, want []catalog.Film) {
	t.Helper()
	if !slices.Equal(filmIDs(got), filmIDs(want)) {
		t.Errorf("%s: %v\nwant %v", what, filmIDs(got), filmIDs(want))
	}
}

func search(t testing.TB, s FilmSubject, w catalog.Wanted) []string {
	t.Helper()
	found, err := s.Store.Search(t.Context(), w)
	if err != nil {
		t.Fatalf("search: %v", err)
	}
	ids := make([]string, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	return ids
}

func terms(t testing.TB, s FilmSubject) map[string]catalog.Term {
	t.Helper()
	all := map[string]catalog.Term{}
	err := s.Store.Vocabulary(t.Context(), func(term catalog.Term) bool {
		if _, twice := all[term.Text]; twice {
			t.Errorf("%q twice", term.Text)
		}
		all[term.Text] = term
		return true
	})
	if err != nil {
		t.Fatalf("vocabulary: %v", err)
	}
	return all
}
