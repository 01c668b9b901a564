package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sshvet/sshvet/internal/config"
)

// TestWalk: a walk by several goroutines finds what filepath.WalkDir does, in the
// same order, and says the same, in trees with links, repositories,
// configurations and names of all kinds.
func TestWalk(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making links needs a privilege there")
	}
	found := 0
	for seed := range uint64(60) {
		base := t.TempDir()
		t.Setenv("HOME", filepath.Join(base, "home"))
		t.Chdir(base)
		folders := makeTree(t, rand.New(rand.NewPCG(seed, 7)), filepath.Join(base, "top"))
		for _, dir := range []string{"top", ".", "./top/", "link/", "link", "link/..", "nothing", base, folders[len(folders)/2]} {
			found += compareWalks(t, fmt.Sprintf("tree %d, %s", seed, dir), dir)
		}
	}
	if found < 500 {
		t.Errorf("the trees show nothing: they have %d files", found)
	}
}

// compareWalks walks with as many processors as there may be, and returns how many
// files there are.
func compareWalks(t *testing.T, what, dir string) int {
	t.Helper()
	var said, saidThen bytes.Buffer
	want := walkOneByOne(&inputs{p: &program{stderr: &said}, o: &options{}}, dir)
	for _, processors := range []int{1, 2, 8} {
		saidThen.Reset()
		in := &inputs{p: &program{stderr: &saidThen}, o: &options{}}
		got := withProcessors(processors, func() []foundFile { return in.newWalker(dir).walk() })
		if d := cmp.Diff(asText(want), asText(got)); d != "" {
			t.Fatalf("%s, %d processors (-one by one +at once):\n%s", what, processors, d)
		}
		if d := cmp.Diff(said.String(), saidThen.String()); d != "" {
			t.Fatalf("%s, %d processors, said (-one by one +at once):\n%s", what, processors, d)
		}
		for _, f := range got {
			checkFound(t, in, dir, f)
		}
	}
	return len(want)
}

// checkFound: what a walk says of the way to a file is so, and the configuration that
// it leaves to be found again is the one that is looked for from the file upwards.
func checkFound(t *testing.T, in *inputs, dir string, f foundFile) {
	t.Helper()
	if f.err != nil {
		return
	}
	real, err := filepath.EvalSymlinks(f.path)
	top, _ := filepath.EvalSymlinks(dir)
	rel, _ := filepath.Rel(filepath.Clean(dir), f.path)
	if errors.Is(err, fs.ErrPermission) {
		return // its folder may be listed, but not gone through
	}
	if f.plain && (err != nil || real != filepath.Join(top, rel)) {
		t.Errorf("%s: a link is on the way: %s, %v", f.path, real, err)
	}
	cs := in.p.configsOf(in.o)
	afresh := config.Finder{Home: cs.finder.Home, Global: cs.finder.Global, Trusted: isTrusted}
	folder := filepath.Dir(cs.absolute(f.path))
	if want, got := afresh.Find(folder), cs.finder.Find(folder); got != want {
		t.Errorf("%s: is governed by %q, not %q", f.path, got, want)
	}
}

func withProcessors[T any](n int, do func() T) T {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
	return do()
}

func asText(found []foundFile) (out []string) {
	for _, f := range found {
		out = append(out, fmt.Sprint(f.path, " ", f.err))
	}
	return out
}

// walkOneByOne is what a walk has to find.
func walkOneByOne(in *inputs, dir string) (found []foundFile) {
	in.rootOf(dir) // which may have something to say
	if st, err := os.Stat(dir); err == nil && st.IsDir() && !strings.HasSuffix(dir, "/") {
		dir += "/" // a link that is named is followed
	}
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			found = append(found, foundFile{path: path, err: errors.New(path + ": " + plainError(path, err))})
		case d.IsDir() && path != dir && (skippedFolder(d.Name()) || in.excluded(path)):
			return fs.SkipDir
		case !d.IsDir() && isConfigName(path) && !in.excluded(path):
			found = append(found, foundFile{path: path})
		}
		return nil
	})
	return found
}

// makeTree makes folders, files and links below a folder, and a link to it.
func makeTree(t *testing.T, r *rand.Rand, top string) (folders []string) {
	t.Helper()
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	must := func(err error) {
		if err != nil && !errors.Is(err, fs.ErrExist) {
			t.Fatal(err)
		}
	}
	must(os.MkdirAll(top, 0o755))
	must(os.Symlink(top, filepath.Join(filepath.Dir(top), "link")))
	folders = []string{top}
	for range 2 + r.IntN(60) {
		path := filepath.Join(folders[r.IntN(len(folders))], one("etc", "ssh", ".ssh", "config.d", "node_modules", ".git", "a", "b", "ssh_config", "x\n\x1b", "ü", "\xff"))
		if _, err := os.Lstat(path); err == nil {
			continue
		}
		if r.IntN(8) == 0 {
			must(os.Symlink(one("..", ".", "/nowhere", folders[r.IntN(len(folders))]), path))
			continue
		}
		err := os.Mkdir(path, 0o755)
		if errors.Is(err, fs.ErrNotExist) || err != nil && strings.Contains(err.Error(), "not permitted") {
			continue // a file system that has no such names
		}
		must(err)
		folders = append(folders, path)
	}
	for _, dir := range folders {
		for range r.IntN(4) {
			makeEntry(t, r, filepath.Join(dir, one("ssh_config", "sshd_config", "config", "a.conf", "deploy.yml", "notes", config.Name, config.Name, ".git")))
		}
	}
	for _, dir := range slices.Backward(folders[1:]) { // what is inside before what it is in
		switch r.IntN(12) {
		case 0:
			must(os.Chmod(dir, []fs.FileMode{0, 0o444, 0o311}[r.IntN(3)]))
			t.Cleanup(func() { os.Chmod(dir, 0o755) })
		case 1, 2:
			must(os.Chmod(dir, 0o777))
		}
	}
	return folders
}

// makeEntry makes a file or a link, unless there is something.
func makeEntry(t *testing.T, r *rand.Rand, path string) {
	t.Helper()
	if _, err := os.Lstat(path); err == nil {
		return
	}
	text := goodServer
	if filepath.Base(path) == config.Name {
		text = []string{"exclude: [b]\n", "exclude: ['*.conf', a]\n", "exclude: [config]\n", "profile: deploy\n", "broken: [\n"}[r.IntN(5)]
	}
	var err error
	if r.IntN(8) == 0 {
		err = os.Symlink([]string{"ssh_config", "/etc/ssh/ssh_config", ".."}[r.IntN(3)], path)
	} else {
		err = os.WriteFile(path, []byte(text), 0o644)
	}
	if err == nil && os.Getuid() == 0 && r.IntN(3) == 0 {
		err = os.Lchown(path, 1, 1) // somebody else's: not trusted where everybody may write
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestWalkShapes: deep and narrow, flat and wide, and both.
func TestWalkShapes(t *testing.T) {
	t.Setenv("HOME", t.TempDir())
	for name, path := range map[string]func(i int) string{
		"deep": func(i int) string { return strings.Repeat("d/", i%60) + fmt.Sprint(i) },
		"wide": func(i int) string { return fmt.Sprint(i) },
		"tree": func(i int) string {
			return fmt.Sprintf("%d/%d/%d/%d/etc/ssh", i%2, i/2%2, i/4%2, i/8)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for i := range 400 {
				folder := filepath.Join(dir, path(i))
				if err := os.MkdirAll(folder, 0o755); err != nil {
					t.Skip(err) // a path that is too long here
				}
				if err := os.WriteFile(filepath.Join(folder, "sshd_config"), []byte(goodServer), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if n := compareWalks(t, name, dir); n != 400 {
				t.Errorf("%d files", n)
			}
		})
	}
}

// TestWalkedRead: a file that was listed is read as any other, whatever has become
// of it.
func TestWalkedRead(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("making links needs a privilege there")
	}
	t.Setenv("HOME", t.TempDir())
	base, _ := filepath.EvalSymlinks(t.TempDir())
	t.Chdir(base)
	for _, name := range []string{"img/etc/ssh/sshd_config", "img/etc/ssh/ssh_config", "other/sshd_config", "other/ssh_config"} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../other", "img/link"); err != nil {
		t.Fatal(err)
	}
	for _, top := range []string{".", "img", "img/etc", base, filepath.Join(base, "img/etc/ssh"), "img/link/"} {
		in := &inputs{p: &program{stderr: &bytes.Buffer{}}, o: &options{}}
		w := in.newWalker(top)
		r := &walkedReader{in: in, top: w.top, reached: map[place]bool{}}
		for _, f := range w.walk() {
			got, want := r.now(f), in.placeOf(f.path).fetch(f.path)
			if got.info == nil {
				t.Errorf("%s from %s: is read in the usual way, which takes longer", f.path, top)
			}
			got.info = nil
			if d := cmp.Diff(want, got, cmp.AllowUnexported(fetched{})); d != "" {
				t.Errorf("%s from %s (-usual +walked):\n%s", f.path, top, d)
			}
			if err := os.Rename(f.path, f.path+".bak"); err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink("/nowhere", f.path); err != nil {
				t.Fatal(err)
			}
			if got := r.now(f); got != nil {
				t.Errorf("%s has become a link: %+v", f.path, got)
			}
			if err := os.Rename(f.path+".bak", f.path); err != nil {
				t.Fatal(err)
			}
		}
	}
}
