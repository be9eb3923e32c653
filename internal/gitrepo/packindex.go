package gitrepo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

const (
	idSize     = len(plumbing.Hash{})
	fanoutSize = 256 * 4
)

var errShape = errors.New("not of a known shape")

// idTable is a sorted list of ids as it lies in a file, and how many ids there are up to each first byte.
type idTable struct{ fanout, ids []byte }

func (t idTable) len() int { return len(t.ids) / idSize }

func (t idTable) id(n int) []byte { return t.ids[n*idSize : (n+1)*idSize] }

// upTo counts the ids whose first byte is at most b.
func (t idTable) upTo(b byte) int { return int(binary.BigEndian.Uint32(t.fanout[int(b)*4:])) }

// sound reports whether the table is what it has to be for find to tell the truth.
func (t idTable) sound() bool {
	n := 0
	for b := range 256 {
		last := t.upTo(byte(b))
		if last < n || last > t.len() {
			return false
		}
		for ; n < last; n++ {
			if id := t.id(n); int(id[0]) != b || n > 0 && bytes.Compare(t.id(n-1), id) >= 0 {
				return false
			}
		}
	}
	return n == t.len()
}

// find gives the place of an id in the list.
func (t idTable) find(id *plumbing.Hash) (int, bool) {
	low, high := 0, t.upTo(id[0])
	if id[0] > 0 {
		low = t.upTo(id[0] - 1)
	}
	// Ids are spread evenly, so the first few looks go to where this one is to be expected; halving would touch more and
	// farther places. Bytes after the first are what ids from low to high differ in.
	const guesses = 6
	size, wanted := int64(high-low), int64(binary.BigEndian.Uint32(id[1:]))
	guess := low + int(size*wanted>>32)
	for look := 0; low < high; look++ {
		at := int(uint(low+high) / 2)
		if look < guesses {
			at = max(low, min(guess, high-1))
		}
		found := t.id(at)
		ahead := wanted - int64(binary.BigEndian.Uint32(found[1:]))
		switch {
		case ahead == 0 && string(found) == string(id[:]):
			return at, true
		case ahead > 0 || ahead == 0 && bytes.Compare(found, id[:]) < 0:
			low = at + 1
		default:
			high = at
		}
		guess = at + int(size*ahead>>32)
	}
	return 0, false
}

// offsets says where each object of a table lies: in 31 bits, or by its place in the list of those that lie further off.
type offsets struct {
	near, far []byte
	step      int // bytes of an entry of near, of which the last four are the offset
}

func (o offsets) at(n int) (int64, bool) {
	const isFar = 1 << 31
	near := binary.BigEndian.Uint32(o.near[(n+1)*o.step-4:])
	if near&isFar == 0 {
		return int64(near), true
	}
	at := int64(near&^isFar) * 8
	if at+8 > int64(len(o.far)) {
		return 0, false
	}
	far := binary.BigEndian.Uint64(o.far[at:])
	return int64(far), far < 1<<62
}

// packIndex is the index of one pack, of version 2.
type packIndex struct {
	idTable
	offsets
	pack []byte // the checksum of its pack
}

// parsePackIndex reads an index and refuses one that a bit has turned in. The result points into raw.
func parsePackIndex(raw []byte) (*packIndex, error) {
	const header = "\xfftOc\x00\x00\x00\x02"
	body, ok := bytes.CutPrefix(raw, []byte(header))
	if !ok || len(body) < fanoutSize+2*sha1.Size || !sealed(raw) {
		return nil, errShape
	}
	x := &packIndex{idTable: idTable{fanout: body[:fanoutSize]}, offsets: offsets{step: 4}}
	n := x.upTo(255)
	rest := body[fanoutSize : len(body)-2*sha1.Size]
	if int64(n)*int64(idSize+4+4) > int64(len(rest)) {
		return nil, errShape
	}
	x.ids, rest = rest[:n*idSize], rest[n*(idSize+4):] // each id has a checksum of its compressed bytes, which nothing here needs
	x.near, x.far = rest[:n*4], rest[n*4:]
	x.pack = body[len(body)-2*sha1.Size:][:sha1.Size]
	if len(x.far)%8 != 0 || len(x.far) > n*8 || !x.sound() {
		return nil, errShape
	}
	return x, nil
}

// sealed reports whether a file ends in the checksum of what comes before.
func sealed(raw []byte) bool {
	end := len(raw) - sha1.Size
	sum := sha1.Sum(raw[:end])
	return bytes.Equal(sum[:], raw[end:])
}

// multiIndex is one index over several packs, of version 1.
type multiIndex struct {
	idTable
	offsets
	names []string // what the packs' own indexes are called, in the order of the packs' numbers
}

// parseMultiIndex reads a multi-pack-index. The result points into raw.
func parseMultiIndex(raw []byte) (*multiIndex, error) {
	// Version 1, with ids of SHA-1, and adding to no other multi-pack-index.
	if len(raw) < 12+sha1.Size || string(raw[:6]) != "MIDX\x01\x01" || raw[7] != 0 || !sealed(raw) {
		return nil, errShape
	}
	chunks, ok := chunksOf(raw[:len(raw)-sha1.Size], 12, int(raw[6]))
	if !ok || len(chunks["OIDF"]) != fanoutSize {
		return nil, errShape
	}
	x := &multiIndex{
		idTable: idTable{fanout: chunks["OIDF"], ids: chunks["OIDL"]},
		offsets: offsets{near: chunks["OOFF"], far: chunks["LOFF"], step: 8},
		names:   strings.Split(strings.TrimRight(string(chunks["PNAM"]), "\x00"), "\x00"),
	}
	if len(x.ids) != x.len()*idSize || len(x.near) != x.len()*x.step || len(x.far)%8 != 0 ||
		len(x.names) != int(binary.BigEndian.Uint32(raw[8:])) || !x.sound() {
		return nil, errShape
	}
	for n := range x.len() {
		if x.packOf(n) >= len(x.names) {
			return nil, errShape
		}
	}
	return x, nil
}

// packOf gives the number of the pack that an object lies in.
func (x *multiIndex) packOf(n int) int { return int(binary.BigEndian.Uint32(x.near[n*x.step:])) }

// chunksOf cuts a file into its chunks by the table at its head: the name of each chunk and where it begins, and at last where it all ends.
func chunksOf(raw []byte, table, count int) (map[string][]byte, bool) {
	const line = 4 + 8
	if len(raw) < table+(count+1)*line {
		return nil, false
	}
	chunks := make(map[string][]byte)
	for i := range count {
		at := raw[table+i*line:]
		from, to := binary.BigEndian.Uint64(at[4:]), binary.BigEndian.Uint64(at[line+4:])
		if from > to || to > uint64(len(raw)) {
			return nil, false
		}
		chunks[string(at[:4])] = raw[from:to]
	}
	return chunks, true
}
