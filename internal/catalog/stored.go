package catalog

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/catalog/search"
)

// Stored is the film as stores keep it: with what it is listed and found by.
func (f Film) Stored() Stored {
	s := Stored{Film: f, Facets: f.Facets(), Keys: f.Keys()}
	s.Terms, s.Words = search.Describe(f.facts())
	return s
}

// facts are what a film is found by: its titles first in the languages of the house, then in
// others, always in the same order.
func (f Film) facts() search.Facts {
	facts := search.Facts{Crew: f.Directors, Year: f.Year()}
	for _, language := range Languages {
		facts.Titles = append(facts.Titles, f.Texts[language].Title)
	}
	facts.Original = append(facts.Original, f.OriginalTitle)
	for _, language := range slices.Sorted(maps.Keys(f.Texts)) {
		if !slices.Contains(Languages, language) {
			facts.Original = append(facts.Original, f.Texts[language].Title)
		}
	}
	for _, p := range f.Cast {
		facts.Cast = append(facts.Cast, p.Name)
	}
	return facts
}

// Unrated is the age under which stores keep a film that nobody has rated.
const Unrated = -1

// AgeOf is the age under which stores keep a film of this rating.
func AgeOf(r Rating) int {
	if age, given := r.Age(); given {
		return age
	}
	return Unrated
}

// AgesWithin are the ages of the films that a viewer of a limit is shown.
func AgesWithin(limit Rating) []int {
	if _, limited := limit.Age(); limited {
		return limit.UpTo()
	}
	return append([]int{Unrated}, Ages...)
}

// Storable tells texts that every engine keeps from those that some refuse.
func Storable(text string) bool { return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0 }

// TidyTerms returns terms in order, each once, and none that is empty.
func TidyTerms(terms []string) []string {
	terms = slices.Clone(terms)
	slices.Sort(terms)
	return slices.DeleteFunc(slices.Compact(terms), func(term string) bool { return term == "" })
}
