package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/insight"
)

// What players send of playings that are known, 200 in a transaction, as many as are written at
// once when many watch: each has watched one part more, and stood still once.
func BenchmarkPlayings(b *testing.B) {
	const viewers, videos, round = 400, 10, 200
	for _, e := range []testEngine{testEngines[0], testEngines[2]} {
		b.Run(e.name, func(b *testing.B) {
			d := open(b, e.migrated(b))
			run(b, d, `INSERT INTO users (id, email, password_hash, role, created_at, updated_at) VALUES ('u', 'u@example.com', '', 'viewer', $1, $1)`, now())
			var going []insight.Playing
			for v := range viewers {
				profile := fmt.Sprintf("p%d", v)
				run(b, d, `INSERT INTO profiles (id, user_id, name, created_at) VALUES ($1, 'u', 'P', $2)`, profile, now())
				for n := range videos {
					video := fmt.Sprintf("v%d", n)
					if v == 0 {
						run(b, d, `INSERT INTO videos (id, title, status, created_at, updated_at, user_id, profile_id, session_id)
							VALUES ($1, 'A film', 'ready', $2, $2, 'u', 'p', 's')`, video, now())
					}
					going = append(going, insight.Playing{Viewer: insight.Viewer{UserID: "u", ProfileID: profile}, VideoID: video, SessionID: uuid.NewString(), Began: now()})
				}
			}
			record := func(turn int) {
				for list := range slices.Chunk(going, round) {
					for i := range list {
						list[i].Parts[turn%insight.Hundredths]++
						list[i].Events = []insight.Event{{Type: insight.Stall, At: float64(turn % 60)}}
					}
					slices.SortFunc(list, insight.Compare)
					if err := d.Insight().Record(context.Background(), list); err != nil {
						b.Fatal(err)
					}
				}
			}
			record(0)
			b.ResetTimer()
			for turn := range b.N {
				record(turn + 1)
			}
			b.ReportMetric(float64(b.N*len(going))/b.Elapsed().Seconds(), "playings/s")
		})
	}
}
