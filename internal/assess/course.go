package assess

import (
	"slices"

	"example.org/muniment/internal/approval"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/versions"
)

// Course judges one subject on one day after another, and judges again only what can have changed since the day before: the
// duties that read a record which changed, and those for which the day is one that their rules name. What it gives is what
// [On] gives for that subject, save that due days and counts are left out: whoever goes on comes to them.
//
// Days never go back along a course. A course is for one goroutine; the subjects that it gives may be read by any.
type Course struct {
	rules *Rules
	only  string // of a supplier: the product alone that its duties are judged for
	view  *versions.View
	in    entry
	stale obligation.Reads // what changed since it was judged last
	fresh bool             // nothing was judged yet
	own   []standing
	until calendar.Date // when one of its own verdicts may be another
	given *Subject
	// excepting tells that its verdicts may have been set aside, or have reasons why they were not.
	excepting bool
	rests     []*Subject // whose verdicts it was composed of
	stands    calendar.Date
}

// standing is how one duty stands.
type standing struct {
	obligation.Spell
	verdict *Verdict
}

// NewCourse begins a course.
func (r *Rules) NewCourse() *Course { return &Course{rules: r, fresh: true} }

// NewProductCourse begins a course for a supplier's duties about one of its products, by its id.
func (r *Rules) NewProductCourse(product string) *Course {
	return &Course{rules: r, fresh: true, only: product}
}

// Enter goes on with another view of the subject; nil while there is no record of it.
func (c *Course) Enter(v *versions.View) {
	c.view = v
	s, ok := c.subject(v)
	if !ok {
		*c = Course{rules: c.rules, fresh: true, only: c.only}
		return
	}
	c.in = entryOf(s)
	c.fresh = c.fresh || v.First
	for _, path := range v.Changed {
		c.stale |= obligation.ReadsOf(s.Kind(), s.Record().Path, path)
	}
}

// subject gives the subject of a view.
func (c *Course) subject(v *versions.View) (obligation.Subject, bool) {
	if v == nil {
		return obligation.Subject{}, false
	}
	s := obligation.Subject{
		Register: v.Register, Workload: v.Workload, Organisation: v.Organisation, Supplier: v.Supplier, Contract: v.Contract, Footprint: v.Footprint,
	}
	if c.only == "" {
		return s, true
	}
	for _, p := range s.Supplier.Products {
		if p.ID == c.only {
			s.Only = []*register.Product{p}
			return s, true
		}
	}
	return s, false
}

// On judges the subject on a day; nil while there is no record of it. It is the very same as on the day before while nothing
// about it is another.
func (c *Course) On(day calendar.Date, from Sources) *Subject {
	if c.view == nil || c.in.id == "" {
		return nil
	}
	changed := c.judge(day)
	w := c.in.Workload
	if w == nil {
		if changed {
			c.given = c.compose(day)
			c.finish()
		}
		return c.given
	}
	sources := sourcesOf(w, from)
	if changed || !slices.Equal(sources, c.rests) || !lasts(c.stands, day) {
		c.given = c.compose(day)
		c.given.Inherited = c.rules.inherit(c.in.Subject, day, from)
		c.given.except(c.view.Register, w, day)
		c.finish()
		_, _, stands := obligation.Standing(c.in.Subject, c.rules.Law, day)
		c.rests, c.stands = sources, calendar.Earliest(stands, exceptionDay(w, day))
	}
	return c.given
}

// Next is the first day after one on which something may change by itself, the verdicts of others aside; no date when nothing
// ever does.
func (c *Course) Next(day calendar.Date) calendar.Date {
	if c.given == nil {
		return calendar.Date{}
	}
	next := calendar.Earliest(c.until, c.stands)
	at, _ := slices.BinarySearchFunc(c.rules.turns, day.AddDays(1), calendar.Date.Compare)
	if at < len(c.rules.turns) {
		next = calendar.Earliest(next, c.rules.turns[at])
	}
	return next
}

// judge brings the subject's own verdicts up to the day, and tells whether anything about them is another now.
func (c *Course) judge(day calendar.Date) bool {
	turning := c.rules.part[day]
	if !c.fresh && c.stale == 0 && lasts(c.until, day) && turning == 0 {
		return false
	}
	duties := c.rules.duties[c.in.Kind()]
	changed := c.fresh || c.given.Name != c.in.name || c.stale != 0 && (len(c.given.LeftOut) > 0 || len(c.view.Register.LeftOut) > 0) || c.stale&c.composedOf() != 0
	if c.fresh {
		c.own = make([]standing, len(duties))
	}
	c.until = calendar.Date{}
	for i, o := range duties {
		at := &c.own[i]
		var next obligation.Spell
		switch reads := o.Reads(); {
		case c.only != "" && !o.AboutProducts():
			continue
		case c.fresh || reads&c.stale != 0:
			next = obligation.Stand(o, c.in.Subject, c.rules.Law, day)
		case !lasts(at.Until, day) || reads&turning != 0:
			next = at.Next(o, c.in.Subject, c.rules.Law, day)
		default:
			c.until = calendar.Earliest(c.until, at.Until)
			continue
		}
		if c.fresh || !alike(at.Outcome, next.Outcome) {
			at.verdict, changed = nil, true
		} else {
			if next.Tells() || len(at.verdict.told) > 0 {
				at.verdict.told = append(at.verdict.told, saying{day, next})
			}
		}
		at.Spell = next
		c.until = calendar.Earliest(c.until, next.Until)
	}
	c.fresh, c.stale = false, 0
	return changed
}

// composedOf is what a workload is composed by besides its own verdicts and those of others: what it relies on, whether it inherits
// at all, and its exceptions.
func (c *Course) composedOf() obligation.Reads {
	if c.in.Workload == nil {
		return 0
	}
	reads := obligation.StandingReads | obligation.ReadsSupplier | obligation.ReadsProducts | obligation.ReadsContracts | obligation.ReadsFootprints
	if c.excepting || len(c.in.Workload.Exceptions) > 0 {
		reads |= obligation.ExceptionReads
	}
	return reads
}

func alike(a, b obligation.Outcome) bool {
	return a.State == b.State && slices.Equal(a.Reasons, b.Reasons)
}

// compose makes the subject from its own verdicts. Verdicts that are what they were are the very same, unless exceptions may
// set them aside.
func (c *Course) compose(day calendar.Date) *Subject {
	s := &Subject{Kind: c.in.Kind(), ID: c.in.id, Name: c.in.name, Verdicts: make([]*Verdict, 0, len(c.own))}
	before := c.given
	anew := before == nil || before.Name != s.Name || c.excepting
	if c.in.Workload != nil && len(c.in.Workload.Exceptions) > 0 {
		anew, c.excepting = true, true
	} else {
		c.excepting = false
	}
	for i, o := range c.rules.duties[s.Kind] {
		at := &c.own[i]
		if c.only != "" && !o.AboutProducts() {
			continue
		}
		if at.verdict == nil || anew {
			at.verdict = &Verdict{Obligation: o, Subject: s, Outcome: at.Outcome}
			if at.Spell.Tells() {
				at.verdict.told = []saying{{day, at.Spell}}
			}
		}
		s.Verdicts = append(s.Verdicts, at.verdict)
	}
	return s
}

func (c *Course) finish() {
	c.given.LeftOut = leftOut(c.view.Register, c.in.Subject)
	c.given.weigh(c.rules.rank)
	c.given.untold()
}

// lasts tells whether what stands until a day still does on another. No date means that it always will.
func lasts(until, day calendar.Date) bool { return until.IsZero() || day.Before(until) }

// sourcesOf lists the subjects whose verdicts can count for a workload, in a fixed order.
func sourcesOf(w *register.Workload, from Sources) []*Subject {
	list := make([]*Subject, 0, 8)
	if w.Controller != nil {
		list = append(list, from.Of(obligation.OfOrganisation, w.Controller.ID))
	}
	for _, rel := range w.Relies {
		if rel.Supplier != nil {
			list = append(list, from.Of(obligation.OfSupplier, rel.Supplier.ID))
		}
		if rel.Product != nil {
			list = append(list, from.OfProduct(rel.Product.ID))
		}
		if rel.Contract != nil {
			list = append(list, from.Of(obligation.OfContract, rel.Contract.ID))
		}
	}
	for _, f := range w.Footprints {
		list = append(list, from.Of(obligation.OfFootprint, f.ID))
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
	if p := approval.ProofOf(w); p != nil {
		consider(p.Days()...)
	}
	return next
}

// saying is what the rules said of days to come, and on which day they said it.
type saying struct {
	day   calendar.Date
	spell obligation.Spell
}

// Announced gives what a rule had said of a day before it came. The verdict must come from a course.
func (v *Verdict) Announced(day calendar.Date) (obligation.Due, bool) {
	for _, s := range slices.Backward(v.told) {
		if s.day.Before(day) {
			return s.spell.Announced(day)
		}
	}
	return obligation.Due{}, false
}
