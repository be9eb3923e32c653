package versions

import (
	"encoding/hex"

	"example.org/muniment/internal/tape"
)

// id is the id of an object by its number among [ids]; 0 is none.
type id uint32

// ids keeps the ids of objects in little room, one behind the other.
type ids struct {
	bytes []byte
	ends  []uint32 // of the id with a number, less one
}

// The first byte of an id says what the others are: those that it spells, or itself.
const (
	idBytes = iota
	idText
)

// add gives an id a number. The same id may have several.
func (t *ids) add(text string) id {
	if raw, ok := tape.Spelled(text); ok {
		return t.keep(raw, true)
	}
	return t.keep([]byte(text), false)
}

// keep gives an id a number, of which there are the bytes that it spells, or else those that it is.
func (t *ids) keep(raw []byte, spelled bool) id {
	if len(raw) == 0 {
		return 0
	}
	how := byte(idText)
	if spelled {
		how = idBytes
	}
	t.bytes = append(append(t.bytes, how), raw...)
	t.ends = append(t.ends, uint32(len(t.bytes)))
	return id(len(t.ends))
}

// raw gives what was kept of an id that is one.
func (t *ids) raw(n id) (how byte, kept []byte) {
	from := uint32(0)
	if n > 1 {
		from = t.ends[n-2]
	}
	kept = t.bytes[from:t.ends[n-1]]
	return kept[0], kept[1:]
}

// text gives an id as it was.
func (t *ids) text(n id) string {
	if n == 0 {
		return ""
	}
	how, kept := t.raw(n)
	if how == idText {
		return string(kept)
	}
	return hex.EncodeToString(kept)
}

// is tells whether an id is a text.
func (t *ids) is(n id, text string) bool {
	if n == 0 {
		return text == ""
	}
	how, kept := t.raw(n)
	if how == idText {
		return string(kept) == text
	}
	const digits = "0123456789abcdef"
	if len(text) != 2*len(kept) {
		return false
	}
	for i, b := range kept {
		if text[2*i] != digits[b>>4] || text[2*i+1] != digits[b&15] {
			return false
		}
	}
	return true
}
