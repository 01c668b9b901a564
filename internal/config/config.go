// Package config reads .sshvet.yaml: finds it, reads it by a table of keys, and
// says what it sets for a file.
package config

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// Version is the version of the format.
const Version = 1

// Config is a configuration file. A nil Config is one that sets nothing.
type Config struct {
	Path string // as it is shown
	Dir  string // its folder, absolute; globs and root are relative to it
	// Settings are all values of the file, for people.
	Settings []Setting

	FailOn     *lint.Severity
	Select     []string // nil: not set
	Ignore     []string // nil: not set
	Severities map[string]lint.Severity
	Root       string           // absolute; "": not set
	NoRoot     *Error           // the error for a Root that is no folder; nil where Root is not set
	Release    *keyword.Release // nil: not set

	profile  string
	profiles []lint.Profile
	deploy   lint.Profile
	files    []fileSettings
	exclude  []glob
}

// Setting is one value of a file.
type Setting struct {
	Key   string // keepalive.max-interval
	Value string
	Line  int
}

// fileSettings is an entry of files.
type fileSettings struct {
	glob          glob
	kind, profile string
	ignore        []string
	line          int
}

// Read reads a configuration file. dir is its folder, absolute, and home the
// user's home folder, for globs. An error of the content is an *Error.
func Read(path, dir, home string, data []byte) (*Config, error) {
	r := &reader{path: path, data: data}
	root, err := r.read()
	if err != nil {
		return nil, err
	}
	b := builder{reader: r, home: home, c: &Config{Path: path, Dir: dir, deploy: lint.Deploy}}
	if root == nil {
		return b.c, nil
	}
	if err := b.build(root); err != nil {
		return nil, err
	}
	b.c.Settings = flatten("", root, nil)
	return b.c, nil
}

// builder makes a Config of values.
type builder struct {
	*reader
	home string
	c    *Config
}

func (b *builder) build(root *value) error {
	for _, step := range []func(*value) error{b.version, b.profiles, b.keepalive, b.chosenRules, b.release, b.files, b.rest} {
		if err := step(root); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) version(root *value) error {
	if v := root.get("version"); v != nil && v.number != Version {
		return b.fail(v, fmt.Sprintf("version %d of the configuration is not known; this sshvet reads version %d", v.number, Version), "a newer sshvet may read it")
	}
	return nil
}

func (b *builder) profiles(root *value) error {
	if own := root.get("profiles"); own != nil {
		for _, f := range own.fields {
			if rules.FindBaseline(f.name) != nil {
				return b.fail(f.place, fmt.Sprintf("%s is a built-in profile", f.name), "give yours another name")
			}
			p, err := b.ownProfile(f)
			if err != nil {
				return err
			}
			b.c.profiles = append(b.c.profiles, p)
		}
	}
	v := root.get("profile")
	if v == nil {
		return nil
	}
	b.c.profile = v.text
	return b.knownProfile(v)
}

// knownProfile checks the name of a profile.
func (b *builder) knownProfile(v *value) error {
	if _, ok := b.c.FindProfile(v.text); ok {
		return nil
	}
	return b.unknownWord(v, "profile", v.text, b.c.ProfileNames())
}

// ownProfile reads a profile and fills in what it does not say.
func (b *builder) ownProfile(f field) (lint.Profile, error) {
	number := func(name string, without int) int {
		if v := f.value.get(name); v != nil {
			return v.number
		}
		return without
	}
	p := lint.Profile{Name: f.name, Interval: number("interval", 0), Count: number("count", 0), MaxCount: number("max-count", 0)}
	p.MinInterval = number("min-interval", 1)
	p.MaxInterval = number("max-interval", p.Interval)
	p.MinCount = p.Count
	if p.MaxCount > 0 {
		p.MinCount = 1
	}
	p.MinCount = number("min-count", p.MinCount)
	if v := f.value.get("tcp-keepalive"); v != nil {
		p.TCPKeepAlive = v.text
	}
	if !p.Passes(p.Interval, p.Count) {
		return p, b.fail(f.place, fmt.Sprintf("profile %s would write %d/%d, which its own bounds do not allow (%s)", f.name, p.Interval, p.Count, rules.Bounds(p)),
			"change the bounds or what is written")
	}
	return p, nil
}

// keepalive tunes the profile deploy.
func (b *builder) keepalive(root *value) error {
	t := root.get("keepalive")
	if t == nil {
		return nil
	}
	p := &b.c.deploy
	number := func(name string, to *int) bool {
		v := t.get(name)
		if v != nil {
			*to = v.number
		}
		return v != nil
	}
	bound, least := number("max-interval", &p.MaxInterval), number("min-count", &p.MinCount)
	if number("interval", &p.Interval); !bound {
		p.MaxInterval = max(p.MaxInterval, p.Interval)
	} else if t.get("interval") == nil {
		p.Interval = min(p.Interval, p.MaxInterval)
	}
	if number("count", &p.Count); !least {
		p.MinCount = min(p.MinCount, p.Count)
	} else if t.get("count") == nil {
		p.Count = max(p.Count, p.MinCount)
	}
	switch {
	case p.Interval > p.MaxInterval:
		return b.fail(t.get("interval"), fmt.Sprintf("interval %d is more than max-interval %d allows, so that fix would write what check reports", p.Interval, p.MaxInterval), "")
	case p.Count < p.MinCount:
		return b.fail(t.get("count"), fmt.Sprintf("count %d is less than min-count %d allows, so that fix would write what check reports", p.Count, p.MinCount), "")
	}
	return nil
}

func (b *builder) chosenRules(root *value) error {
	b.c.Select, b.c.Ignore = texts(root.get("select")), texts(root.get("ignore"))
	if v := root.get("select"); v != nil && len(v.list) == 0 {
		return b.fail(v, "select is an empty list, so that nothing would be checked", "remove it, or name rules")
	}
	if v := root.get("fail-on"); v != nil {
		s, _ := lint.ParseSeverity(v.text)
		b.c.FailOn = &s
	}
	t := root.get("rules")
	if t == nil {
		return nil
	}
	b.c.Severities = map[string]lint.Severity{}
	for _, f := range t.fields {
		if v := f.value.get("severity"); v != nil {
			b.c.Severities[f.name], _ = lint.ParseSeverity(v.text)
		}
	}
	return nil
}

// texts are the texts of a list; nil if it is not there.
func texts(v *value) []string {
	if v == nil {
		return nil
	}
	out := []string{}
	for _, item := range v.list {
		out = append(out, item.text)
	}
	return out
}

func (b *builder) release(root *value) error {
	v := root.get("openssh")
	if v == nil {
		return nil
	}
	r, err := keyword.ParseRelease(v.text)
	if err != nil {
		return b.fail(v, fmt.Sprintf("openssh: %v", err), "")
	}
	b.c.Release = &r
	return nil
}

func (b *builder) files(root *value) error {
	t := root.get("files")
	if t == nil {
		return nil
	}
	for _, item := range t.list {
		s := fileSettings{line: item.line, ignore: texts(item.get("ignore"))}
		var err error
		if s.glob, err = b.glob(item.get("glob")); err != nil {
			return err
		}
		if v := item.get("kind"); v != nil {
			s.kind = v.text
		}
		if v := item.get("profile"); v != nil {
			s.profile = v.text
			if err := b.knownProfile(v); err != nil {
				return err
			}
		}
		b.c.files = append(b.c.files, s)
	}
	return nil
}

func (b *builder) rest(root *value) error {
	if v := root.get("exclude"); v != nil {
		for _, item := range v.list {
			g, err := b.glob(item)
			if err != nil {
				return err
			}
			b.c.exclude = append(b.c.exclude, g)
		}
	}
	if v := root.get("root"); v != nil {
		b.c.Root = b.absolute(v.text)
		b.c.NoRoot = b.fail(v, "there is no folder "+b.c.Root, "root is seen from the folder of the configuration")
	}
	return nil
}

// absolute is a path of the file, seen from its folder.
func (b *builder) absolute(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && b.home != "" {
		return filepath.Join(b.home, rest)
	}
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(b.c.Dir, filepath.FromSlash(path))
}

// flatten lists the values of a table with their keys.
func flatten(prefix string, v *value, out []Setting) []Setting {
	for _, f := range v.fields {
		name := prefix + f.name
		if f.value.fields != nil {
			out = flatten(name+".", f.value, out)
			continue
		}
		out = append(out, Setting{Key: name, Value: f.value.String(), Line: f.place.line})
	}
	return out
}

// String is a value in one line of YAML.
func (v *value) String() string {
	var parts []string
	switch {
	case v.list != nil:
		for _, item := range v.list {
			parts = append(parts, item.String())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case v.fields != nil:
		for _, f := range v.fields {
			parts = append(parts, f.name+": "+f.value.String())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return cmp.Or(v.text, "[]")
}

// ProfileNames lists the profiles that the file may name.
func (c *Config) ProfileNames() []string {
	out := rules.ProfileNames()
	if c != nil {
		for _, p := range c.profiles {
			out = append(out, p.Name)
		}
	}
	return out
}

// FindProfile is the profile of that name, built in or of the file.
func (c *Config) FindProfile(name string) (lint.Profile, bool) {
	if name == lint.Deploy.Name {
		return c.Client(), true
	}
	if b := rules.FindBaseline(name); b != nil {
		return b.Profile, true
	}
	if c == nil {
		return lint.Profile{}, false
	}
	i := slices.IndexFunc(c.profiles, func(p lint.Profile) bool { return p.Name == name })
	if i < 0 {
		return lint.Profile{}, false
	}
	return c.profiles[i], true
}

// Client is what client files are held against: the profile deploy with the
// bounds that the file gives it.
func (c *Config) Client() lint.Profile {
	if c == nil {
		return lint.Deploy
	}
	return c.deploy
}

// File is what the configuration says of one file.
type File struct {
	Kind    string // "": nothing
	Profile string // "": nothing
	Ignore  []string
	// Matched are the entries of files that match, by their indices.
	Matched []int
	// The lines that set Kind and Profile.
	KindLine, ProfileLine int
}

// For is what the configuration says of the file at an absolute path. The
// profile is that of the whole configuration where no entry has one.
func (c *Config) For(path string) File {
	if c == nil {
		return File{}
	}
	f := File{Profile: c.profile, ProfileLine: c.line("profile")}
	if len(c.files) == 0 {
		return f
	}
	at := newPlace(c.Dir, path)
	for i := range c.files {
		s := &c.files[i]
		if !s.glob.matches(at) {
			continue
		}
		f.Matched = append(f.Matched, i)
		f.Ignore = append(f.Ignore, s.ignore...)
		if s.kind != "" {
			f.Kind, f.KindLine = s.kind, s.line
		}
		if s.profile != "" {
			f.Profile, f.ProfileLine = s.profile, s.line
		}
	}
	return f
}

// IgnoredIn names the rules whose findings in the file at an absolute path are
// not wanted.
func (c *Config) IgnoredIn(path string) []string {
	ignore := c.For(path).Ignore
	if len(ignore) == 0 {
		return nil
	}
	named, _ := rules.Select(ignore, nil)
	out := make([]string, len(named))
	for i, r := range named {
		out[i] = r.Name
	}
	return out
}

// IgnoresInFiles reports whether some entry of files ignores rules.
func (c *Config) IgnoresInFiles() bool {
	return c != nil && slices.ContainsFunc(c.files, func(s fileSettings) bool { return len(s.ignore) > 0 })
}

// Excluded reports whether a walk leaves out the file or folder at an absolute
// path.
func (c *Config) Excluded(path string) bool {
	if c == nil || len(c.exclude) == 0 {
		return false
	}
	at := newPlace(c.Dir, path)
	return slices.ContainsFunc(c.exclude, func(g glob) bool { return g.matches(at) })
}

func (c *Config) line(key string) int {
	if i := slices.IndexFunc(c.Settings, func(s Setting) bool { return s.Key == key }); i >= 0 {
		return c.Settings[i].Line
	}
	return 0
}

// Find is a setting of the file by its key; nil where it does not set it.
func (c *Config) Find(key string) *Setting {
	if c == nil {
		return nil
	}
	if i := slices.IndexFunc(c.Settings, func(s Setting) bool { return s.Key == key }); i >= 0 {
		return &c.Settings[i]
	}
	return nil
}
