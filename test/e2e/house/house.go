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
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
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
	// Data is the data folder; "" for one of the house's own.
	Data string
	// NoAdmin leaves the administrator to be made by the set-up link.
	NoAdmin bool
}

// House is one server with its data folder, through as many lives as the test gives it.
type House struct {
	t      testing.TB
	binary string
	data   string
	env    []string
	args   []string
	journal
	process *process // nil while it is down
	base    string
}

// Start starts the built binary and returns when it answers.
func Start(t testing.TB, o Options) *House {
	t.Helper()
	h := &House{t: t, binary: Binary(t), data: cmp.Or(o.Data, t.TempDir()), args: append([]string{"serve"}, o.Args...)}
	settings := map[string]string{
		"PATH": os.Getenv("PATH"), "TMPDIR": t.TempDir(), "HOME": t.TempDir(),
		"KK_LISTEN": "127.0.0.1:0", "KK_DATA_DIR": h.data, "KK_LOG_FORMAT": "json",
	}
	if !o.NoAdmin {
		settings["KK_ADMIN_EMAIL"], settings["KK_ADMIN_PASSWORD"] = AdminEmail, AdminPassword
	}
	maps.Copy(settings, o.Env)
	for name, value := range settings {
		h.env = append(h.env, name+"="+value)
	}
	slices.Sort(h.env)
	t.Cleanup(h.cleanUp)
	h.Boot()
	return h
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

// Boot starts a house that is down, on the data it has, and returns when it answers: the
// time it took is from the program's start to its first good answer at /readyz.
func (h *House) Boot() time.Duration {
	h.t.Helper()
	began := time.Now()
	h.mark()
	cmd := exec.Command(h.binary, h.args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = h.env, &h.journal, &h.journal
	p, err := start(cmd)
	if err != nil {
		h.t.Fatalf("start %s: %v", h.binary, err)
	}
	h.process = p

	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	var said struct {
		Message string `json:"msg"`
		Address string `json:"address"`
	}
	ready := func(line string) bool {
		return json.Unmarshal([]byte(line), &said) == nil && said.Message == "ready"
	}
	if _, err := h.await(ctx, p.exited, ready); err != nil {
		h.t.Fatalf("the server did not start: %v", err)
	}
	h.base = said.Address
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, h.base+"/readyz", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		h.t.Fatalf("the server said it was ready, but: %v", err)
	}
	defer answer.Body.Close()
	took := time.Since(began)
	body, _ := io.ReadAll(answer.Body)
	if answer.StatusCode != http.StatusOK {
		h.t.Fatalf("/readyz answers %s:\n%s", answer.Status, body)
	}
	return took
}

// Reboot starts a house that is down where it was, on the same port, as an operator would:
// who was connected to it finds it again.
func (h *House) Reboot() time.Duration {
	h.t.Helper()
	h.env = append(slices.DeleteFunc(h.env, func(setting string) bool { return strings.HasPrefix(setting, "KK_LISTEN=") }),
		"KK_LISTEN="+strings.TrimPrefix(h.base, "http://"))
	return h.Boot()
}

// URL returns where a path of this house is now: after Boot it has another port.
func (h *House) URL(path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	return h.base + path
}

// Data returns the data folder.
func (h *House) Data() string { return h.data }

// PID returns the server's process id.
func (h *House) PID() int { return h.process.cmd.Process.Pid }

// SetUpLink returns the link a first start without an administrator prints.
func (h *House) SetUpLink() string {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	link, err := h.await(ctx, h.process.exited, func(line string) bool { return strings.Contains(line, "/setup?token=") })
	if err != nil {
		h.t.Fatalf("no set-up link was printed: %v", err)
	}
	return strings.TrimSpace(link)
}

// Kill9 ends the server as a power cut would, and waits until nothing it had started is
// left: an encoder that outlives its server writes into the next one's files.
func (h *House) Kill9() {
	h.t.Helper()
	p := h.process
	left, err := p.send(syscall.SIGKILL)
	if err != nil {
		h.t.Fatalf("kill -9: %v", err)
	}
	<-p.exited
	h.process = nil
	h.nothingLeft(left)
}

// Stop asks the server to end, and fails the test unless it ends well, in time, and with
// everything it had started.
func (h *House) Stop() {
	h.t.Helper()
	p := h.process
	began := time.Now()
	left, err := p.send(syscall.SIGTERM)
	if err != nil {
		h.t.Fatalf("SIGTERM: %v", err)
	}
	select {
	case <-p.exited:
	case <-time.After(drainLimit + goneLimit):
		h.t.Fatalf("the server is still there %v after SIGTERM", drainLimit+goneLimit)
	}
	h.process = nil
	if took := time.Since(began); p.err != nil {
		h.t.Errorf("the server ended with %v, %v after SIGTERM", p.err, took)
	}
	h.nothingLeft(left)
}

// Restart stops the server tidily and starts it again on its data.
func (h *House) Restart() {
	h.t.Helper()
	h.Stop()
	h.Boot()
}

// nothingLeft fails the test for each process of a dead server that lives on.
func (h *House) nothingLeft(processes []child) {
	h.t.Helper()
	for _, c := range processes {
		if !c.gone(goneLimit) {
			h.t.Errorf("process %d (%s) outlived the server that started it", c.pid, c.name)
		}
	}
}

func (h *House) cleanUp() {
	if p := h.process; p != nil {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-p.exited:
		case <-time.After(drainLimit):
			_ = p.cmd.Process.Kill()
			<-p.exited
		}
	}
	if h.t.Failed() {
		h.t.Logf("the server's log:\n%s", h.tail(80))
	}
}

// Logged returns the lines of every life so far that contain any of these, in any case.
func (h *House) Logged(words ...string) []string {
	var found []string
	for _, line := range h.lines() {
		for _, word := range words {
			if strings.Contains(strings.ToLower(line), strings.ToLower(word)) {
				found = append(found, line)
				break
			}
		}
	}
	return found
}

// Objects returns the size of each stored object below a key prefix, by key.
func (h *House) Objects(prefix string) map[string]int64 {
	h.t.Helper()
	objects := map[string]int64{}
	media := filepath.Join(h.data, "media")
	err := filepath.WalkDir(filepath.Join(media, filepath.FromSlash(prefix)), func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		key, err := filepath.Rel(media, path)
		objects[filepath.ToSlash(key)] = info.Size()
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		h.t.Fatal(err)
	}
	return objects
}

// Object reads one stored object.
func (h *House) Object(key string) []byte {
	h.t.Helper()
	body, err := os.ReadFile(filepath.Join(h.data, "media", filepath.FromSlash(key)))
	if err != nil {
		h.t.Fatal(err)
	}
	return body
}

// String names the house in messages.
func (h *House) String() string { return fmt.Sprintf("the house at %s", h.base) }
