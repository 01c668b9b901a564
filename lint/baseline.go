package lint

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// baselineVersion is the version of the file format. It stays while fields are
// only added.
const baselineVersion = 1

// baselineTool tells a baseline from the files of other programs.
const baselineTool = "sshvet"

// Baseline is a list of findings that are known and left out of reports.
type Baseline struct {
	dir     string
	entries map[string]baselineEntry // by hash
}

// baselineFile is the file.
type baselineFile struct {
	Version  int             `json:"version"`
	Tool     string          `json:"tool"`
	Findings []baselineEntry `json:"findings"`
}

// baselineEntry stands for as many findings as Count says. Message is that of
// the first of them, for people.
type baselineEntry struct {
	Rule        string `json:"rule"`
	File        string `json:"file"`
	Fingerprint string `json:"fingerprint"`
	Count       int    `json:"count"`
	Message     string `json:"message"`
}

// NewBaseline has all findings of a result. dir is as for Fingerprints.
func NewBaseline(r *Result, dir string) *Baseline {
	b := &Baseline{dir: dir, entries: map[string]baselineEntry{}}
	for i, f := range r.Fingerprints(dir) {
		d := &r.Diagnostics[i]
		e, again := b.entries[f.Hash]
		if !again {
			e = baselineEntry{Rule: d.Rule, File: fileName(d.Span.File, dir), Fingerprint: f.Hash, Message: graphic(d.Message)}
		}
		e.Count++
		b.entries[f.Hash] = e
	}
	return b
}

// Len is how many findings are in b.
func (b *Baseline) Len() int {
	n := 0
	for _, e := range b.entries {
		n += e.Count
	}
	return n
}

// Encode is the file: JSON, sorted by file, rule and fingerprint, so that the
// same findings are the same bytes.
func (b *Baseline) Encode() []byte {
	file := baselineFile{Version: baselineVersion, Tool: baselineTool, Findings: []baselineEntry{}}
	file.Findings = slices.AppendSeq(file.Findings, maps.Values(b.entries))
	slices.SortFunc(file.Findings, func(x, y baselineEntry) int {
		return cmp.Or(cmp.Compare(x.File, y.File), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Fingerprint, y.Fingerprint))
	})
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(file); err != nil {
		panic(err) // strings and numbers
	}
	return out.Bytes()
}

// ReadBaseline reads what Encode has written. The error is half a sentence, to
// stand behind the name of the file. dir is as for Fingerprints.
func ReadBaseline(data []byte, dir string) (*Baseline, error) {
	var file baselineFile
	if err := json.Unmarshal(data, &file); err != nil {
		if !IsBaseline(data) {
			return nil, errNoBaseline
		}
		if errors.As(err, new(*json.UnmarshalTypeError)) {
			return nil, errors.New("has values that a baseline does not have; restore it, or write it anew with --write-baseline")
		}
		return nil, fmt.Errorf("is no JSON (%s); restore it, or write it anew with --write-baseline", jsonError(data, err))
	}
	switch {
	case file.Tool != baselineTool:
		return nil, errNoBaseline
	case file.Version != baselineVersion:
		return nil, fmt.Errorf("has version %d, and this sshvet reads version %d; update sshvet, or write the baseline anew with --write-baseline",
			file.Version, baselineVersion)
	}
	b := &Baseline{dir: dir, entries: map[string]baselineEntry{}}
	for i, e := range file.Findings {
		if e.Rule == "" || e.File == "" || e.Fingerprint == "" || e.Count < 1 {
			return nil, fmt.Errorf("has no rule, file, fingerprint or count above 0 in finding %d; write it anew with --write-baseline", i+1)
		}
		// Merged by git, an entry may be there twice: it is the same one.
		e.Count = max(e.Count, b.entries[e.Fingerprint].Count)
		b.entries[e.Fingerprint] = e
	}
	return b, nil
}

// IsBaseline reports whether a file is a baseline, of whatever version and even if
// it is broken, as after a merge with conflicts: whether it may be replaced by
// another one.
func IsBaseline(data []byte) bool {
	const head = 4096
	text := bytes.ReplaceAll(data[:min(len(data), head)], []byte(" "), nil)
	return bytes.Contains(text, []byte(`"tool":"`+baselineTool+`"`))
}

var errNoBaseline = errors.New("is no baseline that sshvet has written; name another file, or remove it and write one with --write-baseline")

// jsonError says where JSON is broken.
func jsonError(data []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err.Error()
	}
	line := 1 + bytes.Count(data[:min(int(syntax.Offset), len(data))], []byte("\n"))
	return fmt.Sprintf("line %d: %s", line, err)
}

// graphic is a text in which what cannot be seen is spelled out, for the file is
// read by people.
func graphic(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return !unicode.IsGraphic(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if unicode.IsGraphic(r) {
			b.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToGraphic(r)
		b.WriteString(quoted[1 : len(quoted)-1])
	}
	return b.String()
}

// LeaveOut removes the findings that are in a baseline, and those that stand in the
// place of one in it (Rule.InsteadOf), and counts them. If there are more of the
// same, the last ones stay. What is left gets no fix that would change the line of
// one that was removed, or what is in force for those whom it is about: it would be
// another finding then.
func (r *Result) LeaveOut(b *Baseline) {
	seen := map[string]int{}
	inBaseline := func(f FileFinding) bool {
		hash := hashOfFile(f, b.dir)
		seen[hash] = max(1, seen[hash]) // it is there still, for some
		return b.entries[hash].Count > 0
	}
	kept := r.Diagnostics[:0]
	var known []Diagnostic
	for i, f := range r.Fingerprints(b.dir) {
		d := r.Diagnostics[i]
		seen[f.Hash]++
		if f.Ordinal > b.entries[f.Hash].Count && !d.coveredBy(inBaseline) {
			kept = append(kept, d)
			continue
		}
		known = append(known, d)
		r.Sheltered.add(&d, &sheltered{rule: d.Rule, baseline: true})
	}
	clear(r.Diagnostics[len(kept):])
	r.Diagnostics = kept
	r.Known += len(known)
	r.countGone(b, seen)
	r.protect(known)
	r.shelter(&r.Sheltered, map[nameInFile]bool{})
}

// countGone counts what is in a baseline and was not found, although the file
// was read and the rule has run.
func (r *Result) countGone(b *Baseline, seen map[string]int) {
	read := map[string]bool{}
	for file := range r.Sources {
		read[fileName(file, b.dir)] = true
	}
	for hash, e := range b.entries {
		if read[e.File] && r.ran[e.Rule] {
			r.Gone += max(0, e.Count-seen[hash])
		}
	}
}

// lineRange is a range of lines without the line end of the last.
type lineRange struct {
	start, end int
	of         *Diagnostic
}

// protect takes away the fixes that change the lines of known findings.
func (r *Result) protect(known []Diagnostic) {
	byFile := map[string][]lineRange{}
	for i := range known {
		d := &known[i]
		if src := bytesOf(r.Sources[d.Span.File]); src != nil && !d.AboutFile() {
			byFile[d.Span.File] = append(byFile[d.Span.File], linesAt(src, d))
		}
	}
	if len(byFile) == 0 {
		return
	}
	for _, list := range byFile {
		slices.SortFunc(list, func(x, y lineRange) int { return x.start - y.start })
		for i := 1; i < len(list); i++ { // so that the ends are in order, too
			list[i].end = max(list[i].end, list[i-1].end)
		}
	}
	r.dropEdits(func(e *TextEdit) *Related {
		list := byFile[e.File]
		i := sort.Search(len(list), func(i int) bool { return list[i].end > e.Start })
		if e.Start == e.End || i == len(list) || list[i].start >= e.End {
			return nil
		}
		d := list[i].of
		return &Related{Span: d.Span, Message: d.Rule + " is in the baseline here, so that this line stays as it is"}
	})
}

func linesAt(src []byte, d *Diagnostic) lineRange {
	start, end := min(d.Span.Start, len(src)), min(max(d.Span.Start, d.Span.End-1), len(src))
	out := lineRange{bytes.LastIndexByte(src[:start], '\n') + 1, len(src), d}
	if i := bytes.IndexByte(src[end:], '\n'); i >= 0 {
		out.end = end + len(bytes.TrimSuffix(src[end:end+i], []byte("\r")))
	}
	return out
}

// bytesOf is the text behind a source that this package has made.
func bytesOf(s Source) []byte {
	switch s := s.(type) {
	case *Lines:
		return s.src
	case maskedSource:
		return bytesOf(s.positions)
	}
	return nil
}
