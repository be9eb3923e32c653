package strictyaml

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"example.org/muniment/internal/tree"
)

// Nearly all evidence is written in a small part of even the strict subset: fields and lists in block style, one value on a
// line, quotes without escapes, brackets on one line, blocks of text. The fast reader knows that part alone and reads it in
// one pass. It either gives the tree that [read] gives, or it is not sure and gives nothing; it never refuses. A test and a
// fuzz target compare the two.

// fast reads text whose bytes have been checked and found without fault.
func fast(text string, first int, limits Limits) (root *tree.Node, sure bool) {
	p := fastReaders.Get().(*fastReader)
	defer func() {
		if recover() != nil { // a mistake in here must not stop what the other reader can read
			root, sure = nil, false
			return
		}
		p.forget()
		fastReaders.Put(p)
	}()
	p.text, p.limits, p.first = text, limits, int32(first-1)
	return p.document()
}

func (p *fastReader) document() (*tree.Node, bool) {
	if !p.split() || !p.nextLine(0) || p.lines[p.at].indent != 0 {
		return nil, false
	}
	root, ok := p.group(0, 1)
	if !ok || p.at < len(p.lines) {
		return nil, false
	}
	return p.build(root), true
}

var fastReaders = sync.Pool{New: func() any { return new(fastReader) }}

// fastReader holds what has been read so far. Its lists are used again for the next text.
type fastReader struct {
	text   string
	limits Limits
	first  int32 // the number of lines of the file before the text
	ascii  bool
	lines  []fastLine
	at     int // the current line

	nodes  []fastNode
	fields []fastField // of finished groups, each group's together
	items  []int32     // of finished lists, each list's together; indexes into nodes

	openFields []fastField // of groups that are not finished
	openItems  []int32
}

// fastLine is a line without its end; start, end and indent are offsets.
type fastLine struct{ start, end, indent int32 }

type fastNode struct {
	kind         tree.Kind
	line, column int32
	text         string
	from, count  int32 // in fields or items
}

type fastField struct {
	key          string
	line, column int32
	value        int32
}

func (p *fastReader) forget() {
	clear(p.nodes) // they hold on to the text
	clear(p.fields)
	clear(p.openFields[:cap(p.openFields)])
	p.text = ""
	p.lines, p.nodes, p.fields, p.items = p.lines[:0], p.nodes[:0], p.fields[:0], p.items[:0]
	p.openFields, p.openItems, p.at = p.openFields[:0], p.openItems[:0], 0
}

// split finds the lines. Tabs, Windows line ends and a last line without an end are for the other reader.
func (p *fastReader) split() bool {
	s := p.text
	if s == "" || s[len(s)-1] != '\n' || strings.IndexByte(s, '\t') >= 0 || strings.IndexByte(s, '\r') >= 0 {
		return false
	}
	p.ascii = true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			p.ascii = false
			break
		}
	}
	for start := 0; start < len(s); {
		end := start + strings.IndexByte(s[start:], '\n')
		indent := start
		for indent < end && s[indent] == ' ' {
			indent++
		}
		if asksForKey(s[indent:end]) {
			return false
		}
		p.lines = append(p.lines, fastLine{int32(start), int32(end), int32(indent - start)})
		start = end + 1
	}
	return true
}

// asksForKey holds for lines after which the other reader may take a name for one after "?".
func asksForKey(line string) bool {
	line = strings.TrimRight(line, " ")
	before, ok := strings.CutSuffix(line, "?")
	if !ok {
		return false
	}
	before = strings.TrimRight(before, " ")
	return strings.Trim(before, "- ") == "" || strings.IndexByte("{[,", before[len(before)-1]) >= 0
}

func (p *fastReader) line() string {
	l := p.lines[p.at]
	return p.text[l.start:l.end]
}

// nextLine goes to the first line from i on that holds more than a comment, and reports whether there is one.
func (p *fastReader) nextLine(i int) bool {
	for p.at = i; p.at < len(p.lines); p.at++ {
		l := p.lines[p.at]
		if from := l.start + l.indent; from < l.end && p.text[from] != '#' {
			return true
		}
	}
	return false
}

// column turns an offset in the current line into a column.
func (p *fastReader) column(offset int) int32 {
	if p.ascii {
		return int32(offset) + 1
	}
	return int32(utf8.RuneCountInString(p.line()[:offset])) + 1
}

func (p *fastReader) add(kind tree.Kind, offset int, text string) int32 {
	p.nodes = append(p.nodes, fastNode{kind: kind, line: int32(p.at) + 1 + p.first, column: p.column(offset), text: text})
	return int32(len(p.nodes) - 1)
}

// group reads a group of fields that begin at one column. The first begins at that offset of the current line; afterwards
// the current line is the first one that is not of the group.
func (p *fastReader) group(offset, depth int) (int32, bool) {
	if depth > p.limits.Depth {
		return 0, false
	}
	n := p.add(tree.Map, offset, "")
	mark := len(p.openFields)
	for {
		line := p.line()
		key, after, ok := fieldName(line, offset)
		if !ok || p.duplicate(mark, key) {
			return 0, false
		}
		f := fastField{key: key, line: int32(p.at) + 1 + p.first, column: p.column(offset)}
		if after == len(line) {
			f.value, ok = p.below(offset, depth)
		} else {
			f.value, ok = p.value(after, offset, depth)
		}
		if !ok {
			return 0, false
		}
		p.openFields = append(p.openFields, f)
		if p.at == len(p.lines) || int(p.lines[p.at].indent) < offset {
			break
		}
		if int(p.lines[p.at].indent) > offset {
			return 0, false
		}
	}
	return n, p.close(n, mark)
}

// close moves the fields of a group to where finished groups are.
func (p *fastReader) close(n int32, mark int) bool {
	p.nodes[n].from, p.nodes[n].count = int32(len(p.fields)), int32(len(p.openFields)-mark)
	p.fields = append(p.fields, p.openFields[mark:]...)
	p.openFields = p.openFields[:mark]
	return int(p.nodes[n].count) <= p.limits.Items
}

func (p *fastReader) closeList(n int32, mark int) bool {
	p.nodes[n].from, p.nodes[n].count = int32(len(p.items)), int32(len(p.openItems)-mark)
	p.items = append(p.items, p.openItems[mark:]...)
	p.openItems = p.openItems[:mark]
	return int(p.nodes[n].count) <= p.limits.Items
}

// duplicate reports whether a name occurs in the open group. Long groups are for the other reader.
func (p *fastReader) duplicate(mark int, key string) bool {
	open := p.openFields[mark:]
	if len(open) > 64 {
		return true
	}
	for i := range open {
		if open[i].key == key {
			return true
		}
	}
	return false
}

// fieldName reads `name:` at an offset. After is the offset of the value, or the end of the line when none is there.
func fieldName(line string, offset int) (name string, after int, ok bool) {
	end := offset
	for end < len(line) && nameSign[line[end]] {
		end++
	}
	if end == offset || end-offset > 64 || end == len(line) || line[end] != ':' || !letter(line[offset]) {
		return "", 0, false
	}
	name = line[offset:end]
	if kind, why := resolve(name); why != whyWord && (kind != tree.String || why != "") {
		return "", 0, false
	}
	after = end + 1
	for after < len(line) && line[after] == ' ' {
		after++
	}
	if after < len(line) && (after == end+1 || line[after] == '#') {
		if after == end+1 {
			return "", 0, false
		}
		after = len(line) // a comment
	}
	return name, after, true
}

var nameSign = func() (is [256]bool) {
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-" {
		is[c] = true
	}
	return is
}()

func letter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' }

// below reads the value of a field that begins on a later line: a group further to the right, or a list.
func (p *fastReader) below(offset, depth int) (int32, bool) {
	if !p.nextLine(p.at + 1) {
		return 0, false
	}
	indent := int(p.lines[p.at].indent)
	isList := isItem(p.line(), indent)
	switch {
	case isList && indent >= offset:
		return p.list(indent, depth+1)
	case !isList && indent > offset:
		return p.group(indent, depth+1)
	}
	return 0, false
}

func isItem(line string, offset int) bool {
	return offset+1 < len(line) && line[offset] == '-' && line[offset+1] == ' '
}

// list reads the items that begin at one column.
func (p *fastReader) list(offset, depth int) (int32, bool) {
	if depth > p.limits.Depth {
		return 0, false
	}
	n := p.add(tree.List, offset, "")
	mark := len(p.openItems)
	for {
		line := p.line()
		at := offset + 1
		for at < len(line) && line[at] == ' ' {
			at++
		}
		if at == len(line) || isItem(line, at) {
			return 0, false
		}
		var item int32
		var ok bool
		if _, _, named := fieldName(line, at); named {
			item, ok = p.group(at, depth+1)
		} else {
			item, ok = p.value(at, offset, depth)
		}
		if !ok {
			return 0, false
		}
		p.openItems = append(p.openItems, item)
		if p.at == len(p.lines) || int(p.lines[p.at].indent) < offset || int(p.lines[p.at].indent) == offset && !isItem(p.line(), offset) {
			break
		}
		if int(p.lines[p.at].indent) > offset {
			return 0, false
		}
	}
	return n, p.closeList(n, mark)
}

// value reads a value on the current line. Around is the column at which the group or list begins that holds it.
func (p *fastReader) value(offset, around, depth int) (n int32, ok bool) {
	line := p.line()
	end := offset
	switch c := line[offset]; c {
	case '|', '>':
		return p.block(offset, around)
	case '"', '\'', '[', '{':
		n, end, ok = p.flow(line, offset, depth)
		if !ok {
			return 0, false
		}
		rest := strings.TrimLeft(line[end:], " ")
		if rest != "" && (rest[0] != '#' || len(rest) == len(line)-end) {
			return 0, false
		}
	default:
		text, fine := plainText(line[offset:])
		if !fine {
			return 0, false
		}
		kind, why := resolve(text)
		if why != "" {
			return 0, false
		}
		n = p.add(kind, offset, text)
	}
	p.nextLine(p.at + 1)
	return n, true
}

// plainText reads text without quotes up to the end of the line or to a comment.
func plainText(s string) (string, bool) {
	if c := s[0]; !letter(c) && (c < '0' || c > '9') && c < utf8.RuneSelf && strings.IndexByte("(/.+=~$^;<", c) < 0 &&
		(c != '-' || len(s) == 1 || s[1] == ' ') {
		return "", false
	}
	end := len(s)
	for i := 1; i < len(s); i++ {
		if s[i] == ':' && (i+1 == len(s) || s[i+1] == ' ') {
			return "", false
		}
		if s[i] == '#' && s[i-1] == ' ' {
			end = i
			break
		}
	}
	return strings.TrimRight(s[:end], " "), true
}

// flow reads quoted text or brackets that end on the same line.
func (p *fastReader) flow(line string, offset, depth int) (n int32, end int, ok bool) {
	switch line[offset] {
	case '"':
		size := strings.IndexByte(line[offset+1:], '"')
		if size < 0 || strings.IndexByte(line[offset+1:offset+1+size], '\\') >= 0 {
			return 0, 0, false
		}
		return p.add(tree.String, offset, line[offset+1:offset+1+size]), offset + size + 2, true
	case '\'':
		return p.singleQuoted(line, offset)
	case '[':
		return p.flowList(line, offset, depth+1)
	case '{':
		return p.flowGroup(line, offset, depth+1)
	}
	end = offset
	for end < len(line) && flowSign(line, end) {
		end++
	}
	text := strings.TrimRight(line[offset:end], " ")
	if text == "" || !letter(text[0]) && (text[0] < '0' || text[0] > '9') {
		return 0, 0, false
	}
	kind, why := resolve(text)
	return p.add(kind, offset, text), end, why == ""
}

// flowSign holds for the characters that plain text inside brackets may have here.
func flowSign(line string, i int) bool {
	c := line[i]
	if c == ':' {
		return i+1 < len(line) && (nameSign[line[i+1]] || line[i+1] == '/')
	}
	return nameSign[c] || strings.IndexByte(" ./@+", c) >= 0
}

func (p *fastReader) singleQuoted(line string, offset int) (n int32, end int, ok bool) {
	doubled := false
	for i := offset + 1; i < len(line); i++ {
		if line[i] != '\'' {
			continue
		}
		if i+1 < len(line) && line[i+1] == '\'' {
			doubled = true
			i++
			continue
		}
		text := line[offset+1 : i]
		if doubled {
			text = strings.ReplaceAll(text, "''", "'")
		}
		return p.add(tree.String, offset, text), i + 1, true
	}
	return 0, 0, false
}

func skipSpaces(line string, at int) int {
	for at < len(line) && line[at] == ' ' {
		at++
	}
	return at
}

func (p *fastReader) flowList(line string, offset, depth int) (n int32, end int, ok bool) {
	if depth > p.limits.Depth {
		return 0, 0, false
	}
	n = p.add(tree.List, offset, "")
	mark := len(p.openItems)
	at := skipSpaces(line, offset+1)
	for at < len(line) && (line[at] != ']' || len(p.openItems) > mark) {
		item, after, ok := p.flow(line, at, depth)
		if !ok {
			return 0, 0, false
		}
		p.openItems = append(p.openItems, item)
		at = skipSpaces(line, after)
		if at < len(line) && line[at] == ']' {
			break
		}
		if at == len(line) || line[at] != ',' {
			return 0, 0, false
		}
		at = skipSpaces(line, at+1)
		if at == len(line) || line[at] == ']' {
			return 0, 0, false
		}
	}
	return n, at + 1, at < len(line) && p.closeList(n, mark)
}

func (p *fastReader) flowGroup(line string, offset, depth int) (n int32, end int, ok bool) {
	if depth > p.limits.Depth {
		return 0, 0, false
	}
	n = p.add(tree.Map, offset, "")
	mark := len(p.openFields)
	at := skipSpaces(line, offset+1)
	for at < len(line) && (line[at] != '}' || len(p.openFields) > mark) {
		key, after, ok := fieldName(line, at)
		if !ok || after == len(line) || p.duplicate(mark, key) {
			return 0, 0, false
		}
		f := fastField{key: key, line: int32(p.at) + 1 + p.first, column: p.column(at)}
		if f.value, after, ok = p.flow(line, after, depth); !ok {
			return 0, 0, false
		}
		p.openFields = append(p.openFields, f)
		at = skipSpaces(line, after)
		if at < len(line) && line[at] == '}' {
			break
		}
		if at == len(line) || line[at] != ',' {
			return 0, 0, false
		}
		at = skipSpaces(line, at+1)
	}
	return n, at + 1, at < len(line) && p.close(n, mark)
}

// block reads a block of text: | or >, each with or without a minus.
func (p *fastReader) block(offset, around int) (int32, bool) {
	header := strings.TrimRight(p.line()[offset:], " ")
	if header != "|" && header != ">" && header != "|-" && header != ">-" {
		return 0, false
	}
	folded, strip := header[0] == '>', len(header) == 2
	n := p.add(tree.String, offset, "")
	from := p.at + 1
	if from == len(p.lines) {
		return 0, false
	}
	indent := p.lines[from].indent
	if l := p.lines[from]; l.start+l.indent == l.end || int(indent) <= around {
		return 0, false
	}
	last, i := from, from
	for ; i < len(p.lines); i++ {
		l := p.lines[i]
		blank := l.start+l.indent == l.end
		switch {
		case blank && l.indent > indent:
			return 0, false // its spaces would be text
		case blank:
			continue
		case l.indent > indent && folded:
			return 0, false // such lines are not folded
		}
		if l.indent < indent {
			break
		}
		last = i
	}
	p.nodes[n].text = p.blockText(from, last, indent, folded)
	if !strip {
		p.nodes[n].text = p.withLineEnd(p.nodes[n].text, last)
	}
	p.nextLine(i)
	return n, true
}

func (p *fastReader) blockText(from, last int, indent int32, folded bool) string {
	if from == last {
		l := p.lines[from]
		return p.text[l.start+indent : l.end]
	}
	var b strings.Builder
	b.Grow(int(p.lines[last].end - p.lines[from].start))
	blanks := 0
	for i := from; i <= last; i++ {
		l := p.lines[i]
		if l.start+l.indent == l.end {
			blanks++
			continue
		}
		switch {
		case i == from:
		case folded && blanks == 0:
			b.WriteByte(' ')
		case folded:
			b.WriteString(strings.Repeat("\n", blanks))
		default:
			b.WriteString(strings.Repeat("\n", blanks+1))
		}
		blanks = 0
		b.WriteString(p.text[l.start+indent : l.end])
	}
	return b.String()
}

// withLineEnd adds the line end that stands after the last line of a block.
func (p *fastReader) withLineEnd(text string, last int) string {
	if end := int(p.lines[last].end); end >= len(text) && p.text[end-len(text):end] == text {
		return p.text[end-len(text) : end+1]
	}
	return text + "\n"
}

// build makes the tree, with all nodes in one piece of memory.
func (p *fastReader) build(root int32) *tree.Node {
	nodes := make([]tree.Node, len(p.nodes))
	fields := make([]tree.Field, len(p.fields))
	items := make([]*tree.Node, len(p.items))
	for i, f := range p.fields {
		fields[i] = tree.Field{Key: f.key, Line: int(f.line), Column: int(f.column), Value: &nodes[f.value]}
	}
	for i, item := range p.items {
		items[i] = &nodes[item]
	}
	for i, n := range p.nodes {
		out := &nodes[i]
		out.Kind, out.Line, out.Column, out.Text = n.kind, int(n.line), int(n.column), n.text
		switch end := n.from + n.count; n.kind {
		case tree.Map:
			out.Fields = slices.Clip(fields[n.from:end])
		case tree.List:
			out.Items = slices.Clip(items[n.from:end])
		}
	}
	return &nodes[root]
}
