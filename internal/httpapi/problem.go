package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// Problem is an error as clients see it: RFC 9457 with a stable code.
type Problem struct {
	Type   string   `json:"type" doc:"Always about:blank; the code tells problems apart."`
	Title  string   `json:"title" doc:"The HTTP status in words."`
	Status int      `json:"status"`
	Detail string   `json:"detail,omitempty" doc:"What is wrong and what to do, in English."`
	Code   string   `json:"code" doc:"Stable and machine-readable; apps translate it."`
	Fields []string `json:"fields,omitempty" doc:"Which inputs are wrong and how."`
}

func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus and ContentType make Problem huma's error.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of RFC 9457.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

var statusOf = map[fault.Kind]int{
	fault.Internal:    http.StatusInternalServerError,
	fault.Invalid:     http.StatusUnprocessableEntity,
	fault.Unsupported: http.StatusUnsupportedMediaType,
	fault.TooLarge:    http.StatusRequestEntityTooLarge,
	fault.SignedOut:   http.StatusUnauthorized,
	fault.Forbidden:   http.StatusForbidden,
	fault.Payment:     http.StatusPaymentRequired,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.TooMany:     http.StatusTooManyRequests,
	fault.NoSpace:     http.StatusInsufficientStorage,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Cancelled:   499, // the client is gone; nobody reads it, the log does
}

// sentences for faults that carry none of their own.
var sentences = map[fault.Kind]string{
	fault.Internal:    "Something went wrong on the server. It was logged under this request's id.",
	fault.NotFound:    "There is no such thing here.",
	fault.Conflict:    "This is not possible in its present state.",
	fault.Unavailable: "A part of the server does not answer. Try again in a moment.",
	fault.NoSpace:     "The server's storage is full.",
}

func problemOf(err error) *Problem {
	kind := fault.KindOf(err)
	status := statusOf[kind]
	detail := fault.PublicOf(err)
	if detail == "" {
		detail = sentences[kind]
	}
	title := http.StatusText(status)
	if title == "" {
		title = "Client Closed Request"
	}
	return &Problem{Type: "about:blank", Title: title, Status: status, Detail: detail, Code: fault.CodeOf(err)}
}

// problem maps an error once and logs what is not shown.
func (s *server) problem(ctx context.Context, err error) *Problem {
	noteOf(ctx).failed = err
	p := problemOf(err)
	if p.Status >= 500 {
		s.Logger.ErrorContext(ctx, "request failed", "error", err, "code", p.Code)
	} else {
		s.Logger.DebugContext(ctx, "request refused", "error", err, "code", p.Code)
	}
	return p
}

func (s *server) writeProblem(w http.ResponseWriter, r *http.Request, err error) {
	for name, values := range headersOf(err) {
		w.Header()[name] = values
	}
	sendProblem(w, s.problem(r.Context(), err))
}

func sendProblem(w http.ResponseWriter, p *Problem) {
	h := w.Header()
	for _, name := range []string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} {
		h.Del(name) // of the answer that was meant to be
	}
	h.Set("Content-Type", p.ContentType(""))
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p)
}

// refuse answers a JSON operation before its handler runs.
func (s *server) refuse(c huma.Context, err error) {
	p := s.problem(c.Context(), err)
	for name, values := range headersOf(err) {
		c.SetHeader(name, values[0])
	}
	c.SetHeader("Content-Type", p.ContentType(""))
	c.SetHeader("Cache-Control", "no-store")
	c.SetStatus(p.Status)
	_ = json.NewEncoder(c.BodyWriter()).Encode(p)
}

// configureHuma sets what huma keeps in package variables, the same for every server:
// its own errors (validation, unknown media type) become Problems, and an array is never
// null.
var configureHuma = sync.OnceFunc(func() {
	huma.DefaultArrayNullable = false
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		p := &Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: message, Code: codeOf(status)}
		for _, err := range errs {
			if err != nil {
				p.Fields = append(p.Fields, err.Error())
			}
		}
		return p
	}
})

func codeOf(status int) string {
	for kind, s := range statusOf {
		if s == status {
			return kind.String()
		}
	}
	return "invalid"
}
