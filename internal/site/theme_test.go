package site

import (
	"os"
	"strings"
	"testing"

	"example.org/muniment/internal/theme"
)

// TestASecondTheme shows that the contract of themes/README.md is all that a theme needs: testdata/bare has other markup, other words
// and no scripts, and nothing of the NHS theme.
func TestASecondTheme(t *testing.T) {
	t.Parallel()
	bare, err := theme.Open(os.DirFS("testdata/bare"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := Render(sample(), bare, sampleConfig())
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, p := range parsePages(t, files) {
		if len(p.all("h1")) != 1 || len(p.all("main")) != 1 || len(p.all("footer")) != 1 {
			t.Errorf("%s is not in the frame of the theme", p.path)
		}
		for _, n := range p.nodes {
			if class, _ := attribute(n, "class"); strings.Contains(class, "nhsuk-header") {
				t.Errorf("%s has something of the NHS theme: %s", p.path, class)
			}
		}
		if text := textOf(p.root); strings.Contains(text, "Internal: do not publish") {
			seen++
		}
	}
	same := map[string]bool{}
	for _, f := range files {
		same[f.Path] = true
	}
	for _, f := range rendered(t, sample()) {
		if !strings.HasPrefix(f.Path, "assets/") && !same[f.Path] {
			t.Errorf("with the second theme there is no %s", f.Path)
		}
	}
	if seen < 20 {
		t.Errorf("only %d pages state their profile", seen)
	}
}
