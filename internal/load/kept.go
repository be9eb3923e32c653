package load

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/tape"
	"example.org/muniment/internal/tree"
)

// Store keeps bytes from one run to the next. What it gives for a key was put there under that key, or it gives nothing. It is used by
// several goroutines at once.
type Store interface {
	Get(key [sha256.Size]byte) ([]byte, bool)
	Put(key [sha256.Size]byte, data []byte)
}

// run is a stretch of the list of files that is read as one: those in the folder of a workload, or one file, which has no folder here.
type run struct {
	from, to int
	folder   string
}

// runs parts the files. Without a store, and outside git, every file is read by itself.
func (t *taken) runs() []run {
	list := make([]run, 0, len(t.files))
	for i, f := range t.files {
		folder := ""
		if t.Store != nil && f.blob != "" {
			folder = workloadFolder(f.path)
		}
		if n := len(list); folder != "" && n > 0 && list[n-1].folder == folder {
			list[n-1].to = i + 1
			continue
		}
		list = append(list, run{i, i + 1, folder})
	}
	return list
}

// workloadFolder gives the folder of a workload that a file lies in, or nothing.
func workloadFolder(path string) string {
	_, below, ok := strings.Cut(path, "/workloads/")
	if !ok {
		return ""
	}
	slug, _, ok := strings.Cut(below, "/")
	if !ok {
		return ""
	}
	return path[:len(path)-len(below)+len(slug)]
}

// takeRun reads the files of a stretch, or finds what a former run kept of the very same files. Only what had nothing wrong with it is
// kept, so that every finding is always made anew.
func (t *taken) takeRun(r run) error {
	if r.folder == "" {
		return t.take(r.from)
	}
	key := t.keyOf(r)
	if data, ok := t.Store.Get(key); ok && t.restore(r, data) {
		return nil
	}
	for i := r.from; i < r.to; i++ {
		if err := t.take(i); err != nil {
			return err
		}
	}
	if data, ok := t.wrap(r); ok {
		t.Store.Put(key, data)
	}
	return nil
}

// keyOf is a digest over everything that reading the files of a stretch follows from, save the program.
func (t *taken) keyOf(r run) (key [sha256.Size]byte) {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%+v\n%+v\n%d\n", t.Schemas.Digest(), t.YAML, t.Markdown, t.Attachment) // a hash never fails to write
	for _, f := range t.files[r.from:r.to] {
		fmt.Fprintf(h, "%s\x00%s\x00%t\n", f.path, f.blob, t.pares(f.path, f.kind))
	}
	h.Sum(key[:0])
	return key
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
	var out []byte
	for i := r.from; i < r.to; i++ {
		f, rec := t.files[i], t.made[i]
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
		out = t.wrapRecord(out, rec)
	}
	return out, true
}

func (t *taken) wrapRecord(out []byte, rec *record.Record) []byte {
	root, flags := rec.Tree(), hasRecord
	sound, alone := t.sound[rec]
	if len(root.Fields) == 0 {
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
	if flags&isBare == 0 {
		out = tree.Append(out, root)
	}
	return out
}

// restore takes what was kept of the files of a stretch. It is false, and nothing is taken, when the bytes are not of that.
func (t *taken) restore(r run, data []byte) bool {
	in := &tape.Reader{In: data}
	files := make([]unwrapped, 0, r.to-r.from)
	for _, f := range t.files[r.from:r.to] {
		one := unwrap(in, f)
		if in.Bad || (f.sort == isRecord) != (one.record != nil) {
			return false
		}
		files = append(files, one)
	}
	if len(in.In) > 0 {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for k, one := range files {
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
	return true
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
		root, err := tree.Read(in)
		if err != nil {
			return unwrapped{}
		}
		one.record = record.Fresh(f.path, f.kind, root)
		if one.record.Decode() != nil {
			in.Fail()
			return unwrapped{}
		}
	}
	one.record.Digest = one.digest
	if len(links) > 0 {
		one.record.Prose = &record.Prose{Links: links}
	}
	return one
}
