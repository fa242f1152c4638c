package blob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/platform/fault"
	"github.com/kkmovies/kkmovies/test/engines"
)

// network stands between a store and its server, and does to requests what networks do.
type network struct {
	*httptest.Server
	asked atomic.Int64

	mu       sync.Mutex
	before   func(http.ResponseWriter, *http.Request) bool // reports whether it has answered
	response func(*http.Response)
}

func between(t testing.TB, b engines.Bucket) *network {
	t.Helper()
	server, err := url.Parse(b.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	n := &network{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(server)
			r.Out.Host = r.In.Host // the signature covers it
		},
		ModifyResponse: func(r *http.Response) error {
			if _, response := n.rules(); response != nil {
				response(r)
			}
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	n.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n.asked.Add(1)
		if before, _ := n.rules(); before != nil && before(w, r) {
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(n.Close)
	return n
}

func (n *network) rules() (func(http.ResponseWriter, *http.Request) bool, func(*http.Response)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.before, n.response
}

func (n *network) on(before func(http.ResponseWriter, *http.Request) bool, response func(*http.Response)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.before, n.response = before, response
}

// cutAfter ends an answer's body early.
func cutAfter(r *http.Response, bytes int64) {
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(io.LimitReader(r.Body, bytes), failing{}), r.Body}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("cut") }

// busy answers as S3 does when it is asked too much.
func busy(w http.ResponseWriter) {
	w.WriteHeader(http.StatusServiceUnavailable)
	fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
}

func throughNetwork(t *testing.T, o blob.S3Options) (*blob.S3, *network, engines.Bucket) {
	t.Helper()
	bucket := engines.S3(t)
	n := between(t, bucket)
	return openS3With(t, bucket.Address(n.URL), o), n, bucket
}

func TestAStoreThatIsBusyForAMomentIsAskedAgain(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{})
	var seen sync.Map
	n.on(func(w http.ResponseWriter, r *http.Request) bool {
		// The first of each kind of request is refused.
		if _, again := seen.LoadOrStore(r.Method+r.URL.Path+r.URL.Query().Get("partNumber")+r.URL.Query().Get("uploadId"), true); again {
			return false
		}
		_, _ = io.Copy(io.Discard, r.Body)
		busy(w)
		return true
	}, nil)
	data := noise(20 << 20)
	if written, err := s.Put(t.Context(), "large", stream(data), int64(len(data))); !written || err != nil {
		t.Fatalf("written %v, error %v", written, err)
	}
	wantObject(t, s, "large", data)
	if err := s.DeletePrefix(t.Context(), "large/"); err != nil {
		t.Fatal(err)
	}
}

func TestAConnectionCutInsideAPartLosesNothing(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{})
	const part = 5 << 20
	data := noise(2*part + 99)
	id, err := s.CreateMultipart(t.Context(), "originals/v/source", int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var cuts atomic.Int64
	n.on(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || cuts.Add(1) > 2 {
			return false
		}
		_, _ = io.CopyN(io.Discard, r.Body, part/2)
		panic(http.ErrAbortHandler)
	}, nil)
	for i, size := range []int{part, part, 99} {
		p := blob.Part{Number: i + 1, Offset: int64(i) * part, Size: int64(size)}
		if err := s.WritePart(t.Context(), "originals/v/source", id, p, stream(data[p.Offset:p.Offset+p.Size])); err != nil {
			t.Fatalf("part %d: %v", i+1, err)
		}
	}
	if cuts.Load() < 3 {
		t.Fatalf("only %d parts were sent: nothing was cut", cuts.Load())
	}
	if err := s.CompleteMultipart(t.Context(), "originals/v/source", id); err != nil {
		t.Fatal(err)
	}
	wantObject(t, s, "originals/v/source", data)
}

func TestAWriteWhoseAnswerIsLostIsStillOurs(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"by one request": 1000, "by parts": 17 << 20} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, n, _ := throughNetwork(t, blob.S3Options{})
			var lost atomic.Int64
			n.on(nil, func(r *http.Response) {
				q := r.Request.URL.Query()
				ends := r.Request.Method == http.MethodPost && q.Has("uploadId") || r.Request.Method == http.MethodPut && !q.Has("partNumber")
				if ends && r.StatusCode == http.StatusOK && lost.Add(1) == 1 {
					panic(http.ErrAbortHandler)
				}
			})
			data := noise(size)
			written, err := s.Put(t.Context(), "a", bytes.NewReader(data), int64(size))
			if !written || err != nil {
				t.Fatalf("written %v, error %v", written, err)
			}
			if lost.Load() == 0 {
				t.Fatal("no answer was lost")
			}
			wantObject(t, s, "a", data)
		})
	}
}

func TestAPartOfAnAbortedWriteIsRefusedThoughTheStoreHangsUp(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{})
	id, err := s.CreateMultipart(t.Context(), "a", 6<<20)
	if err == nil {
		err = s.AbortMultipart(t.Context(), "a", id)
	}
	if err != nil {
		t.Fatal(err)
	}
	n.on(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPut {
			panic(http.ErrAbortHandler)
		}
		return false
	}, nil)
	err = s.WritePart(t.Context(), "a", id, blob.Part{Number: 1, Size: 5 << 20}, bytes.NewReader(noise(5<<20)))
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("error %v", err)
	}
}

func TestARefusalThatIsNotHeardIsLookedUp(t *testing.T) {
	t.Parallel()
	s, n, bucket := throughNetwork(t, blob.S3Options{})
	other, first := openS3(t, bucket.Address()), noise(3<<20)
	var once sync.Once
	n.on(func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut {
			return false
		}
		once.Do(func() { putObject(t, other, "a", first) }) // just before, and then the store hangs up
		panic(http.ErrAbortHandler)
	}, nil)
	if written, err := s.Put(t.Context(), "a", bytes.NewReader(noise(3<<20)), 3<<20); written || err != nil {
		t.Fatalf("written %v, error %v", written, err)
	}
	wantObject(t, s, "a", first)
}

func TestTwoProcessesThatPutOneKeyKeepOneOfTheTwo(t *testing.T) {
	t.Parallel()
	bucket := engines.S3(t)
	stores := []*blob.S3{openS3(t, bucket.Address()), openS3(t, bucket.Address())}
	for _, size := range []int{100_000, 18 << 20} {
		key := fmt.Sprintf("videos/v/%d", size)
		bodies := [][]byte{noise(size), noise(size)}
		var wrote [2]bool
		var all sync.WaitGroup
		for i, s := range stores {
			all.Go(func() {
				var err error
				if wrote[i], err = s.Put(t.Context(), key, bytes.NewReader(bodies[i]), int64(size)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if wrote[0] == wrote[1] {
			t.Fatalf("both say %v of having written %s", wrote[0], key)
		}
		winner := bodies[0]
		if wrote[1] {
			winner = bodies[1]
		}
		for _, s := range stores {
			wantObject(t, s, key, winner)
		}
	}
}

func TestAReadGoesOnAfterEachCutAndGivesUpWhenNothingComes(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1}) // so that it is read where it is
	data := noise(9 << 20)
	if _, err := s.Put(t.Context(), "a", bytes.NewReader(data), int64(len(data))); err != nil {
		t.Fatal(err)
	}
	var cuts atomic.Int64
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.ContentLength > 1<<20 {
			cuts.Add(1)
			cutAfter(r, 1<<20)
		}
	})
	wantObject(t, s, "a", data)
	if cuts.Load() == 0 {
		t.Fatal("nothing was cut")
	}
	o, err := s.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	n.on(nil, func(r *http.Response) { cutAfter(r, 0) })
	if _, err := io.ReadAll(o); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("a read that never gets anywhere ends with %v", err)
	}
}

func TestAnObjectReplacedWhileItIsReadIsNoticed(t *testing.T) {
	t.Parallel()
	s := openS3With(t, engines.S3(t).Address(), blob.S3Options{CacheSize: 1})
	first, second := noise(3<<20), noise(3<<20)
	put := func(data []byte) {
		t.Helper()
		if written, err := s.Put(t.Context(), "a", bytes.NewReader(data), -1); !written || err != nil {
			t.Fatalf("written %v, error %v", written, err)
		}
	}
	put(first)
	o, err := s.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if err := s.Delete(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	put(second)
	if _, err := io.ReadAll(o); !fault.Is(err, fault.Conflict) {
		t.Fatalf("reading on gives error %v", err)
	}
	if _, err := o.ReadSeekCloser.(io.ReaderAt).ReadAt(make([]byte, 10), 2<<20); !fault.Is(err, fault.Conflict) {
		t.Fatalf("reading a range gives error %v", err)
	}
}

func TestAStoreThatStandsStillIsGivenUp(t *testing.T) {
	t.Parallel()
	s, n, _ := throughNetwork(t, blob.S3Options{CacheSize: 1, Stall: 50 * time.Millisecond})
	data := noise(3 << 20)
	if _, err := s.Put(t.Context(), "a", bytes.NewReader(data), -1); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	var stood atomic.Int64
	n.on(nil, func(r *http.Response) {
		if r.Request.Method == http.MethodGet && r.ContentLength >= 1<<20 && stood.Add(1) <= 2 {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.MultiReader(io.LimitReader(r.Body, 300_000), waiting(over)), r.Body}
		}
	})
	defer close(over)
	wantObject(t, s, "a", data)
	if stood.Load() < 3 {
		t.Fatal("nothing stood still")
	}
}

type waiting chan struct{}

func (w waiting) Read([]byte) (int, error) {
	<-w
	return 0, io.EOF
}

func TestWhatIsWrongWithAStoreIsNamedInTime(t *testing.T) {
	bucket := engines.S3(t)
	answer := func(status int, code string) string {
		n := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>said so</Message></Error>`, code)
		}))
		t.Cleanup(n.Close)
		return bucket.Address(n.URL)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	other := engines.Bucket{Name: "no-such-bucket", Endpoint: bucket.Endpoint}
	for name, c := range map[string]struct {
		address, key, secret string
		code, word, remedy   string
	}{
		"right":           {bucket.Address(), engines.S3AccessKey, engines.S3SecretKey, "", "", ""},
		"wrong key":       {bucket.Address(), "nobody", engines.S3SecretKey, "media_credentials", "access key", "AWS_ACCESS_KEY_ID"},
		"wrong secret":    {bucket.Address(), engines.S3AccessKey, "guessed", "media_credentials", "secret key", "AWS_SECRET_ACCESS_KEY"},
		"missing bucket":  {other.Address(), engines.S3AccessKey, engines.S3SecretKey, "media_no_bucket", "no-such-bucket", "make it"},
		"nobody there":    {bucket.Address("http://" + closed.Addr().String()), "k", "s", "media_unreachable", closed.Addr().String(), "see that it runs"},
		"silence":         {bucket.Address("http://" + silent.Addr().String()), "k", "s", "media_unreachable", "in time", "see that it runs"},
		"TLS to none":     {bucket.Address(strings.Replace(bucket.Endpoint, "http:", "https:", 1)), "k", "s", "media_unreachable", "safely", "http or https"},
		"wrong clock":     {answer(http.StatusForbidden, "RequestTimeTooSkewed"), "k", "s", "media_clock", "clock", "NTP"},
		"no permission":   {answer(http.StatusForbidden, "AccessDenied"), "k", "s", "media_denied", bucket.Name, "allow it"},
		"another region":  {answer(http.StatusMovedPermanently, "PermanentRedirect"), "k", "s", "media_region", "region", "region="},
		"no S3":           {answer(http.StatusNotFound, "Teapot"), "k", "s", "media_refused", "no S3", "endpoint="},
		"broken":          {answer(http.StatusInternalServerError, "InternalError"), "k", "s", "media_unavailable", "out of order", "tried again"},
		"replaces freely": {answer(http.StatusOK, ""), "k", "s", "media_unsafe", "If-None-Match", "conditional writes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_ACCESS_KEY_ID", c.key)
			t.Setenv("AWS_SECRET_ACCESS_KEY", c.secret)
			s := openS3(t, c.address)
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			err := s.Prove(ctx)
			if ctx.Err() != nil {
				t.Error("that took too long")
			}
			if c.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			words := fault.PublicOf(err)
			if fault.CodeOf(err) != c.code || !strings.Contains(words, c.word) || !strings.Contains(words, c.remedy) {
				t.Errorf("said %q (%s): %v", words, fault.CodeOf(err), err)
			}
			if strings.Contains(err.Error(), c.secret) && len(c.secret) > 1 {
				t.Errorf("it tells the secret: %v", err)
			}
		})
	}
}

func TestS3Addresses(t *testing.T) {
	for address, want := range map[string]blob.S3Address{
		"s3://films":                  {Bucket: "films"},
		"s3://films?region=eu-west-1": {Bucket: "films", Region: "eu-west-1"},
		"s3://films?region=auto&endpoint=https://store:9000&use_path_style=true": {Bucket: "films", Region: "auto", Endpoint: "https://store:9000", PathStyle: true},
		"s3://films?endpoint=http%3A%2F%2F127.0.0.1%3A9000%2F":                   {Bucket: "films", Endpoint: "http://127.0.0.1:9000"},
	} {
		if got, err := blob.ParseS3(address); err != nil || got != want {
			t.Errorf("%s: %+v, error %v", address, got, err)
		}
	}
	for _, address := range []string{
		"s3:", "s3://", "s3://films/folder", "s3://key:secret@films", "s3://films?regoin=x", "s3://films?region=", "s3://films?endpoint=store:9000",
		"s3://films?endpoint=ftp://store", "s3://films?endpoint=https://key:secret@store", "s3://films?use_path_style=yes", "s3://films?region=a&region=b", "s3://fi%20lms", "file:///srv", "s3://films#x",
	} {
		_, err := blob.ParseS3(address)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.PublicOf(err), "s3://bucket?") || strings.Contains(fault.PublicOf(err), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}
