package sqlstore

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// madeUp is a catalogue of any size: its words are as often as words are (Zipf), and so are
// its people; most films are little known.
type madeUp struct {
	chance *rand.Rand
	words  *rand.Zipf
	people *rand.Zipf
}

func newMadeUp() *madeUp {
	chance := rand.New(rand.NewPCG(7, 7))
	return &madeUp{chance, rand.NewZipf(chance, 1.05, 20, 60_000), rand.NewZipf(chance, 1.02, 50, 40_000)}
}

// syllables makes a number a word, always the same.
func syllables(n uint64) string {
	var s strings.Builder
	for n = n*2 + 1; n > 0; n /= 60 {
		s.WriteByte("bcdfglmnprst"[n%12])
		s.WriteByte("aeiou"[n%60/12])
	}
	return s.String()
}

func (m *madeUp) title() string {
	words := make([]string, 1+m.chance.IntN(4))
	for i := range words {
		words[i] = syllables(m.words.Uint64())
	}
	return strings.Join(words, " ")
}

func (m *madeUp) person() string {
	n := m.people.Uint64()
	return syllables(n%3000+100_000) + " " + syllables(n+200_000)
}

func (m *madeUp) film(i int) catalog.Film {
	overview := strings.Repeat("Somebody leaves, and somebody else comes back. ", 7)
	f := catalog.Film{
		ID: uuid.Must(uuid.NewV7()).String(), Kind: catalog.Movie, Version: 1, TMDBID: int64(i + 1), OriginalLanguage: "en",
		Texts:    map[string]catalog.Text{"en": {Title: m.title(), Overview: overview}, "pt-BR": {Title: m.title(), Overview: overview}},
		Released: fmt.Sprintf("%d-07-16", 2025-int(math.Abs(m.chance.NormFloat64())*25)), RuntimeMinutes: 100,
		Votes: m.chance.IntN(2000), VoteMean: 4 + 5*m.chance.Float64(), Popularity: math.Exp(m.chance.NormFloat64() * 2),
		Poster:    catalog.Picture{Key: "films/poster", Widths: []int{160, 320, 640}, BlurHash: "LEHV6nWB2yk8pyo0adR*.7kCMdnj"},
		CreatedAt: time.Unix(1_700_000_000+int64(i), 0), UpdatedAt: time.Unix(1_700_000_000+int64(i), 0),
	}
	f.OriginalTitle = f.Texts["en"].Title
	f.Trend = catalog.TrendOfUnwatched(f.Popularity)
	genres := []int64{28, 12, 16, 35, 80, 99, 18, 10751, 14, 36, 27}
	for _, g := range m.chance.Perm(len(genres))[:1+m.chance.IntN(3)] {
		f.Genres = append(f.Genres, catalog.Genre{ID: genres[g], Name: "Genre"})
	}
	for range 3 + m.chance.IntN(8) {
		f.Cast = append(f.Cast, catalog.Player{Name: m.person(), Character: "Somebody", Picture: "people/face"})
	}
	f.Directors = []string{m.person()}
	if age := m.chance.IntN(7); age < len(catalog.Ages) {
		f.Maturity, _ = catalog.RatingOf(catalog.Ages[age])
	}
	return f
}

// KK_BENCH_FILMS is of how many films the catalogue of the benchmarks is.
func benchFilms(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("KK_BENCH_FILMS"))
	if err != nil {
		return 100_000
	}
	return n
}

// fillFilms loads n films, and returns every hundredth of them.
func fillFilms(t testing.TB, d *DB, n int) (some []catalog.Film) {
	t.Helper()
	m := newMadeUp()
	var list []catalog.Stored
	for i := range n {
		f := m.film(i)
		if i%100 == 0 {
			some = append(some, f)
		}
		if list = append(list, f.Stored()); len(list) == 10_000 || i == n-1 {
			if err := d.Films().Load(context.Background(), list); err != nil {
				t.Fatal(err)
			}
			list = list[:0]
		}
	}
	return some
}

// worked is the time this process had of the processors: what a measure says on a machine that
// others use too. A server of its own, as PostgreSQL is, is not in it.
func worked() time.Duration {
	var of syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &of)
	return time.Duration(of.Utime.Nano() + of.Stime.Nano())
}

// measured reports how long the slowest of a hundred takes.
func measured(b *testing.B, do func(i int)) {
	var took []time.Duration
	before := worked()
	defer func() { b.ReportMetric(float64((worked() - before).Microseconds())/1000/float64(b.N), "cpu-ms/op") }()
	for i := 0; b.Loop(); i++ {
		begun := time.Now()
		do(i)
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*50/100].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

func BenchmarkFilms(b *testing.B) {
	n := benchFilms(b)
	for _, e := range testEngines[:2] {
		b.Run(e.name, func(b *testing.B) {
			d := open(b, e.migrated(b))
			begun, before := time.Now(), worked()
			some := fillFilms(b, d, n)
			fmt.Printf("%d films loaded into %s in %s, %s of it on a processor here\n", n, e.name, time.Since(begun).Round(time.Millisecond), (worked() - before).Round(time.Millisecond))
			if isPostgres := e.name != "SQLite"; isPostgres {
				run(b, d, `ANALYZE films`)
				run(b, d, `ANALYZE film_facets`)
				run(b, d, `ANALYZE film_terms`)
			}
			child, _ := catalog.RatingOf(12)
			chance := rand.New(rand.NewPCG(1, 2))
			s, ctx := d.Films(), context.Background()
			for name, shelf := range map[string]func(f catalog.Film) catalog.Shelf{
				"list/first": func(catalog.Film) catalog.Shelf { return catalog.Shelf{List: catalog.Popular} },
				"list/deep": func(f catalog.Film) catalog.Shelf {
					return catalog.Shelf{List: catalog.Popular, After: &catalog.Place{Key: f.Popularity, ID: f.ID}}
				},
				"list/child/deep": func(f catalog.Film) catalog.Shelf {
					return catalog.Shelf{List: catalog.Popular, Limit: child, After: &catalog.Place{Key: f.Popularity, ID: f.ID}}
				},
				"list/genre/year": func(f catalog.Film) catalog.Shelf {
					return catalog.Shelf{List: catalog.TopRated, Genre: f.Genres[0].ID, Year: f.Year()}
				},
			} {
				b.Run(name, func(b *testing.B) {
					measured(b, func(int) {
						shelf := shelf(some[chance.IntN(len(some))])
						shelf.Most = 20
						if _, err := s.List(ctx, shelf); err != nil {
							b.Fatal(err)
						}
					})
				})
			}
			words := func(f catalog.Film) []string { return strings.Fields(f.Texts["en"].Title) }
			for name, groups := range map[string]func(f catalog.Film) [][]string{
				"search/word":   func(f catalog.Film) [][]string { return [][]string{words(f)[:1]} },
				"search/common": func(catalog.Film) [][]string { return [][]string{{syllables(uint64(chance.IntN(5)))}} },
				"search/title": func(f catalog.Film) (groups [][]string) {
					for _, w := range words(f) {
						groups = append(groups, []string{w})
					}
					return groups
				},
				"search/two common": func(catalog.Film) [][]string {
					return [][]string{{syllables(uint64(chance.IntN(30)))}, {syllables(uint64(chance.IntN(30)))}}
				},
				"search/prefix": func(f catalog.Film) [][]string { // 40 words that a beginning may go on to
					var group []string
					for range 40 {
						group = append(group, words(some[chance.IntN(len(some))])[0])
					}
					return [][]string{group}
				},
				"search/word and prefix": func(f catalog.Film) [][]string {
					var group []string
					for range 40 {
						group = append(group, words(some[chance.IntN(len(some))])[0])
					}
					return [][]string{words(f)[:1], group}
				},
			} {
				b.Run(name, func(b *testing.B) {
					measured(b, func(int) {
						if _, err := s.Search(ctx, catalog.Wanted{Groups: groups(some[chance.IntN(len(some))]), Most: 200}); err != nil {
							b.Fatal(err)
						}
					})
				})
			}
		})
	}
}
