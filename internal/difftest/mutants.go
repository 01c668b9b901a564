package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// mutant is a fault planted in the reader: a text of a source file that is
// replaced by another. The machine is worth something only if it finds each
// within a few files.
type mutant struct {
	name string
	side string // on which side it shows
	file string // from the module's root
	old  string // must occur exactly once
	new  string
}

var mutants = []mutant{
	{"client: the last value wins", "client", "internal/resolve/values.go",
		"if taken || r.excluded(role) {", "if r.excluded(role) {"},
	{"server: the last value wins", "server", "internal/resolve/server.go",
		"} else if slots[key].epoch == r.epoch && !r.overwrites(role, ref) {", "} else if false {"},
	{"an Include under a block that does not hold is read as if it held", "client", "internal/resolve/eval.go",
		"st = r.blockState(b.Parent)", "st = Yes"},
	{"Host is matched without regard to case", "client", "internal/resolve/client.go",
		"*found = *found || pattern.Match(host, text)", "*found = *found || pattern.Match(pattern.Lower(host), pattern.Lower(text))"},
	{"a negated Host pattern only fails to match", "client", "internal/resolve/client.go",
		"return pattern.Match(host, rest)", "return false && pattern.Match(host, rest)"},
	{"one criterion of a Match line is enough", "client", "internal/resolve/client.go",
		"st = min(st, r.criterionState(&b.cond.Criteria[i]))", "st = max(st, r.criterionState(&b.cond.Criteria[i])) // any"},
	{"Match final asks for no second pass", "client", "internal/resolve/client.go",
		"if r.Error == \"\" && (r.c.wantPass2 || canonicalise) {", "if r.Error == \"\" && canonicalise {"},
	{"Match host is compared with regard to case", "client", "internal/resolve/client.go",
		"return listState(r.currentNames(), crit, true)", "return listState(r.currentNames(), crit, false)"},
	{"IgnoreUnknown excuses the lines above it too", "client", "internal/resolve/refusal.go",
		"if c.ignoredOrder[i] > p.order {", "if c.ignoredOrder[i] > p.order && false {"},
	{"none is a value that blocks later ones", "client", "internal/resolve/compile.go",
		"case v.Unset:", "case v.Unset && false:"},
	{"a value of a Match block does not override", "server", "internal/resolve/values.go",
		"if s := &r.second[id]; s.epoch == r.epoch {", "if s := &r.second[id]; s.epoch == r.epoch && r.first[id].epoch != r.epoch {"},
	{"all is compared as an unknown criterion at start-up", "server", "internal/resolve/walk.go",
		"case \"all\":\n", "case \"all\":\n\t\t\treturn No\n"},
	{"no file may be included", "client", "internal/resolve/load.go",
		"const maxDepth = 16", "const maxDepth = 0"},
	{"a list matches although a negated pattern matches", "server", "internal/pattern/pattern.go",
		"if negated {\n\t\t\treturn -1\n\t\t}", "if negated {\n\t\t\tcontinue\n\t\t}"},
	{"a question mark matches nothing", "client", "internal/pattern/pattern.go",
		"(pattern[j] == '?' || pattern[j] == s[i])", "pattern[j] == s[i]"},
	{"a carriage return at the end of a line belongs to the value", "client", "internal/syntax/syntax.go",
		"return c == ' ' || c == '\\t' || c == '\\r' || c == '\\n' || c == '\\f'", "return c == ' ' || c == '\\t' || c == '\\n' || c == '\\f'"},
	{"a comment does not end a line", "server", "internal/syntax/args.go",
		"if text[i] == '#' {\n\t\t\tbreak\n\t\t}", ""},
	{"a space cannot be escaped", "client", "internal/syntax/args.go",
		"return c == '\\'' || c == '\"' || c == '\\\\' || quote == 0 && c == ' '", "return c == '\\'' || c == '\"' || c == '\\\\'"},
	{"two equals signs are skipped", "server", "internal/syntax/syntax.go",
		"if text[i] != '=' && w.next < len(text) && text[w.next] == '=' {", "if w.next < len(text) && text[w.next] == '=' {"},
	{"included files are read in reverse order", "client", "internal/resolve/glob.go",
		"slices.Sort(found)\n\treturn found", "slices.Sort(found)\n\tslices.Reverse(found)\n\treturn found"},
	{"an hour has 60 seconds", "server", "internal/keyword/time.go",
		"return 60 * 60\n", "return 60\n"},
}

// mutantFiles are how many files a planted fault may take to be found; the
// small number is tried first, because most need only that.
var mutantFiles = []int{150, 2000}

// runMutants plants each fault in a copy of the source and runs the machine
// with it. It returns an error if one is not found.
func runMutants(root string, seed uint64, stdout io.Writer) error {
	missed := 0
	for i, m := range mutants {
		start := time.Now()
		n, err := m.hunt(root, seed)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if n == 0 {
			missed++
			fmt.Fprintf(stdout, "%2d %s: NOT FOUND within %d files of the %s\n", i+1, m.name, mutantFiles[len(mutantFiles)-1], m.side)
			continue
		}
		fmt.Fprintf(stdout, "%2d %s: found within %d files of the %s, %s\n", i+1, m.name, n, m.side, time.Since(start).Round(time.Second))
	}
	fmt.Fprintf(stdout, "%d of %d planted faults found\n", len(mutants)-missed, len(mutants))
	if missed > 0 {
		return errors.New("some planted faults were not found")
	}
	return nil
}

// hunt returns within how many files the fault was found; 0 if it was not.
func (m mutant) hunt(root string, seed uint64) (int, error) {
	dir, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	program, err := m.build(root, dir)
	if err != nil {
		return 0, err
	}
	for _, n := range mutantFiles {
		cmd := exec.Command(program, "-n", strconv.Itoa(n), "-side", m.side, "-seed", strconv.FormatUint(seed, 10), "-shrink", "0", "-stats=false")
		cmd.Dir = root
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		switch {
		case err == nil:
			continue
		case errors.As(err, &exit) && exit.ExitCode() == 1:
			return n, nil
		}
		return 0, fmt.Errorf("%w: %s", err, out)
	}
	return 0, nil
}

// build compiles the machine with the fault in it. The source tree itself is
// not touched: the compiler is told to read another file in place of one.
func (m mutant) build(root, dir string) (program string, err error) {
	path := filepath.Join(root, filepath.FromSlash(m.file))
	src, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(src), m.old); n != 1 {
		return "", fmt.Errorf("%s: the text to be replaced occurs %d times, not once; the code has changed, mend the mutant", m.file, n)
	}
	changed := filepath.Join(dir, "changed.go")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(src), m.old, m.new, 1)), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {path: changed}})
	if err != nil {
		return "", err
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", err
	}
	program = filepath.Join(dir, "difftest")
	cmd := exec.Command("go", "build", "-overlay", list, "-o", program, "./internal/difftest")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w: %s", err, out)
	}
	return program, nil
}
