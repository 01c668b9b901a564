package gitx

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
)

// abs is the path of a file in the work tree.
func (r *Repo) abs(name string) string { return filepath.Join(r.Top, filepath.FromSlash(name)) }

// Standing is how the work tree has a file of the index.
type Standing int

const (
	// Same: the same content and the same mode, by git's own conversions.
	Same Standing = iota
	// OtherContent: the content is another one.
	OtherContent
	// OtherMode: the content is the same; executable is only one of the two.
	OtherMode
	// Missing: there is no such file.
	Missing
	// Replaced: there is a folder, a link or something else of that name.
	Replaced
	// Unwatched: git was told not to look at it there (assume-unchanged), so that
	// it stages nothing of it.
	Unwatched
	// Skipped: git was told that it is not there (skip-worktree).
	Skipped
	// OutOfSparse: it is skipped because it is outside of the sparse checkout.
	OutOfSparse
	// Recoded: git converts it to another encoding (working-tree-encoding).
	Recoded
)

// Standing compares a file in the work tree with what the index has of it, by
// git's own conversions (line ends, filters), whatever time stamps say. blob is
// the content of f. The value of a Standing that comes with an error means
// nothing.
func (r *Repo) Standing(name string, f File, blob []byte) (Standing, error) {
	if marked, err := r.marked(name); err != nil || marked != Same {
		return marked, err
	}
	st, err := os.Lstat(r.abs(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return Missing, nil
	case err != nil:
		return 0, err
	case !st.Mode().IsRegular():
		return Replaced, nil
	}
	data, err := os.ReadFile(r.abs(name))
	if err != nil {
		return 0, err
	}
	if !bytes.Equal(data, blob) {
		id, err := r.top().line("hash-object", "--path="+name, "--", r.abs(name))
		if err != nil || id != f.ID {
			return OtherContent, err
		}
		if attrs, err := r.Attributes(name); err != nil || attrs.Encoding != "" {
			return Recoded, err
		}
	}
	if executable := st.Mode()&0o100 != 0; executable != (f.Mode == Executable) && r.heedsModes() {
		return OtherMode, nil
	}
	return Same, nil
}

// top is git in the folder of the work tree, to which some of its options are
// relative.
func (r *Repo) top() Git {
	g := r.Git
	g.Dir = r.Top
	return g
}

// marked reports what git was told about a file: Unwatched, Skipped,
// OutOfSparse, or Same for nothing. `git ls-files -v` has a small letter for
// assume-unchanged, and S for skip-worktree.
func (r *Repo) marked(name string) (Standing, error) {
	out, err := r.run("ls-files", "-v", "-z", "--", r.abs(name))
	if err != nil || len(out) == 0 {
		return Same, err
	}
	switch c := out[0]; {
	case c != 'S' && c != 's' && 'a' <= c && c <= 'z':
		return Unwatched, nil
	case c != 'S' && c != 's':
		return Same, nil
	case r.isOn("core.sparseCheckout", false):
		return OutOfSparse, nil
	}
	return Skipped, nil
}

// heedsModes reports whether git compares the right to execute.
func (r *Repo) heedsModes() bool { return r.isOn("core.fileMode", true) }

// isOn is a setting of git that is true or false.
func (r *Repo) isOn(key string, standard bool) bool {
	value, err := r.line("config", "--type=bool", "--get", key)
	if err != nil {
		return standard
	}
	return value == "true"
}

// HasCommit reports whether there is a commit already.
func (r *Repo) HasCommit() bool {
	_, err := r.line("rev-parse", "--quiet", "--verify", "HEAD^{commit}")
	return err == nil
}

// Attributes are what .gitattributes and its like say about how git converts a
// file; "" for what they say nothing about.
type Attributes struct {
	// Filter is the name of a filter that is set up, so that the index has what
	// that makes of the file.
	Filter string
	// Encoding is that of the work tree, where the index has UTF-8.
	Encoding string
}

// Attributes asks for those of one file.
func (r *Repo) Attributes(name string) (Attributes, error) {
	out, err := r.top().run("check-attr", "-z", "filter", "working-tree-encoding", "--", name)
	if err != nil {
		return Attributes{}, err
	}
	fields := strings.Split(string(out), "\x00") // path, attribute, value, path, ...
	values := map[string]string{}
	for ; len(fields) >= 3; fields = fields[3:] {
		switch value := fields[2]; value {
		case "unspecified", "unset", "set":
		default:
			values[fields[1]] = value
		}
	}
	a := Attributes{Filter: values["filter"], Encoding: values["working-tree-encoding"]}
	if strings.EqualFold(a.Encoding, "UTF-8") {
		a.Encoding = ""
	}
	if a.Filter != "" && !r.filters(a.Filter) {
		a.Filter = ""
	}
	return a, nil
}

// filters reports whether a filter has a program for what is staged.
func (r *Repo) filters(name string) bool {
	for _, key := range []string{"clean", "process"} {
		if value, err := r.line("config", "--get", "filter."+name+"."+key); err == nil && value != "" {
			return true
		}
	}
	return false
}

// Add stages a file of the work tree.
func (r *Repo) Add(name string) error {
	_, err := r.run("add", "--", r.abs(name))
	return err
}

// Hooks is where git looks for hooks.
type Hooks struct {
	Dir string // absolute
	// Configured is the value of core.hooksPath, "" if it is not set.
	Configured string
	// Shared: core.hooksPath is set for more than this repository.
	Shared bool
}

// ErrHooksOff is the error if core.hooksPath is no folder at all.
var ErrHooksOff = errors.New("core.hooksPath is no folder, which switches hooks off")

// Hooks finds the folder of the hooks: core.hooksPath, which is relative to the
// top of the work tree, or that of the repository, which all its work trees
// share.
func (r *Repo) Hooks() (Hooks, error) {
	out, err := r.run("config", "--null", "--show-scope", "--type=path", "--get", "core.hooksPath")
	var f *failure
	if errors.As(err, &f) && f.code == 1 {
		dir, err := r.line("rev-parse", "--git-path", "hooks")
		if err != nil {
			return Hooks{}, err
		}
		return Hooks{Dir: r.from(r.Dir, dir)}, nil
	}
	if err != nil {
		return Hooks{}, err
	}
	scope, value, _ := strings.Cut(strings.TrimSuffix(string(out), "\x00"), "\x00")
	if value == "" || value == os.DevNull {
		return Hooks{}, ErrHooksOff
	}
	return Hooks{Dir: r.from(r.Top, value), Configured: value, Shared: scope == "global" || scope == "system"}, nil
}

// from makes a path absolute.
func (r *Repo) from(dir, name string) string {
	name = filepath.FromSlash(name)
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}
