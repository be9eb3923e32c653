package gitrepo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"sync/atomic"

	"github.com/go-git/go-git/v5/plumbing"
)

var errDamagedPack = errors.New("damaged pack")

// pack is a pack of version 2 or 3 with its index. The index lies in memory. Of the pack only what is asked for is read: whatever of it
// lay in memory would count as this process's own, and to have the system take it away again costs more than reading it (0025).
// Where most of it is asked for it does lie in memory meanwhile; see [packs.hold].
type pack struct {
	name    string // without folder and ending
	index   *packIndex
	content io.ReaderAt
	end     int64 // of its entries, where its checksum begins

	mapped []byte                 // by whoever held it first, to the end
	held   atomic.Pointer[[]byte] // what is mapped, while it is held
}

// newPack puts a pack of so many bytes and its index together. They are refused unless they belong to each other.
func newPack(name string, content io.ReaderAt, size int64, index []byte) (*pack, error) {
	x, err := parsePackIndex(index)
	if err != nil {
		return nil, err
	}
	var head [12]byte
	var sum [sha1.Size]byte
	end := size - int64(len(sum))
	if end < int64(len(head)) {
		return nil, errShape
	}
	if _, err := content.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	if _, err := content.ReadAt(sum[:], end); err != nil && err != io.EOF {
		return nil, err
	}
	version, count := binary.BigEndian.Uint32(head[4:]), binary.BigEndian.Uint32(head[8:])
	if string(head[:4]) != "PACK" || !bytes.Equal(sum[:], x.pack) || version != 2 && version != 3 || int64(count) != int64(x.len()) {
		return nil, errShape
	}
	return &pack{name: name, index: x, content: content, end: end}, nil
}

// part gives so many bytes of the entries from an offset on, or as many as there are, while the pack is held. Nobody writes to them, and
// they are gone when the pack is closed.
func (p *pack) part(at, n int64) ([]byte, bool) {
	all := p.held.Load()
	if all == nil {
		return nil, false
	}
	return (*all)[at:min(at+n, p.end)], true
}

// read gives so many bytes of the entries from an offset on, or as many as there are, in the room of buffer where that is enough.
func (p *pack) read(buffer []byte, at, n int64) ([]byte, error) {
	n = min(n, p.end-at)
	buffer = slices.Grow(buffer[:0], int(n))[:n]
	if _, err := p.content.ReadAt(buffer, at); err != nil {
		return nil, err
	}
	return buffer, nil
}

// find gives the offset of an object.
func (p *pack) find(id *plumbing.Hash) (int64, bool) {
	n, ok := p.index.find(id)
	if !ok {
		return 0, false
	}
	return p.index.at(n)
}

// packEntry is what stands before the compressed bytes of an entry.
type packEntry struct {
	kind plumbing.ObjectType
	size int64  // of what follows when it is inflated: the object, or the changes from its base
	base int64  // for changes: the offset of what they apply to
	from int64  // the offset of its compressed bytes
	body []byte // as much of them as was read; what comes after them may follow
}

func (e packEntry) isDelta() bool { return e.kind.IsDelta() }

// glance is how much of an entry is read at once: all of most.
const glance = 4 << 10

// entry reads the head of the entry at an offset, and copies what follows it into the room of buffer unless the pack is held.
func (p *pack) entry(at int64, lately *ahead, buffer []byte) (e packEntry, err error) {
	if at < 12 || at >= p.end {
		return e, errDamagedPack
	}
	read, held := p.part(at, glance)
	if !held {
		if read, err = lately.glance(p, at); err != nil {
			return e, err
		}
	}
	rest := read
	first := rest[0]
	e.kind = plumbing.ObjectType(first >> 4 & 7)
	e.size = int64(first & 15)
	rest = rest[1:]
	if first&0x80 != 0 {
		more, n := varint(rest)
		if n == 0 || more > 1<<56 {
			return e, errDamagedPack
		}
		e.size |= int64(more) << 4
		rest = rest[n:]
	}
	switch e.kind {
	case plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject:
	case plumbing.OFSDeltaObject:
		back, n := distance(rest)
		if n == 0 || back <= 0 || back >= at {
			return e, errDamagedPack
		}
		e.base, rest = at-back, rest[n:]
	case plumbing.REFDeltaObject:
		if len(rest) < idSize {
			return e, errDamagedPack
		}
		id, ok := plumbing.Hash(rest[:idSize]), false
		if e.base, ok = p.find(&id); !ok {
			return e, errDamagedPack // a pack on disk holds the bases of its changes
		}
		rest = rest[idSize:]
	default:
		return e, errDamagedPack
	}
	e.from = at + int64(len(read)-len(rest))
	e.body = rest[:min(int64(len(rest)), e.most())]
	if !held {
		e.body = append(buffer[:0], e.body...)
	}
	return e, nil
}

// most is how many compressed bytes an entry may have. Where they end they alone can tell; no ordinary program makes more of so many.
func (e packEntry) most() int64 { return e.size + e.size>>9 + 64 }

// varint reads seven bits a byte, the lowest first. It gives 0 bytes where there is no such number.
func varint(raw []byte) (value uint64, length int) {
	value, length = binary.Uvarint(raw)
	return value, max(length, 0)
}

// distance reads how far back the base of an entry lies: seven bits a byte, the highest first, and one more for each byte before the last.
func distance(raw []byte) (value int64, length int) {
	for i, b := range raw {
		if value > 1<<54 {
			return 0, 0
		}
		value = value<<7 | int64(b&0x7f)
		if b&0x80 == 0 {
			return value, i + 1
		}
		value++
	}
	return 0, 0
}

// deltaSizes reads what changes say of themselves: the length of what they apply to and of what comes out.
func deltaSizes(delta []byte) (base, result uint64, ops []byte, ok bool) {
	base, n := varint(delta)
	if n == 0 {
		return 0, 0, nil, false
	}
	result, m := varint(delta[n:])
	return base, result, delta[n+m:], m > 0
}

// applyDelta makes an object from another and the changes to it. The result has at most limit bytes.
func applyDelta(base, delta []byte, limit int64) ([]byte, error) {
	from, to, ops, ok := deltaSizes(delta)
	if !ok || from != uint64(len(base)) || to > uint64(limit) {
		return nil, errDamagedPack
	}
	size := int(to)
	// The stated size is only believed as far as what is there bears it out.
	out := make([]byte, 0, min(size, len(base)+len(ops)))
	for len(ops) > 0 {
		op := ops[0]
		ops = ops[1:]
		var piece []byte
		if op&0x80 == 0 { // so many new bytes follow
			if op == 0 || int(op) > len(ops) {
				return nil, errDamagedPack
			}
			piece, ops = ops[:op], ops[op:]
		} else {
			start, length, n := copyRange(op, ops)
			if n < 0 || start > int64(len(base)) || length > int64(len(base))-start {
				return nil, errDamagedPack
			}
			piece, ops = base[start:start+length], ops[n:]
		}
		if len(piece) > size-len(out) {
			return nil, errDamagedPack
		}
		out = append(out, piece...)
	}
	if len(out) != size {
		return nil, errDamagedPack
	}
	return out, nil
}

// copyRange reads which bytes of the base to take. The low four bits of op say which bytes of the start are stated, the next
// three which of the length.
func copyRange(op byte, ops []byte) (start, length int64, used int) {
	for i := range 7 {
		if op>>i&1 == 0 {
			continue
		}
		if used == len(ops) {
			return 0, 0, -1
		}
		if i < 4 {
			start |= int64(ops[used]) << (8 * i)
		} else {
			length |= int64(ops[used]) << (8 * (i - 4))
		}
		used++
	}
	if length == 0 {
		length = 0x10000
	}
	return start, length, used
}
