package template

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// values fills in the keep-alive, and a keyword that does not exist.
func values(keyword string) string {
	switch keyword {
	case "ClientAliveInterval":
		return "60"
	case "ClientAliveCountMax":
		return "240"
	case "Bogus":
		return "x"
	}
	return ""
}

func parse(t *testing.T, name, src string) *Template {
	t.Helper()
	tpl, ok := Parse(name, []byte(src))
	if !ok {
		t.Fatalf("%s is taken for no template", name)
	}
	return tpl
}

// lines are the texts of a template without what stands for nothing: comments
// and empty lines.
func certain(tpl *Template) []string {
	var out []string
	for _, text := range tpl.Texts(values) {
		var kept []string
		for line := range strings.Lines(string(text)) {
			if line = strings.Join(strings.Fields(tpl.Original(line)), " "); line != "" && line[0] != '#' {
				kept = append(kept, line)
			}
		}
		out = append(out, strings.Join(kept, "; "))
	}
	return out
}

func TestTexts(t *testing.T) {
	for _, x := range []struct {
		name, file, src string
		want            []string
	}{
		{"no tags", "sshd_config.j2", "Port 22\nPermitRootLogin no\n", []string{"Port 22; PermitRootLogin no"}},
		{"values", "sshd_config.j2", "Port {{ p }}\nClientAliveInterval {{ i }}\nClientAliveCountMax {{c}}m\nUsePAM yes\n",
			[]string{"ClientAliveInterval 60; ClientAliveCountMax 240; UsePAM yes"}},
		{"a condition", "sshd_config.j2", "{% if a %}\nPort 1\n{% elif b %}\nPort 2\n{% else %}\nPort 3\n{% endif %}\nUsePAM yes\n",
			[]string{"Port 1; UsePAM yes", "Port 2; UsePAM yes", "Port 3; UsePAM yes"}},
		{"without else", "sshd_config.j2", "{% if a %}\nPort 1\n{% endif %}\nUsePAM yes\n", []string{"Port 1; UsePAM yes", "UsePAM yes"}},
		{"two alike", "x.j2", "{% if a %}\nPort 1\n{% else %}\nPort 2\n{% endif %}\n{% if a %}\nUsePAM no\n{% else %}\nUsePAM yes\n{% endif %}\n",
			[]string{"Port 1; UsePAM no", "Port 2; UsePAM yes"}},
		{"nested", "x.j2", "{% if a %}\n{% if b %}\nPort 1\n{% else %}\nPort 2\n{% endif %}\n{% endif %}\n",
			[]string{"Port 1", "", "Port 2"}},
		{"a loop", "x.j2", "{% for p in ports %}\nPort {{ p }}\nUsePAM yes\n{% endfor %}\n", []string{"UsePAM yes"}},
		{"inline condition", "x.j2", "Port {% if a %}22{% else %}2222{% endif %}\nUsePAM yes\n", []string{"UsePAM yes", "UsePAM yes"}},
		{"inline block over lines", "x.j2", "Ciphers {% if fips -%}\naes256-ctr\n{%- else -%}\naes128-ctr\n{%- endif %}\nUsePAM yes\n", []string{"UsePAM yes", "UsePAM yes"}},
		{"a line that goes on", "x.j2", "Ciphers {{ a -}}\n,aes128-ctr\nUsePAM yes\n", []string{"UsePAM yes"}},
		{"a line that is gone on with", "x.j2", "UsePAM yes\nCiphers aes256-ctr\n  {{- more }}\n", []string{"UsePAM yes"}},
		{"trimmed control", "x.j2", "UsePAM yes\n{%- if a %}\nPort 1\n{%- endif %}\nPort 2\n", []string{"UsePAM yes; Port 1; Port 2", "UsePAM yes; Port 2"}},
		{"keyword from a tag", "x.j2", "{{ key }} yes\nPer{{ x }}mit no\n{{ whole }}\n", []string{""}},
		{"headers", "config.j2", "Host {{ name }} other\n  User deploy\nMatch User {{ u }}\n", []string{"Host {{ name }} other; User deploy; Match User {{ u }}"}},
		{"a name that tags make alike", "config.j2", "# \ua000\nHost {{ a }} {{_a_}} x{{ a }}\n", []string{"Host {{ a }} {{_a_}} x{{ a }}"}},
		{"a header with pieces of tags", "config.j2", "Host {{\n a }}\nHost {{\n b }}\n", []string{"Host {{; Host {{"}},
		{"wrong whatever the value", "x.j2", "Bogus {{ x }}\nBogus={{ x }}\nBogus a{{ x }} b\n{{ y }}Bogus {{ x }}\nBog{{ y }}us {{ x }}\n", []string{"Bogus x; Bogus=x; Bogus x"}},
		{"a keyword that may go on", "x.j2", "Bogus {{- x }}\nBogus \n{{- x }}\nPort 1\n", []string{"Port 1"}},
		{"a keyword that may be a value", "x.j2", "Port {{ x -}}\nBogus {{ y }}\nUser {% if a -%}\nBogus {{ y }}\n{%- endif %}\n", []string{"", ""}},
		{"text for elsewhere", "x.j2", "{% set a %}\nBogus {{ y }}\n{% endset %}\n{% macro m(b) %}\n{% if b %}\nBogus {{ b }}\n{% endif %}\n{% endmacro %}\nBogus {{ y }}\n", []string{"Bogus x", "Bogus x"}},
		{"comments", "x.j2", "{# Port 1 #}\n# {{ ansible_managed }}\n{#\nPort 2\n#}\nPort 3\n", []string{"Port 3"}},
		{"raw", "x.j2", "{% raw %}\nPort 1\nUser {{ x }}\n{% endraw %}\nPort {{ y }}\n", []string{"Port 1; User {{ x }}"}},
		{"quotes", "x.j2", "Port {{ '}}' }}\nUser {{ \"%}\" ~ x }}\nUsePAM yes\n", []string{"UsePAM yes"}},
		{"several lines of one tag", "x.j2", "User {{ a\n  | default('x') }}\nUsePAM yes\n", []string{"UsePAM yes"}},
		{"a set", "x.j2", "{% set x = 1 %}\n{% set y %}\nPort 1\n{% endset %}\nUsePAM yes\n", []string{"Port 1; UsePAM yes"}},
		{"no end", "x.j2", "Port 1\n{% if a %}\nPort 2\n", []string{"Port 1; Port 2"}},
		{"no end of a tag", "x.j2", "Port 1\nUser {{ a\nPort 2\n", []string{"Port 1"}},
		{"CR LF", "x.j2", "{% if a %}\r\nPort 1\r\n{% endif %}\r\nPort {{ x }}\r\n", []string{"Port 1", ""}},

		{"ERB", "sshd_config.erb", "<% if @a -%>\nPort 1\n<% else -%>\nPort <%= @p %>\n<% end -%>\nUsePAM yes\n", []string{"Port 1; UsePAM yes", "UsePAM yes"}},
		{"ERB loop", "sshd_config.erb", "<% @ports.each do |p| -%>\nPort <%= p %>\n<% end -%>\n<% [1].map { |x| %>\nUsePAM yes\n<% } %>\n", []string{"UsePAM yes"}},
		{"ERB modifiers", "x.erb", "<% x = 1 if @a %>\n<% if a then b end %>\nUsePAM yes\n<%# if %>\n<%% if %>\n", []string{"UsePAM yes; <%% if %>"}},
		{"ERB unless and case", "x.erb", "<% unless @a %>\nPort 1\n<% end %>\n<% case @b\n when 1 %>\nUser a\n<% when 2 %>\nUser b\n<% end %>\n",
			[]string{"Port 1; User a", "User b", ""}},
		{"EPP", "x.epp", "<% if $a { -%>\nPort 1\n<% } elsif $b { -%>\nPort 2\n<% } else { -%>\nPort 3\n<% } -%>\n<% $l.each |$x| { -%>\nUsePAM yes\n<% } -%>\n",
			[]string{"Port 1; UsePAM yes", "Port 2; UsePAM yes", "Port 3; UsePAM yes"}},

		{"Go", "config.tmpl", "{{- if eq .chezmoi.os \"darwin\" }}\nUseKeychain yes\n{{- else if .work }}\nUser w\n{{- else }}\nUser x\n{{- end }}\nPort {{ .port }}\n",
			[]string{"UseKeychain yes", "User w", "User x"}},
		{"Go comments and variables", "config.tmpl", "{{/* it's \"x */}}\n{{- /* }} */ -}}\n{{ $a := 1 }}\nPort 1\n{{ range .h }}\nHost {{ .n }}\n{{ end }}\n", []string{"Port 1; Host {{ .n }}"}},

		{"Terraform", "sshd_config.tftpl", "Port ${port}\n%{ for u in users ~}\nMatch User ${u}\n%{ if u == \"a\" }\nPort 1\n%{ else ~}\nPort 2\n%{ endif ~}\n%{ endfor ~}\nUser $${x}\nBogus %%{x}\n",
			[]string{"Match User ${u}; Port 1; User $${x}; Bogus %%{x}", "Match User ${u}; Port 2; User $${x}; Bogus %%{x}"}},
		{"Terraform with braces", "config.tftpl", "User ${join(\"}\", [for u in {a = 1} : \"${u}\\\"}\"])}\nPort 1\nUser ${\"}\nPort 2\n", []string{"Port 1; Port 2"}},
		{"placeholders", "sshd_config.template", "Port ${PORT:-${OTHER:-22}}\nUser $USER\nUser @USER@\nUser __USER__\nMatch User $U,@U@,__U__\nCiphers aes128-gcm@openssh.com,aes256-gcm@openssh.com\n",
			[]string{"Match User $U,@U@,__U__; Ciphers aes128-gcm@openssh.com,aes256-gcm@openssh.com"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			tpl := parse(t, x.file, x.src)
			got := certain(tpl)
			if strings.Join(got, "\n") != strings.Join(x.want, "\n") {
				t.Errorf("got  %q\nwant %q", got, x.want)
			}
			for _, text := range tpl.Texts(values) {
				if len(text) != len(x.src) || bytes.Count(text, []byte("\n")) != strings.Count(x.src, "\n") {
					t.Errorf("a text has other places than the template: %q", text)
				}
			}
		})
	}
}

func TestParse(t *testing.T) {
	for _, x := range []struct{ name, src, want string }{
		{"sshd_config", "Port 22\n", ""},
		{"sshd_config.j2", "Port 22\n", "Jinja"},
		{"dot_ssh/config.tmpl", "Port 22\n", "Go"},
		{"sshd_config.ERB", "", "ERB"},
		{"sshd_config.tftpl", "Port 22\n", "Terraform"},
		{"sshd_config.tpl", "Port ${port}\n", "Terraform"},
		{"sshd_config.tpl", "%{ if a }\nPort 22\n%{ endif }\n", "Terraform"},
		{"sshd_config.tpl", "Port {{ getenv \"PORT\" }}\nBanner ${x}\n", "Go"},
		{"sshd_config.tpl", "Port 22\n", "Go"},
		{"sshd_config.tpl", "{% if a %}\nPort {{ port }}\n{% endif %}\n", "Jinja"},
		{"config.tpl", "Host ${host}\n  ProxyCommand docker inspect -f '{{.Id}}' %h\n", "Terraform"},
		{"sshd_config.template", "Port ${PORT:-22}\n", "placeholders"},
		{"sshd_config.in", "Port @PORT@\n", "placeholders"},
		{"sshd_config.in", "Port {{ .Env.PORT }}\n", "Go"},
		{"config", "IdentityFile ${HOME}/.ssh/id\n", ""},
		{"sshd_config", "Port {{ port }}\n", "Jinja"},
		{"sshd_config", "{% if a %}\nPort 22\n{% endif %}\n", "Jinja"},
		{"sshd_config", "# {{ ansible_managed }}\nPort 22\n", ""},
		{"sshd_config", "{{ ansible_managed | comment }}\nPort 22\n", "Jinja"},
		{"sshd_config", "Port <%= @port %>\n", "ERB"},
		{"config", "{{ if .work }}\nPort 22\n{{ end }}\n", "Go"},
		{"config", "User {{ .user }}\n", "Go"},
		{"config", "Host a\n  ProxyCommand docker exec -i $(docker inspect -f '{{.Id}}' %h) nc 127.0.0.1 22\n", ""},
		{"config", "Match exec \"docker inspect -f '{{ .Id }}' %h\"\n  User x\n", ""},
		{"config", "# docker inspect -f '{{ .Id }}'\nPort 22\n", ""},
		{"config", "ControlPath ~/.ssh/{%h,%p}\n", ""},
	} {
		got := ""
		if tpl, ok := Parse(x.name, []byte(x.src)); ok {
			got = tpl.Language
		}
		if got != x.want {
			t.Errorf("%s %q: got %q, want %q", x.name, x.src, got, x.want)
		}
	}
}

func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{
		"templates/sshd_config.j2":                               "templates/sshd_config",
		"etc/ssh/sshd_config.d/10-x.conf.erb":                    "etc/ssh/sshd_config.d/10-x.conf",
		"dot_ssh/config":                                         ".ssh/config",
		"dot_ssh/private_config.tmpl":                            ".ssh/config",
		"home/private_dot_ssh/private_config":                    "home/.ssh/config",
		"exact_private_dot_ssh/exact_config.d/private_x.conf":    ".ssh/config.d/x.conf",
		"private_dot_ssh/encrypted_private_config.age":           ".ssh/encrypted_private_config.age",
		"dot_ssh/modify_config":                                  ".ssh/modify_config",
		"private_config":                                         "private_config",
		"exact_readonly_exact_dot_ssh/readonly_create_private_c": ".ssh/c",
		".tmpl":       ".tmpl",
		"sshd_config": "sshd_config",
	} {
		if got := PlainName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestTogether(t *testing.T) {
	src := `Port 0
{% if a %}
Port 1
{% if b %}
Port 2
{% endif %}
{% elif c %}
Port 3
{% else %}
Port 4
{% endif %}
{% if  a %}
Port 5
{% elif d %}
Port 6
{% endif %}
{% if b %}
Port 7
{% endif %}
`
	tpl := parse(t, "x.j2", src)
	at := func(n string) int { return strings.Index(src, "Port "+n) }
	for pair, want := range map[string]bool{
		"01": true, "07": true, "12": true, "15": true, "25": true, "27": true, "13": false, "17": false, "36": false, "45": false, "34": false,
	} {
		for _, p := range []string{pair, pair[1:] + pair[:1]} {
			if got := tpl.Together(at(p[:1]), at(p[1:])); got != want {
				t.Errorf("lines %s: %v", p, got)
			}
		}
	}
	if !tpl.Unconditional(at("0")) || tpl.Unconditional(at("1")) || tpl.Unconditional(at("4")) {
		t.Error("all lines but the first stand in a branch")
	}
	broken := parse(t, "x.j2", "Port 0\n{% if a %}\n")
	if broken.Unconditional(0) || broken.Together(0, 0) {
		t.Error("nothing is known of a template of which the tags do not pair")
	}
}

func TestIsLimited(t *testing.T) {
	for line, want := range map[string]bool{
		"Match User {{ x }}": true, "Match {{ x }}": false, "Match {{ x }} Address {{ y }}": true, "Match all": false, "Match user={{ x }}": true,
		"Match {{ user }}": false, "Match User{{ x }}": false, "Host {{ x }}": false, "Port {{ x }}": false,
	} {
		if got := parse(t, "x.j2", line+"\n").IsLimited(0); got != want {
			t.Errorf("%s: %v", line, got)
		}
	}
}

func TestTouched(t *testing.T) {
	src := "Port 22\nUser {{ x }}\nUsePAM yes\n"
	tpl := parse(t, "x.j2", src)
	for word, want := range map[string]bool{"Port": false, "User": true, "{{": true, "UsePAM": false} {
		at := strings.Index(src, word)
		if got := tpl.Touched(at, at+len(word)); got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
	if !tpl.Touched(0, len(src)) || tpl.Touched(0, 0) {
		t.Error("the whole file holds a tag, its first line does not")
	}
	if !tpl.Hides("user") || tpl.Hides("port") {
		t.Error("what is hidden is User")
	}
}

// TestHostile: no time or memory that grows faster than the file.
func TestHostile(t *testing.T) {
	for name, piece := range map[string]string{
		"open": "{% if a %}", "open lines": "x {% if a %}\n", "ends": "{% endif %}\n", "quotes": "{{ '", "marks": "{{", "conditions": "{% if a %}\nPort 1\n{% endif %}\n",
		"braces": "${\"}", "open braces": "${", "names": "Host {{ a }}{{ab}}\n", "words": "__a", "refused": "Port x\n",
		"branches": "{% elif a %}\nx\n", "raw": "{% raw %}", "values": "Port {{ x }}",
	} {
		t.Run(name, func(t *testing.T) {
			src := []byte("{% if b %}" + strings.Repeat(piece, (1<<20)/len(piece)))
			for _, file := range []string{"x.j2", "x.tftpl", "x.template"} {
				start := time.Now()
				tpl, _ := Parse(file, src)
				tpl.Texts(values)
				if took := time.Since(start); took > 20*time.Second {
					t.Errorf("a MiB of %s took %v", file, took)
				}
			}
		})
	}
}

func FuzzTexts(f *testing.F) {
	f.Add("x.j2", "{% if a %}\nPort {{ b }}\n{% endif %}")
	f.Add("x.erb", "<% if a -%>\nPort <%= b %>\n<% end -%>")
	f.Add("x.tftpl", "%{ if a ~}\nPort ${b[\"}\"]}\n%{ endif ~}\nHost ${c} $${d}")
	f.Add("x.template", "Host $A @B@ ${C:-${D}} __E__\nPort $A")
	f.Add("x.tmpl", "{{- if .a }}\nHost {{ .b }}\n{{- end }}\n{{/* */}}")
	f.Fuzz(func(t *testing.T, name, src string) {
		tpl, ok := Parse(name, []byte(src))
		if !ok {
			return
		}
		for _, text := range tpl.Texts(values) {
			if len(text) != len(src) {
				t.Fatalf("%d bytes of %d", len(text), len(src))
			}
			for i := range text {
				if (text[i] == '\n') != (src[i] == '\n') {
					t.Fatalf("the line end at %d is another", i)
				}
			}
		}
		tpl.Touched(0, len(src))
	})
}
