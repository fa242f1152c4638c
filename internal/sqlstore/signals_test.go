package sqlstore

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/pipeline"
	"github.com/kkmovies/kkmovies/internal/pipeline/pipelinetest"
)

func TestSignalsKeepTheirContract(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e testEngine) {
		pipelinetest.RunSignals(t, func(t testing.TB) pipelinetest.Lines {
			url := e.migrated(t)
			if !isPostgres(url) {
				d := open(t, url) // of one process alone
				return pipelinetest.Lines{Join: func(testing.TB) (pipeline.Signals, func()) { return d.Signals(), func() {} }}
			}
			return pipelinetest.Lines{
				Join: func(t testing.TB) (pipeline.Signals, func()) {
					d := open(t, url)
					return d.Signals(), d.Close
				},
				Cut: func(t testing.TB) { cutListeners(t, url) },
			}
		})
	})
}

// cutListeners ends the connections of all who listen.
func cutListeners(t testing.TB, url string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var cut int
	if err := conn.QueryRow(ctx, `SELECT COUNT(*) FROM (SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
		WHERE datname = current_database() AND query = 'LISTEN `+channel+`') t`).Scan(&cut); err != nil || cut == 0 {
		t.Fatalf("cut %d connections, %v", cut, err)
	}
}
