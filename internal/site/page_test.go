package site

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// parsedPage is a page as a browser would understand it.
type parsedPage struct {
	path  string
	root  *html.Node
	nodes []*html.Node // every element, in document order
}

func parsePages(t *testing.T, files []File) []parsedPage {
	t.Helper()
	var out []parsedPage
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".html") {
			continue
		}
		root, err := html.Parse(bytes.NewReader(f.Data))
		if err != nil {
			t.Fatalf("%s: %v", f.Path, err)
		}
		p := parsedPage{path: f.Path, root: root}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode {
				p.nodes = append(p.nodes, n)
			}
		}
		out = append(out, p)
	}
	return out
}

func (p parsedPage) all(tags ...string) []*html.Node {
	var out []*html.Node
	for _, n := range p.nodes {
		if slices.Contains(tags, n.Data) {
			out = append(out, n)
		}
	}
	return out
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func children(n *html.Node) []*html.Node {
	var out []*html.Node
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode {
			out = append(out, c)
		}
	}
	return out
}

// promises are what every page keeps, whatever is in the report.
var promises = map[string]func(p parsedPage) []string{
	"one h1, and headings never skip a level": func(p parsedPage) (broken []string) {
		last, first := 0, 0
		for _, h := range p.all("h1", "h2", "h3", "h4", "h5", "h6") {
			level := int(h.Data[1] - '0')
			if level == 1 {
				first++
			}
			if level > last+1 {
				broken = append(broken, fmt.Sprintf("%s %q after h%d", h.Data, textOf(h), last))
			}
			if textOf(h) == "" {
				broken = append(broken, "an empty "+h.Data)
			}
			last = level
		}
		if first != 1 {
			broken = append(broken, fmt.Sprintf("%d h1", first))
		}
		return broken
	},
	"ids are unique and have no spaces": func(p parsedPage) (broken []string) {
		seen := map[string]bool{}
		for _, n := range p.nodes {
			id, ok := attribute(n, "id")
			if ok && (seen[id] || id == "" || strings.ContainsAny(id, " \t\n\f\r")) {
				broken = append(broken, fmt.Sprintf("id %q", id))
			}
			seen[id] = true
		}
		return broken
	},
	"tables have a caption and every header says what it heads": func(p parsedPage) (broken []string) {
		for _, table := range p.all("table") {
			if c := children(table); len(c) == 0 || c[0].Data != "caption" || textOf(c[0]) == "" {
				broken = append(broken, "a table without a caption")
			}
		}
		for _, th := range p.all("th") {
			if _, ok := attribute(th, "scope"); !ok {
				broken = append(broken, fmt.Sprintf("th %q without scope", textOf(th)))
			}
		}
		return broken
	},
	"rows have as many cells as the table has headers": func(p parsedPage) (broken []string) {
		for _, table := range p.all("table") {
			want := -1
			for row := range table.Descendants() {
				if row.Data != "tr" {
					continue
				}
				if got := len(children(row)); want < 0 {
					want = got
				} else if got != want {
					broken = append(broken, fmt.Sprintf("%d cells under %d headers: %q", got, want, textOf(row)))
				}
			}
		}
		return broken
	},
	"nothing runs and nothing is styled in place": func(p parsedPage) (broken []string) {
		for _, n := range p.nodes {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "srcdoc" || a.Key == "formaction" {
					broken = append(broken, fmt.Sprintf("%s on %s", a.Key, n.Data))
				}
			}
			switch n.Data {
			case "script":
				if src, ok := attribute(n, "src"); !ok || n.FirstChild != nil || !strings.Contains(src, "assets/") {
					broken = append(broken, "a script of its own: "+textOf(n))
				}
			case "style", "iframe", "object", "embed", "form", "base", "img", "video", "audio", "noscript":
				broken = append(broken, "an element "+n.Data)
			}
		}
		return broken
	},
	"the policy comes before anything is loaded": func(p parsedPage) []string {
		for _, n := range p.all("meta", "link", "script") {
			if equiv, _ := attribute(n, "http-equiv"); equiv == "Content-Security-Policy" {
				content, _ := attribute(n, "content")
				if !strings.HasPrefix(content, "default-src 'none';") || strings.Contains(content, "unsafe") {
					return []string{content}
				}
				return nil
			}
			if n.Data != "meta" {
				break
			}
		}
		return []string{"no policy"}
	},
	"language, title, main and skip link are there": func(p parsedPage) (broken []string) {
		if lang, _ := attribute(p.all("html")[0], "lang"); lang != "en-GB" {
			broken = append(broken, "lang "+lang)
		}
		if titles := p.all("title"); len(titles) == 0 || textOf(titles[0]) == "" {
			broken = append(broken, "no title")
		}
		if mains := p.all("main"); len(mains) != 1 {
			broken = append(broken, fmt.Sprintf("%d main", len(mains)))
		}
		if href, _ := attribute(p.all("a")[0], "href"); href != "#main" {
			broken = append(broken, "the first link is not the skip link")
		}
		return broken
	},
	"a state is always a word": func(p parsedPage) (broken []string) {
		for _, n := range p.nodes {
			class, _ := attribute(n, "class")
			if strings.Contains(class, "muniment-verdict ") && textOf(n) == "" {
				broken = append(broken, class)
			}
		}
		return broken
	},
	"links and summaries say something": func(p parsedPage) (broken []string) {
		for _, n := range p.all("a", "summary") {
			if textOf(n) == "" {
				href, _ := attribute(n, "href")
				broken = append(broken, n.Data+" "+href)
			}
		}
		return broken
	},
}

// keepsPromises checks every page, and that every link leads to a file of the portal and a place in it.
func keepsPromises(t *testing.T, files []File) {
	t.Helper()
	pages := parsePages(t, files)
	for name, promise := range promises {
		for _, p := range pages {
			for _, broken := range promise(p) {
				t.Errorf("%s: %s: %s", name, p.path, broken)
			}
		}
	}
	for _, broken := range deadLinks(files, pages) {
		t.Error(broken)
	}
	titles := map[string]string{}
	for _, p := range pages {
		title := textOf(p.all("title")[0])
		if other, ok := titles[title]; ok {
			t.Errorf("%s and %s are both called %q", other, p.path, title)
		}
		titles[title] = p.path
	}
}

func deadLinks(files []File, pages []parsedPage) (broken []string) {
	exists := map[string]bool{}
	for _, f := range files {
		exists[f.Path] = true
	}
	anchors := map[string]map[string]bool{}
	for _, p := range pages {
		anchors[p.path] = map[string]bool{}
		for _, n := range p.nodes {
			if id, ok := attribute(n, "id"); ok {
				anchors[p.path][id] = true
			}
		}
	}
	for _, p := range pages {
		for _, n := range p.nodes {
			for _, key := range []string{"href", "src"} {
				target, ok := attribute(n, key)
				if !ok {
					continue
				}
				u, err := url.Parse(target)
				if err != nil {
					broken = append(broken, fmt.Sprintf("%s: %q: %v", p.path, target, err))
					continue
				}
				if n.Data == "a" && (u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto") {
					continue
				}
				to := p.path
				if u.Path != "" {
					to = path.Join(path.Dir(p.path), u.Path)
				}
				switch {
				case u.Scheme != "" || u.Host != "" || strings.HasPrefix(u.Path, "/"):
					broken = append(broken, fmt.Sprintf("%s: %q leads out of the portal", p.path, target))
				case !exists[to]:
					broken = append(broken, fmt.Sprintf("%s: %q leads nowhere", p.path, target))
				case u.Fragment != "" && anchors[to] != nil && !anchors[to][u.Fragment]:
					broken = append(broken, fmt.Sprintf("%s: %q: no such place in %s", p.path, target, to))
				}
			}
		}
	}
	return broken
}
