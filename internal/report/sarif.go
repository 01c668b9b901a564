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

// The parts of a SARIF log that are used.
type (
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

// SARIF writes a log of SARIF 2.1.0 as GitHub code scanning wants it. Rules and
// results are made and encoded one at a time.
func SARIF(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	j.print("{\n  \"$schema\": \"" + sarifSchema + "\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n")
	j.print("      \"tool\": {\n        \"driver\": {\n          \"name\": \"sshvet\",\n          \"version\": ")
	j.value(o.ToolVersion, "")
	j.print(",\n          \"informationUri\": \"" + homePage + "\",\n          \"rules\": ")
	j.list(len(o.Rules), "          ", func(i int) any { return ruleSARIF(o.Rules[i], &o) })
	j.print("\n        }\n      },\n      \"invocations\": ")
	j.value([]sarifInvocation{{!o.Incomplete, notifications(o.Failures)}}, "      ")
	j.print(",\n      \"columnKind\": \"unicodeCodePoints\",\n      \"results\": ")
	s := newSARIFWriter(r, &o)
	j.list(len(r.Diagnostics), "      ", func(i int) any { return s.sarif(i) })
	j.print("\n    }\n  ]\n}\n")
	return j.flush()
}

// notifications are what could not be done.
func notifications(failures []Failure) []sarifNotification {
	var out []sarifNotification
	for _, f := range failures {
		out = append(out, sarifNotification{"error", sarifText{Text: unlink(term.Escape(f.Message))}})
	}
	return out
}

// sarifWriter makes the results.
type sarifWriter struct {
	result *lint.Result
	o      *Options
	rules  map[string]int // index by name
	hashes []lineHash     // of the findings' lines
	prints []string       // fingerprints of the findings
}

func newSARIFWriter(r *lint.Result, o *Options) *sarifWriter {
	s := &sarifWriter{result: r, o: o, rules: make(map[string]int, len(o.Rules)), hashes: hashesOf(r), prints: fingerprintsOf(r, o)}
	for i, rule := range o.Rules {
		s.rules[rule.Name] = i
	}
	return s
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

// sarif is the finding at a place of the list.
func (s *sarifWriter) sarif(i int) sarifResult {
	d := &s.result.Diagnostics[i]
	place := s.place(d.Span)
	out := sarifResult{
		RuleID:       d.Rule,
		Level:        d.Severity.String(),
		Message:      sarifText{Text: unlink(message(d, "\n"))},
		Locations:    []sarifLocation{{Physical: place}},
		Fingerprints: s.fingerprints(i),
	}
	if rule, known := s.rules[d.Rule]; known {
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

// fingerprints are what knows a finding again in the next run. GitHub looks at the
// hash of the line alone, which is its own. A finding about a whole file has no line,
// and the hash of whatever comes first would not be its name: GitHub takes another
// value in that place, and the action that uploads keeps it (with a warning in its
// log; codeql-action, fingerprints.ts).
func (s *sarifWriter) fingerprints(i int) sarifFingerprints {
	own := s.prints[i][:32]
	if s.result.Diagnostics[i].AboutFile() {
		return sarifFingerprints{own[:16] + ":1", own}
	}
	return sarifFingerprints{s.hashes[i].String(), own}
}

// unlink separates ] from (: between the two, readers of SARIF see a link, and
// where it leads the file would have said.
func unlink(s string) string { return strings.ReplaceAll(s, "](", "] (") }

func (s *sarifWriter) place(span lint.Span) sarifPlace {
	start, end := ends(s.result, span)
	return sarifPlace{s.artifact(span.File), sarifRegion{start.Line, start.Column, end.Line, end.Column}}
}

func (s *sarifWriter) artifact(file string) sarifArtifact {
	uri, inside := s.o.fileURI(file)
	if inside {
		return sarifArtifact{uri, sourceRoot}
	}
	return sarifArtifact{URI: uri}
}

// fix puts the edits of each file together.
func (s *sarifWriter) fix(f *lint.SuggestedFix) sarifFix {
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
