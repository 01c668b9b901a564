package netssh

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// line is a line that has a keyword and a value. It is kept small, because a
// file can have millions.
type line struct {
	t     *text
	block *block // of a Host or Match line: what it says of the host; nil until it is met
	text  string // of the value
	num   int32
	lost  int32 // where the line stands among the losers of its keyword, from 1; 0: nowhere
	kind  Kind  // of the value
	key   keyID
	bad   bool // reading the line raises an exception: it is no UTF-8
}

func (l *line) value() Value { return Value{Kind: l.kind, Text: l.text} }

func (l *line) at() Source { return Source{File: l.t.name, Line: int(l.num)} }

// text is a file that was read, compiled to its lines.
type text struct {
	name  string
	order int // in which it was read first
	lines []line
	left  int // how many lines were left out, see onlyFor and selection
	// weight is what reading the lines costs, see Cache.Work.
	weight int
}

// compile takes a file apart. What net-ssh makes of a line does not depend on
// the lines before it. Of lines with unknown keywords one is kept where they
// stand together, because net-ssh looks for a ProxyJump to take over behind
// each.
// What is beyond maxSteps lines is left out: For gives up on such a file. only may
// be nil.
func compile(name string, data []byte, only *onlyFor) *text {
	t := &text{name: name, order: -1}
	valid := utf8.Valid(data) // as nearly all files are
	whole := unsafe.String(unsafe.SliceData(data), len(data))
	if only == nil { // all lines are kept
		t.lines = make([]line, 0, min(bytes.Count(data, []byte{'\n'})+1, maxSteps+1))
	}
	at, end := 0, 0
	for num := int32(1); at < len(data) && len(t.lines)+t.left <= maxSteps; num, at = num+1, end+1 {
		end = len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i
		}
		s := whole[at:end]
		if !valid && !utf8.ValidString(s) {
			t.lines = append(t.lines, line{t: t, num: num, bad: true})
			return t // nothing behind it is ever reached
		}
		if only != nil && only.take(t, s, num) {
			continue
		}
		key, value, ok := split(s)
		if !ok {
			continue
		}
		id := keyOf(key)
		if n := len(t.lines); id == unknown && n > 0 && t.lines[n-1].key == unknown {
			continue
		}
		l := line{t: t, num: num, key: id}
		if id != unknown {
			v := parse(value)
			l.kind, l.text = v.Kind, v.Text
		}
		if only != nil {
			only.add(t, l)
			continue
		}
		t.lines = append(t.lines, l)
	}
	return t
}

// onlyFor leaves lines out that make no difference for one host: those of Host
// blocks that do not match, but for the first of each keyword, which somebody may
// want to see, and the Host lines of blocks of which nothing else is left, if another
// Host line follows. Of a file of 100,000 hosts little remains.
type onlyFor struct {
	host      *hostName
	most      int // of a keyword to keep
	kept      [len(keys)]int
	elsewhere bool // the block does not match
	bare      bool // nor has it any line so far
}

// add adds a line to those of t, unless it is left out.
func (o *onlyFor) add(t *text, l line) {
	switch l.key {
	case keyHost:
		matched, err := o.host.evalHost(l.value())
		o.header(t, l, !matched && err == nil)
		return
	case keyMatch:
		o.elsewhere = false
	}
	if o.elsewhere {
		if o.kept[l.key]++; o.kept[l.key] > o.most {
			t.left++
			return
		}
	}
	o.bare = false
	t.lines = append(t.lines, l)
}

// header adds a Host line, in the place of the one before it where that has no
// lines: all that net-ssh makes of a Host line that does not match is that it was
// the last one.
func (o *onlyFor) header(t *text, l line, elsewhere bool) {
	if o.bare {
		t.lines = t.lines[:len(t.lines)-1]
		t.left++
	}
	t.lines = append(t.lines, l)
	o.elsewhere, o.bare = elsewhere, elsewhere
}

// take is add for lines as most are, before they are taken apart: a word of
// letters, a blank and a value. done is false if it cannot tell what becomes of one.
func (o *onlyFor) take(t *text, s string, num int32) (done bool) {
	from := 0
	for from < len(s) && s[from] == ' ' {
		from++
	}
	to := from
	for to < len(s) && 'a' <= s[to]|0x20 && s[to]|0x20 <= 'z' {
		to++
	}
	if to == from || to+1 >= len(s) || s[to] != ' ' || s[to+1] == '=' || isSpace(s[to+1]) || s[to+1] == 0 {
		return false
	}
	switch k := keyOf(s[from:to]); {
	case k == keyHost:
		if !o.host.isNoneOf(s[to+1:]) {
			return false
		}
		o.header(t, line{t: t, num: num, key: k, kind: String, text: s[to+1:]}, true)
	case k == keyMatch || !o.elsewhere || o.kept[k] < o.most:
		return false
	case k != unknown || t.lines[len(t.lines)-1].key != unknown:
		t.left++
	}
	return true
}

// Ruby's \s.
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func skipSpace(s string, i int) int {
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	return i
}

func skipWord(s string, i int) int {
	for i < len(s) && !isSpace(s[i]) {
		i++
	}
	return i
}

// strip is String#strip. It is done for every line.
func strip(s string) string {
	isStripped := func(c byte) bool { return isSpace(c) || c == 0 }
	for s != "" && isStripped(s[0]) {
		s = s[1:]
	}
	for s != "" && isStripped(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// split takes a line apart as the two regular expressions of net-ssh do. The
// first word may hold a `=`: the last one in it separates, unless another
// follows behind the word. Without any, blanks separate, and what is around
// the line is stripped before. ok is false for a line that is skipped.
func split(s string) (key, value string, ok bool) {
	start := skipSpace(s, 0)
	if start == len(s) || s[start] == '#' {
		return "", "", false
	}
	end := skipWord(s, start)
	if next := skipSpace(s, end); next < len(s) && s[next] == '=' {
		return s[start:end], s[next+1:], true
	}
	if i := strings.LastIndexByte(s[start+1:end], '='); i >= 0 {
		return s[start : start+1+i], s[start+1+i+1:], true
	}
	s = strip(s)
	end = skipWord(s, 0)
	if end == len(s) {
		return "", "", false
	}
	return s[:end], s[skipSpace(s, end):], true
}

// lower is String#downcase. Go gives the dotted capital I of Turkish one
// letter, Ruby two.
func lower(s string) string {
	return strings.ToLower(strings.ReplaceAll(s, "\u0130", "i\u0307"))
}

// keyOf is the keyword that a word is.
func keyOf(word string) keyID {
	if len(word) < longestKey {
		for _, k := range byLength()[len(word)] {
			if isKey(word, k) {
				return k
			}
		}
	}
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return byName()[lower(word)]
		}
	}
	return unknown
}

// isKey compares a word with a name of the same length, which has letters only.
func isKey(word string, k keyID) bool {
	name := keys[k].name
	for i := range len(word) {
		if word[i]|0x20 != name[i] {
			return false
		}
	}
	return true
}

// unquote takes off double quotes around the whole.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// parse is the value that net-ssh makes of the text behind a keyword.
func parse(s string) Value {
	s = unquote(s)
	switch bare := strip(s); {
	case allDigits(bare):
		return Value{Kind: Int, Text: digitsOf(s)}
	case strings.EqualFold(bare, "no"):
		return Value{Kind: False}
	case strings.EqualFold(bare, "yes"):
		return Value{Kind: True}
	}
	return str(s)
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// words splits at blanks as String#split(/\s+/) does: a blank at the start
// gives an empty first word, blanks at the end give none.
func words(s string) []string { return slices.Collect(eachWord(s)) }

func eachWord(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		if skipSpace(s, 0) == len(s) {
			return
		}
		for at := 0; at < len(s); {
			end := skipWord(s, at)
			if !yield(s[at:end]) {
				return
			}
			at = skipSpace(s, end)
		}
	}
}

// commas splits as String#split(",") does: without empty fields at the end.
func commas(s string) []string {
	s = strings.TrimRight(s, ",")
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// tokens are the paths of an Include line: words, parts of which may be in
// double quotes. A quote that is not closed, or has nothing inside, gives an
// empty token, and so does the end of the line.
func tokens(s string) []string {
	var out []string
	for at := 0; at <= len(s); {
		end := at
		for end < len(s) && s[end] != '"' && !isSpace(s[end]) {
			end++
		}
		token := s[at:end]
		if end < len(s) && s[end] == '"' {
			if n := strings.IndexByte(s[end+1:], '"'); n > 0 {
				token += s[end+1 : end+1+n]
				end += n + 2
			}
		}
		end = skipSpace(s, end)
		out = append(out, token)
		if end == at {
			end++ // an empty match: go on behind the next character
		}
		at = end
	}
	return out
}

// invalid is what Ruby makes of a text that is no UTF-8.
func invalid() *Error {
	return &Error{Class: "ArgumentError", Message: "invalid byte sequence in UTF-8"}
}
