package sqlstore

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"modernc.org/sqlite"

	"github.com/kkmovies/kkmovies/internal/catalog"
)

// filmQueries are the queries that viewers ask of films: each with what a plan of it must walk
// down. What they sort is never more than a page for each age.
func filmQueries(t *testing.T, d *DB) map[string]struct {
	query string
	args  []any
	walks []string // indexes of SQLite
	on    []string // indexes of PostgreSQL
} {
	t.Helper()
	all, err := shelfQuery(catalog.TopRated, catalog.Rating{})
	if err != nil {
		t.Fatal(err)
	}
	child, err := shelfQuery(catalog.Trending, ratingUpTo(t, 12))
	if err != nil {
		t.Fatal(err)
	}
	place := []any{int64(0), math.Inf(1), "", 20}
	walk, near := walkQuery(0, catalog.Rating{}), walkQuery(2, ratingUpTo(t, 12))
	walkArgs, nearArgs := []any{"term1", int64(math.MaxInt64), "", 50}, []any{"term1", int64(math.MaxInt64), "", 50, "a", "b", "c", "d", "e", "f", "g", "h"}
	if isPostgresOf(d) {
		walk, near = walksQuery(0, catalog.Rating{}), walksQuery(2, ratingUpTo(t, 12))
		walkArgs = []any{[]string{"term1", "term2"}, []int64{math.MaxInt64, 5}, []string{"", ""}, []int64{50, 50}}
		nearArgs = append(append([]any{}, walkArgs...), []string{"a", "b"}, []string{"c"})
	}
	type ask = struct {
		query string
		args  []any
		walks []string
		on    []string
	}
	ids := d.engine.texts([]string{"a", "b"})
	return map[string]ask{
		"a page of a list":           {all, place, []string{"film_facets_by_top_rated (facet=? AND age=? AND (top_rated,film_id)<(?,?))", "sqlite_autoindex_films_1 (id=?)"}, []string{"film_facets_by_top_rated", "films_pkey"}},
		"a page of a child's list":   {child, place, []string{"film_facets_by_trending (facet=? AND age=? AND (trending,film_id)<(?,?))", "sqlite_autoindex_films_1 (id=?)"}, []string{"film_facets_by_trending", "films_pkey"}},
		"films of a term":            {walk, walkArgs, []string{"PRIMARY KEY (term=? AND (rank,film_id)<(?,?))"}, []string{"film_terms_pkey"}},
		"films that hold others too": {near, nearArgs, []string{"PRIMARY KEY (term=? AND (rank,film_id)<(?,?))", "PRIMARY KEY (term=? AND rank=? AND film_id=?)"}, []string{"film_terms_pkey"}},
		"what was found":             {foundQuery(d.engine), []any{ids}, []string{"PRIMARY KEY (film_id=?)"}, []string{"film_words_pkey"}},
		"a collection":               {collectedQuery(ratingUpTo(t, 12)), []any{int64(1)}, []string{"films_by_collection (collection_id=?)"}, []string{"films_by_collection"}},
		"what was changed":           {filmsChanged, []any{now(), "", 1000}, []string{"films_by_updated ((updated_at,id)>(?,?))"}, []string{"films_by_updated"}},
		"a page of the vocabulary":   {termsAfter, []any{"b", 5000}, []string{"PRIMARY KEY (term>?)"}, []string{"film_terms_pkey"}},
		"my list":                    {myList, []any{"p", "u", now(), "", 50}, []string{"opinions_by_listed (profile_id=? AND listed_at>? AND (listed_at,film_id)<(?,?))"}, []string{"opinions_by_listed"}},
		"what a profile likes":       {likedFilms, []any{"p", "u", 50}, []string{"opinions_by_liked (profile_id=? AND liked_at>?)"}, []string{"opinions_by_liked"}},
		"the stars of a film":        {filmStars, []any{"f"}, []string{"opinions_by_stars (film_id=? AND stars>?)"}, []string{"opinions_by_stars"}},
		"what was begun with it":     {filmsTogether, []any{"f", 200, 49, 20}, []string{"opinions_by_started (film_id=? AND started_at>?)", "opinions_by_liked (profile_id=? AND liked_at>?)"}, []string{"opinions_by_started", "opinions_by_liked"}},
		"the videos of films":        {videosOfQuery(2), []any{"a", "b"}, []string{"videos_by_film (film_id=?)"}, []string{"videos_by_film"}},
	}
}

func isPostgresOf(d *DB) bool {
	_, ok := d.engine.(*postgresEngine)
	return ok
}

func TestFilmQueriesOnSQLiteWalkDownAnIndex(t *testing.T) {
	d := open(t, testEngines[0].migrated(t))
	for name, ask := range filmQueries(t, d) {
		found, err := d.read.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+ask.query, ask.args...)
		if err != nil {
			t.Fatal(name, err)
		}
		steps, err := collect(found, func(r *sql.Rows) (step string, err error) {
			return step, r.Scan(new(int), new(int), new(int), &step)
		})
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(steps, "\n")
		for _, walk := range ask.walks {
			if !strings.Contains(plan, walk) {
				t.Errorf("%s does not walk down %s:\n%s", name, walk, plan)
			}
		}
		// What is scanned is what was given or found: pages, and lists of parameters.
		if scans := regexp.MustCompile(`SCAN (films|f|t|o|e|film_\w+|opinions|videos)\b`).FindString(strings.ReplaceAll(plan, "SCAN e VIRTUAL", "")); scans != "" {
			t.Errorf("%s reads a whole table:\n%s", name, plan)
		}
		// Walks have their order. What is merged of them is sorted: a page for each age.
		if sorts := strings.Count(plan, "USE TEMP B-TREE"); sorts > max(2, strings.Count(plan, "CO-ROUTINE walk")) || sorts > 0 && strings.HasPrefix(name, "films ") {
			t.Errorf("%s sorts %d times:\n%s", name, sorts, plan)
		}
	}
}

// step is what is asserted of a node of PostgreSQL's plan.
type planStep struct {
	Kind    string     `json:"Node Type"`
	Index   string     `json:"Index Name"`
	On      string     `json:"Relation Name"`
	Cond    string     `json:"Index Cond"`
	Rows    float64    `json:"Actual Rows"`
	Loops   float64    `json:"Actual Loops"`
	Removed float64    `json:"Rows Removed by Filter"`
	Under   []planStep `json:"Plans"`
}

func (s planStep) each(do func(planStep)) {
	do(s)
	for _, under := range s.Under {
		under.each(do)
	}
}

// PostgreSQL plans a statement for the values it is given, and after some times for any: both
// must walk down the indexes, and read no more rows than a page for each walk.
func TestFilmQueriesOnPostgreSQLWalkDownAnIndex(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			fillFilms(t, d, 600)
			for _, table := range []string{"films", "film_facets", "film_words", "film_terms", "opinions", "videos"} {
				run(t, d, `ANALYZE `+table)
			}
			term := rows[string](t, d, `SELECT term FROM film_terms GROUP BY term ORDER BY COUNT(*) DESC LIMIT 1`)[0] // hundreds of films hold it
			conn, err := d.read.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			// Tables of a test are so small that reading them whole is as good.
			if _, err := conn.ExecContext(t.Context(), `SET enable_seqscan = off`); err != nil {
				t.Fatal(err)
			}
			for name, ask := range filmQueries(t, d) {
				if terms, ok := ask.args[0].([]string); ok && strings.HasPrefix(name, "films ") {
					terms[0] = term
				}
				for _, mode := range []string{"force_custom_plan", "force_generic_plan"} {
					if _, err := conn.ExecContext(t.Context(), `SET plan_cache_mode = `+mode); err != nil {
						t.Fatal(err)
					}
					var doc string
					if err := conn.QueryRowContext(t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON) `+ask.query, ask.args...).Scan(&doc); err != nil {
						t.Fatal(name, err)
					}
					var plans []struct{ Plan planStep }
					if err := json.Unmarshal([]byte(doc), &plans); err != nil {
						t.Fatal(err)
					}
					used := map[string]bool{}
					plans[0].Plan.each(func(s planStep) {
						used[s.Index] = true
						if s.On != "" && (s.Kind == "Seq Scan" || s.Kind == "Bitmap Heap Scan" && s.Removed > 0) {
							t.Errorf("%s, %s: reads %s whole\n%s", name, mode, s.On, doc)
						}
						if each := s.Rows; s.On != "" && name != "a page of the vocabulary" && each > 60 {
							t.Errorf("%s, %s: reads %g rows of %s at once\n%s", name, mode, each, s.On, doc)
						}
						if s.Removed > 200 {
							t.Errorf("%s, %s: passes %g rows of %s over\n%s", name, mode, s.Removed, s.On, doc)
						}
					})
					for _, index := range ask.on {
						if !used[index] {
							t.Errorf("%s, %s: does not use %s\n%s", name, mode, index, doc)
						}
					}
				}
			}
		})
	}
}

// stepped counts, for who asks with a number of their own, the rows of which SQLite looks at the
// condition it stands in: SQLite as we have it built counts none itself.
var stepped sync.Map // int64 to *atomic.Int64

func init() {
	sqlite.MustRegisterScalarFunction("stepped", 1, func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
		count, _ := stepped.LoadOrStore(args[0], new(atomic.Int64))
		count.(*atomic.Int64).Add(1)
		return int64(1), nil
	})
}

// The same on SQLite: as many rows are stepped over at the end of a list as at its beginning, of
// all films, of a genre, and for a child.
func TestADeepPageOnSQLiteStepsOverNoMoreRowsThanTheFirst(t *testing.T) {
	t.Parallel()
	const page, mine = 20, int64(20260)
	d := open(t, testEngines[0].migrated(t))
	some := fillFilms(t, d, 600)
	count, _ := stepped.LoadOrStore(mine, new(atomic.Int64))
	read := func(query string, args ...any) (rows int) {
		t.Helper()
		count.(*atomic.Int64).Store(0)
		found, err := d.read.QueryContext(t.Context(), query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer found.Close()
		for found.Next() {
			rows++
		}
		if err := found.Err(); err != nil {
			t.Fatal(err)
		}
		return rows
	}
	counted := fmt.Sprintf("WHERE stepped(%d) = 1 AND facet = ", mine)
	// That the rows are counted shows where many are passed over.
	if read(`SELECT film_id FROM film_facets `+counted+`$1 ORDER BY popular DESC LIMIT 20 OFFSET 400`, int64(0)); count.(*atomic.Int64).Load() < 420 {
		t.Fatalf("%d rows are counted where at least 420 are stepped over", count.(*atomic.Int64).Load())
	}
	for _, limit := range []catalog.Rating{{}, ratingUpTo(t, 12)} {
		ages := len(catalog.AgesWithin(limit))
		most := ages * (page + 1) // a walk may look at the place itself, which it does not tell
		for _, list := range catalog.Lists {
			query, err := shelfQuery(list, limit)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(query, "WHERE facet = "); n != ages {
				t.Fatalf("%d walks for %d ages", n, ages)
			}
			query = strings.ReplaceAll(query, "WHERE facet = ", counted)
			for _, genre := range []int64{0, 18} {
				facet := int64(catalog.FacetOf(genre, 0))
				deepest := 0
				for _, f := range some {
					read(query, facet, f.Keys()[list], f.ID, page)
					n := int(count.(*atomic.Int64).Load())
					if deepest = max(deepest, n); n > most {
						t.Errorf("%s of genre %d after %s: %d rows are stepped over, more than %d", list, genre, f.ID, n, most)
					}
				}
				if genre == 0 && deepest < page {
					t.Errorf("%s: no page stepped over more than %d rows", list, deepest)
				}
			}
		}
	}
}

// A page deep in a list costs what the first does: as many rows are read of the index.
func TestADeepPageReadsNoMoreThanTheFirst(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			some := fillFilms(t, d, 600)
			run(t, d, `ANALYZE film_facets`)
			query, err := shelfQuery(catalog.Popular, catalog.Rating{})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range some {
				var doc string
				if err := d.read.QueryRowContext(t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON) `+query, int64(0), f.Popularity, f.ID, 20).Scan(&doc); err != nil {
					t.Fatal(err)
				}
				var plans []struct{ Plan planStep }
				if err := json.Unmarshal([]byte(doc), &plans); err != nil {
					t.Fatal(err)
				}
				read := 0.0
				plans[0].Plan.each(func(s planStep) {
					if s.On == "film_facets" {
						read += s.Rows*max(1, s.Loops) + s.Removed
					}
				})
				if most := float64(20 * len(catalog.AgesWithin(catalog.Rating{}))); read > most {
					t.Errorf("after %s: %g rows are read of the index, more than %g\n%s", fmt.Sprint(f.Popularity), read, most, doc)
				}
			}
		})
	}
}
