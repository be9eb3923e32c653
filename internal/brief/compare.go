package brief

import (
	"cmp"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/report"
)

// kinds is the order of kinds of subjects.
var kinds = []string{"workload", "organisation", "supplier", "contract", "footprint"}

// judged is a subject of a report.
type judged struct {
	ref      report.Ref
	status   *report.Status
	verdicts []report.Verdict
}

// subjects gives every subject of a report by its reference without the name.
func subjects(r *report.Report) map[report.Ref]judged {
	out := make(map[report.Ref]judged)
	add := func(kind, id, name string, s *report.Status, v []report.Verdict) {
		out[report.Ref{Kind: kind, ID: id}] = judged{report.Ref{Kind: kind, ID: id, Name: name}, s, v}
	}
	for i := range r.Workloads {
		w := &r.Workloads[i]
		add("workload", w.ID, w.Name, &w.Status, w.Verdicts)
	}
	for i := range r.Organisations {
		o := &r.Organisations[i]
		add("organisation", o.ID, o.Name, &o.Status, o.Verdicts)
	}
	for i := range r.Suppliers {
		s := &r.Suppliers[i]
		add("supplier", s.ID, s.Name, &s.Status, s.Verdicts)
	}
	for i := range r.Contracts {
		c := &r.Contracts[i]
		add("contract", c.ID, c.Title, &c.Status, c.Verdicts)
	}
	for i := range r.Footprints {
		f := &r.Footprints[i]
		add("footprint", f.ID, f.Name, &f.Status, f.Verdicts)
	}
	return out
}

// compare tells what is different in a later judgement. Moved gives the former ids of subjects.
func compare(before, after *report.Report, moved map[report.Ref]string) Effect {
	c := comparison{was: subjects(before), is: subjects(after), moved: moved}
	e := Effect{Subjects: c.subjects(), Approvals: approvals(before, after, moved), Due: c.due(before.Due, after.Due)}
	return e
}

type comparison struct {
	was, is map[report.Ref]judged
	moved   map[report.Ref]string
}

// bare is a reference without the name, which may change without anything else.
func bare(r report.Ref) report.Ref { return report.Ref{Kind: r.Kind, ID: r.ID} }

// former gives what a subject was called before.
func (c *comparison) former(r report.Ref) report.Ref {
	r = bare(r)
	if id, ok := c.moved[r]; ok {
		r.ID = id
	}
	return r
}

func (c *comparison) subjects() []Subject {
	out := []Subject{}
	left := make(map[report.Ref]bool, len(c.was))
	for r := range c.was {
		left[r] = true
	}
	for r, is := range c.is {
		old := c.former(r)
		delete(left, old)
		was, ok := c.was[old]
		s := Subject{Subject: is.ref, How: "changed", After: standing(is.status), Verdicts: c.verdicts(was.verdicts, is.verdicts)}
		switch {
		case !ok:
			s.How = "added"
			s.Verdicts = slices.DeleteFunc(s.Verdicts, func(v Verdict) bool { return !report.Lowers(v.To) })
		case old != r:
			s.How, s.Formerly, s.Before = "moved", old.ID, standing(was.status)
		default:
			s.Before = standing(was.status)
		}
		if s.How == "changed" && len(s.Verdicts) == 0 && *s.Before == *s.After {
			continue
		}
		out = append(out, s)
	}
	for r := range left {
		out = append(out, Subject{Subject: c.was[r].ref, How: "removed", Before: standing(c.was[r].status), Verdicts: []Verdict{}})
	}
	slices.SortFunc(out, func(a, b Subject) int {
		return cmp.Or(slices.Index(kinds, a.Subject.Kind)-slices.Index(kinds, b.Subject.Kind), a.direction()-b.direction(), cmp.Compare(a.Subject.ID, b.Subject.ID))
	})
	return out
}

func standing(s *report.Status) *Standing {
	return &Standing{State: s.State, Sentence: s.Sentence, Main: s.Main, Excepted: s.Excepted}
}

// direction is below 0 for what gets worse and above it for what gets better.
func (s *Subject) direction() int {
	if s.Before == nil || s.After == nil {
		return 0
	}
	return cmp.Compare(report.StateRank(s.After.State), report.StateRank(s.Before.State))
}

// verdictKey tells verdicts of a subject apart. A supplier's duty can be judged for several of its products.
type verdictKey struct {
	obligation string
	subject    report.Ref
	n          int
}

func (c *comparison) verdicts(was, is []report.Verdict) []Verdict {
	old := make(map[verdictKey]*report.Verdict, len(was))
	seen := make(map[verdictKey]int)
	for i := range was {
		v := &was[i]
		if v.AliasOf == "" {
			old[count(seen, v.Obligation, bare(v.Subject))] = v
		}
	}
	clear(seen)
	out := []Verdict{}
	for i := range is {
		v := &is[i]
		if v.AliasOf != "" {
			continue
		}
		k := count(seen, v.Obligation, c.former(v.Subject))
		before := old[k]
		delete(old, k)
		from, to := shown(before), shown(v)
		until := calendar.Date{}
		if before != nil {
			until = before.ExceptedUntil
		}
		if from == to && until == v.ExceptedUntil || counts(from) == counts(to) && !counts(to) {
			continue
		}
		change := verdict(v, from, to)
		change.FromUntil, change.Until = until, v.ExceptedUntil
		out = append(out, change)
	}
	// What counts no longer, in the order in which it was listed.
	clear(seen)
	for i := range was {
		v := &was[i]
		if v.AliasOf != "" {
			continue
		}
		if _, gone := old[count(seen, v.Obligation, bare(v.Subject))]; gone && counts(shown(v)) {
			change := verdict(v, shown(v), "")
			change.FromUntil = v.ExceptedUntil
			out = append(out, change)
		}
	}
	return out
}

// count gives the key of the next verdict of its sort.
func count(seen map[verdictKey]int, obligation string, subject report.Ref) verdictKey {
	k := verdictKey{obligation, subject, 0}
	n := seen[k]
	seen[k]++
	k.n = n
	return k
}

// counts tells whether a verdict says something of its subject.
func counts(state string) bool { return state != "" && state != "not-applicable" }

func shown(v *report.Verdict) string {
	switch {
	case v == nil:
		return ""
	case !v.ExceptedUntil.IsZero():
		return "excepted"
	}
	return v.State
}

func verdict(v *report.Verdict, from, to string) Verdict {
	out := Verdict{
		Obligation: v.Obligation, Title: v.Title, Strength: v.Strength, Subject: v.Subject, Inherited: v.Inherited, From: from, To: to,
		Reasons: orEmpty(v.Reasons),
	}
	if report.Lowers(to) {
		out.Remedy = v.ToDo()
	}
	return out
}

// due tells which days are new, move or go.
func (c *comparison) due(was, is []report.Due) []Due {
	old := make(map[verdictKey]report.Due, len(was))
	seen := make(map[verdictKey]int)
	for _, d := range was {
		old[count(seen, d.Obligation, bare(d.Subject))] = d
	}
	clear(seen)
	out := []Due{}
	for _, d := range is {
		k := count(seen, d.Obligation, c.former(d.Subject))
		before, ok := old[k]
		delete(old, k)
		if !ok || before.On != d.On {
			out = append(out, Due{Before: before.On, Due: d})
		}
	}
	for _, d := range old {
		out = append(out, Due{Before: d.On, Due: d, Gone: true})
	}
	slices.SortFunc(out, func(a, b Due) int {
		return cmp.Or(a.Due.On.Compare(b.Due.On), cmp.Compare(a.Due.Subject.Kind, b.Due.Subject.Kind), cmp.Compare(a.Due.Subject.ID, b.Due.Subject.ID),
			cmp.Compare(a.Due.Obligation, b.Due.Obligation), a.Before.Compare(b.Before))
	})
	return out
}
