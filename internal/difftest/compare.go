package main

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Mismatch is one difference between the program and the reader.
type Mismatch struct {
	Query Query
	Kind  string // "verdict", "words", or the keyword whose value differs
	Want  []string
	Got   []string
}

// Signature groups mismatches that are likely to have one cause.
func (m *Mismatch) Signature() string {
	if m.Kind != "verdict" && m.Kind != "words" && m.Kind != alarm {
		return m.Kind
	}
	return m.Kind + ": " + firstDifference(m.Want, m.Got)
}

// firstDifference is the first message of either side that the other has not,
// without what is particular to the file.
func firstDifference(want, got []string) string {
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			return "ssh says " + general(w)
		}
	}
	if len(got) > len(want) {
		return "we say " + general(got[len(want)])
	}
	return ""
}

var quoted = regexp.MustCompile(`'[^']*'|"[^"]*"|line [0-9]+: `)

func general(msg string) string {
	if _, rest, ok := strings.Cut(msg, ": "); ok && strings.HasPrefix(msg, dirMark) {
		msg = rest
	}
	msg = quoted.ReplaceAllString(msg, "…")
	words := strings.Fields(msg)
	if len(words) > 5 {
		words = words[:5]
	}
	return strings.Join(words, " ")
}

func (m *Mismatch) String() string {
	return fmt.Sprintf("%s\n  query:   %+v\n  OpenSSH: %q\n  sshvet:  %q", m.Kind, m.Query, m.Want, m.Got)
}

// Reader asks internal/resolve.
type Reader struct {
	Dialect   keyword.Dialect
	LocalUser string
	HostKey   string // what sshd gets with -h
	// Partial: answers hold only some of the values
	Partial bool
}

// NewReader asks as the caller of this process.
func NewReader(o *Oracle) *Reader {
	r := &Reader{Dialect: o.Dialect, LocalUser: "root", HostKey: o.hostKey}
	if u, err := user.Current(); err == nil {
		r.LocalUser = u.Username
	}
	return r
}

// Verdict is what the reader makes of a query.
type Verdict struct {
	Refused bool
	Stderr  []string
	result  *resolve.Result
	query   *resolve.Query
}

func (r *Reader) env(dir string) resolve.Env {
	env := resolve.OSEnv("")
	env.Home = filepath.Join(dir, homeDir)
	env.CheckOwners = true
	env.UID = os.Getuid()
	env.PrivateGroup = func(gid, uid int) bool { return gid == uid }
	return env
}

// Load reads the scenario's main file.
func (r *Reader) Load(dir string) (*resolve.Config, error) {
	return resolve.Load(r.Dialect, r.env(dir), []resolve.Source{{Path: filepath.Join(dir, mainFile)}}, resolve.Options{})
}

// Ask resolves one query.
func (r *Reader) Ask(c *resolve.Config, dir string, q Query) (*Verdict, error) {
	rq, err := r.query(q)
	if err != nil {
		return nil, err
	}
	v := &Verdict{result: &resolve.Result{}, query: rq}
	c.Eval(rq, v.result)
	for _, p := range v.result.Refusal() {
		v.Stderr = append(v.Stderr, strings.Split(p.Text, "\n")...)
	}
	if v.result.Error != "" && len(v.Stderr) == 0 {
		v.Stderr = strings.Split(v.result.Error, "\n")
	}
	for i, line := range v.Stderr {
		v.Stderr[i] = strings.TrimRight(strings.ReplaceAll(line, dir, dirMark), "\r")
	}
	v.Refused = len(v.Stderr) > 0
	v.Stderr = slices.DeleteFunc(v.Stderr, func(line string) bool { return isNoise(line) })
	return v, nil
}

func (r *Reader) query(q Query) (*resolve.Query, error) {
	rq := &resolve.Query{Host: q.Host, Identity: resolve.Identity{
		Known: true, LocalUser: r.LocalUser, User: q.User, SessionType: "shell",
		Version: "OpenSSH_" + r.Dialect.Release.String() + "p1",
	}}
	options := q.Options
	if r.Dialect.Side == keyword.Server {
		if r.HostKey != "" {
			options = append([]string{"HostKey " + r.HostKey}, options...)
		}
		if q.Spec != "-" {
			spec, err := resolve.ParseSpec(q.Spec, r.Dialect)
			if err != nil {
				return nil, err
			}
			spec.Groups = groupsOf
			rq.Spec = spec
		}
	}
	for _, text := range options {
		o, err := resolve.ParseOption(r.Dialect, text)
		if err != nil {
			return nil, fmt.Errorf("-o %q: %w", text, err)
		}
		rq.Options = append(rq.Options, o)
	}
	return rq, nil
}

// groupsOf asks the user database of this machine.
func groupsOf(name string) (groups []string, ok bool) {
	u, err := user.Lookup(name)
	if err != nil {
		return nil, false
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil, false
	}
	for _, id := range ids {
		if g, err := user.LookupGroupId(id); err == nil {
			groups = append(groups, g.Name)
		}
	}
	return groups, true
}

// Compare lists the differences for one query.
func (r *Reader) Compare(c *resolve.Config, dir string, q Query, want *Answer) ([]Mismatch, error) {
	v, err := r.Ask(c, dir, q)
	if err != nil {
		return nil, err
	}
	if want.Refused != v.Refused {
		return []Mismatch{{q, "verdict", want.Stderr, v.Stderr}}, nil
	}
	if want.Refused {
		if !slices.Equal(want.Stderr, v.Stderr) {
			return []Mismatch{{q, "words", want.Stderr, v.Stderr}}, nil
		}
		return nil, nil
	}
	return r.compareValues(c, dir, q, want, v), nil
}

func (r *Reader) compareValues(c *resolve.Config, dir string, q Query, want *Answer, v *Verdict) []Mismatch {
	var out []Mismatch
	names := make([]string, 0, len(want.Values))
	for name := range want.Values {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		printed := want.Values[name]
		if exceptions[r.Dialect.Side][name].noneIsNothing && len(printed) == 1 && printed[0] == "none" {
			printed = nil
		}
		if got, ok := r.value(dir, q, v, name); ok && !slices.Equal(got, printed) {
			out = append(out, Mismatch{q, name, printed, got})
		}
	}
	if r.Partial {
		return out
	}
	v.result.Keys(func(id keyword.ID) {
		k := keyword.ByID(c.Dialect.Side, id)
		if _, printed := want.Values[k.Lower]; printed || exceptions[k.Side][k.Lower].notPrinted {
			return
		}
		if got, ok := r.value(dir, q, v, k.Lower); ok && len(got) > 0 {
			out = append(out, Mismatch{q, k.Lower, nil, got})
		}
	})
	return out
}

// value is what the reader says of a keyword, in the words of the dump; ok is
// false for those that are not compared.
func (r *Reader) value(dir string, q Query, v *Verdict, name string) (items []string, ok bool) {
	e := exceptions[r.Dialect.Side][name]
	k := keyword.Find(r.Dialect.Side, []byte(name))
	if k == nil || e.skip {
		return nil, false
	}
	items, set := v.result.Value(name)
	if !set {
		items = v.result.DefaultOf(name)
		if items == nil && e.adapt == nil {
			return nil, false // computed at run time
		}
	}
	items = slices.Clone(items)
	if e.noneIsNothing && len(items) == 1 && items[0] == "none" {
		items = nil
	}
	if e.adapt != nil {
		if items, ok = e.adapt(r, q, v, items, set); !ok {
			return nil, false
		}
	}
	for i := range items {
		items[i] = strings.ReplaceAll(items[i], dir, dirMark)
	}
	return items, true
}
