package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"
)

// xmlWriter writes XML with two blanks a level. Whatever may come from a file is
// escaped, first for people: that leaves no control character, which XML 1.0
// could not hold.
type xmlWriter struct{ w *bufio.Writer }

func newXMLWriter(w io.Writer) *xmlWriter {
	x := &xmlWriter{newWriter(w)}
	x.w.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return x
}

// tag writes `<name a="b"` on a line of its own; more and the end follow.
func (x *xmlWriter) tag(level int, name string) {
	x.w.WriteString(strings.Repeat("  ", level) + "<" + name)
}

// attr writes an attribute; the value is made safe by term.Escape or holds nothing of
// a file.
func (x *xmlWriter) attr(name, value string) {
	x.w.WriteString(" " + name + `="` + xmlEscape(value) + `"`)
}

func (x *xmlWriter) number(name string, n int) { x.attr(name, strconv.Itoa(n)) }

// close writes an end tag on a line of its own.
func (x *xmlWriter) close(level int, name string) {
	x.w.WriteString(strings.Repeat("  ", level) + "</" + name + ">\n")
}

// print writes markup as it is.
func (x *xmlWriter) print(s string) { x.w.WriteString(s) }

// text writes character data.
func (x *xmlWriter) text(s string) { x.w.WriteString(xmlEscape(s)) }

// xmlEscape escapes for attributes and text alike: a line feed or tab in an
// attribute would be read as a blank, and no line may start with text of
// a file. The two noncharacters are all that term.Escape lets through and XML forbids.
func xmlEscape(s string) string {
	if strings.ContainsAny(s, "\ufffe\uffff") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\ufffe", `\ufffe`), "\uffff", `\uffff`)
	}
	return replaceBytes(s, func(c byte) string {
		switch c {
		case '&':
			return "&amp;"
		case '<':
			return "&lt;"
		case '>':
			return "&gt;"
		case '"':
			return "&quot;"
		case '\'':
			return "&apos;"
		case '\t':
			return "&#9;"
		case '\n':
			return "&#10;"
		case '\r':
			return "&#13;"
		}
		return ""
	})
}
