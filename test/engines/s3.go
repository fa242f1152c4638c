package engines

import (
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The keys of the S3 server's only account. Who opens a bucket takes them from the
// environment, as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
const (
	S3AccessKey = "kkmoviestests"
	S3SecretKey = "a secret of the tests alone"
)

// Bucket is an empty bucket of a test's own.
type Bucket struct {
	Name     string
	Endpoint string // http://127.0.0.1:…
	Folder   string // where the server keeps its objects, each a file of its key
}

// Address is the bucket as KK_MEDIA_URL takes it, reached through the endpoint, or
// through another one: a proxy before it.
func (b Bucket) Address(endpoint ...string) string {
	q := url.Values{"region": {"us-east-1"}, "endpoint": {b.Endpoint}, "use_path_style": {"true"}}
	if len(endpoint) > 0 {
		q.Set("endpoint", endpoint[0])
	}
	return "s3://" + b.Name + "?" + q.Encode()
}

// S3 returns a bucket of the test's own, which is gone after it. The server, versitygw,
// is shared by the tests of a process.
func S3(t testing.TB) Bucket {
	t.Helper()
	dir := house.folder(t)
	gateway.once.Do(func() {
		if gateway.err = gateway.start(dir); gateway.err == nil {
			house.mu.Lock()
			defer house.mu.Unlock()
			house.shared = append(house.shared, gateway.server)
		}
	})
	return gateway.bucket(t)
}

// S3Telling returns a bucket of the test's own on a server of its own, which sends an event
// to this address for everything that happens. It must answer already.
func S3Telling(t testing.TB, address string) Bucket {
	t.Helper()
	dir, err := os.MkdirTemp(house.folder(t), "telling-")
	if err != nil {
		t.Fatal(err)
	}
	g := &s3Server{}
	if g.err = g.start(dir, "--event-webhook-url", address); g.err == nil {
		t.Cleanup(g.server.stop)
	}
	return g.bucket(t)
}

// bucket makes one.
func (g *s3Server) bucket(t testing.TB) Bucket {
	t.Helper()
	if g.err != nil {
		t.Fatal(g.err)
	}
	name := "test-" + strings.ToLower(rand.Text())
	if err := os.Mkdir(filepath.Join(g.films, name), 0o700); err != nil { // what a bucket is to it
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("versitygw said:\n%s", g.server.tail("", 30))
		}
		os.RemoveAll(filepath.Join(g.films, name))
	})
	return Bucket{name, g.endpoint, filepath.Join(g.films, name)}
}

// gateway is the S3 server of this process.
var gateway s3Server

type s3Server struct {
	once     sync.Once
	err      error
	server   *server
	films    string // where it keeps buckets
	endpoint string
}

//go:embed versitygw.version
var versitygwVersion string

func (g *s3Server) start(dir string, flags ...string) error {
	cache, err := engineCache()
	if err != nil {
		return err
	}
	program := filepath.Join(cache, "versitygw-"+strings.TrimSpace(versitygwVersion), "versitygw")
	if _, err := os.Stat(program); err != nil {
		return fmt.Errorf("the S3 server is not installed for the tests: run make setup-test (%w)", err)
	}
	// It takes a folder for part of another one whose name merely begins with its own.
	g.films = filepath.Join(dir, "s3-objects")
	log := filepath.Join(dir, "versitygw")
	for _, folder := range []string{g.films, log} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
	}
	s, port, err := startOnFreePort(func(port int) (*server, error) {
		cmd := exec.Command(program, slices.Concat([]string{"--port", fmt.Sprintf("127.0.0.1:%d", port)}, flags, []string{"posix", g.films})...)
		cmd.Env = []string{"ROOT_ACCESS_KEY=" + S3AccessKey, "ROOT_SECRET_KEY=" + S3SecretKey}
		return startListening("versitygw", log, cmd, "service listening on", port)
	})
	if err != nil {
		return err
	}
	g.server, g.endpoint = s, fmt.Sprintf("http://127.0.0.1:%d", port)
	return nil
}

// Keys returns the keys of the bucket that begin with prefix.
func (b Bucket) Keys(t testing.TB, prefix string) (keys []string) {
	t.Helper()
	err := filepath.WalkDir(b.Folder, func(path string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // removed meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		if strings.HasPrefix(e.Name(), ".") { // the server's own, or no film's
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if key, err := filepath.Rel(b.Folder, path); err == nil && !e.IsDir() && strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
