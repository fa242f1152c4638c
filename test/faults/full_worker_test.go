//go:build e2e

package faults

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// One worker's disk is full, another's has room: the film is made by the other, or says
// no_space in words; tried again it is made, at the latest when there is room at both.
func TestAFullWorkerIsSaidAndTheFilmCanBeTriedAgain(t *testing.T) {
	if !onDisksOfItsOwn(t) {
		return
	}
	bucket, dsn, redis := engines.S3(t), engines.Postgres(t, 16), engines.Redis(t)
	var small *disk
	f := newFar(t, dsn, bucket, 2, func(string) shared { return shared{dsn, redis, bucket.Address()} }, func(node string, o *house.Options) {
		if node == "worker 1" {
			o.Data = filepath.Join(t.TempDir(), "small")
			small = newDisk(t, o.Data)
		}
		o.Env["KK_KEEP_FREE"] = keptFree
	})
	f.begins()
	for i := range *rounds {
		small.fill(0)
		began := time.Now()
		id := f.sendFar()
		tries := 0
		for {
			v, err := f.client.Until(t.Context(), id, func(v house.Video) bool { return f.client.Finished(t.Context())(v) || house.Failed(v) })
			if err != nil {
				t.Fatal(err)
			}
			if !house.Failed(v) {
				break
			}
			if err := inWords(*v.Error); err != nil || v.Error.Code != "no_space" {
				t.Fatalf("it failed of %+v", v.Error)
			}
			if tries++; tries == 3 { // the worker without room was the first each time
				small.free()
			}
			if tries > 3 {
				t.Fatal("the film fails although all workers have room")
			}
			if err := f.client.Call(t.Context(), http.MethodPost, "/api/videos/"+id+"/retry", nil, nil); err != nil {
				t.Fatal(err)
			}
		}
		f.recovered(i, "full", time.Since(began))
		t.Logf("round %d: tried again %d times", i+1, tries)
		if tries > 0 && len(f.workers[0].Logged(`"code":"no_space"`)) == 0 {
			t.Error("the worker without room did not say so")
		}
		f.watches(id)
		sameObjects(t, f.usual, (&run{t: t, house: f.front}).digests(id))
		if err := f.client.Delete(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		small.free()
	}
	f.figures()
}
