package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/pattern"
)

// Case is a saved scenario with the program's answers, one a query.
type Case struct {
	Release string
	Vendor  string
	Side    string
	Files   []File
	Queries []Query
	Answers []*Answer
	Comment string `json:",omitempty"`
}

// Save asks the program once more and writes the scenario with its answers.
func Save(o *Oracle, s *Scenario, dir, path string) error {
	if err := s.Write(dir); err != nil {
		return err
	}
	c := Case{Release: o.Dialect.Release.String(), Vendor: o.Dialect.Vendor.String(), Side: s.Side.String(), Files: s.Files, Queries: s.Queries}
	for _, q := range s.Queries {
		a, err := o.Ask(dir, q)
		if err != nil {
			return err
		}
		c.Answers = append(c.Answers, a)
	}
	if err := c.trim(o, dir); err != nil {
		return err
	}
	data, err := json.MarshalIndent(&c, "", " ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}

// trim leaves out the values that an empty file gives as well, but for the
// keep-alive ones and those that the files name.
func (c *Case) trim(o *Oracle, dir string) error {
	empty := &Scenario{Side: o.Dialect.Side, Files: []File{{Name: mainFile}}}
	if err := empty.Write(dir); err != nil {
		return err
	}
	q := Query{Spec: "-"}
	if o.Dialect.Side == keyword.Client {
		q = Query{Host: c.Queries[0].Host}
	}
	base, err := o.Ask(dir, q)
	if err != nil {
		return err
	}
	var text strings.Builder
	for _, f := range c.Files {
		text.WriteString(pattern.Lower(string(f.Data)))
	}
	for _, a := range c.Answers {
		delete(a.Values, "hostkey") // given with -h
		for name, items := range a.Values {
			k := keyword.Find(o.Dialect.Side, []byte(name))
			e := exceptions[o.Dialect.Side][name]
			if k == nil || e.skip || equal(items, base.Values[name]) && !keepAlive[name] && !strings.Contains(text.String(), name) {
				delete(a.Values, name)
			}
		}
	}
	return nil
}

var keepAlive = map[string]bool{
	"serveraliveinterval": true, "serveralivecountmax": true, "clientaliveinterval": true, "clientalivecountmax": true, "tcpkeepalive": true,
}

func equal(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// LoadCase reads a saved case.
func LoadCase(path string) (*Case, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	c := &Case{}
	return c, json.Unmarshal(data, c)
}

// Scenario returns what a case holds, and the reader that has to answer it.
func (c *Case) Scenario() (*Scenario, *Reader, error) {
	release, err := keyword.ParseRelease(c.Release)
	if err != nil {
		return nil, nil, err
	}
	vendor, err := keyword.ParseVendor(c.Vendor)
	if err != nil {
		return nil, nil, err
	}
	d := keyword.Dialect{Release: release, Vendor: vendor}
	if c.Side == keyword.Server.String() {
		d.Side = keyword.Server
	}
	return &Scenario{Side: d.Side, Files: c.Files, Queries: c.Queries}, &Reader{Dialect: d, LocalUser: "root", Partial: true}, nil
}

// renewCases writes the answers of the installed programs into all cases of a
// folder.
func renewCases(folder string) (err error) {
	dir, err := os.MkdirTemp("", "difftest")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	paths, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		c, err := LoadCase(path)
		if err != nil {
			return err
		}
		s, _, err := c.Scenario()
		if err != nil {
			return err
		}
		o, err := FindOracle(s.Side, dir)
		if err != nil {
			return err
		}
		if err := Save(o, s, filepath.Join(dir, "w"), path); err != nil {
			return err
		}
	}
	return nil
}
