package obligation

import (
	"fmt"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/tree"
)

// judgeDeclaration: somebody said so, and when; or an office is held on the day.
func judgeDeclaration(j *judging) {
	p := j.o.Declaration
	if p.Of != "" {
		j.declared()
	}
	if p.Office != "" {
		j.officeHeld(record.Office(p.Office))
	}
}

func readsDeclaration(g *gathering) {
	p := g.o.Declaration
	g.fields(p.Of)
	if p.Office != "" {
		g.add(madeReads, "an office")
	}
}

func (j *judging) declared() {
	p := j.o.Declaration
	kind, field := p.Of.split()
	records := j.records(kind)
	if len(records) == 0 {
		j.absent(p.Absent, Reason{Rule: "record", Text: fmt.Sprintf("%s is not there. Wanted: %s", capital(nouns(kind)), j.evidence()), Place: place(j.s.record())})
	}
	for _, r := range records {
		n := r.Tree().Lookup(field)
		if n == nil || n.Kind == tree.List && len(n.Items) == 0 {
			j.absent(p.Absent, Reason{Rule: "declaration", Text: fmt.Sprintf("%s does not say %s. Wanted: %s", capital(nouns(r.Kind)), quote(field), j.evidence()), Place: at(r, field), Field: field})
			continue
		}
		v := value{record: r, node: n, path: field}
		v.follow(len(field), func(v value) bool {
			j.statement(&v)
			return true
		})
	}
}

// statement looks at one statement: its day has come, and its further fields are there.
func (j *judging) statement(v *value) {
	p := j.o.Declaration
	r := Reason{Rule: "declaration", Place: v.place(), Field: v.field(), Text: "The statement is on record."}
	want := func(name string) {
		if name != "" && v.node.Lookup(name) == nil {
			field := join(r.Field, name)
			j.fault(j.partial(), Reason{Rule: "declaration", Text: fmt.Sprintf("%s does not say %s.", capital(nouns(v.record.Kind)), quote(field)), Place: at(v.record, field), Field: field})
		}
	}
	want(p.On)
	want(p.By)
	for _, name := range p.Fields {
		want(name)
	}
	if p.On != "" {
		if n := v.node.Lookup(p.On); n != nil {
			on := value{record: v.record, node: n}
			if d, ok := on.date(); ok {
				r.Date, r.Place, r.Text = d, on.place(), "The statement is of "+d.Long()+"."
				if !j.past(d) {
					j.fault(j.missing(), Reason{Rule: "declaration", Text: fmt.Sprintf("The statement is dated %s, which is after the day judged.", d.Long()), Place: on.place(), Field: join(r.Field, p.On), Date: d})
					return
				}
			}
		}
	}
	j.note(r)
}

// officeHeld: somebody, a deputy at the least, holds the office on the day. It says from when nobody does. OFF 10.
func (j *judging) officeHeld(office record.Office) {
	org := j.s.controller()
	if org == nil || org.Appointments == nil {
		j.fault(j.missing(), Reason{Rule: "office", Text: fmt.Sprintf("There is no list of appointments, so nobody is known to hold the office of %s.", office.Title()), Place: place(j.s.record())})
		return
	}
	held := approval.Holdings(org.People, office)
	for _, h := range held {
		j.again(h.During.From)
		if end := h.During.End(); j.ahead(end) {
			field := fmt.Sprintf("appointments.%d.to", h.Index)
			j.turn(turn{on: end, rule: Trigger, text: "The appointment to the office of " + office.Title() + " ends.", place: at(org.Appointments, field), office: office})
		}
	}
	holders := approval.Holders(org.People, office, j.day)
	switch {
	case len(holders) == 0:
		r := Reason{Rule: "office", Text: fmt.Sprintf("Nobody holds the office of %s.", office.Title()), Place: at(org.Appointments, "appointments"), Field: "appointments"}
		for _, h := range held {
			if end := h.During.End(); !end.IsZero() && !end.After(j.day) && end.After(r.Date) {
				r.Text, r.Date = fmt.Sprintf("Nobody holds the office of %s; the last appointment ended on %s.", office.Title(), h.During.To.Long()), end
				r.Field = fmt.Sprintf("appointments.%d.to", h.Index)
				r.Place = at(org.Appointments, r.Field)
			}
		}
		j.fault(j.missing(), r)
	default:
		h := holders[0]
		field := fmt.Sprintf("appointments.%d", h.Index)
		how := "since"
		if h.Deputy {
			how = "as a deputy since"
		}
		j.note(Reason{Rule: "office", Text: fmt.Sprintf("The office of %s is held by the %s, %s %s.", office.Title(), h.Title, how, h.During.From.Long()), Place: at(org.Appointments, field), Field: field, Date: h.During.From})
	}
}
