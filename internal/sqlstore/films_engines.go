package sqlstore

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// filmEngine is what differs between the engines in films.
type filmEngine interface {
	// each is what stands in a FROM for the texts of a JSON list: rows e of one column, value.
	each(parameter string) string
	// searchFilms is the query of catalog.Wanted: id, rank and words of films that hold a term
	// of each group.
	searchFilms(groups [][]string, limit catalog.Rating, most int) (query string, args []any)
	// insertMany inserts rows as fast as the engine can.
	insertMany(ctx context.Context, tx jobs.Tx, table, columns string, rows [][]any) error
	// filmsAbout asks how many films there are, roughly, without counting them.
	filmsAbout() string
}

func (e *sqliteEngine) each(parameter string) string {
	return `json_each(` + parameter + `) AS e`
}

func (e *postgresEngine) each(parameter string) string {
	return `json_array_elements_text(` + parameter + `::json) AS e(value)`
}

// searchFilms writes a walk for each term of the first group, since SQLite knows no LATERAL,
// and merges them.
func (e *sqliteEngine) searchFilms(groups [][]string, limit catalog.Rating, most int) (string, []any) {
	var args []any
	give := func(value any) string {
		args = append(args, value)
		return "$" + strconv.Itoa(len(args))
	}
	n := give(most)
	rest := agesIn("t.age", limit)
	for _, group := range groups[1:] {
		list := make([]string, len(group))
		for i, term := range group {
			list[i] = give(term)
		}
		rest += ` AND EXISTS (SELECT 1 FROM film_terms o WHERE o.term IN (` + strings.Join(list, ", ") + `) AND o.rank = t.rank AND o.film_id = t.film_id)`
	}
	walks := make([]string, len(groups[0]))
	for i, term := range groups[0] {
		walks[i] = `SELECT * FROM (SELECT t.rank, t.film_id FROM film_terms t WHERE t.term = ` + give(term) + rest +
			` ORDER BY t.rank DESC, t.film_id DESC LIMIT ` + n + `) AS walk_` + strconv.Itoa(i)
	}
	return foundAmong(`SELECT * FROM (` + strings.Join(walks, ` UNION `) + `) AS walks ORDER BY rank DESC, film_id DESC LIMIT ` + n), args
}

// searchFilms is one statement for any number of terms, so that it is planned once. OFFSET 0
// keeps each group from being read whole for a join: it is looked into for each film that the
// walk comes to.
func (e *postgresEngine) searchFilms(groups [][]string, limit catalog.Rating, most int) (string, []any) {
	args := []any{most, groups[0]}
	rest := agesIn("t.age", limit)
	for _, group := range groups[1:] {
		args = append(args, group)
		rest += ` AND EXISTS (SELECT 1 FROM film_terms o WHERE o.term = ANY($` + strconv.Itoa(len(args)) + `::text[])
			AND o.rank = t.rank AND o.film_id = t.film_id OFFSET 0)`
	}
	return foundAmong(`SELECT DISTINCT walk.rank, walk.film_id FROM unnest($2::text[]) AS w(term) CROSS JOIN LATERAL (
			SELECT t.rank, t.film_id FROM film_terms t WHERE t.term = w.term` + rest + ` ORDER BY t.rank DESC, t.film_id DESC LIMIT $1
		) AS walk ORDER BY walk.rank DESC, walk.film_id DESC LIMIT $1`), args
}

func (e *sqliteEngine) insertMany(ctx context.Context, tx jobs.Tx, table, columns string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	for chunk := range slices.Chunk(rows, sqliteMove{}.parameters()/len(rows[0])) {
		statement, args := insertValues(table, columns, chunk)
		if _, err := tx.ExecContext(ctx, statement, args...); err != nil {
			return err
		}
	}
	return nil
}

// insertMany copies, on the connection and in the transaction of tx.
func (e *postgresEngine) insertMany(ctx context.Context, tx jobs.Tx, table, columns string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.(interface{ Raw(func(any) error) error }).Raw(func(conn any) error {
		_, err := conn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, strings.Split(columns, ", "), pgx.CopyFromRows(rows))
		return err
	})
}

func (e *sqliteEngine) filmsAbout() string { return `SELECT COALESCE(MAX(rowid), 0) FROM films` }

func (e *postgresEngine) filmsAbout() string {
	return `SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = 'films'::regclass`
}
