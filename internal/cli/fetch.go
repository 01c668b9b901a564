package cli

import (
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"

	"github.com/sshvet/sshvet/internal/inorder"
	"github.com/sshvet/sshvet/internal/resolve"
)

// folder adds the configuration files below a folder.
func (in *inputs) folder(dir string) {
	w := in.newWalker(dir)
	found := w.walk()
	if len(found) == 0 {
		in.p.note(in.o, "%s holds no ssh_config, sshd_config, .ssh/config or *.conf below a config folder", dir)
	}
	r := &walkedReader{in: in, top: w.top, reached: map[place]bool{}}
	read := func(i int) func() *fetched { return r.reading(found[i]) }
	for i, f := range inorder.Ahead(len(found), runtime.GOMAXPROCS(0), readAhead, read) {
		if in.fetched = f; f == nil { // nobody has read it ahead
			in.fetched = r.now(found[i])
		}
		err := found[i].err
		if err == nil {
			err = in.walked(found[i].path)
		}
		if err != nil {
			in.p.fail(err)
		}
	}
	in.fetched = nil
}

// readAhead is how many files of a walk may be read before they are added.
const readAhead = 64

// walked adds a file that a walk has found.
func (in *inputs) walked(path string) error {
	data, err := in.readToAdd(path)
	switch {
	case err == nil:
		return in.addFound(path, data)
	case isFragment(path) && leadsNowhere(err):
		// Whether that matters is said where something includes it.
		in.p.note(in.o, "%s is left out: %s", path, plainError(path, err))
		return nil
	}
	return errors.New(path + ": " + plainError(path, err))
}

// fetched is a file as it was read, and where it is.
type fetched struct {
	path    string
	real    string // behind the links of its root
	realErr error
	name    string // with all links followed
	data    []byte
	err     error
	info    fs.FileInfo // of what is behind all links; nil where nobody has looked
}

// fetchedAs is the file that a walk is about to add, if that is it and it was read.
func (in *inputs) fetchedAs(path string) *fetched {
	if in.fetched == nil || in.fetched.path != path {
		return nil
	}
	return in.fetched
}

// walkedReader reads what a walk has found.
type walkedReader struct {
	in      *inputs
	top     walkTop
	reached map[place]bool // see leads
}

// reading is what it takes to read a file; nil for what is none. It may be done
// while others are read.
func (r *walkedReader) reading(file foundFile) func() *fetched {
	if file.err != nil {
		return nil
	}
	if file.plain && r.leads(file.path) {
		return func() *fetched { return r.top.fetch(file.path) }
	}
	p := r.in.placeOf(file.path) // it keeps what it finds, so that this is done here
	return func() *fetched { return p.fetch(file.path) }
}

// now reads a file whose turn has come; nil if it has to be read in the usual way.
func (r *walkedReader) now(file foundFile) *fetched {
	if read := r.reading(file); read != nil {
		return read()
	}
	return nil
}

// leads reports whether no link is on the way from the root of a file, whether that
// was stated or is implied, to the folder of the walk. A root in that folder has
// none, because a walk does not follow links.
func (r *walkedReader) leads(path string) bool {
	p := place{root: r.in.rootOf(path)}
	if p.root == "" {
		p = place{r.in.impliedRoot(path), true}
	}
	if rel, err := filepath.Rel(r.top.path, p.root); p.root == "" || err == nil && filepath.IsLocal(rel) {
		return true
	}
	ok, known := r.reached[p]
	if !known {
		real, err := p.behind(r.top.path)
		ok = err == nil && real == r.top.path
		r.reached[p] = ok
	}
	return ok
}

// walkTop is the folder that a walk begins at.
type walkTop struct {
	path string // clean
	real string // with all links followed
}

// fetch reads a regular file below the folder that no link leads to on the way
// from there; nil if it has to be read in the usual way.
func (t walkTop) fetch(path string) *fetched {
	data, info, err := resolve.ReadListed(path, largeFile)
	if err != nil {
		return nil
	}
	rel, err := filepath.Rel(t.path, path)
	if err != nil {
		return nil
	}
	return &fetched{path: path, real: path, name: filepath.Join(t.real, rel), data: data, info: info}
}

// place is the root that the links in a path belong to; "": they are those of this
// machine.
type place struct {
	root    string
	implied bool // by the path itself
}

func (in *inputs) placeOf(path string) place {
	if root := in.rootOf(path); root != "" {
		return place{root: root}
	}
	if root := impliedRoot(path); root != "" && !in.isLive(path) {
		return place{root, true}
	}
	return place{}
}

// behind is where the file is that a path means: with a root, absolute links are
// those of the machine that it is the root of. A link out of a root that was
// stated is not followed; one out of a root that a path implies may lead to what
// several of them share.
func (p place) behind(path string) (string, error) {
	if p.root == "" {
		return path, nil
	}
	if !p.implied {
		if rel, err := filepath.Rel(p.root, path); err != nil || !filepath.IsLocal(rel) {
			return path, nil
		}
		return resolve.Behind(p.root, path)
	}
	real, err := resolve.Behind(p.root, path)
	var nowhere *resolve.LinkError
	if errors.Is(err, resolve.ErrOutsideRoot) && !errors.As(err, &nowhere) {
		return path, nil
	}
	return real, err
}

// fetch reads a file. Of a large one that begins as no configuration does, only
// that is read.
func (p place) fetch(path string) *fetched {
	f := &fetched{path: path, name: path}
	if f.real, f.realErr = p.behind(path); f.realErr != nil {
		f.err = f.realErr
	} else if f.name, f.data = f.real, headOfLarge(f.real); !isBinary(f.data) {
		f.data, _, f.err = resolve.ReadRegular(f.real)
	}
	f.name = realName(f.name)
	return f
}
