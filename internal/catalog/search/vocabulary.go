package search

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// mostRecent is how many words are kept beside the trie before they are worth a new one.
const mostRecent = 4096

// Vocabulary is every word films are found by, in memory: which begin as one does that is still
// being typed, and which one may have been meant that was mistyped. It is safe for use by many at
// once; equal vocabularies answer equally.
//
// It holds a trie that never grows, and beside it the few words that came since, which are looked
// through one by one. Settle puts them into a trie anew.
type Vocabulary struct {
	writing sync.Mutex // held by who writes, before mu
	mu      sync.RWMutex
	words   *trie
	pairs   *trie           // of scripts without spaces: many first letters, and never mistyped
	recent  map[string]Term // not in the tries
}

// NewVocabulary returns a vocabulary of these terms, each given once, which are its own from then
// on. Whole titles are left out: nobody completes or mistypes them as one.
func NewVocabulary(terms []Term) *Vocabulary {
	terms = slices.DeleteFunc(terms, func(t Term) bool { return !IsWord(t.Text) })
	slices.SortFunc(terms, func(a, b Term) int { return cmp.Compare(a.Text, b.Text) })
	terms = slices.CompactFunc(terms, func(a, b Term) bool { return a.Text == b.Text })
	words, pairs := apart(terms)
	return &Vocabulary{words: newTrie(words), pairs: newTrie(pairs), recent: map[string]Term{}}
}

// IsWord reports whether a term is a word, not a whole title: those no vocabulary has.
func IsWord(text string) bool {
	return text != "" && !strings.HasPrefix(text, wholeMark) && utf8.ValidString(text)
}

// apart parts sorted terms into those of scripts with spaces and without; what it returns shares
// memory with neither.
func apart(terms []Term) (words, pairs []Term) {
	for _, t := range terms {
		if isPair(t.Text) {
			pairs = append(pairs, t)
		} else {
			words = append(words, t)
		}
	}
	return words, pairs
}

func isPair(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return isRunning(first)
}

func (v *Vocabulary) trieOf(text string) *trie {
	if isPair(text) {
		return v.pairs
	}
	return v.words
}

// Len is how many words there are.
func (v *Vocabulary) Len() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.words.films) + len(v.pairs.films) + len(v.recent)
}

// Bytes is how much memory the words take, those that came lately roughly.
func (v *Vocabulary) Bytes() int {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.words.bytes() + v.pairs.bytes() + 100*len(v.recent)
}

// Learn adds the terms of a film that is new or was changed. A word that is known already is held
// by one film more only when the film is new.
func (v *Vocabulary) Learn(terms []string, popularity float64, isNew bool) {
	v.writing.Lock()
	defer v.writing.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range terms {
		if !IsWord(text) {
			continue
		}
		if t := v.trieOf(text); t.learn(text, popularity, isNew) {
			continue
		}
		term, known := v.recent[text]
		term.Text, term.Most = text, max(term.Most, float64(float32(popularity)))
		if isNew || !known {
			term.Films++
		}
		v.recent[text] = term
	}
}

// learn notes a film of a word the trie has.
func (t *trie) learn(text string, popularity float64, isNew bool) bool {
	path, found := t.find(text)
	if !found {
		return false
	}
	i, ends := t.word(path[len(path)-1])
	if !ends {
		return false
	}
	if isNew || t.films[i] == 0 {
		t.films[i]++
	}
	t.most[i] = max(t.most[i], float32(popularity))
	for _, node := range path {
		t.high[node] = max(t.high[node], ceiling(popularity))
	}
	return true
}

// Forget takes away one film that held these terms. How popular the others are is not known
// until the vocabulary is loaded anew.
func (v *Vocabulary) Forget(terms []string) {
	v.writing.Lock()
	defer v.writing.Unlock()
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, text := range terms {
		if !IsWord(text) {
			continue
		}
		t := v.trieOf(text)
		if path, found := t.find(text); found {
			if i, ends := t.word(path[len(path)-1]); ends && t.films[i] > 0 {
				t.films[i]--
				continue
			}
		}
		if term, known := v.recent[text]; known {
			if term.Films--; term.Films <= 0 {
				delete(v.recent, text)
			} else {
				v.recent[text] = term
			}
		}
	}
}

// Crowded reports whether so many words came that it is time to Settle.
func (v *Vocabulary) Crowded() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return len(v.recent) > mostRecent
}

// Settle puts the words that came lately into the tries. Readers go on meanwhile; who writes
// waits.
func (v *Vocabulary) Settle() {
	v.writing.Lock()
	defer v.writing.Unlock()
	v.mu.RLock()
	terms := make([]Term, 0, len(v.words.films)+len(v.pairs.films)+len(v.recent))
	keep := func(t Term) bool {
		if t.Films > 0 {
			terms = append(terms, t)
		}
		return true
	}
	v.words.terms(keep)
	v.pairs.terms(keep)
	for _, t := range v.recent {
		keep(t)
	}
	v.mu.RUnlock()
	fresh := NewVocabulary(terms)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.words, v.pairs, v.recent = fresh.words, fresh.pairs, fresh.recent
}

// Term returns a word of the vocabulary; false when no film holds it.
func (v *Vocabulary) Term(text string) (Term, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.term(text)
}

func (v *Vocabulary) term(text string) (Term, bool) {
	if term, ok := v.recent[text]; ok {
		return term, true
	}
	t := v.trieOf(text)
	path, found := t.find(text)
	if !found {
		return Term{}, false
	}
	i, ends := t.word(path[len(path)-1])
	if !ends || t.films[i] == 0 {
		return Term{}, false
	}
	return Term{text, float64(t.most[i]), int(t.films[i])}, true
}

// Complete returns the most popular words that begin with prefix, and whether there are more.
func (v *Vocabulary) Complete(prefix string, most int) (list []Term, more bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	for text, t := range v.recent {
		if strings.HasPrefix(text, prefix) {
			list = append(list, t)
		}
	}
	t := v.trieOf(prefix)
	if path, found := t.find(prefix); found {
		b := best{trie: t}
		units := make([]uint16, len(path))
		for i, node := range path {
			units[i] = t.letter[node]
		}
		b.below(path[len(path)-1], units)
		list = append(list, b.take(most+1)...)
	}
	slices.SortFunc(list, byPopularity)
	return list[:min(len(list), most)], len(list) > most
}

// Guess is a word that may have been meant.
type Guess struct {
	Term
	Edits int
	Begun bool // the word goes on after what was typed
}

// Guesses returns the words that are at most so many edits from one: the nearest first, then the
// most popular, most of each number of edits. Of a word still being typed, those that begin with
// something so near are among them.
func (v *Vocabulary) Guesses(word string, edits int, typing bool, most int) []Guess {
	p, ok := newPattern(word, edits)
	if !ok || isPair(word) {
		return nil
	}
	v.mu.RLock()
	defer v.mu.RUnlock()
	found := map[string]Guess{}
	offer := func(t Term, edits int, begun bool) {
		known, twice := found[t.Text]
		if t.Films > 0 && (!twice || edits < known.Edits || edits == known.Edits && known.Begun && !begun) {
			found[t.Text] = Guess{t, edits, begun}
		}
	}
	wholes, beginnings := v.words.near(p)
	for _, n := range wholes {
		i, _ := v.words.word(n.node)
		offer(Term{string(utf16.Decode(n.units)), float64(v.words.most[i]), int(v.words.films[i])}, n.edits, false)
	}
	if typing {
		for d := 0; d <= p.edits; d++ {
			b := best{trie: v.words}
			for _, n := range beginnings {
				if n.edits == d {
					b.below(n.node, n.units)
				}
			}
			for _, t := range b.take(most) {
				offer(t, d, true)
			}
		}
	}
	for text, t := range v.recent {
		whole, begun := p.distance(text)
		if whole <= p.edits {
			offer(t, whole, false)
		}
		if typing && begun <= p.edits {
			offer(t, begun, true)
		}
	}
	list := make([]Guess, 0, len(found))
	for _, g := range found {
		list = append(list, g)
	}
	slices.SortFunc(list, byNearness)
	return firstOfEach(list, most)
}

func byNearness(a, b Guess) int {
	return cmp.Or(cmp.Compare(a.Edits, b.Edits), compareBool(a.Begun, b.Begun), byPopularity(a.Term, b.Term))
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// firstOfEach keeps the first guesses of each nearness.
func firstOfEach(list []Guess, most int) []Guess {
	kept, run := list[:0], 0
	for i, g := range list {
		if i > 0 && (g.Edits != list[i-1].Edits || g.Begun != list[i-1].Begun) {
			run = 0
		}
		if run++; run <= most {
			kept = append(kept, g)
		}
	}
	return kept
}
