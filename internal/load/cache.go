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
	kinds map[string]file // by path: what belongs there
}

type stored struct{ path, blob string }

// NewCache makes an empty cache.
func NewCache() *Cache { return &Cache{read: make(map[stored]content), kinds: make(map[string]file)} }

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
