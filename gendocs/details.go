package main

// details says more about flags than the program's own few words do: Markdown
// for the tables of docs/cli.md and the manual page, in their place. The key is
// the flag, or the command and the flag where the command differs. A flag
// without one is described by the program's words.
var details = map[string]string{
	"--select":         "only these: names of rules or categories, or `all`; comma-separated, or given again. Rules that are off (category `portability`) run only if they are selected, by `all`, too. A rule that is selected by name beats its category being ignored",
	"--host":           "judge only these hosts, the ones you deploy to",
	"--fail-on":        "exit 1 from `error`, `warning` (default) or `note` on; everything is shown anyway",
	"--exit-zero":      "exit 0 in spite of findings",
	"--kind":           "`client`, `server`, or `sshd-T` for the output of `sshd -T`",
	"--stdin-filename": "what standard input is called, which also tells its kind",
	"--root":           "absolute paths are below this folder; without operand: check the system files there",
	"--system":         "the system-wide client file to read behind each user file",
	"--no-includes":    "read the named files alone",
	"--openssh":        "the release that the files are for, such as `9.2` (default: the newest known)",
	"--vendor":         "whose OpenSSH: `debian`, `fedora`, `macos` or `none` (default: told from this machine for its own files, `none` for all others)",
	"--color":          "`auto` (default), `always` or `never`; `auto` heeds `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb`",
	"--staged":         "git: read what is staged, not what the work tree has; see [git.md](git.md)",
	"--quiet":          "nothing on standard error but failures",
	"--verbose":        "name all hosts of each finding",

	"check --format":     "`text` (default): `PATH:LINE:COL: SEVERITY: MESSAGE [RULE]`, the line with a caret, help, a summary; `concise`: the first line of each; `json`: one object; `jsonl`: one line a finding. For builds: `sarif`, `github`, `gitlab`, `checkstyle`, `junit`; see [ci.md](ci.md)",
	"check --statistics": "how often each rule has found something, most first, in place of the findings; as `text` or `json`",
	"check --output":     "write the report into a file and nothing to standard output. The file is replaced whole or not at all; a configuration is never replaced. `-` is standard output",

	"fix --diff":                 "only show; the diff is one that `git apply` and `patch -p1` take",
	"fix --check":                "only say which files would be changed",
	"fix --yes":                  "write without asking",
	"fix --interactive":          "ask for each fix: `y`, `n`, `a` for this and all that follow, `q` to stop (what was taken is written), `?`",
	"fix --unsafe-fixes":         "also fixes that may change other values",
	"fix --drop-in":              "write the keep-alive of an sshd_config into `sshd_config.d/00-sshvet.conf`, only where that file would win, and change no other; without PATH: of `/etc/ssh/sshd_config`",
	"fix --backup":               "keep the old content as `.NAME.sshvet-TIME` next to each file",
	"fix --undo":                 "give the named files the content of their newest backups again, and remove those",
	"fix --reload":               "after a server file of this machine was written, have sshd read its files again",
	"fix --exit-non-zero-on-fix": "exit 1 if something was changed",

	"explain -F":       "only this file, as for ssh; `-` for standard input, `none` for no file (default: the live files)",
	"explain --server": "explain sshd",
	"explain -C":       "the connection, as for `sshd -T`: `user=U,host=H,addr=A,laddr=L,lport=P`",
	"explain --user":   "the user to log in as, ssh's `-l`; `user@host` is taken, too",
	"explain -o":       "as for ssh and sshd; may be given again",
	"explain --format": "`text` (default) or `json`, which has all that each reader uses, in the order `openssh`, `net-ssh`, `go` (with `--server` the first alone). A reader that cannot read the files has `error`, and `source` where the line is known; a line whose value a program does not take has `problem`. The object is printed on exit 1, too",

	"kamal --config-file":   "Kamal's file (default: `config/deploy.yml`). Kamal is taken to be started in the folder above `config`",
	"kamal --destination":   "`deploy.DESTINATION.yml` is merged over it (default: `$KAMAL_DESTINATION`)",
	"kamal --hosts":         "the deploy hosts, if ERB hides them (default: `$KAMAL_HOSTS`, which Kamal sets in its hooks)",
	"kamal --kamal-config":  "the output of `kamal config`, `-` for standard input: hosts and options as Kamal computes them. It holds secrets; sshvet shows none of them",
	"kamal --server-config": "that host's sshd_config, or what `sudo sshd -T` prints there; `*=FILE` for all hosts without their own. May be given again",
	"kamal --kamal-version": "default: told from `Gemfile.lock`; unknown counts as the newest",

	"hook --kamal":       "the hook is one of Kamal, and the flags below are for it; without, it is the one of git",
	"hook --hook":        "`pre-connect` or `pre-deploy` (default: install `pre-connect`, uninstall both). At `pre-deploy` the image is built, and SSH connections are open",
	"hook --config-file": "the deploy.yml (default `config/deploy.yml`): its `hooks_path` names the folder, and the hook checks that file",
	"hook --hooks-path":  "the folder of the hooks; deploy.yml is not read then. Needed where ERB decides over `hooks_path`, and where `deploy.DESTINATION.yml` sets it",
	"hook --quiet":       "nothing on standard error but warnings and failures",
}
