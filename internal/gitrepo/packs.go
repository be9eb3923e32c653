package gitrepo

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/go-git/go-git/v5/plumbing"
)

// errElsewhere says that an object was not found here. Whether it is missing is for go-git to say.
var errElsewhere = errors.New("no such object here")

// packs reads objects straight from packs and loose files, by several goroutines at once. It answers only with what
// agrees with its id; whatever it does not find, know or like is left to go-git, and so is every word about it.
type packs struct {
	folders atomic.Pointer[[]*objectFolder]
	cache   baseCache
	readers sync.Pool // of *packReader
	largest int64     // bytes of an object, or of one on the way to it

	mu     sync.Mutex       // held to open and close packs
	opened map[string]*pack // by name; nil for one that is not of a known shape
	mapped [][]byte         // what was mapped, also of packs that were deleted since: somebody may be reading it
	files  []*os.File       // packs, likewise
	holds  int              // how many have the packs held
}

// objectFolder is what a folder of objects held when it was last looked at.
type objectFolder struct {
	dir    string
	listed time.Time   // when packs last came or went, by the clock of the file system
	multi  *multiIndex // nil without one
	within []*pack     // the packs that the multi-pack-index answers for, in the order of their numbers
	packs  []*pack     // the other packs
}

// openPacks opens every pack in the folders. It reports whether it knows the shape of each, and so has checked every index.
func openPacks(dirs []string, largest int64) (p *packs, sound bool) {
	p = &packs{largest: largest, opened: make(map[string]*pack)}
	p.readers.New = func() any { return new(packReader) }
	var folders []*objectFolder
	for _, dir := range dirs {
		folders = append(folders, &objectFolder{dir: dir})
	}
	p.folders.Store(&folders)
	return p, p.look()
}

// look lists the packs anew where some came or went.
func (p *packs) look() (sound bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sound = true
	var folders []*objectFolder
	for _, f := range *p.folders.Load() {
		info, err := os.Stat(filepath.Join(f.dir, "pack"))
		if err != nil {
			sound = sound && errors.Is(err, fs.ErrNotExist)
		} else if !info.ModTime().Equal(f.listed) {
			f = &objectFolder{dir: f.dir, listed: info.ModTime()}
			sound = withoutFault(func() error { return p.list(f) }) == nil && sound
		}
		folders = append(folders, f)
	}
	p.folders.Store(&folders)
	return sound
}

// list opens the packs of one folder. The error says that there is one that is not of a known shape.
func (p *packs) list(f *objectFolder) (unknown error) {
	dir := filepath.Join(f.dir, "pack")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".pack")
		if !ok || !strings.HasPrefix(name, "pack-") {
			continue
		}
		if opened, err := p.open(filepath.Join(dir, name)); err != nil {
			unknown = err
		} else {
			f.packs = append(f.packs, opened)
		}
	}
	p.useMultiIndex(f, filepath.Join(dir, "multi-pack-index"))
	return unknown
}

// open opens a pack by its name without ending.
func (p *packs) open(name string) (*pack, error) {
	if known, ok := p.opened[name]; ok {
		if known == nil {
			return nil, errShape
		}
		return known, nil
	}
	f, err := os.Open(name + ".pack")
	if err != nil {
		return nil, err
	}
	opened, err := p.put(name, f)
	if err != nil {
		f.Close() // it was only read
		if errors.Is(err, errShape) {
			p.opened[name] = nil
		}
		return nil, err
	}
	p.opened[name], p.files = opened, append(p.files, f)
	return opened, nil
}

// put puts an open pack and its index together.
func (p *packs) put(name string, f *os.File) (*pack, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errShape
	}
	index, err := p.mapFile(name + ".idx")
	if err != nil {
		return nil, err
	}
	return newPack(filepath.Base(name), f, info.Size(), index)
}

const (
	// mostHeld is how many bytes of packs are held in memory.
	mostHeld = 1536 << 20

	// bytesOfAStep is how many bytes of packs are worth holding for each commit that is read. One asks for some 3 KiB of a pack that git
	// made; where a pack has many times that, most of it is about other things.
	bytesOfAStep = 16 << 10
)

// hold has all packs in memory until release is called, if they have no more bytes than are worth holding for so many commits. A pass over
// the history asks for most of a pack in no order, and spent an eighth of its time on reading pieces. Packs that are found meanwhile are
// read in pieces.
func (p *packs) hold(commits int) (release func(), held bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	most := min(mostHeld, int64(commits)*bytesOfAStep)
	for _, in := range p.opened {
		if in != nil {
			most -= in.end
		}
	}
	if most < 0 {
		return func() {}, false
	}
	p.holds++
	for _, in := range p.opened {
		if in != nil {
			p.bringIn(in)
		}
	}
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.holds--; p.holds > 0 {
			return
		}
		for _, in := range p.opened {
			if in != nil && in.held.Swap(nil) != nil {
				sendOut(in.mapped) // whoever still reads it has its pages come again
			}
		}
	}, true
}

// bringIn maps a pack, where the system can. If it cannot, the pack is read in pieces.
func (p *packs) bringIn(in *pack) {
	file, ok := in.content.(*os.File)
	if !ok || in.held.Load() != nil {
		return
	}
	if in.mapped == nil {
		content, err := mapOpen(file)
		if err != nil {
			return
		}
		p.mapped = append(p.mapped, content)
		if int64(len(content)) < in.end {
			return // it was cut short
		}
		in.mapped = content
	}
	if bringIn(in.mapped) {
		in.held.Store(&in.mapped)
	}
}

// rest lets go of what is in memory.
func (p *packs) rest() { p.cache.forget() }

func (p *packs) mapFile(name string) ([]byte, error) {
	content, err := mapFile(name)
	if err == nil {
		p.mapped = append(p.mapped, content)
	}
	return content, err
}

// useMultiIndex lets the multi-pack-index answer for the packs in it, if there is one that fits what is there.
func (p *packs) useMultiIndex(f *objectFolder, name string) {
	raw, err := p.mapFile(name)
	if err != nil {
		return
	}
	multi, err := parseMultiIndex(raw)
	if err != nil {
		return
	}
	var within []*pack
	for _, index := range multi.names {
		i := slices.IndexFunc(f.packs, func(p *pack) bool { return p.name+".idx" == index })
		if i < 0 {
			return // it is out of date
		}
		within = append(within, f.packs[i])
	}
	f.multi, f.within = multi, within
	f.packs = slices.DeleteFunc(f.packs, func(p *pack) bool { return slices.Contains(within, p) })
}

// close lets go of every pack. Whoever still reads one gets the rest from go-git.
func (p *packs) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.folders.Store(new([]*objectFolder))
	for _, in := range p.opened {
		if in != nil {
			in.held.Store(nil)
		}
	}
	var all error
	for _, content := range p.mapped {
		all = errors.Join(all, unmapFile(content))
	}
	for _, f := range p.files {
		all = errors.Join(all, f.Close())
	}
	p.mapped, p.files, p.opened = nil, nil, nil
	return all
}

// find gives the place of an object in the packs.
func (p *packs) find(id *plumbing.Hash) (placeInPack, bool) {
	for _, f := range *p.folders.Load() {
		if f.multi != nil {
			if n, ok := f.multi.find(id); ok {
				at, ok := f.multi.at(n)
				return placeInPack{f.within[f.multi.packOf(n)], at}, ok
			}
		}
		for _, in := range f.packs {
			if at, ok := in.find(id); ok {
				return placeInPack{in, at}, true
			}
		}
	}
	return placeInPack{}, false
}

// read gives an object whose bytes agree with its id. They belong to the caller.
func (p *packs) read(kind plumbing.ObjectType, id plumbing.Hash, limit int64) (data []byte, ok bool) {
	err := p.guarded(func(r *packReader) error {
		o, shared, err := r.object(p, id)
		if err != nil {
			return err
		}
		if o.kind != kind || int64(len(o.data)) > limit || !r.agrees(o, id) {
			return errElsewhere
		}
		data = o.data
		if shared {
			data = slices.Clone(data)
		}
		return nil
	})
	return data, err == nil
}

// storedFolder is a stored folder whose bytes agree with its id. Nobody writes to them.
type storedFolder struct {
	text    string
	checked bool        // whether it was found to keep the rules before
	place   placeInPack // the zero place for one that has a file of its own
}

// folder reads a stored folder, unless it is in memory.
func (p *packs) folder(id plumbing.Hash, limit int64) (f storedFolder, ok bool) {
	err := p.guarded(func(r *packReader) (err error) {
		place, ok := p.find(&id)
		if !ok {
			return errElsewhere
		}
		o, kept := p.cache.get(place)
		if !kept {
			if o, _, err = r.unpack(p, place); err != nil {
				return err
			}
		}
		if o.kind != plumbing.TreeObject || int64(len(o.data)) > limit || !o.checked && !r.agrees(o, id) {
			return errElsewhere
		}
		f = storedFolder{unsafeText(o.data), o.checked, place}
		return nil
	})
	return f, err == nil
}

// approve remembers a folder that was found to keep the rules.
func (p *packs) approve(f storedFolder) {
	if f.place.pack != nil && !f.checked {
		p.cache.put(f.place, cached{plumbing.TreeObject, unsafeBytes(f.text), true})
	}
}

// unsafeText gives bytes that nobody writes to any more as text, without a copy.
func unsafeText(raw []byte) string { return unsafe.String(unsafe.SliceData(raw), len(raw)) }

// unsafeBytes is the way back.
func unsafeBytes(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

// stat gives the sort of an object and its length as its head states them.
func (p *packs) stat(id plumbing.Hash) (kind plumbing.ObjectType, size int64, ok bool) {
	err := p.guarded(func(r *packReader) (err error) {
		kind, size, err = r.stat(p, id)
		return err
	})
	return kind, size, err == nil
}

// guarded lends a reader.
func (p *packs) guarded(do func(*packReader) error) error {
	r := p.readers.Get().(*packReader)
	err := withoutFault(func() error { return do(r) })
	if !errors.Is(err, errFault) { // then the reader may be in disorder
		p.readers.Put(r)
	}
	return err
}

var errFault = errors.New("unreadable bytes")

// withoutFault turns a panic over bytes that are not what they should be, and the fault of a file that was cut short after it
// was mapped, into an error. Both only mean that there is no answer here.
func withoutFault(do func() error) (err error) {
	faults := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(faults)
		if recover() != nil {
			err = errFault
		}
	}()
	return do()
}
