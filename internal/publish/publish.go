// Package publish writes a portal to disk so that a reader never sees half of it.
//
// The published path, public say, is a link to one of two folders beside it, public.generations/a and public.generations/b.
// A new portal is made in the folder that is not shown, and then the link is replaced in one step. A process that is killed
// at any moment leaves the old portal or the new one.
//
// A [Writer] takes files as they come, from several goroutines, and holds none of them. What the folder that is not shown
// already holds is left alone, what the shown one holds is linked, and only the rest is written: the work follows what
// changed. Whether a file is still what was written there is not taken on trust: see [Current].
//
// Measured elsewhere and the reason for this form: writing in place survives no kill at all, and removing a folder before
// renaming another leaves nothing to read in between.
package publish

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// Manifest is the name of the file that lists every other file of a portal with its digest. It is how a portal is told
// from a folder that something else wrote, and how a copy of it can be checked.
const Manifest = "manifest.json"

// File is one file of a portal. Path is relative, with slashes.
type File struct {
	Path string
	Data []byte
}

// ErrRefused means that the target is not a place where a portal may be written; nothing was touched.
var ErrRefused = errors.New("refused")

// refusal is an ErrRefused in words for people.
type refusal string

func (r refusal) Error() string        { return string(r) }
func (r refusal) Is(target error) bool { return target == ErrRefused }

func refuse(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// Result says what publishing did.
type Result struct {
	Files   int    // of the portal, its manifest included
	Written int    // of them, those that the portal shown before did not have, or not with these bytes
	Removed int    // files of the portal shown before that this one does not have
	Digest  string // SHA-256 over the manifest: one value for the whole portal
}

// Place gives the folder that a target names when links in the folders above it are followed: what is refused at a place
// is refused by every way to it.
func Place(target string) (string, error) {
	target, err := filepath.Abs(target)
	if err != nil {
		return "", err
	}
	above, below := filepath.Dir(target), filepath.Base(target)
	for {
		real, err := filepath.EvalSymlinks(above)
		if err == nil {
			return filepath.Join(real, below), nil
		}
		if !errors.Is(err, fs.ErrNotExist) || above == filepath.Dir(above) {
			return "", err
		}
		above, below = filepath.Dir(above), filepath.Join(filepath.Base(above), below)
	}
}

// makeStore makes the folder of the generations. A link in its place is refused: what is swept from it could be anything.
func makeStore(dir string) error {
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return refuse("%s is not a folder of its own; remove it or choose another folder with --out", dir)
	}
	return os.MkdirAll(dir, 0o777)
}

// allowed refuses targets where writing could destroy something that is not a portal.
func allowed(target string) error {
	if target == filepath.Dir(target) {
		return refuse("%s is the root of the disk", target)
	}
	for dir := target; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if filepath.Base(dir) == ".git" || isGit(dir) {
			return refuse("%s is inside a git directory", target)
		}
	}
	info, err := os.Lstat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode()&fs.ModeSymlink != 0:
		to, err := os.Readlink(target)
		if err != nil {
			return err
		}
		if filepath.Dir(to) != filepath.Base(target)+".generations" {
			return refuse("%s is a link to somewhere else; choose another folder with --out", target)
		}
		return nil
	case !info.IsDir():
		return refuse("%s is a file; choose another folder with --out", target)
	}
	entries, err := os.ReadDir(target)
	if err != nil {
		return err
	}
	if len(entries) > 0 {
		return refuse("%s is a folder with other things in it; choose another folder with --out", target)
	}
	return nil
}

// isGit tells a git directory, such as a bare repository, by what is in it.
func isGit(dir string) bool {
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			return false
		}
	}
	return true
}

// generations names the folder that is shown now, "" when none is, and the one that is not.
func generations(target string) (shown, next string) {
	to, err := os.Readlink(target)
	switch {
	case err == nil && filepath.Base(to) == "a":
		return "a", "b"
	case err == nil && filepath.Base(to) == "b":
		return "b", "a"
	}
	return "", "a"
}

// swap points target at generation in one step.
func swap(target, generation, link string) error {
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	before("make a link")
	if err := os.Symlink(generation, link); err != nil {
		return err
	}
	if info, err := os.Lstat(target); err == nil && info.IsDir() {
		if err := os.Remove(target); err != nil { // only ever an empty folder: see allowed
			return err
		}
	}
	before("switch")
	return os.Rename(link, target)
}

// parents lists the folders above a path, outermost first.
func parents(p string) []string {
	var dirs []string
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		dirs = append(dirs, dir)
	}
	slices.Reverse(dirs)
	return dirs
}

// testOnlyBefore is told what is about to be done to the disk, so that a test can stop there as a kill would.
var testOnlyBefore func(what string)

// testOnlyNoLinks makes the disk one that refuses links.
var testOnlyNoLinks bool

func before(what string) {
	if testOnlyBefore != nil {
		testOnlyBefore(what)
	}
}
