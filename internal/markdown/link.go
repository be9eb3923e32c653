package markdown

import (
	"fmt"
	"html"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/util"
)

func (w *writer) link(n *ast.Link) {
	w.use(n.Reference)
	w.title(n.Title, n.Pos())
	w.anchored(resolved(n.Destination), n.Pos(), func() { w.children(n) })
}

func (w *writer) autoLink(n *ast.AutoLink) {
	label := n.Label(w.src)
	target := string(label)
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(target), "mailto:") {
		target = "mailto:" + target
	}
	w.anchored(target, n.Pos(), func() {
		for i, r := range string(label) {
			w.show(r, n.Pos()+1+i)
		}
	})
}

// use notes that a definition is shown through a link.
func (w *writer) use(ref *ast.ReferenceLink) {
	if ref != nil {
		w.used[util.ToLinkReference(ref.Value)] = true
	}
}

func (w *writer) title(title []byte, at int) {
	if len(title) > 0 {
		w.notShown(at, "the title of a link or image is not shown in print or by keyboard", "write it in the text")
	}
}

// anchored writes a link around what label writes. A refused link keeps its label.
func (w *writer) anchored(target string, at int, label func()) {
	problem := checkTarget(target, false)
	if problem != nil {
		w.refuse(at, problem.code, problem.message, problem.remedy)
		label()
		return
	}
	index := w.promise(Link{Target: target}, at)
	before := len(w.text)
	w.doc.holes = append(w.doc.holes, hole{at: len(w.html), link: index})
	label()
	w.doc.holes = append(w.doc.holes, hole{at: len(w.html), link: index, close: true})
	words := string(w.text[min(before, len(w.text)):])
	switch {
	case w.exceeded:
		return // the words were not read to their end
	case strings.TrimSpace(words) == "":
		w.refuse(at, "link-empty", "this link has no words, so nobody sees it", "write where it leads between the square brackets")
	case misleads(words, target):
		w.refuse(at, "link-misleading", "the words of this link name another site than it leads to", "let the words say where the link leads")
	default:
		return
	}
	w.doc.Links[index].Target = "" // resolveAnchors takes it off the page
}

// promise adds a link that will be shown, and counts what it will take on the page.
func (w *writer) promise(l Link, at int) int {
	p := w.place(at)
	l.Line, l.Column = p.Line, p.Column
	index := len(w.doc.Links)
	w.doc.Links = append(w.doc.Links, l)
	w.links += len(attribute(l.Target)) + len(`<a href=""></a>`)
	if strings.HasPrefix(l.Target, "#") {
		w.anchors[index] = at
	}
	return index
}

func (w *writer) image(n *ast.Image) {
	w.use(n.Reference)
	w.title(n.Title, n.Pos())
	label := w.description(n)
	if strings.TrimSpace(label) == "" {
		w.refuse(n.Pos(), "image-no-description", "this image has no description, so not everybody can read it", "describe it between the square brackets: ![what it shows](file.png)")
	}
	target := resolved(n.Destination)
	if problem := checkTarget(target, true); problem != nil {
		w.refuse(n.Pos(), problem.code, problem.message, problem.remedy)
		w.raw(html.EscapeString("[" + label + "]"))
		return
	}
	index := w.promise(Link{Target: target, Image: true}, n.Pos())
	w.links += 2 * len(label)
	w.doc.holes = append(w.doc.holes, hole{at: len(w.html), link: index, label: label})
}

// description returns an image's description as plain text: it is an attribute on the page, so markup in it is lost.
func (w *writer) description(n ast.Node) string {
	page, holes, links, words := len(w.html), len(w.doc.holes), len(w.doc.Links), len(w.text)
	w.quiet++
	w.children(n)
	w.quiet--
	if len(w.doc.Links) > links {
		w.notShown(n.Pos(), "a link or image inside the description of an image is not shown", "move it out of the description")
		for i := links; i < len(w.doc.Links); i++ {
			delete(w.anchors, i)
		}
	}
	w.html, w.doc.holes, w.doc.Links = w.html[:page], w.doc.holes[:holes], w.doc.Links[:links]
	return strings.Join(strings.Fields(string(w.text[words:])), " ")
}

// resolveAnchors lets links to headings of this document meet their headings, and takes links that have lost their
// target off the page.
func (w *writer) resolveAnchors() {
	known := map[string]bool{}
	for _, h := range w.doc.Headings {
		known[h.ID] = true
	}
	for i := range w.doc.Links {
		at, ok := w.anchors[i]
		if !ok || w.doc.Links[i].Target == "" {
			continue
		}
		fragment, err := url.PathUnescape(w.doc.Links[i].Target[1:])
		id := idPrefix + strings.ToLower(fragment)
		if err != nil || !known[id] {
			w.refuse(at, "link-anchor", "no heading of this document has this anchor", "write # and the heading's words in lower case, with hyphens for spaces")
			w.doc.Links[i].Target = ""
			continue
		}
		w.doc.Links[i].Target = "#" + id
	}
	kept := make([]int, len(w.doc.Links)) // old index → new
	var links []Link
	for i, l := range w.doc.Links {
		kept[i] = -1
		if l.Target != "" {
			kept[i] = len(links)
			links = append(links, l)
		}
	}
	var holes []hole
	for _, h := range w.doc.holes {
		if h.link = kept[h.link]; h.link >= 0 {
			holes = append(holes, h)
		}
	}
	w.doc.Links, w.doc.holes = links, holes
}

type problem struct{ code, message, remedy string }

// checkTarget decides which addresses a page may lead to.
func checkTarget(target string, image bool) *problem {
	unsafe := func(why, remedy string) *problem { return &problem{"link-unsafe", why, remedy} }
	const relative = "write the path relative to this file, or an address that begins with https://"
	if strings.Contains(target, `\`) {
		return unsafe("there is a backslash in this address", relative)
	}
	if strings.ContainsFunc(target, func(r rune) bool { return isHidden(r) || r == '\n' || r == '\t' || r == '\uFFFD' }) {
		return unsafe("there is a hidden or unreadable character in this address", "type the address again")
	}
	u, err := url.Parse(target)
	switch {
	case err != nil:
		return unsafe("this cannot be read as an address", relative)
	case target == "":
		return unsafe("this link leads nowhere", relative)
	case u.Scheme == "" && (u.Host != "" || strings.HasPrefix(target, "/")):
		return unsafe("this address begins with a slash, so it depends on where the page is published", relative)
	case image && u.Scheme != "":
		return &problem{"image-remote", "images from elsewhere are not accepted: they tell another site who reads the page", "put the image beside this file and name it by its relative path"}
	case u.Scheme == "" && u.Path == "" && (u.Fragment == "" || image):
		return unsafe("this link leads nowhere", relative)
	case u.Scheme == "":
		return nil
	case u.Scheme == "mailto" && u.Opaque != "":
		return nil
	case u.Scheme != "https":
		return &problem{"link-scheme", "links may begin with https:// or mailto:, or be relative", "use the https address"}
	case u.Host == "" || u.User != nil || !isASCII(u.Host):
		return unsafe("the name of the site in this address is missing, or hidden behind other text", "write https:// and the plain name of the site")
	}
	return nil
}

func isRelative(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Scheme == "" && !strings.HasPrefix(target, "#")
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 })
}

// misleads holds when words look like an address of another site than target's.
func misleads(words, target string) bool {
	words = strings.TrimSpace(words)
	if lower := strings.ToLower(words); strings.HasPrefix(lower, "www.") {
		words = "https://" + words
	} else if !strings.HasPrefix(lower, "https://") && !strings.HasPrefix(lower, "http://") {
		return false
	}
	said, err := url.Parse(words)
	if err != nil {
		return true
	}
	meant, err := url.Parse(target)
	return err != nil || !strings.EqualFold(strings.TrimPrefix(said.Hostname(), "www."), strings.TrimPrefix(meant.Hostname(), "www."))
}

// attribute writes an address for a place between double quotes: whatever an address may not hold is percent-encoded.
func attribute(target string) string {
	var b strings.Builder
	for i := 0; i < len(target); i++ {
		c := target[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~:/?#@!$()*+,;=", c) >= 0:
			b.WriteByte(c)
		case c == '&':
			b.WriteString("&amp;")
		case c == '%' && i+2 < len(target) && isHex(target[i+1]) && isHex(target[i+2]):
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
