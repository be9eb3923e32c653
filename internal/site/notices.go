package site

import (
	"cmp"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// noticesPage shows the notices of all suppliers, and who still owes a look at them.
type noticesPage struct {
	Page              page
	Choices           []choice
	Total, Open, Late int // notices; those that somebody still owes a look at; those at which somebody is late
	Table             section
}

// given is a notice with whose it is.
type given struct {
	*report.NoticeRow
	Supplier report.Ref
}

// until is the first day on which somebody is late; no date when nobody will be.
func (g given) until() calendar.Date {
	if len(g.Owed) == 0 {
		return calendar.Date{}
	}
	return g.Owed[0].Until
}

// The ways in which a notice can stand. What is late comes first, then what is owed.
const (
	looksLate = iota
	looksOwed
	lookedAt
	looksNobody
)

var standings = []struct {
	word  phrase
	state string
}{
	{say("notices.late"), "failing"},
	{say("notices.owed"), "overdue"},
	{say("notices.looked-at"), "met"},
	{say("notices.none"), "not-applicable"},
}

func (g given) stands(asOf calendar.Date) int {
	switch {
	case len(g.Owed) > 0 && g.Owed[0].Late(asOf):
		return looksLate
	case g.Owing > 0:
		return looksOwed
	case g.Looked > 0:
		return lookedAt
	}
	return looksNobody
}

// givenBy lists the notices of a supplier.
func givenBy(s *report.SupplierRow) []given {
	out := make([]given, len(s.Notices))
	for i := range s.Notices {
		out[i] = given{&s.Notices[i], report.Ref{Kind: "supplier", ID: s.ID, Name: s.Name}}
	}
	return out
}

// byNeed orders notices: those that somebody still owes a look at, the first to be late first; then the others, the newest first.
func byNeed(list []given) {
	slices.SortStableFunc(list, func(a, b given) int {
		order := cmp.Compare(min(b.Owing, 1), min(a.Owing, 1))
		if order == 0 && a.Owing > 0 {
			order = a.Owed[0].Compare(&b.Owed[0])
		}
		return cmp.Or(order, b.Received.Compare(a.Received), cmp.Compare(a.Supplier.Name, b.Supplier.Name), cmp.Compare(a.ID, b.ID))
	})
}

var noticesOfAll = say("notices.heading")

func (p *listing) notices(suppliers []report.SupplierRow) error {
	asOf := p.frame.Origin.AsOf
	one := noticesPage{
		Page:    page{Path: noticesPath, Title: p.says.text(noticesOfAll), Section: suppliersPath, Crumbs: []crumb{p.crumb(suppliersPath, navSuppliers)}, Part: true},
		Choices: p.supplierViews(noticesPath),
	}
	var rows []given
	for i := range suppliers {
		rows = append(rows, givenBy(&suppliers[i])...)
	}
	byNeed(rows)
	one.Total = len(rows)
	for _, g := range rows {
		switch g.stands(asOf) {
		case looksLate:
			one.Late++
			one.Open++
		case looksOwed:
			one.Open++
		}
	}
	l := noticeTable(rows, asOf, len(rows) <= partRows)
	if !p.fits(one.Page.Path, l) {
		l = noticeTable(rows, asOf, false)
	}
	var err error
	if one.Table, err = p.section(one.Page, partRows, "notices", one.Page.Title, l); err != nil {
		return err
	}
	return p.render("notices.html", one.Page, one)
}

var (
	noticesCaption   = say("notices.caption")
	noticesCaptionOf = say("notices.caption-of", "supplier")
	noticesRegion    = say("notices.table")
	noticesFilter    = say("notices.filter")
	colNotice        = say("column.notice")
	colReceived      = say("column.received")
	colNoticeStands  = say("column.stands-notice")
	colOweLook       = say("column.owe-look")
	colHaveLooked    = say("column.have-looked")
)

// noticeTable writes the notices of several suppliers. Whole tables can be filtered and sorted.
func noticeTable(rows []given, asOf calendar.Date, whole bool) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			if !whole {
				m.table("muniment-notices", noticesCaption, heads{colNotice, colSupplier, colReceived, colNoticeStands, colOweLook, colHaveLooked})
				return
			}
			m.region("muniment-scroll muniment-scroll--page", noticesRegion)
			m.filtered("muniment-notices", "notices", whole, noticesFilter, noticesCaption,
				known{` data-sort="text"`, colNotice}, known{` data-sort="text" data-filter-by`, colSupplier}, known{` data-sort="date"`, colReceived},
				known{` data-sort="text" data-filter-by`, colNoticeStands}, known{"", colOweLook}, known{"", colHaveLooked})
		},
		row: func(m *markup, i int) { m.noticeRow(rows[i], asOf, true) },
		end: func(m *markup) {
			m.endTable()
			if whole {
				m.raw("</section>\n")
			}
		},
	}
}

// givenTable writes the notices of one supplier.
func givenTable(rows []given, asOf calendar.Date, of string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("muniment-given", noticesCaptionOf, heads{colNotice, colReceived, colNoticeStands, colOweLook, colHaveLooked}, plain(of))
		},
		row: func(m *markup, i int) { m.noticeRow(rows[i], asOf, false) },
		end: (*markup).endTable,
	}
}

var (
	takesEffect = say("notices.takes-effect", "date")
	tookEffect  = say("notices.took-effect", "date")
	nobodyLooks = say("notices.nobody")
	lookOn      = say("notices.look", "date", "office")
	moreLooks   = say("notices.and-more", "count")
	owedFor     = say("notices.for", "workloads")
)

func (m *markup) noticeRow(g given, asOf calendar.Date, whose bool) {
	stands := g.stands(asOf)
	m.row(standings[stands].state, "")
	m.raw(`<th scope="row">`)
	m.text(g.Title)
	m.raw("<small>")
	for i, about := range g.About {
		if i == 0 {
			m.text(spelling.Capital(m.says.choice(about)))
			continue
		}
		m.raw(", ")
		m.text(m.says.choice(about))
	}
	m.raw("</small></th>")
	if whose {
		m.valued(colSupplier, g.Supplier.Name)
		m.ref(g.Supplier)
		m.raw("</td>")
	}
	m.raw(`<td data-label="`)
	m.say(colReceived)
	m.raw(`" class="muniment-day" data-value="`, g.Received.String(), `">`)
	m.date(g.Received)
	if !g.Effective.IsZero() {
		m.raw("<small>")
		if g.Effective.After(asOf) {
			m.say(takesEffect, timed(g.Effective))
		} else {
			m.say(tookEffect, timed(g.Effective))
		}
		m.raw("</small>")
	}
	m.raw("</td>")
	m.raw(`<td data-label="`)
	m.say(colNoticeStands)
	m.raw(`" data-value="`)
	m.say(standings[stands].word)
	m.raw(`" data-order="`)
	m.number(stands)
	if until := g.until(); !until.IsZero() {
		m.raw(".", until.String())
	}
	m.raw(`"><strong class="muniment-verdict">`)
	m.say(standings[stands].word)
	m.raw("</strong>")
	m.cell(colOweLook)
	for i := range g.Owed {
		m.raw("<p>")
		m.owed(&g.Owed[i], asOf)
		m.raw("</p>")
	}
	m.more(g, g.Owing-len(g.Owed))
	if g.Owing == 0 {
		m.say(nobodyLooks)
	}
	m.cell(colHaveLooked)
	for i := range g.Looks {
		m.raw("<p>")
		m.ref(g.Looks[i].Organisation)
		m.raw("<small>")
		m.say(lookOn, timed(g.Looks[i].On), plain(m.says.choice(g.Looks[i].Office)))
		m.raw("</small></p>")
	}
	m.more(g, g.Looked-len(g.Looks))
	if g.Looked == 0 {
		m.say(nobodyLooks)
	}
	m.endRow()
}

// more leads to those who are not named in a row.
func (m *markup) more(g given, n int) {
	if n <= 0 {
		return
	}
	m.raw(`<p><a href="`)
	m.href("supplier", g.Supplier.ID)
	m.raw(`#looks">`)
	m.say(moreLooks, numeral(n))
	m.raw("</a></p>")
}

// owed tells who owes a look, until when, and for which workloads.
func (m *markup) owed(o *report.Owed, asOf calendar.Date) {
	m.ref(o.Organisation)
	m.raw("<small>")
	m.inTime(o, asOf)
	m.raw("</small><small>")
	m.say(owedFor, written(func() { m.reached(o.Workloads) }))
	m.raw("</small>")
}

var (
	noLastDay = say("notices.no-last-day")
	lateSince = say("notices.late-since", "date")
	lastDay   = say("notices.last-day", "date")
)

// inTime tells until when a look is in time.
func (m *markup) inTime(o *report.Owed, asOf calendar.Date) {
	switch {
	case o.Until.IsZero():
		m.say(noLastDay)
	case o.Late(asOf):
		m.say(lateSince, timed(o.Until))
	default:
		m.say(lastDay, timed(o.Until.AddDays(-1)))
	}
}

// looking is an organisation's look at a notice of a supplier, made or owed.
type looking struct {
	Notice *report.Notice
	Owed   *report.Owed
	Made   *report.Look
}

// looksAt lists all looks at the notices of a supplier: those that are owed first, then the newest.
func looksAt(s *report.Supplier) []looking {
	var owed, made []looking
	for i := range s.Notices {
		n := &s.Notices[i]
		for j := range n.Owed {
			owed = append(owed, looking{Notice: n, Owed: &n.Owed[j]})
		}
		for j := range n.Looks {
			made = append(made, looking{Notice: n, Made: &n.Looks[j]})
		}
	}
	slices.SortStableFunc(owed, func(a, b looking) int { return a.Owed.Compare(b.Owed) })
	slices.SortStableFunc(made, func(a, b looking) int { return b.Made.On.Compare(a.Made.On) })
	return append(owed, made...)
}

var (
	looksCaption   = say("notices.looks-of", "supplier")
	noticesTitle   = say("notices.title-of", "supplier")
	colLook        = say("column.look")
	colMeans       = say("column.means")
	noticeReceived = say("notices.received", "date")
	lookOwed       = say("notices.owed-until", "until")
	notLookedYet   = say("notices.not-yet", "workloads")
)

func lookTable(rows []looking, asOf calendar.Date, of string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("muniment-looks", looksCaption, heads{colOrganisation, colNotice, colLook, colMeans}, plain(of))
		},
		row: func(m *markup, i int) { m.lookRow(rows[i], asOf) },
		end: (*markup).endTable,
	}
}

func (m *markup) lookRow(l looking, asOf calendar.Date) {
	state, who := "met", report.Ref{}
	switch {
	case l.Made != nil:
		who = l.Made.Organisation
	case l.Owed.Late(asOf):
		state, who = standings[looksLate].state, l.Owed.Organisation
	default:
		state, who = standings[looksOwed].state, l.Owed.Organisation
	}
	m.row(state, "")
	m.raw(`<th scope="row">`)
	m.ref(who)
	m.raw("</th>")
	m.first(colNotice)
	m.text(l.Notice.Title)
	m.raw("<small>")
	m.say(noticeReceived, timed(l.Notice.Received))
	m.raw("</small>")
	m.cell(colLook)
	if l.Owed != nil {
		m.say(lookOwed, written(func() { m.inTime(l.Owed, asOf) }))
		m.cell(colMeans)
		m.say(notLookedYet, written(func() { m.reached(l.Owed.Workloads) }))
	} else {
		m.date(l.Made.On)
		m.raw("<small>")
		m.text(m.says.choice(l.Made.Office))
		m.raw("</small>")
		m.cell(colMeans)
		m.english(l.Made.Effect)
	}
	m.endRow()
}

// tellNotices draws the notices of a supplier and the looks at them, and gives the pages on which they go on.
func (s *supplierPage) tellNotices(p *Portal) ([]File, error) {
	asOf := p.frame.Origin.AsOf
	rows := givenBy(&s.Row)
	byNeed(rows)
	named := make(map[report.Ref]string, len(s.Workloads))
	for _, w := range s.Workloads {
		named[report.Ref{Kind: w.Kind, ID: w.ID}] = w.Name
	}
	names := func(m *markup) { m.names = func(r report.Ref) string { return named[r] } }
	var told, looked []File
	var err error
	if s.Told, told, err = p.going(s.Page, partRows, "notices-of-"+fileName(s.ID), p.says.text(noticesTitle, plain(s.Name)), givenTable(rows, asOf, s.Name), names); err != nil {
		return nil, err
	}
	looks := looksAt(s.Supplier)
	s.Looking = len(looks)
	s.Looked, looked, err = p.going(s.Page, partRows, "looks-at-"+fileName(s.ID), p.says.text(looksCaption, plain(s.Name)), lookTable(looks, asOf, s.Name), names)
	return append(told, looked...), err
}
