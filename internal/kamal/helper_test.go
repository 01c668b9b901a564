package kamal

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// request describes a deployment whose files are in a map.
func request(files map[string]string) Request {
	return Request{
		File: "config/deploy.yml",
		ReadFile: func(path string) ([]byte, error) {
			text, ok := files[path]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), nil
		},
		Exists: func(path string) bool { _, ok := files[path]; return ok },
	}
}

// load reads a deploy.yml alone.
func load(t *testing.T, deploy string, change ...func(*Request)) *Deployment {
	t.Helper()
	req := request(map[string]string{"config/deploy.yml": deploy})
	for _, f := range change {
		f(&req)
	}
	d, err := Load(req)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func withKamal(version string) func(*Request) { return func(r *Request) { r.Kamal = version } }

// hostNames lists hosts as they are written.
func hostNames(d *Deployment) string {
	var names []string
	for _, h := range d.Hosts {
		names = append(names, h.Written)
	}
	return strings.Join(names, " ")
}

// texts is the text of a span.
func (d *Deployment) textOf(s Span) string {
	for _, f := range d.Files {
		if f.Path == s.File {
			return string(f.Data[s.Start:s.End])
		}
	}
	return ""
}

// problems is one line a problem: its text, and what its span covers.
func problems(d *Deployment) string {
	var b strings.Builder
	for _, p := range d.Problems {
		fmt.Fprintf(&b, "%s [%s]\n", p.Text, d.textOf(p.Span))
	}
	return b.String()
}

func unknowns(d *Deployment) string {
	var names []string
	for _, u := range d.Unknown {
		if u.Path == "" {
			u.Path = "everything"
		}
		names = append(names, u.Path)
	}
	return strings.Join(names, " ")
}

// needRuby skips a test where Debian's ruby is missing; that is a failure under
// CI.
func needRuby(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("ruby")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ruby is missing: install Debian's package ruby")
		}
		t.Skip("ruby is missing: Debian's package ruby has it")
	}
	return path
}
