package tree

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// Decode fills the Go value that v points to, by the rules of encoding/json; text is shared with the tree.
// The schema has already checked the shape, so an error here means that schema and Go type disagree.
func (n *Node) Decode(v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() {
		return fmt.Errorf("decode record into %T: not a pointer", v)
	}
	if err := decoderOf(target.Type().Elem())(n, target.Elem()); err != nil {
		return fmt.Errorf("decode record into %T: %w", v, err)
	}
	return nil
}

// decoder fills one type of value.
type decoder func(n *Node, into reflect.Value) error

var decoders sync.Map // decoder by reflect.Type

// decoderOf makes the decoder of a type once. A type that contains itself finds a decoder that waits for it.
func decoderOf(t reflect.Type) decoder {
	if d, ok := decoders.Load(t); ok {
		return d.(decoder)
	}
	var made decoder
	var ready sync.WaitGroup
	ready.Add(1)
	known, loaded := decoders.LoadOrStore(t, decoder(func(n *Node, into reflect.Value) error {
		ready.Wait()
		return made(n, into)
	}))
	if loaded {
		return known.(decoder)
	}
	made = newDecoder(t)
	ready.Done()
	decoders.Store(t, made)
	return made
}

var textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()

func newDecoder(t reflect.Type) decoder {
	if reflect.PointerTo(t).Implements(textUnmarshaler) {
		return decodeText
	}
	switch t.Kind() {
	case reflect.Pointer:
		inner := decoderOf(t.Elem())
		return func(n *Node, into reflect.Value) error {
			into.Set(reflect.New(t.Elem()))
			return inner(n, into.Elem())
		}
	case reflect.Struct:
		return newStructDecoder(t)
	case reflect.Slice:
		return newSliceDecoder(t)
	case reflect.Map:
		return newMapDecoder(t)
	case reflect.String:
		return func(n *Node, into reflect.Value) error {
			if n.Kind != String {
				return n.unfit(t)
			}
			into.SetString(n.Text)
			return nil
		}
	case reflect.Bool:
		return func(n *Node, into reflect.Value) error {
			if n.Kind != Bool {
				return n.unfit(t)
			}
			into.SetBool(n.Text == "true")
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(n *Node, into reflect.Value) error {
			i, err := strconv.ParseInt(n.Text, 10, t.Bits())
			if n.Kind != Int || err != nil || strconv.FormatInt(i, 10) != n.Text { // JSON has no 01 and no +1
				return n.unfit(t)
			}
			into.SetInt(i)
			return nil
		}
	}
	return func(n *Node, _ reflect.Value) error { return n.unfit(t) }
}

// unfit names types and place, never the value.
func (n *Node) unfit(t reflect.Type) error {
	return fmt.Errorf("line %d, column %d: %s does not fit into %s", n.Line, n.Column, n.Kind, t)
}

func decodeText(n *Node, into reflect.Value) error {
	if n.Kind != String {
		return n.unfit(into.Type())
	}
	return into.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Text))
}

func newSliceDecoder(t reflect.Type) decoder {
	inner := decoderOf(t.Elem())
	return func(n *Node, into reflect.Value) error {
		if n.Kind != List {
			return n.unfit(t)
		}
		out := reflect.MakeSlice(t, len(n.Items), len(n.Items))
		for i, item := range n.Items {
			if err := inner(item, out.Index(i)); err != nil {
				return err
			}
		}
		into.Set(out)
		return nil
	}
}

func newMapDecoder(t reflect.Type) decoder {
	inner := decoderOf(t.Elem())
	return func(n *Node, into reflect.Value) error {
		if n.Kind != Map || t.Key().Kind() != reflect.String {
			return n.unfit(t)
		}
		out := reflect.MakeMapWithSize(t, len(n.Fields))
		for _, f := range n.Fields {
			value := reflect.New(t.Elem()).Elem()
			if err := inner(f.Value, value); err != nil {
				return err
			}
			out.SetMapIndex(reflect.ValueOf(f.Key).Convert(t.Key()), value)
		}
		into.Set(out)
		return nil
	}
}

// place is where a field of a document goes.
type place struct {
	index []int
	fill  decoder
}

func newStructDecoder(t reflect.Type) decoder {
	places, anyCase := make(map[string]place), make(map[string]place)
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() || f.Anonymous && name == "" {
			continue // the fields of an embedded struct are visible by themselves
		}
		if name == "" {
			name = f.Name
		}
		if other, twice := places[name]; !twice || len(f.Index) < len(other.index) {
			places[name] = place{f.Index, decoderOf(f.Type)}
			anyCase[strings.ToLower(name)] = places[name]
		}
	}
	return func(n *Node, into reflect.Value) error {
		if n.Kind != Map {
			return n.unfit(t)
		}
		for i := range n.Fields {
			f := &n.Fields[i]
			p, ok := places[f.Key]
			if !ok {
				p, ok = anyCase[strings.ToLower(f.Key)]
			}
			if !ok {
				continue
			}
			if err := p.fill(f.Value, into.FieldByIndex(p.index)); err != nil {
				return err
			}
		}
		return nil
	}
}
