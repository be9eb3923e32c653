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
	var paths []string
	for _, kind := range j.o.Approval.Covers {
		records := j.s.records(record.Kind(kind))
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
	for _, office := range j.offices(w) {
		j.approvedBy(w, office, paths)
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
	var all []wanted
	add := func(n wanted) {
		if !slices.ContainsFunc(all, func(m wanted) bool { return m.office == n.office }) {
			all = append(all, n)
		}
	}
	for _, o := range p.Offices {
		add(wanted{office: record.Office(o)})
	}
	if len(p.ConfidentialPatient) > 0 {
		if f := holdsConfidential(j, w); f.holds() {
			for _, o := range p.ConfidentialPatient {
				add(wanted{office: record.Office(o)})
			}
		}
	}
	for _, n := range j.matrix(p.Matrix) {
		add(n)
	}
	return all
}

// matrix gives the offices that local policy names. National text on who approves which profile class was not found.
func (j *judging) matrix(name string) []wanted {
	if name == "" {
		return nil
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
		return nil
	}
	var list []wanted
	for _, o := range offices {
		list = append(list, wanted{o, true, choice})
	}
	return list
}

func (j *judging) approvedBy(w *register.Workload, n wanted, paths []string) {
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
func (j *judging) turnOfApproval(n wanted, a *register.Approval, s approval.Standing) {
	if a == nil || s.Until.IsZero() {
		return
	}
	rule, text := HardExpiry, fmt.Sprintf("The %s's approval of %s ends.", n.office.Title(), a.Facts.On.Long())
	if s.Until != a.Facts.To.AddDays(1) {
		rule, text = Trigger, fmt.Sprintf("The %s's later decision takes effect.", n.office.Title())
	}
	j.turn(turn{on: s.Until, rule: rule, text: text, place: place(a.Record), office: n.office})
}

// timely checks the approval against the days that it must follow or precede.
func (j *judging) timely(w *register.Workload, office record.Office, a *register.Approval, paths []string) {
	p := j.o.Approval
	if p.NotBefore != "" {
		for _, v := range j.s.values(p.NotBefore) {
			if d, ok := v.date(); ok && a.Facts.On.Before(d) {
				j.fault(j.partial(), Reason{
					Rule: "order", Place: at(a.Record, "on"), Field: "on", Date: d,
					Text: fmt.Sprintf("The %s approved on %s, before %s of %s.", office.Title(), a.Facts.On.Long(), quote(v.field), d.Long()),
				})
			}
		}
	}
	decisions := j.decisions(w, office, paths)
	if p.NotAfter != "" {
		for _, v := range j.s.values(p.NotAfter) {
			d, ok := v.date()
			if ok && !d.After(j.day) && !j.beforeDuty(d) && !slices.ContainsFunc(decisions, func(a *register.Approval) bool { return !a.Facts.On.After(d) }) {
				j.fault(j.partial(), Reason{
					Rule: "order", Place: v.place(), Field: v.field, Date: d,
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
		if a.Facts.Office != office || a.Facts.On.After(j.day) || !approval.InFavour(w, a) || !approval.Covers(a, paths) {
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
	r := Reason{
		Rule: "holder", Place: at(w.Controller.Appointments, field), Field: field, Date: changed,
		Text: fmt.Sprintf("%s; the approval of %s is older.", j.heldSince(w.Controller, office, changed), a.Facts.On.Long()),
	}
	j.turn(turn{
		on: changed, rule: Trigger, place: r.Place, office: office,
		text: fmt.Sprintf("The holder of the office of %s changes; the approval of %s is for the new holder to look at.", office.Title(), a.Facts.On.Long()),
	})
	if !changed.After(j.day) {
		j.fault(j.lapsed(), r)
	}
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
	var then []approval.Holding
	for _, h := range approval.Holders(people, office, approved) {
		if !h.Deputy {
			then = append(then, h)
		}
	}
	var first calendar.Date
	var by approval.Holding
	for _, h := range approval.Holdings(people, office) {
		if h.Deputy {
			continue
		}
		for _, d := range []calendar.Date{h.During.From, h.During.End()} {
			if !d.After(approved) || !first.IsZero() && !d.Before(first) || anyStill(people, office, then, d) {
				continue
			}
			if len(then) == 0 && len(approval.Holders(people, office, d)) == 0 {
				continue
			}
			first, by = d, h
		}
	}
	return first, by
}

func anyStill(people *record.Appointments, office record.Office, then []approval.Holding, day calendar.Date) bool {
	return slices.ContainsFunc(approval.Holders(people, office, day), func(now approval.Holding) bool {
		return !now.Deputy && slices.ContainsFunc(then, func(h approval.Holding) bool { return h.Person == now.Person })
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
	l := look{on: a.Facts.On, what: "what the " + a.Facts.Office.Title() + " approved", place: at(a.Record, "on"), field: "on"}
	due := l.on.Add(every.period)
	j.turn(turn{
		on: due, rule: Cadence, place: l.place, office: a.Facts.Office, local: true,
		text: fmt.Sprintf("The %s's approval of %s is due for renewal: local policy asks for it every %s.", a.Facts.Office.Title(), l.on.Long(), every.period.Words()),
	})
	if !j.day.Before(due) {
		j.fault(j.lapsed(), Reason{
			Rule: "cadence", Place: l.place, Field: "on", Date: due, Local: true,
			Text: fmt.Sprintf("The %s approved on %s; local policy asks for a renewed approval every %s, so it was due on %s.", a.Facts.Office.Title(), l.on.Long(), every.period.Words(), due.Long()),
		})
	}
}
