package resolve

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// maxDepth is how deep Includes may nest (readconf.c, servconf.c).
const maxDepth = 16

// maxVisits bounds how many files are read, counting each inclusion: a few
// files that include each other twice a level would otherwise be read 65,536
// times.
const maxVisits = 4096

// Source is a file that OpenSSH reads by itself, not because another file
// includes it. Data, if not nil, is used instead of reading Path.
type Source struct {
	Path   string
	Data   []byte
	System bool // the system-wide client file: its Includes are relative to /etc/ssh
	// CheckOwner applies the owner check to this file; Included ones have it
	// wherever Env.CheckOwners is set.
	CheckOwner bool
}

// Options are the parts of a load that are not files.
type Options struct {
	NoIncludes bool // read the named files alone
}

// File is one distinct file with what its lines mean, whatever includes it.
type File struct {
	*syntax.File
	Path   string
	Index  int
	System bool

	stmts []stmt
	conds map[int32]*Condition
	bad   []Problem // by line
	// foreign is true for a file that fails ssh's owner check.
	foreign bool
}

// stmt is one line that does something.
type stmt struct {
	line int32
	key  keyword.ID // the keyword under which the value is stored
	kind stmtKind
}

type stmtKind uint8

const (
	setting stmtKind = iota
	unset            // stores "not set": a later line still wins
	host             // opens a block
	match            // opens a block
	include          // reads other files
	refused          // has a problem, stores nothing
	inert            // known, without effect
)

// ProblemKind classifies why OpenSSH refuses a line or a file.
type ProblemKind uint8

// The kinds of problems.
const (
	NoArgument      ProblemKind = iota // keyword without argument
	BadQuotes                          // a quote is not closed
	ExtraArguments                     // more arguments than the keyword takes
	MissingValue                       // the argument is empty or a comment
	UnknownKeyword                     // no keyword of this program
	BadValue                           // the value's kind is wrong
	BadMatch                           // a Match or Host line that cannot be read
	NotInMatch                         // server: keyword not allowed in a Match block
	BadInclude                         // an Include line that cannot be read
	IncludeTooDeep                     // more than 16 levels, or a loop
	Unreadable                         // an included file that cannot be opened
	BadPermissions                     // wrong owner or mode
	TooManyIncludes                    // sshvet's own limit
)

// Problem is a reason for which OpenSSH refuses to work with the files.
type Problem struct {
	Kind    ProblemKind
	File    *File // the file that holds the line; for a file as a whole, the file itself
	Line    int   // index of the line, -1 for the file as a whole
	Span    syntax.Span
	Text    string // OpenSSH's words, with file and line
	Fatal   bool   // reading ends here
	Keyword *keyword.Keyword
	Word    string // the keyword as written
	Arg     string // the argument at fault
	Block   int32  // the block the line stands in
	Path    string // the file that could not be read

	visit int32
	order int32 // position in reading order, for IgnoreUnknown
}

// Include is one Include line and what it brought.
type Include struct {
	File  *File
	Line  int
	Block int32 // the block it stands in
	Args  []IncludeArg
}

// IncludeArg is one argument of an Include line.
type IncludeArg struct {
	Text    string
	Span    syntax.Span
	Pattern string // what was globbed
	Files   []*File
	Dynamic bool // holds tokens or variables that are known only when connecting
	Skipped bool // not read: --no-includes
}

// Block is one visit of a scope: the head of a file, or a Host or Match block.
// A file that is included twice has its blocks twice.
type Block struct {
	File   *File
	Line   int32 // header line; -1 for the head of a file
	Parent int32 // block of the Include line; -1 for the files read first
	Kind   syntax.BlockKind

	literal bool // a Host line without wildcards: found by index
	cond    *Condition
	first   int32 // first segment
	static  State // server: whether it holds at start-up (pass 1)
}

// segment is a run of statements of one block between Includes.
type segment struct {
	block    int32
	from, to int32 // in the file's stmts
	next     int32 // next segment of the block; -1
}

// Config is a set of files as one program reads them in one go.
type Config struct {
	Dialect  keyword.Dialect
	Files    []*File
	Blocks   []Block
	Includes []Include
	// Problems holds every reason for a refusal in reading order, also those
	// behind a fatal one, at which OpenSSH itself would stop.
	Problems []Problem

	env          Env
	opts         Options
	byPath       map[string]*File
	segments     []segment
	always       []int32          // segments of blocks that have to be tried for every host
	byHost       map[string]int32 // literal pattern of Host lines -> head of a list in links
	links        []link
	visits       int32
	order        int32
	wantPass2    bool
	ignored      []Ref              // IgnoreUnknown lines
	ignoredOrder []int32            // where each stands in the reading order
	sticky       map[keyword.ID]Ref // client: keywords that take effect whatever the block
	// reading is the order in which problems are met: indices into Problems,
	// and -1-visit where the visit of a file with problems ends.
	reading []int32
	stop    bool // an Include chain was given up
}

type link struct{ block, next int32 }

// Ref is a statement as seen in one visit.
type Ref struct {
	File  int32 // index into Config.Files; -1 for the command line
	Line  int32 // index of the line, or of the -o option
	Block int32
}

// Load reads the sources in order, with all they include.
// It fails only if a source itself cannot be read; whatever is wrong inside
// the files is in Problems.
func Load(d keyword.Dialect, env Env, sources []Source, opts Options) (*Config, error) {
	c := &Config{Dialect: d, env: env, opts: opts, byPath: map[string]*File{}, byHost: map[string]int32{},
		sticky: map[keyword.ID]Ref{}}
	for _, src := range sources {
		f, info, err := c.open(src)
		if err != nil {
			return nil, err
		}
		if src.CheckOwner && !c.ownerOK(info) {
			c.badOwner(f, -1, nil)
			continue
		}
		c.visit(f, -1, 0)
	}
	return c, nil
}

func (c *Config) open(src Source) (*File, FileInfo, error) {
	data, info := src.Data, FileInfo{}
	if data == nil {
		var err error
		if data, info, err = c.env.ReadFile(src.Path); err != nil {
			return nil, info, err
		}
	}
	return c.addFile(src.Path, data, src.System), info, nil
}

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

// addFile parses a file once and works out what its lines mean.
func (c *Config) addFile(path string, data []byte, system bool) *File {
	f := &File{
		File:   syntax.Parse(path, data, syntax.Options{Server: c.Dialect.Side == keyword.Server, Era: era(c.Dialect)}),
		Path:   path,
		Index:  len(c.Files),
		System: system,
	}
	c.Files = append(c.Files, f)
	c.byPath[path] = f
	c.compile(f)
	return f
}

// compile classifies every line of a file and checks its value.
func (c *Config) compile(f *File) {
	f.stmts = make([]stmt, 0, f.Len())
	var args []syntax.Arg
	var words []string
	for i := range f.Len() {
		l := f.Line(i)
		if l.Kind != syntax.Setting && l.Kind != syntax.NoArgument {
			continue
		}
		st := stmt{line: int32(i)}
		args, words = c.compileLine(f, l, &st, args[:0], words[:0])
		f.stmts = append(f.stmts, st)
	}
}

// compileLine fills in what line l does. The two slices are scratch space.
func (c *Config) compileLine(f *File, l syntax.Line, st *stmt, args []syntax.Arg, words []string) ([]syntax.Arg, []string) {
	i := int(st.line)
	key := f.KeyText(l)
	k := c.Dialect.Lookup(key)
	refuse := func(kind ProblemKind, span syntax.Span, arg, msg string, fatal bool) {
		st.kind = refused
		f.bad = append(f.bad, Problem{
			Kind: kind, File: f, Line: i, Span: span, Keyword: k, Word: string(key), Arg: arg,
			Text: c.place(f, i, msg), Fatal: fatal,
		})
	}
	if l.Kind == syntax.NoArgument {
		refuse(NoArgument, l.Key, "", fmt.Sprintf("no argument after keyword \"%s\"", Visible(c.spelled(key))), false)
		return args, words
	}
	args, ok := f.Args(l, args)
	if k == nil {
		refuse(UnknownKeyword, l.Key, "", "", false)
		last := &f.bad[len(f.bad)-1]
		last.Text = fmt.Sprintf("%s: line %d: Bad configuration option: %s", f.Path, c.number(f, i), Visible(c.spelled(key)))
		if ok || c.Dialect.Side == keyword.Server {
			return args, words
		}
	}
	if !ok {
		refuse(BadQuotes, l.Args, "", "invalid quotes", false)
		return args, words
	}
	switch k.Lower {
	case "host":
		c.compileHost(f, l, st, args, refuse)
		return args, words
	case "match":
		c.compileMatch(f, l, st, refuse)
		return args, words
	case "include":
		st.kind = include
		return args, words
	}
	target := c.Dialect.Target(k)
	st.key = target.ID
	words = valueWords(f, l, k, args, words)
	v, err := c.Dialect.Check(k, words)
	if err != nil {
		span, arg := l.Args, ""
		if err.Arg >= 0 && err.Arg < len(args) && k.Kind != "rawline" {
			span, arg = args[err.Arg].Span, args[err.Arg].Text
		}
		refuse(problemKind(err.Msg), span, arg, err.Msg, err.Fatal)
		return args, words
	}
	switch {
	case v.Unset:
		st.kind = unset
	case k.Repeat == keyword.NoRepeat || k.Status == keyword.Ignored || k.Status == keyword.Deprecated || k.Status == keyword.Unsupported:
		st.kind = inert
	}
	return args, words
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

// problemKind tells from OpenSSH's words what is wrong with a value.
func problemKind(msg string) ProblemKind {
	switch {
	case strings.Contains(msg, "extra argument"):
		return ExtraArguments
	case strings.Contains(strings.ToLower(msg), "missing"):
		return MissingValue
	}
	return BadValue
}

// place puts file and line in front of a message, as OpenSSH does.
func (c *Config) place(f *File, line int, msg string) string {
	return fmt.Sprintf("%s line %d: %s", f.Path, c.number(f, line), msg)
}

// number is the line number that OpenSSH gives: sshd counts the lines it has
// joined at a NUL byte as one.
func (c *Config) number(f *File, line int) int { return line + 1 }

// spelled is a keyword as messages give it: ssh lowers it, sshd does not.
func (c *Config) spelled(key []byte) string {
	if c.Dialect.Side == keyword.Client {
		return pattern.Lower(string(key))
	}
	return string(key)
}

// Visible escapes control and non-ASCII bytes in octal, as OpenSSH's log does.
func Visible(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\t' || c >= 0x7f {
			fmt.Fprintf(&b, "\\%03o", c)
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

type refuseFunc func(kind ProblemKind, span syntax.Span, arg, msg string, fatal bool)

func (c *Config) compileHost(f *File, l syntax.Line, st *stmt, args []syntax.Arg, refuse refuseFunc) {
	st.kind = host
	for _, a := range args {
		if a.Text == "" {
			refuse(BadMatch, a.Span, "", "keyword host empty argument", false)
			st.kind = host
		}
	}
}

func (c *Config) compileMatch(f *File, l syntax.Line, st *stmt, refuse refuseFunc) {
	st.kind = match
	cond, err := parseMatch(c.Dialect, f.File, l, c.number(f, int(st.line)))
	if err != nil {
		refuse(BadMatch, err.span, "", "Bad Match condition", c.Dialect.Side == keyword.Server || err.fatal)
		p := &f.bad[len(f.bad)-1]
		msg := err.msg
		if err.withPlace {
			msg = c.place(f, int(st.line), msg)
		}
		if err.bare {
			p.Text = msg
		} else {
			p.Text = msg + "\n" + p.Text
		}
		st.kind = match
		cond = &Condition{}
	}
	if f.conds == nil {
		f.conds = map[int32]*Condition{}
	}
	f.conds[st.line] = cond
}

// visit reads a file into the sequence, standing in block parent.
func (c *Config) visit(f *File, parent int32, depth int) {
	visit := c.visits
	c.visits++
	w := walk{c: c, f: f, visit: visit, depth: depth}
	w.open(-1, syntax.Head, parent)
	w.run()
	w.closeSegment(int32(len(f.stmts)))
	if w.problems {
		c.reading = append(c.reading, -1-visit)
	}
}

// walk is one visit of a file.
type walk struct {
	c        *Config
	f        *File
	visit    int32
	depth    int
	block    int32 // current block
	from     int32 // first statement that is in no segment yet
	parent   int32
	problems bool
	nextBad  int
}

func (w *walk) run() {
	for i := range w.f.stmts {
		st := &w.f.stmts[i]
		w.c.order++
		w.report(st)
		switch st.kind {
		case host, match:
			w.closeSegment(int32(i))
			kind := syntax.Host
			if st.kind == match {
				kind = syntax.Match
			}
			w.open(st.line, kind, w.parent)
			w.from = int32(i + 1)
		case include:
			w.closeSegment(int32(i))
			w.from = int32(i + 1)
			w.include(st)
		case setting, unset:
			w.note(st)
		}
		if w.c.stop {
			w.from = int32(len(w.f.stmts))
			return
		}
	}
}

// report adds the problems of a line to the sequence.
func (w *walk) report(st *stmt) {
	for w.nextBad < len(w.f.bad) && w.f.bad[w.nextBad].Line <= int(st.line) {
		p := w.f.bad[w.nextBad]
		w.nextBad++
		w.add(p)
		if p.Kind == UnknownKeyword && w.c.Dialect.Side == keyword.Server && w.inMatch() {
			p.Kind, p.Fatal = NotInMatch, true
			p.Text = w.c.place(w.f, p.Line, fmt.Sprintf("Directive '%s' is not allowed within a Match block", Visible(p.Word)))
			w.add(p)
		}
	}
	if st.kind <= unset && w.c.Dialect.Side == keyword.Server && w.inMatch() {
		w.checkInMatch(st)
	}
}

func (w *walk) add(p Problem) {
	p.Block, p.visit, p.order = w.block, w.visit, w.c.order
	w.c.addProblem(p)
	w.problems = true
}

func (c *Config) addProblem(p Problem) {
	c.reading = append(c.reading, int32(len(c.Problems)))
	c.Problems = append(c.Problems, p)
}

// inMatch reports whether the current block is one that sshd decides only when
// somebody connects.
func (w *walk) inMatch() bool { return w.c.Blocks[w.block].static != Yes }

// checkInMatch refuses keywords that are global only (servconf.c,
// SSHCFG_MATCH).
func (w *walk) checkInMatch(st *stmt) {
	l := w.f.Line(int(st.line))
	word := w.f.KeyText(l)
	k := w.c.Dialect.Lookup(word)
	if w.c.Dialect.AllowedInMatch(k) {
		return
	}
	w.add(Problem{
		Kind: NotInMatch, File: w.f, Line: int(st.line), Span: l.Key, Keyword: k, Word: string(word), Fatal: true,
		Text: w.c.place(w.f, int(st.line), fmt.Sprintf("Directive '%s' is not allowed within a Match block", word)),
	})
}

// note records the lines that matter beyond their block.
func (w *walk) note(st *stmt) {
	if w.c.Dialect.Side == keyword.Server {
		return
	}
	ref := Ref{File: int32(w.f.Index), Line: st.line, Block: w.block}
	switch keyword.ByID(keyword.Client, st.key).Lower {
	case "ignoreunknown":
		w.c.ignored = append(w.c.ignored, ref)
		w.c.ignoredOrder = append(w.c.ignoredOrder, w.c.order)
	case "syslogfacility":
		if _, ok := w.c.sticky[st.key]; !ok {
			w.c.sticky[st.key] = ref
		}
	case "streamlocalbindmask":
		w.c.sticky[st.key] = ref
	}
}

// open starts a block.
func (w *walk) open(line int32, kind syntax.BlockKind, parent int32) {
	b := Block{File: w.f, Line: line, Parent: parent, Kind: kind, first: -1}
	switch kind {
	case syntax.Head:
		w.parent = parent
		b.static = w.c.parentStatic(parent)
	case syntax.Match:
		b.cond = w.f.conds[line]
		b.static = min(w.c.parentStatic(parent), w.c.staticMatch(b.cond))
		for _, crit := range b.cond.Criteria {
			w.c.wantPass2 = w.c.wantPass2 || crit.Name == "final" &&
				(!crit.Negate || w.c.Dialect.Release < keyword.R(10, 1))
		}
	}
	w.block = int32(len(w.c.Blocks))
	w.c.Blocks = append(w.c.Blocks, b)
	if kind == syntax.Host {
		w.c.indexHost(w.block)
	}
	if kind == syntax.Match {
		w.segment(0, 0) // so that its condition is decided in its place
	}
}

func (c *Config) parentStatic(parent int32) State {
	if parent < 0 {
		return Yes
	}
	return c.Blocks[parent].static
}

// staticMatch decides a server's Match line at start-up: only `all` and
// `version` hold there.
func (c *Config) staticMatch(cond *Condition) State {
	if c.Dialect.Side == keyword.Client || len(cond.Criteria) == 0 {
		return No
	}
	for _, crit := range cond.Criteria {
		switch crit.Name {
		case "all":
		case "version":
			if pattern.MatchList(c.version(), crit.Arg, false) != 1 {
				return No
			}
		default:
			return No
		}
	}
	return Yes
}

// version is what `Match version` compares with.
func (c *Config) version() string { return "OpenSSH_" + c.Dialect.Release.String() + "p1" }

// indexHost makes a Host block findable by its literal patterns, or marks it
// as one to be tried for every host.
func (c *Config) indexHost(id int32) {
	b := &c.Blocks[id]
	cond := &Condition{}
	cond.Hosts, _ = b.File.Args(b.File.Line(int(b.Line)), nil)
	b.literal = true
	for _, a := range cond.Hosts {
		if !strings.HasPrefix(a.Text, "!") && !pattern.IsLiteral(a.Text) {
			b.literal = false
			b.cond = cond
			return
		}
	}
	for _, a := range cond.Hosts {
		if strings.HasPrefix(a.Text, "!") {
			continue
		}
		head, ok := c.byHost[a.Text]
		if !ok {
			head = -1
		}
		c.links = append(c.links, link{id, head})
		c.byHost[a.Text] = int32(len(c.links) - 1)
	}
}

// condition returns the patterns of a Host block or the criteria of a Match
// block.
func (c *Config) condition(id int32) *Condition {
	b := &c.Blocks[id]
	if b.cond != nil || b.Kind == syntax.Head {
		return b.cond
	}
	cond := &Condition{}
	cond.Hosts, _ = b.File.Args(b.File.Line(int(b.Line)), nil)
	return cond
}

// Condition returns what makes a block hold; nil for the head of a file.
func (c *Config) Condition(id int32) *Condition { return c.condition(id) }

func (w *walk) closeSegment(to int32) {
	if w.from < to {
		w.segment(w.from, to)
	}
	w.from = to
}

func (w *walk) segment(from, to int32) {
	id := int32(len(w.c.segments))
	w.c.segments = append(w.c.segments, segment{block: w.block, from: from, to: to, next: -1})
	b := &w.c.Blocks[w.block]
	if !b.literal {
		w.c.always = append(w.c.always, id)
		return
	}
	if b.first < 0 {
		b.first = id
		return
	}
	at := b.first
	for w.c.segments[at].next >= 0 {
		at = w.c.segments[at].next
	}
	w.c.segments[at].next = id
}

// include reads the files of an Include line.
func (w *walk) include(st *stmt) {
	l := w.f.Line(int(st.line))
	args, _ := w.f.Args(l, nil)
	inc := Include{File: w.f, Line: int(st.line), Block: w.block}
	refuse := func(kind ProblemKind, span syntax.Span, text string, fatal bool) {
		w.add(Problem{Kind: kind, File: w.f, Line: int(st.line), Span: span, Text: text, Fatal: fatal, Word: "Include"})
	}
	server := w.c.Dialect.Side == keyword.Server
	if len(args) == 0 && server {
		refuse(BadInclude, l.Args, w.c.place(w.f, int(st.line), "Include missing filename argument"), true)
	}
	w.c.Includes = append(w.c.Includes, inc)
	at := len(w.c.Includes) - 1
	for _, a := range args {
		if a.Text == "" {
			msg := "keyword include empty argument"
			if server {
				msg = "keyword Include empty argument"
			}
			refuse(BadInclude, a.Span, w.c.place(w.f, int(st.line), msg), server)
			break
		}
		entry := w.expand(a, st, refuse)
		w.c.Includes[at].Args = append(w.c.Includes[at].Args, entry.IncludeArg)
		for _, path := range entry.paths {
			if f := w.read(path, st, a.Span); f != nil {
				last := len(w.c.Includes[at].Args) - 1
				w.c.Includes[at].Args[last].Files = append(w.c.Includes[at].Args[last].Files, f)
			}
			if w.c.stop {
				return
			}
		}
	}
}

type expanded struct {
	IncludeArg
	paths []string
}

// expand turns one argument into the paths it stands for.
func (w *walk) expand(a syntax.Arg, st *stmt, refuse func(ProblemKind, syntax.Span, string, bool)) expanded {
	e := expanded{IncludeArg: IncludeArg{Text: a.Text, Span: a.Span}}
	text := a.Text
	client := w.c.Dialect.Side == keyword.Client
	if client && w.c.Dialect.Release >= keyword.R(9, 9) && strings.ContainsAny(text, "%$") {
		var ok bool
		if text, ok = w.c.expandTokens(text); !ok {
			e.Dynamic = true
			return e
		}
	}
	if client && w.f.System && text[0] == '~' {
		refuse(BadInclude, a.Span, w.c.place(w.f, int(st.line), "bad include path "+text+"."), false)
		return e
	}
	pat, ok := w.c.includePattern(text, w.f.System)
	if !ok {
		return e
	}
	e.Pattern = pat
	if w.c.opts.NoIncludes {
		e.Skipped = true
		return e
	}
	e.paths = w.c.env.glob(pat)
	return e
}

// expandTokens replaces what is the same for every connection: %% and ${NAME}.
// ok is false for anything else.
func (c *Config) expandTokens(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "%%"):
			b.WriteByte('%')
			i++
		case text[i] == '%':
			if i+1 < len(text) && text[i+1] == 'd' && c.env.Home != "" {
				b.WriteString(c.env.Home)
				i++
				continue
			}
			return "", false
		case strings.HasPrefix(text[i:], "${"):
			end := strings.IndexByte(text[i:], '}')
			if end < 0 || c.env.Getenv == nil {
				return "", false
			}
			value, ok := c.env.Getenv(text[i+2 : i+end])
			if !ok {
				return "", false
			}
			b.WriteString(value)
			i += end
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), b.Len() > 0
}

// read visits one included file; nil if it is not there or cannot be read.
func (w *walk) read(path string, st *stmt, span syntax.Span) *File {
	c := w.c
	if w.depth+1 > maxDepth {
		w.add(Problem{Kind: IncludeTooDeep, File: w.f, Line: int(st.line), Span: span,
			Text: "Too many recursive configuration includes", Fatal: true, Path: path, Word: "Include"})
		c.stop = true
		return nil
	}
	if c.visits >= maxVisits {
		w.add(Problem{Kind: TooManyIncludes, File: w.f, Line: int(st.line), Span: span, Fatal: true, Path: path, Word: "Include",
			Text: fmt.Sprintf("more than %d files are included", maxVisits)})
		c.stop = true
		return nil
	}
	f := c.byPath[path]
	var info FileInfo
	if f == nil {
		data, fi, err := c.env.ReadFile(path)
		info = fi
		switch {
		case err == nil:
		case errors.Is(err, ErrIsDirectory):
			data = nil
		default:
			w.unreadable(path, st, span, err)
			return nil
		}
		f = c.addFile(path, data, w.f.System)
		f.foreign = c.env.CheckOwners && c.Dialect.Side == keyword.Client && !c.ownerOK(info)
	}
	if f.foreign {
		c.badOwner(f, w.visit, w)
		return nil
	}
	c.visit(f, w.block, w.depth+1)
	return f
}

// ErrIsDirectory is what ReadFile wraps for a folder: OpenSSH reads it as an
// empty file.
var ErrIsDirectory = errors.New("is a directory")

// unreadable handles an included file that cannot be opened. A dangling link
// is silent on the client and fatal on the server.
func (w *walk) unreadable(path string, st *stmt, span syntax.Span, err error) {
	server := w.c.Dialect.Side == keyword.Server
	if !server && errors.Is(err, fs.ErrNotExist) {
		return
	}
	reason := reasonOf(err)
	text := w.c.place(w.f, int(st.line), fmt.Sprintf("Can't open user config file %s: %s", path, reason))
	if server {
		text = path + ": " + reason
	}
	w.add(Problem{Kind: Unreadable, File: w.f, Line: int(st.line), Span: span, Text: text, Fatal: true, Path: path, Word: "Include"})
}

// reasonOf is what strerror would say.
func reasonOf(err error) string {
	var errno syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	case errors.As(err, &errno):
		return errno.Error()
	}
	return err.Error()
}

// ownerOK is the check that ssh makes on its own files (readconf.c,
// read_config_file_depth): owned by root or the caller, and nobody else may
// write. Debian lets a group write whose only member is the owner.
func (c *Config) ownerOK(info FileInfo) bool {
	if info.UID != 0 && info.UID != c.env.UID {
		return false
	}
	perm := info.Mode.Perm()
	if perm&0o002 != 0 {
		return false
	}
	if perm&0o020 == 0 {
		return true
	}
	return c.Dialect.Vendor == keyword.Debian && c.env.PrivateGroup != nil && c.env.PrivateGroup(info.GID, c.env.UID)
}

func (c *Config) badOwner(f *File, visit int32, w *walk) {
	p := Problem{Kind: BadPermissions, File: f, Line: -1, Text: "Bad owner or permissions on " + f.Path, Fatal: true, Path: f.Path, visit: visit, Block: -1}
	if w != nil {
		w.add(p)
		return
	}
	c.addProblem(p)
}
