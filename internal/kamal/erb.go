package kamal

import (
	"bytes"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// tag is one ERB tag, in bytes of the file.
type tag struct {
	start, end int
	code       string
	output     bool // <%= … %> or <%%: puts something in its place
	comment    bool // <%# … %>
	alone      bool // nothing else stands on its lines
	first      bool // it is the first on its line, something follows
}

// region is a part of a file that ERB may leave out, repeat or replace.
type region struct {
	start, end int
	hole       bool // text that is not seen here comes in its place
	used       bool // a value was found inside
	// indent is by how many blanks the text of a region is indented at least, and
	// where a hole stands; -1 if there is no text but comments.
	indent int
}

// findTags lists the ERB tags of a file. A tag that is not closed reaches to
// the end, as ERB has it.
func findTags(data []byte) []tag {
	var tags []tag
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("<%"))
		if i < 0 {
			return tags
		}
		start := at + i
		if bytes.HasPrefix(data[start:], []byte("<%%")) {
			tags = append(tags, tag{start: start, end: start + 3, output: true})
			at = start + 3
			continue
		}
		end := len(data)
		code := data[start+2:]
		if n := tagEnd(code); n >= 0 {
			code, end = code[:n], start+2+n+2
		}
		t := tag{start: start, end: end, code: string(code)}
		t.output = strings.HasPrefix(t.code, "=")
		t.comment = strings.HasPrefix(t.code, "#")
		t.code = strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(t.code, "="), "-"), "-")
		before := data[lineStart(data, start):start]
		after := data[end:lineEnd(data, end)]
		blankBefore := len(bytes.TrimSpace(before)) == 0
		blankAfter := len(bytes.TrimSpace(after)) == 0
		t.alone = blankBefore && blankAfter
		t.first = blankBefore && !blankAfter
		tags = append(tags, t)
		at = end
	}
}

// tagEnd is where %> closes a tag; %%> stands for these signs in the code. -1 if
// nothing closes it.
func tagEnd(code []byte) int {
	for at := 0; ; {
		n := bytes.Index(code[at:], []byte("%>"))
		if n < 0 {
			return -1
		}
		if at += n; at == 0 || code[at-1] != '%' {
			return at
		}
		at += 2
	}
}

// mask is the file with the same number of bytes and without ERB: what a tag
// puts out is a word of letters x, unless it stands alone on its line; all
// else is blank.
func mask(data []byte, tags []tag) []byte {
	if len(tags) == 0 {
		return data
	}
	out := bytes.Clone(data)
	for _, t := range tags {
		fill := byte(' ')
		if t.output && !t.alone {
			fill = 'x'
		}
		blank(out[t.start:t.end], fill)
	}
	return out
}

// blank overwrites text. Lines are kept where the filler is blank, so that a
// line comment behind a tag stays on a line of its own.
func blank(text []byte, fill byte) {
	for i, c := range text {
		if fill == ' ' && (c == '\n' || c == '\r') {
			continue
		}
		text[i] = fill
	}
}

// regions finds what control flow surrounds, and where a tag alone on its line
// puts text that is not seen here.
func regions(data []byte, tags []tag) []region {
	var out []region
	depth, from := 0, 0
	for _, t := range tags {
		if t.output && t.alone && !isComment(t) {
			out = append(out, region{start: t.start, end: t.end, hole: true, indent: t.start - lineStart(data, t.start)})
		}
		net := balance(t.code)
		if isComment(t) {
			net = 0
		}
		if depth == 0 && net > 0 {
			from = t.start
		}
		switch depth += net; {
		case depth < 0: // an end without a beginning: all before it is open
			out = append(out, region{start: 0, end: t.end})
			depth = 0
		case depth == 0 && net < 0:
			out = append(out, region{start: from, end: t.end})
		}
	}
	if depth > 0 {
		out = append(out, region{start: from, end: len(data)})
	}
	masked := mask(data, tags)
	for i := range out {
		if !out[i].hole {
			out[i].indent = indentOf(masked, out[i])
		}
	}
	return out
}

// indentOf is the least indentation of the lines of a region, comments and
// empty ones not counted; -1 without such a line.
func indentOf(masked []byte, r region) int {
	least := -1
	for at := r.start; at < r.end; {
		end := min(lineEnd(masked, at), r.end)
		line := masked[at:end]
		text := bytes.TrimLeft(line, " ")
		if n := len(line) - len(text); len(bytes.TrimSpace(text)) > 0 && text[0] != '#' && (least < 0 || n < least) {
			least = n
		}
		next := bytes.IndexByte(masked[end:], '\n')
		if next < 0 {
			break
		}
		at = end + next + 1
	}
	return least
}

func isComment(t tag) bool {
	return t.comment || strings.HasPrefix(strings.TrimSpace(t.code), "#")
}

var (
	rubyString  = lazy.Regexp(`"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'`)
	rubyComment = lazy.Regexp(`(?m)(?:^|\s)#.*$`)
	rubyOpen    = lazy.Regexp(`^(?:[\w.@$]+\s*(?:\|\||\+|<<)?=\s*)?(?:if|unless|case|while|until|for|begin|def|class|module)\b`)
	rubyDo      = lazy.Regexp(`\bdo\s*(?:\|[^|]*\|)?\s*$`)
	rubyLoop    = lazy.Regexp(`^(?:while|until|for)\b`)
	rubyClose   = lazy.Regexp(`^end\b`)
	rubyLast    = lazy.Regexp(`\bend$`)
)

// balance is how many blocks the Ruby text of a tag opens and leaves open,
// negative if it closes more. It reads statements by their first and last
// words, which is how templates are written; what it gets wrong is one tag more
// that is thought to be open, and so more that is unknown.
func balance(code string) int {
	code = rubyComment().ReplaceAllString(rubyString().ReplaceAllString(code, `""`), "")
	n := strings.Count(code, "{") - strings.Count(code, "}")
	for _, s := range strings.FieldsFunc(code, func(r rune) bool { return r == ';' || r == '\n' }) {
		s = strings.TrimSpace(s)
		if rubyOpen().MatchString(s) {
			n++
		}
		if rubyDo().MatchString(s) && !rubyLoop().MatchString(s) {
			n++
		}
		if rubyClose().MatchString(s) || rubyLast().MatchString(s) {
			n--
		}
	}
	return n
}

func lineStart(data []byte, at int) int { return bytes.LastIndexByte(data[:at], '\n') + 1 }

// lineEnd is where the line ends, before its line break.
func lineEnd(data []byte, at int) int {
	n := bytes.IndexByte(data[at:], '\n')
	if n < 0 {
		return len(data)
	}
	if n > 0 && data[at+n-1] == '\r' {
		n--
	}
	return at + n
}
