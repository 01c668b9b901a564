package resolve

import (
	"slices"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Query is one connection, or one class of connections, to resolve for.
type Query struct {
	// Host is the host as typed (client).
	Host     string
	link     int32 // the first link of Host from 1, where it is known; see hostNames
	Identity Identity
	// Options are `-o` settings, which come before every file.
	Options []Option
	// Spec is the connection a server judges. nil is a server with nobody
	// connected: the criteria of Match blocks do not hold.
	Spec *ServerSpec
	// Assume decides blocks whose own condition is not known. nil leaves them
	// Maybe on the client. On the server it replaces Spec where it is set.
	Assume func(block int32) State
	// Held, if not nil, lists all blocks for which Assume says Yes: then no
	// other undecided block of a server is looked at, nor one of a client that
	// is undecided for every host.
	Held []int32
	// NoOffline leaves the blocks that are undecided for every host out of Maybes:
	// there may be thousands of them for each of many hosts.
	NoOffline bool
	// Trace records every line, also of blocks that do not hold.
	Trace bool
	// MostElsewhere bounds how many lines of a keyword Trace records of blocks that
	// do not hold; the others are counted. 0: all are recorded.
	MostElsewhere int
}

// Option is one `-o Keyword=value`.
type Option struct {
	Key   keyword.ID
	Args  []string
	Value keyword.Value
	Unset bool
}

// Event is one line met while resolving with Trace.
type Event struct {
	Ref   Ref
	Key   keyword.ID
	State State // of its block
	Pass  int   // 1 or 2
	Won   bool
}

// Result is what wins for one query. It is filled by Eval and may be used
// again; reusing it saves allocations.
type Result struct {
	// Maybes lists the blocks that were undecided, each once. Where the query holds
	// some, it need not list the others.
	Maybes []int32
	// Conditional lists the lines of undecided blocks that would win if the
	// block held, in order.
	Conditional []Conditional
	Events      []Event
	// elsewhere counts the lines of each keyword in blocks that do not hold, see
	// Unrecorded
	elsewhere []int
	// Error is a refusal that depends on the query: sshd's missing lport, an
	// active RefuseConnection.
	Error   string
	TwoPass bool

	c        *Config
	ignoring int // index of the IgnoreUnknown line that holds; -1 for none
	// ignoredSet is the list of the IgnoreUnknown line that was asked about last
	ignoredSet *pattern.Set
	ignoredRef Ref
	q          *Query
	epoch      uint32
	pass       int
	first      []slot // by keyword ID
	second     []slot // server: what Match blocks set
	multi      []multi
	stored     map[stored]bool // of multi[:entered], see storedBefore
	entered    int
	seen       []uint32    // by keyword: the epoch in which Keys met it
	state      []stateMemo // by block
	hosts      []string    // names that Host patterns are compared with
	users      []string    // users that are possible
	names      []string    // HostName values that are possible, %h expanded
	tagged     bool        // a line of Tag may hold
	own        []int32     // segments of blocks found by index, still to be tried
	room       []int32     // scratch: where own was built
	wild       []int32     // scratch: blocks that an index has found
	args       []syntax.Arg
	// nameRefs and userRefs are the lines of HostName and User that names and
	// users are made of, when somebody asks
	nameRefs, userRefs []Ref
	at                 int32 // segment that is being applied
	found              int32 // block found by the only name the host has
	deciding           int32 // Match block whose place in the sequence this is
	userOK             bool  // users is complete
	nameOK             bool
}

// Conditional is a line that wins only if its block holds.
type Conditional struct {
	Key keyword.ID
	Ref Ref
}

type slot struct {
	epoch uint32
	ref   Ref
}

// stateMemo keeps the state of a block for one pass of one query.
type stateMemo struct {
	stamp uint32 // epoch<<3 | pass-1<<2 | state, which has two bits
	maybe uint32 // epoch in which the block went into Maybes
}

type multi struct {
	key  keyword.ID
	pass int8
	ref  Ref
}

func (r *Result) reset(c *Config, q *Query) {
	if r.c != c || len(r.state) != len(c.Blocks) {
		n := keyword.Count(c.Dialect.Side) + 1 // see setRekeyTime
		*r = Result{first: make([]slot, n), second: make([]slot, n), state: make([]stateMemo, len(c.Blocks))}
	}
	r.c, r.q = c, q
	r.epoch++
	r.Maybes, r.Conditional, r.Events = r.Maybes[:0], r.Conditional[:0], r.Events[:0]
	r.multi, r.entered, r.hosts, r.tagged = r.multi[:0], 0, r.hosts[:0], false
	r.users, r.names, r.userRefs, r.nameRefs = r.users[:0], r.names[:0], r.userRefs[:0], r.nameRefs[:0]
	clear(r.elsewhere)
	r.at, r.deciding, r.found, r.own = -1, -1, -1, nil
	r.Error, r.TwoPass = "", false
	r.userOK, r.nameOK = false, false
}

// Eval resolves all files for a query.
func (c *Config) Eval(q *Query, r *Result) {
	r.reset(c, q)
	r.applyOptions()
	if c.Dialect.Side == keyword.Server {
		r.evalServer()
	} else {
		r.evalClient()
	}
	r.finish()
}

func (r *Result) applyOptions() {
	for i, o := range r.q.Options {
		r.pass = 1
		if o.Unset {
			continue
		}
		r.set(o.Key, setting, Ref{File: -1, Line: int32(i), Block: -1}, Yes)
	}
}

// run goes through the segments in reading order: those that must be tried
// for every host, merged with those found by the host's name.
func (r *Result) run(pass int) {
	r.pass, r.found = pass, -1
	server := r.c.Dialect.Side == keyword.Server
	if r.q.Trace || server && r.q.Held == nil {
		for id := range r.c.segments {
			if r.segment(int32(id)) {
				return
			}
		}
		return
	}
	r.collectOwn()
	always := r.c.always
	for len(always) > 0 || len(r.own) > 0 {
		var id int32
		if len(r.own) == 0 || len(always) > 0 && always[0] < r.own[0] {
			id, always = always[0], always[1:]
		} else {
			id, r.own = r.own[0], r.own[1:]
			if len(r.hosts) == 1 {
				r.found = r.c.segments[id].block
			}
		}
		if r.segment(id) {
			return
		}
	}
}

// appendHeld appends the segments of the blocks that are tried because of what the
// query says: of those that it takes to hold, on a client the ones that are
// undecided for every host; without such a list all of these.
func (r *Result) appendHeld(own []int32) []int32 {
	blocks, offline := r.c.offline, r.c.offline
	server := r.c.Dialect.Side == keyword.Server
	if server || len(offline) > 0 && r.assumesOffline() {
		blocks = r.q.Held
	}
	for _, b := range blocks {
		if _, ok := slices.BinarySearch(offline, b); !ok && !server {
			continue
		}
		own = r.c.appendBlock(own, b)
	}
	return own
}

// appendBlock appends the segments of a block that is found, and not tried always.
func (c *Config) appendBlock(dst []int32, block int32) []int32 {
	for s := c.Blocks[block].first; s >= 0; s = c.segments[s].next {
		dst = append(dst, s)
	}
	return dst
}

// assumesOffline reports whether a client's query says which of the blocks hold
// that are undecided for every host.
func (r *Result) assumesOffline() bool { return r.q.Held != nil && !r.q.Identity.Known }

// Offline lists the blocks that are undecided for every host.
func (c *Config) Offline() []int32 { return c.offline }

// noteOffline lists the blocks that are undecided for every host among the Maybes,
// in reading order, without having tried them.
func (r *Result) noteOffline() {
	if len(r.c.offline) == 0 || len(r.q.Held) > 0 || !r.assumesOffline() || r.q.Trace || r.q.NoOffline {
		return
	}
	met := len(r.Maybes)
	r.Maybes = append(r.Maybes, r.c.offline...)
	if met > 0 {
		slices.Sort(r.Maybes)
		r.Maybes = slices.Compact(r.Maybes)
	}
}

// collectOwn lists the segments of the blocks that name a host literally.
func (r *Result) collectOwn() {
	own := r.appendHeld(r.room[:0])
	for _, h := range r.hosts {
		own = r.c.appendNamed(own, r.firstLink(h))
		own = r.appendWild(own, &r.c.wild, h)
	}
	if r.c.asksByName() {
		own = r.appendByName(own, r.q.Host)
		for _, h := range r.hosts {
			own = r.appendByName(own, h)
		}
		for _, h := range r.possibleNames() {
			own = r.appendByName(own, h)
		}
	}
	if len(own) > 1 {
		slices.Sort(own)
		own = slices.Compact(own)
	}
	r.own, r.room = own, own
}

// firstLink is the first link of a name, which a query may bring along: looking
// names up is a good part of the work in files of many hosts.
func (r *Result) firstLink(name string) int32 {
	names := r.c.index()
	if link := r.q.link - 1; link >= 0 && names.isFirst(r.c, link, name) {
		return link
	}
	return names.find(r.c, name)
}

// appendNamed appends the segments of the blocks that name a host.
func (c *Config) appendNamed(dst []int32, link int32) []int32 {
	for ; link >= 0; link = c.names.links[link].next {
		dst = c.appendBlock(dst, c.names.links[link].block)
	}
	return dst
}

// addNamed adds the segments of the Match blocks that ask for the host name
// that was just set, as far as they are still to come.
func (r *Result) addNamed() {
	if !r.c.asksByName() || r.at < 0 {
		return
	}
	names := r.possibleNames()
	more := r.appendByName(nil, names[len(names)-1])
	more = slices.DeleteFunc(more, func(id int32) bool { return id <= r.at })
	if len(more) == 0 {
		return
	}
	more = append(more, r.own...)
	slices.Sort(more)
	r.own = slices.Compact(more)
}

// appendSegments appends the segments of the blocks that an index has for a
// name.
func (c *Config) appendSegments(dst []int32, index map[string]int32, name string) []int32 {
	at, ok := index[name]
	if !ok {
		return dst
	}
	for ; at >= 0; at = c.links[at].next {
		dst = c.appendBlock(dst, c.links[at].block)
	}
	return dst
}

// segment applies one run of statements; stop is true where reading ends.
func (r *Result) segment(id int32) (stop bool) {
	s := &r.c.segments[id]
	r.at = id
	if s.to == 0 {
		r.deciding = s.block // a Match line
	}
	st := r.blockState(s.block)
	if r.Error != "" {
		return true
	}
	if st == No && !r.q.Trace {
		return false
	}
	b := &r.c.Blocks[s.block]
	for i := s.from; i < s.to; i++ {
		stm := &b.File.stmts[i]
		if stm.kind != setting && stm.kind != unset {
			continue
		}
		ref := Ref{File: int32(b.File.Index), Line: stm.line, Block: s.block}
		r.set(stm.key, stm.kind, ref, st)
		if r.Error != "" {
			return true
		}
	}
	return false
}

// blockState decides a block, once a pass. A block in an included file holds
// only if the block of its Include line does.
func (r *Result) blockState(id int32) State {
	if id < 0 {
		return Yes
	}
	memo := &r.state[id]
	stamp := r.epoch<<1 | uint32(r.pass-1)
	if memo.stamp>>2 == stamp {
		return State(memo.stamp & 3)
	}
	b := &r.c.Blocks[id]
	var st State
	if r.c.Dialect.Side == keyword.Server {
		st = r.serverState(id, b)
	} else {
		st = r.blockState(b.Parent)
		if st != No {
			st = min(st, r.clientState(id, b))
		}
	}
	memo.stamp = stamp<<2 | uint32(st)
	return st
}

// assumed replaces Maybe by what the query assumes and takes note of it.
func (r *Result) assumed(id int32, st State) State {
	if st != Maybe {
		return st
	}
	if r.state[id].maybe != r.epoch {
		r.state[id].maybe = r.epoch
		r.Maybes = append(r.Maybes, id)
	}
	if r.q.Assume != nil {
		return r.q.Assume(id)
	}
	return Maybe
}

// State reports whether a block held in the last pass.
func (r *Result) State(block int32) State {
	if block < 0 {
		return Yes
	}
	return r.blockState(block)
}
