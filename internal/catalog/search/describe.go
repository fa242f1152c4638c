// Package search owns how a film is found by what somebody types: what words a text is made of,
// which words of the vocabulary somebody may have meant, and how well a film answers. It is pure:
// it knows no store and, of KKMovies, imports only fault.
//
// A film is described once, when it is stored: by terms, which a store finds by equality alone,
// and by words, from which its answer to a query is ranked without reading the film. So every
// engine answers alike (docs/decisions/0019).
package search

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Facts are what a film is found by.
type Facts struct {
	Titles   []string // in the languages of the viewers
	Original []string // in others
	Cast     []string // in order of billing
	Crew     []string // directors
	Year     int      // 0 when nobody knows
}

// How much of a film is found. What is beyond is rather wrong than missed.
const (
	maxText   = 500 // bytes of a title or a name
	maxTitles = 16
	maxPeople = 24 // of the cast, in order of billing
	maxCrew   = 6
	maxTerms  = 256
)

// Describe returns the terms a film is found by, in order, and its words.
func Describe(f Facts) (terms []string, words string) {
	var lines []string
	seen := map[string]bool{}
	add := func(kind byte, texts []string, most int) {
		for _, text := range texts[:min(len(texts), most)] {
			folded := fold(shorten(text))
			if line := string(kind) + folded; folded != "" && !seen[folded] {
				seen[folded] = true
				lines = append(lines, line)
			}
		}
	}
	add(titleLine, f.Titles, maxTitles)
	add(originalLine, f.Original, maxTitles)
	clear(seen) // a film may be called as who plays in it
	add(castLine, f.Cast, maxPeople)
	add(crewLine, f.Crew, maxCrew)
	if f.Year > 0 {
		lines = append(lines, string(yearLine)+strconv.Itoa(f.Year))
	}
	for _, line := range lines {
		kind, folded := line[0], line[1:]
		list, _ := tokens(folded)
		for _, t := range list {
			terms = append(terms, t.text)
		}
		if kind == titleLine || kind == originalLine {
			if term := whole(folded); term != "" {
				terms = append(terms, term)
			}
		}
	}
	terms = terms[:min(len(terms), maxTerms)] // titles come first
	slices.Sort(terms)
	return slices.Compact(terms), strings.Join(lines, "\n")
}

// shorten cuts a text between two letters.
func shorten(text string) string {
	if len(text) <= maxText {
		return text
	}
	end := maxText
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// Kinds of line that Words are made of.
const (
	titleLine    = 't'
	originalLine = 'o'
	castLine     = 'c'
	crewLine     = 'd'
	yearLine     = 'y'
)
