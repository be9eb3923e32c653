package markdown

import (
	"bytes"
	"fmt"
	"sort"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"

	"example.org/muniment/internal/finding"
)

// reader holds a body while it is read, and speaks about its places.
type reader struct {
	path      string
	src       []byte
	firstLine int
	options   Options

	findings []finding.Finding
	exceeded bool  // a limit was passed: nothing of the document may be shown
	lines    []int // offset of each line's first byte; filled on first use
}

// place turns an offset into the body into a place in the file.
func (r *reader) place(offset int) finding.Place {
	if r.lines == nil {
		r.lines = []int{0}
		for i, c := range r.src {
			if c == '\n' {
				r.lines = append(r.lines, i+1)
			}
		}
	}
	offset = min(max(offset, 0), len(r.src))
	line := sort.SearchInts(r.lines, offset+1) - 1
	return finding.Place{
		Path: r.path, Line: r.firstLine + line,
		Column: utf8.RuneCount(r.src[r.lines[line]:offset]) + 1,
	}
}

func (r *reader) refuse(offset int, code, message, remedy string) {
	if len(r.findings) == maxFindings {
		message, code = "there are more findings in this file than are listed", "limit-findings"
		remedy = "correct the ones above, then check again"
	}
	if len(r.findings) > maxFindings {
		return
	}
	r.findings = append(r.findings, finding.Finding{
		Place: r.place(offset), Code: code, Severity: finding.Error, Message: message, Remedy: remedy,
	})
}

// exceed reports a limit. It is shown even when the list of findings is full.
func (r *reader) exceed(offset int, code, message, remedy string) {
	if r.exceeded {
		return
	}
	r.exceeded = true
	r.findings = append(r.findings, finding.Finding{
		Place: r.place(offset), Code: code, Severity: finding.Error, Message: message, Remedy: remedy,
	})
}

// affordable checks the bytes. It errs on the side of refusing: the library copies a table's columns into every row,
// reads containers inside one another again for each line, and compares all definitions with one another.
func (r *reader) affordable() bool {
	o := r.options
	if len(r.src) > o.Bytes {
		r.exceed(0, "limit-size", fmt.Sprintf("this text has %d bytes; %d is the limit", len(r.src), o.Bytes),
			"divide it, and link the parts")
		return false
	}
	offset, definitions, cells, columns := 0, 0, 0, 0
	for line := range bytes.Lines(r.src) {
		if containers(line) > o.Nesting {
			r.exceed(offset, "limit-nesting", fmt.Sprintf("quotations and lists are nested more than %d deep", o.Nesting), "write it flatter")
		}
		if definitions += bytes.Count(line, []byte("]:")); definitions > o.References {
			r.exceed(offset, "limit-references", fmt.Sprintf("there are more than %d link definitions", o.References), "write the links where they are used")
		}
		if n, at := delimiters(line); n > o.Columns {
			r.exceed(offset+at, "limit-columns", fmt.Sprintf("a table has more than %d columns", o.Columns), "divide the table")
		} else {
			columns = max(columns, n)
		}
		if len(bytes.Trim(line, "> \t\n")) == 0 {
			columns = 0 // a blank line ends the table
		}
		if cells += columns; cells > o.Cells {
			r.exceed(offset, "limit-cells", fmt.Sprintf("the tables have more than %d cells", o.Cells), "attach large tables as files")
		}
		if r.exceeded {
			return false
		}
		offset += len(line)
	}
	return true
}

// containers counts the quotation, list and definition marks that a line begins with. A line of nothing but dashes or
// stars, however spaced, is a rule and has none.
func containers(line []byte) int {
	n, i := 0, 0
	ends := func() bool { return i+1 >= len(line) || line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\n' }
	for ; i < len(line); i++ {
		switch c := line[i]; {
		case c == ' ' || c == '\t':
			continue
		case c == '>':
		case c >= '0' && c <= '9':
			for i+1 < len(line) && line[i+1] >= '0' && line[i+1] <= '9' {
				i++
			}
			if i++; i >= len(line) || line[i] != '.' && line[i] != ')' || !ends() {
				return n
			}
		case (c == '-' || c == '+' || c == '*' || c == ':') && ends():
			if n == 0 && len(bytes.Trim(line, string(c)+" \t\n")) == 0 && (c == '-' || c == '*') {
				return 0
			}
		default:
			return n
		}
		n++
	}
	return n
}

// delimiters counts the columns that a line could announce as the second line of a table: the cells in its longest run
// of the characters such a line is made of. It also says where the run begins.
func delimiters(line []byte) (columns, at int) {
	const marks = "|-: \t\n\v\f\r"
	for i := 0; i < len(line); i++ {
		run := len(line[i:]) - len(bytes.TrimLeft(line[i:], marks))
		cells := bytes.Trim(line[i:i+run], " \t\n\v\f\r")
		if n := bytes.Count(cells, []byte("|")); n > 0 {
			n++
			if cells[0] == '|' {
				n--
			}
			if cells[len(cells)-1] == '|' {
				n--
			}
			if n > columns {
				columns, at = n, i
			}
		}
		i += run
	}
	return columns, at
}

// affordableInline bounds the cost of inline markup, which the library reads in steps that grow with the number of
// markup characters times the length of the paragraph.
func (r *reader) affordableInline(document ast.Node) bool {
	total, worst, at := 0, 0, 0
	_ = ast.Walk(document, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the visitor returns no error
		if !entering || n.Type() != ast.TypeBlock || n.IsRaw() || n.Lines().Len() == 0 {
			return ast.WalkContinue, nil
		}
		marks, size := 0, 0
		for _, s := range n.Lines().Sliced(0, n.Lines().Len()) {
			for _, c := range r.src[s.Start:s.Stop] {
				switch c {
				case '*', '_', '~', '[', ']', '(', '!', '<', '`':
					marks++
				}
			}
			size += s.Stop - s.Start
		}
		if total += marks * size; marks*size > worst {
			worst, at = marks*size, n.Lines().At(0).Start
		}
		return ast.WalkContinue, nil
	})
	if total > r.options.Work {
		r.exceed(at, "limit-markup", "this paragraph has too much markup for its length", "divide it into shorter paragraphs")
		return false
	}
	return true
}
