package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/sshvet/sshvet/internal/spell"
)

// MaxSize is how large a configuration file may be, in bytes.
const MaxSize = 256 << 10

// Error is a mistake in a configuration file: one sentence, where it stands and
// what to do.
type Error struct {
	Path       string
	Data       []byte
	Start, End int // in bytes
	Line       int // from 1
	Column     int // from 1, in runes
	Message    string
	Help       string
}

func (e *Error) Error() string {
	text := fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
	if e.Help != "" {
		text += "; " + e.Help
	}
	return text
}

// value is what a key has, with its place.
type value struct {
	line, column int
	start, end   int
	text         string   // scalars
	number       int      // whole numbers
	list         []*value // lists
	fields       []field  // tables, in the order of the file
}

type field struct {
	name  string
	place *value // of the name
	value *value
}

// get is the value of a key; nil where the file does not set it.
func (v *value) get(name string) *value {
	if v == nil {
		return nil
	}
	if i := slices.IndexFunc(v.fields, func(f field) bool { return f.name == name }); i >= 0 {
		return v.fields[i].value
	}
	return nil
}

// reader turns YAML into values that fit the table.
type reader struct {
	path  string
	data  []byte
	lines []int // where each line starts
	// last is the place that was asked for last: most are asked for in order, and many
	// may stand in one line.
	last struct{ line, column, start int }
}

// read returns the file as a table; nil if it is empty.
func (r *reader) read() (*value, error) {
	if len(r.data) > MaxSize {
		return nil, fmt.Errorf("%s: is %d KiB large; a configuration of sshvet has at most %d", r.path, len(r.data)>>10, MaxSize>>10)
	}
	r.lines = []int{0}
	for i, c := range r.data {
		if c == '\n' {
			r.lines = append(r.lines, i+1)
		}
	}
	loader, err := yaml.NewLoader(bytes.NewReader(r.data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.path, err)
	}
	var doc, second yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, r.syntaxError(err)
	}
	switch err := loader.Load(&second); {
	case err == nil:
		return nil, r.fail(r.at(&second), "this is a second document; a configuration is one", "remove the line '---' before it")
	case !errors.Is(err, io.EOF):
		return nil, r.syntaxError(err)
	}
	if len(doc.Content) == 0 || isNull(doc.Content[0]) {
		return nil, nil
	}
	return r.table(doc.Content[0], "the configuration", top(), true)
}

// syntaxError is what the YAML library says, at its place.
func (r *reader) syntaxError(err error) error {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return fmt.Errorf("%s: cannot be read as YAML: %w", r.path, err)
	}
	at := r.place(e.Mark.Line, e.Mark.Column)
	if at.start >= len(r.data) && e.ContextMark.Line > 0 { // it was looking for an end until there were no more lines
		at = r.place(e.ContextMark.Line, e.ContextMark.Column)
	}
	message := "this is no YAML: " + e.Message
	if e.Mark.Line == 0 { // bytes that YAML does not have
		at = r.oddByte()
		message, _, _ = strings.Cut(message, " (value")
	}
	return r.fail(at, message, "")
}

// oddByte is the place of the first byte that cannot stand in YAML.
func (r *reader) oddByte() *value {
	for i := 0; i < len(r.data); {
		c, size := utf8.DecodeRune(r.data[i:])
		if c == utf8.RuneError && size == 1 || c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return r.offset(i, i+size)
		}
		i += size
	}
	return r.offset(0, 0)
}

func (r *reader) fail(at *value, message, help string) *Error {
	return &Error{Path: r.path, Data: r.data, Start: at.start, End: at.end, Line: at.line, Column: at.column, Message: message, Help: help}
}

// place is a position that the YAML library counts in runes.
func (r *reader) place(line, column int) *value {
	line = max(1, min(line, len(r.lines)))
	at, i := r.lines[line-1], 1
	if r.last.line == line && r.last.column <= column {
		at, i = r.last.start, r.last.column
	}
	for ; i < column && at < len(r.data) && r.data[at] != '\n'; i++ {
		_, size := utf8.DecodeRune(r.data[at:])
		at += size
	}
	r.last.line, r.last.column, r.last.start = line, i, at
	return &value{line: line, column: max(1, column), start: at, end: at}
}

// offset is a span of bytes.
func (r *reader) offset(start, end int) *value {
	line, _ := slices.BinarySearch(r.lines, start+1)
	return &value{line: line, column: 1 + utf8.RuneCount(r.data[r.lines[line-1]:start]), start: start, end: end}
}

// at is where a node stands.
func (r *reader) at(n *yaml.Node) *value {
	v := r.place(n.Line, n.Column)
	if n.Kind == yaml.ScalarNode && bytes.HasPrefix(r.data[v.start:], []byte(n.Value)) {
		v.end = v.start + len(n.Value)
	} else if n.Kind == yaml.ScalarNode && v.start < len(r.data) { // quoted
		if quote := r.data[v.start]; quote == '"' || quote == '\'' {
			if end := bytes.IndexByte(r.data[v.start+1:], quote); end >= 0 {
				v.end = v.start + end + 2
			}
		}
	}
	return v
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// read one value of a key.
func (r *reader) value(n *yaml.Node, k *key) (*value, error) {
	if err := r.plain(n); err != nil {
		return nil, err
	}
	switch k.kind {
	case tableKind:
		return r.table(n, k.name, k.keys, false)
	case namedKind:
		return r.named(n, k)
	case tablesKind:
		return r.sequence(n, k, func(item *yaml.Node) (*value, error) { return r.table(item, k.name, k.keys, false) })
	case textsKind:
		return r.sequence(n, k, func(item *yaml.Node) (*value, error) { return r.scalar(item, k, textKind) })
	}
	return r.scalar(n, k, k.kind)
}

// plain refuses what YAML has beyond plain values: a configuration needs none
// of it, and aliases can make a small file enormous.
func (r *reader) plain(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode:
		return r.fail(r.at(n), "aliases (*name) are not read here", "write the value out")
	case n.Anchor != "":
		return r.fail(r.at(n), "anchors (&name) are not read here", "write the value out where it is needed")
	case n.Style&yaml.TaggedStyle != 0:
		return r.fail(r.at(n), "tags (!name) are not read here", "remove it")
	}
	return nil
}

// nodeKind names what stands in place of what was expected.
func nodeKind(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a table of keys"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!int":
		return "a number"
	case n.Tag == "!!float":
		return "a fraction"
	case n.Tag == "!!bool":
		return "true or false"
	case n.Tag == "!!timestamp":
		return "a date"
	}
	return "a text"
}

func (r *reader) wrongKind(n *yaml.Node, name string, want kind) error {
	help := ""
	switch {
	case want == textsKind && n.Kind == yaml.ScalarNode:
		help = fmt.Sprintf("write %s: [%s]", name, n.Value)
	case want == tablesKind && n.Kind == yaml.MappingNode:
		help = "write '- ' before its first key"
	case want == textKind && n.Kind == yaml.ScalarNode:
		help = "put it into quotes if it is meant as a text"
	}
	return r.fail(r.at(n), fmt.Sprintf("%s takes %s, and this is %s", name, want, nodeKind(n)), help)
}

// table reads a table of fixed keys. Keys without a value count as not there.
func (r *reader) table(n *yaml.Node, name string, keys []key, isTop bool) (*value, error) {
	if err := r.plain(n); err != nil {
		return nil, err
	}
	if n.Kind != yaml.MappingNode {
		return nil, r.wrongKind(n, name, tableKind)
	}
	out := r.at(n)
	err := r.fields(n, func(k, v *yaml.Node) error {
		i := slices.IndexFunc(keys, func(x key) bool { return x.name == k.Value })
		if i < 0 {
			return r.unknownKey(k, name, keys, isTop)
		}
		if isNull(v) {
			return nil
		}
		val, err := r.value(v, &keys[i])
		if err == nil {
			out.fields = append(out.fields, field{k.Value, r.at(k), val})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range keys {
		if keys[i].required && out.get(keys[i].name) == nil {
			return nil, r.fail(out, fmt.Sprintf("%s lacks the key %s", name, keys[i].name), "")
		}
	}
	return out, nil
}

// fields goes through a mapping and sees that no key is there twice.
func (r *reader) fields(n *yaml.Node, f func(k, v *yaml.Node) error) error {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if err := r.plain(k); err != nil {
			return err
		}
		if k.Kind != yaml.ScalarNode {
			return r.fail(r.at(k), "a key is a word, and this is "+nodeKind(k), "")
		}
		if line := seen[k.Value]; line > 0 {
			return r.fail(r.at(k), fmt.Sprintf("%s is set a second time; the first is in line %d", k.Value, line), "remove one of the two")
		}
		seen[k.Value] = k.Line
		if err := f(k, v); err != nil {
			return err
		}
	}
	return nil
}

// placesOf names where a key that is unknown here would be known.
var placesOf = map[string]string{
	"severity": "under rules: RULE", "min-count": "under keepalive", "max-interval": "under keepalive",
	"interval": "under keepalive", "count": "under keepalive", "glob": "in an entry of files", "kind": "in an entry of files",
}

func (r *reader) unknownKey(k *yaml.Node, name string, keys []key, isTop bool) error {
	var names []string
	for _, x := range keys {
		names = append(names, x.name)
	}
	where := ""
	if !isTop {
		where = " in " + name
	}
	help := "the keys are " + strings.Join(names, ", ")
	switch near, ok := spell.Nearest(k.Value, slices.Values(names)); {
	case ok:
		help = fmt.Sprintf("did you mean %s?", near)
	case isTop && placesOf[k.Value] != "":
		help = "it belongs " + placesOf[k.Value]
	case len(names) == 0:
		help = "no rule has an option so far; the bounds of the keep-alive are under keepalive"
	}
	return r.fail(r.at(k), fmt.Sprintf("there is no key %q%s", k.Value, where), help)
}

// named reads a table of names, each with a table.
func (r *reader) named(n *yaml.Node, k *key) (*value, error) {
	if n.Kind != yaml.MappingNode {
		return nil, r.wrongKind(n, k.name, namedKind)
	}
	out := r.at(n)
	return out, r.fields(n, func(name, v *yaml.Node) error {
		if err := r.known(r.at(name), name.Value, k); err != nil {
			return err
		}
		if isNull(v) {
			return nil
		}
		val, err := r.table(v, name.Value, k.keys, false)
		if err == nil {
			out.fields = append(out.fields, field{name.Value, r.at(name), val})
		}
		return err
	})
}

func (r *reader) sequence(n *yaml.Node, k *key, item func(*yaml.Node) (*value, error)) (*value, error) {
	if n.Kind != yaml.SequenceNode {
		return nil, r.wrongKind(n, k.name, k.kind)
	}
	out := r.at(n)
	for _, c := range n.Content {
		v, err := item(c)
		if err != nil {
			return nil, err
		}
		out.list = append(out.list, v)
	}
	return out, nil
}

func (r *reader) scalar(n *yaml.Node, k *key, want kind) (*value, error) {
	if err := r.plain(n); err != nil {
		return nil, err
	}
	isNumber := n.Tag == "!!int" || n.Tag == "!!float"
	switch {
	case n.Kind != yaml.ScalarNode,
		want == numberKind && n.Tag != "!!int",
		want == textKind && n.Tag != "!!str",
		want == versionKind && n.Tag != "!!str" && !isNumber:
		return nil, r.wrongKind(n, k.name, want)
	}
	v := r.at(n)
	v.text = n.Value
	if want == numberKind {
		return v, r.inRange(v, k)
	}
	if v.text == "" {
		return nil, r.fail(v, k.name+" is empty", "")
	}
	return v, r.known(v, v.text, k)
}

func (r *reader) inRange(v *value, k *key) error {
	if digits := strings.TrimLeft(v.text, "+-"); digits != v.text && v.text[0] == '+' || len(digits) > 1 && digits[0] == '0' && strings.Trim(digits, "0123456789") == "" {
		// 010 is 8 for some readers of YAML and 10 for others.
		return r.fail(v, k.name+" takes a whole number without a sign and without zeros in front", "")
	}
	n, err := strconv.ParseInt(v.text, 10, 64)
	if err != nil || n < int64(k.least) || n > most {
		return r.fail(v, fmt.Sprintf("%s takes a whole number from %d to %d", k.name, k.least, most), "")
	}
	v.number = int(n)
	return nil
}

// known checks a text against the words that a key takes. Words that the file
// itself may define are checked later.
func (r *reader) known(at *value, text string, k *key) error {
	if k.words == nil || k.open {
		return nil
	}
	words := k.words()
	if slices.Contains(words, text) {
		return nil
	}
	return r.unknownWord(at, k.name, text, words)
}

// fewWords is up to how many words an error lists.
const fewWords = 10

// nouns are what the words of some keys name.
var nouns = map[string]string{"select": "rule or category", "ignore": "rule or category", "rules": "rule", "profile": "profile"}

func (r *reader) unknownWord(at *value, name, text string, words []string) error {
	help := "'sshvet rules' lists the rules"
	if near, ok := spell.Nearest(text, slices.Values(words)); ok {
		help = fmt.Sprintf("did you mean %s?", near)
	} else if len(words) <= fewWords {
		help = "it takes " + strings.Join(words, ", ")
	}
	message := fmt.Sprintf("%s does not take %q", name, text)
	if noun := nouns[name]; noun != "" {
		message = fmt.Sprintf("there is no %s %q", noun, text)
	}
	return r.fail(at, message, help)
}
