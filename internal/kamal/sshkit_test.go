package kamal

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// sshkitScript prints what SSHKit makes of host strings.
const sshkitScript = `
begin
  require "sshkit"
rescue LoadError
  exit 3
end
require "json"
puts JSON.dump(JSON.parse(STDIN.read).map { |s|
  begin
    h = SSHKit::Host.new(s)
    [h.user.to_s, h.hostname.to_s, h.port.to_s]
  rescue SSHKit::UnparsableHostStringError
    ["unparsable"]
  rescue => e
    ["other " + e.class.to_s]
  end
})
`

// TestSSHKit compares host strings with the real SSHKit. Releases before 1.22
// do not know IPv6 addresses without brackets; those are left out.
func TestSSHKit(t *testing.T) {
	r := rand.New(rand.NewSource(*psychSeed))
	list := []string{"web", "deploy@web:2222", "a@b:", "@a", "a@", "[::1]:22", "[::1]", "u@[::1]:22", "a:b", "a:1:2", "u:p@h:22", ":22", "a:", "@", ":"}
	for range 3000 {
		var b strings.Builder
		for range 1 + r.Intn(7) {
			b.WriteString([]string{"a", "web", "@", ":", "[", "]", "22", "1", "::", ".", "db8", "-"}[r.Intn(12)])
		}
		if s := b.String(); !isIPv6(s) {
			list = append(list, s)
		}
	}
	in, _ := json.Marshal(list)
	cmd := exec.Command(needRuby(t), "-W0", "-e", sshkitScript)
	cmd.Stdin = strings.NewReader(string(in))
	stdout, err := cmd.Output()
	if cmd.ProcessState.ExitCode() == 3 {
		if os.Getenv("CI") != "" {
			t.Fatal("SSHKit is missing: install Debian's package ruby-sshkit")
		}
		t.Skip("SSHKit is missing: Debian's package ruby-sshkit has it")
	}
	if err != nil {
		t.Fatal(err)
	}
	var want [][]string
	if err := json.Unmarshal(stdout, &want); err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		h := SplitHost(s)
		switch {
		case len(want[i]) == 1 && want[i][0] == "unparsable":
			if Parsable(s) {
				t.Errorf("%q: SSHKit cannot parse it", s)
			}
		case len(want[i]) == 1: // an error of Ruby, such as that of an empty name
		case !Parsable(s):
			t.Errorf("%q: SSHKit can parse it: %q", s, want[i])
		case h.User != want[i][0] || h.Name != want[i][1] || toInteger(h.Port) != toInteger(want[i][2]):
			t.Errorf("%q: %+v, SSHKit %q", s, h, want[i])
		}
	}
}

// toInteger is String#to_i of a port; none is 0.
func toInteger(port string) string {
	n := 0
	for _, c := range strings.TrimPrefix(port, "-") {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int(c-'0')
	}
	return fmt.Sprint(n)
}
