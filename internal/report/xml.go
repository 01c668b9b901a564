package report

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/sshvet/sshvet/internal/term"
)

// xmlText is XML that grows at its end, with two blanks a level. Whatever may come
// from a file is escaped, first for people: that leaves no control character, which
// XML 1.0 could not hold.
type xmlText struct{ out []byte }

// xmlWriter is an xmlText that goes to a stream, which keeps its first error.
type xmlWriter struct {
	xmlText
	w *bufio.Writer
}

func newXMLWriter(w io.Writer) *xmlWriter {
	x := &xmlWriter{w: newWriter(w)}
	x.print(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	return x
}

// findings writes the elements of the findings of a group, by several processors.
func (x *xmlWriter) findings(g group, element func(x *xmlText, i int)) {
	x.drain()
	inOrder(x.w, g.to-g.from, func() piece {
		var part xmlText
		return func(out []byte, i int) []byte {
			part.out = out
			element(&part, g.from+i)
			return part.out
		}
	})
}

// escapedName is the name of a file for people.
func escapedName(file string) (name string, inside bool) { return term.Escape(file), true }

// drain hands over what was written so far.
func (x *xmlWriter) drain() {
	x.w.Write(x.out)
	x.out = x.out[:0]
}

func (x *xmlWriter) end() error {
	x.drain()
	return x.w.Flush()
}

// tag writes `<name a="b"` on a line of its own; more and the end follow.
func (x *xmlText) tag(level int, name string) {
	x.indent(level)
	x.print("<", name)
}

func (x *xmlText) indent(level int) { x.out = append(x.out, lineStart[1:1+2*level]...) }

// attr writes an attribute, whose value is what some texts make together; they are
// made safe by term.Escape or hold nothing of a file.
func (x *xmlText) attr(name string, values ...string) {
	x.print(" ", name, `="`)
	for _, value := range values {
		x.text(value)
	}
	x.print(`"`)
}

func (x *xmlText) number(name string, n int) {
	x.print(" ", name, `="`)
	x.int(n)
	x.print(`"`)
}

// close writes an end tag on a line of its own.
func (x *xmlText) close(level int, name string) {
	x.indent(level)
	x.print("</", name, ">\n")
}

// print writes markup as it is.
func (x *xmlText) print(texts ...string) { x.out = appendAll(x.out, texts...) }

func (x *xmlText) int(n int) { x.out = strconv.AppendInt(x.out, int64(n), 10) }

// text writes character data or what stands in an attribute: a line feed or tab there
// would be read as a blank, and no line may start with text of a file. The two
// noncharacters are all that term.Escape lets through and XML forbids.
func (x *xmlText) text(s string) {
	if strings.Contains(s, "\ufffe") || strings.Contains(s, "\uffff") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\ufffe", `\ufffe`), "\uffff", `\uffff`)
	}
	x.out = replaceBytes(x.out, s, &xmlBytes)
}

var xmlBytes = [256]string{
	'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&apos;", '\t': "&#9;", '\n': "&#10;", '\r': "&#13;",
}
