package gitrepo

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"

	"github.com/go-git/go-git/v5/plumbing"
)

// longestChain is how many objects may be kept each as changes to the next; git makes no longer ones.
const longestChain = 4095

// packReader is what one goroutine needs to read objects.
type packReader struct {
	inflater
	hash   objectHash
	delta  []byte
	chain  []packEntry
	at     []int64  // where the entries of chain lie
	rooms  [][]byte // what is read of each of them, by its place in chain
	long   []byte   // of one that is not read at a glance
	lately ahead
}

// entry reads the head of the entry at an offset, which is to be the next in the chain.
func (r *packReader) entry(in *pack, at int64) (packEntry, error) {
	if len(r.rooms) == len(r.chain) {
		r.rooms = append(r.rooms, make([]byte, glance))
	}
	return in.entry(at, &r.lately, r.rooms[len(r.chain)])
}

// content decompresses an entry, in the room of buffer where that is enough.
func (r *packReader) content(in *pack, e packEntry, buffer []byte) (data []byte, err error) {
	raw := e.body
	if most := e.most(); int64(len(raw)) < min(most, in.end-e.from) {
		var held bool
		if raw, held = in.part(e.from, most); !held {
			if r.long, err = in.read(r.long, e.from, most); err != nil {
				return nil, err
			}
			raw = r.long
		}
	}
	return r.all(buffer, raw, e.size)
}

// object reads an object, not yet compared with its id. Nobody may write to one that is shared.
func (r *packReader) object(p *packs, id plumbing.Hash) (o cached, shared bool, err error) {
	if at, ok := p.find(&id); ok {
		return r.packed(p, at)
	}
	o, err = r.loose(p, id)
	return o, false, err
}

// packed reads an object from memory or from its pack.
func (r *packReader) packed(p *packs, place placeInPack) (o cached, shared bool, err error) {
	if o, ok := p.cache.get(place); ok {
		return o, true, nil
	}
	return r.unpack(p, place)
}

// unpack follows changes down to the object they begin with, or to one that is in memory, and applies them on the way back.
func (r *packReader) unpack(p *packs, place placeInPack) (o cached, shared bool, err error) {
	r.chain, r.at = r.chain[:0], r.at[:0]
	for at := place.at; ; {
		if len(r.chain) > 0 {
			if o, shared = p.cache.get(placeInPack{place.pack, at}); shared {
				break
			}
		}
		e, err := r.entry(place.pack, at)
		if err != nil {
			return o, false, err
		}
		if e.size > p.largest || len(r.chain) > longestChain {
			return o, false, errElsewhere
		}
		if !e.isDelta() {
			o.kind = e.kind
			if o.data, err = r.content(place.pack, e, nil); err != nil {
				return o, false, err
			}
			if len(r.chain) > 0 {
				p.cache.put(placeInPack{place.pack, at}, o)
				shared = true
			}
			break
		}
		r.chain, r.at = append(r.chain, e), append(r.at, at)
		at = e.base
	}
	for i := len(r.chain) - 1; i >= 0; i-- {
		if r.delta, err = r.content(place.pack, r.chain[i], r.delta); err != nil {
			return o, false, err
		}
		o.checked = false
		if o.data, err = applyDelta(o.data, r.delta, p.largest); err != nil {
			return o, false, err
		}
		if shared = i > 0; shared {
			p.cache.put(placeInPack{place.pack, r.at[i]}, o)
		}
	}
	return o, shared, nil
}

// stat reads the sort of an object at the end of its chain and its size at the beginning.
func (r *packReader) stat(p *packs, id plumbing.Hash) (kind plumbing.ObjectType, size int64, err error) {
	place, ok := p.find(&id)
	if !ok {
		raw, err := p.looseFile(id)
		if err != nil {
			return 0, 0, err
		}
		kind, size, _, err = r.looseHead(raw)
		return kind, size, err
	}
	r.chain = r.chain[:0]
	e, err := r.entry(place.pack, place.at)
	if err != nil {
		return 0, 0, err
	}
	size = e.size
	if e.isDelta() {
		if size, err = r.resultSize(e); err != nil {
			return 0, 0, err
		}
	}
	for range longestChain {
		if !e.isDelta() {
			return e.kind, size, nil
		}
		if e, err = r.entry(place.pack, e.base); err != nil {
			return 0, 0, err
		}
	}
	return 0, 0, errElsewhere
}

// resultSize reads how long the object is that changes lead to.
func (r *packReader) resultSize(e packEntry) (int64, error) {
	var sizes [20]byte
	head, err := r.head(sizes[:], e.body)
	if err != nil {
		return 0, err
	}
	_, size, _, ok := deltaSizes(head)
	if !ok || size > 1<<62 {
		return 0, errDamagedPack
	}
	return int64(size), nil
}

// loose reads an object that has a file of its own.
func (r *packReader) loose(p *packs, id plumbing.Hash) (o cached, err error) {
	raw, err := p.looseFile(id)
	if err != nil {
		return o, err
	}
	return r.looseObject(raw, p.largest)
}

// looseFile gives the compressed bytes of a loose object.
func (p *packs) looseFile(id plumbing.Hash) ([]byte, error) {
	name := id.String()
	for _, f := range *p.folders.Load() {
		file := filepath.Join(f.dir, name[:2], name[2:])
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Size() <= p.largest {
			return os.ReadFile(file)
		}
	}
	return nil, errElsewhere
}

// looseObject reads `kind size NUL content`, compressed as one.
func (r *packReader) looseObject(raw []byte, largest int64) (o cached, err error) {
	kind, size, start, err := r.looseHead(raw)
	if err != nil {
		return o, err
	}
	if size > largest {
		return o, errElsewhere
	}
	data, err := r.all(nil, raw, start+size)
	if err != nil {
		return o, err
	}
	return cached{kind: kind, data: data[start:]}, nil
}

// looseHead gives the sort and size that a loose object states, and where its content starts.
func (r *packReader) looseHead(raw []byte) (kind plumbing.ObjectType, size, start int64, err error) {
	var room [32]byte // more than the longest kind and size
	head, err := r.head(room[:], raw)
	if err != nil {
		return 0, 0, 0, err
	}
	head, _, ok := bytes.Cut(head, []byte{0})
	name, digits, ok2 := bytes.Cut(head, []byte(" "))
	size, err = strconv.ParseInt(string(digits), 10, 64)
	if !ok || !ok2 || err != nil || size < 0 {
		return 0, 0, 0, errElsewhere
	}
	for _, kind := range []plumbing.ObjectType{plumbing.CommitObject, plumbing.TreeObject, plumbing.BlobObject, plumbing.TagObject} {
		if string(kind.Bytes()) == string(name) {
			return kind, size, int64(len(head) + 1), nil
		}
	}
	return 0, 0, 0, errElsewhere
}

// agrees compares an object with its id.
func (r *packReader) agrees(o cached, id plumbing.Hash) bool {
	sum, collision := r.hash.of(o.kind, o.data)
	return sum == id && !collision
}
