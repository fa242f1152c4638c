package catalog

import (
	"math"
	"strconv"
	"time"
)

// facetYears is how many years a facet tells apart.
const facetYears = 10_000

// FacetOf names the films of a genre (0: of all) in a year (0: in any).
func FacetOf(genre int64, year int) Facet { return Facet(genre*facetYears + int64(year)) }

// Facets lists every facet a film is in.
func (f Film) Facets() []Facet {
	facets := []Facet{FacetOf(0, 0)}
	year := f.Year()
	if year > 0 {
		facets = append(facets, FacetOf(0, year))
	}
	for _, g := range f.Genres {
		facets = append(facets, FacetOf(g.ID, 0))
		if year > 0 {
			facets = append(facets, FacetOf(g.ID, year))
		}
	}
	return facets
}

// Keys are what a film is ordered by in each list.
func (f Film) Keys() map[List]float64 {
	return map[List]float64{
		Trending: f.Trend,
		Popular:  f.Popularity,
		New:      float64(f.CreatedAt.UnixMicro()),
		TopRated: f.Standing(),
	}
}

// What a film is thought of before anybody has voted, and how many votes that is worth.
const (
	voteMeanOfAll = 6.5
	votesOfDoubt  = 150
)

// Standing is the mean of a film's votes, drawn to that of all films while they are few, so
// that one vote of ten makes no best film: the Bayesian average.
func (f Film) Standing() float64 {
	votes, mean := f.Rated()
	return (mean*float64(votes) + voteMeanOfAll*votesOfDoubt) / float64(votes+votesOfDoubt)
}

// trendHalfLife is the time after which having been watched counts half as much.
const trendHalfLife = 3 * 24 * time.Hour

// Watched returns the trend of a film that was watched once more at a time. It is the
// logarithm, to base 2, of the number of times, each weighed by 2^(at/half-life): an order
// that passing time does not change, so nothing is written while nobody watches (forward
// decay: Cormode, Shkapenyuk, Srivastava, Xu, ICDE 2009).
func Watched(trend float64, at time.Time) float64 {
	return AddTrends(trend, float64(at.Unix())/trendHalfLife.Seconds())
}

// AddTrends returns the trend of a film that was watched as often as both say.
func AddTrends(a, b float64) float64 {
	high, low := max(a, b), min(a, b)
	return high + math.Log2(1+math.Exp2(low-high))
}

// never is the trend of what nobody watched, before anything is added to it.
var never = math.Inf(-1)

// TrendOfUnwatched orders films nobody has watched, after all that somebody has.
func TrendOfUnwatched(popularity float64) float64 { return math.Log2(1 + max(0, popularity)) }

// yearOf reads the year of a date as Film.Released has it.
func yearOf(released string) int {
	if len(released) < 4 {
		return 0
	}
	year, err := strconv.Atoi(released[:4])
	if err != nil || year < 1 {
		return 0
	}
	return year
}
