package load

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/tape"
)

// Store keeps bytes from one run to the next. What it gives for a key was put there under that key, or it gives nothing. It is used by
// several goroutines at once.
type Store interface {
	Get(key [sha256.Size]byte) ([]byte, bool)
	Put(key [sha256.Size]byte, data []byte)
}

// stretch are the files in a folder that are read as one: in that of a workload or supplier, or in one of those that an organisation has
// beside its workloads. The id of the folder stands for everything in it.
type stretch struct {
	key    [sha256.Size]byte // of what the files follow from
	seen   int               // files and folders in the folder, with those that are skipped
	listed []file            // by path, and what was read of each; none when the store has nothing
	files  []unwrapped
}

// stretchOf gives the folder of the stretch that a file is of, or nothing.
func stretchOf(path string) string {
	const organisations, suppliers = record.Root + "/organisations/", record.Root + "/suppliers/"
	if below, ok := strings.CutPrefix(path, suppliers); ok {
		return folders(path, len(path)-len(below), 1)
	}
	below, ok := strings.CutPrefix(path, organisations)
	if !ok {
		return ""
	}
	if _, inside, _ := strings.Cut(below, "/"); strings.HasPrefix(inside, "workloads/") {
		return folders(path, len(path)-len(below), 3)
	}
	return folders(path, len(path)-len(below), 2)
}

// folders gives a path as far as so many folders after a place in it, or nothing where it has fewer.
func folders(path string, at, n int) string {
	for ; n > 0; n-- {
		next := strings.IndexByte(path[at:], '/')
		if next < 0 {
			return ""
		}
		at += next + 1
	}
	return path[:at-1]
}

// kinds are those of the records in such folders. What is kept names them by their place here.
var kinds = func() (list []record.Kind) {
	for _, home := range record.Homes() {
		if stretchOf(home.Path) != "" && !slices.Contains(list, home.Kind) {
			list = append(list, home.Kind)
		}
	}
	return list
}()

// stretch gives that of a folder; nil when there is no store, or the folder is none of those, or not in git.
func (w *walker) stretch(sub subfolder) *stretch {
	listed, ok := sub.entry.(fs.FileInfo)
	if !ok || w.options.Store == nil || stretchOf(sub.path+"/") != sub.path {
		return nil
	}
	id, ok := listed.Sys().(gitrepo.TreeID)
	if !ok {
		return nil
	}
	return &stretch{key: w.options.keyOf(sub.path, id)}
}

// keyOf is a digest over everything that reading the files of a stretch follows from, save the program.
func (o *Options) keyOf(dir string, id gitrepo.TreeID) (key [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%+v\n%+v\n%d\n%s\x00%s\n", o.Schemas.Digest(), o.YAML, o.Markdown, o.Attachment, dir, id) // a hash never fails to write
	for _, kind := range kinds {
		fmt.Fprintf(h, "%t\n", o.pares(dir+"/", kind))
	}
	h.Sum(key[:0])
	return key
}

// run is a part of the list of files that is read as one: a stretch, or one file.
type run struct {
	from, to int
	*stretch
}

// runs parts the files.
func (t *taken) runs() []run {
	list := make([]run, 0, len(t.files))
	for i, f := range t.files {
		var s *stretch
		if len(t.stored) > 0 {
			s = t.stored[stretchOf(f.path)]
		}
		if n := len(list); s != nil && n > 0 && list[n-1].stretch == s {
			list[n-1].to = i + 1
			continue
		}
		list = append(list, run{i, i + 1, s})
	}
	return list
}

// takeRun reads files, or takes what a former run kept of the very same. Only what had nothing wrong with it is kept, so that every
// finding is always made anew.
func (t *taken) takeRun(r run) error {
	if r.stretch != nil && r.to-r.from == len(r.files) {
		t.restore(r)
		return nil
	}
	for i := r.from; i < r.to; i++ {
		if err := t.take(i); err != nil {
			return err
		}
	}
	if r.stretch == nil {
		return nil
	}
	if data, ok := t.wrap(r); ok {
		t.Store.Put(r.key, data)
	}
	return nil
}

// What a kept file has.
const (
	hasRecord byte = 1 << iota
	isBare         // a record that says nothing
	isSound        // nothing is wrong with it by itself
)

// wrap makes bytes of what was kept of the files of a stretch. It is false when anything was found or anything is missing.
func (t *taken) wrap(r run) ([]byte, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := tape.AppendNumber(tape.AppendNumber(nil, uint64(r.seen)), uint64(r.to-r.from))
	for i := r.from; i < r.to; i++ {
		f, rec := t.files[i], t.made[i]
		out = append(tape.AppendText(out, strings.TrimPrefix(f.path, stretchOf(f.path)+"/")), byte(f.sort), byte(slices.Index(kinds, f.kind)))
		_, wrong := t.found[i]
		digest, err := hex.DecodeString(t.digests[i])
		if wrong || err != nil || len(digest) != sha256.Size || (f.sort == isRecord) != (rec != nil) {
			return nil, false
		}
		out = append(out, digest...)
		if rec == nil {
			out = append(out, 0)
			continue
		}
		if rec.Prose != nil && !t.pares(f.path, f.kind) {
			return nil, false
		}
		var ok bool
		if out, ok = t.wrapRecord(out, rec); !ok {
			return nil, false
		}
	}
	return out, true
}

func (t *taken) wrapRecord(out []byte, rec *record.Record) (wrapped []byte, ok bool) {
	flags := hasRecord
	sound, alone := t.sound[rec]
	if rec.Empty() {
		flags |= isBare
	}
	if alone {
		flags |= isSound
	}
	out = append(out, flags)
	if alone {
		out = append(out, sound.Byte())
	}
	var links []record.Link
	if rec.Prose != nil {
		links = rec.Prose.Links
	}
	out = tape.AppendNumber(out, uint64(len(links)))
	for _, l := range links {
		out = tape.AppendText(out, l.Path)
		out = tape.AppendSigned(tape.AppendSigned(out, l.Line), l.Column)
	}
	if flags&isBare != 0 {
		return out, true
	}
	return rec.AppendFacts(out)
}

// restore takes what was kept of the files of a stretch.
func (t *taken) restore(r run) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, one := range r.files {
		f := t.files[r.from+k]
		t.known[f.path], t.digests[r.from+k] = one.digest, one.digest
		t.count.add(f, false)
		if one.record == nil {
			continue
		}
		t.records = append(t.records, one.record)
		if one.alone {
			t.sound[one.record] = one.sound
		}
	}
}

// fetch gets what the store has of the files in a folder. It is false when that is nothing that can be read.
func (s *stretch) fetch(dir string, o *Options) bool {
	data, ok := o.Store.Get(s.key)
	if !ok {
		return false
	}
	in := &tape.Reader{In: data}
	seen := in.Number()
	if seen > uint64(o.Files) {
		return false
	}
	s.seen = int(seen)
	n := in.Count()
	s.listed, s.files = make([]file, 0, n), make([]unwrapped, 0, n)
	for range n {
		f := file{path: dir + "/" + in.Text(), sort: sort(in.Byte())}
		kind := int(in.Byte())
		if (f.sort == isRecord) != (kind < len(kinds)) {
			return false
		}
		if f.sort == isRecord {
			f.kind = kinds[kind]
		}
		one := unwrap(in, f)
		if in.Bad || (f.sort == isRecord) != (one.record != nil) {
			return false
		}
		s.listed, s.files = append(s.listed, f), append(s.files, one)
	}
	return !in.Bad && len(in.In) == 0
}

// unwrapped is a file as it was kept.
type unwrapped struct {
	digest string
	record *record.Record
	sound  register.Soundness
	alone  bool
}

func unwrap(in *tape.Reader, f file) (one unwrapped) {
	one.digest = hex.EncodeToString(in.Next(sha256.Size))
	flags := in.Byte()
	if flags&hasRecord == 0 {
		return one
	}
	if one.alone = flags&isSound != 0; one.alone {
		one.sound = register.SoundnessOf(in.Byte())
	}
	var links []record.Link
	for range in.Count() {
		links = append(links, record.Link{Path: in.Text(), Line: in.Signed(), Column: in.Signed()})
	}
	one.record = record.Bare(f.path, f.kind)
	if flags&isBare == 0 {
		rec, err := record.Read(f.path, f.kind, in)
		if err != nil {
			in.Fail()
			return unwrapped{}
		}
		one.record = rec
	}
	one.record.Digest = one.digest
	if len(links) > 0 {
		one.record.Prose = &record.Prose{Links: links}
	}
	return one
}
