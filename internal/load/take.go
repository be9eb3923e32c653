package load

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// taken is what is kept of files as they are read, several at once.
type taken struct {
	*reader
	files  []file
	stored map[string]*stretch // by folder

	mu      sync.Mutex
	digests []string          // in the order of the files; empty of those whose bytes were not read; nil when nobody asks
	known   map[string]string // by path: the digest, which is empty of a file that was refused
	records []*record.Record
	sound   map[*record.Record]register.Soundness // of those that were pared, and with a store of all
	found   map[int]found                         // by the place of the file
	made    []*record.Record                      // in the order of the files, with a store alone
	count   Count
}

// found is what is wrong with one file by itself, and with a signature beside its approval.
type found struct{ alone, signed []finding.Finding }

func newTaken(r *reader, w *walker) *taken {
	t := &taken{
		reader: r, files: w.files, known: make(map[string]string, len(w.files)+len(w.refused)),
		sound: make(map[*record.Record]register.Soundness), found: make(map[int]found),
	}
	for _, p := range w.refused {
		t.known[p] = ""
	}
	return t
}

// take reads a file; an approval together with the signature beside it, so that the bytes of neither need be kept.
func (t *taken) take(i int) (err error) {
	f := t.files[i]
	// A parser that panics must end in failure that names the file, whatever calls this.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("read %s: panic: %v\n%s", f.path, p, debug.Stack())
		}
	}()
	if f.sort == isSignature {
		if _, ok := t.at(strings.TrimSuffix(f.path, record.SignatureEnding)); ok {
			return nil
		}
	}
	read, err := t.read(f)
	if err != nil {
		return err
	}
	if f.kind == record.KindApproval {
		if k, ok := t.at(f.path + record.SignatureEnding); ok {
			if err := t.takeSigned(k, f, read); err != nil {
				return err
			}
		}
	}
	var wrong []finding.Finding
	if f.sort == isSignature {
		wrong = t.compareSigned(f, read, file{}, content{}, false)
	}
	return t.keep(i, read, wrong)
}

// takeSigned reads the signature beside an approval.
func (t *taken) takeSigned(k int, text file, of content) error {
	read, err := t.read(t.files[k])
	if err != nil {
		return err
	}
	var wrong []finding.Finding
	if of.record != nil { // the signature of an approval that was refused is left aside
		wrong = t.compareSigned(t.files[k], read, text, of, true)
	}
	return t.keep(k, read, wrong)
}

// at gives the place of the file at a path.
func (t *taken) at(path string) (int, bool) {
	return slices.BinarySearchFunc(t.files, path, func(f file, path string) int { return strings.Compare(f.path, path) })
}

// keep keeps of a file what is asked of it later.
func (t *taken) keep(i int, read content, signed []finding.Finding) error {
	f, kept := t.files[i], read.record
	var sound register.Soundness
	alone := false
	switch {
	case kept == nil:
	case t.pares(f.path, f.kind):
		var err error
		if kept, sound, alone, err = register.Pare(kept); err != nil {
			return err
		}
	case t.made != nil: // the next run is told, too
		sound, alone = register.Alone(kept)
	}
	refused := finding.Errors(read.findings) > 0
	if !refused {
		t.Memory.note(f, read)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known[f.path] = read.digest
	if refused {
		t.known[f.path] = ""
	}
	if t.digests != nil {
		t.digests[i] = read.digest
	}
	t.count.add(f, refused)
	if len(read.findings)+len(signed) > 0 {
		t.found[i] = found{read.findings, signed}
	}
	if kept != nil {
		t.records = append(t.records, kept)
	}
	if t.made != nil {
		t.made[i] = kept
	}
	if alone {
		t.sound[kept] = sound
	}
	return nil
}

// findings are what is wrong with files by themselves, then with signatures, each in the order of paths.
func (t *taken) findings() []finding.Finding {
	var all []finding.Finding
	for i := range t.files {
		all = append(all, t.found[i].alone...)
	}
	for i := range t.files {
		all = append(all, t.found[i].signed...)
	}
	return all
}
