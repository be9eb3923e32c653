// Package publish writes a portal to disk so that a reader never sees half of it.
//
// The published path, public say, is a link to one of two folders beside it, public.generations/a and public.generations/b. A new portal is written
// into the folder that is not shown, files whose bytes are already right are left alone, what no longer belongs is removed,
// and then the link is replaced in one step. A process that is killed at any moment leaves the old portal or the new one.
//
// Measured elsewhere and the reason for this form: writing in place survives no kill at all, and removing a folder before
// renaming another leaves nothing to read in between.
package publish

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
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

// Result says what writing did.
type Result struct {
	Files, Written, Removed int
	Digest                  string // SHA-256 over the manifest: one value for the whole portal
}

// Write publishes files at target and returns what it did. The order of files does not matter. On any error the portal
// that was there stays as it was.
func Write(ctx context.Context, target string, files []File) (Result, error) {
	files, digest, err := withManifest(files)
	if err != nil {
		return Result{}, err
	}
	target, err = Place(target)
	if err != nil {
		return Result{}, err
	}
	if err := allowed(target); err != nil {
		return Result{}, err
	}
	store := target + ".generations"
	if err := makeFolder(store); err != nil {
		return Result{}, err
	}
	unlock, err := lock(filepath.Join(store, "lock"))
	if err != nil {
		return Result{}, err
	}
	defer unlock()

	next := nextGeneration(target)
	result := Result{Files: len(files), Digest: digest}
	if err := fill(ctx, filepath.Join(store, next), files, &result); err != nil {
		return Result{}, fmt.Errorf("write portal: %w", err)
	}
	if err := swap(target, filepath.Join(filepath.Base(store), next), filepath.Join(store, "link")); err != nil {
		return Result{}, fmt.Errorf("switch portal: %w", err)
	}
	return result, nil
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

// makeFolder makes a folder to write in. A link in its place is refused: what is swept from it could be anything.
func makeFolder(dir string) error {
	if info, err := os.Lstat(dir); err == nil && !info.IsDir() {
		return refuse("%s is not a folder of its own; remove it or choose another folder with --out", dir)
	}
	return os.MkdirAll(dir, 0o777)
}

// withManifest sorts the files, checks their paths and adds the manifest.
func withManifest(files []File) ([]File, string, error) {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	type entry struct {
		Path   string `json:"path"`
		SHA256 string `json:"sha256"`
		Size   int    `json:"size"`
	}
	entries := make([]entry, 0, len(files))
	folded := map[string]string{}
	for _, f := range files {
		if !fs.ValidPath(f.Path) || f.Path == "." || f.Path == Manifest || strings.ContainsRune(f.Path, '\\') {
			return nil, "", refuse("%q is not a name for a page", f.Path)
		}
		if other, twice := folded[strings.ToLower(f.Path)]; twice {
			return nil, "", refuse("%q and %q would be one file on some disks", other, f.Path)
		}
		folded[strings.ToLower(f.Path)] = f.Path
		sum := sha256.Sum256(f.Data)
		entries = append(entries, entry{f.Path, hex.EncodeToString(sum[:]), len(f.Data)})
	}
	data, err := json.MarshalIndent(map[string]any{"version": "muniment/manifest/v1", "files": entries}, "", " ")
	if err != nil {
		return nil, "", err
	}
	data = append(data, '\n')
	sum := sha256.Sum256(data)
	return append(files, File{Manifest, data}), hex.EncodeToString(sum[:]), nil
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

// nextGeneration names the folder that is not shown now.
func nextGeneration(target string) string {
	if to, err := os.Readlink(target); err == nil && filepath.Base(to) == "a" {
		return "b"
	}
	return "a"
}

// fill makes dir hold exactly files. Equal files are left alone: writing costs more than reading, and deleting most of all.
//
// What does not belong goes first, links above all: a page must not be taken for right because a link leads to its bytes.
func fill(ctx context.Context, dir string, files []File, result *Result) error {
	if err := makeFolder(dir); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	wanted := make(map[string]bool, len(files))
	for _, f := range files {
		wanted[f.Path] = true
	}
	if err := sweep(root, wanted, result); err != nil {
		return err
	}
	made := map[string]bool{".": true}
	for i, f := range files {
		if i%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := writeFile(root, f, made, result); err != nil {
			return err
		}
	}
	return nil
}

func writeFile(root *os.Root, f File, made map[string]bool, result *Result) error {
	if old, err := root.ReadFile(f.Path); err == nil && bytes.Equal(old, f.Data) {
		return nil
	}
	for _, dir := range parents(f.Path) {
		if made[dir] {
			continue
		}
		if err := root.Mkdir(dir, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		made[dir] = true
	}
	result.Written++
	return root.WriteFile(f.Path, f.Data, 0o666)
}

// sweep removes what does not belong, deepest first.
func sweep(root *os.Root, wanted map[string]bool, result *Result) error {
	var dirs []string
	err := fs.WalkDir(root.FS(), ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			dirs = append(dirs, p)
			return nil
		case wanted[p] && d.Type().IsRegular():
			return nil
		}
		result.Removed++
		return root.Remove(p)
	})
	if err != nil {
		return err
	}
	keep := map[string]bool{".": true}
	for p := range wanted {
		for _, dir := range parents(p) {
			keep[dir] = true
		}
	}
	for _, dir := range slices.Backward(dirs) {
		if !keep[dir] {
			if err := root.Remove(dir); err != nil {
				return err
			}
		}
	}
	return nil
}

// swap points target at generation in one step.
func swap(target, generation, link string) error {
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Symlink(generation, link); err != nil {
		return err
	}
	if info, err := os.Lstat(target); err == nil && info.IsDir() {
		if err := os.Remove(target); err != nil { // only ever an empty folder: see allowed
			return err
		}
	}
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
