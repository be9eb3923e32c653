package site

import (
	"html/template"
	"strings"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// draw begins a piece of the page of a subject. Whatever has drawn it ends it with done.
func (s subjectPage) draw() *canvas { return s.canvas }

var (
	nothingOpen    = say("verdict.none-open")
	metN           = say("verdict.met", "count")
	metCaption     = say("verdict.met-caption")
	colNextLook    = say("column.next-look")
	notApplicableN = say("verdict.not-applicable", "count")
)

// DrawVerdicts writes every verdict of a subject. What needs something done comes first; what is in order is folded away.
func (s subjectPage) DrawVerdicts() template.HTML {
	m := s.draw()
	for _, g := range s.Standing.Open {
		m.open(g)
	}
	if len(s.Standing.Open) == 0 {
		m.raw("<p>")
		m.say(nothingOpen)
		m.raw("</p>\n")
	}
	if met := s.Standing.Met; len(met) > 0 {
		m.fold("state-met", metN, numeral(len(met)))
		m.table("muniment-verdicts", metCaption, heads{colObligation, colWhy, colNextLook})
		for i := range met {
			m.row("", met[i].Anchor)
			m.verdictName(&met[i])
			m.first(colWhy)
			m.reasons(met[i].Reasons)
			m.cell(colNextLook)
			m.nextLook(&met[i])
			m.endRow()
		}
		m.endTable()
		m.unfold()
	}
	if not := s.Standing.NotApp; len(not) > 0 {
		m.fold("state-not-applicable", notApplicableN, numeral(len(not)))
		m.raw("<ul class=\"muniment-list\">\n")
		for i := range not {
			m.notApplicable(&not[i])
		}
		m.raw("</ul>\n")
		m.unfold()
	}
	return m.done()
}

var (
	openCaption  = say("verdict.open-caption", "state")
	toSign       = say("parts.to-sign")
	setAsideTill = say("verdict.set-aside", "state", "date")
)

// open writes the verdicts of one state that need something done or said.
func (m *markup) open(g group) {
	m.raw(`<h3 id="state-`, fileName(g.State), `">`)
	m.text(m.says.state(g.State))
	m.raw(` <span class="muniment-count">(`)
	m.number(len(g.Verdicts))
	m.raw(`)</span></h3>`, "\n", `<p class="muniment-meta">`)
	m.text(m.says.meanings[g.State])
	m.raw("</p>\n")
	m.table("muniment-verdicts", openCaption, heads{colObligation, colWhy, colWhatToDo}, plain(m.says.state(g.State)))
	for i := range g.Verdicts {
		v := &g.Verdicts[i]
		m.row(g.State, v.Anchor)
		m.verdictName(v)
		m.first(colWhy)
		m.reasons(v.Reasons)
		m.cell(colWhatToDo)
		if !v.ExceptedUntil.IsZero() {
			m.raw("<p>")
			m.say(setAsideTill, written(func() { m.state(v.State) }), timed(v.ExceptedUntil))
			m.raw("</p>")
		}
		if v.Remedy != "" {
			m.raw("<p", m.says.english, ">")
			m.text(v.Remedy)
			m.raw("</p>")
		}
		if len(v.Commands) > 0 {
			m.raw("<p>")
			m.say(toSign)
			for _, command := range v.Commands {
				m.raw(`<br><code class="muniment-place">`)
				m.text(command)
				m.raw("</code>")
			}
			m.raw("</p>")
		}
		if v.Due != nil {
			m.raw("<p>")
			m.falls(v.Due)
			m.raw("</p>")
		}
		m.endRow()
	}
	m.endTable()
}

// nextLook tells when a verdict that is in order has to be looked at again. The reasons often say why already.
func (m *markup) nextLook(v *verdict) {
	if v.Due == nil {
		m.raw("–")
		return
	}
	on := v.Due.On.Long() // as reasons say it
	for i := range v.Reasons {
		if strings.Contains(v.Reasons[i].Text, on) {
			m.raw("<b>")
			m.day(v.Due.On)
			m.raw("</b>")
			return
		}
	}
	m.falls(v.Due)
}

// falls tells when a verdict gets worse, and why.
func (m *markup) falls(d *report.Due) {
	m.local(d.Local)
	m.raw("<b>")
	m.day(d.On)
	m.raw("</b>: ")
	m.english(d.Text)
}

var localPolicy = say("parts.local-policy")

// local marks what rests on local policy.
func (m *markup) local(is bool) {
	if is {
		m.say(localPolicy)
		m.raw(" ")
	}
}

var (
	theSame       = say("verdict.same", "obligation")
	theSameBrief  = say("verdict.same-brief", "obligation")
	countedFrom   = say("verdict.counted-from", "subject")
	aliasOf       = say("obligations.same", "obligation")
	countedFromOf = map[string]phrase{
		"workload": say("verdict.counted-from-workload", "subject"), "supplier": say("verdict.counted-from-supplier", "subject"),
		"organisation": say("verdict.counted-from-organisation", "subject"), "contract": say("verdict.counted-from-contract", "subject"),
		"footprint": say("verdict.counted-from-footprint", "subject"),
	}
)

// verdictName writes the first cell of a verdict's row.
func (m *markup) verdictName(v *verdict) {
	m.raw(`<th scope="row">`)
	m.dutyName(v)
	for i := range v.Same {
		same := &v.Same[i]
		m.raw(`<small`)
		if same.Anchor != "" {
			m.raw(` id="`, same.Anchor, `"`)
		}
		m.raw(">")
		m.say(theSame, written(func() {
			m.dutyID(same.Obligation)
			m.raw(" ")
			m.text(same.Title)
			m.raw(" (")
			m.text(m.says.choice(same.Strength))
			m.raw(")")
		}))
		m.raw("</small>")
	}
	m.raw("</th>")
}

// dutyName writes the name of a verdict's obligation, how strong it is, and whose verdict it is.
func (m *markup) dutyName(v *verdict) {
	if d, ok := m.duty[v.Obligation]; ok {
		m.raw(d.name)
		if v.State != "met" {
			m.raw(d.tensions) // of what is met the page of the obligation tells
		}
	} else {
		m.text(v.Obligation + " " + v.Title)
		m.raw(`<small>`)
		m.text(spelling.Capital(m.says.choice(v.Strength)))
	}
	if v.Inherited {
		m.raw(" · ")
		p, ok := countedFromOf[v.Subject.Kind]
		if !ok {
			p = countedFrom
		}
		m.say(p, written(func() { m.ref(v.Subject) }))
	}
	if v.AliasOf != "" {
		m.raw(" · ")
		m.say(aliasOf, written(func() { m.dutyID(v.AliasOf) }))
	}
	m.raw("</small>")
}

// reasons writes why a verdict is as it is. The first reason decided.
func (m *markup) reasons(reasons []report.Reason) {
	for i := range reasons {
		r := &reasons[i]
		m.raw("<p>")
		m.local(r.Local)
		m.english(r.Text)
		m.place(r.Place)
		m.raw("</p>")
	}
}

func (m *markup) notApplicable(v *verdict) {
	m.raw("<li")
	if v.Anchor != "" {
		m.raw(` id="`, v.Anchor, `"`)
	}
	m.raw(">")
	m.dutyID(v.Obligation)
	m.raw(" ")
	m.text(v.Title)
	if v.Inherited {
		m.raw(", ")
		m.say(countedFrom, written(func() { m.ref(v.Subject) }))
	}
	for i := range v.Same {
		same := &v.Same[i]
		m.raw("; ")
		m.say(theSameBrief, written(func() {
			m.raw("<span")
			if same.Anchor != "" {
				m.raw(` id="`, same.Anchor, `"`)
			}
			m.raw(">")
			m.dutyID(same.Obligation)
			m.raw("</span>")
		}))
	}
	m.raw(`. <span class="muniment-more">`)
	for i := range v.Reasons {
		if i > 0 {
			m.raw(" ")
		}
		m.local(v.Reasons[i].Local)
		m.english(v.Reasons[i].Text)
	}
	m.raw("</span></li>\n")
}

// soon is how many rows of a table a page of a subject shows before it folds the rest away.
const soon = 8

var (
	noDay      = say("due.none")
	laterDaysN = say("due.later", "count")
)

// DrawDue writes what falls due for a subject, by day.
func (s subjectPage) DrawDue() template.HTML {
	m := s.draw()
	if len(s.Due) == 0 {
		m.raw("<p>")
		m.say(noDay)
		m.raw("</p>\n")
		return m.done()
	}
	m.ownDue(s.Due[:min(len(s.Due), soon)], s.ref)
	if later := s.Due[min(len(s.Due), soon):]; len(later) > 0 {
		m.fold("", laterDaysN, numeral(len(later)))
		m.ownDue(later, s.ref)
		m.unfold()
	}
	return m.done()
}

// ownDue writes due days on the page of a subject, where it need not be said for whom they are.
func (m *markup) ownDue(due []report.Due, of report.Ref) {
	m.table("", dueCaption, heads{colDay, colDue, colThen})
	for i := range due {
		d := &due[i]
		m.row(d.Then, "")
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
		if d.Office != "" {
			m.raw(" · ")
			m.text(m.says.office(d.Office))
		}
		if d.Subject.Kind != of.Kind || d.Subject.ID != of.ID {
			m.raw(" · ")
			m.ref(d.Subject)
		}
		m.raw("</small>")
		m.cell(colThen)
		m.rowState(d.Then)
		m.endRow()
	}
	m.endTable()
}

var filesCaption = say("workload.files-caption")

// DrawFiles writes the files of evidence with their digests.
func (w workloadPage) DrawFiles() template.HTML {
	m := w.draw()
	m.table("muniment-digests", filesCaption, heads{colFile, colKind, colSHA256})
	for _, f := range w.Files {
		m.raw(`<tr><th scope="row"><code>`)
		m.text(m.short(f.Path))
		m.raw(`</code></th>`)
		m.first(colKind)
		m.text(m.says.choice(f.Kind))
		m.cell(colSHA256)
		m.text(f.SHA256)
		m.endRow()
	}
	m.endTable()
	return m.done()
}

// Most of what is shown of one commit. A commit that moves an organisation changes thousands of files.
const (
	mostFiles  = 12
	mostFields = 12
	longest    = 80 // characters of a value
)

var (
	noHistory      = say("history.none")
	historyCaption = say("history.caption")
	colChanged     = say("column.changed")
	historyFrom    = say("history.renamed", "file")
	moreFilesN     = say("history.more-files", "count")
	moreFieldsN    = say("history.more-fields", "count")
	fieldAdded     = say("history.added", "value")
	fieldRemoved   = say("history.removed", "value")
)

// DrawHistory writes the commits that changed something, with what they changed in each record.
func (s subjectPage) DrawHistory() template.HTML {
	m := s.draw()
	if len(s.history) == 0 {
		m.raw("<p>")
		m.say(noHistory)
		m.raw("</p>\n")
		return m.done()
	}
	m.table("muniment-history", historyCaption, heads{colDay, colChanged, colWho})
	for i := range s.history {
		c := &s.history[i]
		m.raw(`<tr id="`, commitAnchor(c.ID), `"><th scope="row" class="muniment-day">`)
		m.date(c.Day)
		m.raw(`<small class="muniment-digest">`)
		m.text(short(c.ID))
		m.raw("</small></th>")
		m.first(colChanged)
		m.raw("<p>")
		m.text(c.Subject)
		m.raw("</p>")
		m.files(c.Files)
		m.cell(colWho)
		m.text(c.Author)
		if how := c.Came(); how != "" {
			m.raw("<small>")
			m.text(how)
			m.raw("</small>")
		}
		m.endRow()
	}
	m.endTable()
	return m.done()
}

func commitAnchor(id string) string { return "c-" + fileName(short(id)) }

// short is enough of a commit's id to find it by.
func short(id string) string { return id[:min(len(id), 12)] }

func (m *markup) files(files []report.Change) {
	if len(files) == 0 {
		return
	}
	m.raw("<ul>")
	for i := range files[:min(len(files), mostFiles)] {
		f := &files[i]
		m.raw("<li><b>")
		m.text(m.says.choice(f.How))
		m.raw("</b> <code>")
		m.text(m.short(f.Path))
		m.raw("</code>")
		if f.From != "" {
			m.raw(" ")
			m.say(historyFrom, written(func() { m.code(f.From) }))
		}
		m.fields(f.Fields)
		m.raw("</li>")
	}
	if more := len(files) - mostFiles; more > 0 {
		m.raw("<li>")
		m.say(moreFilesN, numeral(more))
		m.raw("</li>")
	}
	m.raw("</ul>")
}

func (m *markup) fields(fields []report.FieldChange) {
	for i := range fields[:min(len(fields), mostFields)] {
		f := &fields[i]
		m.raw("<br>")
		m.text(f.Field)
		switch {
		case f.Old != "" && f.New != "":
			m.raw(": <del>")
			m.text(clip(f.Old))
			m.raw("</del> → <ins>")
			m.text(clip(f.New))
			m.raw("</ins>")
		case f.How == "added" && f.New != "":
			m.raw(": ")
			m.say(fieldAdded, written(func() {
				m.raw("<ins>")
				m.text(clip(f.New))
				m.raw("</ins>")
			}))
		case f.How == "removed" && f.Old != "":
			m.raw(": ")
			m.say(fieldRemoved, written(func() {
				m.raw("<del>")
				m.text(clip(f.Old))
				m.raw("</del>")
			}))
		default:
			m.raw(": ")
			m.text(m.says.choice(f.How))
		}
	}
	if more := len(fields) - mostFields; more > 0 {
		m.raw("<br>")
		m.say(moreFieldsN, numeral(more))
	}
}

// clip shortens a long value.
func clip(s string) string {
	n := 0
	for i := range s {
		if n == longest {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// DrawExceptions writes the exceptions of a workload.
func (w workloadPage) DrawExceptions() template.HTML {
	m := w.draw()
	l := exceptionTable(w.Exceptions)
	l.begin(&m.markup)
	for i := range l.rows {
		l.row(&m.markup, i)
	}
	l.end(&m.markup)
	return m.done()
}
