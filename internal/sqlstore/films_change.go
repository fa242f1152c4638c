package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// filmRow is a film as its tables keep it.
type filmRow struct {
	id           string
	version      int64
	tmdb         any // NULL where it has none, as collection
	collection   any
	released     string
	age          int
	popularity   float64
	trend        float64
	created      time.Time
	changed      time.Time
	words, terms string
	document     string

	facets []catalog.Facet
	keys   map[catalog.List]float64
	held   []string // terms
	genres []catalog.Genre
}

const filmRowColumns = `id, version, tmdb_id, collection_id, released, age, popularity, trend, created_at, updated_at, document`

func (r filmRow) values() []any {
	return []any{r.id, r.version, r.tmdb, r.collection, r.released, r.age, r.popularity, r.trend, r.created, r.changed, r.document}
}

// filmRowOf refuses texts that not every engine keeps; a document may hold any.
func filmRowOf(op string, s catalog.Stored) (filmRow, error) {
	f := s.Film
	held := catalog.TidyTerms(s.Terms)
	for _, text := range append([]string{f.ID, f.Released, s.Words}, held...) {
		if !catalog.Storable(text) {
			return filmRow{}, fault.New(fault.Invalid, op, "bad_text", "A film's texts are UTF-8 and hold no zero byte.")
		}
	}
	if f.ID == "" {
		return filmRow{}, fault.New(fault.Internal, op, "", "")
	}
	r := filmRow{
		id: f.ID, version: f.Version, released: f.Released, age: catalog.AgeOf(f.Maturity), popularity: popularityOf(rankOf(f.Popularity)), trend: f.Trend,
		created: f.CreatedAt.UTC().Truncate(time.Microsecond), changed: f.UpdatedAt.UTC().Truncate(time.Microsecond),
		words: s.Words, held: held, terms: writeTerms(held),
		facets: slices.Compact(slices.Sorted(slices.Values(s.Facets))), keys: s.Keys,
	}
	if f.TMDBID != 0 {
		r.tmdb = f.TMDBID
	}
	if f.Collection != nil {
		r.collection = f.Collection.ID
	}
	for _, g := range f.Genres {
		if catalog.Storable(g.Name) {
			r.genres = append(r.genres, g)
		}
	}
	document, err := json.Marshal(f)
	if err != nil {
		return filmRow{}, fault.Wrap(op, err)
	}
	r.document = string(document)
	return r, nil
}

func (s Films) Create(ctx context.Context, film catalog.Stored) error {
	const op = "sqlstore.create_film"
	film.Film.Version = 1
	row, err := filmRowOf(op, film)
	if err != nil {
		return err
	}
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO films (`+filmRowColumns+`) VALUES `+places(11), row.values()...); err != nil {
			return s.taken(op, err)
		}
		return s.insertRest(ctx, tx, row)
	})
}

// taken says of a film that cannot be kept beside another why.
func (s Films) taken(op string, err error) error {
	if s.db.engine.classify(err) == fault.Conflict {
		return &fault.Error{Kind: fault.Conflict, Op: op, Code: "film_exists", Public: "This film is in the catalogue already.", Cause: err}
	}
	return err
}

const (
	facetColumns = `film_id, facet, age, trending, popular, newest, top_rated`
	wordColumns  = `film_id, words, terms`
	termColumns  = `term, rank, film_id, age`
)

func (r filmRow) facetValues(facet catalog.Facet) []any {
	return []any{r.id, int64(facet), r.age, r.keys[catalog.Trending], r.keys[catalog.Popular], r.keys[catalog.New], r.keys[catalog.TopRated]}
}

// insertRest adds what a film is listed and found by.
func (s Films) insertRest(ctx context.Context, tx jobs.Tx, row filmRow) error {
	for _, facet := range row.facets {
		if _, err := tx.ExecContext(ctx, `INSERT INTO film_facets (`+facetColumns+`) VALUES `+places(7), row.facetValues(facet)...); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO film_words (`+wordColumns+`) VALUES `+places(3)+`
		ON CONFLICT (film_id) DO UPDATE SET words = excluded.words, terms = excluded.terms`, row.id, row.words, row.terms); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO film_terms (`+termColumns+`) SELECT e.value, $2, $3, $4 FROM `+s.db.engine.each("$1"),
		s.db.engine.texts(row.held), rankOf(row.popularity), row.id, row.age); err != nil {
		return err
	}
	return insertGenres(ctx, tx, row.genres)
}

// insertGenres notes genres, in the order in which everybody does.
func insertGenres(ctx context.Context, tx jobs.Tx, genres []catalog.Genre) error {
	names := map[int64]string{}
	for _, g := range genres {
		names[g.ID] = g.Name
	}
	for _, id := range slices.Sorted(maps.Keys(names)) {
		if _, err := tx.ExecContext(ctx, `INSERT INTO genres (id, name, facet) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
			id, names[id], int64(catalog.FacetOf(id, 0))); err != nil {
			return err
		}
	}
	return nil
}

// deleteTerms takes away what film_terms has of a film that is locked, and returns its trend.
func (s Films) deleteTerms(ctx context.Context, tx jobs.Tx, id string) (trend float64, err error) {
	var terms string
	var popularity float64
	if err := tx.QueryRowContext(ctx, `SELECT w.terms, f.popularity, f.trend FROM films f JOIN film_words w ON w.film_id = f.id WHERE f.id = $1`, id).
		Scan(&terms, &popularity, &trend); err != nil {
		return 0, err
	}
	held, err := readTerms(terms)
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM film_terms WHERE `+s.db.engine.among("term", "$1")+` AND rank = $2 AND film_id = $3`,
			s.db.engine.texts(held), rankOf(popularity), id)
	}
	return trend, err
}

func (s Films) Replace(ctx context.Context, film catalog.Stored) error {
	const op = "sqlstore.replace_film"
	row, err := filmRowOf(op, film)
	if err != nil {
		return err
	}
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		// This locks the row: of two at once the second finds another version.
		done, err := tx.ExecContext(ctx, `UPDATE films SET version = $2 WHERE id = $1 AND version = $3`, row.id, row.version, row.version-1)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil {
			return err
		} else if n == 0 {
			return whyNotReplaced(ctx, tx, op, row.id)
		}
		kept := row
		if kept.trend, err = s.deleteTerms(ctx, tx, row.id); err != nil {
			return err
		}
		kept.keys = maps.Clone(row.keys)
		kept.keys[catalog.Trending] = kept.trend
		if _, err := tx.ExecContext(ctx, `UPDATE films SET tmdb_id = $2, collection_id = $3, released = $4, age = $5, popularity = $6,
			updated_at = $7, document = $8 WHERE id = $1`,
			kept.id, kept.tmdb, kept.collection, kept.released, kept.age, kept.popularity, kept.changed, kept.document); err != nil {
			return s.taken(op, err)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM film_facets WHERE film_id = $1`, kept.id); err != nil {
			return err
		}
		return s.insertRest(ctx, tx, kept)
	})
}

// whyNotReplaced says why a film is not there in the version that was to be replaced.
func whyNotReplaced(ctx context.Context, tx jobs.Tx, op, id string) error {
	var there bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM films WHERE id = $1)`, id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return sql.ErrNoRows
	}
	return fault.New(fault.Conflict, op, "film_changed", "Somebody else has changed this film meanwhile. Look at it anew, then change it.")
}

func (s Films) Delete(ctx context.Context, id string) error {
	const op = "sqlstore.delete_film"
	if !catalog.Storable(id) {
		return fault.New(fault.NotFound, op, "", "")
	}
	return s.db.inTx(ctx, op, func(tx jobs.Tx) error {
		// This locks the row, so that nobody replaces it meanwhile.
		if err := changeRow(ctx, tx, `UPDATE films SET version = version WHERE id = $1`, id); err != nil {
			return err
		}
		if _, err := s.deleteTerms(ctx, tx, id); err != nil {
			return err
		}
		for _, statement := range []string{
			`DELETE FROM film_words WHERE film_id = $1`, `DELETE FROM film_facets WHERE film_id = $1`, `DELETE FROM films WHERE id = $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s Films) AddTrend(ctx context.Context, added map[string]float64) error {
	const op = "sqlstore.add_trend"
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(added)), func(id string) bool { return !catalog.Storable(id) })
	for chunk := range slices.Chunk(ids, mostAtOnce) { // in order, so that two at once wait for each other in one
		err := s.db.inTx(ctx, op, func(tx jobs.Tx) error {
			for _, id := range chunk {
				if err := addTrend(ctx, tx, id, added[id]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// addTrend reads a film's trend by locking its row: who adds to it meanwhile waits.
func addTrend(ctx context.Context, tx jobs.Tx, id string, added float64) error {
	var trend float64
	err := tx.QueryRowContext(ctx, `UPDATE films SET trend = trend WHERE id = $1 RETURNING trend`, id).Scan(&trend)
	if errors.Is(err, sql.ErrNoRows) { // deleted meanwhile
		return nil
	}
	if err != nil {
		return err
	}
	trend = catalog.AddTrends(trend, added)
	for _, statement := range []string{
		`UPDATE films SET trend = $2 WHERE id = $1`,
		`UPDATE film_facets SET trending = $2 WHERE film_id = $1`,
	} {
		if _, err := tx.ExecContext(ctx, statement, id, trend); err != nil {
			return err
		}
	}
	return nil
}

// loadedAtOnce is how many films one transaction of a large import brings: enough that
// beginning and committing cost little, few enough that nobody waits long for their turn.
const loadedAtOnce = 5000

func (s Films) Load(ctx context.Context, films []catalog.Stored) error {
	const op = "sqlstore.load_films"
	if len(films) >= loadedAtOnce/4 {
		defer s.db.engine.beginBulk(ctx)()
	}
	for chunk := range slices.Chunk(films, loadedAtOnce) {
		list := make([]filmRow, 0, len(chunk))
		taken := map[any]bool{nil: false} // ids and TMDB ids: of two that share one the first counts
		for _, film := range chunk {
			film.Film.Version = 1
			row, err := filmRowOf(op, film)
			if err != nil {
				return err
			}
			if !taken[row.id] && !taken[row.tmdb] {
				list = append(list, row)
				taken[row.id], taken[row.tmdb] = true, row.tmdb != nil
			}
		}
		if err := s.db.inTx(ctx, op, func(tx jobs.Tx) error { return s.load(ctx, tx, list) }); err != nil {
			return err
		}
	}
	return nil
}

// load inserts those films of a list that are not there. What is found by words is inserted
// in the order of the words, which is that of the table.
func (s Films) load(ctx context.Context, tx jobs.Tx, list []filmRow) error {
	added, err := insertFilms(ctx, tx, list)
	if err != nil {
		return err
	}
	var facets, words, terms [][]any
	var genres []catalog.Genre
	for _, row := range list {
		if !added[row.id] {
			continue
		}
		for _, facet := range row.facets {
			facets = append(facets, row.facetValues(facet))
		}
		words = append(words, []any{row.id, row.words, row.terms})
		for _, term := range row.held {
			terms = append(terms, []any{term, rankOf(row.popularity), row.id, row.age})
		}
		genres = append(genres, row.genres...)
	}
	slices.SortFunc(terms, func(a, b []any) int {
		return cmp.Or(cmp.Compare(a[0].(string), b[0].(string)), cmp.Compare(a[1].(int64), b[1].(int64)))
	})
	for _, into := range []struct {
		table, columns string
		rows           [][]any
	}{{"film_facets", facetColumns, facets}, {"film_words", wordColumns, words}, {"film_terms", termColumns, terms}} {
		if err := s.db.engine.insertMany(ctx, tx, into.table, into.columns, into.rows); err != nil {
			return err
		}
	}
	return insertGenres(ctx, tx, genres)
}

// insertFilms returns which it inserted.
func insertFilms(ctx context.Context, tx jobs.Tx, list []filmRow) (added map[string]bool, err error) {
	added = map[string]bool{}
	for chunk := range slices.Chunk(list, 30) {
		values := make([][]any, len(chunk))
		for i, row := range chunk {
			values[i] = row.values()
		}
		statement, args := insertValues("films", filmRowColumns, values)
		rows, err := tx.QueryContext(ctx, statement+` ON CONFLICT DO NOTHING RETURNING id`, args...)
		if err != nil {
			return nil, err
		}
		ids, err := collect(rows, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			added[id] = true
		}
	}
	return added, nil
}

// insertValues is one statement that inserts rows.
func insertValues(table, columns string, rows [][]any) (statement string, args []any) {
	var s strings.Builder
	s.WriteString(`INSERT INTO ` + table + ` (` + columns + `) VALUES `)
	for i, row := range rows {
		if i > 0 {
			s.WriteString(", ")
		}
		for j, value := range row {
			s.WriteString(map[bool]string{true: "($", false: ", $"}[j == 0])
			args = append(args, value)
			s.WriteString(strconv.Itoa(len(args)))
		}
		s.WriteString(")")
	}
	return s.String(), args
}
