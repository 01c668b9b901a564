package rules

import (
	"slices"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/spell"
	"github.com/sshvet/sshvet/lint"
)

// A refused line is reported by one rule. ruleOf says by which; the order of
// the tests is the precedence that docs/design.md gives.
func ruleOf(t *lint.Target, p *resolve.Problem) string {
	if isForeign(t, p.File) && p.Line >= 0 {
		return "include-not-config"
	}
	if fault := faultOf(t, p); fault != nil {
		return fault.rule
	}
	if isPrefixComment(t, p) {
		return "prefix-comment-in-value"
	}
	n := namesOf(t.Dialect.Side)
	switch p.Kind {
	case resolve.UnknownKeyword:
		return ruleOfUnknown(t, p)
	case resolve.NotInMatch:
		if p.Keyword == nil {
			return "" // the unknown keyword is reported already
		}
		return "keyword-not-allowed-in-match"
	case resolve.IncludeTooDeep, resolve.TooManyIncludes:
		return "include-cycle"
	case resolve.BadValue:
		if n.isKeepalive(p.Keyword) {
			return "invalid-keepalive-value"
		}
		return "invalid-value"
	case resolve.ExtraArguments:
		if n.isKeepalive(p.Keyword) {
			return "invalid-keepalive-value"
		}
		return "syntax-error"
	case resolve.Unreadable:
		if p.Uncertain {
			return "unreadable-include"
		}
		return "syntax-error"
	case resolve.BadPermissions:
		return "unsafe-permissions"
	}
	return "syntax-error"
}

func ruleOfUnknown(t *lint.Target, p *resolve.Problem) string {
	if k := keyword.Find(t.Dialect.Side, []byte(p.Word)); k != nil {
		return "unsupported-keyword"
	}
	other := t.Dialect.Side.Other()
	if k := keyword.Find(other, []byte(p.Word)); k != nil {
		if namesOf(other).isKeepalive(k) {
			return "misplaced-keepalive"
		}
		return "wrong-side-keyword"
	}
	return "unknown-keyword"
}

// problems lists the refusals that one rule reports.
func problems(p *lint.Pass) []*resolve.Problem {
	if p.Dump {
		return nil
	}
	byRule := lint.Memo(p.Target, "problems", func() map[string][]*resolve.Problem {
		excused := excusedProblems(p.Target)
		m := map[string][]*resolve.Problem{}
		for i := range p.Config.Problems {
			problem := &p.Config.Problems[i]
			if excused[problem] || meantForAnother(p.Target, problem) {
				continue
			}
			name := ruleOf(p.Target, problem)
			m[name] = append(m[name], problem)
		}
		return m
	})
	p.Expect(len(byRule[p.Rule.Name]))
	return byRule[p.Rule.Name]
}

// excusedProblems lists the unknown keywords that an IgnoreUnknown excuses for
// every host.
func excusedProblems(t *lint.Target) map[*resolve.Problem]bool {
	return lint.Memo(t, "excused", func() map[*resolve.Problem]bool { return findExcused(t) })
}

func findExcused(t *lint.Target) map[*resolve.Problem]bool {
	if !t.Config.IgnoresUnknown() {
		return nil
	}
	excused := map[*resolve.Problem]bool{}
	for i := range t.Config.Problems {
		if t.Config.Problems[i].Kind == resolve.UnknownKeyword {
			excused[&t.Config.Problems[i]] = true
		}
	}
	if len(excused) == 0 {
		return nil
	}
	// Most hosts have the same IgnoreUnknown line: one of them speaks for all.
	var r resolve.Result
	asked := map[resolve.Ref]bool{}
	none := resolve.Ref{File: -1}
	contexts := t.Contexts()
	for i := len(contexts) - 1; i >= 0 && len(excused) > 0; i-- { // any other host, which has the fewest lines, first
		q := contexts[i].Query()
		t.Config.Eval(&q, &r)
		line, ok := r.Ignoring()
		if !ok {
			line = none
		}
		if asked[line] {
			continue
		}
		asked[line] = true
		for p := range excused {
			if !r.Ignored(p) {
				delete(excused, p)
			}
		}
	}
	return excused
}

// faultyLines are the lines that OpenSSH refuses or misreads: what else is wrong
// with them is not looked at.
func faultyLines(t *lint.Target) fileLines {
	return lint.Memo(t, "faulty", func() fileLines {
		lines := fileLines{}
		for i := range t.Config.Problems {
			if p := &t.Config.Problems[i]; p.Line >= 0 {
				lines.add(p.File, p.Line)
			}
		}
		for key := range byteFaultsOf(t) {
			lines.add(key.file, key.line)
		}
		return lines
	})
}

// fileLines is a set of lines of several files. A file of another kind may have a
// problem in each of its lines.
type fileLines map[*resolve.File]lineSet

// add adds a line, and reports whether it is new.
func (s fileLines) add(f *resolve.File, line int) bool {
	if s[f] == nil {
		s[f] = newLineSet(f.Len())
	}
	isNew := !s[f].has(int32(line))
	s[f].add(int32(line))
	return isNew
}

func (s fileLines) has(f *resolve.File, line int) bool {
	set := s[f]
	return set != nil && set.has(int32(line))
}

// spanOfProblem is where a refusal is reported: the argument at fault, the
// keyword, or the start of the file.
func spanOfProblem(p *resolve.Problem) lint.Span {
	if p.Line < 0 {
		return lint.Span{File: p.File.Path}
	}
	span := lint.Span{File: p.File.Path, Start: p.Span.Start, End: p.Span.End}
	if span.Start == span.End {
		return lineSpan(p.File, p.Line)
	}
	return span
}

// nearestKeyword is the keyword that a misspelt word means, if there is just
// one. Words that are known on either side are not misspelt.
func nearestKeyword(t *lint.Target, word string) (string, bool) {
	nearest, again := nearestOfAll(t)[word]
	if !again {
		nearest = findNearest(t, word)
	}
	return nearest, nearest != ""
}

// nearestOfAll is what the unknown words of a target mean, each looked for once, on
// all processors: several rules ask, and there may be one in each line.
func nearestOfAll(t *lint.Target) map[string]string {
	return lint.Memo(t, "nearest", func() map[string]string {
		var words []string
		known := map[string]string{}
		for i := range t.Config.Problems {
			p := &t.Config.Problems[i]
			if _, again := known[p.Word]; p.Kind == resolve.UnknownKeyword && !again {
				known[p.Word] = ""
				words = append(words, p.Word)
			}
		}
		meant := make([]string, len(words))
		shareOut(len(words), func(i int) { meant[i] = findNearest(t, words[i]) })
		for i, word := range words {
			known[word] = meant[i]
		}
		return known
	})
}

// findNearest is nearestKeyword for a word that was not asked for before; "" if
// there is none.
func findNearest(t *lint.Target, word string) string {
	d := t.Dialect
	if keyword.Find(d.Side, []byte(word)) != nil || keyword.Find(d.Side.Other(), []byte(word)) != nil {
		return ""
	}
	names := lint.Memo(t, "keywords", func() spell.Dictionary {
		var out []string
		for _, k := range keyword.All(d.Side) {
			if d.Knows(k) && k.Status != keyword.Deprecated && k.Status != keyword.Unsupported && k.Status != keyword.Ignored {
				out = append(out, k.Name)
			}
		}
		return spell.NewDictionary(slices.Values(out))
	})
	name, _ := names.Nearest(word)
	return name
}

// refuses says what a refusal means for the program that reads the file.
func refuses(side keyword.Side) string {
	if side == keyword.Server {
		return "sshd refuses the whole file and will not start"
	}
	return "ssh refuses the whole file and connects to nobody"
}

// canRename reports whether a refused line would be accepted with another
// keyword in front of its arguments. Keywords that open blocks or read files
// are never put in: they would change what the lines below them mean.
func canRename(t *lint.Target, p *resolve.Problem, name string) bool {
	k := keyword.Find(t.Dialect.Side, []byte(name))
	if k == nil || k.Kind == "block" || k.Kind == "include" || !canEditLine(t, p.File, p.Line) {
		return false
	}
	inMatch := t.Dialect.Side == keyword.Server && blockName(t, p.Block) != ""
	if inMatch && !t.Dialect.AllowedInMatch(k) {
		return false
	}
	l := p.File.Line(p.Line)
	args, ok := p.File.Args(l, nil)
	if !ok || len(args) == 0 {
		return false
	}
	words := []string{string(p.File.ArgText(l))}
	if k.Kind != "rawline" {
		words = words[:0]
		for _, a := range args {
			words = append(words, a.Text)
		}
	}
	_, err := t.Dialect.Check(k, words)
	return err == nil
}
