// Package archtest owns the law of the house: which room may import which, and the few
// habits a program can check. Its test reads every package and fails with the reason.
// It imports nothing of KKMovies, and nothing imports it.
//
// house.go says where things are; change it when a room is added. law.go holds the rules.
package archtest

import (
	"path"
	"slices"
	"strings"
)

// module is the path every package of the house begins with.
const module = "github.com/kkmovies/kkmovies"

// band is a kind of room.
type band string

const (
	command  band = "cmd"      // parses the command and calls app
	wiring   band = "app"      // the only place that knows every part
	settings band = "config"   // the one struct of settings
	domain   band = "domain"   // films and viewers: no HTTP, no SQL, no vendor
	door     band = "door"     // one technology each, facing outwards
	platform band = "platform" // tools that know no film
	webApp   band = "web"      // the files of the React app
	harness  band = "test"     // what only tests use
	unknown  band = ""
)

// rooms lists the folders directly below internal/. A new one is put in its band here.
var rooms = map[string]band{
	"app": wiring, "config": settings, "platform": platform, "archtest": harness,

	"account": domain, "audit": domain, "billing": domain, "catalog": domain, "delivery": domain,
	"demo": domain, "drm": domain, "insight": domain, "pipeline": domain,
	"playback": domain, "upload": domain, "watch": domain,

	"ga4": door, "httpapi": door, "mongostore": door, "sqlstore": door, "stripe": door, "tmdb": door,
}

// plainTypes are the domain packages any other domain may import: they hold words, not
// behaviour that could be called behind app's back.
var plainTypes = []string{"internal/account", "internal/catalog", "internal/pipeline/plan"}

// stepsBefore lists, for each step of the pipeline, the steps whose results it takes.
var stepsBefore = map[string][]string{
	"probe":    {},
	"source":   {}, // reads the boxes itself: a probe would not tell where a frame lies
	"plan":     {"probe", "source"},
	"encode":   {"probe", "source", "plan"},
	"subtitle": {"probe"},
	"picture":  {"probe", "plan", "encode"}, // a still goes through the filters a frame goes through
	"loudness": {"probe", "plan", "encode"}, // what is measured is what is heard
	"pack":     {"probe", "source", "plan", "encode"},
}

// pureLibraries are the modules a domain may import: no network, no storage, no vendor,
// each about that domain's own subject. "" holds what all may.
var pureLibraries = map[string][]string{
	"":         {"github.com/google/uuid", "golang.org/x/sync", "golang.org/x/text"},
	"account":  {"github.com/alexedwards/argon2id", "github.com/go-webauthn/webauthn", "github.com/golang-jwt/jwt", "github.com/maypok86/otter", "github.com/mileusna/useragent", "github.com/pquerna/otp"},
	"catalog":  {"github.com/bbrks/go-blurhash", "github.com/bep/imagemeta", "golang.org/x/image"},
	"delivery": {"github.com/Eyevinn/dash-mpd", "github.com/Eyevinn/hls-m3u8", "github.com/Eyevinn/mp4ff", "github.com/asticode/go-astits", "github.com/maypok86/otter"},
	"demo":     {"golang.org/x/image"},
	"drm":      {"github.com/Eyevinn/mp4ff"},
	"upload":   {"github.com/dustin/go-humanize"},
	"pipeline": {"github.com/Eyevinn/dash-mpd", "github.com/Eyevinn/hls-m3u8", "github.com/Eyevinn/mp4ff", "github.com/asticode/go-astits", "github.com/bbrks/go-blurhash", "github.com/gogs/chardet", "golang.org/x/image", "github.com/maypok86/otter"},
}

// technologies are the parts of the standard library no domain may import.
var technologies = []string{"database/sql", "net", "net/http", "net/rpc", "net/smtp", "os/exec"}

// drivers live where they are listed and nowhere else, so that one room can be replaced
// without opening the others. Tests are free.
var drivers = map[string][]string{
	"os/exec":      {"internal/platform/ffmpeg"},
	"database/sql": {"internal/sqlstore", "internal/platform/jobs"},

	"github.com/jackc/pgx":        {"internal/sqlstore", "internal/platform/jobs"},
	"modernc.org/sqlite":          {"internal/sqlstore", "internal/platform/jobs"},
	"github.com/georgysavva":      {"internal/sqlstore"},
	"github.com/pressly/goose":    {"internal/sqlstore"},
	"github.com/riverqueue":       {"internal/platform/jobs"},
	"riverqueue.com/riverui":      {"internal/httpapi", "internal/app"},
	"go.mongodb.org":              {"internal/mongostore"},
	"github.com/redis/rueidis":    {"internal/platform/cache", "internal/platform/live"},
	"github.com/wneessen/go-mail": {"internal/platform/mail"},
	"gocloud.dev":                 {"internal/platform/blob", "internal/platform/keys"},
	"github.com/aws":              {"internal/platform/blob", "internal/platform/keys"},
	"github.com/centrifugal":      {"internal/platform/live"},
	"github.com/danielgtaylor":    {"internal/httpapi"},
	"github.com/alecthomas/kong":  {"cmd/kkmovies", "internal/app", "internal/config"},
	"github.com/stripe":           {"internal/stripe"},
	"github.com/cyruzin":          {"internal/tmdb"},
	"github.com/getsentry":        {"internal/platform/telemetry"},
	"github.com/prometheus":       {"internal/platform/telemetry", "internal/platform/live"},
	"github.com/oschwald":         {"internal/platform/geoip"},
}

// buckets are names that say nothing, so everything ends up in them.
var buckets = []string{"base", "common", "core", "helper", "helpers", "lib", "misc", "shared", "types", "util", "utils"}

// bandOf returns the band of a package, given its path below the module.
func bandOf(at string) band {
	parts := strings.Split(at, "/")
	switch parts[0] {
	case "cmd":
		return command
	case "web":
		return webApp
	case "test":
		return harness
	case "internal":
		if len(parts) > 1 {
			return rooms[parts[1]]
		}
	}
	return unknown
}

// roomOf returns the folder below internal/ that a package is in: "pipeline" for every
// step of it.
func roomOf(at string) string {
	parts := strings.Split(at, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

// stepOf returns the pipeline step a package belongs to, "" for pipeline itself and for
// everything else.
func stepOf(at string) string {
	step, ok := strings.CutPrefix(at, "internal/pipeline/")
	if !ok {
		return ""
	}
	step, _, _ = strings.Cut(step, "/")
	if _, ok := stepsBefore[step]; !ok {
		return ""
	}
	return step
}

// isSuite reports whether a package is a contract suite: internal/watch/watchtest.
func isSuite(at string) bool {
	return path.Base(at) == path.Base(path.Dir(at))+"test"
}

// under reports whether an import path is one of these or below it.
func under(imported string, paths []string) bool {
	return slices.ContainsFunc(paths, func(p string) bool {
		return imported == p || strings.HasPrefix(imported, p+"/")
	})
}
