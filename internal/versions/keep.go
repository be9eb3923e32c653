package versions

import (
	"encoding/binary"
	"errors"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
)

// keptVersion is the version of the encoding. It changes with what is kept or how it is read.
const keptVersion = 2

// Encode gives the history as bytes, without any content, so that it need not be read from the repository again. It can only be
// used for the same line of commits, or one that goes on from it, and by the same rules.
func (h *History) Encode() []byte {
	e := &encoder{}
	e.number(keptVersion)
	e.number(uint64(len(h.states)))
	for _, s := range h.states {
		e.text(s.Day.String())
		e.number(uint64(len(s.Commits)))
		for _, c := range s.Commits {
			e.text(c.ID)
			e.name(c.Author)
			e.text(c.Subject)
			e.number(uint64(c.PullRequest))
			e.name(c.Signed)
			e.number(uint64(len(c.Files)))
			for _, f := range c.Files {
				e.name(f.Path)
				e.text(f.Old)
				e.text(f.New)
				e.number(uint64(f.Mode))
			}
		}
	}
	e.number(uint64(len(h.notes)))
	for _, n := range h.notes {
		e.name(n.path)
		e.text(n.blob)
		e.text(n.formerly)
		for _, list := range [][]string{n.dependsOn, n.shares} {
			e.number(uint64(len(list)))
			for _, id := range list {
				e.text(id)
			}
		}
	}
	return e.out
}

// ErrKept means that bytes hold no history of this version.
var ErrKept = errors.New("these bytes hold no history")

// Decode gives the history that [History.Encode] made into bytes. More commits can be added to it.
func Decode(reader *load.Reader, blob func(id string) ([]byte, error), kept []byte) (*History, error) {
	h := New(reader, blob)
	d := &decoder{in: kept}
	if d.number() != keptVersion {
		return nil, ErrKept
	}
	for range d.count() {
		day, err := calendar.Parse(d.text())
		if err != nil {
			return nil, ErrKept
		}
		for range d.count() {
			h.Add(d.commit(day))
			if d.bad {
				return nil, ErrKept
			}
		}
	}
	for range d.count() {
		n := note{path: d.name(), blob: d.text(), formerly: d.text()}
		for range d.count() {
			n.dependsOn = append(n.dependsOn, d.text())
		}
		for range d.count() {
			n.shares = append(n.shares, d.text())
		}
		if h.files[n.path] == nil {
			return nil, ErrKept
		}
		h.notes = append(h.notes, n)
	}
	if d.bad || len(d.in) > 0 {
		return nil, ErrKept
	}
	for _, f := range h.files {
		for i := range f.changes {
			f.changes[i].noted = true
		}
	}
	return h, nil
}

// encoder writes numbers and texts. A name that was written before is written as a number.
type encoder struct {
	out   []byte
	names map[string]uint64
}

func (e *encoder) number(n uint64) { e.out = binary.AppendUvarint(e.out, n) }

func (e *encoder) text(s string) {
	e.number(uint64(len(s)))
	e.out = append(e.out, s...)
}

func (e *encoder) name(s string) {
	if e.names == nil {
		e.names = make(map[string]uint64)
	}
	if n, ok := e.names[s]; ok {
		e.number(n)
		return
	}
	e.names[s] = uint64(len(e.names)) + 1
	e.number(0)
	e.text(s)
}

// decoder reads what an encoder wrote. Once something is wrong everything it gives is empty.
type decoder struct {
	in    []byte
	names []string
	bad   bool
}

func (d *decoder) number() uint64 {
	n, size := binary.Uvarint(d.in)
	if size <= 0 {
		d.in, d.bad = nil, true
		return 0
	}
	d.in = d.in[size:]
	return n
}

// count reads how many things follow; each takes a byte at the least.
func (d *decoder) count() int {
	n := d.number()
	if n > uint64(len(d.in)) {
		d.in, d.bad = nil, true
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.count()
	s := string(d.in[:n])
	d.in = d.in[n:]
	return s
}

func (d *decoder) name() string {
	n := d.number()
	switch {
	case n == 0 && !d.bad:
		s := d.text()
		d.names = append(d.names, s)
		return s
	case n == 0 || n > uint64(len(d.names)):
		d.in, d.bad = nil, true
		return ""
	}
	return d.names[n-1]
}

func (d *decoder) commit(day calendar.Date) gitrepo.Change {
	c := gitrepo.Change{Step: gitrepo.Step{Day: day, Commit: gitrepo.Commit{ID: d.text(), Author: gitrepo.Person{Name: d.name()}, Subject: d.text()}}}
	c.Commit.PullRequest = int(d.number())
	c.Commit.Signed = d.name()
	n := d.count()
	c.Paths = make([]gitrepo.PathChange, 0, n)
	for range n {
		path := d.name()
		if len(path) <= len(record.Root)+1 {
			d.in, d.bad = nil, true
			return c
		}
		c.Paths = append(c.Paths, gitrepo.PathChange{Path: path[len(record.Root)+1:], Old: d.text(), New: d.text(), NewMode: uint32(d.number())})
	}
	return c
}
