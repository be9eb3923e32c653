package demo

import (
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
)

// sheet is a record being written. A key may begin with "- " to begin an entry of a list; depth counts steps of two spaces.
type sheet struct{ b []byte }

// begin writes what every record begins with.
func begin(kind, formerly string) *sheet {
	s := &sheet{make([]byte, 0, 2048)}
	s.field(0, "schema", "muniment/v1")
	s.field(0, "kind", kind)
	if formerly != "" {
		s.field(0, "formerly", formerly)
	}
	return s
}

func (s *sheet) key(depth int, key string) {
	for range depth {
		s.b = append(s.b, "  "...)
	}
	s.b = append(s.b, key...)
	s.b = append(s.b, ':')
}

// group begins a group or a list.
func (s *sheet) group(depth int, key string) {
	s.key(depth, key)
	s.b = append(s.b, '\n')
}

// raw writes a value as it is: a number, true or false, a list on one line.
func (s *sheet) raw(depth int, key, value string) {
	s.key(depth, key)
	s.b = append(s.b, ' ')
	s.b = append(s.b, value...)
	s.b = append(s.b, '\n')
}

const width = 110

// field writes a text, quoted where it could be read as something else and folded where it is long.
func (s *sheet) field(depth int, key, value string) {
	if len(value) <= width || !strings.Contains(value, " ") {
		s.raw(depth, key, plain(value))
		return
	}
	s.raw(depth, key, ">-")
	s.fold(strings.Repeat("  ", depth+1+strings.Count(key, "- ")), value)
}

// fold writes a long text in lines, without the words running over the width.
func (s *sheet) fold(indent, text string) {
	for text != "" {
		n := len(text)
		if n > width {
			n = strings.LastIndexByte(text[:width], ' ') // no word of the texts here is that long
		}
		s.b = append(s.b, indent...)
		s.b = append(s.b, text[:n]...)
		s.b = append(s.b, '\n')
		text = strings.TrimLeft(text[n:], " ")
	}
}

// item writes a plain entry of a list.
func (s *sheet) item(depth int, value string) {
	s.b = append(s.b, strings.Repeat("  ", depth)...)
	s.b = append(s.b, "- "...)
	s.b = append(s.b, plain(value)...)
	s.b = append(s.b, '\n')
}

func (s *sheet) date(depth int, key string, d calendar.Date) { s.raw(depth, key, d.String()) }

func (s *sheet) dateIf(depth int, key string, d calendar.Date) {
	if !d.IsZero() {
		s.date(depth, key, d)
	}
}

func (s *sheet) number(depth int, key string, n int) { s.raw(depth, key, strconv.Itoa(n)) }

func (s *sheet) yes(depth int, key string, v bool) { s.raw(depth, key, strconv.FormatBool(v)) }

func (s *sheet) words(depth int, key string, list ...string) {
	s.raw(depth, key, "["+strings.Join(list, ", ")+"]")
}

func (s *sheet) contact(depth int, key, title, email string) {
	s.group(depth, key)
	s.field(depth+1, "title", title)
	s.field(depth+1, "email", email)
}

// source writes where something can be seen, in words.
func (s *sheet) source(depth int, key, reference string) {
	s.group(depth, key)
	s.field(depth+1, "reference", reference)
}

// plain quotes a value that YAML could take for something else than text.
func plain(value string) string {
	if strings.Trim(value, "0123456789.-+") == "" || strings.Contains(value, ": ") || strings.Contains(value, " #") ||
		strings.HasSuffix(value, ":") || strings.ContainsAny(value[:1], "-?:,[]{}#&*!|>'\"%@`") || value == "yes" || value == "no" {
		return "'" + strings.ReplaceAll(value, "'", "''") + "'"
	}
	return value
}
