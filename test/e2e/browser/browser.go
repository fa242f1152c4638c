// Package browser runs the scripts beside it: each drives a real browser as a person would.
// It may import the house they visit, and nothing of internal/.
package browser

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kkmovies/kkmovies/test/e2e/house"
)

// Script is a script on its way.
type Script struct {
	name  string
	ended chan struct{}
	err   error // how it ended, once ended is closed

	mu   sync.Mutex
	said bytes.Buffer
	more chan struct{} // closed when it says more
}

// Folder returns where the scripts are, with what they need installed.
func Folder(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(house.Root(t), "test", "e2e", "browser")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "playwright-core")); err != nil {
		t.Fatal("the browser's driver is not installed: run make setup-test")
	}
	return folder
}

// Run runs a script to its end and returns what it printed.
func Run(t testing.TB, limit time.Duration, script string, args ...string) string {
	t.Helper()
	return Start(t, limit, script, args...).Wait(t)
}

// Start starts a script; the caller must Wait.
func Start(t testing.TB, limit time.Duration, script string, args ...string) *Script {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	s := &Script{name: script, ended: make(chan struct{}), more: make(chan struct{})}
	cmd := exec.CommandContext(ctx, "node", append([]string{script}, args...)...)
	cmd.Dir = Folder(t)
	cmd.Env = append(os.Environ(), "SHOTS="+shots(t))
	cmd.Stdout, cmd.Stderr = s, s
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // on which it closes the browser
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		s.err = cmd.Wait()
		close(s.ended)
	}()
	return s
}

// Write takes what the script prints.
func (s *Script) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.more)
	s.more = make(chan struct{})
	return s.said.Write(p)
}

func (s *Script) sofar() (said string, more <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.said.String(), s.more
}

// Await returns when the script has printed these words, and fails the test when it ends
// without.
func (s *Script) Await(t testing.TB, words string) {
	t.Helper()
	for {
		said, more := s.sofar()
		if strings.Contains(said, words) {
			return
		}
		select {
		case <-more:
		case <-s.ended:
			if said, _ = s.sofar(); !strings.Contains(said, words) {
				t.Fatalf("%s never said %q: %v\n%s", s.name, words, s.err, said)
			}
		}
	}
}

// Wait returns what the script printed, once it has ended, and fails the test unless that
// was well.
func (s *Script) Wait(t testing.TB) string {
	t.Helper()
	<-s.ended
	said, _ := s.sofar()
	if s.err != nil {
		t.Fatalf("%s: %v\n%s", s.name, s.err, said)
	}
	return said
}

// shots returns the folder for pictures of the screens: E2E_SHOTS to look at them.
func shots(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("E2E_SHOTS")
	if folder == "" {
		return t.TempDir()
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}
