package report

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/tape"
)

// packer keeps shares in little room until they are asked for: each is a row of small numbers, and every text is there once for all of
// them. Texts are copies: they were parts of whole documents, which would stay in memory with them. Rows hold no pointers, so that
// they cost the collector nothing, however many there are; those of a register lie together in few pieces.
type packer struct {
	texts  []string
	number map[string]uint64 // of a text
	rows   [][]byte
	buffer []byte
	keep   func(text string) string // makes a copy
}

func newPacker(keep func(string) string) *packer {
	return &packer{number: make(map[string]uint64), keep: keep}
}

// add packs a share. It keeps nothing of what it is given.
func (p *packer) add(s *Share) {
	p.buffer = formFor(reflect.TypeFor[Share]()).write(p, p.buffer[:0], reflect.ValueOf(s).Elem())
	p.rows = append(p.rows, slices.Clone(p.buffer))
}

// moved gives the row of a share that [Pack] packed, without making the share. It is false when the bytes hold none.
func (p *packer) moved(packed []byte) ([]byte, bool) {
	in := &tape.Reader{In: packed}
	m := &moving{to: p, from: make([][]byte, in.Count())}
	for i := range m.from {
		m.from[i] = in.Bytes()
	}
	m.numbers = make([]uint64, len(m.from))
	p.buffer = formFor(reflect.TypeFor[Share]()).move(m, in, p.buffer[:0])
	if in.Bad || len(in.In) > 0 {
		return nil, false
	}
	return slices.Clone(p.buffer), true
}

// moving is a row on its way from one packer to another.
type moving struct {
	from    [][]byte // its texts
	to      *packer
	numbers []uint64 // there, one more than they are, of the texts that were met
}

func (m *moving) text(in *tape.Reader) uint64 {
	n := in.Number()
	if n >= uint64(len(m.from)) {
		in.Fail()
		return 0
	}
	if m.numbers[n] == 0 {
		there, ok := m.to.number[string(m.from[n])]
		if !ok {
			there = m.to.numberOf(string(m.from[n]))
		}
		m.numbers[n] = there + 1
	}
	return m.numbers[n] - 1
}

// all gives the shares in the order in which they were added, and forgets each. Some are made ahead, several at once.
func (p *packer) all(visit func(*Share)) {
	const ahead = 512
	p.number = nil
	made := make(chan []*Share)
	go func() {
		defer close(made)
		for rows := range slices.Chunk(p.rows, ahead) {
			made <- p.shares(rows)
			clear(rows)
		}
	}()
	for shares := range made {
		for _, s := range shares {
			visit(s)
		}
	}
	p.rows = nil
}

func (p *packer) shares(rows [][]byte) []*Share {
	shares := make([]*Share, len(rows))
	var makers errgroup.Group
	makers.SetLimit(runtime.GOMAXPROCS(0))
	for i, row := range rows {
		makers.Go(func() error {
			shares[i] = new(Share)
			formFor(reflect.TypeFor[Share]()).read(p, &tape.Reader{In: row}, unsafe.Pointer(shares[i]))
			return nil
		})
	}
	_ = makers.Wait() // none has any trouble
	return shares
}

// Pack gives a value as bytes that can be kept, for [Unpack] of the same program: a share, the detail of a subject, or any other value
// that is made of the same few sorts of type. It panics for a type that is not.
func Pack[T any](value *T) []byte {
	p := newPacker(strings.Clone)
	row := formFor(reflect.TypeFor[T]()).write(p, nil, reflect.ValueOf(value).Elem())
	out := tape.AppendNumber(nil, uint64(len(p.texts)))
	for _, text := range p.texts {
		out = tape.AppendText(out, text)
	}
	return append(out, row...)
}

// ErrPacked means that bytes hold no value as [Pack] of the same program packs it.
var ErrPacked = errors.New("these bytes hold no such value")

// Unpack gives the value that [Pack] made into bytes. Its texts are parts of one, so any that is kept keeps all of them.
func Unpack[T any](packed []byte) (*T, error) {
	in := &tape.Reader{In: packed}
	p := &packer{texts: make([]string, in.Count())}
	whole := string(packed)
	for i := range p.texts {
		n := in.Count()
		at := len(whole) - len(in.In)
		p.texts[i] = whole[at : at+len(in.Next(n))]
	}
	value := new(T)
	formFor(reflect.TypeFor[T]()).read(p, in, unsafe.Pointer(value))
	if in.Bad || len(in.In) > 0 {
		return nil, ErrPacked
	}
	return value, nil
}

// form writes values of one type to a row, reads them back, and moves them from one row to another. Reading fills an empty variable of that
// type by its address, which spares reflection of every field: most of what is packed is read again.
type form struct {
	write func(p *packer, row []byte, v reflect.Value) []byte
	read  func(p *packer, in *tape.Reader, to unsafe.Pointer)
	move  func(m *moving, in *tape.Reader, row []byte) []byte
}

var forms sync.Map // type → form

// formFor gives the form of a type, which is made once.
func formFor(t reflect.Type) form {
	f, ok := forms.Load(t)
	if !ok {
		f, _ = forms.LoadOrStore(t, formOf(t))
	}
	return f.(form)
}

// formOf makes the form of a type. Reports are made of few sorts of type, and a new one that this does not know is a mistake of ours.
func formOf(t reflect.Type) form {
	if t == reflect.TypeFor[calendar.Date]() {
		return form{writeDate, readDate, moveDate}
	}
	switch t.Kind() {
	case reflect.String:
		return form{writeText, readText, moveText}
	case reflect.Bool:
		return form{writeBool, readBool, moveBool}
	case reflect.Int:
		return form{writeInt, readInt, moveInt}
	case reflect.Pointer:
		return pointer(t.Elem(), formOf(t.Elem()))
	case reflect.Slice:
		return list(t, formOf(t.Elem()))
	case reflect.Map:
		return table(t)
	case reflect.Struct:
		return fields(t)
	default:
		panic(fmt.Sprintf("report: a %s cannot be packed", t))
	}
}

func writeText(p *packer, row []byte, v reflect.Value) []byte {
	return tape.AppendNumber(row, p.numberOf(v.String()))
}

func readText(p *packer, in *tape.Reader, to unsafe.Pointer) { *(*string)(to) = p.text(in) }

func moveText(m *moving, in *tape.Reader, row []byte) []byte {
	return tape.AppendNumber(row, m.text(in))
}

func (p *packer) numberOf(text string) uint64 {
	n, ok := p.number[text]
	if !ok {
		text = p.keep(text)
		n = uint64(len(p.texts))
		p.texts, p.number[text] = append(p.texts, text), n
	}
	return n
}

// text reads the number of a text and gives the text.
func (p *packer) text(in *tape.Reader) string {
	n := in.Number()
	if n >= uint64(len(p.texts)) {
		in.Fail()
		return ""
	}
	return p.texts[n]
}

// copyOf gives the copy of a text that stands by itself.
func (p *packer) copyOf(text string) string { return p.texts[p.numberOf(text)] }

func writeBool(_ *packer, row []byte, v reflect.Value) []byte {
	if v.Bool() {
		return append(row, 1)
	}
	return append(row, 0)
}

func readBool(_ *packer, in *tape.Reader, to unsafe.Pointer) { *(*bool)(to) = in.Byte() == 1 }

func moveBool(_ *moving, in *tape.Reader, row []byte) []byte { return append(row, in.Byte()) }

func writeInt(_ *packer, row []byte, v reflect.Value) []byte {
	return tape.AppendSigned(row, int(v.Int()))
}

func readInt(_ *packer, in *tape.Reader, to unsafe.Pointer) { *(*int)(to) = in.Signed() }

func moveInt(_ *moving, in *tape.Reader, row []byte) []byte {
	return tape.AppendSigned(row, in.Signed())
}

// Days are counted from the first that there can be; nought is none.
var (
	firstDay = calendar.Of(1, time.January, 1)
	days     = firstDay.DaysUntil(calendar.Of(9999, time.December, 31)) + 1
)

func writeDate(_ *packer, row []byte, v reflect.Value) []byte {
	d := *v.Addr().Interface().(*calendar.Date)
	if d.IsZero() {
		return tape.AppendNumber(row, 0)
	}
	return tape.AppendNumber(row, uint64(firstDay.DaysUntil(d)+1))
}

func readDate(_ *packer, in *tape.Reader, to unsafe.Pointer) {
	switch n := in.Number(); {
	case n > uint64(days):
		in.Fail()
	case n > 0:
		*(*calendar.Date)(to) = firstDay.AddDays(int(n - 1))
	}
}

func moveDate(_ *moving, in *tape.Reader, row []byte) []byte {
	n := in.Number()
	if n > uint64(days) {
		in.Fail()
	}
	return tape.AppendNumber(row, n)
}

func pointer(to reflect.Type, of form) form {
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(row, 0)
			}
			return of.write(p, append(row, 1), v.Elem())
		},
		read: func(p *packer, in *tape.Reader, at unsafe.Pointer) {
			if in.Byte() == 1 {
				made := reflect.New(to).UnsafePointer()
				*(*unsafe.Pointer)(at) = made
				of.read(p, in, made)
			}
		},
		move: func(m *moving, in *tape.Reader, row []byte) []byte {
			there := in.Byte()
			if row = append(row, there); there == 1 {
				row = of.move(m, in, row)
			}
			return row
		},
	}
}

// list tells no list and an empty one apart, as JSON does.
func list(t reflect.Type, of form) form {
	size := int(t.Elem().Size())
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			if v.IsNil() {
				return append(row, 0)
			}
			row = tape.AppendNumber(append(row, 1), uint64(v.Len()))
			for i := range v.Len() {
				row = of.write(p, row, v.Index(i))
			}
			return row
		},
		read: func(p *packer, in *tape.Reader, to unsafe.Pointer) {
			if in.Byte() == 0 {
				return
			}
			n := in.Count()
			made := reflect.MakeSlice(t, n, n)
			reflect.NewAt(t, to).Elem().Set(made)
			for first, i := made.UnsafePointer(), 0; i < n; i++ {
				of.read(p, in, unsafe.Add(first, i*size))
			}
		},
		move: func(m *moving, in *tape.Reader, row []byte) []byte {
			return moveEach(in, row, func(row []byte) []byte { return of.move(m, in, row) })
		},
	}
}

// moveEach moves what a list or a table holds, if there is one.
func moveEach(in *tape.Reader, row []byte, one func(row []byte) []byte) []byte {
	there := in.Byte()
	if row = append(row, there); there == 0 {
		return row
	}
	n := in.Count()
	row = tape.AppendNumber(row, uint64(n))
	for range n {
		row = one(row)
	}
	return row
}

// table is of counts by name.
func table(t reflect.Type) form {
	if t != reflect.TypeFor[map[string]int]() {
		panic(fmt.Sprintf("report: a %s cannot be packed", t))
	}
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			counts := v.Interface().(map[string]int)
			if counts == nil {
				return append(row, 0)
			}
			row = tape.AppendNumber(append(row, 1), uint64(len(counts)))
			for _, name := range slices.Sorted(maps.Keys(counts)) {
				row = tape.AppendSigned(tape.AppendNumber(row, p.numberOf(name)), counts[name])
			}
			return row
		},
		read: func(p *packer, in *tape.Reader, to unsafe.Pointer) {
			if in.Byte() == 0 {
				return
			}
			n := in.Count()
			counts := make(map[string]int, n)
			for range n {
				name := p.text(in)
				counts[name] = in.Signed()
			}
			*(*map[string]int)(to) = counts
		},
		move: func(m *moving, in *tape.Reader, row []byte) []byte {
			return moveEach(in, row, func(row []byte) []byte { return moveInt(m, in, moveText(m, in, row)) })
		},
	}
}

func fields(t reflect.Type) form {
	each, offsets := make([]form, t.NumField()), make([]uintptr, t.NumField())
	for i := range each {
		each[i], offsets[i] = formOf(t.Field(i).Type), t.Field(i).Offset
	}
	return form{
		write: func(p *packer, row []byte, v reflect.Value) []byte {
			for i, f := range each {
				row = f.write(p, row, v.Field(i))
			}
			return row
		},
		read: func(p *packer, in *tape.Reader, to unsafe.Pointer) {
			for i, f := range each {
				f.read(p, in, unsafe.Add(to, offsets[i]))
			}
		},
		move: func(m *moving, in *tape.Reader, row []byte) []byte {
			for _, f := range each {
				row = f.move(m, in, row)
			}
			return row
		},
	}
}
