package cli

import (
	"cmp"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/lint"
)

// checkedTree are the places whose files formats for machines may quote: the
// checkout, and what whoever runs sshvet has named. All else that an Include
// or a link leads to is read to know what holds, and may be somebody's secret.
//
// All paths are absolute and without links.
type checkedTree struct {
	folders []string
	files   map[string]bool
	known   map[string]bool
	links   map[string]bool // see hasLink
	in      *inputs
}

// checkedTree is that of a run with these operands, and of further files that
// flags have named.
func (in *inputs) checkedTree(operands []string, named ...string) *checkedTree {
	t := &checkedTree{files: map[string]bool{}, known: map[string]bool{}, links: map[string]bool{}, in: in}
	t.checkout(currentFolder())
	if in.o.root != "" && in.o.set["root"] { // one of the configuration may be a stranger's
		t.folders = append(t.folders, realName(in.o.root))
	}
	for _, name := range operands {
		t.operand(name)
	}
	for i := range in.entries {
		t.entry(&in.entries[i], len(operands) == 0 && in.staged == nil)
	}
	for _, name := range append(named, in.o.system) {
		if name != "" && name != "-" {
			t.file(name)
		}
	}
	return t
}

// checkout takes the folder that sshvet works in: the checkout of a build, the
// work tree of what is staged, or the current folder.
func (t *checkedTree) checkout(dir string) {
	root, ok := buildCheckout(dir)
	switch {
	case ok:
		t.folders = append(t.folders, realName(root))
	case t.in.staged != nil:
		t.folders = append(t.folders, realName(t.in.staged.Top))
	case dir != "":
		t.addFolder(realName(dir))
	}
}

// operand takes what an operand names, with the root that its path implies.
func (t *checkedTree) operand(name string) {
	if name == "-" {
		t.known[cmp.Or(t.in.o.stdinName, "-")] = false
		return
	}
	if root := impliedRoot(filepath.Join(name, "x")); root != "" {
		t.name(root, t.addFolder)
	}
	if isFolder(name) {
		t.name(name, func(real string) { t.folders = append(t.folders, real) })
		return
	}
	t.file(name)
}

// entry takes what sshvet reads by itself for an entry: the file, if it is one of
// the defaults, the system-wide file behind it, the folder that Kamal runs in. The
// client files of a deployment are not for the readers of its report.
func (t *checkedTree) entry(e *lint.Entry, isDefault bool) {
	if e.Deploy != nil {
		t.name(e.Deploy.Machine.Dir, t.addFolder)
		return
	}
	if isDefault {
		t.file(e.Path)
	}
	for _, s := range e.Sources[1:] {
		t.file(s.Path)
	}
}

// file takes a file that was named, with its folder.
func (t *checkedTree) file(name string) {
	t.name(name, func(real string) {
		t.files[real] = true
		t.addFolder(filepath.Dir(real))
	})
	t.name(filepath.Dir(name), t.addFolder)
}

// name gives what a name stands for, unless that is a link in the checkout of a
// build that leads out of it: whoever wrote the checkout has made it.
func (t *checkedTree) name(name string, add func(real string)) {
	if !leavesBuild(name) {
		add(t.real(name))
	}
}

// addFolder takes a folder that was not named itself. One that holds the home
// folder holds everything.
func (t *checkedTree) addFolder(dir string) {
	if home := homeDir(); home == "" || !below(dir, realName(home)) {
		t.folders = append(t.folders, dir)
	}
}

// outside reports whether a file lies outside the tree.
func (t *checkedTree) outside(path string) bool {
	out, known := t.known[path]
	if !known {
		real := t.real(path)
		out = !t.files[real]
		for _, dir := range t.folders {
			out = out && !below(dir, real)
		}
		t.known[path] = out
	}
	return out
}

// real is the name of a file without links.
func (t *checkedTree) real(path string) string {
	if abs := filepath.Clean(absolute(path)); t.in.staged == nil && !t.hasLink(abs) {
		return abs
	}
	return t.in.realName(path)
}

// hasLink reports whether a path goes through a link. Asking for the whole name of
// each file would show where there are thousands.
func (t *checkedTree) hasLink(path string) bool {
	has, known := t.links[path]
	if !known {
		st, err := os.Lstat(path)
		parent := filepath.Dir(path)
		has = err == nil && st.Mode()&fs.ModeSymlink != 0 || parent != path && t.hasLink(parent)
		t.links[path] = has
	}
	return has
}

// below reports whether a path is a folder or something in it.
func below(dir, path string) bool {
	return path == dir || strings.HasPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator))+string(filepath.Separator))
}
