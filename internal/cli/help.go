package cli

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// helpFor returns the help that the arguments ask for with -h or --help.
func helpFor(app *cli.App, args []string) (text string, asked bool, err error) {
	end := slices.Index(args, "--")
	if end < 0 {
		end = len(args)
	}
	asked = slices.ContainsFunc(args[min(1, end):end], func(a string) bool { return a == "-h" || a == "--help" || a == "-help" })
	words := slices.DeleteFunc(slices.Clone(args[min(1, len(args)):]), func(a string) bool { return strings.HasPrefix(a, "-") })
	if len(words) > 0 && words[0] == "help" {
		asked, words = true, words[1:]
	}
	switch {
	case !asked:
		return "", false, nil
	case len(words) == 0:
		return helpText(app, ""), true, nil
	case app.Command(words[0]) == nil:
		return "", true, unknownCommand(app, words[0])
	}
	return helpText(app, words[0]), true, nil
}

// helpText is the help of a command, "" for sshvet itself. Each fits one
// screen; docs/cli.md has every flag at length.
func helpText(_ *cli.App, command string) string {
	text, ok := helpTexts[command]
	if !ok {
		text = helpTexts[""]
	}
	switch command {
	case "compare":
		return text + "\nExit codes: 0 no difference, 1 something differs, 2 failure.\n"
	case "explain":
		return text + "\nExit codes: 0 done, 1 OpenSSH would refuse the file, 2 failure.\n"
	case "logs":
		return text + "\nExit codes: 0 no connection died of silence, 1 some did, 2 a log could not be read.\n"
	case "probe":
		return text + "\nExit codes: 0 the keep-alive survives (watch: so does the session), 1 it does not, 2 not tested.\n"
	case "hook":
		return text + "\nExit codes: 0 done, or nothing to do, 2 failure; run: those of check.\n"
	case "init":
		return text + "\nExit codes: 0 done, or nothing to do, 2 failure.\n"
	}
	return text + exitCodesHelp
}

const exitCodesHelp = `
Exit codes: 0 nothing left to report, 1 findings (or fix would change something), 2 failure.
`

const commonHelp = `  --profile deploy|cis|stig|pci|devsec|lynis|NAME  --config FILE  --no-config  --show-config
  --select R,R  --ignore R,R  --host H,H   rules, categories or all; only the hosts you deploy to
  --baseline FILE  --write-baseline FILE   known findings to leave out  --no-inline-ignore
  --kind client|server|sshd-T  --stdin-filename NAME  --staged   the kind; git: read what is staged
  --root DIR                    absolute paths are below DIR, an image or a repository of files
  --system FILE  --no-includes  a system-wide file to read after user files; no included ones
  --openssh VERSION  --vendor debian|fedora|macos|none  --color auto|always|never
  --fail-on error|warning|note  --exit-zero  --quiet  --verbose
`

var helpTexts = map[string]string{
	"": `sshvet checks and repairs OpenSSH client and server configuration.

Usage: sshvet COMMAND [FLAGS] [PATH...]

  check [PATH|-]...        report what is wrong; never writes anything
  fix [PATH|-]...          show the diff, then write the corrected files
  explain HOST|--server    what ssh or sshd will really use, and from which line
  kamal                    what Kamal will really do, for each deploy host
  compare FILE FILE...     which effective settings differ between environments
  probe HOST               connect, and find the silence that kills a connection
  logs [FILE|-]...         which connections died of silence, by logs of sshd, ssh and Kamal
  rules [NAME]             the rules, or the page of one
  hook install [--kamal]   let git run sshvet before each commit, or Kamal before each deploy
  init, completion SHELL   write a commented .sshvet.yaml; completion for your shell

Without PATH: ~/.ssh/config, /etc/ssh/ssh_config and /etc/ssh/sshd_config.
'sshvet COMMAND -h' shows the flags of a command; --version the version.

Examples:
  sshvet check                           before a deploy
  sshvet fix --diff ~/.ssh/config        see what would change
  sudo sshvet fix /etc/ssh/sshd_config   repair the server
`,
	"check": `sshvet check reports what is wrong with OpenSSH configuration. It never writes.

Usage: sshvet check [FLAGS] [PATH|-]...

` + commonHelp + `  --format text|concise|json|jsonl|sarif|github|gitlab|checkstyle|junit  --output FILE
  --statistics                  how often each rule has found something (format text or json)

Examples:
  sshvet check
  sshvet check --host web1,web2 ~/.ssh/config
  sshvet check --format sarif --output sshvet.sarif .
`,
	"fix": `sshvet fix shows what it would change (diff and resolved values), asks, and writes the files.

Usage: sshvet fix [FLAGS] [PATH|-]...
  --diff  --check               only show; only say whether anything would change: exit 1 then
  -y, --yes  -i, --interactive  write without asking; ask for each fix
  --unsafe-fixes                also fixes that may change other values
  --drop-in                     write sshd_config.d/00-sshvet.conf where it wins, and no other file
  --backup  --undo FILE         keep the old content next to a file; restore the newest
  --reload  --exit-non-zero-on-fix   have sshd read its files again; exit 1 if something was changed
` + commonHelp + `
Examples:
  sshvet fix --diff
  sudo sshvet fix --backup --reload /etc/ssh/sshd_config
  sshvet fix - --kind client < old > new
`,
	"explain": `sshvet explain shows what OpenSSH will use: each value, the line it comes from,
and every line that loses and why. Nothing is run: a line below
Match exec is shown as conditional.

Usage: sshvet explain [FLAGS] HOST [KEYWORD]...
       sshvet explain --server [FLAGS] [KEYWORD]...

  -F FILE                       only this file, as for ssh; else the live files
  -C user=U,host=H,addr=A,laddr=L,lport=P    the connection, as for sshd -T
  -o KEY=VALUE  --user U        as for ssh
  --root DIR  --no-includes  --openssh VERSION  --vendor VENDOR  --config FILE  --no-config
  --format text|json  --color auto|always|never  --quiet

Examples:
  sshvet explain web1
  sshvet explain --server -C user=deploy,host=h,addr=192.0.2.1 ClientAliveInterval
`,
	"kamal": `sshvet kamal shows what Kamal (net-ssh), ssh and sshd will really use for each deploy host of
config/deploy.yml, and what will drop a long deploy. It connects to nothing and runs nothing.

Usage: sshvet kamal [FLAGS]

  -c, --config-file FILE        default config/deploy.yml
  -d, --destination NAME        deploy.NAME.yml over it (default $KAMAL_DESTINATION)
  --hosts H,H                   the deploy hosts, if ERB hides them (default $KAMAL_HOSTS)
  --kamal-config FILE|-         what 'kamal config' prints; its secrets are not shown
  --server-config HOST=FILE     that host's sshd_config or 'sshd -T' output; * for all hosts
  --kamal-version VERSION       default: told from Gemfile.lock
  --select R,R  --ignore R,R  --fail-on error|warning|note  --exit-zero
  --openssh VERSION  --vendor debian|fedora|macos|none
  --format text|json|…  --output FILE  --color auto|always|never  --quiet  --verbose
  --config FILE  --no-config    which .sshvet.yaml

Examples:
  sshvet kamal
  sshvet kamal -d staging --server-config web1=web1.sshd_config
  kamal config -d staging | sshvet kamal -d staging --kamal-config -
`,
	"logs": `sshvet logs finds the connections that died of silence in logs of sshd, ssh and Kamal: who,
from where, how often, after how much silence, and which setting answers it. It only reads.

Usage: sshvet logs [FLAGS] [FILE|-]...

  --since TIME  --until TIME    only deaths in that time: 7d, 36h, 2026-11-20, '2026-11-20 13:00'
  --format text|json  --color auto|always|never
  --exit-zero  --quiet          exit 0 in spite of deaths; no lines for people on standard error
  --verbose                     all rows of the table, and what was read

Files of syslog, journalctl's short and JSON output, ssh's standard error and Kamal's output, also
compressed by gzip. Without FILE: standard input, if it is no terminal.

Examples:
  sudo journalctl -u ssh -o short-iso | sshvet logs -
  sudo sshvet logs /var/log/auth.log*
  kamal deploy 2>&1 | tee deploy.log; sshvet logs deploy.log
`,
	"probe": `sshvet probe connects to a host with your ssh and tells after how much silence the path drops a
connection, and whether your keep-alive survives that. It takes some 10 to 20 minutes.

Usage: sshvet probe [FLAGS] HOST

  --max 10m  --resolution 15s   the longest silence, and how exactly to find the one that kills
  --patience 20s                how long the echo may take after the silence
  --quick  --idle 6m            only: does the configured keep-alive survive that silence?
  --watch  --every 5s           keep one session, print round-trip times and stalls until Ctrl-C
  -F FILE  -o KEY=VALUE  -p, --port PORT  -l, --user USER    as for ssh
  --format text|json  --color auto|always|never  --quiet

It opens up to 10 sessions at a time and runs 'cat' there. Ctrl-C gives the result so far.

Examples:
  sshvet probe web1
  sshvet probe --quick --idle 15m web1      before a deploy whose build takes as long
  sshvet probe --watch web1                 beside a deploy
`,
	"compare": `sshvet compare holds the effective settings of several environments beside each other: one row
a setting, one column a file. Files of sshd or of ssh, or what 'sshd -T' printed.

Usage: sshvet compare [FLAGS] [LABEL=]FILE|- [LABEL=]FILE|-...

  --all                         also settings that do not differ
  --against LABEL               show the change against that file
  --keywords K,K                only these
  -C user=U,host=H,addr=A,…     server files: only this connection, as for sshd -T; may be repeated
  --host H,H                    client files: only these hosts
  --format text|json|csv|markdown
  --kind client|server|sshd-T  --root DIR  --no-includes  --openssh VERSION  --vendor VENDOR
  --config FILE  --no-config  --color auto|always|never  --quiet
  --verbose                     the line that each value comes from, and long lists whole

Without -C or --host: everybody and each Match block, any other host and each Host block.

Examples:
  sshvet compare dev/etc/ssh/sshd_config staging/etc/ssh/sshd_config production/etc/ssh/sshd_config
  sshvet compare repo=sshd_config live=<(ssh web1 sudo sshd -T)
  sshvet compare --against production --format markdown staging.conf production.conf
`,
	"rules": `sshvet rules lists the rules, or shows the page of one. It works offline.

Usage: sshvet rules [--format text|json] [--profile NAME] [NAME]

Examples:
  sshvet rules
  sshvet rules missing-keepalive
  sshvet rules --profile stig
`,
	"hook": `sshvet hook lets git check what is staged before each commit (run does that check), or with
--kamal lets Kamal run 'sshvet kamal' before each deploy. Findings stop the commit, errors the
deploy; sshvet missing on the machine stops neither. A hook of before is kept and runs first.

Usage: sshvet hook install|uninstall|run [--quiet]
       sshvet hook install|uninstall --kamal [FLAGS]

  --kamal                         the hook is one of Kamal; it alone has the flags below
  --hook pre-connect|pre-deploy   which hook; else install pre-connect, uninstall both
  -c, --config-file FILE          default config/deploy.yml: names the folder of the hooks
                                  (hooks_path), and is what the hook checks
  --hooks-path DIR                the folder of the hooks, if deploy.yml cannot tell it
  --quiet                         say nothing but warnings and failures

Kamal hides what a hook says unless it fails: to see the warnings run 'kamal deploy -v', or put
'hooks_output: verbose' into deploy.yml (Kamal 2.11 and later).

Examples:
  sshvet hook install
  sshvet hook install --kamal
  sshvet hook uninstall --kamal
`,
	"init": `sshvet init writes a commented .sshvet.yaml into the current folder. One that exists stays as it is.

Usage: sshvet init [--quiet]

It governs the files in this folder and below it; 'sshvet check --show-config' shows what holds.

Example:
  sshvet init
`,
	"completion": `sshvet completion prints the completion script of a shell.

Usage: sshvet completion bash|zsh|fish|powershell

Examples:
  source <(sshvet completion bash)
  sshvet completion fish > ~/.config/fish/completions/sshvet.fish
`,
}
