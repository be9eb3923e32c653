//go:build browser

package browser

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// TestPortal looks at every page of the portal.
func TestPortal(t *testing.T) {
	dir := portal(t)
	all := pages(t, dir)
	t.Logf("%d pages of %d kinds", len(all), len(kinds(all)))
	t.Run("every link leads somewhere", func(t *testing.T) { report(t, checkLinks(t, dir)) })
	t.Run("the markup has no errors", func(t *testing.T) { report(t, checkMarkup(t, dir)) })
	t.Run("every page is accessible, quiet and keeps to itself", func(t *testing.T) { report(t, checkPages(t, dir, strict, all)) })
	t.Run("each kind of page fits a phone", func(t *testing.T) { report(t, checkNarrow(t, dir, "out", kinds(all))) })
	t.Run("each kind of page works without script", func(t *testing.T) { report(t, checkWithoutScript(t, dir, kinds(all))) })
	t.Run("each kind of page prints", func(t *testing.T) { report(t, checkPrint(t, dir, "out", kinds(all))) })
	t.Run("the portal works from file://", func(t *testing.T) { report(t, checkFromDisk(t, dir)) })
}

func checkPages(t *testing.T, dir, policy string, all []string) []fault {
	t.Helper()
	source, err := os.ReadFile(tool(t, "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	b, base := open(t), serve(t, dir, policy)
	var faults []fault
	for _, p := range all {
		faults = append(faults, b.visit(base, p)...)
		violations, err := b.axe(string(source))
		if err != nil {
			faults = append(faults, fault{p, fmt.Sprintf("axe could not read it: %v", err)})
		}
		for _, v := range violations {
			if v.grave() {
				faults = append(faults, fault{p, v.String()})
			} else {
				t.Logf("%s: %s", p, v)
			}
		}
	}
	return faults
}

// checkNarrow shows each kind of page 375 pixels wide, where nothing may stick out (WCAG 2.2, 1.4.10), and takes
// pictures at both widths for people to look at.
func checkNarrow(t *testing.T, dir, out string, kinds map[string]string) []fault {
	t.Helper()
	b, base := open(t), serve(t, dir, strict)
	var faults []fault
	for _, kind := range sortedKeys(kinds) {
		p := kinds[kind]
		for _, width := range []int64{1280, 375} {
			if err := chromedp.Do(b, chromedp.EmulateViewport(width, 900)); err != nil {
				t.Fatal(err)
			}
			faults = append(faults, b.visit(base, p)...)
			size, err := chromedp.Run(b, chromedp.Evaluate[[2]int64](`[document.documentElement.scrollWidth, document.documentElement.scrollHeight]`))
			if err != nil {
				t.Fatal(err)
			}
			if size[0] > width {
				faults = append(faults, fault{p, fmt.Sprintf("is %d pixels wide on a screen of %d", size[0], width)})
			}
			keep(t, out, fmt.Sprintf("%s-%d.png", kind, width), b.picture(t, width, min(size[1], tallest)))
		}
	}
	return faults
}

// tallest is how much of a page a picture shows, in pixels. Chromium refuses much taller ones, and a person looks at no more.
const tallest = 8000

func (b *tab) picture(t *testing.T, width, height int64) []byte {
	t.Helper()
	beyond := true
	taken, err := chromedp.Call(b, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Format:                page.CaptureScreenshotFormatPng,
		CaptureBeyondViewport: &beyond,
		Clip:                  &page.Viewport{Width: float64(width), Height: float64(height), Scale: 1},
	})
	if err != nil {
		t.Fatal(err)
	}
	return taken.Data
}

const anyDay = "any-day.html"

// seen is what a reader sees of the main part of a page.
const seen = `(() => { const main = document.querySelector("main"); return main ? main.innerText.trim() : "" })()`

// checkWithoutScript compares each kind of page with itself: without script no row of a table and no heading is missing.
//
// The one page that cannot is that of any day.
func checkWithoutScript(t *testing.T, dir string, kinds map[string]string) []fault {
	t.Helper()
	b, base := open(t), serve(t, dir, strict)
	var faults []fault
	for _, kind := range sortedKeys(kinds) {
		p := kinds[kind]
		var counts [2]int
		for i, disabled := range []bool{false, true} {
			params := emulation.SetScriptExecutionDisabledParams{Value: disabled}
			if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, params); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(b, chromedp.Navigate(base+p)); err != nil {
				t.Fatal(err)
			}
			text, err := chromedp.Run(b, chromedp.Evaluate[string](seen))
			if err != nil {
				t.Fatal(err)
			}
			if text == "" {
				faults = append(faults, fault{p, fmt.Sprintf("main shows nothing (script disabled: %t)", disabled)})
			}
			counts[i], err = chromedp.Run(b, chromedp.Evaluate[int](
				`[...document.querySelectorAll("main h1, main h2, main tr, main li, main dd")].filter(e => e.checkVisibility()).length`))
			if err != nil {
				t.Fatal(err)
			}
		}
		if p == anyDay {
			// A day is chosen by script alone. Without it there are the ends of months, each a page.
			ends, err := chromedp.Run(b, chromedp.Evaluate[int](`document.querySelectorAll("main a[href*='days/']").length`))
			if err != nil {
				t.Fatal(err)
			}
			if ends == 0 {
				faults = append(faults, fault{p, "leads to no end of a month without script"})
			}
			continue
		}
		if counts[1] < counts[0] {
			faults = append(faults, fault{p, fmt.Sprintf("shows %d parts with script and %d without", counts[0], counts[1])})
		}
	}
	return faults
}

func checkPrint(t *testing.T, dir, out string, kinds map[string]string) []fault {
	t.Helper()
	b, base := open(t), serve(t, dir, strict)
	var faults []fault
	for _, kind := range sortedKeys(kinds) {
		p := kinds[kind]
		faults = append(faults, b.visit(base, p)...)
		paper, err := chromedp.Run(b, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(paper, []byte("%PDF-")) || len(paper) < 2000 {
			faults = append(faults, fault{p, fmt.Sprintf("prints as %d bytes", len(paper))})
		}
		keep(t, out, kind+".pdf", paper)
	}
	return faults
}

// checkFromDisk opens the overview from a folder and clicks through to one page of each kind.
func checkFromDisk(t *testing.T, dir string) []fault {
	t.Helper()
	root, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	base := "file://" + filepath.ToSlash(root) + "/"
	b := open(t)
	faults := b.visit(base, "index.html")
	targets, err := chromedp.Run(b, chromedp.Evaluate[[]string](
		`[...new Set([...document.querySelectorAll("a[href]")].map(a => a.getAttribute("href")))]
			.filter(h => !/^[a-z]+:|^#/i.test(h) && /\.html(#|$)/.test(h))`))
	if err != nil {
		t.Fatal(err)
	}
	var relative []string
	byTarget := map[string]string{}
	for _, target := range targets {
		p, _, _ := strings.Cut(target, "#")
		relative = append(relative, p)
		byTarget[p] = target
	}
	if len(relative) == 0 {
		return append(faults, fault{"index.html", "leads to no other page"})
	}
	first := kinds(relative)
	for _, kind := range sortedKeys(first) {
		p := first[kind]
		faults = append(faults, b.visit(base, "index.html")...)
		b.forget()
		click := fmt.Sprintf(`[...document.querySelectorAll("a[href]")].find(a => a.getAttribute("href") === %q).click()`, byTarget[p])
		if _, err := chromedp.RunResponse(b, chromedp.Evaluate[chromedp.Void](click)); err != nil {
			faults = append(faults, fault{p, fmt.Sprintf("does not open from file://: %v", err)})
			continue
		}
		styled, err := chromedp.Run(b, chromedp.Evaluate[bool](
			`document.querySelector("h1") !== null && [...document.styleSheets].length > 0 && getComputedStyle(document.body).fontFamily.toLowerCase().includes("arial")`))
		if err != nil {
			t.Fatal(err)
		}
		if !styled {
			faults = append(faults, fault{p, "has no heading or no style when opened from file://"})
		}
		faults = append(faults, b.heard(base, p)...)
	}
	return faults
}

// keep leaves a picture or print for people to look at.
func keep(t *testing.T, out, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}
