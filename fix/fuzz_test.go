package fix_test

import (
	"testing"

	"github.com/sshvet/sshvet/fix"
	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
	"github.com/sshvet/sshvet/rules"
)

// FuzzFix lints and fixes any bytes as a client and as a server file: nothing
// panics, every fix is proven, what OpenSSH accepted it accepts still, and a
// second fix changes nothing.
func FuzzFix(f *testing.F) {
	for _, seed := range []string{
		"", "Host *\n  ServerAliveInterval 0\n", "ClientAliveInterval 60\x00junk\n", "\xef\xbb\xbfHost web\r\n",
		"Match User bob\n\tClientAliveInterval 300", "ServerAliveInterval sixty\nServerAliveCountMax 3 4\n",
		"IgnoreUnknown Client*\nClientAliveInterval 60\n", "Match final host w*\n ServerAliveInterval 1\nHost a\n",
		"# sshvet: ignore-file=missing-keepalive,x\nHost a\n# sshvet: ignore=slow-keepalive\nServerAliveInterval 300\nServerAliveCountMax 3 # sshvet: ignore=x\nHost *\n",
		"UseDNS no\n# sshvet: ignore=duplicate-setting\n# sshvet: ignore=go-divergence\nUseDNS no\n# sshvet: ignore=slow-keepalive\n#ClientAliveInterval 0\nMatch User x\nClientAliveInterval 300", "\xef\xbb\xbf# sshvet: ignore=,x, y\n# sshvet: ignore-file=missing-keepalive\r\nPort 22\n# sshvet: ignore-file=x",
		"#ClientAliveInterval 0\n#ClientAliveCountMax 3\nMatch all\n", "host=a\nserveraliveinterval=\"600\" # x\nMatch exec true\nServerAliveCountMax 1\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, src []byte, unsafe bool) {
		for _, side := range []keyword.Side{keyword.Client, keyword.Server} {
			plan := planBytes(side, src, unsafe)
			for _, err := range append(plan.Unproven, plan.Errors...) {
				t.Errorf("%s %q: %v", side, src, err)
			}
			if len(plan.Changes) == 0 {
				continue
			}
			if again := planBytes(side, plan.Changes[0].New, unsafe); len(again.Changes) > 0 {
				t.Errorf("%s %q: fixed to %q, and then to %q", side, src, plan.Changes[0].New, again.Changes[0].New)
			}
		}
	})
}

func planBytes(side keyword.Side, src []byte, unsafe bool) *fix.Plan {
	entry := lint.Entry{
		Path:    "config",
		Dialect: keyword.Dialect{Side: side, Release: keyword.Newest},
		Env:     resolve.Env{Home: "/home/user"},
		Sources: []resolve.Source{{Path: "config", Data: append([]byte{}, src...)}},
	}
	return fix.Make(fix.Request{
		Entries: []lint.Entry{entry}, Rules: rules.All(), Settings: lint.Settings{Profile: lint.Deploy}, Unsafe: unsafe,
	})
}
