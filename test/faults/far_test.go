//go:build e2e

package faults

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// The film of those tests where everything is far away: PostgreSQL, Redis and the bucket.
var farFilm = testfilm.Film{Name: "far.mp4", Args: append(drawn("426x240", "yuv420p10le"), "-t", "4")}

// answersWithin is what a viewer waits at most for an answer, good or bad, whatever is away:
// a request's own limit, on a busy machine.
const answersWithin = 45 * time.Second

// shared are the addresses of what nodes share.
type shared struct{ database, redis, media string }

// far is a fleet whose nodes share nothing but addresses: two that viewers connect to, whose
// live events meet in Redis, and some that encode.
type far struct {
	*fleet
	second *house.House // of the two
	other  *house.Client
	usual  map[string]string
	took   []time.Duration // recoveries
}

// newFar starts a fleet. Each node is told its own addresses, and what else differs.
func newFar(t *testing.T, dsn string, bucket engines.Bucket, workers int, addresses func(node string) shared, differs func(node string, o *house.Options)) *far {
	t.Helper()
	node := func(name, role string) *house.House {
		at := addresses(name)
		o := house.Options{Data: t.TempDir(), Media: bucket.Folder, Args: []string{"--role", role}, Env: map[string]string{
			"KK_DATABASE_URL": at.database, "KK_REDIS_URL": at.redis, "KK_MEDIA_URL": at.media, "KK_SLOTS": "1", "KK_LOG_LEVEL": "debug",
			"KK_KEYS_URL":       "base64key://dGhlIHNhbWUgMzIgYnl0ZXMgYXQgZXZlcnkgbm9kZSE=",
			"AWS_ACCESS_KEY_ID": engines.S3AccessKey, "AWS_SECRET_ACCESS_KEY": engines.S3SecretKey,
		}}
		if differs != nil {
			differs(name, &o)
		}
		return house.Start(t, o)
	}
	f := &far{fleet: &fleet{t: t, dsn: dsn}}
	f.front, f.second = node("api 1", "api"), node("api 2", "api")
	for i := range workers {
		f.workers = append(f.workers, node([]string{"worker 1", "worker 2"}[i], "worker"))
	}
	f.client, f.other = f.front.Admin(), f.second.Admin()
	return f
}

// begins makes the film once with nothing wrong, and leaves it there to be watched.
func (f *far) begins() (id string) {
	f.t.Helper()
	id = f.finish(f.sendFar())
	f.watches(id)
	f.usual = (&run{t: f.t, house: f.front}).digests(id)
	return id
}

func (f *far) sendFar() string { return f.sendFilm(farFilm) }

// finish waits until a film is whole, as an open app does: one that is sent away because the
// node lost what it knew connects anew.
func (f *far) finish(id string) string {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), made+takenOver)
	defer cancel()
	for {
		_, err := f.client.Until(ctx, id, f.client.Finished(ctx))
		if err == nil {
			return id
		}
		if ctx.Err() != nil || !connectsAnew(err) {
			f.t.Fatal(err)
		}
	}
}

// connectsAnew reports whether an app that was sent away so connects anew by itself.
func connectsAnew(err error) bool {
	return strings.Contains(err.Error(), "StatusCode(3004)") || strings.Contains(err.Error(), "StatusCode(3010)")
}

// ends waits until the film is whole, and compares it.
func (f *far) ends(id string) {
	f.t.Helper()
	f.finish(id)
	f.watches(id)
	sameObjects(f.t, f.usual, f.stored(id))
}

// nodes are all of them.
func (f *far) nodes() []*house.House { return append([]*house.House{f.front, f.second}, f.workers...) }

// watches plays every segment of the lowest picture at both nodes, and returns how many bytes.
func (f *far) watches(id string) (bytes int) {
	f.t.Helper()
	for _, c := range []*house.Client{f.client, f.other} {
		s, err := c.Stream(f.t.Context(), id)
		if err != nil {
			f.t.Errorf("no ticket to play it: %v", err)
			return 0
		}
		rung := s.Renditions[len(s.Renditions)-1]
		for _, name := range []string{"init.mp4", "seg-00001.m4s", "seg-00002.m4s"} {
			got, err := c.Fetch(f.t.Context(), http.MethodGet, path.Dir(s.PlayerURL)+"/"+rung.ID+"/"+name, nil)
			if err != nil || got.Status != http.StatusOK || len(got.Body) == 0 {
				f.t.Errorf("%s of %s: %d, %d bytes, %v: %.200s", name, rung.ID, got.Status, len(got.Body), err, got.Body)
			}
			bytes += len(got.Body)
		}
	}
	return bytes
}

// said returns what nodes logged above the usual since a mark, without what is said of requests.
func since(h *house.House, mark int, words ...string) []string {
	return slices.DeleteFunc(h.Logged("")[mark:], func(line string) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(line, word) })
	})
}

func marks(nodes []*house.House) (at []int) {
	for _, h := range nodes {
		at = append(at, len(h.Logged("")))
	}
	return at
}

// green waits until a node is ready again, without a warning.
func (f *far) green(c *house.Client) {
	f.t.Helper()
	f.greenWithin(takenOver, c)
}

func (f *far) greenWithin(limit time.Duration, c *house.Client) {
	f.t.Helper()
	f.until("/readyz is green again", limit, func() bool {
		got, _ := f.asks(c, "/readyz")
		return got.Status == http.StatusOK && !strings.Contains(string(got.Body), "WARN")
	})
}

// asks fetches something within a viewer's patience, and tells how long it took.
func (f *far) asks(c *house.Client, at string) (house.Fetched, time.Duration) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), answersWithin)
	defer cancel()
	began := time.Now()
	got, err := c.Fetch(ctx, http.MethodGet, at, nil)
	if err != nil {
		f.t.Errorf("%s was not answered within %v: %v", at, answersWithin, err)
	}
	return got, time.Since(began)
}

// recovered notes a time for the figures.
func (f *far) recovered(round int, what string, took time.Duration) {
	f.took = append(f.took, took)
	f.t.Logf("round %d: %s: whole %v after it was over", round+1, what, took.Round(time.Millisecond))
}

func (f *far) figures() {
	slices.Sort(f.took)
	f.t.Logf("%d faults: recovered in %v at the median, %v at most", len(f.took),
		f.took[len(f.took)/2].Round(time.Millisecond), f.took[len(f.took)-1].Round(time.Millisecond))
}

// listener is an app that is open at the second node: sent away, it connects anew.
type listener struct {
	*house.Live
	anew int
}

// hears checks that a change made at the first node is heard at the second.
func (f *far) hears(l *listener, id, title string) {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), takenOver)
	defer cancel()
	for again := true; again; {
		again = false
		if l.Live == nil {
			live, err := f.other.Listen(ctx)
			if err != nil {
				f.t.Fatal(err)
			}
			l.Live = live
		}
		if err := f.client.Call(ctx, http.MethodPatch, "/api/videos/"+id, map[string]string{"title": title}, nil); err != nil {
			f.t.Fatal(err)
		}
		for {
			e, err := l.Next(ctx)
			if err != nil && ctx.Err() == nil && connectsAnew(err) { // what it knows of is lost: look afresh
				l.Close()
				l.Live, again = nil, true
				l.anew++
				break
			}
			if err != nil {
				f.t.Fatalf("the other node's live events did not tell of %q: %v", title, err)
			}
			if e.Video.ID == id && e.Video.Title == title {
				return
			}
		}
	}
}

// saidOnce checks that a fault's line is there, and once: it may be left out where the same
// was said a moment ago.
func (f *far) saidOnce(h *house.House, mark int, must bool, line string) {
	f.t.Helper()
	said := since(h, mark, line)
	if len(said) > 1 || must && len(said) == 0 {
		f.t.Errorf("%v said %d times that %q:\n%s", h, len(said), line, strings.Join(since(h, mark, `"level":"WARN"`, `"level":"ERROR"`), "\n"))
	}
}
