package cli

import (
	"fmt"
	"runtime/debug"

	"github.com/sshvet/sshvet/internal/keyword"
)

// version is set by release builds with -ldflags "-X …/internal/cli.version=…".
var version = ""

// toolVersion is the version of this build: what the release set, else what Go
// recorded of the module.
func toolVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "unknown"
}

func versionText() string {
	return fmt.Sprintf("sshvet %s (commit %s), knows OpenSSH up to %s", toolVersion(), commit(), keyword.Newest)
}
