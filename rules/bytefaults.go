package rules

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/internal/syntax"
	"github.com/sshvet/sshvet/lint"
)

// byteFault is a line that OpenSSH refuses or misreads because of bytes that
// an editor hides: a byte-order mark, control characters, blanks of other
// scripts, line ends of old Macs.
type byteFault struct {
	rule    string
	file    *resolve.File
	line    int
	span    lint.Span // the first of the bytes
	what    string    // names it
	refused bool
	joined  bool             // a NUL byte joins the line with the next ones
	lineEnd bool             // the line holds several, which end in CR
	meant   *keyword.Keyword // the keyword without those bytes
	edits   []lint.TextEdit  // nil where it is not certain what is meant
}

// lineKey tells the lines of all files apart.
type lineKey struct {
	file *resolve.File
	line int
}

// byteFaultsOf finds them, once for all rules, in the order of the files.
func byteFaultsOf(t *lint.Target) map[lineKey]*byteFault {
	return lint.Memo(t, "bytefaults", func() map[lineKey]*byteFault {
		s := faultScan{t: t, found: map[lineKey]*byteFault{}, done: fileLines{}, known: map[string]reading{}, plain: map[*resolve.File]bool{}}
		excused := excusedProblems(t)
		for i := range t.Config.Problems {
			if p := &t.Config.Problems[i]; p.Line >= 0 && isLineFault(p.Kind) && !excused[p] && !s.isPlain(p.File) {
				s.line(p.File, p.Line, true)
			}
		}
		for _, f := range t.Config.Files {
			s.accepted(f)
		}
		return s.found
	})
}

// sortedFaults are the faults that one rule reports, by file and line.
func sortedFaults(p *lint.Pass) []*byteFault {
	var out []*byteFault
	for _, fault := range byteFaultsOf(p.Target) {
		if fault != nil && fault.rule == p.Rule.Name {
			out = append(out, fault)
		}
	}
	slices.SortFunc(out, func(a, b *byteFault) int {
		if a.file != b.file {
			return a.file.Index - b.file.Index
		}
		return a.line - b.line
	})
	return out
}

// isLineFault reports whether a refusal is about the words of a line.
func isLineFault(kind resolve.ProblemKind) bool {
	switch kind {
	case resolve.NotInMatch, resolve.IncludeTooDeep, resolve.TooManyIncludes, resolve.Unreadable, resolve.BadPermissions:
		return false
	}
	return true
}

type faultScan struct {
	t     *lint.Target
	found map[lineKey]*byteFault
	done  fileLines          // refused lines that were looked at
	known map[string]reading // what lines were read as, see reads
	plain map[*resolve.File]bool
}

// isPlain reports whether a file has only bytes that an editor shows: of its refused
// lines none has to be looked at.
func (s *faultScan) isPlain(f *resolve.File) bool {
	plain, known := s.plain[f]
	if !known {
		plain = !slices.ContainsFunc(f.Src, func(c byte) bool {
			return c < ' ' && c != '\t' && c != '\n' || c >= 0x7f
		})
		s.plain[f] = plain
	}
	return plain
}

// reading is what OpenSSH makes of a line by itself.
type reading struct {
	key      *keyword.Keyword // nil for a comment or an empty line
	accepted bool
}

// accepted looks for lines that OpenSSH does not refuse but misreads.
func (s *faultScan) accepted(f *resolve.File) {
	s.each(f, []byte{0})
	if bytes.Count(f.Src, []byte{'\r'}) != bytes.Count(f.Src, []byte("\r\n")) {
		s.each(f, []byte{'\r'})
	}
	for _, odd := range []string{"\u00a0", "\u200b", "\ufeff", "\u202f", "\u3000", "\v", "\f"} {
		s.each(f, []byte(odd))
	}
}

// each looks at the lines that hold the bytes.
func (s *faultScan) each(f *resolve.File, odd []byte) {
	for at := 0; at < len(f.Src); {
		i := bytes.Index(f.Src[at:], odd)
		if i < 0 {
			return
		}
		line := f.LineAt(at + i)
		s.line(f, line, false)
		at = max(at+i+1, f.Line(line).End)
	}
}

// line judges one line.
func (s *faultScan) line(f *resolve.File, line int, refused bool) {
	if isForeign(s.t, f) || s.done.has(f, line) || refused && !s.done.add(f, line) {
		return
	}
	key := lineKey{f, line}
	if s.found[key] != nil {
		return
	}
	fault := s.splitByCR(f, line, refused)
	if fault == nil {
		fault = s.odd(f, line, refused)
	}
	if fault != nil {
		s.found[key] = fault
	}
}

// splitByCR finds a line that is several: each part between lone CRs reads as
// a line of its own.
func (s *faultScan) splitByCR(f *resolve.File, line int, refused bool) *byteFault {
	l := f.Line(line)
	raw := f.Bytes(line)
	body := bytes.TrimRight(raw, " \t\r\n")
	parts := bytes.Split(body, []byte{'\r'})
	if len(parts) < 2 || bytes.IndexByte(body, 0) >= 0 {
		return nil
	}
	settings := 0
	var meant *keyword.Keyword
	for i, part := range parts {
		k, ok := s.reads(f, part)
		if !ok {
			return nil
		}
		if k != nil && i > 0 {
			settings++
		}
		if meant == nil {
			meant = k
		}
	}
	if settings == 0 {
		return nil
	}
	fault := &byteFault{rule: "control-character", file: f, line: line, refused: refused, lineEnd: true, meant: meant, what: "carriage return"}
	for i, c := range raw {
		if c != '\r' || i+1 < len(raw) && raw[i+1] == '\n' {
			continue
		}
		fault.edits = append(fault.edits, lint.TextEdit{Span: lint.Span{File: f.Path, Start: l.Start + i, End: l.Start + i + 1}, NewText: "\n"})
	}
	fault.span = fault.edits[0].Span
	return fault
}

// reads reports whether OpenSSH accepts a line, and the keyword it starts
// with; nil for a comment or an empty line. Lines with faults are often the same.
func (s *faultScan) reads(f *resolve.File, text []byte) (*keyword.Keyword, bool) {
	r, known := s.known[string(text)]
	if !known {
		r.key, r.accepted = s.readLine(f, text)
		if s.known != nil {
			s.known[string(text)] = r
		}
	}
	return r.key, r.accepted
}

func (s *faultScan) readLine(f *resolve.File, text []byte) (*keyword.Keyword, bool) {
	source := resolve.Source{Path: f.Path, Data: append([]byte{}, text...), System: f.System}
	c, err := resolve.Load(s.t.Dialect, resolve.Env{}, []resolve.Source{source}, resolve.Options{NoIncludes: true})
	if err != nil || c.Files[0].Len() > 1 {
		return nil, false
	}
	return s.keyOf(c.Files[0]), len(c.Problems) == 0
}

// keyOf is the keyword of the first line of a file.
func (s *faultScan) keyOf(f *resolve.File) *keyword.Keyword {
	if f.Len() == 0 {
		return nil
	}
	l := f.Line(0)
	if l.Kind != syntax.Setting && l.Kind != syntax.NoArgument {
		return nil
	}
	return s.t.Dialect.Lookup(f.KeyText(l))
}

// odd finds bytes that OpenSSH takes for parts of words or for the end of the
// line.
func (s *faultScan) odd(f *resolve.File, line int, refused bool) *byteFault {
	l := f.Line(line)
	c := cleaning{file: f, start: l.Start}
	c.run(f.Bytes(line))
	if len(c.edits) == 0 {
		return nil
	}
	fault := &byteFault{rule: "control-character", file: f, line: line, span: c.edits[0].Span, what: c.what, refused: refused}
	if nul := bytes.IndexByte(f.Bytes(line), 0); nul >= 0 {
		end := bytes.IndexByte(f.Bytes(line), '\n')
		fault.joined = end >= 0 && end < l.End-l.Start-1
	}
	accepted := true
	for i, part := range bytes.SplitAfter(bytes.TrimRight(c.clean, "\n"), []byte{'\n'}) {
		k, ok := s.reads(f, part)
		accepted = accepted && ok
		if i == 0 {
			fault.meant = k
		}
	}
	if accepted && c.certain {
		fault.edits = c.edits
	}
	if c.mark {
		fault.rule = "byte-order-mark"
		fault.edits = c.edits[:1]
	}
	if refused {
		if accepted || c.mark || fault.joined || fault.meant != nil && s.t.Dialect.Lookup(f.KeyText(l)) == nil {
			return fault
		}
		return nil
	}
	return s.misread(fault, l)
}

// misread keeps a fault of a line that OpenSSH accepts if the line does not do
// what it seems to say.
func (s *faultScan) misread(fault *byteFault, l syntax.Line) *byteFault {
	raw := fault.file.Bytes(fault.line)
	if nul := bytes.IndexByte(raw, 0); nul >= 0 {
		behind := len(bytes.Trim(raw[nul:], "\x00 \t\r\n")) > 0
		if fault.joined || behind && l.Kind == syntax.Setting {
			return fault
		}
		return nil
	}
	if l.Kind == syntax.Setting && fault.file.IsKeyword(l, "host") && s.t.Dialect.Side == keyword.Client && fault.span.Start < fault.file.CommentStart(l) {
		return fault
	}
	return nil
}

// cleaning takes the odd bytes out of a line.
type cleaning struct {
	file    *resolve.File
	start   int // offset of the line
	clean   []byte
	edits   []lint.TextEdit
	what    string
	mark    bool // the line starts with a byte-order mark
	certain bool
}

func (c *cleaning) run(raw []byte) {
	c.certain = true
	end := len(bytes.TrimRight(raw, " \t\r\n"))
	for end > 0 && raw[end-1] == '\f' {
		end = len(bytes.TrimRight(raw[:end-1], " \t\r\n")) // OpenSSH drops these
	}
	if end == 0 {
		end = len(raw)
	}
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 {
			r = rune(raw[i]) // Latin-1
		}
		text, name := oddRune(r)
		if name == "" || i >= end {
			c.clean = append(c.clean, raw[i:i+size]...)
			i += size
			continue
		}
		if len(c.edits) == 0 {
			c.what = name
			c.mark = r == '\ufeff' && len(bytes.Trim(c.clean, " \t")) == 0
		}
		if i+size >= end || r < ' ' && len(bytes.Trim(c.clean, " \t")) == 0 {
			text = "" // no blank is needed at either end of the line
		}
		c.certain = c.certain && !isOtherControl(r)
		c.clean = append(c.clean, text...)
		at := c.start + i
		c.edits = append(c.edits, lint.TextEdit{Span: lint.Span{File: c.file.Path, Start: at, End: at + size}, NewText: text})
		i += size
	}
}

// oddRune names a character that no configuration needs, with what stands for
// it in a clean one; name is "" for all others.
func oddRune(r rune) (text, name string) {
	switch {
	case r == 0:
		return "", "NUL byte"
	case r == '\f':
		return " ", "form feed"
	case r == '\v':
		return " ", "vertical tab"
	case r == '\r':
		return " ", "carriage return"
	case r == '\ufeff':
		return "", "byte-order mark"
	case r == 0xa0, r == 0x202f:
		return " ", fmt.Sprintf("no-break space (U+%04X)", r)
	case r == 0x200b, r == 0x200c, r == 0x200d, r == 0x2060, r == 0xad:
		return "", fmt.Sprintf("invisible character (U+%04X)", r)
	case 0x2000 <= r && r <= 0x200a, r == 0x205f, r == 0x3000, r == 0x1680, r == 0x2028, r == 0x2029, r == 0x85:
		return " ", fmt.Sprintf("blank that is no ASCII blank (U+%04X)", r)
	case isOtherControl(r):
		return "", fmt.Sprintf("control character (0x%02X)", r)
	}
	return "", ""
}

// isOtherControl holds for control characters of which nobody can say what
// they were meant to be.
func isOtherControl(r rune) bool {
	return (r < ' ' && r != 0 && (r < '\t' || r > '\r')) || r == 0x7f
}

// faultOf is the hidden byte behind a refusal, or nil.
func faultOf(t *lint.Target, p *resolve.Problem) *byteFault {
	if p.Line < 0 || !isLineFault(p.Kind) {
		return nil
	}
	return byteFaultsOf(t)[lineKey{p.File, p.Line}]
}

// hidesLines reports whether hidden bytes keep OpenSSH from reading lines or
// the header of a block: what the file is meant to say is not known then.
func hidesLines(t *lint.Target) bool {
	for _, fault := range byteFaultsOf(t) {
		if fault == nil {
			continue
		}
		if fault.joined || fault.lineEnd {
			return true
		}
		if k := fault.meant; fault.refused && k != nil && (k.Is("host") || k.Is("match") || k.Is("include")) {
			return true
		}
	}
	return false
}

// fixOf is the repair of a fault. What was refused had no effect at all, so
// that nothing that is in force changes; a line that is misread may take
// another effect.
func fixOf(t *lint.Target, fault *byteFault, message string) []lint.SuggestedFix {
	if len(fault.edits) == 0 || !t.CanEdit(fault.file) || !acceptsMore(t, fault) {
		return nil
	}
	f := lint.SuggestedFix{Message: message, Applicability: lint.Unsafe, Edits: fault.edits, Reveals: true}
	if fault.refused {
		f.Applicability = lint.Safe
	}
	return []lint.SuggestedFix{f}
}

// maxReread is up to how many faults an entry is read again for each of them.
const maxReread = 32

// acceptsMore reports whether OpenSSH would find no more to refuse once a fault
// is mended. Where there are many, it is asked about all of them together: each
// answer takes a reading of all files.
func acceptsMore(t *lint.Target, fault *byteFault) bool {
	if len(byteFaultsOf(t)) <= maxReread {
		return !refusesMore(t, fault.file, fault.edits)
	}
	return lint.Memo(t, "bytefaults-together:"+fault.rule+":"+fault.file.Path, func() bool {
		var all []lint.TextEdit
		for _, other := range byteFaultsOf(t) {
			if other != nil && other.rule == fault.rule && other.file == fault.file {
				all = append(all, other.edits...)
			}
		}
		return !refusesMore(t, fault.file, sortedEdits(all))
	})
}

// refusesMore reports whether OpenSSH would find more to refuse after some
// edits of a file than before.
func refusesMore(t *lint.Target, f *resolve.File, edits []lint.TextEdit) bool {
	c, err := reread(t, f, edits)
	return err != nil || len(c.Problems) > len(t.Config.Problems)
}

// reread resolves all files again with edits made to one of them.
func reread(t *lint.Target, f *resolve.File, edits []lint.TextEdit) (*resolve.Config, error) {
	data := edited(f.Src, edits)
	sources := slices.Clone(t.Sources)
	for i := range sources {
		if sources[i].Path == f.Path {
			sources[i].Data = data
		}
	}
	env := t.Env
	if read := env.ReadFile; read != nil {
		env.ReadFile = func(path string) ([]byte, resolve.FileInfo, error) {
			old, info, err := read(path)
			if path == f.Path {
				old = data
			}
			return old, info, err
		}
	}
	return resolve.Load(t.Dialect, env, sources, resolve.Options{NoIncludes: t.NoIncludes})
}

// edited is src with edits made that are in order.
func edited(src []byte, edits []lint.TextEdit) []byte {
	out := make([]byte, 0, len(src))
	at := 0
	for _, e := range edits {
		out = append(append(out, src[at:e.Start]...), e.NewText...)
		at = e.End
	}
	return append(out, src[at:]...)
}
