// Package reader holds the programs that read the same configuration files,
// each with its own idea of them, behind one form: what does this program use
// for a connection, and which line does each value come from?
package reader

import (
	"cmp"
	"strings"

	"github.com/sshvet/sshvet/internal/keyword"
	"github.com/sshvet/sshvet/internal/resolve"
)

// Request is a connection to explain.
type Request struct {
	Dialect    keyword.Dialect
	Env        resolve.Env
	Sources    []resolve.Source
	NoIncludes bool
	Query      resolve.Query
	Keywords   []string // lower case; nil: all that are set, and the keep-alive
	// MostElsewhere bounds how many lines of blocks for other connections OpenSSH
	// lists for a keyword; 0: all. A file of 100,000 hosts has as many.
	MostElsewhere int
	// WinnersOnly lets net-ssh leave out the lines that lose, of which there may be as
	// many as the files have.
	WinnersOnly bool
}

// CommandLine stands for a file in the Source of a value that an option gives.
const CommandLine = "command line"

// Source is the line that a value comes from.
type Source struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

// Shadowed is a line that loses, and why.
type Shadowed struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Value  string `json:"value"`
	Reason string `json:"reason"`
}

// Conditional is a line that wins only if something holds that cannot be
// known without running or asking something.
type Conditional struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Value     string `json:"value"`
	Condition string `json:"condition"`
}

// Setting is one value in force. A keyword that the program prints on several
// lines is several settings.
type Setting struct {
	Keyword     string        `json:"keyword"`           // lower case
	Value       string        `json:"value"`             // as the program prints it; times in seconds
	Problem     string        `json:"problem,omitempty"` // why the program uses no value although a line gives one
	Source      *Source       `json:"source,omitempty"`
	Default     bool          `json:"default"`
	Shadowed    []Shadowed    `json:"shadowed"`
	Conditional []Conditional `json:"conditional"`
	// Elsewhere is how many lines Shadowed lacks, see Request.MostElsewhere.
	Elsewhere int `json:"-"`
}

// Reader is one program. Resolve fails where the program would refuse the
// files; the error is in the program's words.
type Reader struct {
	Name    string
	Resolve func(Request) ([]Setting, error)
}

// Called is how messages name a reader: with those who have it inside.
func Called(name string) string {
	switch name {
	case "openssh":
		return "OpenSSH"
	case "net-ssh":
		return "net-ssh (Kamal, Capistrano)"
	case "go":
		return "go (github.com/kevinburke/ssh_config)"
	}
	return name
}

// Compare is the order in which readers list keywords: the keep-alive first,
// then by name.
func Compare(a, b string) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), strings.Compare(a, b))
}
