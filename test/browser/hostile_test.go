//go:build browser

package browser

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/markdown"
	shape "example.org/muniment/internal/report"
	"example.org/muniment/internal/site"
	"example.org/muniment/internal/theme"
	"example.org/muniment/themes"
)

// vectors try to have a browser run alert, each by another way: out of text, attributes, addresses, titles, comments, raw text elements,
// script literals and templates; by markup that runs by itself; by encodings that something on the way may undo. The first stands where
// an address would begin.
var vectors = []string{
	`javascript:alert(1)//`,
	`"><script>alert(1)</script>`,
	`'><img src=x onerror=alert(1)>`,
	`</title></textarea></style></noscript></script><svg onload=alert(1)>`,
	`</script><script>alert(1)</script>`,
	`--><img src=x onerror=alert(1)><!--`,
	`]]><img src=x onerror=alert(1)>`,
	`" autofocus onfocus="alert(1)" onmouseover="alert(1)" x="`,
	"' autofocus onfocus='alert(1)' x='",
	"` onfocus=alert(1) autofocus x=`",
	`<svg><animate onbegin=alert(1) attributeName=x dur=1s></svg>`,
	`<svg><script>alert&#40;1&#41;</script></svg>`,
	`<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='alert(1)'/></svg>#x"></svg>`,
	`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror=alert(1)&gt;">`,
	`<details open ontoggle=alert(1)>x</details>`,
	`<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>`,
	`<iframe src="javascript:parent.alert(1)"></iframe>`,
	`<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">`,
	`<input autofocus onfocus=alert(1)><select autofocus onfocus=alert(1)></select>`,
	`<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)></audio>`,
	`<body onload=alert(1)><frameset onload=alert(1)>`,
	`<meta http-equiv=refresh content="0;url=javascript:alert(1)"><base href="javascript:/-alert(1)//">`,
	`<style>@import "javascript:alert(1)"; * { background: url(javascript:alert(1)) }</style>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<template><img src=x onerror=alert(1)></template><xmp><img src=x onerror=alert(1)>`,
	"<a href=\"java\tscript:alert(1)\" autofocus>x</a> [x](javascript:alert(1)) ![x](x\"onerror=\"alert(1)) <javascript:alert(1)>",
	`";alert(1);//`, `';alert(1);//`, `\";alert(1);//`, `\';alert(1);//`, "`;alert(1);//${alert(1)}", `*/alert(1)/*`,
	"\u2028alert(1)\u2029", "\r\nalert(1)\r\n",
	`{{constructor.constructor('alert(1)')()}} #{alert(1)} <%= alert(1) %>`,
	`%3Cscript%3Ealert(1)%3C/script%3E &lt;script&gt;alert(1)&lt;/script&gt; &#x3C;img src=x onerror=alert(1)&#x3E; \u003cscript\u003ealert(1)\u003c/script\u003e`,
	`+ADw-script+AD4-alert(1)+ADw-/script+AD4-`,
	"<img src=x onerror\x0b=\x0calert(1)><img/src=x/onerror=alert(1)>",
	"\x00<scr\x00ipt>alert(1)</script>", "\xc0\xbcscript\xc0\xbealert(1)\xc0\xbc/script\xc0\xbe",
	`__proto__`, `constructor`, `../../../etc/passwd`, `C:\x`, `%2e%2e%2f`,
}

// everyWhere has all of them.
var everyWhere = strings.Join(vectors, " ")

// infest puts a word into every text of a value. Lists have one entry.
func infest(v reflect.Value, word string, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(word)
	case reflect.Int:
		v.SetInt(2)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		infest(v.Elem(), word, depth)
	case reflect.Slice:
		if depth >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			infest(v.Index(0), word, depth-1)
		}
	case reflect.Map:
		one := reflect.New(v.Type().Elem()).Elem()
		infest(one, word, depth-1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf(word).Convert(v.Type().Key()), one)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[calendar.Date]() {
			v.Set(reflect.ValueOf(calendar.MustParse(asOf)))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				infest(v.Field(i), word, depth)
			}
		}
	}
	if r, ok := v.Addr().Interface().(*shape.Ref); ok {
		r.Kind = "workload" // so that it leads somewhere
	}
}

// prose is what the door to Markdown makes of a word.
func prose(word string) string {
	d, _ := markdown.Parse("dpia.md", []byte("# One\n\n"+word+"\n\n## Two\n\n- "+word+"\n"), 1, markdown.Options{})
	if d == nil {
		return ""
	}
	return d.HTML()
}

func writeAll(t *testing.T, files []site.File) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func nhs(t *testing.T) *theme.Theme {
	t.Helper()
	fsys, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	look, err := theme.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return look
}

func hostileConfig(word string) site.Config {
	return site.Config{
		Title: word, Organisation: word, Contact: shape.Contact{Title: word, Email: word},
		Pages:    []site.AuthoredPage{{Slug: word, Title: word, HTML: prose(word)}},
		Calendar: func([]byte, string, shape.Origin, []shape.Due, func(shape.Ref) string) []byte { return nil },
	}
}

// hostile writes a portal with a word in every text and in every id, of which file names are made.
func hostile(t *testing.T, word string) string {
	t.Helper()
	r := new(shape.Report)
	infest(reflect.ValueOf(r).Elem(), word, 2)
	r.Origin.Profile = shape.Internal
	for i := range r.Workloads {
		w := &r.Workloads[i]
		if w.DPIA != nil {
			w.DPIA.HTML = prose(word) + "<p>quixotry</p>" // which is written nowhere else
		}
		w.Status.State, w.Timeline.Segments[0].State = "failing", "failing"
	}
	files, err := site.Render(r, nhs(t), hostileConfig(word))
	if err != nil {
		t.Fatal(err)
	}
	return writeAll(t, files)
}

// hostilePublic is the same for a register that is open to the public.
func hostilePublic(t *testing.T, word string) string {
	t.Helper()
	var w shape.OpenWorkload
	infest(reflect.ValueOf(&w).Elem(), word, 2)
	if w.DPIA != nil {
		w.DPIA.HTML = prose(word)
	}
	portal, err := site.New(site.Frame{Origin: shape.Origin{AsOf: calendar.MustParse(asOf), Profile: shape.Open, Tool: word, KnownAt: word}}, nhs(t), hostileConfig(word))
	if err != nil {
		t.Fatal(err)
	}
	files, err := portal.OpenWorkload(&w)
	if err != nil {
		t.Fatal(err)
	}
	err = portal.OpenLists([]shape.OpenRow{w.Row()}, func(f site.File) error {
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return writeAll(t, files)
}

// trap notes whatever calls what the vectors call, instead of stopping for it.
const trap = `window.ran = []; for (const name of ["alert", "confirm", "prompt"]) window[name] = () => { window.ran.push(name); };`

// armed opens a tab in which the policy of pages is not enforced, so that it is their markup that has to hold.
func armed(t *testing.T) *tab {
	t.Helper()
	b := open(t)
	if _, err := chromedp.Call(b, cdp.SetBypassCSP, cdp.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(b, cdp.AddScriptToEvaluateOnNewDocument, cdp.AddScriptToEvaluateOnNewDocumentParams{Source: trap}); err != nil {
		t.Fatal(err)
	}
	return b
}

// snared is what ran on a page, and what could run there: handlers, addresses that are scripts, scripts that are not the theme's or data.
const snared = `(() => {
	const found = [...window.ran];
	for (const e of document.querySelectorAll("*")) {
		for (const a of e.attributes) {
			if (/^on/i.test(a.name)) found.push(e.tagName + " has " + a.name);
			if (/^(href|src|action|formaction|data|srcdoc|xlink:href)$/i.test(a.name) && /^[\s\x00-\x1f]*(javascript|data|vbscript):/i.test(a.value)) found.push(e.tagName + " leads to " + a.value.slice(0, 40));
		}
		if (e.tagName === "SCRIPT" && !/(^|\/)(assets|search|days)\/[^/]*\.js$/.test(e.getAttribute("src") || "")) found.push("a script of somebody else's");
		if (/^(iframe|object|embed|base|frame|applet|style|template|noscript)$/i.test(e.tagName)) found.push(e.tagName + " is there");
	}
	return found.join("; ");
})()`

func (b *tab) spring(t *testing.T, address string) []fault {
	t.Helper()
	b.forget()
	if err := chromedp.Do(b, chromedp.Navigate(address)); err != nil {
		return []fault{{address, err.Error()}}
	}
	settle := chromedp.Evaluate[bool](`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, chromedp.EvalAwaitPromise)
	if _, err := chromedp.Run(b, settle); err != nil {
		return []fault{{address, err.Error()}}
	}
	b.touch(t)
	if got := b.ask(t, snared); got != "" {
		return []fault{{address, got}}
	}
	return nil
}

// TestTheTrapWorks sees that a page that runs something is found out.
func TestTheTrapWorks(t *testing.T) {
	dir := t.TempDir()
	for name, body := range map[string]string{
		"ran": `<img src=x onerror=alert(1)>`, "could": `<p onclick="alert(1)">x</p>`, "leads": `<a href="javascript:alert(1)">x</a>`, "foreign": `<script src="x.js"></script>`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), []byte("<!DOCTYPE html><title>x</title>"+body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, base := armed(t), serve(t, dir, strict)
	for name, want := range map[string]string{"ran": "alert", "could": "P has onclick", "leads": "A leads to javascript:alert(1)", "foreign": "a script of somebody else's"} {
		faults := b.spring(t, base+name+".html")
		if len(faults) == 0 || !strings.Contains(faults[0].what, want) {
			t.Errorf("%s: %v, want %q", name, faults, want)
		}
	}
}

// TestNothingThatPeopleWriteRuns opens every page of portals in which every text, id and file name is made of vectors, and uses what
// takes words from a reader or from the address. Nothing runs, although the policy is not enforced.
func TestNothingThatPeopleWriteRuns(t *testing.T) {
	for name, dir := range map[string]string{"internal": hostile(t, everyWhere), "public": hostilePublic(t, everyWhere), "proto": hostile(t, "__proto__")} {
		t.Run(name, func(t *testing.T) {
			b, base := armed(t), serve(t, dir, "")
			all := pages(t, dir)
			t.Logf("%d pages, %d vectors", len(all), len(vectors))
			last := vectors[len(vectors)-1]
			if name == "proto" {
				last = "__proto__"
			}
			shown := 0
			for _, p := range all {
				report(t, b.spring(t, base+(&url.URL{Path: p}).EscapedPath()))
				if strings.Contains(b.ask(t, `document.querySelector("main").textContent`), last) {
					shown++
				}
			}
			if shown < len(all)/2 {
				t.Errorf("only %d of %d pages show what people write: this tests little", shown, len(all))
			}
			if name == "public" {
				report(t, b.spring(t, base+"search.html?q="+url.QueryEscape(everyWhere)))
				return
			}
			asked := url.QueryEscape(everyWhere)
			for _, p := range []string{
				"search.html?q=" + asked + "&kind=" + asked + "&state=" + asked, "search.html?texts=1&q=" + asked, "any-day.html?day=" + asked + "&organisation=" + asked + "&state=" + asked,
				"workloads.html?workloads.words=" + asked + "&workloads.1=" + asked + "&workloads.sort=" + asked, "obligations.html?obligations.words=" + asked,
				"index.html?" + asked + "#" + url.PathEscape(everyWhere),
			} {
				report(t, b.spring(t, base+p))
			}
			// What is found is shown by its name.
			report(t, b.spring(t, base+"search.html"))
			word := "alert"
			if name == "proto" {
				word = "proto"
			}
			if err := chromedp.Do(b, chromedp.KeyEvent("/"), chromedp.KeyEvent(word)); err != nil {
				t.Fatal(err)
			}
			b.wait(t, `document.querySelectorAll(".muniment-found a").length > 0`)
			if got := b.ask(t, snared); got != "" {
				t.Errorf("the search found and showed: %s", got)
			}
			// So is what is found by its texts alone.
			report(t, b.spring(t, base+"search.html?texts=1&q=quixotry+"+word))
			b.wait(t, `document.querySelector(".muniment-found").textContent.includes("found in its texts")`)
			if got := b.ask(t, snared); got != "" {
				t.Errorf("the search inside texts found and showed: %s", got)
			}
			report(t, b.spring(t, base+"any-day.html?day="+asOf))
			b.wait(t, `document.querySelectorAll("#days tbody tr").length > 0`)
			if got := b.ask(t, snared); got != "" {
				t.Errorf("the view of any day showed: %s", got)
			}
		})
	}
}

// touch goes over everything on a page, for handlers that wait for that.
func (b *tab) touch(t *testing.T) {
	t.Helper()
	_, err := chromedp.Run(b, chromedp.Evaluate[bool](`(() => {
		for (const e of document.querySelectorAll("body *")) {
			for (const name of ["mouseover", "mouseenter", "pointerover", "toggle", "begin", "error", "load"]) e.dispatchEvent(new Event(name));
			if (e.focus) e.focus({preventScroll: true});
		}
		return true;
	})()`))
	if err != nil {
		t.Fatal(err)
	}
}
