package resolve

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"maps"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/share"
	"github.com/sshvet/sshvet/internal/syntax"
)

// era is how this program splits a line into arguments.
func era(d keyword.Dialect) syntax.Era {
	switch {
	case d.Release >= keyword.R(8, 7):
		return syntax.Argv
	case d.Side == keyword.Server || d.Release >= keyword.R(8, 5):
		return syntax.CutComments
	}
	return syntax.NoComments
}

// readerOptions are how this program reads lines.
func readerOptions(d keyword.Dialect) syntax.Options {
	return syntax.Options{Server: d.Side == keyword.Server, Era: era(d), KeepFormFeed: d.Release < keyword.R(7, 5)}
}

// addFile parses a file once and works out what its lines mean.
func (c *Config) addFile(path string, data []byte, system bool) *File {
	f := &File{
		File:   syntax.Parse(path, data, readerOptions(c.Dialect)),
		Path:   path,
		Index:  len(c.Files),
		System: system,
	}
	c.Files = append(c.Files, f)
	c.byPath[path] = f
	f.compile(c.Dialect, c.onlyFor())
	return f
}

// compiler classifies the lines of a file and checks their values, whatever
// scope they stand in: OpenSSH checks them all.
type compiler struct {
	d     keyword.Dialect
	f     *File
	lines int // for how many there should be room
	compiled

	only      onlyFor
	elsewhere bool  // the current block is none of the only host's
	bare      bool  // nor has it any line so far
	kept      []int // by keyword: lines in such blocks

	// the current line
	l    syntax.Line
	st   *stmt
	key  []byte
	k    *keyword.Keyword
	args []syntax.Arg
	// scratch space
	words []string

	seed  maphash.Seed
	cache *[cacheSize]cached // nil: there are too few lines to remember any
	spelt [16]spelling
}

// spelling is a keyword as a file has it, which mostly does so every time.
type spelling struct {
	text []byte
	k    *keyword.Keyword
}

// lookup is Dialect.Lookup, without a table for words that came up before.
func (comp *compiler) lookup(word []byte) *keyword.Keyword {
	if len(word) == 0 {
		return comp.d.Lookup(word)
	}
	seen := &comp.spelt[(len(word)+int(word[0]))%len(comp.spelt)]
	if !bytes.Equal(seen.text, word) {
		*seen = spelling{word, comp.d.Lookup(word)}
	}
	return seen.k
}

// cached is what a line that stood in the file before means. Large files are
// made of few different lines, but for names and addresses.
type cached struct {
	text string
	st   stmt
	none bool // a line that does nothing
}

// cacheSize is how many lines are remembered, maxCached how long they may be.
const (
	cacheSize = 1 << 9
	maxCached = 80
	fewLines  = 256 // up to here it is not worth it
)

// compiled is what a run of lines means.
type compiled struct {
	stmts []stmt
	conds map[int32]*Condition
	bad   []Problem // by line
	hostLines
	// headers is how many lines open a block
	headers int
	// stores is how many lines store a value, by the keyword under which they do;
	// writes marks the keywords that are written, whatever becomes of their lines.
	stores []int32
	writes []bool
	left   []int // by keyword: lines left out, see onlyFor
}

// partSize is how many lines are worth a goroutine of their own.
const partSize = 1 << 14

// compile works out what all lines mean, on several processors where there
// are many.
func (f *File) compile(d keyword.Dialect, only onlyFor) {
	room := make([]stmt, f.Len())
	parts := make([]compiled, share.Processors(f.Len(), partSize))
	share.All(f.Len(), partSize, func(i, from, to int) {
		parts[i] = f.compileLines(d, from, to, room[from:from:to], only)
	})
	f.compiled = parts[0]
	f.stmts = room[:len(f.stmts)]
	for i := range parts[1:] {
		f.join(&parts[i+1])
		parts[i+1] = compiled{}
	}
}

// join puts what the next run of lines means behind that of those before. The
// statements of all lie in one room, in order and with gaps, which are closed.
func (f *File) join(next *compiled) {
	f.stmts = append(f.stmts, next.stmts...)
	f.bad = append(f.bad, next.bad...)
	f.headers += next.headers
	f.hostLines.join(&next.hostLines)
	for id, n := range next.stores {
		f.stores[id] += n
		f.writes[id] = f.writes[id] || next.writes[id]
	}
	f.left = addCounts(f.left, next.left)
	if f.conds == nil {
		f.conds = next.conds
	} else {
		maps.Copy(f.conds, next.conds)
	}
}

// compileLines works out what lines mean; stmts has room for them.
func (f *File) compileLines(d keyword.Dialect, from, to int, stmts []stmt, only onlyFor) compiled {
	comp := &compiler{d: d, f: f, lines: to - from, only: only, seed: maphash.MakeSeed()}
	comp.stmts = stmts
	comp.stores, comp.writes = make([]int32, keyword.Count(d.Side)), make([]bool, keyword.Count(d.Side))
	if to-from > fewLines {
		comp.cache = new([cacheSize]cached)
	}
	if from == 0 {
		comp.lines = f.Len() // the other parts are joined to the first
	}
	for i := from; i < to; i++ {
		n := len(comp.stmts)
		comp.compile(i)
		if only.most > 0 && n < len(comp.stmts) {
			comp.leaveOut(n)
		}
	}
	comp.count()
	return comp.compiled
}

// count counts the lines that store a value.
func (comp *compiler) count() {
	for i := range comp.stmts {
		if st := &comp.stmts[i]; st.kind == setting || st.kind == unset {
			comp.stores[st.key]++
		}
	}
}

// compile works out what line i means, or remembers it.
func (comp *compiler) compile(i int) {
	text, whole := comp.f.Raw(i)
	if !whole || len(text) > maxCached || comp.cache == nil {
		comp.add(i)
		return
	}
	seen := &comp.cache[maphash.String(comp.seed, text)%cacheSize]
	switch {
	case seen.text != text:
		comp.remember(seen, i, text)
	case !seen.none:
		st := seen.st
		st.line = int32(i)
		comp.stmts = append(comp.stmts, st)
	}
}

// remember compiles line i and keeps the result, unless the line has a problem
// or opens a block, which is noted elsewhere.
func (comp *compiler) remember(slot *cached, i int, text string) {
	n := len(comp.stmts)
	comp.add(i)
	if n == len(comp.stmts) {
		*slot = cached{text: text, none: true}
		return
	}
	switch st := comp.stmts[n]; st.kind {
	case setting, unset, inert:
		*slot = cached{text: text, st: st}
	}
}

// longestLine is how many bytes a line may have in releases before 7.8, line
// feed included: one less than their buffer holds (readconf.c, servconf.c).
const longestLine = 4094

// add compiles line i.
func (comp *compiler) add(i int) {
	l := comp.f.Line(i)
	if comp.d.Release < keyword.R(7, 8) && l.End-l.Start > longestLine {
		comp.tooLong(i, l)
		return
	}
	if l.Kind != syntax.Setting && l.Kind != syntax.NoArgument {
		return
	}
	comp.stmts = append(comp.stmts, stmt{line: int32(i)})
	comp.l, comp.st = l, &comp.stmts[len(comp.stmts)-1]
	comp.line()
}

// tooLong refuses a line, even a comment, that old releases cannot read.
func (comp *compiler) tooLong(i int, l syntax.Line) {
	comp.stmts = append(comp.stmts, stmt{line: int32(i)})
	comp.l, comp.st, comp.k = l, &comp.stmts[len(comp.stmts)-1], nil
	comp.key = comp.f.KeyText(l)
	comp.refuse(LineTooLong, syntax.Span{Start: l.Start, End: l.Text.End}, "too long", true).Text =
		Visible(fmt.Sprintf("%s line %d too long", comp.f.Path, i+1))
}

// refuse notes a problem of the current line.
func (comp *compiler) refuse(kind ProblemKind, span syntax.Span, msg string, fatal bool) *Problem {
	comp.st.kind = refused
	comp.bad = append(doubled(comp.bad), Problem{
		Kind: kind, File: comp.f, Line: int(comp.st.line), Span: span, Keyword: comp.k, Word: string(comp.key),
		Text: Visible(comp.f.place(int(comp.st.line), msg)), Fatal: fatal,
	})
	return &comp.bad[len(comp.bad)-1]
}

// line is process_config_line_depth of readconf.c and
// process_server_config_line_depth of servconf.c, in their order: a missing
// argument, an unknown keyword, bad quotes, then the value.
func (comp *compiler) line() {
	comp.key = comp.f.KeyText(comp.l)
	comp.k = comp.lookup(comp.key)
	if comp.k != nil {
		comp.writes[comp.k.ID] = true
	}
	if comp.l.Kind == syntax.NoArgument {
		comp.refuse(NoArgument, comp.l.Key, "no argument after keyword \""+spelled(comp.d.Side, comp.key)+"\"", false)
		return
	}
	if comp.k == nil {
		p := comp.refuse(UnknownKeyword, comp.l.Key, "", false)
		p.Text = Visible(comp.f.Path + ": line " + strconv.Itoa(p.Line+1) + ": Bad configuration option: " + spelled(comp.d.Side, comp.key))
	}
	var ok bool
	if comp.args, ok = comp.f.Args(comp.l, comp.args[:0]); !ok {
		comp.refuse(BadQuotes, comp.l.Args, "invalid quotes", false)
		return
	}
	comp.st.global = comp.d.Side == keyword.Server && !comp.d.AllowedInMatch(comp.k)
	if comp.k != nil {
		comp.known()
	}
}

// known handles the arguments of a keyword that the program knows.
func (comp *compiler) known() {
	switch comp.k.Lower {
	case "host":
		comp.host()
	case "match":
		comp.match()
	case "include":
		comp.st.kind = include
	default:
		comp.setting()
	}
}

func (comp *compiler) setting() {
	comp.st.key = comp.d.Target(comp.k).ID
	comp.words = valueWords(comp.f, comp.l, comp.k, comp.args, comp.words[:0])
	v, err := comp.d.Check(comp.k, comp.words)
	if err != nil {
		comp.badValue(err)
		return
	}
	switch {
	case v.Unset:
		comp.st.kind = unset
	case comp.k.Repeat == keyword.NoRepeat || comp.k.Status == keyword.Ignored || comp.k.Status == keyword.Deprecated ||
		comp.k.Status == keyword.Unsupported:
		comp.st.kind = inert
	}
}

func (comp *compiler) badValue(err *keyword.ValueError) {
	span, arg := comp.l.Args, ""
	if err.Arg >= 0 && err.Arg < len(comp.args) && comp.k.Kind != "rawline" {
		span, arg = comp.args[err.Arg].Span, comp.args[err.Arg].Text
	}
	msg := err.Msg
	if comp.d.Side == keyword.Server {
		msg = respell(msg, comp.k.Name, string(comp.key))
	}
	comp.refuse(kindOfValueError(err.Msg), span, msg, err.Fatal).Arg = arg
}

// respell puts the keyword as the file has it into a message of sshd, which
// repeats it, in the place of the manual's spelling.
func respell(msg, name, word string) string {
	i := strings.Index(msg, name)
	end := i + len(name)
	if strings.HasPrefix(msg, "Bad SSH2 ") || strings.HasPrefix(msg, "bad ListenAddress ") || i < 0 || i > 0 && msg[i-1] != ' ' || end < len(msg) && msg[end] != ' ' && msg[end] != '.' {
		return msg
	}
	return msg[:i] + word + msg[end:]
}

// valueWords gives the arguments in the form that Check wants: raw-line
// keywords take the rest of the line as it stands.
func valueWords(f *File, l syntax.Line, k *keyword.Keyword, args []syntax.Arg, words []string) []string {
	if k.Kind == "rawline" {
		return append(words, string(f.ArgText(l)))
	}
	for _, a := range args {
		words = append(words, a.Text)
	}
	return words
}

func (comp *compiler) host() {
	for i, a := range comp.args {
		if a.Text == "" {
			comp.refuse(BadMatch, a.Span, "keyword host empty argument", false).emptyHost = int32(i) + 1
			break
		}
	}
	comp.st.kind = host
	comp.headers++
	comp.addHostWords(comp.args, comp.lines)
}

func (comp *compiler) match() {
	cond, err := parseMatch(comp.d, comp.f.File, comp.l, int(comp.st.line)+1)
	if err != nil {
		comp.badMatch(err)
		cond = &Condition{}
	} else if cond.unread && len(comp.args) > 0 {
		comp.refuse(ExtraArguments, comp.l.Args, comp.extraWords(), false)
	}
	comp.st.kind = match
	comp.headers++
	if comp.conds == nil {
		comp.conds = map[int32]*Condition{}
	}
	comp.conds[comp.st.line] = cond
}

// badMatch words the refusal of a Match line: what is wrong with it, then in
// most cases that it is wrong.
func (comp *compiler) badMatch(err *matchError) {
	p := comp.refuse(BadMatch, err.span, "Bad Match condition", comp.d.Side == keyword.Server || err.fatal)
	msg := err.msg
	if err.withPlace {
		msg = comp.f.place(int(comp.st.line), msg)
	}
	msg = Visible(msg)
	if !err.bare {
		msg += "\n" + p.Text
	}
	p.Text = msg
}

// extraWords is the complaint about what stands behind the end of a Match line.
func (comp *compiler) extraWords() string {
	return "keyword " + spelled(comp.d.Side, comp.key) + " extra arguments at end of line"
}
