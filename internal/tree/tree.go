// Package tree is a checked document with positions: what is left of a YAML file or of Markdown front matter once
// strict reading has refused everything ambiguous. Readers above it (schemas, records, obligations) share this one form,
// so a verdict can name the line it rests on.
package tree

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// Kind is the type of a node.
type Kind uint8

// The kinds. There is no null: strict reading refuses empty values.
const (
	Map Kind = iota + 1
	List
	String
	Int
	Number // a decimal with a fraction; Text keeps the digits as written
	Bool
)

// String names the kind as messages do.
func (k Kind) String() string {
	return [...]string{"nothing", "a group of fields", "a list", "text", "a whole number", "a number", "true or false"}[k]
}

// Node is one value. Line and Column are where it starts, counted from 1; Column counts characters.
type Node struct {
	Kind   Kind
	Line   int
	Column int
	Text   string  // scalars: the value; for Bool "true" or "false"
	Fields []Field // maps: in the order of the file, keys unique
	Items  []*Node // lists
}

// Field is one entry of a map. Line and Column are those of the key.
type Field struct {
	Key    string
	Line   int
	Column int
	Value  *Node
}

// Get returns the value of a direct field of a map, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil || n.Kind != Map {
		return nil
	}
	for i := range n.Fields {
		if n.Fields[i].Key == key {
			return n.Fields[i].Value
		}
	}
	return nil
}

// Lookup follows a dotted path such as "data.retention" or "locations.0.country" and returns the node there, or nil.
func (n *Node) Lookup(path string) *Node {
	if path == "" {
		return n
	}
	for rest, more := path, true; more; {
		if n == nil {
			return nil
		}
		var step string
		step, rest, more = strings.Cut(rest, ".")
		if n.Kind == List {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(n.Items) {
				return nil
			}
			n = n.Items[i]
			continue
		}
		n = n.Get(step)
	}
	return n
}

// Nearest returns the deepest node that exists on the way to path: where to point when something is missing.
func (n *Node) Nearest(path string) *Node {
	for {
		if found := n.Lookup(path); found != nil {
			return found
		}
		i := strings.LastIndexByte(path, '.')
		if i < 0 {
			return n
		}
		path = path[:i]
	}
}

// AppendJSON appends the node as JSON, fields in the order of the file. Numbers keep their digits.
func (n *Node) AppendJSON(b []byte) []byte {
	switch n.Kind {
	case Map:
		b = append(b, '{')
		for i, f := range n.Fields {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, f.Key)
			b = append(b, ':')
			b = f.Value.AppendJSON(b)
		}
		return append(b, '}')
	case List:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.AppendJSON(b)
		}
		return append(b, ']')
	case Int, Number, Bool:
		return append(b, n.Text...)
	default:
		return appendString(b, n.Text)
	}
}

// DecodeStrict is [Node.Decode] for documents that no schema has checked: a field that the Go value has no place for is an error.
func (n *Node) DecodeStrict(v any) error {
	d := json.NewDecoder(bytes.NewReader(n.AppendJSON(nil)))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// Walk calls visit for every node with its dotted path, parents first. The root's path is "".
func (n *Node) Walk(visit func(path string, n *Node)) { n.walk("", visit) }

func (n *Node) walk(path string, visit func(string, *Node)) {
	visit(path, n)
	join := func(step string) string {
		if path == "" {
			return step
		}
		return path + "." + step
	}
	for _, f := range n.Fields {
		f.Value.walk(join(f.Key), visit)
	}
	for i, item := range n.Items {
		item.walk(join(strconv.Itoa(i)), visit)
	}
}

func appendString(b []byte, s string) []byte {
	q, _ := json.Marshal(s) // marshalling a string cannot fail
	return append(b, q...)
}
