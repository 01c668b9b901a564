package probe

import (
	"runtime"
	"strings"
)

// mostHops bounds a chain of jump hosts, which may go in a circle.
const mostHops = 8

// jumpArgs replace a ProxyJump by the command that ssh makes of it, with
// multiplexing off in it. ssh starts another ssh for a jump host, which gets
// nothing of our command line but -F (ssh.c). With ControlMaster in its settings
// all sessions would share one connection to the jump host, in which what one of
// them sends ends the silence of the others, and its master would outlive us. Where
// no jump host shares connections there is nothing to replace. ssh on Windows has
// no multiplexing.
func (r *run) jumpArgs(jump string) []string {
	if jump == "" || runtime.GOOS == "windows" {
		return nil
	}
	command, shared := r.jumpCommand(jump, mostHops)
	if !shared || command == "" {
		return nil
	}
	return []string{"-o", "ProxyCommand=" + command}
}

// jumpCommand is a ProxyCommand for a chain of jump hosts, and whether one of
// them shares connections. It is "" for a chain that is too long, and for a host
// that ssh does not take: ssh then says it better.
func (r *run) jumpCommand(jump string, most int) (command string, shared bool) {
	before, last := "", jump
	if i := strings.LastIndexByte(jump, ','); i >= 0 {
		before, last = jump[:i], jump[i+1:]
	}
	args := append(r.configFile(), hopArgs(last)...)
	shown, err := r.shown(args)
	if most == 0 || err != nil {
		return "", false
	}
	settings := readSettings(shown)
	shared = settings.shared
	if before == "" && settings.Jump != proxyCommand {
		before = settings.Jump
	}
	words := []string{r.env.program(), "-o", "ControlMaster=no", "-o", "ControlPath=none"}
	if before != "" {
		inner, innerShared := r.jumpCommand(before, most-1)
		if inner == "" {
			return "", false
		}
		shared = shared || innerShared
		words = append(words, "-o", "ProxyCommand="+inner)
	}
	for i, word := range append(words, args...) {
		if i > 0 {
			command += " "
		}
		// ssh expands percent signs, then a shell reads the words.
		command += quoteWord(strings.ReplaceAll(word, "%", "%%"))
	}
	return command[:len(command)-len(quoteWord(hopName(args)))] + "-W '[%h]:%p' " + quoteWord(hopName(args)), shared
}
