package resolve

import (
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// Query is one connection, or one class of connections, to resolve for.
type Query struct {
	// Host is the host as typed (client).
	Host     string
	Identity Identity
	// Options are `-o` settings, which come before every file.
	Options []Option
	// Spec is the connection a server judges. nil is a server with nobody
	// connected: the criteria of Match blocks do not hold.
	Spec *ServerSpec
	// Assume decides blocks whose own condition is not known. nil leaves them
	// Maybe on the client. On the server it replaces Spec where it is set.
	Assume func(block int32) State
	// Trace records every line, also of blocks that do not hold.
	Trace bool
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
	// Maybes lists the blocks that were undecided, each once.
	Maybes []int32
	// Conditional lists the lines of undecided blocks that would win if the
	// block held, in order.
	Conditional []Conditional
	Events      []Event
	// Error is a refusal that depends on the query: sshd's missing lport, an
	// active RefuseConnection.
	Error string
	// HostName is the name that is connected to, once all is read.
	HostName string
	TwoPass  bool

	c      *Config
	q      *Query
	epoch  uint32
	pass   int
	first  []slot // by keyword ID
	second []slot // server: what Match blocks set
	multi  []multi
	state  []stateMemo // by block
	hosts  []string    // names that Host patterns are compared with
	users  []string    // users that are possible
	names  []string    // HostName values that are possible, %h expanded
	tags   []string
	own    []int32 // scratch: segments of blocks found by index
	userOK bool    // users is complete
	nameOK bool
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
	stamp uint32 // epoch<<1 | pass-1
	state State
}

type multi struct {
	key  keyword.ID
	pass int8
	ref  Ref
}

func (r *Result) reset(c *Config, q *Query) {
	if r.c != c || len(r.state) != len(c.Blocks) {
		n := keyword.Count(c.Dialect.Side)
		*r = Result{first: make([]slot, n), second: make([]slot, n), state: make([]stateMemo, len(c.Blocks))}
	}
	r.c, r.q = c, q
	r.epoch++
	r.Maybes, r.Conditional, r.Events = r.Maybes[:0], r.Conditional[:0], r.Events[:0]
	r.multi, r.hosts, r.tags = r.multi[:0], r.hosts[:0], r.tags[:0]
	r.users, r.names = r.users[:0], r.names[:0]
	r.Error, r.HostName, r.TwoPass = "", "", false
	r.userOK, r.nameOK = false, false
}

// Eval resolves all files for a query.
func (c *Config) Eval(q *Query, r *Result) {
	r.reset(c, q)
	r.applyOptions()
	if c.Dialect.Side == keyword.Server {
		r.evalServer()
		return
	}
	r.evalClient()
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

func (r *Result) evalClient() {
	r.hosts = append(r.hosts, r.q.Host)
	r.run(1)
	canonicalise := r.canonicalises()
	if r.c.wantPass2 || canonicalise {
		r.TwoPass = true
		r.hosts = r.hosts[:0]
		if r.nameOK || len(r.names) == 0 {
			r.hosts = append(r.hosts, r.resolvedName())
		}
		for _, name := range r.names {
			r.hosts = append(r.hosts, pattern.Lower(name))
		}
		if canonicalise {
			r.hosts = r.appendCanonical(r.hosts)
		}
		r.run(2)
	}
	r.HostName = r.resolvedName()
}

// canonicalises reports whether ssh would try to canonicalise the host name,
// which takes a second pass and the DNS.
func (r *Result) canonicalises() bool {
	v, ok := r.Value("canonicalizehostname")
	return ok && len(v) > 0 && v[0] != "false" && v[0] != "no"
}

// appendCanonical adds the names that canonicalisation may lead to.
func (r *Result) appendCanonical(hosts []string) []string {
	domains, ok := r.Value("canonicaldomains")
	if !ok || len(domains) == 0 || domains[0] == "none" {
		return hosts
	}
	for _, h := range hosts[:len(hosts):len(hosts)] {
		for _, d := range strings.Fields(domains[0]) {
			hosts = append(hosts, pattern.Lower(h+"."+d))
		}
	}
	return hosts
}

// resolvedName is the host to connect to: HostName with %h replaced, else the
// host as typed, in lower case (ssh.c, main).
func (r *Result) resolvedName() string {
	if v, ok := r.Value("hostname"); ok && len(v) > 0 {
		return pattern.Lower(expandHost(v[0], r.q.Host))
	}
	return pattern.Lower(r.q.Host)
}

func expandHost(s, host string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return strings.NewReplacer("%%", "%", "%h", host).Replace(s)
}

// run goes through the segments in reading order: those that must be tried
// for every host, merged with those found by the host's name.
func (r *Result) run(pass int) {
	r.pass = pass
	if r.q.Trace {
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
		}
		if r.segment(id) {
			return
		}
	}
}

// collectOwn lists the segments of the Host blocks that name a host literally.
func (r *Result) collectOwn() {
	own := r.own[:0:cap(r.own)]
	for _, h := range r.hosts {
		at, ok := r.c.byHost[h]
		if !ok {
			continue
		}
		for ; at >= 0; at = r.c.links[at].next {
			for s := r.c.Blocks[r.c.links[at].block].first; s >= 0; s = r.c.segments[s].next {
				own = append(own, s)
			}
		}
	}
	r.own = sortedUnique(own)
}

func sortedUnique(s []int32) []int32 {
	for i := 1; i < len(s); i++ {
		for j := i; j > 0 && s[j] < s[j-1]; j-- {
			s[j], s[j-1] = s[j-1], s[j]
		}
	}
	out := s[:0]
	for i, v := range s {
		if i == 0 || v != s[i-1] {
			out = append(out, v)
		}
	}
	return out
}

// segment applies one run of statements; stop is true where reading ends.
func (r *Result) segment(id int32) (stop bool) {
	s := &r.c.segments[id]
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
	if memo.stamp == stamp {
		return memo.state
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
	*memo = stateMemo{stamp, st}
	return st
}

func (r *Result) clientState(id int32, b *Block) State {
	switch b.Kind {
	case syntax.Head:
		return Yes
	case syntax.Host:
		st := r.hostState(r.c.condition(id))
		return r.assumed(id, st)
	}
	st := Yes
	for i := range b.cond.Criteria {
		st = min(st, r.criterionState(&b.cond.Criteria[i]))
	}
	if len(b.cond.Criteria) == 0 {
		st = No // a line that could not be read
	}
	return r.assumed(id, st)
}

// assumed replaces Maybe by what the query assumes and takes note of it.
func (r *Result) assumed(id int32, st State) State {
	if st != Maybe {
		return st
	}
	seen := false
	for _, m := range r.Maybes {
		seen = seen || m == id
	}
	if !seen {
		r.Maybes = append(r.Maybes, id)
	}
	if r.q.Assume != nil {
		return r.q.Assume(id)
	}
	return Maybe
}

// hostState compares a Host line with every name the host may have.
func (r *Result) hostState(cond *Condition) State {
	st := State(255)
	for _, h := range r.hosts {
		st = merge(st, stateOf(matchHostArgs(h, cond.Hosts)))
	}
	return st
}

// merge joins the answers for two possible worlds; 255 is no answer yet.
func merge(a, b State) State {
	if a == 255 || a == b {
		return b
	}
	return Maybe
}

// matchHostArgs is pattern.MatchHosts over the arguments of a line.
func matchHostArgs(host string, args []syntax.Arg) bool {
	found := false
	for _, a := range args {
		if rest, negated := strings.CutPrefix(a.Text, "!"); negated {
			if pattern.Match(host, rest) {
				return false
			}
			continue
		}
		found = found || pattern.Match(host, a.Text)
	}
	return found
}

func (r *Result) criterionState(crit *Criterion) State {
	st := r.plainCriterion(crit)
	if crit.Negate {
		return st.not()
	}
	return st
}

func (r *Result) plainCriterion(crit *Criterion) State {
	id := &r.q.Identity
	switch crit.Name {
	case "all":
		return Yes
	case "canonical", "final":
		return stateOf(r.pass == 2)
	case "host":
		return listState(r.currentNames(), crit.Arg, true)
	case "originalhost":
		return stateOf(pattern.MatchList(pattern.Lower(r.q.Host), crit.Arg, true) == 1)
	case "user":
		return r.userState(crit.Arg)
	case "tagged":
		return r.tagState(crit.Arg)
	case "exec":
		return Maybe
	}
	if !id.Known {
		return Maybe
	}
	switch crit.Name {
	case "localuser":
		return stateOf(pattern.MatchList(id.LocalUser, crit.Arg, false) == 1)
	case "command":
		return emptyOrList(id.Command, crit.Arg)
	case "version":
		return stateOf(pattern.MatchList(id.Version, crit.Arg, false) == 1)
	case "sessiontype":
		return stateOf(pattern.MatchList(id.SessionType, crit.Arg, false) == 1)
	case "localnetwork":
		hit, _ := pattern.MatchNetworks(id.Networks, crit.Arg)
		return stateOf(hit)
	}
	return Maybe
}

// emptyOrList matches a criterion that takes "" for "not set".
func emptyOrList(value, list string) State {
	if list == "" {
		return stateOf(value == "")
	}
	return stateOf(pattern.MatchList(value, list, false) == 1)
}

// listState matches a list against every possible value.
func listState(values []string, list string, fold bool) State {
	st := State(255)
	for _, v := range values {
		if fold {
			v = pattern.Lower(v)
		}
		st = merge(st, stateOf(pattern.MatchList(v, list, fold) == 1))
	}
	return st
}

// currentNames lists what `Match host` may compare with at this point: the
// HostName set so far, or the host as typed.
func (r *Result) currentNames() []string {
	if r.pass == 2 {
		return r.hosts
	}
	if r.nameOK {
		return r.names
	}
	return append(r.names[:len(r.names):len(r.names)], r.q.Host)
}

func (r *Result) userState(list string) State {
	id := &r.q.Identity
	users := r.users
	if !r.userOK {
		switch {
		case id.User != "":
			users = []string{id.User}
		case id.Known:
			users = append(users[:len(users):len(users)], id.LocalUser)
		default:
			return Maybe
		}
	} else if id.User != "" {
		users = []string{id.User}
	}
	return listState(users, list, false)
}

func (r *Result) tagState(list string) State {
	if v, ok := r.Value("tag"); ok && len(v) > 0 {
		return emptyOrList(v[0], list)
	}
	if !r.q.Identity.Known || len(r.tags) > 0 {
		return Maybe
	}
	return emptyOrList("", list)
}

// set records a line of a block that holds or may hold.
func (r *Result) set(key keyword.ID, kind stmtKind, ref Ref, st State) {
	won := false
	switch {
	case st == No || kind == unset:
	case r.c.Dialect.Side == keyword.Server:
		won = r.setServer(key, ref, st)
	default:
		won = r.setClient(key, ref, st)
	}
	if r.q.Trace {
		r.Events = append(r.Events, Event{Ref: ref, Key: key, State: st, Pass: r.pass, Won: won})
	}
}

func (r *Result) setClient(key keyword.ID, ref Ref, st State) bool {
	k := keyword.ByID(keyword.Client, key)
	switch k.Repeat {
	case keyword.Accumulate:
		return r.accumulate(key, ref, st)
	case keyword.Last:
		return false // kept for all blocks at load time
	}
	if r.first[key].epoch == r.epoch || r.excluded(k) {
		return false
	}
	if st == Maybe {
		r.Conditional = append(r.Conditional, Conditional{key, ref})
		r.notePossible(k, ref, false)
		return false
	}
	r.first[key] = slot{r.epoch, ref}
	r.notePossible(k, ref, true)
	return true
}

// accumulate adds a line to those of a keyword whose values add up.
func (r *Result) accumulate(key keyword.ID, ref Ref, st State) bool {
	if r.duplicate(key, ref) {
		return false
	}
	if st == Maybe {
		r.Conditional = append(r.Conditional, Conditional{key, ref})
		return false
	}
	r.multi = append(r.multi, multi{key, int8(r.pass), ref})
	return true
}

// duplicate reports whether ssh drops a value that it has already: keys and
// certificates to try, and forwardings (readconf.c, add_identity_file,
// add_certificate_file, add_local_forward, add_remote_forward).
func (r *Result) duplicate(key keyword.ID, ref Ref) bool {
	if r.c.Dialect.Side == keyword.Server || !dropsDuplicates(keyword.ByID(keyword.Client, key).Lower) {
		return false
	}
	var items []string
	for _, m := range r.multi {
		if m.key != key {
			continue
		}
		if items == nil {
			items = r.c.values(r.q, ref).Items
		}
		if slices.Equal(items, r.c.values(r.q, m.ref).Items) {
			return true
		}
	}
	return false
}

func dropsDuplicates(name string) bool {
	switch name {
	case "identityfile", "certificatefile", "localforward", "remoteforward", "dynamicforward":
		return true
	}
	return false
}

// excluded: ProxyCommand and ProxyJump turn each other off, whichever is set
// first (readconf.c).
func (r *Result) excluded(k *keyword.Keyword) bool {
	other := ""
	switch k.Lower {
	case "proxyjump":
		other = "proxycommand"
	case "proxycommand":
		other = "proxyjump"
	default:
		return false
	}
	return r.first[keyword.Find(keyword.Client, []byte(other)).ID].epoch == r.epoch
}

// notePossible keeps track of the values that later criteria look at.
func (r *Result) notePossible(k *keyword.Keyword, ref Ref, certain bool) {
	switch k.Lower {
	case "hostname":
		if r.pass == 1 {
			r.names = append(r.names, expandHost(r.c.firstItem(r.q, ref), r.q.Host))
			r.nameOK = certain
		}
	case "user":
		r.users = append(r.users, r.c.firstItem(r.q, ref))
		r.userOK = certain
	case "tag":
		r.tags = append(r.tags, "")
	case "refuseconnection":
		if certain {
			r.Error = "RefuseConnection: " + r.c.firstItem(r.q, ref)
		}
	}
}

// values returns what the line of ref stores.
func (c *Config) values(q *Query, ref Ref) keyword.Value {
	if ref.File < 0 {
		return q.Options[ref.Line].Value
	}
	f := c.Files[ref.File]
	l := f.Line(int(ref.Line))
	args, _ := f.Args(l, nil)
	k := c.Dialect.Lookup(f.KeyText(l))
	if k == nil {
		return keyword.Value{}
	}
	v, err := c.Dialect.Check(k, valueWords(f, l, k, args, nil))
	if err != nil {
		return keyword.Value{}
	}
	return v
}

func (c *Config) firstItem(q *Query, ref Ref) string {
	if items := c.values(q, ref).Items; len(items) > 0 {
		return items[0]
	}
	return ""
}

// Winner returns the line that wins for a keyword of the first-value kind;
// name is canonical and lower case.
func (r *Result) Winner(name string) (Ref, bool) {
	k := keyword.Find(r.c.Dialect.Side, []byte(name))
	if k == nil {
		return Ref{}, false
	}
	return r.WinnerID(k.ID)
}

// WinnerID is Winner for a keyword's number.
func (r *Result) WinnerID(id keyword.ID) (Ref, bool) {
	if s := &r.second[id]; s.epoch == r.epoch {
		return s.ref, true
	}
	if s := &r.first[id]; s.epoch == r.epoch {
		return s.ref, true
	}
	if ref, ok := r.c.sticky[id]; ok {
		return ref, true
	}
	return Ref{}, false
}

// Refs returns the lines that make up the value of a keyword, in order: one
// for most keywords, several for those that accumulate.
func (r *Result) Refs(id keyword.ID) []Ref {
	k := keyword.ByID(r.c.Dialect.Side, id)
	repeat := r.c.Dialect.RepeatOf(k)
	if repeat != keyword.Accumulate && repeat != keyword.FirstPerName {
		if ref, ok := r.WinnerID(id); ok {
			return []Ref{ref}
		}
		return nil
	}
	return r.multiRefs(id, repeat)
}

// Value returns what a keyword is set to, as OpenSSH prints it; ok is false
// where no line sets it.
func (r *Result) Value(name string) (items []string, ok bool) {
	k := keyword.Find(r.c.Dialect.Side, []byte(name))
	if k == nil {
		return nil, false
	}
	for _, ref := range r.Refs(k.ID) {
		items = append(items, r.c.values(r.q, ref).Items...)
		ok = true
	}
	return items, ok
}

// ItemsOf returns the values that one line stores.
func (r *Result) ItemsOf(ref Ref) []string { return r.c.values(r.q, ref).Items }

// Keys calls f for each keyword that some line sets, in the tables' order.
func (r *Result) Keys(f func(keyword.ID)) {
	seen := make([]bool, len(r.first))
	for _, m := range r.multi {
		seen[m.key] = true
	}
	for id := range r.first {
		if id == 0 {
			continue
		}
		_, ok := r.WinnerID(keyword.ID(id))
		if ok || seen[id] {
			f(keyword.ID(id))
		}
	}
}

// State reports whether a block held in the last pass.
func (r *Result) State(block int32) State {
	if block < 0 {
		return Yes
	}
	return r.blockState(block)
}
