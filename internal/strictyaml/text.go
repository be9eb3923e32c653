package strictyaml

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"example.org/muniment/internal/finding"
)

// maxTextFindings is where one file's list of bad characters stops: a file with more is broken as a whole, and a list
// of thousands helps nobody.
const maxTextFindings = 50

// CheckText looks at the bytes of a text file before anything else does: Markdown bodies and YAML alike. It finds what a
// reviewer cannot see or what two programs would read differently. Windows line ends are fine.
func CheckText(path string, src []byte) []finding.Finding { return checkText(path, src).findings }

// text is the outcome of the check of bytes.
type text struct {
	findings []finding.Finding
	// unreadable: no parser may see this text. Otherwise bad characters are confined to single places.
	unreadable bool
	// readable is the text with bad characters replaced one for one, so that the rest of the file can be checked in the
	// same pass. It is never accepted: the findings are errors.
	readable []byte
}

func checkText(path string, src []byte) text {
	c := textCheck{path: path, line: 1, column: 1, out: text{readable: src}}
	switch {
	case bytes.HasPrefix(src, []byte{0xFF, 0xFE}), bytes.HasPrefix(src, []byte{0xFE, 0xFF}):
		c.stop(1, 1, "not-utf8", "this file is UTF-16, not UTF-8", "save it again with the encoding UTF-8 (without a byte order mark)")
		return c.out
	case bytes.HasPrefix(src, []byte("version https://git-lfs.github.com/spec/")):
		c.stop(1, 1, "lfs-pointer", "this is a Git LFS pointer: the content itself is not in the repository",
			"keep evidence files out of Git LFS: remove the pattern from .gitattributes and add the file again")
		return c.out
	}
	c.characters(src)
	c.conflicts(src)
	finding.Sort(c.out.findings)
	return c.out
}

type textCheck struct {
	path         string
	line, column int
	out          text
}

func (c *textCheck) add(code, message, remedy string) {
	if len(c.out.findings) < maxTextFindings {
		c.out.findings = append(c.out.findings, refuse(c.path, c.line, c.column, code, message, remedy))
	}
}

func (c *textCheck) stop(line, column int, code, message, remedy string) {
	c.out.unreadable = true
	c.line, c.column = line, column
	c.add(code, message, remedy)
}

// characters walks the text once. On the first bad character that does not break the structure it starts a copy in
// which such characters are replaced.
func (c *textCheck) characters(src []byte) {
	var copied []byte
	for i := 0; i < len(src); {
		if copied == nil && src[i] >= 0x20 && src[i] < 0x7F { // as nearly all characters are
			i++
			c.column++
			continue
		}
		r, size := utf8.DecodeRune(src[i:])
		replace := false
		switch {
		case r == utf8.RuneError && size == 1:
			c.stop(c.line, c.column, "not-utf8", fmt.Sprintf("byte 0x%02X here is not UTF-8 text", src[i]),
				"save the file again with the encoding UTF-8")
			return // columns after this point would be guesses
		case r == '\n':
			c.line++
			c.column = 0
		case r == '\r' && i+1 < len(src) && src[i+1] == '\n':
			c.column-- // part of the line end
		case r == '\r', r == 0x85, r == 0x2028, r == 0x2029:
			c.out.unreadable = true
			c.add("line-break", lineBreakName(r)+" breaks the line for some readers and not for others", "end lines with a line feed (or CR LF) and remove this character")
		case r == 0xFEFF:
			c.byteOrderMark(i)
			replace = true
		case isControl(r):
			c.out.unreadable = c.out.unreadable || r == 0
			c.add("control-character", fmt.Sprintf("U+%04X is a control character that cannot be seen", r), "delete the character at this place")
			replace = true
		case isHidden(r):
			c.add("hidden-character", fmt.Sprintf("U+%04X (%s) is invisible, or changes what a reader sees", r, hiddenName(r)), "delete the character at this place; retype the word if need be")
			replace = true
		}
		if replace && copied == nil {
			copied = append(make([]byte, 0, len(src)+16), src[:i]...)
		}
		switch {
		case replace:
			copied = utf8.AppendRune(copied, utf8.RuneError)
		case copied != nil:
			copied = append(copied, src[i:i+size]...)
		}
		i += size
		c.column++
	}
	if copied != nil {
		c.out.readable = copied
	}
}

func (c *textCheck) byteOrderMark(offset int) {
	if offset == 0 {
		c.add("byte-order-mark", "the file begins with a byte order mark", "save it as plain UTF-8, without a byte order mark (in Windows Notepad: encoding \"UTF-8\", not \"UTF-8 with BOM\")")
		return
	}
	c.add("byte-order-mark", "there is a byte order mark inside the text", "delete the invisible character at this place")
}

// conflicts finds what git leaves behind in a merge that nobody finished. A line of equals signs alone is a heading in
// Markdown, so it does not count.
func (c *textCheck) conflicts(src []byte) {
	marker := func(line []byte, sign string) bool {
		rest, ok := bytes.CutPrefix(line, []byte(sign))
		return ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == '\r' || rest[0] == '\n')
	}
	if !bytes.Contains(src, []byte("<<<<<<<")) && !bytes.Contains(src, []byte(">>>>>>>")) {
		return
	}
	n, open := 0, false
	for line := range bytes.Lines(src) {
		n++
		begins, ends := marker(line, "<<<<<<<"), marker(line, ">>>>>>>")
		if begins || ends && !open {
			c.stop(n, 1, "merge-conflict", "a merge conflict was left unresolved here", "choose one side, then delete the lines with <<<<<<<, ======= and >>>>>>>")
		}
		if begins || ends {
			open = begins
		}
	}
}

func lineBreakName(r rune) string {
	if r == '\r' {
		return "a carriage return without a line feed"
	}
	return fmt.Sprintf("U+%04X", r)
}

func isControl(r rune) bool {
	return r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r >= 0x7F && r <= 0x9F || r&0xFFFE == 0xFFFE || r >= 0xFDD0 && r <= 0xFDEF
}

// isHidden holds for characters that show nothing, or that change how their neighbours are shown: direction marks
// (CVE-2021-42574), zero-width characters, fillers, tags. Variation selectors for emoji (U+FE00–U+FE0F) are allowed.
func isHidden(r rune) bool {
	switch {
	case r < 0xAD:
		return false
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x3164, r == 0xFFA0:
		return true
	case r >= 0x180B && r <= 0x180F, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F:
		return true
	case r >= 0xFFF0 && r <= 0xFFFB, r >= 0x1D173 && r <= 0x1D17A, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

func hiddenName(r rune) string {
	switch {
	case r == 0x61C, r == 0x200E, r == 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return "a direction mark"
	case r == 0xAD:
		return "a soft hyphen"
	case r >= 0x200B && r <= 0x200D, r >= 0x2060 && r <= 0x2064:
		return "a zero-width character"
	case r >= 0xE0000:
		return "a tag character"
	}
	return "a character without a shape"
}
