//go:build e2e

package faults

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"syscall"
	"testing"
)

// apart names the test that runs where what it mounts is seen by nobody else.
const apart = "FAULTS_APART"

// onDisksOfItsOwn runs a test again in a process that may mount disks, which go with it,
// however it ends. Root may; anybody else is made root of a world of one user. It reports
// whether this is that process.
func onDisksOfItsOwn(t *testing.T) bool {
	t.Helper()
	if os.Getenv(apart) == t.Name() {
		return true
	}
	args := []string{"-test.run=^" + regexp.QuoteMeta(t.Name()) + "$", "-test.v", "-test.timeout=30m", fmt.Sprintf("-sweep=%v", *sweep), fmt.Sprintf("-rounds=%d", *rounds)}
	var said bytes.Buffer
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), apart+"="+t.Name())
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER, Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}, GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: gid, Size: 1}}}
	}
	runtime.LockOSThread() // the kernel ends it with the thread that started it
	defer runtime.UnlockOSThread()
	err := cmd.Run()
	switch {
	case errors.Is(err, syscall.EPERM):
		t.Fatal("a full disk takes a disk: run this as root, or where users may have namespaces (sysctl kernel.unprivileged_userns_clone=1)")
	case err != nil:
		t.Fatalf("%v\n%s", err, said.String())
	}
	t.Log("\n" + said.String())
	return false
}

// disk is a small one, in memory, that can be full at once and have room again.
type disk struct {
	t    *testing.T
	path string
}

const roomOnDisk = 256 << 20

// newDisk mounts one on a folder, which is made.
func newDisk(t *testing.T, path string) *disk {
	t.Helper()
	if err := os.MkdirAll(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("disk", path, "tmpfs", 0, fmt.Sprintf("mode=0700,size=%d", roomOnDisk)); err != nil {
		t.Fatalf("a disk for %s: %v", path, err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(path, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return &disk{t, path}
}

// fill leaves so many bytes of the disk, as if somebody else had taken the others.
func (d *disk) fill(leave int64) {
	for {
		var now syscall.Statfs_t
		if err := syscall.Statfs(d.path, &now); err != nil {
			d.t.Error(err)
			return
		}
		err := d.resize(int64(now.Blocks-now.Bfree)*int64(now.Bsize) + leave)
		if errors.Is(err, syscall.EINVAL) { // more was written meanwhile
			continue
		}
		if err != nil {
			d.t.Errorf("filling the disk: %v", err)
		}
		return
	}
}

// free gives the room back.
func (d *disk) free() {
	if err := d.resize(roomOnDisk); err != nil {
		d.t.Errorf("emptying the disk: %v", err)
	}
}

func (d *disk) resize(size int64) error {
	return syscall.Mount("disk", d.path, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%d", max(size, 4096)))
}
