package watch

import (
	"cmp"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Era is a stretch of watching in which one only comes further. Whoever goes back, begins anew
// or takes a film off the row begins another, later than all they knew of. It is a hybrid logical
// time (Kulkarni, Demirbas, Madappa, Avva, Leone: "Logical Physical Clocks", OPODIS 2014): near
// the clock's where clocks are right, and later than what it follows wherever they are not. The
// zero Era is the first.
type Era struct {
	At int64  // milliseconds since 1970
	By string // the playing that began it, a UUID: tells two of one time apart
}

// Compare orders eras.
func (e Era) Compare(other Era) int {
	return cmp.Or(cmp.Compare(e.At, other.At), cmp.Compare(e.By, other.By))
}

// Next is an era that by begins now, knowing e.
func (e Era) Next(now time.Time, by string) Era {
	return Era{max(now.UnixMilli(), e.At+1), by}
}

// String is "" of the first era, else its time, a point, and who began it: "1764489600000.018f…".
func (e Era) String() string {
	if e == (Era{}) {
		return ""
	}
	return strconv.FormatInt(e.At, 10) + "." + e.By
}

const maxAt = 1 << 53 // what every client can count to

// ParseEra reads what String wrote: fault.Invalid, bad_era, of anything else.
func ParseEra(text string) (Era, error) {
	if text == "" {
		return Era{}, nil
	}
	at, by, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(at, 10, 64)
	e := Era{n, by}
	if err != nil || e.String() != text || e == (Era{}) {
		return Era{}, errEra
	}
	return e, e.check()
}

var errEra = fault.New(fault.Invalid, "watch.era", "bad_era", `An era is "" or as the ticket has it: milliseconds since 1970, a point, and the id of who began it.`)

// check reports what is wrong with an era.
func (e Era) check() error {
	if e != (Era{}) && (e.At <= 0 || e.At > maxAt || !isID(e.By)) {
		return errEra
	}
	return nil
}

// Kind is what began an era.
type Kind string

// The kinds. Each is of a whole era.
const (
	Watching  Kind = "watching"
	Removed   Kind = "removed"   // from the row of what to go on with; how far one came is kept
	Forgotten Kind = "forgotten" // from everywhere
)

// Mark is how far one came: of one device, or of all.
type Mark struct {
	Era      Era
	Kind     Kind
	Position float64   // seconds
	Duration float64   // seconds, of the video
	At       time.Time // when it was watched last: what lists are ordered by, and nothing else
}

// Join returns what two marks say together: the later era, and in one era how far one came in it.
// It is commutative, associative and idempotent, so that every order and repetition of reports
// leads to the same (Shapiro, Preguiça, Baquero, Zawirski: "Conflict-Free Replicated Data Types",
// SSS 2011).
func (m Mark) Join(other Mark) Mark {
	switch order := m.Era.Compare(other.Era); {
	case order < 0:
		return other
	case order > 0:
		return m
	}
	m.Kind = max(m.Kind, other.Kind)
	m.Position = max(m.Position, other.Position)
	m.Duration = max(m.Duration, other.Duration)
	if other.At.After(m.At) {
		m.At = other.At
	}
	return m
}

// Join returns what a row and a later arrival of it say together. Who reported last is as they
// arrive: nothing depends on it but what is taken of reports without an era.
func (r Row) Join(later Row) Row {
	if r.SessionID == later.SessionID {
		later.Counter = max(r.Counter, later.Counter)
	}
	later.Mark = r.Mark.Join(later.Mark)
	return later
}

// Joined is the Join of the rows of one video; false when there are none.
func Joined(rows []Row) (m Mark, found bool) {
	for _, r := range rows {
		if !found {
			m, found = r.Mark, true
			continue
		}
		m = m.Join(r.Mark)
	}
	return m, found
}

const (
	finishedAt = 0.95 // of the duration
	begunAt    = 30.0 // seconds, or begunPart of what is short
	begunPart  = 0.02
)

// Finished reports whether the viewer saw it to the end: 95 % of it, or the credits, where it is
// known at which second they begin.
func (m Mark) Finished(credits float64) bool {
	end := finishedAt * m.Duration
	if credits > 0 {
		end = min(end, credits)
	}
	return m.Duration > 0 && m.Position >= end
}

// Begun reports whether enough was seen that one would go on with it.
func (m Mark) Begun() bool { return m.Position >= min(begunAt, begunPart*m.Duration) }

// Unfinished reports whether it belongs in the row of what to go on with.
func (m Mark) Unfinished(credits float64) bool {
	return m.Kind == Watching && m.Begun() && !m.Finished(credits)
}

// Resume is where and in which era a playing begins that knows this mark: a finished film anew,
// and one that was removed or forgotten in an era that brings it back.
func (m Mark) Resume(credits float64, now time.Time, playing string) (at float64, era Era) {
	switch {
	case m.Finished(credits) || m.Kind == Forgotten:
		return 0, m.Era.Next(now, playing)
	case m.Kind == Removed:
		return m.Position, m.Era.Next(now, playing)
	default:
		return m.Position, m.Era
	}
}
