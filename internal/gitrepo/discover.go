package gitrepo

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// place is where a repository lies on disk.
type place struct {
	own    string // the folder with this working tree's HEAD
	common string // the folder with objects and refs; differs from own in a linked worktree
	work   string // the working tree; empty for a bare repository
}

func (p place) objects() string { return filepath.Join(p.common, "objects") }

// discover walks up from dir to the repository that dir lies in. A folder may itself be a bare repository.
func discover(dir string) (place, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return place{}, err
	}
	if _, err := os.Stat(dir); err != nil {
		return place{}, err
	}
	for {
		found, ok, err := repositoryAt(dir)
		if err != nil || ok {
			return found, err
		}
		up := filepath.Dir(dir)
		if up == dir {
			return place{}, ErrNotRepository
		}
		dir = up
	}
}

func repositoryAt(dir string) (place, bool, error) {
	dotGit := filepath.Join(dir, ".git")
	info, err := os.Stat(dotGit)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		bare, ok, err := gitFolder(dir)
		return bare, ok, err
	case err != nil:
		return place{}, false, err
	case info.IsDir():
		found, ok, err := gitFolder(dotGit)
		found.work = dir
		return found, ok, err
	}
	target, err := linkedFolder(dotGit)
	if err != nil {
		return place{}, false, err
	}
	found, ok, err := gitFolder(target)
	if err == nil && !ok {
		err = fmt.Errorf("%s points to %s: %w", dotGit, target, ErrNotRepository)
	}
	found.work = dir
	return found, ok, err
}

// linkedFolder reads a .git file, which linked worktrees and submodules have in place of a folder.
func linkedFolder(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	target, ok := strings.CutPrefix(string(bytes.TrimRight(b, "\r\n")), "gitdir: ")
	if !ok {
		return "", fmt.Errorf("%s does not name a git folder: %w", file, ErrNotRepository)
	}
	return within(filepath.Dir(file), target), nil
}

// gitFolder reports whether dir holds a repository: a HEAD, and objects and refs there or in the common folder.
func gitFolder(dir string) (place, bool, error) {
	if _, err := os.Lstat(filepath.Join(dir, "HEAD")); err != nil {
		return place{}, false, nil
	}
	found := place{own: dir, common: dir}
	b, err := os.ReadFile(filepath.Join(dir, "commondir"))
	switch {
	case err == nil:
		found.common = within(dir, string(bytes.TrimRight(b, "\r\n")))
	case !errors.Is(err, fs.ErrNotExist):
		return place{}, false, err
	}
	for _, name := range []string{"objects", "refs"} {
		if info, err := os.Stat(filepath.Join(found.common, name)); err != nil || !info.IsDir() {
			return place{}, false, nil
		}
	}
	return found, true, nil
}

// within resolves a path that a file in dir states, which may be absolute.
func within(dir, name string) string {
	name = filepath.FromSlash(name)
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}
