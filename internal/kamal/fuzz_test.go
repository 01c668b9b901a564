package kamal

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// FuzzLoad reads anything as deploy.yml, as the destination and as a dump, and
// edits it. Nothing may panic, spans lie in their files, and an edit is proven.
func FuzzLoad(f *testing.F) {
	for _, s := range samples {
		f.Add(s, "servers: [a]\n", "---\n:hosts: [a]\n")
	}
	for _, s := range deploySections {
		f.Add(s, sshkitSections[3], "")
	}
	for _, s := range psychDocs {
		f.Add(s, s, s)
	}
	f.Fuzz(func(t *testing.T, deploy, dest, dump string) {
		req := request(map[string]string{"config/deploy.yml": deploy, "config/deploy.s.yml": dest})
		fuzzOne(t, req)
		req.Destination = "s"
		fuzzOne(t, req)
		if dump != "" {
			req.Dump, req.DumpName = []byte(dump), "dump"
			fuzzOne(t, req)
		}
	})
}

func fuzzOne(t *testing.T, req Request) {
	d, err := Load(req)
	if err != nil {
		return
	}
	spans := []Span{d.SSH.User.Span, d.SSH.Port.Span, d.SSH.Config.Span, d.SSH.Key, d.SSHKit.Key, d.SSHKit.PoolIdleTimeout.Span,
		d.Builder.Remote.Span, d.SSH.Proxy.Span, d.SSH.ForwardAgent.Key}
	for _, h := range d.Hosts {
		spans = append(spans, h.Span)
	}
	for _, u := range d.Unknown {
		spans = append(spans, u.Span)
	}
	for _, p := range d.Problems {
		spans = append(append(spans, p.Span), p.More...)
		if !p.Span.Known() {
			t.Errorf("no place for %q", p.Text)
		}
	}
	for _, s := range spans {
		d.checkSpan(t, s)
	}
	file, start, end, text, err := d.SetPoolIdleTimeout(30)
	if err == nil && (text == "" || file == "") {
		t.Errorf("no edit %d %d", start, end)
	}
}

func (d *Deployment) checkSpan(t *testing.T, s Span) {
	t.Helper()
	if !s.Known() {
		return
	}
	for _, f := range d.Files {
		if f.Path == s.File && 0 <= s.Start && s.Start <= s.End && s.End <= len(f.Data) {
			return
		}
	}
	t.Errorf("span %v is in no file", s)
}

// TestHostile: files made to take time or memory are refused or read fast.
func TestHostile(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+", ", 9), ", "))
	}
	merges := "a: &a {"
	for i := range 20000 {
		merges += fmt.Sprintf("k%d: 1, ", i)
	}
	merges += "z: 1}\n"
	for i := range 1000 {
		merges += fmt.Sprintf("m%d: {<<: *a}\n", i)
	}
	nested := "a: &a {x: 1, y: 2}\n"
	for c := 'b'; c < 'z'; c++ {
		nested += fmt.Sprintf("%c: &%c {x: *%c, y: *%c}\n", c, c, c-1, c-1)
	}
	roles := "servers:\n  web: &w [" + strings.Repeat("h, ", 20000) + "]\naccessories:\n"
	for i := range 2000 {
		roles += fmt.Sprintf("  a%d: {roles: [web, web, web]}\n", i)
	}
	for name, text := range map[string]string{
		"alias bomb": bomb + "servers: *j\n", "merges": merges, "nested maps": nested + "servers: *y\n", "roles": roles,
		"deep": strings.Repeat("[", 20000), "deep map": strings.Repeat("{a: ", 9000), "deep blocks": strings.Repeat("- ", 20000),
		"tags": strings.Repeat("<% if x %>\n- a\n<% end %>\n", 20000), "open tags": "servers: [" + strings.Repeat("<%= x %>, ", 1900) + "]\n",
		"cycle": "servers: &s\n  web: *s\n  job: {hosts: *s}\nssh: &x {config: *x}\nsshkit: *s\naccessories: &a {b: *a}\n<<: *s\n",
		"self":  "&a {<<: *a, servers: *a}\n", "huge": strings.Repeat("x", maxSize+1), "long line": "servers: [" + strings.Repeat("é, ", 60000) + "]\n",
		"many hosts": "servers: [" + strings.Repeat("h", 5) + strings.Repeat(", a", 50000) + "]\n", "comments": strings.Repeat("# x\n", 100000) + "servers: [a]\n",
		"quotes": strings.Repeat("\"", 100000), "keys": strings.Repeat("a: 1\n", 20000), "NUL": strings.Repeat("\x00", 100000), "invalid": strings.Repeat("\xff", 100000),
		"anchors": strings.Repeat("- &a b\n", 30000), "braces": "servers: [" + strings.Repeat("{", 500) + "]\n", "comments without blank": strings.Repeat("a: {}#\n", 500),
	} {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			for _, dest := range []string{"", "s"} {
				req := request(map[string]string{"config/deploy.yml": text, "config/deploy.s.yml": text})
				req.Destination = dest
				fuzzOne(t, req)
				req.Dump, req.DumpName = []byte("---\n:hosts: [a]\n"+text), "dump"
				fuzzOne(t, req)
			}
			if took := time.Since(started); took > 20*time.Second {
				t.Errorf("took %v", took)
			} else {
				t.Log(took)
			}
		})
	}
	started := time.Now()
	if Match(strings.Repeat("*a", 40)+"b", strings.Repeat("a", 200)) || time.Since(started) > 5*time.Second {
		t.Error("wildcards without end")
	}
}
