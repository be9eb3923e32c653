// Package assess judges every subject of a register against every obligation on one day and rolls the verdicts up into a
// status. It is a pure function of register, catalogue, law and day.
package assess

import (
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// Assessment is a register judged on one day.
type Assessment struct {
	AsOf     calendar.Date
	Register *register.Register
	Subjects []*Subject // by kind in the order workload, organisation, supplier, contract, footprint, then by id
}

// Subject is one thing that was judged.
type Subject struct {
	Kind     obligation.SubjectKind
	ID       string
	Name     string
	Verdicts []*Verdict // its own, in the order of the catalogue
	// Inherited are verdicts of other subjects that count here too: those of a workload's controller, suppliers, contracts and
	// footprints. Each is judged once, at its own subject.
	Inherited []*Verdict
	// LeftOut are the paths of refused records that the subject rests on. While there are any it is at least incomplete.
	LeftOut []string
	Status  Status

	aside map[*Verdict]exception // verdicts set aside by an exception in force
}

// Verdict is one obligation judged for one subject on one day.
type Verdict struct {
	Obligation *obligation.Obligation
	Subject    *Subject // whose verdict it is
	obligation.Outcome
	// Excepted is the valid exception that sets the verdict aside until its last day; nil when there is none. An exception
	// belongs to one workload, so an inherited verdict can be excepted for one workload and not for another: see Subject.Excepts.
	Excepted *register.Exception

	told []saying // on a course: what was known of days to come, by the day on which it was
}

// Status is the roll-up of a subject's verdicts.
type Status struct {
	State    obligation.State         // the worst that lowers, or met; not-applicable when nothing applies
	Counts   map[obligation.State]int // verdicts by state, without aliases and without those set aside
	Excepted int                      // verdicts set aside by a valid exception
	Main     *Verdict                 // the verdict that decided; nil when met, or when refused records decided
	Next     obligation.Due           // the earliest due day among all verdicts that count
	NextOf   *Verdict
}
