package gitrepo

import (
	"bytes"
	"encoding/hex"
	"slices"
	"time"

	"example.org/muniment/internal/tape"
)

// Trail is the commits of a line, in little room and without pointers, for whoever keeps them long. They are counted from 1.
type Trail struct {
	packed []byte
	starts []int    // of each commit in packed
	sorted []uint32 // the positions, by id
}

// Trail keeps the commits of a line. Nothing of the line is held.
func (l Line) Trail() *Trail {
	const room = 320 // that a commit takes, more or less
	t := &Trail{packed: make([]byte, 0, len(l)*room), starts: make([]int, len(l)), sorted: make([]uint32, len(l))}
	for i := range l {
		t.starts[i], t.sorted[i] = len(t.packed), uint32(i+1)
		t.packed = appendCommit(t.packed, &l[i].Commit)
	}
	slices.SortFunc(t.sorted, func(a, b uint32) int { return bytes.Compare(t.id(a), t.id(b)) })
	return t
}

// Len is how many commits there are, and so the position of the last.
func (t *Trail) Len() int { return len(t.starts) }

// Commit gives the commit at a position, which must be one.
func (t *Trail) Commit(position int) Commit {
	return readCommit(&tape.Reader{In: t.packed[t.starts[position-1]:]})
}

// Position gives that of a commit; 0 when it is not on the line.
func (t *Trail) Position(id string) int {
	key := appendID(nil, id)
	i, ok := slices.BinarySearchFunc(t.sorted, key, func(position uint32, key []byte) int { return bytes.Compare(t.id(position), key) })
	if !ok {
		return 0
	}
	return int(t.sorted[i])
}

// id gives the id of a commit as it is packed: what each begins with.
func (t *Trail) id(position uint32) []byte {
	from := t.packed[t.starts[position-1]:]
	in := &tape.Reader{In: from}
	in.Byte()
	in.Bytes()
	return from[:len(from)-len(in.In)]
}

func appendCommit(out []byte, c *Commit) []byte {
	out = appendID(appendID(out, c.ID), c.Tree)
	out = tape.AppendNumber(out, uint64(len(c.Parents)))
	for _, id := range c.Parents {
		out = appendID(out, id)
	}
	for _, p := range []*Person{&c.Author, &c.Committer} {
		_, east := p.When.Zone()
		out = tape.AppendText(tape.AppendText(out, p.Name), p.Email)
		out = tape.AppendSigned(tape.AppendSigned(out, int(p.When.Unix())), east)
	}
	out = tape.AppendText(tape.AppendText(out, c.Subject), c.Body)
	return tape.AppendText(tape.AppendSigned(out, c.PullRequest), c.Signed)
}

func readCommit(in *tape.Reader) Commit {
	c := Commit{ID: readID(in), Tree: readID(in)}
	for range in.Count() {
		c.Parents = append(c.Parents, readID(in))
	}
	for _, p := range []*Person{&c.Author, &c.Committer} {
		p.Name, p.Email = in.Text(), in.Text()
		p.When = time.Unix(int64(in.Signed()), 0).In(zoneEast(in.Signed()))
	}
	c.Subject, c.Body = in.Text(), in.Text()
	c.PullRequest, c.Signed = in.Signed(), in.Text()
	return c
}

// How an id is packed: as the bytes that it spells, or where it spells none, as it is.
const (
	idBytes = iota
	idText
)

func appendID(out []byte, id string) []byte {
	raw, err := hex.DecodeString(id)
	if err != nil || hex.EncodeToString(raw) != id {
		return tape.AppendText(append(out, idText), id)
	}
	return append(tape.AppendNumber(append(out, idBytes), uint64(len(raw))), raw...)
}

func readID(in *tape.Reader) string {
	if in.Byte() == idText {
		return in.Text()
	}
	return hex.EncodeToString(in.Bytes())
}
