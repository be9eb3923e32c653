package gitrepo

import (
	"bytes"
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
	key := tape.AppendID(nil, id)
	i, ok := slices.BinarySearchFunc(t.sorted, key, func(position uint32, key []byte) int { return bytes.Compare(t.id(position), key) })
	if !ok {
		return 0
	}
	return int(t.sorted[i])
}

// id gives the id of a commit as it is packed: what each begins with.
func (t *Trail) id(position uint32) []byte {
	in := tape.Reader{In: t.packed[t.starts[position-1]:]}
	return in.IDAsWritten()
}

func appendCommit(out []byte, c *Commit) []byte {
	out = tape.AppendID(tape.AppendID(out, c.ID), c.Tree)
	out = tape.AppendNumber(out, uint64(len(c.Parents)))
	for _, id := range c.Parents {
		out = tape.AppendID(out, id)
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
	c := Commit{ID: in.ID(), Tree: in.ID()}
	for range in.Count() {
		c.Parents = append(c.Parents, in.ID())
	}
	for _, p := range []*Person{&c.Author, &c.Committer} {
		p.Name, p.Email = in.Text(), in.Text()
		p.When = time.Unix(int64(in.Signed()), 0).In(zoneEast(in.Signed()))
	}
	c.Subject, c.Body = in.Text(), in.Text()
	c.PullRequest, c.Signed = in.Signed(), in.Text()
	return c
}
