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

// The parts of a report of GitLab's code quality.
type (
	gitlabFinding struct {
		Description string         `json:"description"`
		CheckName   string         `json:"check_name"`
		Fingerprint string         `json:"fingerprint"`
		Severity    string         `json:"severity"`
		Location    gitlabLocation `json:"location"`
	}
	gitlabLocation struct {
		Path  string      `json:"path"`
		Lines gitlabLines `json:"lines"`
	}
	gitlabLines struct {
		Begin int `json:"begin"`
		End   int `json:"end"`
	}
)

// gitlabSeverities are GitLab's names of the severities. It also has minor and
// blocker.
var gitlabSeverities = [...]string{lint.Note: "info", lint.Warning: "major", lint.Error: "critical"}

// GitLab writes a code quality report: a list of findings. GitLab compares the
// fingerprints of two branches to say what is new.
func GitLab(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	names := fingerprintsOf(r, &o)
	j.list(len(r.Diagnostics), "", func(i int) any {
		d := &r.Diagnostics[i]
		start, end := ends(r, d.Span)
		path, _ := o.checkoutPath(d.Span.File)
		return gitlabFinding{
			Description: message(d, "\nhelp: "),
			CheckName:   d.Rule,
			Fingerprint: names[i],
			Severity:    gitlabSeverities[d.Severity],
			Location:    gitlabLocation{term.Escape(path), gitlabLines{start.Line, lastLine(start, end)}},
		}
	})
	j.print("\n")
	return j.flush()
}

// fingerprints names findings so that they keep their names while lines
// above them come and go: by rule, file, the text of the line if they are about one,
// and which one of those that are alike it is.
type fingerprints struct {
	result *lint.Result
	seen   map[string]int
	file   string // of the line whose text was hashed last: findings in one
	line   int    // very long line must not cost its length each
	text   [sha256.Size]byte
}

func newFingerprints(r *lint.Result) fingerprints {
	return fingerprints{result: r, seen: map[string]int{}, line: -1}
}

// fingerprintsOf are the fingerprints of all findings, in their order: they count
// what came before, so that they cannot be made while the list is written by
// several processors.
func fingerprintsOf(r *lint.Result, o *Options) []string {
	f := newFingerprints(r)
	out := make([]string, len(r.Diagnostics))
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		path, _ := o.checkoutPath(d.Span.File)
		out[i] = f.of(d, path, position(r, d.Span.File, d.Span.Start).Line)
	}
	return out
}

func (f *fingerprints) of(d *lint.Diagnostic, path string, line int) string {
	if d.AboutFile() {
		line = 0
	}
	if f.line != line || f.file != d.Span.File {
		text := ""
		if src := f.result.Sources[d.Span.File]; src != nil && line > 0 {
			text = strings.TrimSpace(src.Line(line))
		}
		f.file, f.line, f.text = d.Span.File, line, sha256.Sum256([]byte(text))
	}
	key := d.Rule + "\x00" + path + "\x00" + string(f.text[:])
	n := f.seen[key]
	f.seen[key]++
	sum := sha256.Sum256([]byte(key + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:])
}
