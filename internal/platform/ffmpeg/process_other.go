//go:build unix && !linux

package ffmpeg

import "syscall"

// ownSession cannot tie the child's life to ours here: only Linux signals a parent's
// death. A killed server leaves its encoders to finish their chunk.
func ownSession() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true}
}

func ownProcesses() *syscall.SysProcAttr { return ownSession() }

func stepBack(session, nice int) { _ = syscall.Setpriority(syscall.PRIO_PGRP, session, nice) }
