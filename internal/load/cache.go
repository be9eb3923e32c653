package load

import (
	"sync"

	"example.org/muniment/internal/record"
)

// Cache keeps what was read of files in git, so that a file that many commits hold is read once. What a file says depends on
// its path and its bytes, and the id of its blob stands for those. All readings through one cache must have the same options.
//
// A cache may be used by several goroutines at once. A nil cache keeps nothing.
type Cache struct {
	mu    sync.Mutex
	read  map[stored]content
	kinds map[string]file      // by path: what belongs there
	seals map[[2]string]Sealed // by the blobs of statement and signature
}

type stored struct{ path, blob string }

// NewCache makes an empty cache.
func NewCache() *Cache {
	return &Cache{read: make(map[stored]content), kinds: make(map[string]file), seals: make(map[[2]string]Sealed)}
}

func (c *Cache) get(f file) (content, bool) {
	if c == nil || f.blob == "" {
		return content{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.read[stored{f.path, f.blob}]
	return found, ok
}

// sortOf is [sortOf], which takes longer than anything else about a file that was read before.
func (c *Cache) sortOf(p, name string) (sort, record.Kind, bool) {
	if c == nil {
		return sortOf(p, name)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.kinds[p]
	if !ok {
		known.sort, known.kind, _ = sortOf(p, name)
		c.kinds[p] = known
	}
	return known.sort, known.kind, known.sort != 0
}

func (c *Cache) holds(path, blob string) bool {
	_, ok := c.get(file{path: path, blob: blob})
	return ok
}

func (c *Cache) put(f file, read content) {
	if c == nil || f.blob == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read[stored{f.path, f.blob}] = read
}

// seal takes note of a statement whose signature was verified. What the files say depends on their bytes alone, for which the ids of
// their blobs stand: both were compared with them when they were read.
func (c *Cache) seal(text, sig file, s Sealed) {
	if c == nil || text.blob == "" || sig.blob == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seals[[2]string{text.blob, sig.blob}] = s
}

func (c *Cache) sealed(text, sig string) (Sealed, bool) {
	if c == nil || text == "" || sig == "" {
		return Sealed{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.seals[[2]string{text, sig}]
	return s, ok
}
