//go:build unix

package cli

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// The benchmarks time whole processes, and sshvet against `ssh -G` and `wc -l` on
// the same file in the same run: the metrics that count are the ratios.
// docs/performance.md has the targets and what was measured.
//
//	bench/run                                             # all, compared with the last figures kept
//	go test -run '^$' -bench Process ./internal/cli       # these

// usualConfig is the file of somebody with 25 hosts.
func usualConfig(b *bufio.Writer) {
	b.WriteString("Host bastion\n  HostName bastion.example.com\n  User admin\n  IdentityFile ~/.ssh/id_ed25519\n\n")
	for i := range 24 {
		fmt.Fprintf(b, "Host web%d w%d\n  HostName 10.0.0.%d\n  User deploy\n  Port 2222\n  ProxyJump bastion\n\n", i, i, i)
	}
	b.WriteString(keptAlive + "  ControlMaster auto\n  ControlPath ~/.ssh/cm-%C\n")
}

const keptAlive = "Host *\n  ServerAliveInterval 60\n  ServerAliveCountMax 240\n"

// inventory is a file of 100,000 blocks with two aliases each, as people generate
// it: 14.6 MB. Every so manieth block has the additional line.
func inventory(b *bufio.Writer, every int, line string) {
	for i := range 100000 {
		fmt.Fprintf(b, "Host host%06d alias%06d\n  HostName 10.%d.%d.%d\n  User deploy\n  Port 2222\n  IdentityFile ~/.ssh/id_ed25519\n", i, i, i>>16, i>>8&255, i&255)
		if i%3 < every {
			b.WriteString(line)
		} else {
			b.WriteString("  StrictHostKeyChecking accept-new\n")
		}
		b.WriteString("\n")
	}
}

// BenchmarkProcess runs the tasks that have a target.
func BenchmarkProcess(b *testing.B) {
	missing := func(w *bufio.Writer) { inventory(w, 0, "") }
	large := func(w *bufio.Writer) { missing(w); w.WriteString(keptAlive) }
	weak := func(w *bufio.Writer) { inventory(w, 2, "  ServerAliveInterval 0\n"); w.WriteString(keptAlive) }
	for _, task := range []struct {
		name   string
		config func(*bufio.Writer)
		host   string // that ssh -G is asked about
		exit   int
		args   []string
	}{
		{"check/usual", usualConfig, "web1", 0, []string{"check", "--quiet", "--kind", "client"}},
		{"check/large", large, "host000005", 0, []string{"check", "--quiet", "--kind", "client"}},
		{"check/weak-text", weak, "host000005", 1, []string{"check", "--quiet", "--kind", "client"}},
		{"check/weak-json", weak, "host000005", 1, []string{"check", "--quiet", "--kind", "client", "--format", "json"}},
		{"explain/large", large, "host000005", 0, []string{"explain", "host050000", "-F"}},
		{"fix/missing", missing, "host000005", 1, []string{"fix", "--diff", "--kind", "client"}},
		{"fix/weak", weak, "host000005", 1, []string{"fix", "--diff", "--kind", "client"}},
	} {
		b.Run(task.name, func(b *testing.B) {
			program, ssh := programs(b)
			file, size := written(b, task.config)
			var ours, theirs, counting []time.Duration
			var peak int64
			for b.Loop() {
				t, rss := run(b, task.exit, program, append(task.args, file)...)
				ours, peak = append(ours, t), max(peak, rss)
				t, _ = run(b, 0, ssh, "-G", "-F", file, task.host)
				theirs = append(theirs, t)
				t, _ = run(b, 0, "wc", "-l", file)
				counting = append(counting, t)
			}
			b.ReportMetric(median(ours)/median(theirs), "of-ssh-G")
			b.ReportMetric(median(ours)/median(counting), "of-wc-l")
			b.ReportMetric(float64(peak)/float64(size), "peak-of-file")
		})
	}
}

// BenchmarkManyFiles checks 10,000 files in one run: with two processors against
// one.
func BenchmarkManyFiles(b *testing.B) {
	program, _ := programs(b)
	dir := b.TempDir()
	for i := range 10000 {
		name := filepath.Join(dir, fmt.Sprintf("host%05d", i), "etc", "ssh", "sshd_config")
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			b.Fatal(err)
		}
		text := "PermitRootLogin no\nClientAliveInterval 60\nClientAliveCountMax 240\n\nMatch User git\n  PasswordAuthentication no\n"
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	var one, all time.Duration
	for b.Loop() {
		b.Setenv("GOMAXPROCS", "1")
		t, _ := run(b, 0, program, "check", "--quiet", dir)
		one += t
		b.Setenv("GOMAXPROCS", "")
		t, _ = run(b, 0, program, "check", "--quiet", dir)
		all += t
	}
	b.ReportMetric(float64(one)/float64(all), "times-as-fast-on-all")
	b.ReportMetric(float64(all.Milliseconds())/float64(b.N), "ms/run")
}

// written puts a configuration into a file. It never holds the whole: the peak
// memory of a child counts from what its parent had.
func written(b *testing.B, config func(*bufio.Writer)) (name string, size int64) {
	f, err := os.Create(filepath.Join(b.TempDir(), "config"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriter(f)
	config(w)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	return f.Name(), info.Size()
}

// programs builds sshvet as releases are built, and finds ssh.
func programs(b *testing.B) (sshvet, ssh string) {
	b.Helper()
	ssh, err := exec.LookPath("ssh")
	if err != nil {
		b.Skip("ssh is not installed (Debian package openssh-client)")
	}
	sshvet = filepath.Join(b.TempDir(), "sshvet")
	build := exec.Command("go", "build", "-trimpath", "-tags", "urfave_cli_no_docs", "-ldflags", "-s -w", "-o", sshvet, "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		b.Fatalf("go build: %v\n%s", err, out)
	}
	return installed(b, sshvet), ssh
}

// installed copies a program, as those who install it do. What the linker has
// left in memory is in pages of 4 KiB, which are mapped one by one: a process of
// that file begins up to a fifth more slowly (Linux 6.18, ext4) than of one that
// was written in large pieces, as ssh was.
func installed(b *testing.B, program string) string {
	name := program + "-installed"
	out, err := exec.Command("cp", program, name).CombinedOutput()
	if err != nil {
		b.Fatalf("cp: %v\n%s", err, out)
	}
	return name
}

// median is what the ratios are made of: on a shared machine single runs of a few
// milliseconds take twice as long, and a mean would tell of them.
func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2]+times[(len(times)-1)/2]) / 2
}

// run times a process that has to end with an exit code, and tells its peak
// memory in bytes. What it writes goes nowhere; complaints go into a file, as a
// pipe would have to be emptied by the benchmark while it takes the time.
func run(b *testing.B, exit int, name string, args ...string) (time.Duration, int64) {
	complaint, err := os.Create(filepath.Join(b.TempDir(), "stderr"))
	if err != nil {
		b.Fatal(err)
	}
	defer complaint.Close()
	cmd := exec.Command(name, args...)
	cmd.Stderr = complaint
	start := time.Now()
	err = cmd.Run()
	elapsed := time.Since(start)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) || cmd.ProcessState.ExitCode() != exit {
		said, _ := os.ReadFile(complaint.Name())
		b.Fatalf("%s %q: %v\n%s", name, args, err, said)
	}
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || runtime.GOOS != "linux" {
		return elapsed, 0
	}
	return elapsed, usage.Maxrss * 1024
}
