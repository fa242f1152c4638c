package search

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// How much is asked of a store at once.
const (
	maxGroups      = 6  // words a film is required to hold; the others only rank
	maxCompletions = 64 // words one that is being typed may become
	maxGuesses     = 16 // words one may have been meant for, of each nearness
	maxPlans       = 6  // questions of one kind

	fewTerms = 4    // a group of so few is always asked for
	maxLooks = 2000 // into an index, for groups of more

	// mostTerms is what all these come to for one word, with its aliases.
	mostTerms = 8 + maxCompletions + 2*mostEdits*maxGuesses
)

// Plan is a question to a store: which films hold at least one term of each group? The first group
// is the rarest.
type Plan [][]string

// Search is a query on its way to an answer: it asks the store in steps, from what was typed to
// what may have been meant, and ranks what is found by all that it asked for. It is not for use
// by many at once.
type Search struct {
	query      Query
	vocabulary *Vocabulary // nil while it is being loaded: then only what was typed is found
	meanings   map[string][]meaning

	list  []token // memory that Match reuses
	marks []bool
}

// meaning says that a term stands for a word of the query, and how well.
type meaning struct {
	word    int
	quality float64
}

// group is what one word of a query may be in a film.
type group struct {
	word  int
	terms []string
	films int
	more  bool // it goes on in more ways than are asked for
}

// How well a word of a film answers one of a query.
const (
	exactly  = 1.0
	asAlias  = 0.95
	asJoined = 0.9
	asBegun  = 0.85
)

var (
	asMistyped      = [mostEdits + 1]float64{asBegun, 0.7, 0.5}
	asMistypedBegun = [mostEdits + 1]float64{asBegun, 0.55, 0.4}
)

// New begins a search. Without a vocabulary words are neither completed nor corrected.
func New(q Query, v *Vocabulary) *Search {
	return &Search{query: q, vocabulary: v, meanings: map[string][]meaning{}}
}

// Whole asks for films whose title is all of the query: the only way to those made of words that
// stand in thousands.
func (s *Search) Whole() []Plan {
	if s.query.whole == "" {
		return nil
	}
	return []Plan{{{s.query.whole}}}
}

// Typed asks for films that hold every word as it was typed, the last perhaps only begun.
func (s *Search) Typed() []Plan {
	var groups []group
	var last *group
	for i := range s.query.words {
		g := s.typed(i)
		groups = append(groups, g)
		last = &groups[i]
	}
	needed := s.needed(groups)
	if slices.ContainsFunc(needed, func(g group) bool { return len(g.terms) == 0 }) {
		return nil // a word that no film holds
	}
	plans := planOf(needed)
	if last != nil && last.more && len(needed) > 1 {
		// It begins more words than are asked for. Those that hold the others are ranked by it.
		rest := planOf(slices.DeleteFunc(slices.Clone(needed), func(g group) bool { return g.word == last.word }))
		if !slices.EqualFunc(plans[0], rest[0], slices.Equal) {
			plans = append(plans, rest...)
		}
	}
	return plans
}

// Mistyped asks for films that hold words near to those typed: with mistakes made good, put
// together or taken apart. What nobody knows is not asked for where there is something else.
func (s *Search) Mistyped() []Plan {
	if s.vocabulary == nil {
		return nil
	}
	groups := s.mistyped()
	plans := planOf(s.known(groups))
	for i, w := range s.query.words[:min(len(s.query.words), maxPlans)] {
		if i > 0 && !w.script && !s.query.words[i-1].script {
			plans = append(plans, s.joined(groups, i)...)
		}
		if _, known := s.vocabulary.Term(w.text); !known && !w.script {
			plans = append(plans, s.parted(groups, i)...)
		}
	}
	return plans
}

// Partly asks for films that hold all words but one.
func (s *Search) Partly() (plans []Plan) {
	if s.vocabulary == nil {
		return nil
	}
	known := s.known(s.mistyped())
	if len(known) < 2 {
		return nil
	}
	for i := range known[:min(len(known), maxPlans)] {
		plans = append(plans, planOf(slices.Delete(slices.Clone(known), i, i+1))...)
	}
	return plans
}

// Held is how many films hold one of these terms, each counted as often as it holds one; of terms
// that the vocabulary does not know, none.
func (s *Search) Held(terms []string) (films int) {
	if s.vocabulary == nil {
		return 0
	}
	for _, text := range terms {
		t, _ := s.vocabulary.Term(text)
		films += t.Films
	}
	return films
}

// typed is what a word of the query is in a film as it was typed.
func (s *Search) typed(i int) group {
	w := s.query.words[i]
	g := group{word: i}
	s.add(&g, w.text, exactly)
	for _, alias := range aliases[w.text] {
		s.add(&g, alias, asAlias)
	}
	if s.vocabulary == nil || !w.typing || w.script && utf8.RuneCountInString(w.text) > 1 {
		return g
	}
	// Of few letters the most popular words are enough: what else they begin is typed on.
	list, more := s.vocabulary.Complete(w.raw, min(8+16*utf8.RuneCountInString(w.raw), maxCompletions))
	g.more = more
	for _, t := range list {
		g.take(t)
	}
	return g
}

// mistyped is what the words of the query may be in a film.
func (s *Search) mistyped() (groups []group) {
	for i, w := range s.query.words {
		g := s.typed(i)
		if edits := editsOf(w); edits > 0 {
			for _, guess := range s.vocabulary.Guesses(w.raw, edits, w.typing, maxGuesses) {
				if guess.Edits > 0 {
					g.take(guess.Term)
					quality := asMistyped[guess.Edits]
					if guess.Begun {
						quality = asMistypedBegun[guess.Edits]
					}
					s.mean(guess.Text, i, quality)
				}
			}
		}
		groups = append(groups, g)
	}
	return groups
}

// editsOf is how many mistakes a word may have: one from four letters, two from eight. A number
// is another number.
func editsOf(w word) int {
	letters := 0
	digits := true
	for _, r := range w.raw {
		letters++
		digits = digits && '0' <= r && r <= '9'
	}
	switch {
	case digits, w.script, letters < 4:
		return 0
	case letters < 8:
		return 1
	}
	return mostEdits
}

// joined asks for a word and the one before it as one: "bat man".
func (s *Search) joined(groups []group, i int) []Plan {
	one, known := s.vocabulary.Term(s.query.words[i-1].text + s.query.words[i].text)
	if !known {
		return nil
	}
	s.mean(one.Text, i-1, asJoined)
	s.mean(one.Text, i, asJoined)
	whole := group{word: i}
	whole.take(one)
	return planOf(s.instead(groups, i-1, i, whole))
}

// parted asks for a word as two: "starwars". Of all the places to part it the one is taken whose
// rarer half is known best.
func (s *Search) parted(groups []group, i int) []Plan {
	const shortest = 3
	w := s.query.words[i]
	var first, second group
	best := -1.0
	for at := range w.text {
		if utf8.RuneCountInString(w.text[:at]) < shortest || utf8.RuneCountInString(w.text[at:]) < shortest {
			continue
		}
		left, known := s.vocabulary.Term(w.text[:at])
		if !known {
			continue
		}
		var rights []Term
		if right, known := s.vocabulary.Term(w.text[at:]); known {
			rights = []Term{right}
		} else if w.typing {
			rights, _ = s.vocabulary.Complete(w.text[at:], maxGuesses)
		}
		if len(rights) == 0 || min(left.Most, rights[0].Most) <= best {
			continue
		}
		best = min(left.Most, rights[0].Most)
		first, second = group{word: i}, group{word: i}
		first.take(left)
		for _, t := range rights {
			second.take(t)
		}
	}
	if best < 0 {
		return nil
	}
	for _, text := range slices.Concat(first.terms, second.terms) {
		s.mean(text, i, asBegun)
	}
	return planOf(s.instead(groups, i, i, first, second))
}

// instead puts groups in the place of those of the words from first to last.
func (s *Search) instead(groups []group, first, last int, others ...group) []group {
	rest := slices.Clone(groups)
	rest = slices.DeleteFunc(rest, func(g group) bool {
		return g.word >= first && g.word <= last || s.query.words[g.word].common || len(g.terms) == 0
	})
	return append(rest, others...)
}

// needed leaves out words that tell no films apart, where others do. Where none does, the rarest
// has to do: many films hold each, and few hold all.
func (s *Search) needed(groups []group) []group {
	telling := slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return s.query.words[g.word].common })
	if len(telling) > 0 {
		return telling
	}
	held := slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return len(g.terms) == 0 })
	if len(held) == 0 {
		return groups
	}
	return []group{slices.MinFunc(held, func(a, b group) int { return cmp.Compare(a.films, b.films) })}
}

// known leaves out words besides that no film holds.
func (s *Search) known(groups []group) []group {
	return slices.DeleteFunc(slices.Clone(s.needed(groups)), func(g group) bool { return len(g.terms) == 0 })
}

// planOf asks for the rarest groups, the rarest first; for nothing where there are none. A group of
// many terms is left out where looking for all of them in every film of the first would take long:
// those films are ranked by it all the same.
func planOf(groups []group) []Plan {
	if len(groups) == 0 {
		return nil
	}
	groups = slices.Clone(groups)
	slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.films, b.films) })
	plan, looks := Plan{groups[0].terms}, 0
	for _, g := range groups[1:] {
		if len(plan) == maxGroups {
			break
		}
		if more := groups[0].films * len(g.terms); len(g.terms) <= fewTerms || looks+more <= maxLooks {
			looks += more
			plan = append(plan, g.terms)
		}
	}
	return []Plan{plan}
}

// add takes a word into a group if films hold it, or that is not known.
func (s *Search) add(g *group, text string, quality float64) {
	s.mean(text, g.word, quality)
	if s.vocabulary == nil {
		g.take(Term{Text: text})
	} else if t, known := s.vocabulary.Term(text); known {
		g.take(t)
	}
}

func (g *group) take(t Term) {
	if !slices.Contains(g.terms, t.Text) {
		g.terms = append(g.terms, t.Text)
		g.films += t.Films
	}
}

// mean notes what a term stands for; of two ways the better.
func (s *Search) mean(text string, word int, quality float64) {
	list := s.meanings[text]
	for i := range list {
		if list[i].word == word {
			list[i].quality = max(list[i].quality, quality)
			return
		}
	}
	s.meanings[text] = append(list, meaning{word, quality})
}
