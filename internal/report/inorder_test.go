package report

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/sshvet/sshvet/lint"
)

// Many findings are written by several processors. What comes out is what one of
// them writes, also where a format counts what came before.
func TestManyFindings(t *testing.T) {
	r := &lint.Result{Sources: map[string]lint.Source{}}
	text := strings.Repeat("Port 22\nUser deploy\n", 3000)
	for _, file := range []string{"a", "b"} {
		r.Files = append(r.Files, lint.File{Path: file, Kind: "client"})
		r.Sources[file] = lint.NewLines([]byte(text))
		for i := range 3000 {
			r.Diagnostics = append(r.Diagnostics, lint.Diagnostic{
				Rule: "a-rule", Category: "style", Severity: lint.Warning, Message: fmt.Sprint("finding ", i),
				Span: lint.Span{File: file, Start: 20 * i, End: 20*i + 7},
			})
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, name := range Names() {
		write, _ := Lookup(name)
		var outputs [2]bytes.Buffer
		for i, processors := range []int{1, 4} {
			runtime.GOMAXPROCS(processors)
			if err := write(&outputs[i], r, Options{Dir: "/d"}); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(outputs[0].Bytes(), outputs[1].Bytes()) {
			t.Errorf("%s: four processors write something else than one", name)
		}
	}
}
