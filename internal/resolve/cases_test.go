package resolve

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// text is a string that may be given as {"base64": …}.
type text string

func (s *text) UnmarshalJSON(data []byte) error {
	var plain string
	if json.Unmarshal(data, &plain) == nil {
		*s = text(plain)
		return nil
	}
	var object struct{ Base64 []byte }
	var raw map[string]string
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	b, err := base64.StdEncoding.DecodeString(raw["base64"])
	object.Base64 = b
	*s = text(object.Base64)
	return err
}

type answer struct {
	RC     int
	Values map[string][]string
	Stderr []string
}

type oracleCase struct {
	Name, Spec  string
	Config      text
	Expected    *answer
	Expected9_2 *answer `json:"expected_9_2"`
}

type oracleSide struct {
	IncludeFiles map[string]text   `json:"include_files"`
	IncludeModes map[string]string `json:"include_modes"`
	Symlinks     map[string]string
	Cases        []oracleCase
}

// loadCases writes the files of testdata/openssh/cases.json below a fresh
// folder, whose name replaces @DIR@.
func loadCases(t *testing.T) (dir string, sides map[keyword.Side]*oracleSide) {
	t.Helper()
	data, err := os.ReadFile("../../testdata/openssh/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	data = []byte(strings.ReplaceAll(string(data), "@DIR@", dir))
	var all struct{ Client, Server oracleSide }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	sides = map[keyword.Side]*oracleSide{keyword.Client: &all.Client, keyword.Server: &all.Server}
	for _, side := range sides {
		for path, content := range side.IncludeFiles {
			content = text(strings.ReplaceAll(string(content), "@DIR@", dir))
			mode := 0o644
			if m, ok := side.IncludeModes[path]; ok {
				n, _ := strconv.ParseInt(m, 8, 32)
				mode = int(n)
			}
			os.MkdirAll(filepath.Dir(path), 0o755)
			if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			os.Chmod(path, os.FileMode(mode))
		}
		for path, target := range side.Symlinks {
			os.Symlink(target, path)
		}
	}
	return dir, sides
}

// TestCases holds the resolver against OpenSSH's own answers, without any
// OpenSSH on the PATH.
func TestCases(t *testing.T) {
	t.Setenv("PATH", "")
	dir, sides := loadCases(t)
	n := 0
	for side, s := range sides {
		for _, c := range s.Cases {
			t.Run(side.String()+"/"+c.Name, func(t *testing.T) {
				checkCase(t, dir, keyword.Dialect{Side: side, Release: keyword.Newest}, c, c.Expected)
				old := c.Expected9_2
				if old == nil {
					old = c.Expected
				}
				checkCase(t, dir, keyword.Dialect{Side: side, Release: keyword.R(9, 2), Vendor: keyword.Debian}, c, old)
			})
			n++
		}
	}
	if n < 116 {
		t.Errorf("only %d cases", n)
	}
}

func checkCase(t *testing.T, dir string, d keyword.Dialect, c oracleCase, want *answer) {
	t.Helper()
	env := OSEnv("")
	env.CheckOwners = true
	env.UID = os.Getuid()
	env.PrivateGroup = func(gid, uid int) bool { return gid == uid }
	env.Home = dir + "/home"
	q, refused := queryOf(t, &env, d, c.Spec)
	path := dir + "/" + d.Side.String() + "/" + c.Name + ".conf"
	cfg, err := Load(d, env, []Source{{Path: path, Data: []byte(c.Config)}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var r Result
	cfg.Eval(&q, &r)
	var stderr []string
	for _, p := range r.Refusal() {
		stderr = append(stderr, p.Text)
	}
	if r.Error != "" {
		stderr = append(stderr, r.Error)
	}
	if refused != "" {
		stderr = []string{refused} // sshd stops before it reads any file
	}
	if (len(stderr) > 0) != (want.RC != 0) {
		t.Fatalf("OpenSSH %s: refused with %q, want %q", d.Release, stderr, want.Stderr)
	}
	if want.RC != 0 {
		got := strings.Split(strings.Join(stderr, "\n"), "\n")
		wanted := slices.DeleteFunc(slices.Clone(want.Stderr), func(s string) bool {
			return strings.Contains(s, ": terminating, ")
		})
		if !slices.Equal(got, wanted) {
			t.Errorf("OpenSSH %s says %q, we say %q", d.Release, wanted, got)
		}
		return
	}
	for key, values := range want.Values {
		got, ok := r.Value(key)
		if !ok {
			got = d.DefaultOf(keyword.Find(d.Side, []byte(key)))
		}
		if !slices.Equal(got, values) {
			t.Errorf("OpenSSH %s: %s is %q, want %q", d.Release, key, got, values)
		}
	}
}

// queryOf reads the spec of a case: "host=web1 args=-o K=V", "-C user=…".
func queryOf(t *testing.T, env *Env, d keyword.Dialect, spec string) (q Query, refused string) {
	t.Helper()
	words := strings.Fields(spec)
	for i, w := range words {
		key, value, _ := strings.Cut(w, "=")
		switch key {
		case "host":
			q.Host = value
		case "env":
			env.Home = strings.TrimPrefix(value, "HOME=")
		case "-C":
			parsed, err := ParseSpec(words[i+1], d)
			if err != nil {
				return q, err.Error()
			}
			q.Spec = parsed
		case "args":
			o, err := ParseOption(d, words[i+1])
			if err != nil {
				t.Fatal(err)
			}
			q.Options = append(q.Options, o)
		}
	}
	q.Identity = Identity{Known: true, LocalUser: "root", SessionType: "shell", Version: "OpenSSH_" + d.Release.String() + "p1"}
	return q, ""
}
