package resolve

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"syscall"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
	"github.com/sshvet/sshvet/internal/syntax"
)

// ProblemKind classifies why OpenSSH refuses a line or a file.
type ProblemKind uint8

// The kinds of problems.
const (
	NoArgument      ProblemKind = iota // keyword without argument
	BadQuotes                          // a quote is not closed
	ExtraArguments                     // more arguments than the keyword takes
	MissingValue                       // the argument is empty or a comment
	UnknownKeyword                     // no keyword of this program
	BadValue                           // the value's kind is wrong
	BadMatch                           // a Match or Host line that cannot be read
	NotInMatch                         // server: keyword not allowed in a Match block
	BadInclude                         // an Include line that cannot be read
	IncludeTooDeep                     // more than 16 levels, or a loop
	Unreadable                         // an included file that cannot be opened
	BadPermissions                     // wrong owner or mode
	TooManyIncludes                    // sshvet's own limit
	LineTooLong                        // longer than the buffer of releases before 7.8
)

// Problem is a reason for which OpenSSH refuses to work with the files.
type Problem struct {
	Kind    ProblemKind
	File    *File // the file that holds the line; for a file as a whole, the file itself
	Line    int   // index of the line, -1 for the file as a whole
	Span    syntax.Span
	Text    string // OpenSSH's words, with file and line
	Fatal   bool   // reading ends here
	Keyword *keyword.Keyword
	Word    string // the keyword as written
	Arg     string // the argument at fault
	Block   int32  // the block the line stands in
	Path    string // the file that could not be read
	Err     error  // why it could not be read
	// Uncertain is true for a file that we may not read, or do not, though
	// OpenSSH would: it is no refusal, only something that we do not know.
	Uncertain bool

	// emptyHost is the number of the empty pattern of a Host line, from 1: ssh
	// stops at an earlier pattern in some cases
	emptyHost int32
	visit     int32
	order     int32 // position in reading order, for IgnoreUnknown
}

// place puts file and line in front of a message, as OpenSSH does.
func (f *File) place(line int, msg string) string {
	return f.Path + " line " + strconv.Itoa(line+1) + ": " + msg
}

// spelled is a keyword as messages give it: ssh lowers it, sshd does not.
func spelled(side keyword.Side, key []byte) string {
	if side == keyword.Client {
		return pattern.Lower(string(key))
	}
	return string(key)
}

// Visible shows a message as OpenSSH's log does (log.c, do_log): unprintable
// bytes in octal, backslashes doubled.
func Visible(s string) string {
	i := 0
	for i < len(s) && ' ' <= s[i] && s[i] <= '~' && s[i] != '\\' {
		i++
	}
	if i == len(s) {
		return s
	}
	b := []byte(s[:i])
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			b = append(b, '\\', '\\')
		case ' ' <= c && c <= '~', c == '\t', c == '\n', c == '\b', c == '\a', c == '\r':
			b = append(b, c)
		default:
			b = fmt.Appendf(b, "\\%03o", c)
		}
	}
	return string(b)
}

// reasonOf is what strerror would say.
func reasonOf(err error) string {
	var errno syscall.Errno
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	case errors.As(err, &errno):
		text := errno.Error()
		return strings.ToUpper(text[:1]) + text[1:]
	}
	return err.Error()
}

// kindOfValueError tells from OpenSSH's words what is wrong with a value.
func kindOfValueError(msg string) ProblemKind {
	switch {
	case strings.Contains(msg, "extra argument"):
		return ExtraArguments
	case strings.Contains(strings.ToLower(msg), "missing"):
		return MissingValue
	}
	return BadValue
}
