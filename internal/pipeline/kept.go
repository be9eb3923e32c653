package pipeline

import (
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/tape"
)

// There is a leaf for each of many thousand subjects, and one edition that names them all. Both are read in every build, so they are
// kept as rows and not as JSON.

// pack gives a leaf as bytes.
func (l *leaf) pack() ([]byte, error) {
	past, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	if string(past) == "{}" {
		past = nil
	}
	var row []byte
	if l.Share != nil {
		row = l.Share.Pack()
	}
	out := make([]byte, 0, len(row)+len(l.Words)+len(past)+256)
	moved := byte(0)
	if l.Moved {
		moved = 1
	}
	out = tape.AppendNumber(append(out, moved), uint64(len(l.Files)))
	for _, path := range l.Files {
		out = tape.AppendText(out, path)
	}
	out = tape.AppendText(out, l.Words)
	out = append(tape.AppendNumber(out, uint64(len(row))), row...)
	return append(out, past...), nil
}

// unpackLeaf gives the leaf that pack made into bytes. It is false when they hold none.
func unpackLeaf(data []byte) (leaf, bool) {
	in := &tape.Reader{In: data}
	l := leaf{Moved: in.Byte() == 1}
	for range in.Count() {
		l.Files = append(l.Files, in.Text())
	}
	l.Words = in.Text()
	row := in.Bytes()
	if in.Bad || len(in.In) > 0 && json.Unmarshal(in.In, &l) != nil {
		return leaf{}, false
	}
	if len(row) > 0 {
		var err error
		if l.Share, err = report.Unpack(row); err != nil {
			return leaf{}, false
		}
	}
	return l, true
}

// pack gives an edition as bytes: the names of groups and sources once each, then the subjects by name.
func (e *edition) pack() []byte {
	number := make(map[string]uint64)
	var names []string
	var subjects []byte
	list := func(of []string) {
		subjects = tape.AppendNumber(subjects, uint64(len(of)))
		for _, name := range of {
			n, ok := number[name]
			if !ok {
				n = uint64(len(names))
				number[name], names = n, append(names, name)
			}
			subjects = tape.AppendNumber(subjects, n)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.Subjects)) {
		k := e.Subjects[name]
		leaf, _ := hex.DecodeString(k.Leaf) // it was made from bytes
		subjects = tape.AppendText(tape.AppendText(subjects, name), string(leaf))
		list(k.Groups)
		list(k.Sources)
		last := ""
		if !k.Last.IsZero() {
			last = k.Last.String()
		}
		subjects = tape.AppendText(tape.AppendText(subjects, last), k.Stood)
	}
	out := tape.AppendNumber(nil, uint64(len(names)))
	for _, name := range names {
		out = tape.AppendText(out, name)
	}
	return append(tape.AppendNumber(out, uint64(len(e.Subjects))), subjects...)
}

// unpackEdition gives the edition that pack made into bytes. It is false when they hold none.
func unpackEdition(data []byte) (*edition, bool) {
	in := &tape.Reader{In: data}
	names := make([]string, in.Count())
	for i := range names {
		names[i] = in.Text()
	}
	list := func() []string {
		var of []string
		for range in.Count() {
			n := in.Number()
			if n >= uint64(len(names)) {
				in.Fail()
				return nil
			}
			of = append(of, names[n])
		}
		return of
	}
	subjects := in.Count()
	e := &edition{Subjects: make(map[string]kept, subjects)}
	for range subjects {
		name := in.Text()
		k := kept{Leaf: hex.EncodeToString(in.Bytes()), Groups: list(), Sources: list()}
		if last := in.Text(); last != "" {
			var err error
			if k.Last, err = calendar.Parse(last); err != nil {
				return nil, false
			}
		}
		k.Stood = in.Text()
		e.Subjects[name] = k
	}
	return e, !in.Bad && len(in.In) == 0
}
