package schema

import (
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"

	"example.org/muniment/internal/tree"
)

// surely says of a value that it fits for certain: CUE would accept it and add nothing. False means that it is not known, and
// then CUE is asked. Nothing follows from false, so its answer is never turned round.
type surely func(n *tree.Node) bool

func unknown(*tree.Node) bool { return false }

// checked is an expression of CUE in compiled form.
type checked struct {
	fits  surely
	known bool   // nothing about the expression was left out, so that it may stand beside others in a disjunction
	wide  bool   // it may take lists or groups
	group *group // when it is one, for embedding
}

func notKnown() checked { return checked{fits: unknown, wide: true} }

func scalar(fits surely) checked { return checked{fits: fits, known: true} }

// surety compiles expressions into checks. It takes each part of a conjunction for itself: a value to which every part adds
// nothing is one to which their conjunction adds nothing. What it does not know by name becomes unknown: references to
// fields, arithmetic, comprehensions other than `if`, hidden fields, aliases, let clauses, attributes, several definitions
// of one name.
type surety struct {
	definitions map[string]*definition
	others      map[string]bool // names in the package that are no definitions
	off         bool            // something at the top of a file may reach into every definition
}

type definition struct {
	field   *ast.Field
	imports map[string]string // of its file: the path by name
	twice   bool
	busy    bool
	done    *checked
}

// scope holds the names that an expression sees before those of the package.
type scope struct {
	names   []string
	around  *scope
	imports map[string]string
}

func (s *scope) has(name string) bool {
	for ; s != nil; s = s.around {
		if slices.Contains(s.names, name) {
			return true
		}
	}
	return false
}

func (s *scope) within(names []string) *scope {
	return &scope{names: names, around: s, imports: s.imports}
}

func newSurety() *surety {
	return &surety{definitions: make(map[string]*definition), others: make(map[string]bool)}
}

func (c *surety) addFile(f *ast.File) {
	imports := make(map[string]string)
	for _, d := range f.Decls {
		switch x := d.(type) {
		case *ast.Package, *ast.CommentGroup:
		case *ast.ImportDecl:
			for _, spec := range x.Specs {
				path, err := literal.Unquote(spec.Path.Value)
				if err != nil || spec.Name != nil {
					c.off = true
				}
				imports[path[strings.LastIndexByte(path, '/')+1:]] = path
			}
		case *ast.Field:
			name, isIdent, err := ast.LabelName(x.Label)
			_, aliased := x.Label.(*ast.Alias)
			switch {
			case err != nil, aliased, x.Alias != nil:
				c.off = true
			case isIdent && strings.HasPrefix(name, "#"):
				if d := c.definitions[name]; d != nil {
					d.twice = true
					continue
				}
				c.definitions[name] = &definition{field: x, imports: imports}
			default:
				c.others[name] = true
			}
		default:
			c.off = true
		}
	}
}

// definition gives the compiled form of a definition, compiled once.
func (c *surety) definition(name string) checked {
	d := c.definitions[name]
	if d == nil || c.off || d.twice || d.busy || d.field.Constraint != token.ILLEGAL || !onlyWords(d.field.Attrs) {
		return notKnown()
	}
	if d.done == nil {
		d.busy = true
		done := c.expr(d.field.Value, &scope{imports: d.imports})
		d.busy = false
		d.done = &done
	}
	return *d.done
}

// onlyWords reports whether attributes are for readers alone.
func onlyWords(attrs []*ast.Attribute) bool {
	for _, a := range attrs {
		if key, _ := a.Split(); key != "says" && key != "example" {
			return false
		}
	}
	return true
}

func (c *surety) expr(e ast.Expr, sc *scope) checked {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return c.expr(x.X, sc)
	case *ast.Ident:
		return c.ident(x.Name, sc)
	case *ast.BasicLit:
		if ch, ok := sureChoice(x); ok {
			return scalar(ch.equals())
		}
	case *ast.UnaryExpr:
		return c.unary(x)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.AND:
			return c.conjunction(x, sc)
		case token.OR:
			return c.disjunction(x, sc)
		}
	case *ast.StructLit:
		return c.structure(x, sc)
	case *ast.ListLit:
		return c.list(x, sc)
	case *ast.CallExpr:
		return c.call(x, sc)
	}
	return notKnown()
}

func (c *surety) ident(name string, sc *scope) checked {
	switch {
	case sc.has(name):
		return notKnown()
	case strings.HasPrefix(name, "#"):
		return c.definition(name)
	case c.others[name], sc.imports[name] != "":
		return notKnown()
	}
	switch name {
	case "_":
		return checked{fits: func(*tree.Node) bool { return true }, known: true, wide: true}
	case "string":
		return scalar(isText)
	case "int":
		return scalar(func(n *tree.Node) bool { return n.Kind == tree.Int })
	case "float":
		return scalar(func(n *tree.Node) bool { return n.Kind == tree.Number })
	case "number":
		return scalar(func(n *tree.Node) bool { return n.Kind == tree.Int || n.Kind == tree.Number })
	case "bool":
		return scalar(func(n *tree.Node) bool { return n.Kind == tree.Bool })
	}
	return notKnown()
}

func isText(n *tree.Node) bool { return n.Kind == tree.String }

// sureChoice reads a fixed value that is written plainly.
func sureChoice(e ast.Expr) (choice, bool) {
	ch, ok := exprChoice(e)
	if !ok || ch.kind == isNull || ch.kind&(isInt|isNumber) != 0 && !plainNumber(e) {
		return choice{}, false
	}
	return ch, true
}

// plainNumber keeps to digits, so that 1.5K and 0x10 are left to CUE.
func plainNumber(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return plainNumber(x.X)
	case *ast.UnaryExpr:
		return plainNumber(x.X)
	case *ast.BasicLit:
		return strings.Trim(x.Value, "0123456789.") == "" && len(x.Value) <= 30
	}
	return false
}

// equals is the compiled form of one fixed value. CUE keeps 1 and 1.0 apart, and so do we.
func (ch choice) equals() surely {
	kind := map[kinds]tree.Kind{isString: tree.String, isInt: tree.Int, isNumber: tree.Number, isBool: tree.Bool}[ch.kind]
	if kind == tree.Number {
		return func(n *tree.Node) bool { return n.Kind == kind && short(n) && allows([]choice{ch}, n) }
	}
	return func(n *tree.Node) bool { return n.Kind == kind && n.Text == ch.text } // strict reading leaves one form of a whole number
}

// short holds for decimals that surely pass through a binary64 number and back.
func short(n *tree.Node) bool { return len(n.Text) <= 20 }

func (c *surety) unary(x *ast.UnaryExpr) checked {
	switch x.Op {
	case token.MAT, token.NMAT:
		source, ok := literalText(x.X)
		if !ok {
			return notKnown()
		}
		a, err := newAutomaton(source)
		if err != nil {
			return notKnown()
		}
		want := x.Op == token.MAT
		return scalar(func(n *tree.Node) bool { return n.Kind == tree.String && a.matches(n.Text) == want })
	case token.GEQ, token.GTR, token.LEQ, token.LSS, token.NEQ:
		limit, ok := sureChoice(x.X)
		switch {
		case !ok:
		case limit.kind == isInt || limit.kind == isNumber:
			return numberBound(x.Op, limit.text)
		case limit.kind == isString && x.Op == token.NEQ:
			return scalar(func(n *tree.Node) bool { return n.Kind == tree.String && n.Text != limit.text })
		}
		return notKnown()
	}
	if ch, ok := sureChoice(x); ok { // -1
		return scalar(ch.equals())
	}
	return notKnown()
}

// numberBound compares exactly, however large the numbers are.
func numberBound(op token.Token, limit string) checked {
	bound, ok := new(big.Rat).SetString(limit)
	if !ok {
		return notKnown()
	}
	holds := func(order int) bool {
		switch op {
		case token.GEQ:
			return order >= 0
		case token.GTR:
			return order > 0
		case token.LEQ:
			return order <= 0
		case token.LSS:
			return order < 0
		default:
			return order != 0
		}
	}
	return scalar(func(n *tree.Node) bool {
		if n.Kind != tree.Int && n.Kind != tree.Number || !short(n) {
			return false
		}
		value, ok := new(big.Rat).SetString(n.Text)
		return ok && holds(value.Cmp(bound))
	})
}

// flat lists the operands of an operator that may be written in any order.
func flat(op token.Token, e ast.Expr, out []ast.Expr) []ast.Expr {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return flat(op, x.X, out)
	case *ast.BinaryExpr:
		if x.Op == op {
			return flat(op, x.Y, flat(op, x.X, out))
		}
	}
	return append(out, e)
}

func (c *surety) conjunction(x *ast.BinaryExpr, sc *scope) checked {
	all := checked{known: true, wide: true}
	var parts []surely
	for _, e := range flat(token.AND, x, nil) {
		p := c.expr(e, sc)
		all.known, all.wide = all.known && p.known, all.wide && p.wide
		parts = append(parts, p.fits)
	}
	all.fits = func(n *tree.Node) bool {
		for _, fits := range parts {
			if !fits(n) {
				return false
			}
		}
		return true
	}
	return all
}

// disjunction takes a value that one alternative takes. Of alternatives that may be lists or groups there may be one only:
// CUE keeps those side by side even when only one of them can be completed. A mark for the default changes nothing for a
// value that is there.
func (c *surety) disjunction(x *ast.BinaryExpr, sc *scope) checked {
	var parts []surely
	var words []string
	wide := 0
	for _, e := range flat(token.OR, x, nil) {
		if u, ok := e.(*ast.UnaryExpr); ok && u.Op == token.MUL {
			e = u.X
		}
		if text, ok := literalText(e); ok {
			words = append(words, text)
			continue
		}
		p := c.expr(e, sc)
		if !p.known {
			return notKnown()
		}
		if p.wide {
			wide++
		}
		parts = append(parts, p.fits)
	}
	if wide > 1 {
		return notKnown()
	}
	return checked{known: true, wide: wide > 0, fits: func(n *tree.Node) bool {
		if n.Kind == tree.String && slices.Contains(words, n.Text) {
			return true
		}
		for _, fits := range parts {
			if fits(n) {
				return true
			}
		}
		return false
	}}
}

func (c *surety) list(x *ast.ListLit, sc *scope) checked {
	var first []surely
	var rest surely
	known := true
	for i, e := range x.Elts {
		if dots, ok := e.(*ast.Ellipsis); ok && i == len(x.Elts)-1 {
			rest = func(*tree.Node) bool { return true }
			if dots.Type != nil {
				each := c.expr(dots.Type, sc)
				rest, known = each.fits, known && each.known
			}
			continue
		}
		if _, ok := e.(*ast.Comprehension); ok {
			return notKnown()
		}
		one := c.expr(e, sc)
		first, known = append(first, one.fits), known && one.known
	}
	return checked{known: known, wide: true, fits: func(n *tree.Node) bool {
		if n.Kind != tree.List || len(n.Items) < len(first) || rest == nil && len(n.Items) > len(first) {
			return false
		}
		for i, item := range n.Items {
			fits := rest
			if i < len(first) {
				fits = first[i]
			}
			if !fits(item) {
				return false
			}
		}
		return true
	}}
}

func (c *surety) call(x *ast.CallExpr, sc *scope) checked {
	sel, ok := x.Fun.(*ast.SelectorExpr)
	if !ok {
		return notKnown()
	}
	of, ok1 := sel.X.(*ast.Ident)
	name, ok2 := sel.Sel.(*ast.Ident)
	if !ok1 || !ok2 || sc.has(of.Name) || sc.imports[of.Name] != of.Name { // strings, list and time have paths like their names
		return notKnown()
	}
	var arg choice
	if len(x.Args) == 1 {
		arg, _ = sureChoice(x.Args[0])
	}
	count, err := strconv.Atoi(arg.text)
	isCount := arg.kind == isInt && err == nil && count >= 0
	switch fun := of.Name + "." + name.Name; {
	case fun == "strings.MinRunes" && isCount:
		return scalar(func(n *tree.Node) bool { return n.Kind == tree.String && utf8.RuneCountInString(n.Text) >= count })
	case fun == "strings.MaxRunes" && isCount:
		return scalar(func(n *tree.Node) bool {
			return n.Kind == tree.String && (len(n.Text) <= count || utf8.RuneCountInString(n.Text) <= count)
		})
	case fun == "list.MinItems" && isCount:
		return checked{known: true, wide: true, fits: func(n *tree.Node) bool { return n.Kind == tree.List && len(n.Items) >= count }}
	case fun == "list.MaxItems" && isCount:
		return checked{known: true, wide: true, fits: func(n *tree.Node) bool { return n.Kind == tree.List && len(n.Items) <= count }}
	case fun == "list.UniqueItems" && len(x.Args) == 0:
		return checked{known: true, wide: true, fits: differ}
	case fun == "time.Format" && arg.kind == isString:
		return scalar(func(n *tree.Node) bool {
			_, err := time.Parse(arg.text, n.Text)
			return n.Kind == tree.String && err == nil
		})
	}
	return notKnown()
}

// differ holds for lists of text in which no entry occurs twice.
func differ(n *tree.Node) bool {
	if n.Kind != tree.List {
		return false
	}
	seen := make(map[string]bool, len(n.Items))
	for _, item := range n.Items {
		if item.Kind != tree.String || seen[item.Text] {
			return false
		}
		seen[item.Text] = true
	}
	return true
}

// textPattern compiles what may stand in [pattern]: …, of which it must be known both when it fits and when it does not.
func (c *surety) textPattern(e ast.Expr, sc *scope) (func(string) bool, bool) {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return c.textPattern(x.X, sc)
	case *ast.Ident:
		switch {
		case sc.has(x.Name), c.others[x.Name], sc.imports[x.Name] != "":
		case x.Name == "string":
			return func(string) bool { return true }, true
		case strings.HasPrefix(x.Name, "#") && c.definition(x.Name).known:
			d := c.definitions[x.Name]
			return c.textPattern(d.field.Value, &scope{imports: d.imports})
		}
	case *ast.BasicLit:
		text, ok := literalText(x)
		return func(name string) bool { return name == text }, ok
	case *ast.UnaryExpr:
		source, ok := literalText(x.X)
		re, err := regexp.Compile(source)
		if ok && err == nil && x.Op == token.MAT {
			return re.MatchString, true
		}
	case *ast.BinaryExpr:
		a, ok1 := c.textPattern(x.X, sc)
		b, ok2 := c.textPattern(x.Y, sc)
		switch {
		case !ok1 || !ok2:
		case x.Op == token.AND:
			return func(name string) bool { return a(name) && b(name) }, true
		case x.Op == token.OR:
			return func(name string) bool { return a(name) || b(name) }, true
		}
	}
	return nil, false
}
