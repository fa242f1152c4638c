// Package engines owns the real servers that tests run on: PostgreSQL 16 and 18, Redis, a
// Redis Cluster, S3, and two that speak MongoDB's protocol. Each is started when a test first asks for it, listens on a
// loopback port of its own, and is stopped when the test process ends, also when that is
// killed.
//
// An engine that is not installed fails the test with the command that installs it;
// nothing is skipped. Only tests import this package, and it imports nothing of KKMovies.
//
// A package whose tests use an engine hands its TestMain over:
//
//	func TestMain(m *testing.M) { engines.Main(m) }
package engines

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// Main runs a package's tests, stops every engine they started, and exits. Checks are
// made when the engines have stopped, if the tests passed; goleak.Find is one.
func Main(m *testing.M, checks ...func() error) {
	if err := house.open(); err != nil {
		fmt.Fprintln(os.Stderr, "engines:", err)
		os.Exit(1)
	}
	code := m.Run()
	house.close()
	for _, check := range checks {
		if code != 0 {
			break
		}
		if err := check(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// household is what one test process holds: its folder, and the servers that outlive a
// single test.
type household struct {
	mu       sync.Mutex
	base     string   // what the folders of all this user's test processes begin with
	dir      string   // this process's; "" until Main
	lock     *os.File // held while the process lives, so that others can tell
	clusters map[int]*cluster
	shared   []*server // what else outlives a single test
}

var house household

// open makes the process's folder, and removes those of processes that were killed.
func (h *household) open() error {
	h.base = filepath.Join(os.TempDir(), fmt.Sprintf("kkmovies-engines-%d", os.Getuid()))

	// One process at a time comes in, so no folder is seen before its lock is held.
	door, err := lockFile(h.base+".lock", syscall.LOCK_EX)
	if err != nil {
		return err
	}
	defer door.Close()
	sweep(h.base)

	dir, err := os.MkdirTemp("", filepath.Base(h.base)+"-")
	if err != nil {
		return err
	}
	// PostgreSQL runs as another user when the tests run as root: it must get through.
	if err := os.Chmod(dir, 0o711); err != nil {
		return err
	}
	h.lock, err = lockFile(filepath.Join(dir, "lock"), syscall.LOCK_EX)
	if err != nil {
		return err
	}
	h.dir, h.clusters = dir, map[int]*cluster{}
	return nil
}

// sweep removes the folders below base whose process no longer holds its lock.
func sweep(base string) {
	left, _ := filepath.Glob(base + "-*")
	for _, dir := range left {
		lock, err := lockFile(filepath.Join(dir, "lock"), syscall.LOCK_EX|syscall.LOCK_NB)
		if err != nil {
			continue
		}
		os.RemoveAll(dir)
		lock.Close()
	}
}

func (h *household) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range h.clusters {
		if c.server != nil {
			c.server.stop()
		}
	}
	for _, s := range h.shared {
		s.stop()
	}
	os.RemoveAll(h.dir)
	h.lock.Close()
}

// folder returns the process's folder, and fails the test that forgot Main.
func (h *household) folder(t testing.TB) string {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.dir == "" {
		t.Fatal("this package's tests use an engine: add func TestMain(m *testing.M) { engines.Main(m) }")
	}
	return h.dir
}

func lockFile(path string, how int) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), how); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}

//go:embed package-lock.json
var lockfile []byte

// installed returns the folder that scripts/engines.sh installs into: named after the
// lock file's digest, so a new version never meets an old server.
func installed() (string, error) {
	cache, err := engineCache()
	digest := sha256.Sum256(lockfile)
	return filepath.Join(cache, hex.EncodeToString(digest[:])[:16]), err
}

// engineCache returns the folder of all engines that no distribution packages.
func engineCache() (string, error) {
	cache := "/var/cache" // root's own is closed to the user PostgreSQL runs as
	if os.Getuid() != 0 {
		var err error
		if cache, err = os.UserCacheDir(); err != nil {
			return "", err
		}
	}
	return filepath.Join(cache, "kkmovies", "engines"), nil
}
