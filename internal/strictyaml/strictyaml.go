// Package strictyaml is the door to YAML. It reads the small part of YAML in which every reader sees the same data, and
// refuses the rest with the place and the remedy.
//
// Reading happens in three steps, and each one only sees what the step before let through. First the bytes: whatever can
// hide from a person or split readers apart (NUL, a lone carriage return, U+0085, a byte order mark, direction overrides,
// invisible characters, invalid UTF-8) is refused before any parser runs. Then the syntax, through one pinned library; text of
// the plainest kind is read without it, to the same tree. Then the meaning: one document, no anchors, aliases, merges, tags or
// duplicate fields, no empty values, and no plain value that YAML 1.1 and YAML 1.2 take for different things.
//
// A file is either read whole or not at all: when any finding is an error the returned node is nil.
//
//	owner: no      refused: some readers see text, others see false; write "no" in quotes, or false
//	code: 007      refused: 7, or text? write "007"
//	day: 2026-11-22   text
//
// No message repeats a value from the file.
package strictyaml

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/tree"
)

// Limits bound what one file may cost. A zero field means its default.
type Limits struct {
	Bytes int // of a YAML file or of front matter; 64 KiB
	Prose int // bytes of a whole Markdown file; 256 KiB
	Depth int // of lists and groups inside one another; 32
	Items int // of one list or group; 2,000
}

func (l Limits) withDefaults() Limits {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	def(&l.Bytes, 64<<10)
	def(&l.Prose, 256<<10)
	def(&l.Depth, 32)
	def(&l.Items, 2000)
	return l
}

// IsLimit reports whether a finding's code says that a limit was reached (exit status 5) and not that evidence is wrong.
func IsLimit(code string) bool { return strings.HasPrefix(code, "limit-") }

// Read reads one YAML file. The node is nil when any of the findings is an error.
func Read(path string, src []byte, limits Limits) (*tree.Node, []finding.Finding) {
	limits = limits.withDefaults()
	if f, ok := tooLarge(path, len(src), limits.Bytes); ok {
		return nil, []finding.Finding{f}
	}
	text := checkText(path, src)
	if text.unreadable {
		return nil, text.findings
	}
	if len(text.findings) == 0 {
		if node, ok := fast(string(src), 1, limits); ok {
			return node, nil
		}
	}
	node, found := read(path, text.readable, 1, limits)
	return finish(node, text.findings, found)
}

// FrontMatter reads a Markdown file that begins with YAML between two lines of three hyphens. Body is the Markdown after
// it, and bodyLine the line of the file on which the body begins. Every position is one of the whole file.
// The node is nil when any of the findings is an error.
func FrontMatter(path string, src []byte, limits Limits) (node *tree.Node, body []byte, bodyLine int, findings []finding.Finding) {
	limits = limits.withDefaults()
	if f, ok := tooLarge(path, len(src), limits.Prose); ok {
		return nil, nil, 0, []finding.Finding{f}
	}
	text := checkText(path, src)
	if text.unreadable {
		return nil, nil, 0, text.findings
	}
	start, end, ok := fences(text.readable)
	if !ok {
		what, remedy := "this file must begin with a line of three hyphens (---)", "put the fields of the record between two lines of --- at the top of the file"
		if start > 0 {
			what, remedy = "the fields at the top have no closing line of three hyphens (---)", "add a line of --- after the last field, before the prose"
		}
		return nil, nil, 0, append(text.findings, refuse(path, 1, 1, "front-matter", what, remedy))
	}
	if f, ok := tooLarge(path, end-start, limits.Bytes); ok {
		return nil, nil, 0, append(text.findings, f)
	}
	body = text.readable[end:] // the same bytes as src, unless the file is refused
	if _, rest, found := bytes.Cut(body, []byte("\n")); found {
		body = rest
	} else {
		body = nil
	}
	bodyLine = bytes.Count(text.readable[:end], []byte("\n")) + 2
	if len(text.findings) == 0 {
		if node, ok := fast(string(src[start:end]), 2, limits); ok {
			return node, body, bodyLine, nil
		}
	}
	node, found := read(path, text.readable[start:end], 2, limits)
	node, findings = finish(node, text.findings, found)
	return node, body, bodyLine, findings
}

// fences finds the bytes between the opening and the closing line of front matter; end is where the closing line begins.
// When there is an opening line but no closing one, start is above zero and ok is false.
func fences(src []byte) (start, end int, ok bool) {
	isFence := func(line []byte) bool { return string(bytes.TrimRight(line, " \t\r\n")) == "---" }
	for line := range bytes.Lines(src) {
		switch {
		case start == 0 && !isFence(line):
			return 0, 0, false
		case start == 0:
			start = len(line)
			end = start
		case isFence(line):
			return start, end, true
		default:
			end += len(line)
		}
	}
	return start, 0, false
}

// finish joins the findings of both steps, and drops the node when one of them refuses the file.
func finish(node *tree.Node, text, syntax []finding.Finding) (*tree.Node, []finding.Finding) {
	all := slices.Concat(text, syntax)
	finding.Sort(all)
	if finding.Errors(all) > 0 {
		node = nil
	}
	return node, all
}

func tooLarge(path string, size, limit int) (finding.Finding, bool) {
	if size <= limit {
		return finding.Finding{}, false
	}
	return refuse(path, 0, 0, "limit-size", fmt.Sprintf("%d bytes are more than the %d that one file may have", size, limit),
		"split the record, or move prose and attachments to files of their own"), true
}

func refuse(path string, line, column int, code, message, remedy string) finding.Finding {
	return finding.Finding{
		Place: finding.Place{Path: path, Line: line, Column: column}, Code: code, Severity: finding.Error, Message: message, Remedy: remedy,
	}
}

// source answers questions about places in the text that is being read.
type source struct {
	lines [][]byte // without their line ends
	first int      // the line of the file on which lines[0] stands
}

func newSource(src []byte, first int) source {
	lines := bytes.Split(src, []byte("\n"))
	for i, l := range lines {
		lines[i] = bytes.TrimSuffix(l, []byte("\r"))
	}
	if n := len(lines); n > 0 && len(lines[n-1]) == 0 {
		lines = lines[:n-1] // what follows the last line end is no line
	}
	return source{lines, first}
}

// at returns the character at a place, counted from 1 as yaml.v3 counts: lines of the text given to it, in characters.
func (s source) at(line, column int) rune {
	if line < 1 || line > len(s.lines) {
		return 0
	}
	l := s.lines[line-1]
	for ; column > 1 && len(l) > 0; column-- {
		_, n := utf8.DecodeRune(l)
		l = l[n:]
	}
	if len(l) == 0 {
		return 0
	}
	r, _ := utf8.DecodeRune(l)
	return r
}

// before returns the text of a line up to a column.
func (s source) before(line, column int) []byte {
	if line < 1 || line > len(s.lines) {
		return nil
	}
	l, i := s.lines[line-1], 0
	for ; column > 1 && i < len(l); column-- {
		_, n := utf8.DecodeRune(l[i:])
		i += n
	}
	return l[:i]
}

// column turns an offset in bytes into a column in characters.
func column(line []byte, offset int) int { return utf8.RuneCount(line[:min(offset, len(line))]) + 1 }

func indent(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }
