package resolve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
)

// Blocks that are found by an index hold for the same hosts as when each block is
// tried, which is what a query with a trace does.
func TestIndexedBlocks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	word := func() string {
		var b strings.Builder
		for range 1 + rnd.IntN(4) {
			b.WriteString([]string{"a", "b", "web", "*", "?", ".x", "*1"}[rnd.IntN(7)])
		}
		return b.String()
	}
	headers := []func() string{
		func() string { return "Host " + word() },
		func() string { return "Host " + word() + " !" + word() + " " + word() },
		func() string { return "Host " + strings.Repeat(word()+" ", manyWords) + "!" + word() },
		func() string { return "Match host " + word() + ",!" + word() },
		func() string { return "Match host " + strings.Repeat(word()+",", longList/2) + "a user deploy" },
		func() string { return "Match originalhost " + strings.ToUpper(word()) },
		func() string { return "Match exec t host " + word() },
		func() string { return "Match exec t" + word() },
		func() string { return "Match localuser me final" },
	}
	values := []string{"User deploy", "Port %d", "HostName web%d.x", "IdentityFile f%d", "HostName %%h.x"}
	for range 3 {
		var text strings.Builder
		for i := range 5 * manyWildcards {
			value := values[rnd.IntN(len(values))]
			if strings.Contains(value, "%d") {
				value = fmt.Sprintf(value, i)
			}
			fmt.Fprintf(&text, "%s\n  %s\n", headers[rnd.IntN(len(headers))](), strings.ReplaceAll(value, "%%", "%"))
		}
		d := keyword.Dialect{Side: keyword.Client, Release: keyword.R(10, 0)}
		c, err := Load(d, Env{}, []Source{{Path: "config", Data: []byte(text.String())}}, Options{})
		if err != nil || c.wild.Len() == 0 || c.wildByName.Len() == 0 || len(c.offline) == 0 {
			t.Fatalf("%v, or nothing is found by an index", err)
		}
		if c.Tries() > int64(len(c.always))*2 {
			t.Fatalf("%d tries for a host, where %d runs of lines are tried always", c.Tries(), len(c.always))
		}
		for i, host := range append(c.Hosts(), Context{Label: "web1.x"}, Context{Label: "ab"}) {
			if i%23 != 0 {
				continue
			}
			for _, x := range append([]Context{host}, c.With(host, c.offline[:1])...) {
				q := x.Query()
				traced := q
				traced.Trace = true
				var r, all Result
				c.Eval(&q, &r)
				c.Eval(&traced, &all)
				checkSame(t, c, x.Label, &r, &all)
			}
			q := Query{Host: host.Host()} // undecided blocks stay Maybe
			traced := q
			traced.Trace = true
			var r, all Result
			c.Eval(&q, &r)
			c.Eval(&traced, &all)
			checkSame(t, c, host.Label+", undecided", &r, &all)
			if !slices.Equal(r.Conditional, all.Conditional) {
				t.Fatalf("%s: conditional lines %v, want %v", host.Label, r.Conditional, all.Conditional)
			}
		}
	}
}

// checkSame compares what wins in two results of a query, and what is undecided.
func checkSame(t *testing.T, c *Config, label string, r, want *Result) {
	t.Helper()
	for _, k := range keyword.All(keyword.Client) {
		if got, want := r.Refs(k.ID), want.Refs(k.ID); !slices.Equal(got, want) {
			t.Fatalf("%s: %s comes from %v, want %v", label, k.Name, got, want)
		}
	}
	slices.Sort(want.Maybes)
	got := slices.Sorted(slices.Values(r.Maybes))
	if len(r.q.Held) == 0 && !slices.Equal(got, want.Maybes) {
		t.Fatalf("%s: undecided are %v, want %v", label, got, want.Maybes)
	}
}
