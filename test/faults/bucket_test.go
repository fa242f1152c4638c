//go:build e2e && far

package faults

import (
	"errors"
	"net/http"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

const outOfOrder = "is out of order (status 503)"

// The bucket answers 503 for a while: to an upload, while a film is made, while one plays.
// Whoever asks is told to come back, what is cached plays on, and afterwards all goes on.
func TestABucketThatAnswers503IsWaitedFor(t *testing.T) {
	f, trouble := newTroubled(t)
	kept := f.begins()
	s, err := f.client.Stream(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	played := path.Dir(s.PlayerURL) + "/" + s.Renditions[len(s.Renditions)-1].ID + "/seg-00001.m4s"
	for i := range *rounds {
		mark := marks(f.nodes())
		id := f.sendFar()
		f.busy(id)
		trouble.Down()
		f.until("/readyz is red", takenOver, func() bool {
			ready, _ := f.asks(f.client, "/readyz")
			return ready.Status == http.StatusServiceUnavailable && strings.Contains(string(ready.Body), "failed media")
		})
		if got, took := f.asks(f.client, played); got.Status != http.StatusOK || len(got.Body) == 0 {
			t.Errorf("what is cached does not play while the bucket is down: %d after %v: %.200s", got.Status, took, got.Body)
		}
		f.refuses(farFilm.Path(t))
		worker := f.workers[0]
		f.until("the worker names the fault", takenOver, func() bool { return len(since(worker, mark[2], outOfOrder)) > 0 })
		if trouble.Well() == 0 {
			t.Error("nothing was answered with 503")
		}
		began := time.Now()
		f.green(f.client)
		f.ends(id)
		f.recovered(i, "503", time.Since(began))
		for n, h := range f.nodes() {
			for _, line := range since(h, mark[n], `"level":"WARN"`, `"level":"ERROR"`) {
				if !strings.Contains(line, outOfOrder) {
					t.Errorf("%v warns of something else: %s", h, line)
				}
			}
		}
	}
	f.figures()
}

// refuses uploads a film to a server whose bucket is down.
func (f *far) refuses(film string) {
	f.t.Helper()
	file, err := os.Open(film)
	if err != nil {
		f.t.Fatal(err)
	}
	defer file.Close()
	began := time.Now()
	_, err = f.client.Post(f.t.Context(), "refused", "refused.mp4", file)
	var problem *house.Problem
	if !errors.As(err, &problem) || problem.Status != http.StatusServiceUnavailable || !isSentence(problem.Detail) {
		f.t.Errorf("an upload while the bucket is down is answered %v", err)
	}
	if took := time.Since(began); took > answersWithin {
		f.t.Errorf("an upload while the bucket is down was answered only after %v", took)
	}
}

// The bucket resets connections inside what is written and read, every second time: in an
// upload, in the making of a film, in its playing. It is done again where it was cut.
func TestABucketThatResetsConnectionsIsReadAndWrittenToTheEnd(t *testing.T) {
	f, trouble := newTroubled(t)
	f.begins()
	for i := range *rounds {
		mark := marks(f.nodes())
		trouble.Resets()
		id := f.sendFar()
		f.finish(id)
		f.watches(id)
		began := time.Now()
		resets := trouble.Well()
		if resets == 0 {
			t.Error("no connection was reset")
		}
		f.ends(id)
		f.recovered(i, "resets", time.Since(began))
		t.Logf("round %d: %d connections were reset", i+1, resets)
		for n, h := range f.nodes() {
			for _, line := range since(h, mark[n], `"level":"ERROR"`) {
				t.Errorf("%v: %s", h, line)
			}
		}
	}
	f.figures()
}

func newTroubled(t *testing.T) (*far, *engines.TroubledS3) {
	t.Helper()
	bucket, dsn, redis := engines.S3(t), engines.Postgres(t, 16), engines.Redis(t)
	trouble := engines.Trouble(t, bucket)
	f := newFar(t, dsn, bucket, 1, func(string) shared { return shared{dsn, redis, bucket.Address(trouble.Endpoint)} }, nil)
	return f, trouble
}
