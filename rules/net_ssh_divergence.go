package rules

import (
	"bytes"
	"errors"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/reader/netssh"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var netSSHDivergence = &lint.Rule{
	Name:     "net-ssh-divergence",
	Category: categoryPortability,
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Off:      true,
	Summary:  "Programs written in Ruby with the library net-ssh fail on the file, or read another value than ssh.",
	Run: func(p *lint.Pass) {
		runDivergence(p, func(req reader.Request) *another { return withNetSSH(req, p.Config) })
	},
}

// withNetSSH asks net-ssh, which goes through all lines for each host.
func withNetSSH(req reader.Request, c *resolve.Config) *another {
	cost := 1
	for _, f := range c.Files {
		cost += bytes.Count(f.Src, []byte{'\n'})
	}
	resolve := netssh.ForMany()
	return &another{
		name:     "net-ssh",
		cost:     cost,
		headLast: true,
		passes: func(l reader.Shadowed) bool { // see the reasons of netssh.Loser
			return strings.Contains(l.Reason, " does not match ") || strings.Contains(l.Reason, " never holds: ")
		},
		advice: adviceForNetSSH,
		mend:   mendForNetSSH,
		ask: func(host string, winnersOnly bool) ([]reader.Setting, error) {
			req.Query.Host, req.WinnersOnly = host, winnersOnly
			list, err := resolve(req)
			var raised *netssh.Error
			if errors.As(err, &raised) {
				err = &cannotRead{at: reader.Source(raised.Source), text: raised.Error()}
			}
			return list, err
		},
	}
}

// adviceForNetSSH says how to write a line so that net-ssh reads it as OpenSSH.
func adviceForNetSSH(d *difference, line string) string {
	word, _, _ := strings.Cut(line, " ")
	word = strings.ToLower(word)
	switch {
	case word == "include":
		return "move the Include behind a 'Host *' line at the end of the file, and name files by their whole path: net-ssh lets later blocks override what an Include above the first Host brings"
	case word == "match":
		return "use a Host line: net-ssh knows only 'Match all' and 'Match host', and passes over the other conditions"
	case word == "host" && strings.Contains(line, "#"):
		return "put the comment on a line of its own: net-ssh takes its words for host names"
	case word == "host" && strings.ContainsAny(line, `"'`):
		return "leave out the quotes, and write each host name as a word of its own"
	case word == "host":
		return ""
	case isNumber(d.ours) && hasUnit(line):
		return "write plain seconds, as net-ssh knows no units: " + reader.Spelled(keyword.Client, d.keywords[0]) + " " + d.ours
	case strings.ContainsAny(line, `#'`):
		return "write the value without quotes, and the comment on a line of its own: net-ssh takes both for a part of the value"
	case d.file != nil && !d.header && d.inHead():
		return "move the line below 'Host *' at the end of the file: net-ssh lets any block override what stands above the first Host"
	}
	return ""
}

// inHead reports whether the line stands above the first Host or Match of its
// file.
func (d *difference) inHead() bool {
	for i := range d.line {
		l := d.file.Line(i)
		if key := strings.ToLower(string(d.file.KeyText(l))); key == "host" || key == "match" {
			return false
		}
	}
	return true
}

// hasUnit reports whether a line has a time with a unit, such as 1m.
func hasUnit(line string) bool {
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t=\"", r) })
	return len(words) > 1 && words[1] != "" && words[1][0] >= '0' && words[1][0] <= '9' && strings.ContainsAny(strings.ToLower(words[1]), "smhdw")
}

// mendForNetSSH says what to do about an exception of net-ssh.
func mendForNetSSH(text string) string {
	switch {
	case strings.HasPrefix(text, "SystemStackError"):
		return "take the Include out that leads back to its own file"
	case strings.HasPrefix(text, "TypeError"):
		return "put the HostName line below a Host line: without one net-ssh knows no name to put in"
	}
	return "write the value as a plain number or word; until then every connection of such a program to these hosts fails"
}
