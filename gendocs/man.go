package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/sshvet/sshvet/internal/cli"
)

// The parts of the manual page that no table of the program holds. Markdown; a
// blank line parts paragraphs, "- A: B" is an item.
const (
	manDescription = "`sshvet` reads OpenSSH client and server configuration the way `ssh` and `sshd` read it. It finds the settings that " +
		"let a long deploy die in silence (keep-alive that is missing, too slow, too impatient, in the wrong place or beaten by " +
		"another line) and everything that makes OpenSSH refuse the file, and repairs the files: the smallest possible edit, shown as " +
		"a diff, proven to take effect and to change nothing else.\n\n" +
		"Without *PATH* it reads `~/.ssh/config`, `/etc/ssh/ssh_config` and `/etc/ssh/sshd_config`, those that exist. Named " +
		"folders are walked for files with the names of such configuration; `-` is standard input. Flags may stand before or " +
		"after operands; `--` ends flags. Nothing in a configuration is ever executed."

	manExit = "- 0: nothing is left to report at or above `--fail-on`.\n" +
		"- 1: there are findings. For `fix`: something remains, or `--diff` or `--check` would change something. For `explain`: OpenSSH would refuse the file.\n" +
		"- 2: it could not do the job: a bad flag, a file it cannot read or write. 2 wins over 1, and the other files are still done."

	manEnvironment = "- SSHVET_*: each flag can be set by a variable: `SSHVET_` and its name in capitals with `_` for `-`, such as " +
		"`SSHVET_FAIL_ON=error`. A flag beats the environment, which beats the configuration file, which beats the default.\n" +
		"- NO_COLOR, FORCE_COLOR: what `--color auto` heeds.\n" +
		"- KAMAL_DESTINATION, KAMAL_HOSTS: defaults of `sshvet kamal`."

	manFiles = "- ~/.ssh/config: the client configuration of the user.\n" +
		"- /etc/ssh/ssh_config: the system-wide client configuration.\n" +
		"- /etc/ssh/sshd_config: the server configuration.\n" +
		"- config/deploy.yml: what `sshvet kamal` reads.\n" +
		"- .sshvet.yaml: the configuration of sshvet, looked for from the folder of each file up to the root of the repository."

	manSeeAlso = "`ssh`(1), `ssh_config`(5), `sshd`(8), `sshd_config`(5)\n\n" +
		"The documentation is at https://github.com/sshvet/sshvet."
)

// manPage is sshvet.1 for man and mandoc. It has no date and no version: it
// changes only when what it says does.
func manPage(m *cli.Manual) string {
	p := &roff{}
	p.line(`.\" Written by 'go run ./gendocs' from the program; edit that.`)
	p.line(`.TH SSHVET 1 "" "sshvet" "User Commands"`)
	p.line(".ad l") // long words would tear holes into adjusted lines
	p.line(".nh")   // names are not to be broken
	p.section("Name")
	p.line(`sshvet \- ` + roffText(m.Usage))
	p.section("Synopsis")
	p.synopsis([]string{"sshvet COMMAND [FLAGS] [OPERAND...]", "sshvet --version"})
	p.section("Description")
	p.text(manDescription)
	p.section("Commands")
	common := commonFlags(m)
	for i := range m.Commands {
		p.command(&m.Commands[i], common)
	}
	p.section("Flags of " + strings.Join(sharing[:], " and "))
	for _, f := range common {
		p.flag("", f, common)
	}
	p.section("Other flags")
	for _, f := range m.Flags {
		p.flag("", f, common)
	}
	p.section("Exit status")
	p.text(manExit)
	p.section("Environment")
	p.text(manEnvironment)
	p.section("Files")
	p.text(manFiles)
	p.section("Examples")
	p.example(m.Examples)
	p.section("See also")
	p.text(manSeeAlso)
	return p.String()
}

// roff writes a page in the language of the man macros.
type roff struct{ strings.Builder }

func (p *roff) line(s string) { p.WriteString(s + "\n") }

// mostBytes is how long a line of running text may be, as mandoc's lint has it.
const mostBytes = 80

// fill writes running text in lines of at most mostBytes, where blanks allow.
func (p *roff) fill(s string) {
	length := 0
	for i, word := range strings.Fields(s) {
		switch {
		case i == 0:
		case length+1+len(word) > mostBytes:
			p.WriteByte('\n')
			word, length = atStart(word), 0
		default:
			p.WriteByte(' ')
			length++
		}
		p.WriteString(word)
		length += len(word)
	}
	p.WriteByte('\n')
}

func (p *roff) section(title string) { p.line(".SH " + quotedArgument(strings.ToUpper(title))) }

// command writes what a command does, how it is called, the flags that are its
// own, and examples.
func (p *roff) command(c *cli.CommandInfo, common []cli.FlagInfo) {
	p.line(".SS " + quotedArgument("sshvet "+c.Name))
	for _, paragraph := range c.Description {
		p.text(markdownOf(paragraph))
		p.line(".PP")
	}
	p.synopsis(c.Synopsis)
	shares := c.Name == sharing[0] || c.Name == sharing[1]
	for _, f := range c.Flags {
		if !shares || !isCommon(c, f, common) {
			p.flag(c.Name, f, common)
		}
	}
	if shares {
		p.line(".PP")
		p.text("Besides these it has the flags of " + strings.Join(sharing[:], " and ") + " below.")
	}
	if len(c.Examples) > 0 {
		p.line(".PP")
		p.line("Examples:")
		p.line(".PP")
		p.example(c.Examples)
	}
}

// markdownOf is plain text of the program as Markdown: nothing in it means
// anything.
func markdownOf(text string) string {
	return strings.NewReplacer("*", `\*`, "`", "\\`", "[", `\[`).Replace(text)
}

// synopsis writes ways to call the program, one a line: words in capitals are to
// be replaced, all others are typed as they are.
func (p *roff) synopsis(ways []string) {
	p.line(".nf")
	for _, way := range ways {
		p.line(capitals.ReplaceAllString(roffText(way), `\fI$0\fR`))
	}
	p.line(".fi")
}

// capitals are the words of a synopsis that stand for something.
var capitals = regexp.MustCompile(`\b[A-Z][A-Z]+\b`)

func (p *roff) example(lines []string) {
	p.line(".RS 4")
	p.line(".nf")
	for _, l := range lines {
		p.line(roffText(l))
	}
	p.line(".fi")
	p.line(".RE")
}

// flag writes one flag with what it does.
func (p *roff) flag(command string, f cli.FlagInfo, common []cli.FlagInfo) {
	p.line(".TP")
	names := make([]string, len(f.Names))
	for i, name := range f.Names {
		names[i] = `\fB` + roffText(name) + `\fR`
		if f.Value != "" {
			names[i] += ` \fI` + roffText(f.Value) + `\fR`
		}
	}
	p.line(strings.Join(names, ", "))
	p.fill(inline(meaning(command, f, common)))
}

// text writes paragraphs and items.
func (p *roff) text(markdown string) {
	for i, paragraph := range strings.Split(markdown, "\n\n") {
		if i > 0 {
			p.line(".PP")
		}
		for _, l := range strings.Split(paragraph, "\n") {
			item, isItem := strings.CutPrefix(l, "- ")
			term, text, hasTerm := strings.Cut(item, ": ")
			if !isItem || !hasTerm {
				p.fill(inline(l))
				continue
			}
			p.line(".TP")
			p.line(`\fB` + roffText(term) + `\fR`)
			p.fill(inline(text))
		}
	}
}

// marks are the marks of Markdown within a line that the pages use: a character
// that means nothing, code, bold, emphasis, a link.
var marks = regexp.MustCompile("\\\\[*`\\[]|`[^`]+`|\\*\\*[^*]+\\*\\*|\\*[^*]+\\*|\\[[^\\]]+\\]\\([^)]+\\)")

// inline is a line of Markdown as roff.
func inline(text string) string {
	var b strings.Builder
	done := 0
	for _, at := range marks.FindAllStringIndex(text, -1) {
		b.WriteString(roffText(text[done:at[0]]))
		b.WriteString(marked(text[at[0]:at[1]]))
		done = at[1]
	}
	b.WriteString(roffText(text[done:]))
	return atStart(b.String())
}

func marked(text string) string {
	switch {
	case text[0] == '\\':
		return roffText(text[1:])
	case text[0] == '[':
		label, _, _ := strings.Cut(text[1:], "](")
		return roffText(label)
	case strings.HasPrefix(text, "**"):
		return `\fB` + roffText(text[2:len(text)-2]) + `\fR`
	case text[0] == '*':
		return `\fI` + roffText(text[1:len(text)-1]) + `\fR`
	}
	return `\fB` + roffText(text[1:len(text)-1]) + `\fR`
}

// roffText is a text of which nothing is an escape. Characters beyond ASCII are
// written by number, which every formatter reads whatever the locale.
func roffText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\\':
			b.WriteString(`\e`)
		case r == '-':
			b.WriteString(`\-`)
		case r == '\'':
			b.WriteString(`\(aq`)
		case r == '~':
			b.WriteString(`\(ti`)
		case r == '^':
			b.WriteString(`\(ha`)
		case r == '`':
			b.WriteString(`\(ga`)
		case r > '~':
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return atStart(b.String())
}

// atStart keeps a text that starts a line from being a request.
func atStart(text string) string {
	if strings.HasPrefix(text, ".") {
		return `\&` + text
	}
	return text
}

func quotedArgument(text string) string {
	return `"` + strings.ReplaceAll(roffText(text), `"`, `\(dq`) + `"`
}
