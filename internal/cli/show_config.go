package cli

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"github.com/sshvet/sshvet/internal/config"
	"github.com/sshvet/sshvet/internal/term"
	"github.com/sshvet/sshvet/lint"
)

// shownConfig is what --show-config prints, as JSON has it.
type shownConfig struct {
	Version int         `json:"version"`
	Files   []shownFile `json:"files"`
}

type shownFile struct {
	Path     string         `json:"path"`
	Config   string         `json:"config,omitempty"` // the configuration that governs it
	Settings []shownSetting `json:"settings"`
}

type shownSetting struct {
	Name   string      `json:"name"`
	Value  string      `json:"value"`
	Origin shownOrigin `json:"origin"`
}

// shownOrigin is where a value comes from: a flag or an environment variable by
// its name, a line of a file, or nowhere. Name is that of another key where that
// one moves this one's default.
type shownOrigin struct {
	Kind string `json:"kind"` // flag, environment, file, default
	Name string `json:"name,omitempty"`
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
}

func (o shownOrigin) String() string {
	switch o.Kind {
	case "file":
		text := fmt.Sprintf("%s:%d", o.File, o.Line)
		if o.Name != "" {
			text = fmt.Sprintf("default, by %s of %s", o.Name, text)
		}
		return text
	case "default":
		return o.Kind
	}
	return o.Name
}

// showConfig prints the settings for each file of a run.
func (p *program) showConfig(c *cli.Context, in *inputs) error {
	out := shownConfig{Version: 1, Files: []shownFile{}}
	for i := range in.entries {
		path := in.entries[i].Path
		o, err := in.optionsFor(path)
		if err != nil {
			return err
		}
		out.Files = append(out.Files, p.shownFile(c, path, in, o))
	}
	format := c.String("format")
	if format != "" && format != "text" && format != "json" {
		return usagef("--format %s: --show-config prints text or json", format)
	}
	res := &lint.Result{}
	for i := range in.entries {
		res.Files = append(res.Files, lint.File{Path: in.entries[i].Path})
	}
	return p.writeReport(in.o, res, func() error {
		if format == "json" {
			return p.printJSON(out)
		}
		return p.printConfig(out)
	})
}

func (p *program) shownFile(c *cli.Context, path string, in *inputs, o *options) shownFile {
	s := shower{p: p, c: c, config: o.governedBy, file: o.governedBy.For(p.configsOf(in.o).absolute(path))}
	f := shownFile{Path: path}
	if s.config != nil {
		f.Config = s.config.Path
	}
	for _, flag := range c.Command.Flags {
		if name := flag.Names()[0]; name != "show-config" {
			s.add(name, s.valueOf(name, o))
		}
	}
	s.addKeepalive(o)
	s.addRest()
	slices.SortStableFunc(s.out, func(a, b shownSetting) int { return strings.Compare(a.Name, b.Name) })
	f.Settings = s.out
	return f
}

// shower gathers the settings for one file.
type shower struct {
	p      *program
	c      *cli.Context
	config *config.Config
	file   config.File
	out    []shownSetting
}

func (s *shower) add(name, value string) {
	s.out = append(s.out, shownSetting{name, value, s.origin(name)})
}

// origin is where the value of a flag comes from.
func (s *shower) origin(name string) shownOrigin {
	line := 0
	switch set := s.config.Find(name); {
	case s.given(name):
		return shownOrigin{Kind: "flag", Name: "--" + name}
	case s.c.IsSet(name):
		return shownOrigin{Kind: "environment", Name: environmentName(name)}
	case name == "kind":
		line = s.file.KindLine
	case name == "profile":
		line = s.file.ProfileLine
	case set != nil:
		line = set.Line
	}
	if line == 0 {
		return shownOrigin{Kind: "default"}
	}
	return shownOrigin{Kind: "file", File: s.config.Path, Line: line}
}

// given reports whether the command line has a flag, by any of its names.
func (s *shower) given(name string) bool {
	for _, f := range s.c.Command.Flags {
		if names := f.Names(); names[0] == name {
			return slices.ContainsFunc(names, func(n string) bool { return s.p.given[n] })
		}
	}
	return false
}

// valueOf is the value of a flag for the file.
func (s *shower) valueOf(name string, o *options) string {
	switch name {
	case "profile":
		return o.profile
	case "fail-on":
		return o.failOn.String()
	case "openssh":
		return o.release.String()
	case "root":
		return o.root
	case "kind":
		if o.fileKind != "" {
			return o.fileKind
		}
	case "select", "ignore":
		if set := s.config.Find(name); set != nil && !s.c.IsSet(name) {
			return strings.Trim(set.Value, "[]")
		}
	}
	if slice, ok := s.c.Value(name).(cli.StringSlice); ok {
		return strings.Join(words(slice.Value()), ", ")
	}
	return fmt.Sprint(s.c.Value(name))
}

// addKeepalive adds the bounds that client files are held against.
func (s *shower) addKeepalive(o *options) {
	p := o.settings.Client
	if p == (lint.Profile{}) {
		p = lint.Deploy
	}
	d := lint.Deploy
	for _, v := range []struct {
		name, partner string // what moves the default along
		value, preset int
	}{
		{"max-interval", "interval", p.MaxInterval, d.MaxInterval}, {"min-count", "count", p.MinCount, d.MinCount},
		{"interval", "max-interval", p.Interval, d.Interval}, {"count", "min-count", p.Count, d.Count},
	} {
		name := "keepalive." + v.name
		s.add(name, fmt.Sprint(v.value))
		if s.config.Find(name) == nil && v.value != v.preset {
			origin := &s.out[len(s.out)-1].Origin
			*origin = s.origin("keepalive." + v.partner)
			origin.Name = "keepalive." + v.partner
		}
	}
}

// addRest adds what only a configuration can set.
func (s *shower) addRest() {
	if s.config == nil {
		return
	}
	for _, set := range s.config.Settings {
		top, _, _ := strings.Cut(set.Key, ".")
		switch top {
		case "rules", "profiles", "files", "exclude":
			s.out = append(s.out, shownSetting{set.Key, set.Value, shownOrigin{Kind: "file", File: s.config.Path, Line: set.Line}})
		}
	}
}

func (p *program) printConfig(out shownConfig) error {
	for i, f := range out.Files {
		if i > 0 {
			fmt.Fprintln(p.stdout)
		}
		by := "no configuration file"
		if f.Config != "" {
			by = f.Config
		}
		fmt.Fprintf(p.stdout, "%s (%s)\n", term.EscapePath(f.Path), term.Escape(by))
		w := tabwriter.NewWriter(p.stdout, 0, 8, 2, ' ', 0)
		for _, s := range f.Settings {
			value := s.Value
			if value == "" {
				value = "-"
			}
			fmt.Fprintf(w, "  %s\t%s\t%s\n", s.Name, term.Escape(value), term.Escape(s.Origin.String()))
		}
		if err := w.Flush(); err != nil {
			return outputError(err)
		}
	}
	return nil
}
