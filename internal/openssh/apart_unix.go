//go:build unix

package openssh

import (
	"os/exec"
	"syscall"
)

// setApart gives a program a process group of its own.
func setApart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
