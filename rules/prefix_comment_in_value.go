package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

var prefixCommentInValue = &lint.Rule{
	Name:     "prefix-comment-in-value",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Summary:  "A comment at the end of a line that OpenSSH reads as a part of the value.",
	Run:      runPrefixCommentInValue,
}

func runPrefixCommentInValue(p *lint.Pass) {
	faulty := faultyLines(p.Target)
	for _, problem := range problems(p) {
		p.ReportAs(lint.Diagnostic{
			Severity: lint.Error,
			Span:     commentSpan(problem.File, problem.Line),
			Message:  fmt.Sprintf("ssh %s, the release this file is checked for, knows no comments behind a value: %s", p.Dialect.Release, refuses(keyword.Client)),
			Help:     "move the comment to a line of its own; ssh understands it here since 8.5",
		})
	}
	for _, f := range p.Config.Files {
		eachLineWith(f, '#', func(line int) {
			if !faulty.has(f, line) {
				checkComment(p, f, line)
			}
		})
	}
}

// checkComment judges a line that OpenSSH accepts and that has a # in it.
func checkComment(p *lint.Pass, f *resolve.File, line int) {
	l := f.Line(line)
	if l.Kind != syntax.Setting {
		return
	}
	k := p.Dialect.Lookup(f.KeyText(l))
	switch {
	case k == nil:
	case isCommand(k):
		checkCommand(p, f, l, k)
	default:
		checkWords(p, f, l, k)
	}
}

// isCommand reports whether OpenSSH takes the rest of the line as it stands,
// comment and all.
func isCommand(k *keyword.Keyword) bool {
	return k.Kind == "rawline" && k.Lower != "proxyjump" && k.Lower != "versionaddendum"
}

// noComments: ssh knew no comments at the end of a line before 8.5.
func noComments(d keyword.Dialect) bool {
	return d.Side == keyword.Client && d.Release < keyword.R(8, 5)
}

// checkCommand looks for a comment behind a command. A shell drops it, so that
// it is worth a note only; `none` with a comment is no `none` any more, and
// some commands are run without a shell.
func checkCommand(p *lint.Pass, f *resolve.File, l syntax.Line, k *keyword.Keyword) {
	text := string(f.ArgText(l))
	at := looseHash(text)
	if at <= 0 {
		return
	}
	d := lint.Diagnostic{
		Severity: lint.Warning,
		Span:     lint.Span{File: f.Path, Start: l.Args.Start + at, End: l.Args.End},
		Help:     "move the comment to a line of its own",
	}
	command := strings.TrimSpace(text[:at])
	what := fmt.Sprintf("%s takes the rest of the line as it stands, so that '%s' is no comment", k.Name, text[at:])
	switch {
	case strings.EqualFold(command, "none"):
		d.Message = what + ": a program named 'none' is run instead of none at all"
	case runsWithoutShell(k):
		d.Message = what + ": the program gets it as arguments"
	case strings.Contains(text[at:], "%"):
		d.Message = what + ": the % in it is expanded, and refused where no such token exists"
	default:
		d.Severity = lint.Note
		d.Message = what + ": it is handed on with the command, where a shell drops it, and nothing else does"
	}
	p.ReportAs(d)
}

// runsWithoutShell lists the commands that OpenSSH starts by itself.
func runsWithoutShell(k *keyword.Keyword) bool {
	switch k.Lower {
	case "knownhostscommand", "authorizedkeyscommand", "authorizedprincipalscommand":
		return true
	}
	return false
}

// looseHash finds the first # at the start of a word and outside quotes; -1
// if there is none.
func looseHash(text string) int {
	var quote byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#' && i > 0 && (text[i-1] == ' ' || text[i-1] == '\t'):
			return i
		}
	}
	return -1
}

// checkWords looks for a # that stands at the end of a word with more words
// behind it, as in `Host web1# the old one`, and for any before 8.5.
func checkWords(p *lint.Pass, f *resolve.File, l syntax.Line, k *keyword.Keyword) {
	args, ok := f.Args(l, nil)
	if !ok {
		return
	}
	for i, a := range args {
		raw := string(f.Src[a.Start:a.End])
		starts := noComments(p.Dialect) && i > 0 && strings.HasPrefix(raw, "#")
		ends := len(raw) > 1 && strings.HasSuffix(raw, "#") && i+1 < len(args) && !strings.ContainsAny(raw, `"'\`)
		if !starts && !ends {
			continue
		}
		d := lint.Diagnostic{
			Span:    lint.Span{File: f.Path, Start: a.Start, End: args[len(args)-1].End},
			Message: fmt.Sprintf("%s takes what starts at '%s' for more of its values: a comment starts at a # with a blank in front of it", k.Name, raw),
			Help:    "put a blank in front of the #, or move the comment to a line of its own",
		}
		if starts {
			d.Message = fmt.Sprintf("%s takes what starts at '%s' for more of its values: ssh %s knows no comments behind a value", k.Name, raw, p.Dialect.Release)
			d.Help = "move the comment to a line of its own; ssh understands it here since 8.5"
		}
		p.Report(d)
		return
	}
}

// isPrefixComment reports whether a line is refused only for the comment
// behind its value, which ssh did not know before 8.5.
func isPrefixComment(t *lint.Target, p *resolve.Problem) bool {
	if !noComments(t.Dialect) || p.Line < 0 || !isLineFault(p.Kind) {
		return false
	}
	l := p.File.Line(p.Line)
	at := looseHash(string(p.File.ArgText(l)))
	if at <= 0 {
		return false
	}
	s := faultScan{t: t}
	k, ok := s.reads(p.File, p.File.Src[l.Start:l.Args.Start+at])
	return ok && k != nil
}

// commentSpan is the part of a line that was meant as a comment.
func commentSpan(f *resolve.File, line int) lint.Span {
	l := f.Line(line)
	at := max(looseHash(string(f.ArgText(l))), 0)
	return lint.Span{File: f.Path, Start: l.Args.Start + at, End: l.Args.End}
}
