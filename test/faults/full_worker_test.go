//go:build e2e

package faults

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// rests is how long a worker takes to look for room again that found none several times in a row.
const rests = time.Minute + 15*time.Second

// One worker's disk is full, another's has room: the film is made by the other, and the first
// says that it rests, in its log and in every node's /readyz. With both full the film says so in
// words; tried again with room at one of them, it is made.
func TestAFullWorkerLeavesFilmsToAnother(t *testing.T) {
	if !onDisksOfItsOwn(t) {
		return
	}
	bucket, dsn, redis := engines.S3(t), engines.Postgres(t, 16), engines.Redis(t)
	disks := map[string]*disk{}
	f := newFar(t, dsn, bucket, 2, func(string) shared { return shared{dsn, redis, bucket.Address()} }, func(node string, o *house.Options) {
		if strings.HasPrefix(node, "worker") {
			o.Data = filepath.Join(t.TempDir(), "small")
			disks[node] = newDisk(t, o.Data)
		}
		o.Env["KK_KEEP_FREE"] = keptFree
	})
	f.begins()
	small, other := disks["worker 1"], disks["worker 2"]
	for i := range *rounds {
		mark := marks(f.nodes())
		small.fill(0)
		other.fill(0)
		v, err := f.client.Until(t.Context(), f.sendFar(), house.Failed)
		if err != nil {
			t.Fatal(err)
		}
		if err := inWords(*v.Error); err != nil || v.Error.Code != "no_space" {
			t.Fatalf("with every worker full it failed of %+v", v.Error)
		}

		other.free()
		began := time.Now()
		f.until("the other worker takes films again", rests, func() bool { return len(since(f.workers[1], mark[3], "room on this machine again")) > 0 })
		if err := f.client.Call(t.Context(), http.MethodPost, "/api/videos/"+v.ID+"/retry", nil, nil); err != nil {
			t.Fatal(err)
		}
		f.ends(v.ID)
		f.recovered(i, "full", time.Since(began))
		if len(since(f.workers[0], mark[2], "films are left to other workers"))+len(since(f.workers[1], mark[3], "films are left to other workers")) == 0 {
			t.Error("no worker said that it left a film to another")
		}
		for what, c := range map[string]*house.Client{"the full worker": f.workers[0].Stranger(), "a node": f.client} {
			if got, _ := f.asks(c, "/readyz"); got.Status != http.StatusOK || !strings.Contains(string(got.Body), "WARN   workers: 1 without room") {
				t.Errorf("/readyz of %s says %d:\n%s", what, got.Status, got.Body)
			}
		}
		if got, _ := f.asks(f.workers[0].Stranger(), "/readyz"); !strings.Contains(string(got.Body), "WARN   data: the disk is FULL: films are left to other workers") {
			t.Errorf("the full worker's /readyz says:\n%s", got.Body)
		}
		small.free()
		f.greenWithin(rests, f.workers[0].Stranger())
		f.green(f.client)
	}
	f.figures()
}
