package catalogtest

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

func none() {}

func eachListHasItsOrder(t *testing.T, s FilmSubject) {
	films := works(t, 12)
	create(t, s, films...)
	for _, list := range catalog.Lists {
		want := ordered(films, list, func(catalog.Film) bool { return true })
		got := shelfPage(t, s, catalog.Shelf{List: list, Most: 50})
		wantFilms(t, string(list), got, want)
		for i := range min(len(got), len(want)) {
			wantFilm(t, got[i], want[i])
		}
	}
	if _, err := s.Store.List(t.Context(), catalog.Shelf{List: "worst", Most: 5}); err == nil {
		t.Error("a list that is none is read")
	}
	wantFilms(t, "none of a list", shelfPage(t, s, catalog.Shelf{List: catalog.New}), nil)
}

func pagesOfAListMeet(t *testing.T, s FilmSubject) {
	films := works(t, 23)
	for i := range 6 { // equal in all
		f := work(epoch)
		f.Maturity = maturity(t, filmAges[i%3])
		films = append(films, f)
	}
	create(t, s, films...)
	for _, list := range catalog.Lists {
		want := ordered(films, list, func(catalog.Film) bool { return true })
		for _, most := range []int{1, 2, 7, len(films), len(films) + 1} {
			wantFilms(t, fmt.Sprintf("%s by %d", list, most), walk(t, s, catalog.Shelf{List: list, Most: most}, none), want)
		}
	}
}

func limitsHoldInLists(t *testing.T, s FilmSubject) {
	films := works(t, 30)
	create(t, s, films...)
	for _, age := range filmAges {
		limit := maturity(t, age)
		within := func(f catalog.Film) bool { return f.Maturity.Within(limit) }
		for _, list := range catalog.Lists {
			shelf := catalog.Shelf{List: list, Limit: limit, Most: 4}
			wantFilms(t, fmt.Sprintf("%s up to %d", list, age), walk(t, s, shelf, none), ordered(films, list, within))
		}
		collected, err := s.Store.Collected(t.Context(), 77, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range collected {
			if !within(f) {
				t.Errorf("a collection shows %v to who may see up to %d", f.Maturity, age)
			}
		}
	}
}

func facetsAreCombined(t *testing.T, s FilmSubject) {
	films := works(t, 36)
	create(t, s, films...)
	for _, genre := range []int64{0, 18, 35, 99} {
		for _, year := range []int{0, 1999, 2008, 1950} {
			for _, limit := range []int{-1, 12} {
				shelf := catalog.Shelf{List: catalog.Popular, Genre: genre, Year: year, Limit: maturity(t, limit), Most: 5}
				want := ordered(films, shelf.List, func(f catalog.Film) bool {
					return (genre == 0 || slices.ContainsFunc(f.Genres, func(g catalog.Genre) bool { return g.ID == genre })) &&
						(year == 0 || f.Year() == year) && f.Maturity.Within(shelf.Limit)
				})
				wantFilms(t, fmt.Sprintf("genre %d in %d up to %d", genre, year, limit), walk(t, s, shelf, none), want)
			}
		}
	}
}

func facetsChange(t *testing.T, s FilmSubject) {
	f := work(epoch)
	create(t, s, f)
	f.Version, f.Genres, f.Released, f.Maturity = 2, []catalog.Genre{{ID: 35, Name: "Comedy"}, {ID: 35, Name: "Comedy"}}, "1999", maturity(t, 18)
	if err := s.Store.Replace(t.Context(), stored(f)); err != nil {
		t.Fatal(err)
	}
	for _, shelf := range []struct {
		genre     int64
		year, age int
		there     bool
	}{{18, 0, -1, false}, {99, 1931, -1, false}, {0, 1931, -1, false}, {35, 0, -1, true}, {35, 1999, -1, true}, {0, 0, 18, true}, {0, 0, 16, false}} {
		got := shelfPage(t, s, catalog.Shelf{List: catalog.TopRated, Genre: shelf.genre, Year: shelf.year, Limit: maturity(t, shelf.age), Most: 5})
		if (len(got) == 1) != shelf.there {
			t.Errorf("%+v: %v", shelf, filmIDs(got))
		}
	}
}

func trendsMoveFilms(t *testing.T, s FilmSubject) {
	films := works(t, 9)
	create(t, s, films...)
	added := map[string]float64{}
	for i := range films[1:] { // the first stays where it is
		f := &films[1+i]
		added[f.ID] = float64(i*5%9) + 2.5
		f.Trend = catalog.AddTrends(f.Trend, added[f.ID])
	}
	if err := s.Store.AddTrend(t.Context(), added); err != nil {
		t.Fatal(err)
	}
	for _, f := range films {
		wantFilm(t, readFilm(t, s, f.ID), f)
	}
	for _, shelf := range []catalog.Shelf{{}, {Genre: 18}, {Year: 2008}} {
		shelf.List, shelf.Most = catalog.Trending, 4
		wantFilms(t, fmt.Sprintf("trending in %d, %d", shelf.Genre, shelf.Year), walk(t, s, shelf, none), ordered(films, catalog.Trending, func(f catalog.Film) bool {
			return (shelf.Genre == 0 || slices.ContainsFunc(f.Genres, func(g catalog.Genre) bool { return g.ID == 18 })) && (shelf.Year == 0 || f.Year() == shelf.Year)
		}))
	}
	wantFilms(t, "popular", shelfPage(t, s, catalog.Shelf{List: catalog.Popular, Most: 50}), ordered(films, catalog.Popular, func(catalog.Film) bool { return true }))
}

func aCollectionGoesByRelease(t *testing.T, s FilmSubject) {
	var want []catalog.Film
	for i, released := range []string{"1999", "2001-12", "2001-12-19", "2003"} {
		f := work(epoch)
		f.Released, f.Maturity = released, maturity(t, []int{0, 12, 12, -1}[i])
		want = append(want, f)
	}
	create(t, s, want[2], want[0], want[3], want[1])
	other := work(epoch)
	other.Collection = &catalog.Collection{ID: 78}
	create(t, s, other)
	for limit, n := range map[int]int{-1: 4, 18: 3, 12: 3, 10: 1} {
		got, err := s.Store.Collected(t.Context(), 77, maturity(t, limit))
		if err != nil {
			t.Fatal(err)
		}
		wantFilms(t, fmt.Sprintf("up to %d", limit), got, want[:n])
	}
}

func genresHoldAFilm(t *testing.T, s FilmSubject) {
	ask := func(limit int) []catalog.Genre {
		t.Helper()
		list, err := s.Store.Genres(t.Context(), maturity(t, limit))
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(list, func(a, b catalog.Genre) int { return cmp.Compare(a.ID, b.ID) })
		return list
	}
	if got := ask(-1); len(got) != 0 {
		t.Errorf("of no film: %v", got)
	}
	drama, comedy, own := catalog.Genre{ID: 18, Name: "Drama"}, catalog.Genre{ID: 35, Name: "Comedy"}, catalog.GenreOf("Chanchada")
	for _, film := range []struct {
		age    int
		genres []catalog.Genre
	}{{10, []catalog.Genre{drama}}, {16, []catalog.Genre{drama, comedy}}, {-1, []catalog.Genre{own}}} {
		f := work(epoch)
		f.Maturity, f.Genres = maturity(t, film.age), film.genres
		create(t, s, f)
		defer func() {
			if err := s.Store.Delete(t.Context(), f.ID); err != nil {
				t.Error(err)
			}
			if slices.Contains(film.genres, own) && slices.Contains(ask(-1), own) {
				t.Error("a genre of no film is left")
			}
		}()
	}
	for limit, want := range map[int][]catalog.Genre{-1: {drama, comedy, own}, 18: {drama, comedy}, 14: {drama}, 0: nil} {
		if got := ask(limit); !slices.Equal(got, want) {
			t.Errorf("up to %d: %v, want %v", limit, got, want)
		}
	}
}

func searched(t *testing.T, s FilmSubject, age int, popularity float64, terms ...string) catalog.Film {
	t.Helper()
	f := work(epoch)
	f.Maturity, f.Popularity = maturity(t, age), popularity
	if err := s.Store.Create(t.Context(), stored(f, terms...)); err != nil {
		t.Fatal(err)
	}
	return f
}

func aTermOfEachGroup(t *testing.T, s FilmSubject) {
	both := searched(t, s, -1, 1, "city", "god", "2002")
	city := searched(t, s, -1, 2, "city", "lights", "1931")
	god := searched(t, s, -1, 3, "god", "father", "1972")
	for _, ask := range []struct {
		groups [][]string
		want   []catalog.Film
	}{
		{[][]string{{"city"}}, []catalog.Film{city, both}},
		{[][]string{{"city"}, {"god"}}, []catalog.Film{both}},
		{[][]string{{"god"}, {"city"}}, []catalog.Film{both}},
		{[][]string{{"city", "god"}}, []catalog.Film{god, city, both}},
		{[][]string{{"city", "god"}, {"1931", "1972"}}, []catalog.Film{god, city}},
		{[][]string{{"city"}, {"god", "lights"}, {"2002", "1999"}}, []catalog.Film{both}},
		{[][]string{{"city"}, {"father"}}, nil},
		{[][]string{{"city"}, {}}, nil},
		{[][]string{{"ci"}}, nil},
		{[][]string{{"City"}}, nil},
		{[][]string{{""}}, nil},
		{nil, nil},
	} {
		if got := search(t, s, catalog.Wanted{Groups: ask.groups, Most: 10}); !slices.Equal(got, filmIDs(ask.want)) {
			t.Errorf("%v finds %v, want %v", ask.groups, got, filmIDs(ask.want))
		}
	}
}

func theMostPopularEachOnce(t *testing.T, s FilmSubject) {
	var films []catalog.Film
	for i := range 40 {
		popularity := []float64{0, 0, 0.1 + 0.2, 1e-300, 1e300, 7}[i%6] // many are equal
		films = append(films, searched(t, s, filmAges[i%7], popularity, "the", fmt.Sprint("term", i%4), "the"))
	}
	want := ordered(films, catalog.Popular, func(catalog.Film) bool { return true })
	for _, most := range []int{1, 3, 10, 39, 40, 100} {
		found, err := s.Store.Search(t.Context(), catalog.Wanted{Groups: [][]string{{"term0", "term1", "the", "term2", "term3"}}, Most: most})
		if err != nil {
			t.Fatal(err)
		}
		var wanted []catalog.Found
		for _, f := range want[:min(most, len(want))] {
			wanted = append(wanted, catalog.Found{ID: f.ID, Popularity: f.Popularity, Words: "words of " + f.ID})
		}
		if !reflect.DeepEqual(found, wanted) {
			t.Errorf("the first %d: %+v\nwant %+v", most, found, wanted)
		}
	}
	if got := search(t, s, catalog.Wanted{Groups: [][]string{{"the"}}}); len(got) != 0 {
		t.Errorf("none are wanted, and found are %v", got)
	}
}

// Whoever looks through some films only is told of those: the most popular of the first group, each
// counted once, and none that the viewer may not see.
func searchLooksThroughSoMany(t *testing.T, s FilmSubject) {
	var films []catalog.Film
	for i := range 30 { // every third holds what is looked for, every fifth is not for children
		terms, age := []string{"day", fmt.Sprint("day", i%2)}, 12
		if i%3 == 0 {
			terms = append(terms, "night")
		}
		if i%5 == 0 {
			age = 16
		}
		films = append(films, searched(t, s, age, float64(i), terms...))
	}
	for _, limit := range []int{-1, 12} {
		shown := ordered(films, catalog.Popular, func(f catalog.Film) bool { return f.Maturity.Within(maturity(t, limit)) })
		for _, first := range [][]string{{"day"}, {"day0", "day", "day1"}} {
			for _, among := range []int{0, 1, 2, 7, 20, len(shown), 99} {
				for _, most := range []int{2, 50} {
					looked := shown
					if among > 0 {
						looked = shown[:min(among, len(shown))]
					}
					var want []string
					for _, f := range looked {
						if int(f.Popularity)%3 == 0 && len(want) < most {
							want = append(want, f.ID)
						}
					}
					for _, second := range [][]string{{"night"}, {"night", "no", "none", "nowhere", "nobody"}} {
						got := search(t, s, catalog.Wanted{Groups: [][]string{first, second}, Limit: maturity(t, limit), Among: among, Most: most})
						if !slices.Equal(got, want) {
							t.Errorf("up to %d, %v and %v, at most %d among %d: %v, want %v", limit, first, second, most, among, got, want)
						}
					}
				}
			}
		}
	}
}

func searchKeepsToTheLimit(t *testing.T, s FilmSubject) {
	var films []catalog.Film
	for i := range 28 {
		films = append(films, searched(t, s, filmAges[i%7], float64(i), "the", "end"))
	}
	for _, age := range filmAges {
		limit := maturity(t, age)
		want := ordered(films, catalog.Popular, func(f catalog.Film) bool { return f.Maturity.Within(limit) })
		for _, groups := range [][][]string{{{"the"}}, {{"the", "end"}, {"end"}}} {
			got := search(t, s, catalog.Wanted{Groups: groups, Limit: limit, Most: 6})
			if !slices.Equal(got, filmIDs(want[:min(6, len(want))])) {
				t.Errorf("%v up to %d finds %v", groups, age, got)
			}
		}
	}
}

func searchKnowsChanges(t *testing.T, s FilmSubject) {
	f := searched(t, s, -1, 5, "old", "both")
	f.Version, f.Popularity, f.Maturity = 2, 50, maturity(t, 18)
	changed := stored(f, "new", "both")
	changed.Words = "other words"
	if err := s.Store.Replace(t.Context(), changed); err != nil {
		t.Fatal(err)
	}
	for term, there := range map[string]bool{"old": false, "both": true, "new": true} {
		found, err := s.Store.Search(t.Context(), catalog.Wanted{Groups: [][]string{{term}}, Most: 5})
		if err != nil {
			t.Fatal(err)
		}
		want := []catalog.Found{{ID: f.ID, Popularity: 50, Words: "other words"}}
		if there != reflect.DeepEqual(found, want) || !there && len(found) != 0 {
			t.Errorf("%q finds %+v", term, found)
		}
	}
	if got := search(t, s, catalog.Wanted{Groups: [][]string{{"new"}, {"both"}}, Limit: maturity(t, 16), Most: 5}); len(got) != 0 {
		t.Errorf("who may not see it finds %v", got)
	}
	if all := terms(t, s); len(all) != 2 || all["both"] != (catalog.Term{Text: "both", Most: 50, Films: 1}) {
		t.Errorf("the vocabulary is %v", all)
	}
}

func theVocabulary(t *testing.T, s FilmSubject) {
	if all := terms(t, s); len(all) != 0 {
		t.Errorf("of no film: %v", all)
	}
	searched(t, s, -1, 2.5, "ação", "七人", "a")
	searched(t, s, 18, 9.25, "ação", "b")
	searched(t, s, 0, 0, "ação")
	want := map[string]catalog.Term{
		"ação": {Text: "ação", Most: 9.25, Films: 3}, "七人": {Text: "七人", Most: 2.5, Films: 1}, "a": {Text: "a", Most: 2.5, Films: 1}, "b": {Text: "b", Most: 9.25, Films: 1},
	}
	if got := terms(t, s); !reflect.DeepEqual(got, want) {
		t.Errorf("%v\nwant %v", got, want)
	}
	seen := 0
	if err := s.Store.Vocabulary(t.Context(), func(catalog.Term) bool { seen++; return seen < 2 }); err != nil || seen != 2 {
		t.Errorf("stopped after %d: %v", seen, err)
	}
}

func changesAreTold(t *testing.T, s FilmSubject) {
	var films []catalog.Film
	for i := range 6 {
		f := work(epoch)
		f.UpdatedAt = epoch.Add(time.Duration(i/2) * 500 * time.Millisecond)
		f.Popularity = float64(i)
		films = append(films, f)
		if err := s.Store.Create(t.Context(), stored(f, "b", fmt.Sprint("a", i))); err != nil {
			t.Fatal(err)
		}
	}
	type told struct {
		terms      string
		at         time.Time
		popularity float64
	}
	ask := func(since time.Time) map[string]told {
		t.Helper()
		got := map[string]told{}
		err := s.Store.Changed(t.Context(), since, func(id string, at time.Time, terms []string, popularity float64) bool {
			slices.Sort(terms)
			got[id] = told{strings.Join(terms, " "), at, popularity}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for since, n := range map[time.Duration]int{-time.Hour: 6, 0: 6, 1: 6, time.Microsecond: 4, 500 * time.Millisecond: 4, time.Second: 2, time.Hour: 0} {
		if got := ask(epoch.Add(since)); len(got) != n {
			t.Errorf("since %s: %d films, want %d", since, len(got), n)
		}
	}
	f := films[0]
	f.Version, f.UpdatedAt, f.Popularity = 2, epoch.Add(time.Hour), 77
	if err := s.Store.Replace(t.Context(), stored(f, "c")); err != nil {
		t.Fatal(err)
	}
	want := map[string]told{f.ID: {"c", f.UpdatedAt, 77}}
	if got := ask(epoch.Add(time.Minute)); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	seen := 0
	stopped := s.Store.Changed(t.Context(), epoch, func(string, time.Time, []string, float64) bool { seen++; return false })
	if stopped != nil || seen != 1 {
		t.Errorf("stopped after %d: %v", seen, stopped)
	}
}
