package cli

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// TestFixAgreesWithCheck: whatever links lead where, and whichever of the files are
// named, fix begins with the findings of check, and what it writes leaves none that
// it has not said.
func TestFixAgreesWithCheck(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links are for administrators there")
	}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		layLinks(t, dir, r)
		operands, root := chooseOperands(dir, r)
		name := fmt.Sprintf("seed %d: --root %q %v", seed, root, operands)

		checked, _ := lint.Run(gatheredIn(operands, root).entries, selected(), lint.Settings{Profile: lint.Deploy})
		in := gatheredIn(operands, root)
		run := fixRun{p: in.p, o: in.o, in: in, mode: modeDiff, frozen: map[string]string{}}
		plan := fix.Make(fix.Request{Entries: in.entries, Rules: selected(), Settings: lint.Settings{Profile: lint.Deploy}, Frozen: run.whyFrozen})
		if got, want := findingsOf(plan.Before), findingsOf(checked); got != want {
			t.Fatalf("%s:\nfix begins with:\n%s\ncheck finds:\n%s", name, got, want)
		}
		for _, ch := range plan.Changes {
			if err := os.WriteFile(ch.Path, ch.New, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		again, _ := lint.Run(gatheredIn(operands, root).entries, selected(), lint.Settings{Profile: lint.Deploy})
		// A file that is reached by two names may be better than fix knows.
		left := findingsOf(plan.After)
		for line := range strings.Lines(findingsOf(again)) {
			if !strings.Contains(left, line) {
				t.Fatalf("%s:\nfix leaves:\n%s\ncheck finds then:\n%s", name, left, line)
			}
		}
	}
}

func selected() []*lint.Rule {
	list, _ := rules.Select(nil, nil)
	return list
}

func gatheredIn(operands []string, root string) *inputs {
	p := &program{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	return p.gather(&options{root: root, release: keyword.Newest, profileKnown: true, noConfig: true}, operands)
}

// findingsOf are the findings of a run, one a line.
func findingsOf(r *lint.Result) string {
	var b strings.Builder
	for _, d := range r.Diagnostics {
		fmt.Fprintln(&b, d.Span.File, d.Span.Start, d.Rule, d.Message)
	}
	return b.String()
}

// layLinks makes two images that share files in all the ways that there are.
func layLinks(t *testing.T, dir string, r *rand.Rand) {
	t.Helper()
	contents := []string{
		"", "ClientAliveInterval 60\nClientAliveCountMax 240\n", "ClientAliveInterval 600\n", "Bogus yes\n",
		"Match User git\n  ClientAliveInterval 0\n", "Include /etc/ssh/sshd_config.d/2.conf\n",
	}
	write := func(name string) {
		if err := os.WriteFile(name, []byte(contents[r.IntN(len(contents))]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(target, name string) {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	drop := func(image string) string { return filepath.Join(dir, image, "etc/ssh/sshd_config.d") }
	for _, d := range []string{drop("a"), drop("b"), filepath.Join(dir, "common"), filepath.Join(dir, "a/common")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "common/x.conf"))
	write(filepath.Join(dir, "a/common/x.conf"))
	targets := []string{
		"../../../../common/x.conf", "/common/x.conf", filepath.Join(dir, "common/x.conf"), "nowhere", "/nowhere",
		"../../../../a/etc/ssh/sshd_config.d/2.conf", "../../../common/x.conf", "2.conf",
	}
	for _, image := range []string{"a", "b"} {
		main := filepath.Join(dir, image, "etc/ssh/sshd_config")
		if image == "b" && r.IntN(4) == 0 {
			link("../../../a/etc/ssh/sshd_config", main)
		} else {
			text := "Include /etc/ssh/sshd_config.d/*.conf\n" + contents[r.IntN(len(contents))]
			if err := os.WriteFile(main, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"1.conf", "2.conf"} {
			switch path := filepath.Join(drop(image), name); r.IntN(3) {
			case 0:
				write(path)
			case 1:
				link(targets[r.IntN(len(targets))], path)
			}
		}
	}
}

// chooseOperands names some of what is there, in some order, and maybe a root.
func chooseOperands(dir string, r *rand.Rand) (operands []string, root string) {
	all := []string{
		"", "a", "b", "a/etc/ssh", "a/etc/ssh/sshd_config", "b/etc/ssh/sshd_config", "a/etc/ssh/sshd_config.d/1.conf",
		"a/etc/ssh/sshd_config.d/2.conf", "b/etc/ssh/sshd_config.d/1.conf", "common/x.conf",
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, name := range all[:1+r.IntN(3)] {
		operands = append(operands, filepath.Join(dir, name))
	}
	if r.IntN(3) == 0 {
		root = filepath.Join(dir, "a")
		operands = slices.DeleteFunc(operands, func(o string) bool { return !strings.HasPrefix(o, root) })
	}
	if len(operands) == 0 {
		operands = []string{filepath.Join(dir, "a")}
	}
	return operands, root
}
