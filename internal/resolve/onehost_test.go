package resolve

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// lineOf is an event by its place, as blocks have other numbers where some are left
// out.
type lineOf struct {
	file, line, blockAt int32
	key                 keyword.ID
	state               State
	won                 bool
}

// outcome is all that explain asks a result about.
type outcome struct {
	events   []lineOf
	refusal  []string
	err      string
	twoPass  bool
	winners  map[string][]string
	hidden   map[string]int
	ignoring Ref
}

func outcomeOf(c *Config, q *Query) outcome {
	var r Result
	c.Eval(q, &r)
	o := outcome{err: r.Error, twoPass: r.TwoPass, winners: map[string][]string{}, hidden: map[string]int{}}
	for _, e := range r.Events {
		o.events = append(o.events, lineOf{e.Ref.File, e.Ref.Line, c.Blocks[e.Ref.Block].Line, e.Key, e.State, e.Won})
	}
	for _, p := range r.Refusal() {
		o.refusal = append(o.refusal, p.Text)
	}
	for _, k := range keyword.All(c.Dialect.Side) {
		if items, ok := r.Value(k.Lower); ok {
			o.winners[k.Lower] = items
		}
		if n := r.Unrecorded(k.ID); n > 0 {
			o.hidden[k.Lower] = n
		}
	}
	o.ignoring, _ = r.Ignoring()
	o.ignoring.Block = 0
	return o
}

// TestOnlyFor: what is left out because it makes no difference for a host makes none,
// on files put together at random, of which some are compiled in several parts.
func TestOnlyFor(t *testing.T) {
	lines := []string{
		"Host db", "Host h1", "Host h2 db", "Host h3", "Host web", "Host db web", "host cache", "Host *", "Host w*", "Host !web *", "Host=db", "Host \"db\" 'h 1'",
		"Port 22", "  Port 2222", "  User deploy", "  user other", "IdentityFile ~/.ssh/%h", "  IdentityFile k", "  # comment", "", "  HostName 10.0.0.1",
		"Match all", "Match host web", "match exec true", "Include sub", "  Include sub", "ServerAliveInterval 60", "  ServerAliveInterval none", "LogLevel DEBUG",
		"ProxyJump j", "  ProxyCommand none", "SyslogFacility USER", "StreamLocalBindMask 0177", "UseRoaming no", "SendEnv A B", "ForwardAgent /s", "RekeyLimit 1G 1h",
		"Host \"\"", "Host !web \"\"", "Match foo", "Port x", "Foo bar", "Foo", "IgnoreUnknown Foo", "User \"a", // these have problems
		"Match final all", "CanonicalizeHostname yes", // these take a second pass
	}
	const faulty, twice = 10, 2
	r := rand.New(rand.NewPCG(5, 6))
	text := func(n int) []byte {
		var b strings.Builder
		kinds := len(lines)
		switch r.IntN(8) {
		case 0:
		case 1, 2:
			kinds -= twice
		default:
			kinds -= twice + faulty
		}
		for range n {
			b.WriteString(lines[r.IntN(kinds)] + "\n")
			if r.IntN(3) == 0 {
				fmt.Fprintf(&b, "Host x%d\n", r.IntN(90))
			}
		}
		return []byte(b.String())
	}
	d := keyword.Dialect{Side: keyword.Client, Release: keyword.Newest}
	left, refused := 0, 0
	for i := range 8000 {
		n := 1 + r.IntN(40)
		if i%1000 == 0 {
			n = 2*partSize + r.IntN(partSize)
		}
		files := map[string][]byte{"config": text(n), "/home/.ssh/sub": text(r.IntN(6))}
		env := Env{Home: "/home", ReadFile: func(path string) ([]byte, FileInfo, error) { return files[path], FileInfo{}, nil },
			Exists:  func(path string) bool { return files[path] != nil },
			ReadDir: func(string) ([]string, error) { return []string{"sub"}, nil }}
		load := func(opts Options) *Config {
			c, err := Load(d, env, []Source{{Path: "config"}}, opts)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		q := Query{Host: "web", Trace: true, MostElsewhere: 1 + r.IntN(3), Identity: Identity{Known: r.IntN(2) == 0, LocalUser: "me"}}
		part := load(Options{OnlyHost: q.Host, MostElsewhere: q.MostElsewhere})
		got, want := outcomeOf(part, &q), outcomeOf(load(Options{}), &q)
		if got.twoPass && want.twoPass {
			continue // all lines are asked about then
		}
		if len(want.refusal) > 0 {
			got.hidden, want.hidden = nil, nil // nobody counts where OpenSSH refuses
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%.4000s\nsub: %s\n%+v\nof all lines %+v", files["config"], files["/home/.ssh/sub"], got, want)
		}
		if part.left != nil {
			left++
		}
		if len(want.refusal) > 0 {
			refused++
		}
	}
	if left < 1000 || refused < 1000 || refused > 7000 {
		t.Errorf("of %d files lines were left out, %d were refused: too few to tell", left, refused)
	}
}
