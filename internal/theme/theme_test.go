package theme_test

import (
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/theme"
	"example.org/muniment/themes"
)

// valid is a theme that has been built.
func valid() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"theme.json":          file(`{"name": "test", "templates": "pages", "built": "dist", "plain": {"portal.css": ["a.css", "b.css"], "portal.js": ["c.js"], "favicon.svg": ["d.svg"]}}`),
		"pages/one.html":      file("<p>"),
		"a.css":               file("a{}\n"),
		"b.css":               file("b{}\n"),
		"c.js":                file("1\n"),
		"d.svg":               file("<svg/>\n"),
		"dist/.placeholder":   file(""),
		"dist/portal-H1.css":  file("x"),
		"dist/portal-H2.js":   file("x"),
		"dist/favicon-H3.svg": file("x"),
		"dist/manifest.json": file(`{"designSystem": "test 1.0", "assets": {
			"portal.css": {"file": "portal-H1.css", "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
			"portal.js": {"file": "portal-H2.js", "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"},
			"favicon.svg": {"file": "favicon-H3.svg", "sha256": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}}}`),
	}
}

func TestABuiltThemeGivesItsAssets(t *testing.T) {
	th, err := theme.Open(valid())
	if err != nil {
		t.Fatal(err)
	}
	want := []theme.Asset{{Name: "favicon-H3.svg", Content: []byte("x")}, {Name: "portal-H1.css", Content: []byte("x")}, {Name: "portal-H2.js", Content: []byte("x")}}
	if diff := cmp.Diff(want, th.Assets()); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
	if !th.Present() || th.DesignSystem != "test 1.0" || th.Asset("portal.css") != "portal-H1.css" || th.Has("THIRD-PARTY.txt") {
		t.Errorf("theme %+v", th)
	}
	if _, err := fs.ReadFile(th.Templates, "one.html"); err != nil {
		t.Error(err)
	}
}

func TestAThemeThatWasNotBuiltWearsThePlainLook(t *testing.T) {
	fsys := valid()
	for name := range fsys {
		if strings.HasPrefix(name, "dist/") && name != "dist/.placeholder" {
			delete(fsys, name)
		}
	}
	th, err := theme.Open(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if th.Present() {
		t.Error("the theme claims to have been built")
	}
	name := regexp.MustCompile(`^([a-z]+)-[0-9a-f]{8}(\.[a-z]+)$`)
	got := map[string]string{}
	for _, a := range th.Assets() {
		got[name.ReplaceAllString(a.Name, "$1-HASH$2")] = string(a.Content)
	}
	want := map[string]string{"favicon-HASH.svg": "<svg/>\n", "portal-HASH.css": "a{}\nb{}\n", "portal-HASH.js": "1\n"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("assets (-want +got):\n%s", diff)
	}
}

func TestAThemeThatIsNotWholeDoesNotOpen(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(fstest.MapFS)
		want  string
	}{
		{"no description", func(f fstest.MapFS) { delete(f, "theme.json") }, "theme.json"},
		{"a description with a field nobody knows", func(f fstest.MapFS) { f["theme.json"].Data = []byte(`{"colour": "blue"}`) }, "colour"},
		{"a file that the manifest names is missing", func(f fstest.MapFS) { delete(f, "dist/portal-H1.css") }, "build the theme again"},
		{"a file was changed after the build", func(f fstest.MapFS) { f["dist/portal-H2.js"].Data = []byte("y") }, "build the theme again"},
		{"a manifest that is cut short", func(f fstest.MapFS) { f["dist/manifest.json"].Data = []byte(`{"designSystem": "x"`) }, "manifest.json"},
		{"a manifest without a design system", func(f fstest.MapFS) { f["dist/manifest.json"].Data = []byte(`{"assets": {}}`) }, "design system"},
		{"an asset that every page needs is absent", func(f fstest.MapFS) {
			f["dist/manifest.json"].Data = []byte(`{"designSystem": "x", "assets": {}}`)
		}, "favicon.svg"},
		{"a language without its words", func(f fstest.MapFS) { f["theme.json"].Data = []byte(`{"language": "cy"}`) }, "the file of its words"},
		{"words of no language", func(f fstest.MapFS) { f["theme.json"].Data = []byte(`{"words": "cy.toml"}`) }, "a language"},
		{"words that are missing", func(f fstest.MapFS) { f["theme.json"].Data = []byte(`{"language": "cy", "words": "cy.toml"}`) }, "cy.toml"},
		{"words that do not keep to their original", func(f fstest.MapFS) {
			f["theme.json"].Data = []byte(`{"language": "cy", "words": "a.css"}`)
			f["a.css"].Data = []byte("[layout]\nas-of = \"Ar\"\n")
		}, "lacks the place {date}"},
		{"a source of the plain look is missing", func(f fstest.MapFS) { delete(f, "dist/manifest.json"); delete(f, "b.css") }, "b.css"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fsys := valid()
			tt.spoil(fsys)
			if _, err := theme.Open(fsys); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that speaks of %q", err, tt.want)
			}
		})
	}
}

func TestAskingForAnUnknownAssetPanics(t *testing.T) {
	th, err := theme.Open(valid())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	th.Asset("portal.ccs")
}

// nhs is the theme in this repository, built or not.
func nhs(t *testing.T) fs.FS {
	t.Helper()
	fsys, err := fs.Sub(themes.FS, "nhs")
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func TestTheNHSThemeAsksNoOtherHost(t *testing.T) {
	th, err := theme.Open(nhs(t))
	if err != nil {
		t.Fatal(err)
	}
	// A method that is called fetch asks nobody: MiniSearch has one. That no page asks for anything is seen in the browser as well.
	asks := regexp.MustCompile(`(?i)url\(\s*["']?(https?:|/)|@import|@font-face|(window|self|globalThis)\.fetch\(|(^|[^.\w}])fetch\(|XMLHttpRequest|\beval\(|innerHTML`)
	for _, a := range th.Assets() {
		if found := asks.Find(a.Content); found != nil && !strings.HasSuffix(a.Name, ".txt") {
			t.Errorf("%s: %s", a.Name, found)
		}
	}
}

// WCAG 2.2, 1.4.3 asks 4.5:1 of text and 1.4.11 asks 3:1 of what carries meaning.
func TestEveryStateIsReadable(t *testing.T) {
	raw, err := fs.ReadFile(nhs(t), "src/states.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`(?s)\.muniment-state--([a-z-]+) \{(.*?)\}`).FindAllStringSubmatch(string(raw), -1)
	marks := map[string]string{}
	var states []string
	for _, b := range blocks {
		state, properties := b[1], map[string]string{}
		states = append(states, state)
		for _, p := range regexp.MustCompile(`--state-([a-z]+): ([^;]+);`).FindAllStringSubmatch(b[2], -1) {
			properties[p[1]] = p[2]
		}
		if c := contrast(t, properties["text"], properties["background"]); c < 4.5 {
			t.Errorf("%s: text on background has contrast %.1f", state, c)
		}
		if c := contrast(t, properties["border"], "#fff"); c < 3 {
			t.Errorf("%s: border on white has contrast %.1f", state, c)
		}
		if other, taken := marks[properties["mark"]]; taken || len(properties["mark"]) < 3 {
			t.Errorf("%s has the mark of %q", state, other)
		}
		marks[properties["mark"]] = state
	}
	want := []string{"blocked", "failing", "overdue", "incomplete", "gap", "contested", "info", "met", "not-applicable", "excepted"}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

// contrast is the ratio of WCAG 2.2 between two colours.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	la, lb := luminance(t, a), luminance(t, b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	hex := strings.TrimPrefix(colour, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	v, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || len(hex) != 6 {
		t.Fatalf("colour %q", colour)
	}
	linear := func(c uint64) float64 {
		s := float64(c&0xff) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(v>>16) + 0.7152*linear(v>>8) + 0.0722*linear(v)
}

// TestTheDigestCoversTheTranslation: pages that were kept for other words are not used again.
func TestTheDigestCoversTheTranslation(t *testing.T) {
	digests := map[string]bool{}
	for _, words := range []string{"", "[overview]\nheading = \"Sylw\"\n", "[overview]\nheading = \"Eich sylw\"\n"} {
		fsys := valid()
		if words != "" {
			fsys["theme.json"].Data = []byte(strings.Replace(string(fsys["theme.json"].Data), "{", `{"language": "cy", "words": "cy.toml", `, 1))
			fsys["cy.toml"] = &fstest.MapFile{Data: []byte(words)}
		}
		th, err := theme.Open(fsys)
		if err != nil {
			t.Fatal(err)
		}
		digests[th.Digest()] = true
	}
	if len(digests) != 3 {
		t.Errorf("three translations have %d digests", len(digests))
	}
}
