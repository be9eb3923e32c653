package gittest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/go-git/go-git/v5/plumbing/object"
	"github.com/go-git/go-git/v5/plumbing/storer"
)

const (
	mainBranch = "main"
	regular    = uint32(filemode.Regular)
	link       = uint32(filemode.Symlink)
	submodule  = uint32(filemode.Submodule)
)

// file is one file of a state: its content by id.
type file struct {
	mode uint32
	id   plumbing.Hash
}

// state is every file of one commit by path.
type state map[string]file

// branch is a line of development: its last commit, its files, and where it parted from the branches it may be merged into.
type branch struct {
	name   string
	tip    plumbing.Hash // zero before its first commit
	state  state
	parted map[string]state // by the other branch's name: what was common when they parted or were last merged
}

// writer builds a repository from the lines of an archive. A commit is open from its line until the next one.
type writer struct {
	dir      string
	repo     *git.Repository
	store    storer.EncodedObjectStorer
	branches map[string]*branch
	on       *branch
	open     *object.Commit // nil between commits
	merged   []*branch
}

func newWriter(dir string) (*writer, error) {
	repo, err := git.PlainInitWithOptions(dir, &git.PlainInitOptions{
		InitOptions: git.InitOptions{DefaultBranch: plumbing.NewBranchReferenceName(mainBranch)},
	})
	if err != nil {
		return nil, err
	}
	first := &branch{name: mainBranch, state: state{}, parted: map[string]state{}}
	return &writer{dir: dir, repo: repo, store: repo.Storer, on: first, branches: map[string]*branch{mainBranch: first}}, nil
}

// begin opens a commit, a merge when it names other branches.
func (w *writer) begin(others []string, text string, message []byte) error {
	if err := w.close(); err != nil {
		return err
	}
	when, who, subject, err := caption(text)
	if err != nil {
		return err
	}
	for _, name := range others {
		other, ok := w.branches[name]
		if !ok || other == w.on || other.tip.IsZero() {
			return fmt.Errorf("there is no other branch %q to merge", name)
		}
		w.take(other)
		w.merged = append(w.merged, other)
	}
	w.open = newCommit(when, who, subject, message)
	return nil
}

func newCommit(when time.Time, who, subject string, message []byte) *object.Commit {
	text := subject + "\n"
	if len(message) > 0 {
		text += "\n" + string(message)
	}
	address := strings.ToLower(strings.Join(strings.Fields(who), "-")) + "@example.org"
	person := object.Signature{Name: who, Email: address, When: when}
	return &object.Commit{Author: person, Committer: person, Message: text}
}

// take brings what another branch changed since the two parted into the state of this one.
func (w *writer) take(other *branch) {
	base := w.on.parted[other.name]
	for path, f := range other.state {
		if base[path] != f {
			w.on.state[path] = f
		}
	}
	for path := range base {
		if _, ok := other.state[path]; !ok {
			delete(w.on.state, path)
		}
	}
	w.on.parted[other.name] = maps.Clone(other.state)
}

// close writes the open commit, if there is one.
func (w *writer) close() error {
	if w.open == nil {
		return nil
	}
	c := w.open
	if !w.on.tip.IsZero() {
		c.ParentHashes = append(c.ParentHashes, w.on.tip)
	}
	for _, other := range w.merged {
		c.ParentHashes = append(c.ParentHashes, other.tip)
	}
	var err error
	if c.TreeHash, err = w.tree(w.on.state); err != nil {
		return err
	}
	if w.on.tip, err = w.put(c); err != nil {
		return err
	}
	w.open, w.merged = nil, nil
	return nil
}

func (w *writer) branch(name string) error {
	if err := w.close(); err != nil {
		return err
	}
	if known, ok := w.branches[name]; ok {
		w.on = known
		return nil
	}
	from := w.on
	next := &branch{name: name, tip: from.tip, state: maps.Clone(from.state), parted: maps.Clone(from.parted)}
	for _, other := range w.branches {
		if _, ok := other.parted[name]; !ok {
			other.parted[name] = maps.Clone(from.state)
		}
	}
	next.parted[from.name] = maps.Clone(from.state)
	w.branches[name], w.on = next, next
	return nil
}

func (w *writer) tag(name string) error {
	if err := w.close(); err != nil {
		return err
	}
	return w.repo.Storer.SetReference(plumbing.NewHashReference(plumbing.NewTagReferenceName(name), w.on.tip))
}

// write puts a file into the open commit. A mode of 0 keeps the mode the file had.
func (w *writer) write(path string, mode uint32, data []byte) error {
	if w.open == nil {
		return errors.New("a file belongs below a commit or merge line")
	}
	if !fs.ValidPath(path) {
		return errors.New("not a path within the repository")
	}
	if mode == 0 {
		mode = max(w.on.state[path].mode, regular)
	}
	var id plumbing.Hash
	var err error
	switch mode {
	case submodule:
		id = plumbing.NewHash(strings.TrimSpace(string(data)))
	case link:
		id, err = w.blob([]byte(strings.TrimRight(string(data), "\n")))
	default:
		id, err = w.blob(data)
	}
	w.on.state[path] = file{mode: mode, id: id}
	return err
}

func (w *writer) delete(path string) error {
	if w.open == nil {
		return errors.New("a deletion belongs below a commit or merge line")
	}
	before := len(w.on.state)
	maps.DeleteFunc(w.on.state, func(p string, _ file) bool { return p == path || strings.HasPrefix(p, path+"/") })
	if len(w.on.state) == before {
		return errors.New("there is nothing to delete")
	}
	return nil
}

func (w *writer) blob(data []byte) (plumbing.Hash, error) {
	o := w.store.NewEncodedObject()
	o.SetType(plumbing.BlobObject)
	out, err := o.Writer()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if _, err := out.Write(data); err != nil {
		return plumbing.ZeroHash, err
	}
	return w.store.SetEncodedObject(o)
}

// tree writes the folders of a state, innermost first.
func (w *writer) tree(s state) (plumbing.Hash, error) {
	var t object.Tree
	folders := make(map[string]state)
	for path, f := range s {
		folder, rest, ok := strings.Cut(path, "/")
		if !ok {
			t.Entries = append(t.Entries, object.TreeEntry{Name: path, Mode: filemode.FileMode(f.mode), Hash: f.id})
			continue
		}
		if folders[folder] == nil {
			folders[folder] = make(state)
		}
		folders[folder][rest] = f
	}
	for name, inner := range folders {
		if _, ok := s[name]; ok {
			return plumbing.ZeroHash, fmt.Errorf("%s is a file and a folder", name)
		}
		id, err := w.tree(inner)
		if err != nil {
			return id, err
		}
		t.Entries = append(t.Entries, object.TreeEntry{Name: name, Mode: filemode.Dir, Hash: id})
	}
	sort.Sort(object.TreeEntrySorter(t.Entries))
	return w.put(&t)
}

func (w *writer) put(o interface {
	Encode(plumbing.EncodedObject) error
},
) (plumbing.Hash, error) {
	e := w.store.NewEncodedObject()
	if err := o.Encode(e); err != nil {
		return plumbing.ZeroHash, err
	}
	return w.store.SetEncodedObject(e)
}

// finish writes the last commit, the branches, and main's files.
func (w *writer) finish() error {
	if err := w.close(); err != nil {
		return err
	}
	for name, b := range w.branches {
		if b.tip.IsZero() {
			continue
		}
		ref := plumbing.NewHashReference(plumbing.NewBranchReferenceName(name), b.tip)
		if err := w.repo.Storer.SetReference(ref); err != nil {
			return err
		}
	}
	return w.checkOut(w.branches[mainBranch].state)
}

// checkOut writes the working tree and an index that agrees with it.
func (w *writer) checkOut(s state) error {
	idx := &index.Index{Version: 2}
	for _, path := range slices.Sorted(maps.Keys(s)) {
		f := s[path]
		if err := w.writeFile(filepath.Join(w.dir, filepath.FromSlash(path)), f); err != nil {
			return err
		}
		idx.Entries = append(idx.Entries, &index.Entry{Name: path, Hash: f.id, Mode: filemode.FileMode(f.mode)})
	}
	return w.repo.Storer.SetIndex(idx)
}

func (w *writer) writeFile(name string, f file) error {
	if f.mode == submodule {
		return os.MkdirAll(name, 0o777)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	data, err := w.content(f.id)
	switch {
	case err != nil:
		return err
	case f.mode == link:
		return os.Symlink(string(data), name)
	case f.mode&0o111 != 0:
		return os.WriteFile(name, data, 0o777)
	}
	return os.WriteFile(name, data, 0o666)
}

func (w *writer) content(id plumbing.Hash) ([]byte, error) {
	blob, err := object.GetBlob(w.store, id)
	if err != nil {
		return nil, err
	}
	r, err := blob.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
