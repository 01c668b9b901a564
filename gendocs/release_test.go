package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/sshvet/sshvet/internal/cli"
)

// release is what matters of .goreleaser.yaml.
type release struct {
	Builds []struct {
		Main    string
		Ldflags []string
	}
	Archives []struct{ Files []packed }
	Nfpms    []struct {
		Formats  []string
		Contents []packed
	}
}

type packed struct{ Src, Dst, Packager string }

func releaseConfig(t *testing.T) release {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var r release
	if err := yaml.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// TestReleaseFiles: what .goreleaser.yaml packs is there, and the manual page and
// each completion script get into each kind of package, once, under names that
// people's programs look for.
func TestReleaseFiles(t *testing.T) {
	r := releaseConfig(t)
	if len(r.Builds) != 1 || len(r.Archives) != 1 || len(r.Nfpms) != 1 {
		t.Fatalf("%d builds, %d archives, %d packages", len(r.Builds), len(r.Archives), len(r.Nfpms))
	}
	for _, f := range slices.Concat(r.Archives[0].Files, r.Nfpms[0].Contents) {
		if _, err := os.Stat(filepath.Join("..", f.Src)); err != nil {
			t.Error(err)
		}
	}
	wanted := []string{"LICENSE", "docs/man/sshvet.1"}
	for _, shell := range cli.Shells() {
		wanted = append(wanted, "docs/completions/"+completionFiles[shell])
	}
	for _, src := range wanted {
		if !slices.ContainsFunc(r.Archives[0].Files, func(f packed) bool { return f.Src == src }) {
			t.Errorf("%s is not in the archives", src)
		}
		for _, format := range r.Nfpms[0].Formats {
			if n := count(r.Nfpms[0].Contents, src, format); n != 1 && !strings.HasSuffix(src, ".ps1") {
				t.Errorf("%s is in packages of kind %s %d times", src, format, n)
			}
		}
	}
}

func count(contents []packed, src, format string) int {
	n := 0
	for _, f := range contents {
		if f.Src == src && (f.Packager == "" || f.Packager == format) {
			n++
		}
	}
	return n
}

// TestReleaseVariables: the linker says nothing about a -X that sets nothing.
func TestReleaseVariables(t *testing.T) {
	names := regexp.MustCompile(`-X github\.com/sshvet/sshvet/internal/cli\.(\w+)=`).FindAllStringSubmatch(
		strings.Join(releaseConfig(t).Builds[0].Ldflags, " "), -1)
	if len(names) != 2 {
		t.Fatalf("sets %d variables, not version and commit", len(names))
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "internal", "cli", "version.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok == token.VAR {
			for _, spec := range d.Specs {
				for _, id := range spec.(*ast.ValueSpec).Names {
					declared = append(declared, id.Name)
				}
			}
		}
	}
	for _, name := range names {
		if !slices.Contains(declared, name[1]) {
			t.Errorf("internal/cli/version.go has no variable %s", name[1])
		}
	}
}

// notInModules are names that Go refuses in a module, because Windows does: with
// one such file no 'go install' of sshvet would work.
var notInModules = regexp.MustCompile(`(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)|["'*<>?` + "`" + `|:\\]|[. ]$|[\x00-\x1f\x7f]`)

// TestModuleFiles: 'go install …@latest' can unpack the repository, on file
// systems that do not tell capitals from small letters, too.
func TestModuleFiles(t *testing.T) {
	seen := map[string]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || path == "..":
			return err
		case d.IsDir() && d.Name() == ".git":
			return fs.SkipDir
		}
		if notInModules.MatchString(d.Name()) {
			t.Errorf("%s: Go refuses a module with a file of that name", path)
		}
		folded := strings.ToLower(path)
		if other := seen[folded]; other != "" {
			t.Errorf("%s and %s differ in capitals only", other, path)
		}
		seen[folded] = path
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"nul.txtar", "Con", "a:b", "what?", "end."} {
		if !notInModules.MatchString(name) {
			t.Errorf("%s would pass", name)
		}
	}
	// go install refuses these, too.
	mod, err := os.ReadFile(filepath.Join("..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(mod) {
		if word := bytes.Fields(line); len(word) > 0 && (string(word[0]) == "replace" || string(word[0]) == "exclude") {
			t.Errorf("go.mod: 'go install' refuses a module with %q", bytes.TrimSpace(line))
		}
	}
}
