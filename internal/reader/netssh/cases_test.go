package netssh

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// recorded is one file with the answers of net-ssh 7.3.0 and OpenSSH 9.2p1.
type recorded struct {
	Name, Host string
	Files      map[string]string
	NetSSH     struct {
		Keepalive          *bool
		Interval, Maxcount *int64
		Raises             string
	} `json:"net_ssh"`
	OpenSSH struct {
		ServerAliveInterval, ServerAliveCountMax int
		Exit                                     int
		Stderr                                   string
	}
}

// TestCases holds both readers against the recorded answers.
func TestCases(t *testing.T) {
	data, err := os.ReadFile("../../../testdata/netssh/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Cases []recorded }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.Cases) < 51 {
		t.Errorf("only %d cases", len(all.Cases))
	}
	for _, c := range all.Cases {
		t.Run(c.Name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range c.Files {
				path := filepath.Join(dir, filepath.FromSlash(name))
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				text = strings.ReplaceAll(text, "@DIR@", filepath.ToSlash(dir))
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c.checkNetSSH(t, dir)
			c.checkReader(t, dir)
			c.checkOpenSSH(t, dir)
		})
	}
}

func (c *recorded) request(dir string) Request {
	return ForEnv(resolve.OSEnv(""), Request{Host: c.Host, Files: []string{filepath.Join(dir, "config")}, Dir: dir, Home: dir})
}

func (c *recorded) checkNetSSH(t *testing.T, dir string) {
	t.Helper()
	res, err := For(c.request(dir))
	if err != nil || c.NetSSH.Raises != "" {
		if err == nil || err.Error() != c.NetSSH.Raises {
			t.Errorf("net-ssh: %v, want %q", err, c.NetSSH.Raises)
		}
		return
	}
	want := map[string]string{"keepalive": "nil", "keepalive_interval": "nil", "keepalive_maxcount": "nil"}
	if b := c.NetSSH.Keepalive; b != nil {
		want["keepalive"] = strconv.FormatBool(*b)
	}
	if n := c.NetSSH.Interval; n != nil {
		want["keepalive_interval"] = strconv.FormatInt(*n, 10)
	}
	if n := c.NetSSH.Maxcount; n != nil {
		want["keepalive_maxcount"] = strconv.FormatInt(*n, 10)
	}
	for name, w := range want {
		if o, _ := res.Option(name); o.Value.Canonical() != w {
			t.Errorf("net-ssh: %s is %s, want %s", name, o.Value.Canonical(), w)
		}
	}
}

var keepalive = []string{"serveraliveinterval", "serveralivecountmax"}

// ask asks a reader for the keep-alive.
func (c *recorded) ask(rd reader.Reader, dir string) (interval, count string, err error) {
	env := resolve.OSEnv("")
	env.Home = dir
	settings, err := rd.Resolve(reader.Request{
		Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.R(9, 2), Vendor: keyword.Debian},
		Env:     env, Sources: []resolve.Source{{Path: filepath.Join(dir, "config")}},
		Query:    resolve.Query{Host: c.Host, Identity: resolve.Identity{Known: true, LocalUser: "root", User: "root"}},
		Keywords: keepalive,
	})
	if err != nil || len(settings) != 2 {
		return "", "", err
	}
	for i := range settings {
		for _, maybe := range settings[i].Conditional { // only OpenSSH itself runs the command
			if strings.Contains(maybe.Condition, "true") {
				settings[i].Value = maybe.Value
			}
		}
	}
	return settings[0].Value, settings[1].Value, nil
}

// checkReader: what the reader prints is what net-ssh uses.
func (c *recorded) checkReader(t *testing.T, dir string) {
	t.Helper()
	interval, count, err := c.ask(Reader, dir)
	if err != nil || c.NetSSH.Raises != "" {
		if err == nil || !strings.HasSuffix(err.Error(), c.NetSSH.Raises) {
			t.Errorf("reader: %v, want %q", err, c.NetSSH.Raises)
		}
		return
	}
	wantInterval, wantCount := "0", "3"
	if n := c.NetSSH.Interval; n != nil {
		wantInterval = strconv.FormatInt(*n, 10)
	}
	if n := c.NetSSH.Maxcount; n != nil {
		wantCount = strconv.FormatInt(*n, 10)
	}
	if interval != wantInterval || count != wantCount {
		t.Errorf("reader: %s/%s, want %s/%s", interval, count, wantInterval, wantCount)
	}
}

func (c *recorded) checkOpenSSH(t *testing.T, dir string) {
	t.Helper()
	interval, count, err := c.ask(reader.OpenSSH, dir)
	if err != nil || c.OpenSSH.Exit != 0 {
		if err == nil || c.OpenSSH.Exit == 0 {
			t.Errorf("OpenSSH: %v, want exit %d, %s", err, c.OpenSSH.Exit, c.OpenSSH.Stderr)
		} else if want := strings.ReplaceAll(c.OpenSSH.Stderr, "@DIR@", dir); !strings.Contains(err.Error(), want) {
			t.Errorf("OpenSSH: %v, want %s", err, want)
		}
		return
	}
	if interval != strconv.Itoa(c.OpenSSH.ServerAliveInterval) || count != strconv.Itoa(c.OpenSSH.ServerAliveCountMax) {
		t.Errorf("OpenSSH: %s/%s, want %d/%d", interval, count, c.OpenSSH.ServerAliveInterval, c.OpenSSH.ServerAliveCountMax)
	}
}
