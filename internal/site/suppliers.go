package site

import (
	"cmp"
	"html/template"
	"regexp"
	"slices"
	"unicode/utf8"

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

var (
	viewStand         = say("suppliers.stand")
	viewCertificates  = say("column.certificates")
	viewPrinciples    = say("supplier.principles")
	viewNotices       = say("supplier.notices-short")
	certificatesOfAll = say("certificates.heading")
	certificatesByEnd = say("certificates.by-end")
	principlesOfAll   = say("principles.heading")
)

const (
	suppliersPath    = "suppliers.html"
	certificatesPath = "lists/certificates.html"
	principlesPath   = "lists/principles.html"
	noticesPath      = "lists/notices.html"
)

// supplierViews are the pages about all suppliers.
func (p *Portal) supplierViews(current string) []choice {
	out := []choice{
		{Title: p.says.text(viewStand), Path: suppliersPath},
		{Title: p.says.text(viewCertificates), Path: certificatesPath},
		{Title: p.says.text(viewPrinciples), Path: principlesPath},
		{Title: p.says.text(viewNotices), Path: noticesPath},
	}
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
		Page:    page{Path: suppliersPath, Title: p.says.text(navSuppliers), Section: suppliersPath, JSON: "api/v1/suppliers.json"},
		Choices: p.supplierViews(suppliersPath), Total: len(rows),
	}
	var err error
	if list.Table, err = p.section(list.Page, partRows, "suppliers", list.Page.Title, supplierTable(rows, len(rows) <= partRows)); err != nil {
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
		Page:    page{Path: certificatesPath, Title: p.says.text(certificatesOfAll), Section: suppliersPath, Crumbs: []crumb{p.crumb(suppliersPath, navSuppliers)}, Part: true},
		Choices: p.supplierViews(certificatesPath), Total: len(suppliers),
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
	if one.Ends, err = p.section(one.Page, partRows, "certificates", p.says.text(certificatesByEnd), endsTable(rows)); err != nil {
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

var (
	endsCaption  = say("certificates.caption")
	noEnd        = say("supplier.no-end")
	notInForce   = say("certificates.not-in-force")
	turnsNothing = say("supplier.turns-nothing")
	turnsFrom    = say("certificates.turns-from", "date")
	turnsFromOf  = say("certificates.turns-from-of", "count", "date")
	mayRelyOnIt  = say("certificates.may-rely", "link", "count")
)

func endsTable(rows []supplied) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("muniment-ends", endsCaption, heads{colLastDay, colCertificate, colTurns, colReaches})
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
		m.say(noEnd)
	} else {
		m.date(s.Until.AddDays(-1))
	}
	m.raw("</th>")
	m.first(colCertificate)
	m.text(s.Scheme)
	m.raw("<small>")
	m.ref(s.Supplier)
	m.raw("</small>")
	m.cell(colTurns)
	switch {
	case !s.Current:
		m.say(notInForce)
	case len(s.Turns) == 0:
		m.say(turnsNothing)
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
			m.say(turnsFromOf, numeral(e.Workloads), timed(e.On))
		} else {
			m.say(turnsFrom, timed(e.On))
		}
		m.raw("</small></p>")
	}
	m.cell(colReaches)
	switch {
	case !s.Current && s.Relying > 0:
		m.say(mayRelyOnIt, linkTo(m.root+PagePath(s.Supplier)+"#workloads"), numeral(s.Relying))
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

var (
	validityTitle = say("certificates.picture", "count", "from", "to")
	untilNone     = say("certificates.until-none", "supplier")
	untilNoEnd    = say("certificates.until-no-end", "supplier", "count")
	untilFirst    = say("certificates.until-first", "supplier", "count", "date")
	untilWithout  = say("certificates.until-without", "stands", "count")
	briefNone     = say("certificates.brief-none", "supplier")
	briefGone     = say("certificates.brief-gone", "supplier", "count")
	briefTo       = say("certificates.brief-to", "supplier", "date")
	schemeLast    = say("certificates.scheme-last", "scheme", "date")
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
	m.raw(`" role="img" aria-labelledby="validity-title validity-words">`, "\n", `<title id="validity-title">`)
	m.say(validityTitle, numeral(len(suppliers)), longDay(a.from), longDay(a.to))
	m.raw("</title>\n", `<desc id="validity-words">`)
	for _, s := range suppliers {
		m.standsUntil(s)
		m.raw(" ")
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
		m.firstLast(s)
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
func (m *markup) standsUntil(s *report.SupplierRow) {
	current, gone, first := inForceOf(s)
	stands := func() {
		switch name := plain(s.Name); {
		case current == 0:
			m.say(untilNone, name)
		case first.IsZero():
			m.say(untilNoEnd, name, numeral(current))
		default:
			m.say(untilFirst, name, numeral(current), longDay(first))
		}
	}
	if current > 0 && gone > 0 {
		m.say(untilWithout, written(stands), numeral(gone))
	} else {
		stands()
		m.raw(".")
	}
}

// firstLast says the same in little space: the first day on which a supplier lacks something.
func (m *markup) firstLast(s *report.SupplierRow) {
	current, gone, first := inForceOf(s)
	switch name := plain(s.Name); {
	case current == 0:
		m.say(briefNone, name)
	case gone > 0:
		m.say(briefGone, name, numeral(gone))
	case first.IsZero():
		m.text(s.Name)
	default:
		m.say(briefTo, name, shortDay(first))
	}
}

// drawn tells whether anything of a certificate lies in what is drawn.
func drawn(a axis, v *report.Validity) bool { return v.Until.IsZero() || v.Until.After(a.from) }

func (m *markup) validity(a axis, v *report.Validity, top int) {
	m.goodFor(a, v.Issued, v.Until, v.Current, top, suppliedBar)
	m.raw(`<title>`)
	if v.Until.IsZero() {
		m.text(v.Scheme)
	} else {
		m.say(schemeLast, plain(v.Scheme), longDay(v.Until.AddDays(-1)))
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
		Page:    page{Path: principlesPath, Title: p.says.text(principlesOfAll), Section: suppliersPath, Crumbs: []crumb{p.crumb(suppliersPath, navSuppliers)}, Part: true},
		Choices: p.supplierViews(principlesPath), Total: len(rows),
	}
	letters := map[string]string{}
	for i := range rows {
		if len(one.Principles) == 0 {
			one.Principles = rows[i].Stated
		}
		for _, q := range rows[i].Stated {
			if q.Kind != "" && letters[q.Kind] == "" {
				kind := p.says.choice(q.Kind)
				_, size := utf8.DecodeRuneInString(spelling.Capital(kind))
				letters[q.Kind] = spelling.Capital(kind)[:size]
				one.Kinds = append(one.Kinds, kindOfStatement{letters[q.Kind], kind})
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

// Letters lists the kinds of statements with their letters.
func (p principlesPage) Letters() template.HTML {
	var m markup
	for i, k := range p.Kinds {
		if i > 0 {
			m.raw(", ")
		}
		m.raw("<strong>")
		m.text(k.Letter)
		m.raw("</strong> ")
		m.text(k.Kind)
	}
	return m.html()
}

var (
	principleRegion  = say("principles.table")
	principleCaption = say("principles.caption")
	colEvidenced     = say("column.evidenced")
	evidencedOf      = say("principles.evidenced", "held", "count")
	ofItsParts       = say("principles.parts", "held", "count", "hidden")
	noStatement      = say("principles.no-statement")
)

func principleTable(rows []report.SupplierRow, principles []report.Stated, letters map[string]string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.region("muniment-scroll", principleRegion)
			m.raw(`<table class="muniment-table muniment-matrix">`, "\n", `<caption class="nhsuk-u-visually-hidden">`)
			m.say(principleCaption)
			m.raw("</caption>\n<thead><tr>")
			m.head("", colSupplier)
			m.head("", colEvidenced)
			for _, q := range principles {
				m.raw(`<th scope="col"><abbr title="`)
				m.text(q.Text)
				m.raw(`">`)
				m.text(principleNumber(q.Key))
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
	m.say(evidencedOf, numeral(s.Evidenced), numeral(s.Principles))
	m.raw("</td>")
	for _, q := range principles {
		switch one := held[q.Key]; {
		case one.Kind != "":
			m.raw(`<td class="muniment-state--met"><span aria-hidden="true">`)
			m.text(letters[one.Kind])
			m.raw(`</span><span class="nhsuk-u-visually-hidden">`)
			m.text(m.says.choice(one.Kind))
			m.raw("</span></td>")
		case one.Held > 0:
			m.raw(`<td class="muniment-state--gap">`)
			m.say(ofItsParts, numeral(one.Held), numeral(one.Parts), span(`<span class="nhsuk-u-visually-hidden">`, "</span>"))
			m.raw("</td>")
		default:
			m.raw(`<td class="muniment-state--gap"><span aria-hidden="true">–</span><span class="nhsuk-u-visually-hidden">`)
			m.say(noStatement)
			m.raw("</span></td>")
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
			return principleNumber(o.Key)
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
