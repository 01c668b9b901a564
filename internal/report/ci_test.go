package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math"
	"math/rand"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sshvet/sshvet/lint"
)

// ciOptions are those of a run in a checkout.
func ciOptions() Options {
	o := sampleOptions
	o.Dir = filepath.FromSlash("/src/shop")
	o.RulePage = func(rule string) string {
		if rule != "weak-keepalive" {
			return ""
		}
		return "# weak-keepalive\n\n## What it finds\n\nAn interval that is too long.\n\n## Why\n\nBecause <b>.\n"
	}
	o.Rules = []*lint.Rule{
		{Name: "missing-keepalive", Category: "keepalive", Severity: lint.Warning, Summary: "There is no keep-alive."},
		{Name: "weak-keepalive", Category: "keepalive", Severity: lint.Error, Summary: "The keep-alive is too slow."},
		{Name: "end", Category: "correctness", Severity: lint.Note, Summary: "It ends."},
	}
	return o
}

// unixPaths skips a test that names files as Unix does.
func unixPaths(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the files are named as Unix does")
	}
}

func TestGoldenOfBuilds(t *testing.T) {
	unixPaths(t)
	for _, format := range []string{"jsonl", "sarif", "github", "gitlab", "checkstyle", "junit"} {
		for name, r := range map[string]*lint.Result{"": sample(), "-hostile": hostile(), "-empty": {}} {
			t.Run(format+name, func(t *testing.T) {
				got := write(t, format, r, ciOptions())
				golden(t, format+name, got)
				for range 3 {
					if write(t, format, r, ciOptions()) != got {
						t.Fatal("the second time it is different")
					}
				}
			})
		}
	}
}

// compileSARIF reads the schema of the standard; testdata/schema/README.md says
// where it is from.
func compileSARIF(t *testing.T) *jsonschema.Schema {
	t.Helper()
	s, err := jsonschema.NewCompiler().Compile(filepath.Join("testdata", "schema", "sarif-2.1.0.json"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validSARIF(t *testing.T, schema *jsonschema.Schema, text string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("not SARIF 2.1.0: %v", err)
	}
}

func TestSARIFSchema(t *testing.T) {
	schema := compileSARIF(t)
	for _, r := range []*lint.Result{sample(), hostile(), {}, manyFindings(50)} {
		validSARIF(t, schema, write(t, "sarif", r, ciOptions()))
		validSARIF(t, schema, write(t, "sarif", r, Options{}))
	}
	// The schema is one that refuses.
	bad := strings.Replace(write(t, "sarif", sample(), ciOptions()), `"startLine": 1`, `"startLine": 0`, 1)
	v, _ := jsonschema.UnmarshalJSON(strings.NewReader(bad))
	if schema.Validate(v) == nil {
		t.Error("line 0 is accepted")
	}
}

// sarifLog is what the tests look at.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Rules []sarifRule `json:"rules"`
			} `json:"driver"`
		} `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		Results     []sarifResult     `json:"results"`
	} `json:"runs"`
}

func readSARIF(t *testing.T, r *lint.Result, o Options) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(write(t, "sarif", r, o)), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// TestSARIFFixes applies the replacements by lines and columns: they must make
// what the edits make by offsets.
func TestSARIFFixes(t *testing.T) {
	r := sample()
	for i, result := range readSARIF(t, r, ciOptions()).Runs[0].Results {
		want := len(r.Diagnostics[i].Fixes)
		if want > 0 && len(r.Diagnostics[i].Fixes[0].Edits) == 0 {
			want = 0
		}
		if len(result.Fixes) != want {
			t.Fatalf("result %d: %d fixes, want %d", i, len(result.Fixes), want)
		}
		for k, f := range result.Fixes {
			edit := r.Diagnostics[i].Fixes[k].Edits[0]
			wanted := configText[:edit.Start] + edit.NewText + configText[edit.End:]
			rep := f.Changes[0].Replacements[0]
			from, to := offsetOf(configText, rep.Deleted.StartLine, rep.Deleted.StartColumn), offsetOf(configText, rep.Deleted.EndLine, rep.Deleted.EndColumn)
			if got := configText[:from] + *rep.Inserted.Text + configText[to:]; got != wanted {
				t.Errorf("result %d: applied by columns it is %q, want %q", i, got, wanted)
			}
		}
	}
}

// offsetOf finds a line and a column in code points.
func offsetOf(text string, line, column int) int {
	at := 0
	for range line - 1 {
		at += strings.Index(text[at:], "\n") + 1
	}
	for range column - 1 {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

func TestSARIFBinaryFix(t *testing.T) {
	content := contentSARIF("Host \xff\n")
	if content.Text != nil || content.Binary != base64.StdEncoding.EncodeToString([]byte("Host \xff\n")) {
		t.Errorf("%+v", content)
	}
}

func TestSARIFRules(t *testing.T) {
	o := ciOptions()
	run := readSARIF(t, sample(), o).Runs[0]
	for _, result := range run.Results {
		if result.RuleIndex != nil && run.Tool.Driver.Rules[*result.RuleIndex].ID != result.RuleID {
			t.Errorf("%s has the index of %s", result.RuleID, run.Tool.Driver.Rules[*result.RuleIndex].ID)
		}
	}
	weak := run.Tool.Driver.Rules[1]
	if weak.Name != "WeakKeepalive" || weak.FullDescription.Text != "An interval that is too long." ||
		weak.Help.Markdown != o.RulePage("weak-keepalive") || weak.Properties.Severity != "error" {
		t.Errorf("%+v", weak)
	}
	if end := run.Tool.Driver.Rules[2]; end.Help.Text != "It ends." || end.Properties.Severity != "recommendation" {
		t.Errorf("%+v", end)
	}
	if !run.Invocations[0].Successful {
		t.Error("the run was not successful")
	}
	o.Incomplete = true
	if readSARIF(t, sample(), o).Runs[0].Invocations[0].Successful {
		t.Error("a run that could not read all was successful")
	}
	if long := description("\n## What it finds\n"+strings.Repeat("é", 3000), ""); utf8.RuneCountInString(long) != longestDescription {
		t.Errorf("%d runes of description", utf8.RuneCountInString(long))
	}
}

// TestPlaces: what is in the checkout is named from its root on, all else by
// its absolute path.
func TestPlaces(t *testing.T) {
	unixPaths(t)
	for _, c := range []struct {
		dir, checkout, path, want string
		inside                    bool
	}{
		{"/src/shop", "", ".ssh/config", ".ssh/config", true},
		{"/src/shop", "", "./a/../b c%", "b%20c%25", true},
		{"/src/shop", "", "/src/shop/a", "a", true},
		{"/src/shop", "", "/src/shopping/a", "file:///src/shopping/a", false},
		{"/src/shop", "", "../x", "file:///src/x", false},
		{"/src/shop", "/src", "a", "shop/a", true},
		{"/src/shop", "/src", "../x", "x", true},
		{"/src/shop", "/src", "/etc/ssh/sshd_config", "file:///etc/ssh/sshd_config", false},
		{"/src/shop", "", "-", "-", true},
		{"/src/shop", "", "..x", "..x", true},
		{"/src/shop", "", "a:b", "a%3Ab", true},
		{"/src/shop", "", "::error::x\n\xff", "%3A%3Aerror%3A%3Ax%0A%FF", true},
		{"", "", "a/./b", "a/b", true},
		{"", "", "../b", "../b", false},
		{"", "", "/root/.ssh/config", "file:///root/.ssh/config", false},
		{"", "", "//server/share", "file:///server/share", false},
	} {
		o := Options{Dir: filepath.FromSlash(c.dir), Checkout: filepath.FromSlash(c.checkout)}
		uri, inside := o.fileURI(c.path)
		if uri != c.want || inside != c.inside {
			t.Errorf("%+v: %s, %v", c, uri, inside)
		}
		if _, err := url.Parse(uri); err != nil {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// slowLineHash is the definition: the units of the file from the line on.
func slowLineHash(text string, line int) uint64 {
	start := offsetOf(text, line, 1)
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text[start:])
	text = strings.NewReplacer(" ", "", "\t", "").Replace(text)
	units := append(utf16Of(text), endOfFile)
	units = append(units, make([]uint16, hashedUnits)...)
	hash := uint64(0)
	for _, u := range units[:hashedUnits] {
		hash = hash*hashBase + uint64(u)
	}
	return hash
}

func utf16Of(s string) []uint16 {
	var out []uint16
	for _, r := range s {
		if r > 0xffff {
			r -= 0x10000
			out = append(out, uint16(0xd800+r>>10), uint16(0xdc00+r&0x3ff))
			continue
		}
		out = append(out, uint16(r))
	}
	return out
}

// hashAll are the hashes of all lines.
func hashAll(src lint.Source) []lineHash {
	lines := []int{1}
	for src != nil && len(lines) < src.Position(math.MaxInt).Line {
		lines = append(lines, len(lines)+1)
	}
	return hashLines(src, lines)
}

func TestLineHash(t *testing.T) {
	// The hash of the empty file is GitHub's own test value.
	for _, src := range []lint.Source{nil, lint.NewLines(nil)} {
		if got := hashAll(src); len(got) != 1 || got[0].String() != "c129715d7a2bc9a3:1" {
			t.Errorf("the hash of nothing is %v", got)
		}
	}
	random := rand.New(rand.NewSource(1))
	pieces := []string{"Host web\n", "\n", "  \n", "\t", " ", "\r\n", "\r", "日本", "\U0001f600", "x", "\xff", "ServerAliveInterval 60", strings.Repeat("long ", 40), "\n"}
	for range 500 {
		var b strings.Builder
		for range random.Intn(30) {
			b.WriteString(pieces[random.Intn(len(pieces))])
		}
		text := b.String()
		seen := map[uint64]int{}
		hashes := hashAll(lint.NewLines([]byte(text)))
		if want := strings.Count(text, "\n") + 1; len(hashes) != want {
			t.Fatalf("%q: %d lines, want %d", text, len(hashes), want)
		}
		some := random.Perm(len(hashes))[:random.Intn(len(hashes)+1)]
		for i := range some {
			some[i]++
		}
		for i, h := range hashLines(lint.NewLines([]byte(text)), some) {
			if h != hashes[some[i]-1] {
				t.Fatalf("%q: line %d has %v where all are asked for, %v where some are", text, some[i], hashes[some[i]-1], h)
			}
		}
		for i, h := range hashes {
			if want := slowLineHash(text, i+1); h.hash != want {
				t.Fatalf("%q: line %d has %x, want %x", text, i+1, h.hash, want)
			}
			if h.count <= seen[h.hash] {
				t.Fatalf("%q: line %d is the %d. of its hash, after %d", text, i+1, h.count, seen[h.hash])
			}
			seen[h.hash] = h.count
		}
	}
}

// TestLineHashCounts: lines are alike only with what follows, and then counted.
func TestLineHashCounts(t *testing.T) {
	same := hashAll(lint.NewLines([]byte("a\nb\n\nb\n")))
	spaced := hashAll(lint.NewLines([]byte(" a\r\n\tb \r\n  \r\nb")))
	if same[0].hash == same[1].hash || same[1].hash == same[3].hash {
		t.Errorf("lines with other text behind them are alike: %v", same)
	}
	if len(spaced) != 4 || spaced[0].count != 1 {
		t.Errorf("%v", spaced)
	}
	blank := hashAll(lint.NewLines([]byte("\n" + strings.Repeat("x", 300) + "\n" + strings.Repeat("x", 300) + "\n")))
	if blank[1].hash != blank[2].hash || blank[1].count != 1 || blank[2].count != 2 {
		t.Errorf("%v", blank)
	}
}

// githubCommand is a line as GitHub's runner splits it.
type githubCommand struct {
	name, data string
	properties map[string]string
}

func parseGitHub(line string) (c githubCommand, ok bool) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), "::")
	if !ok {
		return c, false
	}
	info, data, ok := strings.Cut(rest, "::")
	if !ok {
		return c, false
	}
	name, list, _ := strings.Cut(info, " ")
	c = githubCommand{name, strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(data), map[string]string{}}
	for pair := range strings.SplitSeq(list, ",") {
		key, value, _ := strings.Cut(pair, "=")
		c.properties[key] = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(value)
	}
	return c, true
}

func TestGitHub(t *testing.T) {
	unixPaths(t)
	r := sample()
	r.Diagnostics[1].Message = "100 % of a, b: c\nd"
	lines := strings.Split(strings.TrimSuffix(write(t, "github", r, ciOptions()), "\n"), "\n")
	if len(lines) != len(r.Diagnostics) {
		t.Fatalf("%d lines for %d findings", len(lines), len(r.Diagnostics))
	}
	second, ok := parseGitHub(lines[1])
	want := githubCommand{"warning", "100 % of a, b: c\\x0ad\nhelp: set it to 60 or less\nsee the manual", map[string]string{
		"file": ".ssh/config", "line": "3", "endLine": "3", "col": "2", "endColumn": "25", "title": "weak-keepalive"}}
	if diff := cmp.Diff(want, second, cmp.AllowUnexported(githubCommand{})); !ok || diff != "" {
		t.Error(diff)
	}
	third, _ := parseGitHub(lines[2])
	if _, there := third.properties["col"]; there || third.properties["endLine"] != "5" || third.name != "notice" {
		t.Errorf("over lines: %+v", third)
	}
	r.Diagnostics[0].Span.File = "/src/shop/a,b:c%.conf"
	first, _ := parseGitHub(strings.Split(write(t, "github", r, ciOptions()), "\n")[0])
	if first.properties["file"] != "a,b:c%.conf" || first.properties["line"] != "1" {
		t.Errorf("%+v", first)
	}
}

func TestLastLine(t *testing.T) {
	at := func(line, column int) lint.Position { return lint.Position{Line: line, Column: column} }
	for _, c := range []struct {
		start, end lint.Position
		want       int
	}{
		{at(1, 1), at(1, 1), 1}, {at(3, 1), at(3, 9), 3}, {at(3, 1), at(4, 1), 3}, {at(3, 1), at(5, 2), 5}, {at(3, 1), at(5, 1), 4},
	} {
		if got := lastLine(c.start, c.end); got != c.want {
			t.Errorf("%v: %d", c, got)
		}
	}
}

func readGitLab(t *testing.T, r *lint.Result) []gitlabFinding {
	t.Helper()
	var out []gitlabFinding
	d := json.NewDecoder(strings.NewReader(write(t, "gitlab", r, ciOptions())))
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestGitLabFingerprints: unique, and the same when lines move.
func TestGitLabFingerprints(t *testing.T) {
	make := func(text string) *lint.Result {
		r := &lint.Result{Sources: map[string]lint.Source{"c": lint.NewLines([]byte(text))}}
		for at := 0; ; {
			i := strings.Index(text[at:], "bad")
			if i < 0 {
				return r
			}
			at += i + 3
			r.Diagnostics = append(r.Diagnostics, lint.Diagnostic{Rule: "r", Span: lint.Span{File: "c", Start: at - 3, End: at}})
		}
	}
	prints := func(text string) (out []string) {
		for _, f := range readGitLab(t, make(text)) {
			out = append(out, f.Fingerprint)
		}
		return out
	}
	before := prints("bad 1\nbad 2\nbad 1 bad\nbad 1\n")
	if sorted := slices.Compact(slices.Sorted(slices.Values(before))); len(sorted) != len(before) {
		t.Errorf("not unique: %q", before)
	}
	if after := prints("# new\n\nbad 1\n  bad 2\r\n# x\nbad 1 bad\nbad 1\n"); !slices.Equal(before, after) {
		t.Errorf("moved lines have other fingerprints: %q, %q", before, after)
	}
	if other := prints("bad 7\n"); slices.Contains(before, other[0]) {
		t.Error("another line has the same fingerprint")
	}
}

func TestGitLab(t *testing.T) {
	unixPaths(t)
	found := readGitLab(t, sample())
	if f := found[2]; f.Severity != "info" || f.Location != (gitlabLocation{".ssh/config", gitlabLines{4, 5}}) || f.CheckName != "over-lines" {
		t.Errorf("%+v", f)
	}
	if f := found[6]; f.Severity != "major" || f.Location != (gitlabLocation{"/home/me/.ssh/config", gitlabLines{1, 1}}) {
		t.Errorf("%+v", f)
	}
}

// The XML formats, read back.
type (
	checkstyleXML struct {
		XMLName xml.Name `xml:"checkstyle"`
		Version string   `xml:"version,attr"`
		Files   []struct {
			Name   string `xml:"name,attr"`
			Errors []struct {
				Line     int    `xml:"line,attr"`
				Column   int    `xml:"column,attr"`
				Severity string `xml:"severity,attr"`
				Message  string `xml:"message,attr"`
				Source   string `xml:"source,attr"`
			} `xml:"error"`
		} `xml:"file"`
	}
	junitOutcome struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
	junitXML struct {
		XMLName xml.Name   `xml:"testsuites"`
		Tests   int        `xml:"tests,attr"`
		Fail    int        `xml:"failures,attr"`
		Skipped int        `xml:"skipped,attr"`
		Suites  []junitOne `xml:"testsuite"`
	}
	junitOne struct {
		Name    string `xml:"name,attr"`
		Tests   int    `xml:"tests,attr"`
		Fail    int    `xml:"failures,attr"`
		Skipped int    `xml:"skipped,attr"`
		Cases   []struct {
			Name    string        `xml:"name,attr"`
			Class   string        `xml:"classname,attr"`
			Line    int           `xml:"line,attr"`
			Failure *junitOutcome `xml:"failure"`
			Skipped *junitOutcome `xml:"skipped"`
		} `xml:"testcase"`
	}
)

func readXML(t *testing.T, text string, v any) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = true
	if err := d.Decode(v); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}

func TestCheckstyle(t *testing.T) {
	r := sample()
	r.Diagnostics[1].Message = `<a> & "b" 'c' ]]> ` + "\t\ufffe"
	var got checkstyleXML
	readXML(t, write(t, "checkstyle", r, ciOptions()), &got)
	var files []string
	for _, f := range got.Files {
		files = append(files, fmt.Sprintf("%s %d", f.Name, len(f.Errors)))
	}
	if want := []string{".ssh/config 6", "/home/me/.ssh/config 1", "conf.d/a.conf 0"}; !slices.Equal(files, want) || got.Version != "4.3" {
		t.Errorf("%q, want %q", files, want)
	}
	second := got.Files[0].Errors[1]
	if second.Line != 3 || second.Column != 2 || second.Severity != "warning" || second.Source != "sshvet.weak-keepalive" ||
		second.Message != `<a> & "b" 'c' ]]> `+"\t\\ufffe\nhelp: set it to 60 or less\nsee the manual" {
		t.Errorf("%+v", second)
	}
}

func TestJUnit(t *testing.T) {
	for failOn, want := range map[lint.Severity][3]int{lint.Note: {8, 7, 0}, lint.Warning: {8, 4, 3}, lint.Error: {8, 1, 6}} {
		o := ciOptions()
		o.FailOn = failOn
		var got junitXML
		readXML(t, write(t, "junit", sample(), o), &got)
		if total := [3]int{got.Tests, got.Fail, got.Skipped}; total != want {
			t.Errorf("from %s on: %v, want %v", failOn, total, want)
		}
		var sum [3]int
		for _, s := range got.Suites {
			counted := [3]int{len(s.Cases), 0, 0}
			for _, c := range s.Cases {
				if c.Class != s.Name {
					t.Errorf("class %s in suite %s", c.Class, s.Name)
				}
				if c.Failure != nil {
					counted[1]++
				}
				if c.Skipped != nil {
					counted[2]++
				}
			}
			if stated := [3]int{s.Tests, s.Fail, s.Skipped}; stated != counted {
				t.Errorf("%s: says %v, has %v", s.Name, stated, counted)
			}
			for i := range sum {
				sum[i] += counted[i]
			}
		}
		if sum != want {
			t.Errorf("from %s on: the suites have %v, want %v", failOn, sum, want)
		}
	}
	var got junitXML
	readXML(t, write(t, "junit", sample(), ciOptions()), &got)
	c := got.Suites[0].Cases[1]
	if c.Name != "weak-keepalive (3:2)" || c.Line != 3 || c.Failure.Type != "warning" ||
		c.Failure.Message != "ServerAliveInterval 300 <lets> the path & the connection die" ||
		!strings.HasPrefix(c.Failure.Text, ".ssh/config:3:2: warning: ServerAliveInterval 300 <lets>") {
		t.Errorf("%+v %+v", c, c.Failure)
	}
}

// TestGroups: each file once, in order, those that findings alone name at the end.
func TestGroups(t *testing.T) {
	in := func(files ...string) (out []lint.Diagnostic) {
		for _, f := range files {
			out = append(out, lint.Diagnostic{Span: lint.Span{File: f}})
		}
		return out
	}
	r := &lint.Result{Files: []lint.File{{Path: "./b"}, {Path: "a"}, {Path: "a"}, {Path: "c"}}, Diagnostics: in("c", "c", "b", "included")}
	want := []group{{"a", 0, 0}, {"c", 0, 2}, {"b", 2, 3}, {"included", 3, 4}}
	if got := groups(r); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// attacks is text that somebody could write into a configuration, or name a
// file.
var attacks = []string{
	"::error::owned", "\n::add-mask::x", "a\n::stop-commands::x\n", "  ::set-output name=a::b", "::", "%0A::error::x", "%25", "a,b=c:d",
	"##[error]owned", "x ##[add-mask]web", "###[debug]", "##vso[task.setvariable variable=a]b", "##teamcity[message text='x']", "##", "##[", "#", "# # [x]",
	"<script>", "]]>", "<![CDATA[x]]>", "<!--", "&amp; &#10; &bogus;", `"'><x a="`, "<?xml?>", "</failure></testcase>",
	"\x1b[31mred\x1b[0m", "\x1b]0;title\a", "\u009b31m", "\x1b[0K", "section_start:1:x\r\x1b[0K",
	"\u202etxet", "\u2066\u2069", "\u200b\ufeff\u2028\u2029", "\U000e0041\U0001d173", "\x00", "\x01\x08\x0b\x0c\x7f\u0085",
	"\xff\xfe", "\xed\xa0\x80", "\xc3", "\ufffe\uffff\ufffd", "\r\n", "\r", "\t", "[a](https://example.com)", "{0} {{", `\`, `\u202e`, "日本\U0001f600", "",
}

// attacked is a result with a text in every place that can hold one.
func attacked(evil string) *lint.Result {
	path := "dir/" + evil
	text := "Host " + evil + "\n\t" + evil + "\nHost a\n"
	span := lint.Span{File: path, Start: len(text) - 2, End: len(text) - 1}
	first := lint.Diagnostic{
		Rule: "rule", Category: "c", Severity: lint.Error, Message: evil, Help: evil, Span: lint.Span{File: path, Start: 5, End: 5 + len(evil)},
		Hosts: []string{evil}, Related: []lint.Related{{Span: span, Message: evil}},
		Fixes: []lint.SuggestedFix{{Message: evil, Applicability: lint.Safe, Edits: []lint.TextEdit{{Span: span, NewText: evil}}}},
	}
	second := first
	second.Message, second.Span = "m "+evil+" m", lint.Span{File: evil, Start: 0, End: 4}
	return &lint.Result{
		Files:       []lint.File{{Path: path, Kind: "client"}, {Path: evil, Kind: "client"}, {Path: "clean/" + evil, Kind: "client"}},
		Sources:     map[string]lint.Source{path: lint.NewLines([]byte(text)), evil: lint.NewLines([]byte(text))},
		Diagnostics: []lint.Diagnostic{first, second},
	}
}

// raw is what no output may hold.
var raw = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U0001d173\U000e0041]|##[A-Za-z]*\\[")

func TestAttacks(t *testing.T) {
	unixPaths(t)
	schema := compileSARIF(t)
	all := append(slices.Clone(attacks), strings.Join(attacks, ""), strings.Join(attacks, "\n"))
	for _, evil := range all {
		r := attacked(evil)
		for _, format := range Names() {
			o := ciOptions()
			o.Verbose = true
			out := write(t, format, r, o)
			checked := out
			if format == "github" { // one of our commands in each line: nothing else in it is looked at
				checked = strings.ReplaceAll(out, "##[", "")
			}
			if bad := raw.FindString(checked); bad != "" || !utf8.ValidString(out) {
				t.Errorf("%s with %q holds %q:\n%s", format, evil, bad, out)
			}
			for line := range strings.SplitSeq(out, "\n") {
				if c, ok := parseGitHub(line); ok && (format != "github" || c.name != "error" || c.properties["title"] != "rule") {
					t.Errorf("%s with %q: a command: %s", format, evil, line)
				}
			}
			parses(t, schema, format, out, r)
		}
	}
}

// parses checks that an output is whole and has a thing for each finding.
func parses(t *testing.T, schema *jsonschema.Schema, format, out string, r *lint.Result) {
	t.Helper()
	got := -1
	switch format {
	case "text":
		return
	case "concise", "jsonl", "github":
		got = strings.Count(out, "\n")
		if format != "jsonl" {
			break
		}
		for line := range strings.SplitSeq(strings.TrimSuffix(out, "\n"), "\n") {
			var d jsonDiagnostic
			if err := json.Unmarshal([]byte(line), &d); err != nil {
				t.Fatal(err)
			}
			sameText(t, d.Hosts[0], r.Diagnostics[0].Hosts[0])
			sameText(t, d.Fixes[0].Edits[0].NewText, r.Diagnostics[0].Hosts[0])
		}
	case "json":
		var v struct{ Diagnostics []jsonDiagnostic }
		if err := json.Unmarshal([]byte(out), &v); err != nil {
			t.Fatal(err)
		}
		got = len(v.Diagnostics)
		sameText(t, v.Diagnostics[0].File, r.Diagnostics[0].Span.File)
	case "sarif":
		validSARIF(t, schema, out)
		var log sarifLog
		if err := json.Unmarshal([]byte(out), &log); err != nil {
			t.Fatal(err)
		}
		got = len(log.Runs[0].Results)
		for i, result := range log.Runs[0].Results {
			sarifPoints(t, &result, &r.Diagnostics[i])
		}
	case "gitlab":
		var found []gitlabFinding
		if err := json.Unmarshal([]byte(out), &found); err != nil {
			t.Fatal(err)
		}
		got = len(found)
	case "checkstyle":
		var v checkstyleXML
		readXML(t, out, &v)
		got = 0
		for _, f := range v.Files {
			got += len(f.Errors)
		}
	case "junit":
		var v junitXML
		readXML(t, out, &v)
		got = v.Fail
	}
	if got != len(r.Diagnostics) {
		t.Errorf("%s: %d findings, want %d:\n%s", format, got, len(r.Diagnostics), out)
	}
}

// sameText: JSON loses nothing but bytes that are no UTF-8.
func sameText(t *testing.T, got, want string) {
	t.Helper()
	if utf8.ValidString(want) && got != want {
		t.Errorf("it became %q, was %q", got, want)
	}
}

// sarifPoints: the URI leads back to the file, fixes hold the very text, messages
// no link.
func sarifPoints(t *testing.T, result *sarifResult, d *lint.Diagnostic) {
	t.Helper()
	path, err := url.PathUnescape(result.Locations[0].Physical.Artifact.URI)
	if want := filepath.ToSlash(filepath.Clean(d.Span.File)); err != nil || path != want {
		t.Errorf("the URI leads to %q, want %q", path, want)
	}
	inserted := result.Fixes[0].Changes[0].Replacements[0].Inserted
	text := inserted.Binary
	if inserted.Text != nil {
		text = *inserted.Text
	} else if data, err := base64.StdEncoding.DecodeString(text); err != nil {
		t.Error(err)
	} else {
		text = string(data)
	}
	if want := d.Fixes[0].Edits[0].NewText; text != want {
		t.Errorf("the fix inserts %q, want %q", text, want)
	}
	if strings.Contains(result.Message.Text, "](") {
		t.Errorf("a link: %s", result.Message.Text)
	}
}

func TestEscapeLine(t *testing.T) {
	for in, want := range map[string]string{"::x": `\x3a:x`, " \t::x": " \t\\x3a:x", "a::x": "a::x", ":": ":", "\x1b::": `\x1b::`} {
		if got := escapeLine(in); got != want {
			t.Errorf("escapeLine(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestExcerptBreaksCommands: the marks stay below what they mean.
func TestExcerptBreaksCommands(t *testing.T) {
	src := lint.NewLines([]byte("User ##[add-mask]web x\n"))
	text, marks := excerpt(src, src.Position(21), 1)
	if text != `User \x23#[add-mask]web x` || len(marks) != len(text) {
		t.Errorf("%s\n%s", text, marks)
	}
}

func FuzzFormats(f *testing.F) {
	for _, evil := range attacks {
		f.Add(evil)
	}
	f.Fuzz(func(t *testing.T, evil string) {
		r := attacked(evil)
		for _, format := range []string{"concise", "json", "jsonl", "github", "gitlab", "checkstyle", "junit"} {
			out := write(t, format, r, ciOptions())
			if format != "github" && raw.MatchString(out) || !utf8.ValidString(out) {
				t.Errorf("%s with %q:\n%s", format, evil, out)
			}
			parses(t, nil, format, out, r)
		}
	})
}

func TestEncodeJSON(t *testing.T) {
	var b bytes.Buffer
	if err := EncodeJSON(&b, map[string]string{"a": "<\u202e##[x]\U000e0041>"}); err != nil {
		t.Fatal(err)
	}
	if want := "{\n  \"a\": \"<\\u202e\\u0023#[x]\\udb40\\udc41>\"\n}\n"; b.String() != want {
		t.Errorf("%s, want %s", b.String(), want)
	}
}

// TestProblemMatcher runs the expressions of the matcher, which are JavaScript's,
// over the concise format.
func TestProblemMatcher(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".github", "sshvet-matcher.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		ProblemMatcher []struct {
			Owner, Severity string
			Pattern         []struct {
				Regexp                                      string
				File, Line, Column, Severity, Message, Code int
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	r := sample()
	r.Diagnostics[1].Span.File = ".ssh/config"
	lines := strings.Split(strings.TrimSuffix(write(t, "concise", r, sampleOptions), "\n"), "\n")
	for i, line := range lines {
		d := &r.Diagnostics[i]
		pos := position(r, d.Span.File, d.Span.Start)
		want := fmt.Sprintf("%s|%d|%d|%s|%s|%s", d.Span.File, pos.Line, pos.Column, strings.Replace(d.Severity.String(), "note", "notice", 1), d.Message, d.Rule)
		var got []string
		for _, m := range file.ProblemMatcher {
			p := m.Pattern[0]
			found := regexp.MustCompile(p.Regexp).FindStringSubmatch(line)
			if found == nil {
				continue
			}
			severity := m.Severity
			if p.Severity > 0 {
				severity = found[p.Severity]
			}
			got = append(got, strings.Join([]string{found[p.File], found[p.Line], found[p.Column], severity, found[p.Message], found[p.Code]}, "|"))
		}
		if len(got) != 1 || got[0] != want {
			t.Errorf("%s\n got %q\nwant %q", line, got, want)
		}
	}
}

// TestMatcherLeavesExcerpts: a line of a file that the format text shows is no
// annotation, whatever it says.
func TestMatcherLeavesExcerpts(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", ".github", "sshvet-matcher.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		ProblemMatcher []struct{ Pattern []struct{ Regexp string } }
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	r := &lint.Result{
		Files:   []lint.File{{Path: "a", Kind: "client"}},
		Sources: map[string]lint.Source{"a": lint.NewLines([]byte("Bogus x:1:1: error: pwned [rule-x]\n"))},
		Diagnostics: []lint.Diagnostic{{Rule: "end", Message: "m", Help: "x:1:1: note: pwned [rule-x]", Span: lint.Span{File: "a"},
			Related: []lint.Related{{Span: lint.Span{File: "a"}, Message: "x:1:1: note: pwned [rule-x]"}}}},
	}
	matched := 0
	for _, line := range strings.Split(write(t, "text", r, sampleOptions), "\n") {
		for _, m := range file.ProblemMatcher {
			if regexp.MustCompile(m.Pattern[0].Regexp).MatchString(line) {
				matched++
			}
		}
	}
	if matched != 1 {
		t.Errorf("%d lines are annotations:\n%s", matched, write(t, "text", r, sampleOptions))
	}
}

// TestFailures: what could not be done is in the formats that a build shows, and
// can speak to the build as little as findings can.
func TestFailures(t *testing.T) {
	o := ciOptions()
	o.Incomplete = true
	o.Failures = []Failure{
		{Message: "no\n::error::x: there <is> \"no\" such file ##[error]\x1b[m"},
		{Message: ".sshvet.yaml:2:1: there is no key", File: "a,b:c/.sshvet.yaml", Line: 2},
	}
	validSARIF(t, compileSARIF(t), write(t, "sarif", &lint.Result{}, o))
	want := "::error title=sshvet::no\\x0a::error::x: there <is> \"no\" such file \\x23#[error]\\x1b[m\n" +
		"::error file=a%2Cb%3Ac/.sshvet.yaml,line=2,title=sshvet::.sshvet.yaml:2:1: there is no key\n"
	if got := write(t, "github", &lint.Result{}, o); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	var suites struct {
		Tests  int `xml:"tests,attr"`
		Errors int `xml:"errors,attr"`
		Suites []struct {
			Cases []struct {
				Error struct {
					Message string `xml:"message,attr"`
				} `xml:"error"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(write(t, "junit", &lint.Result{}, o)), &suites); err != nil || suites.Tests != 2 || suites.Errors != 2 || len(suites.Suites) != 1 {
		t.Fatalf("%v: %+v", err, suites)
	}
	if got := suites.Suites[0].Cases[1].Error.Message; got != o.Failures[1].Message {
		t.Errorf("%q", got)
	}
}

func TestAbsoluteLinks(t *testing.T) {
	const page = "[a](b.md) [c](../../docs/d.md#e), [f](https://example.org/) [g](#h)"
	if got, want := absoluteLinks(page, "https://example.com/blob/main/rules/doc/x.md"), "[a](https://example.com/blob/main/rules/doc/b.md) "+
		"[c](https://example.com/blob/main/docs/d.md#e), [f](https://example.org/) [g](#h)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := absoluteLinks(page, ""); got != page {
		t.Errorf("%s", got)
	}
	absoluteLinks("[a](../../../../../../x)", "x/y") // no panic
}
