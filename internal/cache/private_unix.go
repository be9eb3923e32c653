//go:build unix

package cache

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// private refuses folders that somebody else may write to: an answer could be put there.
func private(info fs.FileInfo) error {
	if info.Mode().Perm()&0o022 != 0 {
		return errors.New("may be written by others; chmod go-w makes it yours alone")
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return errors.New("belongs to somebody else")
	}
	return nil
}
