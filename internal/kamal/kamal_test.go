package kamal

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

const head = "service: app\nimage: me/app\nregistry:\n  username: me\n  password:\n    - KAMAL_REGISTRY_PASSWORD\nbuilder:\n  arch: amd64\n"

func TestHosts(t *testing.T) {
	tests := []struct {
		name, deploy, hosts string
	}{
		{"list", "servers: [web]", "web"},
		{"block list", "servers:\n  - 192.168.0.1\n  - 192.168.0.2\n", "192.168.0.1 192.168.0.2"},
		{"roles by name", "servers:\n  web: [b, a]\n  job: [j]\n", "j b a"},
		{"hosts key", "servers:\n  web:\n    hosts:\n      - a\n      - b\n    labels: {x: y}\n  job:\n    hosts: [a, c]\n    cmd: bin/jobs\n", "a c b"},
		{"example 16", `
servers:
  web:
    - a1
    - a2: t1
  job:
    hosts:
      - j1
      - j2: [t1, t2]
accessories:
  db: {image: mysql, hosts: [d1, d2]}
  r: {image: redis, role: job}
  s: {image: search, tag: t1}
`, "j1 j2 a1 a2 d1 d2"},
		{"tags of roles written as lists only", "servers:\n  web:\n    hosts: [{a: t}]\n  app: [{b: t}, {c: [t]}, {d: tt}, {e: [tt]}]\naccessories:\n  x: {tags: [t]}\n", "b c d e a"},
		{"accessory on a host of its own", "servers: [a]\naccessories:\n  db:\n    host: b\n  cache:\n    roles: [web]\n", "a b"},
		{"numbers are no hosts", "servers: [a, 5, 1.5, yes, 1:30, '7']", "a 7"},
		{"symbols are no hosts", "servers:\n- a\n- :b\n- ::1\n", "a"},
		{"anchors", "x-hosts: &h [a, b]\nservers:\n  web: *h\n  job:\n    <<: {hosts: [c]}\n    cmd: x\n", "c a b"},
		{"quoted", "servers:\n  - \"a\"\n  - 'b'\n", "a b"},
		{"flow with comment", "servers: {\n  web: [a, # one\n    b]\n}\n", "a b"},
		{"second document", "servers: [a]\n---\nservers: [b]\n", "a"},
		{"twice the same key", "servers: [a]\nservers: [b]\n", "b"},
		{"symbol", ":servers: [a]\n", "a"},
		{"byte order mark and CRLF", "\ufeffservers:\r\n  - a\r\n  - b\r\n", "a b"},
		{"no servers", "accessories:\n  db: {host: d}\n", "d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := load(t, tt.deploy)
			if got := hostNames(d); got != tt.hosts {
				t.Errorf("hosts %q, want %q", got, tt.hosts)
			}
			for _, h := range d.Hosts {
				if text := strings.Trim(d.textOf(h.Span), `'"`); text != h.Written {
					t.Errorf("%s has the span of %q", h.Written, text)
				}
			}
		})
	}
}

func TestRoles(t *testing.T) {
	d := load(t, "servers:\n  web: [a]\n  job: [a, b]\naccessories:\n  db: {host: a}\n  r: {role: job}\n")
	if got := strings.Join(d.Hosts[0].Roles, ","); got != "job,web,accessory db,accessory r" {
		t.Error(got)
	}
}

func TestDestinations(t *testing.T) {
	files := map[string]string{
		"config/deploy.yml":         "servers: {web: [e1, e2]}\nssh: {user: app, port: 2222}\nsshkit: {pool_idle_timeout: 100}\n",
		"config/deploy.staging.yml": "servers: {web: [s1], job: [s2]}\nssh: {user: stage}\n",
		"config/deploy.list.yml":    "servers: [l1]\n",
		"config/deploy.empty.yml":   "# nothing\n",
		"config/deploy.nothing.yml": "{}\n",
		"config/deploy.scalar.yml":  "servers:\n  web:\n    hosts: [h]\n",
		"config/deploy.symbols.yml": ":servers: [y]\n",
	}
	tests := []struct{ dest, hosts, user string }{
		{"", "e1 e2", "app"}, {"staging", "s2 s1", "stage"}, {"list", "l1", "app"},
		{"nothing", "e1 e2", "app"}, {"scalar", "h", "app"}, {"symbols", "y", "app"},
	}
	for _, tt := range tests {
		req := request(files)
		req.Destination = tt.dest
		d, err := Load(req)
		if err != nil {
			t.Fatal(err)
		}
		if hostNames(d) != tt.hosts || d.SSH.User.Value != tt.user || d.SSH.Port.Value != 2222 || d.SSHKit.PoolIdleTimeout.Value != 100 {
			t.Errorf("%s: hosts %q user %q port %d", tt.dest, hostNames(d), d.SSH.User.Value, d.SSH.Port.Value)
		}
		if tt.dest == "staging" && (d.SSH.User.Span.File != "config/deploy.staging.yml" || d.textOf(d.SSH.User.Span) != "stage" || d.textOf(d.SSH.Port.Span) != "2222") {
			t.Errorf("spans: %v %v", d.SSH.User.Span, d.SSH.Port.Span)
		}
	}
	req := request(files)
	req.Destination = "prod"
	if _, err := Load(req); err == nil || err.Error() != "Configuration file not found in config/deploy.prod.yml" {
		t.Error(err)
	}
	req.Destination = "empty"
	d, err := Load(req)
	if err != nil || !strings.Contains(problems(d), "undefined method `symbolize_keys' for false") {
		t.Error(err, problems(d))
	}
	req.ReadFile = func(string) ([]byte, error) { return nil, fs.ErrPermission }
	if _, err := Load(req); !errors.Is(err, fs.ErrPermission) {
		t.Error(err)
	}
}

func TestDestinationFile(t *testing.T) {
	for in, want := range map[string]string{
		"config/deploy.yml": "config/deploy.x.yml", "other.yml": "other.x.yml", "a.yaml": "a.x.yml",
		"conf.d/deploy": "conf.d/deploy.x.yml", ".deploy": ".deploy.x.yml", "a.b.yml": "a.b.x.yml",
	} {
		if got := DestinationFile(in, "x"); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestSections(t *testing.T) {
	d := load(t, `
servers: [a]
ssh:
  user: "deploy"
  port: '2222' # quoted
  proxy: jump.example.com
  proxy_command: ssh -W %h:%p x
  config: [a, "b"]
  forward_agent: no
sshkit:
  pool_idle_timeout: 1_00
hooks_path: bin/hooks
`, func(r *Request) {
		read := r.Exists
		r.Exists = func(p string) bool { return read(p) || p == "bin/hooks/pre-connect" || p == "bin/hooks/pre-deploy" }
	})
	s := d.SSH
	if s.User.Value != "deploy" || d.textOf(s.User.Span) != `"deploy"` || d.textOf(s.User.Key) != "user" || !s.User.Set {
		t.Errorf("%+v", s.User)
	}
	if s.Port.Value != 2222 || d.textOf(s.Port.Span) != "'2222'" || s.Proxy.Value != "jump.example.com" || s.ProxyCommand.Value != "ssh -W %h:%p x" {
		t.Errorf("%+v", s)
	}
	if !slices.Equal(s.Config.Paths, []string{"a", "b"}) || !s.Config.List || d.textOf(s.Config.Spans[1]) != `"b"` || d.textOf(s.Config.Span) != `[a, "b"]` {
		t.Errorf("%+v", s.Config)
	}
	if s.ForwardAgent.Value || !s.ForwardAgent.Set || d.textOf(s.Key) != "ssh" {
		t.Errorf("%+v", s)
	}
	if v := d.SSHKit.PoolIdleTimeout; v.Value != 100 || d.textOf(v.Span) != "1_00" {
		t.Errorf("%+v", v)
	}
	if d.Hooks.Path != "bin/hooks" || !slices.Equal(d.Hooks.Names, []string{"pre-connect", "pre-deploy"}) {
		t.Errorf("%+v", d.Hooks)
	}
	d = load(t, "servers: [a]\nssh: {config: off}\n")
	if !d.SSH.Config.Off || !d.SSH.Config.Set || d.SSH.User.Value != "root" || d.SSH.Port.Value != 22 || d.SSHKit.PoolIdleTimeout.Value != 900 {
		t.Errorf("%+v", d.SSH)
	}
	d = load(t, "servers: [a]\nssh: {config: true}\n")
	if d.SSH.Config.Off || !d.SSH.Config.Set || d.SSH.Config.Paths != nil {
		t.Errorf("%+v", d.SSH)
	}
}

func TestBuilder(t *testing.T) {
	tests := []struct {
		deploy, arch     string
		used, unsure     bool
		user, host, port string
	}{
		{"{arch: amd64, remote: 'ssh://docker@b:2222'}", "amd64", false, false, "docker", "b", "2222"},
		{"{arch: amd64, remote: ssh://docker@b}", "arm64", true, false, "docker", "b", ""},
		{"{arch: amd64, remote: ssh://b}", "", false, true, "", "b", ""},
		{"{arch: amd64, local: false, remote: ssh://b}", "amd64", true, false, "", "b", ""},
		{"{arch: [amd64, arm64], remote: ssh://b}", "", true, false, "", "b", ""},
		{"{arch: [amd64, arm64], remote: 'ssh://[2001:db8::1]:22'}", "amd64", true, false, "", "2001:db8::1", "22"},
		{"{arch: amd64, remote: 'tcp://b:2375'}", "arm64", true, false, "", "", ""},
		{"{arch: amd64}", "arm64", false, false, "", "", ""},
		{"{arch: <%= x %>, remote: ssh://b}", "arm64", false, true, "", "b", ""},
		{"{multiarch: true, local: {arch: arm64, host: unix:///x}, remote: {arch: amd64, host: ssh://root@b}}", "arm64", true, false, "root", "b", ""},
	}
	for _, tt := range tests {
		d := load(t, "servers: [a]\nbuilder: "+tt.deploy+"\n", func(r *Request) { r.Arch = tt.arch })
		b := d.Builder
		if b.Used != tt.used || b.UsedUnknown != tt.unsure || b.User != tt.user || b.Host != tt.host || b.Port != tt.port {
			t.Errorf("%s on %s: %+v", tt.deploy, tt.arch, b)
		}
	}
}

func TestSplitHost(t *testing.T) {
	for in, want := range map[string]Host{
		"web":                {Name: "web"},
		"deploy@web:2222":    {Name: "web", User: "deploy", Port: "2222"},
		"deploy@db":          {Name: "db", User: "deploy"},
		"web2:2200":          {Name: "web2", Port: "2200"},
		"[2001:db8::1]:2201": {Name: "2001:db8::1", Port: "2201"},
		"[2001:db8::1]":      {Name: "2001:db8::1"},
		"2001:db8::2":        {Name: "2001:db8::2"},
		"::1":                {Name: "::1"},
		"a@2001:db8::1":      {Name: "2001", User: "a", Port: "db8"},
		"a@b:":               {Name: "a@b:"},
		"a@b@c":              {Name: "c", User: "a"},
	} {
		want.Written = in
		got := SplitHost(in)
		if got.Name != want.Name || got.User != want.User || got.Port != want.Port || got.Written != in {
			t.Errorf("%s: %+v", in, got)
		}
	}
}

// TestDestinationERB: what the destination replaces is known whatever stood
// there.
func TestDestinationERB(t *testing.T) {
	for _, tt := range []struct{ base, dest, hosts, unknown string }{
		{"servers: <%= x %>\n", "servers: [a]\n", "a", ""},
		{"servers: <%= x %>\n", "servers: {web: [a]}\n", "", "servers"},
		{"servers: {web: <%= x %>}\n", "servers: {web: [a]}\n", "a", ""},
		{"servers: [a]\n", "servers: <%= x %>\n", "", "servers"},
		{"servers: [a]\nssh: {user: <%= x %>}\n", "ssh: {user: u}\n", "a", ""},
		{"servers: [a]\nssh: {user: u}\n", "<% if x %>\nssh: {user: v}\n<% end %>\n", "a", "ssh"},
	} {
		req := request(map[string]string{"config/deploy.yml": tt.base, "config/deploy.s.yml": tt.dest})
		req.Destination = "s"
		d, err := Load(req)
		if err != nil || hostNames(d) != tt.hosts || unknowns(d) != tt.unknown || len(d.Problems) > 0 {
			t.Errorf("%q %q: %v, hosts %q, unknown %q, %s", tt.base, tt.dest, err, hostNames(d), unknowns(d), problems(d))
		}
	}
}

func TestUserHosts(t *testing.T) {
	deploy := "servers:\n  web: [web1.ex.com, web2.ex.com]\n  job: [job1.ex.com]\n"
	for filter, want := range map[string]string{
		"web*": "web1.ex.com web2.ex.com", "job1.ex.com|other": "job1.ex.com other", "*": "job1.ex.com web1.ex.com web2.ex.com",
		"none*": "", "web{1,3}.ex.com": "web1.ex.com", "web[2-9].ex.com": "web2.ex.com", "web?.ex.com": "web1.ex.com web2.ex.com",
		"web1.ex.com|web*": "web1.ex.com web2.ex.com", "[2001:db8::1]:22": "[2001:db8::1]:22",
	} {
		d := load(t, deploy, func(r *Request) { r.Hosts = strings.Split(filter, "|") })
		if got := hostNames(d); got != want || d.HostsFrom != FromUser {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
		for _, h := range d.Hosts {
			if strings.Contains(deploy, h.Written) && (d.textOf(h.Span) != h.Written || len(h.Roles) == 0) {
				t.Errorf("%s: %+v", filter, h)
			}
		}
	}
}
