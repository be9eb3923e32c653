package site

import (
	"html/template"
	"sync"
)

// canvas holds what is drawn for one page. A template only sees marks for it; the pieces are put in at the end, so that they
// are copied once.
type canvas struct {
	markup
	ends []int // where each piece ends
}

var canvases = sync.Pool{New: func() any { return new(canvas) }}

// reset begins a page.
func (c *canvas) reset(p *Portal, s *subjectPage) {
	root := s.Page.root()
	c.markup = markup{b: c.b[:0], says: p.says, root: root, base: s.Base, duty: p.drawn[root]}
	c.ends = c.ends[:0]
}

// done ends a piece and gives the mark for it.
func (c *canvas) done() template.HTML {
	c.ends = append(c.ends, len(c.b))
	return mark(len(c.ends) - 1)
}

// put writes a piece.
func (c *canvas) put(out []byte, n int) []byte {
	if n < 0 || n >= len(c.ends) {
		return out
	}
	start := 0
	if n > 0 {
		start = c.ends[n-1]
	}
	return append(out, c.b[start:c.ends[n]]...)
}
