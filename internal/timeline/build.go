package timeline

import (
	"cmp"
	"context"
	"path"
	"slices"
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/versions"
)

// builder walks along time with the subjects of one family: most often one, and several where records moved from one to the
// other. What it saw last is kept for each subject, so that only what is another is compared.
type builder struct {
	*Builder
	members   []*member
	seen      map[key]*assess.Subject
	groups    map[key][]string // that each subject rests on
	timelines map[key]*Timeline
	sources   *sources
	tracked   map[key]*track // of a family that workloads rest on
}

// member is a subject of a family on its way through the states.
type member struct {
	key
	follower *versions.Follower
	course   *assess.Course
	view     *versions.View
	products map[string]*product // of a supplier with several, by id
}

// product is a supplier seen for one of its products alone.
type product struct {
	course *assess.Course
	track  *track
}

// run goes from the first state to the last day looked at.
func (b *builder) run(ctx context.Context) error {
	for {
		state := b.nextState()
		until := b.until
		if state >= 0 {
			until = b.history.States()[state].Day.AddDays(1)
		}
		if err := b.advance(ctx, until); err != nil || state < 0 {
			return err
		}
		if err := b.enter(state); err != nil {
			return err
		}
	}
}

// nextState is the first state, after the one entered last, at which something about the family can change: its records and
// what they rest on, or the verdicts of others that count for it. It is -1 when there is none.
func (b *builder) nextState() int {
	next := b.sources.nextState()
	for _, m := range b.members {
		if n := m.follower.Next(); n >= 0 && (next < 0 || n < next) {
			next = n
		}
	}
	return next
}

// advance looks at every day before until on which something may change while the record stays as it is.
func (b *builder) advance(ctx context.Context, until calendar.Date) error {
	if b.sources.day.IsZero() || until.IsZero() {
		return nil
	}
	for next := b.nextDay(); !next.IsZero() && next.Before(until); next = b.nextDay() {
		if err := ctx.Err(); err != nil {
			return err
		}
		b.sources.move(next, false)
		b.look(next, nil, nil)
	}
	return nil
}

func (b *builder) nextDay() calendar.Date {
	next := b.sources.nextDay()
	for _, m := range b.members {
		next = calendar.Earliest(next, m.course.Next(b.sources.day))
		for _, p := range m.products {
			next = calendar.Earliest(next, p.course.Next(b.sources.day))
		}
	}
	return next
}

// enter takes in a new state of the record. Days before it were looked at, its own day too, by what was known until then: so
// what the day did by itself is told from what was committed on it.
func (b *builder) enter(state int) error {
	s := b.history.States()[state]
	rested := make(map[key][]string, len(b.members))
	for _, m := range b.members {
		rested[m.key] = b.groups[m.key]
		if n := m.follower.Next(); n != state {
			continue
		}
		view, err := m.follower.Enter(state)
		if err != nil {
			return err
		}
		m.enter(b.rules, view)
		if view != nil {
			b.groups[m.key] = view.Groups
		}
	}
	b.sources.move(s.Day, true)
	b.sources.state = state
	b.look(s.Day, s.Commits, rested)
	return nil
}

func (m *member) enter(rules *assess.Rules, view *versions.View) {
	m.view = view
	m.course.Enter(view)
	if view != nil && view.Supplier != nil && len(view.Supplier.Products) > 1 {
		for _, p := range view.Supplier.Products {
			if m.products == nil {
				m.products = make(map[string]*product)
			}
			if m.products[p.ID] == nil {
				m.products[p.ID] = &product{course: rules.NewProductCourse(p.ID), track: new(track)}
			}
		}
	}
	for _, p := range m.products {
		p.course.Enter(view)
	}
}

// track sets down how the family stands for workloads that rest on it.
func (b *builder) track(day calendar.Date, state int) {
	for _, m := range b.members {
		b.tracked[m.key].put(mark{day, state, b.seen[m.key], b.groups[m.key]})
		for _, p := range m.products {
			p.track.put(mark{day, state, p.course.On(day, nil), b.groups[m.key]})
		}
	}
}

// look judges the family on a day and sets down what is another. Commits are those that brought a new state about.
func (b *builder) look(day calendar.Date, commits []*Commit, rested map[key][]string) {
	current := make(map[key]*assess.Subject, len(b.members))
	for _, m := range b.members {
		if s := m.course.On(day, b.sources); s != nil {
			current[m.key] = s
		}
	}
	e := &event{builder: b, day: day, commits: commits, rested: rested, entered: rested != nil}
	if e.entered {
		b.move(current)
	}
	for _, m := range b.members {
		if s := current[m.key]; s != nil && (b.seen[m.key] != s || e.entered) {
			e.compare(m.key, b.seen[m.key], s)
		}
	}
	if e.entered {
		for _, m := range b.members {
			if before := b.seen[m.key]; before != nil && current[m.key] == nil {
				e.compare(m.key, before, nil)
			}
		}
	}
	b.seen = current
	if b.tracked != nil {
		state := -1
		if e.entered {
			state = b.sources.state
		}
		b.track(day, state)
	}
}

// move lets a subject whose record says where it was before go on with the timeline that it had there.
func (b *builder) move(current map[key]*assess.Subject) {
	for _, m := range b.members {
		if current[m.key] == nil || b.timelines[m.key] != nil {
			continue
		}
		from, ok := formerly(m.kind, m.record())
		line := b.timelines[from]
		if !ok || line == nil || current[from] != nil {
			continue
		}
		delete(b.timelines, from)
		b.timelines[m.key] = line
		line.Formerly, line.ID = append(line.Formerly, line.ID), m.id
		if b.seen[from] != nil {
			b.seen[m.key] = b.seen[from]
			delete(b.seen, from)
		}
	}
}

// record is that of the subject itself.
func (m *member) record() *record.Record {
	switch v := m.view; {
	case v.Workload != nil:
		return v.Workload.Record
	case v.Organisation != nil:
		return v.Organisation.Record
	case v.Supplier != nil:
		return v.Supplier.Record
	case v.Contract != nil:
		return v.Contract.Record
	default:
		return v.Footprint.Record
	}
}

// formerly gives the subject that a record says it was before.
func formerly(kind obligation.SubjectKind, r *record.Record) (key, bool) {
	if r == nil || r.Formerly() == "" {
		return key{}, false
	}
	old := r.Formerly()
	if of, ok := record.KindOf(old); !ok || of != r.Kind {
		return key{}, false
	}
	return subjectAt(kind, old), true
}

// subjectAt gives the subject of a kind whose own record lies at a path.
func subjectAt(kind obligation.SubjectKind, at string) key {
	steps := strings.Split(at, "/")
	last := strings.TrimSuffix(path.Base(at), ".yaml")
	switch kind {
	case obligation.OfWorkload:
		return key{kind, steps[2] + "/" + steps[4]}
	case obligation.OfContract:
		return key{kind, steps[2] + "/" + last}
	case obligation.OfFootprint:
		return key{kind, last}
	}
	return key{kind, steps[2]} // the folder of an organisation or supplier
}

// event is one look: a day, and the commits that were entered on it, if any.
type event struct {
	*builder
	day     calendar.Date
	commits []*Commit
	rested  map[key][]string // what each subject of the family rested on before
	entered bool
}

// compare sets down what is another about a subject. Before or after is nil while it is not on record.
func (e *event) compare(k key, before, after *assess.Subject) {
	line := e.timelines[k]
	if line == nil {
		line = &Timeline{Kind: k.kind, ID: k.id}
		e.timelines[k] = line
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
	if a.Main == nil || b.Main == nil || a.Main == b.Main {
		if a.Main != b.Main {
			return false
		}
	} else if *a.Main != *b.Main {
		return false
	}
	return a.ID == b.ID && a.Gone == b.Gone && a.State == b.State && a.Excepted == b.Excepted && slices.Equal(a.LeftOut, b.LeftOut)
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

// inOrder sorts timelines by kind in the order of an assessment, then by id.
func inOrder(list []*Timeline) {
	kinds := []obligation.SubjectKind{obligation.OfWorkload, obligation.OfOrganisation, obligation.OfSupplier, obligation.OfContract, obligation.OfFootprint}
	slices.SortFunc(list, func(x, y *Timeline) int {
		return cmp.Or(slices.Index(kinds, x.Kind)-slices.Index(kinds, y.Kind), cmp.Compare(x.ID, y.ID))
	})
}
