package sqlstore

import (
	"context"
	"database/sql"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// listColumns are the columns of film_facets, and so the indexes, that lists walk down.
var listColumns = map[catalog.List]string{
	catalog.Trending: "trending", catalog.Popular: "popular", catalog.New: "newest", catalog.TopRated: "top_rated",
}

// shelfQuery is a page of a list: a walk down the list's index for each age within the limit,
// each as short as the page, merged. What lies between costs nothing, nor does how deep it is.
func shelfQuery(list catalog.List, limit catalog.Rating) (string, error) {
	key, known := listColumns[list]
	if !known {
		return "", fault.New(fault.Invalid, "sqlstore.list_films", "bad_list", "There is no such list.")
	}
	var walks []string
	for i, age := range catalog.AgesWithin(limit) {
		walks = append(walks, `SELECT * FROM (SELECT `+key+` AS place, film_id FROM film_facets
			WHERE facet = $1 AND age = `+strconv.Itoa(age)+` AND (`+key+`, film_id) < ($2, $3)
			ORDER BY `+key+` DESC, film_id DESC LIMIT $4) AS walk_`+strconv.Itoa(i))
	}
	return `SELECT ` + filmColumns + ` FROM (
			SELECT * FROM (` + strings.Join(walks, ` UNION ALL `) + `) AS walks ORDER BY place DESC, film_id DESC LIMIT $4
		) AS page JOIN films f ON f.id = page.film_id ORDER BY page.place DESC, page.film_id DESC`, nil
}

func (s Films) List(ctx context.Context, shelf catalog.Shelf) ([]catalog.Film, error) {
	const op = "sqlstore.list_films"
	query, err := shelfQuery(shelf.List, shelf.Limit)
	if err != nil {
		return nil, err
	}
	after := catalog.Place{Key: math.Inf(1)}
	if shelf.After != nil {
		after = *shelf.After
	}
	if math.IsNaN(after.Key) || !catalog.Storable(after.ID) {
		return nil, fault.New(fault.Invalid, op, "bad_place", "There is no such place in a list.")
	}
	rows, err := s.db.engine.queryKept(ctx, query, int64(catalog.FacetOf(shelf.Genre, shelf.Year)), after.Key, after.ID, max(0, shelf.Most))
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (catalog.Film, error) { return scanFilm(r) })
	return list, s.db.fail(op, err)
}

// mostCollected bounds a collection: the largest there is has about a hundred films.
const mostCollected = 500

func collectedQuery(limit catalog.Rating) string {
	return `SELECT ` + filmColumns + ` FROM films f WHERE f.collection_id = $1` + agesIn("f.age", limit) +
		` ORDER BY f.released, f.id LIMIT ` + strconv.Itoa(mostCollected)
}

func (s Films) Collected(ctx context.Context, collection int64, limit catalog.Rating) ([]catalog.Film, error) {
	const op = "sqlstore.collected_films"
	rows, err := s.db.read.QueryContext(ctx, collectedQuery(limit), collection)
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (catalog.Film, error) { return scanFilm(r) })
	return list, s.db.fail(op, err)
}

// genresQuery looks once into film_facets for each genre and age.
func genresQuery(limit catalog.Rating) string {
	var any []string
	for _, age := range catalog.AgesWithin(limit) {
		any = append(any, `EXISTS (SELECT 1 FROM film_facets f WHERE f.facet = g.facet AND f.age = `+strconv.Itoa(age)+`)`)
	}
	return `SELECT g.id, g.name FROM genres g WHERE ` + strings.Join(any, ` OR `) + ` ORDER BY g.id`
}

func (s Films) Genres(ctx context.Context, limit catalog.Rating) ([]catalog.Genre, error) {
	const op = "sqlstore.genres"
	rows, err := s.db.read.QueryContext(ctx, genresQuery(limit))
	if err != nil {
		return nil, s.db.fail(op, err)
	}
	list, err := collect(rows, func(r *sql.Rows) (g catalog.Genre, err error) { return g, r.Scan(&g.ID, &g.Name) })
	return list, s.db.fail(op, err)
}

const filmsChanged = `SELECT f.id, f.updated_at, w.terms, f.popularity FROM films f JOIN film_words w ON w.film_id = f.id
	WHERE (f.updated_at, f.id) > ($1, $2) ORDER BY f.updated_at, f.id LIMIT $3`

// changedAtOnce is how many changes are read before they are yielded: whoever takes them may
// take their time, and keeps no transaction of the database open by it.
const changedAtOnce = 1000

func (s Films) Changed(ctx context.Context, since time.Time, yield func(id string, at time.Time, terms []string, popularity float64) bool) error {
	const op = "sqlstore.films_changed"
	type change struct {
		id         string
		at         time.Time
		terms      string
		popularity float64
	}
	at, id := since.UTC().Truncate(time.Microsecond), "" // no film has no id: one of that moment is told
	for {
		rows, err := s.db.read.QueryContext(ctx, filmsChanged, at, id, changedAtOnce)
		if err != nil {
			return s.db.fail(op, err)
		}
		list, err := collect(rows, func(r *sql.Rows) (c change, err error) { return c, r.Scan(&c.id, &c.at, &c.terms, &c.popularity) })
		if err != nil {
			return s.db.fail(op, err)
		}
		for _, c := range list {
			terms, err := readTerms(c.terms)
			if err != nil {
				return s.db.fail(op, err)
			}
			if !yield(c.id, c.at.UTC(), terms, c.popularity) {
				return nil
			}
		}
		if len(list) < changedAtOnce {
			return nil
		}
		at, id = list[len(list)-1].at.UTC(), list[len(list)-1].id
	}
}

// exactly is up to how many films are counted one by one.
const exactly = 20_000

func (s Films) Count(ctx context.Context) (n int, err error) {
	const op = "sqlstore.count_films"
	err = s.db.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM films LIMIT $1) AS counted`, exactly+1).Scan(&n)
	if err != nil || n <= exactly {
		return n, s.db.fail(op, err)
	}
	var about int
	err = s.db.read.QueryRowContext(ctx, s.db.engine.filmsAbout()).Scan(&about)
	return max(n, about), s.db.fail(op, err)
}
