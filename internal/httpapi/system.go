package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// Check is the state of one part the server needs.
type Check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail" doc:"What it is, or what is wrong and what to do."`
	// Warning names no address: everybody may read it.
	Warning string `json:"warning,omitempty" doc:"What is not as it should be, though it works."`
}

// Health asks every part how it is, within the context's deadline.
type Health func(ctx context.Context) []Check

const healthTimeout = 3 * time.Second

func (s *server) healthRoutes() {
	s.handle(Public, "GET /healthz", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintln(w, "alive")
	}))
	s.handle(Public, "GET /readyz", http.HandlerFunc(s.ready))
}

func (s *server) systemRoutes() {
	type system struct {
		Version string  `json:"version"`
		Checks  []Check `json:"checks"`
	}
	register(s, ForAdmins, huma.Operation{
		OperationID: "system", Method: http.MethodGet, Path: "/system", Tags: []string{"system"},
		Summary: "The server's version and how its parts are",
	}, func(ctx context.Context, _ *struct{}) (*struct{ Body system }, error) {
		ctx, cancel := context.WithTimeout(ctx, healthTimeout)
		defer cancel()
		return &struct{ Body system }{system{Version: s.Version, Checks: s.Health(ctx)}}, nil
	})
}

// ready answers 200 when every part works and 503 when one does not, a line each. What works,
// but not as it should, is said aloud and changes no status: a node with a full disk still
// plays films. The lines name parts, not addresses: the route is public.
func (s *server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), healthTimeout)
	defer cancel()
	checks := s.Health(ctx)
	status := http.StatusOK
	for _, c := range checks {
		if !c.OK {
			status = http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	for _, c := range checks {
		switch {
		case !c.OK && c.Warning != "":
			fmt.Fprintf(w, "failed %s: %s\n", c.Name, c.Warning)
		case !c.OK:
			fmt.Fprintf(w, "failed %s\n", c.Name)
		case c.Warning != "":
			fmt.Fprintf(w, "WARN   %s: %s\n", c.Name, c.Warning)
		default:
			fmt.Fprintf(w, "ok     %s\n", c.Name)
		}
	}
}
