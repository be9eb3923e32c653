//go:build browser

package browser

import (
	"bytes"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is a page as the crawler knows it.
type document struct {
	ids  map[string]bool
	refs []ref
}

// ref is an address in a page. A link may lead elsewhere; everything else must be part of the portal.
type ref struct {
	target string
	link   bool
}

// checkLinks follows every address of a portal on disk: pages, fragments, pictures, sheets and scripts. It also finds
// pages that nothing leads to.
func checkLinks(t *testing.T, dir string) []fault {
	t.Helper()
	var faults []fault
	documents := map[string]document{}
	for _, p := range pages(t, dir) {
		raw, err := os.ReadFile(filepath.Join(dir, p))
		if err != nil {
			t.Fatal(err)
		}
		documents[p] = read(raw)
	}
	reached := map[string]bool{"index.html": true}
	for p, d := range documents {
		for _, r := range d.refs {
			target, problem := resolve(dir, p, r, documents)
			if problem != "" {
				faults = append(faults, fault{p, problem + ": " + r.target})
			}
			if target != p {
				reached[target] = true
			}
		}
	}
	for p := range documents {
		if !reached[p] && p != "404.html" {
			faults = append(faults, fault{p, "no other page leads here"})
		}
	}
	return append(faults, checkSheets(t, dir)...)
}

func read(raw []byte) document {
	d := document{ids: map[string]bool{}}
	z := html.NewTokenizer(bytes.NewReader(raw))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		for _, a := range token.Attr {
			switch a.Key {
			case "id":
				d.ids[a.Val] = true
			case "href", "xlink:href":
				d.refs = append(d.refs, ref{a.Val, token.Data == "a" || token.Data == "area"})
			case "src", "poster", "data", "action":
				d.refs = append(d.refs, ref{a.Val, false})
			case "srcset":
				for part := range strings.SplitSeq(a.Val, ",") {
					if fields := strings.Fields(part); len(fields) > 0 {
						d.refs = append(d.refs, ref{fields[0], false})
					}
				}
			}
		}
	}
	return d
}

// resolve gives the file that an address in page leads to, and what is wrong with the address.
func resolve(dir, page string, r ref, documents map[string]document) (target, problem string) {
	u, err := url.Parse(r.target)
	switch {
	case err != nil:
		return "", "an address that cannot be read"
	case u.Scheme == "https" || u.Scheme == "mailto" || u.Scheme == "webcal":
		if !r.link {
			return "", "asks another host"
		}
		return "", ""
	case u.Scheme != "" || u.Host != "":
		return "", "an address of this kind is not allowed"
	case strings.HasPrefix(u.Path, "/"):
		return "", "depends on where the portal is published"
	}
	target = page
	if u.Path != "" {
		target = path.Join(path.Dir(page), u.Path)
	}
	info, err := os.Stat(filepath.Join(dir, target))
	switch {
	case target == ".." || strings.HasPrefix(target, "../"):
		return target, "leads out of the portal"
	case err != nil:
		return target, "leads nowhere"
	case info.IsDir() || strings.HasSuffix(u.Path, "/"):
		return target, "leads to a folder, which file:// cannot show"
	}
	if d, isPage := documents[target]; isPage && u.Fragment != "" && !d.ids[u.Fragment] {
		return target, "leads to a place that the page does not have"
	}
	return target, ""
}

var sheetURL = regexp.MustCompile(`url\(\s*["']?([^"')]+)["']?\s*\)|@import`)

func checkSheets(t *testing.T, dir string) []fault {
	t.Helper()
	var faults []fault
	sheets, err := filepath.Glob(filepath.Join(dir, "*", "*.css"))
	if err != nil {
		t.Fatal(err)
	}
	for _, sheet := range sheets {
		raw, err := os.ReadFile(sheet)
		if err != nil {
			t.Fatal(err)
		}
		name, err := filepath.Rel(dir, sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range sheetURL.FindAllStringSubmatch(string(raw), -1) {
			if m[1] == "" {
				faults = append(faults, fault{name, "imports another sheet"})
			} else if _, problem := resolve(dir, name, ref{target: m[1]}, nil); problem != "" {
				faults = append(faults, fault{name, problem + ": " + m[1]})
			}
		}
	}
	return faults
}
