package resolve

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/syntax"
)

// include reads the files of an Include line.
func (w *walk) include(st *stmt) {
	l := w.f.Line(int(st.line))
	args, _ := w.f.Args(l, nil)
	if len(args) == 0 && w.c.Dialect.Side == keyword.Server {
		w.refuse(st, BadInclude, l.Args, string(w.f.KeyText(l))+" missing filename argument", true)
	}
	w.c.Includes = append(w.c.Includes, Include{File: w.f, Line: int(st.line), Block: w.block})
	at := len(w.c.Includes) - 1
	for _, a := range args {
		if a.Text == "" {
			w.emptyInclude(st, l, a)
			return
		}
		entry, paths := w.expand(a, st)
		cached := w.cached(entry.Pattern, &paths, st, a)
		for _, path := range paths {
			if f := w.read(path, st, a.Span); f != nil {
				entry.Files = append(entry.Files, f)
			}
			if w.c.stop || w.gaveUp(st) {
				break
			}
			if !cached {
				w.c.globs[entry.Pattern] = append(w.c.globs[entry.Pattern], path)
			}
		}
		w.c.Includes[at].Args = append(w.c.Includes[at].Args, entry)
		if w.c.stop || w.gaveUp(st) {
			return
		}
	}
}

// gaveUp reports whether ssh leaves the rest of an Include line alone, because
// it could not open a file of it (readconf.c).
func (w *walk) gaveUp(st *stmt) bool {
	n := len(w.c.Problems)
	if n == 0 || w.c.Dialect.Side == keyword.Server {
		return false
	}
	p := &w.c.Problems[n-1]
	return p.Kind == Unreadable && !p.Uncertain && p.File == w.f && p.Line == int(st.line)
}

// cached replaces the files of a pattern that sshd has seen before by those it
// remembers (servconf.c, sInclude). While a pattern's files are being read, it
// remembers only the earlier ones, so that a later one that includes the same
// pattern does not loop at start-up, but does when somebody connects.
func (w *walk) cached(pattern string, paths *[]string, st *stmt, a syntax.Arg) bool {
	if w.c.Dialect.Side == keyword.Client {
		return true
	}
	seen := w.c.globs[pattern]
	if len(seen) == 0 {
		return false
	}
	if len(seen) < len(*paths) && w.c.looping == nil {
		w.c.looping = &Problem{Kind: IncludeTooDeep, File: w.f, Line: int(st.line), Span: a.Span, Text: tooDeep, Fatal: true, Word: "Include", Block: w.block}
		w.c.loopingAt = int32(len(w.c.segments))
	}
	*paths = seen
	return true
}

const tooDeep = "Too many recursive configuration includes"

// closeGlobs lists the loop that only shows when sshd reads its files for a
// connection. It is no part of what sshd says at start-up: evalServer reports
// it.
func (c *Config) closeGlobs() {
	if c.stop {
		c.looping = nil // start-up fails already
	}
	if c.looping != nil {
		c.looping.visit, c.looping.order = -1, c.order
		c.Problems = append(c.Problems, *c.looping)
	}
}

func (w *walk) emptyInclude(st *stmt, l syntax.Line, a syntax.Arg) {
	side := w.c.Dialect.Side
	w.refuse(st, BadInclude, a.Span, "keyword "+spelled(side, w.f.KeyText(l))+" empty argument", false)
}

// refuse adds a problem of an Include line.
func (w *walk) refuse(st *stmt, kind ProblemKind, span syntax.Span, msg string, fatal bool) {
	w.add(Problem{
		Kind: kind, File: w.f, Line: int(st.line), Span: span, Fatal: fatal, Word: "Include",
		Text: Visible(w.f.place(int(st.line), msg)),
	})
}

// expand turns one argument into the paths it stands for.
func (w *walk) expand(a syntax.Arg, st *stmt) (entry IncludeArg, paths []string) {
	entry = IncludeArg{Text: a.Text, Span: a.Span}
	text := a.Text
	client := w.c.Dialect.Side == keyword.Client
	if client && w.c.Dialect.Release >= keyword.R(9, 9) && strings.ContainsAny(text, "%$") {
		var ok bool
		if text, ok = w.c.expandTokens(text); !ok {
			entry.Dynamic = true
			return entry, nil
		}
	}
	if client && w.f.System && text[0] == '~' {
		w.refuse(st, BadInclude, a.Span, "bad include path "+text+".", false)
		return entry, nil
	}
	pat, ok := w.c.includePattern(text, w.f.System)
	if !ok {
		return entry, nil
	}
	entry.Pattern = pat
	if w.c.opts.NoIncludes {
		entry.Skipped = true
		return entry, nil
	}
	return entry, w.c.env.glob(pat)
}

// expandTokens replaces what is the same for every connection: %% and ${NAME}.
// ok is false for anything else.
func (c *Config) expandTokens(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "%%"):
			b.WriteByte('%')
			i++
		case text[i] == '%':
			if i+1 < len(text) && text[i+1] == 'd' && c.env.Home != "" {
				b.WriteString(c.env.Home)
				i++
				continue
			}
			return "", false
		case strings.HasPrefix(text[i:], "${"):
			end := strings.IndexByte(text[i:], '}')
			if end < 0 || c.env.Getenv == nil {
				return "", false
			}
			value, ok := c.env.Getenv(text[i+2 : i+end])
			if !ok {
				return "", false
			}
			b.WriteString(value)
			i += end
		default:
			b.WriteByte(text[i])
		}
	}
	return b.String(), b.Len() > 0
}

// read visits one included file; nil if it is not there or cannot be read.
func (w *walk) read(path string, st *stmt, span syntax.Span) *File {
	c := w.c
	if w.depth+1 > maxDepth {
		w.add(Problem{Kind: IncludeTooDeep, File: w.f, Line: int(st.line), Span: span,
			Text: tooDeep, Fatal: true, Path: path, Word: "Include"})
		c.stop = true
		return nil
	}
	if c.visits >= maxVisits {
		w.add(Problem{Kind: TooManyIncludes, File: w.f, Line: int(st.line), Span: span, Fatal: true, Path: path, Word: "Include",
			Text: fmt.Sprintf("more than %d files are included", maxVisits)})
		c.stop = true
		return nil
	}
	f := c.fileAt(path)
	var info FileInfo
	if f == nil {
		data, fi, err := c.env.ReadFile(path)
		info = fi
		switch {
		case err == nil:
		case errors.Is(err, ErrIsDirectory):
			data = nil
		default:
			w.unreadable(path, st, span, err)
			return nil
		}
		f = c.addFile(path, data, w.f.System)
		f.foreign = c.env.CheckOwners && c.Dialect.Side == keyword.Client && !c.ownerOK(info)
	}
	if f.foreign {
		c.badOwner(f, w.visit, w)
		return nil
	}
	c.visit(f, w.block, w.depth+1)
	return f
}

// fileAt is the file at a path, if it was read before, by whatever name.
func (c *Config) fileAt(path string) *File {
	f := c.byPath[path]
	if f != nil || c.env.Identity == nil {
		return f
	}
	for ; c.identified < len(c.Files); c.identified++ { // those read since the last time
		known := c.Files[c.identified]
		c.byIdentity[c.env.Identity(known.Path)] = known
	}
	return c.byIdentity[c.env.Identity(path)]
}

// ErrIsDirectory is what ReadFile wraps for a folder: OpenSSH reads it as an
// empty file.
var ErrIsDirectory = errors.New("is a directory")

// unreadable handles an included file that cannot be opened. A dangling link
// is silent on the client and fatal on the server.
func (w *walk) unreadable(path string, st *stmt, span syntax.Span, err error) {
	server := w.c.Dialect.Side == keyword.Server
	if !server && errors.Is(err, fs.ErrNotExist) {
		return
	}
	reason := reasonOf(err)
	text := Visible(fmt.Sprintf("Can't open user config file %s: %s", path, reason))
	if server { // perror
		text = path + ": " + reason
	}
	uncertain := errors.Is(err, ErrOutsideRoot) || server && errors.Is(err, fs.ErrPermission)
	w.add(Problem{Uncertain: uncertain, Kind: Unreadable, File: w.f, Line: int(st.line), Span: span, Text: text, Fatal: server || w.c.Dialect.Release < keyword.R(8, 5), Path: path, Err: err, Word: "Include"})
}

// ownerOK is the check that ssh makes on its own files (readconf.c,
// read_config_file_depth): owned by root or the caller, and nobody else may
// write. Debian lets a group write whose only member is the owner.
func (c *Config) ownerOK(info FileInfo) bool {
	if info.UID != 0 && info.UID != c.env.UID {
		return false
	}
	perm := info.Mode.Perm()
	if perm&0o002 != 0 {
		return false
	}
	if perm&0o020 == 0 {
		return true
	}
	return c.Dialect.Vendor == keyword.Debian && c.env.PrivateGroup != nil && c.env.PrivateGroup(info.GID, c.env.UID)
}

func (c *Config) badOwner(f *File, visit int32, w *walk) {
	p := Problem{Kind: BadPermissions, File: f, Line: -1, Text: Visible("Bad owner or permissions on " + f.Path), Fatal: true, Path: f.Path, visit: visit, Block: -1}
	if w != nil {
		w.add(p)
		return
	}
	c.addProblem(p)
}
