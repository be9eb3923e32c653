package report

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"example.org/muniment/internal/calendar"
)

// packer keeps shares in little room until they are asked for: each is a row of small numbers, and every text is there once for all of
// them. Texts are copies: they were parts of whole documents, which would stay in memory with them. Rows hold no pointers, so that
// they cost the collector nothing, however many there are.
type packer struct {
	texts  []string
	number map[string]uint64 // of a text
	rows   [][]byte
	buffer []byte
}

func newPacker() *packer { return &packer{number: make(map[string]uint64)} }

// add packs a share. It keeps nothing of what it is given.
func (p *packer) add(s *Share) {
	p.buffer = shareForm().write(p, p.buffer[:0], reflect.ValueOf(s).Elem())
	p.rows = append(p.rows, slices.Clone(p.buffer))
}

// all gives the shares in the order in which they were added, and forgets each.
func (p *packer) all(visit func(*Share)) {
	p.number = nil
	for i, row := range p.rows {
		s := new(Share)
		shareForm().read(p, row, reflect.ValueOf(s).Elem())
		p.rows[i] = nil
		visit(s)
	}
	p.rows = nil
}

// Pack gives a share as bytes that can be kept, for [Unpack] of the same program.
func (s *Share) Pack() []byte {
	p := newPacker()
	p.add(s)
	out := binary.AppendUvarint(nil, uint64(len(p.texts)))
	for _, text := range p.texts {
		out = append(binary.AppendUvarint(out, uint64(len(text))), text...)
	}
	return append(out, p.rows[0]...)
}

// ErrPacked means that bytes hold no share as [Share.Pack] of the same program packs it.
var ErrPacked = errors.New("these bytes hold no share")

// Unpack gives the share that [Share.Pack] made into bytes.
func Unpack(packed []byte) (s *Share, err error) {
	defer func() {
		if recover() != nil { // a row is read without looking whether it is long enough
			s, err = nil, ErrPacked
		}
	}()
	n, rest := uvarint(packed)
	if n > uint64(len(rest)) {
		return nil, ErrPacked
	}
	p := &packer{texts: make([]string, n)}
	for i := range p.texts {
		n, rest = uvarint(rest)
		p.texts[i], rest = string(rest[:n]), rest[n:]
	}
	s = new(Share)
	if rest = shareForm().read(p, rest, reflect.ValueOf(s).Elem()); len(rest) > 0 {
		return nil, ErrPacked
	}
	return s, nil
}

// form writes values of one type to a row, and reads them back.
type form struct {
	write func(p *packer, row []byte, v reflect.Value) []byte
	read  func(p *packer, row []byte, v reflect.Value) []byte
}

var shareForm = sync.OnceValue(func() form { return formOf(reflect.TypeFor[Share]()) })

// formOf gives the form of a type. A share is made of few sorts of type, and a new one that this does not know is a mistake of ours.
func formOf(t reflect.Type) form {
	if t == reflect.TypeFor[calendar.Date]() {
		return form{writeDate, readDate}
	}
	switch t.Kind() {
	case reflect.String:
		return form{writeText, readText}
	case reflect.Bool:
		return form{writeBool, readBool}
	case reflect.Int:
		return form{writeInt, readInt}
	case reflect.Pointer:
		return pointer(t.Elem(), formOf(t.Elem()))
	case reflect.Slice:
		return list(t, formOf(t.Elem()))
	case reflect.Map:
		return table(t)
	case reflect.Struct:
		return fields(t)
	default:
		panic(fmt.Sprintf("report: a share cannot hold a %s", t))
	}
}

func writeText(p *packer, row []byte, v reflect.Value) []byte {
	return binary.AppendUvarint(row, p.numberOf(v.String()))
}

func (p *packer) numberOf(text string) uint64 {
	n, ok := p.number[text]
	if !ok {
		text = strings.Clone(text)
		n = uint64(len(p.texts))
		p.texts, p.number[text] = append(p.texts, text), n
	}
	return n
}

// copyOf gives the copy of a text that stands by itself.
func (p *packer) copyOf(text string) string { return p.texts[p.numberOf(text)] }

func readText(p *packer, row []byte, v reflect.Value) []byte {
	n, row := uvarint(row)
	v.SetString(p.texts[n])
	return row
}

func writeBool(_ *packer, row []byte, v reflect.Value) []byte {
	if v.Bool() {
		return append(row, 1)
	}
	return append(row, 0)
}

func readBool(_ *packer, row []byte, v reflect.Value) []byte {
	v.SetBool(row[0] == 1)
	return row[1:]
}

func writeInt(_ *packer, row []byte, v reflect.Value) []byte {
	return binary.AppendVarint(row, v.Int())
}

func readInt(_ *packer, row []byte, v reflect.Value) []byte {
	n, size := binary.Varint(row)
	if size <= 0 {
		panic(ErrPacked)
	}
	v.SetInt(n)
	return row[size:]
}

// writeDate writes a day, or nought for none.
func writeDate(_ *packer, row []byte, v reflect.Value) []byte {
	d := v.Interface().(calendar.Date)
	return binary.AppendUvarint(row, uint64(d.Year()<<9|int(d.Month())<<5|d.Day()))
}

func readDate(_ *packer, row []byte, v reflect.Value) []byte {
	n, row := uvarint(row)
	if n != 0 {
		v.Set(reflect.ValueOf(calendar.Of(int(n>>9), time.Month(n>>5&15), int(n&31))))
	}
	return row
}

// uvarint reads a number. There must be one.
func uvarint(row []byte) (uint64, []byte) {
	n, size := binary.Uvarint(row)
	if size <= 0 {
		panic(ErrPacked)
	}
	return n, row[size:]
}

func pointer(to reflect.Type, of form) form {
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(row, 0)
			}
			return of.write(p, append(row, 1), v.Elem())
		},
		read: func(p *packer, row []byte, v reflect.Value) []byte {
			if row[0] == 0 {
				return row[1:]
			}
			v.Set(reflect.New(to))
			return of.read(p, row[1:], v.Elem())
		},
	}
}

// list tells no list and an empty one apart, as JSON does.
func list(t reflect.Type, of form) form {
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(row, 0)
			}
			row = binary.AppendUvarint(row, uint64(v.Len())+1)
			for i := range v.Len() {
				row = of.write(p, row, v.Index(i))
			}
			return row
		},
		read: func(p *packer, row []byte, v reflect.Value) []byte {
			n, row := uvarint(row)
			if n == 0 {
				return row
			}
			if n-1 > uint64(len(row)) { // each takes a byte at the least
				panic(ErrPacked)
			}
			v.Set(reflect.MakeSlice(t, int(n-1), int(n-1)))
			for i := range int(n - 1) {
				row = of.read(p, row, v.Index(i))
			}
			return row
		},
	}
}

// table is of counts by name.
func table(t reflect.Type) form {
	if t != reflect.TypeFor[map[string]int]() {
		panic(fmt.Sprintf("report: a share cannot hold a %s", t))
	}
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			counts := v.Interface().(map[string]int)
			if counts == nil {
				return append(row, 0)
			}
			row = binary.AppendUvarint(row, uint64(len(counts))+1)
			for _, name := range slices.Sorted(maps.Keys(counts)) {
				row = binary.AppendVarint(binary.AppendUvarint(row, p.numberOf(name)), int64(counts[name]))
			}
			return row
		},
		read: func(p *packer, row []byte, v reflect.Value) []byte {
			n, row := uvarint(row)
			if n == 0 {
				return row
			}
			counts := make(map[string]int, n-1)
			for range n - 1 {
				var at uint64
				at, row = uvarint(row)
				count, size := binary.Varint(row)
				counts[p.texts[at]], row = int(count), row[size:]
			}
			v.Set(reflect.ValueOf(counts))
			return row
		},
	}
}

func fields(t reflect.Type) form {
	each := make([]form, t.NumField())
	for i := range each {
		each[i] = formOf(t.Field(i).Type)
	}
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			for i, f := range each {
				row = f.write(p, row, v.Field(i))
			}
			return row
		},
		read: func(p *packer, row []byte, v reflect.Value) []byte {
			for i, f := range each {
				row = f.read(p, row, v.Field(i))
			}
			return row
		},
	}
}
