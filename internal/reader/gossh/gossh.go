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
func (f *Files) Get(alias, key string) (v Value, ok bool) {
	for _, c := range f.top {
		v, found := c.get(alias, strings.ToLower(key))
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
func (f *Files) All(alias, key string) (all []Value, ok bool) {
	for _, c := range f.top {
		c.each(alias, strings.ToLower(key), func(v Value) { all = append(all, v) })
		if all != nil {
			return all, true
		}
	}
	if d := ssh_config.Default(key); d != "" {
		all = []Value{{Text: d}}
	}
	return all, false
}

// Lines lists the lines of a keyword that hold for a host, those that lose,
// too, in the order in which the library meets them.
func (f *Files) Lines(alias, key string) []Value {
	var all []Value
	for _, c := range f.top {
		c.each(alias, strings.ToLower(key), func(v Value) { all = append(all, v) })
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

// get follows Config.Get and Include.Get of the library.
func (c *config) get(alias, key string) (v Value, found bool) {
	c.holding(alias, func(b *block) (stop bool) {
		for i := range b.nodes {
			n := &b.nodes[i]
			if n.kv != nil && n.key == key {
				v, found = c.value(n), true
				return true
			}
			for _, inc := range n.files {
				if inner, ok := inc.get(alias, key); ok && inner.Text != "" {
					v, found = inner, true
					return true
				}
			}
		}
		return false
	})
	return v, found
}

// each follows Config.GetAll.
func (c *config) each(alias, key string, f func(Value)) {
	c.holding(alias, func(b *block) bool {
		for i := range b.nodes {
			n := &b.nodes[i]
			if n.kv != nil && n.key == key {
				f(c.value(n))
			}
			for _, inc := range n.files {
				inc.each(alias, key, f)
			}
		}
		return false
	})
}

// holding calls f for the blocks that hold for a host, in the order of the file.
func (c *config) holding(alias string, f func(*block) (stop bool)) {
	own, always := c.byName[runes(alias)], c.always
	for len(own) > 0 || len(always) > 0 {
		var id int32
		if len(own) == 0 || len(always) > 0 && always[0] < own[0] {
			id, always = always[0], always[1:]
		} else {
			id, own = own[0], own[1:]
		}
		if b := &c.blocks[id]; b.host.Matches(alias) && f(b) {
			return
		}
	}
}

// runes is a name as regexp and the library's lexer see it: what is not UTF-8
// is U+FFFD.
func runes(s string) string { return string([]rune(s)) }

func (c *config) value(n *node) Value {
	return Value{Text: n.kv.Value, At: reader.Source{File: c.path, Line: n.line}, Via: c.via}
}

// keys calls f for every keyword that holds for a host.
func (c *config) keys(alias string, f func(key string)) {
	c.holding(alias, func(b *block) bool {
		for i := range b.nodes {
			if b.nodes[i].kv != nil {
				f(b.nodes[i].key)
			}
			for _, inc := range b.nodes[i].files {
				inc.keys(alias, f)
			}
		}
		return false
	})
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
	names := req.Keywords
	if names == nil {
		names = f.known(req)
	}
	out := []reader.Setting{}
	for _, name := range names {
		out = append(out, f.settings(req, name)...)
	}
	return out
}

// known lists the keywords of ssh that some line sets, and the keep-alive.
func (f *Files) known(req reader.Request) []string {
	names := slices.Clone(keepalive)
	for _, c := range f.top {
		c.keys(req.Query.Host, func(key string) {
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
func (f *Files) settings(req reader.Request, name string) []reader.Setting {
	host := req.Query.Host
	var won []Value
	var set bool
	if k := keyword.Find(keyword.Client, []byte(name)); k != nil && Severals(req.Dialect, k) {
		won, set = f.All(host, name)
	} else if v, ok := f.Get(host, name); ok || v.Text != "" {
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
		out[0].Shadowed = append(out[0].Shadowed, f.shadowed(host, name, won)...)
	}
	return out
}

// shadowed lists the lines that hold and lose.
func (f *Files) shadowed(host, name string, won []Value) []reader.Shadowed {
	var out []reader.Shadowed
	for _, v := range f.Lines(host, name) {
		if slices.ContainsFunc(won, func(w Value) bool { return w.At == v.At }) {
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
