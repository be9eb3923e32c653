// Package cache keeps derived things on disk between runs: what was computed from content, under a digest of that content and of
// the rules that it was computed by.
//
// A cache never decides anything. Whatever happens to it (damage, two runs at once, a kill, a full disk, another version, its
// removal), the worst outcome is that something is computed again. Therefore no function here gives an error: what a person
// should know is told through [Options.Note], once. A nil *Cache is a cache that has nothing and takes nothing.
//
// Entries lie packed in segments, each a file that is written once and put in place whole. Every entry carries a digest over
// itself and its key, which is checked whenever it is read. That guards against damage, not against malice: whoever may write
// to the folder could put a wrong entry with a right digest there. Folders that others may write to are not used.
package cache

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"
)

// DefaultLimit is how many bytes a cache may take on disk when [Options] say nothing else.
const DefaultLimit = 2 << 30

// LargestEntry is the largest entry that is kept, in bytes.
const LargestEntry = 64 << 20

// Options say how a cache behaves.
type Options struct {
	Limit int64            // bytes on disk after Close; DefaultLimit when zero
	Now   func() time.Time // when something is used; must be given
	Note  func(string)     // told, at most once, why a cache cannot be used or written; may be nil
}

// Key is a digest of everything that an entry follows from: content, rules, version of the program.
type Key = [sha256.Size]byte

// Cache is an open cache. It may be used by several goroutines, and a folder by several caches and processes at once.
type Cache struct {
	dir      *os.Root
	options  Options
	segments []*segment // as they were when the cache was opened
	noted    sync.Once

	mu      sync.Mutex
	fresh   *writing         // the segment that is being written; nil when there is none
	written map[Key]place    // what was put since the cache was opened, by id
	done    []*segment       // segments written since the cache was opened
	damaged map[Key]struct{} // what was found damaged
	broken  bool             // nothing more is written
	closed  bool
}

// place is where an entry put by this cache lies.
type place struct {
	in     *writing
	offset int64
	length int
}

// Open opens the cache in a folder, which is made when it is not there.
func Open(dir string, o Options) *Cache {
	if o.Limit == 0 {
		o.Limit = DefaultLimit
	}
	c := &Cache{options: o, written: map[Key]place{}, damaged: map[Key]struct{}{}}
	if err := c.open(dir); err != nil {
		c.note("the cache is not used: %v", err)
		return nil
	}
	return c
}

func (c *Cache) open(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder of its own", dir)
	}
	if err := private(info); err != nil {
		return fmt.Errorf("%s %w", dir, err)
	}
	if c.dir, err = os.OpenRoot(dir); err != nil {
		return err
	}
	names, err := fs.ReadDir(c.dir.FS(), ".")
	if err != nil {
		c.dir.Close()
		return err
	}
	for _, d := range names {
		if strings.HasSuffix(d.Name(), segmentSuffix) && d.Type().IsRegular() {
			if s := openSegment(c.dir, d.Name()); s != nil {
				c.segments = append(c.segments, s)
			}
		}
	}
	return nil
}

func (c *Cache) note(format string, args ...any) {
	c.noted.Do(func() {
		if c.options.Note != nil {
			c.options.Note(fmt.Sprintf(format, args...))
		}
	})
}

// identity is what an entry is found by: kind and key in one.
func identity(kind string, key Key) Key {
	b := make([]byte, 0, 128)
	b = append(b, kind...)
	b = append(b, 0)
	return sha256.Sum256(append(b, key[:]...))
}

// Get gives what was put under a kind and a key. The caller may keep and change it.
func (c *Cache) Get(kind string, key Key) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	id := identity(kind, key)
	if record, ok := c.ownRecord(id); ok {
		if data, ok := unseal(id, record); ok {
			return data, true
		}
	}
	for _, s := range c.segments {
		row, ok := s.find(id)
		if !ok {
			continue
		}
		if data, ok := s.get(id, row); ok {
			s.use(row)
			return data, true
		}
		c.mu.Lock()
		c.damaged[id] = struct{}{}
		c.mu.Unlock()
	}
	return nil, false
}

// ownRecord reads what was put since the cache was opened.
func (c *Cache) ownRecord(id Key) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.written[id]
	if !ok || at.in.flush() != nil {
		return nil, false
	}
	b := make([]byte, at.length)
	_, err := at.in.file.ReadAt(b, at.offset)
	return b, err == nil
}

// Put keeps data under a kind and a key. What is there already is left: the same key never stands for other data.
func (c *Cache) Put(kind string, key Key, data []byte) {
	if c == nil || len(data) > LargestEntry {
		return
	}
	id := identity(kind, key)
	if c.unwanted(id) {
		return
	}
	record := seal(id, data) // outside the lock: it takes most of the time
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, twice := c.written[id]; twice || c.broken || c.closed {
		return
	}
	if err := c.add(id, record); err != nil {
		c.giveUp(err)
	}
}

// unwanted tells that an entry need not be written.
func (c *Cache) unwanted(id Key) bool {
	c.mu.Lock()
	_, damaged := c.damaged[id]
	_, written := c.written[id]
	never := c.broken || c.closed
	c.mu.Unlock()
	if written || never || damaged {
		return written || never
	}
	for _, s := range c.segments {
		if row, ok := s.find(id); ok {
			s.use(row)
			return true
		}
	}
	return false
}

// add writes a record into the segment being written. It is called with the lock held.
func (c *Cache) add(id Key, record []byte) error {
	if c.fresh == nil {
		w, err := startSegment(c.dir, rand.Text())
		if err != nil {
			return err
		}
		c.fresh = w
	}
	offset, err := c.fresh.append(id, record)
	if err != nil {
		return err
	}
	c.written[id] = place{c.fresh, offset, len(record)}
	if c.fresh.size >= fullSegment {
		return c.finishSegment()
	}
	return nil
}

func (c *Cache) finishSegment() error {
	s, err := c.fresh.finish()
	if err != nil {
		return err
	}
	c.done, c.fresh = append(c.done, s), nil
	return nil
}

// giveUp ends all writing: the disk is full or may only be read. What was written whole stays.
func (c *Cache) giveUp(err error) {
	c.broken = true
	if c.fresh != nil {
		c.fresh.abandon()
		for id, at := range c.written {
			if at.in == c.fresh {
				delete(c.written, id)
			}
		}
		c.fresh = nil
	}
	c.note("the cache is read and not written: %v", err)
}

// Close puts what was written in place and makes room. It must be called after all other calls; what was put is lost without
// it, save what filled whole segments.
func (c *Cache) Close() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	if c.fresh != nil {
		if err := c.finishSegment(); err != nil {
			c.giveUp(err)
		}
	}
	if !c.broken {
		if err := c.tidy(); err != nil && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) {
			c.note("the cache could not be tidied: %v", err)
		}
	}
	for _, s := range append(c.segments, c.done...) {
		s.file.Close()
	}
	c.dir.Close()
}
