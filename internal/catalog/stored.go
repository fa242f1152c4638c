package catalog

import (
	"maps"
	"slices"

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
