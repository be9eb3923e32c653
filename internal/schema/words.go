package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/token"

	"example.org/muniment/internal/spelling"
	"example.org/muniment/internal/tree"
)

// Everything that people read about a shape is put into words here.

func kindWord(k kinds) string {
	switch k {
	case isString:
		return "text"
	case isInt:
		return "a whole number"
	case isNumber:
		return "a number with a decimal point"
	case isInt | isNumber:
		return "a number"
	case isBool:
		return "true or false"
	case isList:
		return "a list"
	case isMap:
		return "a group of fields"
	}
	return "a value"
}

// kindWords says which types a shape allows; a shape with a description of its own says that.
func kindWords(s *shape) string {
	if len(s.other) == 0 && s.choices == nil && s.says != "" {
		return s.says
	}
	return typeWords(s.kinds)
}

func typeWords(k kinds) string {
	const number = isInt | isNumber
	var words []string
	for _, one := range []kinds{isString, number, isBool, isList, isMap} {
		if k&one != 0 {
			words = append(words, kindWord(k&one))
		}
	}
	if len(words) == 0 {
		return "left out"
	}
	return either(words)
}

func typeRemedy(s *shape, n *tree.Node) string {
	k := s.kinds
	switch {
	case s.choices != nil:
		return "write " + choiceWords(s.choices)
	case k&isString != 0 && len(explain(s, &tree.Node{Kind: tree.String, Text: n.Text})) == 0 && n.Text != "":
		return "put quotes around it"
	case k&isString != 0 && s.says != "":
		return "write " + s.says
	case k == isInt && n.Kind == tree.String:
		return "write a plain whole number, without quotes or units"
	case k&(isInt|isNumber) != 0 && n.Kind == tree.String:
		return "write a plain number, without quotes or units"
	case k == isBool:
		return "write true or false, without quotes"
	case k == isList:
		return "write one entry per line, each beginning with \"- \""
	case k == isMap:
		return "write its fields on the lines below, each indented by two spaces"
	}
	return "write " + kindWords(s)
}

func formRemedy(s *shape) string {
	if s.says != "" {
		return "write " + s.says
	}
	return "write it in that form"
}

func choiceWords(choices []choice) string {
	if len(choices) == 1 {
		return choices[0].text
	}
	words := make([]string, len(choices))
	for i, c := range choices {
		words[i] = c.text
	}
	if len(words) == 2 {
		return either(words)
	}
	return "one of " + strings.Join(words, ", ")
}

func choiceRemedy(choices []choice, n *tree.Node) string {
	names := make([]string, len(choices))
	for i, c := range choices {
		names[i] = c.text
	}
	if near := spelling.Nearest(n.Text, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	if len(choices) == 1 {
		return "write " + choices[0].text
	}
	return "write one of the choices"
}

// boundsWords says what a shape asks of a number or of the length of a text.
func boundsWords(s *shape, of kinds) string {
	if s.says != "" {
		return s.says
	}
	var words []string
	for _, b := range s.bounds {
		if b.of == of {
			words = append(words, boundWords(b))
		}
	}
	return strings.Join(words, " and ")
}

func boundWords(b bound) string {
	switch b.of {
	case 0:
		if b.op == ">=" && b.limit == "1" {
			return "text that is not empty"
		}
		return map[string]string{">=": "at least ", "<=": "at most "}[b.op] + b.limit + " characters long"
	case isString:
		if b.op == "!=" && b.limit == "" {
			return "text that is not empty"
		}
	}
	return map[string]string{">": "more than ", ">=": "at least ", "<": "less than ", "<=": "at most ", "!=": "something other than "}[b.op] + b.limit
}

func entries(n int) string {
	switch n {
	case 0:
		return "no entries"
	case 1:
		return "1 entry"
	}
	return fmt.Sprintf("%d entries", n)
}

func countWord(n int) string {
	if n == 0 {
		return "none"
	}
	return strconv.Itoa(n)
}

func missingRemedy(f *field) string {
	switch {
	case f.example != "":
		return fmt.Sprintf("add %s, for example %s: %s", f.name, f.name, f.example)
	case len(f.shape.choices) == 1:
		return fmt.Sprintf("add %s: %s", f.name, f.shape.choices[0].text)
	case f.shape.choices != nil:
		return fmt.Sprintf("add %s: it must be %s", f.name, choiceWords(f.shape.choices))
	case f.shape.says != "":
		return fmt.Sprintf("add %s: %s", f.name, f.shape.says)
	}
	return fmt.Sprintf("add %s: %s", f.name, describe(f.shape))
}

func unknownRemedy(s *shape, active []reason, key string) string {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	for _, c := range active {
		for _, f := range c.shape.fields {
			names = append(names, f.name)
		}
	}
	for _, p := range s.patterns {
		for _, c := range p.key.choices {
			names = append(names, c.text)
		}
	}
	if near := spelling.Nearest(key, names); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	if len(names) > 0 && len(names) <= 8 {
		slices.Sort(names)
		return "delete it, or use one of " + strings.Join(slices.Compact(names), ", ")
	}
	return "delete it; docs/format.md lists the fields"
}

// conditionWords puts the condition of an `if` into words, as it follows "because" or "unless".
func conditionWords(x ast.Expr) string {
	switch y := x.(type) {
	case *ast.ParenExpr:
		return conditionWords(y.X)
	case *ast.UnaryExpr:
		if y.Op == token.NOT {
			return exprText(y.X) + " is false"
		}
	case *ast.Ident, *ast.SelectorExpr:
		return exprText(y) + " is true"
	case *ast.BinaryExpr:
		_, bottom := y.Y.(*ast.BottomLit)
		switch {
		case y.Op == token.LAND:
			return conditionWords(y.X) + " and " + conditionWords(y.Y)
		case y.Op == token.LOR:
			return conditionWords(y.X) + " or " + conditionWords(y.Y)
		case y.Op == token.NEQ && bottom:
			return exprText(y.X) + " is present"
		case y.Op == token.EQL && bottom:
			return exprText(y.X) + " is left out"
		}
		if c, ok := exprChoice(y.Y); ok && y.Op == token.EQL {
			return exprText(y.X) + " is " + c.text
		} else if ok && y.Op == token.NEQ {
			return exprText(y.X) + " is not " + c.text
		}
	}
	return exprText(x)
}

// either joins words with commas and "or".
func either(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// subject names the value at a path in a message: "role", or "suppliers, entry 1: role" inside a list.
func subject(path string) string {
	if path == "" {
		return "the record"
	}
	steps := strings.Split(path, ".")
	for i, step := range steps {
		if n, err := strconv.Atoi(step); err == nil {
			steps[i] = fmt.Sprintf("entry %d", n+1)
			continue
		}
		steps[i] = ordinary(step)
	}
	last := len(steps) - 1
	if last == 0 {
		return steps[0]
	}
	return strings.Join(steps[:last], ", ") + ": " + steps[last]
}

var ordinaryName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]{0,39}$`)

// ordinary returns a field name only when it is an ordinary word. Names are written by the author of the file too, and
// could hold anything.
func ordinary(name string) string {
	if !ordinaryName.MatchString(name) {
		return "this field"
	}
	return name
}
