package spell

import (
	"math/rand"
	"slices"
	"strings"
	"testing"
)

var keywords = []string{
	"Host", "Match", "Include", "HostName", "HostKeyAlias", "HostKeyAlgorithms", "User", "Port",
	"ServerAliveInterval", "ServerAliveCountMax", "ClientAliveInterval", "ClientAliveCountMax",
	"TCPKeepAlive", "KeepAlive", "ControlMaster", "ControlPath", "ControlPersist", "IPQoS",
	"PermitRootLogin", "PermitTTY", "UsePAM", "UseDNS", "X11Forwarding",
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ word, want string }{
		{"ServerAliveIntervall", "ServerAliveInterval"},
		{"serveraliveintreval", "ServerAliveInterval"},
		{"SERVERALIVECOUNT", "ServerAliveCountMax"},
		{"ClientAliveInterva", "ClientAliveInterval"},
		{"Hots", "Host"},
		{"Hostname", "HostName"}, // the same word
		{"Prot", "Port"},
		{"TCPKeepAlives", "TCPKeepAlive"},
		{"Xyzzy", ""},
		{"UsePNS", "UseDNS"}, // 1 off; UsePAM is 2 off
		{"", ""},
		{strings.Repeat("a", longestWord+1), ""},
		{strings.Repeat("\xff", longestWord), ""},
	} {
		got, ok := Nearest(c.word, slices.Values(keywords))
		if got != c.want || ok != (c.want != "") {
			t.Errorf("Nearest(%q) = %q, %v; want %q", c.word, got, ok, c.want)
		}
	}
}

func TestNearestWantsOneBest(t *testing.T) {
	for _, c := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"cat", []string{"bat", "hat"}, ""},
		{"cat", []string{"bat", "hat", "cart", "CAT"}, "CAT"},
		{"cat", []string{"Bat", "bat", "BAT"}, "Bat"}, // one word
		{"cat", []string{"Bat", "hat", "bat"}, ""},
		{"a", []string{"", "b"}, "b"},
		{"ab", []string{"ba"}, "ba"},
		{"ca", []string{"abc"}, ""}, // 3, not 2: optimal string alignment edits no part twice
		{"cat", nil, ""},
		{"ÄB", []string{"äbc"}, "äbc"},
		{"cat", []string{strings.Repeat("x", 10_000)}, ""},
	} {
		if got, _ := Nearest(c.word, slices.Values(c.candidates)); got != c.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", c.word, c.candidates, got, c.want)
		}
	}
}

// reference is the definition of optimal string alignment, in full.
func reference(a, b string) int {
	x, y := []rune(a), []rune(b)
	d := make([][]int, len(x)+1)
	for i := range d {
		d[i] = make([]int, len(y)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(x); i++ {
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(x)][len(y)]
}

func referenceNearest(word string, candidates []string) string {
	limit := max(1, (len([]rune(word))+2)/3)
	best, at := map[string]string{}, limit
	for _, c := range candidates {
		d := reference(strings.ToLower(word), strings.ToLower(c))
		if c == "" || d > at {
			continue
		}
		if d < at {
			clear(best)
			at = d
		}
		if key := strings.ToLower(c); best[key] == "" {
			best[key] = c
		}
	}
	if word == "" || len(best) != 1 {
		return ""
	}
	for _, c := range best {
		return c
	}
	return ""
}

func randomWord(r *rand.Rand, longest int) string {
	b := make([]rune, r.Intn(longest+1))
	for i := range b {
		b[i] = []rune("abcABé")[r.Intn(6)]
	}
	return string(b)
}

func TestAgainstReference(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for range 20_000 {
		word := randomWord(r, 12)
		candidates := make([]string, r.Intn(6))
		for i := range candidates {
			candidates[i] = randomWord(r, 14)
		}
		got, _ := Nearest(word, slices.Values(candidates))
		if want := referenceNearest(word, candidates); got != want {
			t.Fatalf("Nearest(%q, %q) = %q, want %q", word, candidates, got, want)
		}
	}
}

func TestDistanceAgainstReference(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	for range 50_000 {
		a, b, limit := randomWord(r, 20), randomWord(r, 20), r.Intn(22)
		want := min(reference(a, b), limit+1)
		if got := distance([]rune(a), []rune(b), limit); got != want {
			t.Fatalf("distance(%q, %q, %d) = %d, want %d", a, b, limit, got, want)
		}
	}
}

// TestMutations misspells every keyword by one edit: whenever there is an
// answer, it is no farther off than the keyword.
func TestMutations(t *testing.T) {
	for _, k := range keywords {
		for i := range k {
			word := k[:i] + k[i+1:]
			got, ok := Nearest(word, slices.Values(keywords))
			if ok && reference(strings.ToLower(word), strings.ToLower(got)) > 1 {
				t.Errorf("Nearest(%q) = %q", word, got)
			}
			if len(k) > 8 && got != k {
				t.Errorf("Nearest(%q) = %q, want %q", word, got, k)
			}
		}
	}
}

func TestLongestWordsFit(t *testing.T) {
	word := strings.Repeat("a", longestWord)
	for _, n := range []int{longestWord - 22, longestWord, longestCandidate} {
		if _, ok := Nearest(word, slices.Values([]string{strings.Repeat("a", n)})); !ok {
			t.Errorf("no answer at %d", n)
		}
	}
	if _, ok := Nearest(word, slices.Values([]string{strings.Repeat("a", longestCandidate+1)})); ok {
		t.Error("an answer beyond the limit")
	}
}

func BenchmarkNearest(b *testing.B) {
	seq := slices.Values(keywords)
	b.ReportAllocs()
	for b.Loop() {
		Nearest("ServerAliveIntervall", seq)
	}
}
