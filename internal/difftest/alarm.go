package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// opposite are the rules that report an error in a file that OpenSSH reads: it
// does the opposite of what the line says, or lets others change the file.
var opposite = map[string]bool{"zero-keepalive-count": true, "unsafe-permissions": true}

// alarm is the kind of a mismatch between the rules and the program.
const alarm = "false alarm"

// FalseAlarms lints a scenario that the program accepts and returns a mismatch
// if a rule reports an error.
func (r *Reader) FalseAlarms(dir string, q Query) ([]Mismatch, error) {
	path := filepath.Join(dir, mainFile)
	e := lint.Entry{Path: path, Dialect: r.Dialect, Env: r.env(dir), Sources: []resolve.Source{{Path: path}}}
	res, errs := lint.Run([]lint.Entry{e}, rules.All(), lint.Settings{Profile: lint.Deploy})
	if len(errs) > 0 {
		return nil, errs[0]
	}
	var got []string
	for i := range res.Diagnostics {
		if d := &res.Diagnostics[i]; d.Severity == lint.Error && !opposite[d.Rule] {
			got = append(got, strings.ReplaceAll(fmt.Sprintf("%s: %s [%s]", d.Span.File, d.Message, d.Rule), dir, dirMark))
		}
	}
	if len(got) == 0 {
		return nil, nil
	}
	return []Mismatch{{Query: q, Kind: alarm, Want: []string{"accepted"}, Got: got}}, nil
}
