package versions

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// held is a version of a file as it was read.
type held struct {
	mu   sync.Mutex
	read bool
	load.Content
	err error
}

// read gives the content of a file at a state. Files of shared groups are read once, until they are forgotten; others by whoever asks.
func (h *History) read(f *file, c *change) (load.Content, error) {
	if f.group.own {
		return h.readNew(f, c)
	}
	at, _ := slices.BinarySearchFunc(f.changes, c.state, func(c change, s int32) int { return cmp.Compare(c.state, s) })
	held := f.held[at]
	held.mu.Lock()
	defer held.mu.Unlock()
	if !held.read {
		held.Content, held.err = h.readNew(f, c)
		held.read = true
	}
	return held.Content, held.err
}

// Forget lets go of what was read and joined of an organisation, its workloads aside. Whoever asks for it again gets it anew.
func (h *History) Forget(ods string) {
	g := h.groups[record.Root+"/organisations/"+ods]
	if g == nil {
		return
	}
	g.mu.Lock()
	g.parts = nil
	g.mu.Unlock()
	for _, f := range g.files {
		for _, r := range f.held {
			r.mu.Lock()
			r.Content, r.err, r.read = load.Content{}, nil, false
			r.mu.Unlock()
		}
	}
}

func (h *History) readNew(f *file, c *change) (load.Content, error) {
	_, kind := load.WhatIs(f.path, c.mode)
	return h.readVersion(f, h.ids.text(c.blob), c.what, kind)
}

func (h *History) readVersion(f *file, blob string, what load.What, kind record.Kind) (load.Content, error) {
	if what == load.Refused || what == load.Nothing {
		return load.Content{}, nil
	}
	if known, ok := h.reader.Known(f.path, blob); ok {
		return known, nil
	}
	src, err := h.blob(blob)
	var limit *gitrepo.LimitError
	if errors.As(err, &limit) {
		return load.Content{}, nil // it is refused like any other file over a limit
	}
	if err != nil {
		return load.Content{}, fmt.Errorf("read %s: %w", f.path, err)
	}
	return h.reader.Read(f.path, blob, what, kind, src)
}

// Desk holds the versions of workloads' files that were read while they were followed. It is for one goroutine.
type Desk struct {
	history *History
	open    map[*change]load.Content
	sound   map[*record.Record]register.Soundness
}

// NewDesk gives an empty desk.
func (h *History) NewDesk() *Desk {
	return &Desk{h, make(map[*change]load.Content), make(map[*record.Record]register.Soundness)}
}

func (d *Desk) read(f *file, c *change) (load.Content, error) {
	if !f.group.own {
		return d.history.read(f, c)
	}
	if content, ok := d.open[c]; ok {
		return content, nil
	}
	content, err := d.history.readNew(f, c)
	if err == nil {
		d.open[c] = content
	}
	return content, err
}

// Digest gives the SHA-256 of a version of a file of a workload, of which whoever follows the workload reads the record, too. It is empty
// for a version that was refused, that stood only for a part of a day or that cannot be read.
func (d *Desk) Digest(path, blob string) string {
	f := d.history.files[path]
	if f == nil || !f.group.own {
		return ""
	}
	c := d.history.version(f, blob)
	if c == nil {
		return ""
	}
	content, err := d.read(f, c)
	if err != nil {
		return ""
	}
	return content.Digest
}

// version gives the change that brought a version of a file; nil for one that stood only for a part of a day.
func (h *History) version(f *file, blob string) *change {
	for i := range f.changes {
		if c := &f.changes[i]; h.ids.is(c.blob, blob) {
			return c
		}
	}
	return nil
}

// Record gives the record that a version of a file holds; nil when there is none, or it was refused.
func (d *Desk) Record(path, blob string) (*record.Record, error) {
	f := d.history.files[path]
	if f == nil || blob == "" {
		return nil, nil
	}
	if c := d.history.version(f, blob); c != nil {
		content, err := d.read(f, c)
		return content.Record, err
	}
	what, kind := load.WhatIs(path, gitrepo.ModeFile)
	content, err := d.history.readVersion(f, blob, what, kind)
	return content.Record, err
}
