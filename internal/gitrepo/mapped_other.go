//go:build !unix

package gitrepo

import "errors"

// mapFile maps nothing here, so that every pack is left to go-git.
func mapFile(string) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmapFile([]byte) error { return nil }
