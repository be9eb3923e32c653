package tree

import (
	"encoding/binary"
	"errors"
)

// Append appends a document to bytes that can be kept, for [Read] to read back.
func Append(out []byte, n *Node) []byte {
	out = append(out, byte(n.Kind))
	out = binary.AppendVarint(out, int64(n.Line))
	out = binary.AppendVarint(out, int64(n.Column))
	out = appendText(out, n.Text)
	out = binary.AppendUvarint(out, uint64(len(n.Fields)))
	for _, f := range n.Fields {
		out = appendText(out, f.Key)
		out = binary.AppendVarint(out, int64(f.Line))
		out = binary.AppendVarint(out, int64(f.Column))
		out = Append(out, f.Value)
	}
	out = binary.AppendUvarint(out, uint64(len(n.Items)))
	for _, item := range n.Items {
		out = Append(out, item)
	}
	return out
}

func appendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

// ErrAppended means that bytes do not begin with a document as [Append] writes it.
var ErrAppended = errors.New("these bytes hold no document")

// deepest bounds how far a document that is read back goes down: far more than strict reading lets in.
const deepest = 1000

// Read reads the document that bytes begin with, and gives what comes after it. It keeps nothing of the bytes.
func Read(in []byte) (root *Node, rest []byte, err error) {
	a := &appended{in: in}
	root = a.node(0)
	if a.bad {
		return nil, nil, ErrAppended
	}
	return root, a.in, nil
}

// appended reads what was appended. Once something is wrong everything it gives is empty.
type appended struct {
	in  []byte
	bad bool
}

func (a *appended) fail() {
	a.in, a.bad = nil, true
}

func (a *appended) node(depth int) *Node {
	n := new(Node)
	if len(a.in) == 0 || depth > deepest {
		a.fail()
		return n
	}
	n.Kind, a.in = Kind(a.in[0]), a.in[1:]
	n.Line, n.Column, n.Text = a.number(), a.number(), a.text()
	if fields := a.count(); fields > 0 {
		n.Fields = make([]Field, fields)
		for i := range n.Fields {
			n.Fields[i] = Field{Key: keys.name(a.bytes()), Line: a.number(), Column: a.number(), Value: a.node(depth + 1)}
		}
	}
	if items := a.count(); items > 0 {
		n.Items = make([]*Node, items)
		for i := range n.Items {
			n.Items[i] = a.node(depth + 1)
		}
	}
	return n
}

func (a *appended) number() int {
	n, size := binary.Varint(a.in)
	if size <= 0 {
		a.fail()
		return 0
	}
	a.in = a.in[size:]
	return int(n)
}

// count reads how many things follow; each takes a byte at the least.
func (a *appended) count() int {
	n, size := binary.Uvarint(a.in)
	if size <= 0 || n > uint64(len(a.in)-size) {
		a.fail()
		return 0
	}
	a.in = a.in[size:]
	return int(n)
}

func (a *appended) bytes() []byte {
	n := a.count()
	text := a.in[:n]
	a.in = a.in[n:]
	return text
}

func (a *appended) text() string { return string(a.bytes()) }
