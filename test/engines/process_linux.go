package engines

import (
	"os/exec"
	"syscall"
)

// dieWithParent has the kernel end the child when the test process is gone, even by
// kill -9. In a process group of its own the child is not hit by the terminal's Ctrl-C
// before the tests have cleaned up.
func dieWithParent(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	cmd.SysProcAttr.Pdeathsig = farewell
}
