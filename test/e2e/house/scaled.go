package house

import (
	"flag"
	"fmt"
	"path/filepath"
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

// startScaled starts two API nodes behind a front, and two workers. What they share is set
// by the addresses alone; each has a data folder of its own.
func startScaled(t testing.TB, o Options) *House {
	t.Helper()
	h := &House{t: t, data: t.TempDir()}
	h.media = filepath.Join(h.data, "media")
	shared := map[string]string{
		"KK_DATABASE_URL": engines.Postgres(t, 16),
		"KK_MEDIA_URL":    "file://" + h.media,
		"KK_KEYS_URL":     "base64key://smGbjm71Nxd1Ig5FS0wj9SlbzAIrnolCz9bQQ6uAhl4=", // of these tests alone
	}
	for _, role := range []string{"api", "worker"} {
		for i := range 2 {
			name := fmt.Sprintf("%s %d", role, i+1)
			n := newNode(t, name, filepath.Join(h.data, fmt.Sprintf("%s-%d", role, i+1)), o, shared)
			n.args = append(n.args, "--role", role)
			h.nodes = append(h.nodes, n)
		}
	}
	h.front = newFront(t, h.nodes[:2])
	t.Cleanup(h.cleanUp)
	h.Boot()
	return h
}
