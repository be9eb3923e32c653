// Package console writes reports for people at a terminal. What it prints is the answer and nothing else: no clock, no
// progress, no decoration that a pipe would have to strip. It reads only the report.
package console

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/plain"
	"example.org/muniment/internal/report"
)

// Options say what the terminal can do.
type Options struct {
	Colour bool
	Width  int  // characters a line; 0 means that lines are not folded
	All    bool // also what is met and what does not apply
}

// marks give each state a shape beside its word and colour, so that colour is never the only signal.
var marks = map[string]struct{ shape, colour string }{
	"blocked":        {"■", "\x1b[1;31m"},
	"failing":        {"✗", "\x1b[31m"},
	"overdue":        {"!", "\x1b[33m"},
	"incomplete":     {"◐", "\x1b[33m"},
	"gap":            {"○", "\x1b[36m"},
	"contested":      {"≠", "\x1b[35m"},
	"info":           {"i", "\x1b[34m"},
	"met":            {"✓", "\x1b[32m"},
	"not-applicable": {"–", "\x1b[2m"},
	"excepted":       {"⏳", "\x1b[35m"},
}

// page gathers output and remembers the first error of the writer underneath.
type page struct {
	w   io.Writer
	o   Options
	err error
}

func (p *page) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format, args...)
	}
}

// cell is a piece of text with the state that colours it, if any.
type cell struct{ text, state string }

// table prints rows in columns. The last column is folded to the width of the terminal.
func (p *page) table(header []string, rows [][]cell) {
	widths := make([]int, len(header))
	for i, h := range header {
		widths[i] = utf8.RuneCountInString(h)
	}
	for _, row := range rows {
		for i, c := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(p.label(c)))
		}
	}
	head := make([]cell, len(header))
	for i, h := range header {
		head[i] = cell{text: h}
	}
	for _, row := range append([][]cell{head}, rows...) {
		var line strings.Builder
		indent := 0
		for i, c := range row {
			text := p.label(c)
			if i == len(row)-1 {
				line.WriteString(p.paint(c.state, p.fold(text, indent)))
				break
			}
			line.WriteString(p.paint(c.state, text))
			line.WriteString(strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)+2))
			indent += widths[i] + 2
		}
		p.printf("%s\n", strings.TrimRight(line.String(), " "))
	}
}

// label is a cell's text, with the shape of its state before it.
func (p *page) label(c cell) string {
	text := plain.Line(c.text)
	if m, ok := marks[c.state]; ok {
		return m.shape + " " + text
	}
	return text
}

func (p *page) paint(state, text string) string {
	m, ok := marks[state]
	if !ok || !p.o.Colour {
		return text
	}
	return m.colour + text + "\x1b[0m"
}

// fold breaks text at spaces so that it fits beside an indent.
func (p *page) fold(text string, indent int) string {
	width := p.o.Width - indent
	if p.o.Width == 0 || width < 24 || utf8.RuneCountInString(text) <= width {
		return text
	}
	var b strings.Builder
	used := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case used+1+n > width:
			b.WriteString("\n" + strings.Repeat(" ", indent))
			used = 0
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// para prints a paragraph with an indent.
func (p *page) para(indent int, text string) {
	p.printf("%s%s\n", strings.Repeat(" ", indent), p.fold(plain.Line(text), indent))
}

// Findings prints what check found, one block each: where, what, and what to do.
func Findings(w io.Writer, fs []finding.Finding, files int, o Options) error {
	p := &page{w: w, o: o}
	for _, f := range causesFirst(fs) {
		p.printf("%s: %s: %s [%s]\n", plain.Line(f.Place.String()), p.severity(f.Severity), plain.Line(f.Message), f.Code)
		if f.Remedy != "" {
			p.para(4, f.Remedy)
		}
		for _, r := range f.Related {
			p.printf("    see also %s\n", plain.Line(r.String()))
		}
	}
	errors, warnings := finding.Errors(fs), len(fs)-finding.Errors(fs)
	switch {
	case len(fs) == 0:
		p.printf("%s checked, nothing found.\n", count(files, "file"))
	default:
		p.printf("\n%s checked: %s, %s.\n", count(files, "file"), count(errors, "error"), count(warnings, "warning"))
	}
	return p.err
}

// causesFirst moves what is only wrong through something else to the end, so that a reader meets the cause before it.
func causesFirst(fs []finding.Finding) []finding.Finding {
	ordered := slices.Clone(fs)
	slices.SortStableFunc(ordered, func(a, b finding.Finding) int {
		follows := func(f finding.Finding) int {
			if f.Code == "refused-reference" {
				return 1
			}
			return 0
		}
		return follows(a) - follows(b)
	})
	return ordered
}

func (p *page) severity(s finding.Severity) string {
	if s == finding.Error {
		return p.paint("failing", string(s))
	}
	return p.paint("overdue", string(s))
}

// count gives "1 file" or "3 files".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// origin prints what an answer was made from.
func (p *page) origin(o report.Origin) {
	at := "files that no commit holds"
	if o.KnownAt != "" {
		at = "commit " + o.KnownAt[:min(12, len(o.KnownAt))]
		if !o.KnownDay.IsZero() {
			at += " of " + o.KnownDay.Short()
		}
	}
	if o.Dirty {
		at += " with uncommitted changes"
	}
	p.printf("As of %s, from %s.\n", o.AsOf.Long(), at)
}
