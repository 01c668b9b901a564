// Package openssh runs the installed OpenSSH programs where their verdict on a
// file is wanted. It is never used on files that are not to be trusted:
// `ssh -G` executes what Match exec names.
package openssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// timeout bounds how long a program may take to look at a file.
const timeout = 20 * time.Second

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
// refuses current already (a newer keyword), and where its complaint is no
// verdict on the file: a missing privilege separation folder or host key.
func ValidateServer(current, candidate string) error {
	sshd := findServer()
	if sshd == "" {
		return nil
	}
	complaint, err := testFile(sshd, candidate)
	if err == nil {
		return nil
	}
	if candidate != current {
		if _, before := testFile(sshd, current); before != nil {
			return nil
		}
	}
	return fmt.Errorf("sshd -t says: %s", strings.ReplaceAll(complaint, candidate, current))
}

// testFile runs `sshd -t -f file`.
func testFile(sshd, file string) (complaint string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, sshd, "-t", "-f", file)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err = cmd.Run()
	text := strings.TrimSpace(strings.ReplaceAll(stderr.String(), "\r\n", "; "))
	if err == nil || noVerdict(text) {
		return "", nil
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return "", nil // it could not be run at all
	}
	return strings.TrimSuffix(strings.ReplaceAll(text, "\n", "; "), ";"), err
}

// noVerdict: these say something about the machine, not about the file.
func noVerdict(text string) bool {
	return strings.Contains(text, "Missing privilege separation directory") ||
		strings.Contains(text, "no hostkeys available")
}

// ReloadCommand is how sshd on this machine is told to read its files again.
func ReloadCommand() string {
	switch {
	case runtime.GOOS == "darwin":
		return "sudo launchctl kickstart -k system/com.openssh.sshd"
	case exists("/run/systemd/system"):
		for _, unit := range []string{"ssh", "sshd"} {
			for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
				if exists(dir + "/" + unit + ".service") {
					return "sudo systemctl reload " + unit
				}
			}
		}
	case exists("/sbin/openrc-run"):
		return "sudo rc-service sshd reload"
	case exists("/etc/init.d/ssh"):
		return "sudo service ssh reload"
	}
	return "sudo systemctl reload sshd (or ssh, as the service is named there)"
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
