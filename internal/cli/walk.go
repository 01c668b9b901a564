package cli

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/sshvet/sshvet/internal/config"
)

// A walk goes through the folders below one as filepath.WalkDir does, on all
// processors: what it finds is in the order of names, links are not followed, but for
// the one that was named, and what cannot be read stands in its place. The goroutines only list folders and
// say nothing; what has to be said is said at the end, in that order.

// foundFile is what a walk has come by: a file to look at, or what could not be
// walked.
type foundFile struct {
	path string
	err  error
	// plain is a regular file that no link leads to on the way from the folder of
	// the walk.
	plain bool
}

// walkedFolder is a folder of a walk.
type walkedFolder struct {
	path   string
	above  *walkedFolder // nil for the one that the walk begins at
	names  config.Names
	found  []walkedEntry // in the order of names
	files  bool          // there are some among them
	failed error

	// What governs the files in it, once that matters.
	governed bool
	abs      string
	governor string // the configuration file; "": none
	config   *config.Config
}

// walkedEntry is a file, or a folder.
type walkedEntry struct {
	foundFile
	folder *walkedFolder
}

// walker lists folders.
type walker struct {
	dir    string // as it was named
	rooted bool   // it lies below one that stands for /
	top    walkTop
	cs     *configs
	finder config.Finder // says nothing, keeps nothing
	busy   chan struct{} // holds one for each goroutine besides the first
	wg     sync.WaitGroup
}

func (in *inputs) newWalker(dir string) *walker {
	cs := in.p.configsOf(in.o)
	return &walker{
		dir:    dir,
		rooted: in.rootOf(dir) != "" && !samePath(in.rootOf(dir), dir),
		top:    walkTop{filepath.Clean(dir), realName(dir)},
		cs:     cs,
		finder: config.Finder{Home: cs.finder.Home, Global: cs.finder.Global, Trusted: isTrusted},
		busy:   make(chan struct{}, runtime.GOMAXPROCS(0)-1),
	}
}

// walk lists the configuration files below the folder, in the order of their names.
func (w *walker) walk() []foundFile {
	top := &walkedFolder{path: w.dir}
	look := os.Stat
	if w.rooted { // where a link leads is another matter there
		look = os.Lstat
	}
	switch st, err := look(w.dir); {
	case err != nil:
		top.fail(err)
	case st.IsDir():
		w.list(top)
		w.wg.Wait()
	default: // it is an entry of the folder that it is in
		top = &walkedFolder{path: filepath.Dir(w.dir), names: config.AllNames}
		w.add(top, w.dir, fs.FileInfoToDirEntry(st))
	}
	return w.collect(top, nil)
}

// list lists a folder and all below it.
func (w *walker) list(f *walkedFolder) {
	entries, err := os.ReadDir(f.path)
	for _, e := range entries {
		f.names.Add(e.Name())
	}
	if err != nil {
		f.fail(err)
	}
	if err != nil || !w.exact() {
		f.names = config.AllNames
	}
	var folders []*walkedFolder
	for _, e := range entries {
		if sub := w.add(f, filepath.Join(f.path, e.Name()), e); sub != nil {
			folders = append(folders, sub)
		}
	}
	w.each(folders)
}

// exact reports whether paths below the folder mean what is listed: those of link/..
// are taken for something else than that is.
func (w *walker) exact() bool { return w.dir == w.top.path || !strings.Contains(w.dir, "..") }

func (f *walkedFolder) fail(err error) {
	f.failed = errors.New(f.path + ": " + plainError(f.path, err))
}

// add takes one entry of a folder; what it returns is a folder that is to be listed.
func (w *walker) add(f *walkedFolder, path string, e fs.DirEntry) *walkedFolder {
	switch {
	case e.IsDir():
		if skippedFolder(e.Name()) || w.excluded(f, path) {
			return nil
		}
		sub := &walkedFolder{path: path, above: f}
		f.found = append(f.found, walkedEntry{folder: sub})
		return sub
	case isConfigName(path) && !w.excluded(f, path):
		plain := e.Type().IsRegular() && w.exact()
		f.found, f.files = append(f.found, walkedEntry{foundFile: foundFile{path: path, plain: plain}}), true
	}
	return nil
}

// each lists some folders. A processor that has nothing to do gets half of those
// that are left, as handing over one by one takes longer than listing them.
func (w *walker) each(folders []*walkedFolder) {
	for len(folders) > 0 {
		kept := len(folders) - len(folders)/2
		if rest := folders[kept:]; len(rest) > 0 && w.handOver(func() { w.each(rest) }) {
			folders = folders[:kept]
			continue
		}
		w.list(folders[0])
		folders = folders[1:]
	}
}

// handOver has something done by a goroutine of its own, unless there are as many
// as processors.
func (w *walker) handOver(work func()) bool {
	select {
	case w.busy <- struct{}{}:
	default:
		return false
	}
	w.wg.Add(1)
	go func() {
		defer w.wg.Done()
		work()
		<-w.busy
	}()
	return true
}

// excluded reports whether the walk leaves out something that a folder has.
func (w *walker) excluded(f *walkedFolder, path string) bool {
	if !f.governed {
		f.governed = true
		w.govern(f)
	}
	return f.config != nil && f.config.Excluded(w.cs.absolute(path))
}

// govern finds the configuration for what is in a folder. A broken one excludes
// nothing: it is reported with the first file that it governs.
func (w *walker) govern(f *walkedFolder) {
	switch {
	case w.cs.o.noConfig:
		return
	case w.cs.o.config != "":
		f.governor = w.cs.o.config
	default:
		f.abs = filepath.Dir(w.cs.absolute(filepath.Join(f.path, "x")))
		f.governor = w.finder.FindListed(f.abs, f.names, func() string { return w.above(f) })
	}
	if f.governor == "" {
		return
	}
	if c, err := w.cs.load(f.governor); err == nil {
		f.config = c
	}
}

// above is what governs the folder above one.
func (w *walker) above(f *walkedFolder) string {
	if f.above != nil {
		return f.above.governor
	}
	return w.finder.Find(filepath.Dir(f.abs))
}

// collect appends what was found in a folder and below it, in order.
func (w *walker) collect(f *walkedFolder, found []foundFile) []foundFile {
	w.keep(f)
	if f.failed != nil {
		found = append(found, foundFile{path: f.path, err: f.failed})
	}
	for _, e := range f.found {
		if e.folder != nil {
			found = w.collect(e.folder, found)
		} else {
			found = append(found, e.foundFile)
		}
	}
	return found
}

// keep has it known what governs a folder. Where a configuration may be that is not
// trusted, it is looked for once more, which says so.
func (w *walker) keep(f *walkedFolder) {
	switch {
	case f.abs == "":
	case f.above == nil || f.names.Config():
		w.cs.finder.Find(f.abs)
	case f.files:
		w.cs.finder.Keep(f.abs, f.governor)
	}
}
