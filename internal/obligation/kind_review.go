package obligation

import (
	"fmt"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// judgeReview: somebody looked again in time, and what was decided then was done in time. OFF 29, OFF 30.
func judgeReview(j *judging) {
	p := j.o.Review
	kind, field := p.From.split()
	l, ok := j.anchor(p.From)
	l.what = "this " + string(j.s.Kind())
	l.never = "no review of " + l.what + " is on record"
	if p.Next != "" {
		j.written(&l, p.Next)
	}
	aside := j.reviewed(&l, p.Of, true)
	if !ok && l.on.IsZero() {
		j.fault(j.missing(), Reason{
			Rule: "review", Place: at(j.s.record(), field), Field: field,
			Text: fmt.Sprintf("No review is on record, and nothing says from when the first one counts: %s has no %s.", nouns(kind), quote(field)),
		})
	} else {
		every, set := j.reviewInterval()
		if !set && l.next.IsZero() {
			j.noCadence(p.Policy)
		}
		j.lookedAt(l, every)
	}
	j.notes = append(j.notes, aside...)
	if p.Actions {
		j.actionsDone()
	}
	if len(j.notes) == 0 && len(j.faults) == 0 {
		j.note(Reason{Rule: "review", Text: fmt.Sprintf("%s was last looked at on %s.", capital(l.what), l.on.Long()), Place: l.place, Field: l.field, Date: l.on})
	}
}

func readsReview(g *gathering) {
	p := g.o.Review
	g.fields(p.From, p.Next, p.Interval)
	g.reviews(p.Of)
	g.choice(p.Policy)
	if p.Actions && g.o.Subject == OfWorkload {
		g.kinds(record.KindReview)
	}
}

// anchor is the day from which the first review counts.
func (j *judging) anchor(from FieldRef) (look, bool) {
	kind, _ := from.split()
	for _, r := range j.records(kind) {
		if l, ok := j.latest(r, from); ok {
			return l, true
		}
	}
	return look{}, false
}

// reviewInterval is the shorter of the interval that the record fixes and the one that local policy chose.
func (j *judging) reviewInterval() (interval, bool) {
	p := j.o.Review
	best, set := j.every(calendar.Period{}, p.Policy)
	if p.Interval == "" {
		return best, set
	}
	anchor := calendar.Of(2001, 1, 1)
	for v := range j.values(p.Interval) {
		period, err := calendar.ParsePeriod(v.node.Text)
		if err == nil && (!set || anchor.Add(period).Before(anchor.Add(best.period))) {
			best, set = interval{period: period}, true
		}
	}
	return best, set
}

// actionsDone: no action of a review is open past its last day.
func (j *judging) actionsDone() {
	if j.s.Workload == nil {
		return
	}
	for _, r := range j.s.Workload.Reviews {
		if r.Facts.On.After(j.day) {
			continue
		}
		for i, a := range r.Facts.Actions {
			j.again(a.Done)
			if !a.Done.IsZero() && !a.Done.After(j.day) {
				continue
			}
			field := fmt.Sprintf("actions.%d.due", i)
			due := a.Due.AddDays(1)
			reason := Reason{Rule: "action", Place: at(r.Record, field), Field: field, Date: due}
			if j.ahead(due) {
				j.turn(turn{
					on: due, rule: Written, place: reason.Place, office: r.Facts.Office,
					text: fmt.Sprintf("An action from the review of %s must be done by %s.", r.Facts.On.Long(), a.Due.Long()),
				})
			}
			if a.Due.Before(j.day) {
				reason.Text = fmt.Sprintf("An action from the review of %s was to be done by %s and is still open.", r.Facts.On.Long(), a.Due.Long())
				j.fault(j.lapsed(), reason)
			}
		}
	}
}
