package engines

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// CountedS3 stands before a bucket, and counts what is fetched from it.
type CountedS3 struct {
	Endpoint string

	requests, bytes atomic.Int64
}

// Count begins at nothing. What is counted are reads of objects whose key has this in it.
func Count(t testing.TB, b Bucket, key string) *CountedS3 {
	t.Helper()
	to, err := url.Parse(b.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	s := &CountedS3{}
	through := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // it is signed
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.Method == http.MethodGet && strings.Contains(r.Request.URL.Path, key) {
				s.requests.Add(1)
				r.Body = countedBody{r.Body, &s.bytes}
			}
			return nil
		},
		ErrorLog: log.New(io.Discard, "", 0), // who reads no further hangs up
	}
	server := httptest.NewServer(through)
	t.Cleanup(server.Close)
	s.Endpoint = server.URL
	return s
}

// Fetched returns how many requests there were since the last time, and how many bytes they
// were answered with.
func (s *CountedS3) Fetched() (requests, bytes int64) { return s.requests.Swap(0), s.bytes.Swap(0) }

type countedBody struct {
	io.ReadCloser
	bytes *atomic.Int64
}

func (b countedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.bytes.Add(int64(n))
	return n, err
}
