// Package markdown is the door to Markdown prose. It turns a Markdown body into HTML that is safe to place in a page,
// bounded in size, and honest: what is in the file is on the page, or a finding says what is not.
//
// The dialect is CommonMark with tables, task lists, strikethrough and definition lists. Typographic replacement, bare
// links, footnotes and attributes are off. Only the parser of the library is used; the HTML is written here, from a closed
// list of elements and attributes, so nothing in a file can add to it.
//
// Refused, each as a finding with line and column: raw HTML and comments; links other than https, mailto, relative and
// #fragment; links whose text names another site than they lead to; images from elsewhere; text that would not be shown
// (unused definitions, link titles, surplus table cells); characters that hide or reorder text, also when written as
// entities; and input that costs far more to show than to write (limit-… findings).
//
//	doc, findings := markdown.Parse("dpia.md", body, 12, markdown.Options{})
//	doc.Section("Step 1: identify the need for a DPIA").Text
package markdown

import (
	"bytes"
	"html"
	"slices"
	"strings"

	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"example.org/muniment/internal/finding"
)

// Options say how a body is read and shown. A zero field means its default.
type Options struct {
	TopHeading int // level at which the document's highest heading is shown, so that the page keeps its one h1; 2
	Bytes      int // of the body; 256 KiB
	Columns    int // of one table; 64
	Cells      int // of all tables together; 10,000
	Nesting    int // of quotations, lists, emphasis and links inside one another; 40
	References int // link reference definitions; 500
	Work       int // markup characters × bytes, summed over paragraphs: what reading may cost; 64 Mi
}

func (o Options) withDefaults() Options {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&o.TopHeading, 2)
	def(&o.Bytes, 256<<10)
	def(&o.Columns, 64)
	def(&o.Cells, 10_000)
	def(&o.Nesting, 40)
	def(&o.References, 500)
	def(&o.Work, 64<<20)
	return o
}

// outputLimit is how many bytes of HTML an input of n bytes may become.
func outputLimit(n int) int { return 20*n + 64<<10 }

// maxFindings is where one file's list stops: a file with more is broken as a whole.
const maxFindings = 50

// Document is a Markdown body as read. It holds no reference to the input.
type Document struct {
	Headings []Heading // in the order of the file, those inside quotations and lists too
	Sections []Section // one for each heading at the top level of the document
	Links    []Link    // links and images that may be shown, in the order of the file

	text  string
	html  string
	holes []hole
}

// Heading is a heading as written.
type Heading struct {
	Level int    // as written, 1 to 6; the page may show it lower, see Options.TopHeading
	Text  string // plain text
	ID    string // unique in the document; begins with "s-", so that it can't shadow a name the browser owns
	Line  int
}

// Section is a heading with what stands under it, up to the next heading of the same or a higher level.
type Section struct {
	Heading
	// Body is the plain text under the heading. The text of sub-headings and of image descriptions does not count, so a
	// section with nothing else is empty.
	Body string
}

// Link is a link or image that passed every check of this package. Whether a relative target exists is for the caller
// to find out: only the caller knows the tree.
type Link struct {
	Target string // entities and escapes resolved; for a fragment of this document, the heading's ID after "#"
	Image  bool
	Line   int
	Column int
}

// hole is a place in the HTML where a link's opening or closing tag or a whole image goes.
type hole struct {
	at    int
	link  int
	close bool
	label string // images: the description
}

// Text returns the plain text that a reader sees or has read out: headings, prose, code, image descriptions.
// Blocks and cells are separated by line feeds.
func (d *Document) Text() string { return d.text }

// HTML returns the document as HTML without scripts, styles, forms or requests to other hosts. Relative targets stay as
// written.
func (d *Document) HTML() string { return d.HTMLWith(nil) }

// HTMLWith returns the HTML with every relative link and image passed through resolve, which maps a target as written to
// where the page finds it. An empty answer means that it is not published: a link keeps its text and loses its target,
// an image is replaced by its description.
func (d *Document) HTMLWith(resolve func(target string) string) string {
	if resolve == nil {
		resolve = func(target string) string { return target }
	}
	var b strings.Builder
	b.Grow(len(d.html) + 64*len(d.holes))
	last := 0
	for _, h := range d.holes {
		b.WriteString(d.html[last:h.at])
		last = h.at
		b.WriteString(d.fill(h, resolve))
	}
	b.WriteString(d.html[last:])
	return b.String()
}

func (d *Document) fill(h hole, resolve func(string) string) string {
	if h.close {
		return "</a>"
	}
	l := d.Links[h.link]
	target := l.Target
	if isRelative(target) {
		target = resolve(target)
	}
	switch {
	case l.Image && target == "":
		return html.EscapeString("[" + h.label + "]")
	case l.Image:
		return `<img src="` + attribute(target) + `" alt="` + html.EscapeString(h.label) + `">`
	case target == "":
		return "<a>"
	}
	return `<a href="` + attribute(target) + `">`
}

// Section returns the section whose heading has this text, compared without regard to case and surrounding or repeated
// spaces, or nil. The first one wins.
func (d *Document) Section(heading string) *Section {
	want := foldSpace(heading)
	for i := range d.Sections {
		if foldSpace(d.Sections[i].Text) == want {
			return &d.Sections[i]
		}
	}
	return nil
}

func foldSpace(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Parse reads a Markdown body. firstLine is the number of the body's first line in the file at path, 1 if there is no
// front matter. The document is never nil: what is refused is shown in a harmless form, raw HTML as text and refused
// links without their target. After a limit-… finding the document is empty.
func Parse(path string, body []byte, firstLine int, o Options) (*Document, []finding.Finding) {
	o = o.withDefaults()
	body = bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n"))
	r := &reader{path: path, src: body, firstLine: max(firstLine, 1), options: o}
	doc := r.read()
	finding.Sort(r.findings)
	r.findings = slices.CompactFunc(r.findings, func(a, b finding.Finding) bool { return a.Place == b.Place && a.Code == b.Code })
	return doc, r.findings
}

// read checks what the body may cost before the library sees it, then what the blocks may cost before inline markup is
// read, and only then writes the page.
func (r *reader) read() *Document {
	if !r.affordable() {
		return &Document{}
	}
	if !r.affordableInline(blocksOnly.Parse(text.NewReader(r.src))) {
		return &Document{}
	}
	w := newWriter(r)
	w.document(whole.Parse(text.NewReader(r.src)))
	if r.exceeded {
		return &Document{}
	}
	return w.finish()
}

// The two parsers hold no state between documents. They read the same blocks; blocksOnly leaves the text in them alone.
var (
	blocksOnly = newParser(parser.WithInlineParsers())
	whole      = newParser(parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(extension.NewStrikethroughParser(), 500))...))
)

func newParser(inline parser.Option) parser.Parser {
	return parser.NewParser(
		parser.WithBlockParsers(append(parser.DefaultBlockParsers(),
			util.Prioritized(extension.NewDefinitionListParser(), 101),
			util.Prioritized(extension.NewDefinitionDescriptionParser(), 102))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
		inline,
	)
}
