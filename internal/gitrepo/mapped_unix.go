//go:build unix

package gitrepo

import (
	"errors"
	"os"
	"syscall"
)

// mapFile gives the content of a file without reading it: pages come in as they are touched. Reading beyond what is left of
// a file that was cut short meanwhile faults; see [withoutFault].
func mapFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return mapOpen(f)
}

// mapOpen is mapFile of an open file, which may be closed afterwards.
func mapOpen(f *os.File) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := int(info.Size())
	if !info.Mode().IsRegular() || size == 0 || int64(size) != info.Size() {
		return nil, errors.ErrUnsupported
	}
	return syscall.Mmap(int(f.Fd()), 0, size, syscall.PROT_READ, syscall.MAP_SHARED)
}

func unmapFile(content []byte) error { return syscall.Munmap(content) }
