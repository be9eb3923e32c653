package markdown

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

func appendRune(b []byte, r rune) []byte { return utf8.AppendRune(b, r) }

// verbatim shows a piece of the source as it stands.
func (w *writer) verbatim(s text.Segment) {
	w.pad(s)
	for i := s.Start; i < s.Stop; {
		r, size := w.runeAt(i, s.Stop)
		w.show(r, i)
		i += size
	}
	if s.ForceNewline && s.Stop > s.Start && w.src[s.Stop-1] != '\n' {
		w.show('\n', s.Stop)
	}
}

// decoded shows a piece of the source with backslash escapes and entities resolved.
func (w *writer) decoded(s text.Segment) {
	w.pad(s)
	for i := s.Start; i < s.Stop; {
		if w.src[i] != '\\' && w.src[i] != '&' {
			r, size := w.runeAt(i, s.Stop)
			w.show(r, i)
			i += size
			continue
		}
		meaning, size := reference(w.src[i:s.Stop])
		for _, r := range meaning {
			w.show(r, i)
		}
		i += size
	}
}

func (w *writer) pad(s text.Segment) {
	for range s.Padding {
		w.show(' ', s.Start)
	}
}

// runeAt reads the character at i. Bytes that are not UTF-8 are refused and replaced.
func (w *writer) runeAt(i, stop int) (rune, int) {
	r, size := utf8.DecodeRune(w.src[i:stop])
	if r == utf8.RuneError && size == 1 {
		w.refuse(i, "not-utf8", fmt.Sprintf("byte 0x%02X here is not UTF-8 text", w.src[i]), "save the file again with the encoding UTF-8")
	}
	return r, size
}

// reference resolves a backslash escape or an entity at the start of b, by the rules of CommonMark 0.31 §2.4 and §2.5.
// What is neither stands for itself. It returns the meaning and how many bytes it took.
func reference(b []byte) (string, int) {
	if b[0] == '\\' {
		if len(b) > 1 && util.IsPunct(b[1]) {
			return string(b[1:2]), 2
		}
		return `\`, 1
	}
	end := 1
	for end < len(b) && end < 40 && b[end] != ';' {
		end++
	}
	if end == len(b) || b[end] != ';' || end == 1 {
		return "&", 1
	}
	name := string(b[1:end])
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base, most := 10, 7
		if hex := strings.TrimLeft(digits, "xX"); len(hex) == len(digits)-1 {
			digits, base, most = hex, 16, 6
		}
		v, err := strconv.ParseUint(digits, base, 32)
		if err != nil || len(digits) > most || strings.HasPrefix(digits, "+") {
			return "&", 1
		}
		return string(util.ToValidRune(rune(v))), end + 1
	}
	if entity, ok := util.LookUpHTML5EntityByName(name); ok {
		return string(entity.Characters), end + 1
	}
	return "&", 1
}

// resolved returns b with escapes and entities resolved.
func resolved(b []byte) string {
	var s strings.Builder
	for i := 0; i < len(b); {
		if b[i] != '\\' && b[i] != '&' {
			s.WriteByte(b[i])
			i++
			continue
		}
		meaning, size := reference(b[i:])
		s.WriteString(meaning)
		i += size
	}
	return s.String()
}

// isHidden holds for characters that show nothing or change how their neighbours are shown: controls, direction marks
// (CVE-2021-42574), zero-width characters, fillers, tags, private use. Variation selectors for emoji are let through, as
// are Arabic signs that enclose a number and do show.
func isHidden(r rune) bool {
	switch {
	case r == '\n' || r == '\t' || r >= ' ' && r < 0x7F:
		return false
	case r >= 0xFE00 && r <= 0xFE0F, unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	case r&0xFFFE == 0xFFFE, r >= 0xFDD0 && r <= 0xFDEF: // noncharacters
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// slugs hands out heading ids by the rule that forges use, so that a #fragment works there and here. The value is how
// often the slug was asked for.
type slugs map[string]int

const idPrefix = "s-"

func (s slugs) next(heading string) string {
	base := slug(heading)
	id := base
	for n := s[base]; ; n++ {
		if n > 0 {
			id = base + "-" + strconv.Itoa(n)
		}
		if _, taken := s[id]; !taken {
			s[base] = n + 1
			s[id] += 0 // now taken
			return idPrefix + id
		}
	}
}

// slug keeps letters, digits, hyphens and underscores, in lower case, and writes spaces as hyphens.
func slug(heading string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
			return unicode.ToLower(r)
		case unicode.IsSpace(r):
			return '-'
		}
		return -1
	}, heading)
	if s == "" {
		return "section"
	}
	return s
}
