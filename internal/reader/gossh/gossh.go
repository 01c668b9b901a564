// Package gossh is github.com/kevinburke/ssh_config, the library with which
// programs written in Go read the files of ssh: go-git and what is built on it,
// for one.
//
// The library itself reads each file and says which blocks hold. What is done
// here is to keep it from opening files, and to find out which line an answer
// comes from.
package gossh

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/kevinburke/ssh_config"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
)

// Reader is the library as programs use it: ssh_config.Get for keywords with
// one value, GetAll for those with several. Options and the user of a request
// are no business of it.
var Reader = reader.Reader{Name: "go", Resolve: explain}

// Files are the user's file and the system's with all they include, as the
// library has read them. Nothing is read any more once they are loaded.
type Files struct {
	top []*config // in the order in which the library asks them
}

// Value is what one line gives.
type Value struct {
	Text string
	// At is the line; zero for a default.
	At reader.Source
	// Via is the Include line of the first file that leads to it; zero if it
	// stands in that file itself.
	Via reader.Source
	// Problem is what GetStrict says of the value. Get returns "" then, as if
	// there were no line, and does not look at the others.
	Problem string
}

// Error is why the library cannot read the files. It cannot answer for any
// host then.
type Error struct {
	At   reader.Source // the line at fault; where Includes nest too deep, the outermost Include
	Text string        // in the library's words
	// Limit is true where the library was not asked to the end, because it
	// would take too long.
	Limit bool
}

func (e *Error) Error() string { return e.Text }

// config is one visit of a file.
type config struct {
	path   string
	via    reader.Source
	blocks []block
	// Where a block may hold for a host: literal names are looked up, all other
	// blocks are tried for each host.
	byName map[string][]int32
	always []int32
}

type block struct {
	host  *ssh_config.Host
	nodes []node
}

// node is a setting or an Include.
type node struct {
	key   string // lower case
	kv    *ssh_config.KV
	line  int // of kv
	files []*config
}

// Get is what ssh_config.Get returns. ok is false where no line gives a value;
// the library's default is returned then, if it has one.
func (f *Files) Get(alias, key string) (v Value, ok bool) { return f.ask(alias).get(key) }

// question is about one host: which blocks hold for it is found out once, as the
// library compares with regular expressions.
type question struct {
	*Files
	alias string
	held  map[*config][]*block
}

func (f *Files) ask(alias string) *question {
	return &question{Files: f, alias: alias, held: map[*config][]*block{}}
}

func (q *question) get(key string) (v Value, ok bool) {
	for _, c := range q.top {
		v, found := q.first(c, strings.ToLower(key))
		if !found || v.Text == "" {
			continue // the library asks the next file, too
		}
		if err := validate(key, v.Text); err != nil {
			v.Text, v.Problem = "", err.Error()
		}
		return v, true
	}
	return Value{Text: ssh_config.Default(key)}, false
}

// numbers and switches are the keywords whose values GetStrict checks.
var (
	numbers = []string{
		"canonicalizemaxdots", "compressionlevel", "connectionattempts", "connecttimeout",
		"numberofpasswordprompts", "port", "serveralivecountmax", "serveraliveinterval",
	}
	switches = []string{
		"batchmode", "canonicalizefallbacklocal", "challengeresponseauthentication", "checkhostip",
		"clearallforwardings", "compression", "enablesshkeysign", "exitonforwardfailure", "forwardagent",
		"forwardx11", "forwardx11trusted", "gatewayports", "gssapiauthentication", "gssapidelegatecredentials",
		"hostbasedauthentication", "identitiesonly", "kbdinteractiveauthentication", "nohostauthenticationforlocalhost",
		"passwordauthentication", "permitlocalcommand", "pubkeyauthentication", "rhostsrsaauthentication",
		"rsaauthentication", "streamlocalbindunlink", "tcpkeepalive", "usekeychain", "useprivilegedport", "visualhostkey",
	}
)

// validate is the check of GetStrict, which the library does for its own files
// only.
func validate(key, value string) error {
	lower := strings.ToLower(key)
	switch {
	case slices.Contains(switches, lower) && value != "yes" && value != "no":
		return fmt.Errorf("ssh_config: value for key %q must be 'yes' or 'no', got %q", key, value)
	case slices.Contains(numbers, lower):
		if _, err := strconv.ParseUint(value, 10, 64); err != nil {
			return fmt.Errorf("ssh_config: %v", err)
		}
	}
	return nil
}

// All is what ssh_config.GetAll returns: the lines of one file, the user's
// rather than the system's. ok is as for Get.
func (f *Files) All(alias, key string) (all []Value, ok bool) { return f.ask(alias).all(key) }

func (q *question) all(key string) (all []Value, ok bool) {
	for _, c := range q.top {
		q.each(c, strings.ToLower(key), func(v Value) { all = append(all, v) })
		if all != nil {
			return all, true
		}
	}
	if d := ssh_config.Default(key); d != "" {
		all = []Value{{Text: d}}
	}
	return all, false
}

// lines lists the lines of a keyword that hold for the host, those that lose,
// too, in the order in which the library meets them.
func (q *question) lines(key string) []Value {
	var all []Value
	for _, c := range q.top {
		q.each(c, strings.ToLower(key), func(v Value) { all = append(all, v) })
	}
	return all
}

// Cost is how many lines have to be looked at for each host, whatever its name.
func (f *Files) Cost() int {
	n := 0
	for _, c := range f.top {
		n += c.cost()
	}
	return n
}

func (c *config) cost() int {
	n := 1
	for _, id := range c.always {
		for i := range c.blocks[id].nodes {
			n++
			for _, inc := range c.blocks[id].nodes[i].files {
				n += inc.cost()
			}
		}
	}
	return n
}

// first follows Config.Get and Include.Get of the library.
func (q *question) first(c *config, key string) (v Value, found bool) {
	for _, b := range q.blocks(c) {
		for i := range b.nodes {
			n := &b.nodes[i]
			if n.kv != nil && n.key == key {
				return c.value(n), true
			}
			for _, inc := range n.files {
				if inner, ok := q.first(inc, key); ok && inner.Text != "" {
					return inner, true
				}
			}
		}
	}
	return v, false
}

// each follows Config.GetAll.
func (q *question) each(c *config, key string, f func(Value)) {
	for _, b := range q.blocks(c) {
		for i := range b.nodes {
			n := &b.nodes[i]
			if n.kv != nil && n.key == key {
				f(c.value(n))
			}
			for _, inc := range n.files {
				q.each(inc, key, f)
			}
		}
	}
}

// blocks are those that hold for the host, in the order of the file.
func (q *question) blocks(c *config) []*block {
	held, known := q.held[c]
	if known {
		return held
	}
	name := runes(q.alias)
	own, always := c.byName[name], c.always
	for len(own) > 0 || len(always) > 0 {
		var id int32
		if len(own) == 0 || len(always) > 0 && always[0] < own[0] {
			id, always = always[0], always[1:]
		} else {
			id, own = own[0], own[1:]
		}
		if b := &c.blocks[id]; mayHold(b.host, name) && b.host.Matches(q.alias) {
			held = append(held, b)
		}
	}
	q.held[c] = held
	return held
}

// mayHold reports whether a pattern of a block has texts between its wildcards that
// all occur in a name, in their order. That is found out at once, while a regular
// expression of many wildcards takes a step for each of them for each byte of the
// name.
func mayHold(host *ssh_config.Host, name string) bool {
	return slices.ContainsFunc(host.Patterns, func(p *ssh_config.Pattern) bool {
		rest := name
		for text := range strings.FieldsFuncSeq(p.String(), isWildcard) {
			i := strings.Index(rest, text)
			if i < 0 {
				return false
			}
			rest = rest[i+len(text):]
		}
		return true
	})
}

func isWildcard(r rune) bool { return r == '*' || r == '?' }

// runes is a name as regexp and the library's lexer see it: what is not UTF-8
// is U+FFFD.
func runes(s string) string { return string([]rune(s)) }

func (c *config) value(n *node) Value {
	return Value{Text: n.kv.Value, At: reader.Source{File: c.path, Line: n.line}, Via: c.via}
}

// keys calls f for every keyword that holds for the host.
func (q *question) keys(c *config, f func(key string)) {
	for _, b := range q.blocks(c) {
		for i := range b.nodes {
			if b.nodes[i].kv != nil {
				f(b.nodes[i].key)
			}
			for _, inc := range b.nodes[i].files {
				q.keys(inc, f)
			}
		}
	}
}

// Severals reports whether programs ask for all values of a keyword, because
// ssh uses them all.
func Severals(d keyword.Dialect, k *keyword.Keyword) bool {
	r := d.RepeatOf(k)
	return r == keyword.Accumulate || r == keyword.FirstPerName
}

func explain(req reader.Request) ([]reader.Setting, error) {
	f, err := loadFor(req, req.Query.Host)
	if err != nil {
		return nil, err
	}
	return f.Settings(req), nil
}

// Settings are what programs get for the host of a request: the keywords that
// it names, or all that are set.
func (f *Files) Settings(req reader.Request) []reader.Setting {
	names, q := req.Keywords, f.ask(req.Query.Host)
	if names == nil {
		names = q.known()
	}
	out := []reader.Setting{}
	for _, name := range names {
		out = append(out, q.settings(req, name)...)
	}
	return out
}

// known lists the keywords of ssh that some line sets, and the keep-alive.
func (q *question) known() []string {
	names := slices.Clone(keepalive)
	for _, c := range q.top {
		q.keys(c, func(key string) {
			if k := keyword.Find(keyword.Client, []byte(key)); k != nil && k.Lower == key {
				names = append(names, key)
			}
		})
	}
	slices.SortFunc(names, reader.Compare)
	return slices.Compact(names)
}

var keepalive = []string{"serveraliveinterval", "serveralivecountmax", "tcpkeepalive"}

// settings explains one keyword. One that no line sets and for which the
// library has no default is left out.
func (q *question) settings(req reader.Request, name string) []reader.Setting {
	var won []Value
	var set bool
	if k := keyword.Find(keyword.Client, []byte(name)); k != nil && Severals(req.Dialect, k) {
		won, set = q.all(name)
	} else if v, ok := q.get(name); ok || v.Text != "" {
		won, set = []Value{v}, ok
	}
	var out []reader.Setting
	for _, v := range won {
		s := reader.Setting{
			Keyword: name, Value: v.Text, Problem: v.Problem, Default: !set,
			Shadowed: []reader.Shadowed{}, Conditional: []reader.Conditional{},
		}
		if set {
			at := v.At
			s.Source = &at
		}
		out = append(out, s)
	}
	if len(out) > 0 && set {
		out[0].Shadowed = append(out[0].Shadowed, q.shadowed(name, won)...)
	}
	return out
}

// shadowed lists the lines that hold and lose.
func (q *question) shadowed(name string, won []Value) []reader.Shadowed {
	wins := make(map[reader.Source]bool, len(won))
	for _, w := range won {
		wins[w.At] = true
	}
	var out []reader.Shadowed
	for _, v := range q.lines(name) {
		if wins[v.At] {
			continue
		}
		reason := fmt.Sprintf("%s:%d comes first, and the first value wins", won[0].At.File, won[0].At.Line)
		if v.Text == "" {
			reason = "it is empty"
		}
		out = append(out, reader.Shadowed{File: v.At.File, Line: v.At.Line, Value: v.Text, Reason: reason})
	}
	return out
}
