// Package gate decides whether a portal may take the place of the one that is published. A record of the past that can quietly
// become another is none: a portal that comes from an older or another history, that has lost a workload, or that tells
// the past otherwise although no commit explains it, is refused with the name of what vanished.
//
//	objections := gate.Check(published, next, gate.Way{Relation: gate.Later, First: day})
package gate

import (
	"cmp"
	"fmt"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// Relation is where a commit stands to the published one.
type Relation string

// The relations. A commit that is the published one, or follows it on the mainline, may be published.
const (
	Same      Relation = "same"
	Later     Relation = "later"
	Older     Relation = "older"
	Unrelated Relation = "unrelated"
)

// Way leads from the published commit to the next.
type Way struct {
	Relation Relation
	First    calendar.Date // the day on which the first commit after the published one took effect; no date when there is none
	Rules    bool          // commits between the two changed the rules that the program holds
}

// Objection is a reason why a portal must not be published.
type Objection struct {
	Code     string // older-commit, unrelated-commit, older-day, other-rules, lost-workload, first-recorded, past
	Workload string // id; empty when it is about the whole
	Text     string
}

// Check says what speaks against publishing a portal, by workload, what is about the whole first.
func Check(published, next *report.Checkpoint, way Way) []Objection {
	var out []Objection
	say := func(code, workload, format string, args ...any) {
		out = append(out, Objection{code, workload, fmt.Sprintf(format, args...)})
	}
	switch way.Relation {
	case Older:
		say("older-commit", "", "it is made from commit %s, which is older than the published %s", short(next), short(published))
	case Unrelated:
		say("unrelated-commit", "", "it is made from commit %s, and the published %s is not on the way there", short(next), short(published))
	}
	if next.AsOf.Before(published.AsOf) {
		say("older-day", "", "it is judged as of %s, and the published one as of %s", next.AsOf.Long(), published.AsOf.Long())
	}
	byID := make(map[string]*report.Kept, len(next.Workloads))
	for i := range next.Workloads {
		w := &next.Workloads[i]
		for _, id := range w.Formerly {
			byID[id] = w
		}
	}
	for i := range next.Workloads { // what has an id now goes before what had it
		byID[next.Workloads[i].ID] = &next.Workloads[i]
	}
	otherwise := 0
	for _, was := range published.Workloads {
		is := byID[was.ID]
		if is == nil {
			say("lost-workload", was.ID, "workload %s is published and missing now: a workload that ended says so with phase closed, and one that moved with formerly", was.ID)
			continue
		}
		if a, b := first(&was), first(is); a != b {
			say("first-recorded", was.ID, "workload %s was first recorded on %s, and would be on %s", was.ID, a.Long(), b.Long())
			continue
		}
		day, from, to, differs := differs(&was, is, published.AsOf)
		if !differs || !way.First.IsZero() && !day.Before(way.First) {
			continue // a commit that took effect on that day or before explains it
		}
		if otherwise++; published.Schemas != next.Schemas && way.Rules {
			continue // commits changed the rules
		}
		say("past", was.ID, "workload %s was %s on %s, and would have been %s", was.ID, state(from), day.Long(), state(to))
	}
	if otherwise > 0 && published.Schemas != next.Schemas && !way.Rules {
		say("other-rules", "", "the program judges by other rules than the one that made the published portal (%.12s, then %.12s), and they tell the past of %d workloads otherwise",
			published.Schemas, next.Schemas, otherwise)
	}
	slices.SortStableFunc(out, func(a, b Objection) int { return cmp.Compare(a.Workload, b.Workload) })
	return out
}

func short(c *report.Checkpoint) string {
	if c.KnownAt == "" {
		return "state that no commit holds"
	}
	return c.KnownAt[:min(12, len(c.KnownAt))]
}

func state(s string) string {
	if s == "" {
		return "not on record"
	}
	return s
}

func first(w *report.Kept) calendar.Date {
	if len(w.States) == 0 {
		return calendar.Date{}
	}
	return w.States[0].From
}

// differs finds the first day before the last one judged on which two pasts say something else. The last day itself was not over
// when the portal was made: a commit could still come.
func differs(was, is *report.Kept, asOf calendar.Date) (day calendar.Date, from, to string, ok bool) {
	var days []calendar.Date
	for _, w := range []*report.Kept{was, is} {
		for _, s := range w.States {
			if s.From.Before(asOf) {
				days = append(days, s.From)
			}
		}
	}
	slices.SortFunc(days, calendar.Date.Compare)
	for _, d := range days {
		if from, to := at(was, d), at(is, d); from != to {
			return d, from, to, true
		}
	}
	return calendar.Date{}, "", "", false
}

// at gives the status on a day.
func at(w *report.Kept, day calendar.Date) string {
	state := ""
	for _, s := range w.States {
		if s.From.After(day) {
			break
		}
		state = s.State
	}
	return state
}
