package cli

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/reader"
	"github.com/sshvet/sshvet/internal/resolve"
)

// takeDump notices that the file to explain is the output of sshd -T. What cannot be
// read is left to those who read it as a configuration.
func (x *explainRequest) takeDump(in *inputs, c *cli.Context) error {
	if !x.server || len(x.Sources) != 1 {
		return nil
	}
	src := &x.Sources[0]
	data := src.Data
	if data == nil && !isConfigName(src.Path) {
		data, _, _ = resolve.ReadRegular(src.Path)
	}
	if !in.isDump(src.Path, data) {
		return nil
	}
	for _, flag := range []string{"C", "o"} {
		if c.IsSet(flag) {
			return usagef("explain: %s is the output of sshd -T, made for one connection: run sshd -T with that -%s on the host", src.Path, flag)
		}
	}
	src.Data = withoutNoise(data)
	in.noteNoise(src.Path, data, src.Data)
	x.dump = true
	return nil
}

// dumpSettings are the settings of the output of sshd -T, the keep-alive first: what
// it prints is what sshd uses.
func (x *explainRequest) dumpSettings() []reader.Setting {
	src := x.Sources[0]
	var out []reader.Setting
	number := 0
	for line := range bytes.Lines(src.Data) {
		number++
		_, value, _ := strings.Cut(strings.TrimRight(string(line), "\r\n "), " ")
		name := dumpedWord(line)
		if !isKeyword(name) {
			continue
		}
		if k := keyword.Find(keyword.Server, []byte(name)); k != nil {
			name = x.Dialect.Target(k).Lower
		}
		if x.Keywords == nil || slices.ContainsFunc(x.Keywords, func(asked string) bool { return x.isSame(asked, name) }) {
			out = append(out, reader.Setting{
				Keyword: name, Value: value, Source: &reader.Source{File: src.Path, Line: number},
				Shadowed: []reader.Shadowed{}, Conditional: []reader.Conditional{},
			})
		}
	}
	slices.SortStableFunc(out, func(a, b reader.Setting) int {
		return cmp.Or(cmp.Compare(keepaliveRank(a.Keyword), keepaliveRank(b.Keyword)), strings.Compare(a.Keyword, b.Keyword))
	})
	return out
}

// isSame reports whether a keyword that was asked for, maybe by another of its names,
// is the one that sshd prints.
func (x *explainRequest) isSame(asked, name string) bool {
	k := keyword.Find(keyword.Server, []byte(asked))
	return k != nil && x.Dialect.Target(k).Lower == name
}

// keepaliveRank puts the keep-alive first.
func keepaliveRank(name string) int {
	first := []string{"clientaliveinterval", "clientalivecountmax", "tcpkeepalive"}
	if i := slices.Index(first, name); i >= 0 {
		return i
	}
	return len(first)
}
