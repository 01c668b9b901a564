package rules_test

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/report"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

var update = flag.Bool("update", false, "rewrite want, left and fixed/ of all cases with what comes out")

// Where the cases are. A case is one txtar archive.
//
// Its comment says in words what the case is about. Lines of the form `flag:
// value` in it are flags:
//
//	kind: client|server     the side; default: told from the first file's name
//	openssh: 9.2            the release; default: the newest
//	vendor: debian          the vendor; default: none
//	host: a,b               judge these hosts only
//	profile: stig           the profile; default: deploy
//	select: RULE,…          only these rules; default: all
//	no-inline-ignore: true  comments silence nothing
//	unsafe: true            make unsafe fixes too
//	entry: PATH,…           the files to check; default: the first one
//	absent: PATH            the entry, a file that does not exist
//	system: PATH            the system-wide client file behind the entry
//	fragment: true          the entry is a drop-in checked by itself
//	crlf: PATH,…            these files have CRLF throughout
//	cr: PATH,…              a ␍ before a line end in these files is a CR
//	trim-final-newline: PATH,…   these files end without a line end
//	bom: PATH,…             these files start with a byte-order mark
//	escapes: PATH,…         \xNN in these files is a byte
//	deny: PATH,…            these files may be read by root only
//	writable: PATH,…        everybody may write these files, and ssh looks at that
//	stranger: PATH,…        somebody else owns these files, and ssh looks at that
//	release-known: true     the release is not just assumed
//	outside: PATH           this file is a link that leads out of the root
//	refused: true           nothing may be written: OpenSSH would go on refusing
//	connect: SPEC           one more connection to ask sshd -T -C about
//	deploy: PATH            the entry is this deploy.yml, started in the folder of
//	                        all files; Gemfile.lock counts
//	destination, kamal, command: what sshvet kamal is told, or Kamal tells it
//	hosts: A,B              the hosts that Kamal says
//	server: HOST=PATH,…     these files are the sshd_config of deploy hosts
//	oracle: REASON          why the installed OpenSSH cannot be asked
//
// Its files are the input, at paths below a folder that stands for /; the home
// folder is home. `want` holds all findings in the concise format, `fixed/PATH`
// each file that fix changes, `left` what is found after the fix, if anything
// is.
const (
	casesDir  = "../testdata/rules"
	corpusDir = "../testdata/corpus"
)

// fewestCases is how many cases a rule needs.
var fewestCases = map[string]int{"keepalive": 4, "correctness": 3, "kamal": 3, "portability": 5}

func TestEveryRuleHasCases(t *testing.T) {
	for _, r := range rules.All() {
		var firing, silent int
		for _, path := range archives(t, filepath.Join(casesDir, r.Name, "*.txtar")) {
			if bytes.Contains(member(txtar.Parse(readFile(t, path)), "want"), []byte("["+r.Name+"]\n")) {
				firing++
			} else {
				silent++
			}
		}
		if need := fewestCases[r.Category]; firing+silent < need {
			t.Errorf("%s has %d cases: write at least %d as testdata/rules/%s/*.txtar, then run 'go test ./rules -update' and read what it wrote",
				r.Name, firing+silent, need, r.Name)
		}
		if firing == 0 {
			t.Errorf("%s: no case in testdata/rules/%s has a finding of the rule; add one", r.Name, r.Name)
		}
		if silent == 0 {
			t.Errorf("%s: no case in testdata/rules/%s shows where the rule stays silent; add one", r.Name, r.Name)
		}
	}
}

func TestCases(t *testing.T) {
	for _, pattern := range []string{casesDir + "/*/*.txtar", corpusDir + "/*.txtar"} {
		for _, path := range archives(t, pattern) {
			name := filepath.Join(filepath.Base(filepath.Dir(path)), strings.TrimSuffix(filepath.Base(path), ".txtar"))
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				runCase(t, path)
			})
		}
	}
}

func archives(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// testCase is an archive, read.
type testCase struct {
	path    string
	archive *txtar.Archive
	flags   map[string]string
	root    string // the folder that stands for /
	entries []string
	absent  string
	dialect keyword.Dialect
}

// knownFlags are the words that a comment line `word: value` may start with.
var knownFlags = []string{
	"kind", "openssh", "vendor", "host", "unsafe", "entry", "absent", "system", "select", "no-inline-ignore",
	"escapes", "writable", "stranger", "release-known", "crlf", "cr", "trim-final-newline", "bom", "deny", "outside", "refused", "oracle", "connect", "fragment",
	"deploy", "destination", "kamal", "command", "hosts", "server", "profile",
}

func runCase(t *testing.T, path string) {
	c := readCase(t, path)
	c.writeInputs(t)
	before := c.disk(t)

	res, errs := lint.Run(c.lintEntries(t), c.rules(t), c.settings())
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	c.compare(t, "want", c.concise(t, res))
	checkWords(t, res)

	plan := c.plan(t)
	if diff := gocmp.Diff(before, c.disk(t)); diff != "" {
		t.Fatalf("check or planning a fix changed a file:\n%s", diff)
	}
	c.compareFixed(t, plan)
	c.writeChanges(t, plan)
	c.fixAgain(t)
	c.askOpenSSH(t, plan)
	if *update {
		c.save(t)
	}
}

func readCase(t *testing.T, path string) *testCase {
	t.Helper()
	c := &testCase{path: path, archive: txtar.Parse(readFile(t, path)), flags: map[string]string{}, root: t.TempDir()}
	for line := range strings.Lines(string(c.archive.Comment)) {
		word, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok && slices.Contains(knownFlags, word) {
			c.flags[word] = strings.TrimSpace(value)
		}
	}
	c.absent = c.flags["absent"]
	c.entries = list(c.flags["entry"])
	for _, f := range c.archive.Files {
		if len(c.entries) == 0 && isInput(f.Name) {
			c.entries = []string{cmp.Or(c.absent, f.Name)}
		}
	}
	if len(c.entries) == 0 {
		c.entries = []string{cmp.Or(c.absent, "ssh_config")}
	}
	c.dialect = c.readDialect(t)
	return c
}

func isInput(name string) bool {
	return name != "want" && name != "left" && !strings.HasPrefix(name, "fixed/")
}

func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}

func (c *testCase) readDialect(t *testing.T) keyword.Dialect {
	t.Helper()
	d := keyword.Dialect{Side: sideOf(c.entries[0]), Release: keyword.Newest}
	switch c.flags["kind"] {
	case "client":
		d.Side = keyword.Client
	case "server":
		d.Side = keyword.Server
	}
	var err error
	if v := c.flags["openssh"]; v != "" {
		if d.Release, err = keyword.ParseRelease(v); err != nil {
			t.Fatal(err)
		}
	}
	if v := c.flags["vendor"]; v != "" {
		if d.Vendor, err = keyword.ParseVendor(v); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func sideOf(path string) keyword.Side {
	if strings.Contains(path, "sshd_config") {
		return keyword.Server
	}
	return keyword.Client
}

// bytesOf is the content of a member with what txtar cannot hold put in.
func (c *testCase) bytesOf(f txtar.File) []byte {
	name := strings.TrimPrefix(f.Name, "fixed/")
	applies := func(flag string) bool { return slices.Contains(list(c.flags[flag]), name) }
	data := f.Data
	if applies("crlf") {
		data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
	}
	if applies("cr") {
		data = bytes.ReplaceAll(data, []byte("␍\n"), []byte("\r\n"))
	}
	if applies("trim-final-newline") {
		data = bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))
	}
	if applies("escapes") {
		data = escapedByte.ReplaceAllFunc(data, func(text []byte) []byte {
			n, _ := strconv.ParseUint(string(text[2:]), 16, 8)
			return []byte{byte(n)}
		})
	}
	if applies("bom") {
		data = append([]byte("\xef\xbb\xbf"), data...)
	}
	return data
}

// escapedByte is a byte in a file that has escapes.
var escapedByte = regexp.MustCompile(`\\x[0-9a-f]{2}`)

// escaped is the reverse.
func escaped(data []byte) []byte {
	var out []byte
	for _, c := range data {
		if c >= ' ' && c < 0x7f || c == '\n' || c == '\t' {
			out = append(out, c)
		} else {
			out = fmt.Appendf(out, "\\x%02x", c)
		}
	}
	return out
}

// textOf is the reverse of bytesOf.
func (c *testCase) textOf(name string, data []byte) []byte {
	applies := func(flag string) bool { return slices.Contains(list(c.flags[flag]), name) }
	if applies("escapes") {
		data = escaped(data)
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	switch {
	case applies("crlf"):
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	case applies("cr"):
		data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("␍\n"))
	}
	if n := len(data); n > 0 && data[n-1] != '\n' {
		data = append(slices.Clone(data), '\n')
	}
	return data
}

func (c *testCase) writeInputs(t *testing.T) {
	t.Helper()
	for _, f := range c.archive.Files {
		switch {
		case !isInput(f.Name):
		case f.Name == c.flags["outside"]:
			target := filepath.Join(t.TempDir(), "outside")
			writeFile(t, target, c.bytesOf(f))
			link := filepath.Join(c.root, f.Name)
			rel, err := filepath.Rel(filepath.Dir(link), target) // an absolute one would be followed below the root
			if err != nil {
				t.Fatal(err)
			}
			linkFile(t, rel, link)
		default:
			writeFile(t, filepath.Join(c.root, f.Name), c.bytesOf(f))
		}
		if slices.Contains(list(c.flags["writable"]), f.Name) {
			if err := os.Chmod(filepath.Join(c.root, f.Name), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func linkFile(t *testing.T, target, path string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func writeFile(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// disk reads all files below the root.
func (c *testCase) disk(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(c.root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files[path] = string(readFile(t, path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// env is the world of a case: nothing but its own files.
func (c *testCase) env() resolve.Env {
	var denied []string
	for _, name := range list(c.flags["deny"]) {
		denied = append(denied, filepath.Join(c.root, name))
	}
	env := worldOf(c.root, denied)
	if c.checksOwners() {
		env.CheckOwners, env.UID = true, os.Getuid()
		read := env.ReadFile
		env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
			data, info, err := read(path)
			if slices.Contains(list(c.flags["stranger"]), c.relative(path)) {
				info.UID = os.Getuid() + 1
			}
			return data, info, err
		}
	}
	return env
}

// checksOwners reports whether the case is about who may write the files.
func (c *testCase) checksOwners() bool { return c.flags["writable"]+c.flags["stranger"] != "" }

// worldOf is a world of the files below a folder, some of which may be read by
// root only.
func worldOf(root string, denied []string) resolve.Env {
	env := resolve.OSEnv(root)
	env.Home = filepath.Join(root, "home")
	read := env.ReadFile
	env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
		if slices.Contains(denied, path) {
			return nil, resolve.FileInfo{}, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		}
		return read(path)
	}
	return env
}

func (c *testCase) lintEntries(t *testing.T) []lint.Entry {
	t.Helper()
	if c.flags["deploy"] != "" {
		return []lint.Entry{c.deployEntry(t)}
	}
	var out []lint.Entry
	for _, name := range c.entries {
		path := filepath.Join(c.root, name)
		e := lint.Entry{Path: path, Dialect: c.dialect, Env: c.env(), Fragment: c.flags["fragment"] == "true"}
		data := []byte{}
		if name == c.absent {
			e.Absent = true
		} else {
			data = readFile(t, path)
		}
		system := strings.HasPrefix(name, "etc/ssh/ssh_config")
		e.Sources = []resolve.Source{{Path: path, Data: data, System: system}}
		if c.checksOwners() {
			e.Sources[0].Data, e.Sources[0].CheckOwner = nil, !system
		}
		if s := c.flags["system"]; s != "" {
			p := filepath.Join(c.root, s)
			e.Sources = append(e.Sources, resolve.Source{Path: p, Data: readFile(t, p), System: true})
		}
		out = append(out, e)
	}
	return out
}

func (c *testCase) rules(t *testing.T) []*lint.Rule {
	t.Helper()
	selected, unknown := rules.Select(list(c.flags["select"]), nil)
	if len(unknown) > 0 {
		t.Fatalf("select: there is no rule %v", unknown)
	}
	return selected
}

func (c *testCase) settings() lint.Settings {
	s := lint.Settings{Profile: lint.Deploy, ReleaseKnown: c.flags["release-known"] == "true", NoInlineIgnore: c.flags["no-inline-ignore"] == "true"}
	if name := c.flags["profile"]; name != "" {
		s.Profile = rules.FindBaseline(name).Profile
	}
	if hosts := list(c.flags["host"]); len(hosts) > 0 {
		s.Hosts = hosts
	}
	return s
}

func (c *testCase) plan(t *testing.T) *fix.Plan {
	t.Helper()
	plan := fix.Make(fix.Request{
		Entries: c.lintEntries(t), Rules: c.rules(t), Settings: c.settings(), Unsafe: c.flags["unsafe"] == "true",
	})
	if len(plan.Errors) > 0 {
		t.Fatal(plan.Errors)
	}
	return plan
}

// concise is the report, with paths relative to the root.
func (c *testCase) concise(t *testing.T, res *lint.Result) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.Concise(&out, res, report.Options{}); err != nil {
		t.Fatal(err)
	}
	return bytes.ReplaceAll(out.Bytes(), []byte(c.root+"/"), nil)
}

// checkWords holds what every finding has to have.
func checkWords(t *testing.T, res *lint.Result) {
	t.Helper()
	for _, d := range res.Diagnostics {
		r := rules.Find(d.Rule)
		switch {
		case r == nil:
			t.Errorf("a finding is of rule %q, which is not registered", d.Rule)
		case d.Message == "" || strings.Contains(d.Message, "\n") || strings.HasSuffix(d.Message, "."):
			t.Errorf("%s: the message %q has to be one line without a full stop", d.Rule, d.Message)
		case d.Help == "":
			t.Errorf("%s: %q comes without help", d.Rule, d.Message)
		case strings.Contains(d.Message+d.Help, "%!"):
			t.Errorf("%s: %q or %q holds a formatting mistake", d.Rule, d.Message, d.Help)
		}
		for _, f := range d.Fixes {
			if r != nil && (r.Fix == lint.NoFix || f.Applicability == lint.Safe && r.Fix == lint.Unsafe) {
				t.Errorf("%s: a finding has a %s fix, but the rule says it has %q", d.Rule, f.Applicability, r.Fix)
			}
		}
	}
}

func (c *testCase) compare(t *testing.T, name string, got []byte) {
	t.Helper()
	if *update {
		setMember(c.archive, name, got)
		return
	}
	if diff := gocmp.Diff(string(member(c.archive, name)), string(got)); diff != "" {
		t.Errorf("%s: %s differs (-want +got), 'go test ./rules -update' rewrites it:\n%s", c.path, name, diff)
	}
}

// compareFixed holds the planned changes against the members fixed/PATH.
func (c *testCase) compareFixed(t *testing.T, plan *fix.Plan) {
	t.Helper()
	for _, err := range plan.Unproven {
		t.Errorf("a fix was not made because the proof failed: %v", err)
	}
	if (len(plan.Refused) > 0) != (c.flags["refused"] == "true") {
		t.Errorf("entries that stay refused after all fixes: %v", plan.Refused)
	}
	var left []byte
	got := map[string]string{}
	for _, ch := range plan.Changes {
		got["fixed/"+c.relative(ch.Path)] = string(ch.New)
		left = c.concise(t, plan.After)
	}
	c.compare(t, "left", left)
	if *update {
		c.archive.Files = slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "fixed/") })
		for _, ch := range plan.Changes {
			name := c.relative(ch.Path)
			c.archive.Files = append(c.archive.Files, txtar.File{Name: "fixed/" + name, Data: c.textOf(name, ch.New)})
		}
		return
	}
	want := map[string]string{}
	for _, f := range c.archive.Files {
		if strings.HasPrefix(f.Name, "fixed/") {
			want[f.Name] = string(c.bytesOf(f))
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s: the fixed files differ (-want +got), 'go test ./rules -update' rewrites them:\n%s", c.path, diff)
	}
}

func (c *testCase) relative(path string) string { return strings.TrimPrefix(path, c.root+"/") }

// writeChanges does to the disk what fix would do.
func (c *testCase) writeChanges(t *testing.T, plan *fix.Plan) {
	t.Helper()
	for _, ch := range plan.Changes {
		writeFile(t, ch.Path, ch.New)
		if c.relative(ch.Path) == c.absent {
			c.absent = ""
		}
	}
}

// fixAgain: a second run has nothing to do.
func (c *testCase) fixAgain(t *testing.T) {
	t.Helper()
	for _, ch := range c.plan(t).Changes {
		t.Errorf("a second fix changes %s again:\n%s", c.relative(ch.Path), gocmp.Diff(string(ch.Old), string(ch.New)))
	}
}

// save writes the archive back with the results last.
func (c *testCase) save(t *testing.T) {
	t.Helper()
	rank := func(f txtar.File) int {
		return slices.Index([]bool{isInput(f.Name), f.Name == "want", f.Name != "left", true}, true)
	}
	slices.SortStableFunc(c.archive.Files, func(a, b txtar.File) int { return rank(a) - rank(b) })
	writeFile(t, c.path, txtar.Format(c.archive))
}

func member(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// setMember replaces a member; an empty one is left out, except want.
func setMember(a *txtar.Archive, name string, data []byte) {
	a.Files = slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
	if len(data) > 0 || name == "want" {
		a.Files = append(a.Files, txtar.File{Name: name, Data: data})
	}
}
