package sqlstore

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/jobs"
)

// watchTable is as large as a watch history grows: of each user, each film's position.
const watchTable = `CREATE TABLE positions_moved (user_id TEXT NOT NULL, video_id TEXT NOT NULL, device_id TEXT NOT NULL,
	timestamp_seconds DOUBLE PRECISION NOT NULL, duration_seconds DOUBLE PRECISION NOT NULL, document TEXT NOT NULL, last_updated %s NOT NULL,
	PRIMARY KEY (user_id, video_id, device_id))`

func withWatches(t testing.TB, e testEngine, rows int, document string) string {
	t.Helper()
	url := e.empty(t)
	d, err := Open(context.Background(), Options{URL: url, Logger: discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	run(t, d, fmt.Sprintf(watchTable, map[bool]string{false: "TIMESTAMP", true: "TIMESTAMPTZ"}[isPostgres(url)]))
	err = d.queue.InTx(context.Background(), func(tx jobs.Tx) error {
		for i := range rows {
			if _, err := tx.ExecContext(context.Background(), `INSERT INTO positions_moved VALUES ($1, $2, $3, $4, 7200, $5, $6)`, uuid.NewString(),
				uuid.NewString(), uuid.NewString(), float64(i)/7, document, now()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// Many positions, and rows of two megabytes, are moved in the memory of a few. Of a hundred
// thousand the benchmark tells.
func TestManyRowsAndLargeOnesAreMovedInBoundedMemory(t *testing.T) {
	for name, c := range map[string]struct {
		rows     int
		document string
	}{
		"many":  {20_000, "{}"},
		"large": {60, `"` + strings.Repeat("x", 2<<20) + `"`},
	} {
		t.Run(name, func(t *testing.T) {
			at := withWatches(t, testEngines[0], c.rows, c.document)
			for _, e := range []testEngine{testEngines[2], testEngines[0]} {
				next := withWatches(t, e, 0, "")
				most := mostHeap(t, at, next)
				t.Logf("to %s with %d MB at most", e.name, most>>20)
				if most > 96<<20 {
					t.Errorf("to %s it took %d MB", e.name, most>>20)
				}
				at = next
			}
		})
	}
}

// mostHeap moves a database and returns the largest heap it was met with.
func mostHeap(t testing.TB, from, to string) (most uint64) {
	t.Helper()
	m, err := PrepareMove(t.Context(), Place{Address: from}, Place{Address: to})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	runtime.GC()
	if _, err := m.Run(t.Context(), func(MoveProgress) {
		var now runtime.MemStats
		runtime.ReadMemStats(&now)
		most = max(most, now.HeapAlloc)
	}); err != nil {
		t.Fatal(err)
	}
	return most
}

func BenchmarkMoveOfADatabase(b *testing.B) {
	const rows = 100_000
	for _, way := range []struct{ from, to int }{{0, 1}, {0, 2}, {2, 0}, {0, 0}} {
		b.Run(testEngines[way.from].name+" to "+testEngines[way.to].name, func(b *testing.B) {
			from := withWatches(b, testEngines[way.from], rows, "{}")
			var taken, compared time.Duration
			var bytes int64
			var most uint64
			for b.Loop() {
				b.StopTimer()
				to := withWatches(b, testEngines[way.to], 0, "")
				b.StartTimer()
				m, err := PrepareMove(b.Context(), Place{Address: from}, Place{Address: to})
				if err != nil {
					b.Fatal(err)
				}
				began := time.Now()
				var half time.Time
				if _, err := m.Run(b.Context(), func(p MoveProgress) {
					if p.Checking && half.IsZero() {
						half = time.Now()
					}
					bytes = max(bytes, p.Bytes)
					var now runtime.MemStats
					runtime.ReadMemStats(&now)
					most = max(most, now.HeapAlloc)
				}); err != nil {
					b.Fatal(err)
				}
				taken, compared = taken+half.Sub(began), compared+time.Since(half)
				m.Close()
			}
			n := float64(b.N)
			b.ReportMetric(rows*n/(taken+compared).Seconds(), "rows/s")
			b.ReportMetric(float64(bytes)*n/1e6/(taken+compared).Seconds(), "MB/s")
			b.ReportMetric(float64(most)/1e6, "peak-MB")
			b.ReportMetric(rows*n/taken.Seconds(), "copied/s")
			b.ReportMetric(rows*n/compared.Seconds(), "compared/s")
		})
	}
}
