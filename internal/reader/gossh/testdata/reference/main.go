// Reference asks the library itself, which opens whatever files it likes.
// It reads questions from standard input, one JSON object a line.
package main

import (
	"bufio"
	"encoding/json"
	"os"

	"github.com/kevinburke/ssh_config"
)

type question struct {
	Config string // "": ~/.ssh/config and /etc/ssh/ssh_config
	Hosts  []string
	Keys   []string
}

type answer struct {
	Error string
	Get   map[string]string // host and key, joined by a space
	All   map[string][]string
}

func main() {
	in, out := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			panic(err)
		}
		if err := out.Encode(ask(q)); err != nil {
			panic(err)
		}
	}
}

func ask(q question) (a answer) {
	u := &ssh_config.UserSettings{}
	if q.Config != "" {
		u.ConfigFinder(func() string { return q.Config })
	}
	// Of a keyword that it does not check, GetStrict has only errors of the files.
	if _, err := u.GetStrict("nobody", "nosuchkeyword"); err != nil {
		a.Error = err.Error()
		return a
	}
	a.Get, a.All = map[string]string{}, map[string][]string{}
	for _, h := range q.Hosts {
		for _, k := range q.Keys {
			a.Get[h+" "+k], a.All[h+" "+k] = u.Get(h, k), u.GetAll(h, k)
		}
	}
	return a
}
