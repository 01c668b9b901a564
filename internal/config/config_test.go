package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

func readText(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Read("c.yaml", "/repo", "/home/a", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// everything sets each key to another value than its default.
const everything = `version: 1
profile: corp
profiles:
  corp: {interval: 50, count: 20, min-interval: 10, max-interval: 120, min-count: 5, max-count: 30, tcp-keepalive: no}
keepalive: {max-interval: 45, min-count: 100, interval: 40, count: 200}
fail-on: error
select: [keepalive, unknown-keyword]
ignore:
  - flapping-keepalive
rules:
  slow-keepalive: {severity: note, options: {}}
files:
  - {glob: "servers/**", kind: server, profile: stig}
  - glob: dump.txt
    kind: sshd-T
    ignore: [correctness]
exclude: [vendor, "old/**/*.conf"]
root: image
openssh: 9.2
`

func TestRead(t *testing.T) {
	c := readText(t, everything)
	if p, ok := c.FindProfile("corp"); !ok || p != (lint.Profile{
		Name: "corp", MinInterval: 10, MaxInterval: 120, MinCount: 5, MaxCount: 30, Interval: 50, Count: 20, TCPKeepAlive: "no",
	}) {
		t.Errorf("corp is %+v", p)
	}
	if p := c.Client(); p != (lint.Profile{Name: "deploy", MinInterval: 1, MaxInterval: 45, MinCount: 100, Interval: 40, Count: 200}) {
		t.Errorf("deploy is %+v", p)
	}
	if *c.FailOn != lint.Error || !slices.Equal(c.Select, []string{"keepalive", "unknown-keyword"}) || !slices.Equal(c.Ignore, []string{"flapping-keepalive"}) {
		t.Errorf("fail-on %v, select %v, ignore %v", *c.FailOn, c.Select, c.Ignore)
	}
	if c.Severities["slow-keepalive"] != lint.Note || len(c.Severities) != 1 {
		t.Errorf("severities are %v", c.Severities)
	}
	if c.Root != "/repo/image" || *c.Release != keyword.R(9, 2) {
		t.Errorf("root %s, openssh %v", c.Root, *c.Release)
	}
	f := c.For("/repo/servers/web1/sshd_config")
	if f.Kind != "server" || f.Profile != "stig" || f.KindLine != 13 {
		t.Errorf("for a server: %+v", f)
	}
	if f := c.For("/repo/x"); f.Profile != "corp" || f.ProfileLine != 2 || f.Matched != nil {
		t.Errorf("for any other file: %+v", f)
	}
	if got := c.IgnoredIn("/repo/a/dump.txt"); !slices.Contains(got, "syntax-error") || slices.Contains(got, "missing-keepalive") {
		t.Errorf("ignored: %v", got)
	}
	for path, want := range map[string]bool{
		"/repo/vendor": true, "/repo/a/vendor/b": true, "/repo/vendors": false, "/vendor": false,
		"/repo/old/a.conf": true, "/repo/old/b/c/a.conf": true, "/repo/old/a": false, "/repo/x/old/a.conf": false,
	} {
		if c.Excluded(path) != want {
			t.Errorf("excluded %s: %v", path, !want)
		}
	}
}

// TestEveryKeyIsRead: the sample above sets every key of the table.
func TestEveryKeyIsRead(t *testing.T) {
	text := everything
	var walk func(keys []key)
	walk = func(keys []key) {
		for _, k := range keys {
			if !regexp.MustCompile(`\b` + k.name + `:`).MatchString(text) {
				t.Errorf("the sample does not set %s", k.name)
			}
			walk(k.keys)
		}
	}
	walk(top())
}

func TestNothingSet(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "---\n", "version: 1\n", "ignore:\nkeepalive:\n", "\xef\xbb\xbfversion: 1\n"} {
		c := readText(t, text)
		if c.Client() != lint.Deploy || c.FailOn != nil || c.Select != nil || c.Release != nil || c.Root != "" {
			t.Errorf("%q sets something: %+v", text, c)
		}
	}
}

func TestKeepaliveDefaults(t *testing.T) {
	for text, want := range map[string][4]int{ // max-interval, min-count, interval, count
		"max-interval: 30":             {30, 240, 30, 240},
		"interval: 120":                {120, 240, 120, 240},
		"min-count: 300":               {60, 300, 60, 300},
		"count: 100":                   {60, 100, 60, 100},
		"interval: 20":                 {60, 240, 20, 240},
		"max-interval: 90, count: 500": {90, 240, 60, 500},
	} {
		p := readText(t, "keepalive: {"+text+"}\n").Client()
		if got := [4]int{p.MaxInterval, p.MinCount, p.Interval, p.Count}; got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// TestPageExample: the lines that docs/config.md shows are those of its example.
func TestPageExample(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "config.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```yaml\n")
	block, _, _ = strings.Cut(block, "```")
	c := readText(t, block)
	shown := regexp.MustCompile(`(?m)^  ([a-z-]+) +(\S+) +\.sshvet\.yaml:(\d+)$`).FindAllStringSubmatch(string(page), -1)
	if len(shown) < 2 {
		t.Fatalf("%q", shown)
	}
	for _, m := range shown {
		if set := c.Find(m[1]); set == nil || set.Value != m[2] || fmt.Sprint(set.Line) != m[3] {
			t.Errorf("%s: %+v", m[0], set)
		}
	}
}

// TestReleasePattern: the schema knows the releases that the reader takes.
func TestReleasePattern(t *testing.T) {
	re := regexp.MustCompile(releasePattern)
	for _, text := range []string{"6.9", "7.3", "7.4", "7.9", "8.0", "9.2p1", "9.9", "10.0", "10.3p2", "11.1", "9.123", "601", ".9", "9.", "a.b", "OpenSSH_9.9p1", "openssh_9.9"} {
		if _, err := keyword.ParseRelease(text); (err == nil) != re.MatchString(text) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestOwnProfileDefaults(t *testing.T) {
	for text, want := range map[string]lint.Profile{
		"interval: 30, count: 10":               {MinInterval: 1, MaxInterval: 30, MinCount: 10, Interval: 30, Count: 10},
		"interval: 30, count: 10, max-count: 9": {},
		"interval: 30, count: 9, max-count: 10": {MinInterval: 1, MaxInterval: 30, MinCount: 1, MaxCount: 10, Interval: 30, Count: 9},
	} {
		c, err := Read("c.yaml", "/", "", []byte("profiles:\n  own: {"+text+"}\n"))
		if want == (lint.Profile{}) {
			if err == nil {
				t.Errorf("%s is taken", text)
			}
			continue
		}
		want.Name = "own"
		if p, _ := c.FindProfile("own"); p != want {
			t.Errorf("%s: %+v, want %+v", text, p, want)
		}
	}
}

// TestMistakes: what is wrong with a file, in one line with its place.
func TestMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"profil: stig\n":                                       `1:1: there is no key "profil"; did you mean profile?`,
		"nonsense: 1\n":                                        `1:1: there is no key "nonsense"; the keys are version, profile, `,
		"severity: note\n":                                     `1:1: there is no key "severity"; it belongs under rules: RULE`,
		"version: 2\n":                                         `1:10: version 2 of the configuration is not known; this sshvet reads version 1; a newer sshvet may read it`,
		"version: x\n":                                         `1:10: version takes a whole number, and this is a text`,
		"fail-on: warn\n":                                      `1:10: fail-on does not take "warn"; it takes error, warning, note`,
		"fail-on: warnin\n":                                    `1:10: fail-on does not take "warnin"; did you mean warning?`,
		"select: keepalive\n":                                  `1:9: select takes a list, and this is a text; write select: [keepalive]`,
		"select: []\n":                                         `1:9: select is an empty list, so that nothing would be checked; remove it, or name rules`,
		"ignore: [a, slow-keepaliv]\n":                         `1:10: there is no rule or category "a"; 'sshvet rules' lists the rules`,
		"ignore:\n- slow-keepaliv\n":                           `2:3: there is no rule or category "slow-keepaliv"; did you mean slow-keepalive?`,
		"rules: {slow-keepaliv: {}}\n":                         `1:9: there is no rule "slow-keepaliv"; did you mean slow-keepalive?`,
		"rules: {slow-keepalive: {options: {x: 1}}}\n":         `1:36: there is no key "x" in options; no rule has an option so far; the bounds of the keep-alive are under keepalive`,
		"rules: {slow-keepalive: off}\n":                       `1:25: slow-keepalive takes a table of keys, and this is a text`,
		"profile: nope\n":                                      `1:10: there is no profile "nope"; it takes deploy, cis, stig, pci, devsec, lynis`,
		"profile: [stig]\n":                                    `1:10: profile takes a text, and this is a list`,
		"profile: 9\n":                                         `1:10: profile takes a text, and this is a number; put it into quotes if it is meant as a text`,
		"profile: ''\n":                                        `1:10: profile is empty`,
		"profiles: {stig: {interval: 1, count: 1}}\n":          `1:12: stig is a built-in profile; give yours another name`,
		"profiles: {own: {interval: 1}}\n":                     `1:17: own lacks the key count`,
		"profiles: {own: {interval: 0, count: 1}}\n":           `1:28: interval takes a whole number from 1 to 2147483647`,
		"profiles: {own: {interval: 1, count: 99999999999}}\n": `1:38: count takes a whole number from 1 to 2147483647`,
		"profiles: {own: {interval: 9, count: 9, max-interval: 8}}\n": `1:12: profile own would write 9/9, which its own bounds do not allow ` +
			`(interval 1 to 8 s, count at least 9); change the bounds or what is written`,
		"profiles: {own: {interval: 1, count: 1, tcp-keepalive: true}}\n": `1:56: tcp-keepalive takes a text, and this is true or false; put it into quotes if it is meant as a text`,
		"keepalive: {max-interval: 30, interval: 60}\n":                   `1:41: interval 60 is more than max-interval 30 allows, so that fix would write what check reports`,
		"keepalive: {min-count: 30, count: 20}\n":                         `1:35: count 20 is less than min-count 30 allows, so that fix would write what check reports`,
		"keepalive: {interval: 60s}\n":                                    `1:23: interval takes a whole number, and this is a text`,
		"keepalive: {interval: 1.5}\n":                                    `1:23: interval takes a whole number, and this is a fraction`,
		"keepalive: {interval: 010}\n":                                    `1:23: interval takes a whole number without a sign and without zeros in front`,
		"keepalive: {interval: +60}\n":                                    `1:23: interval takes a whole number without a sign and without zeros in front`,
		"exclude: ['!old']\n":                                             `1:11: a ! in front makes no exception here; list what is meant, or write \! for a name that begins with it`,
		"keepalive: {interval: -1}\n":                                     `1:23: interval takes a whole number from 1 to 2147483647`,
		"openssh: 3.14.15\n":                                              `1:10: openssh: `,
		"files: {glob: x}\n":                                              `1:8: files takes a list of tables, and this is a table of keys; write '- ' before its first key`,
		"files: [x]\n":                                                    `1:9: files takes a table of keys, and this is a text`,
		"files: [{kind: server}]\n":                                       `1:9: files lacks the key glob`,
		"files: [{glob: 'a[', kind: server}]\n":                           `1:16: this is no glob: a bracket or brace is not closed; a \ before it takes its meaning away`,
		"files: [{glob: ../a}]\n":                                         `1:16: a glob cannot leave the folder of the configuration; `,
		"exclude: ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}']\n":    `1:11: this glob is too long, or has too many braces; write several`,
		"files: [{glob: a, kind: sever}]\n":                               `1:25: kind does not take "sever"; did you mean server?`,
		"files: [{glob: a, profile: stigg}]\n":                            `1:28: there is no profile "stigg"; did you mean stig?`,
		"- a\n":                                                           `1:1: the configuration takes a table of keys, and this is a list`,
		"hello\n":                                                         `1:1: the configuration takes a table of keys, and this is a text`,
		"profile: stig\nprofile: cis\n":                                   `2:1: profile is set a second time; the first is in line 1; remove one of the two`,
		"profile: stig\n---\nprofile: cis\n":                              `: this is a second document; a configuration is one; remove the line '---' before it`,
		"ignore: &a [correctness]\nselect: *a\n":                          `1:9: anchors (&name) are not read here; write the value out where it is needed`,
		"select: *a\n":                                                    `this is no YAML: unknown anchor 'a' referenced`,
		"profile: !!str stig\n":                                           `1:10: tags (!name) are not read here; remove it`,
		"<<: {profile: stig}\n":                                           `1:1: there is no key "<<"; `,
		"? [a]\n: b\n":                                                    `1:3: a key is a word, and this is a list`,
		"profile: stig\nselect: [a, b\n":                                  `2:9: this is no YAML: did not find expected ',' or ']'`,
		"keepalive:\n\tcount: 1\n":                                        `2:1: this is no YAML: found character that cannot start any token`,
		"profile: st\x00ig\n":                                             `1:12: this is no YAML: control characters are not allowed`,
		"# é\nprofile: \xff\n":                                            `2:10: this is no YAML: invalid leading UTF-8 octet`,
		"é: 1\nprofile: é\n":                                              `1:1: there is no key "é"`,
	} {
		_, err := Read("c.yaml", "/repo", "/home/a", []byte(text))
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		got := err.Error()
		if !strings.HasPrefix(got, "c.yaml:"+want) && !strings.Contains(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%q:\n got %s\nwant c.yaml:%s", text, got, want)
		}
		var e *Error
		if errors.As(err, &e) && (e.Start > e.End || e.End > len(text) || e.Line < 1 || e.Column < 1) {
			t.Errorf("%q: the place is %+v", text, e)
		}
	}
}

// TestHostile: small and large files that are meant to keep a reader busy.
func TestHostile(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	for name, text := range map[string]string{
		"bomb":      bomb,
		"flow":      strings.Repeat("[", 100000),
		"maps":      strings.Repeat("{a: ", 50000),
		"block":     strings.Repeat("- ", 50000) + "x",
		"large":     strings.Repeat("# nothing\n", MaxSize/8),
		"long key":  strings.Repeat("k", 200000) + ": 1\n",
		"long word": "profile: " + strings.Repeat("k", 200000) + "\n",
		"binary":    string(bytes.Repeat([]byte{0, 1, 2, 3, 255}, 1000)),
		"many keys": strings.Repeat("a: 1\n", 50000),
	} {
		_, err := Read("c.yaml", "/repo", "/home/a", []byte(text))
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func TestGlobs(t *testing.T) {
	for _, c := range []struct {
		glob, path string
		want       bool
	}{
		{"sshd_config", "/repo/a/b/sshd_config", true},
		{"sshd_config", "/elsewhere/sshd_config", false},
		{"*.conf", "/repo/x/y.conf", true},
		{"/etc/ssh/*", "/etc/ssh/sshd_config", true},
		{"/etc/ssh/*", "/repo/etc/ssh/sshd_config", false},
		{"~/.ssh/config", "/home/a/.ssh/config", true},
		{"servers/*/sshd_config", "/repo/servers/web1/sshd_config", true},
		{"servers/*/sshd_config", "/repo/servers/a/b/sshd_config", false},
		{"servers/web1", "/repo/servers/web1/etc/ssh/sshd_config", true},
		{"servers/", "/repo/servers/web1", true},
		{"./servers/web1/*", "/repo/servers/web1/x", true},
		{"**/{a,b}/*", "/repo/q/b/c", true},
		{"**", "/repo/q/b/c", true},
		{"a b/ü*", "/repo/a b/über", true},
	} {
		cfg := readText(t, fmt.Sprintf("exclude: [%q]\n", c.glob))
		if cfg.Excluded(c.path) != c.want {
			t.Errorf("%s for %s: %v", c.glob, c.path, !c.want)
		}
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	write := func(names ...string) {
		for _, name := range names {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("home/.sshvet.yaml", "home/.config/sshvet/config.yaml", "home/repo/.git/HEAD", "home/repo/sub/x", "home/own/.git", "home/own/.sshvet.yaml",
		"home/own/a/b/x", "home/own/a/.sshvet.yaml", "home/.ssh/config", "srv/x", ".sshvet.yaml")
	f := Finder{Home: filepath.Join(root, "home"), Global: filepath.Join(root, "home/.config/sshvet/config.yaml")}
	for dir, want := range map[string]string{
		"home/own":      "home/own/.sshvet.yaml",
		"home/own/a/b":  "home/own/a/.sshvet.yaml",
		"home/repo/sub": "home/.config/sshvet/config.yaml", // a repository ends the search
		"home/.ssh":     "home/.sshvet.yaml",
		"srv":           ".sshvet.yaml",
	} {
		if got := f.Find(filepath.Join(root, dir)); got != filepath.Join(root, want) {
			t.Errorf("for %s: %s, want %s", dir, got, want)
		}
	}
	f = Finder{Home: f.Home, Trusted: func(path string) bool { return !strings.Contains(path, "own/a") }}
	if got := f.Find(filepath.Join(root, "home/own/a/b")); got != filepath.Join(root, "home/own/.sshvet.yaml") {
		t.Errorf("what is not trusted is passed over: %s", got)
	}
	if got := f.Find(filepath.Join(root, "home/repo")); got != "" {
		t.Errorf("there is none: %s", got)
	}
}

// TestFindListed: with a list of what a folder has, the same file is found, and
// nothing is looked for in vain.
func TestFindListed(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"a/.sshvet.yaml", "a/b/x", "a/repo/.git", "a/repo/sub/x", "a/own/.git", "a/own/.sshvet.yaml", "a/taken/.sshvet.yaml"} {
		path := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, nil, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	global := filepath.Join(root, "a/b/x")
	f := Finder{Home: filepath.Join(root, "home"), Global: global, Trusted: func(path string) bool { return !strings.Contains(path, "taken") }}
	for _, dir := range []string{"a", "a/b", "a/repo", "a/repo/sub", "a/own", "a/taken"} {
		dir = filepath.Join(root, dir)
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names Names
		for _, e := range entries {
			names.Add(e.Name())
		}
		above := func() string { return f.Find(filepath.Dir(dir)) }
		for _, n := range []Names{names, AllNames} {
			if got, want := f.FindListed(dir, n, above), f.Find(dir); got != want {
				t.Errorf("%s: %q, not %q", dir, got, want)
			}
		}
	}
	// A file system may take upper case for lower case, or not.
	var names Names
	for _, name := range []string{".GIT", ".SSHVET.yaml", "x"} {
		names.Add(name)
	}
	if names != AllNames || !names.Config() {
		t.Errorf("%+v", names)
	}
	gone := filepath.Join(root, "gone")
	if got := f.FindListed(gone, names, func() string { return "above" }); got != "above" {
		t.Errorf("names that are not there count: %q", got)
	}
	f.Keep(gone, "kept")
	if got := f.Find(gone); got != "kept" {
		t.Errorf("what was found is looked for again: %q", got)
	}
}

// uncommented is the sample with its examples and defaults in force.
func uncommented() string {
	return regexp.MustCompile(`(?m)^#([a-z]|  )`).ReplaceAllString(Sample(), "$1")
}

// TestSample: what init writes sets nothing, and its defaults are the defaults.
func TestSample(t *testing.T) {
	c := readText(t, Sample())
	if len(c.Settings) != 1 || c.Settings[0].Key != "version" {
		t.Errorf("the sample sets %v", c.Settings)
	}
	c = readText(t, uncommented())
	if c.Client() != lint.Deploy || *c.FailOn != lint.Warning || c.profile != lint.Deploy.Name || len(c.Ignore) > 0 || len(c.exclude) > 0 {
		t.Errorf("the sample shows other defaults: %+v", c)
	}
	for _, k := range top() {
		if c.Find(k.name) == nil && !slices.ContainsFunc(c.Settings, func(s Setting) bool { return strings.HasPrefix(s.Key, k.name+".") }) {
			t.Errorf("the sample does not show %s", k.name)
		}
	}
	if !strings.HasPrefix(Sample(), "# yaml-language-server: $schema="+SchemaURL+"\n") {
		t.Error("editors look for the schema in the first line")
	}
}

// stale compares a file with what it is made from.
func stale(t *testing.T, path, want string) {
	t.Helper()
	if os.Getenv("UPDATE_DOCS") != "" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s is stale; run UPDATE_DOCS=1 go test ./internal/config", path)
	}
}

func TestSchemaIsFresh(t *testing.T) {
	schema, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	stale(t, filepath.Join("..", "..", "docs", "sshvet.schema.json"), string(schema))
}

// TestPageIsFresh: the tables of docs/config.md between their marks.
func TestPageIsFresh(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "config.md")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	page := string(data)
	for name, table := range map[string]string{
		"keys": Table(), "profiles": rules.ProfileTable(), "conflicts": rules.ConflictTable(), "identifiers": rules.IdentifierTable(),
	} {
		from, to := "<!-- table: "+name+" -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(page, from)
		_, after, ok2 := strings.Cut(rest, to)
		if !ok || !ok2 {
			t.Fatalf("%s has no place for the table %s", path, name)
		}
		page = before + from + table + to + after
	}
	stale(t, path, page)
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSchemaAgrees: what the reader takes is valid by the schema, and what it
// refuses is not, but for what a schema cannot say.
func TestSchemaAgrees(t *testing.T) {
	schema := compileSchema(t)
	valid := func(text string) error {
		var v any
		if err := yaml.Load([]byte(text), &v); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		return schema.Validate(v)
	}
	for _, text := range []string{
		everything, uncommented(), "version: 1\n", "openssh: \"9.2\"\n", "openssh: 10.0\n", "ignore: [all]\n",
		"files: [{glob: a}]\n", "rules: {slow-keepalive: {}}\n", "keepalive: {}\n", "profiles: {}\n",
		// Keys without a value count as not set.
		"version:\n", "profile:\n", "profiles:\n", "keepalive:\n", "fail-on:\n", "select:\n", "ignore:\n", "rules:\n", "files:\n", "exclude:\n",
		"root:\n", "openssh:\n", "keepalive: {interval: }\n", "rules: {missing-keepalive: }\n", "rules: {missing-keepalive: {severity: , options: }}\n",
		"files: [{glob: a, kind: , profile: , ignore: }]\n", "profiles: {m: }\n", "profiles: {m: {interval: 1, count: 1, tcp-keepalive: , max-count: }}\n",
		"openssh: OpenSSH_9.2p1\n", "openssh: 7.4\n", "openssh: '10.12'\n", "exclude: [a, 'b/**', '[a-z]*', 'x[{]y', '{a,b}', '\\[a', 'a/../b', '[[]', '\\!x']\n",
	} {
		readText(t, text)
		if err := valid(text); err != nil {
			t.Errorf("the schema refuses %q: %v", text, err)
		}
	}
	for _, text := range []string{
		"profil: stig\n", "version: 2\n", "version: x\n", "fail-on: warn\n", "select: keepalive\n", "select: []\n", "ignore: [a]\n",
		"rules: {slow-keepaliv: {}}\n", "rules: {slow-keepalive: {options: {x: 1}}}\n", "rules: {slow-keepalive: off}\n",
		"profile: [stig]\n", "profile: 9\n", "profile: ''\n", "profiles: {own: {interval: 1}}\n", "profiles: {own: {interval: 0, count: 1}}\n",
		"profiles: {own: {interval: 1, count: 1, tcp-keepalive: true}}\n", "keepalive: {interval: 60s}\n", "keepalive: {interval: 1.5}\n",
		"files: {glob: x}\n", "files: [x]\n", "files: [{kind: server}]\n", "files: [{glob: a, kind: sever}]\n", "- a\n", "hello\n", "root: [x]\n", "exclude: x\n",
		"openssh: abc\n", "openssh: ''\n", "openssh: -9.2\n", "openssh: 1.2\n", "openssh: '7.3'\n", "openssh: '9'\n", "profiles: {stig: {interval: 1, count: 1}}\n",
		"exclude: ['[a']\n", "exclude: ['../x']\n", "exclude: ['{a']\n", "exclude: ['!a']\n", "files: [{glob: '[a'}]\n", "files: [{glob: }]\n", "exclude: [~]\n", "select: [~]\n",
	} {
		if _, err := Read("c.yaml", "/", "", []byte(text)); err == nil {
			t.Errorf("the reader takes %q", text)
		}
		if valid(text) == nil {
			t.Errorf("the schema takes %q", text)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(everything)
	f.Add(Sample())
	f.Add("profile: st\x00ig\n")
	f.Add("a: &a [*a]\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Read("c.yaml", "/repo", "/home/a", []byte(text))
		var e *Error
		switch {
		case errors.As(err, &e) && (e.Start < 0 || e.Start > e.End || e.End > len(text) || e.Line < 1 || e.Column < 1 || strings.Contains(e.Message, "\n")):
			t.Errorf("%+v", e)
		case err == nil:
			c.For("/repo/a/b")
			c.Excluded("/repo/a")
		}
	})
}
