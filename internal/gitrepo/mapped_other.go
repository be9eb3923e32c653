//go:build !unix

package gitrepo

import (
	"errors"
	"os"
)

// mapFile maps nothing here, so that every pack is left to go-git.
func mapFile(string) ([]byte, error) { return nil, errors.ErrUnsupported }

func mapOpen(*os.File) ([]byte, error) { return nil, errors.ErrUnsupported }

func unmapFile([]byte) error { return nil }
