package template

import (
	"bytes"
	"cmp"
	"regexp"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// language is how one kind of template is written.
type language struct {
	name    string
	tags    []tag
	word    func() *regexp.Regexp // matches what is a tag without an end mark; nil: there is none
	escapes []string              // how marks are written that are meant as text
	action  func(content string) action
	quotes  string // in which an end mark does not count
	nests   bool   // braces nest, also within quotes
	trim    string // within the marks: takes away the white space around the tag; "": a dash
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
	captured    bool // it stands in a block of which the text is used elsewhere
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
	capture        // opens one of which the text is used elsewhere, maybe within a line
	branch         // the next branch of the innermost block
	closing
	literal // what follows, up to endraw, is text
)

// terraform is how Terraform's templatefile has it (HashiCorp's HCL, Strings and
// Templates): `$${` and `%%{` stand for the marks themselves.
var terraform = &language{
	name: "Terraform", quotes: `"`, action: terraformAction, nests: true, trim: "~",
	tags: []tag{{"${", "}", value}, {"%{", "}", control}}, escapes: []string{"$${", "%%{"},
}

// placeholders are what envsubst and the shell (${NAME:-22}, $NAME), autoconf,
// CMake and Meson (@NAME@), and people's own calls of sed (__NAME__) fill in.
var placeholders = &language{
	name: "placeholders", action: noAction, nests: true,
	tags: []tag{{"${", "}", value}}, word: lazy.Regexp(`^(?:\$[A-Za-z_]\w*|@[A-Za-z_]\w*@|__[A-Za-z]\w*?__)`),
}

var jinja = &language{
	name: "Jinja", quotes: `"'`, action: jinjaAction,
	tags: []tag{{"{{", "}}", value}, {"{%", "%}", control}, {"{#", "#}", comment}},
}

var golang = &language{
	name: "Go", quotes: "\"`", action: goAction,
	tags: []tag{{"{{", "}}", control}},
}

var erb = &language{
	name: "ERB", action: rubyAction, escapes: []string{"<%%"},
	tags: []tag{{"<%#", "%>", comment}, {"<%==", "%>", value}, {"<%=", "%>", value}, {"<%", "%>", control}},
}

var wordAtStart = lazy.Regexp(`^[A-Za-z_]\w*`)

// firstWord is the word that a tag begins with.
func firstWord(content string) string { return wordAtStart().FindString(content) }

func jinjaAction(content string) action {
	switch word := firstWord(content); word {
	case "if":
		return decide
	case "for", "block", "with", "autoescape":
		return repeat
	case "macro", "call", "filter", "trans":
		return capture
	case "set":
		if strings.Contains(content, "=") {
			return nothing
		}
		return capture
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
	case "range", "block":
		return repeat
	case "define":
		return capture
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

// terraformAction reads the directives of Terraform; `else if` there is none.
func terraformAction(content string) action {
	switch firstWord(content) {
	case "if":
		return decide
	case "for":
		return repeat
	case "else":
		return branch
	case "endif", "endfor":
		return closing
	}
	return nothing
}

func noAction(string) action { return nothing }

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
		tk, skip := l.next(src, at)
		if skip > 0 {
			at += skip
			continue
		}
		flush(at)
		out = append(out, tk)
		at, from = tk.end, tk.end
		if tk.kind == control && l.action(tk.content) == literal {
			at += literalEnd(src[at:])
		}
	}
	flush(len(src))
	return out
}

// next is the tag that begins at an offset. If none does, skip is how many bytes
// are text for certain.
func (l *language) next(src []byte, at int) (tk token, skip int) {
	switch src[at] {
	case '{', '<', '$', '%', '@', '_':
	default:
		return token{}, 1
	}
	rest := src[at:]
	for _, escape := range l.escapes {
		if bytes.HasPrefix(rest, []byte(escape)) {
			return token{}, len(escape)
		}
	}
	for i := range l.tags {
		if bytes.HasPrefix(rest, []byte(l.tags[i].open)) {
			return l.token(src, at, &l.tags[i]), 0
		}
	}
	if l.word != nil {
		if n := len(l.word().Find(rest[:min(len(rest), maxQuoted)])); n > 0 {
			return token{start: at, end: at + n, kind: value}, 0
		}
	}
	return token{}, 1
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
	trim := cmp.Or(l.trim, "-")
	tk.left = strings.HasPrefix(inner, trim) && l != erb // there it takes the indentation alone
	tk.right = strings.HasSuffix(inner, trim)
	tk.content = strings.TrimSpace(strings.Trim(inner, trim+"+"))
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
	if l.nests {
		return l.nestedEnd(src)
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

// nestedEnd is endOf where the braces of a tag pair, as in
// `${join(",", [for u in users : "${u}-x"])}`. Where they do not, the first one
// that closes ends the tag.
func (l *language) nestedEnd(src []byte) int {
	within := []byte{'}'} // what ends each part that is open: a brace or a quote
	for i := 0; i < min(len(src), maxQuoted); i++ {
		c, inner := src[i], within[len(within)-1]
		switch {
		case c == inner:
			if within = within[:len(within)-1]; len(within) == 0 {
				return i
			}
		case inner == '"' && c == '\\':
			i++
		case c == '{' && (inner == '}' || src[max(0, i-1)] == '$' || src[max(0, i-1)] == '%'):
			within = append(within, '}')
		case inner == '}' && strings.IndexByte(l.quotes, c) >= 0:
			within = append(within, c)
		}
	}
	return bytes.IndexByte(src, '}')
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
