// Package httpapi owns the HTTP surface: routes, who may call them, JSON shapes, and
// the mapping of faults to problems (RFC 9457). It is a door: it imports domains and
// platform, never another door, and decides nothing about films.
//
// Every route declares an access rule where it is registered; New refuses to build a
// server with a route that has none. The OpenAPI document is made from the Go types.
package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/kkmovies/kkmovies/internal/account"
	"github.com/kkmovies/kkmovies/internal/audit"
	"github.com/kkmovies/kkmovies/internal/catalog"
	"github.com/kkmovies/kkmovies/internal/delivery"
	"github.com/kkmovies/kkmovies/internal/insight"
	"github.com/kkmovies/kkmovies/internal/platform/blob"
	"github.com/kkmovies/kkmovies/internal/playback"
	"github.com/kkmovies/kkmovies/internal/upload"
	"github.com/kkmovies/kkmovies/internal/watch"
)

// Options are the parts the routes lead to.
type Options struct {
	Accounts  *account.Service
	Profiles  *account.Profiles
	People    *account.People
	Audit     *audit.Log
	Catalog   *catalog.Service
	Films     *catalog.Films
	Imports   Imports
	Insight   *insight.Service
	Measured  func(insight.Measure) // counts what a viewer's browser measured
	Metrics   http.Handler          // of this process; nil when it has none to show
	Visits    func([]insight.Visit) // tells elsewhere what viewers agreed to; nil where nobody is asked
	CursorKey []byte                // what places in lists are sealed with, the same on every node
	Retry     func(ctx context.Context, videoID string) error
	Uploads   *upload.Service
	Subtitles Subtitles
	Tickets   *playback.Tickets
	Watch     *watch.Service
	// Watchable is fault.NotFound for a video that a viewer of this limit does not see. It is
	// asked with every report, so it may be some seconds behind.
	Watchable func(ctx context.Context, limit catalog.Rating, videoID string) error
	Screens   Screens
	Media     *delivery.Delivery
	Blobs     blob.Store
	// StoreOrigin is where pages may send the parts of uploads to; "" for nowhere but here.
	StoreOrigin string
	// StoreEvents follows the events of the bucket of films, and HookSecret is what proves that
	// they are; without either none are taken.
	StoreEvents func(ctx context.Context, events []blob.Event) error
	HookSecret  string
	Live        http.Handler // the WebSocket; it asks who connects itself
	App         fs.FS        // the web app's files; nil when it is left out of the binary
	Health      Health
	Version     string
	HTTPS       bool // viewers reach this server by https, so cookies are Secure
	// HealthOnly leaves out everything but how the process is: for a worker.
	HealthOnly bool
	Logger     *slog.Logger

	Limits  Limits         // what keeps anybody from asking too often
	Proxies []netip.Prefix // whose word is taken on who is asking

	patience time.Duration // with a silent sender; shorter in tests
}

type server struct {
	Options
	mux    *http.ServeMux
	huma   huma.API
	policy string  // Content-Security-Policy
	routes []route // every one there is

	firstPage *firstPage // nil of an app that has none

	strangeProxy sync.Once // told of
	turns        turns     // of what costs much
}

// New returns the whole HTTP surface.
func New(o Options) (http.Handler, error) {
	s := &server{Options: o, mux: http.NewServeMux()}
	s.huma = humago.NewWithPrefix(s.mux, "/api", openAPIConfig(o.Version))
	s.healthRoutes()
	if !o.HealthOnly {
		if o.Limits == nil {
			return nil, errors.New("httpapi: nothing limits how often anybody may ask")
		}
		if o.Audit == nil {
			return nil, errors.New("httpapi: nothing keeps who changed what")
		}
		var err error
		if s.firstPage, err = openFirstPage(o.App); err != nil {
			return nil, err
		}
		s.publicRoutes()
	}
	if err := errors.Join(everyOperationHasARule(s.huma.OpenAPI()), noSecretInAPath(s.huma.OpenAPI())); err != nil {
		return nil, err
	}
	return s.wrap(s.mux), nil
}

// Document returns the OpenAPI 3.1 document as JSON, for the web app's types and the
// reference. It needs no running part.
func Document(version string) ([]byte, error) {
	compact, err := document(version).MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = json.Indent(&out, compact, "", "  ") // so that two versions compare line by line
	out.WriteByte('\n')
	return out.Bytes(), err
}

func document(version string) *huma.OpenAPI {
	s := &server{Options: Options{Version: version, Logger: slog.New(slog.DiscardHandler)}, mux: http.NewServeMux()}
	s.huma = humago.NewWithPrefix(s.mux, "/api", openAPIConfig(version))
	s.operations()
	return s.huma.OpenAPI()
}

// publicRoutes are all that a node offers beside how it is.
func (s *server) publicRoutes() {
	s.operations()
	s.metricsRoute()
	s.handle(Signed, "GET /api/realtime", s.Live)
	s.mediaRoutes()
	s.docsRoutes()
	s.appRoutes()
}

// operations are the routes of the OpenAPI document.
func (s *server) operations() {
	s.accountRoutes()
	s.authRoutes()
	s.registerRoutes()
	s.recoveryRoutes()
	s.meRoutes()
	s.profileRoutes()
	s.peopleRoutes()
	s.videoRoutes()
	s.subtitleRoutes()
	s.uploadRoutes()
	s.hookRoutes()
	s.playRoutes()
	s.insightRoutes()
	s.rumRoutes()
	s.visitRoutes()
	s.homeRoutes()
	s.movieRoutes()
	s.movieEditRoutes()
	s.movieImportRoutes()
	s.myListRoutes()
	s.watchRoutes()
	s.noticeRoutes()
	s.systemRoutes()
	s.auditRoutes()
}

func openAPIConfig(version string) huma.Config {
	configureHuma()
	c := huma.DefaultConfig("KKMovies", version)
	c.Info.Description = "Accounts, catalogue, upload, playback and operation of a KKMovies server."
	c.Info.License = &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"}
	c.OpenAPIPath = ""  // served behind a rule, in docs.go
	c.DocsPath = ""     // likewise
	c.SchemasPath = ""  // one document is enough
	c.CreateHooks = nil // no $schema property in answers
	c.Servers = []*huma.Server{{URL: "/api"}}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"session": {Type: "apiKey", In: "cookie", Name: sessionCookie, Description: "Set by signing in."},
		"bearer":  {Type: "http", Scheme: "bearer", BearerFormat: "JWT", Description: "The access token of an app that has no cookies."},
	}
	return c
}

// handle registers a route that is not JSON in, JSON out, under its access rule.
func (s *server) handle(rule Rule, pattern string, h http.Handler) {
	s.handleAs(rule, pattern, pattern, h)
}

// handleAs does so under the name that an action has on record.
func (s *server) handleAs(rule Rule, action, pattern string, h http.Handler) {
	if rule.zero() {
		panic(fmt.Sprintf("httpapi: %s has no access rule", pattern))
	}
	method, _, found := strings.Cut(pattern, " ")
	if !found {
		method = ""
	}
	s.routes = append(s.routes, route{method, strings.TrimPrefix(pattern, method+" "), action, rule})
	s.mux.Handle(pattern, s.guard(rule, action, method, h))
}
