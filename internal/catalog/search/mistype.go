package search

import "unicode/utf16"

// mostEdits is how many a word may be away from another: letters missing, added, changed, or two
// neighbours exchanged, each once (the optimal string alignment distance).
const mostEdits = 2

// maxUnits is how long a word is that mistakes are looked for in.
const maxUnits = 62

// pattern tells how far the words of a trie are from one, all at once: an automaton that has, for
// every number of edits, a bit for every letter of the pattern that may have been reached (Wu and
// Manber, "Fast text searching allowing errors", 1992; exchanged letters as in Navarro's
// NR-grep, 2001). A step costs a few machine instructions whatever the length.
type pattern struct {
	units int
	edits int
	all   uint64      // a bit for every place, and for the end
	ascii [128]uint64 // a bit for each place of a letter
	rest  []place16
}

type place16 struct {
	unit  uint16
	where uint64
}

// state is where an automaton is: reached has bit n when n letters may have been typed with so
// many edits, half when the first of two exchanged letters has been seen.
type state struct {
	reached [mostEdits + 1]uint64
	half    [mostEdits + 1]uint64
}

// newPattern returns false for a word too long.
func newPattern(word string, edits int) (*pattern, bool) {
	units := utf16.Encode([]rune(word))
	if len(units) == 0 || len(units) > maxUnits {
		return nil, false
	}
	p := &pattern{units: len(units), edits: min(edits, mostEdits), all: 1<<(len(units)+1) - 1}
	for i, unit := range units {
		if unit < 128 {
			p.ascii[unit] |= 1 << i
			continue
		}
		known := false
		for j := range p.rest {
			if p.rest[j].unit == unit {
				p.rest[j].where |= 1 << i
				known = true
			}
		}
		if !known {
			p.rest = append(p.rest, place16{unit, 1 << i})
		}
	}
	return p, true
}

func (p *pattern) start() (s state) {
	for d := range s.reached {
		s.reached[d] = (1<<(d+1) - 1) & p.all
	}
	return s
}

// where returns the places of a letter.
func (p *pattern) where(unit uint16) uint64 {
	if unit < 128 {
		return p.ascii[unit]
	}
	for i := range p.rest {
		if p.rest[i].unit == unit {
			return p.rest[i].where
		}
	}
	return 0
}

// step sets next to where the automaton is after a letter; false when nothing can follow.
func (p *pattern) step(s, next *state, unit uint16) bool {
	where := p.where(unit)
	n0 := (s.reached[0] & where) << 1
	next.reached[0] = n0
	if p.edits == 0 {
		return n0 != 0
	}
	n1 := ((s.reached[1]&where)<<1 | s.reached[0] | s.reached[0]<<1 | n0<<1 | (s.half[1]&where)<<2) & p.all
	next.reached[1] = n1
	next.half[1] = s.reached[0] & (where >> 1)
	if p.edits == 1 {
		return n1 != 0
	}
	n2 := ((s.reached[2]&where)<<1 | s.reached[1] | s.reached[1]<<1 | n1<<1 | (s.half[2]&where)<<2) & p.all
	next.reached[2] = n2
	next.half[2] = s.reached[1] & (where >> 1)
	return n2 != 0
}

// away is how many edits the letters so far are from the whole pattern; more than edits when
// they are further.
func (p *pattern) away(s *state) int {
	for d := 0; d <= p.edits; d++ {
		if s.reached[d]>>p.units&1 != 0 {
			return d
		}
	}
	return mostEdits + 1
}

// distance is how far a word is, mostEdits+1 when it is further than edits; begun how far the
// nearest of its beginnings is.
func (p *pattern) distance(word string) (whole, begun int) {
	s := p.start()
	whole, begun = p.away(&s), p.away(&s)
	for _, r := range word {
		for _, unit := range utf16.AppendRune(nil, r) {
			var next state
			if !p.step(&s, &next, unit) {
				return mostEdits + 1, begun
			}
			s = next
		}
		whole = p.away(&s)
		begun = min(begun, whole)
	}
	return whole, begun
}

// near is a node that mistakes lead to.
type near struct {
	node  uint32
	edits int
	units []uint16 // its letters
}

// near returns the nodes whose words are within the edits of the pattern: of whole words, and of
// beginnings where one is nearer than all before it.
func (t *trie) near(p *pattern) (wholes, beginnings []near) {
	const deepest = maxUnits + mostEdits + 2
	var states [deepest]state
	var pasts [deepest]uint32
	var text [deepest]uint16
	var nearest [deepest]int
	states[0], nearest[0] = p.start(), mostEdits+1
	pasts[0] = uint32(len(t.letter))
	depth := 0
	for node := uint32(0); int(node) < len(t.letter); {
		for node >= pasts[depth] {
			depth--
		}
		if !p.step(&states[depth], &states[depth+1], t.letter[node]) {
			node = t.past[node]
			continue
		}
		text[depth] = t.letter[node]
		depth++
		pasts[depth], nearest[depth] = t.past[node], nearest[depth-1]
		if d := p.away(&states[depth]); d <= p.edits {
			if d < nearest[depth] {
				nearest[depth] = d
				beginnings = append(beginnings, near{node, d, append([]uint16(nil), text[:depth]...)})
			}
			if _, ends := t.word(node); ends {
				wholes = append(wholes, near{node, d, append([]uint16(nil), text[:depth]...)})
			}
		}
		node++
	}
	return wholes, beginnings
}
