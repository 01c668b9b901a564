// Command gendocs writes the pages that are made from the code: the index of the
// rules, the tables of docs/cli.md and docs/config.md, the schema of the
// configuration, the manual page, the completion scripts and the tables of package
// keyword. Run it in the root of the repository:
//
//	go run ./gendocs
//
// A test of this package fails when one of them is not what it would write.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/sshvet/sshvet/internal/cli"
	"github.com/sshvet/sshvet/internal/config"
)

func main() {
	if err := run(".", os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "gendocs: %v\n", err)
		os.Exit(1)
	}
}

// run writes what is stale below root and says so to log.
func run(root string, log io.Writer) error {
	if _, err := os.Stat(filepath.Join(root, "gendocs")); err != nil {
		return errors.New("run it in the root of the repository: go run ./gendocs")
	}
	pages, err := generate(root)
	if err != nil {
		return err
	}
	for _, p := range pages {
		fresh, err := p.fresh(root)
		if err != nil {
			return err
		}
		if fresh {
			continue
		}
		path := p.path(root)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, p.content, 0o666); err != nil {
			return err
		}
		fmt.Fprintln(log, "gendocs: wrote", p.name)
	}
	return nil
}

// page is one file.
type page struct {
	name    string // below the root, with slashes
	content []byte
}

func (p *page) path(root string) string { return filepath.Join(root, filepath.FromSlash(p.name)) }

// fresh reports whether the file has that content already. It fails if the file
// cannot be read; one that is not there is stale.
func (p *page) fresh(root string) (bool, error) {
	data, err := os.ReadFile(p.path(root))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return bytes.Equal(data, p.content), err
}

// completionFiles are the names that shells look completions up by.
var completionFiles = map[string]string{"bash": "sshvet.bash", "zsh": "_sshvet", "fish": "sshvet.fish", "powershell": "sshvet.ps1"}

// generate makes all pages. Of those with tables it reads what stands between
// them.
func generate(root string) ([]page, error) {
	manual := cli.Describe()
	if err := checkDetails(&manual); err != nil {
		return nil, err
	}
	cliPage, err := renew(root, "docs/cli.md", func(text string) (string, error) { return withTables(text, &manual) })
	if err != nil {
		return nil, err
	}
	configPage, err := renew(root, "docs/config.md", withConfigTables)
	if err != nil {
		return nil, err
	}
	schema, err := config.Schema()
	if err != nil {
		return nil, err
	}
	keywords, err := keywordTables(root)
	if err != nil {
		return nil, err
	}
	pages := []page{
		{"internal/keyword/tables_generated.go", keywords},
		cliPage,
		configPage,
		{"docs/sshvet.schema.json", schema},
		{"docs/man/sshvet.1", []byte(manPage(&manual))},
		{"docs/rules.md", []byte(rulesPage())},
	}
	for _, shell := range cli.Shells() {
		name := completionFiles[shell]
		if name == "" {
			return nil, fmt.Errorf("completionFiles has no name for %s", shell)
		}
		pages = append(pages, page{"docs/completions/" + name, []byte(cli.Completion(shell))})
	}
	return pages, nil
}

// renew makes a page from what it is now.
func renew(root, name string, with func(string) (string, error)) (page, error) {
	old, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return page{}, err
	}
	text, err := with(string(old))
	if err != nil {
		return page{}, fmt.Errorf("%s: %w", name, err)
	}
	return page{name, []byte(text)}, nil
}
