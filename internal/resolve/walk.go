package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// visit reads a file into the sequence, standing in block parent.
func (c *Config) visit(f *File, parent int32, depth int) {
	visit := c.visits
	c.visits++
	c.Blocks = slices.Grow(c.Blocks, f.headers+1)
	c.segments = slices.Grow(c.segments, f.headers+1)
	f.visits++
	c.Problems = slices.Grow(c.Problems, len(f.bad))
	w := walk{c: c, f: f, visit: visit, depth: depth}
	w.open(-1, syntax.Head, parent)
	w.run()
	w.closeSegment(int32(len(f.stmts)))
	c.left = addCounts(c.left, f.left)
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
	host     int32 // how many Host lines were met
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
		case refused:
			if w.storedAnyway(st) {
				w.note(st)
			}
		}
		if w.c.stop {
			w.from = int32(len(w.f.stmts))
			return
		}
	}
}

// storedAnyway: IgnoreUnknown counts for the rest of the file even if more
// stands behind its argument, which ssh refuses.
func (w *walk) storedAnyway(st *stmt) bool {
	return w.c.table.roles[st.key] == ignoreUnknownRole && w.nextBad > 0 && w.f.bad[w.nextBad-1].Kind == ExtraArguments
}

// report adds the problems of a line to the sequence. sshd looks at the scope
// behind the keyword and the quotes, before the value.
func (w *walk) report(st *stmt) {
	misplaced := st.global && w.inMatch()
	for ; w.nextBad < len(w.f.bad) && w.f.bad[w.nextBad].Line == int(st.line); w.nextBad++ {
		if p := &w.f.bad[w.nextBad]; !misplaced || p.Kind == UnknownKeyword {
			w.add(*p)
		}
	}
	if misplaced {
		w.notInMatch(st)
	}
}

func (w *walk) add(p Problem) {
	p.Block, p.visit, p.order = w.block, w.visit, w.c.order
	w.c.addProblem(p)
	w.problems = true
}

func (c *Config) addProblem(p Problem) {
	c.reading = append(c.reading, int32(len(c.Problems)))
	c.Problems = append(doubled(c.Problems), p)
}

// doubled has room for one more problem. append grows large slices by a quarter
// only, and a file of any other kind has a problem in each line.
func doubled(list []Problem) []Problem {
	if len(list) == cap(list) {
		return slices.Grow(list, max(4, len(list)))
	}
	return list
}

// inMatch reports whether the current block is one that sshd decides only when
// somebody connects.
func (w *walk) inMatch() bool { return w.c.Blocks[w.block].static != Yes }

// notInMatch refuses a keyword that is global only (servconf.c, SSHCFG_MATCH).
func (w *walk) notInMatch(st *stmt) {
	l := w.f.Line(int(st.line))
	word := w.f.KeyText(l)
	msg := fmt.Sprintf("Directive '%s' is not allowed within a Match block", word)
	w.add(Problem{
		Kind: NotInMatch, File: w.f, Line: int(st.line), Span: l.Key, Keyword: w.c.Dialect.Lookup(word), Word: string(word), Fatal: true,
		Text: Visible(w.f.place(int(st.line), msg)),
	})
}

// note records the lines that matter beyond their block.
func (w *walk) note(st *stmt) {
	role := w.c.table.roles[st.key]
	if role == ordinary {
		return
	}
	ref := Ref{File: int32(w.f.Index), Line: st.line, Block: w.block}
	switch role {
	case subsystemRole:
		if w.c.Dialect.Release < keyword.R(9, 5) && !w.inMatch() {
			w.subsystem(st)
		}
	case methodsRole:
		w.methods(st, ref)
	case ignoreUnknownRole:
		w.c.ignored = append(w.c.ignored, ref)
		w.c.ignoredOrder = append(w.c.ignoredOrder, w.c.order)
	case firstSticksRole:
		if _, have := w.c.sticky[st.key]; !have {
			w.c.sticky[st.key] = ref
		}
	case lastSticksRole:
		w.c.sticky[st.key] = ref
	}
}

// subsystem refuses a second Subsystem of a name, as sshd did before 9.5.
func (w *walk) subsystem(st *stmt) {
	l := w.f.Line(int(st.line))
	args, _ := w.f.Args(l, nil)
	if len(args) == 0 {
		return
	}
	name := args[0].Text
	if !w.c.subsystems[name] {
		w.c.subsystems[name] = true
		return
	}
	w.add(Problem{
		Kind: BadValue, File: w.f, Line: int(st.line), Span: args[0].Span, Keyword: keyword.ByID(keyword.Server, st.key),
		Word: string(w.f.KeyText(l)), Arg: name, Fatal: true,
		Text: Visible(w.f.place(int(st.line), fmt.Sprintf("Subsystem '%s' already defined.", name))),
	})
}

// methods refuses `AuthenticationMethods any` behind another line of the
// keyword that sshd has stored, in whatever block it stands (servconf.c,
// sAuthMethods).
func (w *walk) methods(st *stmt, ref Ref) {
	l := w.f.Line(int(st.line))
	if args, _ := w.f.Args(l, nil); len(args) > 0 && args[0].Text == "any" {
		msg := Visible(w.f.place(int(st.line), anyAlone+string(w.f.KeyText(l))))
		again := msg
		if w.depth == 0 { // the name that the main file has when it is read for a connection
			again = "reprocess config" + strings.TrimPrefix(msg, Visible(w.f.Path))
		}
		w.c.anyMethods = append(w.c.anyMethods, anyMethod{int32(len(w.c.segments)), ref, again})
		if w.c.haveMethods {
			w.add(Problem{
				Kind: BadValue, File: w.f, Line: int(st.line), Span: args[0].Span, Keyword: keyword.ByID(keyword.Server, st.key),
				Word: string(w.f.KeyText(l)), Arg: "any", Fatal: true, Text: msg,
			})
		}
	}
	w.c.haveMethods = w.c.haveMethods || !w.inMatch()
}

const anyAlone = `"any" must appear alone in `

// anyMethod is a line `AuthenticationMethods any`.
type anyMethod struct {
	segment int32
	ref     Ref
	msg     string // the refusal of it for a connection
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
		w.c.Blocks[w.block].host = w.host
		w.host++
		w.c.classifyHost(w.block)
	}
	if kind == syntax.Match {
		w.c.indexMatch(w.block)
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
func (c *Config) version() string { return c.Dialect.Release.Portable() }

// classifyHost says whether a Host block is found by the names of its hosts, or
// is to be tried for every host.
func (c *Config) classifyHost(id int32) {
	b := &c.Blocks[id]
	if len(b.File.hostWords(b.host)) >= manyWords {
		b.File.makeSet(b.host)
	}
	kind := b.File.kinds[b.host]
	b.literal, b.plain = kind != wildHost, kind == plainHost
}

// manyWords is from how many patterns on a Host line is taken apart, instead of
// being gone through for every host.
const manyWords = 64

// makeSet takes a Host line apart, once.
func (f *File) makeSet(line int32) {
	if f.sets[line] != nil {
		return
	}
	set := &pattern.Set{}
	for _, w := range f.hostWords(line) {
		name, negated := strings.CutPrefix(f.wordText(w), "!")
		set.Add(name, negated)
	}
	set.Ready()
	if f.sets == nil {
		f.sets = map[int32]*pattern.Set{}
	}
	f.sets[line] = set
}

// indexName adds a block to those of a name.
func (c *Config) indexName(m map[string]int32, name string, id int32) {
	head, ok := m[name]
	if !ok {
		head = -1
	}
	if head >= 0 && c.links[head].block == id {
		return
	}
	c.links = append(c.links, link{id, head})
	m[name] = int32(len(c.links) - 1)
}

// indexMatch does the same for a Match block that asks for hosts by name. Only
// one of its criteria need be looked at, as all have to hold.
func (c *Config) indexMatch(id int32) {
	b := &c.Blocks[id]
	if c.Dialect.Side == keyword.Server {
		// One that is undecided by itself is found by its number, see
		// Query.Held; a `Match all` inside of it has to be tried.
		b.literal = c.staticMatch(b.cond) != Yes
		return
	}
	if b.Parent < 0 && isOffline(b.cond) {
		b.literal = true
		c.offline = append(c.offline, id)
		return
	}
	for i := range b.cond.Criteria {
		crit := &b.cond.Criteria[i]
		if crit.Negate || crit.Name != "host" && crit.Name != "originalhost" || !literalList(crit.Arg) {
			continue
		}
		b.literal = true
		for sub := range strings.SplitSeq(crit.Arg, ",") {
			if !strings.HasPrefix(sub, "!") {
				c.indexName(c.byName, pattern.Lower(sub), id)
			}
		}
		return
	}
}

// isOffline reports whether a Match line of a client asks only for what is not known
// as long as nobody connects, so that it is undecided for every host. Thousands of
// them need not be tried for each host then.
func isOffline(cond *Condition) bool {
	for i := range cond.Criteria {
		switch cond.Criteria[i].Name {
		case "exec", "localuser", "localnetwork", "command", "version", "sessiontype":
		default:
			return false
		}
	}
	return len(cond.Criteria) > 0
}

// literalList reports whether all positive patterns of a list are literal.
func literalList(list string) bool {
	for sub := range strings.SplitSeq(list, ",") {
		if !strings.HasPrefix(sub, "!") && !pattern.IsLiteral(sub) {
			return false
		}
	}
	return true
}

// condition returns the patterns of a Host block or the criteria of a Match
// block.
func (c *Config) condition(id int32) *Condition {
	b := &c.Blocks[id]
	if b.cond != nil || b.Kind == syntax.Head {
		return b.cond
	}
	return &Condition{Hosts: b.File.hostPatterns(b.host)}
}

// Condition returns what makes a block hold; nil for the head of a file.
func (c *Config) Condition(id int32) *Condition { return c.condition(id) }

func (w *walk) closeSegment(to int32) {
	if w.from < to {
		w.segment(w.from, to)
	}
	w.from = to
}

// names is for how many hosts a block is that is found by their names.
func (w *walk) names(b *Block) int {
	if b.Kind == syntax.Host {
		return len(w.f.hostWords(b.host))
	}
	if b.cond == nil || w.c.Dialect.Side == keyword.Server {
		return 0
	}
	n := 0
	for i := range b.cond.Criteria {
		if crit := &b.cond.Criteria[i]; crit.Name == "host" || crit.Name == "originalhost" {
			n = max(n, strings.Count(crit.Arg, ",")+1)
		}
	}
	return n
}

func (w *walk) segment(from, to int32) {
	id := int32(len(w.c.segments))
	w.c.segments = append(w.c.segments, segment{block: w.block, from: from, to: to, next: -1})
	b := &w.c.Blocks[w.block]
	if !b.literal {
		w.c.always = append(w.c.always, id)
		w.c.alwaysLines += int(to - from)
		return
	}
	w.c.namedLines += int(to-from) * w.names(b)
	if b.first < 0 {
		b.first, b.last = id, id
		return
	}
	w.c.segments[b.last].next, b.last = id, id
}
