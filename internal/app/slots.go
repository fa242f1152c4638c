package app

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// memoryOfSlot is what one encoder may take at its worst: a picture of 2160 lines and the
// rungs below it, from one decode.
const memoryOfSlot = 1 << 30

// slotsOf is how many tasks are encoded at once: as many as the setting says; unset, one a
// core, since an encoder keeps to one, and no more than there is memory for. A container has
// the cores and the memory it is allowed.
func slotsOf(setting int) int {
	if setting > 0 {
		return setting
	}
	return slotsFor(runtime.GOMAXPROCS(0), memoryAllowed())
}

func slotsFor(cores int, memory int64) int {
	if memory > 0 {
		cores = min(cores, int(memory/memoryOfSlot))
	}
	return max(1, cores)
}

// memoryAllowed is the memory of the machine, or of the container where that is less, in
// bytes; 0 where it cannot be told.
func memoryAllowed() int64 {
	total := memoryOfMachine()
	for _, limit := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		said, err := os.ReadFile(limit)
		if err != nil {
			continue
		}
		if bytes, err := strconv.ParseInt(strings.TrimSpace(string(said)), 10, 64); err == nil && (total == 0 || bytes < total) {
			total = bytes // "max" is no number
		}
	}
	return total
}

func memoryOfMachine() int64 {
	file, err := os.Open("/proc/meminfo")
	if err != nil {
		return 0
	}
	defer file.Close()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var kilobytes int64
		if _, err := fmt.Sscanf(lines.Text(), "MemTotal: %d kB", &kilobytes); err == nil {
			return kilobytes << 10
		}
	}
	return 0
}

// processName is how a process is called in what it leases and in its database's list of
// connections: the machine and the version, of which neither may be told apart by its length.
func processName() string {
	const most = 40 // of each
	host, err := os.Hostname()
	if err != nil || host == "" {
		host = "unnamed"
	}
	short := func(s string) string {
		s = strings.Map(func(r rune) rune {
			if r <= ' ' || r > '~' {
				return '-'
			}
			return r
		}, s)
		return s[:min(len(s), most)]
	}
	return short(host) + " " + short(version())
}

// connsOf is how many connections a process has to PostgreSQL at most, unless the address
// says it: viewers ask for much at once, encoders seldom for anything.
func connsOf(d duties) int {
	conns := 4 + d.jobs + d.slots/4 + d.demand
	if d.watched {
		conns += 16
	}
	return conns
}
