package main

import (
	"os/user"
	"strings"

	"github.com/sshvet/sshvet/internal/pattern"
)

// exception says why a keyword's value is not compared as it stands.
type exception struct {
	why        string
	skip       bool // not compared at all
	notPrinted bool // the dump leaves it out
	// noneIsNothing: the dump prints "none" in a Match block, nothing outside
	noneIsNothing bool
	// adapt turns the reader's items into what the dump prints; set tells
	// whether a line sets them.
	adapt func(r *Reader, q Query, v *Verdict, items []string, set bool) ([]string, bool)
}

// exceptions lists, by side, every keyword that the dump computes or expands
// at run time, with the reason.
var exceptions = [2]map[string]exception{
	{
		"hostname": {why: "the dump expands %h and lowers it", adapt: func(_ *Reader, _ Query, v *Verdict, _ []string, _ bool) ([]string, bool) {
			return []string{v.result.HostName()}, true
		}},
		"user": {why: "-l and the caller's name stand in", adapt: func(r *Reader, q Query, _ *Verdict, items []string, set bool) ([]string, bool) {
			switch {
			case q.User != "":
				return []string{q.User}, true
			case !set:
				return []string{r.LocalUser}, true
			}
			return items, true
		}},
		"host":                        {why: "the dump prints the host as typed", skip: true},
		"userknownhostsfile":          {why: "~ is expanded", adapt: expandTilde},
		"controlpath":                 {why: "~ is expanded", adapt: expandTildeOnce},
		"remotecommand":               {why: "tokens are expanded", adapt: noTokens},
		"identityagent":               {why: "tokens are expanded", adapt: noTokens},
		"forwardagent":                {why: "tokens are expanded", adapt: noTokens},
		"hostkeyalias":                {why: "tokens are expanded", adapt: noTokens},
		"revokedhostkeys":             {why: "~ is expanded", adapt: expandTildeOnce},
		"ciphers":                     {why: "+, - and ^ refer to the build's list", skip: true},
		"macs":                        {why: "+, - and ^ refer to the build's list", skip: true},
		"kexalgorithms":               {why: "+, - and ^ refer to the build's list", skip: true},
		"gssapikexalgorithms":         {why: "+, - and ^ refer to the build's list", skip: true},
		"hostkeyalgorithms":           {why: "+, - and ^ refer to the build's list", skip: true},
		"hostbasedacceptedalgorithms": {why: "+, - and ^ refer to the build's list", skip: true},
		"pubkeyacceptedalgorithms":    {why: "+, - and ^ refer to the build's list", skip: true},
		"casignaturealgorithms":       {why: "+, - and ^ refer to the build's list", skip: true},
		"securitykeyprovider":         {why: "the environment's SSH_SK_PROVIDER stands in", skip: true},
		"xauthlocation":               {why: "the default is the build's"},
		"updatehostkeys": {why: "ask is turned off without a terminal (ssh.c)", adapt: func(_ *Reader, _ Query, _ *Verdict, items []string, _ bool) ([]string, bool) {
			return items, len(items) != 1 || items[0] != "ask"
		}},
		"proxyusefdpass": {why: "ProxyJump turns it off (ssh.c)", adapt: func(_ *Reader, _ Query, v *Verdict, items []string, _ bool) ([]string, bool) {
			_, jump := v.result.Value("proxyjump")
			return items, !jump
		}},
		"sendenv":              {why: "removals are lines of their own here", skip: true},
		"gssapiclientidentity": {why: "not in the dump of every build", notPrinted: true},
	},
	{
		"ciphers":                     {why: "+, - and ^ refer to the build's list", skip: true},
		"macs":                        {why: "+, - and ^ refer to the build's list", skip: true},
		"kexalgorithms":               {why: "+, - and ^ refer to the build's list", skip: true},
		"gssapikexalgorithms":         {why: "+, - and ^ refer to the build's list", skip: true},
		"hostkeyalgorithms":           {why: "+, - and ^ refer to the build's list", skip: true},
		"hostbasedacceptedalgorithms": {why: "+, - and ^ refer to the build's list", skip: true},
		"pubkeyacceptedalgorithms":    {why: "+, - and ^ refer to the build's list", skip: true},
		"casignaturealgorithms":       {why: "+, - and ^ refer to the build's list", skip: true},
		"channeltimeout":              {why: "none is printed for Match blocks only", noneIsNothing: true},
		"trustedusercakeys":           {why: "relative paths begin in the current folder", adapt: derelativise},
		"hostkeyagent":                {why: "relative paths begin in the current folder", adapt: derelativise},
		"revokedkeys":                 {why: "relative paths begin in the current folder", adapt: derelativise},
		"modulifile":                  {why: "relative paths begin in the current folder", adapt: derelativise},
		"banner":                      {why: "relative paths begin in the current folder", adapt: derelativise},
		"hostkey":                     {why: "relative paths begin in the current folder", adapt: derelativise},
		"hostcertificate":             {why: "relative paths begin in the current folder", adapt: derelativise},
		"securitykeyprovider":         {why: "relative paths begin in the current folder", adapt: derelativise},
		"listenaddress":               {why: "the dump joins addresses with all ports", skip: true},
		"kerberosgetafstoken":         {why: "not in the dump of every build", notPrinted: true},
		"debianbanner":                {why: "not in the dump", notPrinted: true},
		"pidfile":                     {why: "the default is the build's; relative paths begin in the current folder", adapt: derelativise},
		"xauthlocation":               {why: "the default is the build's; relative paths begin in the current folder", adapt: derelativise},
	},
}

// derelativise is derelativise_path of servconf.c.
func derelativise(_ *Reader, _ Query, _ *Verdict, items []string, _ bool) ([]string, bool) {
	for i, item := range items {
		if item != "none" && item != "internal" && item != "SSH_AUTH_SOCK" && !strings.HasPrefix(item, "/") {
			items[i] = dirMark + "/" + item
		}
	}
	return items, items != nil // without a line the build tells
}

// noTokens leaves out values that ssh expands before it prints them.
func noTokens(_ *Reader, _ Query, _ *Verdict, items []string, set bool) ([]string, bool) {
	return items, (set || items != nil) && !strings.Contains(strings.Join(items, " "), "%")
}

// expandTilde does to a list of paths what tilde_expand_filename of misc.c
// does, with the passwd entry of the caller.
func expandTilde(_ *Reader, _ Query, _ *Verdict, items []string, _ bool) ([]string, bool) {
	u, err := user.Current()
	if err != nil {
		return nil, false
	}
	for i, item := range items {
		if strings.Contains(item, "%") {
			return nil, false // tokens are expanded as well
		}
		words := strings.Split(item, " ")
		for j, w := range words {
			if rest, ok := strings.CutPrefix(w, "~/"); ok {
				words[j] = strings.TrimSuffix(u.HomeDir, "/") + "/" + rest
			}
		}
		items[i] = strings.Join(words, " ")
	}
	return items, true
}

// expandTildeOnce is expandTilde for one path, which may hold blanks.
func expandTildeOnce(r *Reader, q Query, v *Verdict, items []string, set bool) ([]string, bool) {
	if len(items) == 1 && strings.HasPrefix(items[0], " ") {
		return items, !strings.Contains(items[0], "%")
	}
	return expandTilde(r, q, v, items, set)
}

// forbidden reports whether a scenario holds what the programs might execute
// or look up on a network: Match exec, canonicalisation, names to listen on.
func forbidden(s *Scenario) bool {
	for i := range s.Files {
		text := pattern.Lower(strings.Map(func(c rune) rune {
			if strings.ContainsRune("\"'\\\x00", c) {
				return -1
			}
			return c
		}, string(s.Files[i].Data)))
		if strings.Contains(text, "exec") || unsafeCanonical(text) {
			return true
		}
		if strings.Contains(text, "listenaddress") && strings.Contains(string(s.Files[i].Data), "\x00") {
			return true
		}
	}
	return false
}

// unsafeCanonical looks for canonicalisation that is not plainly off.
func unsafeCanonical(text string) bool {
	for _, key := range []string{"canonicalizehostname", "canonicalizepermittedcnames"} {
		for rest := text; ; {
			_, after, ok := strings.Cut(rest, key)
			if !ok {
				break
			}
			rest = after
			value := strings.TrimLeft(after, " \t=\r")
			if !strings.HasPrefix(value, "no") && !strings.HasPrefix(value, "false") && !strings.HasPrefix(value, "\n") {
				return true
			}
		}
	}
	return false
}
