package search

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// MaxQuery is how many characters a query has at most; MaxWords is how many of its words count.
const (
	MaxQuery = 300
	MaxWords = 16
)

// Query is what somebody typed, analysed.
type Query struct {
	words []word
	whole string // the term of a title that is all of the query; "" when none can be
}

// word is a word of a query.
type word struct {
	text   string
	raw    string // as it was typed: a word not finished is no number yet
	typing bool   // it may go on
	common bool   // it says little: nobody is looked for by it where there is another
	script bool   // two letters of a script without spaces: neither completed nor mistyped
	year   int    // when it may be one
}

// Parse analyses a query. One without words finds nothing; one that is too long is
// fault.Invalid.
func Parse(text string) (Query, error) {
	if len(text) > MaxQuery && (len(text) > MaxQuery*utf8.UTFMax || utf8.RuneCountInString(text) > MaxQuery) {
		return Query{}, fault.New(fault.Invalid, "search.parse", "query_too_long",
			fmt.Sprintf("A search has at most %d characters.", MaxQuery))
	}
	folded := fold(text)
	q := Query{whole: whole(folded)}
	chunks := strings.Fields(folded)
	for i, chunk := range chunks {
		list, _ := tokens(chunk)
		raw := strings.Split(strings.ReplaceAll(chunk, string(apostrophe), ""), string(joint))
		for _, t := range list {
			if !t.main || len(q.words) == MaxWords {
				continue
			}
			w := word{text: t.text, raw: t.text, common: isCommon(t.text), year: yearIn(t.text)}
			first, _ := utf8.DecodeRuneInString(chunk)
			if w.script = isRunning(first); !w.script {
				w.raw = raw[t.at]
			}
			w.typing = i == len(chunks)-1 && t.at == list[len(list)-1].at
			q.words = append(q.words, w)
		}
	}
	return q, nil
}

// Empty reports whether a query has no words.
func (q Query) Empty() bool { return len(q.words) == 0 }

// The years films are of. A number outside is no year.
const firstYear, lastYear = 1870, 2099

func yearIn(text string) int {
	if len(text) != 4 {
		return 0
	}
	year := 0
	for _, r := range text {
		if r < '0' || r > '9' {
			return 0
		}
		year = year*10 + int(r-'0')
	}
	if year < firstYear || year > lastYear {
		return 0
	}
	return year
}

// isCommon reports whether a word stands in so many titles that it tells none apart, in the
// languages most are in.
func isCommon(text string) bool {
	return len(text) == 1 && text[0] > '9' || common[text]
}

var common = func() map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(`
		the of and an in on at to for with from by is it
		o a os as um uma e de da do das dos em no na nos nas para por com que ao
		el la los las un una y en del le les des du et der die das und il lo gli di
		movie film filme`) {
		set[word] = true
	}
	return set
}()
