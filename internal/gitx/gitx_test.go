package gitx

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// repository is a new one, with the settings of nobody.
type repository struct {
	*Repo
	t *testing.T
}

func newRepository(t *testing.T, args ...string) *repository {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("git is missing; on Debian it is in the package git")
		}
		t.Skip("git is missing; on Debian it is in the package git")
	}
	var env []string
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "GIT_") {
			env = append(env, v)
		}
	}
	env = append(env, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b")
	g := Git{Dir: t.TempDir(), Env: env}
	if out, err := g.run(append([]string{"init", "-q", "-b", "main"}, args...)...); err != nil {
		t.Skipf("git init %v: %v %s", args, err, out)
	}
	r, err := g.Open()
	if err != nil {
		t.Fatal(err)
	}
	return &repository{r, t}
}

func (r *repository) git(args ...string) {
	r.t.Helper()
	if _, err := r.run(args...); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) write(name, text string) {
	r.t.Helper()
	path := r.abs(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) chmod(name string, mode os.FileMode) {
	r.t.Helper()
	if err := os.Chmod(r.abs(name), mode); err != nil {
		r.t.Fatal(err)
	}
}

func (r *repository) staged() []Change {
	r.t.Helper()
	changes, err := r.Staged()
	if err != nil {
		r.t.Fatal(err)
	}
	return changes
}

func (r *repository) index() (*Tree, *Blobs) {
	r.t.Helper()
	tree, err := r.Index()
	if err != nil {
		r.t.Fatal(err)
	}
	blobs := r.Blobs()
	r.t.Cleanup(blobs.Close)
	return tree, blobs
}

func names(changes []Change) []string {
	var out []string
	for _, c := range changes {
		out = append(out, c.Path)
	}
	return out
}

// TestStaged goes through the states of an index, also in a repository with
// SHA-256 names.
func TestStaged(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			r := newRepository(t, "--object-format="+format)
			if got := r.staged(); got != nil {
				t.Errorf("an empty repository has %v", got)
			}
			r.write("a", "1\n")
			r.write("sub/b", "2\n")
			r.git("add", ".")
			if got := names(r.staged()); !slices.Equal(got, []string{"a", "sub/b"}) {
				t.Errorf("before the first commit: %q", got)
			}
			r.git("commit", "-q", "-m", "x")
			r.write("a", "3\n")
			r.git("add", "a")
			r.write("a", "4\n")
			r.git("rm", "-q", "sub/b")
			r.write("new", "")
			r.git("add", "-N", "new")
			got := r.staged()
			if want := []string{"a", "sub/b"}; !slices.Equal(names(got), want) {
				t.Fatalf("got %q, want %q", names(got), want)
			}
			if got[1].New != (File{}) || got[0].New.Mode != Regular {
				t.Errorf("modes are %+v", got)
			}
			tree, blobs := r.index()
			f, _ := tree.File("a")
			if data, err := blobs.Read(f.ID, 100); err != nil || string(data) != "3\n" {
				t.Errorf("a is %q (%v)", data, err)
			}
			if _, err := blobs.Read(f.ID[:len(f.ID)-1]+"0", 100); err == nil {
				t.Error("an object that is not there was read")
			}
			old := tree.Before(got)
			if f, ok := old.File("a"); !ok || f == got[0].New {
				t.Error("before, a was another one")
			}
			if _, ok := old.File("sub/b"); !ok {
				t.Error("before, sub/b was there")
			}
			if yes, err := r.Announced("new"); !yes || err != nil {
				t.Errorf("new is announced only: %v", err)
			}
			if yes, err := r.Announced("a"); yes || err != nil {
				t.Errorf("a is staged: %v", err)
			}
		})
	}
}

func TestOddNames(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems have no such names")
	}
	r := newRepository(t)
	want := []string{"\t", "a\nb/c \"d\"", "caf\xe9", "ü", "*", ":(top)x", "--help"}
	for _, name := range want {
		r.write(name, name)
	}
	r.git("add", ".")
	got := r.staged()
	slices.Sort(want)
	if list := names(got); !slices.Equal(list, want) {
		t.Fatalf("got %q, want %q", list, want)
	}
	tree, blobs := r.index()
	if list := tree.Names(); !slices.Equal(list, want) {
		t.Errorf("the index has %q", list)
	}
	for _, c := range got {
		data, err := blobs.Read(c.New.ID, 100)
		if err != nil || string(data) != c.Path {
			t.Errorf("%q holds %q (%v)", c.Path, data, err)
		}
		if now, err := r.Standing(c.Path, c.New, data); now != Same || err != nil {
			t.Errorf("%q is not what is staged (%v)", c.Path, err)
		}
		r.write(c.Path, "other")
		if now, err := r.Standing(c.Path, c.New, data); now != OtherContent || err != nil {
			t.Errorf("%q passes for what is staged (%v)", c.Path, err)
		}
		if err := r.Add(c.Path); err != nil {
			t.Error(err)
		}
	}
	r.git("diff", "--exit-code")
}

func TestLarge(t *testing.T) {
	r := newRepository(t)
	r.write("large", strings.Repeat("x", 1<<20))
	r.write("small", "s")
	r.git("add", ".")
	tree, blobs := r.index()
	large, _ := tree.File("large")
	if _, err := blobs.Read(large.ID, 1<<19); !errors.Is(err, ErrTooLarge) {
		t.Errorf("got %v", err)
	}
	small, _ := tree.File("small")
	if data, err := blobs.Read(small.ID, 10); string(data) != "s" || err != nil {
		t.Errorf("what comes next is %q (%v)", data, err)
	}
	if data, err := blobs.Read(large.ID, 1<<21); len(data) != 1<<20 || err != nil {
		t.Errorf("got %d bytes (%v)", len(data), err)
	}
}

func TestResolve(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no symbolic links")
	}
	r := newRepository(t)
	r.write("dir/file", "x")
	for name, target := range map[string]string{
		"link": "dir/file", "dirlink": "dir", "up": "dir/../dir/file", "out": "../x", "abs": "/etc/passwd",
		"self": "self", "a": "b", "b": "a", "dangling": "nowhere", "dir/over": "../link", "dir/far": "../../x", "slash": "dir/",
	} {
		if err := os.Symlink(target, r.abs(name)); err != nil {
			t.Fatal(err)
		}
	}
	r.git("add", ".")
	tree, blobs := r.index()
	for name, want := range map[string]string{
		"": "", ".": "", "dir": "dir", "dir/file": "dir/file", "link": "dir/file", "dirlink": "dir", "dirlink/file": "dir/file", "dirlink/over": "dir/file",
		"up": "dir/file", "dir/over": "dir/file", "dir/./file": "dir/file", "slash/file": "dir/file", "dir/../link": "dir/file",
	} {
		if got, err := tree.Resolve(name, blobs); got != want || err != nil {
			t.Errorf("%s: %q (%v), want %q", name, got, err, want)
		}
	}
	for name, want := range map[string]error{
		"out": ErrOutside, "abs": ErrOutside, "dir/far": ErrOutside, "..": ErrOutside, "self": ErrLoop, "a": ErrLoop,
		"dangling": fs.ErrNotExist, "nowhere": fs.ErrNotExist, "dir/file/x": fs.ErrNotExist, "link/x": fs.ErrNotExist,
	} {
		if got, err := tree.Resolve(name, blobs); !errors.Is(err, want) {
			t.Errorf("%s: %q, %v, want %v", name, got, err, want)
		}
	}
	list, ok := tree.Dir("dir")
	slices.Sort(list)
	if !ok || !slices.Equal(list, []string{"far", "file", "over"}) {
		t.Errorf("dir has %q", list)
	}
}

func TestHooks(t *testing.T) {
	r := newRepository(t)
	for value, want := range map[string]string{"": r.abs(".git/hooks"), "tools/hooks": r.abs("tools/hooks"), "/somewhere": "/somewhere"} {
		if value != "" {
			r.git("config", "core.hooksPath", value)
		}
		got, err := r.Hooks()
		if real, e := filepath.EvalSymlinks(got.Dir); e == nil {
			got.Dir = real
		}
		if err != nil || got.Dir != filepath.FromSlash(want) || got.Configured != value || got.Shared {
			t.Errorf("%q: %+v, %v", value, got, err)
		}
		if value != "" {
			r.git("config", "--unset", "core.hooksPath")
		}
	}
	r.git("config", "core.hooksPath", "")
	if _, err := r.Hooks(); !errors.Is(err, ErrHooksOff) {
		t.Errorf("got %v", err)
	}
}

// TestFilters: what filters and line ends make of a file is git's own business.
func TestFilters(t *testing.T) {
	r := newRepository(t)
	r.write(".gitattributes", "sub/crypt filter=rot\ntext text eol=crlf\n")
	r.git("config", "filter.rot.clean", "tr a-z b-za")
	r.git("config", "filter.rot.smudge", "tr b-za a-z")
	r.write("sub/crypt", "abc\n")
	r.write("text", "a\r\nb\r\n")
	r.git("add", ".")
	tree, blobs := r.index()
	for name, want := range map[string]string{"sub/crypt": "bcd\n", "text": "a\nb\n"} {
		f, _ := tree.File(name)
		data, err := blobs.Read(f.ID, 100)
		if string(data) != want || err != nil {
			t.Errorf("%s is staged as %q (%v)", name, data, err)
		}
		if now, err := r.Standing(name, f, data); now != Same || err != nil {
			t.Errorf("%s is not what is staged (%v)", name, err)
		}
		r.write(name, "zzz\n")
		if now, err := r.Standing(name, f, data); now != OtherContent || err != nil {
			t.Errorf("%s passes for what is staged (%v)", name, err)
		}
	}
}

// TestStanding: what else than content may be otherwise in the work tree.
func TestStanding(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no mode there")
	}
	for name, c := range map[string]struct {
		do   func(r *repository)
		want Standing
	}{
		"same":                        {func(r *repository) {}, Same},
		"mode":                        {func(r *repository) { r.chmod("x", 0o755) }, OtherMode},
		"mode for the group alone":    {func(r *repository) { r.chmod("x", 0o654) }, Same},
		"mode that git does not heed": {func(r *repository) { r.git("config", "core.fileMode", "false"); r.chmod("x", 0o755) }, Same},
		"deleted":                     {func(r *repository) { os.Remove(r.abs("x")) }, Missing},
		"a link":                      {func(r *repository) { os.Remove(r.abs("x")); os.Symlink("y", r.abs("x")) }, Replaced},
		"unwatched":                   {func(r *repository) { r.git("update-index", "--assume-unchanged", "x"); r.write("x", "b") }, Unwatched},
		"skipped":                     {func(r *repository) { r.git("update-index", "--skip-worktree", "x"); os.Remove(r.abs("x")) }, Skipped},
		"both": {func(r *repository) {
			r.git("update-index", "--assume-unchanged", "x")
			r.git("update-index", "--skip-worktree", "x")
		}, Skipped},
		"sparse": {func(r *repository) {
			r.git("config", "core.sparseCheckout", "true")
			r.git("update-index", "--skip-worktree", "x")
			os.Remove(r.abs("x")) // else git takes the mark away
		}, OutOfSparse},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRepository(t)
			r.write("x", "a")
			r.git("add", "x")
			tree, _ := r.index()
			f, _ := tree.File("x")
			c.do(r)
			if got, err := r.Standing("x", f, []byte("a")); got != c.want || err != nil {
				t.Errorf("it is %d (%v), not %d", got, err, c.want)
			}
		})
	}
}

// TestAttributes: those that convert, and no others.
func TestAttributes(t *testing.T) {
	r := newRepository(t)
	r.write(".gitattributes", "a filter=rot\nb filter=none\nc -filter working-tree-encoding=utf-8\nsub/d filter=rot working-tree-encoding=UTF-16\n")
	r.git("config", "filter.rot.clean", "tr a-z b-za")
	for name, want := range map[string]Attributes{"a": {Filter: "rot"}, "b": {}, "c": {}, "sub/d": {Filter: "rot", Encoding: "UTF-16"}, "e": {}} {
		if got, err := r.Attributes(name); got != want || err != nil {
			t.Errorf("%s: %+v (%v), not %+v", name, got, err, want)
		}
	}
	if r.HasCommit() {
		t.Error("there is a commit")
	}
	r.git("commit", "-q", "--allow-empty", "-m", "x")
	if !r.HasCommit() {
		t.Error("there is no commit")
	}
}

func TestOpenErrors(t *testing.T) {
	r := newRepository(t)
	none := Git{Dir: t.TempDir(), Env: append(slices.Clone(r.Env), "GIT_CEILING_DIRECTORIES=/")}
	if _, err := none.Open(); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("got %v", err)
	}
	t.Setenv("PATH", t.TempDir())
	if _, err := r.Git.Open(); !errors.Is(err, ErrNoGit) {
		t.Errorf("got %v", err)
	}
}
