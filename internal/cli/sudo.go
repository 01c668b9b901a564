package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/sshvet/sshvet/internal/term"
)

// securePath are the folders in which sudo usually looks for a program
// (secure_path in sudoers), in its order; it does not use the user's own PATH.
var securePath = []string{"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin"}

// sudoLine is the line with which a user runs this program again as root, with
// args behind its name: `sudo sshvet fix --yes /etc/ssh/sshd_config`. It can be
// pasted into a shell and printed on a terminal, whatever is in args.
func sudoLine(args []string) string {
	exe, err := os.Executable()
	if err != nil {
		exe = "sshvet"
	}
	return sudoLineFor(exe, securePath, args)
}

// sudoLineFor names the program by its path, as one in ~/go/bin is not found by
// sudo, unless sudo finds this very program by its name.
func sudoLineFor(exe string, folders, args []string) string {
	program := exe
	if name := filepath.Base(exe); foundAs(name, folders, exe) {
		program = name
	}
	words := []string{"sudo", shellQuote(program)}
	for _, arg := range args {
		words = append(words, shellQuote(arg))
	}
	return strings.Join(words, " ")
}

// foundAs reports whether the first program of that name in the folders is exe.
func foundAs(name string, folders []string, exe string) bool {
	self, err := os.Stat(exe)
	if err != nil {
		return false
	}
	for _, folder := range folders {
		found, err := os.Stat(filepath.Join(folder, name))
		if err == nil && found.Mode().IsRegular() && (found.Mode().Perm()&0o111 != 0 || runtime.GOOS == "windows") {
			return os.SameFile(found, self)
		}
	}
	return false
}

// shellQuote returns a word that a POSIX shell reads as s. What a terminal would
// obey or hide is written in the form $'…', which bash, zsh and ksh have.
func shellQuote(s string) string {
	switch {
	case s == "":
		return "''"
	case term.EscapeTab(s) != s:
		return dollarQuote(s)
	case strings.Trim(s, plainBytes) == "" && !strings.HasPrefix(s, "="): // zsh has =program
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// plainBytes mean nothing to any shell.
const plainBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

// dollarQuote writes all bytes that are not printable ASCII as octal numbers of
// three digits, which no digit behind them can lengthen.
func dollarQuote(s string) string {
	var b strings.Builder
	b.WriteString("$'")
	for _, c := range []byte(s) {
		switch {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + "'"
}
