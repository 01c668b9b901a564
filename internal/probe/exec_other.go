//go:build !unix

package probe

import (
	"os"
	"os/exec"
)

// startApart starts a program. There are no process groups here, and every
// program of a console may ask there.
func startApart(cmd *exec.Cmd, _ *os.File) error { return cmd.Start() }

// killAll ends the program. What it has started, such as the ssh of a
// ProxyJump, loses its pipes and ends by itself.
func killAll(cmd *exec.Cmd) { cmd.Process.Kill() }

func takeTerminal(*os.File) {}
