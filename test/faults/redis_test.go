//go:build e2e

package faults

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

const redisAway = "Redis is away: going on without, until it is back"

// Redis loses all it holds, and then its life, while a film is made and watched. Nobody is
// signed out, what is made goes on, and apps hear across nodes again without connecting anew.
func TestARedisThatLosesAllCostsNobodyAnything(t *testing.T) {
	redis := engines.MortalRedis(t)
	bucket, dsn := engines.S3(t), engines.Postgres(t, 16)
	f := newFar(t, dsn, bucket, 1, func(string) shared { return shared{dsn, redis.URL, bucket.Address()} }, nil)
	live := &listener{}
	defer func() {
		if live.Live != nil {
			live.Close()
		}
	}()
	f.hears(live, f.begins(), "before anything")
	stays := func() {
		for _, c := range []*house.Client{f.client, f.other} {
			if got, _ := f.asks(c, "/api/me"); got.Status != http.StatusOK {
				t.Errorf("signed out: %d %s", got.Status, got.Body)
			}
		}
	}
	for i := range *rounds {
		mark := marks(f.nodes())
		id := f.sendFar()
		f.busy(id)
		redis.Flush()
		began := time.Now()
		stays()
		f.hears(live, id, "after it was emptied")
		f.ends(id)
		f.recovered(i, "emptied", time.Since(began))
		for n, h := range f.nodes() {
			if lines := since(h, mark[n], `"level":"WARN"`, `"level":"ERROR"`); len(lines) > 0 {
				t.Errorf("an emptied Redis is nothing to warn of, and %v said:\n%s", h, strings.Join(lines, "\n"))
			}
		}

		id = f.sendFar()
		f.busy(id)
		redis.Kill()
		stays()
		for _, c := range []*house.Client{f.client, f.other} {
			f.until("/readyz warns, and serves", takenOver, func() bool {
				ready, _ := f.asks(c, "/readyz")
				return ready.Status == http.StatusOK && strings.Contains(string(ready.Body), "WARN   redis: Redis is AWAY")
			})
		}
		if i == 0 { // the next time is too soon to be told of again
			for n, h := range f.nodes() {
				f.until("every node says so", takenOver, func() bool { return len(since(h, mark[n], redisAway)) > 0 })
			}
		}
		redis.Restart()
		began = time.Now()
		f.green(f.client)
		f.green(f.other)
		stays()
		f.hears(live, id, "after it was started again")
		f.ends(id)
		f.recovered(i, "killed", time.Since(began))
		for n, h := range f.nodes() {
			f.saidOnce(h, mark[n], i == 0, redisAway)
		}
	}
	f.figures()
	t.Logf("the open app connected anew %d times", live.anew)
}
