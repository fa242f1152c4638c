package engines

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"
)

// TroubledS3 stands before a bucket, and spoils what passes as its test says.
type TroubledS3 struct {
	Endpoint string

	down, cuts atomic.Bool
	long       atomic.Int64 // bodies
	spoiled    atomic.Int64
}

// resetAfter is how much of a body passes before its connection is reset: more than a
// playlist, less than a segment or a part.
const resetAfter = 20_000

// Trouble begins with none.
func Trouble(t testing.TB, b Bucket) *TroubledS3 {
	t.Helper()
	to, err := url.Parse(b.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	s := &TroubledS3{}
	through := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // it is signed
		},
		ErrorLog:     log.New(io.Discard, "", 0),
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case s.down.Load():
			s.spoiled.Add(1)
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>`)
		case s.cuts.Load():
			// Each second body is cut, so that what is tried again passes in the end.
			cut := &cutting{s: s, conn: r.Context().Value(connOf{}).(*net.TCPConn)}
			cut.left.Store(resetAfter)
			r.Body = cuttingBody{r.Body, cut}
			through.ServeHTTP(cuttingAnswer{w, cut}, r)
		default:
			through.ServeHTTP(w, r)
		}
	}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // that it is spoiled is meant
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connOf{}, c) }
	server.Start()
	t.Cleanup(server.Close)
	s.Endpoint = server.URL
	return s
}

// Down makes it answer 503 to everything, until Well.
func (s *TroubledS3) Down() { s.down.Store(true) }

// Resets makes it reset the connection inside every second body that is long, until Well.
func (s *TroubledS3) Resets() { s.cuts.Store(true) }

// Well ends all trouble, and returns how often it was made.
func (s *TroubledS3) Well() int64 {
	s.down.Store(false)
	s.cuts.Store(false)
	return s.spoiled.Swap(0)
}

// cutting counts what passes of one request, both ways, and resets its connection.
type cutting struct {
	s    *TroubledS3
	conn *net.TCPConn
	left atomic.Int64
}

type connOf struct{} // the key of a request's connection

var errReset = errors.New("reset by the test")

func (c *cutting) passed(n int) error {
	left := c.left.Add(-int64(n))
	if left > 0 || left+int64(n) <= 0 || c.s.long.Add(1)%2 == 0 {
		return nil
	}
	c.s.spoiled.Add(1)
	_ = c.conn.SetLinger(0) // a reset, not an end
	c.conn.Close()
	return errReset
}

type cuttingAnswer struct {
	http.ResponseWriter
	*cutting
}

func (c cuttingAnswer) Write(p []byte) (int, error) {
	n, err := c.ResponseWriter.Write(p)
	return n, errors.Join(err, c.passed(n))
}

// Unwrap lets an answer be flushed as it is.
func (c cuttingAnswer) Unwrap() http.ResponseWriter { return c.ResponseWriter }

type cuttingBody struct {
	io.ReadCloser
	*cutting
}

func (c cuttingBody) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if reset := c.passed(n); reset != nil {
		return n, reset
	}
	return n, err
}
