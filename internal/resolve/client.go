package resolve

import (
	"bytes"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

func (r *Result) evalClient() {
	r.hosts = append(r.hosts, r.q.Host)
	r.run(1)
	r.noteIgnored()
	r.checkHostName()
	canonicalise := r.canonicalises()
	if r.Error == "" && (r.c.wantPass2 || canonicalise) {
		r.TwoPass = true
		r.secondNames(canonicalise)
		r.run(2)
	}
	r.noteOffline()
}

// secondNames lists the names that Host lines are compared with in the second
// pass.
func (r *Result) secondNames(canonicalise bool) {
	r.hosts = r.hosts[:0]
	names := r.possibleNames()
	if r.nameOK || len(names) == 0 {
		r.hosts = append(r.hosts, r.HostName())
	}
	for _, name := range names {
		r.hosts = append(r.hosts, pattern.Lower(name))
	}
	if canonicalise {
		r.hosts = r.appendCanonical(r.hosts)
	}
}

// canonicalises reports whether ssh would try to canonicalise the host name,
// which takes a second pass and the DNS.
func (r *Result) canonicalises() bool {
	if _, ok := r.WinnerID(r.c.table.known.canonicalize); !ok {
		return false
	}
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

// HostName is the name that is connected to, once all is read: HostName with %h
// replaced, else the host as typed, in lower case (ssh.c, main). It is "" on a
// server.
func (r *Result) HostName() string {
	if r.c.Dialect.Side == keyword.Server {
		return ""
	}
	ref, ok := r.WinnerID(r.c.table.known.hostName)
	if !ok {
		return pattern.Lower(r.q.Host)
	}
	return pattern.Lower(expandHost(r.firstArg(ref), r.q.Host))
}

// checkHostName refuses tokens other than %h and %% in the name.
func (r *Result) checkHostName() {
	ref, ok := r.WinnerID(r.c.table.known.hostName)
	if !ok || !r.c.holdsPercent(ref) {
		return
	}
	if bad := badToken(r.firstArg(ref), "h%"); bad != "" && r.Error == "" {
		r.Error = Visible("vdollar_percent_expand: unknown key %" + bad + "\npercent_expand: failed")
	}
}

// holdsPercent reports whether a line may have tokens. It is asked for each host,
// and splitting lines takes longer.
func (c *Config) holdsPercent(ref Ref) bool {
	return ref.File < 0 || bytes.IndexByte(c.Files[ref.File].Bytes(int(ref.Line)), '%') >= 0
}

func expandHost(s, host string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	return strings.NewReplacer("%%", "%", "%h", host).Replace(s)
}

func (r *Result) clientState(id int32, b *Block) State {
	switch b.Kind {
	case syntax.Head:
		return Yes
	case syntax.Host:
		if b.plain && id == r.found {
			return Yes
		}
		return r.assumed(id, r.hostState(b.File, b.host))
	}
	if b.literal && r.deciding != id {
		return No // none of the names it asks for came up before it
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

// hostState compares a Host line with every name the host may have.
func (r *Result) hostState(f *File, line int32) State {
	st := State(255)
	for _, h := range r.hosts {
		st = merge(st, stateOf(f.matchHost(h, line)))
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

// matchHost matches the patterns of a Host line: any positive match and no
// negated one, in any order. Only negated patterns never match.
func (f *File) matchHost(host string, line int32) bool {
	if set := f.sets[line]; set != nil {
		return set.Match(host) == 1
	}
	found := false
	for _, w := range f.hostWords(line) {
		if rulesOut(host, f.wordText(w), &found) {
			return false
		}
	}
	return found
}

// rulesOut reports whether a pattern of a Host line is negated and matches, so that
// the line is none for the host, whatever else it has. A positive one that matches
// is found.
func rulesOut(host, text string, found *bool) bool {
	if rest, negated := strings.CutPrefix(text, "!"); negated {
		return pattern.Match(host, rest)
	}
	*found = *found || pattern.Match(host, text)
	return false
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
		return listState(r.currentNames(), crit, true)
	case "originalhost":
		return stateOf(crit.match(pattern.Lower(r.q.Host), true) == 1)
	case "user":
		return r.userState(crit)
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

// maxPossible is how many possible values of HostName or User are looked at before
// what depends on them counts as undecided.
const maxPossible = 64

// listState matches a list against every possible value.
func listState(values []string, crit *Criterion, fold bool) State {
	if len(values) > maxPossible {
		return Maybe
	}
	st := State(255)
	for _, v := range values {
		if fold {
			v = pattern.Lower(v)
		}
		st = merge(st, stateOf(crit.match(v, fold) == 1))
	}
	return st
}

// currentNames lists what `Match host` may compare with at this point: the
// HostName set so far, or the host as typed.
func (r *Result) currentNames() []string {
	if r.pass == 2 {
		return r.hosts
	}
	names := r.possibleNames()
	if r.nameOK {
		return names
	}
	return append(names[:len(names):len(names)], r.q.Host)
}

func (r *Result) userState(crit *Criterion) State {
	id := &r.q.Identity
	users := r.possibleUsers()
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
	return listState(users, crit, false)
}

func (r *Result) tagState(list string) State {
	if v, ok := r.Value("tag"); ok && len(v) > 0 {
		return emptyOrList(v[0], list)
	}
	if !r.q.Identity.Known || r.tagged {
		return Maybe
	}
	return emptyOrList("", list)
}
