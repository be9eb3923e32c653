package obligation

import (
	"fmt"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// judgeNotice: every notice of a change that a supplier sent was looked at, in the time that local policy allows, by the
// controllers that rely on the supplier. NWS 9.
func judgeNotice(j *judging) {
	duties := j.noticeDuties()
	for _, d := range duties {
		j.noticeAssessed(d)
	}
	if len(j.faults) == 0 && len(j.notes) == 0 {
		j.note(Reason{Rule: "notice", Text: "No notice waits to be assessed.", Place: place(j.s.record())})
	}
}

// readsNotice: for a workload, its suppliers' notices and its controller's limit; for any other subject, those of its workloads.
func readsNotice(g *gathering) {
	if g.o.Subject == OfWorkload {
		g.kinds(record.KindWorkload, record.KindSupplier, record.KindNotice)
		g.policy()
		return
	}
	g.add(ReadsOthers, "a notice")
}

// LookOwed tells whether a reason says that somebody still owes a look at a notice. It is at a place in the notice, and its date is
// the first day on which the look is late; no date when nothing sets one.
func (r *Reason) LookOwed() bool { return r.Rule == "notice" && r.Field == "received" }

// noticeDuty is a notice that an organisation has to look at.
type noticeDuty struct {
	notice *register.Notice
	by     *register.Organisation
}

// noticeDuties pairs the suppliers relied on with the controllers that rely on them.
func (j *judging) noticeDuties() []noticeDuty {
	var list []noticeDuty
	seen := make(map[noticeDuty]bool)
	for _, w := range j.s.workloads() {
		if isClosed(j, w).is == yes || w.Controller == nil {
			continue
		}
		if j.s.Organisation != nil && w.Controller != j.s.Organisation {
			continue
		}
		for _, rel := range w.Relies {
			if j.s.Supplier != nil && rel.Supplier != j.s.Supplier || j.s.Contract != nil && rel.Supplier != j.s.Contract.Supplier {
				continue
			}
			for _, n := range rel.Supplier.Notices {
				d := noticeDuty{n, w.Controller}
				if !seen[d] && !j.settled(n, w) {
					seen[d] = true
					list = append(list, d)
				}
			}
		}
	}
	return list
}

// settled tells whether a change had taken effect before the workload began to rely on the supplier: it chose the service as
// it was by then. While the first day of use is not known, what has taken effect is part of what is being chosen.
func (j *judging) settled(n *register.Notice, w *register.Workload) bool {
	effective := n.Facts.Effective
	if effective.IsZero() {
		effective = n.Facts.Received
	}
	if w.Facts.Started.IsZero() && isLive(j, w).is != yes {
		return j.past(effective)
	}
	return effective.Before(w.Facts.Started)
}

func (j *judging) noticeAssessed(d noticeDuty) {
	n := d.notice
	if !j.past(n.Facts.Received) {
		return
	}
	for i, a := range n.Facts.Assessed {
		if a.Organisation == d.by.ID && j.past(a.On) {
			field := fmt.Sprintf("assessed.%d", i)
			j.note(Reason{Rule: "notice", Text: fmt.Sprintf("%s assessed the notice “%s” on %s.", d.by.Facts.Name, n.Facts.Title, a.On.Long()), Place: at(n.Record, field), Field: field, Date: a.On})
			return
		}
	}
	limit, choice, ok := d.by.Policy.Limit(j.o.Notice.Policy)
	due, local := n.Facts.Received.Add(limit), true
	why := fmt.Sprintf("local policy allows %s (%s)", limit.Words(), choice.Field)
	if !ok {
		// Without a local limit the change itself is the last moment.
		due, local, why = n.Facts.Effective, false, "local policy sets no limit, and the change takes effect then"
	}
	r := Reason{Rule: "notice", Place: at(n.Record, "received"), Field: "received", Date: due, Local: local}
	if due.IsZero() {
		r.Text = fmt.Sprintf("%s has not assessed the notice “%s” received on %s; local policy sets no limit for it.", d.by.Facts.Name, n.Facts.Title, n.Facts.Received.Long())
		r.Date, r.Local = calendar.Date{}, true
		j.note(r)
		return
	}
	j.turn(turn{
		on: due, rule: Trigger, place: r.Place, local: local,
		text: fmt.Sprintf("The notice “%s” must be assessed by %s before this day: %s.", n.Facts.Title, d.by.Facts.Name, why),
	})
	r.Text = fmt.Sprintf("%s has not assessed the notice “%s” received on %s; %s, so it is due on %s.", d.by.Facts.Name, n.Facts.Title, n.Facts.Received.Long(), why, due.Long())
	if j.day.Before(due) {
		j.note(r)
		return
	}
	r.Text = fmt.Sprintf("%s has not assessed the notice “%s” received on %s; %s, so it was due on %s.", d.by.Facts.Name, n.Facts.Title, n.Facts.Received.Long(), why, due.Long())
	j.fault(j.missing(), r)
}
