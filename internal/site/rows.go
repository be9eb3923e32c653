package site

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// dueTable writes due days with for whom they are.
func dueTable(due []report.Due) long {
	return long{
		rows: len(due),
		begin: func(m *markup) {
			m.table("muniment-told", "What falls due, by day", "Day", "What falls due", "For", "Then")
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
	m.first("What falls due")
	m.raw("<p>")
	m.text(d.Text)
	m.raw(`</p><small>`)
	m.dutyID(d.Obligation)
	m.raw(" ")
	m.text(d.Title)
	m.raw(" · ")
	m.local(d.Local)
	m.text(ruleWord(d.Rule))
	m.raw("</small>")
	m.cell("For")
	m.ref(d.Subject)
	m.raw(`<small>`)
	m.text(whose(*d))
	m.reach(d.Subject, d.Workloads, whose(*d) != "")
	m.raw("</small>")
	m.cell("Then")
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
	m.raw("reaches ")
	m.reached(workloads)
}

// reached names workloads when they are few, and counts them when they are many.
func (m *markup) reached(workloads []string) {
	if len(workloads) > 3 {
		m.text(count(len(workloads), "workload"))
		return
	}
	for i, id := range workloads {
		if i > 0 {
			m.raw(", ")
		}
		m.ref(report.Ref{Kind: "workload", ID: id})
	}
}

// workloadTable writes workloads with their state, main reason and next due day. Whole tables can be filtered and sorted.
func workloadTable(rows []*report.WorkloadRow, whole bool) long {
	seen := map[string]bool{}
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			if !whole {
				m.table("", "Workloads with their state, main reason and next due day", "Workload", "Organisation", "Type", "Class", "State", "Main reason", "Next due")
				return
			}
			m.raw(`<section class="muniment-scroll muniment-scroll--page" aria-label="Table of workloads" tabindex="0">`, "\n",
				`<table class="muniment-table muniment-stack" id="workloads" data-filter="workloads">`, "\n",
				`<caption class="nhsuk-u-visually-hidden">Workloads with their state, main reason and next due day</caption>`, "\n", `<thead><tr>`,
				`<th scope="col" data-sort="text">Workload</th><th scope="col" data-sort="text" data-filter-by>Organisation</th>`,
				`<th scope="col" data-sort="text" data-filter-by>Type</th><th scope="col" data-sort="text" data-filter-by>Class</th>`,
				`<th scope="col" data-sort="number" data-filter-by>State</th><th scope="col">Main reason</th><th scope="col" data-sort="date">Next due</th>`,
				"</tr></thead>\n<tbody>\n")
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
			m.table("", "Workloads of "+of+", the worst first", "Workload", "Type", "Class", "State", "Main reason", "Next due")
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
		m.valued("Organisation", w.Organisation.Name)
		m.ref(w.Organisation)
		m.raw("</td>")
	}
	m.valued("Type", spelling.Capital(words(w.Type)))
	m.text(spelling.Capital(words(w.Type)))
	m.raw(`<small>`)
	m.text(words(w.Phase))
	m.raw("</small></td>")
	m.first("Class")
	m.text(cmp.Or(w.Class, "None"))
	m.raw(`</td><td data-label="State" data-value="`)
	m.text(stateWord(w.Status.State))
	m.raw(`" data-order="`)
	m.number(report.StateRank(w.Status.State))
	m.raw(`">`)
	m.rowState(w.Status.State)
	m.raw(`</td><td data-label="Main reason" class="muniment-reason">`)
	m.text(w.Status.Sentence)
	if w.Status.Main != "" {
		m.raw(` <span class="muniment-meta">`)
		m.dutyID(w.Status.Main)
		m.raw("</span>")
	}
	m.raw("</td>")
	m.nextDue(w.Status)
	m.raw("</tr>\n")
}

// valued begins a cell whose value scripts compare.
func (m *markup) valued(label, value string) {
	m.raw(`<td data-label="`, label, `" data-value="`)
	m.text(value)
	m.raw(`">`)
}

// nextDue writes the cell of the next day on which something gets worse.
func (m *markup) nextDue(s report.Status) {
	m.raw(`<td data-label="Next due" class="muniment-nowrap" data-value="`)
	if s.Due.IsZero() {
		m.raw(`">–</td>`)
		return
	}
	m.raw(s.Due.String(), `"><time datetime="`, s.Due.String(), `">`, s.Due.Short(), "</time></td>")
}

// tally writes counts by state.
func (m *markup) tally(counts map[string]int) {
	m.raw(`<span class="muniment-tally">`)
	list := tally(counts)
	for _, t := range list {
		m.raw(`<span class="muniment-tally__item `, stateClass(t.State), `">`)
		m.number(t.Count)
		m.raw(" ")
		m.text(stateWord(t.State))
		m.raw("</span> ")
	}
	if len(list) == 0 {
		m.raw("none")
	}
	m.raw("</span>")
}

func organisationTable(rows []report.OrganisationRow) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", "Organisations with their own state and the states of their workloads", "Organisation", "Itself", "Main reason", "Its workloads")
		},
		row: func(m *markup, i int) {
			o := &rows[i]
			m.row(o.Status.State, "")
			m.raw(`<th scope="row">`)
			m.ref(report.Ref{Kind: "organisation", ID: o.ID, Name: o.Name})
			m.raw(`<small>`)
			m.text(o.ID + " · " + spelling.Capital(words(o.Type)))
			if o.Fictional {
				m.raw(" · fictional")
			}
			m.raw("</small></th>")
			m.first("Itself")
			m.rowState(o.Status.State)
			m.raw(`</td><td data-label="Main reason" class="muniment-reason">`)
			m.text(o.Status.Sentence)
			m.cell("Its workloads")
			m.tally(o.States)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

func footprintTable(rows []report.FootprintRow) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", "Footprints: groups of organisations that share workloads", "Footprint", "State", "Lead", "Members")
		},
		row: func(m *markup, i int) {
			f := &rows[i]
			m.row(f.Status.State, "")
			m.raw(`<th scope="row">`)
			m.ref(report.Ref{Kind: "footprint", ID: f.ID, Name: f.Name})
			m.raw(`<small>`)
			m.text(spelling.Capital(words(f.Type)))
			m.raw("</small></th>")
			m.first("State")
			m.rowState(f.Status.State)
			m.cell("Lead")
			if f.Lead.ID == "" {
				m.raw("None named")
			} else {
				m.ref(f.Lead)
			}
			m.cell("Members")
			m.number(f.Members)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

func contractTable(rows []report.ContractRow, of string) long {
	return long{
		rows:  len(rows),
		begin: func(m *markup) { m.table("", "Contracts of "+of, "Contract", "Supplier", "State", "Term") },
		row: func(m *markup, i int) {
			c := &rows[i]
			m.row(c.Status.State, "")
			m.raw(`<th scope="row">`)
			m.ref(report.Ref{Kind: "contract", ID: c.ID, Name: c.Title})
			m.raw(`<small>`)
			m.text(words(c.Stage))
			m.raw("</small></th>")
			m.first("Supplier")
			m.ref(c.Supplier)
			m.cell("State")
			m.raw("<p>")
			m.rowState(c.Status.State)
			m.raw("</p><p>")
			m.text(c.Status.Sentence)
			m.raw("</p>")
			m.cell("Term")
			m.raw(window(c.From, c.To))
			if !c.NoticeBy.IsZero() {
				m.raw(`<small>notice by `, c.NoticeBy.Long(), "</small>")
			}
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

func supplierTable(rows []report.SupplierRow, whole bool) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			filter := ""
			if whole {
				filter = ` id="suppliers" data-filter="suppliers"`
			}
			m.raw(`<section class="muniment-scroll muniment-scroll--page" aria-label="Table of suppliers" tabindex="0">`, "\n",
				`<table class="muniment-table muniment-stack"`, filter, ">\n",
				`<caption class="nhsuk-u-visually-hidden">Suppliers with their state, certificates, principles and notices</caption>`, "\n", `<thead><tr>`,
				`<th scope="col" data-sort="text">Supplier</th><th scope="col" data-sort="number" data-filter-by>State</th><th scope="col">Main reason</th>`,
				`<th scope="col" data-sort="number" class="muniment-right">Certificates</th><th scope="col" data-sort="number" class="muniment-right">Principles</th>`,
				`<th scope="col" data-sort="number" class="muniment-right">Notices</th><th scope="col" data-sort="number" class="muniment-right">Workloads</th>`,
				`<th scope="col" data-sort="date">Next due</th>`, "</tr></thead>\n<tbody>\n")
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
	if s.Fictional {
		m.raw(" · fictional")
	}
	m.raw(`</small></th><td data-label="State" data-value="`)
	m.text(stateWord(s.Status.State))
	m.raw(`" data-order="`)
	m.number(report.StateRank(s.Status.State))
	m.raw(`">`)
	m.rowState(s.Status.State)
	m.raw(`</td><td data-label="Main reason" class="muniment-reason">`)
	m.text(s.Status.Sentence)
	m.raw("</td>")
	number := func(label string, value int) {
		m.raw(`<td data-label="`, label, `" class="muniment-right" data-value="`)
		m.number(value)
		m.raw(`">`)
	}
	number("Certificates", s.Current)
	m.number(s.Current)
	m.raw(" in force")
	if s.Lapsed > 0 {
		m.raw(`<small>`)
		m.number(s.Lapsed)
		m.raw(" not in force</small>")
	}
	m.raw("</td>")
	number("Principles", s.Evidenced)
	m.number(s.Evidenced)
	m.raw(" of ")
	m.number(s.Principles)
	m.raw(" evidenced</td>")
	number("Notices", s.Waiting)
	if s.Waiting > 0 {
		m.number(s.Waiting)
		m.raw(" waiting")
	} else {
		m.raw("–")
	}
	m.raw("</td>")
	number("Workloads", s.Workloads)
	m.number(s.Workloads)
	m.raw("</td>")
	m.nextDue(s.Status)
	m.raw("</tr>\n")
}

func exceptionTable(rows []report.Exception) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", "Exceptions", "Workload and obligation", "Why, and what is done instead", "Accepted by", "Until")
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
			m.first("Why, and what is done instead")
			m.raw("<p>")
			m.text(e.Reason)
			m.raw("</p><p><strong>Instead:</strong> ")
			m.text(e.Instead)
			m.raw("</p>")
			if e.State != "in-force" {
				m.raw("<p>")
				m.text(e.Text)
				m.raw("</p>")
			}
			m.raw(`<small>`)
			m.place(e.Path)
			m.raw("</small>")
			m.cell("Accepted by")
			m.text(e.Office)
			m.cell("Until")
			m.date(e.To)
			m.raw(`<small>from `, e.From.Long(), " · ")
			m.text(words(e.State))
			m.raw("</small>")
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

func findingTable(rows []finding.Finding) long {
	return long{
		rows: len(rows),
		begin: func(m *markup) {
			m.table("", "Problems that checking found", "Where", "What is wrong", "What to do")
		},
		row: func(m *markup, i int) {
			f := &rows[i]
			m.raw(`<tr><th scope="row"><code class="muniment-place">`)
			m.text(f.Place.String())
			m.raw("</code></th>")
			m.first("What is wrong")
			if f.Severity == finding.Error {
				m.raw("<p><strong>Refused:</strong> ")
			} else {
				m.raw("<p><strong>Look at this:</strong> ")
			}
			m.text(f.Message)
			m.raw(`</p><small>`)
			m.text(f.Code)
			for _, r := range f.Related {
				m.raw(` · see <code class="muniment-place">`)
				m.text(r.String())
				m.raw("</code>")
			}
			m.raw("</small>")
			m.cell("What to do")
			m.text(f.Remedy)
			m.endRow()
		},
		end: (*markup).endTable,
	}
}

// judgedTable writes subjects under an obligation that are in one state.
func judgedTable(rows []report.Judged, state, duty string) long {
	return long{
		rows:  len(rows),
		begin: func(m *markup) { m.table("", stateWord(state)+": "+duty, "For", "State", "Main reason") },
		row: func(m *markup, i int) {
			j := &rows[i]
			m.row(state, "")
			m.raw(`<th scope="row">`)
			m.judged(j.Subject, duty)
			m.raw(`<small>`)
			m.text(spelling.Capital(j.Subject.Kind) + " " + j.Subject.ID)
			m.raw("</small></th>")
			m.first("State")
			m.state(j.State)
			if !j.ExceptedUntil.IsZero() {
				m.raw(`<small>set aside until `)
				m.date(j.ExceptedUntil)
				m.raw("</small>")
			}
			m.raw(`</td><td data-label="Main reason" class="muniment-reason">`)
			m.text(j.Text)
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

// window words a window of days.
func window(from, to calendar.Date) string {
	switch {
	case from.IsZero() && to.IsZero():
		return "no days given"
	case from.IsZero():
		return "until " + to.Long()
	case to.IsZero():
		return "from " + from.Long()
	}
	return "from " + from.Long() + " to " + to.Long()
}
