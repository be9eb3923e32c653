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

func (m *markup) fact(label phrase) {
	m.raw(`<div class="nhsuk-summary-list__row"><dt class="nhsuk-summary-list__key">`)
	m.say(label)
	m.raw(`</dt><dd class="nhsuk-summary-list__value">`)
}

// recorded begins a fact that the report names.
func (m *markup) recorded(label string) {
	m.raw(`<div class="nhsuk-summary-list__row"><dt class="nhsuk-summary-list__key"`, m.says.english, ">")
	m.text(label)
	m.raw(`</dt><dd class="nhsuk-summary-list__value"`, m.says.english, ">")
}

func (m *markup) endFact() { m.raw("</dd></div>\n") }

var (
	factController  = say("workload.controller")
	noController    = say("workload.no-controller")
	factPurpose     = say("workload.purpose")
	factClass       = say("workload.class")
	noFactClass     = say("workload.no-class")
	riskModel       = say("workload.risk-model", "model")
	factDeployment  = say("workload.deployment")
	factStarted     = say("workload.started")
	factEnds        = say("workload.ends")
	factOwner       = say("workload.owner")
	factAccountable = say("workload.accountable")
	factSharedIn    = say("workload.shared-in")
	factDependsOn   = say("workload.depends-on")
	factShown       = say("workload.shown")
	shownToAll      = say("workload.shown-to-all")
	shownInside     = say("workload.shown-inside")
	decidedOn       = say("workload.decided", "outcome", "date")
	decidedBy       = say("workload.decided-by", "outcome", "date", "participants")
	conditionsAre   = say("workload.conditions")
)

// DrawKey writes the key facts.
func (w workloadPage) DrawKey() template.HTML {
	m := w.draw()
	m.list()
	m.fact(colOrganisation)
	m.ref(w.Organisation)
	m.endFact()
	m.fact(factController)
	if w.Controller.ID == "" {
		m.say(noController)
	} else {
		m.ref(w.Controller)
	}
	m.endFact()
	m.said(factPurpose, spelling.Capital(m.says.choice(w.Purpose)))
	m.fact(factClass)
	if w.Class == "" {
		m.say(noFactClass)
	} else {
		m.text(w.Class)
		if w.ClassReason != "" {
			m.raw(": ")
			m.english(w.ClassReason)
		}
		if w.ClassModel != "" {
			m.raw("<small>")
			m.say(riskModel, plain(w.ClassModel))
			m.raw("</small>")
		}
	}
	m.endFact()
	m.said(factDeployment, spelling.Capital(m.says.choice(w.Deployment)))
	if !w.Started.IsZero() {
		m.said(factStarted, m.says.long(w.Started))
	}
	if !w.Ends.IsZero() {
		m.said(factEnds, m.says.long(w.Ends))
	}
	m.fact(factOwner)
	m.contact(w.Owner)
	m.endFact()
	if w.Accountable != nil {
		m.fact(factAccountable)
		m.contact(*w.Accountable)
		m.endFact()
	}
	m.decision(w.Decision)
	m.refs(factSharedIn, w.Footprints)
	m.refs(factDependsOn, w.DependsOn)
	m.fact(factShown)
	if w.Visibility == "open" {
		m.say(shownToAll)
	} else {
		m.say(shownInside)
	}
	m.endFact()
	m.endList()
	return m.done()
}

// said writes a fact of one text.
func (m *markup) said(label phrase, text string) {
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
	m.fact(colDecision)
	m.raw("<p>")
	outcome := written(func() {
		m.raw("<strong>")
		m.text(spelling.Capital(m.says.choice(d.Outcome)))
		m.raw("</strong>")
	})
	if len(d.Participants) > 0 {
		m.say(decidedBy, outcome, timed(d.On), plain(m.says.eachChoice(d.Participants)))
	} else {
		m.say(decidedOn, outcome, timed(d.On))
	}
	m.raw("</p><p", m.says.english, ">")
	m.text(d.Reasons)
	m.raw("</p>")
	m.conditions(d.Conditions)
	m.endFact()
}

func (m *markup) conditions(list []string) {
	if len(list) == 0 {
		return
	}
	m.raw("<p>")
	m.say(conditionsAre)
	m.raw(`</p><ul class="nhsuk-list nhsuk-list--bullet"`, m.says.english, ">")
	for _, c := range list {
		m.raw("<li>")
		m.text(c)
		m.raw("</li>")
	}
	m.raw("</ul>")
}

func (m *markup) refs(label phrase, refs []report.Ref) {
	if len(refs) == 0 {
		return
	}
	m.fact(label)
	m.refNames(refs)
	m.endFact()
}

// DrawFacts writes facts of an assessment or plan.
func (w workloadPage) DrawFacts(facts []report.Fact) template.HTML {
	m := w.draw()
	m.list()
	for _, f := range facts {
		m.recorded(f.Label)
		m.text(spelling.Capital(f.Text))
		m.place(f.Place)
		m.endFact()
	}
	m.endList()
	return m.done()
}

var (
	noneCounts       = say("approvals.none-counts")
	earlierN         = say("approvals.earlier", "count")
	howToCheck       = say("approvals.check")
	checkFiles       = say("approvals.check-files")
	checkFilesAt     = say("approvals.check-files-at", "commit")
	checkedOf        = say("approvals.checked", "office", "date")
	checkRest        = say("approvals.check-rest", "command")
	checkKey         = say("approvals.check-key")
	checkKeyWitness  = say("approvals.check-key-witnessed")
	approvalsCaption = say("approvals.caption")
	colStands        = say("column.stands")
	colCovers        = say("column.covers")
	decisionOn       = say("approvals.decided", "decision", "date")
	decisionUntil    = say("approvals.decided-until", "decision", "date", "until")
	unchanged        = say("approvals.unchanged", "file")
	changedSince     = say("approvals.changed", "file")
	changedBy        = say("approvals.changed-by", "file", "commit", "date")
	proofSigned      = say("approvals.signed")
	proofWitnessed   = say("approvals.witnessed")
	proofStated      = say("approvals.stated")
	proofNone        = say("approvals.unproven")
	reviewBy         = say("approvals.review", "login", "forge", "request", "commit", "at")
	recordAt         = say("approvals.record", "file")
	digestIs         = say("approvals.digest", "digest")
	keyOf            = say("approvals.key", "key")
	inRecordSince    = say("approvals.since", "commit", "date")
)

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
		m.raw("<p>")
		m.say(noneCounts)
		m.raw("</p>\n")
	}
	if len(earlier) > 0 {
		m.fold("", earlierN, numeral(len(earlier)))
		m.approvals(earlier)
		m.unfold()
	}
	m.fold("", howToCheck)
	m.raw("<p>")
	if known := w.Page.Known; known != nil {
		m.say(checkFilesAt, written(func() { m.code(short(known.ID)) }))
	} else {
		m.say(checkFiles)
	}
	m.raw("</p>\n")
	for _, a := range latest {
		m.raw("<h3>")
		m.say(checkedOf, plain(spelling.Capital(m.says.choice(a.Office))), longDay(a.On))
		m.raw("</h3>\n", `<pre class="muniment-command"><code>sha256sum --check &lt;&lt;'END'`, "\n")
		for _, c := range a.Covers {
			if shellSafe(c) {
				m.raw(c.SHA256, "  ", c.Path, "\n")
			}
		}
		m.raw("END</code></pre>\n")
		m.checkSignature(a)
	}
	m.raw("<p>")
	m.say(checkRest, written(func() { m.code("muniment verify") }))
	m.raw("</p>\n")
	m.unfold()
	return m.done()
}

// checkSignature writes the command that checks the signature of an approval with ssh-keygen alone. A key and a path hold nothing
// that a shell would act on: their forms are narrower than that.
func (m *markup) checkSignature(a *report.Approval) {
	if a.Key == "" || !shellSafe(report.Covered{Path: a.Path, SHA256: a.Digest}) {
		return
	}
	m.raw("<p>")
	if a.Witnessed != nil {
		m.say(checkKeyWitness)
	} else {
		m.say(checkKey)
	}
	m.raw("</p>\n", `<pre class="muniment-command"><code>echo '`)
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
	m.table("", approvalsCaption, heads{colOffice, colDecision, colStands, colCovers})
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
		m.text(spelling.Capital(m.says.choice(a.Office)))
		if a.By != "" {
			m.raw(`<small>`)
			m.text(a.By)
			m.raw("</small>")
		}
		m.raw("</th>")
		m.first(colDecision)
		m.raw("<p>")
		decision := plain(spelling.Capital(m.says.choice(a.Decision)))
		if a.To.IsZero() {
			m.say(decisionOn, decision, longDay(a.On))
		} else {
			m.say(decisionUntil, decision, longDay(a.On), longDay(a.To))
		}
		m.raw("</p>")
		m.conditions(a.Conditions)
		m.cell(colStands)
		m.raw("<p><strong>")
		m.text(spelling.Capital(m.says.choice(a.State)))
		m.raw(".</strong> ")
		m.english(a.Text)
		m.raw("</p>")
		m.proof(a)
		m.cell(colCovers)
		m.raw(`<ul class="muniment-files">`)
		for _, c := range a.Covers {
			m.raw("<li>")
			file := written(func() { m.code(m.short(c.Path)) })
			switch {
			case c.Same:
				m.say(unchanged, file)
			case c.Since == nil:
				m.say(changedSince, file)
			default:
				m.say(changedBy, file, written(func() { m.code(short(c.Since.ID)) }), longDay(c.Since.Day))
			}
			m.raw("</li>")
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
		m.say(proofSigned)
	case "witnessed":
		m.say(proofWitnessed)
	case "stated":
		m.say(proofStated)
	default:
		m.say(proofNone)
	}
	m.raw("</p>")
	if w := a.Witnessed; w != nil {
		m.raw("<p>")
		m.say(reviewBy, plain(w.Login), plain(w.Forge), plain(w.PullRequest), plain(short(w.Commit)), plain(w.At))
		m.raw("</p>")
	}
	m.raw("<small>")
	m.say(recordAt, written(func() { m.code(m.short(a.Path)) }))
	m.raw("<br>")
	m.say(digestIs, written(func() { m.code(a.Digest) }))
	if a.Print != "" {
		m.raw("<br>")
		m.say(keyOf, written(func() { m.code(a.Print) }))
	}
	if a.Entered != nil {
		m.raw("<br>")
		m.say(inRecordSince, written(func() { m.code(short(a.Entered.ID)) }), longDay(a.Entered.Day))
	}
	m.raw("</small>")
}

var (
	risksCaption = say("risks.caption")
	colRisk      = say("column.risk")
	colLikely    = say("column.likelihood")
	colRemains   = say("column.remains")
	noControl    = say("risks.no-control")
)

// DrawRisks writes risks with the controls that answer them.
func (w workloadPage) DrawRisks() template.HTML {
	m := w.draw()
	m.table("", risksCaption, heads{colRisk, colLikely, colControls, colRemains})
	for _, r := range w.Risks {
		m.raw(`<tr><th scope="row">`)
		m.text(r.ID + " " + spelling.Capital(m.says.choice(r.Kind)))
		m.raw(`<div class="muniment-plain"`, m.says.english, ">")
		m.text(r.Effect)
		m.raw("</div></th>")
		m.first(colLikely)
		m.text(spelling.Capital(m.says.choice(r.Likelihood)) + ", " + m.says.choice(r.Severity))
		m.cell(colControls)
		if len(r.Controls) == 0 {
			m.say(noControl)
		} else {
			m.raw(`<ul class="muniment-files">`)
			for _, c := range r.Controls {
				m.raw("<li>")
				m.text(c.ID + ": " + c.What)
				m.raw(` <span class="muniment-meta">`)
				m.text(m.says.choice(c.State) + ", " + c.Owner)
				m.raw("</span></li>")
			}
			m.raw("</ul>")
		}
		m.cell(colRemains)
		m.text(spelling.Capital(m.says.choice(r.Residual)))
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

var (
	noPlace          = say("locations.none")
	locationsCaption = say("locations.caption", "date")
	colHappens       = say("column.happens")
	colBasisOn       = say("column.basis-on", "date")
	isAllowed        = say("locations.yes")
	isNotAllowed     = say("locations.no")
	transfersHeading = say("locations.transfers")
	transfersCaption = say("locations.transfers-caption")
	colTo            = say("column.to")
	colMechanism     = say("column.mechanism")
	colSigned        = say("column.signed")
	colHolds         = say("column.holds")
	transferHolds    = say("locations.holds", "reason")
	transferHoldsNot = say("locations.holds-not", "reason")
)

// DrawLocations writes places of the data, and the transfers that some rest on.
func (w workloadPage) DrawLocations() template.HTML {
	m := w.draw()
	on := longDay(w.portal.frame.Origin.AsOf)
	if len(w.Locations) == 0 {
		m.raw("<p>")
		m.say(noPlace)
		m.raw("</p>\n")
	} else {
		m.caption("", locationsCaption, on)
		for _, name := range []phrase{colPlace, colHappens} {
			m.head("", name)
		}
		m.head("", colBasisOn, on)
		m.head("", colAllowed)
		m.raw("</tr></thead>\n<tbody>\n")
	}
	for _, l := range w.Locations {
		m.row(holds(l.OK), "")
		m.raw(`<th scope="row">`)
		m.text(l.Name)
		m.raw(`<small>`)
		m.text(l.Region)
		m.raw("</small></th>")
		m.first(colHappens)
		m.text(spelling.Capital(m.says.choice(l.Purpose)))
		if l.Supplier != "" {
			m.text(", " + l.Supplier)
		}
		if !l.From.IsZero() || !l.To.IsZero() {
			m.raw("<small>")
			m.window(longDay(l.From), longDay(l.To))
			m.raw("</small>")
		}
		m.cell(colBasis)
		m.english(spelling.Capital(l.Basis))
		m.cell(colAllowed)
		if l.OK {
			m.say(isAllowed)
		} else {
			m.say(isNotAllowed)
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
	m.raw(`<h3 id="transfers">`)
	m.say(transfersHeading)
	m.raw("</h3>\n")
	m.table("", transfersCaption, heads{colTo, colMechanism, colSigned, colHolds})
	for _, t := range list {
		m.row(holds(t.Valid), "")
		m.raw(`<th scope="row">`)
		m.text(t.Country)
		m.raw("</th>")
		m.first(colMechanism)
		m.text(t.Mechanism)
		m.cell(colSigned)
		if t.Signed.IsZero() {
			m.raw("–")
		} else {
			m.day(t.Signed)
		}
		m.cell(colHolds)
		reason := written(func() { m.english(t.Text) })
		if t.Valid {
			m.say(transferHolds, reason)
		} else {
			m.say(transferHoldsNot, reason)
		}
		m.endRow()
	}
	m.endTable()
}

var (
	reliedCaption    = say("workload.suppliers-caption")
	colSupplierState = say("column.supplier-state")
	colAcceptance    = say("column.acceptance")
	colOwnAcceptance = say("column.own-acceptance")
	noContract       = say("workload.no-contract")
)

// DrawSuppliers writes the suppliers that a workload relies on.
func (w workloadPage) DrawSuppliers() template.HTML {
	m := w.draw()
	m.table("", reliedCaption, heads{colSupplier, colSupplierState, colContract, colAcceptance})
	for i := range w.Suppliers {
		r := &w.Suppliers[i]
		m.row(r.Status.State, "")
		m.raw(`<th scope="row">`)
		m.ref(r.Supplier)
		m.raw(`<small>`)
		m.text(m.says.choice(r.Role))
		if r.Product != "" {
			m.text(": " + r.Product)
		}
		m.raw("</small></th>")
		m.first(colSupplierState)
		m.raw("<p>")
		m.rowState(r.Status.State)
		m.raw("</p><p", m.says.english, ">")
		m.text(r.Status.Sentence)
		m.raw("</p>")
		m.cell(colContract)
		if r.Contract == nil {
			m.say(noContract)
		} else {
			m.ref(*r.Contract)
		}
		m.cell(colOwnAcceptance)
		m.english(spelling.Capital(r.Acceptance))
		m.endRow()
	}
	m.endTable()
	return m.done()
}

var (
	reviewsCaption = say("reviews.caption")
	colBy          = say("column.by")
	colLookedAt    = say("column.looked-at")
	colOutcome     = say("column.outcome")
	actionDue      = say("reviews.action-due", "owner", "date")
	actionDone     = say("reviews.action-done", "owner", "date")
)

// DrawReviews writes recorded looks.
func (w workloadPage) DrawReviews() template.HTML {
	m := w.draw()
	m.table("", reviewsCaption, heads{colDay, colBy, colLookedAt, colOutcome})
	for i := range w.Reviews {
		r := &w.Reviews[i]
		m.raw(`<tr><th scope="row" class="muniment-day">`)
		m.date(r.On)
		m.raw("</th>")
		m.first(colBy)
		m.text(spelling.Capital(m.says.choice(r.Office)))
		if r.By != "" {
			m.raw(`<small>`)
			m.text(r.By)
			m.raw("</small>")
		}
		m.cell(colLookedAt)
		m.raw("<p>")
		m.text(spelling.Capital(m.says.eachChoice(r.Of)))
		m.raw("</p>")
		m.items(r.LookedAt)
		m.cell(colOutcome)
		m.raw("<p><strong>")
		m.text(spelling.Capital(m.says.choice(r.Outcome)))
		m.raw(".</strong> ")
		m.english(r.Reason)
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
		if a.Done.IsZero() {
			m.say(actionDue, plain(a.Owner), longDay(a.Due))
		} else {
			m.say(actionDone, plain(a.Owner), longDay(a.Done))
		}
		m.raw("</span></li>")
	}
	m.raw("</ul>")
}

var (
	budgetIs     = say("costs.budget", "amount", "percent")
	costsCaption = say("costs.caption", "amount")
	colMonth     = say("column.month")
	colSpent     = say("column.spent")
	colOfBudget  = say("column.of-budget")
	colUsed      = say("column.used")
	overBudget   = say("costs.over")
)

// DrawCosts writes what was spent, month by month, with bars against the budget.
func (w workloadPage) DrawCosts() template.HTML {
	m := w.draw()
	c := w.Costs
	budget := pounds(c.Monthly)
	m.raw("<p>")
	m.say(budgetIs, plain(budget), numeral(c.AlertAt))
	m.raw("</p>\n")
	if len(c.Months) == 0 {
		return m.done()
	}
	m.raw(`<table class="muniment-table muniment-costs">`, "\n", `<caption class="nhsuk-u-visually-hidden">`)
	m.say(costsCaption, plain(budget))
	m.raw("</caption>\n<thead><tr>")
	m.head("", colMonth)
	m.head(` class="muniment-right"`, colSpent)
	m.head(` class="muniment-right"`, colOfBudget)
	m.raw(`<td class="muniment-costs__picture"></td>`)
	m.head("", colUsed)
	m.raw("</tr></thead>\n<tbody>\n")
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
		m.raw(" <strong>")
		m.say(overBudget)
		m.raw("</strong>")
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

var (
	dpiaIs          = say("dpia.is", "title", "version", "risk")
	dpiaIsCompleted = say("dpia.is-completed", "title", "version", "date", "risk")
	dpiaParts       = say("dpia.parts")
)

// DrawProse writes the impact assessment, which internal/markdown has made safe.
func (w workloadPage) DrawProse() template.HTML {
	m := w.draw()
	d := w.DPIA
	m.raw("<p>")
	title := written(func() {
		m.raw("<strong>")
		m.text(d.Title)
		m.raw("</strong>")
	})
	if risk := plain(m.says.choice(d.Residual)); d.Completed.IsZero() {
		m.say(dpiaIs, title, plain(d.Version), risk)
	} else {
		m.say(dpiaIsCompleted, title, plain(d.Version), longDay(d.Completed), risk)
	}
	m.raw(` <span class="muniment-meta">`)
	m.place(d.Path)
	m.raw("</span></p>\n")
	if len(d.Sections) > 0 {
		m.raw(`<nav class="muniment-contents" aria-label="`)
		m.say(dpiaParts)
		m.raw(`">`, "\n<ul>")
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
	m.raw(`<div class="muniment-prose muniment-dpia"`, m.says.english, ">\n", string(safe(d.HTML)), "\n</div>\n")
	return m.done()
}
