package strictyaml_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

// FuzzRead feeds any bytes to the reader. Nothing may panic; a refusal names a place inside the file; and what is accepted
// means the same to the library's own decoder, which takes another way through it.
func FuzzRead(f *testing.F) {
	for _, tc := range refused {
		f.Add([]byte(tc.src))
	}
	f.Add([]byte("a: 1\nb: [x, 1.5, true, \"no\"]\nc:\n  - d: 2026-11-22\n    e: |\n      text\n\n      more\n  - f: >-\n      folded\n      text\n"))
	f.Add([]byte("---\r\n# comment\r\na: 'it''s' # more\r\n\"b c\": {d: [], e: {}}\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		node, fs := strictyaml.Read("f.yaml", src, strictyaml.Limits{})
		if node == nil {
			checkRefusal(t, src, fs)
			return
		}
		if finding.Errors(fs) > 0 {
			t.Fatal("accepted in spite of", fs)
		}
		var second any
		if err := yaml.Unmarshal(src, &second); err != nil {
			t.Fatalf("accepted, but the second reader refuses: %v", err)
		}
		if err := same(node, second); err != nil {
			t.Fatal(err)
		}
		node.Walk(func(path string, n *tree.Node) {
			if !inside(src, n.Line, n.Column) {
				t.Fatalf("%s is said to be at %d:%d", path, n.Line, n.Column)
			}
		})
	})
}

func FuzzFrontMatter(f *testing.F) {
	f.Add([]byte("---\na: 1\n---\n# Title\n"))
	f.Add([]byte("---\r\na: no\r\n---\r\n"))
	f.Add([]byte("---\na: 1\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		node, body, line, fs := strictyaml.FrontMatter("f.md", src, strictyaml.Limits{})
		if node == nil {
			checkRefusal(t, src, fs)
			return
		}
		if !strings.HasSuffix(string(src), string(body)) {
			t.Fatal("the body is not the end of the file")
		}
		if before := string(src[:len(src)-len(body)]); strings.Count(before, "\n")+1 != line && len(body) > 0 {
			t.Fatalf("the body is said to begin on line %d", line)
		}
	})
}

func checkRefusal(t *testing.T, src []byte, fs []finding.Finding) {
	t.Helper()
	if finding.Errors(fs) == 0 {
		t.Fatal("refused without a reason")
	}
	for _, g := range fs {
		if g.Code == "" || g.Message == "" || g.Remedy == "" || !inside(src, g.Line, g.Column) && g.Code != "limit-size" {
			t.Fatalf("%+v", g)
		}
	}
}

// inside reports whether a place is in the text, or just after the end of one of its lines.
func inside(src []byte, line, column int) bool {
	lines := strings.Split(string(src), "\n")
	return line >= 1 && line <= len(lines) && column >= 1 && column <= utf8.RuneCountInString(lines[line-1])+1
}

// same compares a node with what the second reader made of the same text.
func same(n *tree.Node, v any) error {
	switch x := v.(type) {
	case map[string]any:
		if n.Kind != tree.Map || len(n.Fields) != len(x) {
			break
		}
		for _, f := range n.Fields {
			if err := same(f.Value, x[f.Key]); err != nil {
				return fmt.Errorf("%s: %w", f.Key, err)
			}
		}
		return nil
	case []any:
		if n.Kind != tree.List || len(n.Items) != len(x) {
			break
		}
		for i, item := range n.Items {
			if err := same(item, x[i]); err != nil {
				return fmt.Errorf("%d: %w", i, err)
			}
		}
		return nil
	case string:
		if n.Kind == tree.String && n.Text == x {
			return nil
		}
	case time.Time: // this reader takes days for timestamps; the text is the same
		if n.Kind == tree.String && (n.Text == x.Format(time.DateOnly) || strings.HasPrefix(n.Text, x.Format("2006-01-02T15:04:05"))) {
			return nil
		}
	case int:
		if n.Kind == tree.Int && n.Text == strconv.Itoa(x) {
			return nil
		}
	case float64:
		if f, err := strconv.ParseFloat(n.Text, 64); n.Kind == tree.Number && err == nil && math.Abs(f-x) == 0 {
			return nil
		}
	case bool:
		if n.Kind == tree.Bool && n.Text == strconv.FormatBool(x) {
			return nil
		}
	}
	return fmt.Errorf("we read %s, the second reader %T %v", n.AppendJSON(nil), v, v)
}
