package assess

import (
	"fmt"
	"slices"
	"strings"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// ExceptionState is how an exception stands on a day.
type ExceptionState string

// The states. Only InForce sets a verdict aside.
const (
	InForce     ExceptionState = "in-force"
	NotApproved ExceptionState = "not-approved" // an office has not approved its exact bytes
	TooLong     ExceptionState = "too-long"     // it lasts longer than local policy allows
	NotYet      ExceptionState = "not-yet"
	Ended       ExceptionState = "ended"
)

// ExceptionStanding is how an exception stands on a day, and why.
type ExceptionStanding struct {
	State ExceptionState
	Text  string        // a full sentence
	Until calendar.Date // the first day on which it is no longer in force; set only while it is
}

// exception is an exception in force with the day on which it ends.
type exception struct {
	*register.Exception
	until calendar.Date
}

// JudgeException tells how an exception stands on a day. It is in force from its first day to its last, while every office
// that must approve it has done so for its exact bytes, and if it is no longer than local policy allows.
func JudgeException(reg *register.Register, w *register.Workload, e *register.Exception, day calendar.Date) ExceptionStanding {
	f := e.Facts
	policy := w.Organisation.Policy
	if w.Controller != nil {
		policy = w.Controller.Policy
	}
	if day.Before(f.From) {
		return ExceptionStanding{State: NotYet, Text: fmt.Sprintf("The exception begins on %s.", f.From.Long())}
	}
	if day.After(f.To) {
		return ExceptionStanding{State: Ended, Text: fmt.Sprintf("The exception ended on %s.", f.To.Long())}
	}
	if longest, _, ok := policy.Limit("exception"); ok && f.To.After(f.From.Add(longest).AddDays(-1)) {
		return ExceptionStanding{State: TooLong, Text: fmt.Sprintf("The exception lasts longer than the %s that local policy allows, so it does not count.", longest.Words())}
	}
	offices, _, ok := policy.Offices("exception")
	if !ok {
		offices = []record.Office{f.Office}
	}
	until := f.To.AddDays(1)
	for _, office := range offices {
		_, standing := approval.Best(reg, w, office, []string{e.Record.Path}, day)
		if standing.State != approval.Valid {
			return ExceptionStanding{State: NotApproved, Text: "The exception does not count: " + standing.Text}
		}
		until = calendar.Earliest(until, standing.Until)
	}
	people, _ := policy.People()
	rule := approval.Rule{Name: "The exception", Subject: w.ID, Offices: offices, People: people, Covers: []string{e.Record.Path}}
	if r := approval.Holds(w, rule, day); !r.Holds {
		return ExceptionStanding{State: NotApproved, Text: "The exception does not count: " + r.Reasons[0]}
	}
	return ExceptionStanding{
		State: InForce, Until: until,
		Text: fmt.Sprintf("The exception is in force until %s.", until.AddDays(-1).Long()),
	}
}

// except sets verdicts of a workload aside, its own and inherited ones, that an exception in force names. Where one that is
// not in force names a verdict of its own, the reasons say why it does not help.
func (s *Subject) except(reg *register.Register, w *register.Workload, day calendar.Date) {
	standings := make([]ExceptionStanding, len(w.Exceptions))
	for i, e := range w.Exceptions {
		standings[i] = JudgeException(reg, w, e, day)
		standing := standings[i]
		if standing.State != InForce {
			continue
		}
		for _, v := range slices.Concat(s.Verdicts, s.Inherited) {
			if !v.State.Lowers() || !names(e, v.Obligation) {
				continue
			}
			if s.aside == nil {
				s.aside = make(map[*Verdict]exception)
			}
			if old, ok := s.aside[v]; !ok || standing.Until.After(old.until) {
				s.aside[v] = exception{e, standing.Until}
			}
		}
	}
	for _, v := range s.Verdicts {
		if e, ok := s.aside[v]; ok {
			v.Excepted, v.Due = e.Exception, s.Due(v)
			continue
		}
		for i, e := range w.Exceptions {
			if v.State.Lowers() && names(e, v.Obligation) {
				v.Reasons = append(slices.Clip(v.Reasons), obligation.Reason{
					Rule: "exception", Text: strings.Replace(standings[i].Text, "The exception", "An exception for this", 1),
					Place: e.Record.At("to"), Field: "to", Date: e.Facts.To,
				})
			}
		}
	}
}

// names tells whether an exception is for an obligation. What is for the one an alias shows is for the alias.
func names(e *register.Exception, o *obligation.Obligation) bool {
	return slices.Contains(e.Facts.Obligations, o.ID) || slices.Contains(e.Facts.Obligations, o.Target().ID)
}

// Excepting tells whether any verdict of the subject is set aside.
func (s *Subject) Excepting() bool { return len(s.aside) > 0 }

// Excepts gives the exception in force that sets a verdict aside for this subject, or nil.
func (s *Subject) Excepts(v *Verdict) *register.Exception { return s.aside[v].Exception }

// Due is what falls due under a verdict for this subject: while an exception sets it aside, the end of that.
func (s *Subject) Due(v *Verdict) obligation.Due {
	e, ok := s.aside[v]
	if !ok {
		return v.Due
	}
	return obligation.Due{
		On: e.until, Rule: obligation.Trigger, Then: v.State, Place: e.Record.At("to"), Office: string(e.Facts.Office),
		Text: fmt.Sprintf("The exception for %s ends.", v.Obligation.ID),
	}
}
