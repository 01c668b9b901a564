package rules

import (
	"errors"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/reader/gossh"
	"github.com/sshvet/sshvet/lint"
)

var goDivergence = &lint.Rule{
	Name:     "go-divergence",
	Category: categoryPortability,
	Severity: lint.Warning,
	Sides:    lint.ClientSide,
	Off:      true,
	Summary:  "Programs written in Go with the library kevinburke/ssh_config cannot read the file, or read another value than ssh.",
	Run:      func(p *lint.Pass) { runDivergence(p, withGo) },
}

// withGo lets the library read the files, once.
func withGo(req reader.Request) *another {
	files, err := gossh.Load(req)
	a := &another{
		name:   "go",
		cost:   1,
		passes: func(reader.Shadowed) bool { return false }, // it lists no lines of other blocks
		advice: adviceForGo,
		mend:   mendForGo,
	}
	if err == nil {
		a.cost = files.Cost() * len(reader.Reach)
	}
	var refusal *gossh.Error
	if errors.As(err, &refusal) && !refusal.Limit {
		err = &cannotRead{at: refusal.At, text: refusal.Text}
	}
	a.ask = func(host string, _ bool) ([]reader.Setting, error) {
		if err != nil {
			return nil, err
		}
		req.Query.Host = host
		return files.Settings(req), nil
	}
	return a
}

// adviceForGo says how to write a line so that the library reads it as OpenSSH.
func adviceForGo(d *difference, line string) string {
	word, _, _ := strings.Cut(line, " ")
	word = strings.ToLower(word)
	switch {
	case word == "include":
		return "name each file plainly, with one blank in between and no quotes; the library knows no ~user and no ${NAME}"
	case word == "match":
		return "use a Host line: the library knows only 'Match all' and 'Match host', and takes every word behind 'host' for a pattern"
	case word == "host" && strings.ContainsAny(line, `"'`):
		return "leave out the quotes around host names, which the library takes for a part of them"
	case word == "host" && strings.Contains(line, "?"):
		return "name the hosts, or use *: the library lets ? stand for no character, too"
	case word == "host":
		return "put single blanks between the host names, no tabs"
	case d.keywords[0] == "hostname" && strings.Contains(line, "%"):
		return "write the whole name: the library does not replace %h"
	case strings.Contains(line, "#"):
		return "write the value without #, behind which the library reads a comment, and the comment on a line of its own"
	case d.theirs == "no value at all" && isNumber(d.ours):
		return "write plain seconds: " + reader.Spelled(keyword.Client, d.keywords[0]) + " " + d.ours
	}
	return ""
}

// mendForGo says what to do about a refusal of the library.
func mendForGo(text string) string {
	switch {
	case strings.Contains(text, "Match"):
		return "use Host lines instead, or keep it in a file that only ssh reads ('ssh -F'): the library knows 'Match all' and 'Match host', and one other Match line makes it refuse the whole file"
	case strings.Contains(text, "recurse depth"):
		return "include files no more than 5 levels deep"
	case strings.Contains(text, "is a directory"):
		return "let the Include name no folder; a blank at the end of the line, or two between names, stand for ~/.ssh itself to the library"
	case strings.Contains(text, "Include"):
		return "correct the Include line, or take it out: one that the library cannot follow makes it refuse the whole file"
	}
	return "write the line as the library takes it; until then Go programs behave as if there were no file"
}
