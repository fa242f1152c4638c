// Package house runs the built KKMovies binary for tests, as its operator would: a clean
// environment, a data folder of its own, a port the kernel chose. It speaks to it only
// through HTTP, signals and what it prints, so a test of the house is a test of what is
// released. It may import the test engines, and nothing of internal/.
//
// A house that a test started is stopped with the test, and a failing test shows what the
// server logged.
package house

import (
	"cmp"
	"context"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// The administrator of every house that is not opened by its set-up link.
const (
	AdminEmail    = "operator@example.com"
	AdminPassword = "a ticket for two, please"
)

const (
	startLimit = 30 * time.Second // a busy machine is slow; a broken server says so at once
	drainLimit = 25 * time.Second // the server's own, for everything it stops
	goneLimit  = 5 * time.Second  // for the kernel to take what belonged to a dead server
)

// Options say how a house differs from the default one.
type Options struct {
	// Env are settings, KK_NAME to value, beside and before the house's own.
	Env map[string]string
	// Args follow "kkmovies serve".
	Args []string
	// Demo fills the library with the demo films: an Arg of each node that viewers reach.
	Demo bool
	// Data is the data folder; "" for one of the house's own.
	Data string
	// Media is the folder that holds the stored objects, where that is not the data folder's.
	Media string
	// Cores are those the server may run on, as taskset(1) lists them; "" for all.
	Cores string
	// NoAdmin leaves the administrator to be made by the set-up link.
	NoAdmin bool
}

// House is one server with its data folder and everything embedded, or several on shared
// engines (see scaled.go): a scenario does not notice which.
type House struct {
	t     testing.TB
	data  string
	media string // the folder that holds the stored objects
	nodes []*node
	front *front // nil where there is one node, which is asked itself
}

// Start starts the built binary and returns when it answers. Where the tests were asked for
// the scaled house (-scaled), that is several processes, unless the data folder or an address
// is the test's own: such a test is about that one.
func Start(t testing.TB, o Options) *House {
	t.Helper()
	ofItsOwn := o.Data != ""
	for address := range ScaledAddresses {
		ofItsOwn = ofItsOwn || o.Env[address] != ""
	}
	if *scaled && !ofItsOwn {
		return StartNodes(t, o, ScaledNodes...)
	}
	h := &House{t: t, data: cmp.Or(o.Data, t.TempDir())}
	h.media = cmp.Or(o.Media, filepath.Join(h.data, "media"))
	n := newNode(t, "the server", h.data, o, nil)
	if o.Demo {
		n.args = append(n.args, "--demo")
	}
	h.nodes = []*node{n}
	t.Cleanup(h.cleanUp)
	h.Boot()
	return h
}

// newNode returns a node that is down, on its data folder.
func newNode(t testing.TB, name, data string, o Options, shared map[string]string) *node {
	t.Helper()
	settings := map[string]string{
		"PATH": os.Getenv("PATH"), "TMPDIR": t.TempDir(), "HOME": t.TempDir(),
		"KK_LISTEN": "127.0.0.1:0", "KK_DATA_DIR": data, "KK_LOG_FORMAT": "json",
	}
	if !o.NoAdmin {
		settings["KK_ADMIN_EMAIL"], settings["KK_ADMIN_PASSWORD"] = AdminEmail, AdminPassword
	}
	maps.Copy(settings, shared)
	maps.Copy(settings, o.Env)
	n := &node{t: t, name: name, binary: Binary(t), args: append([]string{"serve"}, o.Args...), cores: o.Cores}
	for name, value := range settings {
		n.env = append(n.env, name+"="+value)
	}
	slices.Sort(n.env)
	return n
}

// Binary returns the path of bin/kkmovies, which `make build` makes.
func Binary(t testing.TB) string {
	t.Helper()
	path := filepath.Join(Root(t), "bin", "kkmovies")
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("there is no bin/kkmovies: run make build (%v)", err)
	}
	return path
}

// Root returns the top folder of the repository.
func Root(t testing.TB) string {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	if !filepath.IsAbs(file) { // built with -trimpath: go test runs in the package's folder
		file, _ = filepath.Abs("house.go")
	}
	for dir := filepath.Dir(file); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("the repository's top folder cannot be found")
	return ""
}

// Boot starts a house that is down, on the data it has, and returns when all of it answers:
// the time it took is from the first program's start to the last good answer at /readyz.
func (h *House) Boot() time.Duration {
	h.t.Helper()
	began := time.Now()
	for _, n := range h.nodes { // the first one lays out the database
		if h.front != nil && n.base != "" {
			n.keepAddress()
		}
		n.boot()
	}
	return time.Since(began)
}

// Reboot starts a house that is down where it was, on the same port, as an operator would:
// who was connected to it finds it again.
func (h *House) Reboot() time.Duration {
	h.t.Helper()
	for _, n := range h.nodes {
		n.keepAddress()
	}
	return h.Boot()
}

// URL returns where a path of this house is now: after Boot it may have another port.
func (h *House) URL(path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	if h.front != nil {
		return h.front.base + path
	}
	return h.nodes[0].base + path
}

// Data returns the data folder.
func (h *House) Data() string { return h.data }

// PID returns the process id of the server, or of the first one people connect to.
func (h *House) PID() int { return h.nodes[0].pid() }

// SetUpLink returns the link a first start without an administrator prints.
func (h *House) SetUpLink() string {
	h.t.Helper()
	n := h.nodes[0]
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	link, err := n.await(ctx, n.process.exited, func(line string) bool { return strings.Contains(line, "/setup?token=") })
	if err != nil {
		h.t.Fatalf("no set-up link was printed: %v", err)
	}
	return h.URL(strings.TrimPrefix(strings.TrimSpace(link), n.base))
}

// Kill9 ends every server as a power cut would.
func (h *House) Kill9() {
	h.t.Helper()
	for _, n := range h.nodes {
		n.kill9()
	}
}

// Stop asks every server to end, and fails the test unless it ends well, in time, and with
// everything it had started.
func (h *House) Stop() {
	h.t.Helper()
	for _, n := range h.nodes {
		n.stop()
	}
}

// Restart stops the house tidily and starts it again on its data.
func (h *House) Restart() {
	h.t.Helper()
	h.Stop()
	h.Boot()
}

func (h *House) cleanUp() {
	for _, n := range h.nodes {
		n.cleanUp()
	}
}

// Logged returns the lines of every life so far that contain any of these, in any case.
func (h *House) Logged(words ...string) []string {
	var found []string
	for _, line := range h.lines() {
		if slices.ContainsFunc(words, func(word string) bool { return strings.Contains(strings.ToLower(line), strings.ToLower(word)) }) {
			found = append(found, line)
		}
	}
	return found
}

// lines are what all of its programs printed, one program after the other.
func (h *House) lines() (all []string) {
	for _, n := range h.nodes {
		all = append(all, n.lines()...)
	}
	return all
}

// Objects returns the size of each stored object below a key prefix, by key. What begins with
// a dot belongs to the store, and is nobody's object.
func (h *House) Objects(prefix string) map[string]int64 {
	h.t.Helper()
	objects := map[string]int64{}
	err := filepath.WalkDir(filepath.Join(h.media, filepath.FromSlash(prefix)), func(path string, entry os.DirEntry, err error) error {
		if err == nil && strings.HasPrefix(entry.Name(), ".") {
			if entry.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		key, err := filepath.Rel(h.media, path)
		objects[filepath.ToSlash(key)] = info.Size()
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		h.t.Fatal(err)
	}
	return objects
}

// Path returns where the store keeps an object on disk.
func (h *House) Path(key string) string { return filepath.Join(h.media, filepath.FromSlash(key)) }

// Object reads one stored object.
func (h *House) Object(key string) []byte {
	h.t.Helper()
	body, err := os.ReadFile(h.Path(key))
	if err != nil {
		h.t.Fatal(err)
	}
	return body
}

// String names the house in messages.
func (h *House) String() string { return "the house at " + h.URL("") }
