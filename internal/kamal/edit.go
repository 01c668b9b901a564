package kamal

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// edit replaces bytes of one file.
type edit struct {
	start, end int
	text       string
}

// SetPoolIdleTimeout is the edit that makes sshkit.pool_idle_timeout that many
// seconds: the bytes from start to end of file become newText, every other byte
// stays. The error says in words why that cannot be done here.
//
// The edit is made in the destination's file if that one sets the value, else
// in deploy.yml. It is proven before it is returned: the files read with it
// differ in this value only.
func (d *Deployment) SetPoolIdleTimeout(seconds int) (file string, start, end int, newText string, err error) {
	s, err := d.fileToSet()
	if err != nil {
		return "", 0, 0, "", err
	}
	e, err := s.setTimeout(seconds)
	if err != nil {
		return "", 0, 0, "", fmt.Errorf("%s: %w", s.path, err)
	}
	if err := d.proveEdit(s, e, seconds); err != nil {
		return "", 0, 0, "", fmt.Errorf("%s: sshkit.pool_idle_timeout cannot be set without other changes: %w", s.path, err)
	}
	return s.path, e.start, e.end, e.text, nil
}

// fileToSet is the file whose value of pool_idle_timeout counts.
func (d *Deployment) fileToSet() (*source, error) {
	if d.root == nil || d.base == nil {
		return nil, errors.New("the files cannot be read as YAML")
	}
	if d.dest == nil {
		return d.base, nil
	}
	for _, p := range d.dest.root.pairs {
		if p.key.text != "sshkit" || p.key.kind != kString && p.key.kind != kSymbol {
			continue
		}
		switch {
		case !p.known():
			return nil, fmt.Errorf("%s: sshkit depends on ERB", d.dest.path)
		case p.val.kind != kMap:
			return nil, fmt.Errorf("%s: sshkit is no map there", d.dest.path)
		case p.val.get("pool_idle_timeout") != nil:
			return d.dest, nil
		case p.val.partial:
			return nil, fmt.Errorf("%s: sshkit depends on ERB", d.dest.path)
		}
	}
	if d.dest.root.partial {
		return nil, fmt.Errorf("%s: ERB may set sshkit there", d.dest.path)
	}
	return d.base, nil
}

var (
	errERB    = errors.New("sshkit depends on ERB")
	errShared = errors.New("sshkit shares its values with other places (anchor, alias or <<)")
	errTwice  = errors.New("sshkit is there more than once")
	errForm   = errors.New("sshkit is written in a form that is not edited")
)

// setTimeout makes the edit in one file.
func (s *source) setTimeout(seconds int) (edit, error) {
	if s.loneCR() {
		return edit{}, errors.New("its lines end with CR alone")
	}
	if s.root.partial {
		return edit{}, errors.New("ERB adds settings to the file that are not seen here")
	}
	pairs, merged := s.entries(s.doc, s.root, "sshkit")
	if merged {
		return edit{}, errShared
	}
	var e edit
	var err error
	switch len(pairs) {
	case 0:
		e, err = s.newSection(seconds)
	case 1:
		e, err = s.inSection(pairs[0], seconds)
	default:
		err = errTwice
	}
	if err == nil && s.insideERB(e) {
		err = errERB
	}
	return e, err
}

// loneCR reports whether a CR stands without an LF, which ends a line for YAML
// and for nobody else.
func (s *source) loneCR() bool {
	for i, c := range s.data {
		if c == '\r' && (i+1 == len(s.data) || s.data[i+1] != '\n') {
			return true
		}
	}
	return false
}

// entry is one entry of a map as it is written.
type entry struct {
	keyNode, valNode *yaml.Node
	key, val         *node
}

// entries finds a key among the written entries of a map. merged reports
// whether << brings it.
func (s *source) entries(y *yaml.Node, n *node, key string) (found []entry, merged bool) {
	all := s.written(y)
	for _, e := range all {
		if e.key.text == key && (e.key.kind == kString || e.key.kind == kSymbol && n == s.root) {
			found = append(found, e)
		}
	}
	for _, p := range n.pairs {
		merged = merged || p.merged && p.key.text == key
	}
	return found, merged
}

// written lists the entries of a map as they stand in the file.
func (s *source) written(y *yaml.Node) []entry {
	var out []entry
	for i := 0; i+1 < len(y.Content); i += 2 {
		out = append(out, entry{y.Content[i], y.Content[i+1], s.node(y.Content[i]), s.node(y.Content[i+1])})
	}
	return out
}

func (s *source) node(y *yaml.Node) *node {
	for y.Kind == yaml.AliasNode {
		y = y.Alias
	}
	return s.nodes[y]
}

// plainNode reports whether a value stands where it is, and only there.
func plainNode(y *yaml.Node) bool {
	return y.Kind != yaml.AliasNode && y.Anchor == "" && y.Style&yaml.TaggedStyle == 0
}

// insideERB reports whether an edit would touch ERB or text that depends on it.
func (s *source) insideERB(e edit) bool {
	for _, t := range s.tags {
		if e.start < t.end && e.end > t.start || t.start < e.start && e.start < t.end {
			return true
		}
	}
	for _, r := range s.regions {
		if r.start < e.end && e.start < r.end || r.start < e.start && e.start < r.end {
			return true
		}
	}
	return false
}

// inSection sets the value in a section that is there.
func (s *source) inSection(sshkit entry, seconds int) (edit, error) {
	switch {
	case sshkit.key.unknown || sshkit.val.unknown || sshkit.val.partial:
		return edit{}, errERB
	case !plainNode(sshkit.keyNode) || !plainNode(sshkit.valNode):
		return edit{}, errShared
	case sshkit.val.kind == kNull && sshkit.valNode.Value == "":
		return s.fillSection(sshkit, seconds)
	case sshkit.val.kind != kMap:
		return edit{}, errors.New("sshkit is no map")
	}
	if m, _ := s.entries(sshkit.valNode, sshkit.val, "<<"); len(m) > 0 {
		return edit{}, errShared
	}
	pools, merged := s.entries(sshkit.valNode, sshkit.val, "pool_idle_timeout")
	switch {
	case merged:
		return edit{}, errShared
	case len(pools) > 1:
		return edit{}, errors.New("pool_idle_timeout is there more than once")
	case len(pools) == 1:
		return s.inPlace(pools[0], seconds)
	case sshkit.valNode.Style&yaml.FlowStyle != 0:
		return s.inFlow(sshkit.valNode, sshkit.val, timeoutText(seconds))
	}
	return s.newLine(sshkit, seconds)
}

func timeoutText(seconds int) string { return fmt.Sprintf("pool_idle_timeout: %d", seconds) }

// inPlace replaces the value.
func (s *source) inPlace(pool entry, seconds int) (edit, error) {
	y := pool.valNode
	switch {
	case pool.val.unknown || pool.key.unknown:
		return edit{}, errERB
	case !plainNode(y):
		return edit{}, errShared
	case y.Kind != yaml.ScalarNode || y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return edit{}, errForm
	case pool.val.start < pool.val.end:
		return edit{pool.val.start, pool.val.end, fmt.Sprint(seconds)}, nil
	}
	at := pool.key.end
	for at < len(s.masked) && (s.masked[at] == ' ' || s.masked[at] == '\t') {
		at++
	}
	if at >= len(s.masked) || s.masked[at] != ':' {
		return edit{}, errForm
	}
	return edit{at + 1, at + 1, fmt.Sprintf(" %d", seconds)}, nil
}

// inFlow adds an entry to {…}, behind the last one.
func (s *source) inFlow(y *yaml.Node, n *node, text string) (edit, error) {
	if len(y.Content) == 0 {
		at := s.properties(y, n.start)
		return edit{at + 1, at + 1, text}, nil
	}
	all := s.written(y)
	last := all[len(all)-1]
	if last.valNode.Kind == yaml.AliasNode || last.val.start == last.val.end {
		// Nothing to stand behind: before the first, then.
		at := s.properties(y, n.start)
		return edit{at + 1, at + 1, text + ", "}, nil
	}
	return edit{last.val.end, last.val.end, ", " + text}, nil
}

// newLine adds a line to a section in block style: behind the last entry if
// that is on one line, else as the first.
func (s *source) newLine(sshkit entry, seconds int) (edit, error) {
	all := s.written(sshkit.valNode)
	first := all[0]
	from := lineStart(s.data, first.key.start)
	indent := string(s.data[from:first.key.start])
	if strings.Trim(indent, " ") != "" {
		return edit{}, errForm
	}
	last := all[len(all)-1]
	behind := lineStart(s.data, last.key.start)
	if last.valNode.Kind != yaml.ScalarNode || !isPlain(last.valNode) || last.val.unknown ||
		lineStart(s.data, last.val.end) != behind {
		behind = lineStart(s.data, sshkit.key.start)
	}
	return s.lineBehind(behind, indent+timeoutText(seconds)), nil
}

// fillSection gives an empty section its first entry.
func (s *source) fillSection(sshkit entry, seconds int) (edit, error) {
	if s.doc.Style&yaml.FlowStyle != 0 {
		return edit{}, errForm
	}
	from := lineStart(s.data, sshkit.key.start)
	indent := string(s.data[from:sshkit.key.start])
	if strings.Trim(indent, " ") != "" {
		return edit{}, errForm
	}
	return s.lineBehind(from, indent+s.indent()+timeoutText(seconds)), nil
}

// lineBehind inserts a line after the one that starts at a place.
func (s *source) lineBehind(start int, text string) edit {
	end := lineEnd(s.data, start)
	return edit{end, end, s.eol(end) + text}
}

// eol is how lines end around a place.
func (s *source) eol(at int) string {
	if bytes.HasPrefix(s.data[at:], []byte("\r\n")) {
		return "\r\n"
	}
	if at < len(s.data) && s.data[at] == '\n' {
		return "\n"
	}
	if i := bytes.LastIndexByte(s.data[:at], '\n'); i > 0 && s.data[i-1] == '\r' {
		return "\r\n"
	}
	return "\n"
}

// indent is by how much the file indents: as its first map in a map.
func (s *source) indent() string {
	for _, e := range s.written(s.doc) {
		if e.valNode.Kind == yaml.MappingNode && e.valNode.Style&yaml.FlowStyle == 0 && e.valNode.Column > e.keyNode.Column {
			if n := e.valNode.Column - e.keyNode.Column; n <= 8 {
				return strings.Repeat(" ", n)
			}
		}
	}
	return "  "
}

// newSection adds sshkit: at the end of the document, behind comments that
// stand there, too: they may belong to the last setting.
func (s *source) newSection(seconds int) (edit, error) {
	if s.doc.Style&yaml.FlowStyle != 0 {
		return s.inFlow(s.doc, s.root, fmt.Sprintf("sshkit: {%s}", timeoutText(seconds)))
	}
	root := strings.Repeat(" ", max(s.doc.Content[0].Column-1, 0))
	at, last := s.documentEnd()
	eol := s.eol(at)
	text := root + "sshkit:" + eol + root + s.indent() + timeoutText(seconds)
	if s.spaced() && !s.blankBefore(at) {
		text = eol + text
	}
	if last && !bytes.HasSuffix(s.data, []byte("\n")) {
		return edit{at, at, eol + text}, nil
	}
	return edit{at, at, text + eol}, nil
}

// documentEnd is the start of the line --- or ... behind the first document, or
// the end of the file; last tells which.
func (s *source) documentEnd() (at int, last bool) {
	for at := lineEnd(s.masked, s.root.end); at < len(s.masked); {
		n := bytes.IndexByte(s.masked[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
		line := string(s.masked[at:lineEnd(s.masked, at)])
		if line == "---" || line == "..." || strings.HasPrefix(line, "--- ") || strings.HasPrefix(line, "... ") ||
			strings.HasPrefix(line, "---\t") || strings.HasPrefix(line, "...\t") {
			return at, false
		}
		at = lineEnd(s.masked, at)
	}
	return len(s.data), true
}

// spaced reports whether the file has an empty line between its sections.
func (s *source) spaced() bool {
	for i, e := range s.written(s.doc) {
		if i > 0 && s.emptyAbove(e.key.start) {
			return true
		}
	}
	return false
}

// emptyAbove reports whether there is an empty line above that of a place,
// comments in between not counted.
func (s *source) emptyAbove(at int) bool {
	for from := lineStart(s.data, at); from > 0; {
		above := lineStart(s.data, from-1)
		line := bytes.TrimSpace(s.data[above:from])
		if len(line) == 0 {
			return true
		}
		if line[0] != '#' {
			return false
		}
		from = above
	}
	return false
}

// blankBefore reports whether the line before a place is empty.
func (s *source) blankBefore(at int) bool {
	before := s.data[:at]
	if !bytes.HasSuffix(before, []byte("\n")) {
		return len(bytes.TrimSpace(before[lineStart(s.data, at):])) == 0
	}
	above := lineStart(s.data, at-1)
	return len(bytes.TrimSpace(s.data[above:at])) == 0
}

// proveEdit reads the files with the edit.
func (d *Deployment) proveEdit(s *source, e edit, seconds int) error {
	data := make([]byte, 0, len(s.data)+len(e.text))
	data = append(append(append(data, s.data[:e.start]...), e.text...), s.data[e.end:]...)
	req := d.Request
	req.Dump, req.Hosts = nil, nil
	req.ReadFile = func(path string) ([]byte, error) {
		for _, f := range d.Files {
			if f.Path == path && path == s.path {
				return data, nil
			}
			if f.Path == path {
				return f.Data, nil
			}
		}
		return nil, fmt.Errorf("%s was not read before", path)
	}
	after, err := Load(req)
	if err != nil {
		return err
	}
	if err := Same(d, after, "sshkit", "sshkit/pool_idle_timeout"); err != nil {
		return err
	}
	v := after.SSHKit.PoolIdleTimeout
	if v.Value != seconds || v.Unknown || v.Span.File != s.path {
		return errors.New("the value would not be in force")
	}
	if len(after.Problems) > len(d.Problems) {
		return errors.New("Kamal would refuse the file") //lint:ignore ST1005 Kamal is a name
	}
	return nil
}
