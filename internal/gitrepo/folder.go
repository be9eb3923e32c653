package gitrepo

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// ErrIrregular is the error for opening a symbolic link or a submodule: a link is never followed, a submodule is not here.
var ErrIrregular = errors.New("not a regular file")

// Folder is a folder as it was at one commit. It is an [fs.FS] whose content is read when asked for and never changes.
// The Sys method of its file infos gives the [Entry] of a file and the [TreeID] of a folder, so that work can be done once for each blob
// and each folder.
//
// Files have no modification time: git does not keep one. A name that is not UTF-8 is listed but cannot be opened,
// since [fs.ValidPath] refuses it.
type Folder struct {
	repo *Repo
	id   plumbing.Hash

	mu   sync.Mutex
	read map[plumbing.Hash][]treeEntry // folders that were read before, for the next lookup
}

var _ interface {
	fs.ReadDirFS
	fs.ReadFileFS
	fs.StatFS
} = (*Folder)(nil)

// Open opens a file or folder.
func (f *Folder) Open(name string) (fs.File, error) {
	info, err := f.lookup(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	if info.IsDir() {
		return &openFolder{info: info}, nil
	}
	data, err := info.content()
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return &openFile{Reader: bytes.NewReader(data), info: info}, nil
}

// ReadFile reads the whole content of a file.
func (f *Folder) ReadFile(name string) ([]byte, error) {
	info, err := f.lookup(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	data, err := info.content()
	if err != nil {
		return nil, &fs.PathError{Op: "read", Path: name, Err: err}
	}
	return data, nil
}

// ReadDir lists a folder, sorted by name.
func (f *Folder) ReadDir(name string) ([]fs.DirEntry, error) {
	info, err := f.lookup(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	list, err := info.list()
	if err != nil {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: err}
	}
	return list, nil
}

// Stat describes a file or folder without reading its content.
func (f *Folder) Stat(name string) (fs.FileInfo, error) {
	info, err := f.lookup(name)
	if err == nil {
		err = info.measure()
	}
	if err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	return info, nil
}

// Entry gives the entry of a file: its blob and mode. It reports false for folders and for what is not there.
func (f *Folder) Entry(name string) (Entry, bool, error) {
	info, err := f.lookup(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Entry{}, false, nil
	case err != nil:
		return Entry{}, false, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	e, ok := info.Sys().(Entry)
	return e, ok, nil
}

func (f *Folder) lookup(name string) (*info, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrInvalid
	}
	at := treeEntry{name: ".", mode: modeFolder, id: f.id}
	if name == "." {
		return &info{folder: f, path: name, entry: at}, nil
	}
	if strings.Count(name, "/") >= f.repo.limits.depth {
		return nil, tooDeep(name, f.repo.limits)
	}
	for step := range strings.SplitSeq(name, "/") {
		if !at.isFolder() {
			return nil, fs.ErrNotExist
		}
		entries, err := f.entries(at.id)
		if err != nil {
			return nil, err
		}
		var ok bool
		if at, ok = entryNamed(entries, step); !ok {
			return nil, fs.ErrNotExist
		}
	}
	return &info{folder: f, path: name, entry: at}, nil
}

// Rest lets go of what was listed. It is listed again when somebody asks.
func (f *Folder) Rest() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read = nil
}

func (f *Folder) entries(id plumbing.Hash) ([]treeEntry, error) {
	f.mu.Lock()
	entries, ok := f.read[id]
	f.mu.Unlock()
	if ok {
		return entries, nil
	}
	entries, err := f.repo.tree(id)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.read == nil {
		f.read = make(map[plumbing.Hash][]treeEntry)
	}
	f.read[id] = entries
	return entries, nil
}

// info is a file or folder as it stands in its folder; it serves as fs.FileInfo and fs.DirEntry.
type info struct {
	folder *Folder
	path   string
	entry  treeEntry
	size   int64
}

func (i *info) Name() string               { return path.Base(i.path) }
func (i *info) Size() int64                { return i.size }
func (i *info) ModTime() time.Time         { return time.Time{} }
func (i *info) IsDir() bool                { return i.entry.isFolder() }
func (i *info) Type() fs.FileMode          { return i.Mode().Type() }
func (i *info) Info() (fs.FileInfo, error) { return i, i.measure() }
func (i *info) String() string             { return fs.FormatFileInfo(i) }

// Mode gives what can be done with the content: nobody can write to the past.
func (i *info) Mode() fs.FileMode {
	switch i.entry.mode & modeType {
	case modeFolder:
		return fs.ModeDir | 0o555
	case ModeSymlink:
		return fs.ModeSymlink | 0o777
	case ModeSubmodule:
		return fs.ModeIrregular
	}
	if i.entry.mode&0o111 != 0 {
		return 0o555
	}
	return 0o444
}

// TreeID is the id of a folder. Two folders with the same have the same names, modes and content in them, however deep.
type TreeID string

// Sys gives the Entry of a file and the TreeID of a folder.
func (i *info) Sys() any {
	if i.IsDir() {
		return TreeID(i.entry.id.String())
	}
	return Entry{Path: i.path, Blob: i.entry.id.String(), Mode: i.entry.mode}
}

// measure looks up the size, which only the content's own header tells.
func (i *info) measure() (err error) {
	if mode := i.Mode(); mode.IsRegular() || mode.Type() == fs.ModeSymlink {
		i.size, err = i.folder.repo.store.size(plumbing.BlobObject, i.entry.id)
	}
	return err
}

func (i *info) content() ([]byte, error) {
	if !i.Mode().IsRegular() {
		return nil, ErrIrregular
	}
	data, err := i.folder.repo.store.read(plumbing.BlobObject, i.entry.id, i.folder.repo.limits.blob)
	i.size = int64(len(data))
	return data, err
}

func (i *info) list() ([]fs.DirEntry, error) {
	if !i.IsDir() {
		return nil, errors.New("not a folder")
	}
	entries, err := i.folder.entries(i.entry.id)
	if err != nil {
		return nil, err
	}
	list := make([]fs.DirEntry, len(entries))
	for n, e := range entries {
		list[n] = &info{folder: i.folder, path: path.Join(i.path, e.name), entry: e}
	}
	// git sorts a folder as though its name ended in a slash; fs.ReadDirFS wants plain names sorted.
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) })
	return list, nil
}

type openFile struct {
	*bytes.Reader
	info *info
}

func (o *openFile) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *openFile) Close() error               { return nil }

type openFolder struct {
	info *info
	rest []fs.DirEntry
	read bool
}

func (o *openFolder) Stat() (fs.FileInfo, error) { return o.info, nil }
func (o *openFolder) Close() error               { return nil }
func (o *openFolder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: o.info.path, Err: ErrIrregular}
}

// ReadDir gives the next n entries, or all that are left when n is not positive.
func (o *openFolder) ReadDir(n int) ([]fs.DirEntry, error) {
	if !o.read {
		list, err := o.info.list()
		if err != nil {
			return nil, &fs.PathError{Op: "readdir", Path: o.info.path, Err: err}
		}
		o.rest, o.read = list, true
	}
	if n <= 0 {
		n = len(o.rest)
	} else if len(o.rest) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(o.rest))
	list := o.rest[:n:n]
	o.rest = o.rest[n:]
	return list, nil
}
