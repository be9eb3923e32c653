//go:build browser

package browser

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var glance = flag.String("glance", "", "pages, with commas between, to take pictures of at both widths; needs -portal")

// TestGlance takes pictures of some pages, for people who work on them.
func TestGlance(t *testing.T) {
	if *glance == "" {
		t.Skip("no page was asked for; see -glance")
	}
	source, err := os.ReadFile(tool(t, "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	b, base := open(t), serve(t, portal(t), strict)
	for _, p := range strings.Split(*glance, ",") {
		for _, width := range []int64{1280, 320} {
			if err := chromedp.Do(b, chromedp.EmulateViewport(width, 900)); err != nil {
				t.Fatal(err)
			}
			path, query, _ := strings.Cut(p, "?")
			report(t, b.visit(base, path))
			if query != "" {
				if err := chromedp.Do(b, chromedp.Navigate(base+p)); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(700 * time.Millisecond)
			size, err := chromedp.Run(b, chromedp.Evaluate[[2]int64](`[document.documentElement.scrollWidth, document.documentElement.scrollHeight]`))
			if err != nil {
				t.Fatal(err)
			}
			if size[0] > width {
				t.Errorf("%s is %d pixels wide on a screen of %d", p, size[0], width)
			}
			keep(t, "out", fmt.Sprintf("glance-%s-%d.png", strings.NewReplacer("/", "_", "?", "_", "=", "_").Replace(p), width), b.picture(t, width, min(size[1], 2400)))
			violations, err := b.axe(string(source))
			if err != nil {
				t.Error(err)
			}
			for _, v := range violations {
				t.Errorf("%s at %d: %s", p, width, v)
			}
		}
	}
}
