package gitrepo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// Dirty lists the paths below the folder root whose content in the working tree differs from HEAD: changed, new and gone,
// relative to root and sorted bytewise. Exact bytes are compared, without line-ending conversion, because that is what
// would be judged. New files that a .gitignore of the repository or info/exclude names are left out.
//
// A bare repository has no working tree and so nothing in it. Before the first commit every file is new.
func (r *Repo) Dirty(root string) ([]string, error) {
	steps, err := splitRoot(root)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: root, Err: err}
	}
	if r.place.work == "" {
		return nil, nil
	}
	kept, err := r.keptAtHead(root)
	if err != nil {
		return nil, err
	}
	work, err := os.OpenRoot(filepath.Join(append([]string{r.place.work}, steps...)...))
	if errors.Is(err, fs.ErrNotExist) {
		return sortedPaths(kept), nil
	}
	if err != nil {
		return nil, err
	}
	defer work.Close()

	s := sweep{work: work, above: steps, kept: kept, staged: r.stagedBelow(steps)}
	if err := s.ignoreFrom(r.place.work, filepath.Join(r.place.common, "info", "exclude")); err != nil {
		return nil, err
	}
	if err := fs.WalkDir(work.FS(), ".", s.visit); err != nil {
		return nil, fmt.Errorf("compare working tree with HEAD: %w", err)
	}
	return slices.Sorted(slices.Values(append(s.dirty, sortedPaths(s.kept)...))), nil
}

// keptAtHead gives the entries of HEAD below root by path; there are none when there is no commit or no such folder.
func (r *Repo) keptAtHead(root string) (map[string]Entry, error) {
	kept := make(map[string]Entry)
	head, err := r.Head()
	if errors.Is(err, ErrNoCommit) {
		return kept, nil
	}
	if err != nil {
		return nil, err
	}
	entries, err := r.Files(head, root)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		kept[e.Path] = e
	}
	return kept, nil
}

func sortedPaths(kept map[string]Entry) []string {
	var paths []string
	for p := range kept {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	return paths
}

// sweep walks the working tree and takes from kept what it finds; what is left at the end is gone from the working tree.
type sweep struct {
	work   *os.Root
	above  []string // folder names from the top of the working tree to work
	kept   map[string]Entry
	ignore []gitignore.Pattern
	dirty  []string
	staged *staged // nil when every file is read
}

func (s *sweep) visit(name string, d fs.DirEntry, err error) error {
	if err != nil {
		return err
	}
	e, isKept := s.kept[name]
	if d.IsDir() {
		return s.visitFolder(name, isKept && e.Mode == ModeSubmodule)
	}
	if !isKept {
		if !s.ignored(name, false) {
			s.dirty = append(s.dirty, name)
		}
		return nil
	}
	delete(s.kept, name)
	same, err := s.same(e, d)
	if err == nil && !same {
		s.dirty = append(s.dirty, name)
	}
	return err
}

// visitFolder passes over git's own folder, submodules, and ignored folders unless something in them is kept all the same.
func (s *sweep) visitFolder(name string, submodule bool) error {
	switch {
	case name == ".":
	case submodule:
		delete(s.kept, name)
		return fs.SkipDir
	case path.Base(name) == ".git", s.ignored(name, true) && !s.keepsBelow(name):
		return fs.SkipDir
	}
	return s.ignoreIn(s.work.FS(), name, append(slices.Clone(s.above), steps(name)...))
}

func (s *sweep) keepsBelow(folder string) bool {
	for p := range s.kept {
		if strings.HasPrefix(p, folder+"/") {
			return true
		}
	}
	return false
}

// same compares one file of the working tree with its entry. The permission to execute is not content.
func (s *sweep) same(e Entry, d fs.DirEntry) (bool, error) {
	switch kind := d.Type(); {
	case kind == fs.ModeSymlink && e.Mode == ModeSymlink:
		target, err := s.work.Readlink(e.Path)
		id, _ := objectID(plumbing.BlobObject, []byte(filepath.ToSlash(target)))
		return id.String() == e.Blob, err
	case kind != 0 || e.Mode&modeType != modeRegular:
		return false, nil
	}
	if s.staged != nil {
		if info, err := d.Info(); err == nil && s.staged.vouches(e, info) {
			return true, nil
		}
	}
	f, err := s.work.Open(e.Path)
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	h := newObjectHash(plumbing.BlobObject, info.Size())
	if _, err := io.Copy(h, f); err != nil {
		return false, err
	}
	return plumbing.Hash(h.Sum(nil)).String() == e.Blob, nil
}

func (s *sweep) ignored(name string, folder bool) bool {
	return gitignore.NewMatcher(s.ignore).Match(append(slices.Clone(s.above), steps(name)...), folder)
}

// ignoreFrom reads the patterns that apply from above the swept folder, weakest first.
func (s *sweep) ignoreFrom(top, exclude string) error {
	lines, err := contentLines(exclude)
	if err != nil {
		return err
	}
	s.addPatterns(lines, nil)
	for i := range s.above {
		dir := filepath.Join(append([]string{top}, s.above[:i]...)...)
		if err := s.ignoreIn(os.DirFS(dir), ".", s.above[:i]); err != nil {
			return err
		}
	}
	return nil
}

// ignoreIn reads the patterns of one folder. Git follows no link here, and reading a pipe would never end.
func (s *sweep) ignoreIn(fsys fs.FS, folder string, domain []string) error {
	if _, err := fs.Lstat(fsys, path.Join(folder, ".gitattributes")); !errors.Is(err, fs.ErrNotExist) {
		s.staged = nil // git may store other bytes than lie here
	}
	name := path.Join(folder, ".gitignore")
	info, err := fs.Lstat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
		return nil
	}
	if err != nil {
		return err
	}
	b, err := fs.ReadFile(fsys, name)
	if err != nil {
		return err
	}
	s.addPatterns(strings.Split(string(b), "\n"), domain)
	return nil
}

func (s *sweep) addPatterns(lines, domain []string) {
	for _, line := range lines {
		line = strings.TrimRight(line, "\r")
		if strings.TrimSpace(line) != "" && line[0] != '#' {
			s.ignore = append(s.ignore, gitignore.ParsePattern(line, domain))
		}
	}
}

// steps gives the names along a path from a walk; "." has none.
func steps(name string) []string {
	if name == "." {
		return nil
	}
	return strings.Split(name, "/")
}
