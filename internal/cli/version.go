package cli

import (
	"cmp"
	"fmt"
	"regexp"
	"runtime/debug"

	"github.com/sshvet/sshvet/internal/keyword"
)

// Set by release builds: -ldflags "-X …/internal/cli.version=v1.2.3 -X …/internal/cli.commit=…".
var version, commit string

// toolVersion is the version of this build.
func toolVersion() string {
	info, _ := debug.ReadBuildInfo()
	return builtVersion(version, info)
}

func versionText() string {
	info, _ := debug.ReadBuildInfo()
	return fmt.Sprintf("sshvet %s (commit %s), knows OpenSSH up to %s", builtVersion(version, info), builtCommit(commit, info), keyword.Newest)
}

// builtVersion is what the release has set, else what Go has recorded of a module
// that 'go install' got, or of a checkout, where +dirty means changes that are
// not committed; else "dev". info may be nil.
func builtVersion(set string, info *debug.BuildInfo) string {
	if info == nil || info.Main.Version == "(devel)" {
		return cmp.Or(set, "dev")
	}
	return cmp.Or(set, info.Main.Version, "dev")
}

// pseudoVersion is how Go calls a commit without a tag; the commit is at its end.
const pseudoVersion = `-(?:0\.)?[0-9]{14}-([0-9a-f]{12})(\+dirty)?$`

// builtCommit is the commit by the same sources, in 12 digits where Go tells it;
// "unknown" for a release got by 'go install', whose version says it all.
func builtCommit(set string, info *debug.BuildInfo) string {
	if set != "" || info == nil {
		return cmp.Or(set, "unknown")
	}
	var revision, dirty string
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.revision" && len(s.Value) >= 12:
			revision = s.Value[:12]
		case s.Key == "vcs.modified" && s.Value == "true":
			dirty = "+dirty"
		}
	}
	if revision != "" {
		return revision + dirty
	}
	if m := regexp.MustCompile(pseudoVersion).FindStringSubmatch(info.Main.Version); m != nil {
		return m[1] + m[2]
	}
	return "unknown"
}
