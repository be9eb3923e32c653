//go:build unix

package publish

import (
	"os"

	"golang.org/x/sys/unix"
)

// look gives the state of one name in a folder, of a link itself and not of what it leads to.
func (f *folder) look(name string) (state, error) {
	var st unix.Stat_t
	err := ignoringEINTR(func() error { return unix.Fstatat(int(f.dir.Fd()), name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	if err != nil {
		return state{}, &os.PathError{Op: "stat", Path: name, Err: err}
	}
	return state{
		mark:    mark{Size: st.Size, Inode: uint64(st.Ino), Changed: unix.TimespecToNsec(st.Ctim)},
		links:   uint64(st.Nlink),
		regular: uint32(st.Mode)&unix.S_IFMT == unix.S_IFREG,
		dir:     uint32(st.Mode)&unix.S_IFMT == unix.S_IFDIR,
	}, nil
}

// link gives a file of this folder the same name in another one.
func (f *folder) link(name string, to *folder) error {
	return ignoringEINTR(func() error { return unix.Linkat(int(f.dir.Fd()), name, int(to.dir.Fd()), name, 0) })
}

func ignoringEINTR(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}
