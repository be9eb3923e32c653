package gitrepo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// spot says where an object of a made-up index lies.
type spot struct {
	id   plumbing.Hash
	pack uint32
	at   uint64
}

// spots gives as many objects, evenly spread.
func spots(n int) []spot {
	all := make([]spot, n)
	for i := range all {
		all[i] = spot{plumbing.Hash(sha1.Sum(fmt.Append(nil, i))), uint32(i % 3), uint64(i) * 40}
		if i%5 == 4 {
			all[i].at += 5 << 32
		}
	}
	slices.SortFunc(all, func(a, b spot) int { return bytes.Compare(a.id[:], b.id[:]) })
	return all
}

func fanout(all []spot) (raw []byte) {
	for b := range 256 {
		n := 0
		for _, s := range all {
			if int(s.id[0]) <= b {
				n++
			}
		}
		raw = binary.BigEndian.AppendUint32(raw, uint32(n))
	}
	return raw
}

// offsetsOf writes the two lists of offsets, with the number of the pack before each near one if need be.
func offsetsOf(all []spot, withPack bool) (near, far []byte) {
	for _, s := range all {
		if withPack {
			near = binary.BigEndian.AppendUint32(near, s.pack)
		}
		if s.at < 1<<31 {
			near = binary.BigEndian.AppendUint32(near, uint32(s.at))
			continue
		}
		near = binary.BigEndian.AppendUint32(near, 1<<31|uint32(len(far)/8))
		far = binary.BigEndian.AppendUint64(far, s.at)
	}
	return near, far
}

func seal(raw []byte) []byte {
	sum := sha1.Sum(raw)
	return append(slices.Clip(raw), sum[:]...)
}

// writeIndex is a pack index without the checksum at its end.
func writeIndex(all []spot) []byte {
	raw := append([]byte("\xfftOc\x00\x00\x00\x02"), fanout(all)...)
	for _, s := range all {
		raw = append(raw, s.id[:]...)
	}
	near, far := offsetsOf(all, false)
	raw = append(raw, make([]byte, 4*len(all))...)
	return slices.Concat(raw, near, far, bytes.Repeat([]byte{7}, sha1.Size))
}

// writeMultiIndex is a multi-pack-index without the checksum at its end.
func writeMultiIndex(all []spot) []byte {
	near, far := offsetsOf(all, true)
	var ids []byte
	for _, s := range all {
		ids = append(ids, s.id[:]...)
	}
	chunks := []struct {
		name string
		body []byte
	}{
		{"PNAM", []byte("pack-a.idx\x00pack-b.idx\x00pack-c.idx\x00\x00\x00\x00")},
		{"OIDF", fanout(all)},
		{"OIDL", ids},
		{"OOFF", near},
		{"LOFF", far},
	}
	raw := []byte("MIDX\x01\x01\x05\x00\x00\x00\x00\x03")
	at := uint64(len(raw) + 12*(len(chunks)+1))
	for _, c := range chunks {
		raw = binary.BigEndian.AppendUint64(append(raw, c.name...), at)
		at += uint64(len(c.body))
	}
	raw = binary.BigEndian.AppendUint64(append(raw, 0, 0, 0, 0), at)
	for _, c := range chunks {
		raw = append(raw, c.body...)
	}
	return raw
}

func TestAnIndexFindsEveryObject(t *testing.T) {
	for _, n := range []int{0, 1, 2, 300, 20_000} {
		all := spots(n)
		single, err := parsePackIndex(seal(writeIndex(all)))
		if err != nil {
			t.Fatalf("%d objects: %v", n, err)
		}
		multi, err := parseMultiIndex(seal(writeMultiIndex(all)))
		if err != nil {
			t.Fatalf("%d objects of several packs: %v", n, err)
		}
		for _, s := range all {
			i, found := single.find(&s.id)
			at, ok := single.at(i)
			j, found2 := multi.find(&s.id)
			at2, ok2 := multi.at(j)
			if !found || !ok || !found2 || !ok2 || at != int64(s.at) || at2 != at || multi.packOf(j) != int(s.pack) {
				t.Fatalf("%d objects: %s is at %d and %d of pack %d, want %d of %d", n, s.id, at, at2, multi.packOf(j), s.at, s.pack)
			}
		}
		for i := range 1000 {
			id := plumbing.Hash(sha1.Sum(fmt.Append(nil, "absent", i)))
			if _, found := single.find(&id); found {
				t.Errorf("%d objects: an absent one is found", n)
			}
		}
	}
}

// Ids that are not evenly spread only cost time.
func TestAnIndexFindsCrowdedIds(t *testing.T) {
	var all []spot
	for i := range 3000 {
		id := plumbing.Hash{9, 0, 0, 0, byte(i >> 8), byte(i)}
		if i > 1500 {
			id = plumbing.Hash{9, 255, 255, 255, 255, byte(i >> 8), byte(i)}
		}
		all = append(all, spot{id: id, at: uint64(i)})
	}
	x, err := parsePackIndex(seal(writeIndex(all)))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		if n, ok := x.find(&s.id); !ok || n != i {
			t.Fatalf("%s is %d, %t, want %d", s.id, n, ok, i)
		}
	}
}

func TestAnIndexOfAnotherShapeIsRefused(t *testing.T) {
	all := spots(50)
	for name, spoil := range map[string]func([]byte) []byte{
		"cut short":            func(raw []byte) []byte { return raw[:len(raw)-1] },
		"nothing":              func([]byte) []byte { return nil },
		"another version":      func(raw []byte) []byte { raw[7] = 3; return raw },
		"another signature":    func(raw []byte) []byte { raw[0] = 'X'; return raw },
		"one object too many":  func(raw []byte) []byte { raw[8+4*255+3]++; return raw },
		"counts that go back":  func(raw []byte) []byte { raw[8+4*100] = 1; return raw },
		"ids out of order":     func(raw []byte) []byte { raw[8+1024+20*20] ^= 0xff; return raw },
		"an id twice":          func(raw []byte) []byte { copy(raw[8+1024+20:], raw[8+1024:8+1024+20]); return raw },
		"more after the lists": func(raw []byte) []byte { return append(raw, 0) },
	} {
		if _, err := parsePackIndex(seal(spoil(writeIndex(all)))); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	flipped := seal(writeIndex(all))
	for i := range flipped {
		flipped[i] ^= 4
		if _, err := parsePackIndex(flipped); err == nil {
			t.Errorf("a bit turned in byte %d: accepted", i)
		}
		flipped[i] ^= 4
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"cut short":               func(raw []byte) []byte { return raw[:len(raw)-1] },
		"nothing":                 func([]byte) []byte { return nil },
		"another version":         func(raw []byte) []byte { raw[4] = 2; return raw },
		"SHA-256":                 func(raw []byte) []byte { raw[5] = 2; return raw },
		"a chunk too many":        func(raw []byte) []byte { raw[6]++; return raw },
		"adding to another":       func(raw []byte) []byte { raw[7] = 1; return raw },
		"another number of packs": func(raw []byte) []byte { raw[11] = 4; return raw },
		"no list of ids":          func(raw []byte) []byte { copy(raw[12+2*12:], "XXXX"); return raw },
		"a chunk beyond the end":  func(raw []byte) []byte { raw[12+12+4] = 1; return raw },
		"a pack beyond the last":  func(raw []byte) []byte { return bytes.Replace(raw, []byte{0, 0, 0, 2}, []byte{0, 0, 0, 3}, -1) },
	} {
		if _, err := parseMultiIndex(seal(spoil(writeMultiIndex(all)))); err == nil {
			t.Errorf("of several packs, %s: accepted", name)
		}
	}
}

func FuzzParsePackIndex(f *testing.F) {
	f.Add(writeIndex(nil))
	f.Add(writeIndex(spots(7)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if x, err := parsePackIndex(seal(raw)); err == nil {
			checkTable(t, x.idTable, x.offsets)
		}
	})
}

func FuzzParseMultiIndex(f *testing.F) {
	f.Add(writeMultiIndex(nil))
	f.Add(writeMultiIndex(spots(7)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		x, err := parseMultiIndex(seal(raw))
		if err != nil {
			return
		}
		checkTable(t, x.idTable, x.offsets)
		for n := range x.len() {
			_ = x.names[x.packOf(n)]
		}
	})
}

// checkTable looks for every id of a table that was accepted, and for neighbours that are not in it.
func checkTable(t *testing.T, table idTable, o offsets) {
	t.Helper()
	for n := range table.len() {
		id := plumbing.Hash(table.id(n))
		if got, ok := table.find(&id); !ok || got != n {
			t.Fatalf("id %d is found as %d, %t", n, got, ok)
		}
		if at, ok := o.at(n); ok && at < 0 {
			t.Fatalf("id %d lies at %d", n, at)
		}
		id[19]++
		if got, ok := table.find(&id); ok && string(table.id(got)) != string(id[:]) {
			t.Fatalf("%s is found as %x", id, table.id(got))
		}
	}
}
