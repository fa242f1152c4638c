package insight

import "github.com/kkmovies/kkmovies/internal/platform/fault"

// Hundredths is how many parts a film is divided in, all of one length.
const Hundredths = 100

// mostTimes is the most that is counted of one part in one playing.
const mostTimes = 9

// Parts is how often each hundredth of a film was watched, mostTimes at most.
type Parts [Hundredths]uint8

// ParseParts reads what String wrote: fault.Invalid, bad_parts, of anything else.
func ParseParts(text string) (p Parts, err error) {
	if text == "" {
		return p, nil
	}
	bad := fault.New(fault.Invalid, "insight.parts", "bad_parts", "Parts are 100 digits: how often each hundredth of the film was watched.")
	if len(text) != Hundredths {
		return p, bad
	}
	for i := range p {
		if text[i] < '0' || text[i] > '9' {
			return Parts{}, bad
		}
		p[i] = text[i] - '0'
	}
	return p, nil
}

// String is "" when nothing was watched, else a digit for each part.
func (p Parts) String() string {
	if p == (Parts{}) {
		return ""
	}
	var text [Hundredths]byte
	for i, times := range p {
		text[i] = '0' + min(times, mostTimes)
	}
	return string(text[:])
}

// Join is the most of both, part by part: what is sent again counts once.
func (p Parts) Join(other Parts) Parts {
	for i := range p {
		p[i] = max(p[i], other[i])
	}
	return p
}

// and is what one viewer watched in two playings, mostTimes of a part at most: nobody makes a
// part the most watched alone.
func (p Parts) and(other Parts) Parts {
	for i := range p {
		p[i] = min(p[i]+other[i], mostTimes)
	}
	return p
}

// reached is how many parts it took to come to the last one that was watched.
func (p Parts) reached() int {
	for i := Hundredths; i > 0; i-- {
		if p[i-1] > 0 {
			return i
		}
	}
	return 0
}

// covered is how many different parts were watched, and times how many of all.
func (p Parts) covered() (covered, times int) {
	for _, n := range p {
		if n > 0 {
			covered++
		}
		times += int(n)
	}
	return covered, times
}
