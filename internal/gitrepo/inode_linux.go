package gitrepo

import (
	"io/fs"
	"syscall"
	"time"
)

// inodeOf gives the time of the last change of a file or of its inode, and the number of the inode. No owner of a file can set that
// time.
func inodeOf(info fs.FileInfo) (changed time.Time, inode uint64, ok bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return time.Time{}, 0, false
	}
	return time.Unix(int64(st.Ctim.Sec), int64(st.Ctim.Nsec)), st.Ino, true
}
