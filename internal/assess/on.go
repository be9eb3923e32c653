package assess

import (
	"cmp"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// Rules are what registers are judged by. They are safe for concurrent use.
type Rules struct {
	Catalogue *obligation.Catalogue
	Law       *law.Law

	duties map[obligation.SubjectKind][]*obligation.Obligation // in the order of the catalogue
	rank   map[*obligation.Obligation]int                      // place in the catalogue
	turns  []calendar.Date                                     // days on which law or a list changes, in order
	part   map[calendar.Date]obligation.Reads                  // and of what is read by duties, what does then
}

// NewRules prepares a catalogue and the law for judging.
func NewRules(catalogue *obligation.Catalogue, l *law.Law) *Rules {
	r := &Rules{
		Catalogue: catalogue, Law: l, duties: make(map[obligation.SubjectKind][]*obligation.Obligation), rank: make(map[*obligation.Obligation]int),
		turns: l.Changes(calendar.Date{}, calendar.Date{}), part: obligation.LawTurns(l),
	}
	for i, o := range catalogue.Obligations {
		r.duties[o.Subject] = append(r.duties[o.Subject], o)
		r.rank[o] = i
	}
	return r
}

// Turns tells whether law or a list changes on a day.
func (r *Rules) Turns(day calendar.Date) bool {
	_, found := slices.BinarySearchFunc(r.turns, day, calendar.Date.Compare)
	return found
}

// On judges every subject of a register on a day.
func On(day calendar.Date, reg *register.Register, catalogue *obligation.Catalogue, l *law.Law) *Assessment {
	return NewRules(catalogue, l).On(day, reg)
}

// On judges every subject of a register on a day.
func (r *Rules) On(day calendar.Date, reg *register.Register) *Assessment {
	j := r.Begin(day, reg)
	a := &Assessment{AsOf: day, Register: reg}
	for _, w := range sorted(reg.Workloads, func(w *register.Workload) string { return w.ID }) {
		a.Subjects = append(a.Subjects, j.Workload(reg, w))
	}
	a.Subjects = append(a.Subjects, j.shared...)
	return a
}

// Judgement is a register judged on a day, workload by workload. It keeps nothing of the register, and may be used from several
// goroutines.
type Judgement struct {
	*Rules
	day      calendar.Date
	shared   []*Subject
	subjects map[subjectKey]*Subject
	narrowed map[narrowing]*Verdict
}

// Begin judges everything of a register on a day but its workloads.
func (r *Rules) Begin(day calendar.Date, reg *register.Register) *Judgement {
	j := &Judgement{Rules: r, day: day, subjects: make(map[subjectKey]*Subject), narrowed: make(map[narrowing]*Verdict)}
	for _, e := range shared(reg) {
		s := j.subject(e)
		j.shared = append(j.shared, s)
		j.subjects[subjectKey{s.Kind, s.ID}] = s
		j.finish(s, e)
		if e.Supplier != nil {
			j.narrow(s, e.Subject)
		}
	}
	return j
}

// Workload judges a workload. Its register is the one that was judged, or one that holds what the workload rests on as it is there.
func (j *Judgement) Workload(reg *register.Register, w *register.Workload) *Subject {
	e := entryOf(obligation.Subject{Register: reg, Workload: w})
	s := j.subject(e)
	s.Inherited = j.inherit(e.Subject, j.day, j)
	s.except(reg, w, j.day)
	j.finish(s, e)
	return s
}

func (j *Judgement) finish(s *Subject, e entry) {
	s.LeftOut = leftOut(e.Register, e.Subject)
	s.rollUp(j.rank)
	s.untold()
}

// entry is a subject to be judged.
type entry struct {
	id, name string
	obligation.Subject
}

// entryOf names a subject.
func entryOf(s obligation.Subject) entry {
	switch s.Kind() {
	case obligation.OfWorkload:
		return entry{s.Workload.ID, s.Workload.Facts.Name, s}
	case obligation.OfOrganisation:
		return entry{s.Organisation.ID, s.Organisation.Facts.Name, s}
	case obligation.OfSupplier:
		return entry{s.Supplier.ID, s.Supplier.Facts.Name, s}
	case obligation.OfContract:
		return entry{s.Contract.ID, s.Contract.Facts.Title, s}
	}
	return entry{s.Footprint.ID, s.Footprint.Facts.Name, s}
}

// shared lists the subjects of a register that workloads rest on, in the order of an assessment.
func shared(reg *register.Register) []entry {
	var list []entry
	add := func(s obligation.Subject) {
		s.Register = reg
		list = append(list, entryOf(s))
	}
	for _, o := range sorted(reg.Organisations, func(o *register.Organisation) string { return o.ID }) {
		add(obligation.Subject{Organisation: o})
	}
	for _, s := range sorted(reg.Suppliers, func(s *register.Supplier) string { return s.ID }) {
		add(obligation.Subject{Supplier: s})
	}
	for _, c := range sorted(reg.Contracts, func(c *register.Contract) string { return c.ID }) {
		add(obligation.Subject{Contract: c})
	}
	for _, f := range sorted(reg.Footprints, func(f *register.Footprint) string { return f.ID }) {
		add(obligation.Subject{Footprint: f})
	}
	return list
}

// Subject finds a subject of the assessment, or nil.
func (a *Assessment) Subject(kind obligation.SubjectKind, id string) *Subject {
	for _, s := range a.Subjects {
		if s.Kind == kind && s.ID == id {
			return s
		}
	}
	return nil
}

type subjectKey struct {
	kind obligation.SubjectKind
	id   string
}

// Sources give the subjects whose verdicts count for a workload, as they stand on the day.
type Sources interface {
	// Of gives a subject, or nil when it is not on record.
	Of(kind obligation.SubjectKind, id string) *Subject
	// Product gives the verdict of a supplier's duty for one of its products alone.
	Product(v *Verdict, s *register.Supplier, p *register.Product) *Verdict
	// OfProduct gives the supplier as it stands for one of its products alone, where that is known as a whole.
	OfProduct(product string) *Subject
}

// subject judges one thing against every duty for its kind.
func (j *Judgement) subject(e entry) *Subject {
	subject := &Subject{Kind: e.Kind(), ID: e.id, Name: e.name}
	for _, o := range j.duties[subject.Kind] {
		subject.Verdicts = append(subject.Verdicts, &Verdict{Obligation: o, Subject: subject, Outcome: obligation.Judge(o, e.Subject, j.Law, j.day)})
	}
	return subject
}

// narrowing is a supplier's verdict for one of its products.
type narrowing struct {
	verdict *Verdict
	product string
}

// narrow judges a supplier's duties for each of its products alone, once for all workloads that use it.
func (j *Judgement) narrow(of *Subject, s obligation.Subject) {
	if len(s.Supplier.Products) < 2 {
		return
	}
	for _, v := range of.Verdicts {
		if !v.Obligation.AboutProducts() {
			continue
		}
		for _, p := range s.Supplier.Products {
			only := obligation.Subject{Register: s.Register, Supplier: s.Supplier, Only: []*register.Product{p}}
			j.narrowed[narrowing{v, p.ID}] = &Verdict{Obligation: v.Obligation, Subject: v.Subject, Outcome: obligation.Judge(v.Obligation, only, j.Law, j.day)}
		}
	}
}

// Of implements [Sources]. It gives no workloads.
func (j *Judgement) Of(kind obligation.SubjectKind, id string) *Subject {
	return j.subjects[subjectKey{kind, id}]
}

// OfProduct implements [Sources].
func (j *Judgement) OfProduct(string) *Subject { return nil }

// Product implements [Sources].
func (j *Judgement) Product(v *Verdict, _ *register.Supplier, p *register.Product) *Verdict {
	return j.narrowed[narrowing{v, p.ID}]
}

// inherit gives a workload in production the verdicts of what it rests on: its controller, its suppliers, its contracts and
// the footprints that share it. An honest trial and a closed workload inherit nothing.
func (r *Rules) inherit(s obligation.Subject, day calendar.Date, from Sources) []*Verdict {
	if production, _ := obligation.Production(s, r.Law, day); !production || obligation.Closed(s, r.Law, day) {
		return nil
	}
	w := s.Workload
	list := make([]*Verdict, 0, 48)
	seen := make([]*Subject, 0, 8)
	add := func(other *Subject) {
		if other != nil && !slices.Contains(seen, other) {
			seen = append(seen, other)
			list = append(list, other.Verdicts...)
		}
	}
	if w.Controller != nil {
		add(from.Of(obligation.OfOrganisation, w.Controller.ID))
	}
	for _, used := range suppliersOf(w) {
		list = ofSupplier(list, used, from)
	}
	for _, rel := range w.Relies {
		if rel.Contract != nil {
			add(from.Of(obligation.OfContract, rel.Contract.ID))
		}
	}
	for _, f := range w.Footprints {
		add(from.Of(obligation.OfFootprint, f.ID))
	}
	// What does not apply to another subject says nothing about this one.
	list = slices.DeleteFunc(list, func(v *Verdict) bool { return v.State == obligation.NotApplicable })
	slices.SortStableFunc(list, func(a, b *Verdict) int { return cmp.Compare(r.rank[a.Obligation], r.rank[b.Obligation]) })
	return list
}

// use is a supplier relied on with the products of it that are used.
type use struct {
	supplier *register.Supplier
	products []*register.Product
}

func suppliersOf(w *register.Workload) []use {
	var list []use
	for _, rel := range w.Relies {
		if rel.Supplier == nil {
			continue
		}
		i := slices.IndexFunc(list, func(u use) bool { return u.supplier == rel.Supplier })
		if i < 0 {
			i = len(list)
			list = append(list, use{supplier: rel.Supplier})
		}
		if rel.Product != nil && !slices.Contains(list[i].products, rel.Product) {
			list[i].products = append(list[i].products, rel.Product)
		}
	}
	slices.SortFunc(list, func(a, b use) int { return cmp.Compare(a.supplier.ID, b.supplier.ID) })
	return list
}

// ofSupplier adds a supplier's verdicts as they count for a workload: a duty about products counts for the products used.
func ofSupplier(list []*Verdict, u use, from Sources) []*Verdict {
	subject := from.Of(obligation.OfSupplier, u.supplier.ID)
	if subject == nil {
		return list
	}
	for _, v := range subject.Verdicts {
		switch {
		case len(u.products) == len(u.supplier.Products) || !v.Obligation.AboutProducts():
			list = append(list, v)
		case len(u.products) > 0:
			for _, p := range u.products {
				list = append(list, from.Product(v, u.supplier, p))
			}
		}
	}
	return list
}

func sorted[T any](list []T, id func(T) string) []T {
	return slices.SortedStableFunc(slices.Values(list), func(a, b T) int { return cmp.Compare(id(a), id(b)) })
}
