package ffmpeg

import (
	"fmt"
	"os"
	"strconv"
	"syscall"
)

func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}

// stepBack makes a session give way to others. Where the kernel shares the machine between
// sessions first, how nice a process is only counts within its own; then the session has to
// be nice (sched(7), "the autogroup feature").
func stepBack(session, nice int) {
	_ = syscall.Setpriority(syscall.PRIO_PGRP, session, nice)
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/autogroup", session), []byte(strconv.Itoa(nice)), 0)
}

// ownProcesses is ownSession with a PID namespace of its own: the kernel kills all that is
// in it with its first process. bubblewrap alone ties its children to its own life only
// some moments after it has made them; who is killed before that leaves a program running.
// Without privilege it takes a user namespace as well, in which everybody is who he was.
func ownProcesses() *syscall.SysProcAttr {
	attr := ownSession()
	attr.Cloneflags = syscall.CLONE_NEWPID
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		attr.Cloneflags |= syscall.CLONE_NEWUSER
		attr.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		attr.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	return attr
}
