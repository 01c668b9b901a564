package fix

import (
	"bytes"
	"errors"
	"io/fs"
	"iter"
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
	now      *contents
	reads    map[readBy]reading
	there    map[readBy]bool
	owner    map[string]int
	order    []string
	// created are the files that exist only here, by their clean paths, with the
	// mode they are to get. Each exists in the states that hold it.
	created map[string]fs.FileMode
	loaded  []loaded // see load
}

// contents are what the files of a run hold at some time: those that differ from what
// was read, and the created ones. They are never changed, so that what was worked out
// from them stays true.
type contents struct{ edited map[string][]byte }

// pristine is the state in which everything is as it was read.
var pristine = &contents{}

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
		base: entries, original: map[string][]byte{}, now: pristine,
		reads: map[readBy]reading{}, there: map[readBy]bool{}, owner: map[string]int{},
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
		e.Env.Exists = func(path string) bool { return o.exists(path) || o.wasThere(i, path, exists) }
	}
	sources := make([]resolve.Source, len(e.Sources))
	for k, src := range e.Sources {
		if src.Data != nil {
			o.keep(i, src.Path, src.Data)
			src.Data = o.content(src.Path)
		}
		sources[k] = src
	}
	e.Sources = sources
	e.Load = func(e *lint.Entry) (*lint.Reading, error) { return o.load(i, e) }
	return e
}

func (o *overlay) keep(i int, path string, data []byte) {
	if _, ok := o.original[path]; ok {
		return
	}
	o.original[path], o.owner[path] = data, i
	o.order = append(o.order, path)
}

// create puts a file into the overlay that does not exist outside it, for entry
// i. Its folder has to exist; name is a clean path.
func (o *overlay) create(i int, name string, data []byte, mode fs.FileMode) {
	if _, again := o.created[name]; !again {
		o.order = append(o.order, name)
	}
	o.created[name], o.owner[name] = mode, i
	o.edit(map[string][]byte{name: data})
}

// exists reports whether a path names a created file.
func (o *overlay) exists(name string) bool {
	name = path.Clean(name)
	_, made := o.created[name]
	_, here := o.now.edited[name]
	return made && here
}

// wasThere reports whether a path exists outside the overlay. Each is looked for once.
func (o *overlay) wasThere(i int, name string, exists func(string) bool) bool {
	key := readBy{i, name}
	is, known := o.there[key]
	if !known {
		is = exists(name)
		o.there[key] = is
	}
	return is
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
	if was.err != nil && !(errors.Is(was.err, fs.ErrNotExist) && len(o.content(name)) > 0) {
		return nil, was.info, was.err
	}
	if o.base[o.owner[name]].Fragment && !o.base[i].Fragment {
		o.owner[name] = i // a drop-in belongs to the entry that includes it
	}
	return o.content(name), was.info, nil
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

// edit makes a new state of the present one, with other content for some files.
func (o *overlay) edit(files map[string][]byte) {
	edited := maps.Clone(o.now.edited)
	if edited == nil {
		edited = map[string][]byte{}
	}
	maps.Copy(edited, files)
	o.now = &contents{edited}
}

// revert undoes what was done to some files; created ones are gone then.
func (o *overlay) revert(files iter.Seq[string]) {
	edited := maps.Clone(o.now.edited)
	for path := range files {
		delete(edited, path)
	}
	if o.now = pristine; len(edited) > 0 {
		o.now = &contents{edited}
	}
}

func (o *overlay) reset()              { o.now = pristine }
func (o *overlay) snapshot() *contents { return o.now }
func (o *overlay) restore(s *contents) { o.now = s }

// content is what a file holds at present; nil if it was not read.
func (o *overlay) content(path string) []byte { return o.contentIn(o.now, path) }

func (o *overlay) contentIn(s *contents, path string) []byte {
	if data, edited := s.edited[path]; edited {
		return data
	}
	return o.original[path]
}

// changed reports whether a file differs from what was read.
func (o *overlay) changed(path string) bool {
	data, edited := o.now.edited[path]
	return edited && !bytes.Equal(o.original[path], data)
}

// loaded is an entry as it was read in a state.
type loaded struct {
	entry   int
	state   *contents
	reading *lint.Reading
}

// mostLoaded is how many entries are kept as they were read: one or a few in the
// states before and after some fixes. A run over thousands keeps no more of them.
const mostLoaded = 8

// load reads an entry with all it includes, in the present state. It is asked for
// the same again and again: by the rules before and after, and by the proof.
func (o *overlay) load(i int, e *lint.Entry) (*lint.Reading, error) {
	at := slices.IndexFunc(o.loaded, func(l loaded) bool { return l.entry == i && l.state == o.now })
	if at < 0 {
		r, err := e.Read()
		if err != nil {
			return nil, err
		}
		at, o.loaded = len(o.loaded), append(o.loaded, loaded{i, o.now, r})
	}
	l := o.loaded[at]
	o.loaded = append(slices.Delete(o.loaded, at, at+1), l)
	if over := len(o.loaded) - mostLoaded; over > 0 {
		o.loaded = slices.Delete(o.loaded, 0, over)
	}
	return l.reading, nil
}
