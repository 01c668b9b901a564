//go:build unix

package resolve

import (
	"io/fs"
	"syscall"
)

func infoOf(st fs.FileInfo) FileInfo {
	info := FileInfo{Mode: st.Mode()}
	if sys, ok := st.Sys().(*syscall.Stat_t); ok {
		info.UID, info.GID = int(sys.Uid), int(sys.Gid)
	}
	return info
}

// noFollow has a link at the end of a path refused.
const noFollow = syscall.O_NOFOLLOW
