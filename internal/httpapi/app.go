package httpapi

import (
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// appRoutes serve the web app from inside the binary. Any path that is not a file is a
// screen of the app and gets index.html; a path that looks like a file and is none is a
// real 404, so that a missing picture is not answered with a page.
func (s *server) appRoutes() {
	s.handle(Public, "/api/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.writeProblem(w, r, fault.New(fault.NotFound, "httpapi", "no_such_route", "There is no such route. See /api/docs."))
	}))
	s.handle(Public, "/", http.HandlerFunc(s.appFile))
}

func (s *server) appFile(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		sendProblem(w, &Problem{Type: "about:blank", Title: http.StatusText(http.StatusMethodNotAllowed),
			Status: http.StatusMethodNotAllowed, Code: "method_not_allowed", Detail: "There are only pages and files here. See /api/docs."})
		return
	}
	if s.App == nil {
		s.writeProblem(w, r, fault.New(fault.NotFound, "httpapi.app", "no_app", "This server was built without the web app."))
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if name == "" && s.sendFirstPage(w, r) {
		return
	}
	if info, err := fs.Stat(s.App, name); name == "" || name == firstPageFile || err != nil || info.IsDir() {
		if path.Ext(name) != "" {
			s.writeProblem(w, r, fault.New(fault.NotFound, "httpapi.app", "", ""))
			return
		}
		name = "index.html"
	}
	cache := "no-cache"
	if strings.HasPrefix(name, "assets/") { // their names hold a digest of their content
		cache = "public, max-age=31536000, immutable"
	}
	s.sendAppFile(w, r, name, cache)
}

// precompressed lists encodings made at build time, smallest first.
var precompressed = []struct{ encoding, ext string }{{"br", ".br"}, {"gzip", ".gz"}}

// understands reports whether a client accepts a content coding it names (RFC 9110 §12.5.3).
func understands(r *http.Request, coding string) bool {
	for item := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, weight, _ := strings.Cut(item, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		q, given := strings.CutPrefix(strings.ToLower(strings.TrimSpace(weight)), "q=")
		value, err := strconv.ParseFloat(q, 64)
		return !given || err == nil && value > 0
	}
	return false
}

// contentType returns the type of a file of the app, as its name says it. What makes the app
// installable has one that not every system knows.
func contentType(name string) string {
	if path.Ext(name) == ".webmanifest" {
		return "application/manifest+json"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func (s *server) sendAppFile(w http.ResponseWriter, r *http.Request, name, cache string) {
	h := w.Header()
	h.Set("Cache-Control", cache)
	h.Set("Vary", "Accept-Encoding")
	if t := contentType(name); t != "" {
		h.Set("Content-Type", t)
	}
	for _, c := range precompressed {
		if !understands(r, c.encoding) {
			continue
		}
		body, err := fs.ReadFile(s.App, name+c.ext)
		if err != nil {
			continue
		}
		h.Set("Content-Encoding", c.encoding)
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method != http.MethodHead {
			_, _ = w.Write(body)
		}
		return
	}
	http.ServeFileFS(w, r, s.App, name)
}
