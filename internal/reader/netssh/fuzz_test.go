package netssh

import (
	"errors"
	"io/fs"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/resolve"
)

// memory is a folder of files that are not on disk.
type memory map[string]string

func (m memory) request(host string, files ...string) Request {
	dirs := map[string]map[string]bool{}
	for name := range m {
		for at := name; at != "/" && at != "."; at = path.Dir(at) {
			if dirs[path.Dir(at)] == nil {
				dirs[path.Dir(at)] = map[string]bool{}
			}
			dirs[path.Dir(at)][path.Base(at)] = true
		}
	}
	glob := Globber{
		ReadDir: func(dir string) ([]string, error) {
			var names []string
			for name := range dirs[dir] {
				names = append(names, name)
			}
			return names, nil
		},
		Exists: func(name string) bool {
			name = path.Clean(name)
			_, ok := m[name]
			return ok || dirs[name] != nil
		},
	}
	return Request{
		Host: host, Files: files, Dir: "/d", Home: "/home", Glob: glob.Glob,
		ReadFile: func(name string) ([]byte, error) {
			name = path.Clean(name)
			if text, ok := m[name]; ok {
				return []byte(text), nil
			}
			if dirs[name] != nil {
				return nil, resolve.ErrIsDirectory
			}
			return nil, fs.ErrNotExist
		},
	}
}

// FuzzFor: whatever the bytes, For ends soon, without a panic, and says the
// same each time; every line that it names is in the file.
func FuzzFor(f *testing.F) {
	for _, text := range []string{
		"", "Host *\nServerAliveInterval 60\n", "Match host web,db\nHostName %h\n", "Include *\n", "Include config\nInclude config\n",
		"Include \"a b\" {x,y}* **/z [a-b]\\*\nHost !web w?b\nSetEnv 'A=b' \"C=\\\"\"\n", "\xef\xbb\xbfHost=web\r\nUser = \"x\"\n", "Match all host x",
		"ProxyJump a\nHost *\nProxyCommand yes", "RekeyLimit 1G\nSendEnv LC_*", "IdentityFile 5\nIdentityFile ~x", "Ciphers 5", "\xff", "Include {{a,b},{c,d}}{{{", "Proxy",
		"Include \\\nInclude [\\\nInclude a\\/b\nInclude .*/*\nInclude **/**/*", "Host \u212a \u017f", "Host x\nInclude other\nUser a\nMatch host=web",
	} {
		f.Add([]byte(text), []byte("Host *\nUser other\nInclude x\n"), "web")
	}
	f.Fuzz(func(t *testing.T, config, other []byte, host string) {
		m := memory{"/d/config": string(config), "/d/other": string(other), "/d/sub/x": string(other), "/home/x": string(config), "/d/sub/.hid": "Port 5"}
		start := time.Now()
		res, err := For(m.request(host, "config", "/d/other"))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("took %s", took)
		}
		if err != nil {
			var raised *Error
			if !errors.As(err, &raised) && !errors.Is(err, ErrTooMuch) {
				t.Errorf("neither Ruby's exception nor too much: %v", err)
			}
			return
		}
		CrashesOnConnect(res)
		for _, s := range res.Settings {
			checkSource(t, m, s.Source)
			for _, l := range s.Shadowed {
				checkSource(t, m, l.Source)
			}
		}
		again, err := For(m.request(host, "config", "/d/other"))
		if err != nil || len(again.Options) != len(res.Options) {
			t.Fatalf("the second time: %v", err)
		}
		for i, o := range res.Options {
			if o.Name != again.Options[i].Name || o.Value.Canonical() != again.Options[i].Value.Canonical() {
				t.Errorf("%s differs the second time", o.Name)
			}
		}
	})
}

func checkSource(t *testing.T, m memory, s Source) {
	t.Helper()
	name := s.File
	if name == "config" {
		name = "/d/config"
	}
	text, ok := m[path.Clean(name)]
	if !ok || s.Line < 1 || s.Line > strings.Count(text, "\n")+1 {
		t.Errorf("%s: no such line", s)
	}
}
