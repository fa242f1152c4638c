package ffmpeg

import (
	"os"
	"syscall"
)

func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
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
