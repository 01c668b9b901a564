package kamal

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

	"github.com/sshvet/sshvet/internal/lazy"
)

// maxSize is the largest file that is read, in bytes. Kamal's files have some
// hundred lines.
const maxSize = 1 << 20

// maxTags is how many ERB tags a file may have to be read at all; maxWork how
// many entries merges, aliases and roles may bring into being. Both are far
// beyond any deploy.yml and keep a hostile one from taking minutes.
const (
	maxTags = 2000
	maxWork = 200_000 // errTooMuch says it
)

var errTooMuch = &yamlError{text: "it comes, with its merges and aliases, to more than the 200,000 values that are read", limit: true}

// source is one file of YAML, read.
type source struct {
	path    string
	data    []byte
	masked  []byte
	tags    []tag
	regions []region
	lines   []int // where each line starts, as YAML counts lines
	root    *node // nil: cannot be read, or empty
	doc     *yaml.Node
	nodes   map[*yaml.Node]*node
	// shifted: text follows a tag at the start of a line, so that what stands
	// where is known only once ERB has run.
	shifted bool

	last struct{ line, column, offset int } // where offset was last asked for
}

// node is a value as Kamal sees it, with its place.
type node struct {
	kind  kind
	text  string // of a scalar
	num   int    // of an integer; 1 for true
	items []*node
	pairs []*pair

	src        *source
	start, end int
	y          *yaml.Node // nil in a map that two files were merged to
	// unknown: it depends on ERB. partial: ERB may add entries to this map or list.
	unknown, partial bool
	object           bool // a map written with a tag of some Ruby class
}

// pair is one entry of a map.
type pair struct {
	key, val *node
	unsure   bool // ERB decides whether it is there
	merged   bool // came with <<
	again    bool // the key stands there more than once
}

func (n *node) span() Span {
	if n == nil || n.src == nil {
		return Span{}
	}
	return Span{File: n.src.path, Start: n.start, End: n.end}
}

// get is the entry of a key, as Ruby finds it: in the map of the whole file
// strings and symbols are one, deeper only strings are found.
func (n *node) get(key string) *pair {
	if n == nil || n.kind != kMap {
		return nil
	}
	for _, p := range n.pairs {
		if p.key.kind == kString && p.key.text == key {
			return p
		}
	}
	return nil
}

// known reports whether a value is there and does not depend on ERB.
func (p *pair) known() bool { return p != nil && !p.unsure && !p.val.unknown }

// yamlError is text that is not YAML.
type yamlError struct {
	text         string // libyaml's words
	line, column int    // from 1, in characters; 0 if it is not known
	where        [2]int // line and column that Psych names: where what it was reading began
	limit        bool   // too deep or too large for us: nothing Kamal would say
	alias        bool   // of an anchor that does not exist
}

func (e *yamlError) Error() string { return e.text }

// readSource parses one file. Its err is a *yamlError for what is no YAML; the
// source is there in any case.
func readSource(path string, data []byte) (*source, error) {
	s := &source{path: path, data: data, masked: data, tags: findTags(data)}
	if len(s.tags) > maxTags {
		return s, &yamlError{text: fmt.Sprintf("has more than %d ERB tags", maxTags), limit: true}
	}
	s.regions = regions(data, s.tags)
	s.masked = mask(data, s.tags)
	for _, t := range s.tags {
		s.shifted = s.shifted || t.first && !t.output
	}
	err := s.parse()
	if err != nil && s.withoutRegions() {
		if s.parse() == nil {
			err = nil
		}
	}
	return s, err
}

// withoutRegions blanks all that control flow surrounds: both branches of an if
// are seldom YAML together. It reports whether there is such a thing.
func (s *source) withoutRegions() bool {
	found := false
	for i := range s.regions {
		r := &s.regions[i]
		if r.hole {
			continue
		}
		found, r.hole = true, true
		if len(s.tags) > 0 && &s.masked[0] == &s.data[0] {
			s.masked = bytes.Clone(s.data)
		}
		blank(s.masked[r.start:r.end], ' ')
	}
	return found
}

// hideVersion makes %YAML 1.2 a comment: libyaml reads on, our library does not.
func hideVersion(s *source) {
	if bytes.HasPrefix(s.masked, []byte("%YAML 1.")) {
		s.masked = bytes.Clone(s.masked)
		s.masked[0] = '#'
	}
}

// parse reads the first document, all that Kamal looks at.
func (s *source) parse() (err error) {
	defer func() {
		if r := recover(); r != nil { // a bug of the library must not end the program
			err = &yamlError{text: "cannot be read", limit: true}
		}
	}()
	for range 100 {
		if err = s.parseOnce(); !s.hideComment(err) {
			return err
		}
	}
	return err
}

// hideComment blanks a comment that our library refuses because no blank is
// before it; libyaml takes it. It reports whether it has done so.
func (s *source) hideComment(err error) bool {
	var e *yamlError
	if !errors.As(err, &e) || !strings.HasPrefix(e.text, "found a comment without preceding whitespace") {
		return false
	}
	at := s.offset(e.line, e.column)
	n := bytes.IndexByte(s.masked[at:lineEnd(s.masked, at)], '#')
	if n < 0 {
		return false
	}
	s.masked = bytes.Clone(s.masked)
	blank(s.masked[at+n:lineEnd(s.masked, at)], ' ')
	return true
}

func (s *source) parseOnce() error {
	hideVersion(s)
	s.lines = yamlLines(s.masked)
	s.last.line = 0
	loader, err := yaml.NewLoader(bytes.NewReader(s.masked), yaml.WithSingleDocument())
	if err != nil {
		return &yamlError{text: "cannot be read", limit: true}
	}
	var doc yaml.Node
	switch err := loader.Load(&doc); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		e := libraryError(err)
		if at := s.offset(e.line, e.column); at < len(s.masked) && s.masked[at] == '-' {
			e.limit = true // {a: -}: libyaml takes it
		}
		if e.alias && oddAnchor().Match(s.masked) {
			e.text, e.limit = "has an anchor whose name libyaml ends elsewhere", true
		}
		return e
	}
	if len(doc.Content) == 0 {
		return nil
	}
	s.doc = doc.Content[0]
	b := builder{s: s, done: map[*yaml.Node]*node{}}
	root := b.node(s.doc)
	if b.work > maxWork {
		return errTooMuch
	}
	if b.refused != nil {
		return b.refused
	}
	s.root, s.nodes = root, b.done
	s.markHoles()
	return nil
}

// libraryError keeps the words that libyaml has too, and no text of the file.
func libraryError(err error) *yamlError {
	var e *yaml.LoadError
	if !errors.As(err, &e) {
		return &yamlError{text: "cannot be read", limit: true}
	}
	out := &yamlError{text: e.Message, line: e.Mark.Line, column: e.Mark.Column}
	if strings.HasPrefix(e.Message, "unknown anchor '") {
		// Psych says its name; a password may begin with an asterisk.
		out.alias, out.text = true, "Unknown alias"
		return out
	}
	if e.Stage == yaml.ReaderStage {
		out.text, _, _ = strings.Cut(out.text, " (")
		return out
	}
	if !plainWords(e.Message) || !plainWords(e.ContextMsg) {
		out.text, out.limit = "cannot be read", true
		return out
	}
	if strings.Contains(e.Message, "max depth") {
		out.limit = true
	}
	if e.ContextMsg != "" {
		out.text = oldWords().Replace(e.Message + " " + e.ContextMsg)
		out.where = [2]int{e.ContextMark.Line, e.ContextMark.Column}
	}
	return out
}

// oldWords turns two messages back into those of libyaml.
func oldWords() *strings.Replacer {
	return strings.NewReplacer(
		"found unknown escape character while scanning", "found unknown escape character while parsing",
		"expected hexadecimal number while scanning a quoted", "expected hexdecimal number while parsing a quoted",
	)
}

// psych is the message of Psych::SyntaxError, or of Psych::BadAlias.
func (e *yamlError) psych() string {
	if e.alias {
		return e.text
	}
	where := e.where
	if where[0] == 0 {
		where = [2]int{max(e.line, 1), max(e.column, 1)}
	}
	return fmt.Sprintf("(<unknown>): %s at line %d column %d", e.text, where[0], where[1])
}

// plainWords reports whether a message is one of libyaml's fixed sentences:
// letters, blanks and quoted signs. Nothing of a file gets through.
func plainWords(s string) bool {
	for _, w := range strings.Fields(s) {
		if strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-,()") == "" {
			continue
		}
		if w = strings.Trim(w, ",;"); len(w) > 2 && w[0] == '\'' && w[len(w)-1] == '\'' && len(w) <= 12 {
			continue
		}
		if _, err := strconv.Atoi(w); err == nil {
			continue
		}
		return false
	}
	return true
}

// builder turns the nodes of the library into ours.
type builder struct {
	s    *source
	done map[*yaml.Node]*node
	work int // entries that came with <<
	// refused is what libyaml refuses and our library takes.
	refused error
}

func (b *builder) node(y *yaml.Node) *node {
	if strings.Trim(y.Anchor, nameSigns) != "" || y.Kind == yaml.AliasNode && strings.Trim(y.Value, nameSigns) != "" {
		b.refused = &yamlError{text: "has an anchor whose name libyaml ends elsewhere", limit: true}
	}
	if y.Kind == yaml.AliasNode {
		return b.node(y.Alias)
	}
	if n := b.done[y]; n != nil {
		return n
	}
	n := &node{src: b.s, y: y}
	b.done[y] = n // before its content, which may hold an alias to it
	n.start = b.s.offset(y.Line, y.Column)
	n.end = n.start
	switch y.Kind {
	case yaml.ScalarNode:
		b.scalar(n)
	case yaml.SequenceNode:
		b.list(n)
	case yaml.MappingNode:
		b.mapping(n)
	default:
		n.kind = kOther
	}
	for i := range b.s.regions {
		r := &b.s.regions[i]
		if !r.hole && r.start <= n.start && n.start < r.end {
			n.unknown, r.used = true, true
		}
	}
	return n
}

// nameSigns is what libyaml takes for the name of an anchor.
const nameSigns = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

var oddAnchor = lazy.Regexp(`&[A-Za-z0-9_-]*[^A-Za-z0-9_\-\s]`)

// checkFlow refuses what libyaml takes for the sign of a key or a value between
// brackets: [:web], [?x].
func (b *builder) checkFlow(y *yaml.Node) {
	if y.Style&yaml.FlowStyle == 0 || b.refused != nil {
		return
	}
	for _, c := range y.Content {
		switch {
		case c.Kind != yaml.ScalarNode || !isPlain(c) || c.Anchor != "" || c.Style&yaml.TaggedStyle != 0:
		case strings.HasPrefix(c.Value, ":"):
			b.refused = &yamlError{text: "did not find expected node content while parsing a flow node",
				line: c.Line, column: c.Column}
		case strings.HasPrefix(c.Value, "?"):
			b.refused = &yamlError{text: "has a ? that libyaml takes for the sign of a key", limit: true}
		}
	}
}

func (b *builder) scalar(n *node) {
	y := n.y
	n.start, n.end = b.s.scalarSpan(y, n.start)
	quoted := y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	tagged := y.Style&yaml.TaggedStyle != 0
	switch {
	case tagged && (y.Tag == "!!str" || y.Tag == "!str" || strings.HasPrefix(y.Tag, "!ruby/string")):
		n.kind, n.text = kString, y.Value
	case tagged && strings.HasPrefix(y.Tag, "!ruby/sym"):
		n.kind, n.text = kSymbol, y.Value
	case tagged && (strings.HasPrefix(y.Tag, "!ruby/") || y.Tag == "!!binary" || y.Tag == "!binary"):
		n.kind = kOther
	case !tagged && quoted:
		n.kind, n.text = kString, y.Value
	default:
		n.kind, n.text, n.num = plainValue(y.Value)
	}
	if tagged && strings.HasSuffix(y.Tag, "!float") && n.kind == kInt {
		n.kind = kFloat
	}
	for _, t := range b.s.tags {
		if t.start < n.end && t.end > n.start {
			n.unknown = true
		}
	}
}

func (b *builder) list(n *node) {
	n.kind = kSeq
	b.checkFlow(n.y)
	for _, y := range n.y.Content {
		item := b.node(y)
		n.items = append(n.items, item)
		n.partial = n.partial || b.unsure(y) && !b.unsure(n.y)
		n.end = max(n.end, b.end(y, item))
	}
	b.close(n)
}

// end is where the text of a value ends in the collection that holds it: of an
// alias that is the alias.
func (b *builder) end(y *yaml.Node, n *node) int {
	if y.Kind == yaml.AliasNode {
		return b.s.offset(y.Line, y.Column) + 1 + len(y.Value)
	}
	return n.end
}

// unsure reports whether ERB decides if a node is there.
func (b *builder) unsure(y *yaml.Node) bool {
	if len(b.s.regions) == 0 {
		return false
	}
	at := b.s.offset(y.Line, y.Column)
	for _, r := range b.s.regions {
		if !r.hole && r.start <= at && at < r.end {
			return true
		}
	}
	return false
}

// close finds the bracket at the end of a flow collection.
func (b *builder) close(n *node) {
	if n.y.Style&yaml.FlowStyle == 0 {
		return
	}
	data, at := b.s.masked, n.end
	if len(n.y.Content) == 0 {
		at = b.s.properties(n.y, n.start) + 1
	}
	for at < len(data) {
		switch c := data[at]; {
		case c == ']' || c == '}':
			n.end = at + 1
			return
		case c == '#':
			at = lineEnd(data, at)
		case strings.IndexByte(" \t\r\n,:", c) < 0:
			n.end = at
			return
		default:
			at++
		}
	}
	n.end = at
}

// mapping builds a hash in Psych's order: a key that comes again takes the
// place of the value, and << puts its entries where it stands, over those
// before it.
func (b *builder) mapping(n *node) {
	n.kind = kMap
	b.checkFlow(n.y)
	tag := n.y.Tag
	n.object = n.y.Style&yaml.TaggedStyle != 0 && (strings.HasPrefix(tag, "!ruby/") || tag == "!!set" || tag == "!set")
	content := n.y.Content
	index := map[string]int{}
	for i := 0; i+1 < len(content); i += 2 {
		key, val := b.node(content[i]), b.node(content[i+1])
		n.end = max(n.end, b.end(content[i], key), b.end(content[i+1], val))
		p := &pair{key: key, val: val, unsure: b.unsure(content[i]) && !b.unsure(n.y)}
		n.partial = n.partial || key.unknown && !b.unsure(content[i])
		listByName := content[i+1].Kind == yaml.AliasNode && val.kind == kSeq // Psych merges only lists that stand there
		if key.kind == kString && key.text == "<<" && !isTaggedString(content[i]) && !listByName && b.merge(n, index, p) {
			continue
		}
		n.put(index, p)
	}
	b.close(n)
}

func isTaggedString(y *yaml.Node) bool { return y.Style&yaml.TaggedStyle != 0 && y.Tag == "!!str" }

// merge applies a << entry; false if its value is no map, which makes it an
// entry like others.
func (b *builder) merge(n *node, index map[string]int, p *pair) bool {
	for _, from := range append([]*node{p.val}, p.val.items...) {
		if b.work += len(from.pairs); b.work > maxWork {
			return true
		}
	}
	if p.val.unknown || p.unsure {
		n.partial = true
	}
	switch p.val.kind {
	case kMap:
		n.mergeFrom(index, p.val, p.unsure)
		return true
	case kSeq:
		for _, item := range p.val.items {
			if item.kind != kMap {
				return false
			}
		}
		for _, item := range slices.Backward(p.val.items) {
			n.mergeFrom(index, item, p.unsure)
		}
		return true
	}
	return false
}

func (n *node) mergeFrom(index map[string]int, from *node, unsure bool) {
	if from == n {
		return
	}
	n.partial = n.partial || from.partial
	for _, p := range from.pairs {
		n.put(index, &pair{key: p.key, val: p.val, unsure: p.unsure || unsure, merged: true})
	}
}

// put sets an entry as Hash#[]= does: a known key keeps its place.
func (n *node) put(index map[string]int, p *pair) {
	id := p.key.id()
	if i, ok := index[id]; ok {
		old := n.pairs[i]
		p.again = !p.merged && !old.merged || old.again
		p.unsure = p.unsure || old.unsure
		n.pairs[i] = p
		return
	}
	index[id] = len(n.pairs)
	n.pairs = append(n.pairs, p)
}

// id is the same for keys that are equal in Ruby.
func (n *node) id() string {
	switch n.kind {
	case kInt:
		return fmt.Sprint(n.kind, n.num)
	case kSeq, kMap, kOther:
		return fmt.Sprintf("%p", n)
	}
	return fmt.Sprint(n.kind, n.text)
}

// markHoles says of the collections around text that is not seen that they may
// hold more than is seen.
func (s *source) markHoles() {
	for _, r := range s.regions {
		if (r.hole || !r.used) && r.indent >= 0 {
			s.markHole(s.root, r, 0)
		}
	}
}

// markHole follows the last entries before a place. Text with that indentation
// adds to the collections that are indented as much or less. An empty value
// right before it is what it fills; then nothing else is in doubt. It reports
// whether it found one.
func (s *source) markHole(n *node, r region, depth int) bool {
	if n == nil || depth > 100 {
		return false
	}
	var owner *node
	switch n.kind {
	case kMap:
		for _, p := range n.pairs {
			if p.key.src == s && p.key.start < r.start && !p.merged {
				owner = p.val
			}
		}
	case kSeq:
		for _, item := range n.items {
			if item.start < r.start {
				owner = item
			}
		}
	case kNull:
		n.unknown = true
		return true
	default:
		return false
	}
	if s.markHole(owner, r, depth+1) {
		return true
	}
	if r.indent <= n.start-lineStart(s.data, n.start) || n.kind == kSeq {
		n.partial = true
	}
	return false
}

// yamlLines is where lines start. YAML 1.1, and so libyaml, ends a line at CR,
// LF, CRLF, NEL, LS and PS.
func yamlLines(data []byte) []int {
	at := 0
	if bytes.HasPrefix(data, []byte("\ufeff")) {
		at = 3
	}
	lines := []int{at}
	for at < len(data) {
		switch n := breakAt(data, at); n {
		case 0:
			at++
		default:
			at += n
			lines = append(lines, at)
		}
	}
	return lines
}

// breakAt is the length of the line break at a place, 0 if there is none.
func breakAt(data []byte, at int) int {
	switch data[at] {
	case '\n':
		return 1
	case '\r':
		if at+1 < len(data) && data[at+1] == '\n' {
			return 2
		}
		return 1
	case 0xC2:
		if at+1 < len(data) && data[at+1] == 0x85 {
			return 2
		}
	case 0xE2:
		if at+2 < len(data) && data[at+1] == 0x80 && (data[at+2] == 0xA8 || data[at+2] == 0xA9) {
			return 3
		}
	}
	return 0
}

// offset turns line and column, from 1 and in characters, into bytes. It goes
// on from where it was asked last, as nodes come in the order of the file.
func (s *source) offset(line, column int) int {
	if line < 1 || line > len(s.lines) {
		return len(s.masked)
	}
	at, c := s.lines[line-1], 1
	if s.last.line == line && s.last.column <= column {
		at, c = s.last.offset, s.last.column
	}
	for ; c < column && at < len(s.masked); c++ {
		_, n := utf8.DecodeRune(s.masked[at:])
		at += n
	}
	s.last.line, s.last.column, s.last.offset = line, column, at
	return at
}

// properties is where a node begins behind its anchor and tag.
func (s *source) properties(y *yaml.Node, at int) int {
	left := 0
	if y.Anchor != "" {
		left++
	}
	if y.Style&yaml.TaggedStyle != 0 {
		left++
	}
	for ; left > 0 && at < len(s.masked) && (s.masked[at] == '&' || s.masked[at] == '!'); left-- {
		for at < len(s.masked) && strings.IndexByte(" \t\r\n,]}", s.masked[at]) < 0 {
			at++
		}
		next := at
		for next < len(s.masked) {
			if s.masked[next] == '#' {
				next = lineEnd(s.masked, next)
			} else if strings.IndexByte(" \t\r\n", s.masked[next]) >= 0 {
				next++
			} else {
				break
			}
		}
		if y.Kind == yaml.ScalarNode && y.Value == "" && isPlain(y) && left == 1 {
			return at // nothing but properties
		}
		at = next
	}
	return at
}

func isPlain(y *yaml.Node) bool {
	return y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// scalarSpan is the text of a scalar with its quotes.
func (s *source) scalarSpan(y *yaml.Node, at int) (start, end int) {
	at = s.properties(y, at)
	data := s.masked
	switch {
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return at, quoteEnd(data, at, '"')
	case y.Style&yaml.SingleQuotedStyle != 0:
		return at, quoteEnd(data, at, '\'')
	case !isPlain(y):
		return at, blockEnd(data, at)
	}
	return at, plainEnd(data, at, y.Value)
}

func quoteEnd(data []byte, at int, quote byte) int {
	for at++; at < len(data); at++ {
		switch {
		case data[at] == '\\' && quote == '"':
			at++
		case data[at] != quote:
		case quote == '\'' && at+1 < len(data) && data[at+1] == '\'':
			at++
		default:
			return at + 1
		}
	}
	return len(data)
}

// plainEnd goes along the text of a plain scalar; a blank in the value may be a
// line break with indentation in the file.
func plainEnd(data []byte, at int, value string) int {
	const blanks = " \t\r\n"
	for value != "" {
		if rest := strings.TrimLeft(value, blanks); rest != value {
			value = rest
			for at < len(data) && strings.IndexByte(blanks, data[at]) >= 0 {
				at++
			}
			continue
		}
		if at >= len(data) || data[at] != value[0] {
			return at
		}
		at, value = at+1, value[1:]
	}
	return at
}

// blockEnd is the end of a block scalar: of the last line that is indented like
// its first.
func blockEnd(data []byte, at int) int {
	end := lineEnd(data, at)
	indent := -1
	for next := end; ; {
		for next < len(data) && (data[next] == '\r' || data[next] == '\n') {
			next++
		}
		if next >= len(data) {
			return end
		}
		next = lineStart(data, next)
		stop := lineEnd(data, next)
		line := data[next:stop]
		text := bytes.TrimLeft(line, " ")
		if len(text) > 0 {
			if indent < 0 {
				indent = len(line) - len(text)
			}
			if indent == 0 || len(line)-len(text) < indent {
				return end
			}
			end = stop
		}
		if stop == next {
			stop++
		}
		next = stop
	}
}
