package resolve

import (
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// FuzzResolve: any bytes load and resolve on both sides and in all eras
// without a panic, and what wins is a line of the file.
func FuzzResolve(f *testing.F) {
	for _, seed := range []string{
		"Host web* !web1\nServerAliveInterval=30 # c\nMatch final host \"a b\",c\nInclude x\nHostName %h.x\n",
		"Match User bob Address 10.0.0.0/8,!10.0.0.1\nClientAliveInterval 1h30\nMatch all\nTCPKeepAlive no\nInclude x *\n",
		"\x00Po\x00rt\n 22\r\n\"Ke\"y \"\n=\n\"\"=\n",
		"Match all \"\"\nRekeyLimit 1G\nRekeyLimit default 1h\nSubsystem a b\nSubsystem a c\n",
	} {
		f.Add([]byte(seed), "web1", uint16(1005))
	}
	f.Fuzz(func(t *testing.T, src []byte, host string, release uint16) {
		for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
			d := keyword.Dialect{Side: side, Release: eras[int(release)%len(eras)], Vendor: keyword.Vendor(release % 4)}
			resolveAny(t, d, src, host)
		}
	})
}

// eras are the releases in which reading changed.
var eras = []keyword.Release{
	keyword.R(7, 4), keyword.R(7, 9), keyword.R(8, 1), keyword.R(8, 3), keyword.R(8, 4), keyword.R(8, 6), keyword.R(8, 7), keyword.R(9, 2), keyword.R(9, 4),
	keyword.R(9, 8), keyword.R(9, 9), keyword.R99p1, keyword.R(10, 0), keyword.R(10, 1), keyword.R(10, 3), keyword.Newest,
}

func resolveAny(t *testing.T, d keyword.Dialect, src []byte, host string) {
	env := Env{
		Home:     "/home/u",
		ReadFile: func(string) ([]byte, FileInfo, error) { return src, FileInfo{}, nil },
		ReadDir:  func(string) ([]string, error) { return []string{"x", ".y"}, nil },
		Exists:   func(string) bool { return true },
	}
	c, err := Load(d, env, []Source{{Path: "/config", Data: src}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	spec, _ := ParseSpec("user="+host+",addr=10.0.0.1,lport=22", d)
	queries := []Query{{Host: host, Trace: true}, {Host: host, Spec: spec, Identity: Identity{Known: true, LocalUser: host}}}
	for _, x := range c.ServerProofContexts() {
		if d.Side == keyword.Server && len(queries) < 20 {
			queries = append(queries, x.Query())
		}
	}
	var r Result
	for i := range queries {
		c.Eval(&queries[i], &r)
		r.Refusal()
		r.Keys(func(id keyword.ID) {
			for _, ref := range r.Refs(id) {
				if file := c.FileOf(ref); int(ref.Line) >= file.Len() {
					t.Errorf("line %d of a file of %d", ref.Line, file.Len())
				}
				r.ItemsOf(ref)
			}
			r.Value(keyword.ByID(d.Side, id).Lower)
		})
	}
	for id := range c.Blocks {
		if key := c.BlockKey(int32(id)); !strings.Contains(key, "#") {
			t.Errorf("block %d has the key %q", id, key)
		}
	}
}
