//go:build e2e

package e2e

import (
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/engines"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// inBucket are the options of a house whose films are in a bucket.
func inBucket(address string) house.Options {
	return house.Options{Env: map[string]string{
		"KK_MEDIA_URL": address, "AWS_ACCESS_KEY_ID": engines.S3AccessKey, "AWS_SECRET_ACCESS_KEY": engines.S3SecretKey,
	}}
}

func TestAFilmGoesThroughABucketFromItsUploadToItsViewer(t *testing.T) {
	t.Parallel()
	bucket := engines.S3(t)
	h := house.Start(t, inBucket(bucket.Address()))
	c := h.Admin()

	streamed := show(t, c, twoRungs)
	plays(t, c, streamed)

	ctx, file := within(t, patience), inParts(t, 40*mib)
	u, err := c.Open(ctx, "resumable.mp4", 40*mib)
	if err != nil {
		t.Fatal(err)
	}
	resumed, err := c.Resume(ctx, u.ID, file)
	if err == nil {
		resumed, err = c.Until(ctx, resumed.ID, c.Finished(ctx))
	}
	if err != nil {
		t.Fatal(err)
	}
	plays(t, c, resumed)

	encoded := show(t, c, encodedTwoRungs) // which its encoders read by its path
	plays(t, c, encoded)

	if out, code := h.Run("", "doctor"); code != 0 || !strings.Contains(out, "the bucket "+bucket.Name+" is written to, and replaces nothing") {
		t.Errorf("doctor ends with %d:\n%s", code, out)
	}
	h.Stop()
	h.Boot() // with an empty cache
	plays(t, c, encoded)

	for _, v := range []house.Video{streamed, resumed, encoded} {
		if keys := bucket.Keys(t, "videos/"+v.ID+"/"); len(keys) < 10 {
			t.Errorf("of %s the bucket holds only %q", v.Title, keys)
		}
		if err := c.Delete(within(t, patience), v.ID); err != nil {
			t.Fatal(err)
		}
	}
	h.Stop() // whatever was to be removed is, now or after the next start
	h.Boot()
	for deadline := time.After(patience); len(bucket.Keys(t, "")) > 0; {
		select {
		case <-deadline:
			t.Fatalf("left of films that were removed: %q", bucket.Keys(t, ""))
		case <-time.After(100 * time.Millisecond): // nobody tells of a bucket
		}
	}
}

func TestABucketThatCannotBeUsedStopsTheStartWithWhatToDo(t *testing.T) {
	t.Parallel()
	bucket := engines.S3(t)
	nowhere, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nowhere.Close()
	h := house.Start(t, house.Options{})
	for name, c := range map[string]struct {
		env           map[string]string
		what, instead string
	}{
		"no bucket":    {map[string]string{"KK_MEDIA_URL": engines.Bucket{Name: "absent", Endpoint: bucket.Endpoint}.Address()}, "has no bucket absent", "make it"},
		"wrong secret": {map[string]string{"AWS_SECRET_ACCESS_KEY": "guessed"}, "secret key", "AWS_SECRET_ACCESS_KEY"},
		"nobody there": {map[string]string{"KK_MEDIA_URL": bucket.Address("http://" + nowhere.Addr().String())}, nowhere.Addr().String(), "see that it runs"},
		"no keys":      {map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_EC2_METADATA_DISABLED": "true"}, "no credentials", "AWS_ACCESS_KEY_ID"},
	} {
		t.Run(name, func(t *testing.T) {
			env := inBucket(bucket.Address()).Env
			env["KK_DATA_DIR"] = t.TempDir()
			for k, v := range c.env {
				env[k] = v
			}
			began := time.Now()
			out, code := h.RunWith(env, "", "serve")
			if took := time.Since(began); took > 8*time.Second { // five of its own, and a busy machine's
				t.Errorf("it took %v", took)
			}
			if code != 1 || !strings.Contains(out, "KK_MEDIA_URL") || !strings.Contains(out, c.what) || !strings.Contains(out, c.instead) {
				t.Errorf("serve ends with %d:\n%s", code, out)
			}
			out, code = h.RunWith(env, "", "doctor")
			if code != 1 || !strings.Contains(out, "FAIL  media") || !strings.Contains(out, c.what) || !strings.Contains(out, c.instead) {
				t.Errorf("doctor ends with %d:\n%s", code, out)
			}
			if strings.Contains(out, engines.S3SecretKey) {
				t.Error("the secret is told")
			}
		})
	}
}

// wire carries connections to a server until it is cut.
type wire struct {
	t       *testing.T
	to      string
	address string

	mu       sync.Mutex
	listener net.Listener
	ends     []net.Conn
}

func newWire(t *testing.T, to string) *wire {
	t.Helper()
	w := &wire{t: t, to: strings.TrimPrefix(to, "http://"), address: "127.0.0.1:0"}
	w.mend()
	t.Cleanup(w.cut)
	return w
}

func (w *wire) mend() {
	w.t.Helper()
	l, err := net.Listen("tcp", w.address)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	w.listener, w.address = l, l.Addr().String()
	w.mu.Unlock()
	go func() {
		for {
			here, err := l.Accept()
			if err != nil {
				return
			}
			there, err := net.Dial("tcp", w.to)
			if err != nil {
				here.Close()
				continue
			}
			w.mu.Lock()
			w.ends = append(w.ends, here, there)
			w.mu.Unlock()
			for _, pair := range [][2]net.Conn{{here, there}, {there, here}} {
				go func() {
					_, _ = io.Copy(pair[0], pair[1])
					pair[0].Close()
				}()
			}
		}
	}()
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.listener.Close()
	for _, end := range w.ends {
		end.Close()
	}
	w.ends = nil
}

// encodedSmall is a film that no browser plays, and soon made.
var encodedSmall = testfilm.Film{Name: "small-10bit.mp4", Args: drawn("320x180", "yuv420p10le")}

func TestABucketThatIsLostIsSaidAndWaitedFor(t *testing.T) {
	t.Parallel()
	bucket := engines.S3(t)
	w := newWire(t, bucket.Endpoint)
	h := house.Start(t, inBucket(bucket.Address("http://"+w.address)))
	c := h.Admin()
	ctx := within(t, patience)
	before := show(t, c, small)
	s, err := c.Stream(ctx, before.ID)
	if err != nil {
		t.Fatal(err)
	}
	watched := strings.Replace(s.HLSURL, "playlist.m3u8", s.Renditions[0].ID+"/seg-00001.m4s", 1)
	if got := get(t, c, watched); got.Status != http.StatusOK {
		t.Fatalf("answered %d", got.Status)
	}
	v, err := c.Post(ctx, "In the making", "film.mp4", open(t, encodedSmall.Path(t)))
	if err != nil {
		t.Fatal(err)
	}

	w.cut()
	ready, err := h.Stranger().Fetch(ctx, http.MethodGet, "/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	if ready.Status != http.StatusServiceUnavailable || !strings.Contains(string(ready.Body), "failed media: the bucket's storage does not answer; see that it runs") {
		t.Errorf("/readyz answers %d:\n%s", ready.Status, ready.Body)
	}
	if got := get(t, c, watched); got.Status != http.StatusOK {
		t.Errorf("what was watched before is answered %d", got.Status)
	}
	w.mend()

	ctx = within(t, patience)
	if v, err = c.Until(ctx, v.ID, c.Finished(ctx)); err != nil {
		t.Fatal(err)
	}
	plays(t, c, v)
	if ready, err := h.Stranger().Fetch(ctx, http.MethodGet, "/readyz", nil); err != nil || ready.Status != http.StatusOK {
		t.Errorf("with the bucket back, /readyz answers %d:\n%s", ready.Status, ready.Body)
	}
}
