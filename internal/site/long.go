package site

import (
	"fmt"
	"html/template"
)

// No page may grow with the register: beyond these a list goes on on further pages.
const (
	partRows  = 400
	partBytes = 300 << 10
)

// long is a list that may be too long for one page.
type long struct {
	rows  int
	begin func(m *markup)        // before the rows of a part
	row   func(m *markup, i int) // the i-th row
	end   func(m *markup)
}

// parts draws a list, divided into parts. There is always one.
func (p *Portal) parts(page string, names func(m *markup), l long) []template.HTML {
	return p.divided(page, page, names, l, partRows)
}

// divided is parts where the first has so many rows at the most and is on one page, and those after it are on pages of another folder.
func (p *Portal) divided(page, further string, names func(m *markup), l long, most int) []template.HTML {
	var out []template.HTML
	m := p.drawingOn(sheet(0), page)
	for i := 0; i < l.rows || len(out) == 0; {
		if names != nil {
			names(m)
		}
		l.begin(m)
		for n := 0; i < l.rows && n < most && len(m.b) < partBytes; n++ {
			l.row(m, i)
			i++
		}
		l.end(m)
		out = append(out, m.html())
		m, most = p.drawingOn(m.b, further), partRows
	}
	sheets.Put(&m.b)
	return out
}

// fits tells whether a list needs no more than one page.
func (p *listing) fits(page string, l long) bool {
	return l.rows <= partRows && len(p.parts(page, p.named, l)) == 1
}

// listPage is a page with a list, or a part of one.
type listPage struct {
	Page    page
	Heading string
	Lede    string
	Body    template.HTML
	Parts   parts
}

// parts leads through the parts of a list.
type parts struct {
	Number int // of the part shown, from 1
	Paths  []string
}

// Of counts the parts.
func (p parts) Of() int { return len(p.Paths) }

// link is an entry of the way through the parts.
type link struct {
	Path, Text string
	Current    bool
}

// Links are few, however many parts there are: the neighbours, the first and the last, and all of a short list.
func (p parts) Links() []link {
	var out []link
	for i, path := range p.Paths {
		n := i + 1
		if len(p.Paths) <= 20 || n == 1 || n == len(p.Paths) || n >= p.Number-2 && n <= p.Number+2 {
			out = append(out, link{path, fmt.Sprint(n), n == p.Number})
		}
	}
	return out
}

// partPath is where a part of a list is published: the first at path itself.
func partPath(path string, number int) string {
	if number == 1 {
		return path
	}
	return fmt.Sprintf("%s-%d.html", path[:len(path)-len(".html")], number)
}

var partOf = say("list.title", "title", "number")

// listed publishes a list at a path, in as many parts as it needs.
func (p *listing) listed(to page, heading, lede string, l long) error {
	bodies := p.parts(to.Path, p.named, l)
	paths := make([]string, len(bodies))
	for i := range bodies {
		paths[i] = partPath(to.Path, i+1)
	}
	for i, body := range bodies {
		one := listPage{Page: to, Heading: heading, Lede: lede, Body: mark(0), Parts: parts{i + 1, paths}}
		one.Page.Path, one.Page.Part = paths[i], true
		if i > 0 {
			one.Page.Title = p.says.text(partOf, plain(to.Title), numeral(i+1))
			one.Page.JSON = ""
		}
		if err := p.render("list.html", one.Page, one, body); err != nil {
			return err
		}
	}
	return nil
}

// named lets a page name subjects of which only the id is known.
func (p *listing) named(m *markup) { m.names = p.name }

// section is the part of a list that a page shows among other things, with the way to the others.
type section struct {
	Body  template.HTML
	Parts parts
}

// continued draws a list of which the first rows are on the page of a subject. The pages that the rest is on are files of the
// subject too.
func (p *Portal) continued(s *subjectPage, name, heading string, l long) (section, []File, error) {
	return p.going(s.Page, partRows, name, heading, l, nil)
}

// going divides a list between a page and pages of its own at lists/.
func (p *Portal) going(home page, first int, name, heading string, l long, names func(*markup)) (section, []File, error) {
	part := func(number int) string { return fmt.Sprintf("lists/%s-%d.html", name, number) }
	bodies := p.divided(home.Path, part(2), names, l, first)
	paths := []string{home.Path}
	for i := 1; i < len(bodies); i++ {
		paths = append(paths, part(i+1))
	}
	var files []File
	for i, body := range bodies[1:] {
		one := listPage{Page: home, Heading: heading, Body: mark(0), Parts: parts{i + 2, paths}}
		one.Page.Path, one.Page.Title, one.Page.Part, one.Page.JSON, one.Page.Known = paths[i+1], p.says.text(partOf, plain(heading), numeral(i+2)), true, "", nil
		html, err := p.execute("list.html", one.Page, one, body)
		if err != nil {
			return section{}, nil, err
		}
		files = append(files, File{paths[i+1], html})
	}
	return section{bodies[0], parts{1, paths}}, files, nil
}

// section publishes the further parts of a list and gives the first.
func (p *listing) section(home page, first int, name, heading string, l long) (section, error) {
	s, files, err := p.going(home, first, name, heading, l, p.named)
	for _, f := range files {
		if err == nil {
			err = p.addSheet(f.Path, heading, f.Data)
		}
	}
	return s, err
}
