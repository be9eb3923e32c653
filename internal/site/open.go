package site

import (
	"html/template"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// Documents of the data interface of a public register.
type (
	openIndexDocument struct {
		report.Origin
		Title        string     `json:"title"`
		Organisation string     `json:"organisation,omitempty"`
		Documents    []document `json:"documents"`
	}
	openWorkloadsDocument struct {
		report.Origin
		Workloads []openLine `json:"workloads"`
	}
	openLine struct {
		*report.OpenRow
		place
	}
	openWorkloadDocument struct {
		report.Origin
		Workload *report.OpenWorkload `json:"workload"`
	}
)

type openWorkloadPage struct {
	Page page
	*report.OpenWorkload
}

// OpenWorkload makes the files of one workload of a public register: its page and the same as data.
func (p *Portal) OpenWorkload(w *report.OpenWorkload) ([]File, error) {
	one := openWorkloadPage{page{
		Path: p.pagePath("workload", w.ID), Title: w.Name + " (" + w.ID + ")", Section: "index.html", JSON: dataPath("workload", w.ID),
	}, w}
	html, err := p.execute("open-workload.html", one.Page, one)
	if err != nil {
		return nil, err
	}
	return []File{{one.Page.Path, html}, {one.Page.JSON, encode(&openWorkloadDocument{p.frame.Origin, w})}}, nil
}

type openPage struct {
	Page  page
	Total int
	Table section
}

// OpenLists makes the files that show a public register as a whole, and those that belong to the portal itself. Rows are by id.
func (p *Portal) OpenLists(rows []report.OpenRow, emit func(File) error) error {
	o := &listing{Portal: p, Lists: &report.Lists{}, to: Each(emit), taken: map[string]string{}}
	for _, r := range rows {
		if err := o.take(p.pagePath("workload", r.ID), "workload "+r.ID); err != nil {
			return err
		}
	}
	for _, step := range []func() error{
		func() error { return o.openIndex(rows) }, o.openAbout, func() error { return o.openSearch(rows) }, o.authored, o.missing, func() error { return o.openData(rows) }, o.assets,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

var (
	titleHowKept   = say("nav.how-kept")
	openFilter     = say("open.filter")
	systemsCaption = say("open.caption")
	colSystem      = say("column.system")
	colPersonal    = say("column.personal")
	unpublished    = say("open.not-published")
)

func (p *listing) openIndex(rows []report.OpenRow) error {
	one := openPage{Page: page{Path: "index.html", Title: p.says.text(titleHowKept), Section: "index.html", JSON: "api/v1/index.json"}, Total: len(rows)}
	var err error
	if one.Table, err = p.section(one.Page, partRows, "open", one.Page.Title, openTable(rows, len(rows) <= partRows)); err != nil {
		return err
	}
	return p.render("open.html", one.Page, one)
}

func openTable(rows []report.OpenRow, whole bool) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.filtered("", "workloads", whole, openFilter, systemsCaption, known{"", colSystem}, known{" data-filter-by", colOrganisation}, known{"", colPersonal})
		},
		row: func(m *markup, i int) { m.openRow(&rows[i]) },
		end: (*markup).endTable,
	}
}

func (m *markup) openRow(r *report.OpenRow) {
	m.row("", "")
	m.raw(`<th scope="row">`)
	m.ref(report.Ref{Kind: "workload", ID: r.ID, Name: r.Name})
	if r.Summary != "" {
		m.raw(`<small>`)
		m.text(r.Summary)
		m.raw(`</small>`)
	}
	m.raw("</th>")
	m.first(colOrganisation)
	m.text(orID(r.Organisation))
	m.cell(colPersonal)
	if r.Personal == "" {
		m.say(unpublished)
	} else {
		m.text(spelling.Capital(m.says.choice(r.Personal)))
	}
	m.endRow()
}

// orID names a subject whose name may not be shown.
func orID(r report.Ref) string {
	if r.Name == "" {
		return r.ID
	}
	return r.Name
}

func (p *listing) openAbout() error {
	one := struct{ Page page }{page{Path: "about.html", Title: p.says.text(titleAbout), Section: "about.html"}}
	return p.render("open-about.html", one.Page, one)
}

func (p *listing) openData(rows []report.OpenRow) error {
	origin := p.frame.Origin
	list := openWorkloadsDocument{origin, make([]openLine, len(rows))}
	for i := range rows {
		list.Workloads[i] = openLine{&rows[i], p.place("workload", rows[i].ID)}
	}
	if err := p.document("workloads.json", &list); err != nil {
		return err
	}
	return p.document("index.json", &openIndexDocument{
		origin, p.config.Title, p.config.Organisation, []document{{"workloads.json", "every system that is shown, with the path of its own document"}},
	})
}

// Contents lists the headings of the DPIA down to the first level below its title.
func (w openWorkloadPage) Contents() []report.Section {
	var out []report.Section
	if w.DPIA == nil {
		return nil
	}
	for _, s := range w.DPIA.Sections {
		if s.Level <= 2 {
			out = append(out, s)
		}
	}
	return out
}

// NoticeLink leads to the organisation's own notice, when it is an address that a page may lead to.
func (w openWorkloadPage) NoticeLink() string { return httpsOnly(w.Notice) }

// Prose is the text of the DPIA.
func (w openWorkloadPage) Prose() template.HTML { return safe(w.DPIA.HTML) }
