package gitpack

import (
	"bytes"
	"slices"
	"strings"
)

// Tree is the files of one state. Folders are shared with the trees it was branched from and copied only when they change,
// so a branch costs nothing.
type Tree struct{ root *folder }

// folder is a folder of one or more trees. Once stored it never changes.
type folder struct {
	owner   *Tree // the only tree that may change it, until it is stored
	entries []entry
	stored  bool
	id      ID
	raw     []byte // as stored

	base    ID     // the folder before it
	baseRaw []byte // nil when there is none
}

// entry is a file or, when folder is set, a folder.
type entry struct {
	name   string
	id     ID
	folder *folder
}

// NewTree gives a tree without files.
func NewTree() *Tree {
	t := &Tree{}
	t.root = &folder{owner: t}
	return t
}

// Branch gives a tree with the same files that can be changed apart from this one.
func (t *Tree) Branch() *Tree {
	b := &Tree{root: t.root}
	t.root = t.root.disowned()
	return b
}

// disowned makes sure that neither side of a branch changes what the other sees.
func (f *folder) disowned() *folder {
	if f.owner == nil {
		return f
	}
	f.owner = nil
	for _, e := range f.entries {
		if e.folder != nil {
			e.folder.disowned()
		}
	}
	return f
}

// Put writes the file at a path, with slashes, whose content was stored as a blob. A name is a file or a folder for ever.
func (t *Tree) Put(path string, blob ID) {
	t.root = t.own(t.root)
	f := t.root
	for {
		name, rest, deeper := strings.Cut(path, "/")
		i, found := f.find(name, deeper)
		if !found {
			f.entries = slices.Insert(f.entries, i, entry{name: name})
		}
		if !deeper {
			f.entries[i].id = blob
			return
		}
		f.entries[i].folder = t.own(f.entries[i].folder)
		f, path = f.entries[i].folder, rest
	}
}

// Get gives the blob of the file at a path.
func (t *Tree) Get(path string) (ID, bool) {
	for f := t.root; ; {
		name, rest, deeper := strings.Cut(path, "/")
		i, found := f.find(name, deeper)
		switch {
		case !found:
			return ID{}, false
		case !deeper:
			return f.entries[i].id, true
		}
		f, path = f.entries[i].folder, rest
	}
}

// Remove takes the file at a path away, with the folders that it leaves empty.
func (t *Tree) Remove(path string) {
	t.root = t.own(t.root)
	t.remove(t.root, path)
}

func (t *Tree) remove(f *folder, path string) {
	name, rest, deeper := strings.Cut(path, "/")
	i, found := f.find(name, deeper)
	if !found {
		return
	}
	if deeper {
		f.entries[i].folder = t.own(f.entries[i].folder)
		t.remove(f.entries[i].folder, rest)
		if len(f.entries[i].folder.entries) > 0 {
			return
		}
	}
	f.entries = slices.Delete(f.entries, i, i+1)
}

// own gives a folder that this tree may change.
func (t *Tree) own(f *folder) *folder {
	switch {
	case f == nil:
		return &folder{owner: t}
	case f.owner == t && !f.stored:
		return f
	}
	c := &folder{owner: t, entries: slices.Clone(f.entries), base: f.base, baseRaw: f.baseRaw}
	if f.stored {
		c.base, c.baseRaw = f.id, f.raw
	}
	return c
}

// find looks for a name, which git sorts as if folders ended in a slash.
func (f *folder) find(name string, isFolder bool) (int, bool) {
	return slices.BinarySearchFunc(f.entries, name, func(e entry, name string) int {
		return compareNames(e.name, e.folder != nil, name, isFolder)
	})
}

func compareNames(a string, aFolder bool, b string, bFolder bool) int {
	n := min(len(a), len(b))
	if c := strings.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	return int(byteAt(a, n, aFolder)) - int(byteAt(b, n, bFolder))
}

func byteAt(s string, i int, isFolder bool) byte {
	switch {
	case i < len(s):
		return s[i]
	case isFolder:
		return '/'
	}
	return 0
}

// writeFolder stores a folder and what changed below it.
func (p *pack) writeFolder(f *folder) (ID, error) {
	if f.stored {
		return f.id, nil
	}
	var raw bytes.Buffer
	raw.Grow(len(f.baseRaw) + 64)
	for i := range f.entries {
		e := &f.entries[i]
		if e.folder != nil {
			id, err := p.writeFolder(e.folder)
			if err != nil {
				return ID{}, err
			}
			e.id = id
			raw.WriteString("40000 ")
		} else {
			raw.WriteString("100644 ")
		}
		raw.WriteString(e.name)
		raw.WriteByte(0)
		raw.Write(e.id[:])
	}
	var before *base
	if f.baseRaw != nil {
		before = &base{f.base, f.baseRaw}
	}
	id, _, err := p.store(kindTree, raw.Bytes(), before)
	if err != nil {
		return ID{}, err
	}
	f.stored, f.id, f.raw, f.baseRaw, f.owner = true, id, raw.Bytes(), nil, nil
	return id, nil
}

// Count counts the files.
func (t *Tree) Count() int { return t.root.count() }

func (f *folder) count() (n int) {
	for _, e := range f.entries {
		if e.folder != nil {
			n += e.folder.count()
		} else {
			n++
		}
	}
	return n
}
