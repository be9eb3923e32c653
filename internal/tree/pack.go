package tree

import (
	"encoding/binary"
	"strings"
	"sync"
)

// Packed is a document in a tenth of the memory that its nodes take. Years of history hold hundreds of thousands of documents, and
// only a few of them are looked at together.
//
// Its shape is a row of numbers. A node is its kind, its line (how many after the last one), its column, and the bytes of its text
// or how many fields or items follow. A field is its key, line and column, before the node that it holds.
type Packed struct {
	text   string // of all scalars, in the order of the document
	shape  string
	nodes  int
	fields int
	whole  *Node // a document that cannot be packed
}

// keys are the names of fields in all packed documents. There are as many as schemas have.
var keys = keyTable{ids: make(map[string]uint32)}

type keyTable struct {
	mu    sync.RWMutex
	ids   map[string]uint32
	names []string
}

func (t *keyTable) id(name string) uint32 {
	t.mu.RLock()
	id, ok := t.ids[name]
	t.mu.RUnlock()
	if ok {
		return id
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if id, ok := t.ids[name]; ok {
		return id
	}
	id, name = uint32(len(t.names)), strings.Clone(name)
	t.ids[name] = id
	t.names = append(t.names, name)
	return id
}

// numbered gives the number of a name.
func (t *keyTable) numbered(name []byte) uint32 {
	t.mu.RLock()
	id, ok := t.ids[string(name)]
	t.mu.RUnlock()
	if ok {
		return id
	}
	return t.id(string(name))
}

// all gives the names by number. What it holds never changes.
func (t *keyTable) all() []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.names
}

// Pack packs a document. It keeps nothing of the nodes it is given.
func Pack(root *Node) *Packed {
	if root == nil {
		return nil
	}
	var size packing
	if !size.measure(root) {
		return &Packed{whole: root}
	}
	var text strings.Builder
	text.Grow(size.text)
	shape := shaping{out: make([]byte, 0, 4*(size.nodes+size.fields))}
	shape.add(root, &text)
	return &Packed{text: text.String(), shape: string(shape.out), nodes: size.nodes, fields: size.fields}
}

// Settle packs a document and has its nodes share their text with what is packed, so that nothing else of the file stays with them.
// The nodes must be nobody else's.
func Settle(root *Node) *Packed {
	p := Pack(root)
	if p != nil && p.whole == nil {
		rest := p.text
		root.settle(&rest, keys.all())
	}
	return p
}

// settle takes the texts of a node and of all that is in it from the front of those of its document.
func (n *Node) settle(rest *string, names []string) {
	n.Text, *rest = (*rest)[:len(n.Text)], (*rest)[len(n.Text):]
	if len(n.Items) == 0 {
		n.Items = nil // the same whoever made the node
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		f.Key = names[keys.id(f.Key)]
		f.Value.settle(rest, names)
	}
	for _, item := range n.Items {
		item.settle(rest, names)
	}
}

// Loose gives a document that stays as it is.
func Loose(root *Node) *Packed {
	if root == nil {
		return nil
	}
	return &Packed{whole: root}
}

type packing struct{ nodes, fields, text int }

// measure reports whether a document can be packed.
func (s *packing) measure(n *Node) bool {
	s.nodes++
	s.fields += len(n.Fields)
	s.text += len(n.Text)
	if n.Text != "" && (n.Kind == Map || n.Kind == List) {
		return false
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if n.Kind != Map || f.Value == nil || !s.measure(f.Value) {
			return false
		}
	}
	for _, item := range n.Items {
		if n.Kind != List || item == nil || !s.measure(item) {
			return false
		}
	}
	return true
}

// shaping writes the shape of a document.
type shaping struct {
	out  []byte
	line int // the last one
}

func (s *shaping) number(n int) { s.out = binary.AppendUvarint(s.out, uint64(n)) }

func (s *shaping) at(line, column int) {
	s.out = binary.AppendVarint(s.out, int64(line-s.line))
	s.out = binary.AppendVarint(s.out, int64(column))
	s.line = line
}

func (s *shaping) add(n *Node, text *strings.Builder) {
	s.number(int(n.Kind))
	s.at(n.Line, n.Column)
	switch n.Kind {
	case Map:
		s.number(len(n.Fields))
		for i := range n.Fields {
			f := &n.Fields[i]
			s.number(int(keys.id(f.Key)))
			s.at(f.Line, f.Column)
			s.add(f.Value, text)
		}
	case List:
		s.number(len(n.Items))
		for _, item := range n.Items {
			s.add(item, text)
		}
	default:
		s.number(len(n.Text))
		text.WriteString(n.Text)
	}
}

// Empty tells whether there is nothing in the group of fields that the document is.
func (p *Packed) Empty() bool { return p != nil && p.whole == nil && p.fields == 0 }

// Unpack makes the document's nodes anew. Their text is shared with what is packed.
func (p *Packed) Unpack() *Node {
	switch {
	case p == nil:
		return nil
	case p.whole != nil:
		return p.whole
	}
	items := p.nodes - 1 - p.fields // every node but the root is in a field or an item
	u := unpacking{shape: p.shape, text: p.text, names: keys.all(), nodes: make([]Node, p.nodes), fields: make([]Field, p.fields)}
	if items > 0 {
		u.items = make([]*Node, items)
	}
	return u.next()
}

// unpacking is what is not yet used of a packed document, and of the places for what is in it.
type unpacking struct {
	shape, text string
	names       []string
	line        int // the last one
	nodes       []Node
	fields      []Field // each group takes its own from the front, and so does each list
	items       []*Node
}

// number reads a number without a sign.
func (u *unpacking) number() int {
	var n uint
	for shift := 0; ; shift += 7 {
		c := u.shape[0]
		u.shape = u.shape[1:]
		n |= uint(c&0x7f) << shift
		if c < 0x80 {
			return int(n)
		}
	}
}

// signed reads a number with a sign.
func (u *unpacking) signed() int {
	n := uint(u.number())
	return int(n>>1) ^ -int(n&1)
}

func (u *unpacking) at() (line, column int) {
	u.line += u.signed()
	return u.line, u.signed()
}

func (u *unpacking) next() *Node {
	n := &u.nodes[0]
	u.nodes = u.nodes[1:]
	n.Kind = Kind(u.number())
	n.Line, n.Column = u.at()
	size := u.number()
	switch n.Kind {
	case Map:
		n.Fields, u.fields = u.fields[:size:size], u.fields[size:]
		for i := range n.Fields {
			f := &n.Fields[i]
			f.Key = u.names[u.number()]
			f.Line, f.Column = u.at()
			f.Value = u.next()
		}
	case List:
		n.Items, u.items = u.items[:size:size], u.items[size:]
		for i := range n.Items {
			n.Items[i] = u.next()
		}
	default:
		n.Text, u.text = u.text[:size], u.text[size:]
	}
	return n
}

// Scalar returns the text of a direct field of the document's group without unpacking it. It is false when there is no such
// field, or when it holds a group or a list.
func (p *Packed) Scalar(name string) (text string, ok bool) {
	switch {
	case p == nil:
		return "", false
	case p.whole != nil:
		n := p.whole.Get(name)
		if n == nil || n.Kind == Map || n.Kind == List {
			return "", false
		}
		return n.Text, true
	}
	names := keys.all()
	u := unpacking{shape: p.shape, text: p.text}
	kind, size := u.node()
	if kind != Map {
		return "", false
	}
	for range size {
		key := names[u.number()]
		u.at()
		from := u.text
		kind := u.skip()
		if key == name {
			return from[:len(from)-len(u.text)], kind != Map && kind != List
		}
	}
	return "", false
}

// node reads what is said of a node before its text, fields or items.
func (u *unpacking) node() (Kind, int) {
	kind := Kind(u.number())
	u.at()
	return kind, u.number()
}

// skip goes over a node without making it.
func (u *unpacking) skip() Kind {
	kind, size := u.node()
	switch kind {
	case Map:
		for range size {
			u.number()
			u.at()
			u.skip()
		}
	case List:
		for range size {
			u.skip()
		}
	default:
		u.text = u.text[size:]
	}
	return kind
}
