package versions

import (
	"errors"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tape"
)

// keptVersion is the version of the encoding. It changes with what is kept or how it is read.
const keptVersion = 5

// Encode gives the history as bytes, without any content, so that it need not be read from the repository again. It can only be
// used for the same line of commits, or one that goes on from it, and by the same rules.
func (h *History) Encode() []byte {
	e := &encoder{out: make([]byte, 0, h.room()), blobs: make([]id, len(h.all))}
	e.number(keptVersion)
	for _, n := range []int{len(h.all), len(h.groups), len(h.entries), len(h.ids.bytes), len(h.ids.ends)} {
		e.number(uint64(n))
	}
	e.number(uint64(len(h.states)))
	for _, s := range h.states {
		e.text(s.Day.String())
		e.number(uint64(len(s.Commits)))
		for _, c := range s.Commits {
			e.id(c.ID)
			e.name(c.Author)
			e.text(c.Subject)
			e.number(uint64(c.PullRequest))
			e.name(c.Signed)
			e.number(uint64(c.many))
			for _, one := range c.entries() {
				e.name(h.all[one.file].path)
				e.old(h, one)
				e.id(h.ids.text(one.new))
				e.number(uint64(one.mode))
			}
		}
	}
	e.number(uint64(len(h.notes)))
	for _, n := range h.notes {
		e.name(n.path)
		e.id(n.blob)
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
	d := &decoder{Reader: tape.Reader{In: kept}}
	if d.Number() != keptVersion {
		return nil, ErrKept
	}
	d.makeRoom(h)
	for range d.Count() {
		day, err := calendar.Parse(d.Text())
		if err != nil {
			return nil, ErrKept
		}
		for range d.Count() {
			if d.commit(h, day); d.Bad {
				return nil, ErrKept
			}
		}
	}
	for range d.Count() {
		n := note{path: d.name(), blob: d.ID(), formerly: d.Text()}
		for range d.Count() {
			n.dependsOn = append(n.dependsOn, d.Text())
		}
		for range d.Count() {
			n.shares = append(n.shares, d.Text())
		}
		if h.files[n.path] == nil {
			return nil, ErrKept
		}
		h.notes = append(h.notes, n)
	}
	if d.Bad || len(d.In) > 0 {
		return nil, ErrKept
	}
	for _, f := range h.files {
		for i := range f.changes {
			f.changes[i].noted = true
		}
	}
	return h, nil
}

// room is some more than the history takes as bytes, so that they are not moved while they grow.
func (h *History) room() int {
	const perCommit, perFile, perPath, perNote = 64, 32, 96, 128
	n := len(h.files)*perPath + len(h.notes)*perNote
	for i := range h.states {
		for _, c := range h.states[i].Commits {
			n += perCommit + len(c.Subject) + int(c.many)*perFile
		}
	}
	return n
}

// encoder writes numbers and texts. A name that was written before is written as a number.
type encoder struct {
	out   []byte
	names map[string]uint64
	blobs []id // of every file, as written last
}

func (e *encoder) number(n uint64) { e.out = tape.AppendNumber(e.out, n) }
func (e *encoder) text(s string)   { e.out = tape.AppendText(e.out, s) }

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

func (e *encoder) id(text string) { e.out = tape.AppendID(e.out, text) }

// What a file was before is nearly always what was written of it last.
const (
	asWritten = iota
	otherwise
)

// old writes what a file was before.
func (e *encoder) old(h *History, one entry) {
	if e.blobs[one.file] == one.old {
		e.number(asWritten)
	} else {
		e.number(otherwise)
		e.id(h.ids.text(one.old))
	}
	e.blobs[one.file] = one.new
}

// decoder reads what an encoder wrote.
type decoder struct {
	tape.Reader
	names []string
	files []*file // those of such names, as far as they were asked for
}

// makeRoom makes room for what there is most of, which would be moved again and again while it grows. What the numbers say is not relied on.
func (d *decoder) makeRoom(h *History) {
	room := func() int { return int(min(d.Number(), uint64(len(d.In)))) }
	files, groups := room(), room()
	h.files, h.all, h.groups = make(map[string]*file, files), make([]*file, 0, files), make(map[string]*group, groups)
	h.entries = make([]entry, 0, room())
	h.ids = ids{bytes: make([]byte, 0, room()), ends: make([]uint32, 0, room())}
}

func (d *decoder) name() string {
	if n := d.named(); n >= 0 {
		return d.names[n]
	}
	return ""
}

// named gives the place of a name among the names; less than 0 when there is none.
func (d *decoder) named() int {
	n := d.Number()
	switch {
	case d.Bad:
		return -1
	case n == 0:
		d.names = append(d.names, d.Text())
		return len(d.names) - 1
	case n > uint64(len(d.names)):
		d.Fail()
		return -1
	}
	return int(n) - 1
}

// commit takes the next commit in, with what it changed. One that changes nothing is no event.
func (d *decoder) commit(h *History, day calendar.Date) {
	c := Commit{ID: h.texts.Keep(d.ID()), Author: d.name(), Subject: h.texts.Keep(d.Text())}
	c.PullRequest, c.Signed = int(d.Number()), d.name()
	changes := d.Count()
	if changes == 0 {
		return
	}
	commit := take(&h.slabs.commits)
	*commit = c
	h.begin(day, commit)
	for range changes {
		f := d.file(h)
		if f == nil {
			d.Fail()
			return
		}
		e := entry{file: f.number, old: f.newest()}
		if d.Number() != asWritten {
			e.old = h.ids.keep(d.IDBytes())
		}
		e.new, e.mode = h.ids.keep(d.IDBytes()), uint32(d.Number())
		h.enter(f, e)
	}
}

// file gives the file of a name; nil when it is that of none.
func (d *decoder) file(h *History) *file {
	n := d.named()
	if n < 0 || !strings.HasPrefix(d.names[n], record.Root+"/") {
		return nil
	}
	if more := n + 1 - len(d.files); more > 0 {
		d.files = append(d.files, make([]*file, more)...)
	}
	if d.files[n] == nil {
		d.files[n] = h.file(d.names[n])
	}
	return d.files[n]
}
