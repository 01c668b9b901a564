package main

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
)

//go:embed oracle.rb
var oracleSource string

// oracle is a Ruby that answers with the real net-ssh. One process answers
// all: starting one takes longer than a hundred answers.
type oracle struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	Ruby   string `json:"ruby"`
	NetSSH string `json:"net_ssh"`
	// Encoding is Ruby's locale: UTF-8, or the comparison means nothing.
	Encoding string `json:"encoding"`
}

// missingError says what has to be installed.
type missingError struct{ what, detail string }

func (e *missingError) Error() string {
	return e.what + " is not installed (Debian package ruby-net-ssh)" + e.detail
}

// startOracle runs Ruby in a UTF-8 locale and without the extensions that add
// lines to messages.
func startOracle() (*oracle, error) {
	ruby, err := exec.LookPath("ruby")
	if err != nil {
		return nil, &missingError{what: "ruby"}
	}
	if out, err := exec.Command(ruby, "-rnet/ssh", "-e", "").CombinedOutput(); err != nil {
		return nil, &missingError{what: "net-ssh", detail: ": " + string(out)}
	}
	o := &oracle{cmd: exec.Command(ruby, "-W0", "--disable=did_you_mean,error_highlight", "-e", oracleSource)}
	o.cmd.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "RUBYOPT=")
	o.cmd.Stderr = os.Stderr
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o.out = bufio.NewReader(out)
	if err := o.cmd.Start(); err != nil {
		return nil, err
	}
	if err := o.read(o); err != nil {
		return nil, err
	}
	if o.Encoding != "UTF-8" {
		return nil, fmt.Errorf("ruby reads files as %s in the locale C.UTF-8", o.Encoding)
	}
	return o, nil
}

func (o *oracle) read(answer any) error {
	text, err := o.out.ReadBytes('\n')
	if err != nil {
		return fmt.Errorf("ruby ended: %w", err)
	}
	return json.Unmarshal(text, answer)
}

// Close ends the process.
func (o *oracle) Close() error {
	o.in.Close()
	return o.cmd.Wait()
}

// verdict is what a reader makes of the files: options, or an exception.
type verdict struct {
	Options []string `json:"options,omitempty"`
	Class   string   `json:"class,omitempty"`
	Message string   `json:"message,omitempty"`
}

func (v verdict) String() string {
	if v.Class != "" {
		return v.Class + ": " + v.Message
	}
	return strings.Join(v.Options, " ")
}

// ask asks the real net-ssh.
func (o *oracle) ask(dir, home, host string, files []string) (verdict, error) {
	text, err := json.Marshal(map[string]any{"dir": dir, "home": home, "host": host, "files": files})
	if err != nil {
		return verdict{}, err
	}
	if _, err := o.in.Write(append(text, '\n')); err != nil {
		return verdict{}, err
	}
	var v verdict
	err = o.read(&v)
	return stable(v), err
}

var descriptor = regexp.MustCompile(`fd:\d+ `)

// stable takes out of an exception what differs from run to run, and what is
// not compared, with these reasons:
//   - EMFILE is what an endless Include ends in where the process may open fewer
//     files than Ruby's stack has room for.
//   - What Shellwords quotes in its message is not rebuilt letter by letter.
func stable(v verdict) verdict {
	if v.Class == "Errno::EMFILE" {
		return verdict{Class: "SystemStackError", Message: "stack level too deep"}
	}
	v.Message = descriptor.ReplaceAllString(v.Message, "")
	if strings.HasPrefix(v.Message, "Unmatched quote:") {
		v.Message = "Unmatched quote:"
	}
	return v
}
