package kamal

import (
	"bytes"
	"strings"

	"github.com/sshvet/sshvet/internal/lazy"
)

// lockLine is a gem of the bundle in Gemfile.lock: exactly four blanks before
// its name. Those it depends on have six and a condition.
var lockLine = lazy.Regexp(`^    (kamal|sshkit|net-ssh) \(([0-9A-Za-z.]+)(?:-[^)]*)?\)\s*$`)

// readLock takes the releases from Gemfile.lock; the one that the user gives
// for Kamal comes before it.
func (d *Deployment) readLock() error {
	v := &d.Versions
	if d.Lockfile != "" {
		data, err := d.ReadFile(d.Lockfile)
		if err != nil {
			return err
		}
		d.Files = append(d.Files, File{Path: d.Lockfile, Data: data})
		v.read(d.Lockfile, data)
	}
	if d.Kamal != "" {
		v.Kamal, v.KamalSpan, v.FromUser = d.Kamal, Span{}, true
	}
	return nil
}

func (v *Versions) read(path string, data []byte) {
	specs := false
	for at := 0; at < len(data); {
		end := lineEnd(data, at)
		line := string(data[at:end])
		switch {
		case line == "  specs:":
			specs = true
		case line != "" && line[0] != ' ': // GEM, GIT, PATH, PLATFORMS, DEPENDENCIES
			specs = false
		}
		if m := lockLine().FindStringSubmatchIndex(line); m != nil && specs {
			v.set(line[m[2]:m[3]], line[m[4]:m[5]], Span{path, at + m[4], at + m[5]})
		}
		next := bytes.IndexByte(data[end:], '\n')
		if next < 0 {
			return
		}
		at = end + next + 1
	}
}

func (v *Versions) set(name, version string, span Span) {
	version = strings.TrimSuffix(version, ".")
	switch name {
	case "kamal":
		v.Kamal, v.KamalSpan = version, span
	case "sshkit":
		v.SSHKit, v.SSHKitSpan = version, span
	case "net-ssh":
		v.NetSSH = version
	}
}
