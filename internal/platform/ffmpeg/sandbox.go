package ffmpeg

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// environment is all a child gets: nothing of ours leaks into it. One malloc arena for
// each core would eat the address space limit on a large machine.
var environment = []string{"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "MALLOC_ARENA_MAX=4"}

// sandbox returns bubblewrap's command line for a file system that holds the system's
// programs and libraries, read-only, and nothing else: no network, no other process, no
// privilege. What one job reads and writes is bound later, at its own path, so a command
// is the same inside and outside.
func sandbox(programs ...string) ([]string, error) {
	bwrap, err := exec.LookPath("bwrap")
	if err != nil {
		return nil, err
	}
	line := []string{bwrap, "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--ro-bind", "/usr", "/usr"}
	for _, dir := range []string{"/bin", "/lib", "/lib32", "/lib64"} {
		if target, err := os.Readlink(dir); err == nil {
			line = append(line, "--symlink", target, dir)
		} else {
			line = append(line, "--ro-bind-try", dir, dir)
		}
	}
	// Some libraries (BLAS, LAPACK) are found through these.
	line = append(line, "--ro-bind-try", "/etc/alternatives", "/etc/alternatives",
		"--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache", "--dev", "/dev")
	for _, program := range programs {
		if real, err := filepath.EvalSymlinks(program); err == nil && !strings.HasPrefix(real, "/usr/") {
			line = append(line, "--ro-bind", filepath.Dir(real), filepath.Dir(real))
			if real != program {
				line = append(line, "--ro-bind-try", program, program)
			}
		}
	}
	return line, nil
}

// attributes are what every program is started with.
func (t *Tools) attributes() *syscall.SysProcAttr {
	if t.bwrap != nil && t.apart {
		return ownProcesses()
	}
	return ownSession()
}

// commandLine wraps l in its limits and its sandbox, which reads its rules from the given
// descriptor.
func (t *Tools) commandLine(l launch, rulesAt int) []string {
	var argv []string
	if t.prlimit != "" {
		argv = append(argv, t.prlimit,
			"--cpu="+strconv.FormatInt(int64(l.limits.CPU/time.Second), 10),
			"--as="+strconv.FormatInt(l.limits.Memory, 10),
			"--fsize="+strconv.FormatInt(l.limits.FileSize, 10),
			"--nofile=256", "--core=0", "--")
	}
	if t.bwrap != nil {
		argv = append(argv, t.bwrap[0], "--args", strconv.Itoa(rulesAt), "--")
	}
	return append(append(argv, l.program), l.args...)
}

// rules are what bubblewrap is told about l; none without it.
func (t *Tools) rules(l launch) []string {
	if t.bwrap == nil {
		return nil
	}
	rules := slices.Clone(t.bwrap[1:])
	if l.dir != "" {
		rules = append(rules, "--bind", l.dir, l.dir, "--chdir", l.dir)
	}
	for _, file := range l.reads { // after dir: an input inside it stays read-only
		rules = append(rules, "--ro-bind", file, file)
	}
	return rules
}
