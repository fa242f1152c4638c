//go:build budgets

package budgets

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// busy is a script that lets nothing happen for three seconds.
const busy = "for (const end = performance.now() + 3000; performance.now() < end; );"

// slowed returns an address at which a house's pages begin with a script that is busy.
func slowed(t *testing.T, home string) string {
	t.Helper()
	proxy := to(t, home)
	proxy.ModifyResponse = func(r *http.Response) error {
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		body = bytes.Replace(body, []byte("</head>"), []byte(`<script src="/busy.js"></script></head>`), 1)
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
		r.Header.Set("Content-Length", strconv.Itoa(len(body)))
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/busy.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, busy)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			r.Header.Del("Accept-Encoding") // what is put into it must be read
		}
		proxy.ServeHTTP(w, r)
	})
	return serve(t, mux)
}

// leading returns an address that leads to a house until it is cut: from then on nothing does.
func leading(t *testing.T, home string) (address, control string) {
	t.Helper()
	var cut atomic.Bool
	proxy := to(t, home)
	address = serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cut.Load() {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))
	return address, serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { cut.Store(r.URL.Path == "/cut") }))
}

func to(t *testing.T, home string) *httputil.ReverseProxy {
	t.Helper()
	there, err := url.Parse(home)
	if err != nil {
		t.Fatal(err)
	}
	return &httputil.ReverseProxy{
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(there)
			r.Out.Host = r.In.Host // the house sees the address its viewers use
		},
	}
}

func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	site := httptest.NewServer(h)
	t.Cleanup(func() {
		site.CloseClientConnections()
		site.Close()
	})
	return site.URL + "/"
}
