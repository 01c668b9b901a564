package lint

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// TestWorkers: what comes out does not depend on how many workers there are, with
// entries that cannot be read, drop-ins that another entry includes or does not,
// and comments that silence.
func TestWorkers(t *testing.T) {
	rule := &Rule{Name: "every-file", Category: "test", Sides: BothSides, Severity: Warning, Run: func(p *Pass) {
		for _, f := range p.Config.Files {
			p.Report(Diagnostic{Span: Span{f.Path, 0, min(4, len(f.Src))}, Message: "read for " + p.Path})
		}
	}}
	entries := manyEntries(t)
	want, wantErrs := Run(entries, []*Rule{rule}, Settings{Profile: Deploy})
	if len(want.Covered) == 0 || len(wantErrs) == 0 || want.Suppressed == 0 {
		t.Fatalf("%d are covered, %d failed, %d are silenced: the entries show nothing", len(want.Covered), len(wantErrs), want.Suppressed)
	}
	for range 5 {
		got, errs := Run(entries, []*Rule{rule}, Settings{Profile: Deploy, Workers: 8})
		if d := cmp.Diff(fmt.Sprint(wantErrs), fmt.Sprint(errs)); d != "" {
			t.Errorf("errors (-alone +with workers):\n%s", d)
		}
		for _, d := range []string{
			cmp.Diff(want.Files, got.Files), cmp.Diff(want.Diagnostics, got.Diagnostics), cmp.Diff(want.Covered, got.Covered),
			cmp.Diff(want.Suppressed, got.Suppressed), cmp.Diff(len(want.Sources), len(got.Sources)), cmp.Diff(want.ran, got.ran),
		} {
			if d != "" {
				t.Errorf("(-alone +with workers):\n%s", d)
			}
		}
	}
}

func manyEntries(t *testing.T) []Entry {
	t.Helper()
	files := map[string]string{}
	env := resolve.Env{
		ReadFile: func(path string) ([]byte, resolve.FileInfo, error) {
			text, ok := files[path]
			if !ok {
				return nil, resolve.FileInfo{}, fmt.Errorf("%s: no such file", path)
			}
			return []byte(text), resolve.FileInfo{}, nil
		},
		ReadDir: func(dir string) (names []string, err error) {
			for path := range files {
				if filepath.Dir(path) == dir {
					names = append(names, filepath.Base(path))
				}
			}
			return names, nil
		},
		Exists: func(path string) bool { _, ok := files[path]; return ok },
	}
	var entries []Entry
	add := func(path, text string, fragment bool) {
		files[path] = text
		entries = append(entries, Entry{
			Path: path, Fragment: fragment, Env: env,
			Dialect: keyword.Dialect{Side: keyword.Server, Release: keyword.Newest},
			Sources: []resolve.Source{{Path: path, Data: []byte(text)}},
		})
	}
	for i := range 40 {
		dir := fmt.Sprintf("/h%02d", i)
		add(dir+"/c.d/1", "Port 22\nInclude "+dir+"/c.d/2\n", true)
		add(dir+"/c.d/2", "# sshvet: ignore-file=every-file it is old\n\nPort 23\n", true)
		if i%3 > 0 {
			add(dir+"/sshd_config", fmt.Sprintf("Include %s/c.d/%d\nPort 24\n", dir, i%3), false)
		}
		if i%10 == 9 {
			add(dir+"/gone", "", false)
			entries[len(entries)-1].Sources[0].Data = nil
			delete(files, dir+"/gone")
		}
	}
	return entries
}
