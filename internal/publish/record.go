package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
)

// Sum is a SHA-256. The zero value stands for none.
type Sum = [sha256.Size]byte

// page is one file of a generation as it was when its record was written.
type page struct {
	Sum  Sum // of its bytes
	From Sum // of what it was made from, as the caller sees it; zero when the caller did not say
	mark

	kept bool // and not put; only while it is made
}

// record is what a generation was when it was complete. It lies beside the generation and is not published.
//
// A record vouches for a file only while the file has its mark. It never needs to be withdrawn: whoever changes a file, a
// build that is killed included, changes its mark.
type record struct {
	key      Sum // of everything that the portal was made from, as the caller sees it
	manifest Sum
	paths    []string // of the pages, in the order of the record
	pages    map[string]page
}

// recordHead is the first line of a record. Another head is another version and as good as no record.
const recordHead = "muniment generation 1\n"

// encode writes a record: head, key, digest of the manifest, pages, and the digest of all that.
func (r *record) encode() []byte {
	b := make([]byte, 0, 128+len(r.pages)*160)
	b = append(b, recordHead...)
	b = append(b, r.key[:]...)
	b = append(b, r.manifest[:]...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.pages)))
	for _, path := range r.paths {
		p := r.pages[path]
		b = binary.BigEndian.AppendUint16(b, uint16(len(path)))
		b = append(b, path...)
		b = append(b, p.Sum[:]...)
		b = append(b, p.From[:]...)
		b = binary.BigEndian.AppendUint64(b, uint64(p.Size))
		b = binary.BigEndian.AppendUint64(b, p.Inode)
		b = binary.BigEndian.AppendUint64(b, uint64(p.Changed))
	}
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// errRecord means that a record is damaged or of another version. It is no record.
var errRecord = errors.New("not a record of a generation")

// decodeRecord reads what encode wrote and nothing else.
func decodeRecord(b []byte) (*record, error) {
	if len(b) < len(recordHead)+3*sha256.Size+4 {
		return nil, errRecord
	}
	body, sum := b[:len(b)-sha256.Size], b[len(b)-sha256.Size:]
	if own := sha256.Sum256(body); !bytes.Equal(own[:], sum) {
		return nil, errRecord
	}
	rest, ok := bytes.CutPrefix(body, []byte(recordHead))
	if !ok {
		return nil, errRecord
	}
	r := &record{}
	rest = rest[copy(r.key[:], rest):]
	rest = rest[copy(r.manifest[:], rest):]
	n := binary.BigEndian.Uint32(rest)
	rest = rest[4:]
	const fixed = 2*sha256.Size + 3*8
	if uint64(n)*(2+fixed) > uint64(len(rest)) {
		return nil, errRecord
	}
	r.pages, r.paths = make(map[string]page, n), make([]string, 0, n)
	for range n {
		if len(rest) < 2 {
			return nil, errRecord
		}
		size := int(binary.BigEndian.Uint16(rest))
		rest = rest[2:]
		if len(rest) < size+fixed {
			return nil, errRecord
		}
		path, p := string(rest[:size]), page{}
		rest = rest[size:]
		rest = rest[copy(p.Sum[:], rest):]
		rest = rest[copy(p.From[:], rest):]
		p.Size = int64(binary.BigEndian.Uint64(rest))
		p.Inode = binary.BigEndian.Uint64(rest[8:])
		p.Changed = int64(binary.BigEndian.Uint64(rest[16:]))
		rest = rest[24:]
		r.pages[path], r.paths = p, append(r.paths, path)
	}
	if len(rest) > 0 || len(r.pages) != int(n) {
		return nil, errRecord
	}
	return r, nil
}

// recordName is the file that holds the record of a generation.
func recordName(generation string) string { return generation + ".record" }

// readRecord reads the record of a generation, nil when there is none that can be used.
func readRecord(store *os.Root, generation string) *record {
	info, err := store.Lstat(recordName(generation))
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	b, err := store.ReadFile(recordName(generation))
	if err != nil {
		return nil
	}
	r, err := decodeRecord(b)
	if err != nil {
		return nil
	}
	return r
}

// unsettled is how long a file system may give two moments the same time: 10 ms on the slowest clock of Linux.
const unsettled = int64(20e6)

// writeRecord writes the record of a generation, in one step. A file that changed a moment ago could change once more within
// the same tick of the clock and keep its mark; the record does not vouch for it, and its bytes are looked at next time.
func writeRecord(store *folder, generation string, r *record) error {
	name, fresh := recordName(generation), recordName(generation)+".new"
	if err := store.root.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	before("begin a record")
	f, err := store.root.OpenFile(fresh, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer f.Close()
	now, err := store.look(fresh)
	if err != nil {
		return err
	}
	margin := unsettled
	if now.Changed%1e9 == 0 {
		margin = 2e9 // a clock of whole seconds, or of two
	}
	for path, p := range r.pages {
		if p.Changed > now.Changed-margin {
			p.Changed = 0
			r.pages[path] = p
		}
	}
	before("write a record")
	if _, err := f.Write(r.encode()); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	before("put a record in place")
	return store.root.Rename(fresh, name)
}
