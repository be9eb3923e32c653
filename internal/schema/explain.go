package schema

import (
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"example.org/muniment/internal/tree"
)

// problem is one thing that a shape has against a value.
type problem struct {
	path         string
	line, column int
	code         string
	want         string // "be one of a, b" as it follows "must"
	is           string // what it is instead, when that can be said without the value: "text", "3 entries"
	remedy       string
	missing      bool
	because      string // the condition under which this is asked
}

// explainer walks a value and its shape together and collects problems in the order of the file.
type explainer struct {
	problems []problem
	frames   []frame // the groups around the current value, the innermost last
	because  string
	short    bool // without remedies
}

type frame struct {
	shape *shape
	node  *tree.Node
}

func explain(s *shape, n *tree.Node) []problem {
	var e explainer
	e.value(s, n, "")
	return e.problems
}

func (e *explainer) add(n *tree.Node, path, code, want, is, remedy string) {
	e.problems = append(e.problems, problem{path: path, line: n.Line, column: n.Column, code: code, want: want, is: is, remedy: remedy, because: e.because})
}

// value checks one value. A value has at most one problem of its own; groups and lists have those of their parts.
func (e *explainer) value(s *shape, n *tree.Node, path string) {
	switch {
	case s.never:
		e.add(n, path, "conflicting-fields", "be left out", "", "delete this field, or change the one it conflicts with")
	case len(s.other) > 0:
		e.alternatives(s, n, path)
	case s.kinds&kindOf(n) == 0:
		e.add(n, path, "wrong-type", "be "+typeWords(s.kinds), kindWord(kindOf(n)), typeRemedy(s, n))
	case n.Kind == tree.Map:
		e.group(s, n, path)
	case n.Kind == tree.List:
		e.list(s, n, path)
	default:
		e.scalar(s, n, path)
	}
}

func (e *explainer) scalar(s *shape, n *tree.Node, path string) {
	if s.choices != nil && !allows(s.choices, n) {
		remedy := ""
		if !e.short {
			remedy = choiceRemedy(s.choices, n)
		}
		e.add(n, path, "not-a-choice", "be "+choiceWords(s.choices), "", remedy)
		return
	}
	for _, f := range s.forms {
		if !f.fits(n.Text) {
			want := "match the pattern " + f.source
			switch {
			case s.says != "":
				want = "be " + s.says
			case f.re == nil:
				want = "be a time in the form " + f.source
			case f.not:
				want = "not match the pattern " + f.source
			}
			e.add(n, path, "wrong-form", want, "", formRemedy(s))
			return
		}
	}
	for _, b := range s.bounds {
		if !b.fits(n.Text) {
			e.add(n, path, boundCode(b), "be "+boundsWords(s, b.of), "", "write a value within these bounds")
			return
		}
	}
}

// boundCode tells text that is too short or long from a number out of range: the first is a matter of form.
func boundCode(b bound) string {
	if b.of == isNumber {
		return "out-of-range"
	}
	return "wrong-form"
}

func (f form) fits(text string) bool {
	if f.re == nil {
		_, err := time.Parse(f.layout, text)
		return err == nil
	}
	return f.re.MatchString(text) != f.not
}

func (b bound) fits(text string) bool {
	var order int
	switch b.of {
	case isNumber:
		x, ok := new(big.Rat).SetString(text)
		limit, ok2 := new(big.Rat).SetString(b.limit)
		if !ok || !ok2 {
			return false
		}
		order = x.Cmp(limit)
	case isString:
		switch {
		case text < b.limit:
			order = -1
		case text > b.limit:
			order = 1
		}
	default:
		limit, _ := strconv.Atoi(b.limit)
		order = utf8.RuneCountInString(text) - limit
	}
	switch b.op {
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	default: // !=
		return order != 0
	}
}

func allows(choices []choice, n *tree.Node) bool {
	text := n.Text
	if n.Kind == tree.Int || n.Kind == tree.Number {
		text, _ = canonicalNumber(text)
	}
	for _, c := range choices {
		if c.kind == kindOf(n) && c.text == text {
			return true
		}
	}
	return false
}

// alternatives accepts a value that fits one of several shapes. When none fits, it reports the one that comes nearest: of
// the right type, and with the fewest problems.
func (e *explainer) alternatives(s *shape, n *tree.Node, path string) {
	var nearest []problem
	for _, a := range s.other {
		sub := explainer{frames: e.frames, because: e.because, short: e.short}
		sub.value(a, n, path)
		if len(sub.problems) == 0 {
			rest := *s // what is asked of all alternatives
			rest.other = nil
			e.value(&rest, n, path)
			return
		}
		if a.kinds&kindOf(n) != 0 && (nearest == nil || len(sub.problems) < len(nearest)) {
			nearest = sub.problems
		}
	}
	if nearest == nil {
		e.add(n, path, "wrong-type", "be "+typeWords(s.kinds), kindWord(kindOf(n)), typeRemedy(s, n))
		return
	}
	e.problems = append(e.problems, nearest...)
}

func (e *explainer) list(s *shape, n *tree.Node, path string) {
	switch count := len(n.Items); {
	case count < s.minItems:
		e.add(n, path, "too-few", "have at least "+entries(s.minItems), countWord(count), "add what is missing")
	case s.maxItems >= 0 && count > s.maxItems:
		e.add(n, path, "too-many", "have at most "+entries(s.maxItems), countWord(count), "remove what is too much")
	}
	for i, item := range n.Items {
		if i >= len(s.prefix) && s.elem == nil && !s.anyList() {
			break
		}
		e.value(s.item(i), item, join(path, strconv.Itoa(i)))
	}
	if !s.unique {
		return
	}
	seen := make(map[string]bool, len(n.Items))
	for i, item := range n.Items {
		text := string(item.AppendJSON(nil))
		if seen[text] {
			e.add(item, join(path, strconv.Itoa(i)), "conflicting-fields", "differ from every other entry", "", "remove the repeated entry")
		}
		seen[text] = true
	}
}

func (e *explainer) group(s *shape, n *tree.Node, path string) {
	e.frames = append(e.frames, frame{s, n})
	active := e.active(s)
	for i := range n.Fields {
		f := &n.Fields[i]
		e.member(s, active, f, join(path, f.Key))
	}
	e.absent(s, n, path, "")
	for _, c := range active {
		e.absent(c.shape, n, path, c.because)
	}
	e.frames = e.frames[:len(e.frames)-1]
}

// reason is a conditional part of a shape that applies, with the condition in words.
type reason struct {
	shape   *shape
	because string
}

// active finds the conditional parts that apply to the innermost group. One whose condition cannot be decided does not.
func (e *explainer) active(s *shape) []reason {
	var out []reason
	for _, c := range s.when {
		holds, words := true, ""
		for _, cond := range c.conditions {
			v, known := e.condition(cond)
			holds = holds && known && v
			words = conditionWords(cond)
		}
		if holds {
			out = append(out, reason{c.then, words})
		}
	}
	return out
}

// member checks one field of a group against everything the shape says about it.
func (e *explainer) member(s *shape, active []reason, f *tree.Field, path string) {
	before := len(e.problems)
	known := e.fieldOf(s, f, path)
	for _, c := range active {
		if len(e.problems) > before {
			break // one problem for one value
		}
		e.because = c.because
		known = e.fieldOf(c.shape, f, path) || known
		e.because = ""
	}
	if known || s.open {
		return
	}
	for _, c := range s.when { // a field of a condition that does not hold now
		if c.then.field(f.Key) != nil {
			e.problems = append(e.problems, problem{
				path: path, line: f.Line, column: f.Column, code: "conflicting-fields",
				want: "be left out unless " + conditionWords(c.conditions[len(c.conditions)-1]), remedy: "delete this field, or change the one it conflicts with",
			})
			return
		}
	}
	e.problems = append(e.problems, problem{
		path: path, line: f.Line, column: f.Column, code: "unknown-field",
		remedy: unknownRemedy(s, active, f.Key),
	})
}

func (e *explainer) fieldOf(s *shape, f *tree.Field, path string) (known bool) {
	if g := s.field(f.Key); g != nil {
		e.value(g.shape, f.Value, path)
		return true
	}
	for _, p := range s.patterns {
		if keyFits(p.key, f.Key) {
			e.value(p.value, f.Value, path)
			return true
		}
	}
	return false
}

func keyFits(key *shape, name string) bool {
	return len(explain(key, &tree.Node{Kind: tree.String, Text: name})) == 0
}

// absent reports fields that must be there and are not.
func (e *explainer) absent(s *shape, n *tree.Node, path, because string) {
	for _, f := range s.fields {
		if f.presence == optional || n.Get(f.name) != nil {
			continue
		}
		e.missing(f, n, join(path, f.name), because)
	}
}

// missing reports a field that is not there, unless the schema fills it in. A group that is there by the schema alone may
// itself ask for fields.
func (e *explainer) missing(f *field, nearest *tree.Node, path, because string) {
	s := f.shape
	if f.presence == regular {
		switch {
		case s.hasDefault, s.never, len(s.choices) == 1, s.kinds == isList && s.minItems == 0 && len(s.opaque) == 0 && s.elem != nil:
			return
		case s.kinds == isMap && len(s.other) == 0:
			for _, g := range s.fields {
				if g.presence != optional {
					e.missing(g, nearest, join(path, g.name), because)
				}
			}
			return
		}
	}
	for _, p := range e.problems {
		if p.path == path && p.missing {
			return // asked for by two parts of the shape
		}
	}
	e.problems = append(e.problems, problem{
		path: path, line: nearest.Line, column: nearest.Column, code: "missing-field",
		want: "be present", remedy: missingRemedy(f), missing: true, because: because,
	})
}

// condition evaluates the condition of an `if` on the data. Known is false when it rests on a field that is not there or
// on something the model does not understand.
func (e *explainer) condition(x ast.Expr) (value, known bool) {
	switch y := x.(type) {
	case *ast.ParenExpr:
		return e.condition(y.X)
	case *ast.UnaryExpr:
		if y.Op == token.NOT {
			v, ok := e.condition(y.X)
			return !v, ok
		}
	case *ast.BinaryExpr:
		return e.binary(y)
	case *ast.Ident, *ast.SelectorExpr:
		if n := e.lookup(y); n != nil && n.Kind == tree.Bool {
			return n.Text == "true", true
		}
	}
	return false, false
}

func (e *explainer) binary(x *ast.BinaryExpr) (value, known bool) {
	switch x.Op {
	case token.LAND, token.LOR:
		a, ok1 := e.condition(x.X)
		b, ok2 := e.condition(x.Y)
		if x.Op == token.LAND {
			return a && b, ok1 && ok2
		}
		return a || b, ok1 && ok2
	case token.EQL, token.NEQ:
		field, other := x.X, x.Y
		if _, ok := other.(*ast.BottomLit); ok { // presence
			return (e.lookup(field) == nil) == (x.Op == token.EQL), true
		}
		want, ok := exprChoice(other)
		if !ok {
			field = x.Y
			want, ok = exprChoice(x.X)
		}
		n := e.lookup(field)
		if !ok || n == nil {
			return false, false
		}
		return allows([]choice{want}, n) == (x.Op == token.EQL), true
	}
	return false, false
}

// lookup finds the value that a name in a condition stands for: a field of the innermost group whose shape has it.
func (e *explainer) lookup(x ast.Expr) *tree.Node {
	switch y := x.(type) {
	case *ast.Ident:
		for i := len(e.frames) - 1; i >= 0; i-- {
			if e.frames[i].shape.field(y.Name) != nil {
				return e.frames[i].node.Get(y.Name)
			}
		}
	case *ast.SelectorExpr:
		name, _, err := ast.LabelName(y.Sel)
		if err == nil {
			return e.lookup(y.X).Get(name)
		}
	}
	return nil
}

func join(path, step string) string {
	if path == "" {
		return step
	}
	return path + "." + step
}
