package resolve

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
)

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
	if r.q.Trace && (st != No || r.q.MostElsewhere == 0 || r.isAmongFirst(key)) {
		r.Events = append(r.Events, Event{Ref: ref, Key: key, State: st, Pass: r.pass, Won: won})
	}
}

// isAmongFirst counts a line of a block that does not hold, and reports whether it
// is to be recorded.
func (r *Result) isAmongFirst(key keyword.ID) bool {
	if r.elsewhere == nil {
		r.elsewhere = make([]int, len(r.first))
	}
	r.elsewhere[key]++
	return r.elsewhere[key] <= r.q.MostElsewhere
}

// Unrecorded is how many lines of a keyword Trace met and did not record, because
// of MostElsewhere.
func (r *Result) Unrecorded(key keyword.ID) int {
	n := 0
	if r.elsewhere != nil {
		n = max(0, r.elsewhere[key]-r.q.MostElsewhere)
	}
	if r.c.left != nil {
		n += r.c.left[key]
	}
	return n
}

func (r *Result) setClient(key keyword.ID, ref Ref, st State) bool {
	if r.c.repeats[key] == keyword.Accumulate {
		return r.accumulate(key, ref, st)
	}
	role := r.c.table.roles[key]
	if role != ordinary {
		switch {
		case role >= firstSticksRole && ref.File >= 0:
			return ref == r.c.sticky[key] // found when loading, in all blocks
		case role == rekeyRole && st == Yes:
			r.setRekeyTime(r.first, ref)
		}
	}
	taken := r.first[key].epoch == r.epoch
	if taken && role == agentRole {
		taken = !r.isAgentPath(ref) || r.isAgentPath(r.first[key].ref)
	}
	if taken || r.excluded(role) {
		return false
	}
	if st == Maybe {
		r.Conditional = append(r.Conditional, Conditional{key, ref})
		r.notePossible(role, ref, false)
		return false
	}
	r.first[key] = slot{r.epoch, ref}
	r.notePossible(role, ref, true)
	return true
}

// isAgentPath tells a line of ForwardAgent with a socket from yes and no. ssh keeps
// the first path apart from the first yes or no, and uses it if there is one
// (readconf.c, oForwardAgent; dump_client_config).
func (r *Result) isAgentPath(ref Ref) bool {
	if arg := r.firstArg(ref); arg == "yes" || arg == "no" {
		return false // nearly always, and quicker than to check the line
	}
	items := r.c.values(r.q, ref).Items
	return len(items) == 1 && items[0] != "yes" && items[0] != "no"
}

// HasAgentPath reports whether some line of ForwardAgent names a socket, which beats
// yes and no that come before it.
func (c *Config) HasAgentPath() bool {
	r := Result{c: c, q: &Query{}}
	found := false
	c.Settings("forwardagent", func(ref Ref) { found = found || r.isAgentPath(ref) })
	return found
}

// accumulate adds a line to those of a keyword whose values add up.
func (r *Result) accumulate(key keyword.ID, ref Ref, st State) bool {
	if st == Maybe {
		r.Conditional = append(r.Conditional, Conditional{key, ref})
		return false
	}
	if role := r.c.table.roles[key]; role == listRole || role == forwardRole {
		return r.addOnce(key, ref)
	}
	r.multi = append(r.multi, multi{key: key, pass: int8(r.pass), ref: ref})
	return true
}

// addOnce adds a line unless ssh has its value already: keys and certificates
// to try, and forwardings (readconf.c, add_identity_file,
// add_certificate_file, add_local_forward, add_remote_forward).
func (r *Result) addOnce(key keyword.ID, ref Ref) bool {
	m := multi{key: key, pass: int8(r.pass), ref: ref}
	if len(r.multi) > 0 && r.storedBefore(r.identity(&m)) { // the first line need not be split
		return false
	}
	r.multi = append(r.multi, m)
	return true
}

// stored is what tells lines apart of which ssh and sshd keep the first only.
type stored struct {
	key  keyword.ID
	pass int8
	text string
}

// identity is the whole value of keys, certificates and forwardings, which ssh
// compares whatever pass they come from; of a server's keywords with names it
// is the name (see haveName). It is zero for keywords that keep every line.
func (r *Result) identity(m *multi) stored {
	switch r.c.table.roles[m.key] {
	case listRole, forwardRole:
		return stored{key: m.key, text: strings.Join(r.c.values(r.q, m.ref).Items, "\x00")}
	}
	if r.c.repeats[m.key] == keyword.FirstPerName {
		return stored{m.key, m.pass, firstWord(r.c.firstItem(r.q, m.ref))}
	}
	return stored{}
}

// storedBefore looks for a line in those of the query. They are entered when the
// first one is looked for, since most queries have no two of them; comparing each
// line with all before it would take the square of their number.
func (r *Result) storedBefore(s stored) bool {
	if r.entered == 0 {
		clear(r.stored)
	}
	if r.stored == nil {
		r.stored = map[stored]bool{}
	}
	for ; r.entered < len(r.multi); r.entered++ {
		r.stored[r.identity(&r.multi[r.entered])] = true
	}
	return r.stored[s]
}

// excluded: ProxyCommand and ProxyJump turn each other off, whichever is set
// first (readconf.c); the host name and how it is canonicalised are settled
// when the second pass begins (ssh.c, main; readconf.c,
// fill_default_options_for_canonicalization).
func (r *Result) excluded(role role) bool {
	switch role {
	case hostNameRole, settledRole:
		return r.pass == 2
	case proxyJumpRole:
		return r.first[r.c.table.known.proxyCommand].epoch == r.epoch
	case proxyCommandRole:
		return r.first[r.c.table.known.proxyJump].epoch == r.epoch
	}
	return false
}

// notePossible keeps track of the values that later criteria look at.
func (r *Result) notePossible(role role, ref Ref, certain bool) {
	switch role {
	case hostNameRole:
		r.nameRefs = append(r.nameRefs, ref)
		r.nameOK = certain
		r.addNamed()
	case userRole:
		r.userRefs = append(r.userRefs, ref)
		r.userOK = certain
	case tagRole:
		r.tagged = true
	case refuseRole:
		if certain {
			r.Error = "RefuseConnection: " + r.c.firstItem(r.q, ref)
		}
	}
}

// names are the host names that the lines of HostName met so far may give.
func (r *Result) possibleNames() []string {
	for _, ref := range r.nameRefs[len(r.names):] {
		r.names = append(r.names, expandHost(r.firstArg(ref), r.q.Host))
	}
	return r.names
}

// possibleUsers are the users that the lines of User met so far may give.
func (r *Result) possibleUsers() []string {
	for _, ref := range r.userRefs[len(r.users):] {
		r.users = append(r.users, r.firstArg(ref))
	}
	return r.users
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

// argsOf returns the arguments of a line as OpenSSH reads them.
func (c *Config) argsOf(q *Query, ref Ref) []string {
	if ref.File < 0 {
		return q.Options[ref.Line].Args
	}
	f := c.Files[ref.File]
	l := f.Line(int(ref.Line))
	args, _ := f.Args(l, nil)
	words := make([]string, 0, len(args))
	for _, a := range args {
		words = append(words, a.Text)
	}
	return words
}

// firstArg is the first argument of a line. It does not allocate.
func (r *Result) firstArg(ref Ref) string {
	if ref.File < 0 {
		if args := r.q.Options[ref.Line].Args; len(args) > 0 {
			return args[0]
		}
		return ""
	}
	f := r.c.Files[ref.File]
	r.args, _ = f.Args(f.Line(int(ref.Line)), r.args[:0])
	if len(r.args) == 0 {
		return ""
	}
	return r.args[0].Text
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
	if role := r.c.table.roles[id]; role >= firstSticksRole {
		return r.stickyWinner(id, role)
	}
	if s := &r.first[id]; s.epoch == r.epoch {
		return s.ref, true
	}
	return Ref{}, false
}

// stickyWinner: the last line of a file beats -o, the first one does not.
func (r *Result) stickyWinner(id keyword.ID, role role) (Ref, bool) {
	ref, ok := r.c.sticky[id]
	if s := &r.first[id]; s.epoch == r.epoch && (!ok || role == firstSticksRole) {
		return s.ref, true
	}
	return ref, ok
}

// Refs returns the lines that make up the value of a keyword, in order: one
// for most keywords, several for those that accumulate.
func (r *Result) Refs(id keyword.ID) []Ref {
	if r.cleared(id) {
		return nil
	}
	repeat := r.c.repeats[id]
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
	if r.c.table.roles[k.ID] == rekeyRole && ok {
		items = r.joinRekey(items)
	}
	return items, ok
}

// IsSet reports whether Refs has a line, mostly without making a list of one.
func (r *Result) IsSet(id keyword.ID) bool {
	switch r.c.repeats[id] {
	case keyword.Accumulate, keyword.FirstPerName:
		return len(r.Refs(id)) > 0
	}
	_, ok := r.WinnerID(id)
	return ok && !r.cleared(id)
}

// setRekeyTime notes the first line of RekeyLimit with a time, for which none
// does not count: size and time are stored apart, so that they may come from two lines (readconf.c,
// servconf.c). The slot behind the last keyword is the time's.
func (r *Result) setRekeyTime(slots []slot, ref Ref) {
	at := len(slots) - 1
	if slots[at].epoch == r.epoch {
		return
	}
	if args := r.c.argsOf(r.q, ref); len(args) > 1 && args[1] != "none" {
		slots[at] = slot{r.epoch, ref}
	}
}

// joinRekey puts the time of RekeyLimit behind the size.
func (r *Result) joinRekey(items []string) []string {
	at := len(r.first) - 1
	for _, s := range []slot{r.second[at], r.first[at]} {
		if s.epoch != r.epoch {
			continue
		}
		if other := r.c.values(r.q, s.ref).Items; len(items) == 1 && len(other) == 1 {
			_, time, _ := strings.Cut(other[0], " ")
			size, _, _ := strings.Cut(items[0], " ")
			return []string{size + " " + time}
		}
	}
	return items
}

// ItemsOf returns the values that one line stores.
func (r *Result) ItemsOf(ref Ref) []string { return r.c.values(r.q, ref).Items }

// Number is the value of a line whose keyword takes a number, or a time in seconds;
// ok is false where it stores something else.
func (r *Result) Number(ref Ref) (n int, ok bool) {
	if n, ok = r.c.plainNumber(ref); ok {
		return n, true
	}
	items := r.ItemsOf(ref)
	if len(items) != 1 {
		return 0, false
	}
	n, err := strconv.Atoi(items[0])
	return n, err == nil
}

// plainNumber is Number for lines as most are written. It need not split them into
// words nor check them again, which takes long where each of very many is asked for.
func (c *Config) plainNumber(ref Ref) (n int, ok bool) {
	if ref.File < 0 {
		return 0, false
	}
	f := c.Files[ref.File]
	l := f.Line(int(ref.Line))
	text := f.ArgText(l)
	for _, digit := range text {
		if digit < '0' || digit > '9' {
			return 0, false
		}
		n = 10*n + int(digit-'0')
	}
	return n, 0 < len(text) && len(text) < 9 && (text[0] != '0' || n == 0)
}

// Keys calls f for each keyword that some line sets, in the tables' order.
func (r *Result) Keys(f func(keyword.ID)) {
	if r.seen == nil {
		r.seen = make([]uint32, len(r.first))
	}
	for i := range r.multi {
		r.seen[r.multi[i].key] = r.epoch
	}
	look := func(id keyword.ID) {
		if _, ok := r.WinnerID(id); ok || r.seen[id] == r.epoch {
			f(id)
		}
	}
	if len(r.q.Options) == 0 {
		for _, id := range r.c.keywordsUsed() {
			look(id)
		}
		return
	}
	for id := 1; id < len(r.first)-1; id++ {
		look(keyword.ID(id))
	}
}

// keywordsUsed lists the keywords that some line of the files sets, in the tables'
// order: a few of a hundred, which are looked at for each of very many hosts.
func (c *Config) keywordsUsed() []keyword.ID {
	c.usedOnce.Do(func() {
		for id, lines := range c.countStores() {
			if id > 0 && lines > 0 {
				c.used = append(c.used, keyword.ID(id))
			}
		}
	})
	return c.used
}

// SameLines reports whether a keyword gets its value from lines of the same text
// in another result of the same query, or from none in both, so that the values
// are the same. Where it says no, they may still be.
func (r *Result) SameLines(o *Result, id keyword.ID) bool {
	switch r.c.table.roles[id] {
	case rekeyRole, forwardRole, tunnelRole: // other lines count, too
		return false
	}
	if repeat := r.c.repeats[id]; repeat == keyword.Accumulate || repeat == keyword.FirstPerName {
		return r.sameLists(o, id)
	}
	a, okA := r.WinnerID(id)
	b, okB := o.WinnerID(id)
	return okA == okB && (!okA || r.sameLine(a, o, b))
}

// sameLists is SameLines for keywords with several lines.
func (r *Result) sameLists(o *Result, id keyword.ID) bool {
	if r.c.Dialect.Side == keyword.Server {
		return slices.EqualFunc(r.Refs(id), o.Refs(id), func(a, b Ref) bool { return r.sameLine(a, o, b) })
	}
	k := 0
	for i := range r.multi {
		if r.multi[i].key != id {
			continue
		}
		for k < len(o.multi) && o.multi[k].key != id {
			k++
		}
		if k == len(o.multi) || !r.sameLine(r.multi[i].ref, o, o.multi[k].ref) {
			return false
		}
		k++
	}
	return !slices.ContainsFunc(o.multi[k:], func(m multi) bool { return m.key == id })
}

// sameLine reports whether two lines have the same bytes, or are one option.
func (r *Result) sameLine(a Ref, o *Result, b Ref) bool {
	if a.File < 0 || b.File < 0 {
		return a.File < 0 && b.File < 0 && a.Line == b.Line
	}
	was, whole := r.c.Files[a.File].Raw(int(a.Line))
	is, too := o.c.Files[b.File].Raw(int(b.Line))
	return whole && too && was == is
}

// cleared: ClearAllForwardings drops what was set (readconf.c,
// clear_forwardings).
func (r *Result) cleared(id keyword.ID) bool {
	role := r.c.table.roles[id]
	return (role == forwardRole || role == tunnelRole) && r.isSet(r.c.table.known.clear, "yes")
}
