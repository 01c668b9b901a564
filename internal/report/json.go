package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"sync"

	"github.com/sshvet/sshvet/lint"
)

// jsonVersion is the version of the object that JSON writes. It stays while
// fields are only added.
const jsonVersion = 1

// The parts of the object, with their fields in the order of the contract.
// Lists are never nil, for nil would become null.
type (
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

// JSON writes one object, indented. The elements of its lists are made and
// encoded one at a time: there may be very many, and the object as a whole
// would need several times its length in memory.
func JSON(w io.Writer, r *lint.Result, o Options) error {
	j := newJSONWriter(w)
	j.field("{", "version")
	j.value(jsonVersion, "  ")
	j.field(",", "tool")
	j.value(jsonTool{"sshvet", o.ToolVersion}, "  ")
	j.field(",", "files")
	j.list(len(r.Files), "  ", func(i int) any {
		f := &r.Files[i]
		return jsonFile{f.Path, f.Kind, f.Fragment}
	})
	j.field(",", "diagnostics")
	j.list(len(r.Diagnostics), "  ", func(i int) any {
		return diagnosticJSON(r, &r.Diagnostics[i], &o)
	})
	j.field(",", "summary")
	c := r.Counts()
	j.value(jsonSummary{c.Errors, c.Warnings, c.Notes, c.Fixable, c.Files}, "  ")
	j.print("\n}\n")
	return j.flush()
}

// Diagnostics are the findings as JSON writes them, for objects that hold more
// than those: a list to be encoded with encoding/json.
func Diagnostics(r *lint.Result, o Options) any {
	r = withhold(r, &o)
	out := make([]jsonDiagnostic, len(r.Diagnostics))
	for i := range r.Diagnostics {
		out[i] = diagnosticJSON(r, &r.Diagnostics[i], &o)
	}
	return out
}

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

// jsonWriter writes JSON piece by piece, with the indentation that encoding/json
// would give each piece. It keeps the first error.
type jsonWriter struct {
	w   *bufio.Writer
	buf bytes.Buffer
	enc *json.Encoder // to buf
	err error
}

func newJSONWriter(w io.Writer) *jsonWriter {
	j := newEncoder()
	j.w = newWriter(w)
	return j
}

// newEncoder is a jsonWriter that does not know where to write.
func newEncoder() *jsonWriter {
	j := &jsonWriter{}
	j.enc = json.NewEncoder(&j.buf)
	j.enc.SetEscapeHTML(false)
	return j
}

// encoders are used for the elements of lists.
var encoders = sync.Pool{New: func() any { return newEncoder() }}

func (j *jsonWriter) print(s string) { j.w.WriteString(s) }

// field starts a field of the object, after what separates it from the last.
func (j *jsonWriter) field(separator, name string) {
	j.print(separator + "\n  \"" + name + "\": ")
}

// value writes a value in lines; all but the first start with indent.
func (j *jsonWriter) value(v any, indent string) {
	writeIndented(j.w, j.encode(v), indent)
}

// line writes a value as a line.
func (j *jsonWriter) line(v any) {
	writeJSON(j.w, j.encode(v))
	j.print("\n")
}

// list writes a list of n values, made by at. Its lines but the first start
// with indent.
func (j *jsonWriter) list(n int, indent string, at func(i int) any) {
	if n == 0 {
		j.print("[]")
		return
	}
	deeper := indent + "  "
	j.print("[")
	var mu sync.Mutex // of j.err
	inOrder(j.w, n, func(w *bufio.Writer, i int) {
		if i > 0 {
			w.WriteByte(',')
		}
		w.WriteString("\n" + deeper)
		part := encoders.Get().(*jsonWriter)
		part.w, part.err = w, nil
		part.value(at(i), deeper)
		if part.err != nil {
			mu.Lock()
			j.err = cmp.Or(j.err, part.err)
			mu.Unlock()
		}
		encoders.Put(part)
	})
	j.print("\n" + indent + "]")
}

// encode is v on one line, without the line feed that encoders append. It is good
// until the next call.
func (j *jsonWriter) encode(v any) []byte {
	j.buf.Reset()
	if err := j.enc.Encode(v); err != nil && j.err == nil {
		j.err = err
	}
	return bytes.TrimSuffix(j.buf.Bytes(), []byte("\n"))
}

func (j *jsonWriter) flush() error {
	if err := j.w.Flush(); err != nil {
		return err
	}
	return j.err
}

// EncodeJSON writes v as the JSON format writes its object: indented, and with
// nothing in it that a terminal or a build would obey.
func EncodeJSON(w io.Writer, v any) error {
	j := newJSONWriter(w)
	j.value(v, "")
	j.print("\n")
	return j.flush()
}
