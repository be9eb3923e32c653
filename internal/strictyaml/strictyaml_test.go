package strictyaml_test

import (
	"strings"
	"testing"

	"example.org/muniment/internal/strictyaml"
)

// refused is text that must not be read, with line:column and code of every finding.
var refused = []struct{ name, src, want string }{
	{"tab indentation", "a:\n\tb: 1\n", "2:1 yaml-syntax"},
	{"tab after spaces", "a:\n  \tb: 1\n", "2:3 yaml-syntax"},
	{"unclosed quote", "a: \"x\nb: 1\n", "1:4 yaml-syntax"},
	{"unclosed quote, later quote", "a: \"x\nb: \"y\"\n", "1:4 yaml-syntax"},
	{"no space after the colon", "a: 1\nkey:value\nb: 2\n", "2:4 yaml-syntax"},
	{"too far in", "a: 1\n  b: 2\n", "2:3 yaml-syntax"},
	{"fits nothing", "a:\n    b: 2\n  c: 3\n", "3:3 yaml-syntax"},
	{"two colons", "title: Risk: high\n", "1:12 yaml-syntax"},
	{"unclosed bracket", "a: [1, 2\nb: 1\n", "1:4 yaml-syntax"},
	{"wrong bracket", "a: [1, 2}\n", "1:9 yaml-syntax"},
	{"text after the end of an indented document", " a: 1\nb", "2:1 yaml-syntax"},
	{"at sign", "a: @x\n", "1:4 yaml-syntax"},
	{"text after a quote", "a: \"x\" y\n", "1:8 yaml-syntax"},
	{"stray line", "a: 1\nfoo\nb: 2\n", "2:1 yaml-syntax"},
	{"alias to nothing", "a: *x\n", "1:4 yaml-alias"},
	{"anchor and alias", "a: &x 1\nb: *x\n", "1:4 yaml-anchor 2:4 yaml-alias"},
	{"bare tag", "a: ! 12\n", "1:4 yaml-tag"},
	{"tag on a group", "a: !!map\n  b: 1\n", "1:4 yaml-tag"},
	{"merge", "a:\n  <<: {b: 1}\n", "2:3 yaml-merge"},
	{"complex key", "? a\n: b\n", "1:3 yaml-key"},
	{"complex key over lines", "?\n  a\n: b\n", "2:3 yaml-key"},
	{"duplicate", "a: 1\nb: 2\n\"a\": 3\n", "3:1 duplicate-field"},
	{"empty", "a:\nb: 1\n", "1:3 empty-value"},
	{"empty at the end", "b: 1\na:\n", "2:3 empty-value"},
	{"null", "a: null\nb: ~\n", "1:4 ambiguous-value 2:4 ambiguous-value"},
	{"nothing", "# only a comment\n", "1:1 yaml-document"},
	{"two documents", "a: 1\n---\nb: 1\n", "2:1 yaml-document"},
	{"end marker", "a: 1\n...\nb\n", "2:1 yaml-document"},
	{"directive", "%YAML 1.2\n---\na: 1\n", "1:1 yaml-document"},
	{"nested brackets", "a: " + strings.Repeat("[", 20000) + "\n", "1:36 limit-depth"},
	{"deep", "a: " + strings.Repeat("[", 40) + "1" + strings.Repeat("]", 40) + "\n", "1:35 limit-depth"},
	{"bad and hidden together", "a: no\nb: x\u200by\n", "1:4 ambiguous-value 2:5 hidden-character"},
	{"escape", "a: \"\\u202e\"\n", "1:4 hidden-character"},
	{"lone CR", "a: 1\rb: 2\r", "1:5 line-break 1:10 line-break"},
	{"late column", "é: \"日本\", b\n", "1:8 yaml-syntax"},
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, tc := range refused {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			node, fs := strictyaml.Read("f.yaml", []byte(tc.src), strictyaml.Limits{})
			if got := codes(fs); got != tc.want || node != nil {
				t.Errorf("node %v, got %s, want %s\n%v", node != nil, got, tc.want, fs)
			}
		})
	}
}
