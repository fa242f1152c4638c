package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

func (s Films) Search(ctx context.Context, w catalog.Wanted) ([]catalog.Found, error) {
	const op = "sqlstore.search_films"
	groups := make([][]string, len(w.Groups))
	for i, group := range w.Groups {
		groups[i] = tidyTerms(group)
		groups[i] = slices.DeleteFunc(groups[i], func(term string) bool { return !storable(term) })
		if len(groups[i]) == 0 {
			return nil, nil // no film holds one of none
		}
	}
	if len(groups) == 0 || w.Most <= 0 {
		return nil, nil
	}
	query, args := s.db.engine.searchFilms(groups, w.Limit, w.Most)
	rows, err := s.db.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (f catalog.Found, err error) {
		var rank int64
		err = r.Scan(&f.ID, &rank, &f.Words)
		f.Popularity = popularityOf(rank)
		return f, err
	})
	return list, s.db.fail(op, err)
}

// foundAmong is what is read of the films that a walk has found: as many as are wanted.
func foundAmong(walks string) string {
	return `SELECT f.id, found.rank, f.words FROM (` + walks + `) AS found JOIN films f ON f.id = found.film_id
		ORDER BY found.rank DESC, found.film_id DESC`
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

// tidyTerms returns terms in order, each once, and none that is empty.
func tidyTerms(terms []string) []string {
	terms = slices.Clone(terms)
	slices.Sort(terms)
	return slices.DeleteFunc(slices.Compact(terms), func(term string) bool { return term == "" })
}

// writeTerms is terms as films.terms has them.
func writeTerms(terms []string) string {
	doc, _ := json.Marshal(append([]string{}, terms...)) // strings; of none [], not null
	return string(doc)
}

func readTerms(doc string) (terms []string, err error) {
	return terms, json.Unmarshal([]byte(doc), &terms)
}
