package sqlstore

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// filmEngine is what differs between the engines in films.
type filmEngine interface {
	// texts is a list of texts as one parameter: each is what stands for it in a FROM, rows e of
	// one column, value; among is the condition that a column is one of them.
	texts(list []string) any
	each(parameter string) string
	among(column, parameter string) string
	// queryKept asks what is asked often, in one of few ways: it is planned once.
	queryKept(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	// readAhead reads on in each of these walks.
	readAhead(ctx context.Context, walks []*walk, limits walkLimits) error
	// insertMany inserts rows as fast as the engine can.
	insertMany(ctx context.Context, tx jobs.Tx, table, columns string, rows [][]any) error
	// beginBulk makes room for a large import, until end.
	beginBulk(ctx context.Context) (end func())
	// filmsAbout asks how many films there are, roughly, without counting them.
	filmsAbout() string
}

func (e *sqliteEngine) texts(list []string) any { return writeTerms(list) }

func (e *sqliteEngine) each(parameter string) string { return `json_each(` + parameter + `) AS e` }

func (e *sqliteEngine) among(column, parameter string) string {
	return column + ` IN (SELECT e.value FROM ` + e.each(parameter) + `)`
}

func (e *postgresEngine) texts(list []string) any { return append([]string{}, list...) }

func (e *postgresEngine) each(parameter string) string {
	return `unnest(` + parameter + `::text[]) AS e(value)`
}

func (e *postgresEngine) among(column, parameter string) string {
	return column + ` = ANY(` + parameter + `::text[])`
}

// queryKept keeps the prepared statement: SQLite itself takes longer to plan one than to run it.
func (e *sqliteEngine) queryKept(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	kept, there := e.prepared.Load(query)
	if !there {
		statement, err := e.read.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		if kept, there = e.prepared.LoadOrStore(query, statement); there {
			_ = statement.Close() // another was faster
		}
	}
	return kept.(*sql.Stmt).QueryContext(ctx, args...)
}

// queryKept leaves it to the driver, which prepares what it is asked.
func (e *postgresEngine) queryKept(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return e.db.QueryContext(ctx, query, args...)
}

// walkQuery is a walk from $2 and $3 on down the films of term $1, $4 of them, and whether each
// holds a term of every group, which follow, as many terms of each.
func walkQuery(groups int, limit catalog.Rating) string {
	holds := []string{"1"}
	for i := range groups {
		var list []string
		for j := range fewTerms {
			list = append(list, "$"+strconv.Itoa(5+i*fewTerms+j))
		}
		holds = append(holds, `EXISTS (SELECT 1 FROM film_terms o WHERE o.term IN (`+strings.Join(list, ", ")+`) AND o.rank = t.rank AND o.film_id = t.film_id)`)
	}
	return `SELECT t.rank, t.film_id, ` + strings.Join(holds, ` AND `) + ` FROM film_terms t
		WHERE t.term = $1 AND (t.rank, t.film_id) < ($2, $3)` + agesIn("t.age", limit) + ` ORDER BY t.rank DESC, t.film_id DESC LIMIT $4`
}

// readAhead goes from walk to walk: a statement that is prepared costs little.
func (e *sqliteEngine) readAhead(ctx context.Context, walks []*walk, limits walkLimits) error {
	query := walkQuery(len(limits.near), limits.limit)
	for _, w := range walks {
		args := []any{w.term, w.at.rank, w.at.id, w.more}
		for _, group := range limits.near {
			for i := range fewTerms {
				args = append(args, group[min(i, len(group)-1)])
			}
		}
		rows, err := e.queryKept(ctx, query, args...)
		if err != nil {
			return err
		}
		list, err := collect(rows, func(r *sql.Rows) (f found, err error) {
			err = r.Scan(&f.rank, &f.id, &f.holds)
			return f, err
		})
		if err != nil {
			return err
		}
		w.took(list)
	}
	return nil
}

// walksQuery is such a walk for each of the terms $1, from $2 and $3 on, $4 of them; the groups
// follow. It is one statement for any number of terms: each is a journey to the server. OFFSET 0
// keeps a group from being read whole: it is looked into for each film that the walk comes to.
func walksQuery(groups int, limit catalog.Rating) string {
	holds := []string{"TRUE"}
	for i := range groups {
		holds = append(holds, `EXISTS (SELECT 1 FROM film_terms o WHERE o.term = ANY($`+strconv.Itoa(5+i)+`::text[])
			AND o.rank = t.rank AND o.film_id = t.film_id OFFSET 0)`)
	}
	return `SELECT w.walk, f.rank, f.film_id, f.holds FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bigint[]) WITH ORDINALITY AS w(term, rank, id, most, walk)
		CROSS JOIN LATERAL (SELECT t.rank, t.film_id, ` + strings.Join(holds, ` AND `) + ` AS holds FROM film_terms t
			WHERE t.term = w.term AND (t.rank, t.film_id) < (w.rank, w.id)` + agesIn("t.age", limit) + `
			ORDER BY t.rank DESC, t.film_id DESC LIMIT w.most) AS f`
}

func (e *postgresEngine) readAhead(ctx context.Context, walks []*walk, limits walkLimits) error {
	terms, ids := make([]string, len(walks)), make([]string, len(walks))
	ranks, most := make([]int64, len(walks)), make([]int64, len(walks))
	for i, w := range walks {
		terms[i], ids[i], ranks[i], most[i] = w.term, w.at.id, w.at.rank, int64(w.more)
	}
	args := []any{terms, ranks, ids, most}
	for _, group := range limits.near {
		args = append(args, group)
	}
	rows, err := e.queryKept(ctx, walksQuery(len(limits.near), limits.limit), args...)
	if err != nil {
		return err
	}
	lists := make([][]found, len(walks))
	if _, err := collect(rows, func(r *sql.Rows) (f found, err error) {
		var walk int
		if err = r.Scan(&walk, &f.rank, &f.id, &f.holds); err == nil {
			lists[walk-1] = append(lists[walk-1], f)
		}
		return f, err
	}); err != nil {
		return err
	}
	for i, w := range walks {
		w.took(lists[i])
	}
	return nil
}

// bulkCache is how many KiB of pages the connection that writes keeps during a large import: what
// films are found by goes to all places of a table, most of them places that were just written.
const bulkCache = 192 << 10

func (e *sqliteEngine) insertMany(ctx context.Context, tx jobs.Tx, table, columns string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	chunk := sqliteMove{}.parameters() / len(rows[0])
	whole, _ := insertValues(table, columns, rows[:min(chunk, len(rows))])
	statement, err := tx.(interface {
		PrepareContext(context.Context, string) (*sql.Stmt, error)
	}).PrepareContext(ctx, whole)
	if err != nil {
		return err
	}
	defer statement.Close()
	for some := range slices.Chunk(rows, chunk) {
		if query, args := insertValues(table, columns, some); len(some) == chunk || len(rows) < chunk {
			_, err = statement.ExecContext(ctx, args...)
		} else { // what is left over
			_, err = tx.ExecContext(ctx, query, args...)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// beginBulk is undone by what it returns. The connection is the one that writes: there is one.
func (e *sqliteEngine) beginBulk(ctx context.Context) (end func()) {
	set := func(ctx context.Context, kib int) {
		_, _ = e.write.ExecContext(ctx, `PRAGMA cache_size = -`+strconv.Itoa(kib)) // without it all goes on, slower
	}
	set(ctx, bulkCache)
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		set(ctx, sqliteCache)
	}
}

func (e *postgresEngine) beginBulk(context.Context) (end func()) { return func() {} }

// copiedAtOnce is how many rows one statement copies: a slow server has an answer in time.
const copiedAtOnce = 5000

// insertMany copies, on the connection and in the transaction of tx.
func (e *postgresEngine) insertMany(ctx context.Context, tx jobs.Tx, table, columns string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.(interface{ Raw(func(any) error) error }).Raw(func(conn any) error {
		for some := range slices.Chunk(rows, copiedAtOnce) {
			if _, err := conn.(*stdlib.Conn).Conn().CopyFrom(ctx, pgx.Identifier{table}, strings.Split(columns, ", "), pgx.CopyFromRows(some)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *sqliteEngine) filmsAbout() string { return `SELECT COALESCE(MAX(rowid), 0) FROM films` }

func (e *postgresEngine) filmsAbout() string {
	return `SELECT GREATEST(reltuples, 0)::bigint FROM pg_class WHERE oid = 'films'::regclass`
}
