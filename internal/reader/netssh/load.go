package netssh

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/sshvet/sshvet/internal/resolve"
)

// maxDepth is how deep Includes may nest. net-ssh has no limit of its own: it
// stops with a SystemStackError when Ruby's stack of 1 MiB is full, which is
// somewhere between 1,500 and 2,000 files (Ruby 3.1), or with Errno::EMFILE if
// the process may open fewer files than that.
const maxDepth = 1500

// maxSteps bounds the work of one look-up: lines read, counting each visit of
// an included file, and more for each file opened and each item of a list. It
// allows for 8 million lines, and stops files that include each other some
// times a level, of which 30 would keep Ruby busy for years. It bounds the
// memory as well: half a gigabyte for 8 million lines.
const maxSteps = 1 << 23

const (
	visitSteps = 64 // opening a file
	itemSteps  = 16 // keeping an item of a list, or copying it
)

// LineLength is how many bytes of a value count as a line where work is measured.
const LineLength = 20

// run is one look-up.
type run struct {
	req    Request
	host   hostName
	files  map[string]*file
	globs  map[string][]string
	active map[string]bool   // files that are being read
	names  map[string]string // path of a file that was asked for → its name as given
	read   int               // how many files were read
	steps  int
	lost   losers
}

func newRun(req Request) *run {
	globs := map[string][]string{}
	if c := req.Cache; c != nil {
		if c.files == nil {
			c.files, c.globs = map[string]*file{}, globs
		}
		globs = c.globs
	}
	return &run{
		req: req, host: newHostName(req.Host), files: map[string]*file{}, globs: globs,
		active: map[string]bool{}, names: map[string]string{}, lost: losers{host: req.Host, off: req.WinnersOnly, most: req.MostElsewhere},
	}
}

// file is what is at a path.
type file struct {
	kind fileKind
	text *text
	err  error // of refused
	// selection is of the text of a cached file; nil: not made yet.
	selection *selection
}

type fileKind uint8

const (
	regular fileKind = iota
	folder
	special // a FIFO, a socket, a device
	missing // not there, or not to be read by us
	refused // there, but we would not read it: too large, outside the root
)

// open reads and compiles a file once.
func (r *run) open(name string) *file {
	if f := r.files[name]; f != nil {
		return f
	}
	f := r.fetch(name)
	r.files[name] = f
	return f
}

// fetch is a file for this look-up: out of the cache, or read.
func (r *run) fetch(name string) *file {
	c := r.req.Cache
	if c == nil {
		return r.readFile(name)
	}
	if c.files[name] == nil {
		c.files[name] = r.readFile(name)
	}
	return c.files[name].fresh(r)
}

// fresh is a file as it was before a look-up noted in its lines what it found, with
// the lines that the look-up needs.
func (f *file) fresh(r *run) *file {
	if f.text == nil {
		return f
	}
	var t *text
	if r.req.WinnersOnly && r.host.valid && r.host.ascii {
		if f.selection == nil {
			f.selection = newSelection(f.text)
		}
		t = f.selection.of(f.text, &r.host)
	} else {
		t = &text{name: f.text.name, order: -1, lines: slices.Clone(f.text.lines), left: f.text.left}
	}
	for i := range t.lines {
		t.lines[i].t = t
		t.weight += 1 + len(t.lines[i].text)/LineLength
	}
	return &file{kind: f.kind, text: t, err: f.err}
}

func (r *run) readFile(name string) *file {
	f := &file{kind: missing}
	if r.req.ReadFile == nil {
		return f
	}
	data, err := r.req.ReadFile(name)
	switch {
	case err == nil:
		var only *onlyFor
		if r.req.Cache == nil && r.req.MostElsewhere > 0 {
			only = &onlyFor{host: &r.host, most: r.req.MostElsewhere}
		}
		f.kind, f.text = regular, compile(r.nameOf(name), data, only)
	case errors.Is(err, resolve.ErrIsDirectory):
		f.kind = folder
	case errors.Is(err, resolve.ErrNotRegular):
		f.kind, f.err = special, err
	case unreadable(err):
	default:
		f.kind, f.err = refused, err
	}
	return f
}

// unreadable reports whether Ruby's File.readable? is false for a file.
func unreadable(err error) bool {
	for _, e := range []error{fs.ErrNotExist, fs.ErrPermission, fs.ErrInvalid, syscall.ENOTDIR, syscall.ELOOP, syscall.ENAMETOOLONG} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// nameOf is a path as the caller knows it.
func (r *run) nameOf(name string) string {
	if given := r.names[name]; given != "" {
		return given
	}
	return name
}

// loadTop reads one of the files that net-ssh is given.
func (r *run) loadTop(name string, settings *table) (*table, error) {
	f := r.open(name)
	switch f.kind {
	case missing:
		return settings, nil
	case folder:
		return nil, &Error{Class: "Errno::EISDIR", Message: "Is a directory @ io_fillbuf - " + name, Source: Source{File: r.nameOf(name)}}
	case special, refused:
		return nil, f.err
	}
	return r.load(name, f.text, settings, path.Dir(name), 0)
}

// spend counts work.
func (r *run) spend(steps int) error {
	r.steps += steps
	if r.steps > maxSteps {
		return fmt.Errorf("%w: more than %d lines would be read; net-ssh would take very long for them", ErrTooMuch, maxSteps)
	}
	return nil
}

// visit is one reading of one file.
type visit struct {
	r        *run
	baseDir  string
	depth    int
	settings *table // what is settled already; blocks add to it
	globals  *table // what stands before the first block
	block    *block // nil before the first
}

// load does what Net::SSH::Config.load does: it may change settings, and
// returns what holds behind the file.
func (r *run) load(name string, t *text, settings *table, baseDir string, depth int) (*table, error) {
	if err := r.spend(visitSteps + len(t.lines) + t.left); err != nil {
		return nil, err
	}
	if c := r.req.Cache; c != nil {
		c.work += visitSteps + t.weight
	}
	if t.order < 0 {
		t.order = r.read
		r.read++
	}
	r.active[name] = true
	defer delete(r.active, name)
	v := &visit{r: r, baseDir: baseDir, depth: depth, settings: settings, globals: &table{}}
	for i := range t.lines {
		if err := v.line(&t.lines[i]); err != nil {
			return nil, err
		}
	}
	return v.merge()
}

// line does one line.
func (v *visit) line(l *line) error {
	if l.bad {
		return raisedAt(invalid(), l.at())
	}
	switch {
	case l.key == keyHost || l.key == keyMatch:
		if err := v.header(l); err != nil {
			return err
		}
	case v.block != nil && !v.block.matched:
		if l.key != unknown && l.key != keyInclude {
			v.r.lost.add(l, lost{why: blockNotMatched, block: v.block})
		}
	case l.key == keyInclude:
		if err := v.include(l); err != nil {
			return err
		}
	case l.key == unknown:
	case v.block == nil:
		if err := v.global(l); err != nil {
			return err
		}
	default:
		if err := v.inBlock(l); err != nil {
			return err
		}
	}
	v.takeProxies()
	return nil
}

// raisedAt is a Ruby exception with its place.
func raisedAt(e *Error, at Source) *Error {
	e = &Error{Class: e.Class, Message: e.Message, Source: at}
	return e
}

// header opens a block. What it says of the host is found once a line.
func (v *visit) header(l *line) error {
	if l.block == nil {
		b := &block{line: l}
		var err *Error
		if l.key == keyHost {
			b.matched, err = v.r.host.evalHost(l.value())
		} else {
			b.matched, b.never, err = v.r.host.evalMatch(l.value())
		}
		if err != nil {
			return raisedAt(err, l.at())
		}
		l.block = b
	}
	v.block = l.block
	if l.key == keyHost {
		v.settings.set(keyHost, []*line{l})
	}
	return nil
}

// global does a line before the first block.
func (v *visit) global(l *line) error {
	switch {
	case l.key.listed():
		v.globals.add(l)
		return v.r.spend(itemSteps)
	case v.settings.has(l.key):
		v.r.lost.add(l, lost{why: comesLater, winner: v.settings.line(l.key)})
		return nil
	case v.globals.has(l.key):
		v.r.lost.add(v.globals.line(l.key), lost{why: overwritten, winner: l})
	}
	v.globals.set(l.key, []*line{l})
	return nil
}

// inBlock does a line of a block that matches.
func (v *visit) inBlock(l *line) error {
	switch {
	case l.key.listed():
		v.settings.add(l)
		return v.r.spend(itemSteps)
	case v.settings.has(l.key):
		v.r.lost.add(l, lost{why: comesLater, winner: v.settings.line(l.key)})
	default:
		v.settings.set(l.key, []*line{l})
	}
	return nil
}

// takeProxies moves ProxyJump and ProxyCommand to their common place. Those
// before the first block are not among the settings, and so stay behind, unless
// this file was read for the globals of another.
func (v *visit) takeProxies() {
	for _, k := range [...]keyID{keyJump, keyCommand} {
		l := v.settings.remove(k)
		switch {
		case l == nil:
		case !l.value().Truthy():
			v.r.lost.add(l, lost{why: proxyNo})
		case !v.settings.has(keyProxy) || !v.settings.line(keyProxy).value().Truthy():
			v.settings.set(keyProxy, []*line{l})
		default:
			v.r.lost.add(l, lost{why: proxyTaken, winner: v.settings.line(keyProxy)})
		}
	}
}

// merge lays the settings over the lines before the first block. Of listed
// keywords the latter come first.
func (v *visit) merge() (*table, error) {
	if len(v.globals.order) == 0 {
		return v.settings, nil
	}
	out := v.globals
	for _, k := range v.settings.order {
		lines := v.settings.lines[k]
		switch {
		case !out.has(k):
		case k.listed():
			if err := v.r.spend(itemSteps * (len(out.lines[k]) + len(lines))); err != nil {
				return nil, err
			}
			lines = slices.Concat(out.lines[k], lines)
		default:
			v.r.lost.add(out.line(k), lost{why: beforeBlocks, winner: lines[0]})
		}
		out.set(k, lines)
	}
	return out, nil
}

// include reads the files of an Include line. Before the first block they add
// to the lines before it, as if all of them stood there.
func (v *visit) include(l *line) error {
	if v.r.req.NoIncludes {
		return nil
	}
	paths, err := v.included(l)
	if err != nil {
		return err
	}
	into := &v.settings
	if v.block == nil {
		into = &v.globals
	}
	for _, name := range paths {
		f := v.r.open(name)
		if f.kind != regular {
			continue
		}
		if v.r.active[name] || v.depth >= maxDepth {
			return &Error{Class: "SystemStackError", Message: "stack level too deep", Source: l.at()}
		}
		if *into, err = v.r.load(name, f.text, *into, v.baseDir, v.depth+1); err != nil {
			return err
		}
	}
	return nil
}

// included lists the files that an Include line names.
func (v *visit) included(l *line) ([]string, error) {
	if l.value().Kind != String {
		return nil, raisedAt(l.value().noMethod("scan"), l.at())
	}
	var out []string
	for _, token := range tokens(l.value().Text) {
		pattern, raised := v.r.expand(token, v.baseDir)
		if raised != nil {
			return nil, raisedAt(raised, l.at())
		}
		if path.IsAbs(token) {
			pattern = v.r.below(pattern)
		}
		found, err := v.r.glob(pattern)
		if err != nil {
			return nil, placed(err, l.at())
		}
		if err := v.r.spend(visitSteps * (1 + len(found))); err != nil {
			return nil, err
		}
		for _, name := range found {
			switch f := v.r.open(name); f.kind {
			case regular:
				out = append(out, name)
			case refused:
				return nil, f.err
			}
		}
	}
	return out, nil
}

// placed gives a Ruby exception its place.
func placed(err error, at Source) error {
	var e *Error
	if errors.As(err, &e) {
		return raisedAt(e, at)
	}
	return err
}

func (r *run) glob(pattern string) ([]string, error) {
	if found, ok := r.globs[pattern]; ok {
		return found, nil
	}
	var found []string
	if r.req.Glob != nil {
		var err error
		if found, err = r.req.Glob(pattern); err != nil {
			return nil, err
		}
	}
	r.globs[pattern] = found
	return found, nil
}

// expand does what File.expand_path does.
func (r *run) expand(name, dir string) (string, *Error) {
	if strings.Contains(name, "\x00") {
		return "", &Error{Class: "ArgumentError", Message: "path name contains null byte"}
	}
	name = filepath.ToSlash(name)
	switch {
	case strings.HasPrefix(name, "~"):
		user, rest, _ := strings.Cut(name[1:], "/")
		home, err := r.homeOf(user)
		if err != nil {
			return "", err
		}
		name = home + "/" + rest
	case path.IsAbs(name) || filepath.IsAbs(name):
	case dir != "":
		name = filepath.ToSlash(dir) + "/" + name
	}
	return path.Clean(name), nil
}

func (r *run) homeOf(user string) (string, *Error) {
	if user == "" {
		if r.req.Home == "" {
			return "", &Error{Class: "ArgumentError", Message: "couldn't find HOME environment -- expanding `~'"}
		}
		return filepath.ToSlash(r.req.Home), nil
	}
	if r.req.HomeOf != nil {
		if home, ok := r.req.HomeOf(user); ok {
			return filepath.ToSlash(home), nil
		}
	}
	return "", &Error{Class: "ArgumentError", Message: "user " + user + " doesn't exist"}
}

// below puts an absolute path below the root. The root "." leaves it relative
// to the current folder.
func (r *run) below(abs string) string {
	switch r.req.Root {
	case "":
		return abs
	case ".":
		return strings.TrimLeft(abs, "/")
	}
	return strings.TrimSuffix(filepath.ToSlash(r.req.Root), "/") + abs
}
