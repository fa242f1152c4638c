package catalogtest

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

//go:embed films.psv
var corpus string

// What the queries have to score: the film that is meant among the first so many, how often.
const (
	foundFirst = 3
	foundShare = 0.97
	manyDecoys = 3000
)

// Corpus returns films that there are: what they are called, who made them and when. Their ids are
// always the same.
func Corpus(t testing.TB) []catalog.Film {
	t.Helper()
	var films []catalog.Film
	for i, line := range strings.Split(strings.TrimSpace(corpus), "\n") {
		f := strings.Split(line, "|")
		if len(f) != 8 {
			t.Fatalf("line %d of films.psv has %d fields, not 8: %s", i+1, len(f), line)
		}
		popularity, err := strconv.ParseFloat(f[0], 64)
		if _, bad := strconv.Atoi(f[1]); err != nil || bad != nil {
			t.Fatalf("line %d of films.psv: %s", i+1, line)
		}
		language, original, english, portuguese := f[2], f[3], f[4], f[5]
		if english == "=" {
			english = original
		}
		if portuguese == "=" {
			portuguese = english
			if language == "pt" {
				portuguese = original
			}
		}
		film := catalog.Film{
			ID: fmt.Sprintf("00000000-0000-7000-8000-%012d", i+1), Kind: catalog.Movie, Version: 1,
			OriginalTitle: original, OriginalLanguage: language, Released: f[1],
			Texts:      map[string]catalog.Text{"en": {Title: english}, "pt-BR": {Title: portuguese}},
			Popularity: popularity, CreatedAt: epoch.Add(time.Duration(i) * time.Second), UpdatedAt: epoch.Add(time.Duration(i) * time.Second),
		}
		for _, name := range strings.Split(f[6], ";") {
			film.Directors = append(film.Directors, name)
		}
		for _, name := range strings.Split(f[7], ";") {
			if name != "" {
				film.Cast = append(film.Cast, catalog.Player{Name: name})
			}
		}
		films = append(films, film)
	}
	return films
}

// decoys returns films that there are not, made of the words and names of those that there are:
// what a search confuses in a large catalogue. They are less popular than any film of the corpus.
func decoys(films []catalog.Film, n int) []catalog.Film {
	random := rand.New(rand.NewPCG(1895, 12))
	var words, names []string
	for _, f := range films {
		for _, text := range f.Texts {
			words = append(words, strings.Fields(text.Title)...)
		}
		for _, p := range f.Cast {
			names = append(names, strings.Fields(p.Name)...)
		}
	}
	slices.Sort(words) // maps have no order
	pick := func(list []string, most int) string {
		var picked []string
		for range 1 + random.IntN(most) {
			picked = append(picked, list[random.IntN(len(list))])
		}
		return strings.Join(picked, " ")
	}
	list := make([]catalog.Film, 0, n)
	for i := range n {
		f := catalog.Film{
			ID: fmt.Sprintf("00000000-0000-7000-9000-%012d", i+1), Kind: catalog.Movie, Version: 1,
			Texts:    map[string]catalog.Text{"en": {Title: pick(words, 4)}, "pt-BR": {Title: pick(words, 4)}},
			Released: strconv.Itoa(1920 + random.IntN(105)), Popularity: 45 * random.Float64() * random.Float64(),
			Directors: []string{pick(names, 2)}, CreatedAt: epoch, UpdatedAt: epoch,
		}
		f.OriginalTitle, f.OriginalLanguage = f.Texts["en"].Title, "en"
		for range random.IntN(8) {
			f.Cast = append(f.Cast, catalog.Player{Name: pick(names, 2)})
		}
		list = append(list, f)
	}
	return list
}

// took is how long a query took.
type took struct {
	time  time.Duration
	query string
}

// Queries puts the corpus into an empty store, asks everything in asked through the real search,
// prints how often the film that is meant is among the first three, and fails below 97 %. It
// returns a digest of all orders: every engine has the same.
func Queries(t *testing.T, store catalog.FilmStore) (order string) {
	t.Helper()
	films := Corpus(t)
	var stored []catalog.Stored
	names := map[string]string{} // how films are called in asked, by id
	ids := map[string]string{}
	for _, film := range decoys(films, manyDecoys) {
		stored = append(stored, film.Stored())
		names[film.ID] = film.Texts["en"].Title + " (invented)"
	}
	for _, film := range films {
		stored = append(stored, film.Stored())
		for _, name := range []string{film.Texts["en"].Title, fmt.Sprintf("%s (%d)", film.Texts["en"].Title, film.Year())} {
			if names[film.ID] = name; ids[name] == "" {
				ids[name] = film.ID
			}
		}
	}
	if err := store.Load(t.Context(), stored); err != nil {
		t.Fatalf("load: %v", err)
	}
	finder := catalog.NewFinder(store, catalog.FinderOptions{})
	if err := finder.Load(t.Context()); err != nil {
		t.Fatalf("the vocabulary: %v", err)
	}
	digest := sha256.New()
	var times []took
	var found, all int
	var score strings.Builder
	for _, class := range slices.Sorted(maps.Keys(asked)) {
		good := 0
		for _, q := range asked[class] {
			query, meant := q[0], ids[q[1]]
			if meant == "" {
				t.Errorf("no film of the corpus is called %q", q[1])
				continue
			}
			begun := time.Now()
			list, err := finder.Search(t.Context(), query, catalog.Rating{}, 20)
			if err != nil {
				t.Errorf("%q: %v", query, err)
				continue
			}
			times = append(times, took{time.Since(begun), query})
			fmt.Fprintf(digest, "%q %q\n", query, list)
			if first := list[:min(len(list), foundFirst)]; slices.Contains(first, meant) {
				good++
			} else {
				var got []string
				for _, id := range first {
					got = append(got, names[id])
				}
				t.Logf("%q finds %q, not %s", query, got, q[1])
			}
		}
		found, all = found+good, all+len(asked[class])
		fmt.Fprintf(&score, "\n%4d of %3d  %5.1f %%  %s", good, len(asked[class]), 100*float64(good)/float64(len(asked[class])), class)
	}
	order = hex.EncodeToString(digest.Sum(nil))
	share := float64(found) / float64(all)
	slices.SortFunc(times, func(a, b took) int { return cmp.Compare(b.time, a.time) })
	t.Logf("the film that is meant is among the first %d:%s\n%4d of %3d  %5.1f %%  in all, of %d films; order %s; half within %v, the slowest: %v",
		foundFirst, score.String(), found, all, 100*share, len(stored), order[:16], times[len(times)/2].time, times[:10])
	if share < foundShare {
		t.Errorf("%.1f %% is less than %.0f %%", 100*share, 100*foundShare)
	}
	return order
}
