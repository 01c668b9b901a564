package lint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Fingerprint tells a finding from others in a way that outlives edits elsewhere
// in its file.
//
// Hash is made of the rule, the file and the text of the line or lines in which
// the finding stands, without the blanks at their ends; of nothing else, so that
// it stays where lines above are added, blocks around are renamed, the wording
// of sshvet changes, or the repository lies in another folder. Of a finding
// about a file as a whole, such as what is missing in it, it is made of rule and
// file alone. What reports mask in a deploy.yml goes into it masked.
type Fingerprint struct {
	Hash    string // 32 hexadecimal digits
	Ordinal int    // from 1: which one it is among findings with that hash
}

func (f Fingerprint) String() string { return fmt.Sprintf("%s:%d", f.Hash, f.Ordinal) }

// Fingerprints are those of all diagnostics of r, in the same order. dir is the
// current folder, absolute: files below it are named from there, and others as
// they are. With dir "" all are named as they are.
func (r *Result) Fingerprints(dir string) []Fingerprint {
	out := make([]Fingerprint, len(r.Diagnostics))
	seen := map[string]int{}
	names := map[string]string{}
	for i := range r.Diagnostics {
		d := &r.Diagnostics[i]
		name, ok := names[d.Span.File]
		if !ok {
			name = fileName(d.Span.File, dir)
			names[d.Span.File] = name
		}
		hash := r.hash(d, name)
		seen[hash]++
		out[i] = Fingerprint{hash, seen[hash]}
	}
	return out
}

// hash is the Hash of a fingerprint.
func (r *Result) hash(d *Diagnostic, name string) string {
	h := sha256.New()
	fileFingerprint(h, d.Rule, name)
	if src := r.Sources[d.Span.File]; src != nil && !d.AboutFile() {
		last := src.Position(max(d.Span.Start, d.Span.End-1)).Line
		for line := src.Position(d.Span.Start).Line; line <= last; line++ {
			fmt.Fprintf(h, "%s\n", strings.TrimSpace(src.Line(line)))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// fileFingerprint hashes what the fingerprints of all findings begin with, and
// that of one about a whole file consists of.
func fileFingerprint(h io.Writer, rule, name string) { fmt.Fprintf(h, "%s\x00%s\x00", rule, name) }

// hashOfFile is the Hash of a finding about a file as a whole.
func hashOfFile(f FileFinding, dir string) string {
	h := sha256.New()
	fileFingerprint(h, f.Rule, fileName(f.File, dir))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// AboutFile reports whether a finding is about its file as a whole, and not about
// its first line: it stands before the first byte.
func (d *Diagnostic) AboutFile() bool { return d.Span.Start == 0 && d.Span.End == 0 }

// fileName is a file's name from a folder, with slashes. What lies outside of
// the folder keeps the name that it has.
func fileName(path, dir string) string {
	abs := path
	if !filepath.IsAbs(path) && dir != "" {
		abs = filepath.Join(dir, path)
	}
	if rel, err := filepath.Rel(dir, abs); err == nil && dir != "" && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(filepath.Clean(path))
}
