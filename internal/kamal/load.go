package kamal

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Load reads a deployment. Its error says that a file cannot be read or does
// not exist, or is too large; what Kamal refuses in files that can be read is
// in Problems.
func Load(req Request) (*Deployment, error) {
	d := &Deployment{Request: req, values: map[string]string{}}
	if err := d.readLock(); err != nil {
		return nil, err
	}
	bases, err := d.readFiles()
	if err != nil {
		return nil, err
	}
	d.defaults()
	if bases {
		d.readRoot()
	} else {
		d.nothingKnown()
	}
	if d.work > maxWork {
		return nil, fmt.Errorf("%s: %w", d.File, errTooMuch)
	}
	if err := d.readDump(); err != nil {
		return nil, err
	}
	d.selectHosts()
	d.findHooks()
	d.sort()
	return d, nil
}

// readRoot takes everything out of the merged files.
func (d *Deployment) readRoot() {
	d.check()
	d.readSSH()
	d.readSSHKit()
	d.readBuilder()
	d.readHosts()
	d.readHooks()
	d.collect()
}

// defaults are Kamal's own values.
func (d *Deployment) defaults() {
	d.SSH.User.Value = "root"
	d.SSH.Port.Value = 22
	d.SSHKit.PoolIdleTimeout.Value = 900
	d.Hooks.Path = filepath.Join(".kamal", "hooks")
}

// nothingKnown makes every value unknown: the files cannot be read.
func (d *Deployment) nothingKnown() {
	s := &d.SSH
	s.User.Unknown, s.Port.Unknown, s.Proxy.Unknown, s.ProxyCommand.Unknown = true, true, true, true
	s.Config.Unknown, s.ForwardAgent.Unknown = true, true
	d.SSHKit.PoolIdleTimeout.Unknown = true
	d.Builder.Remote.Unknown = true
	d.Hooks.Path = ""
}

// DestinationFile is the file that Kamal merges over deploy.yml: the extension
// of its name replaced, whatever it is.
func DestinationFile(file, destination string) string {
	base := filepath.Base(file)
	ext := filepath.Ext(base)
	if ext == base { // .deploy is a name without extension for Ruby
		ext = ""
	}
	return strings.TrimSuffix(file, ext) + "." + destination + ".yml"
}

// readFiles reads deploy.yml and the file of the destination, and merges them.
// It reports whether both are YAML that can be merged.
func (d *Deployment) readFiles() (bool, error) {
	var err error
	if d.base, err = d.readYAML(d.File); err != nil {
		return false, err
	}
	ok := d.base.root != nil
	d.root = d.base.root
	if d.Destination == "" {
		return ok, nil
	}
	if d.dest, err = d.readYAML(DestinationFile(d.File, d.Destination)); err != nil {
		return false, err
	}
	if !ok || d.dest.root == nil {
		d.root = nil
		return false, nil
	}
	work := 0
	d.root = deepMerge(d.base.root, d.dest.root, 0, &work)
	if work > maxWork {
		return false, fmt.Errorf("%s: %w", d.dest.path, errTooMuch)
	}
	return true, nil
}

func (d *Deployment) readYAML(path string) (*source, error) {
	if d.Exists != nil && !d.Exists(path) {
		return nil, fmt.Errorf("Configuration file not found in %s", path) //lint:ignore ST1005 Kamal's words
	}
	data, err := d.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s has %d bytes; files of more than %d are not read", path, len(data), maxSize)
	}
	d.Files = append(d.Files, File{Path: path, Data: data})
	s, err := readSource(path, data)
	var broken *yamlError
	if errors.As(err, &broken) {
		return s, d.notYAML(s, broken)
	}
	d.checkDocument(s)
	return s, nil
}

// notYAML is a problem, or unknown where ERB may be what makes the text no
// YAML, or an error where it is only us who cannot read it.
func (d *Deployment) notYAML(s *source, e *yamlError) error {
	s.root = nil
	if len(s.tags) > 0 {
		d.Unknown = append(d.Unknown, Unknown{Span: Span{File: s.path, Start: s.tags[0].start, End: s.tags[0].end}})
		return nil
	}
	if e.limit {
		return fmt.Errorf("%s: %s", s.path, e.text)
	}
	at := 0
	if e.line > 0 {
		at = min(s.offset(e.line, e.column), len(s.data))
	} else {
		at = badByte(s.data)
	}
	end := max(lineEnd(s.data, at), at)
	d.Problems = append(d.Problems, Problem{Kind: SyntaxProblem, Span: Span{s.path, at, end}, Text: e.psych(),
		Help: "correct the YAML: Kamal cannot read the file"})
	return nil
}

// badByte is the first byte of what YAML does not allow in a text at all.
func badByte(data []byte) int {
	for at := 0; at < len(data); {
		r, n := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && n == 1 || r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r < 0xA0 && r != 0x85 ||
			r == 0xFEFF && at > 0 || r == 0xFFFE || r == 0xFFFF {
			return at
		}
		at += n
	}
	return 0
}

// checkDocument refuses what is no map: Kamal calls symbolize_keys on it.
func (d *Deployment) checkDocument(s *source) {
	n := s.root
	switch {
	case n != nil && n.kind == kMap && !s.shifted:
		return
	case s.shifted || n != nil && n.unknown || len(s.regions) > 0:
		d.Unknown = append(d.Unknown, Unknown{Span: Span{File: s.path, Start: s.tags[0].start, End: s.tags[0].end}})
	default:
		what := "false"
		if n != nil {
			what = rubyName(n)
		}
		d.Problems = append(d.Problems, Problem{Kind: WrongValue, Span: Span{s.path, 0, lineEnd(s.data, 0)},
			Text: "undefined method `symbolize_keys' for " + what,
			Help: "the file must hold a map of settings; {} is an empty one"})
	}
	s.root = nil
}

// rubyName is how Ruby names a value that is no map, without showing it.
func rubyName(n *node) string {
	switch n.kind {
	case kNull:
		return "nil"
	case kSeq:
		return "an instance of Array"
	case kBool:
		return n.text
	case kInt:
		return "an instance of Integer"
	case kString:
		return "an instance of String"
	}
	return "this value"
}

// deepMerge is ActiveSupport's deep_merge: maps become one, everything else of
// the second file replaces what the first has. At the root a string and a
// symbol are the same key.
func deepMerge(a, b *node, depth int, work *int) *node {
	out := &node{kind: kMap, src: a.src, start: a.start, end: a.end,
		partial: a.partial || b.partial, unknown: a.unknown || b.unknown}
	if *work += len(a.pairs) + len(b.pairs); *work > maxWork {
		return out
	}
	index := map[string]int{}
	for _, p := range a.pairs {
		index[mergeID(p.key, depth)] = len(out.pairs)
		copied := *p
		out.pairs = append(out.pairs, &copied)
	}
	for _, p := range b.pairs {
		copied := *p
		i, ok := index[mergeID(p.key, depth)]
		if !ok {
			index[mergeID(p.key, depth)] = len(out.pairs)
			out.pairs = append(out.pairs, &copied)
			continue
		}
		old := out.pairs[i]
		replaces := p.val.kind != kMap || old.val.kind != kMap
		switch {
		case p.unsure || p.val.unknown:
			copied.unsure = true
		case old.val.unknown && p.val.kind == kMap:
			copied.unsure = true // what it merges with is not known
		case !replaces && depth < 100:
			copied.key, copied.val = old.key, deepMerge(old.val, p.val, depth+1, work)
			copied.unsure = old.unsure
		}
		out.pairs[i] = &copied
	}
	return out
}

func mergeID(key *node, depth int) string {
	if depth == 0 && key.kind == kSymbol {
		return fmt.Sprint(kString, key.text)
	}
	return key.id()
}

// section is the value of a key of the whole file, where symbols are keys, too.
func (d *Deployment) section(name string) *pair {
	if d.root == nil {
		return nil
	}
	if d.tops == nil {
		d.tops = map[string]*pair{}
		for _, p := range d.root.pairs {
			if p.key.kind == kString || p.key.kind == kSymbol {
				d.tops[p.key.text] = p
			}
		}
	}
	return d.tops[name]
}

// unknown records that a value depends on ERB, once for each path.
func (d *Deployment) unknown(path string, span Span) {
	d.asked++
	if d.said[path] {
		return
	}
	if d.said == nil {
		d.said = map[string]bool{}
	}
	d.said[path] = true
	d.Unknown = append(d.Unknown, Unknown{Path: path, Span: span})
}

// sort brings problems and what is unknown into the order of the files.
func (d *Deployment) sort() {
	place := func(a, b Span) int {
		file := func(s Span) int {
			return slices.IndexFunc(d.Files, func(f File) bool { return f.Path == s.File })
		}
		return cmp.Or(cmp.Compare(file(a), file(b)), cmp.Compare(a.Start, b.Start))
	}
	slices.SortStableFunc(d.Problems, func(a, b Problem) int { return place(a.Span, b.Span) })
	slices.SortStableFunc(d.Unknown, func(a, b Unknown) int { return place(a.Span, b.Span) })
}
