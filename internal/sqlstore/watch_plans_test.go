package sqlstore

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/watch"
)

// fillDays gives some viewers a history in which each video was watched by two devices, an hour
// before the last; it returns one of them, and their places, latest first.
func fillDays(t *testing.T, d *DB, videos int) (v watch.Viewer, places []watch.Place) {
	t.Helper()
	w := fillWatched(t, d, 20, 0)
	v = w.viewers[0]
	at := now()
	var rows []watch.Row
	for i := range videos {
		p := watch.Place{At: at.Add(-time.Duration(i) * time.Hour), VideoID: w.videos[i]}
		places = append(places, p)
		for _, viewer := range w.viewers {
			for _, device := range []string{"phone", "tv"} {
				rows = append(rows, watch.Row{Viewer: viewer, VideoID: p.VideoID, DeviceID: device, Mark: watch.Mark{Kind: watch.Watching, At: p.At}})
			}
		}
	}
	if err := d.Watch().Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	return v, places
}

func TestWatchingOnSQLiteWalksDownAnIndex(t *testing.T) {
	t.Parallel()
	d := open(t, testEngines[0].migrated(t))
	v, places := fillDays(t, d, 100)
	for name, ask := range map[string]struct {
		query string
		args  []any
		walks []string
	}{
		"rows of videos": {watchRows(d.engine), []any{v.ProfileID, v.UserID, d.engine.texts([]string{"a", "b"})}, []string{"sqlite_autoindex_watch_history_1 (profile_id=? AND video_id=?)"}},
		"a page": {recentWatch, recentArgs(v, places[50], 20), []string{
			"SEARCH r USING INDEX watch_history_by_hour (profile_id=? AND last_hour<?)",
			"SEARCH o USING INDEX sqlite_autoindex_watch_history_1 (profile_id=? AND video_id=?)",
			"SEARCH w USING INDEX sqlite_autoindex_watch_history_1 (profile_id=? AND video_id=?)",
			"USE TEMP B-TREE FOR LAST 2 TERMS OF ORDER BY", // of an hour
		}},
		"a beat":           {goOnWatching, make([]any, 14), []string{"sqlite_autoindex_watch_history_1 (profile_id=? AND video_id=? AND device_id=?)"}},
		"a profile goes":   {`DELETE FROM watch_history WHERE profile_id = $1`, []any{v.ProfileID}, []string{"(profile_id=?)"}},
		"a video goes":     {`DELETE FROM watch_history WHERE video_id = $1`, []any{"a"}, []string{"watch_history_by_video (video_id=?)"}},
		"what is exported": {exportWatched, []any{v.UserID}, []string{"profiles_by_user (user_id=?)", "(profile_id=?)"}},
	} {
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
		if regexp.MustCompile(`SCAN (watch_history|[rowvpu])\b`).MatchString(plan) {
			t.Errorf("%s reads a whole table:\n%s", name, plan)
		}
	}
}

func recentArgs(v watch.Viewer, after watch.Place, most int) []any {
	return []any{v.ProfileID, v.UserID, hourOf(after.At), after.At, after.VideoID, most}
}

// A page costs as much wherever it is: no more rows are read than it has, and those of the hours
// in which it begins and ends.
func TestWatchingOnPostgreSQLWalksDownAnIndex(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			v, places := fillDays(t, d, 400)
			run(t, d, `ANALYZE watch_history`)
			conn, err := d.read.Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if _, err := conn.ExecContext(t.Context(), `SET enable_seqscan = off`); err != nil { // tables of a test are small
				t.Fatal(err)
			}
			asks := map[string]struct {
				query string
				args  []any
				on    []string
			}{
				"rows of videos": {watchRows(d.engine), []any{v.ProfileID, v.UserID, d.engine.texts([]string{places[0].VideoID, places[9].VideoID})}, []string{"watch_history_pkey"}},
				"a profile goes": {`DELETE FROM ONLY watch_history WHERE $1 = profile_id`, []any{"nobody"}, []string{"watch_history_pkey|watch_history_by_hour"}},
				"a video goes":   {`DELETE FROM ONLY watch_history WHERE $1 = video_id`, []any{"none"}, []string{"watch_history_by_video"}},
			}
			for _, at := range []int{0, 100, 250, 370} {
				asks[fmt.Sprintf("a page after %d", at)] = struct {
					query string
					args  []any
					on    []string
				}{recentWatch, recentArgs(v, places[at], 20), []string{"watch_history_by_hour", "watch_history_pkey"}}
			}
			for name, ask := range asks {
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
					used, read := "", 0.0
					plans[0].Plan.each(func(s planStep) {
						used += " " + s.Index
						if s.Kind == "Seq Scan" && s.On == "watch_history" {
							t.Errorf("%s, %s: reads all of %s\n%s", name, mode, s.On, doc)
						}
						if s.Index == "watch_history_by_hour" {
							read += s.Rows*max(1, s.Loops) + s.Removed
						}
					})
					for _, index := range ask.on {
						if !regexp.MustCompile(index).MatchString(used) {
							t.Errorf("%s, %s: does not use %s\n%s", name, mode, index, doc)
						}
					}
					if read > 2*(20+2) { // of two devices each
						t.Errorf("%s, %s: reads %g rows of the index\n%s", name, mode, read, doc)
					}
				}
			}
		})
	}
}

// What PostgreSQL believes of a table may be of long ago, when there was nothing in it. A page is
// then read by other ways, which cost no more than the profile's rows a few times over.
func TestAHistoryThatGrewUnnoticedIsReadInBounds(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			run(t, d, `ALTER TABLE watch_history SET (autovacuum_enabled = off)`)
			t.Cleanup(func() { run(t, d, `ALTER TABLE watch_history RESET (autovacuum_enabled)`) })
			for _, analysed := range []int{0, 1} { // as nothing, and as one row
				run(t, d, `DELETE FROM watch_history`)
				fillDays(t, d, analysed)
				run(t, d, `ANALYZE watch_history`)
				v, places := fillDays(t, d, 300)
				for _, most := range []int{4, 100} {
					var doc string
					if err := d.read.QueryRowContext(t.Context(), `EXPLAIN (ANALYZE, FORMAT JSON) `+recentWatch, recentArgs(v, places[10], most)...).Scan(&doc); err != nil {
						t.Fatal(err)
					}
					var plans []struct{ Plan planStep }
					if err := json.Unmarshal([]byte(doc), &plans); err != nil {
						t.Fatal(err)
					}
					read := 0.0
					plans[0].Plan.each(func(s planStep) {
						if s.On == "watch_history" {
							read += (s.Rows + s.Removed) * max(1, s.Loops)
						}
					})
					t.Logf("analysed with %d videos, a page of %d: %g rows", analysed, most, read)
					if read > 10*2*300 {
						t.Errorf("analysed with %d videos, a page of %d: %g rows are read\n%s", analysed, most, read, doc)
					}
				}
			}
		})
	}
}
