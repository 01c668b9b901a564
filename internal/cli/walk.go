package cli

import (
	"errors"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/sshvet/sshvet/internal/resolve"
)

// folder adds the configuration files below a folder.
func (in *inputs) folder(dir string) error {
	found, err := in.walk(dir)
	if err == nil && len(found) == 0 {
		in.p.note(in.o, "%s holds no ssh_config, sshd_config, .ssh/config or *.conf below a config folder", dir)
	}
	for part := range slices.Chunk(found, readAtOnce) {
		in.readAhead(part)
		for _, f := range part {
			err := f.err
			if err == nil {
				err = in.walked(f.path)
			}
			if err != nil {
				in.p.fail(err)
			}
		}
	}
	in.ahead = nil
	return err
}

// foundFile is what a walk has come by: a file to look at, or what could not be
// walked.
type foundFile struct {
	path string
	err  error
}

// walk lists the configuration files below a folder, in the order of their names.
func (in *inputs) walk(dir string) (found []foundFile, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			found = append(found, foundFile{path, errors.New(path + ": " + plainError(path, err))})
			return nil
		}
		if d.IsDir() {
			if path != dir && (skippedFolder(d.Name()) || in.excluded(path)) {
				return fs.SkipDir
			}
			return nil
		}
		if isConfigName(path) && !in.excluded(path) {
			found = append(found, foundFile{path: path})
		}
		return nil
	})
	return found, err
}

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

// readAtOnce is how many files of a walk are read before they are added.
const readAtOnce = 256

// readAhead reads some files on all processors: following links and reading is
// most of the work where there are thousands of small files.
func (in *inputs) readAhead(files []foundFile) {
	in.ahead = map[string]*fetched{}
	workers := min(runtime.GOMAXPROCS(0), len(files)/worthReading)
	if workers < 2 {
		return
	}
	places := make([]place, len(files))
	for i, f := range files {
		places[i] = in.placeOf(f.path) // it keeps what it finds, so that this is done here
	}
	all := make([]*fetched, len(files))
	var wg sync.WaitGroup
	for w := range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w; i < len(files); i += workers {
				if files[i].err == nil {
					all[i] = places[i].fetch(files[i].path)
				}
			}
		}()
	}
	wg.Wait()
	for i, f := range all {
		if f != nil {
			in.ahead[files[i].path] = f
		}
	}
}

// worthReading is how many files are worth a goroutine of their own.
const worthReading = 8

// fetched is a file as it was read, and where it is.
type fetched struct {
	real    string // behind the links of its root
	realErr error
	name    string // with all links followed
	data    []byte
	err     error
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
	f := &fetched{name: path}
	if f.real, f.realErr = p.behind(path); f.realErr != nil {
		f.err = f.realErr
	} else if f.name, f.data = f.real, headOfLarge(f.real); !isBinary(f.data) {
		f.data, _, f.err = resolve.ReadRegular(f.real)
	}
	f.name = realName(f.name)
	return f
}
