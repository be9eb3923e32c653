package publish

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// Writer makes one portal. Put and Keep may be called from several goroutines; Commit or Abort ends it, after all of them.
type Writer struct {
	ctx    context.Context
	target string
	store  *folder
	unlock func()

	shown *generation // nil when no portal is shown
	next  *generation // the one that is written
	twin  *generation // when no portal is shown: the other one, which gets every file too, so that the next build need not fill it

	there    map[string]state // the files of next when it was opened
	dirs     map[string]bool  // and its folders
	recorded map[string]page  // what the record of next says of them
	former   map[string]page  // what the record of shown says of its files; nil when there is none
	noFormer bool             // there is a shown portal without a record

	mu      sync.Mutex
	pages   map[string]page   // what was put or kept so far
	folded  map[string]string // by lower case: the path of every page
	folders map[string]int    // by lower case: how many pages and folders with pages are in each folder
	changed int               // pages that the shown portal does not have, or not with these bytes
	err     error             // the first trouble; nothing is published after it
	ended   bool
}

// Begin starts a portal at target. It refuses places where a portal may not be written, and a second writer of one portal.
func Begin(ctx context.Context, target string) (*Writer, error) {
	target, err := Place(target)
	if err != nil {
		return nil, err
	}
	if err := allowed(target); err != nil {
		return nil, err
	}
	store := target + ".generations"
	if err := makeStore(store); err != nil {
		return nil, err
	}
	unlock, err := lock(filepath.Join(store, "lock"))
	if err != nil {
		return nil, err
	}
	w := &Writer{
		ctx: ctx, target: target, unlock: unlock,
		pages: map[string]page{}, folded: map[string]string{}, folders: map[string]int{},
	}
	begun := false
	defer func() {
		if !begun {
			w.Abort()
		}
	}()
	if err := w.openAll(store); err != nil {
		return nil, err
	}
	begun = true
	return w, nil
}

// openAll opens the generations and finds out what they hold.
func (w *Writer) openAll(store string) error {
	var err error
	if w.store, err = openFolder(os.OpenRoot(store)); err != nil {
		return err
	}
	root := w.store.root
	shown, next := generations(w.target)
	if w.next, err = openGeneration(root, next, true); err != nil {
		return err
	}
	// The records are of no use to each other, and take as long to read as the generation takes to survey.
	var recorded, former *record
	var reading sync.WaitGroup
	defer reading.Wait()
	reading.Go(func() { recorded = readRecord(root, next) })
	if shown != "" {
		reading.Go(func() { former = readRecord(root, shown) })
	}
	all, err := w.next.survey()
	if err != nil {
		return err
	}
	reading.Wait()
	for _, p := range all.odd {
		before("remove a link")
		if err := w.next.root.Remove(p); err != nil {
			return err
		}
	}
	w.there, w.dirs = all.files, map[string]bool{}
	for _, dir := range all.dirs {
		w.dirs[dir] = true
	}
	if recorded != nil {
		w.recorded = recorded.pages
	}
	if shown == "" {
		return w.openTwin()
	}
	return w.openShown(shown, former)
}

// openShown opens the generation that is shown, of which there may be a record. One that is gone or in disorder has nothing to offer, and
// goes on being shown until there is a better one.
func (w *Writer) openShown(name string, former *record) error {
	if info, err := w.store.root.Lstat(name); err != nil || !info.IsDir() {
		return nil
	}
	var err error
	if w.shown, err = openGeneration(w.store.root, name, false); err != nil {
		return err
	}
	if former != nil {
		w.former = former.pages
	}
	w.noFormer = w.former == nil
	return nil
}

// openTwin opens the other generation if there is nothing in it.
func (w *Writer) openTwin() error {
	twin, err := openGeneration(w.store.root, "b", true)
	if err != nil {
		return err
	}
	names, _, err := twin.list(".")
	if err != nil || len(names) > 0 {
		twin.close()
		return err
	}
	w.twin = twin
	return nil
}

// Put publishes data at path, relative and with slashes. Bytes that are there already are not written again. A page that was kept
// may be put after all: whoever keeps several pages and misses one makes them all.
func (w *Writer) Put(path string, data []byte) error { return w.PutFrom(path, data, Sum{}) }

// PutFrom is Put for data made from something that has a digest. [Writer.KeepFrom] of a later build finds the page by it.
func (w *Writer) PutFrom(p string, data []byte, from Sum) error {
	if kept, ok := w.retake(p); ok {
		return w.putAgain(p, data, from, kept)
	}
	if err := w.claim(p); err != nil {
		return err
	}
	return w.put(p, data, from)
}

// retake takes a path again whose page was kept.
func (w *Writer) retake(p string) (page, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	q := w.pages[p]
	if !q.kept || w.err != nil {
		return page{}, false
	}
	delete(w.pages, p)
	if q.Sum != w.former[p].Sum {
		w.changed--
	}
	return q, true
}

// putAgain puts a page that was kept. Its file may be in the shown portal, too, so it is not written over.
func (w *Writer) putAgain(p string, data []byte, from Sum, kept page) error {
	sum := sha256.Sum256(data)
	if sum == kept.Sum {
		w.done(p, page{Sum: sum, From: from, mark: kept.mark}, sum != w.former[p].Sum)
		return nil
	}
	f, done, err := w.next.folder(path.Dir(p), false)
	if err != nil {
		return w.fail(err)
	}
	defer done()
	before("make room")
	if err := f.root.Remove(path.Base(p)); err != nil {
		return w.fail(err)
	}
	m, err := create(f, path.Base(p), data)
	if err != nil {
		return w.fail(err)
	}
	w.done(p, page{Sum: sum, From: from, mark: m}, true)
	return nil
}

func (w *Writer) put(p string, data []byte, from Sum) error {
	sum := sha256.Sum256(data)
	same := func(q page) bool { return q.Sum == sum && q.Size == int64(len(data)) }
	kept, ok, err := w.carry(p, same, int64(len(data)))
	if err != nil {
		return w.fail(err)
	}
	if ok {
		kept.From = from
		w.done(p, kept, !same(w.former[p]))
		return nil
	}
	m, err := w.write(p, data)
	if err != nil {
		return w.fail(err)
	}
	w.done(p, page{Sum: sum, From: from, mark: m}, true)
	return nil
}

// Keep publishes at path what a former portal had there, if its bytes have this digest. False means that nobody has them any
// more, or not unharmed: make them and Put them.
func (w *Writer) Keep(path string, sum Sum) (bool, error) {
	return w.keep(path, func(q page) bool { return q.Sum == sum })
}

// KeepFrom publishes at path what a former portal had there, if it was put with the same digest of what it was made from.
// The zero digest keeps nothing. False means the same as for Keep.
func (w *Writer) KeepFrom(path string, from Sum) (bool, error) {
	return w.keep(path, func(q page) bool { return q.From == from && from != Sum{} })
}

func (w *Writer) keep(p string, same func(page) bool) (bool, error) {
	if err := w.claim(p); err != nil {
		return false, err
	}
	kept, ok, err := w.carry(p, same, -1)
	if err != nil {
		return false, w.fail(err)
	}
	if !ok {
		w.release(p)
		return false, nil
	}
	kept.kept = true
	w.done(p, kept, w.former[p].Sum != kept.Sum)
	return true, nil
}

// claim takes a path for the caller, so that no other goroutine touches it.
func (w *Writer) claim(p string) error {
	const longest = 4096
	if !fs.ValidPath(p) || p == "." || p == Manifest || strings.ContainsRune(p, '\\') || len(p) > longest {
		return w.fail(refuse("%q is not a name for a page", p))
	}
	low := strings.ToLower(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	if w.err = w.ctx.Err(); w.err != nil {
		return w.err
	}
	if other, twice := w.folded[low]; twice {
		w.err = refuse("%q and %q would be one file on some disks", other, p)
		return w.err
	}
	if w.folders[low] > 0 {
		w.err = refuse("%q would be a page and a folder", p)
		return w.err
	}
	for dir := path.Dir(low); dir != "." && w.folders[dir] == 0; dir = path.Dir(dir) {
		if page, is := w.folded[dir]; is {
			w.err = refuse("%q would be a page and a folder", page)
			return w.err
		}
	}
	for dir := path.Dir(low); dir != "."; dir = path.Dir(dir) {
		if w.folders[dir]++; w.folders[dir] > 1 {
			break
		}
	}
	w.folded[low] = p
	return nil
}

// release gives a path back that was claimed.
func (w *Writer) release(p string) {
	low := strings.ToLower(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.folded, low)
	for dir := path.Dir(low); dir != "."; dir = path.Dir(dir) {
		if w.folders[dir]--; w.folders[dir] > 0 {
			break
		}
	}
}

func (w *Writer) done(p string, made page, changed bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pages[p] = made
	if changed {
		w.changed++
	}
}

func (w *Writer) fail(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	return err
}

// carry gives the next generation a page that one of the two generations has, if its bytes are the same as those wanted.
// A page whose mark is not the recorded one is read; size, when it is not -1, spares reading what cannot be the same.
func (w *Writer) carry(p string, same func(page) bool, size int64) (page, bool, error) {
	if st, ok := w.there[p]; ok {
		q, known := w.recorded[p]
		switch {
		case known && q.mark == st.mark:
			if same(q) {
				return q, true, nil
			}
		case known && same(q), size == st.Size:
			// From belongs to the recorded bytes: it holds for these only if they are the same.
			sum, err := w.next.sum(p)
			if err == nil && known && sum == q.Sum && same(q) {
				return page{Sum: sum, From: q.From, mark: st.mark}, true, nil
			}
			if now := (page{Sum: sum, mark: st.mark}); err == nil && same(now) {
				return now, true, nil
			}
		}
	}
	if q, ok := w.former[p]; ok && same(q) {
		return w.bring(p, q)
	}
	return page{}, false, nil
}

// bring links a page of the shown generation into the next one, or copies it where links are refused.
func (w *Writer) bring(p string, q page) (page, bool, error) {
	from, done, err := w.shown.folder(path.Dir(p), false)
	if err != nil {
		return page{}, false, nil // its folder is gone or no folder: nothing to bring
	}
	defer done()
	name := path.Base(p)
	st, err := from.look(name)
	if err != nil || !st.regular {
		return page{}, false, nil
	}
	if st.mark != q.mark {
		if sum, err := w.shown.sum(p); err != nil || sum != q.Sum {
			return page{}, false, nil
		}
	}
	to, toDone, err := w.room(p)
	if err != nil {
		return page{}, false, err
	}
	defer toDone()
	before("link a page")
	if testOnlyNoLinks || from.link(name, to) != nil {
		data, err := from.root.ReadFile(name)
		if err != nil || sha256.Sum256(data) != q.Sum {
			return page{}, false, nil
		}
		m, err := create(to, name, data)
		return page{Sum: q.Sum, From: q.From, mark: m}, err == nil, err
	}
	now, err := to.look(name)
	return page{Sum: q.Sum, From: q.From, mark: now.mark}, err == nil, err
}

// room opens the folder of a page in the next generation and sees that nothing is in the place of the page.
func (w *Writer) room(p string) (*folder, func(), error) {
	f, done, err := w.next.folder(path.Dir(p), true)
	if err != nil {
		return nil, nil, err
	}
	name := path.Base(p)
	if _, file := w.there[p]; file {
		before("make room")
		err = f.root.Remove(name)
	} else if w.dirs[p] {
		before("make room")
		err = f.root.RemoveAll(name)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		done()
		return nil, nil, err
	}
	return f, done, nil
}

// write writes a page into the next generation.
//
// A file with one name is written over: making files costs more, and deleting them most of all. One with more names is left
// to the others, since one of them may be in the portal that is shown.
func (w *Writer) write(p string, data []byte) (mark, error) {
	old, there := w.there[p]
	if !there || old.links != 1 {
		return w.writeAnew(p, data)
	}
	f, done, err := w.next.folder(path.Dir(p), false)
	if err != nil {
		return mark{}, err
	}
	defer done()
	// Not emptied first: a file system that sees a file emptied and filled again waits for the disk.
	before("write over a page")
	if err := fill(f, path.Base(p), os.O_WRONLY, data, old.Size); err != nil {
		return mark{}, err
	}
	now, err := f.look(path.Base(p))
	return now.mark, err
}

func (w *Writer) writeAnew(p string, data []byte) (mark, error) {
	f, done, err := w.room(p)
	if err != nil {
		return mark{}, err
	}
	defer done()
	m, err := create(f, path.Base(p), data)
	if err != nil || w.twin == nil {
		return m, err
	}
	w.pair(p, f)
	now, err := f.look(path.Base(p)) // the link moved the mark
	return now.mark, err
}

// create writes a file that is not there.
func create(f *folder, name string, data []byte) (mark, error) {
	before("write a page")
	if err := fill(f, name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, data, 0); err != nil {
		return mark{}, err
	}
	now, err := f.look(name)
	return now.mark, err
}

// fill writes data into a file that had a size.
func fill(f *folder, name string, flags int, data []byte, size int64) error {
	file, err := f.root.OpenFile(name, flags, 0o666)
	if err != nil {
		return err
	}
	defer file.Close()
	if _, err := file.Write(data); err != nil {
		return err
	}
	if size > int64(len(data)) {
		if err := file.Truncate(int64(len(data))); err != nil {
			return err
		}
	}
	return file.Close()
}

// pair gives the twin a page, too. A twin that lacks some is no trouble: the next build fills it.
func (w *Writer) pair(p string, f *folder) {
	to, done, err := w.twin.folder(path.Dir(p), true)
	if err != nil {
		return
	}
	defer done()
	before("link a page to the twin")
	_ = f.link(path.Base(p), to)
}

// Commit publishes what was put and kept, and nothing else, in one step. Key is a digest of everything that the portal was
// made from; [Current] asks for it. With the zero key the portal is never current.
func (w *Writer) Commit(key Sum) (Result, error) {
	defer w.Abort()
	if w.err != nil {
		return Result{}, w.err
	}
	if w.ended {
		return Result{}, errors.New("this portal was given up")
	}
	result, err := w.commit(key)
	if err != nil {
		return Result{}, fmt.Errorf("write portal: %w", err)
	}
	return result, nil
}

func (w *Writer) commit(key Sum) (Result, error) {
	paths := make([]string, 0, len(w.pages)+1)
	for p := range w.pages {
		paths = append(paths, p)
	}
	slices.Sort(paths)
	list, err := manifest(paths, w.pages)
	if err != nil {
		return Result{}, err
	}
	if err := w.put(Manifest, list, Sum{}); err != nil {
		return Result{}, err
	}
	swept, err := w.sweep()
	if err != nil {
		return Result{}, err
	}
	paths = append(paths, Manifest)
	r := &record{key: key, manifest: w.pages[Manifest].Sum, paths: paths, pages: w.pages}
	if err := writeRecord(w.store, w.next.name, r); err != nil {
		return Result{}, err
	}
	if w.twin != nil {
		if err := writeRecord(w.store, w.twin.name, r); err != nil {
			return Result{}, err
		}
	}
	if err := w.ctx.Err(); err != nil {
		return Result{}, err
	}
	store := w.target + ".generations"
	if err := swap(w.target, filepath.Join(filepath.Base(store), w.next.name), filepath.Join(store, "link")); err != nil {
		return Result{}, err
	}
	return Result{Files: len(w.pages), Written: w.changed, Removed: w.removed(swept), Digest: hex.EncodeToString(r.manifest[:])}, nil
}

// removed counts the pages of the shown portal that the new one does not have; swept stands for them where no record tells.
func (w *Writer) removed(swept int) int {
	if w.noFormer {
		return swept
	}
	gone := 0
	for p := range w.former {
		if _, stays := w.pages[p]; !stays {
			gone++
		}
	}
	return gone
}

// sweep removes from the next generation what does not belong, and tells how many files that were.
func (w *Writer) sweep() (int, error) {
	wanted := folders(w.pages)
	swept := 0
	for p := range w.there {
		if _, stays := w.pages[p]; stays || wanted[p] || w.samePage(p) {
			continue
		}
		swept++
		before("sweep")
		if err := w.next.root.Remove(p); err != nil && !gone(err) {
			return swept, err
		}
	}
	// What is below a folder sorts behind it.
	for _, dir := range slices.Backward(slices.Sorted(maps.Keys(w.dirs))) {
		if _, page := w.pages[dir]; page || wanted[dir] {
			continue
		}
		before("sweep a folder")
		// On a disk that folds case it may be a folder that is wanted by another name.
		if err := w.next.root.Remove(dir); err != nil && !gone(err) && w.folders[strings.ToLower(dir)] == 0 {
			return swept, err
		}
	}
	return swept, nil
}

// samePage tells whether a name of an older portal is, on a disk that folds case, the name of a page of this one.
func (w *Writer) samePage(p string) bool {
	other, ok := w.folded[strings.ToLower(p)]
	if !ok {
		return false
	}
	f, done, err := w.next.folder(path.Dir(p), false)
	if err != nil {
		return false
	}
	defer done()
	st, err := f.look(path.Base(p))
	return err == nil && st.Inode == w.pages[other].Inode
}

// gone tells that a name is no longer there, or no longer can be.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// folders gives every folder that pages are in.
func folders(pages map[string]page) map[string]bool {
	in := map[string]bool{}
	for p := range pages {
		for dir := path.Dir(p); dir != "." && !in[dir]; dir = path.Dir(dir) {
			in[dir] = true
		}
	}
	return in
}

// Abort gives up a portal that was not committed: the one that is shown stays. After Commit it does nothing.
func (w *Writer) Abort() {
	if w.ended {
		return
	}
	w.ended = true
	w.next.close()
	w.shown.close()
	w.twin.close()
	if w.store != nil {
		w.store.close()
	}
	w.unlock()
}
