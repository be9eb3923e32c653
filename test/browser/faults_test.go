//go:build browser

package browser

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The checks themselves are checked: a sound site passes each of them, and every planted fault is found.

func TestASoundSitePassesEveryCheck(t *testing.T) {
	const dir = "testdata/sound"
	all := pages(t, dir)
	report(t, checkLinks(t, dir))
	report(t, checkMarkup(t, dir))
	report(t, checkPages(t, dir, strict, all))
	report(t, checkNarrow(t, dir, t.TempDir(), kinds(all)))
	report(t, checkWithoutScript(t, dir, kinds(all)))
	report(t, checkPrint(t, dir, t.TempDir(), kinds(all)))
	report(t, checkFromDisk(t, dir))
}

func TestPlantedFaultsAreFound(t *testing.T) {
	const dir = "testdata/faulty"
	pictures := t.TempDir()
	all := pages(t, dir)
	for _, tt := range []struct {
		check  string
		faults []fault
		want   []string
	}{
		{"links", checkLinks(t, dir), []string{
			"index.html: leads nowhere: absent.html",
			"index.html: leads to a place that the page does not have: other.html#absent",
			"index.html: depends on where the portal is published: /rooted.html",
			"index.html: leads to a folder, which file:// cannot show: assets/",
			"index.html: an address of this kind is not allowed: http://example.org/",
			"index.html: an address of this kind is not allowed: http://192.0.2.1/pixel.png",
			"assets/site.css: leads nowhere: absent.png",
			"orphan.html: no other page leads here",
		}},
		{"markup", checkMarkup(t, dir), []string{"index.html: line 17", "twice", "alt"}},
		{"html-validate", htmlValidate(t, dir), []string{"index.html: line 17", "[no-dup-id]", "[wcag/h37]"}},
		{"pages", checkPages(t, dir, "", all), []string{
			"index.html: axe critical, image-alt",
			"index.html: console: console.error",
			"index.html: console: exception",
			"index.html: request outside the portal: http://192.0.2.1/pixel.png",
			"index.html: console: network: Failed to load resource", // absent.png
		}},
		{"pages under a strict policy", checkPages(t, dir, strict, all), []string{
			"index.html: console: security: ", // the picture from elsewhere
		}},
		{"narrow", checkNarrow(t, dir, pictures, kinds(all)), []string{"index.html: is 9", "pixels wide on a screen of 375"}},
		{"without script", checkWithoutScript(t, dir, kinds(all)), []string{
			"parts with script and", "bare.html: main shows nothing (script disabled: true)",
		}},
		{"from disk", checkFromDisk(t, dir), []string{"absent.html: does not open", "other.html: has no heading or no style"}},
	} {
		t.Run(tt.check, func(t *testing.T) {
			var found strings.Builder
			for _, f := range tt.faults {
				found.WriteString(f.String() + "\n")
			}
			for _, want := range tt.want {
				if !strings.Contains(found.String(), want) {
					t.Errorf("%q was not found among\n%s", want, found.String())
				}
			}
		})
	}
	if _, err := os.Stat(filepath.Join(pictures, "index-375.png")); err != nil {
		t.Errorf("no picture was kept: %v", err)
	}
}
