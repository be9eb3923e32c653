// Package tape writes numbers and texts one after another into bytes that are kept, and reads them back. Whoever reads must read what was
// written, in the same order: nothing on a tape says what it is.
package tape

import (
	"encoding/binary"
	"encoding/hex"
)

// AppendText writes a text.
func AppendText(out []byte, text string) []byte {
	return append(binary.AppendUvarint(out, uint64(len(text))), text...)
}

// AppendNumber writes a number.
func AppendNumber(out []byte, n uint64) []byte { return binary.AppendUvarint(out, n) }

// AppendSigned writes a number that may be below nought.
func AppendSigned(out []byte, n int) []byte { return binary.AppendVarint(out, int64(n)) }

// Spelled gives the bytes that the id of an object of git spells. It is false for what is no id in git's own spelling.
func Spelled(id string) ([]byte, bool) {
	raw, err := hex.DecodeString(id)
	return raw, err == nil && hex.EncodeToString(raw) == id
}

// AppendID writes the id of an object: after 1 and how many they are the bytes that it spells, or after 0 what spells none.
func AppendID(out []byte, id string) []byte {
	raw, ok := Spelled(id)
	if !ok {
		return AppendText(AppendNumber(out, 0), id)
	}
	return append(AppendNumber(out, 1+uint64(len(raw))), raw...)
}

// Reader reads what was written. Once something is wrong it has nothing left and everything it gives is empty.
type Reader struct {
	In  []byte // what is left
	Bad bool
}

// Fail says that something is wrong.
func (r *Reader) Fail() { r.In, r.Bad = nil, true }

// Number reads a number.
func (r *Reader) Number() uint64 {
	if len(r.In) > 0 && r.In[0] < 0x80 { // as most are
		n := uint64(r.In[0])
		r.In = r.In[1:]
		return n
	}
	n, size := binary.Uvarint(r.In)
	return read(r, n, size)
}

// Signed reads a number that may be below nought.
func (r *Reader) Signed() int {
	n, size := binary.Varint(r.In)
	return int(read(r, n, size))
}

func read[N int64 | uint64](r *Reader, n N, size int) N {
	if size <= 0 {
		r.Fail()
		return 0
	}
	r.In = r.In[size:]
	return n
}

// Count reads how many things follow. Each takes a byte at the least, so there are never more than bytes are left.
func (r *Reader) Count() int {
	n := r.Number()
	if n > uint64(len(r.In)) {
		r.Fail()
		return 0
	}
	return int(n)
}

// Next takes so many bytes as they are. They are those of the tape.
func (r *Reader) Next(n int) []byte {
	if n > len(r.In) {
		r.Fail()
		return nil
	}
	taken := r.In[:n]
	r.In = r.In[n:]
	return taken
}

// Byte takes one byte.
func (r *Reader) Byte() byte {
	if b := r.Next(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

// Bytes reads a text without making one: its bytes are those of the tape.
func (r *Reader) Bytes() []byte { return r.Next(r.Count()) }

// Text reads a text.
func (r *Reader) Text() string { return string(r.Bytes()) }

// ID reads the id of an object.
func (r *Reader) ID() string {
	raw, ok := r.IDBytes()
	if !ok {
		return string(raw)
	}
	return hex.EncodeToString(raw)
}

// IDAsWritten goes over an id and gives all that was written for it, which is the same for the same id.
func (r *Reader) IDAsWritten() []byte {
	from := r.In
	r.IDBytes()
	return from[:len(from)-len(r.In)]
}

// IDBytes reads the id of an object without making one: the bytes that it spells, or else those that it is. They are those of the tape.
func (r *Reader) IDBytes() (bytes []byte, spelled bool) {
	n := r.Number()
	switch {
	case n == 0:
		return r.Bytes(), false
	case n-1 > uint64(len(r.In)):
		r.Fail()
		return nil, false
	}
	return r.Next(int(n - 1)), true
}
