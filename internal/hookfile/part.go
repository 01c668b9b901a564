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
	// PassInert is for programs that pass over a hook that is not executable, as
	// git does: one of before is passed over too, with a line. Without, it fails.
	PassInert bool
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
	inner := "# " + p.Note + "\n" + chainText(chained, p.PassInert) + p.Body
	return beginsWith + ", version 1, " + sum(inner) + " >>>\n" + inner + endMark + "\n"
}

// chainText runs the hook of before, which lies in the same folder, with the
// arguments, environment and standard input of this one, and passes on what it
// fails with. One that is gone fails either way.
func chainText(chained string, passInert bool) string {
	switch {
	case chained == "":
		return ""
	case passInert:
		return chainsWith + chained + ".\n" +
			passesInert +
			"# If it fails, this hook fails in the same way.\n" +
			"case $0 in\n" +
			"*/*) sshvet_before=${0%/*}/" + chained + " ;;\n" +
			"*) sshvet_before=./" + chained + " ;;\n" +
			"esac\n" +
			"if [ -x \"$sshvet_before\" ] || [ ! -e \"$sshvet_before\" ]; then\n" +
			"  \"$sshvet_before\" \"$@\" || exit\n" +
			"else\n" +
			"  echo \"sshvet: $sshvet_before, the hook of before, is passed over, because it is not executable\" >&2\n" +
			"fi\n"
	}
	return chainsWith + chained + ".\n" +
		"# It runs first. If it fails, this hook fails in the same way.\n" +
		"case $0 in\n" +
		"*/*) \"${0%/*}/" + chained + "\" \"$@\" || exit ;;\n" +
		"*) \"./" + chained + "\" \"$@\" || exit ;;\n" +
		"esac\n"
}

// passesInert tells the two forms of chainText apart.
const passesInert = "# It runs first, unless it is not executable: git passes over such hooks.\n"

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
	passInert     bool   // as in Part
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
	at.passInert = strings.Contains(strings.ReplaceAll(content[inner:end], "\r\n", "\n"), passesInert)
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
