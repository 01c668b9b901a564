package cli

import (
	"strings"
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
	return looksLikeDump(data) && !isConfigName(path) && !in.isLive(path)
}

// dumped are keywords that sshd -T (and sshd -G) prints, whatever is set, near the
// beginning, after port. Nobody writes all of them into a file.
var dumped = []string{
	"logingracetime", "x11displayoffset", "maxauthtries", "maxsessions",
	"clientaliveinterval", "clientalivecountmax", "permitrootlogin", "strictmodes",
}

// looksLikeDump recognises what sshd -T prints: port first, then every keyword
// with its value, one a line, in lower case (in mixed case from 10.4 on), without
// comments, blank lines or blocks.
func looksLikeDump(data []byte) bool {
	if len(data) < len("port ") || !strings.EqualFold(string(data[:len("port ")]), "port ") {
		return false
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		word, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		word = strings.ToLower(word)
		if !isKeyword(word) || word == "match" || word == "include" {
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

// isKeyword reports whether a word in lower case consists of letters and digits.
func isKeyword(word string) bool {
	return word != "" && strings.Trim(word, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
