package resolve

import (
	"fmt"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/syntax"
)

// ParseOption reads one `-o` argument, which has the form of a line. Host,
// Match and Include are not allowed there.
func ParseOption(d keyword.Dialect, text string) (Option, error) {
	f := syntax.Parse("command-line", []byte(text), readerOptions(d))
	if f.Len() == 0 {
		return Option{}, fmt.Errorf("command-line line 0: missing argument")
	}
	l := f.Line(0)
	word := f.KeyText(l)
	if l.Kind != syntax.Setting {
		return Option{}, fmt.Errorf("command-line line 0: no argument after keyword \"%s\"", Visible(string(word)))
	}
	k := d.Lookup(word)
	if k == nil {
		return Option{}, fmt.Errorf("command-line: line 0: Bad configuration option: %s", Visible(string(word)))
	}
	switch k.Lower {
	case "host", "match", "include":
		return Option{}, fmt.Errorf("command-line line 0: %s directive not supported as a command-line option", k.Name)
	}
	args, ok := f.Args(l, nil)
	if !ok {
		return Option{}, fmt.Errorf("command-line line 0: invalid quotes")
	}
	words := valueWords(&File{File: f}, l, k, args, nil)
	v, err := d.Check(k, words)
	if err != nil {
		return Option{}, fmt.Errorf("command-line line 0: %s", err.Msg)
	}
	return Option{Key: d.Target(k).ID, Args: words, Value: v, Unset: v.Unset || k.Repeat == keyword.NoRepeat}, nil
}
