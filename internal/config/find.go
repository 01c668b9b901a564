package config

import (
	"os"
	"path/filepath"
)

// Name is the name of the file.
const Name = ".sshvet.yaml"

// Finder finds the configuration that governs the files of a folder: the first
// .sshvet.yaml from there up to the root of the repository, that is the first
// folder that has a .git; without a repository up to the home folder or the root
// of the file system. If there is none, the user's own. What is found is kept.
type Finder struct {
	Home   string // "": there is none
	Global string // the user's own file; "": there is none
	// Trusted reports whether a file that was found may be used; nil: any.
	Trusted func(path string) bool

	known map[string]string
}

// Find returns the path of the file that governs an absolute folder; "" if
// there is none.
func (f *Finder) Find(dir string) string {
	if path, known := f.known[dir]; known {
		return path
	}
	if f.known == nil {
		f.known = map[string]string{}
	}
	f.known[dir] = f.look(dir)
	return f.known[dir]
}

func (f *Finder) look(dir string) string {
	if path := filepath.Join(dir, Name); exists(path) && (f.Trusted == nil || f.Trusted(path)) {
		return path
	}
	parent := filepath.Dir(dir)
	if dir != f.Home && dir != parent && !exists(filepath.Join(dir, ".git")) {
		return f.Find(parent)
	}
	if f.Global != "" && exists(f.Global) {
		return f.Global
	}
	return ""
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
