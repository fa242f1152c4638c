package search

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"unicode/utf16"
)

// Term is a word of the vocabulary.
type Term struct {
	Text  string
	Most  float64 // popularity of the most popular film that holds it
	Films int     // how many hold it
}

// trie keeps sorted words by what they begin with, each beginning once. Its nodes stand in the
// order of a walk from the first word to the last, as columns of numbers: a walk reads memory in
// order, the first child of a node is the next one, and passing over all below it is one step.
// A letter is a unit of UTF-16.
type trie struct {
	letter []uint16
	past   []uint32 // the first node that is not below this one
	high   []uint16 // no word below is more popular: see ceiling
	ends   []uint64 // a bit for each node: a word ends here
	before []uint32 // how many words end before the first node of each 64
	films  []uint32 // of each word, in order
	most   []float32
}

// newTrie builds a trie of terms in the order of their text, each once.
func newTrie(terms []Term) *trie {
	t := &trie{films: make([]uint32, 0, len(terms)), most: make([]float32, 0, len(terms))}
	var path []uint32 // the nodes of the last word
	var units, last []uint16
	closeTo := func(depth int) {
		for len(path) > depth {
			t.past[path[len(path)-1]] = uint32(len(t.letter))
			path = path[:len(path)-1]
		}
	}
	for _, term := range terms {
		units = units[:0]
		for _, r := range term.Text {
			units = utf16.AppendRune(units, r)
		}
		same := 0
		for same < len(units) && same < len(last) && units[same] == last[same] {
			same++
		}
		closeTo(same)
		for _, unit := range units[same:] {
			path = append(path, uint32(len(t.letter)))
			t.letter = append(t.letter, unit)
			t.past = append(t.past, 0)
			t.high = append(t.high, 0)
		}
		high := ceiling(term.Most)
		for _, node := range path {
			t.high[node] = max(t.high[node], high)
		}
		node := path[len(path)-1]
		for len(t.ends) <= int(node/64) {
			t.ends = append(t.ends, 0)
		}
		t.ends[node/64] |= 1 << (node % 64)
		t.films = append(t.films, uint32(max(0, term.Films)))
		t.most = append(t.most, float32(term.Most))
		last = append(last[:0], units...)
	}
	closeTo(0)
	for len(t.ends) < (len(t.letter)+63)/64 {
		t.ends = append(t.ends, 0)
	}
	count := uint32(0)
	for _, word := range t.ends {
		t.before = append(t.before, count)
		count += uint32(bits.OnesCount64(word))
	}
	t.letter, t.past, t.high = slices.Clip(t.letter), slices.Clip(t.past), slices.Clip(t.high)
	return t
}

// ceiling is a popularity in 16 bits, rounded up, in the same order: the upper half of a float32.
func ceiling(popularity float64) uint16 {
	whole := math.Float32bits(float32(max(0, popularity)))
	high := whole >> 16
	if whole&0xFFFF != 0 {
		high++
	}
	return uint16(high)
}

// word returns which word ends at a node; false where none does.
func (t *trie) word(node uint32) (int, bool) {
	ends := t.ends[node/64]
	if ends&(1<<(node%64)) == 0 {
		return 0, false
	}
	return int(t.before[node/64]) + bits.OnesCount64(ends&(1<<(node%64)-1)), true
}

// find returns the nodes of a text from its first letter to its last; false when no word begins
// so.
func (t *trie) find(text string) (path []uint32, found bool) {
	from, past := uint32(0), uint32(len(t.letter))
	for _, unit := range utf16.Encode([]rune(text)) {
		for from < past && t.letter[from] != unit {
			from = t.past[from]
		}
		if from >= past {
			return nil, false
		}
		path = append(path, from)
		from, past = from+1, t.past[from]
	}
	return path, len(path) > 0
}

// bytes is what the trie holds of memory.
func (t *trie) bytes() int {
	return 2*cap(t.letter) + 4*cap(t.past) + 2*cap(t.high) + 8*cap(t.ends) + 4*cap(t.before) + 4*cap(t.films) + 4*cap(t.most)
}

// terms yields every word, in order.
func (t *trie) terms(yield func(Term) bool) {
	var units []uint16
	var pasts []uint32
	for node := uint32(0); int(node) < len(t.letter); node++ {
		for len(pasts) > 0 && node >= pasts[len(pasts)-1] {
			pasts, units = pasts[:len(pasts)-1], units[:len(units)-1]
		}
		pasts, units = append(pasts, t.past[node]), append(units, t.letter[node])
		if i, ends := t.word(node); ends {
			if !yield(Term{string(utf16.Decode(units)), float64(t.most[i]), int(t.films[i])}) {
				return
			}
		}
	}
}

// byPopularity orders terms, the most popular first, always alike.
func byPopularity(a, b Term) int {
	return cmp.Or(cmp.Compare(b.Most, a.Most), cmp.Compare(b.Films, a.Films), cmp.Compare(a.Text, b.Text))
}
