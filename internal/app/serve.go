package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/kkmovies/kkmovies/internal/config"
	"github.com/kkmovies/kkmovies/internal/httpapi"
	"github.com/kkmovies/kkmovies/internal/platform/lifecycle"
	"github.com/kkmovies/kkmovies/web"
)

type serveCommand struct {
	Role string `enum:"all,api,worker" default:"all" help:"What this process does: ${enum}."`
	Demo bool   `help:"Fill an empty library with the demo films; not with the role worker."`
}

func (s serveCommand) Run(ctx context.Context, c *config.Config, log *slog.Logger) error {
	if s.Demo && s.Role == "worker" {
		return usageError{errors.New("--demo is for a node that viewers reach: say it with --role api, or with all")}
	}
	if s.Role != "all" {
		if err := c.CheckShared(s.Role); err != nil {
			return usageError{err}
		}
	}
	started := time.Now()
	h, err := open(ctx, c, log, rolesOf(s.Role, c.Slots, c.DatabaseURL == ""))
	if err != nil {
		return err
	}
	defer h.close()

	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w. Stop what uses that port, or set KK_LISTEN", c.Listen, err)
	}
	handler, err := h.handler(ctx, s.Role)
	if err != nil {
		_ = listener.Close()
		return err
	}
	g := lifecycle.Group{StopWithin: stopWithin}
	if s.Role != "worker" {
		g.Add(h.watching())
	}
	g.Add(lifecycle.Component{Name: "live", Start: h.hub.Start, Stop: h.hub.Stop})
	if s.Role != "api" {
		g.Add(lifecycle.Component{Name: "pipeline", Start: h.pipeline.Start, Stop: h.pipeline.Stop})
		g.Add(lifecycle.Component{Name: "jobs", Start: h.db.Queue().Start, Stop: h.db.Queue().Stop})
	}
	if s.Role != "worker" {
		h.addCatalogue(&g)
		h.tellVisits(&g)
	}
	if h.config.MediaEventsURL != "" && s.Role != "api" {
		g.Add(h.storeEvents())
	}
	g.Add(lifecycle.Component{Name: "welcome", Start: func(ctx context.Context) error {
		if err := h.welcome(ctx, address(listener)); err != nil {
			return err
		}
		log.Info("ready", "address", address(listener), "role", s.Role, "version", version(), "ms", time.Since(started).Milliseconds())
		go debug.FreeOSMemory() // starting takes more than running: it is given back, and not grown upon
		return nil
	}})
	g.Add(httpComponent(listener, handler)) // after welcome: who is answered can also sign in
	if s.Demo {
		g.Add(lifecycle.Component{Name: "demo", Run: h.fillDemo})
	}
	return g.Run(ctx)
}

// handler returns the routes of a role: a worker only says how it is.
func (h *house) handler(ctx context.Context, role string) (http.Handler, error) {
	o := httpapi.Options{
		Accounts: h.accounts, Profiles: h.profiles, People: h.people, Catalog: h.catalog, Uploads: h.uploads, Retry: h.pipeline.Retry, Subtitles: h.pipeline, Blobs: h.blobs, Live: h.hub,
		Health: h.health, Version: version(), Logger: h.log,
		Limits: h.cache, Proxies: h.config.Proxies(),
		HTTPS: strings.HasPrefix(h.config.PublicURL, "https://"), HealthOnly: role == "worker",
	}
	o.Audit = h.audit
	o.Insight = h.insight
	serveMetrics(&o)
	h.serveVisits(&o)
	if files, ok := web.Files(); ok {
		o.App = files
	}
	if err := h.connectStore(ctx, &o); err != nil {
		return nil, err
	}
	if err := h.serveFilms(ctx, &o); err != nil {
		return nil, err
	}
	if err := h.connectPlayback(ctx, &o); err != nil {
		return nil, err
	}
	if err := h.serveWatch(&o); err != nil {
		return nil, err
	}
	return httpapi.New(o)
}

// httpComponent serves until it is stopped, then lets what is under way finish.
func httpComponent(listener net.Listener, handler http.Handler) lifecycle.Component {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second, // httpapi bounds bodies and answers, which may be films
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	return lifecycle.Component{
		Name: "http",
		Run: func(context.Context) error {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		},
		Stop: func(ctx context.Context) error {
			if err := server.Shutdown(ctx); err != nil {
				return server.Close()
			}
			return nil
		},
	}
}

// welcome makes the configured administrator, or prints the link that makes the first.
func (h *house) welcome(ctx context.Context, base string) error {
	if h.config.AdminEmail != "" {
		if err := h.accounts.EnsureAdmin(ctx, h.config.AdminEmail, string(h.config.AdminPassword)); err != nil {
			return err
		}
	}
	token, err := h.accounts.SetupToken(ctx, h.secrets)
	if err != nil || token == "" {
		return err
	}
	if h.config.PublicURL != "" {
		base = strings.TrimSuffix(h.config.PublicURL, "/")
	}
	fmt.Printf("\n  Welcome to KKMovies. Open this link to make your account:\n\n    %s/setup?token=%s\n\n", base, token)
	return nil
}

// address is where a person on this machine reaches the listener.
func address(l net.Listener) string {
	host, port, _ := net.SplitHostPort(l.Addr().String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
