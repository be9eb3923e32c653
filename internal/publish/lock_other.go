//go:build !unix

package publish

import (
	"errors"
	"io/fs"
	"os"
)

// lock keeps two builds of one portal apart. Where the system has no lock that ends with its process, a file left behind
// by a build that was killed must be removed by hand; the message says which.
func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return nil, refuse("another build is writing this portal; if none is, remove %s", name)
	}
	if err != nil {
		return nil, err
	}
	return func() { f.Close(); os.Remove(name) }, nil
}
