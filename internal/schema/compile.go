package schema

import (
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/token"
)

// compiler turns CUE syntax into shapes. What it does not understand becomes an opaque part of the shape.
type compiler struct {
	names       []string // of definitions, in the order of the files
	definitions map[string]*ast.Field
	shapes      map[string]*shape
	compiling   map[string]bool
	open        bool // structs are open: a constraint, not a definition
}

func newCompiler() *compiler {
	return &compiler{definitions: make(map[string]*ast.Field), shapes: make(map[string]*shape), compiling: make(map[string]bool)}
}

func (c *compiler) addFile(f *ast.File) {
	for _, d := range f.Decls {
		field, ok := d.(*ast.Field)
		if !ok {
			continue
		}
		name, _, err := ast.LabelName(field.Label)
		if err != nil || !strings.HasPrefix(name, "#") {
			continue
		}
		if _, twice := c.definitions[name]; !twice {
			c.names = append(c.names, name)
			c.definitions[name] = field
		}
	}
}

// definition returns the shape of a definition, compiled once.
func (c *compiler) definition(name string) *shape {
	if s, ok := c.shapes[name]; ok {
		return s
	}
	f, ok := c.definitions[name]
	if !ok || c.compiling[name] {
		return opaque(ast.NewIdent(name)) // not of this package, or a definition within itself
	}
	c.compiling[name] = true
	s := *c.expr(f.Value)
	delete(c.compiling, name)
	s.name, s.doc = name, docOf(f)
	s.says = firstOf(attribute(f, "says"), s.says)
	c.shapes[name] = &s
	return &s
}

func opaque(n ast.Node) *shape {
	s := top()
	s.opaque = []ast.Node{n}
	return s
}

func (c *compiler) expr(e ast.Expr) *shape {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return c.expr(x.X)
	case *ast.Ident:
		return c.ident(x)
	case *ast.BasicLit:
		if ch, ok := literalChoice(x); ok {
			return &shape{kinds: ch.kind, choices: []choice{ch}, maxItems: -1, open: true}
		}
	case *ast.BottomLit:
		return &shape{never: true, maxItems: -1}
	case *ast.UnaryExpr:
		return c.unary(x)
	case *ast.BinaryExpr:
		switch x.Op {
		case token.AND:
			return both(c.expr(x.X), c.expr(x.Y))
		case token.OR:
			return c.disjunction(x)
		}
	case *ast.StructLit:
		return c.structure(x)
	case *ast.ListLit:
		return c.list(x)
	case *ast.CallExpr:
		return c.call(x)
	}
	return opaque(e)
}

func (c *compiler) ident(x *ast.Ident) *shape {
	if strings.HasPrefix(x.Name, "#") {
		return c.definition(x.Name)
	}
	s := top()
	switch x.Name {
	case "_":
	case "string":
		s.kinds = isString
	case "int":
		s.kinds = isInt
	case "number":
		s.kinds = isInt | isNumber
	case "float":
		s.kinds = isNumber
	case "bool":
		s.kinds = isBool
	case "null":
		s.kinds = isNull
	default:
		return opaque(x)
	}
	return s
}

func (c *compiler) unary(x *ast.UnaryExpr) *shape {
	switch x.Op {
	case token.MUL: // a default, outside a disjunction
		s := *c.expr(x.X)
		s.hasDefault = true
		return &s
	case token.MAT, token.NMAT:
		source, ok := literalText(x.X)
		re, err := regexp.Compile(source)
		if !ok || err != nil {
			return opaque(x)
		}
		s := top()
		s.kinds = isString
		s.forms = []form{{re: re, not: x.Op == token.NMAT, source: source}}
		return s
	case token.GEQ, token.GTR, token.LEQ, token.LSS, token.NEQ:
		limit, ok := exprChoice(x.X)
		if !ok || limit.kind == isBool || limit.kind == isNull {
			return opaque(x)
		}
		s := top()
		s.kinds = isString
		of := isString
		if limit.kind != isString {
			s.kinds, of = isInt|isNumber, isNumber
		}
		s.bounds = []bound{{x.Op.String(), limit.text, of}}
		return s
	}
	if ch, ok := exprChoice(x); ok {
		return &shape{kinds: ch.kind, choices: []choice{ch}, maxItems: -1, open: true}
	}
	return opaque(x)
}

// disjunction keeps plain values as choices and everything else as alternatives.
func (c *compiler) disjunction(x *ast.BinaryExpr) *shape {
	var parts []*shape
	hasDefault := false
	var flatten func(e ast.Expr)
	flatten = func(e ast.Expr) {
		switch y := e.(type) {
		case *ast.ParenExpr:
			flatten(y.X)
			return
		case *ast.BinaryExpr:
			if y.Op == token.OR {
				flatten(y.X)
				flatten(y.Y)
				return
			}
		case *ast.UnaryExpr:
			if y.Op == token.MUL {
				hasDefault = true
				flatten(y.X)
				return
			}
		}
		parts = append(parts, c.expr(e))
	}
	flatten(x)
	return alternatives(parts, hasDefault)
}

func alternatives(parts []*shape, hasDefault bool) *shape {
	s := &shape{maxItems: -1, open: true, hasDefault: hasDefault}
	plainChoices, composite := true, 0
	for _, p := range parts {
		if p.kinds&(isMap|isList) != 0 {
			composite++
		}
		s.kinds |= p.kinds
		plainChoices = plainChoices && p.choices != nil && len(p.forms)+len(p.bounds)+len(p.other)+len(p.opaque) == 0
	}
	if !plainChoices {
		s.other = parts
		if composite > 1 { // CUE keeps such alternatives side by side even when only one can be completed
			s.opaque = append(s.opaque, nil)
		}
		return s
	}
	for _, p := range parts {
		s.choices = append(s.choices, p.choices...)
	}
	return s
}

func (c *compiler) structure(x *ast.StructLit) *shape {
	s := &shape{kinds: isMap, maxItems: -1, open: c.open}
	embedded := top()
	for _, d := range x.Elts {
		switch y := d.(type) {
		case *ast.Field:
			c.fieldDecl(s, y)
		case *ast.Ellipsis:
			s.open = true
		case *ast.EmbedDecl:
			embedded = embed(embedded, c.expr(y.Expr))
		case *ast.Comprehension:
			c.comprehension(s, y)
		case *ast.CommentGroup:
		default: // let clauses, attributes such as @embed, …
			s.opaque = append(s.opaque, d)
		}
	}
	if embedded.isTop() {
		return s
	}
	return embed(embedded, s)
}

// embed joins what is written inside the same braces: the fields of one are allowed by the other.
func embed(a, b *shape) *shape {
	if a.isTop() {
		return b
	}
	joined := *both(a, b)
	joined.open = a.open && !a.anyGroup() || b.open && !b.anyGroup()
	return &joined
}

func (c *compiler) fieldDecl(s *shape, f *ast.Field) {
	if list, ok := f.Label.(*ast.ListLit); ok && len(list.Elts) == 1 { // [pattern]: value
		key := c.expr(list.Elts[0])
		s.patterns = append(s.patterns, pattern{key, c.expr(f.Value)})
		s.opaque = append(s.opaque, key.opaque...)
		return
	}
	name, isIdent, err := ast.LabelName(f.Label)
	switch {
	case err != nil:
		s.opaque = append(s.opaque, f)
		return
	case isIdent && (name[0] == '#' || name[0] == '_'):
		if c.open {
			s.opaque = append(s.opaque, f)
		}
		return // no field of the data
	}
	for _, a := range f.Attrs {
		if key, _ := a.Split(); key != "says" && key != "example" {
			s.opaque = append(s.opaque, a)
		}
	}
	g := &field{name: name, shape: c.expr(f.Value), doc: docOf(f), says: attribute(f, "says"), example: attribute(f, "example")}
	if g.says != "" {
		described := *g.shape
		described.says = g.says
		g.shape = &described
	}
	switch f.Constraint {
	case token.OPTION:
		g.presence = optional
	case token.NOT:
		g.presence = required
	}
	s.fields = joinFields(s.fields, []*field{g})
}

func (c *compiler) comprehension(s *shape, x *ast.Comprehension) {
	var conditions []ast.Expr
	for _, clause := range x.Clauses {
		y, ok := clause.(*ast.IfClause)
		if !ok {
			s.opaque = append(s.opaque, x)
			return
		}
		conditions = append(conditions, y.Condition)
	}
	body, ok := x.Value.(*ast.StructLit)
	if !ok || x.Fallback != nil || c.open {
		s.opaque = append(s.opaque, x)
		return
	}
	s.when = append(s.when, conditional{conditions, c.structure(body)})
}

func (c *compiler) list(x *ast.ListLit) *shape {
	s := &shape{kinds: isList, open: true}
	for i, e := range x.Elts {
		if rest, ok := e.(*ast.Ellipsis); ok && i == len(x.Elts)-1 {
			s.maxItems = -1
			s.elem = top()
			if rest.Type != nil {
				s.elem = c.expr(rest.Type)
			}
			s.minItems = len(s.prefix)
			return s
		}
		if _, ok := e.(*ast.Comprehension); ok {
			return opaque(x)
		}
		s.prefix = append(s.prefix, c.expr(e))
	}
	s.minItems, s.maxItems = len(s.prefix), len(s.prefix)
	return s
}

func (c *compiler) call(x *ast.CallExpr) *shape {
	name := exprText(x.Fun)
	var arg choice
	var ok bool
	if len(x.Args) == 1 {
		arg, ok = exprChoice(x.Args[0])
	}
	n, err := strconv.Atoi(arg.text)
	isCount := ok && arg.kind == isInt && err == nil
	s := top()
	switch {
	case name == "strings.MinRunes" && isCount:
		s.kinds, s.bounds = isString, []bound{{">=", arg.text, 0}}
	case name == "strings.MaxRunes" && isCount:
		s.kinds, s.bounds = isString, []bound{{"<=", arg.text, 0}}
	case name == "list.MinItems" && isCount:
		s.kinds, s.minItems = isList, n
	case name == "list.MaxItems" && isCount:
		s.kinds, s.maxItems = isList, n
	case name == "list.UniqueItems" && len(x.Args) == 0:
		s.kinds, s.unique = isList, true
	case name == "time.Format" && ok && arg.kind == isString:
		s.kinds, s.forms = isString, []form{{layout: arg.text, source: arg.text}}
	default:
		return opaque(x)
	}
	return s
}

// literalChoice reads a literal of CUE as a fixed value.
func literalChoice(x *ast.BasicLit) (choice, bool) {
	switch x.Kind {
	case token.STRING:
		text, err := literal.Unquote(x.Value)
		bytes := strings.TrimLeft(x.Value, "#")[0] == '\''
		return choice{isString, text}, err == nil && !bytes
	case token.INT, token.FLOAT:
		var n literal.NumInfo
		if err := literal.ParseNum(x.Value, &n); err != nil {
			return choice{}, false
		}
		kind := isInt
		if x.Kind == token.FLOAT {
			kind = isNumber
		}
		text, ok := canonicalNumber(n.String())
		return choice{kind, text}, ok
	case token.TRUE, token.FALSE:
		return choice{isBool, x.Kind.String()}, true
	case token.NULL:
		return choice{isNull, "null"}, true
	}
	return choice{}, false
}

// exprChoice is literalChoice with a sign allowed.
func exprChoice(e ast.Expr) (choice, bool) {
	switch x := e.(type) {
	case *ast.ParenExpr:
		return exprChoice(x.X)
	case *ast.BasicLit:
		return literalChoice(x)
	case *ast.UnaryExpr:
		ch, ok := exprChoice(x.X)
		if !ok || x.Op != token.SUB || ch.kind&(isInt|isNumber) == 0 {
			return choice{}, false
		}
		text, ok := canonicalNumber("-" + ch.text)
		return choice{ch.kind, text}, ok
	}
	return choice{}, false
}

// canonicalNumber gives a number in one form, so that equal numbers have equal text.
func canonicalNumber(s string) (string, bool) {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return "", false
	}
	return r.RatString(), true
}

func literalText(e ast.Expr) (string, bool) {
	ch, ok := exprChoice(e)
	return ch.text, ok && ch.kind == isString
}

// exprText gives an expression as it is written.
func exprText(e ast.Node) string {
	if e == nil {
		return "a choice between several groups or lists"
	}
	if d, ok := e.(ast.Decl); ok { // the formatter takes declarations in files only
		e = &ast.File{Decls: []ast.Decl{d}}
	}
	text, err := format.Node(e)
	if err != nil {
		return fmt.Sprintf("%T", e)
	}
	return strings.TrimSpace(string(text))
}

// docOf returns the comment above a field, as one paragraph per block.
func docOf(n ast.Node) string {
	var blocks []string
	for _, g := range ast.Comments(n) {
		if g.Doc && g.Position == 0 {
			blocks = append(blocks, strings.TrimSpace(g.Text()))
		}
	}
	return strings.Join(blocks, "\n")
}

// attribute returns the text of an attribute such as @says("a day such as 2026-11-22").
func attribute(f *ast.Field, name string) string {
	for _, a := range f.Attrs {
		key, body := a.Split()
		if key != name {
			continue
		}
		if text, err := literal.Unquote(strings.TrimSpace(body)); err == nil {
			return text
		}
		return body
	}
	return ""
}
