package cli

import (
	"github.com/urfave/cli/v2"
)

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the completion script of a shell",
		ArgsUsage: "bash|zsh|fish|powershell",
		Action:    p.completion,
	}
}

func (p *program) completion(c *cli.Context) error { return usagef("completion: not written yet") }
