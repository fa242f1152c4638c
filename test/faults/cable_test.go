//go:build e2e && far

package faults

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
)

// out is how long a cable is out.
const out = 20 * time.Second

// cables are all there are, one cut a round: between whom and what, which way. Nodes of a role are
// alike, and no node speaks to another but by what they share.
var cables = []cable{
	{"api 1", "database", engines.Asked}, {"worker 1", "media", engines.Answered}, {"api 1", "redis", engines.Asked},
	{"worker 1", "database", engines.Answered}, {"api 1", "media", engines.Asked}, {"worker 1", "redis", engines.Answered}, {"viewer", "api 1", engines.Asked},
	{"api 1", "database", engines.Answered}, {"worker 1", "media", engines.Asked}, {"api 1", "redis", engines.Answered},
	{"worker 1", "database", engines.Asked}, {"api 1", "media", engines.Answered}, {"worker 1", "redis", engines.Asked}, {"viewer", "api 1", engines.Answered},
	{"sender", "media", engines.Asked}, {"sender", "media", engines.Answered},
}

type cable struct{ from, to, way string }

func (c cable) String() string { return c.from + " to " + c.to + ", " + c.way }

// names is what a node says of a cable that is cut.
var names = map[string]string{
	"database": "other processes are not heard",
	"redis":    redisAway,
}

// wired is a fleet of which every cable can be cut, with a film to watch.
type wired struct {
	*far
	laid          map[string]map[string]*engines.Cable // by whose they are and where they lead
	viewer        *house.Client                        // at the end of one
	sender        map[string]string                    // settings of a command that is, at the end of another
	played, fresh string                               // segments: one that was played, and one that was not
}

func newWired(t *testing.T) *wired {
	t.Helper()
	bucket, dsn, redis := engines.S3(t), engines.Postgres(t, 16), engines.Redis(t)
	w := &wired{laid: map[string]map[string]*engines.Cable{}}
	lay := func(from, to, address string) (through string) {
		if w.laid[from] == nil {
			w.laid[from] = map[string]*engines.Cable{}
		}
		w.laid[from][to], through = engines.Lay(t, address)
		return through
	}
	w.far = newFar(t, dsn, bucket, 1, func(node string) shared {
		return shared{lay(node, "database", dsn), lay(node, "redis", redis), bucket.Address(lay(node, "media", bucket.Endpoint))}
	}, nil)
	w.sender = map[string]string{"KK_MEDIA_URL": bucket.Address(lay("sender", "media", bucket.Endpoint))}
	w.viewer = w.front.Through(lay("viewer", "api 1", w.front.URL("")))
	kept := w.begins()
	s, err := w.client.Stream(t.Context(), kept)
	if err != nil {
		t.Fatal(err)
	}
	w.played = path.Dir(s.PlayerURL) + "/" + s.Renditions[len(s.Renditions)-1].ID + "/seg-00001.m4s"
	w.fresh = strings.Replace(w.played, "seg-00001", "seg-00002", 1)
	return w
}

// The network between one node and one of its servers, a viewer and a node, or who sends a film and
// the bucket, is cut for 20 s while a film is made and another one watched: nothing is refused, nothing
// answers. The node says so, viewers get what is there or are told to come back, and nobody hangs;
// afterwards all goes on.
func TestACutCableIsSaidAndNobodyHangs(t *testing.T) {
	w := newWired(t)
	for i := range *rounds {
		c := cables[i%len(cables)]
		switch c.from {
		case "viewer":
			w.cutsOff(i, c)
		case "sender":
			w.cutsShort(i, c)
		default:
			w.cuts(i, c)
		}
	}
	w.figures()
}

// cuts cuts a node off from one of its servers.
func (w *wired) cuts(round int, c cable) {
	t := w.t
	t.Helper()
	at, ready, mark := w.front, w.client, marks([]*house.House{w.front, w.workers[0]})
	if c.from != "api 1" {
		at, ready, mark[0] = w.workers[0], w.workers[0].Stranger(), mark[1]
	}
	id := w.sendFar()
	w.busy(id)
	w.laid[c.from][c.to].Cut(c.way)
	began, red, worst := time.Now(), false, time.Duration(0)
	for time.Since(began) < out {
		got, took := w.asks(ready, "/readyz")
		said := "failed " + c.to
		if c.to == "redis" {
			said = "WARN   redis"
		}
		red = red || strings.Contains(string(got.Body), said)
		worst = max(worst, took, w.answers(c, "/api/videos/"+id))
	}
	w.laid[c.from][c.to].Mend()
	if !red {
		t.Errorf("%v: /readyz said nothing of it", c)
	}
	began = time.Now()
	w.green(ready)
	w.green(w.client)
	green := time.Since(began)
	w.ends(id)
	t.Logf("round %d: the slowest answer meanwhile took %v; green after %v", round+1, worst.Round(time.Millisecond), green.Round(time.Millisecond))
	w.recovered(round, c.String(), time.Since(began))
	if c.to != "media" { // /readyz named it; a log has a line only of what was not done in the end by trying again
		w.saidOnce(at, mark[0], round < 4, names[c.to])
	}
}

// answers checks that viewers of a node get what they ask for, or are told to come back, and
// returns how long the slowest took.
func (w *wired) answers(c cable, page string) (worst time.Duration) {
	w.t.Helper()
	for _, asked := range []string{page, w.played, w.fresh} {
		got, took := w.asks(w.client, asked)
		if got.Status != http.StatusOK && (got.Status != http.StatusServiceUnavailable || got.Header.Get("Retry-After") == "") {
			w.t.Errorf("%v: %s is answered %d, Retry-After %q, after %v: %.200s", c, asked, got.Status, got.Header.Get("Retry-After"), took, got.Body)
		}
		worst = max(worst, took)
	}
	return worst
}

// cutsOff cuts a viewer off in the middle of an upload, who hears nothing meanwhile; to the others
// nothing happens. Afterwards the upload goes on where it was, and so does what is watched.
func (w *wired) cutsOff(round int, c cable) {
	t := w.t
	t.Helper()
	mark := marks(w.nodes())
	file, err := os.Open(farFilm.Path(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	u, err := w.viewer.Open(t.Context(), farFilm.Name, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	other := w.sendFar()
	w.busy(other)
	w.laid[c.from][c.to].Cut(c.way)
	began, worst := time.Now(), time.Duration(0)
	sent, cancel := context.WithTimeout(t.Context(), out)
	defer cancel()
	parts := make(chan error, 1)
	go func() { parts <- w.viewer.SendPart(sent, u.Parts[0], file) }()
	for time.Since(began) < out {
		heard, cancel := context.WithTimeout(t.Context(), out/4)
		if got, err := w.viewer.Fetch(heard, http.MethodGet, w.played, nil); err == nil {
			t.Errorf("%v: %d bytes came through", c, len(got.Body))
		}
		cancel()
		if got, _ := w.asks(w.client, "/readyz"); got.Status != http.StatusOK {
			t.Errorf("%v: /readyz is %d:\n%s", c, got.Status, got.Body)
		}
		worst = max(worst, w.answers(c, "/api/videos/"+other))
	}
	if err := <-parts; err == nil {
		t.Errorf("%v: a part was sent and answered", c)
	}
	w.laid[c.from][c.to].Mend()
	began = time.Now()
	if got, took := w.asks(w.viewer, w.played); got.Status != http.StatusOK {
		t.Errorf("%v: afterwards %s is answered %d after %v", c, w.played, got.Status, took)
	}
	v, err := w.viewer.Resume(t.Context(), u.ID, file)
	if err != nil {
		t.Fatalf("%v: the upload does not go on: %v", c, err)
	}
	w.ends(v.ID)
	w.ends(other)
	t.Logf("round %d: the slowest answer to others meanwhile took %v", round+1, worst.Round(time.Millisecond))
	w.recovered(round, c.String(), time.Since(began))
	for n, h := range w.nodes() {
		for _, line := range since(h, mark[n], `"level":"ERROR"`) {
			t.Errorf("%v: %v: %s", c, h, line)
		}
	}
}

// sentAlong is how much is sent of a film of seconds, so that there is a middle.
const sentAlong = 256 << 20

// cutsShort cuts somebody who sends a film straight to the bucket off from it, in the middle. To
// the others nothing happens, and the film goes on by itself.
func (w *wired) cutsShort(round int, c cable) {
	t := w.t
	t.Helper()
	film := padded(t, farFilm.Path(t), sentAlong)
	digest := sha256.New()
	if _, err := io.Copy(digest, film); err != nil {
		t.Fatal(err)
	}
	usual := maps.Clone(w.usual)
	usual["originals/source"] = fmt.Sprintf("%x", digest.Sum(nil))
	before, mark := w.row(`SELECT COUNT(*) FROM uploads`), marks(w.nodes())
	type ended struct {
		out  string
		code int
	}
	sent := make(chan ended, 1)
	go func() {
		out, code := w.front.RunWith(w.sender, "", "import", film.Name())
		sent <- ended{out, code}
	}()
	w.until("the film is being sent", made, func() bool { return w.row(`SELECT COUNT(*) FROM uploads`) > before })
	w.laid[c.from][c.to].Cut(c.way)
	began, worst := time.Now(), time.Duration(0)
	for time.Since(began) < out {
		if got, _ := w.asks(w.client, "/readyz"); got.Status != http.StatusOK {
			t.Errorf("%v: /readyz is %d:\n%s", c, got.Status, got.Body)
		}
		for _, asked := range []string{"/api/home", w.played} {
			got, took := w.asks(w.client, asked)
			if got.Status != http.StatusOK {
				t.Errorf("%v: %s is answered %d", c, asked, got.Status)
			}
			worst = max(worst, took)
		}
		select {
		case e := <-sent:
			t.Fatalf("%v: it ended with %d while the cable was out: %s", c, e.code, e.out)
		default:
		}
	}
	w.laid[c.from][c.to].Mend()
	began = time.Now()
	e := <-sent // a command's own limit bounds it
	id := house.ImportedAs(e.out)
	if e.code != 0 || id == "" {
		t.Fatalf("%v: it did not go on, and ended with %d: %s", c, e.code, e.out)
	}
	w.finish(id)
	w.watches(id)
	sameObjects(t, usual, w.stored(id))
	t.Logf("round %d: the slowest answer to others meanwhile took %v", round+1, worst.Round(time.Millisecond))
	w.recovered(round, c.String(), time.Since(began))
	for n, h := range w.nodes() {
		for _, line := range since(h, mark[n], `"level":"ERROR"`) {
			t.Errorf("%v: %v: %s", c, h, line)
		}
	}
}
