package search

import (
	"slices"
	"strconv"
	"strings"
)

// What it counts where in a film a word is found.
var fields = map[byte]float64{titleLine: 1, originalLine: 0.97, castLine: 0.8, crewLine: 0.8, yearLine: 0.9}

// What it counts besides.
const (
	wholeBonus    = 0.30 // the query is the title
	nearlyBonus   = 0.20 // but for words like "the"
	togetherBonus = 0.10 // all words are in one title or name
	orderBonus    = 0.10 // and follow each other
	commonWeight  = 0.2  // of a word that tells no films apart
	aloneYear     = 0.6  // of a year that is all of the query: it is rather a title
	nextYear      = 0.5  // of a film of the year before or after: premieres differ
)

// steps is how finely films are told apart; within a step the more popular comes first.
const steps = 50

// hit is how a word of the query was found in a line.
type hit struct {
	quality  float64
	at, span int
}

// Match is how well a film answers, given its words: more is better.
func (s *Search) Match(words string) int {
	query := s.query.words
	var best [MaxWords]float64
	var found [MaxWords]hit
	hits := found[:len(query)]
	bonus := 0.0
	for line := range strings.SplitSeq(words, "\n") {
		if line == "" {
			continue
		}
		kind, folded := line[0], line[1:]
		if kind == yearLine {
			s.matchYear(best[:], folded)
			continue
		}
		list, places := appendTokens(s.list[:0], folded)
		s.list = list
		clear(hits)
		if !s.find(hits, list) {
			continue
		}
		field := fields[kind]
		for i, h := range hits {
			best[i] = max(best[i], h.quality*field)
		}
		bonus = max(bonus, field*s.bonus(hits, list, places, kind == titleLine || kind == originalLine))
	}
	sum, all := 0.0, 0.0
	for i, w := range query {
		weight := 1.0
		if w.common {
			weight = commonWeight
		}
		sum, all = sum+weight*best[i], all+weight
	}
	if all == 0 {
		return 0
	}
	return int((sum/all+bonus)*steps + 0.5)
}

func (s *Search) matchYear(best []float64, text string) {
	year, err := strconv.Atoi(text)
	if err != nil {
		return
	}
	field := fields[yearLine]
	if len(s.query.words) == 1 {
		field = aloneYear
	}
	for i, w := range s.query.words {
		switch {
		case w.year == 0 && w.typing && len(w.text) == 3 && strings.HasPrefix(text, w.text):
			best[i] = max(best[i], asBegun*field)
		case w.year == year:
			best[i] = max(best[i], field)
		case w.year == year-1 || w.year == year+1:
			best[i] = max(best[i], nextYear*field)
		}
	}
}

// find looks for the words of the query among those of a line.
func (s *Search) find(hits []hit, list []token) (any bool) {
	note := func(word int, quality float64, t token) {
		if quality > hits[word].quality {
			hits[word] = hit{quality, t.at, t.span}
			any = true
		}
	}
	last := len(s.query.words) - 1
	for _, t := range list {
		for _, m := range s.meanings[t.text] {
			note(m.word, m.quality, t)
		}
		if last >= 0 && s.query.words[last].typing && strings.HasPrefix(t.text, s.query.words[last].raw) {
			note(last, asBegun, t)
		}
	}
	return any
}

// bonus is for words that are found together, as they were typed.
func (s *Search) bonus(hits []hit, list []token, places int, isTitle bool) float64 {
	query := s.query.words
	s.marks = append(s.marks[:0], make([]bool, 2*places)...)
	covered, common := s.marks[:places], s.marks[places:]
	for _, t := range list {
		if t.main {
			common[t.at] = isCommon(t.text)
		}
	}
	found, exact, telling, following := 0, 0, 0, 0
	var before *hit
	for i := range hits {
		h := &hits[i]
		if h.quality == 0 {
			continue
		}
		found++
		if !query[i].common {
			telling++
		}
		if h.quality >= asJoined {
			exact++
			for at := h.at; at < h.at+h.span; at++ {
				covered[at] = true
			}
		}
		if before != nil && follows(*before, *h, common) {
			following++
		}
		before = h
	}
	sum := 0.0
	if len(query) > 1 {
		sum += orderBonus * float64(following) / float64(len(query)-1)
		if found == len(query) {
			sum += togetherBonus
		}
	}
	if !isTitle {
		return sum
	}
	if following != found-1 || exact != found || telling != s.tellingWords() {
		return sum
	}
	whole, nearly := found == len(query), telling > 0
	for at := range covered {
		whole = whole && covered[at]
		nearly = nearly && (covered[at] || common[at])
	}
	switch {
	case whole:
		sum += wholeBonus
	case nearly:
		sum += nearlyBonus
	}
	return sum
}

// follows reports whether a word stands after another with none between that tells films apart.
// Two words of the query that were found as one follow each other.
func follows(a, b hit, common []bool) bool {
	if a.at == b.at && a.span == b.span {
		return true
	}
	end := a.at + a.span
	return b.at >= end && !slices.Contains(common[end:b.at], false)
}

func (s *Search) tellingWords() (n int) {
	for _, w := range s.query.words {
		if !w.common {
			n++
		}
	}
	return n
}
