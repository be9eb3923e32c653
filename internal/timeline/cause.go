package timeline

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
)

// turns lists the verdicts that are different, in the order of the catalogue, those of the subject itself first.
func (e *event) turns(before, after *assess.Subject) []Turn {
	if after == nil || before == after {
		return nil
	}
	var turns []Turn
	plain := before != nil && !before.Excepting() && !after.Excepting()
	pairs(before, after, func(old, v *assess.Verdict) {
		if plain && old != nil && v != nil && old.State == v.State {
			return // as nearly all are
		}
		if t, ok := e.turn(before, after, old, v); ok {
			turns = append(turns, t)
		}
	})
	return turns
}

func (e *event) turn(before, after *assess.Subject, old, v *assess.Verdict) (Turn, bool) {
	t := Turn{By: ByCommit}
	if old != nil {
		t.From, t.FromExcepted = old.State, before.Excepts(old) != nil
	}
	if v != nil {
		t.To, t.ToExcepted = v.State, after.Excepts(v) != nil
	}
	switch {
	case t.From == t.To && t.FromExcepted == t.ToExcepted:
		return t, false
	case quiet(t.From) && quiet(t.To):
		return t, false // what does not apply is not inherited
	case before == nil && !t.To.Lowers():
		return t, false
	}
	t.Verdict = describe(cmp.Or(v, old))
	if !e.entered {
		t.By, t.Announced = e.because(before, old, v)
	}
	return t, true
}

// quiet tells whether nothing is wanted under a verdict because the duty does not apply, or it does not count at all.
func quiet(s obligation.State) bool { return s == "" || s == obligation.NotApplicable }

// lawful are the rules whose reasons come from dated law and lists.
var lawful = []string{"adequacy", "mechanism", "jurisdiction", "standard"}

// because tells why a verdict turned by itself: what the rules had announced for the day, and whether it was law that changed.
func (e *event) because(subject *assess.Subject, old, v *assess.Verdict) (CauseKind, obligation.Due) {
	if old == nil || v == nil {
		return ByDate, obligation.Due{}
	}
	if due := subject.Due(old); subject.Excepts(old) != nil && due.On == e.day {
		return ByDate, due
	}
	due, _ := old.Announced(e.day)
	o := v.Obligation.Target()
	if o.From == e.day || (calendar.Window{To: o.To}).End() == e.day && !o.To.IsZero() {
		return ByLaw, due
	}
	if !e.legal() || due.Rule != "" && due.Rule != obligation.Trigger {
		return ByDate, due
	}
	rests := func(v *assess.Verdict) bool {
		return slices.ContainsFunc(v.Reasons, func(r obligation.Reason) bool { return slices.Contains(lawful, r.Rule) })
	}
	if o.Kind == obligation.KindLocation || rests(old) || rests(v) {
		return ByLaw, due
	}
	return ByDate, due
}

// legal tells whether the day is one on which law or a list changes.
func (e *event) legal() bool { return e.rules.Turns(e.day) }

// causes lists what brought a segment about. Changed tells that the subject stands otherwise, whether or not a verdict turned.
func (e *event) causes(k key, turns []Turn, began, changed bool) []Cause {
	if !e.entered {
		return told(turns)
	}
	// Its own files always tell its story. Those of others do when something turned through them after it had begun.
	matter := e.own(k)
	for _, t := range turns {
		if !began {
			e.rests(matter, key{t.Kind, t.ID})
		}
	}
	causes := e.by(matter)
	if len(causes) > 0 || !changed {
		return causes
	}
	e.rests(matter, k)
	causes = e.by(matter)
	if len(causes) > 0 {
		return causes
	}
	return touching(e.commits, nil)
}

// matters is a set of files, by the group that they belong to or by path.
type matters map[string]bool

// rests adds the groups that a subject rested on before the commits and rests on after them.
func (e *event) rests(matter matters, k key) {
	before, now := e.rested[k], e.builder.groups[k]
	if before == nil && now == nil {
		before, now = e.sources.rests(k)
	}
	for _, g := range before {
		matter[g] = true
	}
	for _, g := range now {
		matter[g] = true
	}
}

// own are the files that belong to a subject, under the id that it has or one that it had.
func (e *event) own(k key) matters {
	line := e.timelines[k]
	m := matters{home(k.kind, line.ID): true}
	for _, id := range line.Formerly {
		m[home(k.kind, id)] = true
	}
	return m
}

// home is the group of a subject's own files, or the file that is its own among those of others.
func home(kind obligation.SubjectKind, id string) string {
	ods, slug, _ := strings.Cut(id, "/")
	switch kind {
	case obligation.OfWorkload:
		return record.Root + "/organisations/" + ods + "/workloads/" + slug
	case obligation.OfOrganisation:
		return record.Root + "/organisations/" + ods
	case obligation.OfContract:
		return record.Root + "/organisations/" + ods + "/contracts/" + slug + ".yaml"
	case obligation.OfSupplier:
		return record.Root + "/suppliers/" + id
	}
	return record.Root + "/footprints/" + id + ".yaml"
}

// by lists the commits that touched files that matter. A day of a large register has many commits, hardly any of which touch what one
// subject rests on, so the history is asked which.
func (e *event) by(matter matters) []Cause {
	commits := e.history.Touching(e.sources.state, maps.Keys(matter))
	return touching(commits, matter)
}

// touching lists the commits that touched files that matter, or all where that is nil.
func touching(commits []*Commit, matter matters) []Cause {
	var causes []Cause
	for _, c := range commits {
		if files := c.Files(matter); len(files) > 0 {
			causes = append(causes, Cause{Kind: ByCommit, Commit: c, Files: files})
		}
	}
	return causes
}

// told puts what happened by itself in words, each once, law first. What only follows from it, such as that a duty applies no
// longer, is told when there is nothing else.
func told(turns []Turn) []Cause {
	var causes, follows []Cause
	for _, t := range turns {
		c := Cause{Kind: t.By, Text: cmp.Or(t.Announced.Text, t.Reason.Text)}
		same := func(d Cause) bool { return d.Text == c.Text }
		switch {
		case t.By == ByCommit || slices.ContainsFunc(causes, same) || slices.ContainsFunc(follows, same):
		case t.Announced.Text != "" || t.To.Lowers():
			causes = append(causes, c)
		default:
			follows = append(follows, c)
		}
	}
	if len(causes) == 0 {
		causes = follows
	}
	slices.SortStableFunc(causes, func(a, b Cause) int { return cmp.Compare(b.Kind, a.Kind) })
	return causes
}

// merge makes one segment of two that began on one day: the first by itself, the second by commits. Of what happened by
// itself only that is told which something came of in the end.
func merge(first, second Segment) Segment {
	if second.Gone {
		return second
	}
	second.Turns = sum(first.Turns, second.Turns)
	stayed := slices.DeleteFunc(slices.Clone(first.Turns), func(t Turn) bool {
		return !slices.ContainsFunc(second.Turns, func(u Turn) bool { return same(t, u) })
	})
	second.Causes = slices.Concat(second.Causes, told(stayed))
	return second
}

func same(a, b Turn) bool { return a.Obligation == b.Obligation && a.Kind == b.Kind && a.ID == b.ID }

// sum gives what two looks on one day changed altogether.
func sum(first, second []Turn) []Turn {
	var turns []Turn
	for _, a := range first {
		i := slices.IndexFunc(second, func(b Turn) bool { return same(a, b) && b.From == a.To && b.FromExcepted == a.ToExcepted })
		if i < 0 {
			turns = append(turns, a)
			continue
		}
		b := second[i]
		second = slices.Delete(slices.Clone(second), i, i+1)
		b.From, b.FromExcepted = a.From, a.FromExcepted
		if b.From != b.To || b.FromExcepted != b.ToExcepted {
			turns = append(turns, b)
		}
	}
	return append(turns, second...)
}
