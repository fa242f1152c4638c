package httpapi

import (
	"cmp"
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// What every answer says to the browser that reads it, and how long anybody may take to send
// a request or to read an answer.

// contentSecurityPolicy allows the app's own files and nothing else; media elements
// play blobs, hls.js runs its worker from one.
const contentSecurityPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"media-src 'self' blob: data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; " +
	"frame-ancestors 'none'; form-action 'self'"

// permissionsPolicy takes from pages, and whatever might get into one, what no film needs.
const permissionsPolicy = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), " +
	"microphone=(), midi=(), payment=(), usb=(), xr-spatial-tracking=(), " +
	"autoplay=(self), encrypted-media=(self), fullscreen=(self), picture-in-picture=(self), screen-wake-lock=(self)"

// strictTransport lets a browser that came by https never come by anything else, for a year
// from each visit.
const strictTransport = "max-age=31536000; includeSubDomains"

// hardening is what every answer carries beside its policy: what Helmet sets by default, but
// stricter where the app allows it. Media may be read by pages of other sites, and says so.
var hardening = [][2]string{
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Origin-Agent-Cluster", "?1"},
	{"Permissions-Policy", permissionsPolicy},
	{"Referrer-Policy", "same-origin"}, // the address of a set-up or reset link stays here
	{"X-Content-Type-Options", "nosniff"},
	{"X-Dns-Prefetch-Control", "off"},
	{"X-Download-Options", "noopen"},
	{"X-Frame-Options", "DENY"},
	{"X-Permitted-Cross-Domain-Policies", "none"},
	{"X-Xss-Protection", "0"}, // old browsers' filter is itself a hole
}

// policyWith lets pages send to the store of films too, where they may.
func policyWith(store string) string {
	if store == "" {
		return contentSecurityPolicy
	}
	return strings.Replace(contentSecurityPolicy, "connect-src 'self'", "connect-src 'self' "+store, 1)
}

func (s *server) hardened(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", s.policy)
		for _, field := range hardening {
			h.Set(field[0], field[1])
		}
		if s.HTTPS {
			h.Set("Strict-Transport-Security", strictTransport)
		}
		if strings.HasPrefix(r.URL.Path, "/api/") {
			h.Set("Cache-Control", "no-store") // a route that can be cached says so itself
		}
		next.ServeHTTP(w, r)
	})
}

// sameSite refuses what a page of another site would have a viewer's browser do: it tells by
// what browsers say of themselves (Sec-Fetch-Site, Origin), so no token is needed, and no
// form of ours can lack one.
func (s *server) sameSite(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	origin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.writeProblem(w, r, fault.New(fault.Forbidden, "httpapi.origin", "cross_site",
			"This request was sent by a page of another site and is refused."))
	}))
	return origin.Handler(next)
}

const (
	// stretch is how much of an answer is to be read within readPatience: 35 kbit/s, which
	// plays nothing, but is no connection held for its own sake.
	stretch      = 256 << 10
	readPatience = time.Minute
	// leftover is how long what is left of a body that nobody asked for may take: the
	// connection is kept when it comes, and given up when it does not.
	leftover = 5 * time.Second
)

// paced bounds how long a request may take to arrive and an answer to be read, so that a
// connection costs its holder something. A body has patience to arrive whole; a handler that
// takes a long one gives it more as it comes (see patient). The time a handler thinks counts
// for neither. Headers are bounded by the http.Server.
func (s *server) paced(next http.Handler) http.Handler {
	sending, reading := cmp.Or(s.patience, patience), cmp.Or(s.patience, readPatience)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		_ = c.SetWriteDeadline(time.Time{}) // of the answer before, on this connection
		if r.Body != nil && r.Body != http.NoBody {
			_ = c.SetReadDeadline(time.Now().Add(sending))
			body := &pacedBody{ReadCloser: r.Body, connection: c}
			r = r.WithContext(r.Context()) // the server itself looks at the body it made, to know if the connection is good
			r.Body = body
			defer func() {
				if !body.whole {
					_ = c.SetReadDeadline(time.Now().Add(min(leftover, sending)))
				}
			}()
		}
		next.ServeHTTP(&pacedWriter{w, c, reading}, r)
	})
}

// pacedBody ends the hurry when all of a body is there: the connection is silent from then on.
type pacedBody struct {
	io.ReadCloser
	connection *http.ResponseController
	whole      bool
}

func (b *pacedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if errors.Is(err, io.EOF) {
		b.whole = true
		_ = b.connection.SetReadDeadline(time.Time{})
	}
	return n, err
}

// pacedWriter gives each stretch of an answer its own time. ReadFrom keeps sendfile working
// through it; Unwrap the rest.
type pacedWriter struct {
	http.ResponseWriter
	connection *http.ResponseController
	patience   time.Duration
}

func (w *pacedWriter) hurry() { _ = w.connection.SetWriteDeadline(time.Now().Add(w.patience)) }

func (w *pacedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *pacedWriter) WriteHeader(status int) {
	w.hurry()
	w.ResponseWriter.WriteHeader(status)
}

func (w *pacedWriter) Write(p []byte) (int, error) {
	w.hurry()
	return w.ResponseWriter.Write(p)
}

func (w *pacedWriter) ReadFrom(src io.Reader) (sent int64, err error) {
	// A file is sent from the kernel only when it is found behind one limit, not two.
	all, limited := src.(*io.LimitedReader)
	if !limited {
		all = &io.LimitedReader{R: src, N: math.MaxInt64}
	}
	for all.N > 0 {
		w.hurry()
		part := &io.LimitedReader{R: all.R, N: min(all.N, stretch)}
		n, err := io.Copy(w.ResponseWriter, part)
		sent, all.N = sent+n, all.N-n
		if err != nil || part.N > 0 { // broken, or the source has ended
			return sent, err
		}
	}
	return sent, nil
}
