package pipeline

import (
	"encoding/hex"
	"maps"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/tape"
)

// The edition names many thousand subjects and is read in every build, so it is kept as rows and not as JSON.

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
