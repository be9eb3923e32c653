package gitrepo

import (
	"crypto"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/cache"
	"github.com/go-git/go-git/v5/plumbing/hash"
	"github.com/go-git/go-git/v5/storage/filesystem"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// readOnly takes every way to write away from a file system, so that reading a repository cannot change it.
// It also hides the list of borrowed object folders: each of those is opened once, as a store of its own, where go-git
// would open and index them again for every single object.
type readOnly struct{ billy.Filesystem }

func readOnlyAt(dir string) readOnly { return readOnly{osfs.New(dir)} }

func (r readOnly) Open(name string) (billy.File, error) { return r.OpenFile(name, os.O_RDONLY, 0) }

func (r readOnly) OpenFile(name string, flag int, perm os.FileMode) (billy.File, error) {
	if flag != os.O_RDONLY {
		return nil, billy.ErrReadOnly
	}
	if filepath.ToSlash(name) == "objects/info/alternates" {
		return nil, os.ErrNotExist
	}
	return r.Filesystem.OpenFile(name, flag, perm)
}

func (r readOnly) Chroot(dir string) (billy.Filesystem, error) {
	inner, err := r.Filesystem.Chroot(dir)
	return readOnly{inner}, err
}

func (readOnly) Create(string) (billy.File, error)           { return nil, billy.ErrReadOnly }
func (readOnly) TempFile(string, string) (billy.File, error) { return nil, billy.ErrReadOnly }
func (readOnly) Rename(string, string) error                 { return billy.ErrReadOnly }
func (readOnly) Remove(string) error                         { return billy.ErrReadOnly }
func (readOnly) MkdirAll(string, os.FileMode) error          { return billy.ErrReadOnly }
func (readOnly) Symlink(string, string) error                { return billy.ErrReadOnly }

// store reads objects from the repository's own object folder and from those it borrows from: straight from the packs where
// their shape is known, and through go-git where it is not and for whatever there is to complain about.
type store struct {
	packs *packs

	mu      sync.Mutex // go-git's object storage is not safe for concurrent use
	folders []*filesystem.ObjectStorage
}

// openStore opens each object folder and checks its pack indexes, so that a damaged index is refused now and not
// taken for missing evidence later. Objects larger than large are not held in memory until their content is asked for.
func openStore(objects []string, large int64) (*store, error) {
	s := new(store)
	shared := cache.NewObjectLRU(64 * cache.MiByte)
	for _, dir := range objects {
		root := readOnlyAt(filepath.Dir(dir))
		s.folders = append(s.folders, filesystem.NewObjectStorageWithOptions(
			dotgit.NewWithOptions(root, dotgit.Options{KeepDescriptors: true}), shared,
			filesystem.Options{KeepDescriptors: true, LargeObjectThreshold: large}))
	}
	var sound bool
	if s.packs, sound = openPacks(objects, large); sound {
		return s, nil
	}
	if _, err := s.find(plumbing.ZeroHash); !errors.Is(err, plumbing.ErrObjectNotFound) {
		return nil, errors.Join(&Untrusted{Reason: "the index of a pack cannot be read", Remedy: remedyPackIndex, Err: err}, s.close())
	}
	return s, nil
}

func (s *store) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.packs.close()
	for _, f := range s.folders {
		all = errors.Join(all, f.Close())
	}
	return all
}

// read gives the content of an object after comparing it with its id.
func (s *store) read(kind plumbing.ObjectType, id plumbing.Hash, limit int64) ([]byte, error) {
	if data, ok := s.packs.read(kind, id, limit); ok {
		return data, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	obj, err := s.object(kind, id)
	if err != nil {
		return nil, err
	}
	if obj.Size() > limit {
		return nil, &LimitError{What: kind.String() + " " + id.String(), Limit: limit, Unit: "bytes"}
	}
	data, err := content(obj)
	if err != nil {
		return nil, damaged(kind, id, err)
	}
	if sum, collision := objectID(kind, data); sum != id || collision {
		return nil, damaged(kind, id, errors.New("content does not match its id"))
	}
	return data, nil
}

// folder gives a stored folder that agrees with its id and may yet have to be checked against the rules.
func (s *store) folder(id plumbing.Hash, limit int64) (storedFolder, error) {
	if f, ok := s.packs.folder(id, limit); ok {
		return f, nil
	}
	data, err := s.read(plumbing.TreeObject, id, limit)
	return storedFolder{text: unsafeText(data)}, err
}

// size gives the length of an object as its header states it, without reading a large one.
func (s *store) size(kind plumbing.ObjectType, id plumbing.Hash) (int64, error) {
	if stored, size, ok := s.packs.stat(id); ok && stored == kind {
		return size, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	obj, err := s.object(kind, id)
	if err != nil {
		return 0, err
	}
	return obj.Size(), nil
}

// kind tells what sort of object an id names.
func (s *store) kind(id plumbing.Hash) (plumbing.ObjectType, error) {
	if kind, _, ok := s.packs.stat(id); ok {
		return kind, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	obj, err := s.object(plumbing.AnyObject, id)
	if err != nil {
		return plumbing.InvalidObject, err
	}
	return obj.Type(), nil
}

// withPrefix lists the ids that start with the given bytes.
func (s *store) withPrefix(prefix []byte) (map[plumbing.Hash]bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make(map[plumbing.Hash]bool)
	for _, f := range s.folders {
		ids, err := f.HashesWithPrefix(prefix)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			found[id] = true
		}
	}
	return found, nil
}

// object finds an object and refuses to do without it. The caller holds the lock.
func (s *store) object(kind plumbing.ObjectType, id plumbing.Hash) (plumbing.EncodedObject, error) {
	s.packs.look() // so that what git has packed since is read directly from the next object on
	obj, err := s.find(id)
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		// git may have packed loose objects since the packs were listed: look once more before calling it missing.
		for _, f := range s.folders {
			f.Reindex()
		}
		obj, err = s.find(id)
	}
	switch {
	case errors.Is(err, plumbing.ErrObjectNotFound):
		return nil, &Untrusted{Reason: fmt.Sprintf("%s %s is missing", noun(kind), id), Remedy: remedyMissing, Err: err}
	case err != nil:
		return nil, damaged(kind, id, err)
	case kind != plumbing.AnyObject && obj.Type() != kind:
		return nil, &Untrusted{Reason: fmt.Sprintf("object %s is a %s where a %s belongs", id, obj.Type(), kind), Remedy: remedyMalformed}
	}
	return obj, nil
}

// find asks each folder in turn. A parser's panic on hostile bytes counts as trouble, never as an answer.
func (s *store) find(id plumbing.Hash) (obj plumbing.EncodedObject, err error) {
	defer recovered(&err)
	trouble := plumbing.ErrObjectNotFound
	for _, f := range s.folders {
		obj, err := f.EncodedObject(plumbing.AnyObject, id)
		if err == nil {
			return obj, nil
		}
		if !errors.Is(err, plumbing.ErrObjectNotFound) && !errors.Is(err, dotgit.ErrPackfileNotFound) {
			trouble = err
		}
	}
	return nil, trouble
}

func content(obj plumbing.EncodedObject) (data []byte, err error) {
	defer recovered(&err)
	r, err := obj.Reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data = make([]byte, obj.Size())
	_, err = io.ReadFull(r, data)
	return data, err
}

func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("unreadable object: %v", p)
	}
}

func damaged(kind plumbing.ObjectType, id plumbing.Hash, err error) error {
	return &Untrusted{Reason: fmt.Sprintf("%s %s is damaged", noun(kind), id), Remedy: remedyDamaged, Err: err}
}

func noun(kind plumbing.ObjectType) string {
	if kind == plumbing.AnyObject {
		return "object"
	}
	return kind.String()
}

// objectID computes the id of an object, and whether its bytes bear the marks of a SHA-1 collision attack.
func objectID(kind plumbing.ObjectType, data []byte) (id plumbing.Hash, collision bool) {
	return new(objectHash).of(kind, data)
}

// objectHash computes the ids of one object after another.
type objectHash struct {
	hash hash.Hash
	room [40]byte
}

func (h *objectHash) of(kind plumbing.ObjectType, data []byte) (id plumbing.Hash, collision bool) {
	h.start(kind, int64(len(data)))
	h.hash.Write(data)
	return h.sum()
}

// sum gives the id of the object that was written, and whether its bytes bear the marks of a collision attack.
func (h *objectHash) sum() (id plumbing.Hash, collision bool) {
	if wary, ok := h.hash.(interface {
		CollisionResistantSum([]byte) ([]byte, bool)
	}); ok {
		sum, collision := wary.CollisionResistantSum(h.room[:0])
		return plumbing.Hash(sum), collision
	}
	return plumbing.Hash(h.hash.Sum(h.room[:0])), false
}

// start begins with an object whose size bytes are still to be written.
func (h *objectHash) start(kind plumbing.ObjectType, size int64) {
	if h.hash == nil {
		h.hash = hash.New(crypto.SHA1)
	}
	h.hash.Reset()
	head := append(append(h.room[:0], kind.Bytes()...), ' ')
	h.hash.Write(append(strconv.AppendInt(head, size, 10), 0))
}

// newObjectHash starts the hash of an object whose size bytes are still to be written to it.
func newObjectHash(kind plumbing.ObjectType, size int64) hash.Hash {
	h := new(objectHash)
	h.start(kind, size)
	return h.hash
}
