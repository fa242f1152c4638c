package httpapi

import (
	"bufio"
	"cmp"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// wrap puts around every route what all of them share, outermost first.
func (s *server) wrap(next http.Handler) http.Handler {
	s.policy = policyWith(s.StoreOrigin)
	return s.paced(s.addressed(s.logged(s.recovered(s.hardened(s.sameSite(next))))))
}

// recovered answers a panic with a problem. Where an answer has begun the connection is
// broken off instead: its reader must not take half a film for a whole one.
func (s *server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := w.(*recorder) // logged's, which is around this
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p != http.ErrAbortHandler {
				s.Logger.ErrorContext(r.Context(), "panic", "panic", p, "stack", string(debug.Stack()))
			}
			if p == http.ErrAbortHandler || rec.begun() {
				panic(http.ErrAbortHandler)
			}
			s.writeProblem(w, r, fault.New(fault.Internal, "httpapi", "", ""))
		}()
		next.ServeHTTP(rec, r)
	})
}

type requestIDKey struct{}

// RequestID returns the id of the request ctx belongs to, "" outside one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// logged gives each request an id and writes one line when it ends. Media and the app's
// files are many and dull: they are written at debug level.
func (s *server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := uuid.NewString()
		w.Header().Set("X-Request-Id", id)
		r = r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id))
		rec := &recorder{ResponseWriter: w}
		start := time.Now()
		defer func() { // also of an answer that is broken off
			level := slog.LevelDebug
			if strings.HasPrefix(r.URL.Path, "/api/") {
				level = slog.LevelInfo
			}
			s.Logger.Log(r.Context(), level, "request", "method", r.Method, "path", safePath(r.URL.Path),
				"status", cmp.Or(rec.status, http.StatusOK), "bytes", rec.bytes, "ms", time.Since(start).Milliseconds())
		}()
		next.ServeHTTP(rec, r)
	})
}

// safePath hides the token of a media path: whoever reads the log must not be able to play.
func safePath(path string) string {
	if rest, ok := strings.CutPrefix(path, "/media/"); ok {
		if _, tail, ok := strings.Cut(rest, "/"); ok {
			return "/media/…/" + tail
		}
	}
	return path
}

// recorder notes an answer's status, 0 until it has begun, and size. ReadFrom keeps sendfile working through
// it; Unwrap the rest (flushing, hijacking, deadlines).
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) begun() bool { return r.status != 0 }

func (r *recorder) WriteHeader(status int) {
	if !r.begun() && (status >= 200 || status == http.StatusSwitchingProtocols) { // others are followed by one more
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.status = cmp.Or(r.status, http.StatusOK)
	n, err := r.ResponseWriter.Write(p)
	r.bytes += int64(n)
	return n, err
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// ReadFrom hands a file to the connection itself, which sends it from the kernel.
func (r *recorder) ReadFrom(src io.Reader) (int64, error) {
	r.status = cmp.Or(r.status, http.StatusOK)
	n, err := io.Copy(r.ResponseWriter, src)
	r.bytes += n
	return n, err
}

// Hijack lets the WebSocket take the connection over.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.status = cmp.Or(r.status, http.StatusSwitchingProtocols)
	return http.NewResponseController(r.ResponseWriter).Hijack()
}
