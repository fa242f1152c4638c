package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// MostFilms is how many films a load catalogue has at most.
const MostFilms = 1_000_000

// Many is a load catalogue: as many plausible films as anybody wants, each a function of its
// number and of the seed alone. What makes a large catalogue hard is in it as it is in real
// ones: few words in very many titles and very many words in few, people who play in hundreds
// of films and people who play in one, most films of this century, and a few that everybody
// has heard of.
type Many struct{ Seed uint64 }

// ID is that of the n-th film: a UUIDv7 as if the films had come one a second.
func (m Many) ID(n int) string { return idOf(fmt.Sprintf("many:%d:%d", m.Seed, n), m.added(n)) }

func (m Many) added(n int) time.Time { return addedFirst.Add(-time.Duration(n) * time.Second) }

// Film returns the n-th film, from 0.
func (m Many) Film(n int) catalog.Film {
	r := rand.New(rand.NewPCG(m.Seed, uint64(n)))
	spoken := tongues[pick(r, tongueShares)]
	f := catalog.Film{
		ID: m.ID(n), Kind: catalog.Movie, Version: 1,
		OriginalLanguage: spoken.code, OriginalTitle: spoken.title(r),
		RuntimeMinutes: 62 + int(38*(r.Float64()+r.Float64()+r.Float64())),
		CreatedAt:      m.added(n), UpdatedAt: m.added(n),
	}
	// Cinema began in 1895, and every decade has made more of it.
	year := 2026 - int(131*math.Pow(r.Float64(), 2.4))
	f.Released = fmt.Sprintf("%04d-%02d-%02d", year, 1+r.IntN(12), 1+r.IntN(28))

	f.Texts = map[string]catalog.Text{}
	for _, told := range []tongue{english, portuguese} {
		text := catalog.Text{Title: f.OriginalTitle, Overview: told.prose(r, 2+r.IntN(3)), Tagline: told.sentence(r, 3+r.IntN(4))}
		if told.code != spoken.code && r.Float64() < 0.8 { // some are shown under their own title everywhere
			text.Title = told.title(r)
		}
		f.Texts[told.code] = text
	}
	for range 1 + pick(r, []float64{0.35, 0.40, 0.25}) {
		g := genres[pick(r, genreShares)]
		if !has(f.Genres, g) {
			f.Genres = append(f.Genres, g)
		}
	}
	for range 3 + r.IntN(6) {
		f.Cast = append(f.Cast, catalog.Player{Name: person(m.Seed, rank(r, people)), Character: given[r.IntN(len(given))]})
	}
	f.Directors = []string{person(m.Seed, rank(r, people/8))}
	if r.Float64() < 0.9 {
		f.Maturity, _ = catalog.RatingOf(catalog.Ages[r.IntN(len(catalog.Ages))]) // an age of the list: cannot fail
	}
	// A power law: of ten films one is ten times as popular as the rest.
	f.Popularity = math.Round(1000*min(0.4*math.Pow(1-r.Float64(), -0.62), 2500)) / 1000
	f.Votes = int(f.Popularity * f.Popularity * (1 + 9*r.Float64()))
	f.VoteMean = math.Round(10*max(1, min(6.3+r.NormFloat64(), 9.6))) / 10
	f.Trend = catalog.TrendOfUnwatched(f.Popularity)
	return f
}

// people is how many there are in all films together.
const people = 300_000

// rank draws one of n by Zipf's law: the second half as often as the first.
func rank(r *rand.Rand, n int) int { return int(math.Exp(r.Float64()*math.Log(float64(n)))) - 1 }

// pick draws one by its share; the shares sum to 1.
func pick(r *rand.Rand, shares []float64) int {
	x := r.Float64()
	for i, share := range shares {
		if x -= share; x < 0 {
			return i
		}
	}
	return len(shares) - 1
}

func has(list []catalog.Genre, g catalog.Genre) bool {
	for _, other := range list {
		if other == g {
			return true
		}
	}
	return false
}

var (
	genres      = genresOf("Drama, Comedy, Documentary, Romance, Action, Thriller, Horror, Animation, Family, Crime, Adventure, Science Fiction, Music, Fantasy, Mystery, History, War, TV Movie, Western")
	genreShares = []float64{0.24, 0.15, 0.13, 0.07, 0.06, 0.05, 0.05, 0.04, 0.04, 0.03, 0.03, 0.02, 0.02, 0.02, 0.01, 0.01, 0.01, 0.01, 0.01}
)

func genresOf(names string) (list []catalog.Genre) {
	for name := range strings.SplitSeq(names, ", ") {
		list = append(list, catalog.GenreOf(name))
	}
	return list
}

// person is the name of the k-th, who has it in every film.
func person(seed uint64, k int) string {
	r := rand.New(rand.NewPCG(seed^0x70656f706c65, uint64(k)))
	t := tongues[pick(r, tongueShares)%5] // names in Latin letters
	name := given[r.IntN(len(given))]
	if r.Float64() < 0.2 {
		name += " " + given[r.IntN(len(given))]
	}
	if r.Float64() < 0.35 {
		return name + " " + surnames[r.IntN(len(surnames))]
	}
	return name + " " + capital(t.invent(r.IntN(60_000)))
}
