package versions

import (
	"errors"
	"fmt"
	"sync"

	"example.org/muniment/internal/gitrepo"
	"example.org/muniment/internal/load"
)

// held is a version of a file as it was read.
type held struct {
	once sync.Once
	load.Content
	err error
}

// read gives the content of a file at a state. Files of shared groups are read once; others by whoever asks.
func (h *History) read(f *file, c *change) (load.Content, error) {
	if f.group.own || c.read == nil {
		return h.readNew(f, c)
	}
	c.read.once.Do(func() { c.read.Content, c.read.err = h.readNew(f, c) })
	return c.read.Content, c.read.err
}

func (h *History) readNew(f *file, c *change) (load.Content, error) {
	if c.what == load.Refused || c.what == load.Nothing {
		return load.Content{}, nil
	}
	src, err := h.blob(c.blob)
	var limit *gitrepo.LimitError
	if errors.As(err, &limit) {
		return load.Content{}, nil // it is refused like any other file over a limit
	}
	if err != nil {
		return load.Content{}, fmt.Errorf("read %s: %w", f.path, err)
	}
	return h.reader.Read(f.path, c.what, c.kind, src)
}

// desk holds the files of workloads that are being followed, each in the version read last.
type desk struct {
	history *History
	open    map[*file]paper
}

type paper struct {
	change  *change
	content load.Content
}

func (h *History) newDesk() *desk { return &desk{h, make(map[*file]paper)} }

func (d *desk) read(f *file, c *change) (load.Content, error) {
	if !f.group.own {
		return d.history.read(f, c)
	}
	if p, ok := d.open[f]; ok && p.change == c {
		return p.content, nil
	}
	content, err := d.history.readNew(f, c)
	if err == nil {
		d.open[f] = paper{c, content}
	}
	return content, err
}
