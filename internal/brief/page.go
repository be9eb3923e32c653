package brief

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"example.org/muniment/internal/plain"
)

// Limits bound what is written for people. A zero field means its default.
type Limits struct {
	Rows  int // of a section; 25
	Cell  int // characters of a cell; 300
	Bytes int // of all of it; 60,000, since GitHub refuses comments of more than 65,536 characters
}

func (l Limits) filled() Limits {
	if l.Rows <= 0 {
		l.Rows = 25
	}
	if l.Cell <= 0 {
		l.Cell = 300
	}
	if l.Bytes <= 0 {
		l.Bytes = 60_000
	}
	return l
}

// Marker begins the Markdown of every brief. The comment that holds it is found again by it.
const Marker = "<!-- muniment:brief -->"

// reserve is what is kept free for headings, for what says that rows are left out, and for the end.
const reserve = 5_000

// page is text of bounded length.
type page struct {
	strings.Builder
	Limits
}

func (p *page) printf(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// cut shortens a text to what a cell holds.
func (p *page) cut(s string) string {
	if utf8.RuneCountInString(s) <= p.Cell {
		return s
	}
	return string([]rune(s)[:p.Cell-1]) + "…"
}

// rows writes as many rows as there is room for and gives how many were left out.
func (p *page) rows(rows [][]string, write func(row []string) string) (left int) {
	for i, row := range rows {
		text := write(row)
		if i == p.Rows || p.Len()+len(text) > p.Bytes-reserve {
			return len(rows) - i
		}
		p.WriteString(text)
	}
	return 0
}

// Markdown writes a brief as a comment for a forge. Text from evidence stands for itself in it: it is no markup, makes no link
// and calls nobody.
func Markdown(b *Brief, l Limits) string {
	p := &page{Limits: l.filled()}
	p.printf("%s\n## Effect on compliance\n\n**%s**\n\n%s\n", Marker, plain.Markdown(b.Headline), plain.Markdown(origin(b)))
	for _, w := range warnings(b) {
		p.printf("\n> **Note:** %s\n", plain.Markdown(w))
	}
	for _, s := range sections(b) {
		p.printf("\n### %s\n\n", plain.Markdown(s.title))
		if s.says != "" {
			p.printf("%s\n\n", plain.Markdown(s.says))
		}
		p.printf("| %s |\n|%s\n", strings.Join(s.columns, " | "), strings.Repeat(" --- |", len(s.columns)))
		left := p.rows(s.rows, func(row []string) string {
			var line strings.Builder
			for _, c := range row {
				line.WriteString("| " + plain.Markdown(p.cut(c)) + " ")
			}
			return line.String() + "|\n"
		})
		if left > 0 {
			p.printf("\nAnd %d more, which are left out here.\n", left)
		}
	}
	p.printf("\nMade by `%s`", b.Command)
	if b.Link != "" {
		p.printf(" · [all of it](<%s>)", b.Link)
	}
	p.printf("\n")
	return p.String()
}

// Text writes a brief for a terminal or a log.
func Text(b *Brief, l Limits) string {
	p := &page{Limits: l.filled()}
	p.printf("%s\n%s\n", plain.Line(b.Headline), plain.Line(origin(b)))
	for _, w := range warnings(b) {
		p.printf("\nNote: %s\n", plain.Line(w))
	}
	for _, s := range sections(b) {
		p.printf("\n%s\n", strings.ToUpper(s.title))
		if s.says != "" {
			p.printf("%s\n", s.says)
		}
		left := p.rows(s.rows, func(row []string) string {
			var block strings.Builder
			for i, c := range row {
				switch c = plain.Line(p.cut(c)); {
				case i == 0:
					block.WriteString("  " + c + "\n")
				case c != "":
					fmt.Fprintf(&block, "      %s: %s\n", s.columns[i], c)
				}
			}
			return block.String()
		})
		if left > 0 {
			p.printf("  and %d more: add --json to see all\n", left)
		}
	}
	return p.String()
}
