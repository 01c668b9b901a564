package kamal

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// view evaluates a deploy.yml with a file ssh_config.
func view(t *testing.T, deploy, config string) *View {
	t.Helper()
	read := func(path string) ([]byte, resolve.FileInfo, error) {
		if path == "ssh_config" {
			return []byte(config), resolve.FileInfo{}, nil
		}
		return nil, resolve.FileInfo{}, fs.ErrNotExist
	}
	m := Machine{Dialect: keyword.Dialect{Side: keyword.Client, Release: keyword.Newest}, Env: resolve.Env{ReadFile: read}}
	client, err := resolve.Load(m.Dialect, m.Env, nil, resolve.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Evaluate(load(t, deploy), &m, client)
}

// TestHops: a jump host that several lists name is one, each deploy host stands behind
// it once, and of very many jump hosts the others are counted.
func TestHops(t *testing.T) {
	v := view(t, "servers: [web1, web2, web3]\nssh:\n  config: ssh_config\n",
		"Host web1\n  ProxyJump a,b,a\nHost web2\n  ProxyJump b\nHost web3\n  ProxyJump none\n")
	var got []string
	for _, h := range v.Hops {
		got = append(got, fmt.Sprint(h.Name, h.For, h.Span.File))
	}
	if want := []string{"a[web1]ssh_config", "b[web1 web2]ssh_config"}; !slices.Equal(got, want) {
		t.Errorf("hops are %q, want %q", got, want)
	}

	var names []string
	for i := range maxHops + 20 {
		names = append(names, fmt.Sprint("j", i))
	}
	list := strings.Join(append(names, names...), ",")
	for _, v := range []*View{
		view(t, "servers: [web1, web2]\nssh:\n  proxy: "+list+"\n", ""),
		view(t, "servers: [web1, web2]\nssh:\n  config: ssh_config\n", "Host *\n  ProxyJump "+list+"\n"),
	} {
		if len(v.Hops) != maxHops || v.HopsLeftOut != 20 || !slices.Equal(v.Hops[maxHops-1].For, []string{"web1", "web2"}) {
			t.Errorf("%d hops are looked at and %d are not, want %d and 20; behind the last are %q", len(v.Hops), v.HopsLeftOut, maxHops, v.Hops[maxHops-1].For)
		}
	}
}

// TestHostsLeftOut: how many hosts are looked at goes by what they cost. Blocks of
// plain names cost only their own host something.
func TestHostsLeftOut(t *testing.T) {
	const hosts = 300
	var servers, literal, wild strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&literal, "Host h%d\n  User u\n", i)
		fmt.Fprintf(&wild, "Host *%d\n  User u\n", i)
		if i < hosts {
			fmt.Fprintf(&servers, "  - h%d\n", i)
		}
	}
	deploy := "servers:\n" + servers.String() + "ssh:\n  config: ssh_config\n"
	if v := view(t, deploy, literal.String()); v.LeftOut != 0 || len(v.Hosts) != hosts {
		t.Errorf("of %d hosts with plain blocks %d are left out", hosts, v.LeftOut)
	}
	if v := view(t, deploy, wild.String()); v.LeftOut == 0 || v.LeftOut+len(v.Hosts) != hosts {
		t.Errorf("of %d hosts with wildcards %d are looked at and %d left out", hosts, len(v.Hosts), v.LeftOut)
	}
}
