package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// inventory is a client file of 100,000 blocks, 14.6 MB.
func inventory() []byte {
	var b strings.Builder
	for i := range 100000 {
		fmt.Fprintf(&b, "Host host%06d alias%06d\n  HostName 10.%d.%d.%d\n  User deploy\n  Port 2222\n  IdentityFile ~/.ssh/id_ed25519\n  StrictHostKeyChecking accept-new\n\n",
			i, i, i>>16, i>>8&255, i&255)
	}
	return []byte(b.String())
}

// BenchmarkParse makes the table of lines; BenchmarkLines splits each of them,
// too. The target is 500 MB/s for the reader, and no allocation a line.
func BenchmarkParse(b *testing.B) {
	src := inventory()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Parse("config", src, Options{})
	}
}

func BenchmarkLines(b *testing.B) {
	src := inventory()
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		f := Parse("config", src, Options{})
		for i := range f.Len() {
			f.Line(i)
		}
	}
}
