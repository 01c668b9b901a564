package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/compare"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/template"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// compareFormats are the values of --format.
var compareFormats = []string{"text", "json", "csv", "markdown"}

// compareBlocks is how many Host or Match blocks are compared if nobody says which.
const compareBlocks = 1000

// compareSentences is how many contexts get a sentence on standard error.
const compareSentences = 10

func (p *program) compareCommand() *cli.Command {
	return &cli.Command{
		Name:      "compare",
		Usage:     "show which effective settings differ between environments",
		ArgsUsage: "[LABEL=]FILE [LABEL=]FILE...",
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "all", Usage: "also settings that do not differ"},
			&cli.StringFlag{Name: "against", Usage: "show the change against the file called `LABEL`"},
			&cli.StringSliceFlag{Name: "keywords", Usage: "only these `KEYWORDS`"},
			&cli.StringSliceFlag{Name: "host", Usage: "client files: only these `HOSTS` (default: each Host block, and any other host)"},
			&cli.StringSliceFlag{Name: "C", Usage: "server files: only the connection `SPEC`, as for sshd -T (default: everybody, and each Match block)"},
			&cli.StringFlag{Name: "kind", Usage: "`KIND` of the files: client, server or sshd-T (default: told from name and content)"},
			&cli.StringFlag{Name: "root", Usage: "resolve absolute paths below `DIR`"},
			&cli.BoolFlag{Name: "no-includes", Usage: "read the named files alone"},
			&cli.StringFlag{Name: "openssh", Usage: "the `VERSION` of OpenSSH the files are for (default: " + keyword.Newest.String() + ")"},
			&cli.StringFlag{Name: "vendor", Usage: "whose OpenSSH: debian, fedora, macos or none (`VENDOR`; default: this machine's if one of the files is its own, else none)"},
			&cli.StringFlag{Name: "config", Usage: "the configuration `FILE` of sshvet (default: .sshvet.yaml beside each file or above)"},
			&cli.BoolFlag{Name: "no-config", Usage: "read no configuration file of sshvet"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT`: " + strings.Join(compareFormats, ", ")},
		}, append(speechFlags(), &cli.BoolFlag{Name: "verbose", Usage: "the line that each value comes from, and long lists whole"})...),
		Action: p.compare,
	}
}

// comparison is one run of compare.
type comparison struct {
	p       *program
	o       *options
	in      *inputs
	format  string
	all     bool
	side    keyword.Side
	files   []*comparedFile
	options compare.Options
}

// comparedFile is one operand.
type comparedFile struct {
	label, path string
	labelled    bool // the user gave the label
	data        []byte
	entry       lint.Entry
	config      *compare.Config
	dump        *compare.Values
	err         error // why it is not compared
	said        map[string]bool
}

func (f *comparedFile) kind() string {
	if f.entry.Dump {
		return "sshd-T"
	}
	return f.entry.Dialect.Side.String()
}

func (p *program) compare(c *cli.Context) error {
	r := &comparison{p: p, format: c.String("format"), all: c.Bool("all")}
	if !slices.Contains(compareFormats, r.format) {
		return usagef("compare: --format %s: the formats are %s", r.format, strings.Join(compareFormats, ", "))
	}
	r.o = &options{
		kind: c.String("kind"), root: c.String("root"), noIncludes: c.Bool("no-includes"),
		quiet: c.Bool("quiet"), verbose: c.Bool("verbose"), profileKnown: true,
	}
	if err := r.o.configuration(c); err != nil {
		return err
	}
	if err := r.o.program(c); err != nil {
		return err
	}
	r.in = &inputs{p: p, o: r.o, seen: map[string]bool{}}
	if err := r.operands(c.Args().Slice()); err != nil {
		return err
	}
	r.readAll()
	if err := r.choose(c); err != nil {
		return err
	}
	contexts, err := r.contexts(c)
	if err != nil {
		return err
	}
	tables := r.tables(contexts)
	if tables == nil && r.format != "json" {
		return nil // said before
	}
	if err := r.print(tables); err != nil {
		return outputError(err)
	}
	if tables != nil {
		r.conclude(tables)
	}
	return nil
}

// operands takes labels and paths apart.
func (r *comparison) operands(words []string) error {
	if len(words) < 2 {
		return usagef("compare: name two files at least, FILE or LABEL=FILE; see 'sshvet compare -h'")
	}
	var paths, roots []string
	for _, word := range words {
		f := &comparedFile{path: word, said: map[string]bool{}}
		label, path, ok := strings.Cut(word, "=")
		if _, err := os.Lstat(word); ok && err != nil {
			if label == "" || path == "" {
				return usagef("compare: %s: say LABEL=FILE", word)
			}
			f.label, f.path, f.labelled = label, path, true
		}
		if f.path == "" {
			return usagef("compare: an operand is empty; name a file, or - for standard input")
		}
		paths, roots = append(paths, labelPath(f.path)), append(roots, labelRoot(f.path))
		if st, err := os.Stat(f.path); err == nil && st.IsDir() {
			f.path = r.inFolder(f.path)
		}
		r.files = append(r.files, f)
	}
	labels := compare.Labels(roots)
	if len(slices.Compact(slices.Sorted(slices.Values(labels)))) < len(labels) {
		labels = compare.Labels(paths) // several files of one machine
	}
	met := map[string]string{}
	for i, f := range r.files {
		if !f.labelled {
			f.label = labels[i]
		}
		if other, twice := met[f.label]; twice {
			return usagef("compare: the label %s would stand for %s and for %s; say LABEL=FILE for one of them", f.label, other, f.path)
		}
		met[f.label] = f.path
	}
	return nil
}

func labelPath(path string) string {
	if path == "-" {
		return "stdin"
	}
	return filepath.ToSlash(path)
}

// labelRoot is the root of the system that a path implies, which is what tells it
// from others; else the path itself.
func labelRoot(path string) string {
	if root := impliedRoot(path); root != "" && root != "." {
		return labelPath(root)
	}
	return labelPath(path)
}

// inFolder is the file in a folder that is the root of a system, a folder itself
// where it is none.
func (r *comparison) inFolder(dir string) string {
	name := "sshd_config"
	if r.o.kind == "client" {
		name = "ssh_config"
	}
	for _, etc := range []string{"etc", "usr/etc"} {
		path := filepath.Join(dir, filepath.FromSlash(etc), "ssh", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return dir
}

// readAll reads the files. One that tells nothing of its kind is of that of the
// others: like is compared with like.
func (r *comparison) readAll() {
	var untold []*comparedFile
	for _, f := range r.files {
		f.err = r.read(f)
		if f.err != nil && f.data != nil && r.in.undecided(f.path, f.data) {
			untold = append(untold, f)
		}
	}
	if others := r.usable(); len(others) > 0 {
		for _, f := range untold {
			f.err = r.describe(f, others[0].entry.Dialect.Side)
			r.p.note(r.o, "%s is taken for a %s file, as %s is one; --kind says otherwise", f.label, others[0].entry.Dialect.Side, others[0].label)
		}
	}
	for _, f := range r.files {
		if f.err != nil {
			r.p.fail(f.err)
		}
	}
}

// undecided reports whether nothing tells the kind of a configuration.
func (in *inputs) undecided(path string, data []byte) bool {
	if sealed(data) != "" || isBinary(data) || foreign(path, data) != "" {
		return false
	}
	if _, err := in.optionsFor(path); err != nil {
		return false
	}
	_, err := in.kindOf(path, data)
	return err != nil
}

// read reads a file and tells its kind.
func (r *comparison) read(f *comparedFile) error {
	if meant := r.in.belowRoot(f.path); meant != "" {
		return fmt.Errorf("%s: is a file of this machine, and --root stands for another; for the one below it name %s", f.path, meant)
	}
	var err error
	if f.path == "-" {
		if err = r.in.readStdin(); err != nil {
			return err
		}
		f.data = r.in.stdin
	} else if f.data, _, err = r.in.read(f.path); err != nil {
		if errors.Is(err, resolve.ErrNotRegular) { // <(ssh web1 sudo sshd -T)
			f.data, err = readGiven(f.path)
		}
		if err != nil {
			return errors.New(f.path + ": " + plainError(f.path, err))
		}
	}
	switch what := sealed(f.data); {
	case what != "":
		return fmt.Errorf("%s: it is %s", f.path, what)
	case isBinary(f.data):
		return fmt.Errorf("%s: this is no configuration: it holds binary data", f.path)
	}
	if _, err := r.in.optionsFor(f.path); err != nil {
		return err
	}
	side, err := r.in.kindOf(f.path, f.data)
	if err != nil {
		return err
	}
	return r.describe(f, side)
}

// describe makes the entry of a file of a side.
func (r *comparison) describe(f *comparedFile, side keyword.Side) error {
	r.in.seen[filepath.Clean(f.path)] = true // see fromDefaults
	f.entry = r.in.entry(f.path, f.data, side)
	if side == keyword.Server && looksLikeDump(f.data) && !isConfigName(f.path) && !r.in.isLive(f.path) {
		f.entry.Dump = true // --kind server is said for the files beside it
		f.entry.Sources[0].Data = withoutNoise(f.data)
	}
	if f.entry.Dump {
		r.in.noteNoise(f.path, f.data, f.entry.Sources[0].Data)
		return nil
	}
	if t, ok := template.Parse(f.path, f.data); ok && !r.in.isLive(f.path) {
		return fmt.Errorf("%s: is a template (%s); compare the files that are made from it", f.path, t.Language)
	}
	return nil
}

// usable are the files that can be compared.
func (r *comparison) usable() []*comparedFile {
	return slices.DeleteFunc(slices.Clone(r.files), func(f *comparedFile) bool { return f.err != nil })
}

// choose checks that the files are of one side, and the flags that depend on it.
func (r *comparison) choose(c *cli.Context) error {
	files := r.usable()
	if len(files) == 0 {
		return nil
	}
	r.side = files[0].entry.Dialect.Side
	for _, f := range files[1:] {
		if side := f.entry.Dialect.Side; side != r.side {
			return fmt.Errorf("compare: %s is a %s file and %s a %s file; compare one side at a time, or say --kind %s", files[0].path, r.side, f.path, side, r.side)
		}
	}
	switch {
	case r.side == keyword.Server && len(words(c.StringSlice("host"))) > 0:
		return usagef("compare: --host is for client files; for server files say -C user=…,host=…,addr=…")
	case r.side == keyword.Client && len(c.StringSlice("C")) > 0:
		return usagef("compare: -C is for server files; for client files say --host NAME")
	}
	r.oneVendor(files)
	if err := r.keywords(words(c.StringSlice("keywords"))); err != nil {
		return err
	}
	r.options.Side, r.options.Against = r.side, -1
	return r.against(c.String("against"))
}

// oneVendor takes all files for those of one vendor: a copy of a file of this
// machine is for the same OpenSSH.
func (r *comparison) oneVendor(files []*comparedFile) {
	if r.o.vendor != nil {
		return
	}
	vendor := keyword.NoVendor
	for _, f := range files {
		vendor = max(vendor, f.entry.Dialect.Vendor)
	}
	for _, f := range files {
		f.entry.Dialect.Vendor = vendor
	}
}

func (r *comparison) keywords(names []string) error {
	for _, name := range names {
		k := keyword.Find(r.side, []byte(name))
		if k == nil {
			return r.unknownKeyword(name)
		}
		d := keyword.Dialect{Side: r.side, Release: keyword.Newest}
		k = d.Target(k)
		if d.Vendor = keyword.Debian; k.Vendor == "macOS" {
			d.Vendor = keyword.MacOS
		}
		if !compare.Compared(d, k) {
			return usagef("compare: --keywords %s: it has no value that could be compared", k.Name)
		}
		r.options.Keywords = append(r.options.Keywords, k.Lower)
	}
	return nil
}

func (r *comparison) unknownKeyword(name string) error {
	if k := keyword.Find(r.side.Other(), []byte(name)); k != nil {
		return usagef("compare: --keywords: %s is a %s keyword, and these are %s files", k.Name, k.Side, r.side)
	}
	if near, ok := nearest(name, keywordNames(r.side)); ok {
		return usagef("compare: --keywords: there is no %s keyword %q; did you mean %s?", r.side, name, near)
	}
	return usagef("compare: --keywords: there is no %s keyword %q", r.side, name)
}

// against finds the file that the others are held against.
func (r *comparison) against(label string) error {
	if label == "" {
		return nil
	}
	var labels []string
	for i, f := range r.files {
		labels = append(labels, f.label)
		if f.label == label || f.path == label {
			r.options.Against = i
			return nil
		}
	}
	if near, ok := nearest(label, labels); ok {
		return usagef("compare: --against %s: no file is called that; did you mean %s?", label, near)
	}
	return usagef("compare: --against %s: no file is called that; the labels are %s", label, strings.Join(labels, ", "))
}

// contexts loads the files and lists whom they are compared for.
func (r *comparison) contexts(c *cli.Context) ([]compare.Context, error) {
	var configs []*compare.Config
	for _, f := range r.usable() {
		if f.err = r.load(f, c); f.err != nil {
			r.p.fail(f.err)
		} else if f.config != nil {
			configs = append(configs, f.config)
		}
	}
	if r.side == keyword.Server {
		return r.connections(c.StringSlice("C"), configs)
	}
	return r.hosts(words(c.StringSlice("host")), configs)
}

func (r *comparison) load(f *comparedFile, c *cli.Context) error {
	e := &f.entry
	if e.Dump {
		var err error
		f.dump, err = compare.FromDump(f.path, e.Sources[0].Data, e.Dialect)
		return err
	}
	config, err := resolve.Load(e.Dialect, e.Env, e.Sources, resolve.Options{NoIncludes: e.NoIncludes})
	if err != nil {
		return errors.New(f.path + ": " + plainError(f.path, err))
	}
	f.config = &compare.Config{Config: config}
	return nil
}

// connections are those of -C; else everybody and each Match block.
func (r *comparison) connections(specs []string, configs []*compare.Config) ([]compare.Context, error) {
	query := func(spec *resolve.ServerSpec) resolve.Query {
		spec.Groups = groupsOf
		return resolve.Query{Spec: spec}
	}
	if len(specs) == 0 {
		everybody := query(&resolve.ServerSpec{})
		list := []compare.Context{{Label: resolve.Everybody, Query: func(*compare.Config) resolve.Query { return everybody }}}
		blocks, left := compare.Blocks(configs, everybody, true, compareBlocks)
		if left > 0 {
			r.p.note(r.o, "%d Match blocks beyond the first %d are not compared; name connections with -C user=…,host=…,addr=…", left, compareBlocks)
		}
		return append(list, blocks...), nil
	}
	var list []compare.Context
	for _, text := range specs {
		spec, err := resolve.ParseSpec(text, keyword.Dialect{Side: keyword.Server, Release: keyword.Newest})
		if err != nil {
			return nil, usagef("compare: -C %s: %v", text, err)
		}
		q := query(spec)
		list = append(list, compare.Context{Label: text, Query: func(*compare.Config) resolve.Query { return q }})
	}
	return list, nil
}

// hosts are those of --host; else any other host and each block.
func (r *comparison) hosts(names []string, configs []*compare.Config) ([]compare.Context, error) {
	base := resolve.Query{Identity: resolve.Identity{
		Known: true, LocalUser: callerName(), SessionType: "shell", Version: r.release().Portable(), Networks: localAddresses(),
	}}
	if len(names) == 0 {
		rest := base
		rest.Host = compare.OtherHost()
		list := []compare.Context{{
			Label: resolve.AnyOtherHost, Except: []string{"hostname"},
			Query: func(*compare.Config) resolve.Query { return rest },
		}}
		blocks, left := compare.Blocks(configs, base, false, compareBlocks)
		if left > 0 {
			r.p.note(r.o, "%d hosts beyond the first %d are not compared; name those you need with --host", left, compareBlocks)
		}
		return append(list, blocks...), nil
	}
	var list []compare.Context
	for _, name := range names {
		q := base
		user, host, port := destination(name)
		if host == "" {
			return nil, usagef("compare: --host %s: name a host", name)
		}
		q.Host, q.Identity.User = host, user
		q.Options = append(q.Options, given("user", user)...)
		q.Options = append(q.Options, given("port", port)...)
		list = append(list, compare.Context{Label: name, Query: func(*compare.Config) resolve.Query { return q }})
	}
	return list, nil
}

// given is what ssh makes of a part of its operand.
func given(name, value string) []resolve.Option {
	if value == "" {
		return nil
	}
	return []resolve.Option{{
		Key:  keyword.Find(keyword.Client, []byte(name)).ID,
		Args: []string{value}, Value: keyword.Value{Items: []string{value}},
	}}
}

// release is that of the files, for Match version.
func (r *comparison) release() keyword.Release {
	for _, f := range r.usable() {
		return f.entry.Dialect.Release
	}
	return keyword.Newest
}

// tables compares the files in each context; nil if there are no two files left.
func (r *comparison) tables(contexts []compare.Context) []*compare.Table {
	var tables []*compare.Table
	for i := range contexts {
		values := map[*comparedFile]*compare.Values{}
		for _, f := range r.usable() {
			values[f] = r.values(f, &contexts[i], i == 0)
		}
		if i == 0 && !r.enough() {
			return nil
		}
		t := r.table(&contexts[i], values)
		if contexts[i].Narrow {
			if t.DropRepeated(tables[0]); len(t.Rows) == 0 {
				continue
			}
		}
		tables = append(tables, t)
	}
	return tables
}

// enough reports whether there is something left to compare, and with what.
func (r *comparison) enough() bool {
	files := r.usable()
	if len(files) < 2 {
		r.p.note(r.o, "nothing is compared: two files at least have to be read")
		return false
	}
	if r.options.Against >= 0 && r.files[r.options.Against].err != nil {
		r.p.note(r.o, "nothing is compared: %s is what the others are to be held against", r.files[r.options.Against].label)
		return false
	}
	return true
}

func (r *comparison) table(x *compare.Context, values map[*comparedFile]*compare.Values) *compare.Table {
	o := r.options
	o.Context, o.Except = x.Label, x.Except
	var columns []compare.Column
	for i, f := range r.files {
		if f.err != nil {
			continue
		}
		column := compare.Column{Label: f.label, Values: values[f]}
		if i == r.options.Against {
			columns = append([]compare.Column{column}, columns...)
			o.Against = 0
			continue
		}
		columns = append(columns, column)
	}
	return compare.Make(columns, o)
}

// values are what a file gives one context. A file that OpenSSH refuses is left
// out; one that it refuses for this connection alone has none.
func (r *comparison) values(f *comparedFile, x *compare.Context, first bool) *compare.Values {
	if f.dump != nil && x.Narrow {
		return &compare.Values{Dialect: f.entry.Dialect, Dump: true, Unavailable: "sshd -T prints what holds outside all Match blocks, unless it is given -C"}
	}
	if f.dump != nil {
		return f.dump
	}
	v, err := f.config.Values(x.Query(f.config))
	if err != nil {
		text := r.refusal(f, x, err)
		if !f.said[text] {
			f.said[text] = true
			r.p.fail(errors.New(text))
		}
		if first {
			f.err = errors.New(text)
		}
		return &compare.Values{Dialect: f.entry.Dialect, Unavailable: text}
	}
	v.VendorKnown = r.o.vendor != nil
	v.ReleaseKnown = r.o.set["openssh"] || r.in.governing(f.path).settings.ReleaseKnown
	return v
}

// refusal says why a file is left out, in OpenSSH's words, and what may help.
func (r *comparison) refusal(f *comparedFile, x *compare.Context, err error) string {
	var why *compare.Refusal
	if !errors.As(err, &why) {
		return f.path + ": " + err.Error()
	}
	place := f.path
	if why.At.File != "" {
		place = why.At.File
	}
	if why.At.Line > 0 {
		place += ":" + strconv.Itoa(why.At.Line)
	}
	text := fmt.Sprintf("%s: OpenSSH refuses this, so %s is left out: %s", place, f.label, why.Text)
	if why.At.File == "" {
		text += " (for " + x.Label + ")"
	}
	return text + r.hint(f, why.Word)
}

// hint names the flag that makes a keyword known, "" if none does.
func (r *comparison) hint(f *comparedFile, word string) string {
	k := keyword.Find(r.side, []byte(word))
	switch {
	case word == "" || k == nil:
		return ""
	case strings.HasPrefix(k.Vendor, "Debian"):
		return "; it is a keyword of Debian's OpenSSH: say --vendor debian"
	case k.Vendor != "":
		return "; it is a keyword of " + k.Vendor + ": say --vendor " + strings.ToLower(k.Vendor)
	case k.Since > f.entry.Dialect.Release:
		return fmt.Sprintf("; OpenSSH has it since %s: say --openssh %s", k.Since, k.Since)
	}
	return ""
}

func (r *comparison) print(tables []*compare.Table) error {
	switch r.format {
	case "json":
		return r.p.printJSON(r.report(tables))
	case "csv":
		return compare.CSV(r.p.stdout, tables, r.all)
	case "markdown":
		return compare.Markdown(r.p.stdout, tables, r.all)
	}
	return compare.Text(r.p.stdout, tables, compare.TextOptions{
		Side: r.side, All: r.all, Verbose: r.o.verbose, Titles: len(tables) > 1 || tables[0].Context != resolve.Everybody,
		Width:   term.Columns(r.p.stdout),
		Palette: term.NewPalette(term.UseColor(r.o.color, term.IsTerminal(r.p.stdout), getenv)),
	})
}

func (r *comparison) report(tables []*compare.Table) *compare.Report {
	out := &compare.Report{Version: 1, Tool: compare.ReportTool{Name: "sshvet", Version: toolVersion()}, Rows: []compare.ReportRow{}}
	for i, f := range r.files {
		file := compare.ReportFile{Label: f.label, Path: f.path, Kind: f.kind()}
		if f.err != nil {
			file.Error = f.err.Error()
		}
		out.Files = append(out.Files, file)
		if i == r.options.Against {
			out.Against = f.label
		}
	}
	for _, t := range tables {
		out.Add(t, r.all)
	}
	return out
}

// conclude says what was found, and decides the exit code.
func (r *comparison) conclude(tables []*compare.Table) {
	plain := func(s string) string { return s }
	said := 0
	for i, t := range tables {
		n := t.Count(compare.Different)
		if n > 0 {
			r.p.found()
		}
		if i > 0 && n == 0 {
			continue
		}
		if said++; said > compareSentences {
			continue
		}
		text := t.Summary(plain)
		if i > 0 || t.Context != resolve.Everybody && t.Context != resolve.AnyOtherHost {
			text = t.Context + ": " + text
		}
		r.p.note(r.o, "%s", text)
	}
	if said > compareSentences {
		r.p.note(r.o, "settings differ in %d more contexts", said-compareSentences)
	}
	r.advise(tables)
}

// isFile reports whether a path is a file that 'sshvet fix' could write, and not
// a pipe or a device.
func isFile(path string) bool {
	st, err := os.Stat(path)
	return path != "-" && err == nil && st.Mode().IsRegular()
}

// advise says what to do where the keep-alive differs.
func (r *comparison) advise(tables []*compare.Table) {
	weak := map[string]bool{}
	differs := false
	for _, t := range tables {
		pair := t.KeepAlive(r.side)
		if pair == nil {
			continue
		}
		differs = true
		for i, v := range pair {
			if v.Known && !lint.Deploy.Passes(v.Interval, v.Count) {
				weak[t.Columns[i].Label] = true
			}
		}
	}
	if !differs {
		return
	}
	var fixable []string
	for _, f := range r.files {
		if weak[f.label] && f.dump == nil && isFile(f.path) {
			fixable = append(fixable, f.path)
		}
	}
	goal := fmt.Sprintf("%d/%d", lint.Deploy.Interval, lint.Deploy.Count)
	switch {
	case len(fixable) > 0:
		r.p.note(r.o, "the keep-alive differs: 'sshvet fix %s' brings it to %s", strings.Join(fixable, " "), goal)
	case len(weak) > 0:
		r.p.note(r.o, "the keep-alive differs: run 'sshvet fix' on the hosts where it is weak; it brings it to %s", goal)
	default:
		r.p.note(r.o, "the keep-alive differs, but no file has one that is too weak for a long deploy")
	}
}
