package resolve

import (
	"slices"
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
	if r.q.Trace {
		r.Events = append(r.Events, Event{Ref: ref, Key: key, State: st, Pass: r.pass, Won: won})
	}
}

func (r *Result) setClient(key keyword.ID, ref Ref, st State) bool {
	k := keyword.ByID(keyword.Client, key)
	if k.Repeat == keyword.Accumulate {
		return r.accumulate(key, ref, st)
	}
	if stickiness(k.Lower) != notSticky && ref.File >= 0 {
		return ref == r.c.sticky[key] // found when loading, in all blocks
	}
	if st == Yes && k.Lower == "rekeylimit" {
		r.setRekeyTime(r.first, ref)
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
// first (readconf.c); the host name and how it is canonicalised are settled when the
// second pass begins (ssh.c, main; fill_default_options_for_canonicalization).
func (r *Result) excluded(k *keyword.Keyword) bool {
	other := ""
	switch k.Lower {
	case "hostname", "canonicalizehostname", "canonicalizemaxdots", "canonicalizefallbacklocal":
		return r.pass == 2
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

func (c *Config) firstArg(q *Query, ref Ref) string {
	if args := c.argsOf(q, ref); len(args) > 0 {
		return args[0]
	}
	return ""
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
	k := keyword.ByID(r.c.Dialect.Side, id)
	ref, sticks := r.c.sticky[id]
	if sticks && stickiness(k.Lower) == lastSticks {
		return ref, true
	}
	if s := &r.first[id]; s.epoch == r.epoch {
		return s.ref, true
	}
	return ref, sticks
}

type sticks uint8

const (
	notSticky sticks = iota
	firstSticks
	lastSticks
)

// stickiness tells the keywords of the client that take effect whatever their
// block, as readconf.c does not look at the scope when it stores them.
func stickiness(name string) sticks {
	switch name {
	case "syslogfacility":
		return firstSticks
	case "streamlocalbindmask":
		return lastSticks
	}
	return notSticky
}

// Refs returns the lines that make up the value of a keyword, in order: one
// for most keywords, several for those that accumulate.
func (r *Result) Refs(id keyword.ID) []Ref {
	k := keyword.ByID(r.c.Dialect.Side, id)
	if r.cleared(id) {
		return nil
	}
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
	if k.Lower == "rekeylimit" && ok {
		items = r.joinRekey(items)
	}
	return items, ok
}

// setRekeyTime notes the first line of RekeyLimit with a time: size and time
// are stored apart, so that they may come from two lines (readconf.c,
// servconf.c). The slot behind the last keyword is the time's.
func (r *Result) setRekeyTime(slots []slot, ref Ref) {
	at := len(slots) - 1
	if slots[at].epoch != r.epoch && len(r.c.argsOf(r.q, ref)) > 1 {
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

// Keys calls f for each keyword that some line sets, in the tables' order.
func (r *Result) Keys(f func(keyword.ID)) {
	seen := make([]bool, len(r.first))
	for _, m := range r.multi {
		seen[m.key] = true
	}
	for id := range r.first[:len(r.first)-1] {
		if id == 0 {
			continue
		}
		_, ok := r.WinnerID(keyword.ID(id))
		if ok || seen[id] {
			f(keyword.ID(id))
		}
	}
}

// cleared: ClearAllForwardings drops what was set (readconf.c,
// clear_forwardings).
func (r *Result) cleared(id keyword.ID) bool {
	if r.c.Dialect.Side == keyword.Server {
		return false
	}
	switch keyword.ByID(keyword.Client, id).Lower {
	case "localforward", "remoteforward", "dynamicforward", "tunnel":
		return r.is("clearallforwardings", "yes")
	}
	return false
}
