package timeline

import (
	"cmp"
	"context"
	"path"
	"reflect"
	"slices"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// builder walks along time. What it saw last is kept for each subject, so that only what is another is compared.
type builder struct {
	rules     Rules
	walk      *assess.Walk
	reg       *register.Register // nil before the first state
	seen      map[key]*assess.Subject
	timelines *Timelines
	states    int // entered so far
}

func newBuilder(rules Rules) *builder {
	return &builder{
		rules: rules, walk: assess.NewWalk(rules.Catalogue, rules.Law), seen: make(map[key]*assess.Subject),
		timelines: &Timelines{byKey: make(map[key]*Timeline)},
	}
}

// advance looks at every day before until on which something may change while the record stays as it is.
func (b *builder) advance(ctx context.Context, until calendar.Date) error {
	if b.reg == nil || until.IsZero() {
		return nil
	}
	for next := b.walk.Next(); !next.IsZero() && next.Before(until); next = b.walk.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		b.look(next, nil, nil)
	}
	return nil
}

// enter takes in a new state of the record. Days before it were looked at, its own day too, by what was known until then: so
// what the day did by itself is told from what was committed on it.
func (b *builder) enter(s State) {
	rested := make(map[key][]string, len(b.seen))
	for k := range b.seen {
		rested[k] = b.walk.Rests(k.kind, k.id)
	}
	b.reg = s.Register
	b.states++
	b.look(s.Day, s.Commits, rested)
}

// look judges everything on a day and sets down what is another. Commits are those that brought a new state about.
func (b *builder) look(day calendar.Date, commits []*Commit, rested map[key][]string) {
	now := b.walk.On(day, b.reg)
	current := make(map[key]*assess.Subject, len(now.Subjects))
	for _, s := range now.Subjects {
		current[key{s.Kind, s.ID}] = s
	}
	e := &event{builder: b, day: day, commits: commits, rested: rested, entered: rested != nil}
	if e.entered {
		b.move(now.Subjects, current)
	}
	for _, s := range now.Subjects {
		k := key{s.Kind, s.ID}
		if before := b.seen[k]; before != s || e.entered {
			e.compare(k, before, s)
		}
	}
	if e.entered {
		for k, before := range b.seen {
			if current[k] == nil {
				e.compare(k, before, nil)
			}
		}
		b.order()
	}
	b.seen = current
}

// order keeps the timelines in order.
func (b *builder) order() {
	kinds := []obligation.SubjectKind{obligation.OfWorkload, obligation.OfOrganisation, obligation.OfSupplier, obligation.OfContract, obligation.OfFootprint}
	slices.SortFunc(b.timelines.list, func(x, y *Timeline) int {
		return cmp.Or(slices.Index(kinds, x.Kind)-slices.Index(kinds, y.Kind), cmp.Compare(x.ID, y.ID))
	})
}

// move lets a subject whose record says where it was before go on with the timeline that it had there.
func (b *builder) move(subjects []*assess.Subject, current map[key]*assess.Subject) {
	var records map[key]*record.Record
	for _, s := range subjects {
		to := key{s.Kind, s.ID}
		if b.timelines.byKey[to] != nil {
			continue
		}
		if records == nil {
			records = recordsOf(b.reg)
		}
		from, ok := formerly(s.Kind, records[to])
		line := b.timelines.byKey[from]
		if !ok || line == nil || current[from] != nil {
			continue
		}
		delete(b.timelines.byKey, from)
		b.timelines.byKey[to] = line
		line.Formerly, line.ID = append(line.Formerly, line.ID), s.ID
		if b.seen[from] != nil {
			b.seen[to] = b.seen[from]
			delete(b.seen, from)
		}
	}
}

// recordsOf finds the record of each subject.
func recordsOf(reg *register.Register) map[key]*record.Record {
	records := make(map[key]*record.Record)
	for _, w := range reg.Workloads {
		records[key{obligation.OfWorkload, w.ID}] = w.Record
	}
	for _, o := range reg.Organisations {
		records[key{obligation.OfOrganisation, o.ID}] = o.Record
	}
	for _, s := range reg.Suppliers {
		records[key{obligation.OfSupplier, s.ID}] = s.Record
	}
	for _, c := range reg.Contracts {
		records[key{obligation.OfContract, c.ID}] = c.Record
	}
	for _, f := range reg.Footprints {
		records[key{obligation.OfFootprint, f.ID}] = f.Record
	}
	return records
}

// formerly gives the subject that a record says it was before.
func formerly(kind obligation.SubjectKind, r *record.Record) (key, bool) {
	if r == nil || r.Tree == nil || r.Tree.Get("formerly") == nil {
		return key{}, false
	}
	old := r.Tree.Get("formerly").Text
	if of, ok := record.KindOf(old); !ok || of != r.Kind {
		return key{}, false
	}
	steps := strings.Split(old, "/")
	last := strings.TrimSuffix(path.Base(old), ".yaml")
	switch kind {
	case obligation.OfWorkload:
		return key{kind, steps[2] + "/" + steps[4]}, true
	case obligation.OfContract:
		return key{kind, steps[2] + "/" + last}, true
	case obligation.OfFootprint:
		return key{kind, last}, true
	}
	return key{kind, steps[2]}, true // the folder of an organisation or supplier
}

// event is one look: a day, and the commits that were entered on it, if any.
type event struct {
	*builder
	day     calendar.Date
	commits []*Commit
	rested  map[key][]string // what each subject rested on before
	entered bool
}

// compare sets down what is another about a subject. Before or after is nil while it is not on record.
func (e *event) compare(k key, before, after *assess.Subject) {
	line := e.timelines.byKey[k]
	if line == nil {
		line = &Timeline{Kind: k.kind, ID: k.id}
		e.timelines.byKey[k] = line
		e.timelines.list = append(e.timelines.list, line)
	}
	if after != nil {
		line.Name = after.Name
	}
	next := e.segment(after)
	next.ID = line.ID
	next.Turns = e.turns(before, after)
	n := len(line.Segments)
	changed := n == 0 || !alike(line.Segments[n-1], next)
	next.Causes = e.causes(k, next.Turns, before == nil, changed || len(next.Turns) > 0)
	switch {
	case !changed && len(next.Turns) == 0 && len(next.Causes) == 0:
		return
	case len(next.Causes) == 0 && next.Main != nil && !e.entered:
		next.Causes = []Cause{{Kind: ByDate, Text: next.Main.Reason.Text}}
		if e.legal() && slices.Contains(lawful, next.Main.Reason.Rule) {
			next.Causes[0].Kind = ByLaw
		}
	}
	line.add(next)
}

// segment says how a subject stands.
func (e *event) segment(s *assess.Subject) Segment {
	next := Segment{Segment: calendar.Segment{From: e.day}}
	if s == nil {
		next.Gone = true
		return next
	}
	next.State, next.Excepted, next.LeftOut = s.Status.State, s.Status.Excepted, s.LeftOut
	if v := s.Status.Main; v != nil {
		main := describe(v)
		next.Main = &main
	}
	return next
}

// alike tells whether two segments say the same of a subject.
func alike(a, b Segment) bool {
	return a.ID == b.ID && a.Gone == b.Gone && a.State == b.State && a.Excepted == b.Excepted && slices.Equal(a.LeftOut, b.LeftOut) && reflect.DeepEqual(a.Main, b.Main)
}

func describe(v *assess.Verdict) Verdict {
	return Verdict{Obligation: v.Obligation, Kind: v.Subject.Kind, ID: v.Subject.ID, Name: v.Subject.Name, Reason: v.Reasons[0]}
}

// add appends a segment. What happens on a day on which another segment began already is told with it, as one.
func (t *Timeline) add(next Segment) {
	n := len(t.Segments)
	if n == 0 || t.Segments[n-1].From != next.From {
		if n > 0 {
			t.Segments[n-1].Until = next.From
		}
		t.Segments = append(t.Segments, next)
		return
	}
	next = merge(t.Segments[n-1], next)
	t.Segments = t.Segments[:n-1]
	if n > 1 && len(next.Causes) == 0 && len(next.Turns) == 0 && alike(t.Segments[n-2], next) {
		t.Segments[n-2].Until = calendar.Date{}
		return
	}
	t.Segments = append(t.Segments, next)
}
