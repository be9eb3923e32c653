package demo

import (
	"bytes"
	"slices"
	"strings"

	"example.org/muniment/internal/record"

	"example.org/muniment/internal/calendar"
)

func (h *history) propose(w *workload, _ event, d *dice) told {
	w.org.workloads = append(w.org.workloads, w)
	w.phase = "proposed"
	w.facts = h.today.AddDays(-4)
	taken := !w.started.IsZero() // in use before the register was
	if w.personal != "none" || w.trial {
		w.impact = impact{version: 1, completed: h.today.AddDays(-3), high: w.care == careless && w.class == 5}
	}
	w.indexed = w.relies.independent()
	if taken {
		w.phase = "live"
		w.facts = h.today.AddDays(-40)
		w.notice = h.today.AddDays(-30)
		if w.impact.version > 0 {
			w.impact.completed = w.facts
		}
	}
	if w.abroad() && w.personal != "none" {
		w.transfers = footing(w, h.today)
	}
	h.put(w.at("files/data-risk-model.csv"), w.riskModel())
	h.writeAssessment(w)
	if w.impact.version > 0 {
		h.writeImpact(w)
	}
	if w.trial {
		w.plan = h.today.AddDays(-1)
		h.writeExitPlan(w)
		h.writeCosts(w)
	}
	if w.model == "on-premises" {
		w.exception = &exception{h.today, h.today.AddMonths(12)}
		held := h.writeException(w)
		h.addApproval(w, approval{office: "siro", decision: "approved", on: h.today, covers: []covered{{exceptionName, held}}})
	}
	h.writeWorkload(w)
	if !taken {
		return w.told(w.by(), "Propose %s", w.name)
	}
	// What was decided before the first day of use, on records that have changed since.
	before := approval{office: "siro", decision: "approved", on: w.started.AddDays(-20)}
	for _, c := range w.covers() {
		before.covers = append(before.covers, covered{c.name, digest([]byte("the first version of " + w.at(c.name)))})
	}
	h.addApproval(w, before)
	h.decideOn(w, h.today.AddDays(-10), "approved")
	return w.told(w.by(), "Take %s over into the register", w.name)
}

// independent lists the certificates of a supplier that come from somebody independent.
func (s *supplier) independent() []string {
	var list []string
	for _, scheme := range []string{"iso-27001", "soc-2-type-2"} {
		if c, ok := s.certificates[scheme]; ok {
			id := strings.TrimSuffix(c.path[strings.LastIndexByte(c.path, '/')+1:], ".yaml")
			list = append(list, s.slug+"/"+id)
		}
	}
	return list
}

// footing gives what the transfers of a workload rest on when it comes into the register: what the law offered on the day
// of its start, and what replaced that in time.
func footing(w *workload, today calendar.Date) []transfer {
	from := today
	if !w.started.IsZero() {
		from = w.started
	}
	clauses := transfer{mechanism: "eu-scc-2001-2010"}
	switch {
	case w.relies.country == "US" && from.After(calendar.Of(2016, 8, 1)) && from.Before(shieldFell):
		shield := transfer{mechanism: "privacy-shield", signed: from.AddDays(-10)}
		if today.Before(shieldFell) || w.care != careful {
			return []transfer{shield}
		}
		shield.to = shieldFell
		clauses.signed = shieldFell.AddDays(-6)
		return []transfer{shield, clauses}
	case from.Before(transferDeed):
		clauses.signed = from.AddDays(-10)
		return []transfer{clauses}
	}
	return []transfer{{mechanism: "idta", signed: from.AddDays(-3)}}
}

// decideOn lets every office that must decide do so on a day, unless it did that day already.
func (h *history) decideOn(w *workload, on calendar.Date, decision string) {
	for i, office := range w.offices() {
		said := decision
		if said == "approved" && (w.n+i)%9 == 0 {
			said = "approved-with-conditions"
		}
		h.addApproval(w, approval{office: office, decision: said, on: on, covers: w.covers()})
	}
}

// addApproval files a decision. Of each office the first decision and the last two are kept.
func (h *history) addApproval(w *workload, a approval) {
	if slices.ContainsFunc(w.approvals, func(b approval) bool { return a.on == b.on && a.office == b.office }) {
		return
	}
	var own []int
	for i, b := range w.approvals {
		if b.office == a.office && b.covers[0].name == a.covers[0].name {
			own = append(own, i)
		}
	}
	if len(own) == 3 {
		old := w.approvals[own[1]]
		h.changes = append(h.changes, change{path: w.at(old.name())})
		if !h.Stated && !old.moved {
			h.changes = append(h.changes, change{path: w.at(old.name()) + record.SignatureEnding})
		}
		w.approvals = slices.Delete(w.approvals, own[1], own[1]+1)
	}
	a.by = w.org.holder(a.office, a.on)
	w.approvals = append(w.approvals, a)
	h.writeApproval(w, a)
}

func (h *history) addReview(w *workload, r review) {
	if slices.ContainsFunc(w.reviews, func(b review) bool { return b.on == h.today }) {
		return
	}
	r.on = h.today
	r.by = w.org.holder(r.office, h.today)
	w.reviews = append(w.reviews, r)
	h.writeReview(w, r)
}

func (h *history) approve(w *workload, _ event, _ *dice) told {
	h.decideOn(w, h.today, "approved")
	return w.told(w.org.post(governance), "Approve %s", w.name)
}

func (h *history) reapprove(w *workload, _ event, _ *dice) told {
	h.decideOn(w, h.today, "approved")
	return w.told(w.org.post(governance), "Approve %s as it is now", w.name)
}

func (h *history) withdraw(w *workload, _ event, _ *dice) told {
	h.addApproval(w, approval{office: "siro", decision: "withdrawn", on: h.today, covers: w.covers()})
	return w.told(w.org.post(governance), "Withdraw the approval of %s", w.name)
}

func (h *history) goLive(w *workload, _ event, _ *dice) told {
	w.phase = "live"
	w.started = h.today
	if w.trial && w.started.After(w.limit.From) {
		w.started = w.limit.From
	}
	if w.personal != "none" && (w.care != careless || w.n%3 != 0) {
		w.notice = h.today.AddDays(-1)
	}
	h.writeWorkload(w)
	return w.told(w.by(), "%s goes live", w.name)
}

func (h *history) renew(w *workload, _ event, d *dice) told {
	of := "assessment, locations, evidence, implementation"
	if w.impact.version > 0 {
		of += ", dpia"
	}
	if w.model != "public" {
		of += ", deployment"
	}
	h.addReview(w, review{office: "ig-lead", of: of, looked: d.below(len(lookedAt)), outcome: "still-valid", reason: pick(d, reasons)})
	subject := "Review %s"
	if w.outdated(h.today) {
		h.decideOn(w, h.today, "approved")
		subject = "Review %s and approve it anew"
	}
	w.safe = w.version
	w.indexed = w.relies.independent()
	if w.exception != nil && w.care == careful {
		w.exception.to = h.today.AddMonths(12)
		held := h.writeException(w)
		h.addApproval(w, approval{office: "siro", decision: "approved", on: h.today.AddDays(-1), covers: []covered{{exceptionName, held}}})
	}
	h.writeWorkload(w)
	return w.told(w.org.post(governance), subject, w.name)
}

// outdated tells whether the SIRO must decide anew: the last decision is nearly two years old, about other bytes, or by
// somebody who has left.
func (w *workload) outdated(today calendar.Date) bool {
	var last approval
	for _, a := range w.approvals {
		if a.office == w.offices()[len(w.offices())-1] && a.covers[0].name != exceptionName && !a.on.Before(last.on) {
			last = a
		}
	}
	return last.on.AddMonths(18).Before(today) || !slices.Equal(last.covers, w.covers()) || last.by != w.org.holder(last.office, today)
}

func (h *history) changeFacts(w *workload, _ event, d *dice) told {
	w.facts = h.today.AddDays(-4)
	if len(w.extra) < len(newRisks) && (d.chance(70) || !w.region2.IsZero()) {
		i := (w.n + len(w.extra)) % len(newRisks)
		w.extra = append(w.extra, i)
		h.writeAssessment(w)
		return w.told(w.by(), "%s: a new risk and what answers it (%s)", w.name, newRisks[i].id)
	}
	if w.region2.IsZero() {
		w.region2 = h.today.AddDays(-2)
	}
	h.writeAssessment(w)
	return w.told(w.by(), "%s: a copy in %s", w.name, w.relies.second)
}

func (h *history) reviseImpact(w *workload, _ event, _ *dice) told {
	if w.impact.version == 0 {
		return told{}
	}
	w.impact.version++
	w.impact.completed = h.today.AddDays(-3)
	h.writeImpact(w)
	return w.told(w.org.post(governance), "%s: impact assessment, version %d", w.name, w.impact.version)
}

// transferBy replaces what a transfer rests on, in time or after its end.
func (h *history) transferBy(w *workload, e event, _ *dice) told {
	mechanism, fell := "eu-scc-2001-2010", shieldFell
	if e.arg == 1 {
		mechanism, fell = "idta", clausesOver
	}
	if len(w.transfers) == 0 || w.transfers[len(w.transfers)-1].mechanism == mechanism {
		return told{}
	}
	last := &w.transfers[len(w.transfers)-1]
	last.to = h.today.AddDays(-1)
	if last.to.After(fell) {
		last.to = fell
	}
	w.transfers = append(w.transfers, transfer{mechanism: mechanism, signed: h.today.AddDays(-2)})
	w.facts = h.today.AddDays(-4)
	h.writeAssessment(w)
	return w.told(w.org.post(governance), "%s: transfers rest on %s", w.name, map[int]string{0: "the standard clauses", 1: "the transfer agreement"}[e.arg])
}

func (h *history) replaceToolkit(w *workload, _ event, _ *dice) told {
	if !w.toolkit {
		return told{}
	}
	w.toolkit = false
	w.facts = h.today.AddDays(-4)
	h.writeAssessment(w)
	return w.told(w.org.post(governance), "%s: rest the decision on the present toolkit", w.name)
}

func (h *history) needAction(w *workload, _ event, d *dice) told {
	h.addReview(w, review{
		office: "ig-lead", of: "evidence, implementation", looked: d.below(len(lookedAt)), outcome: "action-needed",
		reason: "Three people on the list have left the department.", due: h.today.AddDays(60),
	})
	return w.told(w.org.post(governance), "Review %s: action needed", w.name)
}

func (h *history) doAction(w *workload, _ event, _ *dice) told {
	for i := range w.reviews {
		if r := &w.reviews[i]; !r.due.IsZero() && r.done.IsZero() {
			r.done = h.today
			h.writeReview(w, *r)
		}
	}
	return w.told(w.by(), "%s: the list of people with access is right again", w.name)
}

func (h *history) moveOne(w *workload, e event, _ *dice) told {
	to := h.organisations[e.arg]
	if to == w.org || !to.closed.IsZero() || len(to.spells) == 0 {
		return told{}
	}
	h.move(w, to)
	t := w.told(to.post(governance), "%s moves to %s", w.name, to.ods)
	t.only = nil
	return t
}

// move takes a workload with all its records to another organisation. Its assessment changes with its path, so that every
// approval has to be given anew by the new controller.
func (h *history) move(w *workload, to *organisation) {
	for _, name := range w.files() {
		h.changes = append(h.changes, change{path: w.at(name)})
	}
	for i, a := range w.approvals {
		if !h.Stated && !a.moved {
			h.changes = append(h.changes, change{path: w.at(a.name()) + record.SignatureEnding})
		}
		w.approvals[i].moved = true
	}
	w.said = nil
	from := w.folder()
	w.org.workloads = slices.DeleteFunc(w.org.workloads, func(other *workload) bool { return other == w })
	w.org.slugs[w.slug] = false
	if to.slugs[w.slug] {
		w.slug += "-" + strings.ToLower(w.org.ods)
	}
	w.org, w.formerly = to, from
	to.slugs[w.slug] = true
	to.workloads = append(to.workloads, w)
	h.writeAll(w)
	if slices.Contains(to.uses, w.relies) {
		return
	}
	// The new controller takes the supplier on, and most look at its earlier notices.
	to.uses = append(to.uses, w.relies)
	for i := range w.relies.notices {
		if n := &w.relies.notices[i]; to.care != careless {
			n.look(to, h.today)
			h.writeNotice(w.relies, n)
		}
	}
}

// files lists the workload's files by their names in its folder.
func (w *workload) files() []string {
	list := []string{"workload.yaml", "assessment.yaml", "files/data-risk-model.csv"}
	if w.impact.version > 0 {
		list = append(list, "dpia.md")
	}
	if w.trial {
		list = append(list, "exit-plan.yaml", "costs.yaml")
	}
	if w.exception != nil {
		list = append(list, exceptionName)
	}
	for _, a := range w.approvals {
		list = append(list, a.name())
	}
	for _, r := range w.reviews {
		list = append(list, r.name())
	}
	return list
}

func (h *history) writeAll(w *workload) {
	h.put(w.at("files/data-risk-model.csv"), w.riskModel())
	h.writeAssessment(w)
	if w.impact.version > 0 {
		h.writeImpact(w)
	}
	if w.trial {
		h.writeExitPlan(w)
		h.writeCosts(w)
	}
	if w.exception != nil {
		h.writeException(w)
	}
	for _, a := range w.approvals {
		h.writeApproval(w, a)
	}
	for _, r := range w.reviews {
		h.writeReview(w, r)
	}
	h.writeWorkload(w)
}

func (h *history) close(w *workload, _ event, _ *dice) told {
	w.phase, w.closed = "closed", h.today.AddDays(-1)
	if w.trial && len(w.findings) == 0 {
		w.findings = append(w.findings, h.today.AddDays(-2))
	}
	h.writeWorkload(w)
	return w.told(w.by(), "Close %s", w.name)
}

func (h *history) extend(w *workload, _ event, _ *dice) told {
	to := w.limit.To.AddDays(120)
	w.extended = append(w.extended, extension{from: w.limit.To, to: to, on: h.today})
	w.plan = h.today.AddDays(-1)
	h.writeExitPlan(w)
	h.writeWorkload(w)
	return w.told(w.by(), "Extend %s to %s", w.name, to)
}

func (h *history) findOut(w *workload, _ event, _ *dice) told {
	w.findings = append(w.findings, h.today.AddDays(-1))
	h.writeWorkload(w)
	return w.told(w.by(), "%s: what was learnt so far", w.name)
}

func (h *history) spend(w *workload, e event, d *dice) told {
	first := calendar.Of(h.today.Year(), h.today.Month(), 1).AddMonths(-1)
	if slices.ContainsFunc(w.months, func(m month) bool { return m.first == first }) {
		return told{}
	}
	w.months = append(w.months, month{first, 150 + d.below(500), h.today})
	h.writeCosts(w)
	return w.told(w.by(), "%s: costs of %s", w.name, month7(first))
}

func (h *history) deploy(w *workload, _ event, _ *dice) told {
	if !w.clinical {
		return told{}
	}
	w.version++
	if w.care != careless {
		w.safe = w.version
	}
	h.writeWorkload(w)
	return w.told(w.by(), "%s: version %d is deployed", w.name, w.version)
}

// amend puts something small right, which is different every time.
func (h *history) amend(w *workload) told {
	w.note++
	h.writeWorkload(w)
	return w.told(w.by(), "%s: %s", w.name, strings.ToLower(strings.TrimSuffix(changes[(w.n+w.note)%len(changes)], ".")))
}

// mistakes are slips of the kind that people make: each turns a sound record into one that check refuses.
var mistakes = []struct {
	record  string
	subject string
	old     string
	new     string
}{
	{"workload.yaml", "bring the record up to date", "\npurpose: ", "\npurpse: "},                              // a field that nobody knows
	{"assessment.yaml", "recorded days", "\n  recorded: ", "\n\trecorded: "},                                   // a tab where YAML wants spaces
	{"workload.yaml", "correct the start", "\nphase: ", "\nphase: runing # was: "},                             // a word that is no choice
	{"assessment.yaml", "tidy the list of places", "\nlocations:\n", "\nlocations:\n  recorded: 2021-02-30\n"}, // a key twice, and no such day
}

func (h *history) breakRecord(w *workload, e event, _ *dice) told {
	m := mistakes[e.arg%len(mistakes)]
	if w.broken != "" {
		return told{}
	}
	path := h.rewrite(w, m.record)
	c := &h.changes[len(h.changes)-1]
	c.content = bytes.Replace(c.content, []byte(m.old), []byte(m.new), 1)
	w.broken = m.record
	t := w.told(w.by(), "%s: %s", w.name, m.subject)
	t.breaks = path
	return t
}

func (h *history) mendRecord(w *workload, _ event, _ *dice) told {
	if w.broken == "" {
		return told{}
	}
	h.rewrite(w, w.broken)
	name := w.broken
	w.broken = ""
	return w.told(w.org.post(governance), "%s: repair %s, which check refused", w.name, name)
}

// rewrite writes one of the two records that mistakes are made in, as it should be.
func (h *history) rewrite(w *workload, record string) string {
	if record == "workload.yaml" {
		h.writeWorkload(w)
	} else {
		h.writeAssessment(w)
	}
	return w.at(record)
}
