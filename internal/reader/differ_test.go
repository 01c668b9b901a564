package reader

import (
	"strings"
	"testing"
)

// setting reads "keyword value line", "keyword value default", or
// "keyword problem line!" for a value that the program does not take.
func settingsOf(list ...string) []Setting {
	var out []Setting
	for _, text := range list {
		words := strings.SplitN(text, " ", 3)
		s := Setting{Keyword: words[0], Value: words[2]}
		switch line := words[1]; {
		case line == "default":
			s.Default = true
		case strings.HasSuffix(line, "!"):
			s.Value, s.Problem = "", "no value"
			s.Source = &Source{File: "f", Line: int(line[0] - '0')}
		default:
			s.Source = &Source{File: "f", Line: int(line[0] - '0')}
		}
		out = append(out, s)
	}
	return out
}

func TestDifferences(t *testing.T) {
	for _, tc := range []struct {
		ours, theirs []string
		want         string
	}{
		{nil, nil, ""},
		{[]string{"port 1 22"}, []string{"port 1 0022"}, ""},
		{[]string{"port 1 22"}, []string{"port 1 2222"}, "port"},
		{[]string{"port 1 22"}, nil, ""},
		{[]string{"port 1 2222"}, []string{"port default 22"}, "port"},
		{nil, []string{"port 1 2222"}, "port"},
		{[]string{"user 1 me"}, nil, "user"},
		{[]string{"user 1 Me"}, []string{"user 1 me"}, "user"},
		{[]string{"identityfile default ~/.ssh/id_rsa"}, []string{"identityfile default ~/.ssh/identity"}, ""},
		{[]string{"identityfile 1 b", "identityfile 2 a"}, []string{"identityfile 2 a", "identityfile 1 b"}, ""},
		{[]string{"identityfile 1 b", "identityfile 2 a"}, []string{"identityfile 1 b"}, "identityfile"},
		{[]string{"hostname 1 WEB"}, nil, ""},
		{[]string{"hostname 1 web.x"}, []string{"hostname 1 Web.X"}, ""},
		{[]string{"hostname 1 web.x"}, []string{"hostname 1 %h.x"}, "hostname"},
		{[]string{"serveraliveinterval 1 60"}, []string{"serveraliveinterval 1! x"}, "serveraliveinterval"},
		{[]string{"serveraliveinterval 1 0"}, []string{"serveraliveinterval 1! none"}, ""},
		{[]string{"serveraliveinterval default 300"}, []string{"serveraliveinterval default 0"}, ""},
		{[]string{"serveraliveinterval 1 60"}, []string{"serveraliveinterval 2 60"}, ""},
		{[]string{"serveralivecountmax 1 3"}, nil, ""},
		{[]string{"connecttimeout 1 none"}, nil, ""},
		{[]string{"connecttimeout 1 60"}, []string{"connecttimeout 1 1m"}, "connecttimeout"},
		{[]string{"proxyjump 1 none"}, nil, ""},
		{[]string{"proxyjump 1 a@b:22"}, []string{"proxyjump 1 ssh://a@b:22"}, ""},
		{[]string{"proxyjump 1 b"}, []string{"proxyjump 1 b", "proxycommand 2 nc"}, ""},
		{[]string{"proxyjump 1 b"}, []string{"proxycommand 2 nc"}, "proxyjump proxycommand"},
		{[]string{"proxycommand 1 nc  %h"}, []string{"proxycommand 1 nc %h"}, ""},
	} {
		var got []string
		for _, d := range Differences("web", []string{"port", "user", "identityfile", "hostname", "serveraliveinterval", "serveralivecountmax", "connecttimeout", "proxyjump", "proxycommand"},
			settingsOf(tc.ours...), settingsOf(tc.theirs...)) {
			got = append(got, d.Keyword)
		}
		if strings.Join(got, " ") != tc.want {
			t.Errorf("%v and %v differ in %v, want %q", tc.ours, tc.theirs, got, tc.want)
		}
	}
}

// TestOtherKeywordsDiffer only where the lines differ: how a program
// understands the words of others is its business.
func TestOtherKeywordsDiffer(t *testing.T) {
	for _, tc := range []struct {
		ours, theirs string
		differ       bool
	}{
		{"compression 1 yes", "compression 1 true", false},
		{"controlpersist 1 600", "controlpersist 1 10m", false},
		{"compression 1 yes", "compression 2 no", true},
		{"compression 1 yes", "compression 2 Yes", false},
		{"compression 1 yes", "compression 1! maybe", true},
	} {
		name, _, _ := strings.Cut(tc.ours, " ")
		if got := len(Differences("web", []string{name}, settingsOf(tc.ours), settingsOf(tc.theirs))) > 0; got != tc.differ {
			t.Errorf("%s and %s: differ is %t, want %t", tc.ours, tc.theirs, got, tc.differ)
		}
	}
}
