package kamal

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const erbDeploy = `service: app
servers:
  web:
    - 10.0.0.1
  job: <%= ENV["JOBS"].split(",") %>
ssh:
  user: <%= ENV["DEPLOYER"] %>
  port: 2200
  proxy: bastion.example.com
sshkit:
  pool_idle_timeout: <%= ENV["POOL"].to_i %>
hooks_path: .kamal/hooks
`

func withDump(t *testing.T, name string) func(*Request) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return func(r *Request) { r.Dump, r.DumpName = data, "config.yml" }
}

func TestDump(t *testing.T) {
	d := load(t, erbDeploy, withDump(t, "dump-2.12.yml"))
	if got := hostNames(d); got != "10.0.0.3 10.0.0.1 deploy@10.0.0.9:2222" || d.HostsFrom != FromDump {
		t.Error(got, d.HostsFrom)
	}
	if h := d.Hosts[1]; d.textOf(h.Span) != "10.0.0.1" || !slices.Equal(h.Roles, []string{"web"}) {
		t.Errorf("%+v", h)
	}
	if h := d.Hosts[2]; h.Span.Known() || h.Name != "10.0.0.9" || h.User != "deploy" {
		t.Errorf("%+v", h)
	}
	if len(d.Unknown) > 0 {
		t.Error(unknowns(d))
	}
	s := d.SSH
	if s.User.Value != "deploy" || s.User.Unknown || !s.User.Set || !strings.HasPrefix(d.textOf(s.User.Span), "<%=") {
		t.Errorf("%+v", s.User)
	}
	if s.Port.Value != 2200 || d.textOf(s.Port.Span) != "2200" || s.Proxy.Value != "bastion.example.com" || d.textOf(s.Proxy.Span) != "bastion.example.com" {
		t.Errorf("%+v", s)
	}
	if !slices.Equal(s.Config.Paths, []string{"config/ssh_a", "config/ssh_b"}) || !s.Config.List || len(s.Config.Spans) != 2 || s.ForwardAgent.Value || !s.ForwardAgent.Set {
		t.Errorf("%+v", s.Config)
	}
	if v := d.SSHKit.PoolIdleTimeout; v.Value != 120 || v.Unknown || !v.Set {
		t.Errorf("%+v", v)
	}
	if b := d.Builder; b.Host != "builder.example.com" || b.Port != "2022" || b.User != "docker" || !b.Used {
		t.Errorf("%+v", b)
	}
}

func TestDumpOld(t *testing.T) {
	d := load(t, "servers: [x]\n", withDump(t, "dump-2.3.yml"))
	if hostNames(d) != "web.example.com" || d.SSH.ProxyCommand.Value != "ssh -W %h:%p jump" || d.SSH.Proxy.Set || d.Builder.Used || d.SSH.User.Set {
		t.Errorf("%+v", d.SSH)
	}
	d = load(t, "servers: [x]\n", withDump(t, "dump-1.9.yml"))
	if hostNames(d) != "192.168.0.1 192.168.0.2" || d.Builder.Host != "192.168.0.1" || !d.Builder.Used {
		t.Errorf("%+v", d.Builder)
	}
	d = load(t, "servers: [x]\n", withDump(t, "dump-1.9.yml"), func(r *Request) { r.Hosts = []string{"*.2"} })
	if hostNames(d) != "192.168.0.2" || d.HostsFrom != FromUser {
		t.Error(hostNames(d))
	}
}

// TestDumpSecrets: nothing of the dump but hosts and the known options is kept,
// shown or placed.
func TestDumpSecrets(t *testing.T) {
	for _, name := range []string{"dump-2.12.yml", "dump-2.3.yml", "dump-1.9.yml"} {
		d := load(t, erbDeploy, withDump(t, name))
		d.Dump, d.ReadFile, d.Exists = nil, nil, nil
		d.base, d.dest, d.root = nil, nil, nil
		if strings.Contains(fmt.Sprintf("%+v", *d), "SECRET") {
			t.Errorf("%s: a secret is kept: %+v", name, *d)
		}
		for _, f := range d.Files {
			if f.Path == "config.yml" && f.Data != nil {
				t.Error("the dump can be shown")
			}
		}
		data, _ := os.ReadFile(filepath.Join("testdata", name))
		for cut := range len(data) {
			for _, text := range []string{string(data[:cut]), string(data[cut:]), string(data[:cut]) + "\t[\"" + string(data[cut:])} {
				req := request(map[string]string{"config/deploy.yml": erbDeploy})
				req.Dump, req.DumpName = []byte(text), "config.yml"
				if _, err := Load(req); err != nil && strings.Contains(err.Error(), "SECRET") {
					t.Fatalf("%s: %v", name, err)
				}
			}
		}
	}
}

func TestDumpErrors(t *testing.T) {
	for _, text := range []string{"", "SECRET", "---\n- SECRET\n", "---\n:hosts: SECRET\n", "---\na: [SECRET\n", "---\na: *SECRET\n", strings.Repeat("SECRET", maxSize)} {
		req := request(map[string]string{"config/deploy.yml": "servers: [a]\n"})
		req.Dump, req.DumpName = []byte(text), "config.yml"
		_, err := Load(req)
		if err == nil || strings.Contains(err.Error(), "SECRET") || !strings.HasPrefix(err.Error(), "config.yml: ") {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

func TestLock(t *testing.T) {
	lock := `GIT
  remote: https://github.com/basecamp/kamal.git
  revision: 0123
  specs:
    kamal (2.3.0)
      activesupport (>= 7.0)
      net-ssh (~> 7.3)
      sshkit (>= 1.23.0, < 2.0)

GEM
  remote: https://rubygems.org/
  specs:
    net-scp (4.0.0)
      net-ssh (>= 2.6.5, < 8.0.0)
    net-ssh (7.3.0)
    sshkit (1.24.0.rc1)
      net-ssh (>= 2.8.0)

PLATFORMS
  x86_64-linux

DEPENDENCIES
  kamal (= 9.9)!

BUNDLED WITH
   2.5.3
`
	for _, text := range []string{lock, strings.ReplaceAll(lock, "\n", "\r\n"), strings.TrimSpace(lock)} {
		req := request(map[string]string{"config/deploy.yml": "servers: [a]\n", "Gemfile.lock": text})
		req.Lockfile = "Gemfile.lock"
		d, err := Load(req)
		if err != nil {
			t.Fatal(err)
		}
		v := d.Versions
		if v.Kamal != "2.3.0" || v.SSHKit != "1.24.0.rc1" || v.NetSSH != "7.3.0" || v.FromUser || d.textOf(v.KamalSpan) != "2.3.0" || d.textOf(v.SSHKitSpan) != "1.24.0.rc1" {
			t.Errorf("%+v", v)
		}
		req.Kamal = "1.0.0"
		if d, err = Load(req); err != nil || d.Versions.Kamal != "1.0.0" || !d.Versions.FromUser || d.Versions.KamalSpan.Known() || d.Versions.SSHKit != "1.24.0.rc1" {
			t.Errorf("%v %+v", err, d.Versions)
		}
	}
	req := request(map[string]string{"config/deploy.yml": "servers: [a]\n"})
	req.Lockfile = "Gemfile.lock"
	if _, err := Load(req); err == nil {
		t.Error("a Gemfile.lock that does not exist is read")
	}
}
