package muniment_test

import (
	"flag"
	"fmt"
	"go/ast"
	"os"
	"regexp"
	"strings"
	"testing"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/schema"
	"example.org/muniment/schemas"
)

var update = flag.Bool("update", false, "rewrite generated files and goldens")

// TestFormatReferenceIsFresh keeps docs/format.md equal to what the schemas say.
func TestFormatReferenceIsFresh(t *testing.T) {
	shapes, err := schema.Load(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	intro, err := os.ReadFile("docs/format.head.md")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.Write(intro)
	b.WriteString("\n<!-- Below this line: generated from schemas/*.cue by `make update`. Do not edit. -->\n")
	for _, kind := range shapes.Kinds() {
		writeKind(&b, shapes, kind)
	}
	const name = "docs/format.md"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != b.String() {
		t.Errorf("%s is not what the schemas say; run make update", name)
	}
}

func writeKind(b *strings.Builder, shapes *schema.Set, kind string) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n", kind, withoutPath(oneParagraph(shapes.Doc(kind))))
	var places []string
	for _, home := range record.Homes() {
		if string(home.Kind) == kind {
			places = append(places, "`"+home.Path+"`")
		}
	}
	fmt.Fprintf(b, "Place: %s. Definition: `%s`.\n\n", strings.Join(places, " and "), shapes.Definition(kind))
	b.WriteString("| Field | Must | Value | Meaning |\n|---|---|---|---|\n")
	for _, f := range shapes.Fields(kind) {
		must := ""
		switch {
		case f.When != "":
			must = "when " + f.When
		case f.Required:
			must = "yes"
		}
		value := f.Type
		switch {
		case f.Says != "" && strings.HasPrefix(f.Type, "a list"):
			value = "a list; each entry: " + f.Says
		case f.Says != "":
			value = f.Says
		}
		if len(f.Choices) > 0 {
			value = "`" + strings.Join(f.Choices, "` or `") + "`"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", f.Path, must, cellText(value), cellText(f.Doc))
	}
}

// withoutPath drops the path that ends a definition's comment: the reference gives it on a line of its own.
func withoutPath(doc string) string {
	if i := strings.LastIndex(doc, " evidence/"); i > 0 {
		return doc[:i]
	}
	return doc
}

func oneParagraph(s string) string { return strings.Join(strings.Fields(s), " ") }

func cellText(s string) string { return strings.ReplaceAll(oneParagraph(s), "|", `\|`) }

// TestEveryCodeIsDocumented finds the codes of findings in the source and wants each in docs/findings.md, and none there that is gone.
func TestEveryCodeIsDocumented(t *testing.T) {
	page, err := os.ReadFile("docs/findings.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile("`([a-z0-9]+(?:-[a-z0-9]+)*)`").FindAllStringSubmatch(string(page), -1) {
		documented[m[1]] = true
	}
	used := map[string]bool{}
	literal := regexp.MustCompile(`"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"`)
	sourceFiles(t, func(name string, _ *ast.File) {
		for _, pkg := range []string{"strictyaml", "schema", "markdown", "register", "load"} {
			if strings.HasPrefix(name, "internal/"+pkg+"/") && !strings.HasSuffix(name, "_test.go") {
				src, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range literal.FindAllStringSubmatch(string(src), -1) {
					used[m[1]] = true
				}
			}
		}
	})
	for code := range documented {
		made := strings.HasPrefix(code, "unknown-") || strings.HasPrefix(code, "personal-data-") // put together from parts
		if !used[code] && !made && !notCodes[code] {
			t.Errorf("docs/findings.md explains %s, which nothing says", code)
		}
	}
	for _, prefix := range []string{"yaml-", "limit-", "link-", "image-", "path-", "wrong-", "unknown-", "missing-", "impossible-", "duplicate-", "personal-data-", "secret-", "refused-"} {
		for code := range used {
			if strings.HasPrefix(code, prefix) && code != prefix && !documented[code] && !notCodes[code] {
				t.Errorf("docs/findings.md does not explain %s", code)
			}
		}
	}
}

// notCodes are words on the page or in the source that look like codes.
var notCodes = map[string]bool{"kind": true, "check": true}
