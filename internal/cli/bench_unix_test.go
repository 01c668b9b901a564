//go:build unix

package cli

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The benchmarks time whole processes, and sshvet against `ssh -G` on the same
// file in the same run: the metric that counts is the ratio.
//
//	go test -run '^$' -bench . ./internal/cli

const usualConfig = `Host bastion
  HostName bastion.example.com
  User admin
  IdentityFile ~/.ssh/id_ed25519

Host web1 web2 db
  User deploy
  ProxyJump bastion

Host *
  ServerAliveInterval 60
  ServerAliveCountMax 240
  ControlMaster auto
  ControlPath ~/.ssh/cm-%C
`

// BenchmarkCheckUsual: the target is a ratio of at most 0.6.
func BenchmarkCheckUsual(b *testing.B) { benchmarkCheck(b, usualConfig, "web1") }

// BenchmarkCheckLarge checks every alias of 100,000 Host blocks, while ssh -G
// evaluates one of them: the target is a ratio of at most 0.5, in memory below
// 4 times the file.
func BenchmarkCheckLarge(b *testing.B) {
	var text strings.Builder
	for i := range 100000 {
		fmt.Fprintf(&text, "Host host%06d\n  HostName 10.%d.%d.%d\n  User deploy\n  Port 2222\n  IdentityFile ~/.ssh/id_ed25519\n"+
			"  StrictHostKeyChecking accept-new\n  ForwardAgent no\n\n", i, i>>16, i>>8&255, i&255)
	}
	text.WriteString("Host *\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n")
	benchmarkCheck(b, text.String(), "host000005")
}

func benchmarkCheck(b *testing.B, config, host string) {
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		b.Skip("ssh is not installed (Debian package openssh-client)")
	}
	dir := b.TempDir()
	file := filepath.Join(dir, "config")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	program := filepath.Join(dir, "sshvet")
	build := exec.Command("go", "build", "-o", program, "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as README.md says, and as releases are
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	var ours, theirs time.Duration
	var peak int64
	for b.Loop() {
		t, rss := run(b, program, "check", "--quiet", "--kind", "client", file)
		ours += t
		peak = max(peak, rss)
		t, _ = run(b, ssh, "-G", "-F", file, host)
		theirs += t
	}
	b.ReportMetric(float64(ours)/float64(theirs), "of-ssh-G")
	b.ReportMetric(float64(peak)/float64(len(config)), "peak-of-file")
}

// run times a process and tells its peak memory in bytes.
func run(b *testing.B, name string, args ...string) (time.Duration, int64) {
	cmd := exec.Command(name, args...)
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatal(err)
	}
	elapsed := time.Since(start)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || runtime.GOOS != "linux" {
		return elapsed, 0
	}
	return elapsed, usage.Maxrss * 1024
}
