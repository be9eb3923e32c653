package obligation

import (
	"fmt"
	"slices"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// judgeApproval: each of the offices has decided in favour, on exactly the bytes that the records have now, and the decision
// still holds. OFF brief 2: the positions of SIRO, DPO and Caldicott Guardian are three, none stands for another.
func judgeApproval(j *judging) {
	w := j.s.Workload
	if w == nil {
		panic("obligation: " + j.o.ID + " asks for an approval of something that is no workload")
	}
	paths := make([]string, 0, 4)
	for _, kind := range j.o.Approval.Covers {
		records := j.records(record.Kind(kind))
		if len(records) == 0 {
			j.fault(j.missing(), Reason{Rule: "approval", Text: fmt.Sprintf("%s is not there, so nobody can approve it.", capital(nouns(record.Kind(kind)))), Place: place(w.Record)})
		}
		for _, r := range records {
			paths = append(paths, r.Path)
		}
	}
	if len(paths) == 0 {
		return
	}
	for _, d := range w.Approvals { // every decision still to come may change the answer
		j.again(d.Facts.On)
	}
	if p := approval.ProofOf(w); p != nil {
		j.again(p.Days()...)
	}
	offices := j.offices(w)
	for _, office := range offices {
		j.approvedBy(w, &office, paths)
	}
	j.provenTogether(w, offices, paths)
}

// provenTogether asks, where local policy asks for proof, for what no single approval shows: that enough different people approved,
// somebody beside the authors among them, and that whoever says who may approve was allowed to.
func (j *judging) provenTogether(w *register.Workload, offices []wanted, paths []string) {
	if approval.Demanded(w) == "" {
		return
	}
	_, choice, _ := j.s.policy().Proof()
	p := approval.ProofOf(w)
	if p == nil {
		return // each approval says that it could not be checked
	}
	for _, text := range p.Unapproved {
		j.fault(j.missing(), Reason{Rule: "authority", Text: text, Place: atChoice(choice), Local: true})
	}
	people, asked := j.s.policy().People()
	rule := approval.Rule{Name: j.o.Title, Subject: w.ID, People: people, Covers: paths}
	for _, o := range offices {
		rule.Offices = append(rule.Offices, o.office)
	}
	ruling := approval.Holds(w, rule, j.day)
	if len(ruling.Missing) > 0 || len(offices) == 0 {
		return // each of them has its own reason
	}
	for _, text := range ruling.Reasons {
		r := Reason{Rule: "people", Text: text, Place: place(w.Record), Local: true}
		if asked.Record != nil {
			r.Place, r.Field = atChoice(asked), asked.Field
		}
		j.fault(j.missing(), r)
	}
}

func readsApproval(g *gathering) {
	p := g.o.Approval
	g.add(decisionReads, "an approval")
	for _, kind := range p.Covers {
		g.kinds(record.Kind(kind))
	}
	if len(p.ConfidentialPatient) > 0 {
		g.add(ReadsWorkload|ReadsAssessment, "confidential patient information")
	}
	if p.Matrix != "" {
		g.policy()
		g.add(ReadsAssessment, "the profile class")
	}
	g.fields(p.NotBefore, p.NotAfter)
	g.choice(p.Policy)
}

// wanted is an office whose approval is wanted, and the local choice that wants it, if one does.
type wanted struct {
	office record.Office
	local  bool
	choice register.Choice
}

func (j *judging) offices(w *register.Workload) []wanted {
	p := j.o.Approval
	all := make([]wanted, 0, 4)
	for _, o := range p.Offices {
		all = want(all, wanted{office: record.Office(o)})
	}
	if len(p.ConfidentialPatient) > 0 && holdsConfidential(j, w).holds() {
		for _, o := range p.ConfidentialPatient {
			all = want(all, wanted{office: record.Office(o)})
		}
	}
	return j.matrix(p.Matrix, all)
}

// want adds an office that is not there yet.
func want(all []wanted, n wanted) []wanted {
	for i := range all {
		if all[i].office == n.office {
			return all
		}
	}
	return append(all, n)
}

// matrix adds the offices that local policy names. National text on who approves which profile class was not found.
func (j *judging) matrix(name string, all []wanted) []wanted {
	if name == "" {
		return all
	}
	key, text := name, "for innovation workloads"
	if name == "production" {
		class, known := j.s.class()
		key, text = name+"."+string(class), "for profile class "+string(class)
		if !known {
			text = "for a workload without a profile class"
		}
	}
	offices, choice, ok := j.s.policy().Offices(key)
	if !ok {
		j.note(Reason{Rule: "matrix", Text: "Local policy names no further offices " + text + ".", Field: "approvals." + key, Local: true})
		return all
	}
	for _, o := range offices {
		all = want(all, wanted{o, true, choice})
	}
	return all
}

func (j *judging) approvedBy(w *register.Workload, n *wanted, paths []string) {
	p := j.o.Approval
	a, standing := approval.Best(j.s.Register, w, n.office, paths, j.day)
	j.turnOfApproval(n, a, standing)
	r := Reason{Rule: "approval", Text: standing.Text, Local: n.local && standing.State == approval.Missing}
	if a == nil {
		if n.local {
			r.Text += " Local policy asks for it."
			r.Field = n.choice.Field
			r.Place = atChoice(n.choice)
		} else {
			r.Place = place(w.Record)
		}
		j.fault(j.missing(), r)
		return
	}
	r.Place, r.Date, r.Field = at(a.Record, "on"), a.Facts.On, "on"
	switch standing.State {
	case approval.Valid:
		j.note(r)
		j.timely(w, n.office, a, paths)
		j.stillHeld(w, a)
		j.renewedEvery(p.Policy, a)
	case approval.Expired:
		r.Rule, r.Field, r.Place, r.Date = "approval expired", "to", at(a.Record, "to"), a.Facts.To
		j.fault(j.lapsed(), r)
	default:
		r.Rule = "approval " + string(standing.State)
		if standing.State == approval.Stale {
			r.Field, r.Place = "covers", at(a.Record, "covers")
		}
		j.fault(j.missing(), r)
	}
}

// turnOfApproval names the day on which the decision ends by itself.
func (j *judging) turnOfApproval(n *wanted, a *register.Approval, s approval.Standing) {
	if a == nil || !j.ahead(s.Until) {
		return
	}
	t := turn{on: s.Until, rule: HardExpiry, place: place(a.Record), office: n.office}
	if s.Until == a.Facts.To.AddDays(1) {
		t.text = "The " + n.office.Title() + "'s approval of " + a.Facts.On.Long() + " ends."
	} else {
		t.rule, t.text = Trigger, "The "+n.office.Title()+"'s later decision takes effect."
	}
	j.turn(t)
}

// timely checks the approval against the days that it must follow or precede.
func (j *judging) timely(w *register.Workload, office record.Office, a *register.Approval, paths []string) {
	p := j.o.Approval
	if p.NotBefore != "" {
		for v := range j.values(p.NotBefore) {
			if d, ok := v.date(); ok && a.Facts.On.Before(d) {
				j.fault(j.partial(), Reason{
					Rule: "order", Place: at(a.Record, "on"), Field: "on", Date: d,
					Text: fmt.Sprintf("The %s approved on %s, before %s of %s.", office.Title(), a.Facts.On.Long(), quote(v.field()), d.Long()),
				})
			}
		}
	}
	if p.NotAfter == "" && !p.AfterExtension {
		return
	}
	decisions := j.decisions(w, office, paths)
	if p.NotAfter != "" {
		for v := range j.values(p.NotAfter) {
			d, ok := v.date()
			if ok && !d.After(j.day) && !j.beforeDuty(d) && !slices.ContainsFunc(decisions, func(a *register.Approval) bool { return !a.Facts.On.After(d) }) {
				j.fault(j.partial(), Reason{
					Rule: "order", Place: v.place(), Field: v.field(), Date: d,
					Text: fmt.Sprintf("The %s first approved on %s, after the start on %s; the approval was due before it.", office.Title(), decisions[0].Facts.On.Long(), d.Long()),
				})
			}
			j.again(d)
		}
	}
	if p.AfterExtension {
		j.extensionsApproved(w, office, decisions)
	}
}

// decisions lists what an office has decided in favour of the records by the day, whether or not it still holds.
func (j *judging) decisions(w *register.Workload, office record.Office, paths []string) []*register.Approval {
	var list []*register.Approval
	for _, a := range w.Approvals {
		if a.Facts.Office != office || a.Facts.On.After(j.day) || !approval.InFavour(w, a, j.day) || !approval.Covers(a, paths) {
			continue
		}
		list = append(list, a)
	}
	return list
}

// extensionsApproved: each extension has an approval of its own, made once it was recorded and before the next one was.
// INN "Timebound": the offices that let the trial begin let it go on.
func (j *judging) extensionsApproved(w *register.Workload, office record.Office, decisions []*register.Approval) {
	for _, e := range w.Facts.Extensions {
		j.again(e.Recorded)
	}
	extensions := extensionsOn(w, j.day)
	for i, e := range extensions {
		var before calendar.Date
		if i+1 < len(extensions) && extensions[i+1].Recorded.After(e.Recorded) {
			before = extensions[i+1].Recorded
		}
		own := calendar.Segment{From: e.Recorded, Until: before}
		if !slices.ContainsFunc(decisions, func(a *register.Approval) bool { return own.Contains(a.Facts.On) }) {
			field := fmt.Sprintf("extensions.%d", i)
			j.fault(j.missing(), Reason{
				Rule: "extension", Place: at(w.Record, field), Field: field, Date: e.Recorded,
				Text: fmt.Sprintf("The %s has not approved the extension to %s that was recorded on %s.", office.Title(), e.To.Long(), e.Recorded.Long()),
			})
		}
	}
}

// stillHeld asks for a new look once nobody who held the office on the approval's day holds it any more.
func (j *judging) stillHeld(w *register.Workload, a *register.Approval) {
	if !j.o.Approval.HolderChange || w.Controller == nil {
		return
	}
	office := a.Facts.Office
	changed, h := holderChange(w.Controller.People, office, a.Facts.On)
	if changed.IsZero() {
		return
	}
	field := fmt.Sprintf("appointments.%d", h.Index)
	place := at(w.Controller.Appointments, field)
	since := j.heldSince(w.Controller, office, changed)
	if j.ahead(changed) {
		j.turn(turn{
			on: changed, rule: Trigger, place: place, office: office,
			text: fmt.Sprintf("The holder of the office of %s changes; the approval of %s is for the new holder to look at.", office.Title(), a.Facts.On.Long()),
		})
		return
	}
	j.fault(j.lapsed(), Reason{Rule: "holder", Place: place, Field: field, Date: changed, Text: since + "; the approval of " + a.Facts.On.Long() + " is older."})
}

// heldSince tells what has become of an office since a day on which its holder left: vacant, held by a deputy only, or held
// by somebody new who has not decided.
func (j *judging) heldSince(o *register.Organisation, office record.Office, changed calendar.Date) string {
	vacant := changed
	for _, h := range approval.Holdings(o.People, office) {
		j.again(h.During.From, h.During.End())
		if end := h.During.End(); end.After(vacant) && !end.After(j.day) {
			vacant = end
		}
	}
	holders := approval.Holders(o.People, office, j.day)
	switch {
	case len(holders) == 0:
		return fmt.Sprintf("The office of %s has been vacant since %s", office.Title(), vacant.Long())
	case holders[0].Deputy:
		return fmt.Sprintf("The holder of the office of %s left by %s, and only a deputy acts", office.Title(), changed.Long())
	}
	since := holders[0].During.From
	return fmt.Sprintf("The office of %s has had a new holder since %s, who has not decided yet", office.Title(), since.Long())
}

// holderChange finds the first day after an approval on which none of those who held the office in full on its day holds it
// any more, and the spell that ended or began. Where only a deputy acted, it is the first day of a holder in full.
func holderChange(people *record.Appointments, office record.Office, approved calendar.Date) (calendar.Date, approval.Holding) {
	var first calendar.Date
	var by approval.Holding
	list := approval.Holdings(people, office)
	vacant := !slices.ContainsFunc(list, func(h approval.Holding) bool { return !h.Deputy && h.During.Contains(approved) })
	for _, h := range list {
		if h.Deputy {
			continue
		}
		for _, d := range [...]calendar.Date{h.During.From, h.During.End()} {
			if !d.After(approved) || !first.IsZero() && !d.Before(first) || anyStill(list, approved, d) {
				continue
			}
			if vacant && !slices.ContainsFunc(list, func(h approval.Holding) bool { return h.During.Contains(d) }) {
				continue
			}
			first, by = d, h
		}
	}
	return first, by
}

// anyStill tells whether somebody who held the office in full on one day holds it in full on another.
func anyStill(list []approval.Holding, then, day calendar.Date) bool {
	full := func(h approval.Holding, day calendar.Date) bool { return !h.Deputy && h.During.Contains(day) }
	return slices.ContainsFunc(list, func(now approval.Holding) bool {
		return full(now, day) && slices.ContainsFunc(list, func(h approval.Holding) bool { return full(h, then) && h.Person == now.Person })
	})
}

func (j *judging) renewedEvery(key string, a *register.Approval) {
	if key == "" {
		return
	}
	every, ok := j.every(calendar.Period{}, key)
	if !ok {
		j.noCadence(key)
		return
	}
	due, place := a.Facts.On.Add(every.period), at(a.Record, "on")
	if j.ahead(due) {
		j.turn(turn{
			on: due, rule: Cadence, place: place, office: a.Facts.Office, local: true,
			text: "The " + a.Facts.Office.Title() + "'s approval of " + a.Facts.On.Long() + " is due for renewal: local policy asks for it every " + every.period.Words() + ".",
		})
		return
	}
	j.fault(j.lapsed(), Reason{
		Rule: "cadence", Place: place, Field: "on", Date: due, Local: true,
		Text: fmt.Sprintf("The %s approved on %s; local policy asks for a renewed approval every %s, so it was due on %s.", a.Facts.Office.Title(), a.Facts.On.Long(), every.period.Words(), due.Long()),
	})
}
