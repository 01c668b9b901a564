package resolve

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var globCount = flag.Int("glob.n", 150, "patterns to compare with ssh's own glob")

// TestGlobInstalled compares our glob with that of the installed ssh, which
// says with -v what files it reads.
func TestGlobInstalled(t *testing.T) {
	ssh := installed(t, "ssh", "openssh-client")
	dir := t.TempDir()
	for _, name := range []string{"a", "ab", "a.conf", "a.conf~", "b.conf", "z", "Z", "9", "_x", "^x", "]x", "[e", "!b", "-a", ":d", "\\c", ".dot", "x y"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("# x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := OSEnv("")
	r := rand.New(rand.NewPCG(1, 2))
	matched := 0
	for range *globCount {
		pattern := randomPattern(r)
		main := filepath.Join(t.TempDir(), "config")
		// Single quotes keep backslashes but for \' and \\.
		quoted := "'" + strings.ReplaceAll(dir+"/"+pattern, `\`, `\\`) + "'"
		if err := os.WriteFile(main, []byte("Include "+quoted+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(ssh, "-v", "-G", "-F", main, "host").CombinedOutput()
		if err != nil {
			continue // glob.c runs off the end of some sets that are never closed
		}
		var want []string
		for line := range strings.Lines(string(out)) {
			if _, name, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "Reading configuration data "+dir+"/"); ok {
				want = append(want, strings.ReplaceAll(name, `\\`, `\`))
			}
		}
		var got []string
		for _, path := range env.glob(dir + "/" + pattern) {
			got = append(got, strings.TrimPrefix(path, dir+"/"))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: we find %q, ssh finds %q", pattern, got, want)
		}
		if len(want) > 0 {
			matched++
		}
	}
	if matched < *globCount/5 {
		t.Errorf("only %d of %d patterns match anything", matched, *globCount)
	}
}

// randomPattern makes a pattern of one component, mostly with brackets.
func randomPattern(r *rand.Rand) string {
	pieces := []string{"a", "z", "Z", "9", "b", "x", "_", "^", "-", "-", "-", "!", "]", "]", "[", "\\", "\\", ":", ".", "*", "?", "[:alpha:]", "[:digit:]", "[:punct:]", "[:foo:]", "[:upper:]"}
	var b strings.Builder
	for range r.IntN(3) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	b.WriteString("[")
	for range 1 + r.IntN(5) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	b.WriteString("]")
	if r.IntN(3) > 0 {
		b.WriteString("*")
	}
	return b.String()
}
