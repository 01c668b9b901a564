package openssh

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// ValidateClient asks the installed ssh whether it accepts the content
// candidate of the file path in place of the content current. It returns nil
// where no ssh is installed, where ssh may not be asked (see MayAskClient),
// where it refuses current already (a newer keyword), and where it could not be
// run or did not answer in time.
//
// ssh reads a copy in a folder of its own whose Include lines are blanked, so
// that it reads the bytes that were looked at before and no others. A file that
// is included is to be validated by itself. The verdict therefore says nothing
// about Include lines and about the rights of files; a file with a keyword that
// only an included file excuses (IgnoreUnknown) is refused before and after.
func ValidateClient(path string, current, candidate []byte) error {
	if !MayAskClient(current) || !MayAskClient(candidate) {
		return nil
	}
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		return nil
	}
	dir, err := os.MkdirTemp("", "sshvet-")
	if err != nil {
		return nil
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "config")
	complaint, refused := testClient(ssh, file, candidate)
	if !refused {
		return nil
	}
	if _, before := testClient(ssh, file, current); before {
		return nil
	}
	return fmt.Errorf("ssh -G says: %s", strings.ReplaceAll(complaint, file, path))
}

// testClient writes src to file, less its Include lines, and runs `ssh -G -F`
// on it. What cannot be written is not refused.
func testClient(ssh, file string, src []byte) (complaint string, refused bool) {
	if err := os.WriteFile(file, blankIncludes(src), 0o600); err != nil {
		return "", false
	}
	return ask(clientCommand(ssh, file))
}

// madeUpHost is a name that no server may ever have (RFC 6761).
const madeUpHost = "sshvet.invalid"

// clientCommand is `ssh -G` with three more walls around it, should
// MayAskClient ever be wrong: a SHELL that is no program, on which ssh gives up
// before it runs a command; no canonicalization, which is what looks up names;
// and a port, so that the name of the service is not looked up.
func clientCommand(ssh, file string) *exec.Cmd {
	cmd := exec.Command(ssh, "-G", "-T", "-p", "22", "-o", "CanonicalizeHostname=no", "-F", file, madeUpHost)
	cmd.Env = append(cmd.Environ(), "SHELL="+os.DevNull)
	return cmd
}

// MayAskClient reports whether `ssh -G`, reading src as a configuration file,
// runs no command and looks up no name. It is cautious and by no means a
// parser: it takes any line for a dangerous one that could be one in any
// release of OpenSSH, whatever block it stands in. These are:
//
//   - Match with the criterion exec: the command runs, even for `ssh -G`, even
//     below a Host that does not match;
//   - Match with localnetwork, for which ssh opens a socket to list the
//     interfaces;
//   - CanonicalizeHostname other than no, and CanonicalizePermittedCNAMEs:
//     names are looked up;
//   - any line in a file with NUL bytes, as text behind one is read in some
//     places and not in others.
//
// All other keywords that name a program (ProxyCommand, KnownHostsCommand,
// LocalCommand, PKCS11Provider, SecurityKeyProvider and so on) are for a
// connection; `ssh -G` ends before that. It does not look into included files.
func MayAskClient(src []byte) bool {
	if bytes.IndexByte(src, 0) >= 0 {
		return false
	}
	var buf []byte
	for line := range bytes.Lines(src) {
		if isComment(line) {
			continue
		}
		buf = squeeze(buf[:0], line)
		if isDangerous(buf) {
			return false
		}
	}
	return true
}

// isDangerous judges a squeezed line. Words may stand anywhere in it, so that
// nothing depends on where a keyword or a criterion begins and ends.
func isDangerous(line []byte) bool {
	if bytes.Contains(line, []byte("match")) &&
		(bytes.Contains(line, []byte("exec")) || bytes.Contains(line, []byte("localnetwork"))) {
		return true
	}
	return bytes.Contains(line, []byte("canonicali")) && !canonicalizesNot(line)
}

// canonicalizesNot finds the one harmless line. CanonicalDomains and the
// criterion canonical are harmless too but do not even come here.
func canonicalizesNot(line []byte) bool {
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("canonicalizehostname"))
	return ok && string(bytes.Trim(rest, " \t=\r\n")) == "no"
}

// longLine is a length from which old releases of ssh read a line in pieces
// (the limit was 1023 bytes), so that a comment may go on with a keyword.
const longLine = 1000

// isComment reports whether a line does nothing for any release of ssh.
func isComment(line []byte) bool {
	return len(line) < longLine && bytes.HasPrefix(bytes.TrimLeft(line, " \t\r"), []byte("#"))
}

// squeeze appends a line to dst in lower case and without all that OpenSSH may
// take out of a word before it compares it: quotes and backslashes.
func squeeze(dst, line []byte) []byte {
	for _, c := range line {
		switch {
		case c == '"' || c == '\'' || c == '\\':
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c-'A'+'a')
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// blankIncludes returns src with a comment in place of each line that could be
// an Include for any release of ssh. The other lines keep their numbers.
func blankIncludes(src []byte) []byte {
	out := make([]byte, 0, len(src))
	var buf []byte
	for line := range bytes.Lines(src) {
		buf = squeeze(buf[:0], line)
		if !bytes.Contains(buf, []byte("include")) {
			out = append(out, line...)
			continue
		}
		out = append(out, '#')
		if bytes.HasSuffix(line, []byte("\n")) {
			out = append(out, '\n')
		}
	}
	return out
}
