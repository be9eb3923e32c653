//go:build browser

package browser

import (
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/theme"
	"example.org/muniment/themes"
)

// specimen writes one page with every part that themes/README.md describes.
func specimen(t *testing.T, fsys fs.FS) (dir string) {
	t.Helper()
	look, err := theme.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "assets"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, a := range look.Assets() {
		if err := os.WriteFile(filepath.Join(dir, "assets", a.Name), a.Content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.Create(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	var words strings.Builder
	for _, a := range look.Words().Script("portal") {
		fmt.Fprintf(&words, ` %s="%s"`, a.Name, template.HTMLEscapeString(a.Text))
	}
	err = template.Must(template.ParseFiles("testdata/specimen.html")).Execute(page, map[string]any{
		"Icon": look.Asset("favicon.svg"), "Sheet": look.Asset("portal.css"), "Script": look.Asset("portal.js"), "Words": template.HTMLAttr(words.String()),
		"States": []string{"blocked", "failing", "overdue", "incomplete", "gap", "contested", "info", "met", "not-applicable", "excepted"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// plain is a theme as it is before its build step.
func plain(t *testing.T, full fs.FS) fs.FS {
	t.Helper()
	before := fstest.MapFS{}
	err := fs.WalkDir(full, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Dir(name) == "dist" {
			return err
		}
		content, err := fs.ReadFile(full, name)
		before[name] = &fstest.MapFile{Data: content}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return before
}

func TestEveryPartOfTheThemeIsSound(t *testing.T) {
	full, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fs.Stat(full, "dist/manifest.json"); err != nil {
		t.Fatal("the theme has not been built; run make theme")
	}
	for name, fsys := range map[string]fs.FS{"nhs": full, "plain": plain(t, full)} {
		t.Run(name, func(t *testing.T) {
			dir := specimen(t, fsys)
			only := map[string]string{"specimen-" + name: "index.html"}
			report(t, checkMarkup(t, dir))
			report(t, checkPages(t, dir, strict, []string{"index.html"}))
			report(t, checkNarrow(t, dir, "out", only))
			report(t, checkWithoutScript(t, dir, only))
			report(t, checkPrint(t, dir, "out", only))
		})
	}
}

// rows are the workloads that the table shows, in order.
const rows = `[...document.querySelectorAll("#verdicts tbody tr")].filter(r => r.checkVisibility()).map(r => r.cells[0].textContent.slice(-1)).join("")`

func TestTablesFilterAndSort(t *testing.T) {
	full, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	b, base := open(t), serve(t, specimen(t, full), strict)
	typed := func(id, value string) string {
		return `(e => { e.value = "` + value + `"; e.dispatchEvent(new Event("input", {bubbles: true})) })(document.getElementById("` + id + `"))`
	}
	click := func(column string) string {
		return `document.querySelectorAll("#verdicts thead button")[` + column + `].click()`
	}
	for _, tt := range []struct {
		name string
		do   []string
		want string
	}{
		{"as written", nil, "0123456789"},
		{"by words", []string{typed("verdicts-words", "MET 7")}, "7"},
		{"by words that no row has", []string{typed("verdicts-words", "absent")}, ""},
		{"by a choice", []string{typed("verdicts-1", "gap")}, "4"},
		{"by a choice and words that disagree", []string{typed("verdicts-1", "gap"), typed("verdicts-words", "met")}, ""},
		{"sorted once", []string{click("1")}, "0123456789"},
		{"sorted twice", []string{click("1"), click("1")}, "9876543210"},
		{"sorted by number, then filtered", []string{click("2"), click("2"), typed("verdicts-words", "ed")}, "950"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report(t, b.visit(base, "index.html"))
			for _, step := range tt.do {
				if err := chromedp.Do(b, chromedp.Evaluate[chromedp.Void](step)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := chromedp.Run(b, chromedp.Evaluate[string](rows))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			// What was chosen is in the address: loading it again shows the same.
			if err := chromedp.Do(b, chromedp.Reload()); err != nil {
				t.Fatal(err)
			}
			again, err := chromedp.Run(b, chromedp.Evaluate[string](rows))
			if err != nil {
				t.Fatal(err)
			}
			if again != got {
				t.Errorf("after a reload the rows are %q, before %q", again, got)
			}
		})
	}
}
