package site

import (
	"cmp"
	"fmt"
	"html/template"
	"regexp"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

type suppliersPage struct {
	Page    page
	Choices []choice
	Total   int
	Table   section
}

// choice leads to another view of the same.
type choice struct {
	Title, Path string
	Count       int // of what is in it; not shown where views differ in something else
	Current     bool
}

const (
	suppliersPath    = "suppliers.html"
	certificatesPath = "lists/certificates.html"
	principlesPath   = "lists/principles.html"
	noticesPath      = "lists/notices.html"
)

// supplierViews are the pages about all suppliers.
func supplierViews(current string) []choice {
	out := []choice{{Title: "How they stand", Path: suppliersPath}, {Title: "Certificates", Path: certificatesPath}, {Title: "Security principles", Path: principlesPath}, {Title: "Notices", Path: noticesPath}}
	for i := range out {
		out[i].Current = out[i].Path == current
	}
	return out
}

// suppliers publishes what is shown of all suppliers: how they stand, until when their certificates are good, what they state about
// the security principles, and who has looked at their notices.
func (p *listing) suppliers() error {
	rows := slices.Clone(p.Lists.Suppliers)
	slices.SortStableFunc(rows, func(a, b report.SupplierRow) int {
		return cmp.Or(report.StateRank(a.Status.State)-report.StateRank(b.Status.State), cmp.Compare(a.Name, b.Name))
	})
	list := suppliersPage{
		Page:    page{Path: suppliersPath, Title: "Suppliers", Section: suppliersPath, JSON: "api/v1/suppliers.json"},
		Choices: supplierViews(suppliersPath), Total: len(rows),
	}
	var err error
	if list.Table, err = p.section(list.Page, partRows, "suppliers", "Suppliers", supplierTable(rows, len(rows) <= partRows)); err != nil {
		return err
	}
	if err := p.render("suppliers.html", list.Page, list); err != nil {
		return err
	}
	if err := p.certificates(rows); err != nil {
		return err
	}
	if err := p.principles(rows); err != nil {
		return err
	}
	return p.notices(rows)
}

// certificatesPage shows until when the certificates of all suppliers are good, and what turns when they end.
type certificatesPage struct {
	Page          page
	Choices       []choice
	Current, Gone int           // certificates in force; schemes of a supplier of which none is any more
	Drawn, Total  int           // suppliers
	Chart         template.HTML // of the suppliers whose certificates end first
	Ends          section
}

// supplied is a certificate with whose it is and what rests on it.
type supplied struct {
	report.Validity
	Supplier  report.Ref
	Relying   int // workloads that rely on the supplier
	Turns     []ending
	Workloads []string // that what turns reaches
}

// ending is a duty that turns when a certificate ends.
type ending struct {
	Obligation, Title, Then string
	On                      calendar.Date
	Workloads               int // of whom it is a duty; 0 when it is the supplier's
}

// drawnSuppliers is how many suppliers the chart has a line for.
const drawnSuppliers = 60

func (p *listing) certificates(suppliers []report.SupplierRow) error {
	one := certificatesPage{
		Page:    page{Path: certificatesPath, Title: "Certificates of suppliers", Section: suppliersPath, Crumbs: []crumb{{suppliersPath, "Suppliers"}}, Part: true},
		Choices: supplierViews(certificatesPath), Total: len(suppliers),
	}
	suppliers = remembered(suppliers, p.frame.Origin.AsOf.AddMonths(-rememberedMonths))
	rows := p.supplied(suppliers)
	for i := range rows {
		if rows[i].Current {
			one.Current++
		} else {
			one.Gone++
		}
	}
	first := firstToEnd(suppliers)
	first = first[:min(len(first), drawnSuppliers)]
	one.Drawn, one.Chart = len(first), p.drawValidity(first)
	var err error
	if one.Ends, err = p.section(one.Page, partRows, "certificates", "Certificates, the first to end first", endsTable(rows)); err != nil {
		return err
	}
	return p.render("certificates.html", one.Page, one)
}

// rememberedMonths is how long a certificate that ran out is looked for: after that nobody waits for a later one, and its scheme may be
// no more.
const rememberedMonths = 36

// remembered leaves out the certificates that ran out before a day.
func remembered(suppliers []report.SupplierRow, since calendar.Date) []report.SupplierRow {
	out := slices.Clone(suppliers)
	for i := range out {
		out[i].Validity = slices.DeleteFunc(slices.Clone(out[i].Validity), func(v report.Validity) bool {
			return !v.Current && !v.Until.IsZero() && v.Until.Before(since)
		})
	}
	return out
}

// supplied lists the certificates of all suppliers: those of which nothing is in force first, then by last day.
func (p *listing) supplied(suppliers []report.SupplierRow) []supplied {
	var out []supplied
	at := map[string]int{}
	for i := range suppliers {
		s := &suppliers[i]
		for _, v := range s.Validity {
			at[v.Path] = len(out)
			out = append(out, supplied{Validity: v, Supplier: report.Ref{Kind: "supplier", ID: s.ID, Name: s.Name}, Relying: s.Workloads})
		}
	}
	for i := range p.Due {
		d := &p.Due[i]
		if j, ok := at[fileOf(d.Place)]; ok && out[j].Current {
			out[j].turn(d)
		}
	}
	slices.SortStableFunc(out, func(a, b supplied) int {
		if a.Current != b.Current {
			if b.Current {
				return -1
			}
			return 1
		}
		if a.Until.IsZero() || b.Until.IsZero() { // what never ends comes last
			return cmp.Compare(len(b.Until.String()), len(a.Until.String()))
		}
		return cmp.Or(a.Until.Compare(b.Until), cmp.Compare(a.Supplier.Name, b.Supplier.Name), cmp.Compare(a.Scheme, b.Scheme))
	})
	return out
}

// fileOf gives the file of a place, which may go on with line and column.
func fileOf(place string) string { return linePart.ReplaceAllString(place, "") }

var linePart = regexp.MustCompile(`(:[0-9]+){1,2}$`)

// turn adds a due day that the certificate sets. The same duty of several workloads is told once.
func (s *supplied) turn(d *report.Due) {
	for _, id := range d.Workloads {
		if !slices.Contains(s.Workloads, id) {
			s.Workloads = append(s.Workloads, id)
		}
	}
	workloads := 0
	if d.Subject.Kind == "workload" {
		workloads = 1
	}
	for i := range s.Turns {
		if e := &s.Turns[i]; e.Obligation == d.Obligation && e.Then == d.Then && e.On == d.On && (e.Workloads > 0) == (workloads > 0) {
			e.Workloads += workloads
			return
		}
	}
	s.Turns = append(s.Turns, ending{d.Obligation, d.Title, d.Then, d.On, workloads})
}

// firstToEnd orders suppliers by the day on which their first certificate ends; those that have none in force come first.
func firstToEnd(suppliers []report.SupplierRow) []*report.SupplierRow {
	var out []*report.SupplierRow
	ends := map[string]calendar.Date{}
	for i := range suppliers {
		s := &suppliers[i]
		if s.Current+s.Lapsed == 0 {
			continue // no certificate is on record
		}
		out = append(out, s)
		if len(s.Validity) > 0 {
			ends[s.ID] = calendar.Of(9999, 12, 31)
		}
		for _, v := range s.Validity {
			switch {
			case !v.Current:
				ends[s.ID] = calendar.Date{}
			case !v.Until.IsZero() && v.Until.Before(ends[s.ID]):
				ends[s.ID] = v.Until
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *report.SupplierRow) int {
		return cmp.Or(ends[a.ID].Compare(ends[b.ID]), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func endsTable(rows []supplied) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("muniment-ends", "Certificates with their last day, and what turns the day after", "Last day", "Certificate", "What turns the day after", "Reaches")
		},
		row: func(m *markup, i int) { m.endsRow(&rows[i]) },
		end: (*markup).endTable,
	}
}

func (m *markup) endsRow(s *supplied) {
	state := "overdue"
	if s.Current {
		state = "met"
		for _, e := range s.Turns {
			if report.StateRank(e.Then) < report.StateRank(state) {
				state = e.Then
			}
		}
	}
	m.row(state, "")
	m.raw(`<th scope="row" class="muniment-day">`)
	if s.Until.IsZero() {
		m.raw("No end is known")
	} else {
		m.date(s.Until.AddDays(-1))
	}
	m.raw("</th>")
	m.first("Certificate")
	m.text(s.Scheme)
	m.raw("<small>")
	m.ref(s.Supplier)
	m.raw("</small>")
	m.cell("What turns the day after")
	switch {
	case !s.Current:
		m.raw("<strong>Not in force.</strong> No other of its kind is.")
	case len(s.Turns) == 0:
		m.raw("Nothing turns because of it first.")
	}
	for _, e := range s.Turns {
		m.raw("<p>")
		m.state(e.Then)
		m.raw(" ")
		m.dutyID(e.Obligation)
		m.raw(" ")
		m.text(e.Title)
		m.raw(`<small>`)
		if e.Workloads > 0 {
			m.text("of " + count(e.Workloads, "workload") + ", ")
		}
		m.raw("from ")
		m.date(e.On)
		m.raw("</small></p>")
	}
	m.cell("Reaches")
	switch {
	case !s.Current && s.Relying > 0:
		m.raw(`<a href="`)
		m.href("supplier", s.Supplier.ID)
		m.raw(`#workloads">`)
		m.text(count(s.Relying, "workload"))
		m.raw("</a> that may rely on it")
	case len(s.Workloads) == 0:
		m.raw("–")
	default:
		m.reached(s.Workloads)
	}
	m.endRow()
}

// The chart of all suppliers has a line of words for each, and under it a thin bar for each certificate.
const (
	suppliedWords = 20 // pixels
	suppliedBar   = 6
	suppliedStep  = 9
	suppliedGap   = 10
)

// drawValidity draws until when the certificates of suppliers are good: a year back, two years ahead.
func (p *listing) drawValidity(suppliers []*report.SupplierRow) template.HTML {
	if len(suppliers) == 0 {
		return ""
	}
	asOf := p.frame.Origin.AsOf
	a := newAxis(asOf.AddMonths(-12), asOf.AddMonths(24))
	foot := 0
	for _, s := range suppliers {
		foot += suppliedWords + suppliedGap
		for i := range s.Validity {
			if drawn(a, &s.Validity[i]) {
				foot += suppliedStep
			}
		}
	}
	m := p.drawing(certificatesPath)
	m.raw(`<svg class="muniment-timeline" width="100%" height="`)
	m.number(foot + 24)
	m.raw(`" role="img" aria-labelledby="validity-title validity-words">`, "\n", `<title id="validity-title">Certificates of `)
	m.text(count(len(suppliers), "supplier"))
	m.raw(` from `, a.from.Long(), ` to `, a.to.Long(), "</title>\n", `<desc id="validity-words">`)
	for _, s := range suppliers {
		m.text(standsUntil(s) + ". ")
	}
	m.raw("</desc>\n", `<line class="muniment-timeline__today" x1="`)
	m.share(a.at(asOf))
	m.raw(`" x2="`)
	m.share(a.at(asOf))
	m.raw(`" y1="0" y2="`)
	m.number(foot)
	m.raw("\"></line>\n")
	top := 0
	for _, s := range suppliers {
		m.raw(`<text x="0" y="`)
		m.number(top + 14)
		m.raw(`">`)
		m.text(firstLast(s))
		m.raw("</text>\n")
		top += suppliedWords
		for i := range s.Validity {
			if drawn(a, &s.Validity[i]) {
				m.validity(a, &s.Validity[i], top)
				top += suppliedStep
			}
		}
		top += suppliedGap
	}
	m.certificateYears(a, foot)
	m.raw("</svg>\n")
	return m.html()
}

// inForceOf counts the certificates of a supplier that are in force and the schemes without one, and gives the first last day of those
// in force; no date when no end is known.
func inForceOf(s *report.SupplierRow) (current, gone int, first calendar.Date) {
	for _, v := range s.Validity {
		if !v.Current {
			gone++
			continue
		}
		current++
		if last := v.Until.AddDays(-1); !v.Until.IsZero() {
			first = calendar.Earliest(first, last)
		}
	}
	return current, gone, first
}

// standsUntil says of a supplier what its bars show.
func standsUntil(s *report.SupplierRow) string {
	current, gone, first := inForceOf(s)
	text := s.Name + ": "
	switch {
	case current == 0:
		return text + "none in force"
	case first.IsZero():
		text += count(current, "certificate") + " in force, no end is known"
	default:
		text += count(current, "certificate") + " in force, first last day " + first.Long()
	}
	if gone > 0 {
		text += ", " + count(gone, "scheme") + " without one"
	}
	return text
}

// firstLast says the same in little space: the first day on which a supplier lacks something.
func firstLast(s *report.SupplierRow) string {
	current, gone, first := inForceOf(s)
	switch {
	case current == 0:
		return s.Name + ": none"
	case gone > 0:
		return s.Name + fmt.Sprintf(": %d not in force", gone)
	case first.IsZero():
		return s.Name
	}
	return s.Name + ": to " + first.Short()
}

// drawn tells whether anything of a certificate lies in what is drawn.
func drawn(a axis, v *report.Validity) bool { return v.Until.IsZero() || v.Until.After(a.from) }

func (m *markup) validity(a axis, v *report.Validity, top int) {
	m.goodFor(a, v.Issued, v.Until, v.Current, top, suppliedBar)
	m.raw(`<title>`)
	m.text(v.Scheme)
	if !v.Until.IsZero() {
		m.raw(", last day ", v.Until.AddDays(-1).Long())
	}
	m.raw("</title></rect>\n")
}

// principlesPage shows for every supplier how each security principle is evidenced.
type principlesPage struct {
	Page       page
	Choices    []choice
	Total      int
	Principles []report.Stated // that there are
	Kinds      []kindOfStatement
	Table      section
}

// kindOfStatement is a kind of statement with the letter that stands for it.
type kindOfStatement struct{ Letter, Kind string }

func (p *listing) principles(suppliers []report.SupplierRow) error {
	rows := slices.Clone(suppliers)
	slices.SortStableFunc(rows, func(a, b report.SupplierRow) int {
		return cmp.Or(cmp.Compare(a.Evidenced, b.Evidenced), cmp.Compare(a.Name, b.Name))
	})
	one := principlesPage{
		Page:    page{Path: principlesPath, Title: "Security principles, by supplier", Section: suppliersPath, Crumbs: []crumb{{suppliersPath, "Suppliers"}}, Part: true},
		Choices: supplierViews(principlesPath), Total: len(rows),
	}
	letters := map[string]string{}
	for i := range rows {
		if len(one.Principles) == 0 {
			one.Principles = rows[i].Stated
		}
		for _, q := range rows[i].Stated {
			if q.Kind != "" && letters[q.Kind] == "" {
				letters[q.Kind] = spelling.Capital(q.Kind)[:1]
				one.Kinds = append(one.Kinds, kindOfStatement{letters[q.Kind], q.Kind})
			}
		}
	}
	slices.SortFunc(one.Kinds, func(a, b kindOfStatement) int { return cmp.Compare(a.Kind, b.Kind) })
	var err error
	if one.Table, err = p.section(one.Page, partRows, "principles", one.Page.Title, principleTable(rows, one.Principles, letters)); err != nil {
		return err
	}
	return p.render("principles.html", one.Page, one)
}

func principleTable(rows []report.SupplierRow, principles []report.Stated, letters map[string]string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.raw(`<section class="muniment-scroll" aria-label="Table of security principles by supplier" tabindex="0">`, "\n", `<table class="muniment-table muniment-matrix">`, "\n",
				`<caption class="nhsuk-u-visually-hidden">Security principles by supplier, with the kind of statement held for each</caption>`, "\n", `<thead><tr><th scope="col">Supplier</th><th scope="col">Evidenced</th>`)
			for _, q := range principles {
				m.raw(`<th scope="col"><abbr title="`)
				m.text(q.Text)
				m.raw(`">`)
				m.text(number(q.Key))
				m.raw(`</abbr></th>`)
			}
			m.raw("</tr></thead>\n<tbody>\n")
		},
		row: func(m *markup, i int) { m.principleRow(&rows[i], principles, letters) },
		end: func(m *markup) {
			m.endTable()
			m.raw("</section>\n")
		},
	}
}

func (m *markup) principleRow(s *report.SupplierRow, principles []report.Stated, letters map[string]string) {
	held := map[string]report.Stated{}
	for _, q := range s.Stated {
		held[q.Key] = q
	}
	m.raw(`<tr><th scope="row"><a href="`)
	m.href("supplier", s.ID)
	m.raw(`#principles">`)
	m.text(s.Name)
	m.raw(`</a></th><td>`)
	m.number(s.Evidenced)
	m.raw(" of ")
	m.number(s.Principles)
	m.raw("</td>")
	for _, q := range principles {
		switch one := held[q.Key]; {
		case one.Kind != "":
			m.raw(`<td class="muniment-state--met"><span aria-hidden="true">`)
			m.text(letters[one.Kind])
			m.raw(`</span><span class="nhsuk-u-visually-hidden">`)
			m.text(one.Kind)
			m.raw("</span></td>")
		case one.Held > 0:
			m.raw(`<td class="muniment-state--gap">`)
			m.number(one.Held)
			m.raw("/")
			m.number(one.Parts)
			m.raw(`<span class="nhsuk-u-visually-hidden"> of its parts</span></td>`)
		default:
			m.raw(`<td class="muniment-state--gap"><span aria-hidden="true">–</span><span class="nhsuk-u-visually-hidden">none</span></td>`)
		}
	}
	m.raw("</tr>\n")
}

// CoveredBy gives the number of the principle whose statement covers a part of it; empty for what stands by itself.
func (s supplierPage) CoveredBy(q report.Principle) string {
	whole, part := q.PartOf()
	if !part || q.Statement != "" {
		return ""
	}
	for _, o := range s.Principles {
		if o.Key == whole && o.Statement != "" {
			return number(o.Key)
		}
	}
	return ""
}

// InForce lists the certificates in force, the first to end first.
func (s supplierPage) InForce() []report.Certificate {
	out := slices.DeleteFunc(slices.Clone(s.Certificates), func(c report.Certificate) bool { return !c.Current })
	slices.SortStableFunc(out, func(a, b report.Certificate) int { return a.Until.Compare(b.Until) })
	return out
}

// NotInForce lists the others, the last to end first.
func (s supplierPage) NotInForce() []report.Certificate {
	out := slices.DeleteFunc(slices.Clone(s.Certificates), func(c report.Certificate) bool { return c.Current })
	slices.SortStableFunc(out, func(a, b report.Certificate) int { return b.Until.Compare(a.Until) })
	return out
}
