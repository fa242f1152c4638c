// Package config owns every setting: its name, default and meaning, and the sentence
// that names a bad one. Only app and cmd import it; every other room gets its own small
// Options.
//
// A setting is an environment variable and a flag of the same name: KK_DATABASE_URL is
// --database-url.
package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sort"
	"strings"
)

// Config is every setting. Five addresses choose between embedded parts (unset) and
// distributed ones (set).
type Config struct {
	DatabaseURL Secret `name:"database-url" env:"KK_DATABASE_URL" help:"PostgreSQL 15 or newer, postgres://…; unset: SQLite in the data folder." placeholder:"URL"`
	CatalogURL  Secret `name:"catalog-url" env:"KK_CATALOG_URL" help:"MongoDB for films' metadata; unset: the main database." placeholder:"URL"`
	RedisURL    Secret `name:"redis-url" env:"KK_REDIS_URL" help:"Redis 7 for what may be lost, redis:// or rediss://; several hosts, comma-separated: Redis Cluster; unset: in process." placeholder:"URL"`
	MediaURL    Secret `name:"media-url" env:"KK_MEDIA_URL" help:"Where films are stored, file:///path or s3://bucket?region=…; unset: the data folder." placeholder:"URL"`
	KeysURL     Secret `name:"keys-url" env:"KK_KEYS_URL" help:"What seals stored secrets, base64key://…; unset: a key file in the data folder." placeholder:"URL"`

	MediaHookSecret Secret `name:"media-hook-secret" env:"KK_MEDIA_HOOK_SECRET" help:"What the bucket's events carry, sent to /api/hooks/s3 as ?secret=… or as a bearer token; unset: none are taken." placeholder:"SECRET"`
	MediaEventsURL  string `name:"media-events-url" env:"KK_MEDIA_EVENTS_URL" help:"Queue of the bucket's events, awssqs://sqs.eu-west-1.amazonaws.com/111122223333/films?region=eu-west-1; unset: none." placeholder:"URL"`

	Listen        string `env:"KK_LISTEN" default:":8080" help:"Address to serve HTTP on."`
	DataDir       string `name:"data-dir" env:"KK_DATA_DIR" default:"./data" help:"Folder of the embedded parts." type:"path"`
	PublicURL     string `name:"public-url" env:"KK_PUBLIC_URL" help:"How viewers reach this server, https://films.example; unset: as they asked." placeholder:"URL"`
	AdminEmail    string `name:"admin-email" env:"KK_ADMIN_EMAIL" help:"With the password: the administrator made at first start." placeholder:"EMAIL"`
	AdminPassword Secret `name:"admin-password" env:"KK_ADMIN_PASSWORD" help:"Its password." placeholder:"PASSWORD"`
	DemoDir       string `name:"demo-dir" env:"KK_DEMO_DIR" help:"Folder with the demo library's real film." type:"path" placeholder:"DIR"`
	UploadLimit   int64  `name:"upload-limit" env:"KK_UPLOAD_LIMIT" default:"200" help:"Largest upload, in GB."`
	Codecs        string `name:"codecs" env:"KK_CODECS" default:"h264" help:"What films are made in: h264, or h264,av1, which makes them smaller once more, after all else." placeholder:"LIST"`
	CacheSize     int64  `name:"cache-size" env:"KK_CACHE_SIZE" default:"50" help:"Most of the data folder's disk that films of a bucket may take while they are worked on or watched, in GB."`
	KeepFree      int64  `name:"keep-free" env:"KK_KEEP_FREE" default:"1000" help:"Room that uploads leave free on the disks, in MB; the making of films leaves a quarter of it."`
	LongestFilm   int    `name:"longest-film" env:"KK_LONGEST_FILM" default:"24" help:"Longest film, in hours."`
	LargestSide   int    `name:"largest-side" env:"KK_LARGEST_SIDE" default:"16384" help:"Largest side of a film's picture, in pixels."`
	TMDBToken     Secret `name:"tmdb-token" env:"KK_TMDB_TOKEN" help:"Read access token of TMDB, to look films up there; unset: nothing is asked of it." placeholder:"TOKEN"`
	Slots         int    `name:"slots" env:"KK_SLOTS" default:"0" help:"Parts of films encoded at once by this process; 0: as many as it has cores, and memory for."`
	StepMemory    int64  `name:"step-memory" env:"KK_STEP_MEMORY" default:"8192" help:"Most memory one program may take that works on a film, in MB."`
	StepMinutes   int    `name:"step-minutes" env:"KK_STEP_MINUTES" default:"60" help:"Longest one program may work on a part of a film, in minutes; on all of it four times as long."`
	AuditDays     int    `name:"audit-days" env:"KK_AUDIT_DAYS" default:"365" help:"How long it is kept who changed what, in days."`
	LogLevel      string `name:"log-level" env:"KK_LOG_LEVEL" default:"info" enum:"debug,info,warn,error" help:"Least severe line to log: ${enum}."`
	LogFormat     string `name:"log-format" env:"KK_LOG_FORMAT" default:"text" enum:"text,json" help:"Log as ${enum}."`

	SignUp    string `name:"sign-up" env:"KK_SIGN_UP" default:"invitation" enum:"open,invitation,closed" help:"Who may make an account: everybody who proves an e-mail theirs, who was invited, or nobody but those an administrator adds; ${enum}."`
	SMTPURL   Secret `name:"smtp-url" env:"KK_SMTP_URL" help:"Mail server, smtps://user:password@host?from=films@example.com; unset: no mail is sent, and administrators make links." placeholder:"URL"`
	GeoIPFile string `name:"geoip-file" env:"KK_GEOIP_FILE" help:"File of places in the MaxMind format (.mmdb), so that people see where their devices are; unset: no places." type:"path" placeholder:"FILE"`

	GA4ID     string `name:"ga4-measurement-id" env:"KK_GA4_MEASUREMENT_ID" help:"Measurement id of a web data stream of Google Analytics, G-…: viewers are asked whether it may be told what they open; unset: they are not, and nothing is." placeholder:"ID"`
	GA4Secret Secret `name:"ga4-secret" env:"KK_GA4_SECRET" help:"With the id: the secret of its Measurement Protocol." placeholder:"SECRET"`

	TrustedProxies string `name:"trusted-proxies" env:"KK_TRUSTED_PROXIES" help:"Proxies whose word is taken on who is asking: networks, 10.0.0.0/8,…, cloudflare, private; unset: nobody's." placeholder:"LIST"`
}

// Secret is a setting that never prints.
type Secret string

// String says only whether there is one.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(set)"
}

// Format hides the secret from every verb of fmt, %#v and wrong ones too.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides it from structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides it from JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Validate returns one sentence for the first setting that is wrong.
func (c *Config) Validate() error {
	for _, check := range []func() error{c.addresses, c.catalog, c.redis, c.media, c.proxies, c.listen, c.publicURL, c.admin, c.people, c.limits, c.codecs, c.visits} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) addresses() error {
	for _, a := range []struct {
		name    string
		value   Secret
		schemes []string
		example string
	}{
		{"KK_DATABASE_URL", c.DatabaseURL, []string{"postgres", "postgresql"}, "postgres://user:password@host:5432/kkmovies"},
		{"KK_MEDIA_URL", c.MediaURL, []string{"file", "s3"}, "file:///srv/films, or s3://bucket?region=eu-west-1"},
		{"KK_KEYS_URL", c.KeysURL, []string{"base64key"}, "base64key://… (32 bytes)"},
	} {
		if a.value == "" {
			continue
		}
		u, err := url.Parse(string(a.value))
		// A folder is an absolute path: in file://srv/films, "srv" would be a host.
		folder := err == nil && (u.Scheme != "file" || u.Host == "" && strings.HasPrefix(u.Path, "/") && !strings.ContainsRune(u.Path, 0))
		if err != nil || !slices.Contains(a.schemes, u.Scheme) || !folder {
			return fmt.Errorf("%s is not an address this server understands; it looks like %s", a.name, a.example)
		}
	}
	return nil
}

// catalog looks at the scheme alone: what follows may name several hosts, and MongoDB's driver
// reads it.
func (c *Config) catalog() error {
	at := string(c.CatalogURL)
	if at == "" || strings.HasPrefix(at, "mongodb://") || strings.HasPrefix(at, "mongodb+srv://") {
		return nil
	}
	return errors.New("KK_CATALOG_URL is not an address this server understands; it looks like mongodb://user:password@host:27017/kkmovies")
}

func (c *Config) listen() error {
	_, port, err := net.SplitHostPort(c.Listen)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil {
		return fmt.Errorf("KK_LISTEN %q is not an address to listen on; it looks like :8080 or 127.0.0.1:8080", c.Listen)
	}
	return nil
}

func (c *Config) publicURL() error {
	if c.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("KK_PUBLIC_URL %q is not a web address; it looks like https://films.example", c.PublicURL)
	}
	return nil
}

func (c *Config) admin() error {
	if (c.AdminEmail == "") != (c.AdminPassword == "") {
		return fmt.Errorf("KK_ADMIN_EMAIL and KK_ADMIN_PASSWORD go together: set both or neither")
	}
	return nil
}

func (c *Config) limits() error {
	for _, l := range []struct {
		name        string
		value       int64
		least, most int64
		what        string
	}{
		{"KK_UPLOAD_LIMIT", c.UploadLimit, 1, 5000, "the largest upload in GB"},
		{"KK_CACHE_SIZE", c.CacheSize, 1, 1_000_000, "the room for films of a bucket in GB"},
		{"KK_KEEP_FREE", c.KeepFree, 8, 1_000_000, "the room to keep free in MB"},
		{"KK_LONGEST_FILM", int64(c.LongestFilm), 1, 24, "the longest film in hours"},
		{"KK_LARGEST_SIDE", int64(c.LargestSide), 16, 16384, "the largest side of a picture in pixels"},
		{"KK_SLOTS", int64(c.Slots), 0, 1024, "the parts of films encoded at once, or 0 for as many as fit"},
		{"KK_STEP_MEMORY", c.StepMemory, 512, 1 << 20, "the memory of one program in MB"},
		{"KK_AUDIT_DAYS", int64(c.AuditDays), 1, 36_500, "how long it is kept who changed what, in days"},
		{"KK_STEP_MINUTES", int64(c.StepMinutes), 1, 1440, "the time of one program in minutes"},
	} {
		if l.value < l.least || l.value > l.most {
			return fmt.Errorf("%s %d is out of range; it is %s, %d to %d", l.name, l.value, l.what, l.least, l.most)
		}
	}
	return nil
}

func (c *Config) codecs() error {
	names := strings.Split(c.Codecs, ",")
	for i, name := range names {
		if name != "h264" && name != "av1" || slices.Contains(names[:i], name) {
			return fmt.Errorf("KK_CODECS %q is not a list of codecs; it is h264, or h264,av1", c.Codecs)
		}
	}
	if !slices.Contains(names, "h264") {
		return fmt.Errorf("KK_CODECS %q leaves out h264, which is what every player plays; it is h264, or h264,av1", c.Codecs)
	}
	return nil
}

// AV1 tells whether films are made in AV1 too.
func (c *Config) AV1() bool { return slices.Contains(strings.Split(c.Codecs, ","), "av1") }

// CheckShared returns a sentence naming the first address that must be shared before
// this process may be one of several.
func (c *Config) CheckShared(role string) error {
	for _, a := range []struct {
		name string
		set  bool
		what string
	}{
		{"KK_DATABASE_URL", c.DatabaseURL != "", "a PostgreSQL database"},
		{"KK_MEDIA_URL", c.MediaURL != "", "a bucket, such as s3://films?region=eu-west-1, or a folder that every node mounts, such as file:///srv/films"},
		{"KK_REDIS_URL", c.RedisURL != "", "the same Redis on every node, such as redis://cache.example:6379"},
		{"KK_KEYS_URL", c.KeysURL != "", "the same base64key:// on every node"},
	} {
		if !a.set {
			return fmt.Errorf("--role %s is for one of several nodes, which share everything: set %s to %s", role, a.name, a.what)
		}
	}
	return nil
}

// Database returns what sqlstore opens: the set address or the embedded file.
func (c *Config) Database() string {
	if c.DatabaseURL != "" {
		return string(c.DatabaseURL)
	}
	return filepath.Join(c.DataDir, "kkmovies.db")
}

// Media returns the folder films are stored in, unless that is a Bucket.
func (c *Config) Media() string {
	if u, err := url.Parse(string(c.MediaURL)); err == nil && u.Path != "" {
		return u.Path
	}
	return filepath.Join(c.DataDir, "media")
}

// CheckEnvironment refuses a KK_ variable that no setting has: most are misspellings,
// and a misspelt address would silently start an embedded part.
func CheckEnvironment() error {
	known := map[string]bool{}
	t := reflect.TypeFor[Config]()
	for i := range t.NumField() {
		known[t.Field(i).Tag.Get("env")] = true
	}
	var unknown []string
	for _, line := range os.Environ() {
		name, _, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "KK_") && !known[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	sort.Strings(unknown)
	return fmt.Errorf("%s is not a setting of KKMovies; `kkmovies serve --help` lists them", strings.Join(unknown, ", "))
}
