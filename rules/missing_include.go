package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var missingInclude = &lint.Rule{
	Name:     "missing-include",
	Category: "correctness",
	Severity: lint.Note,
	Sides:    lint.BothSides,
	Summary:  "An Include of one file that does not exist: OpenSSH passes over it without a word.",
	Run:      runMissingInclude,
}

func runMissingInclude(p *lint.Pass) {
	if p.Env.Exists == nil {
		return
	}
	for i := range p.Config.Includes {
		inc := &p.Config.Includes[i]
		for _, arg := range inc.Args {
			if namesMissing(p, arg) {
				reportMissingInclude(p, inc, arg)
			}
		}
	}
}

// namesMissing reports whether an argument names one file, without wildcards,
// and that file is not there. What depends on the connection is not known, and
// a dangling link is an error on a server.
func namesMissing(p *lint.Pass, arg resolve.IncludeArg) bool {
	if arg.Pattern == "" || arg.Dynamic || arg.Skipped || len(arg.Files) > 0 || strings.ContainsAny(arg.Pattern, "*?[\\") {
		return false
	}
	if !p.Env.Exists(arg.Pattern) {
		return true
	}
	return p.Dialect.Side == keyword.Client && dangles(p, arg.Pattern)
}

func reportMissingInclude(p *lint.Pass, inc *resolve.Include, arg resolve.IncludeArg) {
	program := namesOf(p.Dialect.Side).program
	d := lint.Diagnostic{
		Span:    lint.Span{File: inc.File.Path, Start: arg.Span.Start, End: arg.Span.End},
		Message: fmt.Sprintf("%s does not exist: %s passes over this Include without a word", arg.Pattern, program),
		Help:    "create the file, or remove the line",
	}
	switch {
	case strings.HasPrefix(arg.Text, "~") && p.Dialect.Side == keyword.Server:
		d.Help = "sshd does not know what ~ means: write the whole path"
	case !strings.HasPrefix(arg.Text, "/") && !strings.HasPrefix(arg.Text, "~"):
		folder := "/etc/ssh"
		if p.Dialect.Side == keyword.Client && !inc.File.System {
			folder = "~/.ssh"
		}
		d.Help = fmt.Sprintf("%s looks for it below %s, not in the folder of the file that includes it", program, folder)
	}
	p.Report(d)
}

// dangles reports whether a name is a link to nothing.
func dangles(p *lint.Pass, path string) bool {
	if p.Env.ReadFile == nil {
		return false
	}
	_, _, err := p.Env.ReadFile(path)
	return errors.Is(err, fs.ErrNotExist)
}
