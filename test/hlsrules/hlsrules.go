// Package hlsrules checks a served title against the rules of HLS: the second edition of
// RFC 8216 (draft-pantos-hls-rfc8216bis) and Apple's HLS authoring specification for
// Apple devices. It reads what a player would read, playlists and segments alike, and
// compares what is said with what is there. It knows nothing of how KKMovies makes
// either, and imports nothing of it.
//
// Rules about what is not in a file are not here: TLS, redirects, media types. Nor are
// I-frame playlists (authoring rule 6.1), live playlists and encryption.
package hlsrules

import (
	"cmp"
	"fmt"
	"slices"
)

// Fetch returns the bytes at a path. Paths are resolved as URLs against the multivariant
// playlist's own, which begins with a slash; one on another host is passed whole.
type Fetch func(path string) ([]byte, error)

// Rule is one thing that must be true of a title.
type Rule struct {
	ID      string
	Section string // "RFC" is RFC 8216bis, "Apple" the authoring specification
	Says    string
	check   func(t *title, report reporter)
}

// Violation is a rule that a title breaks, and where.
type Violation struct {
	Rule   Rule
	Where  string // the path of a playlist or segment
	Detail string
}

// String says it in one line.
func (v Violation) String() string {
	return fmt.Sprintf("%s: %s (%s: %s): %s", v.Where, v.Rule.ID, v.Rule.Section, v.Rule.Says, v.Detail)
}

// reporter notes that the rule at hand is broken.
type reporter func(where, format string, args ...any)

// Rules are all rules, in the order they are checked.
var Rules = slices.Concat(playlistRules, multivariantRules, mediaRules, subtitleRules)

// maxViolations of one rule are reported: a film has thousands of segments.
const maxViolations = 10

// Check reads the title of this multivariant playlist and returns every rule it breaks.
func Check(fetch Fetch, multivariant string) []Violation {
	t := load(fetch, multivariant)
	var violations []Violation
	for _, rule := range Rules {
		n := 0
		rule.check(t, func(where, format string, args ...any) {
			if n++; n <= maxViolations {
				violations = append(violations, Violation{rule, where, fmt.Sprintf(format, args...)})
			}
		})
	}
	slices.SortStableFunc(violations, func(a, b Violation) int { return cmp.Compare(a.Where, b.Where) })
	return violations
}
