//go:build e2e && far

package faults

import (
	"errors"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

const outOfOrder = "is out of order (status 503)"

// refusals are those whom the bucket answers 503, one a round: all that use it, or one of them.
var refusals = [][]string{{"api 1", "api 2", "worker 1"}, {"worker 1"}, {"api 1"}}

// The bucket answers 503 for a while: to an upload, while a film is made, while one plays.
// Whoever asks is told to come back, what is cached plays on, and afterwards all goes on. Those it
// does answer meanwhile notice nothing.
func TestABucketThatAnswers503IsWaitedFor(t *testing.T) {
	f, troubles := newTroubled(t)
	kept := f.begins()
	s, err := f.client.Stream(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	played := path.Dir(s.PlayerURL) + "/" + s.Renditions[len(s.Renditions)-1].ID + "/seg-00001.m4s"
	for i := range *rounds {
		to := refusals[i%len(refusals)]
		what := "503 to " + strings.Join(to, ", ")
		mark := marks(f.nodes())
		id := f.sendFar()
		f.busy(id)
		for _, name := range to {
			troubles[name].Down()
		}
		for name, c := range map[string]*house.Client{"api 1": f.client, "api 2": f.other, "worker 1": f.workers[0].Stranger()} {
			refused := slices.Contains(to, name)
			f.until("/readyz of "+name+" says how it is", takenOver, func() bool {
				ready, _ := f.asks(c, "/readyz")
				return refused == (ready.Status == http.StatusServiceUnavailable && strings.Contains(string(ready.Body), "failed media"))
			})
		}
		if got, took := f.asks(f.client, played); got.Status != http.StatusOK || len(got.Body) == 0 {
			t.Errorf("%s: what is cached does not play meanwhile: %d after %v: %.200s", what, got.Status, took, got.Body)
		}
		more := ""
		if slices.Contains(to, "api 1") {
			f.refuses(farFilm.Path(t))
		} else {
			more = f.sendFar()
		}
		if worker := f.workers[0]; slices.Contains(to, "worker 1") {
			f.until("the worker names the fault", takenOver, func() bool { return len(since(worker, mark[2], outOfOrder)) > 0 })
		} else {
			f.finish(id) // although a node that viewers connect to does without the bucket
		}
		for _, name := range to {
			if troubles[name].Well() == 0 {
				t.Errorf("%s: nothing of %s was answered with 503", what, name)
			}
		}
		began := time.Now()
		f.green(f.client)
		f.green(f.workers[0].Stranger())
		f.ends(id)
		if more != "" {
			f.ends(more)
		}
		f.recovered(i, what, time.Since(began))
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
	f, troubles := newTroubled(t)
	f.begins()
	for i := range *rounds {
		mark := marks(f.nodes())
		for _, trouble := range troubles {
			trouble.Resets()
		}
		id := f.sendFar()
		f.finish(id)
		f.watches(id)
		began := time.Now()
		var resets int64
		for _, trouble := range troubles {
			resets += trouble.Well()
		}
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

// newTroubled starts a fleet each node of which can have trouble with the bucket.
func newTroubled(t *testing.T) (*far, map[string]*engines.TroubledS3) {
	t.Helper()
	bucket, dsn, redis := engines.S3(t), engines.Postgres(t, 16), engines.Redis(t)
	troubles := map[string]*engines.TroubledS3{}
	f := newFar(t, dsn, bucket, 1, func(node string) shared {
		troubles[node] = engines.Trouble(t, bucket)
		return shared{dsn, redis, bucket.Address(troubles[node].Endpoint)}
	}, nil)
	return f, troubles
}
