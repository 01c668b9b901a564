package kamal

import (
	"strings"
	"testing"
)

func TestERB(t *testing.T) {
	tests := []struct{ name, deploy, hosts, unknown string }{
		{"example 14", "servers: <%= ENV[\"HOSTS\"].split(\",\") %>\n", "", "servers"},
		{"one host", "servers:\n  - <%= ENV['A'] %>\n  - b\n", "b", "servers"},
		{"a part of a host", "servers:\n  web:\n    - web<%= n %>.example.com\n    - b\n", "b", "servers/web"},
		{"hosts key", "servers:\n  web:\n    hosts: <%= x %>\n  job: [j]\n", "j", "servers/web/hosts"},
		{"loop", "servers:\n  web:\n<% hosts.each do |h| %>\n    - <%= h %>\n<% end %>\nssh:\n  user: app\n", "", "servers/web"},
		{"loop between", "servers:\n  web:\n    - a\n<% 3.times do |i| -%>\n    - w<%= i %>\n<% end -%>\n    - b\n", "a b", "servers/web"},
		{"if", "servers:\n  - a\n<% if ENV['X'] %>\n  - b\n<% end %>\n", "a", "servers"},
		{"if and else", "servers: [a]\n<% if x %>\nssh:\n  user: a\n<% else %>\nssh:\n  user: b\n<% end %>\n", "a", "ssh"},
		{"if and else not YAML together", "servers:\n<% if x %>\n  - b\n<% else %>\n  web: [c]\n<% end %>\n", "", "servers"},
		{"option", "servers: [a]\nssh:\n  user: <%= ENV['U'] %>\n  port: <%= 22 %>\n", "a", "ssh/user ssh/port"},
		{"quoted", "servers: [\"<%= ENV[\"A\"] %>\", b]\n", "b", "servers"},
		{"timeout", "servers: [a]\nsshkit: {pool_idle_timeout: <%= 30 %>}\n", "a", "sshkit/pool_idle_timeout"},
		{"secrets elsewhere", "servers: [a]\nenv:\n  clear:\n    X: <%= 1 %>\nimage: <%= y %>\n", "a", ""},
		{"comment in ERB", "<%# servers: [b] %>\nservers: [a]\n", "a", ""},
		{"ERB in a comment", "# <%= File.read('x') %>\nservers: [a] # <%= y %>\n", "a", ""},
		{"statement", "<% require \"dotenv\"; Dotenv.load(\".env\") %>\n<% x = { a: 1 } %>\nservers: [a]\n", "a", ""},
		{"several lines", "<%\n  def f(x)\n    x\n  end\n%>\nservers: [a]\n", "a", ""},
		{"one line if", "<% if a then b end %>\nservers: [a]\n", "a", ""},
		{"text alone on a line", "servers:\n  web:\n<%= hosts.map { |h| \"    - #{h}\" }.join(\"\\n\") %>\nssh: {user: x}\n", "", "servers/web"},
		{"text alone on a line behind items", "servers:\n  web:\n    - a\n<%= more %>\nssh: {user: x}\n", "a", "servers servers/web everything"},
		{"accessory", "servers: [a]\naccessories:\n  db:\n    host: <%= ENV['DB'] %>\n", "a", "accessories/db/host"},
		{"hooks", "servers: [a]\nhooks_path: <%= x %>\n", "a", "hooks_path"},
		{"builder", "servers: [a]\nbuilder:\n  remote: <%= x %>\n", "a", "builder/remote"},
		{"key", "servers:\n  <%= role %>: [a]\n  job: [j]\n", "j", "servers"},
		{"not YAML", "servers: [a]\n<%= x %>: - [\n", "", "everything"},
		{"shifted", "<% if x %>servers: [a]<% end %>\n", "", "everything"},
		{"unbalanced", "servers: [a]\n<% if x %>\nssh: {user: u}\n", "a", "ssh"},
		{"literal tag", "servers: [a, <%% b]\n", "a", "servers"},
		{"%%> in a tag", "servers: [<%= \"%%>\" %>, b]\n", "b", "servers"},
		{"many lines", "servers: <%= ENV.fetch('A')\n  .split(',')\n  .map { |x| x } %>\nssh: {user: u}\n", "", "servers"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := load(t, tt.deploy)
			if got := hostNames(d); got != tt.hosts {
				t.Errorf("hosts %q, want %q", got, tt.hosts)
			}
			if got := unknowns(d); got != tt.unknown {
				t.Errorf("unknown %q, want %q", got, tt.unknown)
			}
			if len(d.Problems) > 0 {
				t.Error(problems(d))
			}
			for _, u := range d.Unknown {
				if u.Span.File == "" {
					t.Errorf("%s has no place", u.Path)
				}
			}
		})
	}
}

func TestMask(t *testing.T) {
	in := "a: <%= 'é\n' %> b\n<% x\n%>\n  <%= y %>\nc: <% z"
	data := []byte(in)
	out := mask(data, findTags(data))
	if len(out) != len(in) || strings.Contains(string(out), "%") {
		t.Errorf("%q", out)
	}
	if want := "a: " + strings.Repeat("x", len("<%= 'é\n' %>")) + " b\n"; !strings.HasPrefix(string(out), want) {
		t.Errorf("%q", out)
	}
}

func TestBalance(t *testing.T) {
	for code, want := range map[string]int{
		" if x ": 1, " unless x": 1, " else ": 0, " elsif y ": 0, " end ": -1, " hosts.each do |h| ": 1, " hosts.each { |h| ": 1,
		" } ": -1, " end.join ": -1, " x = 5 ": 0, " while a do ": 1, " if a then b end ": 0, " x = if a ": 1, " h = { a: 1 } ": 0,
		" puts \"#{x} {\" ": 0, " case x\n when 1 ": 1, " x if y ": 0, " def f; 1; end ": 0, " # if x ": 0, " begin ": 1, " xs.map do |a, b|\n a\n end ": 0,
	} {
		if got := balance(code); got != want {
			t.Errorf("%q: %d, want %d", code, got, want)
		}
	}
}
