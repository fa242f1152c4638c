package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/insight/insighttest"
)

func TestInsightKeepsItsContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		insighttest.Run(t, func(t testing.TB) insighttest.Subject {
			url := e.migrated(t)
			d := open(t, url)
			return insighttest.Subject{
				Store: d.Insight(), Films: d.Insight(),
				Node: func(t testing.TB) insight.Store {
					if isPostgres(url) { // a process of its own
						return open(t, url).Insight()
					}
					return d.Insight()
				},
				Join: func(t testing.TB) insight.Viewer {
					u := account.User{ID: uuid.NewString(), Email: uuid.NewString() + "@example.com", Role: account.Viewer, CreatedAt: now()}
					p := account.Profile{ID: uuid.NewString(), UserID: u.ID, CreatedAt: now()}
					if err := d.Accounts().CreateUser(context.Background(), u, p); err != nil {
						t.Fatal(err)
					}
					return insight.Viewer{UserID: u.ID, ProfileID: p.ID}
				},
				Leave: func(t testing.TB, v insight.Viewer) { run(t, d, `DELETE FROM users WHERE id = $1`, v.UserID) },
				Add: func(t testing.TB) string {
					v := catalog.Video{ID: uuid.NewString(), Title: "A film", Status: catalog.Ready, DurationSeconds: 5400, CreatedAt: now(), UpdatedAt: now()}
					addVideo(t, d, v)
					return v.ID
				},
				Remove: func(t testing.TB, id string) { run(t, d, `DELETE FROM videos WHERE id = $1`, id) },
			}
		})
	})
}

// insightQueries are the queries that grow with how much is watched: each with the index a plan
// of it must walk down. None of them sorts.
var insightQueries = map[string]struct {
	query    string
	args     []any
	walk, on string // SQLite's words, and PostgreSQL's index
	reads    float64
}{
	"a video's latest playings": {latestPlayings, []any{"v1", 20}, "playings_by_latest (video_id=?)", "playings_by_latest", 20},
	"the most watched":          {videosByViewers, []any{1 << 30, "", 20}, "watched_videos_by_viewers ((viewers,video_id)<(?,?))", "watched_videos_by_viewers", 20},
	"the oldest":                {oldestPlayings, []any{now().Add(time.Hour), 20}, "playings_by_began (began_at<?)", "playings_by_began", 20},
	"those of a viewer":         {viewersPlayings, []any{"v1", "p1"}, "sqlite_autoindex_playings_1 (video_id=? AND profile_id=?)", "playings_pkey", insight.MostOfOne},
}

func TestInsightQueriesOnSQLiteWalkDownAnIndex(t *testing.T) {
	d := open(t, testEngines[0].migrated(t))
	for name, ask := range insightQueries {
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
		if plan := strings.Join(steps, "\n"); !strings.Contains(plan, ask.walk) || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s:\n%s", name, plan)
		}
	}
}

func TestInsightQueriesOnPostgreSQLReadNoMoreThanTheyAnswer(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			fillPlayings(t, d)
			for name, ask := range insightQueries {
				var doc string
				if err := d.read.QueryRowContext(t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON) `+ask.query, ask.args...).Scan(&doc); err != nil {
					t.Fatal(name, err)
				}
				var plans []struct{ Plan planStep }
				if err := json.Unmarshal([]byte(doc), &plans); err != nil {
					t.Fatal(err)
				}
				var used []string
				plans[0].Plan.each(func(s planStep) {
					used = append(used, s.Index)
					if read := s.Rows*max(1, s.Loops) + s.Removed; s.On != "" && read > ask.reads || s.Kind == "Sort" {
						t.Errorf("%s reads %g rows of %s, or sorts\n%s", name, read, s.On, doc)
					}
				})
				if !slices.Contains(used, ask.on) {
					t.Errorf("%s does not use %s\n%s", name, ask.on, doc)
				}
			}
		})
	}
}

// fillPlayings writes what 500 viewers watched of 20 videos, of 2,000 there are: 10,000 playings,
// 1,000 of them of nothing.
func fillPlayings(t testing.TB, d *DB) {
	t.Helper()
	run(t, d, `INSERT INTO users (id, email, password_hash, role, created_at, updated_at) VALUES ('u', 'u@example.com', '', 'viewer', $1, $1)`, now())
	run(t, d, `INSERT INTO profiles (id, user_id, name, created_at) SELECT 'p' || n, 'u', 'P', now() FROM generate_series(1, 500) n`)
	run(t, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
		SELECT 'v' || n, 'A film', 'ready', now(), now(), 'u', 'p1', 's' FROM generate_series(1, 2000) n`)
	run(t, d, `INSERT INTO playings (video_id, profile_id, session_id, user_id, began_at, seen, parts, events)
		SELECT 'v' || v, 'p' || p, 's', 'u', now() - (v * 500 + p) * interval '1 second', p % 10 > 0, '', '' FROM generate_series(1, 20) v, generate_series(1, 500) p`)
	run(t, d, `INSERT INTO watched_videos (video_id, viewers, playings) SELECT 'v' || n, n % 100, n FROM generate_series(1, 2000) n`)
	for _, table := range []string{"playings", "watched_videos"} {
		run(t, d, `ANALYZE `+table)
	}
}
