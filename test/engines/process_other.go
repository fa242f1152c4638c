//go:build !linux

package engines

import "os/exec"

// dieWithParent needs Linux; elsewhere a killed test process leaves its servers behind.
func dieWithParent(*exec.Cmd) {}
