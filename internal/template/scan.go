package template

import (
	"bytes"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// language is how one kind of template is written.
type language struct {
	name   string
	tags   []tag
	action func(content string) action
	quotes string // in which an end mark does not count
}

// tag is one pair of marks. The first one of a language that fits counts.
type tag struct {
	open, close string
	kind        tokenKind
}

type tokenKind uint8

const (
	text    tokenKind = iota
	value             // puts something in
	control           // decides, repeats, computes; puts nothing in
	comment
)

// token is a piece of the file: text, or one tag with its marks.
type token struct {
	start, end  int
	kind        tokenKind
	content     string // of a tag: what is between the marks
	left, right bool   // takes away the white space in front of it, behind it
	guards      []guard
}

// guard is a branch of a condition in which a token stands.
type guard struct{ cond, branch int }

// action is what a control tag does to the nesting.
type action uint8

const (
	nothing action = iota
	output         // it is a value after all
	decide         // opens a condition
	repeat         // opens a block that is always taken
	branch         // the next branch of the innermost block
	closing
	literal // what follows, up to endraw, is text
)

var jinja = &language{
	name: "Jinja", quotes: `"'`, action: jinjaAction,
	tags: []tag{{"{{", "}}", value}, {"{%", "%}", control}, {"{#", "#}", comment}},
}

var golang = &language{
	name: "Go", quotes: "\"`", action: goAction,
	tags: []tag{{"{{", "}}", control}},
}

var erb = &language{
	name: "ERB", action: rubyAction,
	tags: []tag{{"<%#", "%>", comment}, {"<%==", "%>", value}, {"<%=", "%>", value}, {"<%", "%>", control}},
}

var wordAtStart = lazy.Regexp(`^[A-Za-z_]\w*`)

// firstWord is the word that a tag begins with.
func firstWord(content string) string { return wordAtStart().FindString(content) }

func jinjaAction(content string) action {
	switch word := firstWord(content); word {
	case "if":
		return decide
	case "for", "macro", "call", "filter", "block", "with", "autoescape", "trans":
		return repeat
	case "set":
		if strings.Contains(content, "=") {
			return nothing
		}
		return repeat
	case "else", "elif", "elseif", "pluralize":
		return branch
	case "raw", "verbatim":
		return literal
	case "include", "import", "from", "extends":
		return output
	default:
		if strings.HasPrefix(word, "end") {
			return closing
		}
	}
	return nothing
}

var goAssign = lazy.Regexp(`^\$\w+\s*(,\s*\$\w+\s*)?:?=`)

func goAction(content string) action {
	switch firstWord(content) {
	case "if", "with":
		return decide
	case "range", "define", "block":
		return repeat
	case "else":
		return branch
	case "end":
		return closing
	case "break", "continue":
		return nothing
	}
	if goAssign().MatchString(content) || strings.HasPrefix(content, "/*") {
		return nothing
	}
	return output
}

var (
	rubyOpen = lazy.Regexp(`\bdo\s*(\|[^|]*\|)?\s*$|\{\s*(\|[^|]*\|)?\s*$`)
	rubyEnd  = lazy.Regexp(`(^|[\s;])end\s*$`)
)

// rubyAction reads Ruby, and the language of Puppet's EPP, which has braces.
func rubyAction(content string) action {
	word := firstWord(content)
	opens := rubyOpen().MatchString(content)
	switch {
	case strings.HasPrefix(content, "}") && opens, word == "else", word == "elsif", word == "when", word == "in", word == "rescue", word == "ensure":
		return branch
	case strings.HasPrefix(content, "}"), word == "end":
		return closing
	case word == "if", word == "unless", word == "case":
		if rubyEnd().MatchString(content) {
			return nothing
		}
		return decide
	case word == "while", word == "until", word == "for", word == "begin", opens:
		if rubyEnd().MatchString(content) {
			return nothing
		}
		return repeat
	}
	return nothing
}

// scan cuts a file into text and tags. A tag that does not end takes all the
// rest.
func (l *language) scan(src []byte) []token {
	var out []token
	from, at := 0, 0
	flush := func(to int) {
		if to > from {
			out = append(out, token{start: from, end: to})
		}
	}
	for at < len(src) {
		tg := l.tagAt(src[at:])
		if tg == nil {
			at++
			continue
		}
		flush(at)
		tk := l.token(src, at, tg)
		out = append(out, tk)
		at, from = tk.end, tk.end
		if tk.kind == control && l.action(tk.content) == literal {
			at += literalEnd(src[at:])
		}
	}
	flush(len(src))
	return out
}

// tagAt is the tag that begins here; nil if none does. `<%%` is how ERB writes
// <% itself.
func (l *language) tagAt(src []byte) *tag {
	if c := src[0]; c != '{' && c != '<' || bytes.HasPrefix(src, []byte("<%%")) {
		return nil
	}
	for i := range l.tags {
		if bytes.HasPrefix(src, []byte(l.tags[i].open)) {
			return &l.tags[i]
		}
	}
	return nil
}

var rawEnd = lazy.Regexp(`\{%[-+]?\s*end(raw|verbatim)\b`)

// literalEnd is where a raw block ends.
func literalEnd(src []byte) int {
	if at := rawEnd().FindIndex(src); at != nil {
		return at[0]
	}
	return len(src)
}

// token is the tag at an offset.
func (l *language) token(src []byte, at int, tg *tag) token {
	body := at + len(tg.open)
	n := l.endOf(src[body:], tg)
	if n < 0 {
		return token{start: at, end: len(src), kind: tg.kind, content: "\x00"}
	}
	inner := string(src[body : body+n])
	tk := token{start: at, end: body + n + len(tg.close), kind: tg.kind}
	tk.left = strings.HasPrefix(inner, "-") && l != erb // there it takes the indentation alone
	tk.right = strings.HasSuffix(inner, "-")
	tk.content = strings.TrimSpace(strings.Trim(inner, "-+"))
	if tk.kind == control && l.action(tk.content) == output {
		tk.kind = value
	}
	return tk
}

var goComment = lazy.Regexp(`^-?\s*/\*`)

// endOf is how long the content of a tag is; -1 if it does not end. Marks in
// quotes do not count, unless the quotes do not end.
func (l *language) endOf(src []byte, tg *tag) int {
	if tg.kind == comment {
		return bytes.Index(src, []byte(tg.close))
	}
	from := 0
	if goComment().Match(src[:min(len(src), 16)]) {
		from = max(0, bytes.Index(src, []byte("*/")))
	}
	for i := from; i < len(src); i++ {
		if bytes.HasPrefix(src[i:], []byte(tg.close)) {
			return i
		}
		if strings.IndexByte(l.quotes, src[i]) < 0 {
			continue
		}
		if n := quoted(src[i:min(len(src), i+maxQuoted)]); n > 0 {
			i += n
		}
	}
	return bytes.Index(src, []byte(tg.close))
}

// maxQuoted bounds, in bytes, how far a closing quote is looked for, so that
// many quotes that do not end cost no square of the time.
const maxQuoted = 1 << 10

// quoted is how far the closing quote is; 0 if there is none.
func quoted(src []byte) int {
	for i := 1; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case src[0]:
			return i
		}
	}
	return 0
}
