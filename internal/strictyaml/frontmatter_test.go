package strictyaml_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/strictyaml"
	"example.org/muniment/internal/tree"
)

func TestReadKeepsValuesAndPlaces(t *testing.T) {
	t.Parallel()
	src := "# a record\nname: Imaging archive # not a part\r\ndays: [2026-11-22, \"no\"]\n\"owner of\":\n  - title: 'it''s'\n    share: 12.50\n    count: -3\n    on: true\n" +
		"text: |\n  one\n  two\nfolded: >-\n  one\n  two\nnone: []\nnobody: {}\nat: 2026-11-22T10:00:00Z\nempty: \"\"\ncafé: é x\n"
	got, fs := strictyaml.Read("r.yaml", []byte(src), strictyaml.Limits{})
	if len(fs) > 0 {
		t.Fatal(fs)
	}
	text := func(line, col int, s string) *tree.Node {
		return &tree.Node{Kind: tree.String, Line: line, Column: col, Text: s}
	}
	want := &tree.Node{Kind: tree.Map, Line: 2, Column: 1, Fields: []tree.Field{
		{Key: "name", Line: 2, Column: 1, Value: text(2, 7, "Imaging archive")},
		{Key: "days", Line: 3, Column: 1, Value: &tree.Node{Kind: tree.List, Line: 3, Column: 7, Items: []*tree.Node{text(3, 8, "2026-11-22"), text(3, 20, "no")}}},
		{Key: "owner of", Line: 4, Column: 1, Value: &tree.Node{Kind: tree.List, Line: 5, Column: 3, Items: []*tree.Node{
			{Kind: tree.Map, Line: 5, Column: 5, Fields: []tree.Field{
				{Key: "title", Line: 5, Column: 5, Value: text(5, 12, "it's")},
				{Key: "share", Line: 6, Column: 5, Value: &tree.Node{Kind: tree.Number, Line: 6, Column: 12, Text: "12.50"}},
				{Key: "count", Line: 7, Column: 5, Value: &tree.Node{Kind: tree.Int, Line: 7, Column: 12, Text: "-3"}},
				{Key: "on", Line: 8, Column: 5, Value: &tree.Node{Kind: tree.Bool, Line: 8, Column: 9, Text: "true"}},
			}},
		}}},
		{Key: "text", Line: 9, Column: 1, Value: text(9, 7, "one\ntwo\n")},
		{Key: "folded", Line: 12, Column: 1, Value: text(12, 9, "one two")},
		{Key: "none", Line: 15, Column: 1, Value: &tree.Node{Kind: tree.List, Line: 15, Column: 7, Items: []*tree.Node{}}},
		{Key: "nobody", Line: 16, Column: 1, Value: &tree.Node{Kind: tree.Map, Line: 16, Column: 9, Fields: []tree.Field{}}},
		{Key: "at", Line: 17, Column: 1, Value: text(17, 5, "2026-11-22T10:00:00Z")},
		{Key: "empty", Line: 18, Column: 1, Value: text(18, 8, "")},
		{Key: "café", Line: 19, Column: 1, Value: text(19, 7, "é x")},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFrontMatter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, src, body string
		line            int
		want            string
	}{
		{"fields and prose", "---\na: 1\n---\n# Title\n", "# Title\n", 4, ""},
		{"Windows line ends", "---\r\na: 1\r\n---\r\n\r\n# Title\r\n", "\r\n# Title\r\n", 4, ""},
		{"no prose", "---\na: 1\n---", "", 4, ""},
		{"a rule in the prose", "---\na: 1\n---\n\n---\n", "\n---\n", 4, ""},
		{"a mistake in the fields is placed in the whole file", "---\n# note\na: no\n---\n", "", 0, "3:4 ambiguous-value"},
		{"a mistake in syntax is placed in the whole file", "---\na: \"x\n---\n", "", 0, "2:4 yaml-syntax"},
		{"a hidden character in the prose", "---\na: 1\n---\nx\u200b\n", "", 0, "4:2 hidden-character"},
		{"a mistake in both", "---\na: no\n---\nx\u200b\n", "", 0, "2:4 ambiguous-value 4:2 hidden-character"},
		{"a merge conflict in the prose", "---\na: 1\n---\n<<<<<<< HEAD\n", "", 0, "4:1 merge-conflict"},
		{"no fields", "# Title\n", "", 0, "1:1 front-matter"},
		{"an empty file", "", "", 0, "1:1 front-matter"},
		{"no closing line", "---\na: 1\n# Title\n", "", 0, "1:1 front-matter"},
		{"nothing between the lines", "---\n---\n# Title\n", "", 0, "2:1 yaml-document"},
		{"too much prose", "---\na: 1\n---\n" + strings.Repeat("word ", 60000), "", 0, "0:0 limit-size"},
		{"too many fields", "---\na: " + strings.Repeat("word ", 14000) + "\n---\n", "", 0, "0:0 limit-size"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			node, body, line, fs := strictyaml.FrontMatter("f.md", []byte(tc.src), strictyaml.Limits{})
			if diff := cmp.Diff(tc.want, codes(fs)); diff != "" {
				t.Error(diff, fs)
			}
			if (node != nil) != (tc.want == "") {
				t.Errorf("node %v", node)
			}
			if tc.want == "" && (string(body) != tc.body || line != tc.line) {
				t.Errorf("body %q on line %d, want %q on line %d", body, line, tc.body, tc.line)
			}
		})
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, src, want string }{
		{"plain text", "# Title\r\n\r\n日本 café – “quoted” ✅ ⚠️\tand a tab\n", ""},
		{"nothing", "", ""},
		{"a heading underlined with equals signs", "Title\n=======\n", ""},
		{"columns count characters", "日本\u200b\n", "1:3 hidden-character"},
		{"a family of joined emoji", "👩\u200d👩\n", "1:2 hidden-character"},
		{"DEL", "a\x7f\n", "1:2 control-character"},
		{"a character that is none", "a\uffff\n", "1:2 control-character"},
		{"UTF-16 in the other order", "\xfe\xff\x00a", "1:1 not-utf8"},
		{"half a character at the end", "a\n\xe2\x82", "2:1 not-utf8"},
		{"more bad characters than anyone reads", strings.Repeat("\u200b", 80), strings.TrimSpace(strings.Repeat("%d hidden-character ", 50))},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			want := tc.want
			for i := 1; strings.Contains(want, "%d"); i++ {
				want = strings.Replace(want, "%d", fmt.Sprintf("1:%d", i), 1)
			}
			if diff := cmp.Diff(want, codes(strictyaml.CheckText("f.md", []byte(tc.src)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLimitsHaveCodesOfTheirOwn(t *testing.T) {
	t.Parallel()
	limits := strictyaml.Limits{Bytes: 40, Depth: 2, Items: 3}
	for src, want := range map[string]string{
		strings.Repeat("a", 41):  "0:0 limit-size",
		"a: [[1]]\n":             "1:5 limit-depth",
		"a: [1, 2, 3, 4]\n":      "1:4 limit-items",
		"a: 1\nb: 1\nc: 1\nd: 1": "1:1 limit-items",
		"a: [1, 2, 3]\n":         "",
	} {
		node, fs := strictyaml.Read("f.yaml", []byte(src), limits)
		if codes(fs) != want || (node == nil) != (want != "") {
			t.Errorf("%q: %v, want %s", src, fs, want)
		}
		for _, f := range fs {
			if !strictyaml.IsLimit(f.Code) {
				t.Errorf("%s is no limit", f.Code)
			}
		}
	}
	if strictyaml.IsLimit("yaml-syntax") {
		t.Error("a mistake is no limit")
	}
}

// A message goes to logs and pull requests; a value may be about a person.
func TestNoMessageRepeatsAValue(t *testing.T) {
	t.Parallel()
	const secret = "9434765919"
	for _, src := range []string{
		"a: 0" + secret + "\n", "a: &x" + secret + " 1\n", "a: *x" + secret + "\n", "a: !" + secret + " 1\n", "a: \"" + secret + "\n",
		"a: " + secret + ": 1\n", "a: 1\n" + secret + "\n", "\"" + secret + "\": 1\n\"" + secret + "\": 1\n", "? " + secret + "\n", "Ann " + secret + ": 1\nAnn " + secret + ": 1\n", "a: " + secret + secret + secret + "\n",
		"a: \"" + secret + "\\u202e\"\n", "a: [" + secret + "\n",
	} {
		_, fs := strictyaml.Read("f.yaml", []byte(src), strictyaml.Limits{})
		if finding.Errors(fs) == 0 {
			t.Errorf("%q was accepted", src)
		}
		for _, f := range fs {
			if strings.Contains(f.Message+f.Remedy, secret) {
				t.Errorf("%q: %s", src, f.Message)
			}
		}
	}
}

func codes(fs []finding.Finding) string {
	var out []string
	for _, f := range fs {
		out = append(out, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Code))
	}
	return strings.Join(out, " ")
}
