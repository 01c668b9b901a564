package gossh

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/kevinburke/ssh_config"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// TestPart compares what the library makes of whole files with what it makes of
// the part that matters for a host, on files put together at random.
func TestPart(t *testing.T) {
	lines := []string{
		"Host web", "Host db", "Host db web", "host cache", "Host *", "Host w*", "Host !web *", "Host=db", "Host \"db\"", "Host db # web", " Host db", "\tHost db", "Host", "Host db  cache ",
		"Port 22", "  Port 2222", "\tPort 1", "Port=3", "Port = 4", "Port", "  User deploy", "  User \"a b\"", "  User a # b", "IdentityFile ~/.ssh/%h", "  # comment", "", "   ", "#",
		"Match all", "Match host web", "match", "Include x", "include y", "=", "  x", "HostName 10.0.0.1\r", "ServerAliveInterval 60", "Ciphers a,b", "é 1", "SendEnv A B",
	}
	r := rand.New(rand.NewPCG(1, 2))
	parted, refused := 0, 0
	for range 20000 {
		var text strings.Builder
		for range 1 + r.IntN(14) {
			text.WriteString(lines[r.IntN(len(lines))] + "\n")
		}
		src := strings.TrimSuffix(text.String(), strings.Repeat("\n", r.IntN(2)))
		d := keyword.Dialect{Side: keyword.Client, Release: keyword.Newest}
		req := reader.Request{Dialect: d, NoIncludes: true, Sources: []resolve.Source{{Path: "config", Data: []byte(src)}}}
		req.Query.Host = "web"
		whole, err := Load(req)
		kept, numbers, effort := part([]byte(src), "web")
		if want := effortOf([]byte(src)); effort != want {
			t.Fatalf("%q: effort %d, want %d", src, effort, want)
		}
		guarded, includes := guard(kept)
		c, failed := decode("config", guarded)
		if failed != nil {
			if err == nil {
				t.Fatalf("%q: the part is refused, the whole is not: %v", src, failed)
			}
			refused++
			continue // the whole is asked then
		}
		if err != nil {
			t.Fatalf("%q: the whole is refused, the part is not: %v", src, err)
		}
		if len(kept) < len(src) {
			parted++
		}
		included := map[int][]*config{}
		for _, inc := range includes {
			included[numbers[inc.line-1]] = nil
		}
		files := &Files{top: []*config{build(&input{path: "config"}, c, numbers, included)}}
		if got, want := files.Settings(req), whole.Settings(req); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\nof the part:  %+v\nof the whole: %+v", src, got, want)
		}
	}
	if parted < 1000 || refused < 1000 {
		t.Errorf("%d files were read in part, %d refused: too few to tell", parted, refused)
	}
}

// What the library's expression matches is never ruled out by its texts alone.
func TestMayHold(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	word := func(letters string, most int) string {
		b := make([]byte, 1+r.IntN(most))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	spared := 0
	for range 20000 {
		pattern, name := word("aab**?.", 7), word("aab.", 8)
		p, err := ssh_config.NewPattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		host := &ssh_config.Host{Patterns: []*ssh_config.Pattern{p}}
		switch {
		case mayHold(host, name):
		case host.Matches(name):
			t.Fatalf("%q matches %q", pattern, name)
		default:
			spared++
		}
	}
	if spared < 5000 {
		t.Errorf("only %d of 20000 are spared", spared)
	}
}
