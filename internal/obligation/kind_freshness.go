package obligation

import (
	"fmt"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// judgeFreshness: a day is not too long ago; of a list, the latest counts. Every record of the kind is looked at.
func judgeFreshness(j *judging) {
	p := j.o.Freshness
	kind, field := p.Of.split()
	records := j.records(kind)
	if len(records) == 0 {
		j.absent(p.Absent, Reason{Rule: "record", Text: fmt.Sprintf("%s is not there. Wanted: %s", capital(nouns(kind)), j.evidence()), Place: place(j.s.record())})
	}
	every, set := j.every(p.Every, p.Policy)
	if !set {
		j.noCadence(p.Policy)
	}
	for _, r := range records {
		l, ok := j.latest(r, p.Of)
		if !ok && p.Begins != "" {
			l, ok = j.begins(p.Begins)
		}
		if !ok {
			j.absent(p.Absent, Reason{
				Rule: "freshness", Place: at(r, field), Field: field,
				Text: fmt.Sprintf("%s does not say %s.", capital(nouns(r.Kind)), quote(field)),
			})
			continue
		}
		if l.on.After(j.day) && l.never == "" {
			j.notYet(j.missing(), l)
			continue
		}
		j.lookedAt(l, every)
	}
	if p.Budget {
		j.withinBudget()
	}
	if len(j.faults) == 0 && len(j.notes) == 0 && len(records) > 0 {
		j.note(Reason{Rule: "freshness", Text: j.o.isThere(), Place: at(records[0], field), Field: field})
	}
}

func readsFreshness(g *gathering) {
	p := g.o.Freshness
	g.fields(p.Of, p.Begins)
	g.choice(p.Policy)
	if p.Budget && g.o.Subject == OfWorkload {
		g.kinds(record.KindCosts)
	}
}

// begins is the day from which the first counts while there is none.
func (j *judging) begins(from FieldRef) (look, bool) {
	for v := range j.values(from) {
		if d, ok := v.date(); ok {
			return look{on: d, what: nouns(v.record.Kind), never: "nothing is on record yet", place: v.place(), field: v.field()}, true
		}
	}
	return look{}, false
}

// withinBudget: where a month went over the budget, somebody said what was decided. INN "Timebound".
func (j *judging) withinBudget() {
	if j.s.Workload == nil || j.s.Workload.Spending == nil {
		return
	}
	rec, costs := j.s.Workload.Costs, j.s.Workload.Spending
	for i, m := range costs.Months {
		first, err := calendar.Parse(m.Month + "-01")
		if err != nil || first.AddMonths(1).AddDays(-1).Before(costs.Budget.From) {
			continue
		}
		if j.again(m.Recorded); m.Recorded.After(j.day) {
			continue
		}
		over := m.Actual > costs.Budget.Monthly
		alert := m.Actual*100 >= costs.Budget.Monthly*costs.Budget.AlertAt && i == len(costs.Months)-1
		if !over && !alert {
			continue
		}
		month := fmt.Sprintf("%s %d", first.Month(), first.Year())
		field := fmt.Sprintf("months.%d.actual", i)
		r := Reason{Rule: "budget", Place: at(rec, field), Field: field}
		switch {
		case over && m.Action == "":
			r.Text = fmt.Sprintf("In %s the budget of £%d was passed, and nothing says what was decided.", month, costs.Budget.Monthly)
			j.fault(j.partial(), r)
		case over:
			r.Text = fmt.Sprintf("In %s the budget of £%d was passed; what was decided is recorded.", month, costs.Budget.Monthly)
			j.note(r)
		default:
			r.Text = fmt.Sprintf("In %s spending reached the alert at %d per cent of the budget.", month, costs.Budget.AlertAt)
			j.note(r)
		}
	}
}
