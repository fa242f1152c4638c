package engines

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startLimit = 60 * time.Second // a busy machine is slow; a broken server says so at once
	stopLimit  = 10 * time.Second

	// farewell ends PostgreSQL at once but tidily, and Redis too.
	farewell = syscall.SIGINT
)

var errPortTaken = errors.New("the port was taken meanwhile")

// server is one running program. It dies with the test process.
type server struct {
	name   string
	dir    string
	log    *journal
	cmd    *exec.Cmd
	exited chan struct{} // closed once the program is gone
}

// start runs the program and returns when it has printed ready.
func start(name, dir string, cmd *exec.Cmd, ready string) (*server, error) {
	file, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	s := &server{name: name, dir: dir, cmd: cmd, exited: make(chan struct{})}
	s.log = &journal{file: file, ready: []byte(ready), seen: make(chan struct{})}
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, s.log, s.log
	cmd.WaitDelay = time.Second
	dieWithParent(cmd)

	started := make(chan error, 1)
	go func() {
		// The kernel ties "dies with its parent" to the thread that started the child:
		// this one stays for as long as the child lives.
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait() // the log tells the story; whoever waits needs only the fact
		}
		file.Close()
		close(s.exited)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}

	select {
	case <-s.log.seen:
		return s, nil
	case <-s.exited:
		return nil, s.ended()
	case <-time.After(startLimit):
		return nil, s.notReady()
	}
}

// startListening is start for a program that says it is ready a moment before it takes
// connections at its port.
func startListening(name, dir string, cmd *exec.Cmd, ready string, port int) (*server, error) {
	s, err := start(name, dir, cmd, ready)
	if err != nil {
		return nil, err
	}
	return s, s.answers(port)
}

// answers returns once the program takes connections at this port of its own, and stops one
// that does not.
func (s *server) answers(port int) error {
	for limit := time.After(startLimit); ; {
		if c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return c.Close()
		}
		select {
		case <-s.exited:
			return s.ended()
		case <-limit:
			return s.notReady()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// ended says why a program that should run does not.
func (s *server) ended() error {
	err := fmt.Errorf("%s ended at its start:\n%s", s.name, s.tail("", 20))
	if strings.Contains(strings.ToLower(s.tail("", 20)), "address already in use") {
		err = errors.Join(errPortTaken, err)
	}
	return err
}

// notReady ends a program that took too long.
func (s *server) notReady() error {
	s.stop()
	return fmt.Errorf("%s was not ready after %s:\n%s", s.name, startLimit, s.tail("", 20))
}

// startOnFreePort tries again when another process took the port in the instant between
// the kernel's choice and the server's bind.
func startOnFreePort(try func(port int) (*server, error)) (*server, int, error) {
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return nil, 0, err
		}
		s, err := try(port)
		if errors.Is(err, errPortTaken) && attempt < 5 {
			continue
		}
		return s, port, err
	}
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// stop asks the program to end, and makes it end when it does not.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(farewell) // an error means it is gone already
	select {
	case <-s.exited:
	case <-time.After(stopLimit):
		_ = s.cmd.Process.Kill()
		<-s.exited
	}
}

// tail returns the last n lines of the log that contain about.
func (s *server) tail(about string, n int) string {
	all, err := os.ReadFile(filepath.Join(s.dir, "log"))
	if err != nil {
		return err.Error()
	}
	var lines []string
	for line := range strings.Lines(string(all)) {
		if strings.Contains(line, about) {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines[max(0, len(lines)-n):], "")
}

// journal writes what a server prints to its file and tells when it is ready. Only the
// goroutine that copies the server's output writes to it.
type journal struct {
	file  *os.File
	ready []byte
	line  []byte // the last line while it is incomplete
	seen  chan struct{}
	done  bool
}

func (j *journal) Write(p []byte) (int, error) {
	if !j.done {
		j.line = append(j.line, p...)
		if bytes.Contains(j.line, j.ready) {
			j.done, j.line = true, nil
			close(j.seen)
		} else if end := bytes.LastIndexByte(j.line, '\n'); end >= 0 {
			j.line = j.line[end+1:]
		}
	}
	return j.file.Write(p)
}
