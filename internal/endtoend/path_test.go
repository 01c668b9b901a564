package endtoend

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The addresses, out of the ranges for documentation. All paths have the same:
// each is a network by itself.
const (
	clientAddress = "192.0.2.2"
	clientGateway = "192.0.2.1"
	serverGateway = "198.51.100.1"
	serverAddress = "198.51.100.2"
)

// tcpRetries is tcp_retries2 of client and server: TCP gives up at the first
// repetition after 6.2 s.
const tcpRetries = "4"

// path is three network namespaces in a row: client, router, server.
type path struct {
	*programs
	client, router, server string
}

// newPath makes a path that forgets a TCP flow after some time of silence. It is
// gone after the test. Names hold the number of this process, so that runs at
// the same time do not meet.
func newPath(t *testing.T, programs *programs, number int, forget time.Duration) *path {
	t.Helper()
	name := fmt.Sprintf("sshvet-%d-%d-", os.Getpid(), number)
	p := &path{programs: programs, client: name + "client", router: name + "router", server: name + "server"}
	t.Cleanup(func() { p.remove(t) })
	for _, ns := range []string{p.client, p.router, p.server} {
		p.must(t, "", p.ip, "netns", "add", ns)
	}
	p.must(t, p.cables(), p.ip, "-batch", "-")
	p.must(t, clientNet, p.ip, "-n", p.client, "-batch", "-")
	p.must(t, routerNet, p.ip, "-n", p.router, "-batch", "-")
	p.must(t, serverNet, p.ip, "-n", p.server, "-batch", "-")
	p.must(t, forgetful, p.ip, "netns", "exec", p.router, p.nft, "-f", "-")
	// conntrack_tcp_loose is off, or a packet in the middle of a flow would
	// begin it again.
	p.sysctl(t, p.router, map[string]string{
		"net/ipv4/ip_forward":                                "1",
		"net/netfilter/nf_conntrack_tcp_loose":               "0",
		"net/netfilter/nf_conntrack_tcp_timeout_established": seconds(forget),
	})
	p.sysctl(t, p.client, map[string]string{"net/ipv4/tcp_retries2": tcpRetries})
	p.sysctl(t, p.server, map[string]string{"net/ipv4/tcp_retries2": tcpRetries})
	return p
}

// cables join the namespaces, in the language of ip -batch.
func (p *path) cables() string {
	cable := func(ns, end string) string {
		return fmt.Sprintf("link add wire netns %s type veth peer name %s netns %s\n", ns, end, p.router)
	}
	return cable(p.client, "left") + cable(p.server, "right")
}

// What is set up in each namespace, in the same language.
const (
	clientNet = `
addr add ` + clientAddress + `/24 dev wire
link set wire up
route add default via ` + clientGateway + `
`
	serverNet = `
addr add ` + serverAddress + `/24 dev wire
link set wire up
route add default via ` + serverGateway + `
`
	routerNet = `
addr add ` + clientGateway + `/24 dev left
addr add ` + serverGateway + `/24 dev right
link set left up
link set right up
`
)

// forgetful are the rules of the router. What belongs to no flow that it
// knows is dropped in silence.
const forgetful = `
table inet path {
	counter forgotten { }
	chain forward {
		type filter hook forward priority 0; policy accept;
		ct state invalid counter name forgotten drop
	}
}
`

// must runs a command that makes the path. If it fails, namespaces are not
// permitted here, or the kernel has no connection tracking.
func (p *path) must(t *testing.T, stdin, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		unable(t, fmt.Sprintf("cannot make network namespaces: %s %s: %v: %s",
			program, strings.Join(args, " "), err, bytes.TrimSpace(out)))
	}
}

// sysctl sets values of one namespace. /proc/sys/net shows that of the process
// that opens it.
func (p *path) sysctl(t *testing.T, ns string, values map[string]string) {
	t.Helper()
	var script strings.Builder
	for name, value := range values {
		fmt.Fprintf(&script, "echo %s >/proc/sys/%s || exit 1\n", value, name)
	}
	p.must(t, "", p.ip, "netns", "exec", ns, p.sh, "-c", script.String())
}

// command is a program that runs in a namespace. `ip` becomes the program, so
// that what kills one kills the other.
func (p *path) command(ctx context.Context, ns, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.ip, append([]string{"netns", "exec", ns, program}, args...)...)
	cmd.WaitDelay = time.Second
	return cmd
}

var countedPackets = regexp.MustCompile(`packets (\d+)`)

// dropped is how many packets of forgotten flows met the router so far.
func (p *path) dropped() (int, error) {
	out, err := exec.Command(p.ip, "netns", "exec", p.router, p.nft, "list", "counter", "inet", "path", "forgotten").CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("nft: %w: %s", err, out)
	}
	match := countedPackets.FindSubmatch(out)
	if match == nil {
		return 0, fmt.Errorf("nft shows no counter: %s", out)
	}
	return strconv.Atoi(string(match[1]))
}

// remove ends what still runs in the namespaces, which only this test has
// started, and takes them away.
func (p *path) remove(t *testing.T) {
	for _, ns := range []string{p.client, p.server, p.router} {
		if _, err := os.Stat("/run/netns/" + ns); err != nil {
			continue // it was never made
		}
		pids, _ := exec.Command(p.ip, "netns", "pids", ns).Output()
		for _, field := range strings.Fields(string(pids)) {
			if pid, err := strconv.Atoi(field); err == nil {
				if process, err := os.FindProcess(pid); err == nil {
					process.Kill()
				}
			}
		}
		if out, err := exec.Command(p.ip, "netns", "del", ns).CombinedOutput(); err != nil {
			t.Errorf("ip netns del %s: %v: %s", ns, err, out)
		}
	}
}
