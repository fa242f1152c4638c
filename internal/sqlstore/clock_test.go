package sqlstore

import (
	"context"
	"fmt"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/pipeline/pipelinetest"
)

// Leases and wishes are measured by the database's clock alone. Here it is a day before and
// a day after that of every worker: where the two were mixed, a lease would be over when it
// begins, or not for a day.
func TestThePipelineKeepsItsContractWhateverAWorkersClockSays(t *testing.T) {
	for name, by := range map[string]string{"a day before": "1 day", "a day behind": "-1 day"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pipelinetest.Run(t, func(t testing.TB) pipelinetest.Subject {
				d := open(t, skewed(t, testEngines[2].migrated(t), by))
				return pipelinetest.Subject{
					Store: d.Pipeline(),
					Add:   func(t testing.TB, status catalog.Status) string { return addUploaded(t, d, status) },
					Video: func(t testing.TB, id string) catalog.Video {
						v, err := d.Catalog().Video(context.Background(), id)
						if err != nil {
							t.Fatal(err)
						}
						return v
					},
					Delete:    func(t testing.TB, id string) { run(t, d, `DELETE FROM videos WHERE id = $1`, id) },
					Jobs:      func(t testing.TB) []string { return waiting(t, d) },
					LoseQueue: func(t testing.TB) { loseQueue(t, d) },
				}
			})
		})
	}
}

// skewed returns the address of a database whose clock is wrong by so much, for those who
// come by it.
func skewed(t testing.TB, address, by string) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	const wrong = `CREATE OR REPLACE FUNCTION skewed.%[1]s() RETURNS timestamptz LANGUAGE sql %[2]s AS
		$$ SELECT pg_catalog.%[1]s() + interval '%[3]s' $$`
	for _, statement := range []string{
		`CREATE SCHEMA IF NOT EXISTS skewed`,
		fmt.Sprintf(wrong, "clock_timestamp", "VOLATILE", by), fmt.Sprintf(wrong, "statement_timestamp", "STABLE", by),
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	return address + "&search_path=" + url.QueryEscape("public,skewed,pg_catalog")
}
