package markdown

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// writer walks the parsed document once and writes page and plain text side by side, so that what is checked is what is
// shown.
type writer struct {
	*reader
	html  []byte // the page, with holes
	text  []byte // what a reader sees
	body  []byte // the same without headings and image descriptions, for sections
	depth int
	quiet int // inside a heading or an image description: not part of body
	shift int // added to heading levels
	links int // bytes that go into the holes

	doc         Document
	level       int           // of the innermost block: 0 at the top of the document
	open        []int         // sections that have not ended: indexes into doc.Sections
	starts      []int         // for each section, where its body begins
	ids         slugs         //
	anchors     map[int]int   // links to a heading of this document → offset in the source
	definitions []*definition // in the order of the file
	used        map[string]bool
	tables      int
}

type definition struct {
	key    string
	offset int
	note   bool // written like a footnote
}

func newWriter(r *reader) *writer {
	return &writer{reader: r, ids: slugs{}, anchors: map[int]int{}, used: map[string]bool{}}
}

func (w *writer) document(root ast.Node) {
	top := 6
	_ = ast.Walk(root, func(n ast.Node, _ bool) (ast.WalkStatus, error) { // the visitor returns no error
		if h, ok := n.(*ast.Heading); ok {
			top = min(top, h.Level)
		}
		if n.Type() == ast.TypeInline {
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	w.shift = w.options.TopHeading - top
	w.children(root)
	w.closeSections(0)
}

func (w *writer) finish() *Document {
	w.unusedDefinitions()
	w.resolveAnchors()
	w.doc.html, w.doc.text = string(w.html), strings.TrimSpace(string(w.text))
	return &w.doc
}

func (w *writer) raw(s string) { w.html = append(w.html, s...) }

// breakText ends a line of the plain text.
func (w *writer) breakText() {
	for _, b := range []*[]byte{&w.text, &w.body} {
		if n := len(*b); n > 0 && (*b)[n-1] != '\n' {
			*b = append(*b, '\n')
		}
	}
}

func (w *writer) children(n ast.Node) {
	for c := n.FirstChild(); c != nil && !w.exceeded; c = c.NextSibling() {
		w.node(c)
	}
}

func (w *writer) node(n ast.Node) {
	if w.depth++; w.depth > 2*w.options.Nesting {
		w.exceed(n.Pos(), "limit-nesting", fmt.Sprintf("quotations, lists and emphasis are nested more than %d deep", w.options.Nesting), "write it flatter")
		return
	}
	if limit := outputLimit(len(w.src)); len(w.html)+w.links > limit || len(w.text) > limit {
		w.exceed(n.Pos(), "limit-output", "this text becomes far larger on the page than it is in the file", "remove what is repeated")
		return
	}
	if n.Type() == ast.TypeBlock {
		w.block(n)
		w.breakText()
	} else {
		w.inline(n)
	}
	w.depth--
}

func (w *writer) block(n ast.Node) {
	switch n := n.(type) {
	case *ast.Paragraph:
		w.element("p", n)
	case *ast.TextBlock:
		w.children(n)
		w.raw("\n")
	case *ast.Heading:
		w.heading(n)
	case *ast.Blockquote:
		w.container("blockquote", "", n)
	case *ast.List:
		w.list(n)
	case *ast.ListItem:
		w.container("li", "", n)
	case *ast.ThematicBreak:
		w.raw("<hr>\n")
	case *ast.CodeBlock:
		w.code(n)
	case *ast.FencedCodeBlock:
		w.infoString(n)
		w.code(n)
	case *ast.HTMLBlock:
		w.htmlBlock(n)
	case *ast.LinkReferenceDefinition:
		w.definitions = append(w.definitions, &definition{
			key: util.ToLinkReference(n.Label), offset: n.Pos(), note: bytes.HasPrefix(n.Label, []byte("^")),
		})
	case *tables.DefinitionList:
		w.container("dl", "", n)
	case *tables.DefinitionTerm:
		w.element("dt", n)
	case *tables.DefinitionDescription:
		w.container("dd", "", n)
	case *tables.Table:
		w.table(n)
	default:
		w.notShown(n.Pos(), "this kind of block is not shown", "write it in another form")
	}
}

func (w *writer) element(name string, n ast.Node) {
	w.raw("<" + name + ">")
	w.children(n)
	w.raw("</" + name + ">\n")
}

func (w *writer) container(name, attributes string, n ast.Node) {
	w.level++
	w.raw("<" + name + attributes + ">\n")
	w.children(n)
	w.raw("</" + name + ">\n")
	w.level--
}

func (w *writer) list(n *ast.List) {
	switch {
	case !n.IsOrdered():
		w.container("ul", "", n)
	case n.Start != 1:
		w.container("ol", ` start="`+strconv.Itoa(n.Start)+`"`, n)
	default:
		w.container("ol", "", n)
	}
}

func (w *writer) heading(n *ast.Heading) {
	if w.level == 0 {
		w.closeSections(n.Level)
	}
	name := "h" + strconv.Itoa(min(max(n.Level+w.shift, 1), 6))
	before, after := len(w.text), len(w.html)
	w.quiet++
	w.children(n)
	w.quiet--
	words := strings.TrimSpace(string(w.text[before:]))
	if words == "" {
		w.refuse(n.Pos(), "heading-empty", "this heading has no words", "give it words, or delete the line")
	}
	h := Heading{Level: n.Level, Text: words, ID: w.ids.next(words), Line: w.place(n.Pos()).Line}
	w.insert(after, "<"+name+` id="`+h.ID+`">`)
	w.raw("</" + name + ">\n")
	w.doc.Headings = append(w.doc.Headings, h)
	if w.level == 0 {
		w.breakText()
		w.open = append(w.open, len(w.doc.Sections))
		w.starts = append(w.starts, len(w.body))
		w.doc.Sections = append(w.doc.Sections, Section{Heading: h})
	}
}

// insert puts an opening tag before what was written since at, and moves the holes there along.
func (w *writer) insert(at int, tag string) {
	inner := string(w.html[at:])
	w.html = append(append(w.html[:at], tag...), inner...)
	for i := len(w.doc.holes) - 1; i >= 0 && w.doc.holes[i].at >= at; i-- {
		w.doc.holes[i].at += len(tag)
	}
}

// closeSections ends every open section of this level or a lower one; level 0 ends all.
func (w *writer) closeSections(level int) {
	for len(w.open) > 0 {
		s := w.open[len(w.open)-1]
		if w.doc.Sections[s].Level < level {
			return
		}
		w.doc.Sections[s].Body = strings.TrimSpace(string(w.body[w.starts[s]:]))
		w.open = w.open[:len(w.open)-1]
	}
}

func (w *writer) code(n ast.Node) {
	w.raw("<pre><code>")
	w.lines(n.Lines())
	w.raw("</code></pre>\n")
}

func (w *writer) lines(segments *text.Segments) {
	for i := range segments.Len() {
		w.verbatim(segments.At(i))
	}
}

// infoString refuses words after a fence: only the name of the language may be left off the page.
func (w *writer) infoString(n *ast.FencedCodeBlock) {
	if n.Info == nil {
		return
	}
	info := n.Info.Segment.Value(w.src)
	if len(info) > 24 || bytes.ContainsFunc(info, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '+' && r != '-' && r != '#' && r != '.'
	}) {
		w.notShown(n.Info.Segment.Start, "words after the fence of a code block are not shown", "leave only the name of the language there")
	}
}

func (w *writer) htmlBlock(n *ast.HTMLBlock) {
	first := n.ClosureLine
	if n.Lines().Len() > 0 {
		first = n.Lines().At(0)
	}
	at := first.Start
	for at < first.Stop && (w.src[at] == ' ' || w.src[at] == '\t') {
		at++
	}
	w.refuseHTML(at)
	w.raw("<pre>")
	w.lines(n.Lines())
	if n.HasClosure() {
		w.verbatim(n.ClosureLine)
	}
	w.raw("</pre>\n")
}

func (w *writer) refuseHTML(at int) {
	if bytes.HasPrefix(w.src[at:], []byte("<!--")) {
		w.refuse(at, "raw-html", "a comment would hide this text from everybody who reads the page",
			"delete the comment, or write it as ordinary text")
		return
	}
	w.refuse(at, "raw-html", "HTML is not accepted in evidence", "use Markdown; to show the characters themselves, put them between `backticks`")
}

func (w *writer) notShown(at int, message, remedy string) {
	w.refuse(at, "text-not-shown", message, remedy)
}

func (w *writer) unusedDefinitions() {
	seen := map[string]bool{}
	for _, d := range w.definitions {
		switch {
		case d.note:
			w.notShown(d.offset, "footnotes are not shown", "write the note where it belongs in the text")
		case seen[d.key]:
			w.notShown(d.offset, "this link definition repeats the name of an earlier one and is not shown", "give it another name, or delete it")
		case !w.used[d.key]:
			w.notShown(d.offset, "nothing uses this link definition, so it is not shown", "use it in the text, or delete it")
		}
		seen[d.key] = true
	}
}

// table writes a table inside a region that scrolls by keyboard, so that a wide one does not widen the page.
func (w *writer) table(n *tables.Table) {
	w.tables++
	w.raw(`<div class="muniment-scroll" role="region" aria-label="Table ` + strconv.Itoa(w.tables) + `" tabindex="0"><table>` + "\n")
	bodyOpen := false
	for row := n.FirstChild(); row != nil && !w.exceeded; row = row.NextSibling() {
		switch row.(type) {
		case *tables.TableHeader:
			w.raw("<thead>\n")
			w.row(row, `<th scope="col"`, "</th>")
			w.raw("</thead>\n")
		default:
			if !bodyOpen {
				w.raw("<tbody>\n")
				bodyOpen = true
			}
			w.row(row, "<td", "</td>")
			w.surplusCells(row)
		}
	}
	if bodyOpen {
		w.raw("</tbody>\n")
	}
	w.raw("</table></div>\n")
}

func (w *writer) row(row ast.Node, opening, closing string) {
	w.raw("<tr>\n")
	for c := row.FirstChild(); c != nil && !w.exceeded; c = c.NextSibling() {
		w.raw(opening)
		if cell, ok := c.(*tables.TableCell); ok {
			switch cell.Alignment {
			case tables.AlignRight:
				w.raw(` class="muniment-right"`)
			case tables.AlignCenter:
				w.raw(` class="muniment-centre"`)
			}
		}
		w.raw(">")
		w.children(c)
		w.raw(closing + "\n")
		w.breakText()
	}
	w.raw("</tr>\n")
}

// surplusCells looks at what follows the last cell of a row: the library leaves out cells beyond the header's.
func (w *writer) surplusCells(row ast.Node) {
	last := row.LastChild()
	if last == nil || last.Lines().Len() == 0 {
		return
	}
	at := last.Lines().At(last.Lines().Len() - 1).Stop
	end := at
	if i := bytes.IndexByte(w.src[at:], '\n'); i >= 0 {
		end = at + i
	} else {
		end = len(w.src)
	}
	rest := bytes.TrimSpace(w.src[at:end])
	rest = bytes.TrimSpace(bytes.TrimPrefix(rest, []byte("|")))
	if len(bytes.Trim(rest, "| \t")) > 0 {
		w.notShown(end-len(rest), "this row has more cells than the header, and the surplus is not shown", "add a column to the header, or delete the surplus")
	}
}

func (w *writer) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		w.words(n)
	case *ast.Emphasis:
		if n.Level == 2 {
			w.span("strong", n)
		} else {
			w.span("em", n)
		}
	case *tables.Strikethrough:
		w.span("del", n)
	case *ast.CodeSpan:
		w.raw("<code>")
		w.children(n)
		w.raw("</code>")
	case *ast.Link:
		w.link(n)
	case *ast.AutoLink:
		w.autoLink(n)
	case *ast.Image:
		w.image(n)
	case *ast.RawHTML:
		w.refuseHTML(n.Segments.At(0).Start)
		w.lines(n.Segments)
	case *tables.TaskCheckBox:
		state := "To do: "
		if n.IsChecked {
			state = "Done: "
		}
		w.raw(`<span class="muniment-task">`)
		for _, r := range state {
			w.show(r, n.Pos())
		}
		w.raw(`</span>`)
	default:
		w.notShown(n.Pos(), "this kind of text is not shown", "write it in another form")
	}
}

func (w *writer) span(name string, n ast.Node) {
	w.raw("<" + name + ">")
	w.children(n)
	w.raw("</" + name + ">")
}

func (w *writer) words(n *ast.Text) {
	switch {
	case n.IsRaw():
		w.verbatim(n.Segment)
	default:
		w.decoded(n.Segment)
	}
	switch {
	case n.HardLineBreak():
		w.raw("<br>")
		w.show('\n', n.Segment.Stop)
	case n.SoftLineBreak():
		w.show('\n', n.Segment.Stop)
	}
}

// show writes one character to the page and to the plain text. A character that could hide something is refused and
// replaced.
func (w *writer) show(r rune, offset int) {
	if isHidden(r) {
		w.refuse(offset, "hidden-character", fmt.Sprintf("U+%04X is invisible, or changes what a reader sees", r),
			"delete the character at this place")
		r = '\uFFFD'
	}
	w.text = appendRune(w.text, r)
	if w.quiet == 0 {
		w.body = appendRune(w.body, r)
	}
	switch r {
	case '<', '>', '&', '"', '\'':
		w.raw(html.EscapeString(string(r)))
	default:
		w.html = appendRune(w.html, r)
	}
}
