package rules

import (
	"fmt"
	"slices"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/share"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

var deprecatedKeyword = &lint.Rule{
	Name:     "deprecated-keyword",
	Category: "correctness",
	Severity: lint.Warning,
	Sides:    lint.BothSides,
	Fix:      lint.Safe,
	Summary:  "An old name of a keyword, or a keyword that has no effect any more.",
	Run:      runDeprecatedKeyword,
}

func runDeprecatedKeyword(p *lint.Pass) {
	faulty := faultyLines(p.Target)
	for _, f := range p.Config.Files {
		if isForeign(p.Target, f) {
			continue
		}
		eachKeyword(f, oldKeywords(p.Dialect, f), func(line int, k *keyword.Keyword) {
			if !faulty.has(f, line) {
				reportDeprecated(p, f, line, k)
			}
		})
	}
}

// oldKeywords are those written in a file that are old names or have no effect any
// more, by their lower-case names. Nearly always there is none.
func oldKeywords(d keyword.Dialect, f *resolve.File) map[string]*keyword.Keyword {
	var old map[string]*keyword.Keyword
	for _, k := range keyword.All(d.Side) {
		if f.Writes(k.ID) && isOld(d, k) {
			if old == nil {
				old = map[string]*keyword.Keyword{}
			}
			old[k.Lower] = k
		}
	}
	return old
}

func reportDeprecated(p *lint.Pass, f *resolve.File, line int, k *keyword.Keyword) {
	l := f.Line(line)
	d := lint.Diagnostic{Severity: p.Rule.Severity, Span: lint.Span{File: f.Path, Start: l.Key.Start, End: l.Key.End}}
	if k.Status == keyword.Alias {
		target := p.Dialect.Target(k)
		d.Message = fmt.Sprintf("%s is an old name of %s", k.Name, target.Name)
		if since := renamedIn(k, target); since > keyword.Oldest {
			d.Message += fmt.Sprintf(" (since OpenSSH %s)", since)
		}
		if k.Vendor != "" { // it does no harm on that vendor's machines
			d.Severity = lint.Note
			d.Message = fmt.Sprintf("%s is another name of %s that only %s knows", k.Name, target.Name, k.Vendor)
		}
		d.Help = fmt.Sprintf("write %s", target.Name)
		if since := renamedIn(k, target); since > keyword.Oldest {
			d.Help += fmt.Sprintf(", if no release before %s reads the file", since)
		}
		if p.CanEdit(f) {
			d.Fixes = []lint.SuggestedFix{renaming(p, d.Span, string(f.KeyText(l)), target)}
		}
		p.ReportAs(d)
		return
	}
	d.Span = lineSpan(f, line)
	d.Message = fmt.Sprintf("%s has had no effect since OpenSSH %s at the latest: %s", k.Name, goneIn(k), saysOf(k))
	d.Help = "remove the line"
	if p.CanEdit(f) {
		d.Fixes = []lint.SuggestedFix{{
			Message: "remove the line", Applicability: lint.Unsafe, Edits: []lint.TextEdit{removeLine(f, line)},
		}}
	}
	p.ReportAs(d)
}

// renaming writes the new name. Whether that is safe depends on the release
// that reads the file: it has to know both names and mean the same by them,
// and where nobody says which release it is, an older one may read it too.
func renaming(p *lint.Pass, span lint.Span, word string, target *keyword.Keyword) lint.SuggestedFix {
	f := lint.SuggestedFix{
		Message:       "rename it to " + target.Name,
		Applicability: lint.Unsafe,
		Edits:         []lint.TextEdit{{Span: span, NewText: spelling(word)(target.Name)}},
	}
	if p.Settings.ReleaseKnown {
		f.Applicability = lint.Safe
	}
	return f
}

// saysOf is what the program does when it meets a line without effect.
func saysOf(k *keyword.Keyword) string {
	switch {
	case k.Status == keyword.Ignored:
		return "OpenSSH passes over the line without a word"
	case k.Side == keyword.Server:
		return "sshd passes over the line and writes so to its log"
	case k.Status == keyword.Unsupported:
		return "ssh passes over the line and says so each time it runs"
	}
	return "ssh passes over the line without a word"
}

// isOld reports whether a keyword is an old name to a program, or has no effect on
// it any more.
func isOld(d keyword.Dialect, k *keyword.Keyword) bool {
	switch k.Status {
	case keyword.Alias:
		return d.Knows(k) && d.Release >= renamedIn(k, d.Target(k))
	case keyword.Ignored, keyword.Deprecated, keyword.Unsupported:
		return d.Knows(k) && d.Release >= goneIn(k)
	}
	return false
}

// renamedIn is the release since which a name means the same as the one that
// took its place.
func renamedIn(k, target *keyword.Keyword) keyword.Release {
	since := max(target.Since, keyword.Oldest)
	switch k.Lower {
	case "challengeresponseauthentication", "skeyauthentication", "tisauthentication":
		return keyword.R(8, 7) // keywords of their own before
	case "pubkeyacceptedkeytypes", "hostbasedacceptedkeytypes":
		return max(since, keyword.R(8, 5))
	case "hostbasedkeytypes":
		return max(since, keyword.R(8, 7)) // 8.5 and 8.6 had yet another name
	}
	return since
}

// goneIn is the release from which on a keyword has no effect.
func goneIn(k *keyword.Keyword) keyword.Release {
	switch k.Lower {
	case "useprivilegeseparation":
		return keyword.R(7, 5)
	case "useprivilegedport":
		return keyword.R(7, 8)
	case "protocol", "cipher", "rsaauthentication", "rhostsrsaauthentication", "compressionlevel":
		if k.Side == keyword.Client {
			return keyword.R(7, 6)
		}
	}
	return keyword.Oldest
}

// eachKeyword calls f for each line whose keyword is one of a set.
func eachKeyword(file *resolve.File, set map[string]*keyword.Keyword, f func(line int, k *keyword.Keyword)) {
	if len(set) == 0 {
		return
	}
	for _, i := range linesLike(file, shapesOf(set)) {
		l := file.Line(i)
		if l.Kind != syntax.Setting {
			continue
		}
		if k := set[namesKey(string(file.KeyText(l)))]; k != nil {
			f(i, k)
		}
	}
}

// linesLike lists the lines whose first word may be one of a set, by its
// length and first letter, on several processors where there are many lines.
func linesLike(file *resolve.File, shapes []uint32) []int {
	const part = 1 << 14 // lines worth a goroutine of their own
	parts := make([][]int, share.Processors(file.Len(), part))
	share.All(file.Len(), part, func(p, from, to int) {
		for i := from; i < to; i++ {
			word, plain := firstWord(file.Bytes(i))
			if plain && (len(word) >= len(shapes) || len(word) == 0 || shapes[len(word)]&(1<<(word[0]&31)) == 0) {
				continue // nearly all lines end here
			}
			parts[p] = append(parts[p], i)
		}
	})
	return slices.Concat(parts...)
}

// shapesOf gives, for each length of a word, the first letters that words of
// that length have in a set, as bits.
func shapesOf(set map[string]*keyword.Keyword) []uint32 {
	shapes := make([]uint32, 64)
	for name := range set {
		shapes[len(name)] |= 1 << (name[0] & 31)
	}
	return shapes
}

// firstWord is the first word of a line; plain is false where quotes, NUL
// bytes or a leading `=` make it hard to tell.
func firstWord(raw []byte) (word []byte, plain bool) {
	i := 0
	for i < len(raw) && (raw[i] == ' ' || raw[i] == '\t' || raw[i] == '\r' || raw[i] == '\n') {
		i++
	}
	start := i
	for i < len(raw) {
		switch raw[i] {
		case ' ', '\t', '\r', '\n', '\f':
			return raw[start:i], true
		case '=':
			return raw[start:i], i > start
		case '"', 0:
			return nil, false
		}
		i++
	}
	return raw[start:i], true
}
