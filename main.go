// Command sshvet checks and repairs OpenSSH client and server configuration.
package main

import (
	"os"
	"runtime/debug"

	"github.com/sshvet/sshvet/internal/cli"
)

// gcPercent lets the heap grow to four times what is in use before garbage is
// collected: a run is short, and takes a tenth less time for a tenth more memory.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
