package rules

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var commaInHost = &lint.Rule{
	Name:     "comma-in-host",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Summary:  "A comma in a Host line: it separates nothing there, it is a part of the name.",
	Run:      runCommaInHost,
}

func runCommaInHost(p *lint.Pass) {
	faulty := faultyLines(p.Target)
	for _, f := range p.Config.Files {
		eachLineWith(f, ',', func(line int) {
			if !faulty.has(f, line) {
				checkHostCommas(p, f, line)
			}
		})
	}
}

func checkHostCommas(p *lint.Pass, f *resolve.File, line int) {
	l := f.Line(line)
	if !f.IsKeyword(l, "host") {
		return
	}
	args, ok := f.Args(l, nil)
	if !ok {
		return
	}
	for _, a := range args {
		if !strings.Contains(a.Text, ",") {
			continue
		}
		parts := strings.FieldsFunc(a.Text, func(r rune) bool { return r == ',' })
		p.Report(lint.Diagnostic{
			Span:    lint.Span{File: f.Path, Start: a.Start, End: a.End},
			Message: fmt.Sprintf("to ssh the comma is a part of the name, and no name has one: '%s' does not stand for %s", a.Text, joined(parts)),
			Help:    "put blanks between the names: Host " + strings.Join(parts, " ") + "; commas belong in 'Match host'",
		})
		return
	}
}

// eachLineWith calls f for each line that holds a byte, in order and once.
func eachLineWith(file *resolve.File, c byte, f func(line int)) {
	for at := 0; at < len(file.Src); {
		i := bytes.IndexByte(file.Src[at:], c)
		if i < 0 {
			return
		}
		line := file.LineAt(at + i)
		f(line)
		at = file.Line(line).End
	}
}
