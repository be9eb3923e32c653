package site

import (
	"html/template"
	"strings"

	"example.org/muniment/internal/report"
	"example.org/muniment/internal/spelling"
)

// The parts of a workload's page that are not the same for all subjects.

// list begins a list of facts, fact one of them.
func (m *markup) list() { m.raw("<dl class=\"nhsuk-summary-list\">\n") }

func (m *markup) endList() { m.raw("</dl>\n") }

func (m *markup) fact(label string) {
	m.raw(`<div class="nhsuk-summary-list__row"><dt class="nhsuk-summary-list__key">`)
	m.text(label)
	m.raw(`</dt><dd class="nhsuk-summary-list__value">`)
}

func (m *markup) endFact() { m.raw("</dd></div>\n") }

// DrawKey writes the key facts.
func (w workloadPage) DrawKey() template.HTML {
	m := w.draw()
	m.list()
	m.fact("Organisation")
	m.ref(w.Organisation)
	m.endFact()
	m.fact("Data controller")
	if w.Controller.ID == "" {
		m.raw("Not named")
	} else {
		m.ref(w.Controller)
	}
	m.endFact()
	m.said("Purpose", spelling.Capital(words(w.Purpose)))
	m.fact("Profile class")
	if w.Class == "" {
		m.raw("Not declared")
	} else {
		m.text(w.Class)
		if w.ClassReason != "" {
			m.raw(": ")
			m.text(w.ClassReason)
		}
		if w.ClassModel != "" {
			m.raw(`<small>Risk model: `)
			m.text(w.ClassModel)
			m.raw("</small>")
		}
	}
	m.endFact()
	m.said("Deployment", spelling.Capital(words(w.Deployment)))
	if !w.Started.IsZero() {
		m.said("Started", w.Started.Long())
	}
	if !w.Ends.IsZero() {
		m.said("Last day of the trial", w.Ends.Long())
	}
	m.fact("Owner")
	m.contact(w.Owner)
	m.endFact()
	if w.Accountable != nil {
		m.fact("Accountable officer")
		m.contact(*w.Accountable)
		m.endFact()
	}
	m.decision(w.Decision)
	m.refs("Shared in", w.Footprints)
	m.refs("Depends on", w.DependsOn)
	if w.Visibility == "open" {
		m.said("May be shown to", "Everybody")
	} else {
		m.said("May be shown to", "People inside the organisations only")
	}
	m.endList()
	return m.done()
}

// said writes a fact of one text.
func (m *markup) said(label, text string) {
	m.fact(label)
	m.text(text)
	m.endFact()
}

func (m *markup) contact(c report.Contact) {
	m.text(c.Title)
	if c.Email != "" {
		m.raw(`, <a href="mailto:`)
		m.text(mailAddress(c.Email))
		m.raw(`">`)
		m.text(c.Email)
		m.raw("</a>")
	}
}

// mailAddress escapes a mailbox for an address.
func mailAddress(email string) string {
	var b strings.Builder
	for i := range len(email) {
		switch c := email[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("@.-_+!$*=~", c) >= 0:
			b.WriteByte(c)
		default:
			b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
		}
	}
	return b.String()
}

func (m *markup) decision(d *report.Decision) {
	if d == nil {
		return
	}
	m.fact("Decision")
	m.raw("<p><strong>")
	m.text(spelling.Capital(d.Outcome))
	m.raw("</strong>, decided on ")
	m.date(d.On)
	if len(d.Participants) > 0 {
		m.raw(" by ")
		m.text(strings.Join(d.Participants, ", "))
	}
	m.raw(".</p><p>")
	m.text(d.Reasons)
	m.raw("</p>")
	m.conditions(d.Conditions)
	m.endFact()
}

func (m *markup) conditions(list []string) {
	if len(list) == 0 {
		return
	}
	m.raw(`<p>Conditions:</p><ul class="nhsuk-list nhsuk-list--bullet">`)
	for _, c := range list {
		m.raw("<li>")
		m.text(c)
		m.raw("</li>")
	}
	m.raw("</ul>")
}

func (m *markup) refs(label string, refs []report.Ref) {
	if len(refs) == 0 {
		return
	}
	m.fact(label)
	for i, r := range refs {
		if i > 0 {
			m.raw(", ")
		}
		m.ref(r)
	}
	m.endFact()
}

// DrawFacts writes facts of an assessment or plan.
func (w workloadPage) DrawFacts(facts []report.Fact) template.HTML {
	m := w.draw()
	m.list()
	for _, f := range facts {
		m.fact(f.Label)
		m.text(spelling.Capital(f.Text))
		m.place(f.Place)
		m.endFact()
	}
	m.endList()
	return m.done()
}

// DrawApprovals writes approvals as they stand: an office's latest word first, then what it has replaced.
func (w workloadPage) DrawApprovals() template.HTML {
	m := w.draw()
	var latest, earlier []*report.Approval
	for i := range w.Approvals {
		if a := &w.Approvals[i]; a.State == "superseded" {
			earlier = append(earlier, a)
		} else {
			latest = append(latest, a)
		}
	}
	if len(latest) > 0 {
		m.approvals(latest)
	} else {
		m.raw("<p>None of them counts any more.</p>\n")
	}
	if len(earlier) > 0 {
		m.fold("", count(len(earlier), "earlier approval"))
		m.approvals(earlier)
		m.unfold()
	}
	m.fold("", "How to check the approvals yourself")
	m.raw("<p>An approval is bound to the exact bytes of the files it covers. In a checkout of the repository")
	if w.Page.Known != nil {
		m.raw(" at commit <code>")
		m.text(short(w.Page.Known.ID))
		m.raw("</code>")
	}
	m.raw(", run this; every line should end in “OK”. A line that says “FAILED” names a file that has changed since it was approved.</p>\n")
	for _, a := range latest {
		m.raw("<h3>")
		m.text(spelling.Capital(a.Office))
		m.raw(", ", a.On.Long(), "</h3>\n", `<pre class="muniment-command"><code>sha256sum --check &lt;&lt;'END'`, "\n")
		for _, c := range a.Covers {
			if shellSafe(c) {
				m.raw(c.SHA256, "  ", c.Path, "\n")
			}
		}
		m.raw("END</code></pre>\n")
		m.checkSignature(a)
	}
	m.raw("<p>Whether the post held the office when the approval entered the record, and whether a later decision took its place, is for <code>muniment verify</code>.</p>\n")
	m.unfold()
	return m.done()
}

// checkSignature writes the command that checks the signature of an approval with ssh-keygen alone. A key and a path hold nothing
// that a shell would act on: their forms are narrower than that.
func (m *markup) checkSignature(a *report.Approval) {
	if a.Key == "" || !shellSafe(report.Covered{Path: a.Path, SHA256: a.Digest}) {
		return
	}
	m.raw("<p>Its signature was made by the key in this command, which the appointments")
	if a.Witnessed != nil {
		m.raw(" or, of a witness, the policy")
	}
	m.raw(" list. The answer should begin with “Good”.</p>\n", `<pre class="muniment-command"><code>echo '`)
	m.text(a.Code + " " + a.Key)
	m.raw("' &gt; allowed_signers\nssh-keygen -Y verify -f allowed_signers -I ")
	m.text(a.Code)
	m.raw(" -n muniment-approval@example.org -s ")
	m.text(a.Path)
	m.raw(".sig &lt; ")
	m.text(a.Path)
	m.raw("</code></pre>\n")
}

func (m *markup) approvals(list []*report.Approval) {
	m.table("", "Approvals, newest first", "Office", "Decision", "Does it stand?", "What it covers")
	for _, a := range list {
		state := "failing"
		switch a.State {
		case "valid":
			state = "met"
		case "superseded":
			state = "not-applicable"
		}
		m.row(state, "")
		m.raw(`<th scope="row">`)
		m.text(spelling.Capital(a.Office))
		if a.By != "" {
			m.raw(`<small>`)
			m.text(a.By)
			m.raw("</small>")
		}
		m.raw("</th>")
		m.first("Decision")
		m.raw("<p>")
		m.text(spelling.Capital(words(a.Decision)))
		m.raw(" on ", a.On.Long())
		if !a.To.IsZero() {
			m.raw(", until ", a.To.Long())
		}
		m.raw(".</p>")
		m.conditions(a.Conditions)
		m.cell("Does it stand?")
		m.raw("<p><strong>")
		m.text(spelling.Capital(words(a.State)))
		m.raw(".</strong> ")
		m.text(a.Text)
		m.raw("</p>")
		m.proof(a)
		m.cell("What it covers")
		m.raw(`<ul class="muniment-files">`)
		for _, c := range a.Covers {
			m.raw("<li><code>")
			m.text(m.short(c.Path))
			if c.Same {
				m.raw("</code> <b>unchanged</b></li>")
			} else {
				m.raw("</code> <b>changed since</b>")
				if c.Since != nil {
					m.raw(", by commit <code>")
					m.text(short(c.Since.ID))
					m.raw("</code> of ", c.Since.Day.Long())
				}
				m.raw("</li>")
			}
		}
		m.raw("</ul>")
		m.endRow()
	}
	m.endTable()
}

// proof says what an approval rests on, and since when it is in the record.
func (m *markup) proof(a *report.Approval) {
	m.raw("<p>")
	switch a.Proof {
	case "signed":
		m.raw("<strong>Signed</strong> by a key of this post in the appointments.")
	case "witnessed":
		m.raw("<strong>Witnessed</strong>, not signed by its maker: the repository’s own machine saw the review on a forge and signed for it.")
	case "stated":
		m.raw("<strong>Stated, not proven</strong>: the record says so, and nobody signed it.")
	default:
		m.raw("<strong>Not proven</strong>: the signature beside it proves nothing.")
	}
	m.raw("</p>")
	if w := a.Witnessed; w != nil {
		m.raw("<p>Review by ")
		m.text(w.Login + " on " + w.Forge + ", " + w.PullRequest + ", of commit " + short(w.Commit) + ", at " + w.At)
		m.raw(".</p>")
	}
	m.raw("<small>Record:")
	m.place(a.Path)
	m.raw("<br>SHA-256 <code>")
	m.text(a.Digest)
	m.raw("</code>")
	if a.Print != "" {
		m.raw("<br>Key <code>")
		m.text(a.Print)
		m.raw("</code>")
	}
	if a.Entered != nil {
		m.raw("<br>In the record since commit <code>")
		m.text(short(a.Entered.ID))
		m.raw("</code> of ", a.Entered.Day.Long())
	}
	m.raw("</small>")
}

// DrawRisks writes risks with the controls that answer them.
func (w workloadPage) DrawRisks() template.HTML {
	m := w.draw()
	m.table("", "Risks with the controls that answer them", "Risk", "Likelihood and severity", "Controls", "What remains")
	for _, r := range w.Risks {
		m.raw(`<tr><th scope="row">`)
		m.text(r.ID + " " + spelling.Capital(r.Kind))
		m.raw(`<div class="muniment-plain">`)
		m.text(r.Effect)
		m.raw("</div></th>")
		m.first("Likelihood and severity")
		m.text(spelling.Capital(r.Likelihood) + ", " + r.Severity)
		m.cell("Controls")
		if len(r.Controls) == 0 {
			m.raw("No control is named.")
		} else {
			m.raw(`<ul class="muniment-files">`)
			for _, c := range r.Controls {
				m.raw("<li>")
				m.text(c.ID + ": " + c.What)
				m.raw(` <span class="muniment-meta">`)
				m.text(c.State + ", " + c.Owner)
				m.raw("</span></li>")
			}
			m.raw("</ul>")
		}
		m.cell("What remains")
		m.text(spelling.Capital(r.Residual))
		m.endRow()
	}
	m.endTable()
	return m.done()
}

// holds gives the state in whose colours a row says yes or no.
func holds(yes bool) string {
	if yes {
		return "met"
	}
	return "failing"
}

// DrawLocations writes places of the data, and the transfers that some rest on.
func (w workloadPage) DrawLocations() template.HTML {
	m := w.draw()
	on := w.portal.frame.Origin.AsOf.Long()
	if len(w.Locations) == 0 {
		m.raw("<p>No place of the data is recorded.</p>\n")
	} else {
		m.table("", "Places of the data, with the legal basis on "+on, "Place", "What happens there", "Legal basis on "+on, "Allowed?")
	}
	for _, l := range w.Locations {
		m.row(holds(l.OK), "")
		m.raw(`<th scope="row">`)
		m.text(l.Name)
		m.raw(`<small>`)
		m.text(l.Region)
		m.raw("</small></th>")
		m.first("What happens there")
		m.text(spelling.Capital(words(l.Purpose)))
		if l.Supplier != "" {
			m.text(", " + l.Supplier)
		}
		if !l.From.IsZero() || !l.To.IsZero() {
			m.raw(`<small>`, window(l.From, l.To), "</small>")
		}
		m.cell("Legal basis")
		m.text(spelling.Capital(l.Basis))
		m.cell("Allowed?")
		if l.OK {
			m.raw("Yes")
		} else {
			m.raw("<strong>No</strong>")
		}
		m.endRow()
	}
	if len(w.Locations) > 0 {
		m.endTable()
	}
	m.transfers(w.Transfers)
	return m.done()
}

func (m *markup) transfers(list []report.Transfer) {
	if len(list) == 0 {
		return
	}
	m.raw("<h3 id=\"transfers\">Transfer mechanisms</h3>\n")
	m.table("", "Transfer mechanisms relied on", "To", "Mechanism", "Signed", "Does it hold?")
	for _, t := range list {
		m.row(holds(t.Valid), "")
		m.raw(`<th scope="row">`)
		m.text(t.Country)
		m.raw("</th>")
		m.first("Mechanism")
		m.text(t.Mechanism)
		m.cell("Signed")
		if t.Signed.IsZero() {
			m.raw("–")
		} else {
			m.raw(t.Signed.Long())
		}
		m.cell("Does it hold?")
		if t.Valid {
			m.raw("<strong>Yes.</strong> ")
		} else {
			m.raw("<strong>No.</strong> ")
		}
		m.text(t.Text)
		m.endRow()
	}
	m.endTable()
}

// DrawSuppliers writes the suppliers that a workload relies on.
func (w workloadPage) DrawSuppliers() template.HTML {
	m := w.draw()
	m.table("", "Suppliers that this workload relies on", "Supplier", "State of the supplier", "Contract", "This organisation’s own acceptance")
	for i := range w.Suppliers {
		r := &w.Suppliers[i]
		m.row(r.Status.State, "")
		m.raw(`<th scope="row">`)
		m.ref(r.Supplier)
		m.raw(`<small>`)
		m.text(words(r.Role))
		if r.Product != "" {
			m.text(": " + r.Product)
		}
		m.raw("</small></th>")
		m.first("State of the supplier")
		m.raw("<p>")
		m.rowState(r.Status.State)
		m.raw("</p><p>")
		m.text(r.Status.Sentence)
		m.raw("</p>")
		m.cell("Contract")
		if r.Contract == nil {
			m.raw("None named")
		} else {
			m.ref(*r.Contract)
		}
		m.cell("Own acceptance")
		m.text(spelling.Capital(r.Acceptance))
		m.endRow()
	}
	m.endTable()
	return m.done()
}

// DrawReviews writes recorded looks.
func (w workloadPage) DrawReviews() template.HTML {
	m := w.draw()
	m.table("", "Reviews, newest first", "Day", "By", "What was looked at", "Outcome and reason")
	for i := range w.Reviews {
		r := &w.Reviews[i]
		m.raw(`<tr><th scope="row" class="muniment-day">`)
		m.date(r.On)
		m.raw("</th>")
		m.first("By")
		m.text(spelling.Capital(r.Office))
		if r.By != "" {
			m.raw(`<small>`)
			m.text(r.By)
			m.raw("</small>")
		}
		m.cell("What was looked at")
		m.raw("<p>")
		m.text(spelling.Capital(strings.Join(r.Of, ", ")))
		m.raw("</p>")
		m.items(r.LookedAt)
		m.cell("Outcome and reason")
		m.raw("<p><strong>")
		m.text(spelling.Capital(r.Outcome))
		m.raw(".</strong> ")
		m.text(r.Reason)
		m.raw("</p>")
		m.actions(r.Actions)
		m.raw(`<small>`)
		m.place(r.Path)
		m.raw("</small>")
		m.endRow()
	}
	m.endTable()
	return m.done()
}

func (m *markup) items(list []string) {
	if len(list) == 0 {
		return
	}
	m.raw(`<ul class="muniment-files">`)
	for _, s := range list {
		m.raw("<li>")
		m.text(s)
		m.raw("</li>")
	}
	m.raw("</ul>")
}

func (m *markup) actions(list []report.Action) {
	if len(list) == 0 {
		return
	}
	m.raw(`<ul class="muniment-files">`)
	for _, a := range list {
		m.raw("<li>")
		m.text(a.What)
		m.raw(` <span class="muniment-meta">`)
		m.text(a.Owner)
		if a.Done.IsZero() {
			m.raw(", due ", a.Due.Long())
		} else {
			m.raw(", done ", a.Done.Long())
		}
		m.raw("</span></li>")
	}
	m.raw("</ul>")
}

// DrawCosts writes what was spent, month by month, with bars against the budget.
func (w workloadPage) DrawCosts() template.HTML {
	m := w.draw()
	c := w.Costs
	budget := pounds(c.Monthly)
	m.raw("<p>The budget is ", budget, " a month. Somebody is told at ")
	m.number(c.AlertAt)
	m.raw("% of it.</p>\n")
	if len(c.Months) == 0 {
		return m.done()
	}
	m.raw(`<table class="muniment-table muniment-costs">`, "\n", `<caption class="nhsuk-u-visually-hidden">Costs by month, against a budget of `, budget, "</caption>\n",
		`<thead><tr><th scope="col">Month</th><th scope="col" class="muniment-right">Spent</th><th scope="col" class="muniment-right">Of budget</th>`,
		`<td class="muniment-costs__picture"></td><th scope="col">Used, and what was done</th></tr></thead>`, "\n<tbody>\n")
	for i := range c.Months {
		w.month(&m.markup, &c.Months[i])
	}
	m.endTable()
	return m.done()
}

func (w workloadPage) month(m *markup, c *report.Month) {
	m.raw(`<tr><th scope="row" class="muniment-nowrap">`)
	m.text(c.Month)
	m.raw(`</th><td class="muniment-right">`, pounds(c.Actual), `</td><td class="muniment-right">`)
	m.number(c.Percent)
	m.raw("%")
	if c.Over {
		m.raw(" <strong>over</strong>")
	}
	m.raw(`</td><td class="muniment-costs__picture" aria-hidden="true"><svg class="muniment-bar" viewBox="0 0 100 10" preserveAspectRatio="none" focusable="false"><rect class="muniment-bar__fill `,
		stateClass(holds(!c.Over)), `" x="0" y="1" width="`)
	m.number(w.bar(c.Percent))
	m.raw(`" height="8"></rect><line class="muniment-bar__budget" x1="`)
	m.number(w.bar(100))
	m.raw(`" x2="`)
	m.number(w.bar(100))
	m.raw(`" y1="0" y2="10"></line></svg></td><td>`)
	m.text(c.Consumption)
	if c.Action != "" {
		m.raw("<p>")
		m.text(c.Action)
		m.raw("</p>")
	}
	m.endRow()
}

// bar gives a share of the budget as a length of the cost chart, which is 100 long.
func (w workloadPage) bar(percent int) int { return min(max(percent, 0), w.Chart) * 100 / w.Chart }

// DrawProse writes the impact assessment, which internal/markdown has made safe.
func (w workloadPage) DrawProse() template.HTML {
	m := w.draw()
	d := w.DPIA
	m.raw("<p><strong>")
	m.text(d.Title)
	m.raw("</strong>, version ")
	m.text(d.Version)
	if !d.Completed.IsZero() {
		m.raw(", completed on ", d.Completed.Long())
	}
	m.raw(". Risk that remains: ")
	m.text(words(d.Residual))
	m.raw(`. <span class="muniment-meta">`)
	m.place(d.Path)
	m.raw("</span></p>\n")
	if len(d.Sections) > 0 {
		m.raw(`<nav class="muniment-contents" aria-label="Parts of the data protection impact assessment">`, "\n<ul>")
		for _, s := range d.Sections {
			if s.Level <= 2 {
				m.raw(`<li><a href="#`)
				m.text(s.ID)
				m.raw(`">`)
				m.text(s.Heading)
				m.raw("</a></li>")
			}
		}
		m.raw("</ul>\n</nav>\n")
	}
	m.raw("<div class=\"muniment-prose muniment-dpia\">\n", string(safe(d.HTML)), "\n</div>\n")
	return m.done()
}
