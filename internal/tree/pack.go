package tree

import (
	"math"
	"strings"
	"sync"
)

// Packed is a document in a quarter of the memory that its nodes take. Years of history hold hundreds of thousands of
// documents, and only a few of them are looked at together.
type Packed struct {
	text   string        // of all scalars, in the order of the document
	nodes  []packedNode  // groups and lists before what is in them
	fields []packedField // in the order of the document
	whole  *Node         // a document with numbers too large to be packed
}

type packedNode struct {
	size         uint32 // bytes of text; fields of a group; items of a list
	line, column uint16
	kind         Kind
}

type packedField struct {
	key          uint32 // in keys
	line, column uint16
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
	p := &Packed{nodes: make([]packedNode, 0, size.nodes), fields: make([]packedField, 0, size.fields)}
	var text strings.Builder
	text.Grow(size.text)
	p.add(root, &text)
	p.text = text.String()
	return p
}

type packing struct{ nodes, fields, text int }

// measure reports whether a document can be packed.
func (s *packing) measure(n *Node) bool {
	s.nodes++
	s.fields += len(n.Fields)
	s.text += len(n.Text)
	if !fits16(n.Line) || !fits16(n.Column) || n.Text != "" && (n.Kind == Map || n.Kind == List) || uint64(len(n.Text)) > math.MaxUint32 {
		return false
	}
	for i := range n.Fields {
		f := &n.Fields[i]
		if n.Kind != Map || f.Value == nil || !fits16(f.Line) || !fits16(f.Column) || !s.measure(f.Value) {
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

func fits16(n int) bool { return n >= 0 && n <= math.MaxUint16 }

func (p *Packed) add(n *Node, text *strings.Builder) {
	at := len(p.nodes)
	p.nodes = append(p.nodes, packedNode{size: uint32(len(n.Text)), line: uint16(n.Line), column: uint16(n.Column), kind: n.Kind})
	switch n.Kind {
	case Map:
		p.nodes[at].size = uint32(len(n.Fields))
		for i := range n.Fields {
			f := &n.Fields[i]
			p.fields = append(p.fields, packedField{keys.id(f.Key), uint16(f.Line), uint16(f.Column)})
			p.add(f.Value, text)
		}
	case List:
		p.nodes[at].size = uint32(len(n.Items))
		for _, item := range n.Items {
			p.add(item, text)
		}
	default:
		text.WriteString(n.Text)
	}
}

// Unpack makes the document's nodes anew. Their text is shared with what is packed.
func (p *Packed) Unpack() *Node {
	switch {
	case p == nil:
		return nil
	case p.whole != nil:
		return p.whole
	}
	items := len(p.nodes) - 1 - len(p.fields) // every node but the root is in a field or an item
	u := unpacking{p: p, text: p.text, names: keys.all(), nodes: make([]Node, len(p.nodes))}
	u.fields = make([]Field, len(p.fields))
	if items > 0 {
		u.items = make([]*Node, items)
	}
	return u.next()
}

type unpacking struct {
	p     *Packed
	names []string
	text  string // not yet used; so with the others
	nodes []Node
	at    int // the next node
	field int // the next field
	// Places for fields and items; each group and list takes its own from the front.
	fields []Field
	items  []*Node
}

func (u *unpacking) next() *Node {
	from, n := u.p.nodes[u.at], &u.nodes[u.at]
	u.at++
	size := int(from.size)
	n.Kind, n.Line, n.Column = from.kind, int(from.line), int(from.column)
	switch n.Kind {
	case Map:
		n.Fields, u.fields = u.fields[:size:size], u.fields[size:]
		for i := range n.Fields {
			f := u.p.fields[u.field]
			u.field++
			n.Fields[i] = Field{Key: u.names[f.key], Line: int(f.line), Column: int(f.column), Value: u.next()}
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
	case p.nodes[0].kind != Map:
		return "", false
	}
	names := keys.all()
	s := skipping{p: p, at: 1}
	for range p.nodes[0].size {
		f := p.fields[s.field]
		s.field++
		n, begin := p.nodes[s.at], s.text
		s.skip()
		if names[f.key] == name {
			return p.text[begin:s.text], n.kind != Map && n.kind != List
		}
	}
	return "", false
}

// skipping goes over a document without making nodes.
type skipping struct {
	p               *Packed
	at, field, text int
}

func (s *skipping) skip() {
	n := s.p.nodes[s.at]
	s.at++
	switch n.kind {
	case Map:
		for range n.size {
			s.field++
			s.skip()
		}
	case List:
		for range n.size {
			s.skip()
		}
	default:
		s.text += int(n.size)
	}
}
