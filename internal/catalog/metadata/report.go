package metadata

import (
	"fmt"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What a file of many films may hold.
const (
	MaxTable    = 64 << 20 // bytes of CSV or JSON
	MaxNFO      = 1 << 20
	maxFilms    = 200_000
	maxReported = 1000 // lines told of one by one; the rest are counted
)

// Draft is a film as a file describes it.
type Draft struct {
	catalog.Described
	Line int      // where it begins, from 1
	Left []string // what of it could not be kept, in sentences
}

// Skipped is a film that was left out.
type Skipped struct {
	Line   int
	Column string // the heading, or the field; "" when it is about the whole
	Why    string // a sentence
}

func (s Skipped) String() string {
	if s.Column == "" {
		return fmt.Sprintf("line %d: %s", s.Line, s.Why)
	}
	return fmt.Sprintf("line %d, %s: %s", s.Line, s.Column, s.Why)
}

// Report is what a file held: one bad film in it spoils no other.
type Report struct {
	Taken []Draft
	Out   []Skipped // the first of those left out
	Count int       // how many were
}

func (r *Report) skip(s Skipped) {
	r.Count++
	if len(r.Out) < maxReported {
		r.Out = append(r.Out, s)
	}
}

// take keeps a film that people wrote, or tells what is wrong with it.
func (r *Report) take(line int, f catalog.Described) {
	var err error
	if f.Film, err = catalog.Clean(f.Film); err != nil {
		r.skip(Skipped{Line: line, Why: fault.PublicOf(err)})
		return
	}
	f.People = fitted(f.People, len(f.Film.Cast))
	r.Taken = append(r.Taken, Draft{Described: f, Line: line})
}

// fitted makes one address for each player, where the two are of one length; else none.
func fitted(people []string, players int) []string {
	if len(people) == players {
		return people
	}
	return make([]string, players)
}

func unreadable(op, sentence string, about ...any) error {
	return fault.New(fault.Invalid, op, "unreadable", fmt.Sprintf(sentence, about...))
}

func tooLarge(op string, most int) error {
	return fault.New(fault.TooLarge, op, "file_too_large", fmt.Sprintf("It has more than %d MB; bring it in by parts.", most>>20))
}
