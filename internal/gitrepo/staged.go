package gitrepo

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/index"
)

// staged is what git's own list of the working tree says of files as it saw them last. It is only ever taken for "this file has
// the bytes of that blob, and nobody has touched it since". Whatever it does not say for certain is read.
type staged struct {
	store   *store
	files   map[string]*index.Entry // below the root, by path from there
	written time.Time
}

// stagedBelow reads the list for a folder; nil when there is none, when it is of a kind that is not known here, or when the system
// does not tell of every change of a file.
func (r *Repo) stagedBelow(steps []string) *staged {
	f, err := os.Open(filepath.Join(r.place.own, "index"))
	if err != nil {
		return nil
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if _, _, ok := inodeOf(info); !ok {
		return nil
	}
	if _, err := os.Lstat(filepath.Join(r.place.common, "info", "attributes")); err == nil {
		return nil
	}
	var list index.Index
	if err := index.NewDecoder(bufio.NewReader(f)).Decode(&list); err != nil {
		return nil
	}
	s := &staged{store: r.store, files: make(map[string]*index.Entry, len(list.Entries)), written: info.ModTime()}
	prefix := ""
	if len(steps) > 0 {
		prefix = strings.Join(steps, "/") + "/"
	}
	for _, e := range list.Entries {
		if name, ok := strings.CutPrefix(e.Name, prefix); ok && e.Stage == 0 && !e.IntentToAdd {
			s.files[name] = e
		}
	}
	return s
}

// lull is how much older than the list a file must be for the list to vouch for it: what is written within one tick of the clock of
// the file system has one time.
func (s *staged) lull() time.Duration {
	if s.written.Nanosecond() == 0 {
		return 2 * time.Second
	}
	return 20 * time.Millisecond
}

// vouches tells whether a file certainly has the bytes of an entry of HEAD: the list has the very blob, and the file has the size of
// the blob, and size, times and inode that it had when git compared the two. A file that was changed so recently that it could have
// been changed again within the same tick is not vouched for. Bytes that git would convert have another size, but for filters;
// where attributes might name one the list is not asked.
func (s *staged) vouches(e Entry, info fs.FileInfo) bool {
	if s == nil {
		return false
	}
	was := s.files[e.Path]
	changed, inode, ok := inodeOf(info)
	if was == nil || !ok || was.Hash.String() != e.Blob || was.Mode.IsFile() != info.Mode().IsRegular() {
		return false
	}
	same := int64(was.Size) == info.Size() && was.ModifiedAt.Equal(info.ModTime()) && was.CreatedAt.Equal(changed) && was.Inode == uint32(inode)
	if !same || !info.ModTime().Add(s.lull()).Before(s.written) || !changed.Add(s.lull()).Before(s.written) {
		return false
	}
	size, err := s.store.size(plumbing.BlobObject, was.Hash)
	return err == nil && size == info.Size()
}
