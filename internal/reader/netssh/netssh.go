// Package netssh answers what Ruby's net-ssh makes of OpenSSH client files:
// the library under Kamal, SSHKit and Capistrano, which reads ssh_config in a
// way of its own. It follows Net::SSH::Config.for of net-ssh 7.0.1; up to
// 8.0.0.beta3 only UserKnownHostsFile was changed there.
//
// The answers are those of a Ruby that runs in a UTF-8 locale (LANG=C.UTF-8,
// en_US.UTF-8 and the like). Without one (LANG=C) Ruby stops with an
// ArgumentError at any line that is not ASCII. The words of errors are those of
// Ruby 3.1; later ones quote and describe objects otherwise ('to_i' for true).
//
// What differs from the original on purpose:
//   - Letters that fold to more than one (ß and ss) are different here, in host
//     names and patterns.
//   - An Include that comes back to a file that is being read is a
//     SystemStackError at once. Ruby goes on until its stack is full, or until
//     the process may open no more files (Errno::EMFILE); both end the program.
//   - A pattern such as *a*a*a*a*b can keep Ruby busy for years. Here it costs
//     its length.
//   - What would take more than maxSteps is given up, see there.
package netssh

import (
	"errors"
	"fmt"
)

// Request is one look-up.
type Request struct {
	Host  string   // as given to Net::SSH.start: the hostname part as written
	Files []string // earlier files win; one that cannot be read is skipped in silence
	Dir   string   // the process's folder: relative paths are expanded against it; "": they stay relative
	Home  string   // what ~ expands to; "": it cannot be expanded
	Root  string   // stands for / in absolute paths of Include lines; "" for none
	// HomeOf returns the home folder of a user, for ~user. nil: there are none.
	HomeOf func(user string) (string, bool)
	// ReadFile returns the content of a regular file. Its error wraps
	// resolve.ErrIsDirectory for a folder and resolve.ErrNotRegular for a FIFO
	// and the like. Any other error of a missing or protected file means that
	// the file is skipped. The content must not change afterwards.
	ReadFile func(path string) ([]byte, error)
	// Glob expands a pattern as Ruby's Dir.glob does; see Globber. nil: nothing
	// is included.
	Glob func(pattern string) ([]string, error)
	// NoIncludes reads the named files alone.
	NoIncludes bool
	// Cache keeps files between look-ups that read the same ones; nil: each
	// look-up reads its own.
	Cache *Cache
	// WinnersOnly leaves out the lines that lose, of which there may be as many as
	// the files have.
	WinnersOnly bool
	// MostElsewhere is as in reader.Request, for Losers.
	MostElsewhere int
}

// Cache holds files that were read and taken apart, for look-ups of many hosts
// in the same files, one after the other. Its zero value is empty.
type Cache struct {
	files map[string]*file
	globs map[string][]string
	work  int
}

// Work is what the look-ups cost so far, about in lines: of a file with blocks of
// plain names those of one look-up are few.
func (c *Cache) Work() int { return c.work }

// Source is the line that something comes from; lines count from 1.
type Source struct {
	File string
	Line int
}

func (s Source) String() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

// Loser is a line that sets a keyword and has no effect. Reason is a part of a
// sentence.
type Loser struct {
	Source Source
	Value  Value
	Reason string
}

// Setting is one keyword as net-ssh settled it, before it is translated to
// options. Value is a List for IdentityFile and CertificateFile, with one
// Setting for each item.
type Setting struct {
	Keyword  string // lower case
	Value    Value
	Source   Source
	Shadowed []Loser // with the first Setting of a keyword
}

// Option is what Net::SSH.start gets from the files, such as
// keepalive_maxcount. From is empty for auth_methods where no line changes the
// default.
type Option struct {
	Name  string
	Value Value
	From  []Source
}

// Result is what net-ssh makes of the files for one host.
type Result struct {
	Settings []Setting
	Options  []Option // in Ruby's order

	lost   losers
	expand func(path string) *Error // File.expand_path in the process's folder, for its errors
}

// Option returns the option with a name.
func (r *Result) Option(name string) (Option, bool) {
	for _, o := range r.Options {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

// Losers lists the lines of a keyword (lower case) that have no effect, in
// reading order, also where no line of the keyword has one.
func (r *Result) Losers(keyword string) []Loser { return r.lost.of(byName()[keyword]) }

// Error is the Ruby exception that ends the program.
type Error struct {
	Class, Message string
	Source         Source // zero if no line is at fault
}

func (e *Error) Error() string { return e.Class + ": " + e.Message }

// ErrTooMuch is what For wraps where it gives up on files that would take too
// long; see maxSteps.
var ErrTooMuch = errors.New("the files include each other too often")

// For does what Net::SSH::Config.for does. Its error is an *Error where net-ssh
// raises one; any other is a file that we would not read, or ErrTooMuch.
func For(req Request) (*Result, error) {
	r := newRun(req)
	settings := &table{}
	for _, name := range req.Files {
		path, raised := r.expand(name, req.Dir)
		if raised != nil {
			return nil, raised
		}
		if r.names[path] == "" {
			r.names[path] = name
		}
		var err error
		if settings, err = r.loadTop(path, settings); err != nil {
			return nil, err
		}
	}
	res, err := r.translate(settings)
	if req.WinnersOnly {
		// The result keeps r to expand paths. With it, it would keep this look-up's
		// copy of all lines, and there is a result for each of many hosts.
		r.files, r.lost = nil, losers{off: true}
	}
	return res, err
}
