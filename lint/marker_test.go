package lint

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// TestMarkerIsFoundQuickly: a large file without suppressions is searched in a
// small part of the time that it takes to check it (0.5 s), whatever is in it.
func TestMarkerIsFoundQuickly(t *testing.T) {
	for _, line := range []string{
		"Host web-1\n\tHostName 10.0.0.1\n\tServerAliveInterval 60\n", "# sshvet sshvet sshvet\n", "sshvet", "AllowUsers ::::::::::::::::::::::\n",
	} {
		src := []byte(strings.Repeat(line, 14<<20/len(line)))
		best := time.Hour
		for range 10 {
			start := time.Now()
			if at := indexMarker(src); at >= 0 {
				t.Fatalf("%q: found at %d", line, at)
			}
			best = min(best, time.Since(start))
		}
		if best > 300*time.Millisecond {
			t.Errorf("%q: %d bytes take %v", line, len(src), best)
		}
		t.Logf("%q: %v", line, best)
		if n := testing.AllocsPerRun(1, func() { indexMarker(src) }); n > 0 {
			t.Errorf("%q: %v allocations", line, n)
		}
	}
}

func FuzzIndexMarker(f *testing.F) {
	f.Add([]byte("a:sshvet::sshvet:"))
	f.Add([]byte("sshvet"))
	f.Fuzz(func(t *testing.T, src []byte) {
		if got, want := indexMarker(src), bytes.Index(src, []byte(marker)); got != want {
			t.Errorf("%q: %d, want %d", src, got, want)
		}
	})
}
