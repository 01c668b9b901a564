package rules

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var includeNotConfig = &lint.Rule{
	Name:     "include-not-config",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.BothSides,
	Summary:  "An Include that brings in a key or another file that is no configuration.",
	Run:      runIncludeNotConfig,
}

func runIncludeNotConfig(p *lint.Pass) {
	if len(foreignFiles(p.Target)) == 0 {
		return
	}
	for i := range p.Config.Includes {
		inc := &p.Config.Includes[i]
		for _, arg := range inc.Args {
			reportForeign(p, inc, arg)
		}
	}
}

// reportForeign names what one argument of an Include swallows.
func reportForeign(p *lint.Pass, inc *resolve.Include, arg resolve.IncludeArg) {
	foreign := foreignFiles(p.Target)
	var swallowed []string
	for _, f := range arg.Files {
		if kind := foreign[f]; kind != "" && !slices.Contains(swallowed, f.Path+" ("+kind+")") {
			swallowed = append(swallowed, f.Path+" ("+kind+")")
		}
	}
	if len(swallowed) == 0 {
		return
	}
	p.Report(lint.Diagnostic{
		Span: lint.Span{File: inc.File.Path, Start: arg.Span.Start, End: arg.Span.End},
		Message: fmt.Sprintf("this Include brings in %s, which %s no configuration: %s",
			listed(swallowed), plural(len(swallowed), "is", "are"), refuses(p.Dialect.Side)),
		Help: "keep what is included in a folder of its own and give it an ending: Include config.d/*.conf",
	})
}

// foreignFiles are the included files that OpenSSH refuses because they are no
// configuration, with what they are.
func foreignFiles(t *lint.Target) map[*resolve.File]string {
	return lint.Memo(t, "foreign", func() map[*resolve.File]string {
		out := map[*resolve.File]string{}
		seen := map[*resolve.File]bool{}
		for i := range t.Config.Problems {
			p := &t.Config.Problems[i]
			if p.Line < 0 || seen[p.File] || isSource(t, p.File) {
				continue
			}
			seen[p.File] = true
			if kind := foreignKind(p.File.Src); kind != "" {
				out[p.File] = kind
			}
		}
		return out
	})
}

// isForeign reports whether a file is an included one that is no
// configuration.
func isForeign(t *lint.Target, f *resolve.File) bool { return foreignFiles(t)[f] != "" }

// isSource reports whether a file is read by itself, not by an Include.
func isSource(t *lint.Target, f *resolve.File) bool {
	return slices.ContainsFunc(t.Sources, func(s resolve.Source) bool { return s.Path == f.Path })
}

// foreignKind says what a file is that is no configuration; "" for one that
// may be.
func foreignKind(src []byte) string {
	head := src[:min(len(src), 8192)]
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")), bytes.HasPrefix(head, []byte("PK\x03\x04")), isBinary(head):
		return "binary data"
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("-----BEGIN")), bytes.HasPrefix(head, []byte("PuTTY-User-Key-File")):
		if bytes.Contains(head, []byte("PRIVATE KEY")) || bytes.HasPrefix(head, []byte("PuTTY")) {
			return "a private key"
		}
		return "a certificate or key"
	}
	return textKind(string(head))
}

// isBinary reports whether more bytes are control characters than in any text.
func isBinary(head []byte) bool {
	control := 0
	for _, c := range head {
		if c < ' ' && (c < '\t' || c > '\r') || c == 0x7f {
			control++
		}
	}
	return bytes.IndexByte(head, 0) >= 0 && control > len(head)/20
}

// textKind looks at the first line that is no comment: a public key starts
// with its type, a line of known_hosts has it behind the host.
func textKind(head string) string {
	for line := range strings.Lines(head) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		switch {
		case len(words) > 1 && isKeyType(words[0]) && strings.HasPrefix(words[1], "AAAA"):
			return "a public key"
		case len(words) > 2 && isKeyType(words[1]) && strings.HasPrefix(words[2], "AAAA"),
			len(words) > 3 && strings.HasPrefix(words[0], "@") && isKeyType(words[2]) && strings.HasPrefix(words[3], "AAAA"):
			return "a list of known hosts"
		}
		return ""
	}
	return ""
}

// isKeyType reports whether a word names a type of public keys.
func isKeyType(word string) bool {
	for _, prefix := range []string{"ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"} {
		if strings.HasPrefix(word, prefix) {
			return true
		}
	}
	return false
}
