package schema

import (
	"cmp"
	"fmt"
	"slices"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/parser"

	"example.org/muniment/internal/tree"
)

// Constraint is a demand on one record beyond its shape, written in CUE and compiled once. It holds for exactly the records
// with which CUE would unify it to something complete; a test compares the two.
type Constraint struct {
	source string
	shape  *shape
}

// Miss is one thing that a record lacks to satisfy a constraint.
type Miss struct {
	Path    string // of the field, dotted
	Want    string // as it follows "must": "be present", "be OFFICIAL or OFFICIAL-SENSITIVE", "have at least 2 entries"
	Line    int    // where the value is; when it is missing, where the nearest group around it begins
	Column  int
	Missing bool // the field is not there
}

// Compile reads a constraint such as
//
//	{data: classification!: "OFFICIAL" | "OFFICIAL-SENSITIVE", data: attributes!: [_, ...]}
//
// It takes a part of CUE that can be judged without CUE: groups (open to other fields) with regular, required and optional
// fields, fixed values and choices among them, the basic types, =~ and !~, bounds, lists with [...x] and [x, ...],
// list.MinItems and its like, strings.MinRunes and its like, time.Format, and & between them. Everything else is an error.
func Compile(src string) (*Constraint, error) {
	e, err := parser.ParseExpr("constraint", src, parser.ParseComments)
	if err != nil {
		return nil, fmt.Errorf("compile constraint: %w", plainError(err))
	}
	c := newCompiler()
	c.open = true
	s := c.expr(e)
	if n, found := s.findOpaque(make(map[*shape]bool)); found {
		return nil, fmt.Errorf("compile constraint: %s is not among the expressions that a constraint may use", exprText(n))
	}
	return &Constraint{src, s}, nil
}

// String is the constraint as it was written.
func (c *Constraint) String() string { return c.source }

// Holds tells whether a record satisfies the constraint.
func (c *Constraint) Holds(node *tree.Node) bool {
	if fits, known := c.shape.decide(node); known {
		return fits
	}
	return len(c.Unmet(node)) == 0
}

// Unmet returns everything that keeps a record from satisfying the constraint, in the order of the file. It is empty when
// the record satisfies it.
func (c *Constraint) Unmet(node *tree.Node) []Miss {
	if fits, known := c.shape.decide(node); known && fits {
		return []Miss{}
	}
	e := explainer{short: true}
	e.value(c.shape, node, "")
	misses := make([]Miss, 0, len(e.problems))
	for _, p := range e.problems {
		misses = append(misses, Miss{Path: p.path, Want: p.want, Line: p.line, Column: p.column, Missing: p.missing})
	}
	slices.SortStableFunc(misses, func(a, b Miss) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return misses
}

// decide tells whether a value fits, where that can be seen by looking once at what the shape names. Whatever else there is to
// a shape is not known here.
func (s *shape) decide(n *tree.Node) (fits, known bool) {
	switch {
	case s.never || len(s.other) > 0:
		return false, false
	case s.kinds&kindOf(n) == 0:
		return false, true
	}
	switch n.Kind {
	case tree.Map:
		return s.decideGroup(n)
	case tree.List:
		return s.decideList(n)
	}
	if s.choices != nil && !allows(s.choices, n) {
		return false, true
	}
	for _, f := range s.forms {
		if !f.fits(n.Text) {
			return false, true
		}
	}
	for _, b := range s.bounds {
		if !b.fits(n.Text) {
			return false, true
		}
	}
	return true, true
}

func (s *shape) decideGroup(n *tree.Node) (fits, known bool) {
	if !s.open || len(s.patterns)+len(s.when) > 0 {
		return false, false
	}
	for _, f := range s.fields {
		v := n.Get(f.name)
		switch {
		case v != nil:
			if fits, known := f.shape.decide(v); !fits || !known {
				return false, known
			}
		case f.presence == required:
			return false, true
		case f.presence == regular: // it may be filled in
			return false, false
		}
	}
	return true, true
}

func (s *shape) decideList(n *tree.Node) (fits, known bool) {
	switch {
	case s.unique:
		return false, false
	case len(n.Items) < s.minItems, s.maxItems >= 0 && len(n.Items) > s.maxItems:
		return false, true
	}
	for i, item := range n.Items {
		if i >= len(s.prefix) && s.elem == nil {
			break // there may be more, and they may be anything
		}
		if part := s.item(i); !part.isTop() {
			if fits, known := part.decide(item); !fits || !known {
				return false, known
			}
		}
	}
	return true, true
}

// findOpaque looks for a part of a shape that the model does not understand.
func (s *shape) findOpaque(seen map[*shape]bool) (ast.Node, bool) {
	if s == nil || seen[s] {
		return nil, false
	}
	seen[s] = true
	if len(s.opaque) > 0 {
		return s.opaque[0], true
	}
	var parts []*shape
	parts = append(parts, s.other...)
	parts = append(parts, s.prefix...)
	parts = append(parts, s.elem)
	for _, f := range s.fields {
		parts = append(parts, f.shape)
	}
	for _, p := range s.patterns {
		parts = append(parts, p.key, p.value)
	}
	for _, c := range s.when {
		parts = append(parts, c.then)
	}
	for _, p := range parts {
		if n, found := p.findOpaque(seen); found {
			return n, true
		}
	}
	return nil, false
}
