package hookfile

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Part is what sshvet has in a hook.
type Part struct {
	// Note is one line for who reads the hook: who made it, what takes it away.
	Note string
	// Body are lines of POSIX shell, each with its newline. They must also work
	// below `set -eu`, which somebody may have put above them.
	Body string
}

const (
	shebang = "#!/bin/sh\n"
	endMark = endsWith + " <<<"
)

// The marks around the part, each a line by itself, begin with these. The sum in
// the first one is that of the lines between them: it tells, for every version
// of sshvet, whether somebody edited them.
const (
	beginsWith = "# >>> sshvet hook"
	endsWith   = "# <<< sshvet hook"
	chainsWith = "# The hook that was here before is "
)

// text is the part with its marks. chained is the name of the hook of before,
// "" if there was none.
func (p Part) text(chained string) string {
	inner := "# " + p.Note + "\n" + chainText(chained) + p.Body
	return beginsWith + ", version 1, " + sum(inner) + " >>>\n" + inner + endMark + "\n"
}

// chainText runs the hook of before, which lies in the same folder, with the
// arguments, environment and standard input of this one, and passes on what it
// fails with.
func chainText(chained string) string {
	if chained == "" {
		return ""
	}
	return chainsWith + chained + ".\n" +
		"# It runs first. If it fails, this hook fails in the same way.\n" +
		"case $0 in\n" +
		"*/*) \"${0%/*}/" + chained + "\" \"$@\" || exit ;;\n" +
		"*) \"./" + chained + "\" \"$@\" || exit ;;\n" +
		"esac\n"
}

// sum does not tell CR LF from LF, because git may check out a hook so.
func sum(inner string) string {
	s := sha256.Sum256([]byte(strings.ReplaceAll(inner, "\r\n", "\n")))
	return hex.EncodeToString(s[:4])
}

// place is where the part stands in a file.
type place struct {
	before, after string // the user's
	part          string // with its marks
	edited        bool   // the lines between the marks are not those that sshvet wrote
	chained       string // the name of the hook of before, or ""
}

// find looks for the part. ok is false if there is no mark of it, and whole is
// false if there is not exactly one first mark with one last mark below it.
func find(content string) (at place, ok, whole bool) {
	var begins, ends []string
	offset := 0
	inner, end, after := 0, 0, 0
	for line := range strings.Lines(content) {
		bare := strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(bare, beginsWith):
			begins = append(begins, bare)
			at.before, inner = content[:offset], offset+len(line)
		case strings.HasPrefix(bare, endsWith):
			ends = append(ends, bare)
			end, after = offset, offset+len(line)
		}
		offset += len(line)
	}
	if len(begins)+len(ends) == 0 {
		return place{}, false, true
	}
	if len(begins) != 1 || len(ends) != 1 || end < inner {
		return place{}, true, false
	}
	at.part, at.after = content[len(at.before):after], content[after:]
	at.edited = !strings.HasSuffix(begins[0], " "+sum(content[inner:end])+" >>>")
	at.chained = chainedIn(content[inner:end])
	return at, true, true
}

// chainedIn is the name of the hook of before that a part runs, or "".
func chainedIn(part string) string {
	for line := range strings.Lines(part) {
		if rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), chainsWith); ok {
			return strings.TrimSuffix(rest, ".")
		}
	}
	return ""
}

// alone reports whether the file is as sshvet made it: nothing but its part.
func (at place) alone() bool {
	return strings.ReplaceAll(at.before, "\r\n", "\n") == shebang && at.after == ""
}
