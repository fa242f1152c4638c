// Package fault owns the one kind of error that crosses a room's border: what kind
// of failure it is, where it happened, what may be said aloud about it, and what
// caused it. It imports nothing of KKMovies.
//
// A driver's error becomes a fault at the door that met it; httpapi maps kinds to
// HTTP problems once. The public sentence is for people; the cause is for the log
// and is never shown.
package fault

import (
	"errors"
	"strings"
	"syscall"
)

// Kind says what a caller can do about an error.
type Kind uint8

const (
	Internal    Kind = iota // a bug or an unknown cause: the caller can only report it
	Invalid                 // the input is wrong: the caller must change it
	Unsupported             // the input is understood but of a type that is not served
	TooLarge                // the input exceeds a limit
	SignedOut               // nobody is signed in
	Forbidden               // somebody is, but may not do this
	Payment                 // no plan covers it
	NotFound                // there is no such thing, or the caller may not know of it
	Conflict                // the thing is in a state, or of a version, that excludes the call
	TooMany                 // a rate limit: try later
	NoSpace                 // storage is full
	Unavailable             // a part the call needs is away: try again
	Cancelled               // the caller itself gave up
)

var kindNames = [...]string{
	"internal", "invalid", "unsupported", "too_large", "signed_out", "forbidden", "payment",
	"not_found", "conflict", "too_many", "no_space", "unavailable", "cancelled",
}

// String returns the kind's stable name, which is also the code of a fault without one.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[Internal]
}

// Error is a failure with a kind. The zero Kind is Internal, so a forgotten kind is
// the cautious one.
type Error struct {
	Kind   Kind
	Op     string // room and action, "upload.complete"
	Code   string // stable and machine-readable, "parts_missing"; Kind's name when empty
	Public string // one sentence that may be shown: what is wrong and what to do
	Cause  error  // logged, never shown
}

// Error returns the whole story, for logs only.
func (e *Error) Error() string {
	var parts []string
	if e.Op != "" {
		parts = append(parts, e.Op)
	}
	what := e.Code
	if what == "" {
		what = e.Kind.String()
	}
	if e.Public != "" {
		what += ": " + e.Public
	}
	parts = append(parts, what)
	if e.Cause != nil {
		parts = append(parts, e.Cause.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// New returns a fault without a cause.
func New(kind Kind, op, code, public string) *Error {
	return &Error{Kind: kind, Op: op, Code: code, Public: public}
}

// Wrap names the operation that met err. The kind, code and public sentence of a
// fault below are kept; any other error becomes Internal, but for a full disk, which is
// NoSpace whoever wrote to it. Wrap of nil is nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	var below *Error
	if errors.As(err, &below) {
		return &Error{Kind: below.Kind, Op: op, Code: below.Code, Public: below.Public, Cause: err}
	}
	kind := Internal
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		kind = NoSpace
	}
	return &Error{Kind: kind, Op: op, Cause: err}
}

// KindOf returns the kind of the outermost fault in err, Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf returns the stable code of the outermost fault in err; its kind's name when
// it carries none, and "" for nil.
func CodeOf(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return e.Code
	}
	return KindOf(err).String()
}

// PublicOf returns the sentence that may be shown for err, "" when there is none.
func PublicOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Public
	}
	return ""
}

// Is reports whether err carries a fault of this kind.
func Is(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}
