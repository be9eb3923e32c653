package tree

import (
	"errors"

	"example.org/muniment/internal/tape"
)

// Append appends a document to bytes that can be kept, for [Read] to read back.
func Append(out []byte, n *Node) []byte {
	out = append(out, byte(n.Kind))
	out = tape.AppendSigned(out, n.Line)
	out = tape.AppendSigned(out, n.Column)
	out = tape.AppendText(out, n.Text)
	out = tape.AppendNumber(out, uint64(len(n.Fields)))
	for _, f := range n.Fields {
		out = tape.AppendText(out, f.Key)
		out = tape.AppendSigned(out, f.Line)
		out = tape.AppendSigned(out, f.Column)
		out = Append(out, f.Value)
	}
	out = tape.AppendNumber(out, uint64(len(n.Items)))
	for _, item := range n.Items {
		out = Append(out, item)
	}
	return out
}

// ErrAppended means that bytes do not begin with a document as [Append] writes it.
var ErrAppended = errors.New("these bytes hold no document")

// deepest bounds how far a document that is read back goes down: far more than strict reading lets in.
const deepest = 1000

// Read reads the document that a tape goes on with. It keeps nothing of the tape. The error is [ErrAppended].
func Read(in *tape.Reader) (*Node, error) {
	root := read(in, 0)
	if in.Bad {
		return nil, ErrAppended
	}
	return root, nil
}

func read(in *tape.Reader, depth int) *Node {
	n := new(Node)
	if depth > deepest {
		in.Fail()
		return n
	}
	n.Kind = Kind(in.Byte())
	n.Line, n.Column, n.Text = in.Signed(), in.Signed(), in.Text()
	if fields := in.Count(); fields > 0 {
		n.Fields = make([]Field, fields)
		for i := range n.Fields {
			n.Fields[i] = Field{Key: keys.name(in.Bytes()), Line: in.Signed(), Column: in.Signed(), Value: read(in, depth+1)}
		}
	}
	if items := in.Count(); items > 0 {
		n.Items = make([]*Node, items)
		for i := range n.Items {
			n.Items[i] = read(in, depth+1)
		}
	}
	return n
}
