// Command sshvet checks and repairs OpenSSH client and server configuration.
package main

import (
	"os"

	"github.com/sshvet/sshvet/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr))
}
