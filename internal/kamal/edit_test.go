package kamal

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"
)

// set makes the edit and returns the new text of deploy.yml, or the error.
func set(t *testing.T, deploy string, seconds int) string {
	t.Helper()
	d := load(t, deploy)
	file, start, end, text, err := d.SetPoolIdleTimeout(seconds)
	if err != nil {
		return "error: " + err.Error()
	}
	if file != "config/deploy.yml" {
		t.Fatal(file)
	}
	return deploy[:start] + text + deploy[end:]
}

func TestSetPoolIdleTimeout(t *testing.T) {
	tests := []struct{ name, before, after string }{
		{"in place", "servers: [a]\nsshkit:\n  pool_idle_timeout: 900 # s\nssh: {user: x}\n", "servers: [a]\nsshkit:\n  pool_idle_timeout: 30 # s\nssh: {user: x}\n"},
		{"quoted", "servers: [a]\nsshkit:\n  pool_idle_timeout:   \"900\"\n", "servers: [a]\nsshkit:\n  pool_idle_timeout:   30\n"},
		{"quoted key, flow", "servers: [a]\nsshkit: {\"pool_idle_timeout\" : 900,}\n", "servers: [a]\nsshkit: {\"pool_idle_timeout\" : 30,}\n"},
		{"empty", "servers: [a]\nsshkit:\n  pool_idle_timeout: # later\n", "servers: [a]\nsshkit:\n  pool_idle_timeout: 30 # later\n"},
		{"empty at the end", "servers: [a]\nsshkit:\n  pool_idle_timeout:", "servers: [a]\nsshkit:\n  pool_idle_timeout: 30"},
		{"section", "sshkit:\n  max_concurrent_starts: 5 # few\n# servers\nservers: [a]\n", "sshkit:\n  max_concurrent_starts: 5 # few\n  pool_idle_timeout: 30\n# servers\nservers: [a]\n"},
		{"section, four blanks, no final newline", "servers: [a]\nsshkit:\n    # c\n    max_concurrent_starts: 5", "servers: [a]\nsshkit:\n    # c\n    max_concurrent_starts: 5\n    pool_idle_timeout: 30"},
		{"section, CRLF", "servers: [a]\r\nsshkit:\r\n  dns_retries: 1\r\nssh: {user: x}\r\n", "servers: [a]\r\nsshkit:\r\n  dns_retries: 1\r\n  pool_idle_timeout: 30\r\nssh: {user: x}\r\n"},
		{"flow", "servers: [a]\nsshkit: { max_concurrent_starts: 5 } # x\n", "servers: [a]\nsshkit: { max_concurrent_starts: 5, pool_idle_timeout: 30 } # x\n"},
		{"flow with last comma", "servers: [a]\nsshkit: {\n  max_concurrent_starts: 5,\n}\n", "servers: [a]\nsshkit: {\n  max_concurrent_starts: 5, pool_idle_timeout: 30,\n}\n"},
		{"empty flow", "servers: [a]\nsshkit: {}\n", "servers: [a]\nsshkit: {pool_idle_timeout: 30}\n"},
		{"empty section", "servers: [a]\nsshkit: # todo\nssh:\n    user: x\n", "servers: [a]\nsshkit: # todo\n    pool_idle_timeout: 30\nssh:\n    user: x\n"},
		{"new", "servers: [a]\n", "servers: [a]\nsshkit:\n  pool_idle_timeout: 30\n"},
		{"new, without final newline", "servers: [a]", "servers: [a]\nsshkit:\n  pool_idle_timeout: 30"},
		{"new, CRLF", "servers: [a]\r\n", "servers: [a]\r\nsshkit:\r\n  pool_idle_timeout: 30\r\n"},
		{"new, CRLF without final newline", "servers: [a]\r\nx-y: 1", "servers: [a]\r\nx-y: 1\r\nsshkit:\r\n  pool_idle_timeout: 30"},
		{"new, empty lines between sections", "service: x\n\nservers: [a]\n", "service: x\n\nservers: [a]\n\nsshkit:\n  pool_idle_timeout: 30\n"},
		{"new, empty lines and comments", "service: x\n\n# hosts\nservers: [a]\n\n# ssh:\n#   user: app\n", "service: x\n\n# hosts\nservers: [a]\n\n# ssh:\n#   user: app\n\nsshkit:\n  pool_idle_timeout: 30\n"},
		{"new, indentation of the file", "servers:\n    web: [a]\n", "servers:\n    web: [a]\nsshkit:\n    pool_idle_timeout: 30\n"},
		{"new, second document", "servers: [a]\n---\nx: 1\n", "servers: [a]\nsshkit:\n  pool_idle_timeout: 30\n---\nx: 1\n"},
		{"new, end of document", "---\nservers: [a]\n...\n", "---\nservers: [a]\nsshkit:\n  pool_idle_timeout: 30\n...\n"},
		{"new, flow root", "{servers: [a]}\n", "{servers: [a], sshkit: {pool_idle_timeout: 30}}\n"},
		{"new, indented root", "  servers: [a]\n  ssh: {user: x}\n", "  servers: [a]\n  ssh: {user: x}\n  sshkit:\n    pool_idle_timeout: 30\n"},
		{"new, behind a block", "servers: [a]\nx-t: |\n  --- x\n  y\n", "servers: [a]\nx-t: |\n  --- x\n  y\nsshkit:\n  pool_idle_timeout: 30\n"},
		{"new, behind ERB", "servers: [a]\n<% if x %>\nssh: {user: u}\n<% end %>\n", "servers: [a]\n<% if x %>\nssh: {user: u}\n<% end %>\nsshkit:\n  pool_idle_timeout: 30\n"},
		{"ERB elsewhere", "servers: [\"<%= x %>\"]\nsshkit: {pool_idle_timeout: 5}\n", "servers: [\"<%= x %>\"]\nsshkit: {pool_idle_timeout: 30}\n"},
		{"symbol", "servers: [a]\n:sshkit:\n  max_concurrent_starts: 1\n", "servers: [a]\n:sshkit:\n  max_concurrent_starts: 1\n  pool_idle_timeout: 30\n"},
		{"anchors elsewhere", "x-a: &a [h]\nservers: *a\n", "x-a: &a [h]\nservers: *a\nsshkit:\n  pool_idle_timeout: 30\n"},
		{"block value at the end", "servers: [a]\nx-t: |\n  y", "error: config/deploy.yml: sshkit.pool_idle_timeout cannot be set without other changes: x-t would change"},
		{"ERB value", "servers: [a]\nsshkit: {pool_idle_timeout: <%= 5 %>}\n", "error: config/deploy.yml: sshkit depends on ERB"},
		{"ERB section", "servers: [a]\nsshkit: <%= x %>\n", "error: config/deploy.yml: sshkit depends on ERB"},
		{"ERB around", "servers: [a]\n<% if x %>\nsshkit: {pool_idle_timeout: 5}\n<% end %>\n", "error: config/deploy.yml: sshkit depends on ERB"},
		{"ERB inside", "servers: [a]\nsshkit:\n<% if x %>\n  pool_idle_timeout: 5\n<% end %>\n  dns_retries: 1\n", "error: config/deploy.yml: sshkit depends on ERB"},
		{"ERB not closed", "servers: [a]\n<% if x %>\nssh: {user: x}\n", "error: config/deploy.yml: sshkit.pool_idle_timeout cannot be set"},
		{"ERB text in the root", "servers: [a]\n<%= more %>\n", "error: config/deploy.yml: ERB adds settings"},
		{"alias", "x-s: &s {dns_retries: 1}\nservers: [a]\nsshkit: *s\n", "error: config/deploy.yml: sshkit shares"},
		{"anchor", "servers: [a]\nsshkit: &s {dns_retries: 1}\nx-s: *s\n", "error: config/deploy.yml: sshkit shares"},
		{"merge", "x-s: &s {pool_idle_timeout: 1}\nservers: [a]\nsshkit:\n  <<: *s\n", "error: config/deploy.yml: sshkit shares"},
		{"merge in the root", "x-s: &s\n  sshkit: {pool_idle_timeout: 1}\nservers: [a]\n<<: *s\n", "error: config/deploy.yml: sshkit shares"},
		{"value alias", "x-s: &s 5\nservers: [a]\nsshkit: {pool_idle_timeout: *s}\n", "error: config/deploy.yml: sshkit shares"},
		{"twice", "servers: [a]\nsshkit: {}\nsshkit: {}\n", "error: config/deploy.yml: sshkit is there more than once"},
		{"twice inside", "servers: [a]\nsshkit: {pool_idle_timeout: 1, pool_idle_timeout: 2}\n", "error: config/deploy.yml: pool_idle_timeout is there more"},
		{"list", "servers: [a]\nsshkit: [x]\n", "error: config/deploy.yml: sshkit is no map"},
		{"CR", "servers: [a]\rssh: {user: x}\r", "error: config/deploy.yml: its lines end with CR alone"},
		{"not YAML", "servers: [a\n", "error: the files cannot be read as YAML"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := set(t, tt.before, 30)
			if strings.HasPrefix(tt.after, "error") && strings.HasPrefix(got, tt.after) {
				return
			}
			if got != tt.after {
				t.Errorf("got\n%s\nwant\n%s", got, tt.after)
			}
		})
	}
}

func TestSetInDestination(t *testing.T) {
	tests := []struct{ base, dest, file, text string }{
		{"servers: [a]\nsshkit: {pool_idle_timeout: 5}\n", "ssh: {user: x}\n", "config/deploy.yml", "30"},
		{"servers: [a]\nsshkit: {pool_idle_timeout: 5}\n", "sshkit: {pool_idle_timeout: 6}\n", "config/deploy.s.yml", "30"},
		{"servers: [a]\n", "sshkit: {dns_retries: 6}\n", "config/deploy.yml", "sshkit:\n  pool_idle_timeout: 30\n"},
		{"servers: [a]\nsshkit: {dns_retries: 5}\n", "sshkit: [x]\n", "", "config/deploy.s.yml: sshkit is no map there"},
		{"servers: [a]\n", "<% if x %>\nsshkit: {dns_retries: 5}\n<% end %>\n", "", "config/deploy.s.yml: sshkit depends on ERB"},
	}
	for _, tt := range tests {
		req := request(map[string]string{"config/deploy.yml": tt.base, "config/deploy.s.yml": tt.dest})
		req.Destination = "s"
		d, err := Load(req)
		if err != nil {
			t.Fatal(err)
		}
		file, _, _, text, err := d.SetPoolIdleTimeout(30)
		if err != nil {
			text = err.Error()
		}
		if file != tt.file || text != tt.text {
			t.Errorf("%q %q: %s %q", tt.base, tt.dest, file, text)
		}
	}
}

// deploySections are what generated files are put together from.
var deploySections = []string{
	"service: app\n", "image: me/app # user\n", "servers:\n  - 10.0.0.1\n  - 10.0.0.2: t\n", "servers: {web: [a, b], job: {hosts: [c]}}\n",
	"servers:\n  web:\n    hosts: [\"a\", 'b']\n    cmd: |\n      x\n      y\n", "registry:\n  username: u\n  password:\n    - P\n",
	"env:\n  clear:\n    A: 1\n    B: \"yes\"\n", "x-a: &a\n  p: 1\n", "env:\n  <<: *a\n  q: 2\n", "ssh: {user: app, port: 2222}\n",
	"ssh:\n  user: <%= ENV['U'] %>\n  proxy: j\n", "builder:\n  arch: <%= arch %>\n", "<% x = 1 %>\nboot: {limit: 25%}\n", "<%# c %>\n",
	"<% if a %>\nasset_path: /a\n<% else %>\nasset_path: /b\n<% end %>\n", "# comment\n", "\n", "\n# comment\n#  more: x\n",
	"accessories:\n  db:\n    host: d\n    port: 3306:3306\n    files:\n    - a:b\n", "aliases: {console: app exec -i \"bin/rails c\"}\n",
	"x-text: >\n  folded\n  text\n\n", "x-text: \"two\n  lines\"\n", "x-empty:\n", "x-b: |+\n  kept\n\n",
}

var sshkitSections = []string{
	"", "", "sshkit:\n", "sshkit: {}\n", "sshkit:\n  pool_idle_timeout: 300 # s\n", "sshkit: {pool_idle_timeout: 300}\n", "sshkit:\n  max_concurrent_starts: 10\n",
	"sshkit:\n  # c\n  max_concurrent_starts: 10 # d\n  # e\n", "sshkit: {max_concurrent_starts: 10}\n", "sshkit: {\n  max_concurrent_starts: 10, # x\n  dns_retries: 2\n  }\n",
	"sshkit:\n  pool_idle_timeout: '300'\n  dns_retries: 1\n", "sshkit:\n\n  dns_retries: 1\n\n", "sshkit: &k\n  dns_retries: 1\n", "sshkit:\n  pool_idle_timeout:\n",
	"sshkit:\n  max_concurrent_starts: <%= 5 %>\n", "sshkit:\n  \"pool_idle_timeout\": 0x1F\n", "\"sshkit\":\n  pool_idle_timeout: 1_000\n",
}

// deployFile makes up a file.
func deployFile(r *rand.Rand) string {
	var parts []string
	for _, i := range r.Perm(len(deploySections))[:2+r.Intn(8)] {
		parts = append(parts, deploySections[i])
	}
	at := r.Intn(len(parts) + 1)
	parts = append(parts[:at], append([]string{sshkitSections[r.Intn(len(sshkitSections))]}, parts[at:]...)...)
	text := strings.Join(parts, "")
	if strings.Contains(text, "*a") && (!strings.Contains(text, "&a") || strings.Index(text, "*a") < strings.Index(text, "&a")) {
		text = "x-a: &a\n  p: 1\n" + strings.ReplaceAll(text, "x-a: &a\n  p: 1\n", "")
	}
	if r.Intn(3) == 0 {
		text = reindent(text)
	}
	if r.Intn(6) == 0 {
		text = "---\n" + text
	}
	switch r.Intn(8) {
	case 0:
		text += "...\n"
	case 1:
		text += "---\nother: 1\n"
	}
	if r.Intn(4) == 0 {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if r.Intn(4) == 0 {
		text = strings.TrimRight(text, "\r\n")
	}
	return text
}

// reindent doubles the indentation.
func reindent(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		rest := strings.TrimLeft(l, " ")
		lines[i] = strings.Repeat(" ", 2*(len(l)-len(rest))) + rest
	}
	return strings.Join(lines, "\n")
}

// TestSetProperty edits generated files and asks Psych, which sees the text
// with ERB run as the empty string or a word, what has changed.
func TestSetProperty(t *testing.T) {
	r := rand.New(rand.NewSource(*psychSeed))
	var docs []string
	var names []string
	edits := 0
	for i := 0; edits < *psychN/2 && i < *psychN*3; i++ {
		text := deployFile(r)
		seconds := r.Intn(2000)
		req := request(map[string]string{"config/deploy.yml": text})
		d, err := Load(req)
		if err != nil || len(d.Files) == 0 {
			t.Fatalf("%q: %v", text, err)
		}
		_, start, end, insert, err := d.SetPoolIdleTimeout(seconds)
		if err != nil {
			continue
		}
		edits++
		after := text[:start] + insert + text[end:]
		checkLines(t, text, after)
		docs = append(docs, runERB(text), runERB(after))
		names = append(names, fmt.Sprintf("%d\x00%s\x00%s", seconds, text, after))
	}
	if edits < 300 && *psychN >= 2000 {
		t.Errorf("only %d edits", edits)
	}
	compareEdits(t, docs, names)
}

// checkLines wants line ends and the final newline kept.
func checkLines(t *testing.T, before, after string) {
	t.Helper()
	crlf := strings.Contains(before, "\r\n")
	if strings.Contains(before, "\n") && crlf != (strings.Count(after, "\n") == strings.Count(after, "\r\n")) {
		t.Errorf("line ends:\n%q\n%q", before, after)
	}
	if strings.HasSuffix(before, "\n") != strings.HasSuffix(after, "\n") && !strings.HasSuffix(strings.TrimSpace(before), "...") {
		t.Errorf("final newline:\n%q\n%q", before, after)
	}
}

// runERB does what ERB could: expressions become a word, the first branch of an
// if is taken.
func runERB(text string) string {
	var b strings.Builder
	skip := false
	last := 0
	for _, tag := range findTags([]byte(text)) {
		if !skip {
			b.WriteString(text[last:tag.start])
		}
		last = tag.end
		switch {
		case strings.Contains(tag.code, "else"):
			skip = true
		case strings.Contains(tag.code, "end"):
			skip = false
		case tag.output:
			b.WriteString("word")
		}
	}
	b.WriteString(text[last:])
	return b.String()
}

// compareEdits compares documents two by two: only the timeout may differ.
func compareEdits(t *testing.T, docs, names []string) {
	t.Helper()
	shown := psych(t, docs)
	for i, name := range names {
		before, after := shown[2*i], shown[2*i+1]
		part := strings.Split(name, "\x00")
		if strings.HasPrefix(before, "error") {
			t.Fatalf("%s: %s", part[1], before)
		}
		want := "str pool_idle_timeout => int " + part[0]
		if !strings.Contains(after, want) {
			t.Errorf("not in force:\n%s\n%s", part[1], part[2])
			continue
		}
		if withoutTimeout(before) != withoutTimeout(after) {
			t.Errorf("more than the timeout differs:\n%s\n---\n%s\n---\n%s\n%s", part[1], part[2], before, after)
		}
	}
}

// withoutTimeout takes the timeout out of Psych's notation, and the section if
// it held nothing else.
func withoutTimeout(s string) string {
	for {
		i := strings.Index(s, "str pool_idle_timeout => ")
		if i < 0 {
			break
		}
		j := i + strings.IndexAny(s[i:], ";}")
		if s[j] == ';' {
			j += 2
		} else if strings.HasSuffix(s[:i], "; ") {
			i -= 2
		}
		s = s[:i] + s[j:]
	}
	for _, empty := range []string{"str sshkit => {}", "str sshkit => null"} {
		s = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, "; "+empty, ""), empty+"; ", ""), empty, "")
	}
	return s
}
