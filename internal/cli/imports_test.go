package cli

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/sshvet/sshvet/"

// mayImport is the order of the packages, as docs/design.md has it: each may
// import those named, and nothing else of this module.
var mayImport = map[string][]string{
	"":                                {"internal/cli"},
	"internal/syntax":                 {},
	"internal/keyword":                {"internal/syntax"},
	"internal/pattern":                {},
	"internal/lazy":                   {},
	"internal/inorder":                {},
	"internal/share":                  {},
	"internal/template":               {"internal/lazy"},
	"internal/gitx":                   {},
	"internal/spell":                  {},
	"internal/term":                   {},
	"internal/openssh":                {},
	"internal/probe":                  {},
	"internal/logs":                   {},
	"internal/resolve":                {"internal/share", "internal/syntax", "internal/keyword", "internal/pattern"},
	"internal/reader":                 {"internal/syntax", "internal/keyword", "internal/pattern", "internal/resolve"},
	"internal/reader/gossh":           {"internal/keyword", "internal/reader", "internal/resolve"},
	"internal/reader/netssh":          {"internal/keyword", "internal/reader", "internal/resolve"},
	"internal/reader/netssh/difftest": {"internal/reader/netssh", "internal/resolve"},
	"internal/kamal":                  {"internal/syntax", "internal/keyword", "internal/pattern", "internal/resolve", "internal/reader", "internal/reader/netssh", "internal/lazy"},
	"lint":                            {"internal/inorder", "internal/syntax", "internal/keyword", "internal/pattern", "internal/resolve", "internal/kamal", "internal/template"},
	"rules":                           {"internal/share", "internal/syntax", "internal/keyword", "internal/pattern", "internal/resolve", "internal/spell", "internal/kamal", "internal/reader", "internal/reader/gossh", "internal/reader/netssh", "lint"},
	"fix":                             {"internal/share", "internal/syntax", "internal/keyword", "internal/pattern", "internal/resolve", "internal/kamal", "lint"},
	"internal/hookfile":               {"fix"},
	"internal/config":                 {"internal/spell", "internal/keyword", "lint", "rules"},
	"internal/report":                 {"internal/term", "lint"},
	"internal/compare":                {"internal/keyword", "internal/pattern", "internal/resolve", "internal/reader", "internal/term"},
	"internal/difftest":               {"internal/syntax", "internal/keyword", "internal/pattern", "internal/resolve", "lint", "rules", "fix"},
	"internal/cli":                    nil, // sees all
	"gendocs":                         {"internal/keyword", "lint", "rules", "internal/cli", "internal/config"},
}

// TestImports holds the arrows between packages, and that only cli touches
// what belongs to the process.
func TestImports(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if err == nil && (d.Name() == ".git" || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return err
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		rel, _ := filepath.Rel(root, filepath.Dir(path))
		checkFile(t, path, strings.TrimPrefix(filepath.ToSlash(rel), "."))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestWhoRunsTheGoLibrary: it reads what strangers write, so that only explain
// and the rules that are off by default let it.
func TestWhoRunsTheGoLibrary(t *testing.T) {
	allowed := map[string][]string{
		module + "internal/reader/gossh":   {"internal/cli/explain.go", "rules/go_divergence.go"},
		"github.com/kevinburke/ssh_config": {"internal/reader/gossh/gossh.go", "internal/reader/gossh/load.go"},
	}
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata"):
			return fs.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		for _, imp := range file.Imports {
			name, _ := strconv.Unquote(imp.Path.Value)
			if who, watched := allowed[name]; watched && !slices.Contains(who, filepath.ToSlash(rel)) {
				t.Errorf("%s imports %s, which only %v may", rel, name, who)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, path, pkg string) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	allowed, known := mayImport[pkg]
	if !known {
		t.Errorf("%s: package %q is not in the order of packages; add it to mayImport and to docs/design.md", path, pkg)
		return
	}
	for _, imp := range file.Imports {
		name, _ := strconv.Unquote(imp.Path.Value)
		if rest, ok := strings.CutPrefix(name, module); ok && pkg != "internal/cli" && !slices.Contains(allowed, rest) {
			t.Errorf("%s: %q must not import %q", path, pkg, rest)
		}
	}
	if pkg == "" || pkg == "internal/cli" || pkg == "gendocs" || strings.HasSuffix(pkg, "/difftest") {
		return
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && ofTheProcess[x.Name+"."+sel.Sel.Name] {
				t.Errorf("%s: %s.%s belongs to the process; only internal/cli may use it", path, x.Name, sel.Sel.Name)
			}
		}
		return true
	})
}

var ofTheProcess = map[string]bool{
	"os.Stdout": true, "os.Stderr": true, "os.Stdin": true, "os.Exit": true, "os.Args": true,
	"os.Getenv": true, "os.LookupEnv": true, "os.Environ": true, "os.Getwd": true, "time.Now": true,
}
