package ffmpeg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/kkmovies/kkmovies/internal/platform/fault"
)

// The niceness of children, of 0 (like the server) to 19.
const (
	niceness       = 10
	urgentNiceness = 2
)

// launch is a program about to run.
type launch struct {
	program  string
	args     []string
	reads    []string // files it may read
	dir      string   // folder it may write to, and runs in; "" for none
	stdin    io.Reader
	stdout   io.Writer
	progress func(Progress)
	limits   Limits
	gate     *Gate
	urgent   bool
}

// Process is a running program. Its whole process group lives and dies together.
type Process struct {
	stderr *tail
	done   chan struct{}
	err    error
}

// Wait returns when the process, and its progress, are over.
func (p *Process) Wait() error {
	<-p.done
	return p.err
}

func (p *Process) complaints() string { return p.stderr.String() }

// start runs l in its own session (no terminal to write to, one group to signal), under
// limits and sandbox. The kernel kills the child when the thread that started it ends,
// so one locked goroutine starts it and stays until it is over: kill -9 of KKMovies
// leaves no encoder behind.
func (t *Tools) start(ctx context.Context, l launch) (*Process, error) {
	const op = "ffmpeg.start"
	l.limits = l.limits.or(t.limits)
	if !t.hasRoom(l.dir) {
		return nil, noRoom(op, errNoRoom)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	wall := newAllowance(l.limits.Wall, cancel)

	pipes, err := t.newPipes(l)
	if err != nil {
		wall.end()
		cancel(nil)
		return nil, fault.Wrap(op, err)
	}
	argv := t.commandLine(l, pipes.rulesAt())
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = environment
	cmd.Dir = l.dir
	cmd.Stdin, cmd.Stdout = l.stdin, l.stdout
	cmd.ExtraFiles = pipes.theirs
	cmd.SysProcAttr = t.attributes()
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	p := &Process{stderr: &tail{max: 8 << 10}, done: make(chan struct{})}
	cmd.Stderr = p.stderr

	started := make(chan error, 1)
	go func() {
		defer cancel(nil)
		defer wall.end()
		defer pipes.close()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		began := time.Now()
		err := cmd.Start()
		pipes.handOver()
		if err != nil {
			started <- err
			return
		}
		// An encoder takes every core it is given: the server beside it, and whoever waits for
		// an answer, go first. Where that is not allowed, nothing is lost.
		nice := niceness
		if l.urgent {
			nice = urgentNiceness
		}
		stepBack(cmd.Process.Pid, nice)
		leave := l.gate.enter(cmd.Process.Pid, wall)
		// The kernel ends the child with us only from some moment after its birth on. So it is
		// told last, when that is past, what it may see: had we been killed before, it would have
		// found an empty sandbox with no program in it.
		pipes.tell(t.rules(l))
		if l.dir != "" {
			go t.watchRoom(ctx, l.dir, cancel)
		}
		var progress sync.WaitGroup
		if l.progress != nil {
			progress.Go(func() { readProgress(pipes.progress, l.progress) })
		}
		started <- nil
		err = cmd.Wait()
		leave()
		if l.progress != nil {
			// A grandchild that survived would hold the pipe open for ever.
			pipes.progress.SetReadDeadline(time.Now().Add(cmd.WaitDelay))
		}
		progress.Wait()
		p.err = explain(ctx, err, p.stderr.String())
		// What was written to a full disk may be cut short, whatever the program says of it.
		if ctx.Err() == nil && !t.hasRoom(l.dir) {
			p.err = noRoom("ffmpeg.run", cmp.Or(p.err, errNoRoom))
		}
		t.note(l, time.Since(began), p.err)
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fault.Wrap(op, err)
	}
	return p, nil
}

// note tells whoever looks closely what was run, as it was given to the program.
func (t *Tools) note(l launch, took time.Duration, err error) {
	t.log.Debug("program ended", "program", l.program, "args", l.args, "took", took, "failed", err != nil)
}

// ExitError is how a program ended when it did not end well.
type ExitError struct {
	Code   int    // exit code; 128 + signal when it was killed
	Stderr string // the end of what it wrote
}

func (e *ExitError) Error() string {
	if e.Stderr == "" {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return fmt.Sprintf("exit code %d: %s", e.Code, e.Stderr)
}

// Stderr returns what the program wrote before it failed with err; "" for other errors.
func Stderr(err error) string {
	var exit *ExitError
	if errors.As(err, &exit) {
		return exit.Stderr
	}
	return ""
}

var errWall = errors.New("ran longer than its limit")

// explain turns the end of a process into a fault.
func explain(ctx context.Context, err error, stderr string) error {
	const op = "ffmpeg.run"
	if err == nil {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		if errors.Is(cause, errWall) {
			return &fault.Error{Kind: fault.Internal, Op: op, Code: "ffmpeg_limit", Cause: cause}
		}
		if errors.Is(cause, errNoRoom) {
			return noRoom(op, cause)
		}
		return &fault.Error{Kind: fault.Cancelled, Op: op, Cause: cause}
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return &fault.Error{Kind: fault.Internal, Op: op, Code: "ffmpeg_failed", Cause: err}
	}
	code := exit.ExitCode()
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		code = 128 + int(status.Signal())
	}
	end := &ExitError{Code: code, Stderr: stderr}
	switch {
	case strings.Contains(stderr, "No space left on device"):
		return noRoom(op, end)
	case code == 128+int(syscall.SIGXCPU), code == 128+int(syscall.SIGXFSZ),
		code == 128+int(syscall.SIGKILL), // not by us: the CPU limit, or the kernel out of memory
		strings.Contains(stderr, "Cannot allocate memory"), strings.Contains(stderr, "File too large"):
		return &fault.Error{Kind: fault.Internal, Op: op, Code: "ffmpeg_limit", Cause: end}
	}
	return &fault.Error{Kind: fault.Internal, Op: op, Code: "ffmpeg_failed", Cause: end}
}

// tail keeps the last max bytes written to it.
type tail struct {
	mu  sync.Mutex
	max int
	buf []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf = append(t.buf, p...)
	if over := len(t.buf) - t.max; over > 0 {
		t.buf = append(t.buf[:0], t.buf[over:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.buf), ""))
}
