package lint

import (
	"bytes"
	"path/filepath"
	"sort"
	"strings"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Suppression is one comment that is there to silence findings:
//
//	# sshvet: ignore=RULE[,RULE] reason
//	# sshvet: ignore-file=RULE[,RULE] reason
//
// The first silences what stands on the lines below it, up to and including the
// first that is no comment. The second silences what stands in its file; it
// counts above the first setting only. A finding without a line of its own (one
// at the very start of a file) or with several lines is silenced by the second
// alone; in the file of the entry it also silences what stands in place of such a
// finding (Rule.InsteadOf). Both need names of rules.
type Suppression struct {
	Kind SuppressionKind
	Text Span // the comment, from # to the last byte that is no blank
	// Whole is what to delete to be rid of the comment: its line with the line
	// end, or, behind a setting, the comment with the blanks before it. It is
	// empty for a comment that says something else, too, or cannot be read, in a
	// value, and behind a byte-order mark, which has to go first.
	Whole Span
	Word  string           // what stands in the place of ignore
	Value string           // of kind, if Word is that
	Names []SuppressedRule // in the order of the comment
	// Marker is what stands in the place of "# sshvet:", if it is not that but
	// meant to be: in another case, with more than one #, with a blank before the
	// colon or without it.
	Marker string
	// Reason is what stands behind the names.
	Reason string
}

// SuppressionKind says what a comment silences.
type SuppressionKind uint8

// The kinds. The last four silence nothing: an ignore-file below the first
// setting, a comment behind a setting, one that is part of the value, as the
// keyword takes the whole line, and one that is not of the form above.
const (
	IgnoreBelow SuppressionKind = iota
	IgnoreFile
	IgnoreFileTooLate
	IgnoreBehind
	IgnoreInValue
	IgnoreMalformed
)

// SuppressedRule is one name in a suppression.
type SuppressedRule struct {
	Name string // as written; "" where two commas or nothing stand in its place
	Span Span
	// Unused: the rule ran over the file, and the name has silenced nothing. It is
	// false where that cannot be known from this run: if the rule did not run, if
	// the user names hosts, in an included file that other entries may read
	// (Target.owns), in a drop-in that is checked by itself, in a template, while
	// OpenSSH refuses a line, where an included file is not read, and in a deploy.yml,
	// which is judged with the files of the machine at hand.
	Unused bool
	// Again is an earlier name that silences the same; nowhere if there is none.
	Again Span

	used bool
}

// marker is what every suppression begins with, behind the #. name is what those
// hold that are meant for one.
const (
	marker = "sshvet:"
	name   = "sshvet"
)

// indexMarker is where the name stands first that may begin a suppression,
// behind some # and blanks, in any case; -1 if there is none. Signs of comments are few
// in a configuration: a large file without comments is searched in no time.
func indexMarker(src []byte) int {
	for at := 0; ; {
		next := bytes.IndexByte(src[at:], '#')
		if next < 0 {
			return -1
		}
		at += next + 1
		for at < len(src) && src[at] == '#' {
			at++
		}
		for at < len(src) && (src[at] == ' ' || src[at] == '\t') {
			at++
		}
		if end := at + len(name); end <= len(src) && foldedEqual(src[at:end], name) {
			return at
		}
	}
}

// foldedEqual reports whether a text is a word of small letters, in any case.
func foldedEqual(text []byte, word string) bool {
	for i, c := range text {
		if c|0x20 != word[i] {
			return false
		}
	}
	return true
}

// Suppressions are the comments in the files that the entry answers for, in the
// order of the files. System-wide files behind a user file and the client files
// of a deployment are not among them. It is for rules with Last set; for others
// there are none.
func (p *Pass) Suppressions() []*Suppression { return p.suppressions }

// comments are the suppressions of one file, to be asked for each finding.
type comments struct {
	src    []byte
	list   []*Suppression
	whole  map[string]*SuppressedRule // by name: the first for the whole file
	groups []coverage                 // in order
	below  map[groupRule]*SuppressedRule
	ran    map[string]bool // rules that judged the file
	unsure bool            // a run with other files might find more
}

// coverage is a run of lines that comments cover.
type coverage struct {
	first       int         // where the line of the first of the comments begins
	syntax.Span             // the lines below that one
	target      syntax.Span // the last of them, which is no comment; empty at the end of a file
	list        []*Suppression
}

// groupRule is a name within a run of lines: the first one there counts.
type groupRule struct {
	group int
	name  string
}

// readComments notes the suppressions of the files of a target. Files without
// any cost one search for a word.
func (c *collector) readComments(t *Target) {
	for _, f := range t.Config.Files {
		if c.mayHaveComments(f.Path, f.Src) {
			c.readFile(f.Path, f.Src, sshLines(f.File))
		}
	}
	if t.Deployment == nil {
		return
	}
	t.Files(func(path string, src []byte) {
		if !c.mayHaveComments(path, src) {
			return
		}
		if line := t.linesOf(path, src); line != nil {
			c.readFile(path, src, line)
		}
	})
}

func (c *collector) mayHaveComments(path string, src []byte) bool {
	return c.comments[path] == nil && indexMarker(src) >= 0
}

func (c *collector) readFile(path string, src []byte, line func(offset int) commentLine) {
	r := commentReader{path: path, src: src, line: line, out: &comments{
		src: src, whole: map[string]*SuppressedRule{}, below: map[groupRule]*SuppressedRule{}, ran: map[string]bool{},
	}}
	if r.read(); len(r.out.list) == 0 {
		return
	}
	if c.comments == nil {
		c.comments = map[string]*comments{}
	}
	c.comments[path] = r.out
}

// commentLine is a line as far as suppressions care.
type commentLine struct {
	syntax.Span
	text  syntax.Span // the comment on it, from the #; empty if there is none
	own   bool        // there is nothing but the comment
	blank bool        // there is nothing at all
	stays bool        // what is before the comment makes OpenSSH refuse the line
	value bool        // the comment is none: the keyword takes it for its value
}

// inHead reports whether a line may stand above the first setting of a file.
func (l *commentLine) inHead() bool { return l.own || l.blank }

// linesOf tells the line of an offset in a file of a deployment, as the program
// sees it that reads the file; nil for a file that people do not write.
func (t *Target) linesOf(path string, src []byte) func(offset int) commentLine {
	for _, s := range t.Deploy.Servers {
		if s.Path == path {
			return sshLines(syntax.Parse(path, src, syntax.Options{Server: true}))
		}
	}
	if t.isDeployYAML(path) {
		texts := t.Deployment.Texts(path)
		return func(offset int) commentLine { return yamlLine(src, texts, offset) }
	}
	for _, f := range t.Deployment.Files {
		if f.Path == path {
			return nil // Gemfile.lock, and what 'kamal config' has printed
		}
	}
	return sshLines(syntax.Parse(path, src, syntax.Options{}))
}

// isDeployYAML reports whether a file is one that people write for Kamal.
func (t *Target) isDeployYAML(path string) bool {
	d := t.Deployment
	return d != nil && (path == d.File || d.Destination != "" && path == kamal.DestinationFile(d.File, d.Destination))
}

var utf8BOM = []byte("\xef\xbb\xbf")

// sshLines are the lines of OpenSSH. A byte-order mark is looked through: it is
// there by accident and about to be removed.
func sshLines(f *syntax.File) func(offset int) commentLine {
	return func(offset int) commentLine {
		l := f.Line(f.LineAt(offset))
		out := commentLine{Span: l.Span, own: l.Kind == syntax.Comment, blank: l.Kind == syntax.Blank}
		switch {
		case l.Joined():
			return out // one line for sshd, several for everybody else
		case l.Start == 0 && bytes.HasPrefix(f.Src, utf8BOM):
			out = plainLine(f.Src, syntax.Span{Start: len(utf8BOM), End: l.End})
			out.stays = true
			return out
		case l.Kind == syntax.Comment:
			if start := l.Text.End - len(bytes.TrimLeft(l.Text.Text(f.Src), " \t")); start < l.Text.End && f.Src[start] == '#' {
				out.text = syntax.Span{Start: start, End: l.Text.End}
			}
		case l.Kind == syntax.Setting:
			// A keyword with nothing but a comment behind it is refused, and would be
			// for another reason without the comment.
			if start := f.CommentStart(l); start > l.Args.Start {
				out.text = syntax.Span{Start: start, End: l.Text.End}
				out.value = takesWholeLine(f, l)
			}
		}
		return out
	}
}

// takesWholeLine reports whether the keyword of a line, such as ProxyCommand, takes
// all that follows for its value.
func takesWholeLine(f *syntax.File, l syntax.Line) bool {
	side := keyword.Client
	if f.Server() {
		side = keyword.Server
	}
	k := keyword.Find(side, f.KeyText(l))
	return k != nil && k.WholeLine()
}

// yamlLine is a line of deploy.yml. The lines that begin and end a document are
// no settings, and those of a text that has several of them are no comments.
func yamlLine(src []byte, texts []kamal.Span, offset int) commentLine {
	span := syntax.Span{Start: bytes.LastIndexByte(src[:offset], '\n') + 1, End: len(src)}
	if i := bytes.IndexByte(src[span.Start:], '\n'); i >= 0 {
		span.End = span.Start + i + 1
	}
	if span.Start == 0 && bytes.HasPrefix(src, utf8BOM) {
		span.Start = len(utf8BOM)
	}
	i := sort.Search(len(texts), func(i int) bool { return texts[i].End > span.Start })
	if i < len(texts) && texts[i].Start < span.Start {
		return commentLine{Span: span}
	}
	l := plainLine(src, span)
	text := span.Text(src)
	l.blank = l.blank || bytes.HasPrefix(text, []byte("---")) && len(bytes.TrimSpace(text)) == 3 || bytes.HasPrefix(text, []byte("%"))
	return l
}

// plainLine is a line that is a comment if its first sign is #.
func plainLine(src []byte, span syntax.Span) commentLine {
	text := bytes.TrimSpace(span.Text(src))
	l := commentLine{Span: span, own: bytes.HasPrefix(text, []byte("#")), blank: len(text) == 0}
	if l.own {
		start := span.Start + bytes.IndexByte(span.Text(src), '#')
		l.text = syntax.Span{Start: start, End: start + len(text)}
	}
	return l
}

// commentReader finds the suppressions of a file.
type commentReader struct {
	path string
	src  []byte
	line func(offset int) commentLine
	out  *comments
	head int // where the first setting begins; -1: not looked for yet
}

func (r *commentReader) read() {
	r.head = -1
	for at := 0; ; {
		next := indexMarker(r.src[at:])
		if next < 0 {
			return
		}
		l := r.line(at + next)
		if s := r.parse(&l); s != nil {
			r.out.list = append(r.out.list, s)
			r.register(s, &l)
		}
		at = max(at+next+len(name), l.End)
	}
}

// parse makes a suppression of a line; nil if it holds none.
func (r *commentReader) parse(l *commentLine) *Suppression {
	text := string(l.text.Text(r.src))
	head, rest := cutMarker(text)
	if head == "" {
		return nil
	}
	word := rest
	if i := strings.IndexAny(rest, " \t"); i >= 0 {
		word = rest[:i]
	}
	s := &Suppression{Text: r.span(l.text), Whole: r.span(r.whole(l))}
	s.Word, _, _ = strings.Cut(word, "=")
	names, isForm := strings.CutPrefix(word, s.Word+"=")
	switch {
	case s.Word == "", !isForm && !isAttempt(s.Word):
		return nil
	case !isMarker(head):
		if !isAttempt(s.Word) && s.Word != "kind" || !isForm && !strings.Contains(head, ":") {
			return nil // it only mentions the program
		}
		s.Kind, s.Marker, s.Whole = IgnoreMalformed, strings.TrimRight(head, " \t"), Span{File: r.path}
		return s
	case s.Word == "kind":
		if s.Value = names; isKind(names) && !strings.Contains(rest, " ignore") {
			return nil
		}
		s.Kind, s.Whole = IgnoreMalformed, Span{File: r.path}
		return s
	case s.Word == "ignore" && isForm:
		s.Kind = IgnoreBelow
	case s.Word == "ignore-file" && isForm:
		s.Kind = IgnoreFile
		if l.Start >= r.firstSetting() {
			s.Kind = IgnoreFileTooLate
		}
	default:
		s.Kind = IgnoreMalformed
		return s
	}
	switch {
	case l.value:
		s.Kind = IgnoreInValue
	case !l.own:
		s.Kind = IgnoreBehind
	}
	s.Reason = strings.TrimSpace(rest[len(word):])
	at := l.text.End - len(rest) + len(s.Word) + 1
	for name := range strings.SplitSeq(names, ",") {
		s.Names = append(s.Names, SuppressedRule{Name: name, Span: Span{r.path, at, at + len(name)}})
		at += len(name) + 1
	}
	return s
}

// cutMarker takes off a comment what it begins with if that is the marker, or
// looks like it; else head is empty.
func cutMarker(text string) (head, rest string) {
	at := len(text) - len(strings.TrimLeft(strings.TrimLeft(text, "#"), " \t"))
	if end := at + len(name); end > len(text) || !strings.EqualFold(text[at:end], name) {
		return "", ""
	}
	rest = strings.TrimLeft(text[at+len(name):], " \t")
	named := len(rest) < len(text)-at-len(name)
	if after, ok := strings.CutPrefix(rest, ":"); ok {
		rest, named = after, true
	}
	if !named {
		return "", "" // a longer word
	}
	return text[:len(text)-len(rest)], strings.TrimLeft(rest, " \t")
}

// isMarker reports whether a comment begins as suppressions do.
func isMarker(head string) bool {
	return strings.TrimLeft(strings.TrimPrefix(head, "#"), " \t") == marker
}

// isKind reports whether a comment may name a file's kind so.
func isKind(name string) bool {
	return name == keyword.Client.String() || name == keyword.Server.String()
}

// isAttempt tells a comment that is meant to silence something from one that
// only mentions the program.
func isAttempt(word string) bool {
	word = strings.ToLower(strings.TrimRight(word, ":;,."))
	switch word {
	case "disable", "disable-file", "disable-line", "disable-next-line", "suppress", "noqa", "nolint":
		return true
	}
	return strings.HasPrefix(word, "ignore")
}

func (r *commentReader) span(s syntax.Span) Span { return Span{r.path, s.Start, s.End} }

// whole is what to delete to be rid of the comment on a line. A last line
// without line end takes that of the line above along, so that the file still
// ends without.
func (r *commentReader) whole(l *commentLine) syntax.Span {
	out := l.Span
	switch {
	case l.stays, l.value:
		return syntax.Span{}
	case !l.own:
		out = l.text
		for out.Start > l.Start && (r.src[out.Start-1] == ' ' || r.src[out.Start-1] == '\t') {
			out.Start--
		}
	case l.End == len(r.src) && r.src[l.End-1] != '\n':
		if before, ok := bytes.CutSuffix(r.src[:l.Start], []byte("\n")); ok {
			out.Start = len(bytes.TrimSuffix(before, []byte("\r")))
		}
	}
	return out
}

// firstSetting is where the head of the file ends.
func (r *commentReader) firstSetting() int {
	for r.head < 0 {
		r.head = len(r.src)
		for at := 0; at < len(r.src); {
			l := r.line(at)
			if !l.inHead() {
				r.head = at
				break
			}
			at = l.End
		}
	}
	return r.head
}

// register puts the names of a suppression where findings look for them. The
// first of several that silence the same counts.
func (r *commentReader) register(s *Suppression, l *commentLine) {
	switch s.Kind {
	case IgnoreFile:
		for i := range s.Names {
			n := &s.Names[i]
			if first := r.out.whole[n.Name]; first != nil {
				n.Again = first.Span
				continue
			}
			r.out.whole[n.Name] = n
		}
	case IgnoreBelow:
		group := r.group(l)
		r.out.groups[group].list = append(r.out.groups[group].list, s)
		for i := range s.Names {
			n := &s.Names[i]
			key := groupRule{group, n.Name}
			first := r.out.whole[n.Name]
			if first == nil {
				first = r.out.below[key]
			}
			if first != nil {
				n.Again = first.Span
				continue
			}
			r.out.below[key] = n
		}
	}
}

// group is the run of lines that a comment covers; comments that stand on each
// other share it.
func (r *commentReader) group(l *commentLine) int {
	n := len(r.out.groups)
	if n > 0 && l.Start < r.out.groups[n-1].End {
		return n - 1
	}
	g := coverage{first: l.Start, Span: syntax.Span{Start: l.End, End: l.End}}
	for g.End < len(r.src) {
		next := r.line(g.End)
		g.End = next.End
		if !next.own {
			g.target = next.Span
			break
		}
	}
	r.out.groups = append(r.out.groups, g)
	return n
}

// at is the index of the run of lines that an offset lies in; -1 if it is not in
// any.
func (c *comments) at(offset int) int {
	g := sort.Search(len(c.groups), func(i int) bool { return c.groups[i].End > offset })
	if g == len(c.groups) || offset < c.groups[g].Start {
		return -1
	}
	return g
}

// silencing are the names that silence a finding: one by itself, or for each of
// the files in whose place it stands one; none if it is not silenced.
func (c *collector) silencing(d *Diagnostic) []*SuppressedRule {
	if f := c.comments[d.Span.File]; f != nil {
		if name := f.silencing(d); name != nil {
			return []*SuppressedRule{name}
		}
	}
	var names []*SuppressedRule
	if d.coveredBy(func(other FileFinding) bool {
		f := c.comments[other.File]
		if f == nil || f.whole[other.Rule] == nil {
			return false
		}
		names = append(names, f.whole[other.Rule])
		return true
	}) {
		return names
	}
	return nil
}

// silencing is the name in its file that silences a finding; nil if none does.
func (c *comments) silencing(d *Diagnostic) *SuppressedRule {
	if n := c.whole[d.Rule]; n != nil {
		return n
	}
	g := c.at(d.Span.Start)
	if g < 0 || c.severalLines(d.Span) {
		return nil
	}
	// A comment between those of a group is silenced by those above it alone.
	if n := c.below[groupRule{g, d.Rule}]; n != nil && n.Span.End <= d.Span.Start {
		return n
	}
	return nil
}

// severalLines reports whether a span has more than one line.
func (c *comments) severalLines(s Span) bool {
	return s.End > s.Start && bytes.IndexByte(c.src[s.Start:min(s.End-1, len(c.src))], '\n') >= 0
}

// own lists the suppressions that an entry answers for, and notes which rules
// have judged them.
func (c *collector) own(t *Target, rules []*Rule) []*Suppression {
	var out []*Suppression
	take := func(path string) {
		f := c.comments[path]
		if f == nil {
			return
		}
		out = append(out, f.list...)
		f.unsure = f.unsure || !t.tellsUnused() || !t.owns(path)
		for _, r := range rules {
			if !r.Last && r.Sides.judges(t) && (t.Settings.Ignored == nil || !t.Settings.Ignored(path, r.Name)) {
				f.ran[r.Name] = true
			}
		}
	}
	if t.Deployment != nil {
		for _, f := range t.Deployment.Files {
			take(f.Path)
		}
		return out
	}
	for _, f := range t.Config.Files {
		if !f.System || t.Main().System {
			take(f.Path)
		}
	}
	return out
}

// owns reports whether a file is read by this entry alone, as far as its name
// tells: the entry itself, what lies in the folder that is named after it, as
// sshd_config.d is, and what lies beside an entry that is where OpenSSH itself looks.
// Other included files may have more readers than this run has, and one of them may
// have what a comment there silences.
func (t *Target) owns(path string) bool {
	main := t.Main().Path
	dir, name := filepath.Split(main)
	switch {
	case path == main, filepath.Base(filepath.Dir(path)) == name+".d":
		return true
	case !strings.HasPrefix(path, dir):
		return false
	}
	home := filepath.Base(dir)
	return home == ".ssh" && name == "config" || home == "ssh" && (name == "ssh_config" || name == "sshd_config")
}

// tellsUnused reports whether a run over the target finds all that there may be
// to silence, so that what silences nothing is of no use.
func (t *Target) tellsUnused() bool {
	if t.Deployment != nil || t.Template != nil || t.Fragment || t.Settings.Hosts != nil || t.NoIncludes && len(t.Config.Includes) > 0 {
		return false
	}
	// What is wrong behind a line that OpenSSH refuses shows only once that is mended.
	return len(t.Config.Problems) == 0
}

// suppress removes the findings behind the first n that a comment silences.
func (c *collector) suppress(n int) {
	if len(c.comments) == 0 {
		return
	}
	all := c.res.Diagnostics
	kept := all[:n]
	var gone []Diagnostic
	for _, d := range all[n:] {
		names := c.silencing(&d)
		if len(names) == 0 {
			kept = append(kept, d)
			continue
		}
		why := &sheltered{rule: d.Rule}
		for _, name := range names {
			name.used = true
			why.names = append(why.names, nameInFile{name.Span.File, name.Name})
		}
		c.res.Sheltered.add(&d, why)
		gone = append(gone, d)
	}
	clear(all[len(kept):])
	c.res.Diagnostics, c.keys = kept, nil
	c.res.Suppressed += len(gone)
	c.res.withhold(gone)
}

// last runs the rules that want to know what became of the suppressions.
func (c *collector) last() {
	c.suppress(0)
	needed := map[nameInFile]bool{}
	c.res.shelter(&c.res.Sheltered, needed)
	c.res.shelter(c.kept, needed)
	for _, f := range c.comments {
		f.judge(needed)
	}
	n := len(c.res.Diagnostics)
	for _, pass := range c.late {
		pass.Rule.Run(pass)
	}
	c.suppress(n)
	c.keepTogether()
}

// keepTogether keeps the fixes from parting comments and the lines that they are
// about. New lines go above the comments instead of between. A fix that removes
// the line is taken away, as the comment would be about the next one then.
func (c *collector) keepTogether() {
	if len(c.comments) == 0 {
		return
	}
	for i := range c.res.Diagnostics {
		for _, f := range c.res.Diagnostics[i].Fixes {
			for k := range f.Edits {
				if e := &f.Edits[k]; c.comments[e.File] != nil {
					c.comments[e.File].lift(e)
				}
			}
		}
	}
	c.res.dropEdits(func(e *TextEdit) *Related {
		if f := c.comments[e.File]; f != nil {
			return f.removedTarget(e)
		}
		return nil
	})
}

// lift moves an insertion of whole lines out of a run of lines, to above the
// first comment. A comment means nothing to the programs, so that nothing else
// comes of it. Once lifted an edit stays where it is: findings share them.
func (c *comments) lift(e *TextEdit) {
	if e.Start != e.End || !strings.HasSuffix(e.NewText, "\n") {
		return
	}
	g := c.at(e.Start)
	if g < 0 || c.src[e.Start-1] != '\n' {
		return
	}
	e.Start, e.End = c.groups[g].first, c.groups[g].first
}

// removedTarget is the line that an edit removes from below a comment that is of
// use; nil if it removes none.
func (c *comments) removedTarget(e *TextEdit) *Related {
	if e.Start == e.End || strings.TrimSpace(e.NewText) != "" {
		return nil
	}
	// A line goes with its own line end or, at the end, with that of the line above.
	g := c.at(e.End - 1)
	if g < 0 {
		return nil
	}
	line := c.groups[g].target
	text := bytes.TrimSpace(line.Text(c.src))
	at := line.Start + bytes.Index(line.Text(c.src), text)
	if len(text) == 0 || e.Start > at || e.End < at+len(text) {
		return nil
	}
	for _, s := range c.groups[g].list {
		for i := range s.Names {
			if !s.Names[i].Unused {
				return &Related{Span: s.Text, Message: "this comment is about the line below it, and would be about another one if that were removed"}
			}
		}
	}
	return nil
}

// judge settles which names have silenced nothing. needed are those that keep
// values as they are that a fix would change.
func (c *comments) judge(needed map[nameInFile]bool) {
	for _, s := range c.list {
		for i := range s.Names {
			n := &s.Names[i]
			n.used = n.used || needed[nameInFile{n.Span.File, n.Name}]
			if w := c.whole[n.Name]; w != nil && w != n {
				n.Again = w.Span // it may stand below, in the head of the file
			}
			n.Unused = c.ran[n.Name] && !n.used && (!c.unsure || n.Again.File != "")
		}
	}
}

// withhold takes fixes away from the findings that are left: those that would
// change what a silenced finding is about on its own line. The two lines of a
// keep-alive share their fixes, and whoever silences one wants it to stay.
func (r *Result) withhold(silenced []Diagnostic) {
	held := map[Span]*Diagnostic{}
	for i := range silenced {
		d := &silenced[i]
		for _, f := range d.Fixes {
			for _, e := range f.Edits {
				if e.Start < e.End && e.File == d.Span.File && e.Start < d.Span.End && d.Span.Start < e.End {
					held[e.Span] = d
				}
			}
		}
	}
	if len(held) == 0 {
		return
	}
	r.dropEdits(func(e *TextEdit) *Related {
		d := held[e.Span]
		if d == nil {
			return nil
		}
		return &Related{Span: d.Span, Message: "a comment silences " + d.Rule + " here, so that this line stays as it is"}
	})
}

// dropEdits takes away the fixes that have an edit which something stands in the
// way of.
func (r *Result) dropEdits(obstacle func(*TextEdit) *Related) {
	r.dropFixes(func(_ *Diagnostic, f *SuggestedFix) *Related {
		for i := range f.Edits {
			if o := obstacle(&f.Edits[i]); o != nil {
				return o
			}
		}
		return nil
	})
}

// dropFixes takes away the fixes that something stands in the way of, and notes
// what that is.
func (r *Result) dropFixes(inTheWay func(*Diagnostic, *SuggestedFix) *Related) {
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		var left []SuggestedFix
		for k := range d.Fixes {
			if o := inTheWay(d, &d.Fixes[k]); o != nil {
				d.Obstacle, d.Held = o, true
				continue
			}
			left = append(left, d.Fixes[k])
		}
		if len(left) < len(d.Fixes) {
			d.Fixes = left
		}
	}
}
