package cli

import (
	"fmt"
	"strings"
)

// bashCompletion works with the bash 3.2 of macOS and without the package
// bash-completion.
func bashCompletion(commands []completedCommand) string {
	var names, flags, values, words strings.Builder
	for _, c := range commands {
		fmt.Fprintf(&names, " %s", c.name)
		fmt.Fprintf(&flags, "    %s) words='%s' ;;\n", c.name, strings.Join(c.flagNames(), " "))
		for _, f := range c.flags {
			if f.takes {
				fmt.Fprintf(&values, "    %s) %s ;;\n", patterns(c.name, f.names), bashValue(f))
			}
		}
		fmt.Fprintf(&words, "    %s) %s ;;\n", c.name, bashOperands(c))
	}
	return strings.NewReplacer("@NAMES@", names.String()[1:], "@FLAGS@", flags.String(), "@VALUES@", values.String(),
		"@WORDS@", words.String()).Replace(bashScript)
}

// patterns are the alternatives of a case in bash: "check --kind".
func patterns(command string, names []string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("'%s %s'", command, n))
	}
	return strings.Join(out, "|")
}

func bashOperands(c completedCommand) string {
	switch {
	case c.files:
		return "files=1"
	case c.hosts:
		return "_sshvet_hosts; words=\"$words " + strings.Join(c.words, " ") + "\""
	}
	return "words='" + strings.Join(c.words, " ") + "'"
}

func bashValue(f completedFlag) string {
	switch {
	case f.hosts:
		return "list=1; _sshvet_hosts"
	case f.destinations:
		return "_sshvet_destinations"
	case f.list:
		return "list=1 words='" + strings.Join(f.values, " ") + "'"
	case f.values != nil:
		return "words='" + strings.Join(f.values, " ") + "'"
	case f.dirs:
		return "dirs=1"
	case f.files:
		return "files=1"
	}
	return ":" // a value that cannot be told
}

const bashScript = `# bash completion for sshvet, made by 'sshvet completion bash'

_sshvet() {
  local cur=${COMP_WORDS[COMP_CWORD]} flag= command= words= files= dirs= list= ended= i
  COMPREPLY=()
  # The flag whose value is being typed: "--flag value" or "--flag=value".
  if [ "$cur" = = ]; then
    flag=${COMP_WORDS[COMP_CWORD-1]} cur=
  elif [ "${COMP_WORDS[COMP_CWORD-1]}" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
    flag=${COMP_WORDS[COMP_CWORD-2]}
  else
    flag=${COMP_WORDS[COMP_CWORD-1]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ' @NAMES@ ' in
    *" ${COMP_WORDS[i]} "*) command=${COMP_WORDS[i]}; break ;;
    esac
  done
  for ((i = 1; i < COMP_CWORD; i++)); do # -- ends flags
    if [ "${COMP_WORDS[i]}" = -- ]; then ended=1; fi
  done
  if [ -z "$command" ]; then
    case $cur in
    -*) words='--help --version' ;;
    *) words='@NAMES@' ;;
    esac
  elif [ -z "$ended" ] && [[ $flag == -* ]] && _sshvet_takes; then
    :
  elif [ -z "$ended" ] && [[ $cur == -* ]]; then
    case $command in
@FLAGS@    esac
  else
    case $command in
@WORDS@    esac
  fi
  local IFS=$'\n' prefix=
  if [ -n "$files" ] || [ -n "$dirs" ]; then
    type compopt >/dev/null 2>&1 && compopt -o filenames
    if [ -n "$files" ]; then
      COMPREPLY=($(compgen -f -- "$cur"))
    else
      COMPREPLY=($(compgen -d -- "$cur"))
    fi
    return
  fi
  if [ -n "$list" ] && [[ $cur == *,* ]]; then
    prefix=${cur%,*},
    cur=${cur##*,}
  fi
  COMPREPLY=($(compgen -P "$prefix" -W "${words// /$'\n'}" -- "$cur"))
}

# _sshvet_takes says what a value of $flag can be; it fails for a flag without.
_sshvet_takes() {
  case "$command $flag" in
@VALUES@    *) return 1 ;;
  esac
}

# _sshvet_hosts puts the aliases in ~/.ssh/config into $words, _sshvet_destinations
# those of config/deploy.DESTINATION.yml. compgen evaluates words: others are
# left out.
_sshvet_hosts() {
  local line word
  [ -r ~/.ssh/config ] || return 0
  while read -r -a line; do
    case ${line[0]} in
    [Hh][Oo][Ss][Tt])
      for word in "${line[@]:1}"; do _sshvet_add "$word"; done ;;
    esac
  done <~/.ssh/config
}

_sshvet_destinations() {
  local word
  for word in config/deploy.*.yml; do
    [ -e "$word" ] || continue
    word=${word#config/deploy.}
    _sshvet_add "${word%.yml}"
  done
}

_sshvet_add() {
  case $1 in
  '' | *[!A-Za-z0-9._:%@-]*) ;;
  *) words="${words:+$words }$1" ;;
  esac
}

complete -F _sshvet sshvet
`

// zshCompletion uses _arguments, which comes with zsh.
func zshCompletion(commands []completedCommand) string {
	var b strings.Builder
	b.WriteString("#compdef sshvet\n# zsh completion for sshvet, made by 'sshvet completion zsh'\n\n_sshvet() {\n" +
		"  local state line\n  typeset -A opt_args\n" +
		"  _arguments -C '(- *)'{-h,--help}'[show the help]' '(- *)--version[print the version]' '1: :->command' '*:: :->rest'\n" +
		"  case $state in\n  command)\n    local -a commands\n    commands=(\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "      %s\n", quoted(c.name+":"+c.usage, `'\''`))
	}
	b.WriteString("    )\n    _describe command commands ;;\n  rest)\n    case $line[1] in\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "    %s)\n      _arguments -s \\\n", c.name)
		for _, f := range c.flags {
			for _, name := range f.names {
				fmt.Fprintf(&b, "        %s \\\n", quoted(zshFlag(name, f), `'\''`))
			}
		}
		fmt.Fprintf(&b, "        %s ;;\n", quoted(zshOperands(c), `'\''`))
	}
	b.WriteString("    esac ;;\n  esac\n}\n\n" + zshFunctions +
		"if [ \"$funcstack[1]\" = _sshvet ]; then\n  _sshvet \"$@\"\nelse\n  compdef _sshvet sshvet\nfi\n")
	return b.String()
}

// zshFunctions add the aliases in ~/.ssh/config and those of
// config/deploy.DESTINATION.yml.
const zshFunctions = `_sshvet_hosts() {
  local -a line found
  [[ -r ~/.ssh/config ]] || return 1
  while read -rA line; do
    [[ ${line[1]:l} == host ]] && found+=(${line[2,-1]})
  done <~/.ssh/config
  compadd "$@" -- ${found:#*[^A-Za-z0-9._:%@-]*}
}

_sshvet_destinations() {
  local -a found
  found=(config/deploy.*.yml(N))
  found=(${${found#config/deploy.}%.yml})
  compadd "$@" -- ${found:#*[^A-Za-z0-9._:%@-]*}
}

`

// zshFlag is one specification for _arguments. A star lets a flag come again.
func zshFlag(name string, f completedFlag) string {
	usage := strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, ":", `\:`).Replace(f.usage)
	spec := name
	if f.takes && strings.HasPrefix(name, "--") {
		spec += "="
	}
	spec += "[" + usage + "]"
	if !f.takes {
		return spec
	}
	switch {
	case f.hosts:
		return "*" + spec + ":hosts:_sequence -s , _sshvet_hosts"
	case f.destinations:
		return spec + ":destination:_sshvet_destinations"
	case f.list:
		return "*" + spec + ":rules:_values -s , rule " + strings.Join(f.values, " ")
	case f.values != nil:
		return spec + ":value:(" + strings.Join(f.values, " ") + ")"
	case f.dirs:
		return spec + ":folder:_files -/"
	case f.files:
		return spec + ":file:_files"
	}
	return "*" + spec + ":value: "
}

func zshOperands(c completedCommand) string {
	switch {
	case c.files:
		return "*:file:_files"
	case c.hosts:
		return "*: : _alternative 'hosts:host:_sshvet_hosts' 'keywords:keyword:(" + strings.Join(c.words, " ") + ")'"
	}
	return "1:" + c.name + ":(" + strings.Join(c.words, " ") + ")"
}

func fishCompletion(commands []completedCommand) string {
	var b strings.Builder
	b.WriteString("# fish completion for sshvet, made by 'sshvet completion fish'\n\ncomplete -c sshvet -f\n" +
		"complete -c sshvet -n __fish_use_subcommand -l version -d 'print the version'\n" +
		"complete -c sshvet -n __fish_use_subcommand -s h -l help -d 'show the help'\n" + fishFunctions)
	for _, c := range commands {
		fmt.Fprintf(&b, "complete -c sshvet -n __fish_use_subcommand -a %s -d %s\n", c.name, fishQuoted(c.usage))
	}
	for _, c := range commands {
		when := fishQuoted("__fish_seen_subcommand_from " + c.name)
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c sshvet -n %s%s -d %s\n", when, fishFlag(f), fishQuoted(f.usage))
		}
		if c.files {
			fmt.Fprintf(&b, "complete -c sshvet -n %s -F\n", when)
			continue
		}
		fmt.Fprintf(&b, "complete -c sshvet -n %s -a %s\n", when, fishQuoted(strings.Join(c.words, " ")))
		if c.hosts {
			fmt.Fprintf(&b, "complete -c sshvet -n %s -a '(__sshvet_hosts)' -d host\n", when)
		}
	}
	return b.String()
}

// fishFunctions are what the completions call: __sshvet_list puts what stands
// before the last comma of the current word in front of each name.
const fishFunctions = `
function __sshvet_list
    set -l before (commandline -ct | string replace -r '^--[^=]*=' '' | string match -r '^.*,')
    set -q before[1]; or set before ''
    printf '%s\n' $before$argv
end

function __sshvet_hosts
    test -r ~/.ssh/config; or return
    string replace -rfi '^\s*host\s+(.*)$' '$1' <~/.ssh/config | string split -n ' ' | string match -r '^[A-Za-z0-9._:%@-]+$'
end

function __sshvet_destinations
    for file in config/deploy.*.yml
        string replace -rf '^config/deploy\.([A-Za-z0-9._:%@-]+)\.yml$' '$1' -- $file
    end
end

`

func fishQuoted(text string) string {
	return quoted(strings.ReplaceAll(text, `\`, `\\`), `\'`)
}

func fishFlag(f completedFlag) string {
	var b strings.Builder
	for _, name := range f.names {
		switch {
		case strings.HasPrefix(name, "--"):
			b.WriteString(" -l " + name[2:])
		default:
			b.WriteString(" -s " + name[1:])
		}
	}
	switch {
	case !f.takes:
	case f.hosts:
		b.WriteString(" -x -a '(__sshvet_list (__sshvet_hosts))'")
	case f.destinations:
		b.WriteString(" -x -a '(__sshvet_destinations)'")
	case f.list:
		b.WriteString(" -x -a " + fishQuoted("(__sshvet_list "+strings.Join(f.values, " ")+")"))
	case f.values != nil:
		b.WriteString(" -x -a " + fishQuoted(strings.Join(f.values, " ")))
	case f.dirs:
		b.WriteString(" -x -a '(__fish_complete_directories)'")
	case f.files:
		b.WriteString(" -r -F")
	default:
		b.WriteString(" -x")
	}
	return b.String()
}

func powershellCompletion(commands []completedCommand) string {
	var b strings.Builder
	b.WriteString("# PowerShell completion for sshvet, made by 'sshvet completion powershell'\n\n" +
		"Register-ArgumentCompleter -Native -CommandName sshvet -ScriptBlock {\n" +
		"    param($wordToComplete, $commandAst, $cursorPosition)\n    $commands = [ordered]@{\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "        %s = @{ Help = %s; Flags = %s; Words = %s; Values = @{\n", powershellQuoted(c.name),
			powershellQuoted(c.usage), powershellList(c.flagNames()), powershellList(c.words))
		for _, f := range c.flags {
			for _, name := range f.names {
				// Keys of a hash table are equal whatever their case; -c and -C would clash.
				if f.takes && len(name) > 2 {
					fmt.Fprintf(&b, "            %s = %s\n", powershellQuoted(name), powershellList(f.values))
				}
			}
		}
		b.WriteString("        } }\n")
	}
	b.WriteString(powershellBody)
	return b.String()
}

func powershellQuoted(text string) string { return quoted(text, "''") }

func powershellList(words []string) string {
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = powershellQuoted(w)
	}
	return "@(" + strings.Join(list, ", ") + ")"
}

const powershellBody = `    }
    $typed = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $name = $typed | Where-Object { $commands.Contains($_) } | Select-Object -First 1
    $last = $typed | Select-Object -Last 1
    $prefix = ''
    $word = $wordToComplete
    if ($word -match '^(--[^=]+)=(.*)$') {
        $last = $Matches[1]
        $prefix = "$last="
        $word = $Matches[2]
    }
    if (-not $name) {
        $words = if ($word.StartsWith('-')) { @('--help', '--version') } else { $commands.Keys }
    } elseif ($last -and $commands[$name].Values.ContainsKey($last)) {
        $words = $commands[$name].Values[$last]
        $comma = $word.LastIndexOf(',')
        if ($comma -ge 0) {
            $prefix += $word.Substring(0, $comma + 1)
            $word = $word.Substring($comma + 1)
        }
    } elseif ($word.StartsWith('-')) {
        $words = $commands[$name].Flags
    } else {
        $words = $commands[$name].Words
    }
    $words | Where-Object { $_ -like "$word*" } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new("$prefix$_", $_, 'ParameterValue', $_)
    }
}
`
