package probe

import (
	"fmt"
	"runtime"
	"strings"
)

// mostHops bounds a chain of jump hosts, which may go in a circle.
const mostHops = 8

// jumpArgs replace a ProxyJump by the command that ssh makes of it, with
// multiplexing off in it. ssh starts another ssh for a jump host, which gets
// nothing of our command line but -F (ssh.c). With ControlPath in its settings
// all sessions would share one connection to the jump host: what one of them
// sends ends the silence of all others, and the master may outlive us. Where no
// jump host shares connections there is nothing to replace. ssh on Windows has no
// multiplexing.
//
// The error is that of a chain without an end, which ssh would follow until there
// are no more processes.
func (r *run) jumpArgs(jump string) ([]string, error) {
	if jump == "" || jump == proxyCommand || runtime.GOOS == "windows" {
		return nil, nil
	}
	command, shared, err := r.jumpCommand(jump, mostHops)
	if err != nil || !shared || command == "" {
		return nil, err
	}
	return []string{"-o", "ProxyCommand=" + command}, nil
}

// jumpCommand is a ProxyCommand for a chain of jump hosts, and whether one of
// them shares connections. It is "" for a host that ssh does not take, which ssh
// itself then says better.
func (r *run) jumpCommand(jump string, most int) (command string, shared bool, err error) {
	if most == 0 {
		return "", false, fmt.Errorf("the jump hosts (ProxyJump) of %s go in a circle, or are more than %d: %s again; exclude them from the block, as in 'Host * !%s'", r.o.Host, mostHops, jump, jump)
	}
	before, last := cutLast(jump, ",")
	hop, host := hopArgs(last)
	hop = append(r.configFile(), hop...)
	out, err := r.shown(append(hop, "--", host))
	if err != nil {
		return "", false, nil
	}
	s := readSettings(out)
	shared = s.shared
	if before == "" && s.Jump != proxyCommand {
		before = s.Jump // of its own
	}
	words := append([]string{r.env.program(), "-o", "ControlMaster=no", "-o", "ControlPath=none"}, hop...)
	if before != "" {
		inner, innerShared, err := r.jumpCommand(before, most-1)
		if err != nil || inner == "" {
			return "", false, err
		}
		shared = shared || innerShared
		words = append(words, "-o", "ProxyCommand="+inner)
	}
	var b strings.Builder
	for _, word := range words {
		b.WriteString(proxyWord(word) + " ")
	}
	return b.String() + "-W '[%h]:%p' -- " + proxyWord(host), shared, nil
}

// cutLast cuts around the last separator; without one all is behind it.
func cutLast(text, separator string) (before, last string) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):]
	}
	return "", text
}

// hopArgs takes a jump host apart as `ssh -G` shows it: [user@]host[:port], an
// IPv6 address with a port in brackets.
func hopArgs(hop string) (args []string, host string) {
	user, host := cutLast(hop, "@")
	if user != "" {
		args = append(args, "-l", user)
	}
	if name, port := cutLast(host, ":"); name != "" && (!strings.Contains(name, ":") || strings.HasSuffix(name, "]")) {
		host = name
		args = append(args, "-p", port)
	}
	return args, strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
}

// configFile is the -F of the command line.
func (r *run) configFile() []string {
	for i := 0; i+1 < len(r.o.SSHArgs); i += 2 { // each is an option and its value
		if r.o.SSHArgs[i] == "-F" {
			return []string{"-F", r.o.SSHArgs[i+1]}
		}
	}
	return nil
}

// proxyWord is a word as a ProxyCommand has it: ssh expands percent signs in it,
// then the user's shell takes it apart, and before both ssh wants its quotes to be
// in pairs by its own rules (argv_split of misc.c), in which a backslash counts
// within quotes, too. These quotes mean the same to ssh, sh, csh and fish.
func proxyWord(word string) string {
	word = strings.ReplaceAll(word, "%", "%%")
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=@:") == "" && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'"'"'`) + "'"
}
