package pattern

import (
	"net/netip"
	"strings"
	"testing"
)

// slowMatch is match_pattern written in the plainest way.
func slowMatch(s, p string) bool {
	if p == "" {
		return s == ""
	}
	if p[0] == '*' {
		return slowMatch(s, p[1:]) || s != "" && slowMatch(s[1:], p)
	}
	return s != "" && (p[0] == '?' || p[0] == s[0]) && slowMatch(s[1:], p[1:])
}

func FuzzPattern(f *testing.F) {
	f.Add("web1", "w*?1")
	f.Add("", "*")
	f.Add("aaa", "*a*a*")
	f.Fuzz(func(t *testing.T, s, p string) {
		if len(s) > 12 || len(p) > 12 {
			t.Skip("the reference takes exponential time")
		}
		if got, want := Match(s, p), slowMatch(s, p); got != want {
			t.Errorf("Match(%q, %q) = %v, want %v", s, p, got, want)
		}
	})
}

func TestMatchList(t *testing.T) {
	for _, tt := range []struct {
		s, list string
		fold    bool
		want    int
	}{
		{"web1", "*,!web1", false, -1},
		{"web1", "!db1,web*", false, 1},
		{"web1", "!db1", false, 0},
		{"web1", "WEB1", false, 0},
		{"web1", "WEB1", true, 1},
		{"web1", "", false, 0},
		{"web1", strings.Repeat("x", 1023) + ",web1", false, 0},
		{"web1", strings.Repeat("x", 1022) + ",web1", false, 1},
	} {
		if got := MatchList(tt.s, tt.list, tt.fold); got != tt.want {
			t.Errorf("MatchList(%q, %.20q) = %d, want %d", tt.s, tt.list, got, tt.want)
		}
	}
}

func TestMatchAddr(t *testing.T) {
	for _, tt := range []struct {
		addr, list string
		want       int
		ok         bool
	}{
		{"10.0.0.1", "10.0.0.0/8", 1, true},
		{"10.0.0.1", "10.0.0.1/8", 0, false},
		{"10.0.0.1", "!10.0.0.1,10.0.0.0/8", -1, true},
		{"10.0.0.1", "10.*", 1, true},
		{"10.0.0.1", "192.0.2.0/24", 0, true},
		{"10.0.0.1", "10.0.0.0/33", 0, false},
		{"10.0.0.1", "10.0.0.0/129", 0, true},
		{"10.0.0.1", "web1", 0, true},
		{"10.0.0.1", "", 0, false},
		{"10.0.0.1", "10.0.0.1,", 0, false},
		{"::1", "::1/128", 1, true},
		{"fe80::2", "fe80::/10", 1, true},
		{"127.0.0.1", "127.1", 1, true},
		{"127.0.0.1", "0x7f.1", 1, true},
		{"", "10.0.0.1", 0, true},
	} {
		got, ok := MatchAddr(tt.addr, tt.list)
		if got != tt.want || ok != tt.ok {
			t.Errorf("MatchAddr(%q, %q) = %d %v, want %d %v", tt.addr, tt.list, got, ok, tt.want, tt.ok)
		}
	}
}

func TestMatchNetworks(t *testing.T) {
	addrs := []netip.Addr{netip.MustParseAddr("192.168.1.7")}
	for list, want := range map[string][2]bool{
		"192.168.0.0/16":            {true, true},
		"10.0.0.0/8,192.168.0.0/16": {true, true},
		"10.0.0.0/8":                {false, true},
		"!10.0.0.0/8":               {false, false},
		"192.168.1.0/16":            {false, false},
		"web":                       {false, false},
	} {
		match, ok := MatchNetworks(addrs, list)
		if match != want[0] || ok != want[1] {
			t.Errorf("%q: %v %v, want %v", list, match, ok, want)
		}
	}
}
