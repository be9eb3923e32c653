package obligation

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// limitRules are the rules, and what each reads.
var limitRules = map[string]check{
	"trial":     {limitTrial, ReadsWorkload | ReadsOrganisation | ReadsPolicy},
	"extension": {limitExtension, ReadsWorkload | ReadsOrganisation | ReadsPolicy},
	"closure":   {limitClosure, ReadsWorkload | ReadsOrganisation | ReadsPolicy},
	"term":      {limitTerm, ReadsContracts | ReadsOrganisation | ReadsPolicy},
	"upgrade":   {limitUpgrade, ReadsOrganisation | ReadsOthers}, // the products in use are those of its workloads
}

// judgeLimit: something ends, or may not last longer.
func judgeLimit(j *judging) { limitRules[j.o.Limit.Rule].holds(j) }

func readsLimit(g *gathering) {
	g.add(limitRules[g.o.Limit.Rule].reads, fmt.Sprintf("rule %q", g.o.Limit.Rule))
}

// limitTrial: a trial has an end, and it has not passed. INN "Timebound".
func limitTrial(j *judging) {
	w := j.s.Workload
	if w.Facts.TimeLimit == nil {
		j.fault(j.missing(), Reason{Rule: "time limit", Text: "No time limit is set.", Place: at(w.Record, "timeLimit"), Field: "timeLimit"})
		return
	}
	for _, e := range w.Facts.Extensions {
		j.again(e.Recorded)
	}
	end, field := trialEnd(w, j.day)
	r := Reason{Rule: "time limit", Place: at(w.Record, field), Field: field, Date: end.AddDays(1)}
	j.turn(turn{on: end.AddDays(1), rule: HardExpiry, text: fmt.Sprintf("The time limit passes: the last day is %s.", end.Long()), place: r.Place, office: record.SRO})
	if end.Before(j.day) {
		r.Text = fmt.Sprintf("The time limit passed: the last day was %s.", end.Long())
		j.fault(j.lapsed(), r)
	} else {
		r.Text, r.Date = fmt.Sprintf("The trial may run until %s.", end.Long()), end
		j.note(r)
	}
	if longest, choice, ok := j.s.policy().Limit(j.o.Limit.Policy); ok && end.After(w.Facts.TimeLimit.Start.Add(longest)) {
		j.note(Reason{
			Rule: "time limit", Local: true, Place: atChoice(choice), Field: choice.Field,
			Text: fmt.Sprintf("The trial is longer than the %s that pass without a remark under local policy.", longest.Words()),
		})
	}
}

// limitExtension: every extension follows on the limit before it, was recorded while that still ran, and was agreed by those
// who approve innovation workloads. One that was recorded late counts from the day on which it was. INN "Timebound".
func limitExtension(j *judging) {
	w := j.s.Workload
	if w.Facts.TimeLimit == nil {
		j.fault(j.missing(), Reason{Rule: "extension", Text: "The time limit was extended, but none was set before.", Place: at(w.Record, "timeLimit"), Field: "timeLimit"})
		return
	}
	last := w.Facts.TimeLimit.End
	for i, e := range w.Facts.Extensions {
		field := fmt.Sprintf("extensions.%d", i)
		r := Reason{Rule: "extension", Place: at(w.Record, field), Field: field, Date: e.Recorded}
		if e.From != last || !e.To.After(e.From) {
			r.Text = fmt.Sprintf("The extension to %s does not follow on the limit before it, which was %s.", e.To.Long(), last.Long())
			j.fault(j.partial(), r)
		}
		last = e.To
		if !j.past(e.Recorded) {
			r.Text = fmt.Sprintf("The extension to %s is recorded with a day after the day judged.", e.To.Long())
			j.note(r)
			continue
		}
		var absent []string
		for _, o := range j.innovationOffices() {
			if !slices.Contains(e.AgreedBy, o) {
				absent = append(absent, o.Title())
			}
		}
		switch {
		case len(absent) > 0:
			r.Text = fmt.Sprintf("The extension to %s was not agreed by the %s.", e.To.Long(), list(absent))
			j.fault(j.partial(), r)
		case e.Recorded.After(e.From):
			r.Text = fmt.Sprintf("The extension to %s was recorded on %s, after the limit of %s had passed.", e.To.Long(), e.Recorded.Long(), e.From.Long())
			j.note(r)
		default:
			r.Text = fmt.Sprintf("The extension to %s was recorded in time, on %s.", e.To.Long(), e.Recorded.Long())
			j.note(r)
		}
	}
	j.again(last.AddDays(1))
}

// innovationOffices are those that approve innovation workloads: the guidance names the IG team and the SRO, local policy may
// name more.
func (j *judging) innovationOffices() []record.Office {
	offices := []record.Office{record.IGLead, record.SRO}
	more, _, _ := j.s.policy().Offices("innovation")
	for _, o := range more {
		if !slices.Contains(offices, o) {
			offices = append(offices, o)
		}
	}
	return offices
}

// limitClosure: a trial that has ended is closed within the grace that local policy gives. INN "Timebound".
func limitClosure(j *judging) {
	w := j.s.Workload
	switch on, closed := closing(w); {
	case closed && on.IsZero():
		j.fault(j.missing(), Reason{Rule: "closure", Text: "It is closed, and nothing says when, what was removed and where the outcome is kept.", Place: at(w.Record, "phase"), Field: "phase"})
		return
	case closed && j.past(on):
		j.note(Reason{Rule: "closure", Text: fmt.Sprintf("It was closed on %s.", on.Long()), Place: at(w.Record, "closure.on"), Field: "closure.on", Date: on})
		return
	}
	end, field := trialEnd(w, j.day)
	if end.IsZero() {
		j.fault(j.missing(), Reason{Rule: "closure", Text: "No time limit is set, so nothing says by when it must be closed.", Place: at(w.Record, field), Field: field})
		return
	}
	grace, _, ok := j.s.policy().Limit(j.o.Limit.Policy)
	due := end.AddDays(1).Add(grace)
	r := Reason{Rule: "closure", Place: at(w.Record, field), Field: field, Date: due, Local: ok}
	allows := "local policy gives no time after that"
	if ok {
		allows = "local policy gives " + grace.Words() + " after that"
	}
	j.turn(turn{on: due, rule: Cadence, text: fmt.Sprintf("It must be closed: the time limit was %s, and %s.", end.Long(), allows), place: r.Place, local: ok, office: record.SRO})
	if j.day.Before(due) {
		r.Text = fmt.Sprintf("The time limit was %s; %s, so it is to be closed before %s.", end.Long(), allows, due.Long())
		j.note(r)
		return
	}
	r.Text = fmt.Sprintf("It is not closed. The time limit was %s; %s, so it was to be closed before %s.", end.Long(), allows, due.Long())
	j.fault(j.lapsed(), r)
}

// limitTerm: a contract runs no longer than the local limit without a day on which it can be left, its renewal is decided while notice can still be given, and it is
// not carried on past its term. VIS 14.
func limitTerm(j *judging) {
	c := j.s.Contract
	f := c.Facts
	if f.From.IsZero() || f.To.IsZero() {
		j.fault(j.missing(), Reason{Rule: "term", Text: "The contract's term is not on record.", Place: at(c.Record, "to"), Field: "to"})
		return
	}
	if longest, choice, ok := j.s.policy().Limit(j.o.Limit.Policy); !ok {
		j.note(Reason{Rule: "term", Text: "Local policy sets no longest term for contracts.", Field: "limits." + j.o.Limit.Policy, Local: true, Place: place(j.s.policy().Shared)})
	} else {
		j.shortTerm(c, longest, choice)
	}
	if f.Stage == "ended" {
		return
	}
	j.renewalDecided(c)
	j.turn(turn{on: f.To.AddDays(1), rule: HardExpiry, text: fmt.Sprintf("The term ends: its last day is %s.", f.To.Long()), place: at(c.Record, "to")})
	if f.To.Before(j.day) {
		j.fault(j.lapsed(), Reason{Rule: "term", Text: fmt.Sprintf("The term ended on %s, and the record says neither that the contract has ended nor how it goes on.", f.To.Long()), Place: at(c.Record, "to"), Field: "to", Date: f.To.AddDays(1)})
	}
	if len(j.faults) == 0 {
		j.note(Reason{Rule: "term", Text: fmt.Sprintf("The term runs from %s to %s.", f.From.Long(), f.To.Long()), Place: at(c.Record, "to"), Field: "to", Date: f.To})
	}
}

// shortTerm: no part of the term in which the contract cannot be left is longer than the local limit.
func (j *judging) shortTerm(c *register.Contract, longest calendar.Period, choice register.Choice) {
	f := c.Facts
	for _, part := range stretches(f) {
		if !part.to.After(part.from.Add(longest).AddDays(-1)) {
			continue
		}
		text := fmt.Sprintf("The term runs from %s to %s, longer than", f.From.Long(), f.To.Long())
		if len(f.Breaks) > 0 {
			text = fmt.Sprintf("From %s to %s the contract cannot be left, which is longer than", part.from.Long(), part.to.Long())
		}
		j.fault(j.missing(), Reason{
			Rule: "term", Local: true, Place: at(c.Record, "to"), Field: "to",
			Text: fmt.Sprintf("%s the %s that local policy takes as short (%s).", text, longest.Words(), choice.Field),
		})
	}
}

// stretch is a part of a contract's term, by its first and last day, in which it cannot be left.
type stretch struct{ from, to calendar.Date }

// stretches parts a contract's term at the days on which it can be left early.
func stretches(f *record.Contract) []stretch {
	var list []stretch
	from := f.From
	for _, leave := range slices.SortedFunc(slices.Values(f.Breaks), calendar.Date.Compare) {
		if leave.After(from) && !leave.After(f.To) {
			list = append(list, stretch{from, leave.AddDays(-1)})
			from = leave
		}
	}
	return append(list, stretch{from, f.To})
}

// renewalDecided: whether to renew is decided while notice can still be given.
func (j *judging) renewalDecided(c *register.Contract) {
	by, field := c.Facts.NoticeBy, "noticeBy"
	if by.IsZero() {
		by, field = c.Facts.To, "to"
	}
	if r := c.Facts.Renewal; r != nil && j.past(r.On) {
		j.note(Reason{Rule: "renewal", Text: fmt.Sprintf("What follows the contract was decided on %s.", r.On.Long()), Place: at(c.Record, "renewal"), Field: "renewal", Date: r.On})
		return
	}
	j.turn(turn{on: by.AddDays(1), rule: Written, text: fmt.Sprintf("Whether to renew must be decided by %s, the last day for notice.", by.Long()), place: at(c.Record, field)})
	if by.Before(j.day) {
		j.fault(j.lapsed(), Reason{Rule: "renewal", Text: fmt.Sprintf("The last day for notice was %s, and nothing says whether the contract is renewed.", by.Long()), Place: at(c.Record, field), Field: field, Date: by.AddDays(1)})
	}
}

// limitUpgrade: the days in the plans for bringing existing services up to standard are kept, and there is an open plan where
// a product in use does not meet a standard. VIS 11.
func limitUpgrade(j *judging) {
	o := j.s.Organisation
	for i, u := range o.Facts.Upgrades {
		field := fmt.Sprintf("upgrades.%d.due", i)
		if j.past(u.Done) {
			continue
		}
		j.turn(turn{on: u.Due.AddDays(1), rule: Written, text: fmt.Sprintf("The upgrade for %s must be done by %s.", u.Gap, u.Due.Long()), place: at(o.Record, field)})
		if u.Due.Before(j.day) {
			j.fault(j.lapsed(), Reason{Rule: "upgrade", Text: fmt.Sprintf("The upgrade for %s was to be done by %s and is not.", u.Gap, u.Due.Long()), Place: at(o.Record, field), Field: field, Date: u.Due.AddDays(1)})
		} else {
			j.note(Reason{Rule: "upgrade", Text: fmt.Sprintf("The upgrade for %s is to be done by %s.", u.Gap, u.Due.Long()), Place: at(o.Record, field), Field: field, Date: u.Due})
		}
	}
	gaps, first := j.standardGaps(o)
	switch {
	case len(gaps) > 0:
		j.fault(j.missing(), Reason{Rule: "upgrade", Text: fmt.Sprintf("There is no plan for what does not meet a standard: %s.", listed(gaps)), Place: first})
	case len(j.faults) == 0 && len(j.notes) == 0:
		j.note(Reason{Rule: "upgrade", Text: "No product in use is known to fall short of a standard without a plan.", Place: place(o.Record)})
	}
}

// standardGaps names the products in use that do not meet a standard and have no open plan, with the place of the first.
func (j *judging) standardGaps(o *register.Organisation) (gaps []string, first finding.Place) {
	seen := make(map[*register.Product]bool)
	for _, w := range o.Workloads {
		if isLive(j, w).is != yes { // what is not in use yet is no existing service
			continue
		}
		for _, rel := range w.Relies {
			if rel.Product == nil || seen[rel.Product] || j.planned(o, w, rel.Product) {
				continue
			}
			seen[rel.Product] = true
			for _, key := range standardsOf(rel.Product) {
				c, field := j.conformance(rel.Product, key, j.day)
				if c == nil || c.Status != "partly" && c.Status != "does-not-meet" {
					continue
				}
				gaps = append(gaps, rel.Product.Facts.Name+" ("+key+")")
				if first.Path == "" {
					first = at(rel.Product.Record, field)
				}
			}
		}
	}
	return gaps, first
}

// planned tells whether an upgrade that is not done is about a product or the workload that uses it. A plan that names
// neither can be about anything.
func (j *judging) planned(o *register.Organisation, w *register.Workload, p *register.Product) bool {
	return slices.ContainsFunc(o.Facts.Upgrades, func(u record.Upgrade) bool {
		about := u.Subject == "" || slices.ContainsFunc([]string{w.ID, w.Facts.Name, p.ID, p.Facts.Name}, func(name string) bool {
			return strings.EqualFold(name, strings.TrimSpace(u.Subject))
		})
		return about && !j.past(u.Done)
	})
}

// standardsOf lists the standards that a product was checked against, each once.
func standardsOf(p *register.Product) []string {
	var keys []string
	for _, c := range p.Facts.Standards {
		keys = append(keys, c.Standard)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
