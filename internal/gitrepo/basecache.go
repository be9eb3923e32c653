package gitrepo

import (
	"sync"

	"github.com/go-git/go-git/v5/plumbing"
)

// The objects that are kept in memory: folders, which the next commit mostly shares with the one before, and the bases of changes.
const (
	cacheSize    = 64 << 20 // bytes in all
	cacheShards  = 16
	cacheLargest = 1 << 20 // bytes of one object
)

// placeInPack says where an object lies.
type placeInPack struct {
	pack *pack
	at   int64
}

// cached is an object in memory. Nobody writes to its bytes.
type cached struct {
	kind    plumbing.ObjectType
	data    []byte
	checked bool // it is a folder whose bytes agree with its id and with the rules
}

// baseCache keeps what was read lately. It is safe for use by several goroutines, which seldom wait for each other.
type baseCache struct{ shards [cacheShards]cacheShard }

// cacheShard keeps two generations. When the recent one is full it becomes the past one, and what was there and was not
// asked for since is forgotten.
type cacheShard struct {
	mu           sync.Mutex
	recent, past map[placeInPack]cached
	size         int // bytes of the recent ones
}

func (c *baseCache) shard(at placeInPack) *cacheShard {
	const spread = 0x9e3779b97f4a7c15 // neighbours go to different shards
	return &c.shards[uint64(at.at)*spread>>60]
}

// forget makes room.
func (c *baseCache) forget() {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		s.recent, s.past, s.size = nil, nil, 0
		s.mu.Unlock()
	}
}

func (c *baseCache) get(at placeInPack) (cached, bool) {
	s := c.shard(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	o, ok := s.recent[at]
	if !ok {
		if o, ok = s.past[at]; ok {
			s.put(at, o)
		}
	}
	return o, ok
}

func (c *baseCache) put(at placeInPack, o cached) {
	if len(o.data) > cacheLargest {
		return
	}
	s := c.shard(at)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(at, o)
}

func (s *cacheShard) put(at placeInPack, o cached) {
	const overhead = 128 // bytes that keeping an object takes beside its own
	if before, ok := s.recent[at]; ok {
		if before.checked {
			return
		}
		s.size -= len(before.data) + overhead
	}
	if s.recent == nil {
		s.recent = make(map[placeInPack]cached)
	}
	s.recent[at] = o
	if s.size += len(o.data) + overhead; s.size > cacheSize/cacheShards/2 {
		s.recent, s.past, s.size = nil, s.recent, 0
	}
}
