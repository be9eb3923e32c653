//go:build !unix

package publish

import (
	"os"
	"path/filepath"
)

// look gives the state of one name in a folder, of a link itself and not of what it leads to. Where the system keeps no
// number and no time of change for people, the time of writing has to do.
func (f *folder) look(name string) (state, error) {
	info, err := f.root.Lstat(name)
	if err != nil {
		return state{}, err
	}
	return state{
		mark:    mark{Size: info.Size(), Changed: info.ModTime().UnixNano()},
		links:   2, // not known, so never written in place
		regular: info.Mode().IsRegular(),
		dir:     info.IsDir(),
	}, nil
}

// link gives a file of this folder the same name in another one.
func (f *folder) link(name string, to *folder) error {
	return os.Link(filepath.Join(f.root.Name(), name), filepath.Join(to.root.Name(), name))
}
