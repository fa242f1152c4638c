package engines

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Redis starts an empty Redis 7 of the test's own and returns its address. It starts in
// about 50 ms, so nothing is shared: a test may flush it, stop it or fill it.
func Redis(t testing.TB) (url string) {
	t.Helper()
	return MortalRedis(t).URL
}

// RedisServer is a Redis that its test may kill and bring back, empty, where it was.
type RedisServer struct {
	URL string

	t       testing.TB
	program string
	dir     string
	port    int
	more    []string

	mu     sync.Mutex
	server *server
}

// MortalRedis starts an empty Redis 7 for a test that is about its end.
func MortalRedis(t testing.TB) *RedisServer {
	t.Helper()
	return startRedis(t, nil)
}

// startRedis starts a Redis with these options beside the usual ones.
func startRedis(t testing.TB, more func() ([]string, error)) *RedisServer {
	t.Helper()
	r := &RedisServer{t: t, program: redisProgram(t)}
	var err error
	if r.dir, err = os.MkdirTemp(house.folder(t), "redis-"); err != nil {
		t.Fatal(err)
	}
	r.server, r.port, err = startOnFreePort(func(port int) (*server, error) {
		if more != nil {
			if r.more, err = more(); err != nil {
				return nil, err
			}
		}
		return r.startOn(port)
	})
	if err != nil {
		t.Fatal(err)
	}
	r.URL = "redis://" + r.host()
	t.Cleanup(func() {
		r.Thaw()
		r.server.stop()
		if t.Failed() {
			t.Logf("Redis said:\n%s", r.server.tail("", 20))
		}
		os.RemoveAll(r.dir)
	})
	return r
}

func redisProgram(t testing.TB) string {
	t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		t.Fatal("redis-server is not installed: run make setup-test")
	}
	return program
}

func (r *RedisServer) startOn(port int) (*server, error) {
	args := append([]string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", r.dir, "--save", "", "--appendonly", "no",
	}, r.more...)
	return start("Redis", r.dir, exec.Command(r.program, args...), "Ready to accept connections")
}

func (r *RedisServer) host() string { return fmt.Sprintf("127.0.0.1:%d", r.port) }

// Kill ends the server as a power cut does, with all it holds, and returns when it is gone.
func (r *RedisServer) Kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	_ = r.server.cmd.Process.Kill() // an error means it is gone already
	<-r.server.exited
}

// Flush empties it.
func (r *RedisServer) Flush() {
	r.t.Helper()
	conn, err := net.DialTimeout("tcp", r.host(), 5*time.Second)
	if err != nil {
		r.t.Fatal(err)
	}
	defer conn.Close()
	answer := make([]byte, len("+OK"))
	err = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if err == nil {
		_, err = io.WriteString(conn, "FLUSHALL\r\n")
	}
	if err == nil {
		_, err = io.ReadFull(conn, answer)
	}
	if err != nil || string(answer) != "+OK" {
		r.t.Fatalf("FLUSHALL: %q, %v", answer, err)
	}
}

// Freeze makes the server answer nothing, as a machine that hangs does, until Thaw.
func (r *RedisServer) Freeze() { _ = r.server.cmd.Process.Signal(syscall.SIGSTOP) }

// Thaw lets a frozen server go on.
func (r *RedisServer) Thaw() { _ = r.server.cmd.Process.Signal(syscall.SIGCONT) }

// Restart brings a killed server back on its port, empty.
func (r *RedisServer) Restart() {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	s, err := r.startOn(r.port)
	if err != nil {
		r.t.Fatal(err)
	}
	r.server = s
}
