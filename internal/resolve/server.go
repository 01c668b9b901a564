package resolve

import (
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// matchOnly is the state of the lines before the first Match when sshd reads
// its files for a connection: they are not applied again, but Match blocks in
// files they include are looked at (servconf.c, SSHCFG_MATCH_ONLY).
const matchOnly State = 3

// evalServer reads the files as sshd does: once at start-up, and once for the
// connection, when only Match blocks count and what they set overrides.
func (r *Result) evalServer() {
	r.run(1)
	if r.Error = r.serverClash(); r.Error != "" {
		return
	}
	r.run(2)
	if r.c.looping != nil && (r.Error == "" || r.at >= r.c.loopingAt) {
		r.Error = tooDeep
	}
}

func (r *Result) serverState(id int32, b *Block) State {
	if r.pass == 1 {
		return b.static
	}
	parent := matchOnly
	if b.Parent >= 0 {
		parent = r.blockState(b.Parent)
	}
	if b.Kind == syntax.Head || parent == No {
		return parent
	}
	if parent == matchOnly && r.c.matchLost(b) {
		return No
	}
	st := r.connectionState(id, b)
	if parent == Maybe {
		return min(parent, st)
	}
	return st
}

// matchLost reports whether a Match block stands in a file that is included
// from outside of any Match block, in one of the releases that never look at
// such blocks when somebody connects (8.2 and 8.3, mended in 8.4, bz#3122).
func (c *Config) matchLost(b *Block) bool {
	return c.Dialect.Side == keyword.Server && c.Dialect.Release < keyword.R(8, 4) && b.Kind == syntax.Match &&
		b.Parent >= 0 && c.outside(b.Parent)
}

// outside reports whether a block, and every Include that leads to it, stands
// in the head of a file.
func (c *Config) outside(id int32) bool {
	for ; id >= 0; id = c.Blocks[id].Parent {
		if c.Blocks[id].Kind != syntax.Head {
			return false
		}
	}
	return true
}

// Lost says why a block never holds in this release although its line could;
// "" where it does.
func (c *Config) Lost(id int32) string {
	if !c.matchLost(&c.Blocks[id]) {
		return ""
	}
	return "sshd " + c.Dialect.Release.String() + " never looks at Match blocks of files that are included from outside of a Match block (mended in 8.4)"
}

// connectionState decides a Match block for the connection of the query.
func (r *Result) connectionState(id int32, b *Block) State {
	if len(b.cond.Criteria) == 0 {
		return No
	}
	if r.q.Assume != nil {
		if st := r.c.staticMatch(b.cond); st == Yes {
			return Yes
		}
		return r.assumed(id, Maybe)
	}
	st := Yes
	for i := range b.cond.Criteria {
		st = min(st, r.serverCriterion(&b.cond.Criteria[i], b))
	}
	return st
}

func (r *Result) serverCriterion(crit *Criterion, b *Block) State {
	spec := r.q.Spec
	if crit.Name == "all" {
		return Yes
	}
	if crit.Name == "version" {
		return stateOf(pattern.MatchList(r.c.version(), crit.Arg, false) == 1)
	}
	if spec == nil {
		spec = &ServerSpec{}
	}
	switch crit.Name {
	case "user":
		return attribute(spec.User, crit.Arg, false)
	case "group":
		return groupState(spec, crit.Arg)
	case "host":
		return attribute(spec.Host, crit.Arg, true)
	case "rdomain":
		return attribute(spec.RDomain, crit.Arg, false)
	case "address":
		return addressState(spec.Addr, crit.Arg)
	case "localaddress":
		return addressState(spec.LocalAddr, crit.Arg)
	case "localport":
		return r.portState(spec, crit.Arg)
	case "invalid-user":
		return stateOf(spec.InvalidUser)
	}
	return No
}

func attribute(value *string, list string, fold bool) State {
	if value == nil {
		return No
	}
	v := *value
	if fold {
		v = pattern.Lower(v)
	}
	return stateOf(pattern.MatchList(v, list, fold) == 1)
}

func addressState(value *string, list string) State {
	if value == nil {
		return No
	}
	hit, _ := pattern.MatchAddr(*value, list)
	return stateOf(hit == 1)
}

// groupState matches the groups of a user of this machine; sshd asks the user
// database, and a user it does not know is in no group.
func groupState(spec *ServerSpec, list string) State {
	if spec.User == nil || spec.Groups == nil {
		return No
	}
	groups, ok := spec.Groups(*spec.User)
	if !ok {
		return No
	}
	hit := false
	for _, g := range groups {
		switch pattern.MatchList(g, list, false) {
		case -1:
			return No
		case 1:
			hit = true
		}
	}
	return stateOf(hit)
}

// portState needs the port: sshd gives up where the specification leaves it
// out (servconf.c, match_test_missing_fatal).
func (r *Result) portState(spec *ServerSpec, arg string) State {
	if spec.LocalPort == 0 {
		r.Error = "'Match LocalPort' in configuration but 'lport' not in connection test specification."
		return No
	}
	n, _ := parsePort(arg)
	return stateOf(n == spec.LocalPort)
}

// setServer records a line: start-up values in first, those of Match blocks
// for this connection in second.
func (r *Result) setServer(key keyword.ID, ref Ref, st State) bool {
	if st == matchOnly {
		return false
	}
	k := keyword.ByID(keyword.Server, key)
	if r.pass == 2 && !k.MatchApplies() {
		return false
	}
	slots := r.first
	if r.pass == 2 {
		slots = r.second
	}
	role := r.c.table.roles[key]
	if st == Yes && role == rekeyRole {
		r.setRekeyTime(slots, ref)
	}
	switch r.c.repeats[key] {
	case keyword.Accumulate:
		return r.accumulate(key, ref, st)
	case keyword.FirstPerName:
		if r.haveName(key, ref) {
			return false
		}
		return r.accumulate(key, ref, st)
	case keyword.Last:
		slots[key] = slot{r.epoch, ref}
		return true
	}
	if role == principalsRole && r.wrongTest() {
		if slots[r.c.table.known.keysCommand].epoch == r.epoch {
			return false
		}
	} else if slots[key].epoch == r.epoch && !r.overwrites(role, ref) {
		return false
	}
	if st == Maybe {
		r.Conditional = append(r.Conditional, Conditional{key, ref})
		return false
	}
	slots[key] = slot{r.epoch, ref}
	if role == methodsRole && r.pass == 2 {
		r.refuseAny(ref)
	}
	return true
}

// refuseAny looks for an `AuthenticationMethods any` behind the line that was
// stored for the connection: sshd refuses it in any block.
func (r *Result) refuseAny(ref Ref) {
	for _, m := range r.c.anyMethods {
		if m.segment > r.at || m.segment == r.at && m.ref.Line > ref.Line {
			r.Error = m.msg
			return
		}
	}
}

// wrongTest: from 8.7 to 9.3 sshd stored AuthorizedPrincipalsCommand whenever
// AuthorizedKeysCommand was not set, instead of looking at itself (bz3574).
func (r *Result) wrongTest() bool {
	return r.c.Dialect.Release >= keyword.R(8, 7) && r.c.Dialect.Release < keyword.R(9, 4)
}

// overwrites: `UnusedConnectionTimeout none` replaces an earlier value
// (servconf.c).
func (r *Result) overwrites(role role, ref Ref) bool {
	return role == unusedRole && strings.EqualFold(r.firstArg(ref), "none")
}

// haveName reports whether an earlier line of this pass sets the same name:
// the first argument of Subsystem, the keys of PerSourcePenalties.
func (r *Result) haveName(key keyword.ID, ref Ref) bool {
	name := firstWord(r.c.firstItem(r.q, ref))
	for _, m := range r.multi {
		if m.key == key && int(m.pass) == r.pass && firstWord(r.c.firstItem(r.q, m.ref)) == name {
			return true
		}
	}
	return false
}

func firstWord(s string) string {
	w, _, _ := strings.Cut(s, " ")
	return w
}

// multiRefs returns the lines of a keyword that accumulates. On the server
// those of Match blocks replace those outside; Subsystem counted at start-up
// only before 9.5 and was merged by name before 10.4.
func (r *Result) multiRefs(id keyword.ID, repeat keyword.Repeat) []Ref {
	var global, matched []Ref
	for _, m := range r.multi {
		if m.key != id {
			continue
		}
		if r.c.Dialect.Side == keyword.Server && m.pass == 2 {
			matched = append(matched, m.ref)
		} else {
			global = append(global, m.ref)
		}
	}
	if len(matched) == 0 || repeat == keyword.FirstPerName && r.c.Dialect.Release < keyword.R(9, 5) {
		return global // Subsystem was not copied from Match blocks before 9.5
	}
	if repeat == keyword.FirstPerName && r.c.Dialect.Release < keyword.R(10, 4) {
		return r.mergeNames(matched, global)
	}
	return matched
}

// mergeNames keeps each name's line of the Match block, else the global one.
func (r *Result) mergeNames(matched, global []Ref) []Ref {
	names := map[string]bool{}
	var out []Ref
	for _, ref := range append(matched[:len(matched):len(matched)], global...) {
		name := firstWord(r.c.firstItem(r.q, ref))
		if !names[name] {
			names[name] = true
			out = append(out, ref)
		}
	}
	return out
}

// specError is a refusal of -C in sshd's words.
type specError string

func (e specError) Error() string { return string(e) }

// ParseSpec reads what `sshd -T -C` takes: user=U,host=H,addr=A,laddr=L,
// lport=N,rdomain=R and, since 9.9, invalid-user (servconf.c,
// parse_server_match_testspec).
func ParseSpec(text string, d keyword.Dialect) (*ServerSpec, error) {
	spec := &ServerSpec{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, ok := strings.Cut(part, "=")
		if part == "invalid-user" && d.Release >= keyword.R(9, 9) {
			spec.InvalidUser = true
			continue
		}
		if !ok {
			return nil, specError("Invalid test mode specification " + part)
		}
		switch name {
		case "user":
			spec.User = &value
		case "host":
			spec.Host = &value
		case "addr":
			spec.Addr = &value
		case "laddr":
			spec.LocalAddr = &value
		case "rdomain":
			spec.RDomain = &value
		case "lport":
			n, err := strconv.Atoi(value)
			if err != nil || n < 1 || n > 65535 {
				return nil, specError("Invalid port '" + value + "' in test mode specification " + part)
			}
			spec.LocalPort = n
		default:
			return nil, specError("Invalid test mode specification " + part)
		}
	}
	return spec, nil
}
