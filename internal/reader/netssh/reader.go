package netssh

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Reader is net-ssh beside the other readers.
var Reader = reader.Reader{Name: "net-ssh", Resolve: explain}

// ErrServer is the answer to a question about a server.
var ErrServer = errors.New("net-ssh is a client and reads no sshd_config")

// ForEnv completes a request with the files of an Env, where its own fields
// are zero.
func ForEnv(env resolve.Env, req Request) Request {
	req.Home, req.Root = cmp.Or(req.Home, env.Home), cmp.Or(req.Root, env.Root)
	if req.HomeOf == nil {
		req.HomeOf = env.HomeOf
	}
	if req.ReadFile == nil && env.ReadFile != nil {
		req.ReadFile = func(path string) ([]byte, error) {
			data, _, err := env.ReadFile(path)
			return data, err
		}
	}
	if req.Glob == nil {
		g := Globber{ReadDir: env.ReadDir, Exists: env.Exists}
		if env.Identity != nil {
			g.Link = func(path string) bool { return isLink(&env, path) }
		}
		req.Glob = g.Glob
	}
	return req
}

// isLink tells a name that stands for another place from one that is itself.
func isLink(env *resolve.Env, path string) bool {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return false
	}
	return env.Identity(path) != strings.TrimSuffix(env.Identity(path[:i]), "/")+path[i:]
}

// explain answers for one host. Options of a command line do not reach
// net-ssh, so those of the query are passed over.
func explain(req reader.Request) ([]reader.Setting, error) { return explainWith(req, nil) }

// ForMany is Reader.Resolve for many hosts of the same files, which are read once.
// Several goroutines must not call what it returns.
func ForMany() func(reader.Request) ([]reader.Setting, error) {
	var cache Cache
	return func(req reader.Request) ([]reader.Setting, error) { return explainWith(req, &cache) }
}

func explainWith(req reader.Request, cache *Cache) ([]reader.Setting, error) {
	if req.Dialect.Side == keyword.Server {
		return nil, ErrServer
	}
	r := ForEnv(req.Env, Request{
		Host: req.Query.Host, NoIncludes: req.NoIncludes, MostElsewhere: req.MostElsewhere,
		WinnersOnly: req.WinnersOnly, Cache: cache,
	})
	given := map[string][]byte{}
	for _, src := range req.Sources {
		r.Files = append(r.Files, src.Path)
		if src.Data != nil {
			given[path.Clean(filepath.ToSlash(src.Path))] = src.Data
		}
	}
	read := r.ReadFile
	r.ReadFile = func(name string) ([]byte, error) {
		if data, ok := given[name]; ok {
			return data, nil
		}
		if read == nil {
			return nil, fs.ErrNotExist
		}
		return read(name)
	}
	res, err := For(r)
	if err != nil {
		return nil, described(err)
	}
	x := explainer{req: req, res: res}
	return x.settings(), nil
}

// described adds the place to a Ruby exception.
func described(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.Source.File == "" {
		return err
	}
	if e.Source.Line == 0 {
		return fmt.Errorf("%s: %w", e.Source.File, e)
	}
	return fmt.Errorf("%s: %w", e.Source, e)
}

type explainer struct {
	req reader.Request
	res *Result
}

// defaults are those of the keep-alive.
var defaults = [...]struct{ name, value string }{{"serveraliveinterval", "0"}, {"serveralivecountmax", "3"}}

// settings lists what was asked for, or all that is set; the keep-alive comes
// first.
func (x *explainer) settings() []reader.Setting {
	out := []reader.Setting{}
	for _, d := range defaults {
		if !x.wanted(d.name) {
			continue
		}
		list := x.of(d.name)
		if len(list) == 0 {
			list = []reader.Setting{x.unset(d.name, d.value)}
		}
		out = append(out, list...)
	}
	var rest []reader.Setting
	seen := map[string]bool{"serveraliveinterval": true, "serveralivecountmax": true}
	for _, s := range x.res.Settings {
		name := x.target(s.Keyword)
		if seen[name] || !x.wanted(name) {
			continue
		}
		seen[name] = true
		rest = append(rest, x.of(name)...)
	}
	slices.SortStableFunc(rest, func(a, b reader.Setting) int { return strings.Compare(a.Keyword, b.Keyword) })
	return append(out, rest...)
}

func (x *explainer) wanted(name string) bool {
	same := func(asked string) bool { return x.target(asked) == name }
	return x.req.Keywords == nil || slices.ContainsFunc(x.req.Keywords, same)
}

// target is what OpenSSH calls a keyword that has two names.
func (x *explainer) target(name string) string {
	if k := keyword.Find(keyword.Client, []byte(name)); k != nil {
		if t := x.req.Dialect.Target(k); t != nil {
			return t.Lower
		}
	}
	return name
}

func (x *explainer) unset(name, value string) reader.Setting {
	return reader.Setting{Keyword: name, Value: value, Default: true, Shadowed: shadowed(x.res.Losers(name)), Conditional: []reader.Conditional{}}
}

// of lists the settings of a keyword, by OpenSSH's name, one for each line of
// `ssh -G`.
func (x *explainer) of(name string) []reader.Setting {
	if name == interactive {
		return x.interactive()
	}
	var out []reader.Setting
	for _, s := range x.res.Settings {
		if x.target(s.Keyword) != name {
			continue
		}
		for _, value := range x.printed(s) {
			next := reader.Setting{
				Keyword: name, Value: value, Source: &reader.Source{File: s.Source.File, Line: s.Source.Line},
				Shadowed: []reader.Shadowed{}, Conditional: []reader.Conditional{},
			}
			if len(out) == 0 {
				next.Shadowed = shadowed(s.Shadowed)
			}
			out = append(out, next)
		}
	}
	return out
}

const interactive = "kbdinteractiveauthentication"

// interactive explains a method that has two keywords in net-ssh: it is
// offered unless both say no.
func (x *explainer) interactive() []reader.Setting {
	out := x.unset(interactive, "yes")
	lines := 0
	for _, s := range x.res.Settings {
		if x.target(s.Keyword) != interactive {
			continue
		}
		lines++
		if s.Value.Truthy() || lines == 2 && out.Default {
			out.Source, out.Default = &reader.Source{File: s.Source.File, Line: s.Source.Line}, false
			out.Value = s.Value.String()
			continue
		}
		out.Shadowed = append(out.Shadowed, reader.Shadowed{File: s.Source.File, Line: s.Source.Line, Value: "no",
			Reason: "net-ssh has two keywords for this method, and leaves it out only if both say no"})
	}
	return []reader.Setting{out}
}

func shadowed(losers []Loser) []reader.Shadowed {
	out := []reader.Shadowed{}
	for _, l := range losers {
		out = append(out, reader.Shadowed{File: l.Source.File, Line: l.Source.Line, Value: strings.TrimSpace(l.Value.String()), Reason: l.Reason})
	}
	return out
}

// printed is the value as `ssh -G` would print it: what net-ssh uses, not what
// is written. A value that OpenSSH has no form for stays as it is written.
func (x *explainer) printed(s Setting) []string {
	option := func(name string) string {
		o, _ := x.res.Option(name)
		return o.Value.String()
	}
	switch s.Keyword {
	case "serveraliveinterval":
		if interval, ok := x.res.Option("keepalive_interval"); ok {
			return []string{interval.Value.String()}
		}
		return []string{"0"}
	case "serveralivecountmax":
		if count, ok := x.res.Option("keepalive_maxcount"); ok {
			return []string{count.Value.String()}
		}
		return []string{"3"} // `no`
	case "hostname":
		return []string{option("host_name")}
	case "numberofpasswordprompts":
		return []string{option("number_of_password_prompts")}
	case "rekeylimit":
		return []string{option("rekey_limit") + " 0"}
	case "stricthostkeychecking":
		return []string{strict(s.Value)}
	case "fingerprinthash":
		return []string{strings.ToUpper(s.Value.String())}
	case "sendenv":
		return words(s.Value.toS())
	case "setenv":
		return x.setEnv()
	case "ciphers", "macs", "hostkeyalgorithms", "preferredauthentications":
		return []string{strings.Join(commas(s.Value.Text), ",")}
	}
	return []string{s.Value.String()}
}

// setEnv is one variable a line.
func (x *explainer) setEnv() []string {
	o, _ := x.res.Option("set_env")
	var out []string
	for i := 0; i+1 < len(o.Value.Items); i += 2 {
		out = append(out, o.Value.Items[i].Text+"="+o.Value.Items[i+1].Text)
	}
	return out
}

// strict is what ssh -G calls the ways of net-ssh to check a host's key.
func strict(v Value) string {
	switch {
	case v.Kind == True:
		return "true"
	case v.Kind == False:
		return "false"
	}
	return v.String()
}
