//go:build bench

package load

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

var (
	rate    = flag.Int("rate", 200, "requests a second")
	lasting = flag.Duration("for", time.Minute, "how long they come")
)

// request is one kind of request of the mix, of which weight in a hundred are made.
type request struct {
	name   string
	weight int
	path   func() string
}

// Requests come at a fixed rate, however long the answers take: a server that falls behind
// is seen, not spared.
func TestServesManyRequestsBesideAnEncode(t *testing.T) {
	h := house.Start(t, house.Options{})
	c := h.Admin()
	watched := brought(t, h, c, testfilm.Film{Name: "watched.mp4", Args: []string{
		"-f", "lavfi", "-i", "testsrc2=r=25:d=20:s=640x360", "-f", "lavfi", "-i", "sine=f=440:r=48000:d=20",
		"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-movflags", "+faststart",
	}}.Path(t))
	if _, err := c.Until(t.Context(), watched, c.Finished(t.Context())); err != nil {
		t.Fatal(err)
	}
	s, err := c.Stream(t.Context(), watched)
	if err != nil {
		t.Fatal(err)
	}
	root := strings.TrimSuffix(s.HLSURL, "playlist.m3u8")
	mix := []request{
		{"segment", 50, func() string {
			return fmt.Sprintf("%s%s/seg-%05d.m4s", root, s.Renditions[0].ID, 1+rand.IntN(10))
		}},
		{"playlist", 10, func() string { return root + s.Renditions[0].ID + "/index.m3u8" }},
		{"multivariant playlist", 10, func() string { return s.HLSURL }},
		{"ticket", 10, func() string { return "/api/videos/" + watched + "/stream" }},
		{"video", 10, func() string { return "/api/videos/" + watched }},
		{"library", 10, func() string { return "/api/videos" }},
	}

	beside := encodeOn(t, c, testfilm.BigBuckBunny(t))
	took, errs := pour(t.Context(), c, mix)
	films := beside.end(t)

	for _, err := range errs[:min(len(errs), 10)] {
		t.Error(err)
	}
	if locked := h.Logged("database is locked", "SQLITE_BUSY"); len(locked) > 0 {
		t.Errorf("the database was locked %d times:\n%s", len(locked), locked[0])
	}
	var all []time.Duration
	for _, r := range mix {
		all = append(all, took[r.name]...)
	}
	what := fmt.Sprintf("%d requests/s for %v beside the encodes of %d films, on every core", *rate, *lasting, films)
	report(t, len(errs) == 0, what+": errors", fmt.Sprintf("%d of %d", len(errs), len(all)+len(errs)), "0")
	report(t, true, what+": p50, p99, worst", latencies(all), "")
	for _, r := range mix {
		report(t, true, "… of these, "+r.name, latencies(took[r.name]), "")
	}
}

// encodes are films that a house is given, the next when half of the last is made: so it
// always has one to encode, however quick it is.
type encodes struct {
	stop   context.CancelFunc
	done   chan struct{}
	client *house.Client
	films  []string // their videos, in order
	err    error
}

// encodeOn begins to bring a film over and over, and returns when the first is being encoded.
func encodeOn(t *testing.T, c *house.Client, path string) *encodes {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	e := &encodes{stop: stop, done: make(chan struct{}), client: c}
	t.Cleanup(func() { <-e.done })
	t.Cleanup(stop)
	began := make(chan struct{})
	go func() {
		defer close(e.done)
		for ctx.Err() == nil && e.err == nil {
			e.err = e.bring(ctx, path)
			if len(e.films) == 1 && e.err == nil {
				close(began)
			}
			if e.err == nil {
				_, e.err = c.Until(ctx, e.films[len(e.films)-1], func(v house.Video) bool { return v.Progress >= 0.5 })
			}
		}
	}()
	select {
	case <-began:
	case <-e.done:
		t.Fatal(e.err)
	}
	return e
}

// bring uploads the film once more, and returns when it is being encoded. The one before must
// not be whole by then.
func (e *encodes) bring(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	v, err := e.client.Post(ctx, "", path, file)
	if err != nil {
		return err
	}
	e.films = append(e.films, v.ID)
	if n := len(e.films); n > 1 {
		if err := e.stillMade(ctx, e.films[n-2]); err != nil {
			return err
		}
	}
	_, err = e.client.Until(ctx, v.ID, func(v house.Video) bool { return v.Progress > 0 })
	return err
}

func (e *encodes) stillMade(ctx context.Context, id string) error {
	v, err := e.client.Video(ctx, id)
	if err == nil && v.Status != "processing" {
		err = fmt.Errorf("the last film was %s with none after it: this was not always beside an encode", v.Status)
	}
	return err
}

// end brings no more, and returns how many films there were. It fails the test where the
// house had, at any time, nothing to encode.
func (e *encodes) end(t *testing.T) int {
	t.Helper()
	select {
	case <-e.done:
		t.Fatal(e.err)
	default:
	}
	e.stop()
	<-e.done
	if err := e.stillMade(t.Context(), e.films[len(e.films)-1]); err != nil {
		t.Fatal(err)
	}
	return len(e.films)
}

// brought uploads a file and returns its video's id.
func brought(t *testing.T, h *house.House, c *house.Client, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	v, err := c.Post(t.Context(), "", path, file)
	if err != nil {
		t.Fatal(err)
	}
	return v.ID
}

// pour sends the mix at its rate and returns how long each answer took, from when it was
// due to its last byte.
func pour(ctx context.Context, c *house.Client, mix []request) (took map[string][]time.Duration, errs []error) {
	took = map[string][]time.Duration{}
	var mu sync.Mutex
	var under sync.WaitGroup
	began := time.Now()
	for i := range int(lasting.Seconds() * float64(*rate)) {
		due := began.Add(time.Duration(i) * time.Second / time.Duration(*rate))
		<-time.After(time.Until(due))
		r := choose(mix)
		under.Go(func() {
			ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
			defer cancel()
			got, err := c.Fetch(ctx, http.MethodGet, r.path(), nil)
			if err == nil && got.Status != http.StatusOK {
				err = fmt.Errorf("%s: %d %s", r.name, got.Status, got.Body)
			}
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return
			}
			took[r.name] = append(took[r.name], time.Since(due))
		})
	}
	under.Wait()
	return took, errs
}

func choose(mix []request) request {
	n := rand.IntN(100)
	for _, r := range mix {
		if n -= r.weight; n < 0 {
			return r
		}
	}
	panic("the weights are not a hundred")
}

func latencies(took []time.Duration) string {
	if len(took) == 0 {
		return "none"
	}
	slices.Sort(took)
	at := func(part float64) string { return milliseconds(took[int(part*float64(len(took)-1))]) }
	return at(0.5) + ", " + at(0.99) + ", " + at(1)
}
