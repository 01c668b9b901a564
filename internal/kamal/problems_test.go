package kamal

import (
	"strings"
	"testing"
)

func TestProblems(t *testing.T) {
	tests := []struct{ name, version, deploy, want string }{
		{"example 9", "", "servers: [a]\nssh:\n  keepalive: true\n  keepalive_interval: 60\n", "ssh: unknown keys: keepalive, keepalive_interval [keepalive]"},
		{"before 1.7", "1.6.0", "servers: [a]\nssh:\n  keepalive: true\n", ""},
		{"string", "", "servers: [a]\nsshkit:\n  pool_idle_timeout: \"30\"\n", "sshkit/pool_idle_timeout: should be an integer [\"30\"]"},
		{"float", "", "servers: [a]\nsshkit: {pool_idle_timeout: 30.0}\n", "sshkit/pool_idle_timeout: should be an integer [30.0]"},
		{"empty", "", "servers: [a]\nsshkit: {pool_idle_timeout: }\n", "sshkit/pool_idle_timeout: should be an integer [pool_idle_timeout]"},
		{"0o", "", "servers: [a]\nsshkit: {pool_idle_timeout: 0o17}\n", "sshkit/pool_idle_timeout: should be an integer [0o17]"},
		{"octal", "", "servers: [a]\nsshkit: {pool_idle_timeout: 017}\n", ""},
		{"null section", "", "servers: [a]\nssh:\n", "ssh: should be a hash [ssh]"},
		{"servers string", "", "servers: x\n", "servers: should be an array or a hash [x]"},
		{"servers null", "", "servers:\naccessories: {a: {host: b}}\n", "servers: should be an array or a hash [servers]"},
		{"role scalar", "", "servers:\n  web: a\n", "servers/web: should be an array or a hash [a]"},
		{"hosts scalar", "", "servers:\n  web:\n    hosts: a\n", "servers/web/hosts: should be an array [a]"},
		{"two hosts", "", "servers:\n  - a: x\n    b: y\n", "servers/0: multiple hosts found [a: x\n    b: y]"},
		{"colon forgotten", "", "servers:\n  web:\n    - a:\n", "servers/web/0/a: should be a string or an array [a]"},
		{"null host", "", "servers:\n  web:\n    hosts:\n      - a\n      -\n", "servers/web/hosts/1: should be a string or a hash []"},
		{"nothing", "", "service: x\n", "No servers or accessories specified [service: x]"},
		{"nothing, Kamal 1", "1.9.3", "service: x\n", "Missing required configuration for servers [service: x]"},
		{"no web role", "", "servers:\n  job: [a]\n", "The primary_role web isn't defined [servers]"},
		{"other primary role", "", "servers:\n  job: [a]\nprimary_role: job\n", ""},
		{"no hosts", "", "servers: []\n", "No servers specified for the web primary_role [servers]"},
		{"empty role", "", "servers:\n  web: [a]\n  job:\n    hosts: []\n", "No servers specified for the job role. You can ignore this with allow_empty_roles: true [job]"},
		{"allowed", "", "servers:\n  web: [a]\n  job:\n    hosts: []\nallow_empty_roles: true\n", ""},
		{"accessory without", "", "servers: [a]\naccessories:\n  db: {image: x}\n", "accessories/db: specify one of `host`, `hosts`, `role`, `roles`, `tag` or `tags` [db]"},
		{"accessory with two", "", "servers: [a]\naccessories:\n  db: {host: x, roles: [web]}\n", "accessories/db: specify one of `host`, `hosts`, `role`, `roles`, `tag` or `tags` [roles]"},
		{"accessory, old", "2.5.0", "servers: [a]\naccessories:\n  db: {role: web}\n", "accessories/db: unknown key: role [role]"},
		{"accessory with unknown role", "", "servers: [a]\naccessories:\n  db: {role: job}\n", "accessories/db: unknown role job [job]"},
		{"config path, old", "2.8.1", "servers: [a]\nssh: {config: x}\n", "ssh/config: should be a boolean [x]"},
		{"config path", "2.9.0", "servers: [a]\nssh: {config: [x, y]}\n", ""},
		{"config before 2.1", "2.0.0", "servers: [a]\nssh: {config: false}\n", "ssh: unknown key: config [config]"},
		{"forward_agent", "2.11.0", "servers: [a]\nssh: {forward_agent: true}\n", "ssh: unknown key: forward_agent [forward_agent]"},
		{"dns_retries", "2.8.0", "servers: [a]\nsshkit: {dns_retries: 1}\n", "sshkit: unknown key: dns_retries [dns_retries]"},
		{"multiarch", "2.3.0", "servers: [a]\nbuilder: {arch: amd64, multiarch: false}\n", "builder: unknown key: multiarch [multiarch]"},
		{"multiarch, version unknown", "", "servers: [a]\nbuilder: {multiarch: false}\n", ""},
		{"remote hash", "2.3.0", "servers: [a]\nbuilder: {arch: amd64, remote: {host: x}}\n", "builder/remote: should be a string [{host: x}]"},
		{"local false", "2.3.0", "servers: [a]\nbuilder: {arch: amd64, local: false}\n", "builder: Cannot disable local builds, no remote is set [false]"},
		{"keys elsewhere", "", "servers: [a]\nkeepalive: true\npool_idle_timeout: 30\n", "unknown keys: keepalive, pool_idle_timeout [keepalive]"},
		{"any root key, version unknown", "", "servers: [a]\nfoo: true\n", ""},
		{"any root key", "2.12.0", "servers: [a]\nfoo: true\n", "unknown key: foo [foo]"},
		{"extension", "2.12.0", "servers: [a]\nx-foo: true\n", ""},
		{"later release", "3.0.0", "servers: [a]\nssh: {new_key: 1, keepalive: 1}\nfoo: true\n", "ssh: unknown key: keepalive [keepalive]"},
		{"symbols", "", "servers: [a]\nssh:\n  :user: x\n", "ssh: unknown key: user [:user]"},
		{"symbol in brackets", "", "servers: [:web]\n", "(<unknown>): did not find expected node content while parsing a flow node at line 1 column 11 [:web]]"},
		{"host string", "", "servers: ['a@b:']\n", "Cannot parse host string a@b: ['a@b:']"},
		{"not YAML", "", "servers: [a\nssh: x: y\n", "(<unknown>): "},
		{"tab", "", "servers:\n\t- a\n", "(<unknown>): found character that cannot start any token while scanning for the next token at line 2 column 1 [\t- a]"},
		{"alias", "", "servers: *nope\n", "Unknown alias [*nope]"},
		{"empty file", "", "", "undefined method `symbolize_keys' for false []"},
		{"list", "", "- a\n", "undefined method `symbolize_keys' for an instance of Array [- a]"},
		{"NUL", "", "servers: [a]\nx: \x00\n", "(<unknown>): control characters are not allowed at line 1 column 1"},
		{"all kinds", "2.12.0", head + `servers:
  web:
    - 1.1.1.1
    - 1.1.1.2: blue
    - 1.1.1.3: [blue, 5]
  job:
    hosts: [1.1.1.4]
    cmd: x
    proxy: false
accessories:
  db: {image: x, hosts: [a]}
  c: {image: x, roles: [web, job]}
  t: {image: x, tags: [blue]}
ssh: {user: 5, port: 2222, proxy: root@x, proxy_command: "x", log_level: debug, keys: [a], keys_only: no, key_data: [X], config: [a], forward_agent: yes}
sshkit: {max_concurrent_starts: 10, pool_idle_timeout: 0, dns_retries: 0}
hooks_path: x
env: {clear: {A: b}}
x-y: 1
`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := load(t, tt.deploy, withKamal(tt.version))
			got := strings.TrimSuffix(problems(d), "\n")
			if tt.want == "" && got != "" || tt.want != "" && !strings.HasPrefix(got, tt.want) {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if strings.Count(got, "[") > 0 && len(d.Problems) > 1 {
				t.Errorf("more than one problem:\n%s", got)
			}
		})
	}
}

// TestNoEcho: what a broken file holds is in no message.
func TestNoEcho(t *testing.T) {
	for _, broken := range []string{
		"env: SECRET: x: [\n", "a: \"SECRET\nb: 2\n", "a: !!int SECRET\nservers: [\n", "%TAG ! SECRET\n--- a\n", "a: 'SECRET\n",
		"? SECRET\nb\nc: {\n", "!SECRET!x a: b\n", "a: @SECRET\n", "a: |9SECRET\n", "SECRET", "- SECRET\n", "%SECRET 1\n---\n", "a: \"\\SECRET\"\n",
		"a: !<SECRET b\n", "&SECRET &b c: d: e\n", "a: !SECRET%zz b\n", "servers: {web: {SECRET: }}\n\t\tx", "a: *SECRET\n", "a: &SECRET!x b\n", "a: *SECRET!x\n", "a: !!binary SECRET\n b: c",
	} {
		req := request(map[string]string{"config/deploy.yml": broken})
		d, err := Load(req)
		if err != nil && strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%q: %v", broken, err)
		}
		if d == nil {
			continue
		}
		for _, p := range d.Problems {
			if strings.Contains(p.Text+p.Help+p.Path, "SECRET") {
				t.Errorf("%q: %s", broken, p.Text)
			}
		}
	}
}
