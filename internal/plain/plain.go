// Package plain makes text from evidence harmless where it is shown: nothing that somebody wrote into a record may steer a
// terminal, give a command to the machine that runs a workflow, or become markup, a link or a call for somebody's attention
// in a comment on a forge. What is made harmless stays readable; nothing is left out silently.
package plain

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line makes text fit for a line of a terminal or of a log. Line breaks and tabs become spaces; control characters, and
// characters that change the direction of writing or cannot be seen, are shown as their code. What a runner of workflows
// takes for a command (GitHub and Gitea: "::" at the start of a line and "##[" anywhere; Azure Pipelines: "##vso[") is taken
// apart by a space, since any word may come to stand at the start of a line.
func Line(s string) string {
	if !strings.Contains(s, "::") && !strings.Contains(s, "##") && !strings.ContainsFunc(s, func(r rune) bool { return steers(r) || r == utf8.RuneError }) {
		return s
	}
	var b strings.Builder
	before := rune(0)
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			r = ' '
			b.WriteByte(' ')
		case steers(r):
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			if r == before && (r == ':' || r == '#') {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
		}
		before = r
	}
	return b.String()
}

// Lines is Line for text of several lines.
func Lines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = Line(l)
	}
	return strings.Join(lines, "\n")
}

// steers tells whether a character does something to how other text is shown instead of showing itself.
func steers(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == '\x7f' // most text is plain
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// JSON keeps a document from giving commands to a runner when it is printed: "##" becomes "#\u0023", which every reader of
// JSON takes for the same text. No other command can occur in it, because a line of a document never begins with a text.
func JSON(doc []byte) []byte {
	return bytes.ReplaceAll(doc, []byte("##"), []byte(`#\u0023`))
}

// Markdown makes text a piece of a paragraph, list item or table cell in which every character stands for itself: in
// CommonMark, and in what GitHub, GitLab, Gitea and Azure DevOps add to it. It may not stand at the start of a line, where
// words of ours belong.
func Markdown(s string) string {
	var b strings.Builder
	text := []rune(Line(strings.ToValidUTF8(s, "\ufffd")))
	for i, r := range text {
		if strings.ContainsRune("&<>|$~`*_\\[]{}^", r) {
			fmt.Fprintf(&b, "&#%d;", r) // a character named by its number is never markup
			continue
		}
		b.WriteRune(r)
		if i+1 < len(text) && calls(text[:i+1], text[i+1]) {
			b.WriteString(gap)
		}
	}
	return b.String()
}

// gap is a character without width that takes apart what a forge would make a link of.
const gap = "&#8203;"

// calls tells whether a forge, which looks at what is shown and not at how it was written, would begin or go on with a link
// of its own here: to people, issues, merge requests, and addresses of pages and of mail.
func calls(text []rune, next rune) bool {
	if unicode.IsSpace(next) {
		return false
	}
	switch text[len(text)-1] {
	case '@', '#', '!', '%':
		return true
	case ':':
		return !unicode.IsDigit(next) // a place in a file stays one that can be copied
	case '.':
		return ends(text, "www.")
	case '-':
		return ends(text, "gh-")
	}
	return false
}

func ends(text []rune, with string) bool {
	return len(text) >= len(with) && strings.EqualFold(string(text[len(text)-len(with):]), with)
}
