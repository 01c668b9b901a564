// Package openssh has to do with the OpenSSH that is installed on this machine:
// it asks ssh and sshd for their verdict on a file, and knows how the running
// sshd is told to read its files again.
//
// `ssh -G` executes what Match exec names and may look up host names; files in
// which it could do so are never shown to it, see MayAskClient.
package openssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// timeout bounds how long a program may take to look at a file. A variable so
// that tests need not wait.
var timeout = 20 * time.Second

// findServer looks for sshd, which is often not on the PATH of a user.
func findServer() string {
	if path, err := exec.LookPath("sshd"); err == nil {
		return path
	}
	for _, path := range []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// ValidateServer asks the installed sshd whether it would start with candidate
// in place of current. It returns nil where no sshd is installed, where sshd
// refuses current already (a newer keyword), where it cannot be run at all, and
// where its complaint is no verdict on the file: a missing privilege separation
// folder or host key. A program that is stopped, or does not answer in time, has
// not accepted the candidate, so that this is an error, too, unless the same
// happens with current.
func ValidateServer(current, candidate string) error {
	sshd := findServer()
	if sshd == "" {
		return nil
	}
	complaint, refused := testServer(sshd, candidate)
	if !refused {
		return nil
	}
	if candidate != current {
		if _, before := testServer(sshd, current); before {
			return nil
		}
	}
	return fmt.Errorf("sshd -t says: %s", strings.ReplaceAll(complaint, candidate, current))
}

// testServer runs `sshd -t -f file`.
func testServer(sshd, file string) (complaint string, refused bool) {
	complaint, refused = ask(exec.Command(sshd, "-t", "-f", file))
	return complaint, refused && !lacksFolder(complaint) && !strings.Contains(complaint, "no hostkeys available")
}

// lacksFolder recognizes a complaint about the machine, not about the file.
func lacksFolder(complaint string) bool {
	return strings.Contains(complaint, "Missing privilege separation directory")
}

// ask runs a program that judges a file, and returns what it says against it,
// as one line. It runs in a process group of its own, so that Ctrl-C is for us to
// handle. One that did not come to its end has not accepted the file.
func ask(cmd *exec.Cmd) (complaint string, refused bool) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	cmd.WaitDelay = time.Second
	setApart(cmd)
	if cmd.Start() != nil {
		return "", false
	}
	timer := time.AfterFunc(timeout, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	inTime := timer.Stop()
	var exit *exec.ExitError
	switch {
	case !inTime:
		return fmt.Sprintf("nothing within %d s", timeout/time.Second), true
	case err == nil || errors.Is(err, exec.ErrWaitDelay):
		return "", false
	case errors.As(err, &exit) && !exit.Exited():
		return "nothing, as it was stopped (" + exit.Error() + ")", true
	}
	if complaint = oneLine(stderr.String()); complaint == "" {
		complaint = err.Error()
	}
	return complaint, true
}

// oneLine joins the lines of a program's message.
func oneLine(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}

// serverReady reports why sshd would not come back if it were told to read its
// files again now. It is stricter than ValidateServer: an sshd that ends is
// worse than one that goes on with old settings. keeper says that a service
// manager makes the folder in /run when it starts sshd.
func serverReady(ctx context.Context, keeper bool) error {
	sshd := findServer()
	if sshd == "" {
		return errors.New("no sshd program was found that could check the files first")
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out, err := exec.CommandContext(ctx, sshd, "-t").CombinedOutput()
	complaint := oneLine(string(out))
	if err == nil || keeper && lacksFolder(complaint) {
		return nil
	}
	if complaint == "" {
		complaint = err.Error()
	}
	return fmt.Errorf("sshd -t says: %s", complaint)
}
