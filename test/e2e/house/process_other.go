//go:build !linux

package house

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// Elsewhere a house lives, but what its processes do cannot be seen.

type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error
}

func start(cmd *exec.Cmd) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.err = cmd.Wait()
		close(p.exited)
	}()
	return p, nil
}

func (p *process) send(signal syscall.Signal) ([]child, error) {
	return nil, p.cmd.Process.Signal(signal)
}

type child struct {
	pid  int
	name string
}

func (child) gone(time.Duration) bool { return true }

var errLinux = errors.New("only Linux tells this")

// Encoders is known on Linux only.
func (h *House) Encoders() int { h.t.Fatal(errLinux); return 0 }

// Freeze is possible on Linux only.
func (h *House) Freeze() (thaw func()) { h.t.Fatal(errLinux); return nil }

// Meter is possible on Linux only.
func (h *House) Meter() (stop func() []Cost) { h.t.Fatal(errLinux); return nil }

// Memory is what a process holds, in bytes.
type Memory struct{ RSS, PSS int64 }

// Memory is known on Linux only.
func (h *House) Memory() (Memory, error) { return Memory{}, errLinux }

// PeakRSS is known on Linux only.
func (h *House) PeakRSS() (int64, error) { return 0, errLinux }

// ResetPeak is possible on Linux only.
func (h *House) ResetPeak() error { return errLinux }
