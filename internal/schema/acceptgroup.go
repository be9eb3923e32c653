package schema

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"example.org/muniment/internal/tree"
)

// group is a struct in compiled form. A group is taken for closed unless it ends in "…", also where CUE would leave it open.
type group struct {
	members  []member
	byName   map[string]int // index into members
	needed   uint64         // the bits of members that must be there
	patterns []namePattern
	when     []branch
	open     bool
	doubtful bool // something in it is not understood, so it takes nothing
	vague    bool // what some field may be is not understood
}

type member struct {
	name string
	bit  uint64 // set when the field must be there: a value that CUE would have to fill in is one for CUE
	fits []surely
}

type namePattern struct {
	matches func(name string) bool
	fits    surely
}

// branch is `if condition { then }`.
type branch struct {
	condition condition
	then      *group
}

// condition says whether the condition of an `if` holds for a group. It is not known when it rests on a field that is not
// there, or on a value of another type.
type condition func(n *tree.Node) (holds, known bool)

// maxNeeded bounds fields that must be there and conditions, each of which is one bit.
const maxNeeded = 64

func (c *surety) structure(x *ast.StructLit, sc *scope) checked {
	g := &group{byName: make(map[string]int)}
	inside := sc.within(names(x))
	embeds := false
	for _, d := range x.Elts {
		switch y := d.(type) {
		case *ast.CommentGroup:
		case *ast.Field:
			c.groupField(g, y, inside)
		case *ast.Ellipsis:
			g.open = true
			g.doubtful = g.doubtful || y.Type != nil
		case *ast.EmbedDecl:
			embeds = true
			g.embed(c.expr(y.Expr, inside).group)
		case *ast.Comprehension:
			c.branch(g, y, x, inside)
		default:
			g.doubtful = true
		}
	}
	g.doubtful = g.doubtful || embeds && g.open || len(g.when) > maxNeeded
	return checked{fits: g.fits, known: !g.doubtful && !g.vague, wide: true, group: g}
}

// names lists the fields of a struct to which expressions inside it can refer.
func names(x *ast.StructLit) []string {
	var out []string
	for _, d := range x.Elts {
		if f, ok := d.(*ast.Field); ok {
			if id, ok := f.Label.(*ast.Ident); ok {
				out = append(out, id.Name)
			}
		}
	}
	return out
}

func (c *surety) groupField(g *group, f *ast.Field, sc *scope) {
	if f.Alias != nil || !onlyWords(f.Attrs) {
		g.doubtful = true
		return
	}
	if list, ok := f.Label.(*ast.ListLit); ok && len(list.Elts) == 1 && f.Constraint == token.ILLEGAL { // [pattern]: value
		matches, ok := c.textPattern(list.Elts[0], sc)
		g.doubtful = g.doubtful || !ok
		value := c.expr(f.Value, sc)
		g.vague = g.vague || !value.known
		g.patterns = append(g.patterns, namePattern{matches, value.fits})
		return
	}
	name, _, err := ast.LabelName(f.Label)
	if err != nil || odd(name) {
		g.doubtful = true
		return
	}
	value := c.expr(f.Value, sc)
	g.vague = g.vague || !value.known
	g.add(name, f.Constraint != token.OPTION, value.fits)
}

// odd holds for names that mean something else to CUE when they stand without quotes.
func odd(name string) bool { return name == "" || name[0] == '#' || name[0] == '_' }

func (g *group) add(name string, needed bool, fits ...surely) {
	i, ok := g.byName[name]
	if !ok {
		i = len(g.members)
		g.byName[name] = i
		g.members = append(g.members, member{name: name})
	}
	m := &g.members[i]
	m.fits = append(m.fits, fits...)
	if needed && m.bit == 0 {
		m.bit = g.needed + 1 // the lowest bit that is free: bits are given in order
		g.needed |= m.bit
		g.doubtful = g.doubtful || m.bit == 0
	}
}

// embed takes over what stands in another group: what either of the two allows is allowed, and what both ask for is asked.
func (g *group) embed(other *group) {
	if other == nil || other.doubtful || other.open {
		g.doubtful = true
		return
	}
	g.vague = g.vague || other.vague
	for _, m := range other.members {
		g.add(m.name, m.bit != 0, m.fits...)
	}
	g.patterns = append(g.patterns, other.patterns...)
	g.when = append(g.when, other.when...)
}

// branch takes `if` with plain fields in its body and a condition on fields that stand beside it in the same braces.
func (c *surety) branch(g *group, x *ast.Comprehension, around *ast.StructLit, sc *scope) {
	body, ok := x.Value.(*ast.StructLit)
	if !ok || x.Fallback != nil || len(x.Clauses) != 1 {
		g.doubtful = true
		return
	}
	clause, ok := x.Clauses[0].(*ast.IfClause)
	if !ok {
		g.doubtful = true
		return
	}
	then := &group{byName: make(map[string]int)}
	inside := sc.within(names(body))
	for _, d := range body.Elts {
		f, ok := d.(*ast.Field)
		if !ok {
			if _, ok := d.(*ast.CommentGroup); !ok {
				g.doubtful = true
			}
			continue
		}
		c.groupField(then, f, inside)
	}
	cond := newCondition(clause.Condition, names(around))
	if cond == nil || then.doubtful || len(then.patterns) > 0 {
		g.doubtful = true
		return
	}
	g.vague = g.vague || then.vague
	g.when = append(g.when, branch{cond, then})
}

func newCondition(e ast.Expr, fields []string) condition {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return newCondition(x.X, fields)
	case *ast.UnaryExpr:
		inner := newCondition(x.X, fields)
		if x.Op != token.NOT || inner == nil {
			return nil
		}
		return func(n *tree.Node) (holds, known bool) {
			holds, known = inner(n)
			return !holds, known
		}
	case *ast.Ident, *ast.SelectorExpr:
		path, ok := fieldPath(x, fields)
		if !ok {
			return nil
		}
		return func(n *tree.Node) (holds, known bool) {
			v := follow(n, path)
			return v != nil && v.Text == "true", v != nil && v.Kind == tree.Bool
		}
	case *ast.BinaryExpr:
		switch x.Op {
		case token.LAND, token.LOR:
			a, b := newCondition(x.X, fields), newCondition(x.Y, fields)
			if a == nil || b == nil {
				return nil
			}
			and := x.Op == token.LAND
			return func(n *tree.Node) (holds, known bool) {
				first, known1 := a(n)
				second, known2 := b(n)
				return and && first && second || !and && (first || second), known1 && known2
			}
		case token.EQL, token.NEQ:
			return comparison(x, fields)
		}
	}
	return nil
}

// comparison compares a field with a fixed value of the field's own type.
func comparison(x *ast.BinaryExpr, fields []string) condition {
	name, value := x.X, x.Y
	want, ok := sureChoice(value)
	if !ok {
		name, value = x.Y, x.X
		want, ok = sureChoice(value)
	}
	path, ok2 := fieldPath(name, fields)
	if !ok || !ok2 || want.kind&(isString|isInt|isBool) == 0 {
		return nil
	}
	equal := x.Op == token.EQL
	return func(n *tree.Node) (holds, known bool) {
		v := follow(n, path)
		if v == nil || kindOf(v) != want.kind {
			return false, false
		}
		return (v.Text == want.text) == equal, true
	}
}

// fieldPath reads a.b, where a must be one of the fields.
func fieldPath(e ast.Expr, fields []string) ([]string, bool) {
	switch x := e.(type) {
	case *ast.Ident:
		for _, f := range fields {
			if f == x.Name {
				return []string{x.Name}, true
			}
		}
	case *ast.SelectorExpr:
		before, ok := fieldPath(x.X, fields)
		name, _, err := ast.LabelName(x.Sel)
		return append(before, name), ok && err == nil && !odd(name)
	}
	return nil, false
}

func follow(n *tree.Node, path []string) *tree.Node {
	for _, name := range path {
		n = n.Get(name)
	}
	return n
}

func (g *group) fits(n *tree.Node) bool {
	if n.Kind != tree.Map || g.doubtful {
		return false
	}
	var active uint64 // of the branches
	for i := range g.when {
		holds, known := g.when[i].condition(n)
		if !known {
			return false
		}
		if holds {
			active |= 1 << i
			if !g.when[i].then.present(n) {
				return false
			}
		}
	}
	var there uint64
	next := 0 // fields mostly come in the order of the schema
	for i := range n.Fields {
		f := &n.Fields[i]
		known := false
		m, ok := g.member(f.Key, next)
		if ok {
			known, next = true, m+1
			there |= g.members[m].bit
			if !all(g.members[m].fits, f.Value) {
				return false
			}
		}
		for k := range g.when {
			if active&(1<<k) == 0 {
				continue
			}
			if m, ok := g.when[k].then.member(f.Key, 0); ok {
				known = true
				if !all(g.when[k].then.members[m].fits, f.Value) {
					return false
				}
			}
		}
		if odd(f.Key) {
			return false
		}
		for _, p := range g.patterns {
			if p.matches(f.Key) {
				known = true
				if !p.fits(f.Value) {
					return false
				}
			}
		}
		if !known && !g.open {
			return false
		}
	}
	return there == g.needed
}

// member finds a field by its name, looking first where it is expected.
func (g *group) member(name string, expected int) (int, bool) {
	if expected < len(g.members) && g.members[expected].name == name {
		return expected, true
	}
	i, ok := g.byName[name]
	return i, ok
}

// present reports whether a group has every field that must be there.
func (g *group) present(n *tree.Node) bool {
	for i := range g.members {
		if g.members[i].bit != 0 && n.Get(g.members[i].name) == nil {
			return false
		}
	}
	return true
}

func all(checks []surely, n *tree.Node) bool {
	for _, fits := range checks {
		if !fits(n) {
			return false
		}
	}
	return true
}
