package plain

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"pgregory.net/rapid"
)

func TestLine(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"plain words stay", "The certificate expired.", "The certificate expired."},
		{"one colon or hash stays", "Due: #4 of 5", "Due: #4 of 5"},
		{"a terminal is not steered", "\x1b[31mred\x07", "<U+001B>[31mred<U+0007>"},
		{"writing keeps its direction", "a\u202eb\u200bc", "a<U+202E>b<U+200B>c"},
		{"a line ends where we end it", "a\r\n::error::b", "a<U+000D> : :error: :b"},
		{"a GitHub command is none", "::set-output name=a::b", ": :set-output name=a: :b"},
		{"an older command is none", "x ##[add-mask]y", "x # #[add-mask]y"},
		{"an Azure command is none", "##vso[task.setvariable variable=a]b", "# #vso[task.setvariable variable=a]b"},
		{"many in a row", ":::: ####", ": : : : # # # #"},
	} {
		if got := Line(test.in); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// hostile text tries to be a command, markup or a call.
func hostile() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for range rapid.IntRange(1, 6).Draw(t, "pieces") {
			b.WriteString(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
				"::error::", "##[group]", "##vso[x]", "\n", "\r", "\x1b[2J", "\u202e", "@everyone", "@", "#12", "org/repo#1", "!3", "%\"milestone\"", ":tada:",
				"https://evil.example", "www.evil.example", "mail@evil.example", "GH-7", "<script>", "<img src=x>", "<!--", "-->", "[a](b)", "![a](b)", "[^1]",
				"| a | b |", "|", "`", "```", "~~x~~", "**b**", "_i_", "\\", "&lt;", "&#64;x", "$x$", "$$", "{{<x>}}", "---", "- x", "1. x", "> x", "/close", "# h", "\t",
			})).Draw(t, "piece"))
		}
		return b.String()
	})
}

func TestNoLineIsACommand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := Line(hostile().Draw(t, "text"))
		if strings.Contains(got, "::") || strings.Contains(got, "##") || strings.ContainsFunc(got, unicode.IsControl) {
			t.Fatalf("%q", got)
		}
	})
}

func TestADocumentStaysTheSameAndGivesNoCommand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := strings.ToValidUTF8(hostile().Draw(t, "text"), "\ufffd")
		var doc bytes.Buffer
		enc := json.NewEncoder(&doc)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(map[string]string{"text": want}); err != nil {
			t.Fatal(err)
		}
		printed := JSON(doc.Bytes())
		for line := range strings.Lines(string(printed)) {
			if strings.Contains(line, "##") || strings.HasPrefix(strings.TrimSpace(line), "::") {
				t.Fatalf("%q", line)
			}
		}
		var got map[string]string
		if err := json.Unmarshal(printed, &got); err != nil || got["text"] != want {
			t.Fatalf("%q became %q (%v)", want, got["text"], err)
		}
	})
}

// TestMarkdownStandsForItself reads what was written with another program, which knows what forges add to CommonMark.
func TestMarkdownStandsForItself(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote))
	rapid.Check(t, func(t *rapid.T) {
		in := hostile().Draw(t, "text")
		for _, frame := range []struct{ before, after string }{{"Why: ", ""}, {"- Why: ", ""}, {"| a | b |\n| - | - |\n| x ", " | c |"}} {
			src := []byte(frame.before + Markdown(in) + frame.after + "\n")
			shown := ""
			cells := 0
			err := ast.Walk(md.Parser().Parse(text.NewReader(src)), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
				if !entering {
					return ast.WalkContinue, nil
				}
				switch n := n.(type) {
				case *ast.Text:
					var b bytes.Buffer
					if err := md.Renderer().Render(&b, src, n); err != nil {
						return ast.WalkStop, err
					}
					shown += b.String()
				case *ast.Link, *ast.AutoLink, *ast.Image, *ast.RawHTML, *ast.CodeSpan, *ast.Emphasis, *ast.HTMLBlock, *ast.CodeBlock, *ast.FencedCodeBlock, *ast.Heading, *ast.ThematicBreak, *ast.Blockquote:
					t.Fatalf("%q became %s in %q", in, n.Kind(), src)
				}
				if n.Kind().String() == "Strikethrough" || n.Kind().String() == "FootnoteLink" || n.Kind().String() == "TaskCheckBox" {
					t.Fatalf("%q became %s in %q", in, n.Kind(), src)
				}
				if n.Kind().String() == "TableCell" {
					cells++
				}
				return ast.WalkContinue, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(frame.before, "|") && cells != 4 {
				t.Fatalf("%d cells in %q", cells, src)
			}
			for _, call := range []string{"@e", "#1", "!3", ":t", "www.e", "://", "GH-7", "::"} {
				if strings.Contains(shown, call) {
					t.Fatalf("%q is shown with %q: %q", in, call, shown)
				}
			}
		}
	})
}
