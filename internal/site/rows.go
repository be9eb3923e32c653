package site

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

var (
	dueCaption = say("due.caption")
	reaches    = say("due.reaches", "workloads")
	workloadsN = say("due.workloads", "count")
)

// dueTable writes due days with for whom they are.
func dueTable(due []report.Due) long {
	return long{
		rows: len(due),
		begin: func(m *markup) {
			m.table("muniment-told", dueCaption, heads{colDay, colDue, colFor, colThen})
		},
		row: func(m *markup, i int) { m.dueRow(&due[i], "") },
		end: (*markup).endTable,
	}
}

func (m *markup) dueRow(d *report.Due, anchor string) {
	m.row(d.Then, anchor)
	m.raw(`<th scope="row" class="muniment-day">`)
	m.date(d.On)
	m.raw("</th>")
	m.first(colDue)
	m.raw("<p", m.says.english, ">")
	m.text(d.Text)
	m.raw(`</p><small>`)
	m.dutyID(d.Obligation)
	m.raw(" ")
	m.text(d.Title)
	m.raw(" · ")
	m.local(d.Local)
	m.text(m.says.rule(d.Rule))
	m.raw("</small>")
	m.cell(colFor)
	m.ref(d.Subject)
	m.raw(`<small>`)
	post := m.says.whose(*d)
	m.text(post)
	m.reach(d.Subject, d.Workloads, post != "")
	m.raw("</small>")
	m.cell(colThen)
	m.rowState(d.Then)
	m.endRow()
}

// reach tells which workloads something reaches that is not a workload's own: by name when they are few.
func (m *markup) reach(of report.Ref, workloads []string, more bool) {
	if of.Kind == "workload" || len(workloads) == 0 {
		return
	}
	if more {
		m.raw(" · ")
	}
	m.say(reaches, written(func() { m.reached(workloads) }))
}

// reached names workloads when they are few, and counts them when they are many.
func (m *markup) reached(workloads []string) {
	if len(workloads) > 3 {
		m.say(workloadsN, numeral(len(workloads)))
		return
	}
	for i, id := range workloads {
		if i > 0 {
			m.raw(", ")
		}
		m.ref(report.Ref{Kind: "workload", ID: id})
	}
}

var (
	workloadCaption = say("workloads.caption")
	workloadRegion  = say("workloads.table")
	workloadFilter  = say("workloads.filter")
	heldCaption     = say("workloads.held", "organisation")
	noClass         = say("workloads.no-class")
)

// workloadTable writes workloads with their state, main reason and next due day. Whole tables can be filtered and sorted.
func workloadTable(rows []*report.WorkloadRow, whole bool) long {
	seen := map[string]bool{}
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			if !whole {
				m.table("", workloadCaption, heads{colWorkload, colOrganisation, colType, colClass, colState, colMainReason, colNextDue})
				return
			}
			m.region("muniment-scroll muniment-scroll--page", workloadRegion)
			m.filtered("", "workloads", whole, workloadFilter, workloadCaption,
				known{` data-sort="text"`, colWorkload}, known{` data-sort="text" data-filter-by`, colOrganisation}, known{` data-sort="text" data-filter-by`, colType},
				known{` data-sort="text" data-filter-by`, colClass}, known{` data-sort="number" data-filter-by`, colState}, known{"", colMainReason},
				known{` data-sort="date"`, colNextDue})
		},
		row: func(m *markup, i int) {
			anchor := ""
			if state := rows[i].Status.State; whole && !seen[state] {
				seen[state] = true
				anchor = "state-" + fileName(state)
			}
			m.workloadRow(rows[i], anchor, true)
		},
		end: func(m *markup) {
			m.endTable()
			if whole {
				m.raw("</section>\n")
			}
		},
	}
}

// heldTable writes the workloads of one organisation.
func heldTable(rows []*report.WorkloadRow, of string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", heldCaption, heads{colWorkload, colType, colClass, colState, colMainReason, colNextDue}, plain(of))
		},
		row: func(m *markup, i int) { m.workloadRow(rows[i], "", false) },
		end: (*markup).endTable,
	}
}

func (m *markup) workloadRow(w *report.WorkloadRow, anchor string, whose bool) {
	m.row(w.Status.State, anchor)
	m.raw(`<th scope="row">`)
	m.ref(report.Ref{Kind: "workload", ID: w.ID, Name: w.Name})
	m.raw(`<small>`)
	m.text(w.ID)
	m.raw("</small></th>")
	if whose {
		m.valued(colOrganisation, w.Organisation.Name)
		m.ref(w.Organisation)
		m.raw("</td>")
	}
	kind := spelling.Capital(m.says.choice(w.Type))
	m.valued(colType, kind)
	m.text(kind)
	m.raw(`<small>`)
	m.text(m.says.choice(w.Phase))
	m.raw("</small></td>")
	m.first(colClass)
	if w.Class == "" {
		m.say(noClass)
	} else {
		m.text(w.Class)
	}
	m.raw("</td>")
	m.ranked(w.Status.State)
	m.reason(w.Status.Sentence)
	if w.Status.Main != "" {
		m.raw(` <span class="muniment-meta">`)
		m.dutyID(w.Status.Main)
		m.raw("</span>")
	}
	m.raw("</td>")
	m.nextDue(w.Status)
	m.raw("</tr>\n")
}

// region begins a part of the page that scrolls by itself.
func (m *markup) region(class string, name phrase) {
	m.raw(`<section class="`, class, `" aria-label="`)
	m.say(name)
	m.raw(`" tabindex="0">`, "\n")
}

// head writes the heading of a column, with what scripts know it by.
func (m *markup) head(attributes string, name phrase, values ...value) {
	m.raw(`<th scope="col"`, attributes, `>`)
	m.say(name, values...)
	m.raw("</th>")
}

// ranked writes the cell of a state that scripts sort by its rank.
func (m *markup) ranked(state string) {
	m.raw(`<td data-label="`)
	m.say(colState)
	m.raw(`" data-value="`)
	m.text(m.says.state(state))
	m.raw(`" data-order="`)
	m.number(report.StateRank(state))
	m.raw(`">`)
	m.rowState(state)
	m.raw("</td>")
}

// reason begins the cell of the main reason for a state.
func (m *markup) reason(sentence string) {
	m.raw(`<td data-label="`)
	m.say(colMainReason)
	m.raw(`" class="muniment-reason"`, m.says.english, `>`)
	m.text(sentence)
}

// valued begins a cell whose value scripts compare.
func (m *markup) valued(label phrase, value string) {
	m.raw(`<td data-label="`)
	m.say(label)
	m.raw(`" data-value="`)
	m.text(value)
	m.raw(`">`)
}

// nextDue writes the cell of the next day on which something gets worse.
func (m *markup) nextDue(s report.Status) {
	m.raw(`<td data-label="`)
	m.say(colNextDue)
	m.raw(`" class="muniment-nowrap" data-value="`)
	if s.Due.IsZero() {
		m.raw(`">–</td>`)
		return
	}
	on := s.Due.String()
	m.raw(on, `"><time datetime="`, on, `">`)
	m.shortDay(s.Due)
	m.raw("</time></td>")
}

var noneCounted = say("parts.none")

// tally writes counts by state.
func (m *markup) tally(counts map[string]int) {
	m.raw(`<span class="muniment-tally">`)
	list := tally(counts)
	for _, t := range list {
		m.raw(`<span class="muniment-tally__item `, stateClass(t.State), `">`)
		m.number(t.Count)
		m.raw(" ")
		m.text(m.says.state(t.State))
		m.raw("</span> ")
	}
	if len(list) == 0 {
		m.say(noneCounted)
	}
	m.raw("</span>")
}

var (
	organisationCaption = say("organisations.caption")
	colItself           = say("column.itself")
	colItsWorkloads     = say("column.its-workloads")
	fictional           = say("parts.fictional")
)

func organisationTable(rows []report.OrganisationRow) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", organisationCaption, heads{colOrganisation, colItself, colMainReason, colItsWorkloads})
		},
		row: func(m *markup, i int) {
			o := &rows[i]
			m.row(o.Status.State, "")
			m.raw(`<th scope="row">`)
			m.ref(report.Ref{Kind: "organisation", ID: o.ID, Name: o.Name})
			m.raw(`<small>`)
			m.text(o.ID + " · " + spelling.Capital(m.says.choice(o.Type)))
			m.fictional(o.Fictional)
			m.raw("</small></th>")
			m.first(colItself)
			m.rowState(o.Status.State)
			m.raw("</td>")
			m.reason(o.Status.Sentence)
			m.cell(colItsWorkloads)
			m.tally(o.States)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

func (m *markup) fictional(is bool) {
	if is {
		m.raw(" · ")
		m.say(fictional)
	}
}

var (
	footprintCaption = say("organisations.footprints-caption")
	colFootprint     = say("column.footprint")
	colLead          = say("column.lead")
	colMembers       = say("column.members")
	noLead           = say("organisations.no-lead")
)

func footprintTable(rows []report.FootprintRow) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", footprintCaption, heads{colFootprint, colState, colLead, colMembers})
		},
		row: func(m *markup, i int) {
			f := &rows[i]
			m.row(f.Status.State, "")
			m.raw(`<th scope="row">`)
			m.ref(report.Ref{Kind: "footprint", ID: f.ID, Name: f.Name})
			m.raw(`<small>`)
			m.text(spelling.Capital(m.says.choice(f.Type)))
			m.raw("</small></th>")
			m.first(colState)
			m.rowState(f.Status.State)
			m.cell(colLead)
			if f.Lead.ID == "" {
				m.say(noLead)
			} else {
				m.ref(f.Lead)
			}
			m.cell(colMembers)
			m.number(f.Members)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

var (
	contractCaption = say("organisation.contracts-of", "organisation")
	noticeBy        = say("organisation.notice-by", "date")
)

func contractTable(rows []report.ContractRow, of string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", contractCaption, heads{colContract, colSupplier, colState, colTerm}, plain(of))
		},
		row: func(m *markup, i int) {
			c := &rows[i]
			m.row(c.Status.State, "")
			m.raw(`<th scope="row">`)
			m.ref(report.Ref{Kind: "contract", ID: c.ID, Name: c.Title})
			m.raw(`<small>`)
			m.text(m.says.choice(c.Stage))
			m.raw("</small></th>")
			m.first(colSupplier)
			m.ref(c.Supplier)
			m.cell(colState)
			m.raw("<p>")
			m.rowState(c.Status.State)
			m.raw("</p><p", m.says.english, ">")
			m.text(c.Status.Sentence)
			m.raw("</p>")
			m.cell(colTerm)
			m.window(longDay(c.From), longDay(c.To))
			if !c.NoticeBy.IsZero() {
				m.raw("<small>")
				m.say(noticeBy, longDay(c.NoticeBy))
				m.raw("</small>")
			}
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

var (
	supplierCaption = say("suppliers.caption")
	supplierRegion  = say("suppliers.table")
	supplierFilter  = say("suppliers.filter")
	colNotices      = say("column.notices")
	inForceN        = say("suppliers.in-force", "count")
	notInForceN     = say("suppliers.not-in-force", "count")
	evidencedN      = say("suppliers.evidenced", "held", "count")
	waitingN        = say("suppliers.waiting", "count")
)

func supplierTable(rows []report.SupplierRow, whole bool) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.region("muniment-scroll muniment-scroll--page", supplierRegion)
			const number = ` data-sort="number" class="muniment-right"`
			m.filtered("", "suppliers", whole, supplierFilter, supplierCaption,
				known{` data-sort="text"`, colSupplier}, known{` data-sort="number" data-filter-by`, colState}, known{"", colMainReason},
				known{number, colCertificates}, known{number, colPrinciples}, known{number, colNotices}, known{number, colWorkloads},
				known{` data-sort="date"`, colNextDue})
		},
		row: func(m *markup, i int) { m.supplierRow(&rows[i]) },
		end: func(m *markup) {
			m.endTable()
			m.raw("</section>\n")
		},
	}
}

func (m *markup) supplierRow(s *report.SupplierRow) {
	m.row(s.Status.State, "")
	m.raw(`<th scope="row">`)
	m.ref(report.Ref{Kind: "supplier", ID: s.ID, Name: s.Name})
	m.raw(`<small>`)
	m.text(s.Country)
	m.fictional(s.Fictional)
	m.raw("</small></th>")
	m.ranked(s.Status.State)
	m.reason(s.Status.Sentence)
	m.raw("</td>")
	number := func(label phrase, value int) {
		m.raw(`<td data-label="`)
		m.say(label)
		m.raw(`" class="muniment-right" data-value="`)
		m.number(value)
		m.raw(`">`)
	}
	number(colCertificates, s.Current)
	m.say(inForceN, numeral(s.Current))
	if s.Lapsed > 0 {
		m.raw(`<small>`)
		m.say(notInForceN, numeral(s.Lapsed))
		m.raw("</small>")
	}
	m.raw("</td>")
	number(colPrinciples, s.Evidenced)
	m.say(evidencedN, numeral(s.Evidenced), numeral(s.Principles))
	m.raw("</td>")
	number(colNotices, s.Waiting)
	if s.Waiting > 0 {
		m.say(waitingN, numeral(s.Waiting))
	} else {
		m.raw("–")
	}
	m.raw("</td>")
	number(colWorkloads, s.Workloads)
	m.number(s.Workloads)
	m.raw("</td>")
	m.nextDue(s.Status)
	m.raw("</tr>\n")
}

var (
	exceptionCaption = say("exceptions.caption")
	colExcepted      = say("column.excepted")
	colWhyInstead    = say("column.why-instead")
	colAcceptedBy    = say("column.accepted-by")
	insteadDone      = say("exceptions.instead", "measure")
	exceptionFrom    = say("exceptions.from", "date", "state")
)

func exceptionTable(rows []report.Exception) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", exceptionCaption, heads{colExcepted, colWhyInstead, colAcceptedBy, colUntil})
		},
		row: func(m *markup, i int) {
			e := &rows[i]
			m.raw(`<tr><th scope="row">`)
			m.ref(e.Workload)
			m.raw(`<small>`)
			for j, o := range e.Obligations {
				if j > 0 {
					m.raw(", ")
				}
				m.dutyID(o)
			}
			m.raw("</small></th>")
			m.first(colWhyInstead)
			m.raw("<p", m.says.english, ">")
			m.text(e.Reason)
			m.raw("</p><p>")
			m.say(insteadDone, written(func() { m.english(e.Instead) }))
			m.raw("</p>")
			if e.State != "in-force" {
				m.raw("<p", m.says.english, ">")
				m.text(e.Text)
				m.raw("</p>")
			}
			m.raw(`<small>`)
			m.place(e.Path)
			m.raw("</small>")
			m.cell(colAcceptedBy)
			m.text(m.says.choice(e.Office))
			m.cell(colUntil)
			m.date(e.To)
			m.raw(`<small>`)
			m.say(exceptionFrom, longDay(e.From), plain(m.says.choice(e.State)))
			m.raw("</small>")
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

var (
	findingCaption = say("findings.caption")
	colWhere       = say("column.where")
	colWrong       = say("column.wrong")
	findingRefused = say("findings.is-refused", "message")
	findingLook    = say("findings.is-warned", "message")
	findingSee     = say("findings.see", "place")
)

func findingTable(rows []finding.Finding) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", findingCaption, heads{colWhere, colWrong, colWhatToDo})
		},
		row: func(m *markup, i int) {
			f := &rows[i]
			m.raw(`<tr><th scope="row"><code class="muniment-place">`)
			m.text(f.Place.String())
			m.raw("</code></th>")
			m.first(colWrong)
			m.raw("<p>")
			message := written(func() { m.english(f.Message) })
			if f.Severity == finding.Error {
				m.say(findingRefused, message)
			} else {
				m.say(findingLook, message)
			}
			m.raw(`</p><small>`)
			m.text(f.Code)
			for _, r := range f.Related {
				m.raw(" · ")
				m.say(findingSee, written(func() {
					m.raw(`<code class="muniment-place">`)
					m.text(r.String())
					m.raw("</code>")
				}))
			}
			m.raw("</small>")
			m.cell(colWhatToDo)
			m.english(f.Remedy)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

var (
	judgedCaption = say("obligation.judged-caption", "state", "obligation")
	judgedKinds   = map[string]phrase{
		"workload": say("kind.workload", "id"), "supplier": say("kind.supplier", "id"), "organisation": say("kind.organisation", "id"),
		"contract": say("kind.contract", "id"), "footprint": say("kind.footprint", "id"),
	}
	setAsideUntil = say("obligation.set-aside-until", "date")
)

// kindAndID tells apart subjects of the same name.
func (m *markup) kindAndID(of report.Ref) {
	if p, ok := judgedKinds[of.Kind]; ok {
		m.say(p, plain(of.ID))
		return
	}
	m.text(spelling.Capital(of.Kind) + " " + of.ID)
}

// judgedTable writes subjects under an obligation that are in one state.
func judgedTable(rows []report.Judged, state, duty string) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", judgedCaption, heads{colFor, colState, colMainReason}, plain(m.says.state(state)), plain(duty))
		},
		row: func(m *markup, i int) {
			j := &rows[i]
			m.row(state, "")
			m.raw(`<th scope="row">`)
			m.judged(j.Subject, duty)
			m.raw(`<small>`)
			m.kindAndID(j.Subject)
			m.raw("</small></th>")
			m.first(colState)
			m.state(j.State)
			if !j.ExceptedUntil.IsZero() {
				m.raw("<small>")
				m.say(setAsideUntil, timed(j.ExceptedUntil))
				m.raw("</small>")
			}
			m.raw("</td>")
			m.reason(j.Text)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

// judged leads to the verdict of a subject under an obligation.
func (m *markup) judged(r report.Ref, duty string) {
	if folders[r.Kind] == "" || r.ID == "" {
		m.text(cmp.Or(r.Name, r.ID))
		return
	}
	m.raw(`<a href="`)
	m.href(r.Kind, r.ID)
	m.raw("#", fileName(duty), `">`)
	m.text(cmp.Or(r.Name, r.ID))
	m.raw("</a>")
}

// judgedNames writes subjects under an obligation of whom there is no more to say.
func judgedNames(rows []report.Judged, duty string) long {
	return long{
		rows:  len(rows),
		begin: func(m *markup) { m.raw("<ul class=\"muniment-names\">\n") },
		row: func(m *markup, i int) {
			m.raw("<li>")
			m.judged(rows[i].Subject, duty)
			m.raw("</li>\n")
		},
		end: func(m *markup) { m.raw("</ul>\n") },
	}
}

// refList writes subjects as links.
func refList(refs []report.Ref) long {
	return long{
		rows:  len(refs),
		begin: func(m *markup) { m.raw("<ul class=\"nhsuk-list nhsuk-list--bullet\">\n") },
		row: func(m *markup, i int) {
			m.raw("<li>")
			m.ref(refs[i])
			m.raw(` <span class="muniment-meta">`)
			m.text(refs[i].ID)
			m.raw("</span></li>\n")
		},
		end: func(m *markup) { m.raw("</ul>\n") },
	}
}

// byPlace orders workloads for pages that leaf through them: by organisation, then by name.
func byPlace(rows []*report.WorkloadRow) []*report.WorkloadRow {
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b *report.WorkloadRow) int {
		return cmp.Or(strings.Compare(a.Organisation.Name, b.Organisation.Name), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	return out
}
