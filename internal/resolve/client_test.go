package resolve

import (
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

func TestMatchHost(t *testing.T) {
	for _, tt := range []struct {
		host, patterns string
		want           bool
	}{
		{"web1", "web1", true},
		{"web1", "!web1 *", false},
		{"web1", "* !web1", false},
		{"db", "!web1 *", true},
		{"db", "!web1", false},
		{"web1", "WEB1", false},
		{"a,b", "a,b", true},
		{"a", "a,b", false},
	} {
		src := []byte("Host " + tt.patterns + "\n")
		c, err := Load(keyword.Dialect{Side: keyword.Client, Release: keyword.Newest}, Env{}, []Source{{Path: "config", Data: src}}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		f := c.Files[0]
		if got := f.matchHost(tt.host, 0); got != tt.want {
			t.Errorf("%q against %q: %v, want %v", tt.host, tt.patterns, got, tt.want)
		}
	}
}
