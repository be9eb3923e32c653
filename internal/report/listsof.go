package report

import "slices"

// ListsOf gives the lists of a report that is in memory. They are those that gathering the shares of its subjects gives, save
// that a report only has a forecast when it was asked for one.
func ListsOf(r *Report) *Lists {
	l := &Lists{
		Summary: r.Summary, Due: r.Due, Waits: r.Waits, Exceptions: slices.Clone(r.Exceptions), Findings: r.Findings, Forecast: r.Forecast, Obligations: slices.Clone(r.Obligations),
		Changes: []StatusChange{},
	}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		l.Workloads = append(l.Workloads, w.Row())
		l.Changes = append(l.Changes, w.Timeline.changes(Ref{"workload", w.ID, w.Name})...)
		if c := courseOf(Ref{"workload", w.ID, w.Name}, w.Organisation, w.Timeline); c != nil {
			l.Courses = append(l.Courses, *c)
		}
	}
	for i := range r.Organisations {
		o := &r.Organisations[i]
		l.Organisations = append(l.Organisations, o.Row())
		l.Changes = append(l.Changes, o.Timeline.changes(Ref{"organisation", o.ID, o.Name})...)
	}
	for i := range r.Suppliers {
		s := &r.Suppliers[i]
		l.Suppliers = append(l.Suppliers, s.Row())
		l.Changes = append(l.Changes, s.Timeline.changes(Ref{"supplier", s.ID, s.Name})...)
	}
	for i := range r.Contracts {
		l.Contracts = append(l.Contracts, r.Contracts[i].Row())
	}
	for i := range r.Footprints {
		l.Footprints = append(l.Footprints, r.Footprints[i].Row())
	}
	l.sort()
	subjects := 0
	for i := range l.Obligations {
		subjects += len(l.Obligations[i].Subjects)
	}
	l.refs = make([]Ref, 0, subjects)
	for i := range l.Obligations {
		o := &l.Obligations[i]
		list := make([]covered, 0, len(o.Subjects))
		for _, j := range o.Subjects {
			c := covered{int32(len(l.refs)), int16(StateRank(j.State)), j.ExceptedUntil, ""}
			if open(j.State) {
				c.text = j.Text
			}
			l.refs = append(l.refs, j.Subject)
			list = append(list, c)
		}
		l.covered = append(l.covered, list)
		o.Subjects = []Judged{}
	}
	return l
}
