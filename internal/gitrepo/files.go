package gitrepo

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// Entry is one file of a commit. Path is relative to the folder that was asked for, with slashes, and holds the very bytes
// of the name, which need not be UTF-8. Two entries with the same Blob have the same content.
//
// Symbolic links, submodules and regular files with odd permissions are entries too, so that they can be reported;
// for a submodule Blob is the id of a commit elsewhere.
type Entry struct {
	Path string
	Blob string
	Mode uint32 // as git stores it, one of the Mode constants or an odd one such as 100664 octal
}

// Files lists every file below the folder root of a commit, sorted bytewise by path. The root is "" or "." for everything.
// The error wraps [fs.ErrNotExist] when the commit has no such folder.
func (r *Repo) Files(commit Commit, root string) ([]Entry, error) {
	folder, err := r.FS(commit, root)
	if err != nil {
		return nil, err
	}
	return folder.Files()
}

// Blob reads the content of a file by the id in its [Entry].
func (r *Repo) Blob(id string) ([]byte, error) {
	h, ok := parseID(id)
	if !ok {
		return nil, fmt.Errorf("read blob: %q is not an object id", id)
	}
	return r.store.read(plumbing.BlobObject, h, r.limits.blob)
}

// FS gives the folder root of a commit as a file system. The root is "" or "." for everything.
// The error wraps [fs.ErrNotExist] when the commit has no such folder.
func (r *Repo) FS(commit Commit, root string) (*Folder, error) {
	id, err := r.folderAt(commit, root)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: root, Err: err}
	}
	return &Folder{repo: r, id: id}, nil
}

func (r *Repo) folderAt(commit Commit, root string) (plumbing.Hash, error) {
	id, ok := parseID(commit.Tree)
	if !ok {
		return id, errors.New("the commit was not read from a repository")
	}
	steps, err := splitRoot(root)
	if err != nil {
		return id, err
	}
	for _, name := range steps {
		entries, err := r.tree(id)
		if err != nil {
			return id, err
		}
		e, ok := entryNamed(entries, name)
		if !ok || !e.isFolder() {
			return id, fs.ErrNotExist
		}
		id = e.id
	}
	return id, nil
}

// splitRoot gives the folder names that lead to root.
func splitRoot(root string) ([]string, error) {
	root = strings.TrimSuffix(root, "/")
	if root == "" || root == "." {
		return nil, nil
	}
	if !fs.ValidPath(root) {
		return nil, fs.ErrInvalid
	}
	return strings.Split(root, "/"), nil
}

// entryNamed finds an entry. A file and a folder of one name sort differently, so both places are looked at.
func entryNamed(entries []treeEntry, name string) (treeEntry, bool) {
	for _, mode := range []uint32{modeRegular, modeFolder} {
		if i, ok := slices.BinarySearchFunc(entries, treeEntry{name: name, mode: mode}, compareEntries); ok {
			return entries[i], true
		}
	}
	return treeEntry{}, false
}

// Files lists every file below the folder, sorted bytewise by path.
func (f *Folder) Files() ([]Entry, error) {
	var all []Entry
	var walk func(prefix string, id plumbing.Hash, depth int) error
	walk = func(prefix string, id plumbing.Hash, depth int) error {
		if depth > f.repo.limits.depth {
			return tooDeep(prefix, f.repo.limits)
		}
		entries, err := f.repo.tree(id)
		if err != nil {
			return fmt.Errorf("read folder %q: %w", path.Clean(prefix), err)
		}
		for _, e := range entries {
			if e.isFolder() {
				if err := walk(prefix+e.name+"/", e.id, depth+1); err != nil {
					return err
				}
				continue
			}
			if len(all) == f.repo.limits.files {
				return &LimitError{What: "the commit", Limit: int64(f.repo.limits.files), Unit: "files"}
			}
			all = append(all, Entry{Path: prefix + e.name, Blob: e.id.String(), Mode: e.mode})
		}
		return nil
	}
	if err := walk("", f.id, 0); err != nil {
		return nil, err
	}
	return all, nil
}

func tooDeep(prefix string, l limits) error {
	return &LimitError{What: fmt.Sprintf("the nesting of folders at %q", path.Clean(prefix[:min(len(prefix), 80)])), Limit: int64(l.depth), Unit: "levels"}
}
