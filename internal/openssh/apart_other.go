//go:build !unix

package openssh

import "os/exec"

// setApart does nothing: there are no process groups here.
func setApart(*exec.Cmd) {}
