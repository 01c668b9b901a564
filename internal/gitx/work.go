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

// Unchanged reports whether a file in the work tree is what the index has of it,
// by git's own conversions (line ends, filters), whatever time stamps and marks
// like assume-unchanged say. blob is the content of f.
func (r *Repo) Unchanged(name string, f File, blob []byte) (bool, error) {
	st, err := os.Lstat(r.abs(name))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !st.Mode().IsRegular():
		return false, nil
	}
	data, err := os.ReadFile(r.abs(name))
	if err != nil {
		return false, err
	}
	if bytes.Equal(data, blob) {
		return true, nil
	}
	top := r.Git
	top.Dir = r.Top // --path is relative to it
	id, err := top.line("hash-object", "--path="+name, "--", r.abs(name))
	return id == f.ID, err
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
