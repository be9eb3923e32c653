package cache

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

const (
	smallSegment = fullSegment / 4
	manySmall    = 8              // small segments before they are put together
	leftBehind   = 24 * time.Hour // after which a segment that was never finished is taken for the rest of a kill
)

// tidy marks what was used, puts small segments together, and removes what was not used lately until the cache keeps to its
// limit. Several caches may do so in one folder at once: at worst an entry is there twice, or lost.
func (c *Cache) tidy() error {
	now := c.options.Now()
	for _, s := range c.segments {
		if s.share() > 0 {
			if err := c.dir.Chtimes(s.name, now, now); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	if err := c.merge(); err != nil {
		return err
	}
	files, err := c.files(now)
	if err != nil {
		return err
	}
	return c.evict(files)
}

// share is how much of a segment was used since it was opened, from 0 to 1.
func (s *segment) share() float64 {
	var used int64
	for i := range s.count() {
		if s.isUsed(i) {
			used += s.length(i)
		}
	}
	return min(1, float64(used)/float64(s.size))
}

// merge puts small segments together when there are many. A build after one change leaves a small one each time.
func (c *Cache) merge() error {
	var small []*segment
	for _, s := range append(slices.Clone(c.segments), c.done...) {
		if s.size < smallSegment {
			small = append(small, s)
		}
	}
	if len(small) <= manySmall {
		return nil
	}
	return c.rewrite(small, func(*segment, int) bool { return true })
}

// rewrite copies the wanted entries of segments into new ones and removes the old ones.
func (c *Cache) rewrite(old []*segment, wanted func(*segment, int) bool) error {
	var w *writing
	finish := func() error {
		if w == nil {
			return nil
		}
		s, err := w.finish()
		if err == nil {
			c.done, w = append(c.done, s), nil
		}
		return err
	}
	defer func() {
		if w != nil {
			w.abandon()
		}
	}()
	seen := map[Key]bool{}
	for _, s := range old {
		for i := range s.count() {
			id := s.id(i)
			if seen[id] || !wanted(s, i) {
				continue
			}
			record, ok := s.record(i, nil)
			if !ok || !whole(id, record) {
				continue
			}
			seen[id] = true
			if w == nil {
				var err error
				if w, err = startSegment(c.dir, rand.Text()); err != nil {
					return err
				}
			}
			if _, err := w.append(id, record); err != nil {
				return err
			}
			if w.size >= fullSegment {
				if err := finish(); err != nil {
					return err
				}
			}
		}
	}
	if err := finish(); err != nil {
		return err
	}
	for _, s := range old {
		if err := c.dir.Remove(s.name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// file is a segment in the folder, opened by this cache or not.
type file struct {
	name  string
	size  int64
	used  time.Time
	mine  *segment // nil when this cache did not open it
	share float64
}

// files lists the segments that are there now, and removes what was left behind by kills. Files that are not a cache's are not
// touched and do not count.
func (c *Cache) files(now time.Time) ([]file, error) {
	mine := map[string]*segment{}
	for _, s := range c.segments {
		mine[s.name] = s
	}
	for _, s := range c.done {
		mine[s.name] = s
		for i := range s.count() {
			s.use(i)
		}
	}
	names, err := fs.ReadDir(c.dir.FS(), ".")
	if err != nil {
		return nil, err
	}
	var all []file
	for _, d := range names {
		whole, unfinished := strings.HasSuffix(d.Name(), segmentSuffix), strings.HasSuffix(d.Name(), newSuffix)
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() || !whole && !unfinished || !c.isOurs(d.Name()) {
			continue
		}
		if unfinished {
			if now.Sub(info.ModTime()) > leftBehind {
				_ = c.dir.Remove(d.Name())
			}
			continue
		}
		f := file{name: d.Name(), size: info.Size(), used: info.ModTime(), mine: mine[d.Name()]}
		if f.mine != nil {
			f.share = f.mine.share()
		}
		all = append(all, f)
	}
	return all, nil
}

// isOurs tells a segment by its head, or one that was killed before it had one by being empty.
func (c *Cache) isOurs(name string) bool {
	f, err := c.dir.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(segmentHead))
	n, err := io.ReadFull(f, head)
	return string(head) == segmentHead || n == 0 && errors.Is(err, io.EOF)
}

// evict removes segments until the rest keeps to the limit: first those that were not used, longest first, then those of
// which least was used. What was used of a segment is saved when it is the smaller part.
func (c *Cache) evict(files []file) error {
	var total int64
	for _, f := range files {
		total += f.size
	}
	if total <= c.options.Limit {
		return nil
	}
	slices.SortFunc(files, func(a, b file) int {
		if a.share == 0 && b.share == 0 {
			return a.used.Compare(b.used)
		}
		return cmp.Compare(a.share, b.share)
	})
	low := c.options.Limit - c.options.Limit/5 // some room, so that the next build need not make any
	for _, f := range files {
		if total <= low {
			return nil
		}
		total -= f.size
		if f.share > 0 && f.share <= 0.5 && total+int64(f.share*float64(f.size)) <= c.options.Limit {
			total += int64(f.share * float64(f.size))
			if err := c.rewrite([]*segment{f.mine}, (*segment).isUsed); err != nil {
				return err
			}
			continue
		}
		if err := c.dir.Remove(f.name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}
