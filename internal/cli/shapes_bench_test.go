//go:build unix

package cli

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// shape is a kind of file that some way of reading it would take the square of its
// size for, or worse. text makes about so many bytes of it.
type shape struct {
	name string
	args string // of sshvet, in a folder with the file config
	text func(bytes int) string
}

// slowShapes are those that were found to take too long, each with what made it so.
var slowShapes = []shape{
	// Lines that lose: each was looked at in a resolving of its own.
	{"lines of one keyword", checkClient, lines("User u%d\n")},
	{"lines of one keyword, fix", fixClient, lines("User u%d\n")},
	{"blocks of one host", checkClient, lines("Host web1\n  User u%d\n")},
	{"blocks for all hosts", checkClient, lines("Host *\n  User u%d\n")},
	{"blocks of the same value", checkClient, lines("Host web1\n  User u\n  Port 22\n")},
	{"two blocks of the same hosts", checkClient, func(n int) string {
		names := list("h%d ", n/2)
		return "Host " + names + "\n  User a\nHost " + names + "\n  User b\n"
	}},

	// Patterns: each was tried for each host.
	{"wildcard blocks and hosts", checkClient, func(n int) string {
		return list("Host h%d*\n  User u\n", n/2) + list("Host h%d\n  Port 22\n", n/2)
	}},
	{"wildcard blocks, fix", fixClient, lines("Host *.h%d.example\n  User u\n")},
	{"a Host line of wildcards, fix", fixClient, line("Host ", "h%d* ", "\n  ServerAliveInterval 600\n")},
	{"a Host line of negations", checkClient, line("Host * ", "!h%d g%d ", "\n  ServerAliveInterval 600\n")},
	{"a Match list of hosts", checkClient, line("Match host ", "h%d,", "x\n  ServerAliveInterval 600\n")},
	{"a Match list of wildcards", checkClient, line("Match host ", "h%d*,", "x\n  ServerAliveInterval 600\n")},
	{"a Match list of negations", checkClient, line("Match host *,", "!h%d,", "!x\n  ServerAliveInterval 600\n")},
	{"host names and Match host", checkClient, func(n int) string {
		return list("Host h%d\n  HostName g%d\n", n/2) + list("Match host g%d*\n  User u\n", n/2)
	}},

	// Match blocks that are undecided: each was tried for each host, and held
	// against all others.
	{"undecided blocks", checkClient, lines("Match exec t%d\n  ForwardAgent no\n")},
	{"undecided blocks and hosts", checkClient, func(n int) string {
		return list("Match exec t%d\n  ForwardAgent no\n", n/2) + list("Host h%d\n  Port 2%d\n", n/2)
	}},
	{"undecided keep-alive", checkClient, lines("Match localuser u%d\n  ServerAliveInterval 600\n")},
	{"undecided keep-alive and hosts", checkClient, func(n int) string {
		return list("Match localuser u%d\n  ServerAliveInterval 600\n", n) + list("Host h%d\n  Port 2%d\n", 4000)
	}},
	{"undecided keep-alive and hosts, fix", fixClient, func(n int) string {
		return list("Match localuser u%d\n  ServerAliveInterval 600\n", n) + list("Host h%d\n  Port 2%d\n", 4000)
	}},
	{"Match blocks of a server", checkServer, lines("Match User u%d\n  ClientAliveInterval 600\n")},
	{"criteria of one line", checkClient, line("Match ", "host h ", "\n  User u\n")},

	// Values that count once: each was compared with all before it.
	{"Subsystem", checkServer, lines("Subsystem s%d /x\n")},
	{"IdentityFile, explain", explainClient, lines("IdentityFile f%d\n")},
	{"SetEnv in one line", checkClient, line("SetEnv ", "A%d=b ", "\n")},

	// What is refused: each line was read again with the whole file, or held
	// against each host.
	{"no-break spaces", checkServer, lines("\u00a0ClientAliveInterval %d\n")},
	{"byte-order marks", checkClient, lines("\ufeffUser x%d\n")},
	{"unknown keywords", checkClient, lines("Fooo%d yes\n")},
	{"lines left, fix", fixClient, lines("a%d\n")},
	{"lines of a letter, fix", fixClient, lines("a\n")},
	{"unknown keywords that are excused", checkClient, func(n int) string {
		return "IgnoreUnknown " + list("Foo%d,", n/3) + "x\n" + list("Host h%d\n  Foo%d x\n", n*2/3)
	}},
	{"hosts and values that are refused, fix", fixClient, func(n int) string {
		return list("Host h%d\n", n/2) + list("  ServerAliveInterval -1\n", n/2)
	}},
	{"names that share a weak count, fix", fixClient, func(n int) string {
		return list("Host h%d g%d\n  ServerAliveInterval 2%d\n", n) + "Host g*\n  ServerAliveCountMax 4\n"
	}},
	{"Host lines without a name, fix", fixClient, lines("Host\n")},
	{"one missing Include, fix", fixClient, lines("Include one\n")},
	{"brackets of an Include", checkClient, line("Include ", "[", "\n")},
}

// comparedShapes are shapes for the rules that ask the readers of other programs. Each
// block was asked for each keyword of each host, and all lines that lose were explained.
var comparedShapes = []shape{
	{"wildcards, compared with Go", checkGo, lines("Host *a*b*c*%d\n  User x\n")},
	{"many stars, compared with Go", checkGo, func(n int) string {
		return "Host " + strings.Repeat("a", 1000) + "\n  User x\n" + list("Host *"+strings.Repeat("a*", 50)+"b%d\n  User y\n", n)
	}},
	{"hosts, compared with net-ssh", checkNetSSH, lines("Host h%d\n  User x\n")},
}

// folderShape is a shape of several files, by their paths.
type folderShape struct {
	name, args string
	files      func(bytes int) map[string]string
}

// folderShapes are deployments and what else takes more than one file. Each host was
// held against all others, or against each line.
var folderShapes = []folderShape{
	{"deploy hosts and their blocks", checkDeploy, func(n int) map[string]string {
		return map[string]string{
			"deploy.yml": "servers:\n" + list("  - h%d\n", n/2) + "ssh:\n  config: ssh_config\n",
			"ssh_config": list("Host h%d\n  ServerAliveCountMax %d\n", n/2),
		}
	}},
	{"deploy hosts and wildcards", checkDeploy, func(n int) map[string]string {
		return map[string]string{
			"deploy.yml": "servers:\n" + list("  - h%d\n", n/2) + "ssh:\n  config: ssh_config\n",
			"ssh_config": list("Host *%d\n  User u\n", n/2),
		}
	}},
	{"jump hosts", checkDeploy, func(n int) map[string]string {
		return map[string]string{"deploy.yml": "servers: [web1]\nssh:\n  proxy: " + list("h%d,", n) + "x\n"}
	}},
	{"jump hosts of deploy hosts", checkDeploy, func(n int) map[string]string {
		return map[string]string{
			"deploy.yml": "servers:\n" + list("  - h%d\n", n/2) + "ssh:\n  config: ssh_config\n",
			"ssh_config": "Host *\n  ProxyJump " + list("j%d,", n/2) + "j\n",
		}
	}},
	{"accessories and roles", checkDeploy, func(n int) map[string]string {
		return map[string]string{"deploy.yml": "servers:\n" + list("  r%d: [h%d]\n", n/2) + "accessories:\n" + list("  a%d:\n    role: r%d\n", n/2)}
	}},
	{"hosts of kamal config", checkDeploy + " --kamal-config dump", func(n int) map[string]string {
		return map[string]string{"deploy.yml": "servers: [web1]\n", "dump": "---\n:hosts:\n" + list("- h%d\n", n)}
	}},
	{"drop-in and Match blocks", "fix --drop-in --diff --root . etc/ssh/sshd_config", func(n int) map[string]string {
		return map[string]string{
			"etc/ssh/sshd_config":          "Include /etc/ssh/sshd_config.d/*.conf\n" + list("Match User u%d\n  ClientAliveInterval 0\n", n),
			"etc/ssh/sshd_config.d/a.conf": "X11Forwarding no\n",
		}
	}},
	{"words of .sshvet.yaml", "check --kind client config", func(n int) map[string]string {
		return map[string]string{".sshvet.yaml": "ignore: [" + list("slow-keepalive, ", n/4) + "slow-keepalive]\n", "config": "Host a\n"}
	}},
}

const (
	checkDeploy   = "kamal -c deploy.yml"
	checkClient   = "check --kind client config"
	checkServer   = "check --kind server config"
	fixClient     = "fix --diff --kind client config"
	fixServer     = "fix --diff --kind server config"
	explainClient = "explain -F config web1"
	checkGo       = "check --select go-divergence --kind client config"
	checkNetSSH   = "check --select net-ssh-divergence --kind client config"
)

// list repeats a format, with the number of the turn for each %d of it.
func list(format string, bytes int) string {
	var b strings.Builder
	for i := 0; b.Len() < bytes; i++ {
		b.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(i)))
	}
	return b.String()
}

func lines(format string) func(int) string {
	return func(bytes int) string { return list(format, bytes) }
}

func line(before, format, behind string) func(int) string {
	return func(bytes int) string { return before + list(format, bytes) + behind }
}

// BenchmarkShapes takes the processor time for three sizes of each shape, of which
// each has ten times as many bytes as the one before. The time may grow twelvefold
// from one to the next. A process of its own collects garbage more rarely, uses two
// processors, and takes less than a second for 1 MB.
func BenchmarkShapes(b *testing.B) {
	for _, s := range slices.Concat(slowShapes, comparedShapes) {
		benchmarkGrowth(b, s.name, s.args, 1_000_000, func(bytes int) { writeConfig(b, s.text(bytes)) })
	}
	for _, s := range folderShapes {
		benchmarkGrowth(b, s.name, s.args, 1_000_000, func(bytes int) { writeFiles(b, s.files(bytes)) })
	}
}

func writeFiles(b *testing.B, files map[string]string) {
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGrowth does the same with files that are large for a reason, up to the
// size that the targets name or beyond.
func BenchmarkGrowth(b *testing.B) {
	times := func(format string) func(int) string {
		return func(n int) string {
			var b strings.Builder
			for i := range n {
				b.WriteString(strings.ReplaceAll(format, "%d", strconv.Itoa(i)))
			}
			return b.String()
		}
	}
	for _, g := range []struct {
		name, args string
		most       int // of whatever is counted
		text       func(n int) string
	}{
		{"wildcard blocks and hosts", checkClient, 100_000, times("Host web%d-*\n  User deploy\nHost web%d-1\n  Port 2222\n")},
		{"Match blocks of a server", checkServer, 10_000, times("Match User u%d\n  ClientAliveInterval 600\n")},
		{"Match blocks of a server, fix", fixServer, 10_000, times("Match User u%d\n  ClientAliveInterval 600\n")},
		{"bytes in a line", checkClient, 10_000_000, func(n int) string { return "ProxyCommand " + strings.Repeat("x", n) + "\n" }},
		{"comment lines", checkClient, 1_000_000, times("# comment %d\n")},
	} {
		benchmarkGrowth(b, g.name, g.args, g.most, func(n int) { writeConfig(b, g.text(n)) })
	}
	benchmarkGrowth(b, "included files", checkClient, 5000, func(n int) {
		writeConfig(b, "Include \""+mustGetwd(b)+"/conf.d/*\"\n"+keptAlive)
		if err := os.MkdirAll("conf.d", 0o700); err != nil {
			b.Fatal(err)
		}
		for i := range n {
			name := filepath.Join("conf.d", strconv.Itoa(i))
			if err := os.WriteFile(name, []byte("Host inc"+strconv.Itoa(i)+"\n  User deploy\n"), 0o600); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func writeConfig(b *testing.B, text string) {
	if err := os.WriteFile("config", []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
}

func mustGetwd(b *testing.B) string {
	wd, err := os.Getwd()
	if err != nil {
		b.Fatal(err)
	}
	return wd
}

// benchmarkGrowth times a command on a file of three sizes, the largest last, in an
// empty folder.
func benchmarkGrowth(b *testing.B, name, args string, most int, write func(size int)) {
	b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
		b.Chdir(b.TempDir())
		b.Setenv("HOME", filepath.Dir(b.TempDir()))
		var took [3]time.Duration
		for b.Loop() {
			for i, size := range []int{most / 100, most / 10, most} {
				write(size)
				took[i] += processorTime(b, func() {
					Run(append([]string{"sshvet"}, strings.Fields(args)...), os.Stdin, io.Discard, io.Discard)
				})
			}
		}
		b.ReportMetric(0, "ns/op") // of all three: it says nothing
		b.ReportMetric(float64(took[2].Milliseconds())/float64(b.N), "ms")
		b.ReportMetric(float64(took[1])/float64(took[0]), "x-first-tenfold")
		b.ReportMetric(float64(took[2])/float64(took[1]), "x-second-tenfold")
	})
}

// processorTime is how long all processors work for f together.
func processorTime(b *testing.B, f func()) time.Duration {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			b.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	f()
	return used() - before
}
