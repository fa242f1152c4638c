// Package audit owns the record of who changed what, from where, and how it ended. Nothing in
// it is ever changed; what is older than the operator keeps it is forgotten. It knows no HTTP
// and no SQL: whoever lets somebody act writes down what they did.
//
// An entry names people by their ids alone. The e-mail of whoever still has an account is
// looked up when the record is read, so of an account that is deleted nothing is left here
// that says whose it was.
package audit

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Done is the outcome of what succeeded; of what did not it is the code of the fault.
const Done = "done"

// Entry is one thing somebody did, or tried to.
type Entry struct {
	ID      string // UUIDv7
	At      time.Time
	Action  string // the stable name of the operation, "deleteVideo"
	Target  string // what it was done to, as its address has it, "/videos/0193…"
	Detail  string // in words, where there is more to say
	Outcome string

	// Who: empty for whoever has not signed in.
	UserID    string
	ProfileID string
	SessionID string
	Role      string

	From      string // the caller's network, or "command line"
	RequestID string // as in the log

	Email string // of the user, while there is one; looked up, never stored
}

// Query chooses entries, newest first. Empty fields choose all.
type Query struct {
	UserID string
	Action string
	After  *Cursor
	Limit  int
}

// Cursor is the last entry of a page that was read.
type Cursor struct {
	At time.Time
	ID string
}

// Store keeps entries. Every method may be retried.
type Store interface {
	// Append adds an entry; adding it again changes nothing.
	Append(ctx context.Context, e Entry) error
	// Entries returns at most q.Limit entries, newest first, each with its user's e-mail.
	Entries(ctx context.Context, q Query) ([]Entry, error)
	// Forget removes entries from before a time, at most this many of the oldest, and
	// returns how many it removed.
	Forget(ctx context.Context, before time.Time, most int) (int, error)
}

// Log is the record.
type Log struct {
	store Store
	keep  time.Duration
	now   func() time.Time
}

// NewLog returns the record in this store, of which entries are kept for so long.
func NewLog(store Store, keep time.Duration) *Log {
	return &Log{store: store, keep: keep, now: time.Now}
}

// The most of each text that is kept, in characters: what somebody sends must not fill the
// record.
const (
	mostName   = 80
	mostTarget = 300
	mostDetail = 1000
)

// Record writes an entry down. Its id and time are the log's own.
func (l *Log) Record(ctx context.Context, e Entry) error {
	e.ID = uuid.Must(uuid.NewV7()).String()
	e.At = l.now().UTC().Truncate(time.Microsecond)
	for _, field := range []struct {
		text *string
		most int
	}{
		{&e.Action, mostName}, {&e.Outcome, mostName}, {&e.Role, mostName}, {&e.From, mostName}, {&e.RequestID, mostName},
		{&e.UserID, mostName}, {&e.ProfileID, mostName}, {&e.SessionID, mostName},
		{&e.Target, mostTarget}, {&e.Detail, mostDetail},
	} {
		*field.text = clean(*field.text, field.most)
	}
	return fault.Wrap("audit.record", l.store.Append(ctx, e))
}

// Entries returns a page of the record, newest first.
func (l *Log) Entries(ctx context.Context, q Query) ([]Entry, error) {
	list, err := l.store.Entries(ctx, q)
	return list, fault.Wrap("audit.entries", err)
}

// ForgetArgs is the job that forgets what is too old.
type ForgetArgs struct{}

// Kind is the job's stable name.
func (ForgetArgs) Kind() string { return "audit_forget" }

// Unhurried lets every other job go before.
func (ForgetArgs) Unhurried() {}

const (
	// ForgetEvery is how often what is too old is forgotten.
	ForgetEvery = 6 * time.Hour
	// atOnce is how much is forgotten in one statement, so that nobody waits long for it.
	atOnce = 1000
)

// Forget removes what is older than the record is kept.
func (l *Log) Forget(ctx context.Context, _ ForgetArgs) error {
	before := l.now().UTC().Add(-l.keep)
	for {
		n, err := l.store.Forget(ctx, before, atOnce)
		if err != nil || n < atOnce {
			return fault.Wrap("audit.forget", err)
		}
	}
}

// clean makes a text that came from outside fit to be kept, and to be read on a line.
func clean(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return s
}
