//go:build e2e && far

package faults

import (
	"net/http"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// out is how long a cable is out.
const out = 20 * time.Second

// cables are those that are cut, one a round: between which node and what, which way.
var cables = []struct{ node, to, way string }{
	{"api 1", "database", engines.Asked}, {"worker 1", "media", engines.Answered}, {"api 1", "redis", engines.Asked},
	{"worker 1", "database", engines.Answered}, {"api 1", "media", engines.Asked}, {"worker 1", "redis", engines.Answered},
	{"api 1", "database", engines.Answered}, {"worker 1", "media", engines.Asked}, {"api 1", "redis", engines.Answered},
	{"worker 1", "database", engines.Asked}, {"api 1", "media", engines.Answered}, {"worker 1", "redis", engines.Asked},
}

// names is what a node says of a cable that is cut.
var names = map[string]string{
	"database": "other processes are not heard",
	"redis":    redisAway,
}

// The network between one node and one of its servers is cut for 20 s while a film is made
// and another one watched: nothing is refused, nothing answers. The node says so, viewers get
// what is there or are told to come back, and nobody hangs; afterwards all goes on.
func TestACutCableIsSaidAndNobodyHangs(t *testing.T) {
	bucket, dsn, redis := engines.S3(t), engines.Postgres(t, 16), engines.Redis(t)
	laid := map[string]map[string]*engines.Cable{}
	f := newFar(t, dsn, bucket, 1, func(node string) shared {
		laid[node] = map[string]*engines.Cable{}
		lay := func(to, address string) (through string) {
			laid[node][to], through = engines.Lay(t, address)
			return through
		}
		return shared{lay("database", dsn), lay("redis", redis), bucket.Address(lay("media", bucket.Endpoint))}
	}, nil)
	kept := f.begins()
	s, err := f.client.Stream(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	played := path.Dir(s.PlayerURL) + "/" + s.Renditions[len(s.Renditions)-1].ID + "/seg-00001.m4s"
	fresh := strings.Replace(played, "seg-00001", "seg-00002", 1)

	for i := range *rounds {
		c := cables[i%len(cables)]
		what := c.node + " to " + c.to + ", " + c.way
		at, ready, mark := f.front, f.client, marks([]*house.House{f.front, f.workers[0]})
		if c.node != "api 1" {
			at, ready, mark[0] = f.workers[0], f.workers[0].Stranger(), mark[1]
		}
		id := f.sendFar()
		f.busy(id)
		laid[c.node][c.to].Cut(c.way)
		began, red, worst := time.Now(), false, time.Duration(0)
		for time.Since(began) < out {
			got, took := f.asks(ready, "/readyz")
			said := "failed " + c.to
			if c.to == "redis" {
				said = "WARN   redis"
			}
			red = red || strings.Contains(string(got.Body), said)
			worst = max(worst, took)
			for _, asked := range []string{"/api/videos/" + id, played, fresh} {
				got, took := f.asks(f.client, asked)
				if got.Status != http.StatusOK && (got.Status != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "") {
					t.Errorf("%s: %s is answered %d, Retry-After %q, after %v: %.200s", what, asked, got.Status, got.Header.Get("Retry-After"), took, got.Body)
				}
				worst = max(worst, took)
			}
		}
		laid[c.node][c.to].Mend()
		if !red {
			t.Errorf("%s: /readyz said nothing of it", what)
		}
		began = time.Now()
		f.green(ready)
		f.green(f.client)
		green := time.Since(began)
		f.ends(id)
		t.Logf("round %d: the slowest answer meanwhile took %v; green after %v", i+1, worst.Round(time.Millisecond), green.Round(time.Millisecond))
		f.recovered(i, what, time.Since(began))
		if c.to == "media" { // /readyz named it; a log has a line only of what was not done in the end by trying again
			continue
		}
		f.saidOnce(at, mark[0], i < 4, names[c.to])
	}
	f.figures()
}
