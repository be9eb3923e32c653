package load_test

import (
	"strings"
	"testing"

	"example.org/muniment/internal/load"
)

// TestProseFitsIntoAPage wants headings below those of the page around them, and no link to a file that is not published.
func TestProseFitsIntoAPage(t *testing.T) {
	t.Parallel()
	result := readTree(t, valid(t), load.Options{})
	for _, w := range result.Register.Workloads {
		if w.DPIA == nil {
			continue
		}
		html := w.DPIA.Prose.HTML
		for _, bad := range []string{"<h1", "<h2", `href="files/`, `href="../`} {
			if strings.Contains(html, bad) {
				t.Errorf("%s: the page would hold %s", w.DPIA.Path, bad)
			}
		}
		if !strings.Contains(html, "<h3") {
			t.Errorf("%s: no heading of level 3", w.DPIA.Path)
		}
	}
}
