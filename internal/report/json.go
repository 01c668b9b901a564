package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/sshvet/sshvet/lint"
)

// jsonVersion is the version of the object that JSON writes. It stays while
// fields are only added.
const jsonVersion = 1

// JSON writes one object, indented, with its fields in the order of the contract.
// Lists are never null.
func JSON(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	j.open('{')
	j.numberField("version", jsonVersion)
	j.openField("tool", '{')
	j.textField("name", "sshvet")
	j.textField("version", o.toolVersion())
	j.close('}')
	j.key("files")
	j.list(len(r.Files), func() element {
		return func(j *jsonText, i int) { j.file(&r.Files[i]) }
	})
	j.key("diagnostics")
	j.list(len(r.Diagnostics), func() element {
		d := newDiagnosticWriter(r, &o)
		return func(j *jsonText, i int) { d.write(j, &r.Diagnostics[i]) }
	})
	j.summary(r.Counts())
	j.close('}')
	return j.end()
}

// Diagnostics are the findings as JSON writes them, for objects that hold more
// than those: a list to be encoded with encoding/json.
func Diagnostics(r *lint.Result, o Options) any {
	r = withhold(r, &o)
	d := newDiagnosticWriter(r, &o)
	j := jsonText{oneLine: true}
	j.open('[')
	for i := range r.Diagnostics {
		j.next()
		d.write(&j, &r.Diagnostics[i])
	}
	j.close(']')
	return json.RawMessage(j.out)
}

func (j *jsonText) file(f *lint.File) {
	j.open('{')
	j.textField("path", f.Path)
	j.textField("kind", f.Kind)
	j.boolField("fragment", f.Fragment)
	j.close('}')
}

func (j *jsonText) summary(c lint.Counts) {
	j.openField("summary", '{')
	j.numberField("errors", c.Errors)
	j.numberField("warnings", c.Warnings)
	j.numberField("notes", c.Notes)
	j.numberField("fixable", c.Fixable)
	j.numberField("files", c.Files)
	j.close('}')
}

// diagnosticWriter writes findings as objects. It is for one goroutine.
type diagnosticWriter struct {
	places places
	o      *Options
	rule   string // the rule of url
	url    string // as JSON; "": there is none yet
}

func newDiagnosticWriter(r *lint.Result, o *Options) *diagnosticWriter {
	return &diagnosticWriter{places: newPlaces(r, quotedName), o: o}
}

func quotedName(file string) (string, bool) { return quoted(file), true }

func (w *diagnosticWriter) write(j *jsonText, d *lint.Diagnostic) {
	j.open('{')
	j.textField("rule", d.Rule)
	j.textField("category", d.Category)
	j.textField("severity", d.Severity.String())
	j.textField("message", d.Message)
	w.span(j, d.Span)
	j.openField("hosts", '[')
	for _, host := range d.Hosts {
		j.next()
		j.text(host)
	}
	j.close(']')
	j.openField("related", '[')
	for i := range d.Related {
		j.next()
		w.related(j, &d.Related[i])
	}
	j.close(']')
	j.rawField("url", w.urlOf(d.Rule))
	j.openField("fixes", '[')
	for i := range d.Fixes {
		j.next()
		w.fix(j, &d.Fixes[i])
	}
	j.close(']')
	j.close('}')
}

// urlOf is the address of a rule's page as JSON. Findings of one rule often follow
// each other.
func (w *diagnosticWriter) urlOf(rule string) string {
	if w.url == "" || w.rule != rule {
		w.rule, w.url = rule, quoted(w.o.url(rule))
	}
	return w.url
}

func (w *diagnosticWriter) related(j *jsonText, rel *lint.Related) {
	j.open('{')
	w.span(j, rel.Span)
	j.textField("message", rel.Message)
	j.close('}')
}

func (w *diagnosticWriter) fix(j *jsonText, f *lint.SuggestedFix) {
	j.open('{')
	j.textField("message", f.Message)
	j.textField("applicability", f.Applicability.String())
	j.openField("edits", '[')
	for i := range f.Edits {
		j.next()
		j.open('{')
		w.span(j, f.Edits[i].Span)
		j.textField("newText", f.Edits[i].NewText)
		j.close('}')
	}
	j.close(']')
	j.close('}')
}

// span writes the fields of a span.
func (w *diagnosticWriter) span(j *jsonText, s lint.Span) {
	start, end := w.places.ends(s)
	j.rawField("file", w.places.name)
	j.position("start", start)
	j.position("end", end)
}

func (j *jsonText) position(name string, p lint.Position) {
	j.openField(name, '{')
	j.numberField("line", p.Line)
	j.numberField("column", p.Column)
	j.numberField("offset", p.Offset)
	j.close('}')
}

// jsonWriter is a jsonText that goes to a stream. The stream keeps its first error.
type jsonWriter struct {
	jsonText
	w *bufio.Writer
}

func newJSONWriter(w io.Writer) *jsonWriter { return &jsonWriter{w: newWriter(w)} }

// element writes an element of a list by its number.
type element func(j *jsonText, i int)

// list writes a list of n elements, of which no more than some are in memory at a
// time: there may be very many. newElement is called for each goroutine that writes.
func (j *jsonWriter) list(n int, newElement func() element) {
	j.open('[')
	j.drain()
	inOrder(j.w, n, func() piece {
		part, write := j.jsonText, newElement()
		return func(out []byte, i int) []byte {
			part.out, part.begun = out, i > 0
			part.next()
			write(&part, i)
			return part.out
		}
	})
	j.begun = n > 0
	j.close(']')
}

// drain hands over what was written so far.
func (j *jsonWriter) drain() {
	j.w.Write(j.out)
	j.out = nil
}

// end writes the last line feed.
func (j *jsonWriter) end() error {
	j.out = append(j.out, '\n')
	j.drain()
	return j.w.Flush()
}

// EncodeJSON writes v as the JSON format writes its object: indented, and with
// nothing in it that a terminal or a build would obey.
func EncodeJSON(w io.Writer, v any) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	b := newWriter(w)
	writeIndented(b, bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
	b.WriteByte('\n')
	if flushed := b.Flush(); flushed != nil {
		return flushed
	}
	return err
}
