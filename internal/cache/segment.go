package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/s2"
)

// A segment is: its head; records; an index, with a row for each record, sorted by identity; and a tail, which says where the index
// begins. Nothing in index and tail is believed further than to find a record, so neither needs a digest.
const (
	segmentHead   = "muniment cache 1\n"
	segmentTail   = "\nend of segment 1\n"
	segmentSuffix = ".segment"
	newSuffix     = ".new" // while it is written
	fullSegment   = 64 << 20

	recordHead = sha256.Size + sha256.Size + 1 // digest of the rest, identity, packing
	rowSize    = sha256.Size + 8 + 4           // identity, where its record begins, how long it is
	tailSize   = 8 + len(segmentTail)          // where the index begins
)

// How the data of a record is packed.
const (
	plain  = 0
	packed = 1 // as a block of S2
)

// seal makes the record of an entry. Data is packed where that saves an eighth: what is read back is mostly text, and reading
// and checking a fifth of it costs less than unpacking.
func seal(id Key, data []byte) []byte {
	const worthPacking = 256
	b := make([]byte, recordHead, recordHead+len(data))
	how := byte(plain)
	if len(data) >= worthPacking {
		if short := s2.Encode(nil, data); len(short) < len(data)-len(data)/8 {
			b, how = append(b, short...), packed
		}
	}
	if how == plain {
		b = append(b, data...)
	}
	copy(b[sha256.Size:], id[:])
	b[2*sha256.Size] = how
	sum := sha256.Sum256(b[sha256.Size:])
	copy(b, sum[:])
	return b
}

// unseal takes the data out of a record, and holds nothing of that. False means that it is damaged, or belongs to another entry.
func unseal(id Key, b []byte) ([]byte, bool) {
	if !whole(id, b) {
		return nil, false
	}
	body := b[recordHead:]
	switch b[2*sha256.Size] {
	case plain:
		return bytes.Clone(body), true
	case packed:
		if size, err := s2.DecodedLen(body); err != nil || size > LargestEntry {
			return nil, false
		}
		data, err := s2.Decode(nil, body)
		return data, err == nil
	}
	return nil, false
}

// whole tells whether a record is undamaged and belongs to an entry.
func whole(id Key, b []byte) bool {
	if len(b) < recordHead || !bytes.Equal(b[sha256.Size:2*sha256.Size], id[:]) {
		return false
	}
	sum := sha256.Sum256(b[sha256.Size:])
	return bytes.Equal(sum[:], b[:sha256.Size])
}

// segment is a file of entries that is complete.
type segment struct {
	name string
	file *os.File
	size int64
	rows []byte // the index
	used []atomic.Uint64
}

// openSegment opens a segment, nil when it is none or damaged.
func openSegment(dir *os.Root, name string) *segment {
	info, err := dir.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	f, err := dir.Open(name)
	if err != nil {
		return nil
	}
	rows, err := readIndex(f, info.Size())
	if err != nil {
		f.Close()
		return nil
	}
	return newSegment(name, f, info.Size(), rows)
}

func newSegment(name string, f *os.File, size int64, rows []byte) *segment {
	return &segment{name, f, size, rows, make([]atomic.Uint64, len(rows)/rowSize/64+1)}
}

var errSegment = errors.New("not a segment, or a damaged one")

// readIndex reads the index of a segment of a size.
func readIndex(f interface {
	ReadAt([]byte, int64) (int, error)
}, size int64,
) ([]byte, error) {
	if size < int64(len(segmentHead)+tailSize) {
		return nil, errSegment
	}
	head, tail := make([]byte, len(segmentHead)), make([]byte, tailSize)
	if _, err := f.ReadAt(head, 0); err != nil || string(head) != segmentHead {
		return nil, errSegment
	}
	if _, err := f.ReadAt(tail, size-int64(tailSize)); err != nil || string(tail[8:]) != segmentTail {
		return nil, errSegment
	}
	begin, end := binary.BigEndian.Uint64(tail), uint64(size)-uint64(tailSize)
	if begin < uint64(len(segmentHead)) || begin > end || (end-begin)%rowSize != 0 {
		return nil, errSegment
	}
	rows := make([]byte, end-begin)
	if _, err := f.ReadAt(rows, int64(begin)); err != nil && len(rows) > 0 {
		return nil, errSegment
	}
	return rows, nil
}

func (s *segment) count() int        { return len(s.rows) / rowSize }
func (s *segment) row(i int) []byte  { return s.rows[i*rowSize:][:rowSize] }
func (s *segment) id(i int) Key      { return Key(s.row(i)[:sha256.Size]) }
func (s *segment) use(i int)         { s.used[i/64].Or(1 << (i % 64)) }
func (s *segment) isUsed(i int) bool { return s.used[i/64].Load()&(1<<(i%64)) != 0 }
func (s *segment) length(i int) int64 {
	return int64(binary.BigEndian.Uint32(s.row(i)[sha256.Size+8:]))
}

// find gives the row of an entry.
func (s *segment) find(id Key) (int, bool) {
	low, high := 0, s.count()
	for low < high {
		middle := int(uint(low+high) / 2)
		if bytes.Compare(s.row(middle)[:sha256.Size], id[:]) < 0 {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < s.count() && s.id(low) == id
}

// records are what rooms for records are taken from: each is read, unpacked and forgotten at once.
var records = sync.Pool{New: func() any { return new([]byte) }}

// get gives the data of a row. It is false when the row leads nowhere, or to something that is damaged or belongs to another entry.
func (s *segment) get(id Key, row int) ([]byte, bool) {
	const large = 1 << 20 // bytes, that are not kept for a few
	room := records.Get().(*[]byte)
	record, ok := s.record(row, *room)
	if cap(record) <= large {
		*room = record
		defer records.Put(room)
	}
	if !ok {
		return nil, false
	}
	return unseal(id, record)
}

// record reads the record of a row, in the room of buffer where that is enough. It is false when the row leads nowhere.
func (s *segment) record(row int, buffer []byte) ([]byte, bool) {
	offset := binary.BigEndian.Uint64(s.row(row)[sha256.Size:])
	length := s.length(row)
	if length > s.size || offset > uint64(s.size-length) {
		return nil, false
	}
	b := slices.Grow(buffer[:0], int(length))[:length]
	_, err := s.file.ReadAt(b, int64(offset))
	return b, err == nil
}

// writing is a segment that is being written. Others see it when it is finished.
type writing struct {
	dir    *os.Root
	name   string // without its ending
	file   *os.File
	buffer []byte
	size   int64 // with what is in the buffer
	rows   [][rowSize]byte
}

func startSegment(dir *os.Root, name string) (*writing, error) {
	f, err := dir.OpenFile(name+newSuffix, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return &writing{dir: dir, name: name, file: f, buffer: []byte(segmentHead), size: int64(len(segmentHead))}, nil
}

// append adds a record and tells where it begins.
func (w *writing) append(id Key, record []byte) (int64, error) {
	offset := w.size
	var row [rowSize]byte
	copy(row[:], id[:])
	binary.BigEndian.PutUint64(row[sha256.Size:], uint64(offset))
	binary.BigEndian.PutUint32(row[sha256.Size+8:], uint32(len(record)))
	w.rows = append(w.rows, row)
	w.buffer = append(w.buffer, record...)
	w.size += int64(len(record))
	const often = 256 << 10
	if len(w.buffer) >= often {
		return offset, w.flush()
	}
	return offset, nil
}

func (w *writing) flush() error {
	if len(w.buffer) == 0 {
		return nil
	}
	_, err := w.file.Write(w.buffer)
	w.buffer = w.buffer[:0]
	return err
}

// finish writes the index and puts the segment in place.
func (w *writing) finish() (*segment, error) {
	slices.SortFunc(w.rows, func(a, b [rowSize]byte) int { return bytes.Compare(a[:], b[:]) })
	rows := make([]byte, 0, len(w.rows)*rowSize)
	for _, row := range w.rows {
		rows = append(rows, row[:]...)
	}
	begin := w.size
	w.buffer = append(w.buffer, rows...)
	w.buffer = binary.BigEndian.AppendUint64(w.buffer, uint64(begin))
	w.buffer = append(w.buffer, segmentTail...)
	if err := w.flush(); err != nil {
		return nil, err
	}
	if err := w.dir.Rename(w.name+newSuffix, w.name+segmentSuffix); err != nil {
		return nil, err
	}
	return newSegment(w.name+segmentSuffix, w.file, begin+int64(len(rows)+tailSize), rows), nil
}

func (w *writing) abandon() {
	w.file.Close()
	_ = w.dir.Remove(w.name + newSuffix)
}
