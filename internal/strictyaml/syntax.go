package strictyaml

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The library says on which line it gave up, and for an unclosed quote that is far from the mistake. So when it refuses
// a text, the text is scanned again for the mistakes people make, and the first of them is reported with its column.
// The scan decides nothing: it runs only on text that is already refused.

// fault is a mistake in syntax; offset counts bytes from the beginning of its line.
type fault struct {
	line, offset    int // line counts from 0
	message, remedy string
}

var libraryLine = regexp.MustCompile(`line ([0-9]+):`)

func (r *reader) syntax(err error) {
	switch {
	case errors.As(err, new(errPanic)):
		r.add(1, 1, "yaml-syntax", "this file cannot be read as YAML", "write it again from a template (muniment new); please report this file's shape as a bug")
		return
	case strings.Contains(err.Error(), "exceeded max depth"):
		line, col := r.tooDeep()
		r.add(line, col, "limit-depth", "lists and groups are nested far too deep", "flatten the structure")
		return
	case strings.Contains(err.Error(), "unknown anchor"):
		line, col := r.firstAlias()
		r.add(line, col, "yaml-alias", "an alias (*) stands for a value written elsewhere", "write the value out; if text begins with *, put quotes around it")
		return
	}
	s := scan{lines: r.src.lines}
	if f := s.find(); f != nil {
		r.add(f.line+1, column(r.src.lines[f.line], f.offset), "yaml-syntax", f.message, f.remedy)
		return
	}
	line := 1
	if m := libraryLine.FindStringSubmatch(err.Error()); m != nil {
		line, _ = strconv.Atoi(m[1])
	}
	line = min(max(line, 1), max(len(r.src.lines), 1))
	col := 1
	if line <= len(r.src.lines) {
		col = column(r.src.lines[line-1], len(r.src.lines[line-1])-len(bytes.TrimLeft(r.src.lines[line-1], " \t")))
	}
	r.add(line, col, "yaml-syntax", "from here on this is not YAML", "write name: value on each line, with two spaces before the fields of a group")
}

// tooDeep finds the bracket that goes beyond the limit; in block style, the first line indented that far.
func (r *reader) tooDeep() (line, col int) {
	depth := 0
	for i, l := range r.src.lines {
		for at, c := range l {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth--
			}
			if depth > r.limits.Depth {
				return i + 1, column(l, at)
			}
		}
	}
	return 1, 1
}

var alias = regexp.MustCompile(`(^|[\s\[{,])\*[^\s,\]}]`)

func (r *reader) firstAlias() (line, col int) {
	for i, l := range r.src.lines {
		if at := alias.FindIndex(l); at != nil {
			return i + 1, column(l, at[0]+bytes.IndexByte(l[at[0]:], '*'))
		}
	}
	return 1, 1
}

type scan struct {
	lines [][]byte
	i     int // the current line
	found *fault

	quote     byte // the open quote, or 0
	quoteAt   fault
	flow      []fault // open brackets
	flowSigns []byte
	block     int   // indentation of the line that began a block of text, or -1
	plain     int   // columns a value began at that may go on over the next line, or -1
	levels    []int // indentation of the open groups and lists
	opened    bool  // the line before ended with "name:" or "-", so a deeper level may begin
}

func (s *scan) find() *fault {
	s.block, s.plain, s.opened = -1, -1, true
	for s.i = 0; s.i < len(s.lines) && s.found == nil; s.i++ {
		s.line(s.lines[s.i])
	}
	switch {
	case s.found != nil:
	case s.quote != 0:
		s.found = &s.quoteAt
	case len(s.flow) > 0:
		s.found = &s.flow[len(s.flow)-1]
	}
	return s.found
}

func (s *scan) fault(offset int, message, remedy string) {
	if s.found == nil {
		s.found = &fault{s.i, offset, message, remedy}
	}
}

func (s *scan) line(l []byte) {
	if s.quote != 0 {
		s.rest(l, 0)
		return
	}
	lead := len(l) - len(bytes.TrimLeft(l, " \t"))
	body := l[lead:]
	if len(body) == 0 {
		return
	}
	if s.block >= 0 {
		if indent(l) > s.block {
			return
		}
		s.block = -1
	}
	if body[0] == '#' {
		return
	}
	if len(s.flow) > 0 {
		s.rest(l, lead)
		return
	}
	if tab := bytes.IndexByte(l[:lead], '\t'); tab >= 0 {
		s.fault(tab, "a tab is used for indentation", "indent with spaces")
		return
	}
	if isMarker(l, "---") {
		return
	}
	s.entry(l, lead)
}

// entry reads a line of block style: any "- ", then a name with a colon or a value.
func (s *scan) entry(l []byte, at int) {
	level := at
	for at < len(l) && l[at] == '-' && (at+1 == len(l) || l[at+1] == ' ' || l[at+1] == '\t') {
		s.enter(at)
		s.opened = true
		at++
		for at < len(l) && (l[at] == ' ' || l[at] == '\t') {
			at++
		}
		level = at
	}
	if at == len(l) || l[at] == '#' {
		return
	}
	colon := nameEnd(l, at)
	if colon < 0 {
		s.noName(l, at)
		return
	}
	s.plain = -1
	s.enter(level)
	if s.found != nil {
		return
	}
	at = colon + 1
	for at < len(l) && (l[at] == ' ' || l[at] == '\t') {
		at++
	}
	s.opened = at == len(l) || l[at] == '#'
	if !s.opened {
		s.value(l, at, level)
	}
}

// enter checks that an entry at this indentation fits those before it. A list may stand at the level of its name.
func (s *scan) enter(level int) {
	top := -1
	if n := len(s.levels); n > 0 {
		top = s.levels[n-1]
	}
	switch {
	case level > top && (s.opened || top < 0):
		s.levels = append(s.levels, level)
	case level > top:
		s.fault(level, "this line is indented further than the one it belongs with", "give the fields of one group the same number of spaces")
	default:
		for len(s.levels) > 0 && s.levels[len(s.levels)-1] > level {
			s.levels = s.levels[:len(s.levels)-1]
		}
		if len(s.levels) == 0 || s.levels[len(s.levels)-1] != level {
			s.fault(level, "the indentation of this line fits no line above it", "give the fields of one group the same number of spaces")
		}
	}
	s.opened = false
}

// noName handles a line without "name:": the next line of a long value, a value on a line of its own, or a mistake.
func (s *scan) noName(l []byte, at int) {
	top := -1
	if n := len(s.levels); n > 0 {
		top = s.levels[n-1]
	}
	if s.plain >= 0 && at > s.plain && !s.opened {
		if c := bytes.Index(l[at:], []byte(":")); c > 0 && missingSpace.Match(l[at:]) {
			s.fault(at+c, "a space is missing after the colon", "write name: value")
		}
		return
	}
	if s.opened && at >= top {
		s.opened = false
		s.value(l, at, top)
		return
	}
	if missingSpace.Match(l[at:]) {
		s.fault(at+bytes.IndexByte(l[at:], ':'), "a space is missing after the colon", "write name: value")
		return
	}
	s.fault(at, "this line is neither \"name: value\" nor an item of a list", "write name: value, or indent the line if it continues the text above")
}

var missingSpace = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*:[^\s/]`)

// nameEnd returns the offset of the colon that ends a name beginning at an offset, or -1.
func nameEnd(l []byte, at int) int {
	if l[at] == '"' || l[at] == '\'' {
		end := closing(l, at+1, l[at])
		if end < 0 {
			return -1
		}
		rest := bytes.TrimLeft(l[end+1:], " \t")
		if len(rest) > 0 && rest[0] == ':' {
			return len(l) - len(rest)
		}
		return -1
	}
	if bytes.IndexByte([]byte("[{|>&*!%@`"), l[at]) >= 0 {
		return -1
	}
	for i := at; i < len(l); i++ {
		if l[i] == ':' && (i+1 == len(l) || l[i+1] == ' ' || l[i+1] == '\t') {
			return i
		}
		if l[i] == '#' && i > at && (l[i-1] == ' ' || l[i-1] == '\t') {
			return -1
		}
	}
	return -1
}

// closing returns the offset of the quote that ends quoted text, or -1 when the line ends first.
func closing(l []byte, at int, quote byte) int {
	for ; at < len(l); at++ {
		switch {
		case quote == '"' && l[at] == '\\':
			at++
		case l[at] == quote && quote == '\'' && at+1 < len(l) && l[at+1] == quote:
			at++
		case l[at] == quote:
			return at
		}
	}
	return -1
}

// value reads a value in block style that begins at an offset.
func (s *scan) value(l []byte, at, level int) {
	switch l[at] {
	case '|', '>':
		s.block = level
		return
	case '"', '\'', '[', '{':
		s.rest(l, at)
		return
	case '@', '`', '%':
		s.fault(at, "a value cannot begin with this sign", "put quotes around the value")
		return
	case ']', '}', ',':
		s.fault(at, "this bracket or comma closes nothing", "delete it, or put quotes around the value")
		return
	}
	s.plain = max(level, 0)
	if colon := nameEnd(l, at); colon >= 0 && l[at] != '&' {
		s.fault(colon, "there are two \"name: value\" on this line", "put quotes around the value if it holds a colon; otherwise write each field on its own line")
	}
}

// rest reads quoted text and brackets to the end of the line.
func (s *scan) rest(l []byte, at int) {
	for at < len(l) && s.found == nil {
		if s.quote != 0 {
			end := closing(l, at, s.quote)
			if end < 0 {
				return
			}
			s.quote = 0
			at = s.afterQuote(l, end+1)
			continue
		}
		switch c := l[at]; {
		case c == '"' || c == '\'' && startsValue(l, at):
			s.quote = c
			s.quoteAt = fault{s.i, at, "this quote is never closed", "close the quote at the end of the text"}
		case c == '[' || c == '{':
			s.flow = append(s.flow, fault{s.i, at, "this bracket is never closed", "close it with " + string(other(c))})
			s.flowSigns = append(s.flowSigns, c)
		case c == ']' || c == '}':
			s.close(at, c)
		case c == '#' && at > 0 && (l[at-1] == ' ' || l[at-1] == '\t'):
			return
		}
		at++
	}
}

// startsValue reports whether a quote at an offset begins a value; elsewhere it is an apostrophe.
func startsValue(l []byte, at int) bool {
	before := bytes.TrimRight(l[:at], " \t")
	if len(before) == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRune(before)
	return strings.ContainsRune("[{,:-", r)
}

func (s *scan) close(at int, c byte) {
	n := len(s.flowSigns)
	if n == 0 {
		s.fault(at, "this bracket closes nothing", "delete it")
		return
	}
	if other(s.flowSigns[n-1]) != c {
		s.fault(at, "this bracket does not fit the one it closes", "close with "+string(other(s.flowSigns[n-1])))
		return
	}
	s.flow, s.flowSigns = s.flow[:n-1], s.flowSigns[:n-1]
}

// afterQuote checks what follows the end of quoted text. Text there means that a quote inside was not escaped, or that
// the quote opened on an earlier line was never closed and this one was meant to open another.
func (s *scan) afterQuote(l []byte, at int) int {
	rest := bytes.TrimLeft(l[at:], " \t")
	offset := len(l) - len(rest)
	if len(rest) == 0 || rest[0] == '#' && offset > at || len(s.flow) > 0 && bytes.IndexByte([]byte(",]}:"), rest[0]) >= 0 {
		return offset
	}
	if s.quoteAt.line != s.i {
		f := s.quoteAt
		s.found = &f
		return len(l)
	}
	s.fault(offset, "there is more text after the closing quote", "put the quote at the end of the text; write \\\" for a quote inside it")
	return len(l)
}

func other(c byte) byte {
	if c == '[' {
		return ']'
	}
	return '}'
}
