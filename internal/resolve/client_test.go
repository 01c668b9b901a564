package resolve

import (
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/syntax"
)

func TestMatchHostArgs(t *testing.T) {
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
		var args []syntax.Arg
		for _, p := range strings.Fields(tt.patterns) {
			args = append(args, syntax.Arg{Text: p})
		}
		if got := matchHostArgs(tt.host, args); got != tt.want {
			t.Errorf("%q against %q: %v, want %v", tt.host, tt.patterns, got, tt.want)
		}
	}
}
