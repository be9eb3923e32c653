package assess

import (
	"reflect"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// Walk judges registers on one day after another, and judges again only what can have changed since the day before: the
// verdicts whose records changed, and those for which the day is one that their rules name. What it gives is what [On] gives,
// save that due days are left out: whoever walks on comes to them.
//
// Days never go back along a walk. A walk is for one goroutine.
type Walk struct {
	catalogue *obligation.Catalogue
	law       *law.Law
	known     map[string]*standing // by kind and id
	narrowed  map[string]narrow    // by supplier, product and duty
	reg       *register.Register
	in        *inputs
	listed    []entry
	turning   bool // the law or a list is another from the day judged on
	next      calendar.Date
}

// NewWalk begins a walk.
func NewWalk(catalogue *obligation.Catalogue, l *law.Law) *Walk {
	return &Walk{catalogue: catalogue, law: l, known: make(map[string]*standing), narrowed: make(map[string]narrow)}
}

// standing is what is known of a subject from an earlier day.
type standing struct {
	mark    string // of the records that it rests on
	groups  []string
	own     []obligation.Spell
	until   calendar.Date // when one of its own verdicts may be another
	subject *Subject
	// For workloads:
	sources  []*Subject    // whose verdicts count for it
	composed calendar.Date // when what is made of them may be another
}

// narrow is what is known of a supplier's verdict for one of its products.
type narrow struct {
	mark  string
	spell obligation.Spell
}

// On judges every subject of a register on a day. Subjects about which nothing has changed are those of the day before, the
// very same.
func (w *Walk) On(day calendar.Date, reg *register.Register) *Assessment {
	fresh := w.reg != reg
	if fresh {
		w.reg, w.in, w.listed = reg, newInputs(reg), everything(reg)
	}
	// Verdicts name the days on which law changes; looking at all of them again then makes sure that none is forgotten.
	w.turning = len(w.law.Changes(day.AddDays(-1), day)) > 0
	j := newJudge(day, reg, w.catalogue, w.law)
	a := &Assessment{AsOf: day, Register: reg}
	rebuilt := make([]bool, len(w.listed))
	for i, e := range w.listed {
		st := w.known[name(e)]
		if st == nil {
			st = new(standing)
			w.known[name(e)] = st
		}
		mark := st.mark
		if fresh || st.subject == nil {
			st.groups = w.in.groups(e.Subject)
			mark = w.in.mark(st.groups)
		}
		rebuilt[i] = w.look(j, e, st, mark)
		j.subjects[e.key] = st.subject
	}
	w.compose(j, rebuilt)
	j.leftOut()
	w.next = calendar.Earliest(w.law.Changes(day, calendar.Date{})...)
	for i, e := range w.listed {
		st := w.known[name(e)]
		if rebuilt[i] {
			st.subject.rollUp(j.rank)
			st.subject.untold()
		}
		a.Subjects = append(a.Subjects, st.subject)
		w.next = calendar.Earliest(w.next, st.until, st.composed)
	}
	return a
}

// Next is the first day after the one judged last on which something may change by itself; no date when nothing ever does.
func (w *Walk) Next() calendar.Date { return w.next }

// Rests lists the groups of files that a subject rested on when it was judged last; see [Group].
func (w *Walk) Rests(kind obligation.SubjectKind, id string) []string {
	if st := w.known[string(kind)+" "+id]; st != nil {
		return st.groups
	}
	return nil
}

// Announced gives what a rule had said of a day before it came. The verdict must come from a walk.
func (v *Verdict) Announced(day calendar.Date) (obligation.Due, bool) { return v.spell.Announced(day) }

func name(e entry) string { return string(e.Kind()) + " " + e.id }

// lasts tells whether what stands until a day still does on another. No date means that it always will.
func lasts(until, day calendar.Date) bool { return until.IsZero() || day.Before(until) }

// look brings a subject's own verdicts up to the day, and tells whether any is another now.
func (w *Walk) look(j *judge, e entry, st *standing, mark string) bool {
	duties := j.duties[e.Kind()]
	known := st.subject != nil && st.mark == mark
	if known && lasts(st.until, j.day) && !w.turning {
		return false
	}
	spells := make([]obligation.Spell, len(duties))
	for i, o := range duties {
		switch {
		case !known:
			spells[i] = obligation.Stand(o, e.Subject, w.law, j.day)
		case !lasts(st.own[i].Until, j.day) || w.turning:
			spells[i] = st.own[i].Next(o, e.Subject, w.law, j.day)
		default:
			spells[i] = st.own[i]
		}
	}
	changed := st.subject == nil || st.subject.Name != e.name || !slices.EqualFunc(spells, st.own, alike)
	if st.mark != mark {
		// Exceptions belong to workloads alone, and refused records lower a subject without any verdict.
		changed = changed || e.Workload != nil || len(st.subject.LeftOut) > 0 || len(j.reg.LeftOut) > 0
	}
	st.mark, st.own, st.until = mark, spells, calendar.Date{}
	for _, s := range spells {
		st.until = calendar.Earliest(st.until, s.Until)
	}
	if changed {
		st.subject = w.subject(j, e, spells)
		return true
	}
	for i, v := range st.subject.Verdicts {
		v.spell = spells[i]
	}
	return false
}

func alike(a, b obligation.Spell) bool { return reflect.DeepEqual(a.Outcome, b.Outcome) }

func (w *Walk) subject(j *judge, e entry, spells []obligation.Spell) *Subject {
	s := &Subject{Kind: e.Kind(), ID: e.id, Name: e.name}
	for i, o := range j.duties[s.Kind] {
		s.Verdicts = append(s.Verdicts, &Verdict{Obligation: o, Subject: s, Outcome: spells[i].Outcome, spell: spells[i]})
	}
	return s
}

// compose gives workloads what they inherit, where anything about it can have changed.
func (w *Walk) compose(j *judge, rebuilt []bool) {
	var until calendar.Date
	j.spells = func(key narrowing, only obligation.Subject) obligation.Spell {
		s := w.narrow(j, key, only)
		until = calendar.Earliest(until, s.Until)
		return s
	}
	for i, e := range w.listed {
		if e.Workload == nil {
			continue
		}
		st := w.known[name(e)]
		sources := j.sources(e.Workload)
		if !rebuilt[i] && slices.Equal(sources, st.sources) && lasts(st.composed, j.day) && !w.turning {
			continue
		}
		if !rebuilt[i] { // what was given out is never changed
			st.subject, rebuilt[i] = w.subject(j, e, st.own), true
			j.subjects[e.key] = st.subject
		}
		until = calendar.Date{}
		j.inherit(e.Workload)
		j.except(e.Workload)
		_, _, stands := obligation.Standing(e.Subject, w.law, j.day)
		st.sources, st.composed = sources, calendar.Earliest(until, stands, exceptionDay(e.Workload, j.day))
	}
}

// narrow is the spell of a supplier's verdict for one product, remembered from day to day.
func (w *Walk) narrow(j *judge, key narrowing, only obligation.Subject) obligation.Spell {
	supplier := only.Supplier
	id := supplier.ID + " " + key.product.ID + " " + key.verdict.Obligation.ID
	mark := w.known[string(obligation.OfSupplier)+" "+supplier.ID].mark
	old, ok := w.narrowed[id]
	switch {
	case !ok || old.mark != mark:
		old = narrow{mark, obligation.Stand(key.verdict.Obligation, only, w.law, j.day)}
	case !lasts(old.spell.Until, j.day) || w.turning:
		old.spell = old.spell.Next(key.verdict.Obligation, only, w.law, j.day)
	}
	w.narrowed[id] = old
	return old.spell
}

// sources lists the subjects whose verdicts can count for a workload, in a fixed order.
func (j *judge) sources(w *register.Workload) []*Subject {
	var list []*Subject
	if w.Controller != nil {
		list = append(list, j.subjects[w.Controller])
	}
	for _, rel := range w.Relies {
		if rel.Supplier != nil {
			list = append(list, j.subjects[rel.Supplier])
		}
		if rel.Contract != nil {
			list = append(list, j.subjects[rel.Contract])
		}
	}
	for _, f := range w.Footprints {
		list = append(list, j.subjects[f])
	}
	return list
}

// exceptionDay is the next day on which an exception of a workload may begin or cease to be in force: its own days, and those
// of the approvals that it needs.
func exceptionDay(w *register.Workload, day calendar.Date) calendar.Date {
	if len(w.Exceptions) == 0 {
		return calendar.Date{}
	}
	var next calendar.Date
	consider := func(days ...calendar.Date) {
		for _, d := range days {
			if d.After(day) {
				next = calendar.Earliest(next, d)
			}
		}
	}
	for _, e := range w.Exceptions {
		consider(e.Facts.From, e.Facts.To.AddDays(1))
	}
	for _, a := range w.Approvals {
		consider(a.Facts.On, a.Facts.To.AddDays(1))
	}
	return next
}
