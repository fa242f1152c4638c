//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/kkmovies/kkmovies/test/e2e/browser"
	"github.com/kkmovies/kkmovies/test/e2e/house"
	"github.com/kkmovies/kkmovies/test/testfilm"
)

// Somebody looks around, puts a film on their list and begins another; then there is no network.
// Home and the list open all the same, what was watched arrives when the network is back, who
// signs out leaves nothing behind, and a new version of the app waits until it is asked for.
func TestHomeAndTheListOpenOffline(t *testing.T) {
	t.Parallel()
	h := house.Start(t, house.Options{})
	c := h.Admin()
	show(t, c, testfilm.Film{Name: "Quando o mar recua (2023).mp4", Args: drawn("320x180", "yuv420p")})
	v := show(t, c, testfilm.Film{Name: "Sertao Azul (2022).mp4", Args: drawn("320x180", "yuv420p")})
	var next atomic.Bool
	network := newWire(t, deployer(t, h.URL("/"), &next))
	hands := http.NewServeMux()
	hands.HandleFunc("/cut", func(http.ResponseWriter, *http.Request) { network.cut() })
	hands.HandleFunc("/mend", func(http.ResponseWriter, *http.Request) { network.mend() })
	hands.HandleFunc("/deploy", func(http.ResponseWriter, *http.Request) { next.Store(true) })
	control := httptest.NewServer(hands)
	defer control.Close()
	t.Log(browser.Run(t, browserPatience, "offline.mjs", "http://"+network.address+"/", house.AdminEmail, house.AdminPassword, v.ID, control.URL))
	h.Stop()
}

// deployer returns the address of a site that is the house's, or its next version: with
// another service worker.
func deployer(t testing.TB, home string, next *atomic.Bool) string {
	t.Helper()
	to, err := url.Parse(home)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host
			if r.In.URL.Path == "/sw.js" {
				r.Out.Header.Del("Accept-Encoding")
			}
		},
		ModifyResponse: func(r *http.Response) error {
			if r.Request.URL.Path != "/sw.js" || !next.Load() {
				return nil
			}
			body, err := io.ReadAll(r.Body)
			body = append(body, "\n// The next version."...)
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return err
		},
	}
	site := httptest.NewServer(proxy)
	t.Cleanup(site.Close)
	return site.URL
}
