package gossh

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kevinburke/ssh_config"

	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// What bounds a load. The library takes time in the square of a line's length,
// and reads a file again for each Include that leads to it.
const (
	maxFiles  = 4096    // counting each inclusion
	maxEffort = 1 << 32 // sum of the squares of the lengths of all lines: a second or two
)

// maxDepth is how deep Includes may nest for the library.
const maxDepth = 5

// Load lets the library read the files of a request: the user's and the
// system's, as its Get looks for them. The error is an *Error.
//
// The library opens what its Include lines name while it reads. So it is given
// each file with placeholders in their place, and what they name is read
// through the Env of the request, by the library's rules.
func Load(req reader.Request) (*Files, error) { return load(&loader{req: req}) }

// loadFor is Load for questions about one host alone.
func loadFor(req reader.Request, host string) (*Files, error) {
	return load(&loader{req: req, only: true, host: host})
}

func load(l *loader) (*Files, error) {
	req := &l.req
	f := &Files{}
	for _, src := range ownSources(req.Sources) {
		top := &input{path: src.Path, system: src.System || inSystemFolder(l.seen(src.Path))}
		data, err := src.Data, error(nil)
		if data == nil {
			data, err = l.readEnv(src.Path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var c *config
		if err == nil {
			c, err = l.file(top, data)
		}
		if err != nil {
			return nil, l.failure(err, top.path)
		}
		f.top = append(f.top, c)
	}
	return f, nil
}

// ownSources are the files among those of ssh that the library looks for: one
// of the user, and /etc/ssh/ssh_config.
func ownSources(sources []resolve.Source) []resolve.Source {
	var out []resolve.Source
	for _, system := range []bool{false, true} {
		i := slices.IndexFunc(sources, func(s resolve.Source) bool {
			return s.System == system && (!system || readsSystem(s.Path))
		})
		if i >= 0 {
			out = append(out, sources[i])
		}
	}
	return out
}

// readsSystem tells /etc/ssh/ssh_config, and a file that stands for it, from
// those in other folders where ssh may look.
func readsSystem(path string) bool {
	slash := filepath.ToSlash(path)
	if strings.HasSuffix(slash, "/usr/etc/ssh/ssh_config") {
		return false
	}
	return !strings.HasSuffix(slash, "/ssh/ssh_config") || strings.HasSuffix(slash, "/etc/ssh/ssh_config")
}

// inSystemFolder is how the library tells files whose Includes are relative to
// /etc/ssh.
func inSystemFolder(path string) bool {
	return strings.HasPrefix(filepath.ToSlash(filepath.Clean(path)), "/etc/ssh")
}

type loader struct {
	req    reader.Request
	only   bool // the host is all that will be asked about
	host   string
	files  int
	effort int64
}

// input is one visit of a file.
type input struct {
	path   string
	system bool
	depth  int
	via    reader.Source
}

// fault is an error with the line it is about, as it passes through the files
// that include each other.
type fault struct {
	text  string
	at    reader.Source
	deep  bool // Includes nest too deep: the library says no more than that
	limit bool
}

func (f *fault) Error() string { return f.text }

var errTooDeep = &fault{text: ssh_config.ErrDepthExceeded.Error(), deep: true}

// failure makes an error of one on its way.
func (l *loader) failure(err error, top string) *Error {
	e := &Error{Text: err.Error(), At: reader.Source{File: top}}
	var f *fault
	if errors.As(err, &f) {
		e.Limit, e.At = f.limit, f.at
	}
	return e
}

// file lets the library read one file, and reads what it includes.
func (l *loader) file(in *input, data []byte) (*config, error) {
	text, lines, effort := data, []int(nil), int64(0)
	if l.only && len(data) >= worthParting {
		text, lines, effort = part(data, l.host)
	} else {
		effort = effortOf(data)
	}
	if err := l.spend(in, effort); err != nil {
		return nil, err
	}
	guarded, includes := guard(text)
	c, failed := decode(in.path, guarded)
	if failed != nil && lines != nil {
		lines = nil
		guarded, includes = guard(data)
		c, failed = decode(in.path, guarded) // for its words and its place
	}
	if lines != nil {
		for i := range includes {
			includes[i].line = lines[includes[i].line-1]
		}
	}
	included := map[int][]*config{}
	for _, inc := range includes {
		if failed != nil && inc.line > failed.at.Line {
			break // the library does not come that far
		}
		configs, err := l.include(in, inc)
		if err != nil {
			return nil, err
		}
		included[inc.line] = configs
	}
	if failed != nil {
		return nil, failed
	}
	return build(in, c, lines, included), nil
}

// effortOf is what maxEffort bounds.
func effortOf(data []byte) (effort int64) {
	for line := range bytes.Lines(data) {
		effort += int64(len(line)) * int64(len(line))
	}
	return effort
}

// spend keeps the bounds.
func (l *loader) spend(in *input, effort int64) error {
	if l.files++; l.files > maxFiles {
		return &fault{limit: true, at: reader.Source{File: in.path, Line: 1},
			text: fmt.Sprintf("not asked: more than %d files are included", maxFiles)}
	}
	if l.effort += effort; l.effort > maxEffort {
		return &fault{limit: true, at: reader.Source{File: in.path, Line: 1},
			text: "not asked: it would take too long for lines of this length"}
	}
	return nil
}

// decode runs the library on what holds no Include.
func decode(path string, data []byte) (c *ssh_config.Config, failed *fault) {
	defer func() {
		if r := recover(); r != nil {
			failed = &fault{text: fmt.Sprintf("panic: %v", r), at: reader.Source{File: path, Line: 1}}
		}
	}()
	c, err := ssh_config.DecodeBytes(data)
	if err == nil {
		return c, nil
	}
	line, ok := lineOf(err.Error())
	if !ok {
		line = 1
	}
	return nil, &fault{text: err.Error(), at: reader.Source{File: path, Line: line}}
}

// lineOf reads the "(line, column): " with which errors of the library begin.
func lineOf(text string) (line int, ok bool) {
	place, _, ok := strings.Cut(text, "): ")
	number, _, comma := strings.Cut(place, ", ")
	number, paren := strings.CutPrefix(number, "(")
	line, err := strconv.Atoi(number)
	return line, ok && comma && paren && err == nil
}

// include reads the files of an Include line as NewInclude of the library does.
func (l *loader) include(in *input, inc includeLine) ([]*config, error) {
	at := reader.Source{File: in.path, Line: inc.line}
	if in.depth+1 > maxDepth {
		return nil, deeper(at)
	}
	names, err := l.included(in, inc)
	if err != nil {
		return nil, outer(inc, at, err)
	}
	var out []*config
	for _, name := range names {
		next := &input{path: l.real(name), system: inSystemFolder(name), depth: in.depth + 1, via: in.via}
		if in.depth == 0 {
			next.via = at
		}
		data, err := l.readEnv(next.path)
		var c *config
		if err == nil {
			c, err = l.file(next, data)
		}
		var f *fault
		switch {
		case err == nil:
		case errors.As(err, &f) && f.deep:
			return nil, deeper(at) // said of the outermost line: any of them may be the mistake
		default:
			return nil, outer(inc, at, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func deeper(at reader.Source) *fault {
	f := *errTooDeep
	f.at = at
	return &f
}

// outer is an error as the library passes it on: with the place of the Include
// line in front. What the error is about stays what it was.
func outer(inc includeLine, at reader.Source, err error) *fault {
	f := &fault{at: at}
	var inner *fault
	if errors.As(err, &inner) {
		*f = *inner
	}
	if f.limit {
		return f
	}
	f.text = fmt.Sprintf("(%d, %d): Error parsing Include directive: %v", inc.line, inc.column, err)
	return f
}

// included lists the files that an Include line names, each once.
func (l *loader) included(in *input, inc includeLine) ([]string, error) {
	if l.req.NoIncludes {
		return nil, nil
	}
	home := l.seen(l.req.Env.Home)
	if home == "" {
		home = "/" // a relative path would be one of the current folder
	}
	var out []string
	for _, word := range strings.Split(inc.value, " ") {
		var pattern string
		switch {
		case filepath.IsAbs(word):
			pattern = word
		case in.system:
			pattern = filepath.Join("/etc/ssh", word)
		case strings.HasPrefix(word, "~/"):
			pattern = filepath.Join(home, word[len("~/"):])
		default:
			pattern = filepath.Join(home, ".ssh", word)
		}
		names, err := l.glob(pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out, nil
}

// readEnv reads a file; its errors are those of os.ReadFile.
func (l *loader) readEnv(path string) ([]byte, error) {
	if l.req.Env.ReadFile == nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	data, _, err := l.req.Env.ReadFile(path)
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) && pathErr.Op == "stat" {
		err = &fs.PathError{Op: "open", Path: pathErr.Path, Err: pathErr.Err}
	}
	return data, err
}

// seen is a path as the library would see it: without the root.
func (l *loader) seen(path string) string {
	root := strings.TrimSuffix(l.req.Env.Root, "/")
	if rest, ok := strings.CutPrefix(path, root+"/"); ok && root != "" {
		return "/" + rest
	}
	return path
}

// real is a path as Env knows it.
func (l *loader) real(name string) string {
	root := strings.TrimSuffix(l.req.Env.Root, "/")
	switch {
	case root == "" || !filepath.IsAbs(name):
		return name
	case root == ".":
		return strings.TrimLeft(name, "/")
	}
	return root + name
}

// build is a file that the library has read, made ready for questions.
func build(in *input, c *ssh_config.Config, lines []int, included map[int][]*config) *config {
	out := &config{path: in.path, via: in.via, byName: map[string][]int32{}, blocks: make([]block, 0, len(c.Hosts))}
	for id, h := range c.Hosts {
		b := block{host: h}
		for _, n := range h.Nodes {
			kv, ok := n.(*ssh_config.KV)
			if !ok {
				continue
			}
			line := kv.Pos().Line
			if lines != nil {
				line = lines[line-1]
			}
			if files, include := included[line]; include {
				b.nodes = append(b.nodes, node{files: files})
			} else {
				b.nodes = append(b.nodes, node{key: strings.ToLower(kv.Key), kv: kv, line: line})
			}
		}
		out.blocks = append(out.blocks, b)
		out.index(int32(id), h)
	}
	return out
}

// index notes for which hosts a block may hold.
func (c *config) index(id int32, h *ssh_config.Host) {
	for _, p := range h.Patterns {
		if strings.ContainsAny(p.String(), "*?") {
			c.always = append(c.always, id)
			return
		}
	}
	for _, p := range h.Patterns {
		name := p.String() // a negated pattern matches no host by itself
		if at := c.byName[name]; !slices.Contains(at[max(0, len(at)-1):], id) {
			c.byName[name] = append(at, id)
		}
	}
}
