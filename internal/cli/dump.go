package cli

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
)

// whyDump is why fix leaves the output of sshd -T alone.
const whyDump = "it is the output of sshd -T, not a file: fix the sshd_config of that host"

// isDump reports whether what was read under a path is the output of sshd -T: by
// the flag, the configuration, else by the content. A file with the name of a
// configuration is one whatever is in it, because sshd may be made to read it.
func (in *inputs) isDump(path string, data []byte) bool {
	o := in.governing(path)
	if o.kind != "" {
		return o.kind == "sshd-T"
	}
	if _, stated := kindOfComment(data); stated {
		return false
	}
	if o.fileKind != "" {
		return o.fileKind == "sshd-T"
	}
	return !isConfigName(path) && !in.isLive(path) && looksLikeDump(data)
}

// dumped are keywords that sshd -T (and sshd -G) prints, whatever is set, near the
// beginning, after port. Nobody writes all of them into a file.
var dumped = []string{
	"logingracetime", "x11displayoffset", "maxauthtries", "maxsessions",
	"clientaliveinterval", "clientalivecountmax", "permitrootlogin", "strictmodes",
}

// looksLikeDump recognises what sshd -T prints: port first, then every keyword
// with its value, one a line, in lower case (in mixed case from 10.4 on), without
// comments, blank lines or blocks. What ssh or sshd said besides, on standard
// error, may have come along; no configuration holds such lines, as sshd would
// refuse it.
func looksLikeDump(data []byte) bool {
	seen := map[string]bool{}
	for line := range bytes.Lines(fromPort(data)) {
		word := dumpedWord(line)
		if word == "match" || word == "include" || word == "" || isComment(line) {
			return false
		}
		seen[word] = true
	}
	for _, word := range dumped {
		if !seen[word] {
			return false
		}
	}
	return true
}

// fromPort is the output of sshd -T less what was said before it began: from the line
// of port on, which comes first. nil where there is none, or above it only what a
// configuration may begin with.
func fromPort(data []byte) []byte {
	const most = 50 // lines: somebody's message of the day may be long
	start, n := 0, 0
	for line := range bytes.Lines(data) {
		if dumpedWord(line) == "port" {
			break
		}
		if n++; n > most {
			return nil
		}
		start += len(line)
	}
	if start > 0 && !isSaid(data[:start]) {
		return nil
	}
	return data[start:]
}

// isSaid reports whether a text is what a program said to people: no setting is in
// it, and not only comments.
func isSaid(text []byte) bool {
	said := false
	for line := range bytes.Lines(text) {
		if keyword.Find(keyword.Server, []byte(dumpedWord(line))) != nil {
			return false
		}
		said = said || !isComment(line)
	}
	return said
}

// isComment reports whether a line is a comment or blank.
func isComment(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#'
}

// dumpedWord is the first word of a line in lower case, "" of an indented one.
func dumpedWord(line []byte) string {
	word, _, _ := bytes.Cut(bytes.TrimRight(line, "\r\n"), []byte(" "))
	return strings.ToLower(string(word))
}

// withoutNoise blanks the lines that are no output of sshd -T, so that all others
// stay where they are.
func withoutNoise(data []byte) []byte {
	out := bytes.Clone(data)
	start := len(data) - len(fromPort(data))
	at := 0
	for line := range bytes.Lines(data) {
		if text := bytes.TrimRight(line, "\r\n"); at < start && start < len(data) || !isKeyword(dumpedWord(line)) {
			copy(out[at:], bytes.Repeat([]byte(" "), len(text)))
		}
		at += len(line)
	}
	return out
}

// noteNoise says which lines of a dump are not looked at.
func (in *inputs) noteNoise(path string, data, clean []byte) {
	n, first, at := 0, "", 0
	for line := range bytes.Lines(data) {
		if text := bytes.TrimSpace(line); len(text) > 0 && len(bytes.TrimSpace(clean[at:at+len(line)])) == 0 {
			if n++; n == 1 {
				first = string(text)
			}
		}
		at += len(line)
	}
	switch {
	case n == 1:
		in.p.note(in.o, "%s: a line that sshd -T does not print is left out: %s", path, shortened(first))
	case n > 1:
		in.p.note(in.o, "%s: %d lines that sshd -T does not print are left out, the first is: %s", path, n, shortened(first))
	}
}

// shortened is the beginning of a text.
func shortened(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// dumpSide is the side of what is said to be the output of sshd -T, if it can be.
func dumpSide(path string, data []byte) (keyword.Side, error) {
	for line := range bytes.Lines(data) {
		if k := keyword.Find(keyword.Server, []byte(dumpedWord(line))); k != nil {
			return keyword.Server, nil
		}
	}
	what := "it has no line with a keyword of sshd"
	if len(bytes.TrimSpace(data)) == 0 {
		what = "it is empty"
	}
	return 0, fmt.Errorf("%s: this is no output of sshd -T: %s", path, what)
}

// isKeyword reports whether a word in lower case consists of letters and digits.
func isKeyword(word string) bool {
	return word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
