package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/sshvet/sshvet/internal/keyword"
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
// keep-alive ones.
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
	for _, a := range c.Answers {
		for name, items := range a.Values {
			k := keyword.Find(o.Dialect.Side, []byte(name))
			e := exceptions[o.Dialect.Side][name]
			if k == nil || e.skip || equal(items, base.Values[name]) && !keepAlive[name] {
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
