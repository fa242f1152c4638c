package demo

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

func TestAFilmOfManyIsAFunctionOfItsNumber(t *testing.T) {
	for _, n := range []int{0, 7, 999_999} {
		if a, b := (Many{Seed: 1}).Film(n), (Many{Seed: 1}).Film(n); !reflect.DeepEqual(a, b) || a.ID != (Many{Seed: 1}).ID(n) {
			t.Errorf("film %d: %v, then %v", n, a, b)
		}
	}
	if (Many{Seed: 1}).ID(3) == (Many{Seed: 2}).ID(3) || (Many{Seed: 1}).Film(3).OriginalTitle == (Many{Seed: 2}).Film(3).OriginalTitle {
		t.Error("two seeds make one film")
	}
}

func TestManyFilmsAreAsTheCatalogueKeepsThem(t *testing.T) {
	for n := range 3000 {
		f := Many{Seed: 5}.Film(n)
		clean, err := catalog.Clean(f)
		if err != nil {
			t.Fatalf("film %d: %v", n, err)
		}
		clean.ID, clean.Version, clean.Kind, clean.CreatedAt, clean.UpdatedAt = f.ID, f.Version, f.Kind, f.CreatedAt, f.UpdatedAt
		if !reflect.DeepEqual(f.Texts, clean.Texts) || !slices.Equal(f.Genres, clean.Genres) || f.OriginalTitle != clean.OriginalTitle {
			t.Errorf("film %d would be mended:\n%+v\n%+v", n, f, clean)
		}
	}
}

// What is hard about a large catalogue has to be in a load catalogue.
func TestManyFilmsAreSpreadAsFilmsAre(t *testing.T) {
	const n = 20_000
	words, cast, years := map[string]int{}, map[string]int{}, map[int]int{}
	loud, ids := 0, map[string]bool{}
	for i := range n {
		f := Many{Seed: 1}.Film(i)
		ids[f.ID] = true
		for _, w := range strings.Fields(f.OriginalTitle) {
			words[w]++
		}
		for _, p := range f.Cast {
			cast[p.Name]++
		}
		years[f.Year()]++
		if f.Popularity > 10 {
			loud++
		}
	}
	if len(ids) != n {
		t.Errorf("%d ids of %d films", len(ids), n)
	}
	if len(words) < n/4 {
		t.Errorf("only %d words", len(words))
	}
	counts := func(m map[string]int) (list []int) {
		for _, c := range m {
			list = append(list, c)
		}
		slices.Sort(list)
		slices.Reverse(list)
		return list
	}
	if most := counts(words); most[0] < n/30 || most[len(most)/2] > 2 {
		t.Errorf("words do not follow Zipf's law: the most frequent %d times, the middle one %d", most[0], most[len(most)/2])
	}
	if most := counts(cast); most[0] < 100 || most[len(most)/2] > 3 {
		t.Errorf("players: the busiest is in %d films, the middle one in %d", most[0], most[len(most)/2])
	}
	if years[2026] < 10*years[1930]+1 || years[1895]+years[1896]+years[1897]+years[1898] == 0 {
		t.Errorf("years: %d in 2026, %d in 1930", years[2026], years[1930])
	}
	if loud < n/400 || loud > n/20 {
		t.Errorf("%d of %d films are popular", loud, n)
	}
}

func BenchmarkManyFilms(b *testing.B) {
	for i := 0; b.Loop(); i++ {
		_ = Many{Seed: 1}.Film(i).Stored()
	}
}
