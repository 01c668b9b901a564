package cli

import (
	"runtime/debug"
	"testing"
)

func TestBuilt(t *testing.T) {
	checkout := func(version, modified string) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: []debug.BuildSetting{
			{Key: "vcs.revision", Value: "0123456789abcdef0123456789abcdef01234567"}, {Key: "vcs.modified", Value: modified},
		}}
	}
	module := func(version string) *debug.BuildInfo { return &debug.BuildInfo{Main: debug.Module{Version: version}} }
	tests := []struct {
		name, version, commit string
		info                  *debug.BuildInfo
		want, wantCommit      string
	}{
		{"nothing known", "", "", nil, "dev", "unknown"},
		{"old Go, or -buildvcs=false", "", "", module("(devel)"), "dev", "unknown"},
		{"go install of a release", "", "", module("v1.2.3"), "v1.2.3", "unknown"},
		{"go install of a branch", "", "", module("v0.0.0-20251123110000-0123456789ab"), "v0.0.0-20251123110000-0123456789ab", "0123456789ab"},
		{"go install behind a release", "", "", module("v1.2.4-0.20251123110000-0123456789ab"), "v1.2.4-0.20251123110000-0123456789ab", "0123456789ab"},
		{"a release that looks like one", "", "", module("v1.2.3-rc1"), "v1.2.3-rc1", "unknown"},
		{"checkout of a release", "", "", checkout("v1.2.3", "false"), "v1.2.3", "0123456789ab"},
		{"checkout with changes", "", "", checkout("v1.2.3+dirty", "true"), "v1.2.3+dirty", "0123456789ab+dirty"},
		{"checkout, old Go", "", "", checkout("(devel)", "false"), "dev", "0123456789ab"},
		{"release build", "v1.2.3", "0123456789ab", checkout("v1.2.3+dirty", "true"), "v1.2.3", "0123456789ab"},
		{"release build that sets only the version", "v1.2.3", "", module("(devel)"), "v1.2.3", "unknown"},
	}
	for _, tt := range tests {
		got, gotCommit := builtVersion(tt.version, tt.info), builtCommit(tt.commit, tt.info)
		if got != tt.want || gotCommit != tt.wantCommit {
			t.Errorf("%s: %s, %s; want %s, %s", tt.name, got, gotCommit, tt.want, tt.wantCommit)
		}
	}
}
