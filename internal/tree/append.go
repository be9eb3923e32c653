package tree

import (
	"encoding/binary"
	"errors"
	"slices"

	"example.org/muniment/internal/tape"
)

// Append appends a packed document to bytes that can be kept, for [Read] to read back in another run, where keys have other numbers. It is
// false for one that could not be packed, and appends nothing then.
func (p *Packed) Append(out []byte) ([]byte, bool) {
	if p == nil || p.whole != nil {
		return out, false
	}
	k := keeping{unpacking: unpacking{shape: p.shape}, out: make([]byte, 0, len(p.shape))}
	k.node()
	out = tape.AppendNumber(out, uint64(p.nodes))
	out = tape.AppendNumber(out, uint64(p.fields))
	out = tape.AppendText(out, p.text)
	out = tape.AppendNumber(out, uint64(len(k.used)))
	names := keys.all()
	for _, id := range k.used {
		out = tape.AppendText(out, names[id])
	}
	out = tape.AppendNumber(out, uint64(len(k.out)))
	return append(out, k.out...), true
}

// keeping copies a shape whose keys are numbered in the order in which they are first used.
type keeping struct {
	unpacking
	out  []byte
	used []int // keys, as they are numbered in memory
}

// copy copies a number, with or without a sign.
func (k *keeping) copy() int {
	n := k.number()
	k.out = binary.AppendUvarint(k.out, uint64(n))
	return n
}

func (k *keeping) key() {
	id := k.number()
	n := slices.Index(k.used, id)
	if n < 0 {
		n, k.used = len(k.used), append(k.used, id)
	}
	k.out = binary.AppendUvarint(k.out, uint64(n))
}

func (k *keeping) node() {
	kind := Kind(k.copy())
	k.copy() // line
	k.copy() // column
	size := k.copy()
	switch kind {
	case Map:
		for range size {
			k.key()
			k.copy()
			k.copy()
			k.node()
		}
	case List:
		for range size {
			k.node()
		}
	}
}

// ErrAppended means that bytes do not begin with a document as [Packed.Append] writes it.
var ErrAppended = errors.New("these bytes hold no document")

// deepest bounds how far a document that is read back goes down: far more than strict reading lets in.
const deepest = 1000

// Read reads the document that a tape goes on with, packed and as nodes, which share their text with what is packed. It keeps nothing of
// the tape. The error is [ErrAppended].
func Read(in *tape.Reader) (*Packed, *Node, error) {
	nodes, fields := in.Count(), in.Count()
	text := in.Text()
	ids := make([]uint32, in.Count())
	for i := range ids {
		ids[i] = keys.numbered(in.Bytes())
	}
	shape := tape.Reader{In: in.Bytes()}
	items := nodes - 1 - fields // every node but the root is in a field or an item
	if in.Bad || items < 0 {
		return nil, nil, ErrAppended
	}
	r := reading{
		Reader: shape, text: text, ids: ids, names: keys.all(), nodes: make([]Node, nodes), fields: make([]Field, fields),
		out: make([]byte, 0, len(shape.In)+len(shape.In)/8),
	}
	if items > 0 {
		r.items = make([]*Node, items)
	}
	root := r.node(0)
	if r.Bad || len(r.In)+len(r.text)+len(r.nodes)+len(r.fields)+len(r.items) > 0 {
		return nil, nil, ErrAppended
	}
	return &Packed{text: text, shape: string(r.out), nodes: nodes, fields: fields}, root, nil
}

// reading is what is left of a shape that was kept, and of the places for what is in it. Unlike [unpacking] it believes nothing.
type reading struct {
	tape.Reader
	text   string
	ids    []uint32 // of keys, as they are numbered in memory
	names  []string
	line   int // the last one
	nodes  []Node
	fields []Field
	items  []*Node
	out    []byte // the shape, with keys as they are numbered in memory
}

func (r *reading) number() uint64 {
	n := r.Number()
	r.out = binary.AppendUvarint(r.out, n)
	return n
}

func (r *reading) at() (line, column int) {
	down := r.Signed()
	r.line, column = r.line+down, r.Signed()
	r.out = binary.AppendVarint(binary.AppendVarint(r.out, int64(down)), int64(column))
	return r.line, column
}

// size reads how many follow, of which there are no more than so many.
func (r *reading) size(most int) int {
	n := r.number()
	if n > uint64(most) {
		r.Fail()
		return 0
	}
	return int(n)
}

func (r *reading) key() string {
	n := r.Number()
	if n >= uint64(len(r.ids)) {
		r.Fail()
		return ""
	}
	r.out = binary.AppendUvarint(r.out, uint64(r.ids[n]))
	return r.names[r.ids[n]]
}

func (r *reading) node(depth int) *Node {
	if len(r.nodes) == 0 || depth > deepest {
		r.Fail()
		return nil
	}
	n := &r.nodes[0]
	r.nodes = r.nodes[1:]
	kind := r.number()
	n.Kind = Kind(kind)
	if kind != uint64(n.Kind) {
		r.Fail()
		return nil
	}
	n.Line, n.Column = r.at()
	switch n.Kind {
	case Map:
		if size := r.size(len(r.fields)); size > 0 {
			n.Fields, r.fields = r.fields[:size:size], r.fields[size:]
		}
		for i := range n.Fields {
			f := &n.Fields[i]
			f.Key = r.key()
			f.Line, f.Column = r.at()
			f.Value = r.node(depth + 1)
		}
	case List:
		if size := r.size(len(r.items)); size > 0 {
			n.Items, r.items = r.items[:size:size], r.items[size:]
		}
		for i := range n.Items {
			n.Items[i] = r.node(depth + 1)
		}
	default:
		size := r.size(len(r.text))
		n.Text, r.text = r.text[:size], r.text[size:]
	}
	return n
}
