package schema

import (
	"regexp"
	"slices"

	"cuelang.org/go/cue/ast"

	"example.org/muniment/internal/tree"
)

// shape is the model of one CUE expression: what a value must be.
type shape struct {
	name string // of the definition, such as "#Date"; "" for others
	doc  string // the comment above it
	says string // what it is, in words: the attribute @says("…")

	kinds   kinds
	choices []choice   // when not nil, the value is one of them
	forms   []form     // regular expressions and forms of text
	bounds  []bound    // of numbers, and of the length of text
	never   bool       // _|_: the field must not be there
	other   []*shape   // alternatives that are not plain choices
	opaque  []ast.Node // parts that the model does not understand; only CUE judges them

	// Groups.
	fields   []*field
	patterns []pattern
	open     bool // other fields are allowed
	when     []conditional

	// Lists.
	prefix   []*shape // the first items
	elem     *shape   // further items; nil when there may be none
	minItems int
	maxItems int // -1: no limit
	unique   bool

	hasDefault bool // a value is filled in when the field is left out
}

type kinds uint8

const (
	isString kinds = 1 << iota
	isInt
	isNumber // with a fraction
	isBool
	isList
	isMap
	isNull
	anyKind = isString | isInt | isNumber | isBool | isList | isMap | isNull
)

func kindOf(n *tree.Node) kinds {
	return [...]kinds{0, isMap, isList, isString, isInt, isNumber, isBool}[n.Kind]
}

// choice is one fixed value.
type choice struct {
	kind kinds
	text string // numbers in canonical form
}

type form struct {
	re     *regexp.Regexp
	not    bool
	source string
	layout string // of time.Format, when re is nil
}

// bound is a comparison: of a number with a limit, or of the length of text with one.
type bound struct {
	op    string // >, >=, <, <=, !=
	limit string
	of    kinds // isNumber: of the number; isString: of the text; 0: of the number of characters
}

type field struct {
	name     string
	shape    *shape
	presence presence
	doc      string
	says     string
	example  string
}

type presence uint8

const (
	regular  presence = iota // name: …  filled in by the schema when it can be
	optional                 // name?: …
	required                 // name!: …
)

type pattern struct {
	key   *shape
	value *shape
}

// conditional is `if condition { then }`.
type conditional struct {
	conditions []ast.Expr // all must hold
	then       *shape
}

func top() *shape { return &shape{kinds: anyKind, maxItems: -1, open: true} }

func (s *shape) field(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// isTop reports whether any value fits.
func (s *shape) isTop() bool {
	return s.kinds == anyKind && s.choices == nil && len(s.forms)+len(s.bounds)+len(s.other)+len(s.opaque) == 0 && !s.never
}

// both returns the conjunction of two shapes: a value must fit a and b. Where the model cannot combine them, the result
// has opaque parts.
func both(a, b *shape) *shape {
	switch {
	case a.isTop() && a.says == "":
		return b
	case b.isTop() && b.says == "":
		return a
	}
	out := *a
	out.kinds &= b.kinds
	out.never = a.never || b.never
	out.forms = slices.Concat(a.forms, b.forms)
	out.bounds = slices.Concat(a.bounds, b.bounds)
	out.opaque = slices.Concat(a.opaque, b.opaque)
	out.patterns = slices.Concat(a.patterns, b.patterns)
	out.when = slices.Concat(a.when, b.when)
	out.choices = commonChoices(a.choices, b.choices)
	out.hasDefault = a.hasDefault || b.hasDefault
	if len(b.other) > 0 {
		if len(a.other) > 0 {
			out.opaque = append(out.opaque, nil) // a product of alternatives
		}
		out.other = b.other
	}
	out.name, out.says = "", firstOf(a.says, b.says)
	if a.says != "" && b.says != "" && a.says != b.says {
		out.says = a.says + ", and " + b.says
	}
	switch {
	case a.kinds&isMap == 0, b.kinds&isMap == 0:
	case a.anyGroup():
		out.open = b.open
	case b.anyGroup():
		out.open = a.open
	default:
		out.open = a.open && b.open
	}
	out.fields = joinFields(a.fields, b.fields)
	joinLists(&out, a, b)
	return &out
}

// anyGroup reports whether a shape says nothing about fields.
func (s *shape) anyGroup() bool { return s.open && len(s.fields)+len(s.patterns)+len(s.when) == 0 }

func joinFields(a, b []*field) []*field {
	out := slices.Clone(a)
	for _, f := range b {
		i := slices.IndexFunc(out, func(g *field) bool { return g.name == f.name })
		if i < 0 {
			out = append(out, f)
			continue
		}
		g := *out[i]
		g.shape = both(g.shape, f.shape)
		g.presence = stronger(g.presence, f.presence)
		g.doc, g.says, g.example = firstOf(f.doc, g.doc), firstOf(f.says, g.says), firstOf(f.example, g.example)
		out[i] = &g
	}
	return out
}

// stronger is the presence of a field that two shapes name: regular wins over required, required over optional.
func stronger(a, b presence) presence {
	switch {
	case a == regular || b == regular:
		return regular
	case a == required || b == required:
		return required
	}
	return optional
}

func joinLists(out, a, b *shape) {
	if a.kinds&isList == 0 || b.kinds&isList == 0 {
		return
	}
	n := max(len(a.prefix), len(b.prefix))
	out.prefix = make([]*shape, 0, n)
	for i := range n {
		out.prefix = append(out.prefix, both(a.item(i), b.item(i)))
	}
	switch {
	case a.elem != nil && b.elem != nil:
		out.elem = both(a.elem, b.elem)
	case a.anyList():
		out.elem = b.elem
	case b.anyList():
		out.elem = a.elem
	default:
		out.elem = nil
	}
	out.minItems = max(a.minItems, b.minItems)
	out.maxItems = a.maxItems
	if b.maxItems >= 0 && (out.maxItems < 0 || b.maxItems < out.maxItems) {
		out.maxItems = b.maxItems
	}
	out.unique = a.unique || b.unique
}

// anyList reports whether a shape says nothing about items; their number may still be bounded.
func (s *shape) anyList() bool { return s.elem == nil && len(s.prefix) == 0 && s.maxItems != 0 }

// item is the shape of the i-th item of a list.
func (s *shape) item(i int) *shape {
	switch {
	case i < len(s.prefix):
		return s.prefix[i]
	case s.elem != nil:
		return s.elem
	}
	return top()
}

func commonChoices(a, b []choice) []choice {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	return slices.DeleteFunc(slices.Clone(a), func(c choice) bool { return !slices.Contains(b, c) })
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
