package rules_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/kamal"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// headings are those of every page, in order.
var headings = []string{"What it finds", "Why", "Bad", "Good", "Is the fix safe", "References"}

func TestEveryRuleHasAPage(t *testing.T) {
	for _, r := range rules.All() {
		page := rules.Page(r.Name)
		if page == "" {
			t.Errorf("%s has no page: write rules/doc/%s.md with the headings '# %s', '## %s'",
				r.Name, r.Name, r.Name, strings.Join(headings, "', '## "))
			continue
		}
		var got []string
		for line := range strings.Lines(page) {
			if h, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "## "); ok {
				got = append(got, h)
			}
		}
		if !slices.Equal(got, headings) {
			t.Errorf("rules/doc/%s.md has the headings %q, want %q", r.Name, got, headings)
		}
		if want := "# " + r.Name + "\n\n" + factsOf(r) + "\n"; !strings.HasPrefix(page, want) {
			t.Errorf("rules/doc/%s.md has to start with these lines:\n%s", r.Name, want)
		}
		for _, h := range headings {
			if strings.TrimSpace(section(page, h)) == "" {
				t.Errorf("rules/doc/%s.md says nothing under '## %s'", r.Name, h)
			}
		}
	}
}

// factsOf is the line below the title of a page.
func factsOf(r *lint.Rule) string {
	side, off := r.Sides.String(), ""
	if r.Off {
		off = " · Off unless selected"
	}
	switch side {
	case "both":
		side = "client and server"
	case "all":
		side = "client, server and deploy.yml"
	}
	fix := r.Fix.String()
	if fix == "" {
		fix = "none"
	}
	return fmt.Sprintf("Category: %s · Severity: %s · Side: %s · Fix: %s%s", r.Category, r.Severity, side, fix, off)
}

// section is the text below a heading.
func section(page, heading string) string {
	_, text, found := strings.Cut(page, "\n## "+heading+"\n")
	if !found {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// TestPageExamples lints the examples of the pages with the default options:
// each under Bad has to have a finding of the rule, each under Good none, and
// nothing else above a note either.
func TestPageExamples(t *testing.T) {
	for _, r := range rules.All() {
		page := rules.Page(r.Name)
		for _, heading := range []string{"Bad", "Good"} {
			examples := examplesOf(t, r.Name, section(page, heading))
			if len(examples) == 0 {
				t.Errorf("rules/doc/%s.md: '## %s' needs a code block that starts with ```ssh_config, ```sshd_config or ```yaml", r.Name, heading)
			}
			for i, ex := range examples {
				t.Run(fmt.Sprintf("%s/%s%d", r.Name, heading, i+1), func(t *testing.T) {
					t.Parallel()
					checkExample(t, r, ex, heading == "Bad")
				})
			}
		}
	}
}

func checkExample(t *testing.T, r *lint.Rule, ex example, bad bool) {
	found := ex.lint(t, judging(r))
	fired := false
	for _, d := range found {
		fired = fired || d.Rule == r.Name
		if !bad && (d.Rule == r.Name || d.Severity > lint.Note) {
			t.Errorf("a good example has a finding: %s [%s]", d.Message, d.Rule)
		}
	}
	if bad && !fired {
		t.Errorf("a bad example has no finding of the rule, only %v:\n%s", found, ex.files[0].text)
	}
}

// example is one entry file and what it includes. The first file of an example
// may go without a name; named blocks behind it belong to it.
type example struct {
	side  keyword.Side
	files []exampleFile
}

type exampleFile struct {
	path, text string
	kind       string // ssh_config, sshd_config, yaml or text
	rootOnly   bool   // the word root-only stands behind the name
	writable   bool   // the word writable does: ssh looks at owners then
}

func examplesOf(t *testing.T, rule, text string) []example {
	t.Helper()
	var out []example
	blocks := strings.Split("\n"+text, "\n```")
	for i := 1; i+1 < len(blocks); i += 2 {
		info, body, _ := strings.Cut(blocks[i], "\n")
		kind, name, named := strings.Cut(strings.TrimSpace(info), " ")
		ex := example{}
		switch kind {
		case "ssh_config":
		case "sshd_config":
			ex.side = keyword.Server
		case "yaml", "text":
		default:
			t.Errorf("rules/doc/%s.md: a code block of an example has to start with ```ssh_config, ```sshd_config, ```yaml or ```text, not ```%s", rule, info)
			continue
		}
		if n := len(out); n > 0 && out[n-1].isDeployment() && kind != "yaml" {
			// What stands behind a deploy.yml belongs to it.
			out[n-1].files = append(out[n-1].files, exampleFile{path: name, text: body + "\n", kind: kind})
			continue
		}
		if named && len(out) > 0 && out[len(out)-1].side == ex.side {
			last := &out[len(out)-1]
			path, rootOnly := strings.CutSuffix(name, " root-only")
			last.files = append(last.files, exampleFile{path: path, text: body + "\n", rootOnly: rootOnly})
			continue
		}
		if !named {
			name = map[keyword.Side]string{keyword.Client: "home/.ssh/config", keyword.Server: "etc/ssh/sshd_config"}[ex.side]
		}
		name, writable := strings.CutSuffix(name, " writable")
		ex.files = []exampleFile{{path: exampleFolder(name), text: body + "\n", kind: kind, writable: writable}}
		out = append(out, ex)
	}
	return out
}

// judging are the rules that run by default, and one that may be off.
func judging(r *lint.Rule) []*lint.Rule {
	list := on()
	if r.Off {
		list = append(list, r)
	}
	return list
}

func (ex example) lint(t *testing.T, list []*lint.Rule) []lint.Diagnostic {
	t.Helper()
	root := t.TempDir()
	var denied []string
	for _, f := range ex.files {
		path := filepath.Join(root, exampleFolder(f.path))
		writeFile(t, path, []byte(f.text))
		if f.rootOnly {
			denied = append(denied, path)
		}
	}
	if ex.isDeployment() {
		return ex.lintDeployment(t, root)
	}
	path := filepath.Join(root, exampleFolder(ex.files[0].path))
	source := resolve.Source{Path: path, Data: readFile(t, path)}
	env := worldOf(root, denied)
	if ex.files[0].writable {
		env.CheckOwners, env.UID = true, os.Getuid()
		source = resolve.Source{Path: path, CheckOwner: true}
		if err := os.Chmod(path, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	e := lint.Entry{
		Path:    path,
		Dialect: keyword.Dialect{Side: ex.side, Release: keyword.Newest},
		Env:     env,
		Sources: []resolve.Source{source},
	}
	res, errs := lint.Run([]lint.Entry{e}, list, lint.Settings{Profile: lint.Deploy})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return res.Diagnostics
}

// isDeployment reports whether an example is a deploy.yml with its surroundings:
// ```text Gemfile.lock, ```ssh_config PATH and ```sshd_config HOST.
func (ex *example) isDeployment() bool { return ex.files[0].kind == "yaml" }

func (ex *example) lintDeployment(t *testing.T, root string) []lint.Diagnostic {
	t.Helper()
	var servers []string
	for _, f := range ex.files {
		if f.kind == "sshd_config" {
			servers = append(servers, f.path+"="+exampleFolder(f.path))
		}
	}
	e := deployEntryOf(t, root, ex.files[0].path, worldOf(root, nil), kamal.Request{}, servers)
	res, errs := lint.Run([]lint.Entry{e}, rules.All(), lint.Settings{Profile: lint.Deploy})
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return res.Diagnostics
}

// exampleFolder puts the names that people write below the folder of a test:
// ~/.ssh/config and /etc/ssh/sshd_config.
func exampleFolder(name string) string {
	if rest, ok := strings.CutPrefix(name, "~/"); ok {
		return "home/" + rest
	}
	return strings.TrimPrefix(name, "/")
}
