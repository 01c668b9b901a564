package fix

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

// overlay holds the files of a run as they are on the way to being fixed. Each
// file is read once, so that all rounds and the final comparison speak of the
// same bytes.
type overlay struct {
	base     []lint.Entry
	original map[string][]byte
	current  map[string][]byte
	reads    map[readBy]reading
	owner    map[string]int
	order    []string
	// created are the files that exist only here, by their clean paths, with the
	// mode they are to get. Each exists while current holds it.
	created map[string]fs.FileMode
}

// readBy is a file as one entry reads it: what one may read can lie outside the
// root of another, or have no good owner for it.
type readBy struct {
	entry int
	path  string
}

// reading is what became of it; the content is in original.
type reading struct {
	info resolve.FileInfo
	err  error
}

func newOverlay(entries []lint.Entry) *overlay {
	return &overlay{
		base:     entries,
		original: map[string][]byte{}, current: map[string][]byte{},
		reads: map[readBy]reading{}, owner: map[string]int{},
		created: map[string]fs.FileMode{},
	}
}

func (o *overlay) entries() []lint.Entry {
	out := make([]lint.Entry, len(o.base))
	for i := range o.base {
		out[i] = o.entry(i)
	}
	return out
}

// entry is one entry that reads through the overlay.
func (o *overlay) entry(i int) lint.Entry {
	e := o.base[i]
	read := e.Env.ReadFile
	e.Env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) { return o.read(i, path, read) }
	if list := e.Env.ReadDir; list != nil {
		e.Env.ReadDir = func(dir string) ([]string, error) { return o.list(dir, list) }
	}
	if exists := e.Env.Exists; exists != nil {
		e.Env.Exists = func(path string) bool { return o.exists(path) || exists(path) }
	}
	sources := make([]resolve.Source, len(e.Sources))
	for k, src := range e.Sources {
		if src.Data != nil {
			o.keep(i, src.Path, src.Data)
			src.Data = o.current[src.Path]
		}
		sources[k] = src
	}
	e.Sources = sources
	return e
}

func (o *overlay) keep(i int, path string, data []byte) {
	if _, ok := o.original[path]; ok {
		return
	}
	o.original[path], o.current[path], o.owner[path] = data, data, i
	o.order = append(o.order, path)
}

// create puts a file into the overlay that does not exist outside it, for entry
// i. Its folder has to exist; name is a clean path.
func (o *overlay) create(i int, name string, data []byte, mode fs.FileMode) {
	if _, again := o.created[name]; !again {
		o.order = append(o.order, name)
	}
	o.created[name], o.owner[name] = mode, i
	o.current[name] = data
}

// exists reports whether a path names a created file.
func (o *overlay) exists(name string) bool {
	name = path.Clean(name)
	_, made := o.created[name]
	_, here := o.current[name]
	return made && here
}

// list adds the created files of a folder to those that are there.
func (o *overlay) list(dir string, list func(string) ([]string, error)) ([]string, error) {
	names, err := list(dir)
	if err != nil {
		return nil, err
	}
	for name := range o.created {
		if base := path.Base(name); path.Dir(name) == path.Clean(dir) && o.exists(name) && !slices.Contains(names, base) {
			names = append(names[:len(names):len(names)], base)
		}
	}
	return names, nil
}

// read is ReadFile of entry i. The first time that an entry reads a file, its own
// Env is asked, even where another entry has brought the content: fix has to find
// what check finds, which reads it for each.
func (o *overlay) read(i int, name string, read func(string) ([]byte, resolve.FileInfo, error)) ([]byte, resolve.FileInfo, error) {
	var was reading
	if o.exists(name) {
		name = path.Clean(name)
		was.info.Mode = o.created[name]
	} else {
		was = o.readFirst(i, name, read)
	}
	// A file that was absent and has content by now is there.
	if was.err != nil && !(errors.Is(was.err, fs.ErrNotExist) && len(o.current[name]) > 0) {
		return nil, was.info, was.err
	}
	if o.base[o.owner[name]].Fragment && !o.base[i].Fragment {
		o.owner[name] = i // a drop-in belongs to the entry that includes it
	}
	return o.current[name], was.info, nil
}

// readFirst has an entry read a file, unless it has read it before.
func (o *overlay) readFirst(i int, name string, read func(string) ([]byte, resolve.FileInfo, error)) reading {
	key := readBy{i, name}
	was, again := o.reads[key]
	if again {
		return was
	}
	data, info, err := read(name)
	if data == nil {
		data = []byte{}
	}
	if err == nil {
		o.keep(i, name, data)
	}
	was = reading{info, err}
	o.reads[key] = was
	return was
}

// revert undoes what was done to a file; a created one is gone then.
func (o *overlay) revert(path string) {
	if _, made := o.created[path]; made {
		delete(o.current, path)
		return
	}
	o.current[path] = o.original[path]
}

func (o *overlay) content(path string) []byte   { return o.current[path] }
func (o *overlay) set(path string, data []byte) { o.current[path] = data }
func (o *overlay) reset()                       { o.current = maps.Clone(o.original) }
func (o *overlay) snapshot() map[string][]byte  { return maps.Clone(o.current) }
func (o *overlay) changed(path string) bool     { return !bytes.Equal(o.original[path], o.current[path]) }

// restore goes back to a state. Files that were read only since then are in it
// as they were read: without them they would pass for emptied.
func (o *overlay) restore(state map[string][]byte) {
	for path, data := range o.original {
		if _, ok := state[path]; !ok {
			state[path] = data
		}
	}
	o.current = state
}
