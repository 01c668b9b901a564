package report

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// gitlabSeverities are GitLab's names of the severities. It also has minor and
// blocker.
var gitlabSeverities = [...]string{lint.Note: "info", lint.Warning: "major", lint.Error: "critical"}

// GitLab writes a code quality report: a list of findings. GitLab compares the
// fingerprints of two branches to say what is new.
func GitLab(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	prints := fingerprintsOf(r, &o)
	j.list(len(r.Diagnostics), func() element {
		places := newPlaces(r, func(file string) (string, bool) {
			path, inside := o.checkoutPath(file)
			return quoted(term.Escape(path)), inside
		})
		return func(j *jsonText, i int) { j.gitlabFinding(&r.Diagnostics[i], &places, prints[i]) }
	})
	return j.end()
}

func (j *jsonText) gitlabFinding(d *lint.Diagnostic, places *places, print fingerprint) {
	start, end := places.ends(d.Span)
	name := print.hex()
	j.open('{')
	j.textField("description", message(d, "\nhelp: "))
	j.textField("check_name", d.Rule)
	j.textField("fingerprint", string(name[:]))
	j.textField("severity", gitlabSeverities[d.Severity])
	j.openField("location", '{')
	j.rawField("path", places.name)
	j.openField("lines", '{')
	j.numberField("begin", start.Line)
	j.numberField("end", lastLine(start, end))
	j.close('}')
	j.close('}')
	j.close('}')
}

// fingerprint names a finding so that it keeps its name while lines above it come
// and go: by rule, file, the text of the line if it is about one, and which one of
// those that are alike it is.
type fingerprint struct {
	alike
	nth int // from 0
}

// alike is what findings have in common that only their order tells apart.
type alike struct {
	rule, path string
	text       [sha256.Size]byte // of the line
}

// hex is the name in digits.
func (f *fingerprint) hex() (out [2 * sha256.Size]byte) {
	key := make([]byte, 0, 256)
	key = append(append(key, f.rule...), 0)
	key = append(append(key, f.path...), 0)
	key = append(key, f.text[:]...)
	sum := sha256.Sum256(strconv.AppendInt(key, int64(f.nth), 10))
	hex.Encode(out[:], sum[:])
	return out
}

// fingerprintsOf are the fingerprints of all findings, in their order: they count
// what came before, so that this cannot be done while the list is written by
// several processors.
func fingerprintsOf(r *lint.Result, o *Options) []fingerprint {
	seen := map[alike]int{}
	lines := lineSums{line: -1, places: newPlaces(r, o.checkoutPath)}
	out := make([]fingerprint, len(r.Diagnostics))
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		text := lines.of(d)
		a := alike{d.Rule, lines.places.name, text}
		out[i] = fingerprint{a, seen[a]}
		seen[a]++
	}
	return out
}

// lineSums hashes the lines of findings. The last one is kept: findings in one very
// long line must not cost its length each.
type lineSums struct {
	places places
	file   string
	line   int
	sum    [sha256.Size]byte
}

// of is the hash of the line of d, or of nothing if it is about no line. The file of
// d is opened.
func (l *lineSums) of(d *lint.Diagnostic) [sha256.Size]byte {
	l.places.open(d.Span.File)
	line := 0
	if !d.AboutFile() {
		line = l.places.at(d.Span.Start).Line
	}
	if l.line == line && l.file == d.Span.File {
		return l.sum
	}
	text := ""
	if l.places.src != nil && line > 0 {
		text = strings.TrimSpace(l.places.src.Line(line))
	}
	l.file, l.line, l.sum = d.Span.File, line, sha256.Sum256([]byte(text))
	return l.sum
}
