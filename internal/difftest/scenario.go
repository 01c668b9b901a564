// Command difftest finds places where sshvet's reader and the real programs
// differ: it makes up configurations, asks the installed ssh and sshd what
// they make of them, asks internal/resolve the same, and shrinks what differs
// to a few lines.
//
//	go run ./internal/difftest -n 100000 -side client -seed 1
//
// It never generates anything that the programs would execute, resolve or
// look up on a network.
package main

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/sshvet/sshvet/internal/keyword"
)

// dirMark stands for the folder of a scenario in files and answers.
const dirMark = "@DIR@"

// mainFile is the file that the program is given; home is its $HOME.
const (
	mainFile = "config"
	homeDir  = "home"
)

// Scenario is a set of files and the questions asked about them.
type Scenario struct {
	Side    keyword.Side
	Files   []File
	Queries []Query
}

// File is one entry of the scenario's folder: a regular file, a folder, or a
// link. Its name is relative to the folder.
type File struct {
	Name string
	Data Text        `json:",omitempty"`
	Mode fs.FileMode `json:",omitempty"` // 0 is 0644
	Link string      `json:",omitempty"`
	Dir  bool        `json:",omitempty"`
}

// Query is one question. Host, User and Options are ssh's; Spec is sshd's -C,
// "-" for none.
type Query struct {
	Host    string   `json:",omitempty"`
	User    string   `json:",omitempty"`
	Options []string `json:",omitempty"`
	Spec    string   `json:",omitempty"`
}

// Text is file content. In JSON it is a string where it is UTF-8 without NUL
// and CR, else {"base64": …}.
type Text string

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) && !strings.ContainsAny(string(t), "\x00\r\f\ufeff") {
		return json.Marshal(string(t))
	}
	return json.Marshal(map[string]string{"base64": base64.StdEncoding.EncodeToString([]byte(t))})
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *Text) UnmarshalJSON(data []byte) error {
	var plain string
	if json.Unmarshal(data, &plain) == nil {
		*t = Text(plain)
		return nil
	}
	var object struct{ Base64 []byte }
	if err := json.Unmarshal(data, &object); err != nil {
		return err
	}
	*t = Text(object.Base64)
	return nil
}

// Write empties dir and puts the scenario's files there.
func (s *Scenario) Write(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, homeDir, ".ssh"), 0o755); err != nil {
		return err
	}
	for i := range s.Files {
		if err := s.Files[i].write(dir); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) write(dir string) error {
	path := filepath.Join(dir, f.Name)
	if f.Dir {
		return os.MkdirAll(path, 0o755)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	if f.Link != "" {
		return os.Symlink(strings.ReplaceAll(f.Link, dirMark, dir), path)
	}
	data := strings.ReplaceAll(string(f.Data), dirMark, dir)
	if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
		return err
	}
	if f.Mode == 0 {
		return nil
	}
	return os.Chmod(path, f.Mode)
}
