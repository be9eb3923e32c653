//go:build browser

package browser

import (
	"bytes"
	"fmt"
	"image"
	_ "image/png" // what pictures are
	"testing"

	"github.com/chromedp/chromedp"
)

// pictured is how much of a page is compared, in pixels.
const pictured = 3000

// pictures takes a picture of every kind of page at two widths, in a tab of its own.
func pictures(t *testing.T, base string, kinds map[string]string) map[string][]byte {
	t.Helper()
	b := open(t)
	out := map[string][]byte{}
	for _, width := range []int64{1280, 320} {
		if err := chromedp.Do(b, chromedp.EmulateViewport(width, 900)); err != nil {
			t.Fatal(err)
		}
		for _, kind := range sortedKeys(kinds) {
			report(t, b.visit(base, kinds[kind]))
			if kinds[kind] == anyDay {
				b.wait(t, `document.querySelectorAll("#days tbody tr").length > 0`)
			}
			height, err := chromedp.Run(b, chromedp.Evaluate[int64](`document.documentElement.scrollHeight`))
			if err != nil {
				t.Fatal(err)
			}
			out[fmt.Sprintf("%s at %d px", kinds[kind], width)] = b.picture(t, width, min(height, pictured))
		}
	}
	return out
}

// differing counts the pixels in which two pictures differ; -1 when they are not of one size.
func differing(t *testing.T, a, b []byte) int {
	t.Helper()
	var of [2]image.Image
	for i, raw := range [][]byte{a, b} {
		var err error
		if of[i], _, err = image.Decode(bytes.NewReader(raw)); err != nil {
			t.Fatal(err)
		}
	}
	if of[0].Bounds() != of[1].Bounds() {
		return -1
	}
	n := 0
	for y := of[0].Bounds().Min.Y; y < of[0].Bounds().Max.Y; y++ {
		for x := of[0].Bounds().Min.X; x < of[0].Bounds().Max.X; x++ {
			if of[0].At(x, y) != of[1].At(x, y) {
				n++
			}
		}
	}
	return n
}

// TestPicturesAreStable takes a picture of every kind of page twice, and wants the same pixels. Nothing is masked. The pictures that
// TestPortal leaves in out are for people to review: kept beside the code they would change with every machine's fonts.
func TestPicturesAreStable(t *testing.T) {
	dir := past(t)
	base, of := serve(t, dir, strict), kinds(pages(t, dir))
	first, second := pictures(t, base, of), pictures(t, base, of)
	same := 0
	for name := range first {
		if bytes.Equal(first[name], second[name]) {
			same++
			continue
		}
		if n := differing(t, first[name], second[name]); n != 0 {
			t.Errorf("%s: %d pixels differ", name, n)
			keep(t, "out", "first.png", first[name])
			keep(t, "out", "second.png", second[name])
		}
	}
	t.Logf("%d pictures, %d of them the same to the byte", len(first), same)
}

// TestADifferentPictureIsSeen changes one pixel's worth of a page.
func TestADifferentPictureIsSeen(t *testing.T) {
	b := open(t)
	var taken [2][]byte
	for i, page := range []string{"data:text/html,<body style='margin:0'><p>x", "data:text/html,<body style='margin:0'><p>y"} {
		if err := chromedp.Do(b, chromedp.EmulateViewport(100, 100), chromedp.Navigate(page)); err != nil {
			t.Fatal(err)
		}
		taken[i] = b.picture(t, 100, 100)
	}
	if n := differing(t, taken[0], taken[1]); n <= 0 {
		t.Errorf("%d pixels differ", n)
	}
	if n := differing(t, taken[0], taken[0]); n != 0 {
		t.Errorf("a picture differs from itself in %d pixels", n)
	}
}
