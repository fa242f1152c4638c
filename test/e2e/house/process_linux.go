package house

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is one life of a server.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{}
	err    error // how it ended, once exited is closed
}

// start runs cmd in a process group of its own. The kernel ends it with the test process,
// even when that is killed: it ties the two through the thread that started the child, so
// that one stays for as long as the child lives.
func start(cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.WaitDelay = time.Second
	p := &process{cmd: cmd, exited: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.exited)
		}
	}()
	return p, <-started
}

// child is a process a server started, itself or through another. The descriptor stands
// for that very process, also when its number has been given to another.
type child struct {
	pid  int
	name string
	fd   int
}

// send sends the server a signal and returns all of its descendants as they were at that
// moment: it stands still while they are listed.
func (p *process) send(signal syscall.Signal) ([]child, error) {
	pid := p.cmd.Process.Pid
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		return nil, err
	}
	var found []child
	for _, id := range descendants(pid) {
		if fd, err := unix.PidfdOpen(id, 0); err == nil { // else it is gone already
			found = append(found, child{id, commandOf(id), fd})
		}
	}
	err := syscall.Kill(pid, signal)
	_ = syscall.Kill(pid, syscall.SIGCONT) // without effect after SIGKILL
	return found, err
}

// gone waits until the process has ended, and reports whether it did.
func (c child) gone(limit time.Duration) bool {
	defer unix.Close(c.fd)
	until := time.Now().Add(limit)
	for {
		n, err := unix.Poll([]unix.PollFd{{Fd: int32(c.fd), Events: unix.POLLIN}}, max(0, int(time.Until(until).Milliseconds())))
		if !errors.Is(err, unix.EINTR) {
			return n > 0
		}
	}
}

// Encoders returns how many ffmpeg processes work for the house now.
func (h *House) Encoders() int {
	encoders := 0
	for _, n := range h.nodes {
		for _, id := range descendants(n.pid()) {
			if commandOf(id) == "ffmpeg" {
				encoders++
			}
		}
	}
	return encoders
}

// Freeze stops every server and everything it has started where they are, until thaw.
func (h *House) Freeze() (thaw func()) {
	h.t.Helper()
	var stopped []int
	for _, n := range h.nodes {
		server := n.pid()
		if err := syscall.Kill(server, syscall.SIGSTOP); err != nil {
			h.t.Fatal(err)
		}
		stopped = append(stopped, server)
		for _, id := range descendants(server) {
			if !standsStill(id) && syscall.Kill(id, syscall.SIGSTOP) == nil { // else the server holds it, or it is gone
				stopped = append(stopped, id)
			}
		}
	}
	return func() {
		for _, id := range stopped {
			_ = syscall.Kill(id, syscall.SIGCONT) // it is there still: its parent cannot have waited for it
		}
	}
}

// Meter counts what each ffmpeg and ffprobe of the house takes, until it is stopped. It
// looks at them again and again, so the last moment of each is not counted: the sandbox does
// not wait for what it starts, and then the kernel does not add it up.
func (h *House) Meter() (stop func() []Cost) {
	const often = 50 * time.Millisecond
	type life struct{ pid, began string } // a number may be given again
	costs := map[life]Cost{}
	look := func() {
		var programs []int
		for _, n := range h.nodes {
			programs = append(programs, descendants(n.pid())...)
		}
		for _, id := range programs {
			fields := statOf(id)
			if len(fields) < 20 || !strings.HasPrefix(commandOf(id), "ff") {
				continue
			}
			l := life{strconv.Itoa(id), fields[19]}
			cost, known := costs[l]
			if !known {
				line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", id))
				cost.Args = strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00")
			}
			const tick = 10 * time.Millisecond // of every Linux's /proc
			user, _ := strconv.Atoi(fields[11])
			system, _ := strconv.Atoi(fields[12])
			cost.CPU = max(cost.CPU, time.Duration(user+system)*tick)
			costs[l] = cost
		}
	}
	asked, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(often)
		defer tick.Stop()
		for {
			look()
			select {
			case <-tick.C:
			case <-asked:
				return
			}
		}
	}()
	return func() []Cost {
		close(asked)
		<-stopped
		return slices.Collect(maps.Values(costs))
	}
}

// Memory is what a process holds, in bytes.
type Memory struct {
	RSS int64 // resident, of the process alone
	PSS int64 // the same, with what it shares divided among those who share it
}

// Memory returns what the server itself holds, without what it started.
func (h *House) Memory() (Memory, error) {
	all, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", h.PID()))
	if err != nil {
		return Memory{}, err
	}
	var m Memory
	for line := range strings.Lines(string(all)) {
		name, rest, _ := strings.Cut(line, ":")
		kilobytes, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
		switch name {
		case "Rss":
			m.RSS = kilobytes << 10
		case "Pss":
			m.PSS = kilobytes << 10
		}
	}
	return m, nil
}

// PeakRSS returns the most memory the server itself has held since ResetPeak or its start.
func (h *House) PeakRSS() (int64, error) {
	all, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.PID()))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(all)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.New("no VmHWM in the process's status")
}

// ResetPeak makes PeakRSS begin again from what is held now.
func (h *House) ResetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", h.PID()), []byte("5"), 0)
}

// descendants lists the processes below pid, its children first.
func descendants(pid int) []int {
	parents := map[int][]int{}
	entries, _ := os.ReadDir("/proc")
	for _, entry := range entries {
		id, err := strconv.Atoi(entry.Name())
		if err != nil {
			continue
		}
		if parent, ok := parentOf(id); ok {
			parents[parent] = append(parents[parent], id)
		}
	}
	found := append([]int(nil), parents[pid]...)
	for i := 0; i < len(found); i++ {
		found = append(found, parents[found[i]]...)
	}
	return found
}

func parentOf(pid int) (int, bool) {
	fields := statOf(pid)
	if len(fields) < 2 {
		return 0, false
	}
	parent, err := strconv.Atoi(fields[1])
	return parent, err == nil
}

func standsStill(pid int) bool {
	fields := statOf(pid)
	return len(fields) > 0 && fields[0] == "T"
}

// statOf reads /proc/pid/stat from its third field on: the second may hold anything in
// brackets.
func statOf(pid int) []string {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
}

func commandOf(pid int) string {
	name, _ := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return strings.TrimSpace(string(name))
}
