package site

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"text/template/parse"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// How templates say messages.

// textFunction is what templates call the function that says a message: {{text "overview.more" "count" .More}}.
const textFunction = "text"

// prepare looks up every message that a template says, and puts the message in the place of its id. A message without places becomes part of
// the template. It fails on a message that does not exist, on a place without a value and on a value without a place.
func (s *speech) prepare(t *template.Template, file string) error {
	for _, one := range t.Templates() {
		if one.Tree == nil || one.Tree.ParseName != file {
			continue
		}
		if err := s.list(one.Tree.Root); err != nil {
			return fmt.Errorf("template %s: %w", file, err)
		}
	}
	return nil
}

// list joins what becomes text with the text around it.
func (s *speech) list(l *parse.ListNode) error {
	if l == nil {
		return nil
	}
	var out []parse.Node
	for _, n := range l.Nodes {
		if err := s.node(n); err != nil {
			return err
		}
		if said := s.alone(n); said != nil {
			n = said
		}
		text, ok := n.(*parse.TextNode)
		if before, joins := last(out).(*parse.TextNode); ok && joins {
			before.Text = append(before.Text, text.Text...)
			continue
		}
		out = append(out, n)
	}
	l.Nodes = out
	return nil
}

// last gives the last of some nodes; nil when there is none.
func last(nodes []parse.Node) parse.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[len(nodes)-1]
}

func (s *speech) node(n parse.Node) error {
	branch := func(b *parse.BranchNode) error {
		if err := s.pipe(b.Pipe); err != nil {
			return err
		}
		if err := s.list(b.List); err != nil {
			return err
		}
		return s.list(b.ElseList)
	}
	switch n := n.(type) {
	case *parse.ActionNode:
		return s.pipe(n.Pipe)
	case *parse.IfNode:
		return branch(&n.BranchNode)
	case *parse.RangeNode:
		return branch(&n.BranchNode)
	case *parse.WithNode:
		return branch(&n.BranchNode)
	case *parse.TemplateNode:
		return s.pipe(n.Pipe)
	}
	return nil
}

func (s *speech) pipe(p *parse.PipeNode) error {
	if p == nil {
		return nil
	}
	for _, c := range p.Cmds {
		for _, arg := range c.Args {
			if inner, ok := arg.(*parse.PipeNode); ok {
				if err := s.pipe(inner); err != nil {
					return err
				}
			}
		}
		if name, ok := c.Args[0].(*parse.IdentifierNode); ok && name.Ident == textFunction {
			if err := s.command(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// command makes {{text "id" "place" value …}} into {{text N value …}}.
func (s *speech) command(c *parse.CommandNode) error {
	if len(c.Args) < 2 || len(c.Args)%2 != 0 {
		return fmt.Errorf("%s: a message is said with its id, and with the name of its place before each value", c)
	}
	var names []string
	args := c.Args[:1:1]
	for i, arg := range c.Args[1:] {
		name, written := arg.(*parse.StringNode)
		switch {
		case i > 0 && i%2 == 0:
			args = append(args, arg)
		case !written:
			return fmt.Errorf("%s: the id of a message and the names of its places are written out, or nobody could find them before the page is made", c)
		default:
			names = append(names, name.Text)
		}
	}
	n, err := s.ready(names[0], names[1:]...)
	if err != nil {
		return fmt.Errorf("%s: %w", c, err)
	}
	at := &parse.NumberNode{NodeType: parse.NodeNumber, Pos: c.Pos, IsInt: true, Int64: int64(n), Text: strconv.Itoa(n)}
	c.Args = slices.Insert(args, 1, parse.Node(at))
	return nil
}

// alone gives the words of an action that says a message without places and does nothing else.
func (s *speech) alone(n parse.Node) *parse.TextNode {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Cmds[0].Args) != 2 {
		return nil
	}
	args := action.Pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	at, counted := args[1].(*parse.NumberNode)
	if !ok || !counted || name.Ident != textFunction {
		return nil
	}
	_, page, ok := s.said[at.Int64].Words()
	if !ok {
		return nil
	}
	return &parse.TextNode{NodeType: parse.NodeText, Pos: action.Pos, Text: []byte(page)}
}

// fromTemplate says a message for a template. Texts, numbers and days are values as they are; functions of templates make the others.
func (s *speech) fromTemplate(n int, given ...any) (template.HTML, error) {
	values := make([]value, len(given))
	for i, g := range given {
		switch g := g.(type) {
		case string:
			values[i] = plain(g)
		case int:
			values[i] = numeral(g)
		case calendar.Date:
			values[i] = timed(g)
		case template.HTML:
			values[i] = asIs(string(g))
		case value:
			values[i] = g
		default:
			return "", fmt.Errorf("a message is given a %T", g)
		}
	}
	said := s.said[n]
	for i := range values {
		switch {
		case i == said.Count() && values[i].kind != isNumber:
			return "", fmt.Errorf("a message counts a %T", given[i])
		case said.Surrounds(i) != (values[i].kind == isSpan):
			return "", fmt.Errorf("a message is given a %T: what surrounds words goes around them, and nothing else does", given[i])
		}
	}
	m := markup{says: s}
	m.say(phrase(n), values...)
	return m.html(), nil
}

// scriptWords writes what a script says as attributes of its element.
func (s *speech) scriptWords(script string) template.HTMLAttr {
	if words, ok := s.scripts.Load(script); ok {
		return words.(template.HTMLAttr)
	}
	m := markup{says: s}
	for i, a := range s.catalogue.Script(script) {
		if i > 0 {
			m.raw(" ")
		}
		m.raw(a.Name, `="`)
		m.text(a.Text)
		m.raw(`"`)
	}
	words := template.HTMLAttr(m.b)
	s.scripts.Store(script, words)
	return words
}

// What templates put into the places of messages besides texts, numbers and days.

func (m *markup) code(text string) {
	m.raw("<code>")
	m.text(text)
	m.raw("</code>")
}

func (m *markup) digest(id string) {
	m.raw(`<span class="muniment-digest">`)
	m.text(id)
	m.raw("</span>")
}

// linkIf links a text where there is somewhere to lead.
func (m *markup) linkIf(href, class, text string) {
	if href == "" {
		m.text(text)
		return
	}
	m.raw("<a")
	if class != "" {
		m.raw(` class="`, class, `"`)
	}
	m.raw(` href="`)
	m.text(href)
	m.raw(`">`)
	m.text(text)
	m.raw("</a>")
}

func (m *markup) refNames(refs []report.Ref) {
	for i, r := range refs {
		if i > 0 {
			m.raw(", ")
		}
		m.ref(r)
	}
}
