package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// What the formats write, as encoding/json takes it. Lists are never nil, for nil
// would become null.
type (
	jsonReport struct {
		Version     int              `json:"version"`
		Tool        jsonTool         `json:"tool"`
		Files       []jsonFile       `json:"files"`
		Diagnostics []jsonDiagnostic `json:"diagnostics"`
		Summary     jsonSummary      `json:"summary"`
	}
	jsonTool struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	jsonFile struct {
		Path     string `json:"path"`
		Kind     string `json:"kind"`
		Fragment bool   `json:"fragment"`
	}
	jsonPosition struct {
		Line   int `json:"line"`
		Column int `json:"column"`
		Offset int `json:"offset"`
	}
	jsonSpan struct {
		File  string       `json:"file"`
		Start jsonPosition `json:"start"`
		End   jsonPosition `json:"end"`
	}
	jsonDiagnostic struct {
		Rule     string `json:"rule"`
		Category string `json:"category"`
		Severity string `json:"severity"`
		Message  string `json:"message"`
		jsonSpan
		Hosts   []string      `json:"hosts"`
		Related []jsonRelated `json:"related"`
		URL     string        `json:"url"`
		Fixes   []jsonFix     `json:"fixes"`
	}
	jsonRelated struct {
		jsonSpan
		Message string `json:"message"`
	}
	jsonFix struct {
		Message       string     `json:"message"`
		Applicability string     `json:"applicability"`
		Edits         []jsonEdit `json:"edits"`
	}
	jsonEdit struct {
		jsonSpan
		NewText string `json:"newText"`
	}
	jsonSummary struct {
		Errors   int `json:"errors"`
		Warnings int `json:"warnings"`
		Notes    int `json:"notes"`
		Fixable  int `json:"fixable"`
		Files    int `json:"files"`
	}
)

func diagnosticJSON(r *lint.Result, d *lint.Diagnostic, o *Options) jsonDiagnostic {
	out := jsonDiagnostic{
		Rule:     d.Rule,
		Category: d.Category,
		Severity: d.Severity.String(),
		Message:  d.Message,
		jsonSpan: spanJSON(r, d.Span),
		Hosts:    d.Hosts,
		Related:  make([]jsonRelated, len(d.Related)),
		URL:      o.url(d.Rule),
		Fixes:    make([]jsonFix, len(d.Fixes)),
	}
	if out.Hosts == nil {
		out.Hosts = []string{}
	}
	for i, rel := range d.Related {
		out.Related[i] = jsonRelated{spanJSON(r, rel.Span), rel.Message}
	}
	for i := range d.Fixes {
		out.Fixes[i] = fixJSON(r, &d.Fixes[i])
	}
	return out
}

func fixJSON(r *lint.Result, f *lint.SuggestedFix) jsonFix {
	out := jsonFix{f.Message, f.Applicability.String(), make([]jsonEdit, len(f.Edits))}
	for i, e := range f.Edits {
		out.Edits[i] = jsonEdit{spanJSON(r, e.Span), e.NewText}
	}
	return out
}

func spanJSON(r *lint.Result, s lint.Span) jsonSpan {
	return jsonSpan{
		File:  s.File,
		Start: jsonPosition(position(r, s.File, s.Start)),
		End:   jsonPosition(position(r, s.File, s.End)),
	}
}

// position is the place of an offset in a file of r. A file without a source,
// because it does not exist, has one place: its beginning.
func position(r *lint.Result, file string, offset int) lint.Position {
	src := r.Sources[file]
	if src == nil {
		return lint.Position{Line: 1, Column: 1}
	}
	return src.Position(offset)
}

// ends are the places where a span starts and ends.
func ends(r *lint.Result, s lint.Span) (start, end lint.Position) {
	return position(r, s.File, s.Start), position(r, s.File, s.End)
}

// slowJSON is what JSON writes.
func slowJSON(r *lint.Result, o *Options) jsonReport {
	c := r.Counts()
	out := jsonReport{1, jsonTool{"sshvet", o.toolVersion()}, []jsonFile{}, []jsonDiagnostic{},
		jsonSummary{c.Errors, c.Warnings, c.Notes, c.Fixable, c.Files}}
	for _, f := range r.Files {
		out.Files = append(out.Files, jsonFile(f))
	}
	for i := range r.Diagnostics {
		out.Diagnostics = append(out.Diagnostics, diagnosticJSON(r, &r.Diagnostics[i], o))
	}
	return out
}

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

// slowGitLab is what GitLab writes.
func slowGitLab(r *lint.Result, o *Options) []gitlabFinding {
	out := []gitlabFinding{}
	seen := map[string]int{}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		start, end := ends(r, d.Span)
		path, _ := o.checkoutPath(d.Span.File)
		out = append(out, gitlabFinding{
			Description: message(d, "\nhelp: "),
			CheckName:   d.Rule,
			Fingerprint: slowFingerprint(r, d, path, seen),
			Severity:    gitlabSeverities[d.Severity],
			Location:    gitlabLocation{term.Escape(path), gitlabLines{start.Line, lastLine(start, end)}},
		})
	}
	return out
}

// slowFingerprint is the definition.
func slowFingerprint(r *lint.Result, d *lint.Diagnostic, path string, seen map[string]int) string {
	text := ""
	if src := r.Sources[d.Span.File]; src != nil && !d.AboutFile() {
		text = strings.TrimSpace(src.Line(src.Position(d.Span.Start).Line))
	}
	line := sha256.Sum256([]byte(text))
	key := d.Rule + "\x00" + path + "\x00" + string(line[:])
	seen[key]++
	return fmt.Sprintf("%x", sha256.Sum256([]byte(key+strconv.Itoa(seen[key]-1))))
}

// The parts of a SARIF log that are used.
type (
	sarifReport struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		URI     string      `json:"informationUri"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifRule struct {
		ID                   string              `json:"id"`
		Name                 string              `json:"name"`
		ShortDescription     sarifText           `json:"shortDescription"`
		FullDescription      sarifText           `json:"fullDescription"`
		Help                 sarifText           `json:"help"`
		HelpURI              string              `json:"helpUri,omitempty"`
		DefaultConfiguration sarifConfiguration  `json:"defaultConfiguration"`
		Properties           sarifRuleProperties `json:"properties"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifRuleProperties struct {
		Category string   `json:"category"`
		Severity string   `json:"problem.severity"`
		Tags     []string `json:"tags"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifResult struct {
		RuleID       string            `json:"ruleId"`
		RuleIndex    *int              `json:"ruleIndex,omitempty"`
		Level        string            `json:"level"`
		Message      sarifText         `json:"message"`
		Locations    []sarifLocation   `json:"locations"`
		Related      []sarifLocation   `json:"relatedLocations,omitempty"`
		Fingerprints sarifFingerprints `json:"partialFingerprints"`
		Fixes        []sarifFix        `json:"fixes,omitempty"`
	}
	sarifFingerprints struct {
		Line string `json:"primaryLocationLineHash"`
		Own  string `json:"sshvetFinding/v1"`
	}
	sarifLocation struct {
		ID       int        `json:"id,omitempty"`
		Physical sarifPlace `json:"physicalLocation"`
		Message  *sarifText `json:"message,omitempty"`
	}
	sarifPlace struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId,omitempty"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText          `json:"description"`
		Changes     []sarifChange      `json:"artifactChanges"`
		Properties  sarifFixProperties `json:"properties"`
	}
	sarifFixProperties struct {
		Applicability string `json:"applicability"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion  `json:"deletedRegion"`
		Inserted sarifContent `json:"insertedContent"`
	}
	sarifContent struct {
		Text   *string `json:"text,omitempty"`
		Binary string  `json:"binary,omitempty"`
	}
)

// slowSARIF makes the results.
type slowSARIF struct {
	result *lint.Result
	o      *Options
}

func (s *slowSARIF) log() sarifReport {
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{"sshvet", s.o.toolVersion(), homePage, []sarifRule{}}},
		Invocations: []sarifInvocation{{!s.o.Incomplete, notifications(s.o.Failures)}},
		ColumnKind:  "unicodeCodePoints", Results: []sarifResult{},
	}
	for _, rule := range s.o.Rules {
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleSARIF(rule, s.o))
	}
	seen := map[string]int{}
	for i := range s.result.Diagnostics {
		d := &s.result.Diagnostics[i]
		path, _ := s.o.checkoutPath(d.Span.File)
		run.Results = append(run.Results, s.sarif(i, slowFingerprint(s.result, d, path, seen)))
	}
	return sarifReport{sarifSchema, "2.1.0", []sarifRun{run}}
}

// notifications are what could not be done.
func notifications(failures []Failure) []sarifNotification {
	var out []sarifNotification
	for _, f := range failures {
		out = append(out, sarifNotification{"error", sarifText{Text: unlink(term.Escape(f.Message))}})
	}
	return out
}

func ruleSARIF(rule *lint.Rule, o *Options) sarifRule {
	severity := rule.Severity.String()
	if rule.Severity == lint.Note {
		severity = "recommendation"
	}
	page := absoluteLinks(o.page(rule.Name), o.url(rule.Name))
	if page == "" {
		page = rule.Summary
	}
	return sarifRule{
		ID:                   rule.Name,
		Name:                 pascalCase(rule.Name),
		ShortDescription:     sarifText{Text: rule.Summary},
		FullDescription:      sarifText{Text: description(page, rule.Summary)},
		Help:                 sarifText{Text: page, Markdown: page},
		HelpURI:              o.url(rule.Name),
		DefaultConfiguration: sarifConfiguration{rule.Severity.String()},
		Properties:           sarifRuleProperties{rule.Category, severity, []string{rule.Category}},
	}
}

// sarif is the finding at a place of the list.
func (s *slowSARIF) sarif(i int, own string) sarifResult {
	d := &s.result.Diagnostics[i]
	place := s.place(d.Span)
	out := sarifResult{
		RuleID:       d.Rule,
		Level:        d.Severity.String(),
		Message:      sarifText{Text: unlink(message(d, "\n"))},
		Locations:    []sarifLocation{{Physical: place}},
		Fingerprints: s.fingerprints(d, own),
	}
	if rule := slices.IndexFunc(s.o.Rules, func(r *lint.Rule) bool { return r.Name == d.Rule }); rule >= 0 {
		out.RuleIndex = &rule
	}
	for n, rel := range d.Related {
		out.Related = append(out.Related, sarifLocation{n + 1, s.place(rel.Span), &sarifText{Text: unlink(term.Escape(rel.Message))}})
	}
	for f := range d.Fixes {
		if len(d.Fixes[f].Edits) > 0 {
			out.Fixes = append(out.Fixes, s.fix(&d.Fixes[f]))
		}
	}
	return out
}

func (s *slowSARIF) fingerprints(d *lint.Diagnostic, own string) sarifFingerprints {
	if d.AboutFile() {
		return sarifFingerprints{own[:16] + ":1", own[:32]}
	}
	line := position(s.result, d.Span.File, d.Span.Start).Line
	return sarifFingerprints{hashAll(s.result.Sources[d.Span.File])[line-1].String(), own[:32]}
}

func (s *slowSARIF) place(span lint.Span) sarifPlace {
	start, end := ends(s.result, span)
	return sarifPlace{s.artifact(span.File), sarifRegion{start.Line, start.Column, end.Line, end.Column}}
}

func (s *slowSARIF) artifact(file string) sarifArtifact {
	uri, inside := s.o.fileURI(file)
	if inside {
		return sarifArtifact{uri, sourceRoot}
	}
	return sarifArtifact{URI: uri}
}

// fix puts the edits of each file together.
func (s *slowSARIF) fix(f *lint.SuggestedFix) sarifFix {
	text := term.Escape(f.Message)
	if f.Applicability == lint.Unsafe {
		text += " (unsafe: other values may change)"
	}
	out := sarifFix{Description: sarifText{Text: unlink(text)}, Properties: sarifFixProperties{f.Applicability.String()}}
	for _, e := range f.Edits {
		place := s.place(e.Span)
		i := slices.IndexFunc(out.Changes, func(c sarifChange) bool { return c.Artifact == place.Artifact })
		if i < 0 {
			i = len(out.Changes)
			out.Changes = append(out.Changes, sarifChange{Artifact: place.Artifact})
		}
		c := &out.Changes[i]
		c.Replacements = append(c.Replacements, sarifReplacement{place.Region, contentSARIF(e.NewText)})
	}
	return out
}

// contentSARIF is new text; as base64 if it holds bytes that JSON cannot.
func contentSARIF(text string) sarifContent {
	if !utf8.ValidString(text) {
		return sarifContent{Binary: base64.StdEncoding.EncodeToString([]byte(text))}
	}
	return sarifContent{Text: &text}
}

// indented is a value as encoding/json writes it, in lines, with what a terminal or
// a build would obey written as escapes.
func indented(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(oneLine(t, v)), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// oneLine is indented without line feeds.
func oneLine(t testing.TB, v any) string {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return slowEscape(strings.TrimSuffix(b.String(), "\n"))
}

// slowEscape escapes what must not be in a report. It can only be in strings.
func slowEscape(encoded string) string {
	var out strings.Builder
	for i := 0; i < len(encoded); {
		shown, size := term.Visible(encoded[i:])
		r, _ := utf8.DecodeRuneInString(encoded[i:])
		switch {
		case shown == encoded[i:i+size]:
			out.WriteString(shown)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
		i += size
	}
	return out.String()
}

// madeUp is a result with any texts and places.
func madeUp(random *rand.Rand, evil string) *lint.Result {
	text := func() string {
		switch random.Intn(6) {
		case 0:
			return ""
		case 1:
			return evil
		case 2:
			return attacks[random.Intn(len(attacks))] + evil + attacks[random.Intn(len(attacks))]
		case 3:
			at := random.Intn(len(evil) + 1)
			return "ServerAliveInterval 300" + evil[at:] + evil[:at]
		}
		return strings.Repeat("Host web-1\n  User deploy\n", random.Intn(3))
	}
	files := []string{"config", "/d/" + text(), "./config", text(), "../" + text(), "conf.d/a b"}
	span := func() lint.Span {
		start := random.Intn(80) - 3
		return lint.Span{File: files[random.Intn(len(files))], Start: start, End: start + random.Intn(40)}
	}
	r := &lint.Result{Sources: map[string]lint.Source{}}
	for i, file := range files {
		if i != 3 {
			r.Sources[file] = lint.NewLines([]byte("Host a\n" + text() + text() + "\n" + text()))
			r.Files = append(r.Files, lint.File{Path: file, Kind: text(), Fragment: i%2 == 0})
		}
	}
	for range random.Intn(6) {
		d := lint.Diagnostic{
			Rule: []string{"r", "rule", text()}[random.Intn(3)], Category: text(), Severity: lint.Severity(random.Intn(3)),
			Message: text(), Help: text(), Span: span(),
		}
		for range random.Intn(3) {
			d.Hosts = append(d.Hosts, text())
			d.Related = append(d.Related, lint.Related{Span: span(), Message: text()})
		}
		for range random.Intn(3) {
			f := lint.SuggestedFix{Message: text(), Applicability: lint.Applicability(random.Intn(4))}
			for range random.Intn(5) {
				f.Edits = append(f.Edits, lint.TextEdit{Span: span(), NewText: text()})
			}
			d.Fixes = append(d.Fixes, f)
		}
		if random.Intn(5) == 0 {
			d.Span.Start, d.Span.End = 0, 0
		}
		r.Diagnostics = append(r.Diagnostics, d)
	}
	return r
}

// madeUpOptions are options with any texts.
func madeUpOptions(random *rand.Rand, evil string) Options {
	o := Options{ToolVersion: func() string { return evil }, Dir: "/d", Incomplete: random.Intn(2) == 0}
	if random.Intn(2) == 0 {
		o.Rules = []*lint.Rule{{Name: "rule", Category: "c", Summary: evil}, {Name: "r-" + evil, Severity: lint.Warning}}
		o.RuleURL = func(rule string) string { return "https://example.com/" + rule + evil }
		o.RulePage = func(rule string) string { return "# page\n## What it finds\n" + rule + evil }
		o.Failures = []Failure{{Message: evil}, {Message: "m", File: evil, Line: 3}}
	}
	return o
}

// sameAsEncodingJSON compares the formats that are JSON with their definition.
func sameAsEncodingJSON(t *testing.T, r *lint.Result, o Options) {
	t.Helper()
	var lines strings.Builder
	for i := range r.Diagnostics {
		lines.WriteString(oneLine(t, diagnosticJSON(r, &r.Diagnostics[i], &o)) + "\n")
	}
	s := slowSARIF{r, &o}
	for format, want := range map[string]string{
		"json":   indented(t, slowJSON(r, &o)) + "\n",
		"jsonl":  lines.String(),
		"sarif":  indented(t, s.log()) + "\n",
		"gitlab": indented(t, slowGitLab(r, &o)) + "\n",
	} {
		if got := write(t, format, r, o); got != want {
			t.Fatalf("%s is\n%s\nencoding/json makes\n%s", format, got, want)
		}
	}
	if got, want := indented(t, Diagnostics(r, o)), indented(t, slowJSON(r, &o).Diagnostics); got != want {
		t.Fatalf("Diagnostics are\n%s\nwant\n%s", got, want)
	}
	var b strings.Builder
	if err := EncodeJSON(&b, slowJSON(r, &o)); err != nil || b.String() != indented(t, slowJSON(r, &o))+"\n" {
		t.Fatalf("EncodeJSON writes %s (%v)", b.String(), err)
	}
}

func TestSameAsEncodingJSON(t *testing.T) {
	unixPaths(t)
	for _, r := range []*lint.Result{sample(), hostile(), {}, manyFindings(3 * chunk)} {
		sameAsEncodingJSON(t, r, ciOptions())
		sameAsEncodingJSON(t, r, Options{})
	}
	all := append(slices.Clone(attacks), strings.Join(attacks, ""))
	for seed := range int64(20) {
		for _, evil := range all {
			random := rand.New(rand.NewSource(seed))
			sameAsEncodingJSON(t, madeUp(random, evil), madeUpOptions(random, evil))
		}
	}
}

func FuzzSameAsEncodingJSON(f *testing.F) {
	for i, evil := range attacks {
		f.Add(evil, int64(i))
	}
	f.Fuzz(func(t *testing.T, evil string, seed int64) {
		random := rand.New(rand.NewSource(seed))
		sameAsEncodingJSON(t, madeUp(random, evil), madeUpOptions(random, evil))
	})
}

// Each byte and many runes, alone and in pairs that could be read together.
func TestQuoted(t *testing.T) {
	texts := []string{"", "#", "##", "##[", "##abc[", "##a b[", "###[x]", "\u2028\u2029", "\xe2\x80", "\xed\xa0\x80", "\ufffd"}
	for c := range 256 {
		texts = append(texts, string([]byte{byte(c)}), "ab"+string([]byte{byte(c)})+"cd", "##"+string([]byte{byte(c)})+"[")
	}
	for r := rune(0x80); r < 0x20000; r += 1 + r/300 {
		texts = append(texts, "a"+string(r)+"b")
	}
	texts = append(texts, "\U000e0041", "\U0010ffff", "\U0001d173")
	for _, s := range texts {
		if got, want := quoted(s), oneLine(t, s); got != want {
			t.Errorf("%q is %s, encoding/json makes %s", s, got, want)
		}
	}
}
