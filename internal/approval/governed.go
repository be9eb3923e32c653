package approval

import (
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/record"
)

// Governed is a file that says who may sign: an organisation's appointments, or the policy with the witness keys. Each change
// of it needs approval by the rule and the holders of the version before.
type Governed struct {
	Path     string
	Root     int       // the position from which changes need approval: see Root
	Versions []Version // as they stood on the mainline, oldest first
	// Appointments are those in force, by which approvals of a policy are judged. Nil when Versions are appointments.
	Appointments []Version
	// Rule gives the rule for a change at a position. It is asked with the position before the change.
	Rule func(position int) Rule
	// Case gives the statements, files, witnesses and positions. Its other fields are not read.
	Case Case
}

// Unapproved is a version that never came into force, with what its approval lacked in the end.
type Unapproved struct {
	Version
	Ruling Ruling
}

// Root gives the position of the first version that lists a key: the root, which nobody could have approved. It is false when
// there is none, and then nobody can sign.
func Root(appointments []Version) (position int, ok bool) {
	for _, v := range appointments {
		if slices.ContainsFunc(v.people(), func(p record.Person) bool { return len(p.Keys) > 0 }) {
			return v.Position, true
		}
	}
	return 0, false
}

// InForce gives the versions that came into force, each with the position at which it did, oldest first, and those that did
// not. Every change is looked at, also one that a later change undoes: an old version that returns needs an approval of its
// own, given after the version that it takes the place of.
func InForce(g Governed) (force []Version, unapproved []Unapproved) {
	for i, v := range g.Versions {
		next := g.Case.Position + 1
		if i+1 < len(g.Versions) {
			next = g.Versions[i+1].Position
		}
		switch {
		case v.Position > g.Case.Position:
		case v.Position <= g.Root:
			force = []Version{v} // whatever stood at the root is the root
		default:
			at, ruling := g.approvedAt(force, v, next)
			if !ruling.Holds {
				unapproved = append(unapproved, Unapproved{v, ruling})
				continue
			}
			v.Position = at
			force = append(force, v)
		}
	}
	return force, unapproved
}

// approvedAt finds the first position before next at which a version has its approval, and the last ruling otherwise.
func (g Governed) approvedAt(force []Version, v Version, next int) (int, Ruling) {
	moments := []int{v.Position}
	for _, e := range g.Case.Statements {
		if e.Position > v.Position && e.Position < next {
			moments = append(moments, e.Position)
		}
	}
	slices.Sort(moments)
	var ruling Ruling
	for _, at := range slices.Compact(moments) {
		if ruling = g.ruling(force, v, at); ruling.Holds {
			return at, ruling
		}
	}
	return 0, ruling
}

// ruling asks for the approval of a version as the mainline stood at a position.
func (g Governed) ruling(force []Version, v Version, at int) Ruling {
	last := g.Root
	if len(force) > 0 {
		last = force[len(force)-1].Position
	}
	c := g.Case
	c.Position, c.AsOf = at, calendar.MustParse("2199-12-31") // no day decides here
	c.Appointments = g.Appointments
	if c.Appointments == nil {
		c.Appointments = force
	}
	c.Statements = nil
	for _, e := range g.Case.Statements {
		if e.Approval != nil {
			a := *e.Approval
			a.To = calendar.Date{} // a last day is for what goes on; a change, once made, is made
			e.Approval = &a
		}
		c.Statements = append(c.Statements, e)
	}
	r := g.Rule(v.Position - 1)
	r.Covers, r.fresh, r.after = []string{g.Path}, true, last
	c.Rules = []Rule{r}
	return Weigh(c).Rules[0]
}
