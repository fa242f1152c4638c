package catalog

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog/search"
	"github.com/kkmovies/kkmovies/internal/platform/cache"
)

// ReasonCode says why a film is suggested.
type ReasonCode string

const (
	SameCollection  ReasonCode = "collection"
	ByTMDB          ReasonCode = "tmdb"
	SameDirector    ReasonCode = "director"
	SameCast        ReasonCode = "cast"
	WatchedTogether ReasonCode = "watched-together"
	SameGenre       ReasonCode = "genre"
)

// SuggestionReason is why, and what the two films share.
type SuggestionReason struct {
	Code   ReasonCode `json:"code"`
	Names  []string   `json:"names,omitempty"`
	Genres []Genre    `json:"genres,omitempty"`
}

// Suggestion is a film that somebody may like.
type Suggestion struct {
	Shown
	Reason SuggestionReason
}

// link is a suggestion as it is kept.
type link struct {
	ID     string           `json:"id"`
	Reason SuggestionReason `json:"reason"`
}

// way is one of the two ways to come from a film to others.
type way string

const (
	similar     way = "similar"     // films like it
	recommended way = "recommended" // films for who liked it
)

const (
	mostLinks   = 40
	likes       = 7  // stars from which somebody liked a film
	shelfLooked = 60 // films of a genre that are looked through
	namesLooked = 4  // people whose other films are
	genreLooked = 3
)

func linksKey(w way, id string, limit Rating) string { return string(w) + ":" + id + upTo(limit) }

// linksLife is longer than that of pages: what is like a film does not change by the minute.
// Films that are gone, or not for the viewer any more, are left out when it is read.
var linksLife = cache.Keep{Fresh: 30 * time.Minute, Stale: 30 * time.Minute, Within: filmLife.Within}

// Similar lists films like this one.
func (f *Films) Similar(ctx context.Context, limit Rating, id string, most int) ([]Suggestion, error) {
	return f.suggest(ctx, similar, limit, id, most)
}

// Recommended lists films for who liked this one.
func (f *Films) Recommended(ctx context.Context, limit Rating, id string, most int) ([]Suggestion, error) {
	return f.suggest(ctx, recommended, limit, id, most)
}

func (f *Films) suggest(ctx context.Context, w way, limit Rating, id string, most int) ([]Suggestion, error) {
	if _, err := f.Film(ctx, limit, id); err != nil {
		return nil, err
	}
	links, err := f.links(ctx, w, limit, id)
	if err != nil {
		return nil, err
	}
	ids, why := make([]string, len(links)), map[string]SuggestionReason{}
	for i, l := range links {
		ids[i], why[l.ID] = l.ID, l.Reason
	}
	shown, err := f.ShownAll(ctx, limit, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Suggestion, 0, min(most, len(shown)))
	for _, s := range shown[:min(most, len(shown))] {
		out = append(out, Suggestion{s, why[s.ID]})
	}
	return out, nil
}

// links returns what leads from a film to others, worked out once an hour at most.
func (f *Films) links(ctx context.Context, w way, limit Rating, id string) ([]link, error) {
	return cache.Load(ctx, f.Cache, linksKey(w, id, limit), linksLife, func(ctx context.Context) ([]link, error) {
		film, err := f.Film(ctx, limit, id)
		if err != nil {
			return nil, err
		}
		l := linking{f: f, film: film, limit: limit, seen: map[string]bool{id: true}}
		if err := l.known(ctx, w); err != nil {
			return nil, err
		}
		if err := l.weighed(ctx, w); err != nil {
			return nil, err
		}
		return l.links[:min(mostLinks, len(l.links))], nil
	})
}

// linking is the work of finding what leads from one film to others.
type linking struct {
	f     *Films
	film  Film
	limit Rating
	links []link
	seen  map[string]bool
}

func (l *linking) add(id string, why SuggestionReason) {
	if !l.seen[id] {
		l.seen[id] = true
		l.links = append(l.links, link{id, why})
	}
}

// known adds what others have said: the collection, and TMDB.
func (l *linking) known(ctx context.Context, w way) error {
	if c := l.film.Collection; c != nil {
		films, err := l.f.Store.Collected(ctx, c.ID, l.limit)
		if err != nil {
			return err
		}
		for _, film := range films {
			l.add(film.ID, SuggestionReason{Code: SameCollection, Names: []string{c.Name}})
		}
	}
	tmdb := l.film.Similar
	if w == recommended {
		tmdb = l.film.Recommended
	}
	if len(tmdb) == 0 {
		return nil
	}
	there, err := l.f.Store.ByTMDB(ctx, tmdb)
	if err != nil {
		return err
	}
	for _, id := range tmdb {
		if there[id] != "" {
			l.add(there[id], SuggestionReason{Code: ByTMDB})
		}
	}
	return nil
}

// weighed adds the others by what they share with the film.
func (l *linking) weighed(ctx context.Context, w way) error {
	together := map[string]int{}
	if w == recommended {
		list, err := l.f.Opinions.Together(ctx, l.film.ID, mostLinks)
		if err != nil {
			return err
		}
		for _, t := range list {
			together[t.FilmID] = t.By
		}
	}
	films, err := l.looked(ctx, together)
	if err != nil {
		return err
	}
	type weighed struct {
		link
		weight float64
	}
	var list []weighed
	for _, film := range films {
		if why, weight := l.shared(film, together[film.ID]); weight > 0 {
			list = append(list, weighed{link{film.ID, why}, weight})
		}
	}
	slices.SortFunc(list, func(a, b weighed) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.ID, b.ID))
	})
	for _, one := range list {
		l.add(one.ID, one.Reason)
	}
	return nil
}

// looked returns the films that may share something: those seen together with it, those its
// people are found by, and the most popular of its genres.
func (l *linking) looked(ctx context.Context, together map[string]int) ([]Film, error) {
	var ids []string
	for id := range together {
		ids = append(ids, id)
	}
	people := slices.Clone(l.film.Directors[:min(1, len(l.film.Directors))])
	for _, p := range l.film.Cast[:min(namesLooked-1, len(l.film.Cast))] {
		people = append(people, p.Name)
	}
	for _, name := range people {
		found, err := l.f.holding(ctx, l.limit, search.Facts{Cast: []string{name}}, rowFilms)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	films, err := l.f.Store.Films(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	for _, g := range l.film.Genres[:min(genreLooked, len(l.film.Genres))] {
		list, err := l.f.Store.List(ctx, Shelf{List: Popular, Genre: g.ID, Limit: l.limit, Most: shelfLooked})
		if err != nil {
			return nil, err
		}
		films = append(films, list...)
	}
	seen, kept := map[string]bool{}, films[:0]
	for _, film := range films {
		if !seen[film.ID] && !l.seen[film.ID] && film.Maturity.Within(l.limit) {
			seen[film.ID] = true
			kept = append(kept, film)
		}
	}
	return kept, nil
}

// shared weighs what two films share. The reason is what weighs most.
func (l *linking) shared(film Film, together int) (why SuggestionReason, weight float64) {
	best := 0.0
	add := func(w float64, reason SuggestionReason) {
		if weight += w; w > best {
			best, why = w, reason
		}
	}
	if names := sharedNames(l.film.Directors, film.Directors); len(names) > 0 {
		add(3, SuggestionReason{Code: SameDirector, Names: names})
	}
	if names := sharedNames(castNames(l.film), castNames(film)); len(names) > 0 {
		add(1.5*math.Sqrt(float64(len(names))), SuggestionReason{Code: SameCast, Names: names[:min(3, len(names))]})
	}
	if together > 0 {
		add(2*math.Log2(1+float64(together)), SuggestionReason{Code: WatchedTogether})
	}
	var genres []Genre
	for _, g := range l.film.Genres {
		if slices.ContainsFunc(film.Genres, func(o Genre) bool { return o.ID == g.ID }) {
			genres = append(genres, g)
		}
	}
	if len(genres) > 0 {
		either := len(l.film.Genres) + len(film.Genres) - len(genres)
		add(2*float64(len(genres))/float64(either), SuggestionReason{Code: SameGenre, Genres: genres})
	}
	if weight > 0 { // among equals the one that more like
		weight += 0.1 * math.Log10(1+film.Popularity)
	}
	return why, weight
}

// castLooked is how many of a cast count: further down, names are many and say little.
const castLooked = 12

func castNames(f Film) (names []string) {
	for _, p := range f.Cast[:min(castLooked, len(f.Cast))] {
		names = append(names, p.Name)
	}
	return names
}

func sharedNames(a, b []string) (both []string) {
	for _, name := range a {
		if slices.Contains(b, name) {
			both = append(both, name)
		}
	}
	return both
}
