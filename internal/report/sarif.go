package report

import (
	"encoding/base64"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

const (
	sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
	homePage    = "https://github.com/sshvet/sshvet"
	// sourceRoot is the base of relative URIs: the root of the checkout. Where
	// that is, only who reads the report knows.
	sourceRoot = "%SRCROOT%"
	// longestDescription is what GitHub takes, in runes.
	longestDescription = 1024
)

// SARIF writes a log of SARIF 2.1.0 as GitHub code scanning wants it.
func SARIF(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	j.open('{')
	j.textField("$schema", sarifSchema)
	j.textField("version", "2.1.0")
	j.openField("runs", '[')
	j.next()
	j.open('{')
	j.sarifTool(&o)
	j.sarifInvocation(&o)
	j.textField("columnKind", "unicodeCodePoints")
	j.key("results")
	s := newSARIFWriter(r, &o)
	j.list(len(r.Diagnostics), func() element {
		part := *s
		part.places = newPlaces(r, s.name)
		return part.result
	})
	j.close('}')
	j.close(']')
	j.close('}')
	return j.end()
}

func (j *jsonWriter) sarifTool(o *Options) {
	j.openField("tool", '{')
	j.openField("driver", '{')
	j.textField("name", "sshvet")
	j.textField("version", o.toolVersion())
	j.textField("informationUri", homePage)
	j.key("rules")
	j.list(len(o.Rules), func() element {
		return func(j *jsonText, i int) { j.sarifRule(o.Rules[i], o) }
	})
	j.close('}')
	j.close('}')
}

// sarifInvocation says what could not be done.
func (j *jsonText) sarifInvocation(o *Options) {
	j.openField("invocations", '[')
	j.next()
	j.open('{')
	j.boolField("executionSuccessful", !o.Incomplete)
	if len(o.Failures) > 0 {
		j.openField("toolExecutionNotifications", '[')
		for _, f := range o.Failures {
			j.next()
			j.open('{')
			j.textField("level", "error")
			j.sarifText("message", unlink(term.Escape(f.Message)))
			j.close('}')
		}
		j.close(']')
	}
	j.close('}')
	j.close(']')
}

func (j *jsonText) sarifRule(rule *lint.Rule, o *Options) {
	severity := rule.Severity.String()
	if rule.Severity == lint.Note {
		severity = "recommendation"
	}
	url := o.url(rule.Name)
	page := absoluteLinks(o.page(rule.Name), url)
	if page == "" {
		page = rule.Summary
	}
	j.open('{')
	j.textField("id", rule.Name)
	j.textField("name", pascalCase(rule.Name))
	j.sarifText("shortDescription", rule.Summary)
	j.sarifText("fullDescription", description(page, rule.Summary))
	j.openField("help", '{')
	j.textField("text", page)
	if page != "" {
		j.textField("markdown", page)
	}
	j.close('}')
	if url != "" {
		j.textField("helpUri", url)
	}
	j.openField("defaultConfiguration", '{')
	j.textField("level", rule.Severity.String())
	j.close('}')
	j.openField("properties", '{')
	j.textField("category", rule.Category)
	j.textField("problem.severity", severity)
	j.openField("tags", '[')
	j.next()
	j.text(rule.Category)
	j.close(']')
	j.close('}')
	j.close('}')
}

// sarifText is a field with a message.
func (j *jsonText) sarifText(name, text string) {
	j.openField(name, '{')
	j.textField("text", text)
	j.close('}')
}

// sarifWriter writes the results. All but places is the same for all goroutines.
type sarifWriter struct {
	diagnostics []lint.Diagnostic
	o           *Options
	rules       map[string]int // index by name
	hashes      []lineHash     // of the findings' lines
	prints      []fingerprint  // of the findings
	places      places         // with the URIs of files, as JSON
	uris        []string       // of the files that a fix changes
}

func newSARIFWriter(r *lint.Result, o *Options) *sarifWriter {
	s := &sarifWriter{
		diagnostics: r.Diagnostics, o: o, rules: make(map[string]int, len(o.Rules)),
		hashes: hashesOf(r), prints: fingerprintsOf(r, o),
	}
	for i, rule := range o.Rules {
		s.rules[rule.Name] = i
	}
	return s
}

// name is the URI of a file.
func (s *sarifWriter) name(file string) (uri string, inside bool) {
	uri, inside = s.o.fileURI(file)
	return quoted(uri), inside
}

// pascalCase makes MissingKeepalive of missing-keepalive: readers of SARIF show
// that where the id would be too dry.
func pascalCase(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// description is the first section of a rule's page, or else its summary.
func description(page, summary string) string {
	_, text, found := strings.Cut(page, "\n## What it finds\n")
	if !found {
		return summary
	}
	text, _, _ = strings.Cut(text, "\n## ")
	if runes := []rune(strings.TrimSpace(text)); len(runes) > longestDescription {
		return string(runes[:longestDescription-1]) + ellipsis
	}
	return strings.TrimSpace(text)
}

// result writes the finding at a place of the list.
func (s *sarifWriter) result(j *jsonText, i int) {
	d := &s.diagnostics[i]
	j.open('{')
	j.textField("ruleId", d.Rule)
	if rule, known := s.rules[d.Rule]; known {
		j.numberField("ruleIndex", rule)
	}
	j.textField("level", d.Severity.String())
	j.sarifText("message", unlink(message(d, "\n")))
	j.openField("locations", '[')
	j.next()
	j.open('{')
	s.place(j, d.Span)
	j.close('}')
	j.close(']')
	s.related(j, d.Related)
	s.fingerprints(j, i)
	s.fixes(j, d.Fixes)
	j.close('}')
}

func (s *sarifWriter) related(j *jsonText, related []lint.Related) {
	if len(related) == 0 {
		return
	}
	j.openField("relatedLocations", '[')
	for n := range related {
		j.next()
		j.open('{')
		j.numberField("id", n+1)
		s.place(j, related[n].Span)
		j.sarifText("message", unlink(term.Escape(related[n].Message)))
		j.close('}')
	}
	j.close(']')
}

// fingerprints are what knows a finding again in the next run. GitHub looks at the
// hash of the line alone, which is its own. A finding about a whole file has no line,
// and the hash of whatever comes first would not be its name: GitHub takes another
// value in that place, and the action that uploads keeps it (with a warning in its
// log; codeql-action, fingerprints.ts).
func (s *sarifWriter) fingerprints(j *jsonText, i int) {
	name := s.prints[i].hex()
	own := string(name[:32])
	line := own[:16] + ":1"
	if !s.diagnostics[i].AboutFile() {
		line = s.hashes[i].String()
	}
	j.openField("partialFingerprints", '{')
	j.textField("primaryLocationLineHash", line)
	j.textField("sshvetFinding/v1", own)
	j.close('}')
}

// unlink separates ] from (: between the two, readers of SARIF see a link, and
// where it leads the file would have said.
func unlink(s string) string { return strings.ReplaceAll(s, "](", "] (") }

// place writes where a span is.
func (s *sarifWriter) place(j *jsonText, span lint.Span) {
	start, end := s.places.ends(span)
	j.openField("physicalLocation", '{')
	s.artifact(j)
	j.sarifRegion("region", start, end)
	j.close('}')
}

// artifact writes the file that was opened last.
func (s *sarifWriter) artifact(j *jsonText) {
	j.openField("artifactLocation", '{')
	j.rawField("uri", s.places.name)
	if s.places.inside {
		j.textField("uriBaseId", sourceRoot)
	}
	j.close('}')
}

func (j *jsonText) sarifRegion(name string, start, end lint.Position) {
	j.openField(name, '{')
	j.numberField("startLine", start.Line)
	j.numberField("startColumn", start.Column)
	j.numberField("endLine", end.Line)
	j.numberField("endColumn", end.Column)
	j.close('}')
}

// fixes writes those fixes that change something.
func (s *sarifWriter) fixes(j *jsonText, fixes []lint.SuggestedFix) {
	begun := false
	for i := range fixes {
		if len(fixes[i].Edits) == 0 {
			continue
		}
		if !begun {
			j.openField("fixes", '[')
			begun = true
		}
		j.next()
		s.fix(j, &fixes[i])
	}
	if begun {
		j.close(']')
	}
}

func (s *sarifWriter) fix(j *jsonText, f *lint.SuggestedFix) {
	text := term.Escape(f.Message)
	if f.Applicability == lint.Unsafe {
		text += " (unsafe: other values may change)"
	}
	j.open('{')
	j.sarifText("description", unlink(text))
	j.openField("artifactChanges", '[')
	s.changes(j, f.Edits)
	j.close(']')
	j.openField("properties", '{')
	j.textField("applicability", f.Applicability.String())
	j.close('}')
	j.close('}')
}

// changes writes the edits, those of each file together.
func (s *sarifWriter) changes(j *jsonText, edits []lint.TextEdit) {
	s.uris = s.uris[:0]
	for i := range edits {
		s.places.open(edits[i].File)
		uri := s.places.name
		if slices.Contains(s.uris, uri) {
			continue
		}
		s.uris = append(s.uris, uri)
		j.next()
		j.open('{')
		s.artifact(j)
		j.openField("replacements", '[')
		for k := i; k < len(edits); k++ {
			if s.places.open(edits[k].File); s.places.name == uri {
				j.next()
				s.replacement(j, &edits[k])
			}
		}
		j.close(']')
		j.close('}')
	}
}

// replacement writes an edit in the file that was opened last. New text is base64 if
// it holds bytes that JSON cannot.
func (s *sarifWriter) replacement(j *jsonText, e *lint.TextEdit) {
	j.open('{')
	j.sarifRegion("deletedRegion", s.places.at(e.Start), s.places.at(e.End))
	j.openField("insertedContent", '{')
	if utf8.ValidString(e.NewText) {
		j.textField("text", e.NewText)
	} else {
		j.textField("binary", base64.StdEncoding.EncodeToString([]byte(e.NewText)))
	}
	j.close('}')
	j.close('}')
}

// absoluteLinks makes links of a page that lead to other files of the repository
// lead there from anywhere, given the address of the page.
func absoluteLinks(page, url string) string {
	if url == "" {
		return page
	}
	parts := strings.Split(page, "](")
	for i, to := range parts {
		if i == 0 || strings.HasPrefix(to, "http") || strings.HasPrefix(to, "#") {
			continue
		}
		dir := url[:max(0, strings.LastIndexByte(url, '/'))]
		for strings.HasPrefix(to, "../") && strings.Contains(dir, "/") {
			to, dir = to[len("../"):], dir[:strings.LastIndexByte(dir, '/')]
		}
		parts[i] = dir + "/" + to
	}
	return strings.Join(parts, "](")
}
