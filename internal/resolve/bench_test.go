package resolve

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/share"
)

// manyBlocks makes a client file of n blocks of seven lines each, one a host,
// with the given header.
func manyBlocks(n int, header string) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, header+"\n    HostName 10.%d.%d.%d\n    User deploy\n    Port 2222\n    IdentityFile ~/.ssh/id_deploy_ed25519\n"+
			"    ServerAliveInterval 30\n\n", i, i>>16&255, i>>8&255, i&255)
	}
	b.WriteString("Host *\n  ServerAliveCountMax 3\n")
	return []byte(b.String())
}

// evalAll loads a file and evaluates every host that it names.
func evalAll(tb testing.TB, src []byte) (*Config, int) {
	tb.Helper()
	d := keyword.Dialect{Side: keyword.Client, Release: keyword.R(9, 2), Vendor: keyword.Debian}
	c, err := Load(d, Env{}, []Source{{Path: "config", Data: src}}, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	hosts := c.Hosts()
	id := keyword.Find(keyword.Client, []byte("serveralivecountmax")).ID
	share.All(len(hosts), 256, func(_, from, to int) {
		var r Result
		for i := from; i < to; i++ {
			q := hosts[i].Query()
			c.Eval(&q, &r)
			if _, ok := r.WinnerID(id); !ok {
				tb.Errorf("%s has no ServerAliveCountMax", hosts[i].Label)
			}
		}
	})
	return c, len(hosts)
}

func BenchmarkHosts(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		src := manyBlocks(n, "Host web%06d")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for range b.N {
				evalAll(b, src)
			}
		})
	}
}

func BenchmarkMatches(b *testing.B) {
	for _, header := range []string{"Match host web%06d", "Match originalhost web%06d"} {
		for _, n := range []int{1000, 10000} {
			src := manyBlocks(n, header)
			b.Run(fmt.Sprintf("%.10s/%d", header, n), func(b *testing.B) {
				b.SetBytes(int64(len(src)))
				for range b.N {
					evalAll(b, src)
				}
			})
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	src := manyBlocks(100000, "Host web%06d")
	d := keyword.Dialect{Side: keyword.Client, Release: keyword.R(9, 2), Vendor: keyword.Debian}
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for range b.N {
		if _, err := Load(d, Env{}, []Source{{Path: "config", Data: src}}, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestMemory holds the live memory of a large file, source included, below
// four times its size.
func TestMemory(t *testing.T) {
	src := manyBlocks(50000, "Host web%06d")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c, _ := evalAll(t, src)
	runtime.GC()
	runtime.ReadMemStats(&after)
	used := int64(after.HeapAlloc) - int64(before.HeapAlloc) + int64(len(src))
	t.Logf("%d bytes live for a file of %d (%.2f times)", used, len(src), float64(used)/float64(len(src)))
	if used > 4*int64(len(src)) {
		t.Errorf("%d bytes live for a file of %d", used, len(src))
	}
	runtime.KeepAlive(c)
	runtime.KeepAlive(src)
}
