package sqlstore

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Films is catalog.FilmStore on SQL.
type Films struct{ db *DB }

var _ catalog.FilmStore = Films{}

// Films returns the store of films.
func (d *DB) Films() Films { return Films{d} }

// filmColumns are those that scanFilm reads, of a table f.
const filmColumns = `f.id, f.version, f.trend, f.created_at, f.updated_at, f.document`

// scanFilm reads a film: what may change without its document, or is told by it less finely,
// is as the columns say.
func scanFilm(row interface{ Scan(...any) error }, more ...any) (f catalog.Film, err error) {
	var kept struct {
		id                 string
		version            int64
		trend              float64
		createdAt, changed time.Time
		document           []byte
	}
	err = row.Scan(append([]any{&kept.id, &kept.version, &kept.trend, &kept.createdAt, &kept.changed, &kept.document}, more...)...)
	if err == nil {
		err = json.Unmarshal(kept.document, &f)
	}
	f.ID, f.Version, f.Trend, f.CreatedAt, f.UpdatedAt = kept.id, kept.version, kept.trend, kept.createdAt.UTC(), kept.changed.UTC()
	return f, err
}

func (s Films) Film(ctx context.Context, id string) (catalog.Film, error) {
	const op = "sqlstore.film"
	if !catalog.Storable(id) {
		return catalog.Film{}, fault.New(fault.NotFound, op, "", "")
	}
	f, err := scanFilm(s.db.read.QueryRowContext(ctx, `SELECT `+filmColumns+` FROM films f WHERE f.id = $1`, id))
	return f, s.db.fail(op, err)
}

// mostAtOnce bounds the parameters of one statement.
const mostAtOnce = 500

// places are so many parameters, from the first: "($1, $2)".
func places(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = "$" + strconv.Itoa(i+1)
	}
	return "(" + strings.Join(list, ", ") + ")"
}

func (s Films) Films(ctx context.Context, ids []string) ([]catalog.Film, error) {
	const op = "sqlstore.films"
	found := make(map[string]catalog.Film, len(ids))
	askable := slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !catalog.Storable(id) })
	for chunk := range slices.Chunk(askable, mostAtOnce) {
		rows, err := s.db.read.QueryContext(ctx, `SELECT `+filmColumns+` FROM films f WHERE f.id IN `+places(len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		list, err := collect(rows, func(r *sql.Rows) (catalog.Film, error) { return scanFilm(r) })
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		for _, f := range list {
			found[f.ID] = f
		}
	}
	list := make([]catalog.Film, 0, len(found))
	for _, id := range ids {
		if f, there := found[id]; there {
			list = append(list, f)
		}
	}
	return list, nil
}

// After returns films in the order of their ids, from the one after an id: all of them, page by
// page, for who takes them elsewhere.
func (s Films) After(ctx context.Context, id string, most int) ([]catalog.Film, error) {
	const op = "sqlstore.films_after"
	rows, err := s.db.read.QueryContext(ctx, `SELECT `+filmColumns+` FROM films f WHERE f.id > $1 ORDER BY f.id LIMIT $2`, id, most)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	films, err := collect(rows, func(r *sql.Rows) (catalog.Film, error) { return scanFilm(r) })
	return films, s.db.fail(op, err)
}

func (s Films) ByTMDB(ctx context.Context, ids []int64) (map[int64]string, error) {
	const op = "sqlstore.films_by_tmdb"
	found := map[int64]string{}
	for chunk := range slices.Chunk(ids, mostAtOnce) {
		rows, err := s.db.read.QueryContext(ctx, `SELECT tmdb_id, id FROM films WHERE tmdb_id IN `+places(len(chunk)), anys(chunk)...)
		if err != nil {
			return nil, s.db.fail(op, err)
		}
		_, err = collect(rows, func(r *sql.Rows) (id string, err error) {
			var tmdb int64
			err = r.Scan(&tmdb, &id)
			found[tmdb] = id
			return id, err
		})
		if err != nil {
			return nil, s.db.fail(op, err)
		}
	}
	return found, nil
}

func (s Films) Check(ctx context.Context) error { return s.db.Check(ctx) }

// agesIn is the condition that films are within a limit, "" where all are.
func agesIn(column string, limit catalog.Rating) string {
	if _, limited := limit.Age(); !limited {
		return ""
	}
	var list []string
	for _, age := range limit.UpTo() {
		list = append(list, strconv.Itoa(age))
	}
	return ` AND ` + column + ` IN (` + strings.Join(list, ", ") + `)`
}

// rankOf is a popularity as a whole number that orders alike: the bits of a float that is not
// negative do.
func rankOf(popularity float64) int64 {
	if !(popularity > 0) {
		return 0
	}
	return int64(math.Float64bits(popularity))
}

func popularityOf(rank int64) float64 { return math.Float64frombits(uint64(rank)) }

func anys[T any](list []T) []any {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = v
	}
	return args
}
