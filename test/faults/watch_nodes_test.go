//go:build e2e && far

package faults

import (
	"fmt"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// Two nodes with one PostgreSQL and one Redis, of which one after the other is away while five
// hundred viewers report. What was acknowledged is never lost, and all go on by themselves.
func TestNoAcknowledgedPositionIsLostWhateverIsAway(t *testing.T) {
	pg, redis := engines.OwnPostgres(t, 16), engines.MortalRedis(t)
	e := &evening{t: t}
	toDatabase, through := engines.Lay(t, pg.DSN())
	media := t.TempDir()
	var cables []*engines.Cable
	for range 2 {
		h := house.Start(t, house.Options{Data: t.TempDir(), Media: media, Args: []string{"--role", "api"}, Env: map[string]string{
			"KK_DATABASE_URL": through, "KK_REDIS_URL": redis.URL, "KK_MEDIA_URL": "file://" + media,
			"KK_KEYS_URL": "base64key://dGhlIHNhbWUgMzIgYnl0ZXMgYXQgZXZlcnkgbm9kZSE=",
		}})
		cable, base := engines.Lay(t, h.URL(""))
		e.nodes, e.bases, cables = append(e.nodes, h), append(e.bases, base), append(cables, cable)
	}
	e.begin(pg.DSN())
	passes := func(d time.Duration) { <-time.After(d) } // what is tested is that it is away for so long

	for i := range *rounds {
		e.dead = e.bases[i%2]
		e.nodes[i%2].Kill9()
		e.over("kill -9 of one of two nodes", time.Now(), heardAgain)
		e.nodes[i%2].Reboot()
		e.dead = ""
		e.goHome()

		redis.Flush()
		e.over("Redis was emptied", time.Now(), heardAgain)

		redis.Kill()
		e.over("Redis was killed", time.Now(), heardAgain)
		passes(*away)
		redis.Restart()
		e.over(fmt.Sprintf("Redis was back, %v later", *away), time.Now(), heardAgain)

		began := time.Now()
		pg.Down()
		down := time.Now().Add(time.Second) // what was kept before is on its way
		passes(*away)
		meanwhile := e.heardSince(down)
		pg.Up()
		e.over(fmt.Sprintf("PostgreSQL was back, %v later", time.Since(began).Round(100*time.Millisecond)), time.Now(), heardAgain)
		if meanwhile > 0 {
			t.Errorf("without PostgreSQL %d viewers had something acknowledged", meanwhile)
		}

		toDatabase.Cut(engines.Answered)
		passes(*away)
		toDatabase.Mend()
		// A node's own attempts to connect that hang do so for four seconds more.
		e.over(fmt.Sprintf("nothing that PostgreSQL answers arrived for %v", *away), time.Now(), 2*heardAgain)

		// Of one node nobody's reports arrive, of the other nobody's acknowledgements.
		cables[0].Cut(engines.Asked)
		cables[1].Cut(engines.Answered)
		passes(2 * *away)
		cables[0].Mend()
		cables[1].Mend()
		e.over(fmt.Sprintf("the network was cut for %v", 2**away), time.Now(), heardAgain)
	}
	e.ends()
}
