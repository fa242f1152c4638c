package metadata

import (
	"cmp"
	"maps"
	"slices"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// Merge puts what is said of a film together with what is known of it. What is known stays, for
// an editor may have written it, and what is said fills what is empty; anew lets what is said go
// first. What nobody writes by hand, how popular a film is and what is like it, is always the
// latest. Neither film is changed; the result is as clean as they are.
func Merge(known, said catalog.Film, anew bool) catalog.Film {
	f := known
	first, second := &known, &said
	if anew {
		first, second = second, first
	}
	f.TMDBID = cmp.Or(first.TMDBID, second.TMDBID)
	f.IMDBID = cmp.Or(first.IMDBID, second.IMDBID)
	f.OriginalTitle = cmp.Or(first.OriginalTitle, second.OriginalTitle)
	f.OriginalLanguage = cmp.Or(first.OriginalLanguage, second.OriginalLanguage)
	f.Texts = mergedTexts(known.Texts, said.Texts, anew)
	f.Released = released(first.Released, second.Released)
	f.RuntimeMinutes = cmp.Or(first.RuntimeMinutes, second.RuntimeMinutes)
	f.Genres = given(first.Genres, second.Genres)
	f.Directors = given(first.Directors, second.Directors)
	f.Trailers = given(first.Trailers, second.Trailers)
	f.Collection = cmp.Or(first.Collection, second.Collection)
	f.Cast = players(given(first.Cast, second.Cast), known.Cast, said.Cast)
	f.Maturity = cmp.Or(first.Maturity, second.Maturity)
	if first.Votes > 0 || second.Votes > 0 {
		from := first
		if from.Votes == 0 {
			from = second
		}
		f.Votes, f.VoteMean = from.Votes, from.VoteMean
	}
	f.Popularity = cmp.Or(said.Popularity, known.Popularity)
	f.Similar = given(said.Similar, known.Similar)
	f.Recommended = given(said.Recommended, known.Recommended)
	return f
}

// released is the first, unless the other tells the same time more closely.
func released(first, second string) string {
	if len(second) > len(first) && second[:len(first)] == first {
		return second
	}
	return first
}

func given[T any](first, second []T) []T {
	if len(first) > 0 {
		return first
	}
	return second
}

// mergedTexts merges each language. A title that is another language's word for word stands in
// for one that nobody had (catalog.Clean), and makes way.
func mergedTexts(known, said map[string]catalog.Text, anew bool) map[string]catalog.Text {
	out := maps.Clone(known)
	if out == nil {
		out = map[string]catalog.Text{}
	}
	own := known[catalog.Languages[0]].Title
	for language, s := range said {
		k := out[language]
		if language != catalog.Languages[0] && k.Title == own {
			k.Title = ""
		}
		first, second := k, s
		if anew {
			first, second = s, k
		}
		out[language] = catalog.Text{
			Title:    cmp.Or(first.Title, second.Title, own),
			Overview: cmp.Or(first.Overview, second.Overview),
			Tagline:  cmp.Or(first.Tagline, second.Tagline),
		}
	}
	return out
}

// players lets each have the picture and the part that either film knows of them.
func players(cast, known, said []catalog.Player) []catalog.Player {
	cast = slices.Clone(cast)
	for i := range cast {
		for _, p := range slices.Concat(known, said) {
			if p.Name == cast[i].Name {
				cast[i].Character = cmp.Or(cast[i].Character, p.Character)
				cast[i].Picture = cmp.Or(cast[i].Picture, p.Picture)
			}
		}
	}
	return cast
}
