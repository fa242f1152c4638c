package sqlstore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
	"github.com/kkmovies/kkmovies/internal/watch"
	"github.com/kkmovies/kkmovies/test/engines"
)

// watched is a database with the history of many, as it grows: each has watched some videos, and
// is in the middle of one.
type watched struct {
	d       *DB
	viewers []watch.Viewer
	videos  []string
}

func fillWatched(b testing.TB, d *DB, viewers, each int) *watched {
	b.Helper()
	w := &watched{d: d}
	ctx := context.Background()
	var users, profiles, videos [][]any
	for i := range viewers {
		v := watch.Viewer{UserID: uuid.NewString(), ProfileID: uuid.NewString()}
		w.viewers = append(w.viewers, v)
		users = append(users, []any{v.UserID, v.UserID + "@example.com", "", "viewer", now(), now()})
		profiles = append(profiles, []any{v.ProfileID, v.UserID, "Viewer " + strconv.Itoa(i), now()})
	}
	for range 500 {
		id := uuid.Must(uuid.NewV7()).String()
		w.videos = append(w.videos, id)
		videos = append(videos, []any{id, "A film", "ready", now(), now(), "u", "p", "s"})
	}
	err := d.inTx(ctx, "bench", func(tx jobs.Tx) error {
		for _, t := range []struct {
			table, columns string
			rows           [][]any
		}{
			{"users", "id, email, password_hash, role, created_at, updated_at", users},
			{"profiles", "id, user_id, name, created_at", profiles},
			{"videos", "id, title, status, created_at, updated_at, user_id, profile_id, session_id", videos},
		} {
			if err := d.engine.insertMany(ctx, tx, t.table, t.columns, t.rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for i := range each {
		for rows := range slices.Chunk(w.beats(w.viewers, i, 0), 5000) {
			if err := d.Watch().Record(ctx, rows); err != nil {
				b.Fatal(err)
			}
		}
	}
	if isPostgresOf(d) {
		for _, table := range []string{"users", "profiles", "videos", "watch_history"} {
			run(b, d, `ANALYZE `+table)
		}
	}
	return w
}

// beats are what these report five seconds after the last time, each of their so manieth video.
func (w *watched) beats(viewers []watch.Viewer, video, turn int) []watch.Row {
	rows := make([]watch.Row, len(viewers))
	at := now().Add(time.Duration(turn) * 5 * time.Second)
	for i, v := range viewers {
		rows[i] = watch.Row{
			Viewer: v, VideoID: w.videos[(int(v.ProfileID[0])*7+video)%len(w.videos)], DeviceID: v.UserID[:18] + v.ProfileID[18:], Device: "Chrome on Android",
			SessionID: v.ProfileID, Counter: int64(turn + 2),
			Mark: watch.Mark{Era: watch.Era{At: 1764489600000, By: v.ProfileID}, Kind: watch.Watching, Position: float64(5 * (turn + 2)), Duration: 5400, At: at},
		}
	}
	return rows
}

// lastingEngines are databases that keep what they say they keep.
func lastingEngines(b testing.TB) map[string]string {
	b.Helper()
	at := map[string]string{}
	path := filepath.Join(b.TempDir(), "kkmovies.db")
	file, err := migratedFile()
	if err == nil {
		err = os.WriteFile(path, file, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
	at["SQLite"] = path
	for _, major := range []int{16, 18} {
		at[fmt.Sprintf("PostgreSQL %d", major)] = engines.OwnPostgres(b, major, "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB").DSN()
	}
	return at
}

// Beats of viewers, so many in one transaction, each on disk before the next: of rows there are, as
// almost all beats are, and of new ones. A tenth of those who have a history are watching.
func BenchmarkWatching(b *testing.B) {
	const viewers, watching, batch = 40_000, 4000, 2000
	for name, url := range lastingEngines(b) {
		b.Run(name, func(b *testing.B) {
			d := open(b, url)
			w := fillWatched(b, d, viewers, 5)
			chance := rand.New(rand.NewPCG(1, 2))
			for _, kind := range []string{"beats", "new"} {
				b.Run(kind, func(b *testing.B) {
					chance.Shuffle(len(w.viewers), func(i, j int) { w.viewers[i], w.viewers[j] = w.viewers[j], w.viewers[i] })
					going, video, n := w.viewers[:watching], 5, 0
					for rows := range slices.Chunk(w.beats(going, video, 0), batch) {
						if err := d.Watch().Record(context.Background(), rows); err != nil {
							b.Fatal(err)
						}
					}
					var took, cpu time.Duration
					measured(b, func(turn int) {
						b.StopTimer()
						if kind == "new" {
							video++
						}
						chance.Shuffle(len(going), func(i, j int) { going[i], going[j] = going[j], going[i] })
						rows := w.beats(going[:batch], video, turn+1)
						b.StartTimer()
						begun, before := time.Now(), worked()
						if err := d.Watch().Record(context.Background(), rows); err != nil {
							b.Fatal(err)
						}
						took, cpu, n = took+time.Since(begun), cpu+worked()-before, n+batch
					})
					b.ReportMetric(float64(n)/took.Seconds(), "rows/s")
					b.ReportMetric(float64(cpu.Microseconds())/float64(n), "cpu-us/row")
				})
			}
		})
	}
}
