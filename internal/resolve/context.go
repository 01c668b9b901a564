package resolve

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Context is one class of connections that a check judges. On the client it
// is a host, a pattern of hosts or "any other host", each without and with
// the blocks that cannot be decided offline; on the server it is everybody, or
// those for whom a Match block holds.
type Context struct {
	// Label names it for people: "web1", "web*", "any other host", "everybody",
	// "Match User bob".
	Label string
	combo *combination // nil for a host that goes by its name, as most do
	link  int32        // of the host, see Query
}

// combination is a context of a made-up name, or in which undecided blocks hold.
type combination struct {
	host string  // client: the name to resolve for
	base string  // label of the host it was made from
	key  string  // identity across edits of the files
	held []int32 // the blocks that hold; all other undecided ones do not
}

// Host is the name to resolve for; it means nothing on a server.
func (x *Context) Host() string {
	if x.combo == nil {
		return x.Label
	}
	return x.combo.host
}

// Key identifies a context across edits of the files.
func (x *Context) Key() string {
	if x.combo == nil {
		return x.Label
	}
	return x.combo.key
}

// Name is the host, without the undecided blocks.
func (x *Context) Name() string {
	if x.combo == nil {
		return x.Label
	}
	return x.combo.base
}

// Held lists the undecided blocks that hold; all others do not.
func (x *Context) Held() []int32 {
	if x.combo == nil {
		return nil
	}
	return x.combo.held
}

// In is the context in another state of the files, in which the held blocks
// have other numbers.
func (x *Context) In(held []int32) Context {
	y := *x
	if x.combo != nil && x.combo.held != nil {
		y.combo = &combination{x.combo.host, x.combo.base, x.combo.key, held}
	}
	return y
}

// Query is the query that resolves the context.
func (x *Context) Query() Query {
	if x.combo == nil || x.combo.held == nil {
		return Query{Host: x.Host(), link: x.link, Assume: noneHolds, Held: nobody}
	}
	held := x.combo.held
	if !slices.IsSorted(held) {
		held = slices.Sorted(slices.Values(held))
	}
	return Query{Host: x.Host(), link: x.link, Held: held, Assume: func(block int32) State {
		_, found := slices.BinarySearch(held, block)
		return stateOf(found)
	}}
}

func noneHolds(int32) State { return No }

var nobody = []int32{}

// standIn is the context of a made-up name.
func standIn(label, host string) Context {
	return Context{Label: label, combo: &combination{host: host, base: label, key: label}}
}

// Stand-ins in the made-up host names: they occur in no real name, so that
// only wildcards match them.
const (
	anyPart = "\x01"
	anyHost = "\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02\x02"
)

// AnyOtherHost labels the hosts that no line names; AnyHost does where no line
// names any.
const (
	AnyOtherHost = "any other host"
	AnyHost      = "any host"
)

// Everybody labels a server's connections outside all Match blocks.
const Everybody = "everybody"

// Hosts lists the hosts to judge a client file for, in the order of the file:
// every literal alias, every pattern, those named by the caller, and any other
// host. The list must not be changed.
func (c *Config) Hosts(named ...string) []Context {
	if len(named) > 0 {
		return c.listHosts(named)
	}
	c.hostsOnce.Do(func() { c.hosts = slices.Clip(c.listHosts(nil)) }) // rules ask, and so does the proof
	return c.hosts
}

func (c *Config) listHosts(named []string) []Context {
	names := c.index()
	h := hostList{
		c: c, names: names, seen: map[string]bool{}, early: map[int32]bool{}, out: make([]Context, 0, names.used+1),
		wildcards: strings.NewReplacer("*", anyPart, "?", anyPart),
	}
	h.again(AnyOtherHost)
	for id := range c.Blocks {
		b := &c.Blocks[id]
		switch b.Kind {
		case syntax.Host:
			h.addBlock(int32(id), b)
		case syntax.Match:
			for i := range b.cond.Criteria {
				h.addCriterion(&b.cond.Criteria[i])
			}
		}
	}
	for _, name := range named {
		h.add(name)
	}
	rest := AnyOtherHost
	if len(h.out) == 0 {
		rest = AnyHost
	}
	return append(h.out, standIn(rest, anyHost))
}

type hostList struct {
	c     *Config
	names *hostNames
	next  int32          // links stand in the order of blocks: the first that is still to come
	early map[int32]bool // first links of names that were met elsewhere before their turn
	seen  map[string]bool
	out   []Context
	// wildcards puts stand-ins in the place of wildcards
	wildcards *strings.Replacer
}

// addBlock adds what a Host line names. It walks along the links, so that
// literal names need not be looked up.
func (h *hostList) addBlock(id int32, b *Block) {
	links := h.names.links
	first := b.File.patternAt[b.host]
	for i, w := range b.File.hostWords(b.host) {
		at := h.next
		if int(at) >= len(links) || links[at].block != id || links[at].word != first+int32(i) {
			h.add(strings.TrimPrefix(b.File.wordText(w), "!"))
			continue
		}
		h.next++
		if links[at].last >= 0 && !h.early[at] {
			if name := b.File.wordText(w); name != "" {
				h.out = append(h.out, Context{Label: name, link: at + 1})
			}
		}
	}
}

func (h *hostList) addCriterion(crit *Criterion) {
	if crit.Name != "host" && crit.Name != "originalhost" {
		return
	}
	for sub := range strings.SplitSeq(crit.Arg, ",") {
		h.add(strings.TrimPrefix(sub, "!"))
	}
}

func (h *hostList) add(name string) {
	if h.again(name) || strings.Trim(name, "*") == "" {
		return
	}
	if pattern.IsLiteral(name) {
		h.out = append(h.out, Context{Label: name})
		return
	}
	h.out = append(h.out, standIn(name, h.wildcards.Replace(name)))
}

// again reports whether a name was met before.
func (h *hostList) again(name string) bool {
	if at := h.names.find(h.c, name); at >= 0 {
		again := at < h.next || h.early[at]
		h.early[at] = true
		return again
	}
	again := h.seen[name]
	h.seen[name] = true
	return again
}

// maxCombined is up to how many undecided blocks all pairs are tried; beyond
// it each block alone and all together are.
const maxCombined = 64

// With combines a host with undecided blocks: it returns a context for each
// block alone. Blocks with the same condition hold together, so that they
// share one.
func (c *Config) With(x Context, blocks []int32) []Context {
	return c.WithAny(x, blocks, nil)
}

// WithAny is With for those contexts in which a block holds that counts; nil
// counts all.
func (c *Config) WithAny(x Context, blocks []int32, counts func(int32) bool) []Context {
	var out []Context
	for _, held := range c.groups(blocks) {
		if counts == nil || slices.ContainsFunc(held, counts) {
			out = append(out, c.combine(x, held))
		}
	}
	return out
}

// CountCombinations is how many contexts Combinations gives for a number of blocks,
// at most and without the one in which all of them hold.
func CountCombinations(blocks int) int {
	if blocks > maxCombined {
		return blocks
	}
	return blocks + blocks*(blocks-1)/2
}

// Combinations adds to With each pair and all blocks together, for proofs.
func (c *Config) Combinations(x Context, blocks []int32) []Context {
	out := c.With(x, blocks)
	groups := c.groups(blocks)
	if len(groups) < 2 {
		return out
	}
	if len(groups) <= maxCombined {
		users := make([]map[string]bool, len(groups))
		for i, a := range groups {
			users[i] = c.literalUsers(a[0])
		}
		for i, a := range groups {
			for k := i + 1; k < len(groups); k++ {
				if !disjoint(users[i], users[k]) {
					out = append(out, c.combine(x, append(slices.Clone(a), groups[k]...)))
				}
			}
		}
	}
	return append(out, c.combine(x, slices.Clone(blocks)))
}

// groups puts blocks together that hold for the same connections, each with
// the blocks whose Includes brought it.
func (c *Config) groups(blocks []int32) [][]int32 {
	c.chainsOnce.Do(c.numberChains)
	var out [][]int32
	at := make(map[int32]int, len(blocks))
	for _, b := range blocks {
		i, ok := at[c.chains[b]]
		if !ok {
			i = len(out)
			at[c.chains[b]] = i
			out = append(out, []int32{})
		}
		for p := b; p >= 0; p = c.Blocks[p].Parent {
			if c.Blocks[p].Kind != syntax.Head {
				out[i] = append(out[i], p)
			}
		}
	}
	return out
}

// numberChains gives blocks the same number that hold for the same connections:
// their conditions, and those of the blocks whose Includes brought them, are the
// same. There may be many thousand of them for each of many hosts.
func (c *Config) numberChains() {
	type chain struct{ parent, condition int32 }
	conditions, chains := map[string]int32{}, map[chain]int32{}
	c.chains = make([]int32, len(c.Blocks))
	for id := range c.Blocks { // the block of an Include comes before what it brings
		parent := int32(0)
		if p := c.Blocks[id].Parent; p >= 0 {
			parent = c.chains[p]
		}
		if c.Blocks[id].Kind == syntax.Head {
			c.chains[id] = parent
			continue
		}
		key := c.conditionKey(int32(id))
		if conditions[key] == 0 {
			conditions[key] = int32(len(conditions) + 1)
		}
		next := chain{parent, conditions[key]}
		if chains[next] == 0 {
			chains[next] = int32(len(chains) + 1)
		}
		c.chains[id] = chains[next]
	}
}

// conditionKey is the same for blocks with the same condition, however they
// are written.
func (c *Config) conditionKey(id int32) string {
	if c.Blocks[id].Kind != syntax.Match {
		return c.BlockLabel(id)
	}
	key := "Match"
	for _, crit := range c.condition(id).Criteria {
		key += fmt.Sprintf(" %t %s %q", crit.Negate, crit.Name, crit.Arg)
	}
	return key
}

func (c *Config) combine(x Context, held []int32) Context {
	keys, labels := []string{x.Label}, make([]string, 0, len(held))
	named := make(map[string]bool, len(held))
	for _, b := range held {
		key, label := c.matchNames(b)
		keys = append(keys, key)
		if !named[label] {
			named[label] = true
			labels = append(labels, label)
		}
	}
	combo := &combination{host: x.Host(), base: x.Label, key: strings.Join(keys, " + "), held: held}
	y := Context{Label: strings.Join(labels, " and "), combo: combo, link: x.link}
	if c.Dialect.Side == keyword.Client {
		y.Label = x.Label + " (if " + y.Label + ")"
	}
	return y
}

// matchNames are the key and the label of a block; those of Match blocks are kept,
// for they are combined with many hosts.
func (c *Config) matchNames(id int32) (key, label string) {
	if c.Blocks[id].Kind != syntax.Match {
		return c.BlockKey(id), c.BlockLabel(id)
	}
	c.labelsOnce.Do(func() {
		c.matches = map[int32][2]string{}
		for id := range c.Blocks {
			if c.Blocks[id].Kind == syntax.Match {
				c.matches[int32(id)] = [2]string{c.BlockKey(int32(id)), c.BlockLabel(int32(id))}
			}
		}
	})
	return c.matches[id][0], c.matches[id][1]
}

// disjoint reports whether two Match blocks cannot hold together: both want a
// literal user, and not the same one. A nil set is one of any users.
func disjoint(a, b map[string]bool) bool {
	if a == nil || b == nil {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	for u := range a {
		if b[u] {
			return false
		}
	}
	return true
}

// literalUsers are the users that a Match block wants; nil if it may be others.
func (c *Config) literalUsers(id int32) map[string]bool {
	cond := c.condition(id)
	if cond == nil {
		return nil
	}
	for _, crit := range cond.Criteria {
		if crit.Name == "user" && !crit.Negate && pattern.IsLiteral(crit.Arg) && !strings.Contains(crit.Arg, "!") {
			users := map[string]bool{}
			for name := range strings.SplitSeq(crit.Arg, ",") {
				users[name] = true
			}
			return users
		}
	}
	return nil
}

// Tries is about how much work a host or context is, as the number of blocks that
// have to be tried for it; the block that names a host costs nothing unless it has
// very many lines. A line takes an eighth of the time. It is to be multiplied with
// numbers of hosts, which 32 bits do not always hold.
func (c *Config) Tries() int64 {
	return int64(len(c.always) + (c.alwaysLines+c.namedLines/max(1, c.index().used+c.wild.Len()+len(c.byName)))/8)
}

// ServerContexts lists what to judge a server file for: everybody, and each
// Match block that is decided when somebody connects.
func (c *Config) ServerContexts() []Context {
	all := Context{Label: Everybody}
	return append([]Context{all}, c.With(all, c.Undecided())...)
}

// ServerProofContexts is ServerContexts with the combinations.
func (c *Config) ServerProofContexts() []Context {
	all := Context{Label: Everybody}
	return append([]Context{all}, c.Combinations(all, c.Undecided())...)
}

// Undecided lists the Match blocks of a server that are decided only when
// somebody connects.
func (c *Config) Undecided() []int32 {
	var out []int32
	for id := range c.Blocks {
		b := &c.Blocks[id]
		if b.Kind == syntax.Match && c.staticMatch(b.cond) != Yes && !c.matchLost(b) {
			out = append(out, int32(id))
		}
	}
	return out
}

// BlockKey identifies a block across edits: its file, which visit of the file
// it belongs to, its header, and the how-manieth block with that header it is.
func (c *Config) BlockKey(id int32) string {
	c.ordinalsOnce.Do(c.numberBlocks)
	b := &c.Blocks[id]
	return fmt.Sprintf("%s:%s#%d", b.File.Path, c.BlockLabel(id), c.ordinals[id])
}

// numberBlocks counts, for each block, those before it in the same file with
// the same header.
func (c *Config) numberBlocks() {
	type header struct {
		file  int
		kind  syntax.BlockKind
		label string
	}
	c.ordinals = make([]int32, len(c.Blocks))
	seen := make(map[header]int32, len(c.Blocks))
	for id := range c.Blocks {
		b := &c.Blocks[id]
		h := header{b.File.Index, b.Kind, c.BlockLabel(int32(id))}
		c.ordinals[id] = seen[h]
		seen[h]++
	}
}

// BlockLabel is the header line of a block, without comment and with single
// blanks; "" for the head of a file.
func (c *Config) BlockLabel(id int32) string {
	b := &c.Blocks[id]
	if b.Kind == syntax.Head {
		return ""
	}
	l := b.File.Line(int(b.Line))
	return SingleBlanks(b.File.Text(l.Text.Start, b.File.CommentStart(l)))
}

// SingleBlanks is a text with one blank between its words and none around them.
func SingleBlanks(text string) string {
	if strings.ContainsAny(text, "\t\r\n\v\f") || strings.Contains(text, "  ") || !isASCII(text) {
		return strings.Join(strings.Fields(text), " ")
	}
	return strings.Trim(text, " ") // as most lines are written: no copy
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Unconditional reports whether a block holds for everybody: `Host *`,
// `Match all`, `Match final all`, and the head of a file that such a block
// or nothing includes.
func (c *Config) Unconditional(id int32) bool {
	if id < 0 {
		return true
	}
	b := &c.Blocks[id]
	if !c.Unconditional(b.Parent) {
		return false
	}
	switch b.Kind {
	case syntax.Host:
		star := false
		for text := range c.Patterns(id) {
			if strings.HasPrefix(text, "!") {
				return false
			}
			star = star || text == "*"
		}
		return star
	case syntax.Match:
		for _, crit := range b.cond.Criteria {
			if crit.Negate || crit.Name != "all" && crit.Name != "final" && crit.Name != "canonical" {
				return false
			}
		}
		return len(b.cond.Criteria) > 0
	}
	return true
}

// NamesOnly reports whether a block is a Host block that names its hosts, without
// wildcards, and negates none.
func (b *Block) NamesOnly() bool { return b.Kind == syntax.Host && b.plain }

// SecondPass reports whether ssh reads its files a second time for every host,
// because a Match line asks for `final`.
func (c *Config) SecondPass() bool { return c.wantPass2 }

// Stores is how many lines of the sequence store a value under a keyword. Where
// reading was given up, it counts lines that are not reached, too.
func (c *Config) Stores(id keyword.ID) int { return c.countStores()[id] }

func (c *Config) countStores() []int {
	c.storesOnce.Do(func() {
		c.stores = make([]int, keyword.Count(c.Dialect.Side))
		for _, f := range c.Files {
			for id, n := range f.stores {
				c.stores[id] += int(n) * f.visits
			}
		}
	})
	return c.stores
}

// Writes reports whether a keyword is written in the file, however its line fares.
func (f *File) Writes(id keyword.ID) bool { return f.writes[id] }

// Settings calls f for each line of the sequence that stores a value of the
// keyword, in reading order and whatever its block.
func (c *Config) Settings(name string, f func(Ref)) {
	k := keyword.Find(c.Dialect.Side, []byte(name))
	if k == nil || c.Stores(k.ID) == 0 {
		return
	}
	for i := range c.segments {
		s := &c.segments[i]
		file := c.Blocks[s.block].File
		for j := s.from; j < s.to; j++ {
			st := &file.stmts[j]
			if st.key == k.ID && (st.kind == setting || st.kind == unset) {
				f(Ref{File: int32(file.Index), Line: st.line, Block: s.block})
			}
		}
	}
}

// FileOf returns the file of a line.
func (c *Config) FileOf(ref Ref) *File {
	if ref.File < 0 {
		return nil
	}
	return c.Files[ref.File]
}

// Holds reports whether a block held for certain when the query was resolved.
func (r *Result) Holds(block int32) bool { return r.State(block) >= Yes }

// IgnoresUnknown reports whether some line or option sets IgnoreUnknown, so
// that what is unknown may be excused for some hosts.
func (c *Config) IgnoresUnknown() bool { return len(c.ignored) > 0 }

// EachSetting calls f for each line of the sequence that stores a value, in
// reading order and whatever its block; id is the keyword under which it is
// stored. none is true for a line that stores "not set".
func (c *Config) EachSetting(f func(id keyword.ID, ref Ref, none bool)) {
	for i := range c.segments {
		s := &c.segments[i]
		file := c.Blocks[s.block].File
		for j := s.from; j < s.to; j++ {
			if st := &file.stmts[j]; st.kind == setting || st.kind == unset {
				f(st.key, Ref{File: int32(file.Index), Line: st.line, Block: s.block}, st.kind == unset)
			}
		}
	}
}
