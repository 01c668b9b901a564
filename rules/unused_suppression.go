package rules

import (
	"bytes"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/lint"
)

var unusedSuppression = &lint.Rule{
	Name:     "unused-suppression",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.EverySide,
	Fix:      lint.Safe,
	Last:     true,
	Summary:  "A comment 'sshvet: ignore' that silences no finding.",
	Run:      runUnusedSuppression,
}

func runUnusedSuppression(p *lint.Pass) {
	for _, s := range p.Suppressions() {
		switch s.Kind {
		case lint.IgnoreFileTooLate:
			p.Report(lint.Diagnostic{
				Span:    s.Text,
				Message: "ignore-file counts above the first setting of a file only: here it silences nothing",
				Help:    "move it to the top of the file, or remove it",
				Fixes:   withoutNames(p, s, everyName),
			})
		case lint.IgnoreBehind:
			p.Report(lint.Diagnostic{
				Span:    s.Text,
				Message: "a suppression counts on a line of its own only: behind a setting it silences nothing",
				Help:    "put it on the line above, or remove it",
				Fixes:   withoutNames(p, s, everyName),
			})
		case lint.IgnoreInValue:
			p.Report(lint.Diagnostic{
				Span:    s.Text,
				Message: "the keyword of this line takes all that follows for its value, so that this is no comment and silences nothing",
				Help:    "put it on the line above",
			})
		case lint.IgnoreBelow, lint.IgnoreFile:
			reportUnusedNames(p, s)
		}
	}
}

func reportUnusedNames(p *lint.Pass, s *lint.Suppression) {
	unused := func(n *lint.SuppressedRule) bool { return n.Unused }
	var fixes []lint.SuggestedFix
	for i := range s.Names {
		n := &s.Names[i]
		if !n.Unused {
			continue
		}
		if fixes == nil {
			fixes = withoutNames(p, s, unused) // one for all of them
		}
		d := lint.Diagnostic{Span: n.Span, Help: "remove " + n.Name + " here", Fixes: fixes}
		switch {
		case n.Again.File != "":
			d.Message = n.Name + " is silenced here already"
			d.Related = []lint.Related{{Span: n.Again, Message: "by this one, which comes first"}}
		case s.Kind == lint.IgnoreFile:
			d.Message = "there is no finding of " + n.Name + " in this file, so that nothing is silenced"
		default:
			d.Message = "there is no finding of " + n.Name + " on the line below, so that nothing is silenced"
			d.Help += ", or move the comment to right above the line that it is meant for"
		}
		p.Report(d)
	}
}

func everyName(*lint.SuppressedRule) bool { return true }

// withoutNames is the fix that takes names out of a suppression; if none is
// left, the whole comment goes. There is none where the file is not ours, or
// where the comment says other things as well.
func withoutNames(p *lint.Pass, s *lint.Suppression, gone func(*lint.SuppressedRule) bool) []lint.SuggestedFix {
	if s.Whole.Start == s.Whole.End || !canEditComment(p, s.Text.File) {
		return nil
	}
	var left []string
	for i := range s.Names {
		if n := &s.Names[i]; !gone(n) {
			left = append(left, n.Name)
		}
	}
	fix := lint.SuggestedFix{Message: "remove the comment", Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: s.Whole}}}
	if len(left) > 0 {
		span := s.Names[0].Span
		span.End = s.Names[len(s.Names)-1].Span.End
		fix.Message = plural(len(s.Names)-len(left), "remove the name that silences nothing", "remove the names that silence nothing")
		fix.Edits = []lint.TextEdit{{Span: span, NewText: strings.Join(left, ",")}}
	}
	return []lint.SuggestedFix{fix}
}

// canEditComment reports whether a fix may take comments out of a file.
func canEditComment(p *lint.Pass, path string) bool {
	return lint.Memo(p.Target, "files with comments", func() map[string]bool {
		ours := map[string]bool{}
		if p.Deployment == nil {
			for _, f := range p.Config.Files {
				ours[f.Path] = p.CanEdit(f)
			}
			return ours
		}
		proven := sameWithoutComments(p)
		for _, f := range p.Deployment.Files {
			ours[f.Path] = proven && (p.Mine == nil || p.Mine(f.Path))
		}
		return ours
	})[path]
}

// sameWithoutComments reports whether a deploy.yml says the same without any of
// its suppressions. What looks like a comment is none within a text of several
// lines, and ERB runs in comments as anywhere else.
func sameWithoutComments(p *lint.Pass) bool {
	cuts := map[string][]lint.Span{}
	for _, s := range p.Suppressions() {
		cuts[s.Whole.File] = append(cuts[s.Whole.File], s.Whole)
	}
	request := p.Deployment.Request
	read := request.ReadFile
	request.ReadFile = func(path string) ([]byte, error) {
		data, err := read(path)
		if len(cuts[path]) == 0 {
			return data, err
		}
		return without(data, cuts[path]), err
	}
	bare, err := kamal.Load(request)
	return err == nil && len(bare.Problems) == len(p.Deployment.Problems) && kamal.Same(p.Deployment, bare) == nil
}

// without is a text less some spans of it, which are in order. They may overlap.
func without(data []byte, cuts []lint.Span) []byte {
	var out bytes.Buffer
	at := 0
	for _, cut := range cuts {
		out.Write(data[at:max(at, min(cut.Start, len(data)))])
		at = max(at, min(cut.End, len(data)))
	}
	out.Write(data[at:])
	return out.Bytes()
}
