package markdown_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"example.org/muniment/internal/markdown"
)

// BenchmarkParse makes HTML of the impact assessment of the example.
func BenchmarkParse(b *testing.B) {
	found, err := filepath.Glob("../../evidence/organisations/*/workloads/*/dpia.md")
	if err != nil || len(found) == 0 {
		b.Fatalf("no impact assessment: %v", err)
	}
	text, err := os.ReadFile(found[0])
	if err != nil {
		b.Fatal(err)
	}
	_, body, ok := bytes.Cut(text, []byte("\n---\n"))
	if !ok {
		b.Fatal("it has no front matter")
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		doc, found := markdown.Parse(found[0], body, 1, markdown.Options{})
		if len(found) > 0 || doc.HTML() == "" {
			b.Fatal(found)
		}
	}
}
