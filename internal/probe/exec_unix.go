//go:build unix

package probe

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// startApart starts a program in a process group of its own, so that Ctrl-C is
// for us to handle and all that the program starts can be ended with it. A
// terminal is given to that group: only the group that has it may read answers.
func startApart(cmd *exec.Cmd, tty *os.File) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if tty != nil {
		cmd.SysProcAttr.Foreground, cmd.SysProcAttr.Ctty = true, int(tty.Fd())
	}
	return cmd.Start()
}

// killAll ends a process group.
func killAll(cmd *exec.Cmd) {
	syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}

// takeTerminal makes our process group the one that has the terminal. Whoever
// does so from the background gets SIGTTOU, unless it is ignored.
func takeTerminal(tty *os.File) {
	signal.Ignore(syscall.SIGTTOU)
	unix.IoctlSetPointerInt(int(tty.Fd()), unix.TIOCSPGRP, syscall.Getpgrp())
	signal.Reset(syscall.SIGTTOU)
}
