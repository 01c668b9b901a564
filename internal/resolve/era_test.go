package resolve

import (
	"errors"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// loadText loads the main file of one program from texts by path.
func loadText(t *testing.T, d keyword.Dialect, files map[string]string) *Config {
	t.Helper()
	const main = "/etc/ssh/sshd_config"
	env := Env{
		ReadFile: func(path string) ([]byte, FileInfo, error) {
			text, ok := files[path]
			if !ok {
				return nil, FileInfo{}, errors.New("no such file")
			}
			return []byte(text), FileInfo{}, nil
		},
		Exists: func(path string) bool { _, ok := files[path]; return ok },
	}
	c, err := Load(d, env, []Source{{Path: main, Data: []byte(files[main])}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func problemTexts(c *Config) string {
	var out []string
	for i := range c.Problems {
		out = append(out, c.Problems[i].Text)
	}
	return strings.Join(out, "\n")
}

// A line of 4,095 bytes fills the buffer of releases before 7.8 (readconf.c
// and servconf.c of 7.5 to 7.7).
func TestEraLongLines(t *testing.T) {
	for _, tt := range []struct {
		release keyword.Release
		side    keyword.Side
		length  int // with the line feed
		refused bool
	}{
		{keyword.R(7, 7), keyword.Client, 4094, false},
		{keyword.R(7, 7), keyword.Client, 4095, true},
		{keyword.R(7, 7), keyword.Server, 4095, true},
		{keyword.R(7, 8), keyword.Client, 4095, false},
		{keyword.R(7, 8), keyword.Server, 9000, false},
	} {
		for _, start := range []string{"# ", "Banner /", "User "} {
			if tt.side == keyword.Client && start == "Banner /" || tt.side == keyword.Server && start == "User " {
				continue
			}
			line := start + strings.Repeat("x", tt.length-len(start)-1) + "\n"
			c := loadText(t, keyword.Dialect{Side: tt.side, Release: tt.release}, map[string]string{"/etc/ssh/sshd_config": "\n" + line})
			got := strings.Contains(problemTexts(c), "line 2 too long")
			if got != tt.refused || !tt.refused && len(c.Problems) > 0 {
				t.Errorf("%s %s, %d bytes of %q: refused %v, want %v: %s", tt.side, tt.release, tt.length, start, got, tt.refused, problemTexts(c))
			}
		}
	}
}

// Match criterion=argument came with 9.9, was broken in 9.9p1 and mended in
// 9.9p2 (bz#3739).
func TestEraMatchEquals(t *testing.T) {
	for _, tt := range []struct {
		release string
		line    string
		says    string
	}{
		{"9.9", "Match user=alice", ""},
		{"9.9p2", "Match user=alice", ""},
		{"9.9p1", "Match user alice", ""},
		{"9.9p1", "Match user=alice", "Missing Match criteria for user=alice"},
		{"9.9p1", "Match user=alice host x", "Unsupported Match attribute user=alice"},
		{"9.8", "Match user=alice", ""},
		{"10.0", "Match user=alice", ""},
	} {
		r, err := keyword.ParseRelease(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		c := loadText(t, keyword.Dialect{Side: keyword.Server, Release: r}, map[string]string{"/etc/ssh/sshd_config": tt.line + "\n  Banner none\n"})
		if got := problemTexts(c); !strings.Contains(got, tt.says) || tt.says == "" && got != "" {
			t.Errorf("%s, %q: %q, want %q", tt.release, tt.line, got, tt.says)
		}
	}
}

// In 8.2 and 8.3 a Match block of an included file holds for a connection only
// if the Include stands in a Match block that holds (bz#3122). `Match all`
// holds at start-up all the same.
func TestEraMatchInIncludedFile(t *testing.T) {
	const include = "Include /etc/ssh/a.conf\nClientAliveInterval 1\n"
	for _, tt := range []struct {
		name, main, included string
		before, since        string // ClientAliveInterval for alice, to 8.3 and from 8.4
	}{
		{"from the head", include, "Match User alice\nClientAliveInterval 2\n", "1", "2"},
		{"from the head, for all", include, "Match all\nClientAliveInterval 2\n", "2", "2"},
		{"of its own", "ClientAliveInterval 1\nMatch User alice\nClientAliveInterval 2\n", "", "2", "2"},
		{"from a Match block", "ClientAliveInterval 1\nMatch User alice\nInclude /etc/ssh/a.conf\n", "Match Address 1.2.3.4\nClientAliveInterval 2\n", "2", "2"},
		{"from another's Match block", "ClientAliveInterval 1\nMatch User bob\nInclude /etc/ssh/a.conf\n", "Match all\nClientAliveInterval 2\n", "1", "1"},
	} {
		for r, want := range map[keyword.Release]string{keyword.R(8, 2): tt.before, keyword.R(8, 3): tt.before, keyword.R(8, 4): tt.since} {
			c := loadText(t, keyword.Dialect{Side: keyword.Server, Release: r}, map[string]string{
				"/etc/ssh/sshd_config": tt.main, "/etc/ssh/a.conf": tt.included})
			alice, addr := "alice", "1.2.3.4"
			var res Result
			c.Eval(&Query{Spec: &ServerSpec{User: &alice, Addr: &addr}}, &res)
			if got, _ := res.Value("clientaliveinterval"); len(got) != 1 || got[0] != want {
				t.Errorf("%s, %s: %v, want %s", tt.name, r, got, want)
			}
		}
	}
}

func TestEraReleaseNames(t *testing.T) {
	for text, want := range map[string]string{"9.9p1": "OpenSSH_9.9p1", "OpenSSH_9.9p1": "OpenSSH_9.9p1", "9.9p2": "OpenSSH_9.9p1", "9.2": "OpenSSH_9.2p1"} {
		r, err := keyword.ParseRelease(text)
		if err != nil || r.Portable() != want {
			t.Errorf("%s: %s, %v; want %s", text, r.Portable(), err, want)
		}
	}
	if _, err := keyword.ParseRelease("9.10"); err == nil {
		t.Error("9.10 was accepted, there is no such release")
	}
	if !(keyword.R(9, 9) < keyword.R99p1 && keyword.R99p1 < keyword.R(10, 0)) {
		t.Error("9.9p1 does not sort with 9.9")
	}
}
