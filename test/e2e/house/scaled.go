package house

import (
	"flag"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kkmovies/kkmovies/test/engines"
)

// scaled makes every house of a test run several processes on shared engines, so that one
// list of scenarios holds for both:
//
//	go test -tags e2e ./test/e2e -args -scaled
var scaled = flag.Bool("scaled", false, "houses are two API nodes and two workers on shared engines")

// Scaled tells a test that its house is several processes.
func Scaled() bool { return *scaled }

// Node is one program of a house of several.
type Node struct {
	Role  string // api or worker
	Cores string // the cores it may run on, as taskset(1) lists them; "" for all
}

// ScaledNodes are the programs all scenarios run on where they are asked for it.
var ScaledNodes = []Node{{Role: "api"}, {Role: "api"}, {Role: "worker"}, {Role: "worker"}}

// ScaledAddresses are what they share, by setting: how each address begins, and the server it
// names; "" for none.
var ScaledAddresses = map[string]struct{ Scheme, Server string }{
	"KK_DATABASE_URL": {"postgres", "postgres:16"},
	"KK_REDIS_URL":    {"redis", "redis:7"},
	"KK_MEDIA_URL":    {"s3", "versity/versitygw:v1.8.0"},
	"KK_KEYS_URL":     {"base64key", ""},
}

// StartNodes starts several programs, those that people connect to behind a front. What they
// share is set by the addresses alone; each has a data folder of its own.
func StartNodes(t testing.TB, o Options, nodes ...Node) *House {
	t.Helper()
	h := &House{t: t, data: t.TempDir()}
	bucket := engines.S3(t)
	h.media = bucket.Folder
	shared := map[string]string{
		"KK_DATABASE_URL": engines.Postgres(t, 16),
		"KK_REDIS_URL":    engines.Redis(t),
		"KK_MEDIA_URL":    bucket.Address(),
		"KK_KEYS_URL":     "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=", // of these tests alone
	}
	for name, is := range ScaledAddresses {
		if !strings.HasPrefix(shared[name], is.Scheme+"://") {
			t.Fatalf("%s of the tests does not begin with %s", name, is.Scheme)
		}
	}
	shared["KK_TRUSTED_PROXIES"] = "127.0.0.0/8" // the front
	shared["AWS_ACCESS_KEY_ID"], shared["AWS_SECRET_ACCESS_KEY"] = engines.S3AccessKey, engines.S3SecretKey
	var served []*node
	for i, one := range nodes {
		name := fmt.Sprintf("%s %d", one.Role, i+1)
		n := newNode(t, name, filepath.Join(h.data, fmt.Sprintf("%s-%d", one.Role, i+1)), o, shared)
		n.args = append(n.args, "--role", one.Role)
		n.cores = one.Cores
		h.nodes = append(h.nodes, n)
		if one.Role == "api" {
			if o.Demo {
				n.args = append(n.args, "--demo")
			}
			served = append(served, n)
		}
	}
	h.front = newFront(t, served)
	t.Cleanup(h.cleanUp)
	h.Boot()
	return h
}
