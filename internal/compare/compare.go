// Package compare holds the effective settings of several files beside each
// other: one row a keyword, one column a file. It knows no files and no
// commands: it takes what internal/resolve makes of a configuration, or what
// sshd -T printed, and says what differs.
package compare

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Value is what one file gives one keyword.
type Value struct {
	// Items are the values as ssh -G and sshd -T print them, one a line that
	// they print; none where the keyword is not set.
	Items   []string
	Sources []reader.Source // the lines they come from; none for a default
	Default bool            // no line sets it
	// Built is true where the default is chosen when OpenSSH is built, so that
	// no file tells it: there are no Items then.
	Built bool
	// Absent is true where the file cannot say what holds: what printed it does
	// not print the keyword, or the release does not know it.
	Absent bool
	// Conditional are the values of lines that win only if something holds that
	// cannot be known without running or asking something.
	Conditional []reader.Conditional
}

// Values are the settings of one file for one connection.
type Values struct {
	Dialect keyword.Dialect
	// Dump is true for the output of sshd -T: every value is known, and none has
	// to be a default of the release in Dialect.
	Dump bool
	// ReleaseKnown and VendorKnown say that the user has named them.
	ReleaseKnown, VendorKnown bool

	byName map[string]Value // by keyword in lower case
	// Unavailable, if not "", is why nothing is known for this connection.
	Unavailable string
}

// Config is a loaded configuration with room for resolving it many times.
type Config struct {
	*resolve.Config
	r resolve.Result
}

// Values are the settings for a query. The error is why OpenSSH would refuse the
// files, as a *Refusal.
func (c *Config) Values(q resolve.Query) (*Values, error) {
	c.Eval(&q, &c.r)
	if err := refusalOf(&c.r); err != nil {
		return nil, err
	}
	v := &Values{Dialect: c.Dialect, byName: map[string]Value{}}
	for _, k := range keyword.All(c.Dialect.Side) {
		if Compared(c.Dialect, k) {
			v.byName[k.Lower] = valueOf(c.Config, &q, &c.r, k)
		}
	}
	return v, nil
}

// Compared reports whether a keyword has a value of its own in this program.
func Compared(d keyword.Dialect, k *keyword.Keyword) bool {
	switch k.Status {
	case keyword.Active, keyword.BuildDependent:
		return d.Knows(k) && k.Repeat != keyword.NoRepeat && d.Target(k) == k
	}
	return false
}

func valueOf(c *resolve.Config, q *resolve.Query, r *resolve.Result, k *keyword.Keyword) Value {
	items, set := r.Value(k.Lower)
	v := Value{Items: items, Default: !set}
	if set {
		v.Sources = sourcesOf(c, r.Refs(k.ID))
	} else {
		v.Items = r.DefaultOf(k.Lower)
		v.Built = v.Items == nil && isBuilt(k)
	}
	for _, cond := range r.Conditional {
		if cond.Key == k.ID {
			v.Conditional = append(v.Conditional, conditionalOf(c, r, cond))
		}
	}
	if c.Dialect.Side == keyword.Client {
		adaptClient(&v, q, r, k)
	} else if k.Lower == "listenaddress" {
		v.Items = listenAddresses(r, items)
	}
	return v
}

func sourcesOf(c *resolve.Config, refs []resolve.Ref) []reader.Source {
	out := make([]reader.Source, 0, len(refs))
	for _, ref := range refs {
		if f := c.FileOf(ref); f != nil {
			out = append(out, reader.Source{File: f.Path, Line: f.Number(int(ref.Line))})
		}
	}
	return out
}

func conditionalOf(c *resolve.Config, r *resolve.Result, cond resolve.Conditional) reader.Conditional {
	out := reader.Conditional{Value: strings.Join(r.ItemsOf(cond.Ref), " "), Condition: c.BlockLabel(cond.Ref.Block)}
	if f := c.FileOf(cond.Ref); f != nil {
		out.File, out.Line = f.Path, f.Number(int(cond.Ref.Line))
	}
	return out
}

// isBuilt reports whether the default of a keyword is chosen when OpenSSH is
// built, or computed from much else.
func isBuilt(k *keyword.Keyword) bool {
	switch k.Lower {
	case "pidfile", "xauthlocation", "persourcepenalties":
		return true
	}
	return k.Kind == "alglist"
}

// adaptClient fills in what ssh works out once all lines are read.
func adaptClient(v *Value, q *resolve.Query, r *resolve.Result, k *keyword.Keyword) {
	switch k.Lower {
	case "hostname":
		v.Items = []string{r.HostName()}
	case "user":
		if v.Default {
			v.Items = []string{cmp.Or(q.Identity.User, q.Identity.LocalUser)}
		}
	case "sendenv":
		v.Items = removeSent(v.Items)
	case "proxyusefdpass": // ssh.c, main
		if jump, ok := r.Value("proxyjump"); ok && len(jump) > 0 && jump[0] != "none" {
			v.Items = []string{"no"}
		}
	}
}

// removeSent applies SendEnv's removals: -PATTERN takes away the names before
// it that it matches (readconf.c, rm_env).
func removeSent(items []string) []string {
	var out []string
	for _, item := range items {
		if gone, ok := strings.CutPrefix(item, "-"); ok {
			out = slices.DeleteFunc(out, func(name string) bool { return pattern.Match(name, gone) })
			continue
		}
		out = append(out, item)
	}
	return out
}

// listenAddresses is what sshd -T prints: each address with each port, unless it
// has one of its own (servconf.c, queue_listen_addr and add_listen_addr).
func listenAddresses(r *resolve.Result, items []string) []string {
	ports, ok := r.Value("port")
	if !ok {
		ports = []string{"22"}
	}
	if len(items) == 0 {
		items = anyAddress(r)
	}
	var out []string
	for _, item := range items {
		addr, domain, _ := strings.Cut(item, " ")
		if domain != "" {
			domain = " " + domain
		}
		if hasPort(addr) {
			out = append(out, addr+domain)
			continue
		}
		if strings.Contains(addr, ":") && !strings.HasPrefix(addr, "[") {
			addr = "[" + addr + "]"
		}
		for _, port := range ports {
			out = append(out, addr+":"+port+domain)
		}
	}
	return out
}

// anyAddress are the addresses that sshd listens on without ListenAddress.
func anyAddress(r *resolve.Result) []string {
	family, _ := r.Value("addressfamily")
	switch {
	case len(family) == 1 && family[0] == "inet":
		return []string{"0.0.0.0"}
	case len(family) == 1 && family[0] == "inet6":
		return []string{"::"}
	}
	return []string{"::", "0.0.0.0"}
}

// hasPort reports whether an address of ListenAddress has a port of its own:
// host:port or [host]:port.
func hasPort(addr string) bool {
	if _, rest, ok := strings.Cut(addr, "]"); ok {
		return rest != ""
	}
	return strings.Count(addr, ":") == 1
}

// Refusal is why OpenSSH does not work with a file.
type Refusal struct {
	At   reader.Source // Line is 0 where it is no line
	Text string        // OpenSSH's words, without file and line
	// Word is the keyword at fault if it is one that the program does not know.
	Word string
}

func (e *Refusal) Error() string { return e.Text }

func refusalOf(r *resolve.Result) error {
	problems := r.Refusal()
	if len(problems) == 0 {
		if r.Error == "" {
			return nil
		}
		return &Refusal{Text: r.Error}
	}
	p := problems[0]
	e := &Refusal{Text: p.Text}
	if p.File == nil {
		return e
	}
	e.At.File = p.File.Path
	if p.Line >= 0 {
		e.At.Line = p.File.Number(p.Line)
		for _, place := range []string{"%s line %d: ", "%s: line %d: "} {
			if words, ok := strings.CutPrefix(e.Text, fmt.Sprintf(place, p.File.Path, p.Line+1)); ok {
				e.Text = words
				break
			}
		}
	}
	if p.Kind == resolve.UnknownKeyword {
		e.Word = p.Word
	}
	return e
}

// FromDump reads what sshd -T printed: a keyword and its value on each line. The
// error names the first line that is none.
func FromDump(path string, data []byte, d keyword.Dialect) (*Values, error) {
	v := &Values{Dialect: d, Dump: true, byName: map[string]Value{}}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		text := strings.TrimRight(string(line), "\r\n")
		if strings.TrimSpace(text) == "" {
			continue
		}
		word, value, _ := strings.Cut(text, " ")
		word = pattern.Lower(word)
		if !isWord(word) {
			return nil, fmt.Errorf("%s:%d: sshd -T prints no such line; is this an sshd_config? Then say --kind server", path, number)
		}
		if k := keyword.Find(keyword.Server, []byte(word)); k != nil && k.AliasOf != "" {
			word = k.AliasOf
		}
		cell := v.byName[word]
		cell.Items = append(cell.Items, strings.TrimRight(value, " "))
		cell.Sources = append(cell.Sources, reader.Source{File: path, Line: number})
		v.byName[word] = cell
	}
	return v, nil
}

// isWord reports whether a word in lower case could be a keyword.
func isWord(word string) bool {
	return word != "" && len(word) <= 64 && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}

// Get is the value of a keyword in lower case. What sshd -T does not print is not
// set, for the keywords that it prints only if they are; of others it tells
// nothing.
func (v *Values) Get(name string) Value {
	cell, ok := v.byName[name]
	switch {
	case v.Unavailable != "":
		return Value{Absent: true}
	case ok:
		return cell
	case v.Dump && omitted(name):
		return Value{Default: true}
	}
	return Value{Absent: true}
}
