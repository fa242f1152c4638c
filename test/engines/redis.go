package engines

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// Redis starts an empty Redis 7 of the test's own and returns its address. It starts in
// about 50 ms, so nothing is shared: a test may flush it, stop it or fill it.
func Redis(t testing.TB) (url string) {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is not installed: run make setup-test")
	}
	dir, err := os.MkdirTemp(house.folder(t), "redis-")
	if err != nil {
		t.Fatal(err)
	}
	s, port, err := startOnFreePort(func(port int) (*server, error) {
		return start("Redis", dir, exec.Command(program,
			"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir,
			"--save", "", "--appendonly", "no"), "Ready to accept connections")
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("Redis said:\n%s", s.tail("", 20))
		}
		os.RemoveAll(dir)
	})
	return fmt.Sprintf("redis://127.0.0.1:%d", port)
}
