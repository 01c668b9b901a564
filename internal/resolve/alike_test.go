package resolve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// TestServes: where a result is said to be that of another host, too, resolving that
// host gives the same lines, on files put together at random.
func TestServes(t *testing.T) {
	lines := []string{
		"Host a b", "Host a b c", "Host c d", "Host d", "Host a", "Host a b !b", "Host a*", "Host ?", "Host \"b\" c", "Host *", "Host a b", "Host c d",
		"Port 22", "User u", "User v", "HostName %h.x", "HostName b", "ServerAliveInterval 0", "ServerAliveInterval 60", "Include sub",
		"Match host b", "Match user u", "Match all", "Match final all", "CanonicalizeHostname yes", // seldom
	}
	r := rand.New(rand.NewPCG(7, 8))
	text := func() string {
		var b strings.Builder
		kinds := len(lines) - 5
		if r.IntN(4) == 0 {
			kinds = len(lines)
		}
		for range r.IntN(14) {
			b.WriteString(lines[r.IntN(kinds)] + "\n")
		}
		return b.String()
	}
	served := 0
	for range 20000 {
		main, sub := text(), strings.ReplaceAll(text(), "Include", "#")
		c := loadTexts(t, main, sub)
		var r, fresh Result
		hosts := c.Hosts()
		for i := range hosts[1:] {
			q := hosts[i].Query()
			c.Eval(&q, &r)
			x := &hosts[i+1]
			if !r.Serves(&hosts[i], x) {
				continue
			}
			served++
			other := x.Query()
			c.Eval(&other, &fresh)
			if got, want := winnersOf(&r), winnersOf(&fresh); got != want || len(fresh.Maybes) > 0 || fresh.Error != "" {
				t.Fatalf("%q\n%q\n%s serves %s, but has %s, and not %s (%d undecided, %q)", main, sub, hosts[i].Label, x.Label, got, want, len(fresh.Maybes), fresh.Error)
			}
		}
	}
	if served < 1000 {
		t.Errorf("only %d hosts were served by the one before", served)
	}
}

func winnersOf(r *Result) string {
	var out []string
	r.Keys(func(id keyword.ID) { out = append(out, fmt.Sprint(id, r.Refs(id))) })
	return strings.Join(out, " ")
}

// TestIndexOfNames compares the index of names with a map, for few names, which are
// in one part, and for many.
func TestIndexOfNames(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, blocks := range []int{3, 300, 3 * manyNames} {
		var b strings.Builder
		want, order := map[string][]int32{}, []string{}
		for id := range blocks {
			b.WriteString("Host")
			for range 1 + r.IntN(3) {
				name := fmt.Sprintf("h%d", r.IntN(2*blocks))
				b.WriteString(" " + name)
				if want[name] == nil {
					order = append(order, name)
				}
				if block := int32(id + 1); !slices.Contains(want[name], block) { // 0 is the head
					want[name] = append(want[name], block)
				}
			}
			b.WriteString(" !not\n")
		}
		c := loadTexts(t, b.String(), "")
		for name, blocks := range want {
			var got []int32
			for link := c.index().find(c, name); link >= 0; link = c.names.links[link].next {
				got = append(got, c.names.links[link].block)
			}
			if !slices.Equal(got, blocks) {
				t.Fatalf("%s is in blocks %v, not %v", name, got, blocks)
			}
		}
		if c.index().used != len(want) || c.index().find(c, "not") >= 0 {
			t.Errorf("%d names instead of %d, or a negated one", c.index().used, len(want))
		}
		var hosts []string
		for _, x := range c.Hosts() {
			hosts = append(hosts, x.Label)
		}
		if hosts = slices.DeleteFunc(hosts, func(h string) bool { return h == "not" || h == AnyOtherHost }); !slices.Equal(hosts, order) {
			t.Errorf("%d hosts are not the %d of the file, in its order", len(hosts), len(order))
		}
	}
}

// loadTexts reads a client file, and one that it may include as sub.
func loadTexts(t *testing.T, main, sub string) *Config {
	t.Helper()
	files := map[string][]byte{"config": []byte(main), "/home/.ssh/sub": []byte(sub)}
	env := Env{
		Home:     "/home",
		ReadFile: func(path string) ([]byte, FileInfo, error) { return files[path], FileInfo{}, nil },
		Exists:   func(path string) bool { return files[path] != nil },
		ReadDir:  func(string) ([]string, error) { return []string{"sub"}, nil },
	}
	c, err := Load(keyword.Dialect{Side: keyword.Client, Release: keyword.Newest}, env, []Source{{Path: "config"}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}
