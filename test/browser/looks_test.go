//go:build browser

package browser

import (
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// look is a way in which people have pages shown to them.
type look struct {
	name     string
	width    int64
	media    string
	features []*emulation.MediaFeature
}

// looks are all but the usual one, in which TestPortal reads every page.
var looks = []look{
	{"dark", 1280, "", []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}},
	{"high contrast", 1280, "", []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}, {Name: "prefers-contrast", Value: "more"}}},
	{"320 px", 320, "", nil},
	{"print, from a dark screen", 794, "print", []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}, // A4 at 96 dots an inch
}

// wear makes a tab show pages in a look.
func (b *tab) wear(t *testing.T, l look) {
	t.Helper()
	if err := chromedp.Do(b, chromedp.EmulateViewport(l.width, 900)); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: l.media, Features: l.features}); err != nil {
		t.Fatal(err)
	}
}

// wcag has axe-core look for violations of WCAG 2.2 A and AA, and for nothing else. On paper nothing is touched.
const wcag = `axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]}, rules: {"target-size": {enabled: !matchMedia("print").matches}}}).then(r => r.violations)`

// checkLooks reads pages in every look, each of which may have no violation at all.
func checkLooks(t *testing.T, dir string, kinds map[string]string) []fault {
	t.Helper()
	source, err := os.ReadFile(tool(t, "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	b, base := open(t), serve(t, dir, strict)
	var faults []fault
	for _, l := range looks {
		b.wear(t, l)
		for _, kind := range sortedKeys(kinds) {
			p := kinds[kind]
			faults = append(faults, b.visit(base, p)...)
			if err := chromedp.Do(b, chromedp.Evaluate[chromedp.Void](string(source))); err != nil {
				t.Fatal(err)
			}
			violations, err := chromedp.Run(b, chromedp.Evaluate[[]violation](wcag, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				faults = append(faults, fault{p + " in " + l.name, v.String()})
			}
			width, err := chromedp.Run(b, chromedp.Evaluate[int64](`document.documentElement.scrollWidth`))
			if err != nil {
				t.Fatal(err)
			}
			if width > l.width && l.media != "print" {
				faults = append(faults, fault{p + " in " + l.name, fmt.Sprintf("is %d pixels wide on a screen of %d", width, l.width)})
			}
		}
	}
	return faults
}

// TestLooks reads a page of each kind, of a portal with years of history and of one that is open to the public, in every look.
func TestLooks(t *testing.T) {
	for name, dir := range map[string]string{"years": past(t), "public": public(t)} {
		t.Run(name, func(t *testing.T) {
			of := kinds(pages(t, dir))
			t.Logf("%d kinds of pages in %d looks", len(of), len(looks))
			report(t, checkLooks(t, dir, of))
		})
	}
}

// TestTheDarkLookIsDark sees that a reader who asks for dark pages gets them, and that paper stays white.
func TestTheDarkLookIsDark(t *testing.T) {
	b, base := open(t), serve(t, portal(t), strict)
	const shine = `(() => {
		const c = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
		return c[3] === 0 ? 255 : Math.round((c[0] + c[1] + c[2]) / 3);
	})()`
	for _, l := range append([]look{{"light", 1280, "", nil}}, looks...) {
		b.wear(t, l)
		report(t, b.visit(base, "index.html"))
		got, err := chromedp.Run(b, chromedp.Evaluate[int](shine))
		if err != nil {
			t.Fatal(err)
		}
		if l.name == "high contrast" {
			continue // the reader's system chooses
		}
		if dark := l.name == "dark"; dark != (got < 64) {
			t.Errorf("%s: the background is %d of 255", l.name, got)
		}
	}
}
