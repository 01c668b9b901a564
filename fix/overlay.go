package fix

import (
	"bytes"
	"maps"

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
	info     map[string]resolve.FileInfo
	failed   map[string]error
	owner    map[string]int
	order    []string
}

func newOverlay(entries []lint.Entry) *overlay {
	return &overlay{
		base:     entries,
		original: map[string][]byte{}, current: map[string][]byte{},
		info: map[string]resolve.FileInfo{}, failed: map[string]error{}, owner: map[string]int{},
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

func (o *overlay) read(i int, path string, read func(string) ([]byte, resolve.FileInfo, error)) ([]byte, resolve.FileInfo, error) {
	if data, ok := o.current[path]; ok {
		if o.base[o.owner[path]].Fragment && !o.base[i].Fragment {
			o.owner[path] = i // a drop-in belongs to the entry that includes it
		}
		return data, o.info[path], nil
	}
	if err, ok := o.failed[path]; ok {
		return nil, o.info[path], err
	}
	data, info, err := read(path)
	o.info[path] = info
	if err != nil {
		o.failed[path] = err
		return nil, info, err
	}
	if data == nil {
		data = []byte{}
	}
	o.keep(i, path, data)
	return data, info, nil
}

func (o *overlay) content(path string) []byte      { return o.current[path] }
func (o *overlay) set(path string, data []byte)    { o.current[path] = data }
func (o *overlay) revert(path string)              { o.current[path] = o.original[path] }
func (o *overlay) reset()                          { o.current = maps.Clone(o.original) }
func (o *overlay) snapshot() map[string][]byte     { return maps.Clone(o.current) }
func (o *overlay) restore(state map[string][]byte) { o.current = state }
func (o *overlay) changed(path string) bool        { return !bytes.Equal(o.original[path], o.current[path]) }
