package sqlstore

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// fill queues as many tasks of films that take turns, in lanes, as fast as the database can.
func fill(t testing.TB, d *DB, films, tasks int) {
	t.Helper()
	run(t, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
		SELECT 'film-' || f, 'A film', 'processing', now(), now(), 'u', 'p', 's' FROM generate_series(1, $1::int) f`, films)
	run(t, d, `INSERT INTO encode_tasks (video_id, seq, lane, task, status, queued_at, turn, first_segment, segments)
		SELECT 'film-' || f, s, CASE WHEN s % 10 = 0 THEN 10 ELSE 20 END,
			'{"seq":' || s || ',"lane":20,"kind":"video","firstSegment":' || s * 4 || ',"segments":4,"renditions":["video/360"]}',
			'queued', now(), s, s * 4, 4
		FROM generate_series(1, $1::int) f, generate_series(0, $2::int - 1) s`, films, tasks/films+1)
	run(t, d, `ANALYZE`)
}

// BenchmarkHandingOutTasks is how fast workers of several machines get tasks to do: rows a
// second, each in a transaction of its own, with leases piling up behind.
func BenchmarkHandingOutTasks(b *testing.B) {
	const machines, slots = 4, 4
	for _, e := range testEngines[1:] {
		b.Run(fmt.Sprintf("%s/%d machines with %d slots", e.name, machines, slots), func(b *testing.B) {
			url := e.migrated(b)
			var workers [machines]*DB
			for i := range workers {
				d, err := Open(context.Background(), Options{URL: url, Logger: slog.New(slog.DiscardHandler)})
				if err != nil {
					b.Fatal(err)
				}
				defer d.Close()
				workers[i] = d
			}
			fill(b, workers[0], 20, b.N+1)
			var left atomic.Int64
			left.Store(int64(b.N))
			var all sync.WaitGroup
			b.ResetTimer()
			for i := range machines * slots {
				store, owner := workers[i%machines].Pipeline(), fmt.Sprintf("machine %d slot %d", i%machines, i/machines)
				all.Go(func() {
					for left.Add(-1) >= 0 {
						if _, err := store.Take(context.Background(), owner, time.Hour); err != nil {
							b.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// However many tasks are queued and held, the next one, and the next that was abandoned, is
// found by an index, not by looking through them.
func TestAPickDoesNotLookThroughTheTable(t *testing.T) {
	for _, e := range testEngines[1:] {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, e.migrated(t))
			fill(t, d, 20, 20_000)
			run(t, d, `UPDATE encode_tasks SET status = 'leased', lease_owner = 'another', lease_until = now() + interval '1 hour' WHERE seq % 2 = 0`)
			if _, err := d.engine.writer().ExecContext(t.Context(), `VACUUM ANALYZE encode_tasks`); err != nil { // which the server does by itself, in its time
				t.Fatal(err)
			}
			for what, query := range map[string]string{
				"the next task":           firstQueued + ofWorkedOn,
				"the next abandoned task": strings.ReplaceAll(firstAbandoned, "$1", "now()") + ofWorkedOn,
			} {
				plan := strings.Join(rows[string](t, d, `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF) `+query+d.engine.takeLock()), "\n")
				read := 0
				for line := range strings.Lines(plan) {
					var hit int
					if _, err := fmt.Sscanf(strings.TrimSpace(line), "Buffers: shared hit=%d", &hit); err == nil {
						read = max(read, hit)
					}
				}
				if strings.Contains(plan, "Seq Scan on encode_tasks") || read == 0 || read > 200 {
					t.Errorf("%s reads %d pages:\n%s", what, read, plan)
				}
			}
		})
	}
}

// An expired lease goes to the next who asks, before what was queued after it, also among
// very many.
func TestAnAbandonedTaskIsFoundAmongManyThatAreHeld(t *testing.T) {
	d := open(t, testEngines[1].migrated(t))
	fill(t, d, 20, 5_000)
	run(t, d, `UPDATE encode_tasks SET status = 'leased', lease_owner = 'another', lease_until = now() + interval '1 hour' WHERE lane = 10`)
	run(t, d, `UPDATE encode_tasks SET lease_until = now() - interval '1 second' WHERE video_id = 'film-7' AND seq = 40`)
	w, err := d.Pipeline().Take(t.Context(), "heir", time.Hour)
	if err != nil || w.VideoID != "film-7" || w.Task.Seq != 40 {
		t.Errorf("took %+v, %v", w, err)
	}
	if err := d.Pipeline().Renew(t.Context(), pipeline.Work{VideoID: "film-7", Task: w.Task, Owner: "another"}, time.Hour); !fault.Is(err, fault.NotFound) {
		t.Errorf("who lost it renews it: %v", err)
	}
}
