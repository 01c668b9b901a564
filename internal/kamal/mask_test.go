package kamal

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestMasked: what is read here is shown, what may be secret is not, and lines
// and columns stay.
func TestMasked(t *testing.T) {
	const in = `# key: S1 before everything
# Name of the shop.
service: shop
servers:
  web:
    - web1 # the first
    - web2: tag
    env:
      TOKEN: S2
  "job": [a, b]
registry:
  username: S3
  password: S4
  server: >-
    S5
    S6
ssh:
  user: deploy
  key_data:
    - S7
    - |
      S8
  proxy: jump.example.com
  passphrase: S12
  user: root # pw=S12
ssh: { user: root, key_data: [
  "S12"], foo: 1 }
ssh:
  proxy: user:S12@jump
builder: {arch: amd64, secrets: [S9]}
env: {clear: {A: S10}}
accessories:
  db:
    host: db1
    env:
      secret:
        - S11
    port: 5432
    pgpassword: S12
builder:
  remote: ssh://u:S12@h
  remote: ssh://docker@h
sshkit:
  pool_idle_timeout: 30
pässwörd: S12
	tab: S12
? S13
: S14
`
	out := string(Masked([]byte(in)))
	for i := range 14 {
		if secret := "S" + string(rune('1'+i)); i < 9 && strings.Contains(out, secret) {
			t.Errorf("%s is shown:\n%s", secret, out)
		}
	}
	if strings.ContainsRune(strings.NewReplacer("SECRET", "", "service", "").Replace(out), 'S') {
		t.Errorf("a secret is shown:\n%s", out)
	}
	for _, want := range []string{
		"service: shop\n", "# Name of the shop.\n", "  remote: ssh://docker@h\n", "    - web1 # the first\n", "    - web2: tag\n", "  \"job\": [a, b]\n", "  user: deploy\n", "  proxy: jump.example.com\n",
		"    host: db1\n", "    port: 5432\n", "  pool_idle_timeout: 30\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is masked:\n%s", want, out)
		}
	}
	before, after := strings.Split(in, "\n"), strings.Split(out, "\n")
	if len(before) != len(after) {
		t.Fatalf("%d lines become %d", len(before), len(after))
	}
	for i := range before {
		if utf8.RuneCountInString(before[i]) != utf8.RuneCountInString(after[i]) {
			t.Errorf("line %d has another length: %q, %q", i+1, before[i], after[i])
		}
	}
}
