package gossh_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/reader/gossh"
	"github.com/sshvet/sshvet/internal/resolve"
)

// world is a request for files that exist nowhere but here. Names that begin
// with /home are of the home folder /home/u.
func world(files map[string]string) reader.Request {
	env := resolve.Env{
		Home: "/home/u",
		ReadFile: func(path string) ([]byte, resolve.FileInfo, error) {
			text, ok := files[path]
			if !ok {
				return nil, resolve.FileInfo{}, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(text), resolve.FileInfo{}, nil
		},
		ReadDir: func(dir string) (names []string, err error) {
			for path := range files {
				if filepath.Dir(path) == filepath.Clean(dir) {
					names = append(names, filepath.Base(path))
				}
			}
			return names, nil
		},
		Exists: func(path string) bool { _, ok := files[path]; return ok },
	}
	req := reader.Request{Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.Newest}, Env: env}
	for _, path := range []string{"/home/u/.ssh/config", "/etc/ssh/ssh_config", "/usr/etc/ssh/ssh_config"} {
		if _, ok := files[path]; ok {
			req.Sources = append(req.Sources, resolve.Source{Path: path, System: !strings.HasPrefix(path, "/home")})
		}
	}
	return req
}

func load(t *testing.T, files map[string]string) *gossh.Files {
	t.Helper()
	f, err := gossh.Load(world(files))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestPlaces: each value comes with its line, and the Include that leads there.
func TestPlaces(t *testing.T) {
	f := load(t, map[string]string{
		"/home/u/.ssh/config":     "# head\nHost web\n  Port 22\nInclude conf.d/*\nHost *\n  User me\n",
		"/home/u/.ssh/conf.d/1":   "Host web\n\n  ServerAliveInterval 60\n  Include /home/u/.ssh/x\n",
		"/home/u/.ssh/x":          "HostName h\n",
		"/etc/ssh/ssh_config":     "Include y\nUser system\nConnectTimeout 5\n",
		"/etc/ssh/y":              "Compression yes\n",
		"/usr/etc/ssh/ssh_config": "ForwardAgent yes\n",
	})
	for key, want := range map[string]string{
		"Port":                "22 /home/u/.ssh/config:3 :0",
		"ServerAliveInterval": "60 /home/u/.ssh/conf.d/1:3 /home/u/.ssh/config:4",
		"HostName":            "h /home/u/.ssh/x:1 /home/u/.ssh/config:4",
		"User":                "me /home/u/.ssh/config:6 :0",
		"ConnectTimeout":      "5 /etc/ssh/ssh_config:3 :0",
		"Compression":         "yes /etc/ssh/y:1 /etc/ssh/ssh_config:1",
		"ForwardAgent":        "no :0 :0",
	} {
		v, _ := f.Get("web", key)
		if got := fmt.Sprintf("%s %s:%d %s:%d", v.Text, v.At.File, v.At.Line, v.Via.File, v.Via.Line); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

// TestErrors: the words are the library's, and the place is the line at fault.
func TestErrors(t *testing.T) {
	const config = "/home/u/.ssh/config"
	for _, tc := range []struct {
		files    map[string]string
		at, text string
	}{
		{map[string]string{config: "Port 22\nMatch user me\n"},
			config + ":2", `(2, 7): ssh_config: unsupported Match criterion "user"`},
		{map[string]string{config: "Host a\n Include x\n", "/home/u/.ssh/x": "\n\nMatch exec true\n"},
			"/home/u/.ssh/x:3", "(2, 10): Error parsing Include directive: (3, 7): ssh_config: Match Exec is not supported"},
		{map[string]string{config: "Include x\nMatch final\n", "/home/u/.ssh/x": "Port 1\n"},
			config + ":2", `(2, 7): ssh_config: unsupported Match criterion "final"`},
		{map[string]string{config: "Include x\nMatch final\n", "/home/u/.ssh/x": "Match final\n"},
			"/home/u/.ssh/x:1", `(1, 9): Error parsing Include directive: (1, 7): ssh_config: unsupported Match criterion "final"`},
		{map[string]string{config: "\nInclude config\n"},
			config + ":2", "ssh_config: max recurse depth exceeded"},
		{map[string]string{config: "Include [\n"},
			config + ":1", "(1, 9): Error parsing Include directive: syntax error in pattern"},
	} {
		_, err := gossh.Load(world(tc.files))
		var e *gossh.Error
		if !errors.As(err, &e) {
			t.Errorf("%q: the error is %v", tc.files[config], err)
			continue
		}
		if at := fmt.Sprintf("%s:%d", e.At.File, e.At.Line); at != tc.at || e.Text != tc.text || e.Limit {
			t.Errorf("%q: %s: %s, want %s: %s", tc.files[config], at, e.Text, tc.at, tc.text)
		}
	}
}

// TestReadsOnlyThroughEnv: neither an Include nor a link leads out of the root,
// and no file is opened but through the Env.
func TestReadsOnlyThroughEnv(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret")
	writeFile(t, outside, "User secret\n")
	for _, word := range []string{"Include", "include", "INCLUDE", "İnclude", "\r\tInclude"} {
		text := word + " " + outside + "\n"
		f, err := gossh.Load(reader.Request{Sources: []resolve.Source{{Path: "config", Data: []byte(text)}}})
		if err != nil {
			t.Fatal(err)
		}
		if v, ok := f.Get("web", "User"); ok {
			t.Errorf("%q: without an Env, %+v was read", text, v)
		}
	}
	root := t.TempDir()
	writeFile(t, filepath.Join(root, "config"), "Include /inside /link "+outside+"\nUser me\n")
	writeFile(t, filepath.Join(root, "inside"), "Port 5\n")
	env := resolve.OSEnv(root)
	req := reader.Request{Env: env, Sources: []resolve.Source{{Path: filepath.Join(root, "config")}}}
	f, err := gossh.Load(req)
	if err != nil {
		t.Fatal(err)
	}
	user, _ := f.Get("web", "User")
	port, _ := f.Get("web", "Port")
	if user.Text != "me" || port.Text != "5" || port.At.File != filepath.Join(root, "inside") {
		t.Errorf("below the root: User %+v, Port %+v", user, port)
	}
	if err := os.Symlink(outside, filepath.Join(root, "link")); err != nil {
		t.Skip(err)
	}
	if _, err := gossh.Load(req); err == nil || !strings.Contains(err.Error(), "below the root folder") {
		t.Errorf("through a link out of the root: %v", err)
	}
}

// TestHostileFiles come to an end soon.
func TestHostileFiles(t *testing.T) {
	fan := map[string]string{"/home/u/.ssh/config": "Include a/*\n"}
	for i := range 40 {
		for _, next := range []string{"a b", "b c", "c d", "d e"} {
			dir, inner, _ := strings.Cut(next, " ")
			fan[fmt.Sprintf("/home/u/.ssh/%s/%d", dir, i)] = "Include " + inner + "/*\n"
		}
	}
	config := func(text string) map[string]string { return map[string]string{"/home/u/.ssh/config": text} }
	for name, tc := range map[string]struct {
		files map[string]string
		limit bool
	}{
		"files that include each other many times": {fan, true},
		"a huge line":              {config("Host " + strings.Repeat("a*", 1<<22)), true},
		"a huge comment":           {config("#" + strings.Repeat("x", 1<<23)), true},
		"many long lines":          {config(strings.Repeat(strings.Repeat("x", 8000)+"\n", 1000)), true},
		"a line of the size taken": {config("Host " + strings.Repeat("a*", 1<<14)), false},
		"nothing but zeros":        {config(strings.Repeat("\x00", 1<<14)), false},
		"no text":                  {config(strings.Repeat("\xff\xfe\r", 1<<12)), false},
		"an exclamation mark":      {config("Host !\nMatch host !\n"), false},
	} {
		start := time.Now()
		f, err := gossh.Load(world(tc.files))
		var e *gossh.Error
		if limit := errors.As(err, &e) && e.Limit; limit != tc.limit || err != nil && !limit {
			t.Errorf("%s: the error is %v", name, err)
		}
		if err == nil {
			f.Get("web", "User")
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s: it takes %v", name, d)
		}
	}
}

// TestReader: what programs ask for, with the lines that lose.
func TestReader(t *testing.T) {
	req := world(map[string]string{
		"/home/u/.ssh/config": "Host web\n  ServerAliveInterval 1m\n  IdentityFile a\n  IdentityFile b\n  User me\n  Nonsense x\nHost *\n  User you\n",
	})
	req.Query.Host = "web"
	list, err := gossh.Reader.Resolve(req)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range list {
		line := fmt.Sprintf("%s=%s", s.Keyword, s.Value)
		if s.Source != nil {
			line += fmt.Sprintf(" %d", s.Source.Line)
		}
		for _, l := range s.Shadowed {
			line += fmt.Sprintf(" (%d: %s: %s)", l.Line, l.Value, l.Reason)
		}
		got = append(got, line+s.Problem)
	}
	want := []string{
		`serveraliveinterval= 2ssh_config: strconv.ParseUint: parsing "1m": invalid syntax`,
		"serveralivecountmax=3", "tcpkeepalive=yes",
		"identityfile=a 3", "identityfile=b 4",
		"user=me 5 (8: you: /home/u/.ssh/config:5 comes first, and the first value wins)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("it says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
