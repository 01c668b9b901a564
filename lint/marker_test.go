package lint

import (
	"regexp"
	"strings"
	"testing"
)

// withoutMarker are lines that make the search for comments slow, if any do.
var withoutMarker = []string{
	"Host web-1\n\tHostName 10.0.0.1\n\tServerAliveInterval 60\n", "# ssh vet\n", "####\n", "sshvet", "AllowUsers ::::::::::::::::::::::\n",
}

// TestMarkerNeedsNoMemory: a large file without suppressions is searched as it
// lies in memory.
func TestMarkerNeedsNoMemory(t *testing.T) {
	for _, line := range withoutMarker {
		src := []byte(strings.Repeat(line, 1<<20/len(line)))
		if at := indexMarker(src); at >= 0 {
			t.Fatalf("%q: found at %d", line, at)
		}
		if n := testing.AllocsPerRun(1, func() { indexMarker(src) }); n > 0 {
			t.Errorf("%q: %v allocations", line, n)
		}
	}
}

// BenchmarkMarker searches 14 MB, of which a check takes half a second.
func BenchmarkMarker(b *testing.B) {
	for _, line := range withoutMarker {
		src := []byte(strings.Repeat(line, 14<<20/len(line)))
		b.Run(strings.Fields(line)[0], func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				indexMarker(src)
			}
		})
	}
}

func FuzzIndexMarker(f *testing.F) {
	f.Add([]byte("a#sshve#SSHvet"))
	f.Add([]byte("# #\tsshvet"))
	f.Add([]byte("sshvet #"))
	form := regexp.MustCompile(`#[ \t]*[sS][sS][hH][vV][eE][tT]`)
	f.Fuzz(func(t *testing.T, src []byte) {
		want := -1
		if at := form.FindIndex(src); at != nil {
			want = at[1] - len(name)
		}
		if got := indexMarker(src); got != want {
			t.Errorf("%q: %d, want %d", src, got, want)
		}
	})
}
