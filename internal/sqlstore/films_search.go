package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// found is a film that a walk has come to: rows of film_terms are in this order.
type found struct {
	rank  int64
	id    string
	holds bool // a term of each of the groups that the walk looks into
}

// beforeFound is where a walk begins.
var beforeFound = found{rank: math.MaxInt64}

func (f found) compare(o found) int {
	return cmp.Or(cmp.Compare(f.rank, o.rank), cmp.Compare(f.id, o.id))
}

// walk goes down the films of one term, the most popular first. What is read ahead is little
// until it turns out to be wanted.
type walk struct {
	term  string
	at    found   // the last that was read
	ahead []found // read and not taken
	more  int     // how many to read the next time
	ended bool
}

// walkLimits are what all walks of a search keep to: films for a viewer of this limit, looked into
// for a term of each of these groups.
type walkLimits struct {
	limit catalog.Rating
	near  [][]string
}

// fewTerms is up to how many terms a group is looked into by the walk itself, with a seek for
// each. Films of the others are looked at one by one: that costs as much for any number of terms.
const fewTerms = 4

// Search walks down the films of each term of the first group at once, and takes the most popular
// of all walks until there are enough.
func (s Films) Search(ctx context.Context, w catalog.Wanted) ([]catalog.Found, error) {
	const op = "sqlstore.search_films"
	groups := make([][]string, len(w.Groups))
	for i, group := range w.Groups {
		groups[i] = slices.DeleteFunc(catalog.TidyTerms(group), func(term string) bool { return !catalog.Storable(term) })
		if len(groups[i]) == 0 {
			return nil, nil // no film holds one of none
		}
	}
	if len(groups) == 0 || w.Most <= 0 {
		return nil, nil
	}
	limits := walkLimits{limit: w.Limit}
	var far []map[string]bool
	for _, group := range groups[1:] {
		if len(group) <= fewTerms {
			limits.near = append(limits.near, group)
			continue
		}
		terms := map[string]bool{}
		for _, term := range group {
			terms[term] = true
		}
		far = append(far, terms)
	}
	walks := make([]*walk, len(groups[0]))
	for i, term := range groups[0] {
		walks[i] = &walk{term: term, at: beforeFound, more: 4 + 2*w.Most/len(groups[0])}
	}
	among := w.Among
	if among <= 0 {
		among = math.MaxInt
	}
	var list []catalog.Found
	seen := map[string]bool{}
	for len(list) < w.Most {
		next, err := s.next(ctx, walks, limits, w.Most-len(list), among, seen)
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		if len(next) == 0 {
			break
		}
		held, err := s.holding(ctx, next, far)
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		list = append(list, held...)
	}
	return list, nil
}

// next takes films off the walks, in order, none of them twice, until there are so many that hold
// what the walks look for, or so many were seen in all.
func (s Films) next(ctx context.Context, walks []*walk, limits walkLimits, most, among int, seen map[string]bool) (list []found, err error) {
	for len(list) < most && len(seen) < among {
		var empty []*walk
		for _, w := range walks {
			if len(w.ahead) == 0 && !w.ended {
				empty = append(empty, w)
			}
		}
		if len(empty) > 0 {
			if err := s.db.engine.readAhead(ctx, empty, limits); err != nil {
				return nil, err
			}
		}
		var first *walk
		for _, w := range walks {
			if len(w.ahead) > 0 && (first == nil || w.ahead[0].compare(first.ahead[0]) > 0) {
				first = w
			}
		}
		if first == nil {
			return list, nil
		}
		if f := first.ahead[0]; !seen[f.id] {
			seen[f.id] = true
			if f.holds {
				list = append(list, f)
			}
		}
		first.ahead = first.ahead[1:]
	}
	return list, nil
}

// took notes what was read for a walk.
func (w *walk) took(rows []found) {
	w.ended = len(rows) < w.more
	w.more = min(2*w.more, 1000)
	slices.SortFunc(rows, func(a, b found) int { return b.compare(a) })
	if w.ahead = rows; len(rows) > 0 {
		w.at = rows[len(rows)-1]
	}
}

// holding returns those films that hold a term of each group, with what they are ranked by.
func (s Films) holding(ctx context.Context, list []found, groups []map[string]bool) (held []catalog.Found, err error) {
	ids := make([]string, len(list))
	for i, f := range list {
		ids[i] = f.id
	}
	rows, err := s.db.engine.queryKept(ctx, foundQuery(s.db.engine), s.db.engine.texts(ids))
	if err != nil {
		return nil, err
	}
	type film struct{ id, words, terms string }
	there := map[string]film{}
	_, err = collect(rows, func(r *sql.Rows) (f film, err error) {
		err = r.Scan(&f.id, &f.words, &f.terms)
		there[f.id] = f
		return f, err
	})
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		film, still := there[f.id]
		if !still {
			continue
		}
		holds, err := holdsAll(film.terms, groups)
		if err != nil {
			return nil, err
		}
		if holds {
			held = append(held, catalog.Found{ID: f.id, Popularity: popularityOf(f.rank), Words: film.words})
		}
	}
	return held, nil
}

func foundQuery(e filmEngine) string {
	return `SELECT f.film_id, f.words, f.terms FROM film_words f WHERE ` + e.among("f.film_id", "$1")
}

// holdsAll tells whether of a film's terms one is in each group.
func holdsAll(doc string, groups []map[string]bool) (bool, error) {
	if len(groups) == 0 {
		return true, nil
	}
	terms := strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(doc, `["`), `"]`), `","`)
	if strings.Contains(doc, `\`) { // a term holds what JSON escapes
		list, err := readTerms(doc)
		if err != nil {
			return false, err
		}
		terms = slices.Values(list)
	}
	var held, all uint64 = 0, 1<<len(groups) - 1
	for term := range terms {
		for i, group := range groups {
			if group[term] {
				held |= 1 << i
			}
		}
		if held == all {
			return true, nil
		}
	}
	return false, nil
}

// termsAtOnce is how much of the vocabulary is read at once.
const termsAtOnce = 5000

const termsAfter = `SELECT term, MAX(rank), COUNT(*) FROM film_terms WHERE term > $1 GROUP BY term ORDER BY term LIMIT $2`

func (s Films) Vocabulary(ctx context.Context, yield func(catalog.Term) bool) error {
	const op = "sqlstore.vocabulary"
	after := "" // which is no term
	for {
		rows, err := s.db.read.QueryContext(ctx, termsAfter, after, termsAtOnce)
		if err != nil {
			return s.db.fail(op, err)
		}
		list, err := collect(rows, func(r *sql.Rows) (t catalog.Term, err error) {
			var rank int64
			err = r.Scan(&t.Text, &rank, &t.Films)
			t.Most = popularityOf(rank)
			return t, err
		})
		if err != nil {
			return s.db.fail(op, err)
		}
		for _, t := range list {
			if !yield(t) {
				return nil
			}
		}
		if len(list) < termsAtOnce {
			return nil
		}
		after = list[len(list)-1].Text
	}
}

// writeTerms is terms as film_words has them.
func writeTerms(terms []string) string {
	doc, _ := json.Marshal(append([]string{}, terms...)) // strings; of none [], not null
	return string(doc)
}

func readTerms(doc string) (terms []string, err error) {
	return terms, json.Unmarshal([]byte(doc), &terms)
}
