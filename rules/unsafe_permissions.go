package rules

import (
	"fmt"
	"strings"

	"github.com/sshvet/sshvet/internal/resolve"
	"github.com/sshvet/sshvet/lint"
)

var unsafePermissions = &lint.Rule{
	Name:     "unsafe-permissions",
	Category: "correctness",
	Severity: lint.Error,
	Sides:    lint.ClientSide,
	Summary:  "A file that somebody else owns or may write: ssh refuses to work with it.",
	Run:      runUnsafePermissions,
}

func runUnsafePermissions(p *lint.Pass) {
	for _, problem := range problems(p) {
		what, help := explainPermissions(p, problem.Path)
		p.Report(lint.Diagnostic{
			Span:    spanOfProblem(problem),
			Message: what + ": ssh refuses it and connects to nobody",
			Help:    help,
		})
	}
}

// explainPermissions says who can write a file that should not, and the
// command that puts it right.
func explainPermissions(p *lint.Pass, path string) (what, help string) {
	what, help = "others than you and root own "+path+" or may write it", "chmod go-w "+shellWord(path)
	info, ok := infoOf(p, path)
	if !ok {
		return what, help
	}
	perm := info.Mode.Perm()
	if info.UID != 0 && info.UID != p.Env.UID {
		return fmt.Sprintf("%s belongs to the user with the number %d, not to you or root", path, info.UID), fmt.Sprintf("chown %d %s", p.Env.UID, shellWord(path))
	}
	who := "its group"
	switch {
	case perm&0o022 == 0o022:
		who = "its group and everybody else"
	case perm&0o002 != 0:
		who = "everybody"
	}
	return fmt.Sprintf("%s may be written by %s (mode %04o)", path, who, perm), help
}

func infoOf(p *lint.Pass, path string) (resolve.FileInfo, bool) {
	if p.Env.ReadFile == nil {
		return resolve.FileInfo{}, false
	}
	_, info, err := p.Env.ReadFile(path)
	return info, err == nil
}

// shellWord quotes a path for a shell where it needs it.
func shellWord(path string) string {
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@") == "" {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
