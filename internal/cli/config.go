package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/config"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// configFlags are the flags about the configuration file.
func configFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "config", Usage: "the configuration `FILE` for all files (default: " + config.Name + " in the folder of each file or above)"},
		&cli.BoolFlag{Name: "no-config", Usage: "read no configuration file"},
		&cli.BoolFlag{Name: "show-config", Usage: "print every setting and where it comes from, for each file, and check nothing"},
	}
}

// inConfig are the flags that a configuration file can set.
var inConfig = []string{"profile", "select", "ignore", "fail-on", "openssh", "root", "kind"}

// configuration reads the flags about configuration files, and which others
// stand above them.
func (o *options) configuration(c *cli.Context) error {
	o.config, o.noConfig, o.set = c.String("config"), c.Bool("no-config"), map[string]bool{}
	for _, name := range inConfig {
		o.set[name] = c.IsSet(name)
	}
	if o.config == "" || !o.noConfig {
		return nil
	}
	switch file, none := getenv("SSHVET_CONFIG") == o.config, getenv("SSHVET_NO_CONFIG") != ""; {
	case file && !none: // the flag --no-config beats the environment
		o.config = ""
	case none && !file: // the flag --config does
		o.noConfig = false
	default:
		return usagef("--config and --no-config exclude each other")
	}
	return nil
}

// configs are the configuration files of a run.
type configs struct {
	p       *program
	o       *options // of the run
	finder  config.Finder
	wd      string
	loading sync.Mutex // of read and broken
	read    map[string]*config.Config
	broken  map[string]error
	derived map[string]*options
	known   map[string]*options // by path as it is given: each file is asked for several times
}

func (p *program) newConfigs(o *options) *configs {
	cs := &configs{p: p, o: o, read: map[string]*config.Config{}, broken: map[string]error{}, derived: map[string]*options{}, known: map[string]*options{}}
	cs.wd, _ = os.Getwd() // without it relative paths are left as they are
	home := homeDir()
	folder := getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(folder) && home != "" { // as the specification of XDG has it
		folder = filepath.Join(home, ".config")
	}
	cs.finder = config.Finder{Home: home, Trusted: cs.trusted}
	if filepath.IsAbs(folder) {
		cs.finder.Global = filepath.Join(folder, "sshvet", "config.yaml")
	}
	return cs
}

// trusted says which file isTrusted refuses.
func (cs *configs) trusted(path string) bool {
	ok := isTrusted(path)
	if !ok {
		cs.p.note(cs.o, "%s is not used: it belongs to somebody else, in a folder that everybody may write to; say --config %s if you want it", path, path)
	}
	return ok
}

// isTrusted refuses what somebody else may have put into a folder that everybody
// may write to, such as /tmp: it would say what fix writes.
func isTrusted(path string) bool {
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil || runtime.GOOS == "windows" || dir.Mode().Perm()&0o002 == 0 {
		return true
	}
	_, info, err := resolve.ReadRegular(path)
	return err != nil || info.UID == os.Getuid() || info.UID == 0
}

// absolute is a path seen from the current folder.
func (cs *configs) absolute(path string) string {
	if filepath.IsAbs(path) || cs.wd == "" {
		return filepath.Clean(path)
	}
	return filepath.Join(cs.wd, path)
}

// forFile is the configuration that governs a file; nil if there is none. An
// error is a whole sentence, or a *config.Error.
func (cs *configs) forFile(path string) (*config.Config, error) {
	switch {
	case cs.o.noConfig:
		return nil, nil
	case cs.o.config != "":
		c, err := cs.load(cs.o.config)
		var broken *config.Error
		if err != nil && !errors.As(err, &broken) {
			err = fmt.Errorf("%s %w", cs.p.nameOf("config"), err)
		}
		return c, err
	}
	found := cs.finder.Find(filepath.Dir(cs.absolute(path)))
	if found == "" {
		return nil, nil
	}
	return cs.load(found)
}

// load reads a configuration, once. Several may ask at a time.
func (cs *configs) load(path string) (*config.Config, error) {
	cs.loading.Lock()
	defer cs.loading.Unlock()
	if c, ok := cs.read[path]; ok {
		return c, cs.broken[path]
	}
	c, err := cs.readFile(path)
	cs.read[path], cs.broken[path] = c, err
	return c, err
}

func (cs *configs) readFile(path string) (*config.Config, error) {
	st, err := os.Stat(path)
	if err == nil && st.Size() > config.MaxSize && st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: is %d KiB large; a configuration of sshvet has at most %d", cs.shown(path), st.Size()>>10, config.MaxSize>>10)
	}
	data, _, err := resolve.ReadRegular(path)
	switch to, errLink := os.Readlink(path); {
	case isNotExist(err) && errLink == nil:
		return nil, fmt.Errorf("%s: this link leads nowhere: there is no %s", cs.shown(path), to)
	case err != nil:
		return nil, errors.New(cs.shown(path) + ": " + plainError(path, err))
	}
	return config.Read(cs.shown(path), filepath.Dir(cs.absolute(path)), cs.finder.Home, data)
}

// shown is a path as people see it: as they gave it, or from the current folder
// if it is below that.
func (cs *configs) shown(path string) string {
	if path == cs.o.config {
		return path
	}
	if rel, err := filepath.Rel(cs.wd, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// optionsFor are the options for a file: what flags and the environment say, and
// for the rest its configuration. Without one they are those of the run.
func (in *inputs) optionsFor(path string) (*options, error) {
	if in.governor != "" {
		path = in.governor
	}
	cs := in.p.configsOf(in.o)
	if d := cs.known[path]; d != nil {
		return d, nil
	}
	d, err := in.askFor(path, cs)
	if err == nil {
		cs.known[path] = d
	}
	return d, err
}

// askFor is optionsFor for a path that was not asked for before.
func (in *inputs) askFor(path string, cs *configs) (*options, error) {
	c, err := cs.forFile(path)
	if err != nil {
		return nil, err
	}
	if c == nil && in.o.profileKnown {
		return in.o, nil
	}
	abs := cs.absolute(path)
	key := fmt.Sprint(filepath.IsAbs(path))
	if c != nil {
		key += fmt.Sprint(c.Path, c.For(abs).Matched)
	}
	if d := cs.derived[key]; d != nil {
		return d, nil
	}
	d, err := in.o.under(c, abs, cs)
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(path) && d.root != in.o.root {
		d.root = relativeTo(cs.wd, d.root)
	}
	cs.derived[key] = d
	return d, nil
}

// relativeTo is a path as it is seen from a folder, where that is possible.
func relativeTo(dir, path string) string {
	if rel, err := filepath.Rel(dir, path); err == nil {
		return rel
	}
	return path
}

// configsOf are the configurations of the run with these options.
func (p *program) configsOf(o *options) *configs {
	if p.configs == nil || p.configs.o != o {
		p.configs = p.newConfigs(o)
	}
	return p.configs
}

// under are the options for the file at an absolute path that a configuration
// governs.
func (o *options) under(c *config.Config, abs string, cs *configs) (*options, error) {
	d, f := *o, c.For(abs)
	d.governedBy = c
	if err := d.chooseProfile(c, f.Profile); err != nil || c == nil {
		return &d, err
	}
	d.chooseRules(c)
	if !o.set["fail-on"] && c.FailOn != nil {
		d.failOn = *c.FailOn
	}
	d.settings.FailOn = d.failOn
	if !o.set["openssh"] && c.Release != nil {
		d.release, d.settings.ReleaseKnown = *c.Release, true
	}
	if !o.set["root"] && c.Root != "" {
		if !o.staged && !isFolder(c.Root) {
			return nil, c.NoRoot
		}
		d.root = c.Root
	}
	d.fileKind = f.Kind
	if o.set["kind"] {
		d.fileKind = ""
	}
	d.settings.Severities = c.Severities
	d.settings.Ignored = ignoredIn(c, cs)
	return &d, nil
}

func (o *options) chooseProfile(c *config.Config, fromFile string) error {
	name := lint.Deploy.Name
	switch {
	case o.set["profile"]:
		name = o.profile
	case fromFile != "":
		name = fromFile
	}
	p, ok := c.FindProfile(name)
	if !ok {
		return unknownProfile(name, c)
	}
	o.profile, o.settings.Profile, o.settings.Client = name, p, c.Client()
	return nil
}

// builtinProfile takes the profile that a flag or the environment names, unless
// it has to come from a configuration.
func (o *options) builtinProfile() {
	if o.profile == "" {
		o.profileKnown = true // a command without the flag
		return
	}
	if p, ok := (*config.Config)(nil).FindProfile(o.profile); ok {
		o.settings.Profile, o.profileKnown = p, true
	}
}

// unknownProfile is the error for --profile.
func unknownProfile(name string, c *config.Config) error {
	names := c.ProfileNames()
	if near, ok := nearest(name, names); ok {
		return usagef("--profile %s: there is no such profile; did you mean %s?", name, near)
	}
	return usagef("--profile %s: there is no such profile; the profiles are %s", name, strings.Join(names, ", "))
}

func (o *options) chooseRules(c *config.Config) {
	selected, ignored := o.selected, o.ignored
	if !o.set["select"] && c.Select != nil && !o.ownSelect {
		selected = c.Select
	}
	if !o.set["ignore"] && c.Ignore != nil {
		ignored = c.Ignore
		if o.set["select"] { // who asks for it now wants to see it
			ignored = slices.DeleteFunc(slices.Clone(ignored), func(word string) bool { return slices.Contains(o.selected, word) })
		}
	}
	o.rules, _ = rules.Select(selected, ignored) // the words were checked
	if o.keep != nil {
		o.rules = slices.DeleteFunc(o.rules, func(r *lint.Rule) bool { return !o.keep(r) })
	}
	if o.rules == nil {
		o.rules = []*lint.Rule{} // none is not "those of the run"
	}
}

// ignoredIn is what a configuration ignores in single files. Several entries may
// be checked at once.
func ignoredIn(c *config.Config, cs *configs) func(file, rule string) bool {
	if !c.IgnoresInFiles() {
		return nil
	}
	var lock sync.Mutex
	known := map[string][]string{}
	return func(file, rule string) bool {
		lock.Lock()
		defer lock.Unlock()
		list, ok := known[file]
		if !ok {
			list = c.IgnoredIn(cs.absolute(file))
			known[file] = list
		}
		return slices.Contains(list, rule)
	}
}

// govern gives an entry what is particular to its file.
func (o *options) govern(e *lint.Entry) {
	if o.governedBy == nil {
		return
	}
	settings := o.settings
	e.Settings, e.Rules = &settings, o.rules
}

// excluded reports whether a walk leaves a path out. A broken configuration is
// reported with the first file that it governs.
func (in *inputs) excluded(path string) bool {
	cs := in.p.configsOf(in.o)
	c, err := cs.forFile(path)
	return err == nil && c.Excluded(cs.absolute(path))
}

// failConfig prints what is wrong with a configuration file, once.
func (p *program) failConfig(e *config.Error) {
	p.code = exitFailure
	if p.saidConfig == nil {
		p.saidConfig = map[string]bool{}
	}
	if p.saidConfig[e.Error()] {
		return
	}
	p.saidConfig[e.Error()] = true
	message, hidden := e.Error(), leavesBuild(e.Path)
	if hidden {
		message = fmt.Sprintf("%s:%d:%d: this is no configuration of sshvet; it is a link to a file outside the checkout, so that nothing of that is shown", e.Path, e.Line, e.Column)
	}
	p.failures = append(p.failures, report.Failure{Message: message, File: e.Path, Line: e.Line})
	fmt.Fprintf(p.stderr, "sshvet: %s\n", term.Escape(message))
	if !hidden {
		report.Excerpt(p.stderr, lint.NewLines(e.Data), e.Start, e.End-e.Start, false)
	}
}

// leavesBuild reports whether a path in the checkout of a build is a link out of
// it: whoever wrote the checkout would have the build print what is there.
func leavesBuild(path string) bool {
	root, ok := buildCheckout(currentFolder())
	if !ok {
		return false
	}
	root = realName(root)
	named := filepath.Join(realName(filepath.Dir(path)), filepath.Base(path))
	return below(root, named) && !below(root, realName(path))
}

// noteProfiles says what the profiles of a run's servers mean beside 60/240.
func (p *program) noteProfiles(in *inputs) {
	said := map[string]bool{}
	for i := range in.entries {
		e := &in.entries[i]
		if e.Kind() != "server" {
			continue
		}
		s := in.o.settings
		if e.Settings != nil {
			s = *e.Settings
		}
		if !said[s.Profile.Name] {
			said[s.Profile.Name] = true
			p.noteProfile(in.o, &s.Profile)
		}
	}
}

func (p *program) noteProfile(o *options, profile *lint.Profile) {
	b := rules.FindBaseline(profile.Name)
	switch {
	case b == nil:
		p.note(o, "profile %s (%s) is for sshd; client files are held against deploy; %s", profile.Name, rules.Bounds(*profile), besideDeploy(profile))
		return
	case !profile.Baseline() && !o.verbose:
		return
	case !profile.Baseline():
		p.note(o, "%d/%d (profile deploy) passes the text of the CIS benchmarks and fails what these profiles ask for: %s",
			profile.Interval, profile.Count, strings.Join(failedBy(profile), "; "))
		return
	}
	p.note(o, "profile %s (%s: %s) is for sshd; client files are held against deploy; %s", b.Name, b.Title, rules.Bounds(b.Profile), b.Words)
	if o.verbose {
		for _, d := range b.Demands {
			p.note(o, "profile %s: %s is %s", b.Name, d.Setting, strings.Join(d.Identifiers, ", "))
		}
	}
}

// failedBy names the built-in profiles that a pair fails, with what they want.
func failedBy(p *lint.Profile) []string {
	var out []string
	for _, b := range rules.Baselines() {
		if b.Name != p.Name && !b.Passes(p.Interval, p.Count) {
			out = append(out, b.Name+" ("+rules.Bounds(b.Profile)+")")
		}
	}
	return out
}

// besideDeploy says how 60/240 stands to a profile.
func besideDeploy(p *lint.Profile) string {
	verdict := "fails"
	if p.Passes(lint.Deploy.Interval, lint.Deploy.Count) {
		verdict = "passes"
	}
	return fmt.Sprintf("%d/%d %s it", lint.Deploy.Interval, lint.Deploy.Count, verdict)
}

// rulesRun are the rules of a run and those that configurations chose for single
// entries: formats describe them.
func rulesRun(list []*lint.Rule, entries []lint.Entry) []*lint.Rule {
	ran := map[*lint.Rule]bool{}
	for i := range entries {
		for _, r := range entries[i].Rules {
			ran[r] = true
		}
	}
	if len(ran) == 0 {
		return list
	}
	for _, r := range list {
		ran[r] = true
	}
	return slices.DeleteFunc(rules.All(), func(r *lint.Rule) bool { return !ran[r] })
}
