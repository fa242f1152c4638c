package search

import (
	"cmp"
	"slices"
	"unicode/utf16"
)

// best takes words from below some nodes of a trie, the most popular first, and looks below no
// node that cannot hold one of them.
type best struct {
	trie  *trie
	heap  []place
	steps []step // how each node was come by, so that a word can be spelled
}

type step struct {
	node   uint32
	from   int32    // index of the step before; -1 for a start
	prefix []uint16 // of a start: its letters
}

// place is a node to look below, or a word to take.
type place struct {
	step int32
	word int32 // -1: not a word
	high uint16
}

// before puts a node before a word that may be less popular than one below the node, so that words
// come in the order of byPopularity. Words stand in the order of their text.
func (b *best) before(x, y place) bool {
	if x.high != y.high {
		return x.high > y.high
	}
	if x.word < 0 || y.word < 0 {
		return x.word < y.word
	}
	most, films := b.trie.most, b.trie.films
	return cmp.Or(cmp.Compare(most[y.word], most[x.word]), cmp.Compare(films[y.word], films[x.word]), cmp.Compare(x.word, y.word)) < 0
}

// below adds all words that begin with these letters, the last of which is at a node.
func (b *best) below(node uint32, prefix []uint16) {
	b.push(step{node, -1, prefix})
}

func (b *best) push(s step) {
	b.steps = append(b.steps, s)
	b.rise(place{int32(len(b.steps) - 1), -1, b.trie.high[s.node]})
}

// take returns the next most popular words that a film holds.
func (b *best) take(most int) (list []Term) {
	t := b.trie
	for len(list) < most && len(b.heap) > 0 {
		p := b.heap[0]
		b.sink()
		if p.word >= 0 {
			list = append(list, Term{b.spell(p.step), float64(t.most[p.word]), int(t.films[p.word])})
			continue
		}
		node := b.steps[p.step].node
		if i, ends := t.word(node); ends && t.films[i] > 0 {
			b.rise(place{p.step, int32(i), ceiling(float64(t.most[i]))})
		}
		for child := node + 1; child < t.past[node]; child = t.past[child] {
			b.push(step{child, p.step, nil})
		}
	}
	return list
}

func (b *best) spell(at int32) string {
	var back []uint16
	for b.steps[at].from >= 0 {
		back = append(back, b.trie.letter[b.steps[at].node])
		at = b.steps[at].from
	}
	slices.Reverse(back)
	return string(utf16.Decode(append(slices.Clone(b.steps[at].prefix), back...)))
}

// rise and sink keep the heap; container/heap would allocate for every place.
func (b *best) rise(p place) {
	b.heap = append(b.heap, p)
	for i := len(b.heap) - 1; i > 0; {
		up := (i - 1) / 2
		if !b.before(b.heap[i], b.heap[up]) {
			return
		}
		b.heap[i], b.heap[up] = b.heap[up], b.heap[i]
		i = up
	}
}

func (b *best) sink() {
	last := len(b.heap) - 1
	b.heap[0] = b.heap[last]
	b.heap = b.heap[:last]
	for i := 0; ; {
		down := 2*i + 1
		if down >= last {
			return
		}
		if down+1 < last && b.before(b.heap[down+1], b.heap[down]) {
			down++
		}
		if !b.before(b.heap[down], b.heap[i]) {
			return
		}
		b.heap[i], b.heap[down] = b.heap[down], b.heap[i]
		i = down
	}
}
