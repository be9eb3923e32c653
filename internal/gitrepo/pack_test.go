package gitrepo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/klauspost/compress/zlib"
)

// packed is one entry of a made-up pack.
type packedEntry struct {
	id   plumbing.Hash
	kind plumbing.ObjectType
	base []byte // what stands between the head and the compressed bytes
	size int64  // as stated
	body []byte // before it is compressed
}

var deflater = zlib.NewWriter(nil)

func deflate(body []byte) []byte {
	var b bytes.Buffer
	deflater.Reset(&b)
	deflater.Write(body)
	deflater.Close()
	return b.Bytes()
}

// makePack writes a pack and its index.
func makePack(t testing.TB, entries ...packedEntry) *pack {
	t.Helper()
	content := binary.BigEndian.AppendUint32([]byte("PACK\x00\x00\x00\x02"), uint32(len(entries)))
	var all []spot
	for _, e := range entries {
		all = append(all, spot{id: e.id, at: uint64(len(content))})
		first, rest := byte(e.kind)<<4|byte(e.size&15), uint64(e.size)>>4
		if rest > 0 {
			content = binary.AppendUvarint(append(content, first|0x80), rest)
		} else {
			content = append(content, first)
		}
		content = slices.Concat(content, e.base, deflate(e.body))
	}
	return packOf(t, content, all)
}

func packOf(t testing.TB, content []byte, all []spot) *pack {
	t.Helper()
	content = seal(content)
	slices.SortFunc(all, func(a, b spot) int { return bytes.Compare(a.id[:], b.id[:]) })
	index := writeIndex(all)
	copy(index[len(index)-sha1.Size:], content[len(content)-sha1.Size:])
	p, err := newPack("pack-made-up", bytes.NewReader(content), int64(len(content)), seal(index))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// reading gives a store of one pack with nothing behind it.
func reading(p *pack, largest int64) *packs {
	all, _ := openPacks(nil, largest)
	all.folders.Store(&[]*objectFolder{{packs: []*pack{p}}}) // in no folder
	return all
}

func blobID(text string) plumbing.Hash {
	id, _ := objectID(plumbing.BlobObject, []byte(text))
	return id
}

// insert is a delta that makes result of base by stating all of it.
func insert(base, result string) []byte {
	delta := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(len(base))), uint64(len(result)))
	for piece := range slices.Chunk([]byte(result), 127) {
		delta = append(append(delta, byte(len(piece))), piece...)
	}
	return delta
}

func TestObjectsInPacks(t *testing.T) {
	const text = "status: planned\n"
	id, other := blobID(text), plumbing.Hash{1}
	whole := packedEntry{id: id, kind: plumbing.BlobObject, size: int64(len(text)), body: []byte(text)}
	delta := insert("old", text)
	old := packedEntry{id: blobID("old"), kind: plumbing.BlobObject, size: 3, body: []byte("old")}
	back := byte(1 + len(deflate([]byte("old"))))
	change := packedEntry{id: id, kind: plumbing.OFSDeltaObject, base: []byte{back}, size: int64(len(delta)), body: delta}
	named := change
	named.kind, named.base = plumbing.REFDeltaObject, old.id[:]
	with := func(e packedEntry, change func(*packedEntry)) packedEntry {
		change(&e)
		return e
	}
	long := strings.Repeat("a line of many\n", 9000)
	for name, test := range map[string]struct {
		entries []packedEntry
		ok      bool
	}{
		"whole":                          {[]packedEntry{whole}, true},
		"as changes to one before":       {[]packedEntry{old, change}, true},
		"as changes to a named one":      {[]packedEntry{old, named}, true},
		"as changes to one that follows": {[]packedEntry{named, old}, true},
		"as changes to itself":           {[]packedEntry{with(named, func(e *packedEntry) { e.base = id[:] })}, false},
		"as changes to no distance":      {[]packedEntry{old, with(change, func(e *packedEntry) { e.base = []byte{0} })}, false},
		"as changes to what is no entry": {[]packedEntry{old, with(change, func(e *packedEntry) { e.base = []byte{back - 1} })}, false},
		"as changes to one too far back": {[]packedEntry{old, with(change, func(e *packedEntry) { e.base = []byte{0x80, 0x80, 1} })}, false},
		"as changes to one not there":    {[]packedEntry{with(named, func(e *packedEntry) { e.base = other[:] })}, false},
		"as changes to one of another size": {[]packedEntry{with(old, func(e *packedEntry) {
			e.body, e.size = []byte("ole"), 3
		}), with(named, func(e *packedEntry) { e.body = insert("older", text); e.size = int64(len(e.body)) })}, false},
		"with a size too small":       {[]packedEntry{with(whole, func(e *packedEntry) { e.size-- })}, false},
		"with a size too large":       {[]packedEntry{with(whole, func(e *packedEntry) { e.size++ })}, false},
		"with a size beyond belief":   {[]packedEntry{with(whole, func(e *packedEntry) { e.size = 1 << 40 })}, false},
		"under the id of another":     {[]packedEntry{with(whole, func(e *packedEntry) { e.id = other })}, false},
		"as a sort that there is not": {[]packedEntry{with(whole, func(e *packedEntry) { e.kind = 5 })}, false},
		"as another sort":             {[]packedEntry{with(whole, func(e *packedEntry) { e.kind = plumbing.TreeObject })}, false},
		"that is long":                {[]packedEntry{{id: blobID(long), kind: plumbing.BlobObject, size: int64(len(long)), body: []byte(long)}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := reading(makePack(t, test.entries...), 1<<20)
			for _, wanted := range []plumbing.Hash{id, other, blobID(long)} {
				for range 2 { // the second time some of it is in memory
					data, ok := p.read(plumbing.BlobObject, wanted, 1<<20)
					if ok && blobID(string(data)) != wanted {
						t.Errorf("%s reads as %q", wanted, data)
					}
					if ok != (test.ok && (len(test.entries[0].body) < 100 && wanted == id || len(test.entries[0].body) > 100 && wanted == blobID(long))) {
						t.Errorf("reading %s gives %t", wanted, ok)
					}
					if kind, size, known := p.stat(wanted); ok && (!known || kind != plumbing.BlobObject || size != int64(len(data))) {
						t.Errorf("%s is said to be a %s of %d bytes", wanted, kind, size)
					}
				}
			}
		})
	}
}

// A chain may be as long as git makes them and no longer, and never a circle.
func TestChainsOfChangesEnd(t *testing.T) {
	for length, want := range map[int]bool{50: true, longestChain: true, longestChain + 2: false} {
		text := "0"
		entries := []packedEntry{{id: blobID(text), kind: plumbing.BlobObject, size: 1, body: []byte(text)}}
		for i := range length {
			next := string(rune('a' + i%26))
			if i == length-1 {
				next = "last"
			}
			delta, base := insert(text, next), entries[i].id
			id := plumbing.Hash(sha1.Sum(binary.AppendUvarint(nil, uint64(i)))) // in between ids need not be true
			if i == length-1 {
				id = blobID(next)
			}
			entries = append(entries, packedEntry{id: id, kind: plumbing.REFDeltaObject, base: base[:], size: int64(len(delta)), body: delta})
			text = next
		}
		if _, ok := reading(makePack(t, entries...), 1<<20).read(plumbing.BlobObject, blobID("last"), 1<<20); ok != want {
			t.Errorf("a chain of %d: %t", length, ok)
		}
	}
	a, b := plumbing.Hash{1}, plumbing.Hash{2}
	delta := insert("x", "x")
	circle := makePack(t, packedEntry{id: a, kind: plumbing.REFDeltaObject, base: b[:], size: int64(len(delta)), body: delta},
		packedEntry{id: b, kind: plumbing.REFDeltaObject, base: a[:], size: int64(len(delta)), body: delta})
	p := reading(circle, 1<<20)
	if _, ok := p.read(plumbing.BlobObject, a, 1<<20); ok {
		t.Error("a circle is read")
	}
	if _, _, ok := p.stat(a); ok {
		t.Error("a circle has a size")
	}
}

// Objects of every length are read, however the pieces in which a pack is read divide them, and more than once.
func TestObjectsLieAnywhereInAPack(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var texts []string
	var entries []packedEntry
	for range 400 {
		raw := make([]byte, []int{0, 1, 40, 700, glance - 1, glance + 1, pieceSize, 3 * pieceSize}[random.IntN(8)]+random.IntN(3))
		for i := range raw {
			raw[i] = byte(random.Uint32()) // which no program makes shorter
		}
		text := string(raw)
		if slices.Contains(texts, text) {
			continue
		}
		texts = append(texts, text)
		e := packedEntry{id: blobID(text), kind: plumbing.BlobObject, size: int64(len(text)), body: raw}
		if n := len(entries); n > 0 && random.IntN(2) == 0 {
			delta, base := insert(texts[n-1], text), entries[n-1].id
			e.kind, e.base, e.size, e.body = plumbing.REFDeltaObject, base[:], int64(len(delta)), delta
		}
		entries = append(entries, e)
	}
	made := makePack(t, entries...)
	p := reading(made, 1<<20)
	all, err := io.ReadAll(io.NewSectionReader(made.content, 0, made.end))
	if err != nil {
		t.Fatal(err)
	}
	for _, held := range []*[]byte{nil, nil, &all} {
		made.held.Store(held)
		for _, i := range random.Perm(len(texts)) {
			if data, ok := p.read(plumbing.BlobObject, entries[i].id, 1<<20); !ok || string(data) != texts[i] {
				t.Fatalf("the %d. of %d bytes is not read", i, len(texts[i]))
			}
			if kind, size, ok := p.stat(entries[i].id); !ok || kind != plumbing.BlobObject || size != int64(len(texts[i])) {
				t.Fatalf("the %d. of %d bytes is a %s of %d, %t", i, len(texts[i]), kind, size, ok)
			}
		}
		p.rest()
	}
}

func TestLargeObjectsAreLeftToOthers(t *testing.T) {
	text := strings.Repeat("x", 1000)
	whole := packedEntry{id: blobID(text), kind: plumbing.BlobObject, size: int64(len(text)), body: []byte(text)}
	delta := insert(text, "small")
	small := packedEntry{id: blobID("small"), kind: plumbing.REFDeltaObject, base: whole.id[:], size: int64(len(delta)), body: delta}
	for _, largest := range []int64{999, 1000} {
		p := reading(makePack(t, whole, small), largest)
		for _, id := range []plumbing.Hash{whole.id, small.id} {
			if _, ok := p.read(plumbing.BlobObject, id, largest); ok != (largest == 1000) {
				t.Errorf("at most %d bytes: %t", largest, ok)
			}
		}
		if _, ok := p.read(plumbing.BlobObject, small.id, 4); ok {
			t.Error("more bytes than asked for")
		}
	}
}

// git makes the object that a delta leads to, or none at all.
func FuzzApplyDelta(f *testing.F) {
	f.Add([]byte("old"), insert("old", "new"))
	f.Add([]byte("0123456789"), []byte{10, 6, 0x91, 2, 4, 2, 'a', 'b'})
	f.Add([]byte("0123456789"), []byte{10, 3, 0x80, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, base, delta []byte) {
		const limit = 1 << 20
		out, err := applyDelta(base, delta, limit)
		if err != nil {
			return
		}
		want, err := packfile.PatchDelta(base, delta)
		if err != nil || !bytes.Equal(out, want) || len(out) > limit {
			t.Errorf("%q and %q give %q; go-git gives %q, %v", base, delta, out, want, err)
		}
	})
}

// entriesOf gives the entries of a pack as they lie in it.
func entriesOf(t testing.TB, p *pack) []byte {
	t.Helper()
	raw, err := p.read(nil, 12, p.end)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func FuzzPackEntry(f *testing.F) {
	whole := makePack(f, packedEntry{id: blobID("text"), kind: plumbing.BlobObject, size: 4, body: []byte("text")})
	f.Add(entriesOf(f, whole), uint8(0))
	delta := insert("text", "other")
	id := blobID("text")
	two := makePack(f, packedEntry{id: id, kind: plumbing.BlobObject, size: 4, body: []byte("text")},
		packedEntry{id: blobID("other"), kind: plumbing.REFDeltaObject, base: id[:], size: int64(len(delta)), body: delta})
	f.Add(entriesOf(f, two), uint8(len(deflate([]byte("text")))+1))
	f.Fuzz(func(t *testing.T, raw []byte, second uint8) {
		content := append([]byte("PACK\x00\x00\x00\x02\x00\x00\x00\x02"), raw...)
		p := packOf(t, content, []spot{{id: id, at: 12}, {id: blobID("other"), at: 12 + uint64(second)}})
		all := reading(p, 1<<16)
		r := new(packReader)
		for _, at := range []int64{0, 12, 12 + int64(second), int64(len(content)), int64(len(content)) + 30} {
			o, _, err := r.packed(all, placeInPack{p, at}) // with no net below: nothing here may panic
			if err == nil && len(o.data) > 1<<16 {
				t.Errorf("%d bytes", len(o.data))
			}
		}
		for _, id := range []plumbing.Hash{id, blobID("other")} {
			if data, ok := all.read(plumbing.BlobObject, id, 1<<16); ok && blobID(string(data)) != id {
				t.Errorf("%s reads as %q", id, data)
			}
			all.stat(id)
		}
	})
}

func FuzzLooseObject(f *testing.F) {
	f.Add(deflate([]byte("blob 4\x00text")))
	f.Add(deflate([]byte("tree 0\x00")))
	f.Add(deflate([]byte("blob 99999999\x00text")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o, err := new(packReader).looseObject(raw, 1<<16)
		if err == nil && (len(o.data) > 1<<16 || o.kind < plumbing.CommitObject || o.kind > plumbing.TagObject) {
			t.Errorf("a %s of %d bytes", o.kind, len(o.data))
		}
	})
}
