package config

import (
	"os"
	"path/filepath"
	"strings"
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
	has := func(name string) bool { return exists(filepath.Join(dir, name)) }
	return f.decide(dir, has, func() string { return f.Find(filepath.Dir(dir)) })
}

// decide is Find for a folder of which one can ask what it has, and what governs
// the one above it.
func (f *Finder) decide(dir string, has func(name string) bool, above func() string) string {
	if path := filepath.Join(dir, Name); has(Name) && (f.Trusted == nil || f.Trusted(path)) {
		return path
	}
	if dir != f.Home && dir != filepath.Dir(dir) && !has(repository) {
		return above()
	}
	if f.Global != "" && exists(f.Global) {
		return f.Global
	}
	return ""
}

// repository is what makes a folder the root of one.
const repository = ".git"

// FindListed is Find for an absolute folder that was listed, which is told what
// governs the one above it. It neither keeps nor looks up anything, so that several
// may call it at a time, and looks only for what the list of names has.
func (f *Finder) FindListed(dir string, names Names, above func() string) string {
	has := func(name string) bool { return names.mayHave(name) && exists(filepath.Join(dir, name)) }
	return f.decide(dir, has, above)
}

// Keep tells what FindListed has found for a folder.
func (f *Finder) Keep(dir, found string) {
	if f.known == nil {
		f.known = map[string]string{}
	}
	f.known[dir] = found
}

// Names is what a list of the names in a folder says of those that count here.
type Names struct{ config, repository bool }

// AllNames is for a folder of which there is no list.
var AllNames = Names{true, true}

// Add takes notice of a name. Some file systems take upper case for lower case.
func (n *Names) Add(name string) {
	n.config = n.config || strings.EqualFold(name, Name)
	n.repository = n.repository || strings.EqualFold(name, repository)
}

// Config reports whether there may be a configuration.
func (n Names) Config() bool { return n.config }

func (n Names) mayHave(name string) bool {
	if name == Name {
		return n.config
	}
	return n.repository
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
