package assess

import (
	"cmp"
	"slices"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
)

// On judges every subject of a register on a day.
func On(day calendar.Date, reg *register.Register, catalogue *obligation.Catalogue, l *law.Law) *Assessment {
	j := newJudge(day, reg, catalogue, l)
	a := &Assessment{AsOf: day, Register: reg}
	for _, e := range everything(reg) {
		a.Subjects = append(a.Subjects, j.subject(e))
	}
	for _, w := range reg.Workloads {
		j.inherit(w)
		j.except(w)
	}
	j.leftOut()
	for _, s := range a.Subjects {
		s.rollUp(j.rank)
		s.untold()
	}
	return a
}

// entry is a subject to be judged.
type entry struct {
	key      any // the register's own pointer
	id, name string
	obligation.Subject
}

// everything lists the subjects of a register in the order of an assessment.
func everything(reg *register.Register) []entry {
	var list []entry
	for _, w := range sorted(reg.Workloads, func(w *register.Workload) string { return w.ID }) {
		list = append(list, entry{w, w.ID, w.Facts.Name, obligation.Subject{Register: reg, Workload: w}})
	}
	for _, o := range sorted(reg.Organisations, func(o *register.Organisation) string { return o.ID }) {
		list = append(list, entry{o, o.ID, o.Facts.Name, obligation.Subject{Register: reg, Organisation: o}})
	}
	for _, s := range sorted(reg.Suppliers, func(s *register.Supplier) string { return s.ID }) {
		list = append(list, entry{s, s.ID, s.Facts.Name, obligation.Subject{Register: reg, Supplier: s}})
	}
	for _, c := range sorted(reg.Contracts, func(c *register.Contract) string { return c.ID }) {
		list = append(list, entry{c, c.ID, c.Facts.Title, obligation.Subject{Register: reg, Contract: c}})
	}
	for _, f := range sorted(reg.Footprints, func(f *register.Footprint) string { return f.ID }) {
		list = append(list, entry{f, f.ID, f.Facts.Name, obligation.Subject{Register: reg, Footprint: f}})
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

// judge is one assessment in the making.
type judge struct {
	day      calendar.Date
	reg      *register.Register
	law      *law.Law
	duties   map[obligation.SubjectKind][]*obligation.Obligation
	rank     map[*obligation.Obligation]int // place in the catalogue
	subjects map[any]*Subject               // by the register's own pointer
	narrowed map[narrowing]*Verdict
	spells   func(narrowing, obligation.Subject) obligation.Spell // what is known of a narrowed verdict from another day, or nil
}

func newJudge(day calendar.Date, reg *register.Register, catalogue *obligation.Catalogue, l *law.Law) *judge {
	j := &judge{
		day: day, reg: reg, law: l, duties: make(map[obligation.SubjectKind][]*obligation.Obligation),
		rank: make(map[*obligation.Obligation]int), subjects: make(map[any]*Subject), narrowed: make(map[narrowing]*Verdict),
	}
	for i, o := range catalogue.Obligations {
		j.duties[o.Subject] = append(j.duties[o.Subject], o)
		j.rank[o] = i
	}
	return j
}

// subject judges one thing against every duty for its kind.
func (j *judge) subject(e entry) *Subject {
	subject := &Subject{Kind: e.Kind(), ID: e.id, Name: e.name}
	for _, o := range j.duties[subject.Kind] {
		subject.Verdicts = append(subject.Verdicts, &Verdict{Obligation: o, Subject: subject, Outcome: obligation.Judge(o, e.Subject, j.law, j.day)})
	}
	j.subjects[e.key] = subject
	return subject
}

// inherit gives a workload in production the verdicts of what it rests on: its controller, its suppliers, its contracts and
// the footprints that share it. An honest trial and a closed workload inherit nothing.
func (j *judge) inherit(w *register.Workload) {
	s := obligation.Subject{Register: j.reg, Workload: w}
	if production, _ := obligation.Production(s, j.law, j.day); !production || obligation.Closed(s, j.law, j.day) {
		return
	}
	var list []*Verdict
	seen := make(map[*Subject]bool)
	add := func(from *Subject) {
		if from != nil && !seen[from] {
			seen[from] = true
			list = append(list, from.Verdicts...)
		}
	}
	if w.Controller != nil {
		add(j.subjects[w.Controller])
	}
	for _, used := range suppliersOf(w) {
		list = append(list, j.ofSupplier(used)...)
	}
	for _, rel := range w.Relies {
		if rel.Contract != nil {
			add(j.subjects[rel.Contract])
		}
	}
	for _, f := range w.Footprints {
		add(j.subjects[f])
	}
	// What does not apply to another subject says nothing about this one.
	list = slices.DeleteFunc(list, func(v *Verdict) bool { return v.State == obligation.NotApplicable })
	slices.SortStableFunc(list, func(a, b *Verdict) int { return cmp.Compare(j.rank[a.Obligation], j.rank[b.Obligation]) })
	j.subjects[w].Inherited = list
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

// ofSupplier gives a supplier's verdicts as they count for a workload: a duty about products counts for the products used.
func (j *judge) ofSupplier(u use) []*Verdict {
	subject := j.subjects[u.supplier]
	if subject == nil {
		return nil
	}
	var list []*Verdict
	for _, v := range subject.Verdicts {
		switch {
		case !v.Obligation.AboutProducts() || len(u.products) == len(u.supplier.Products):
			list = append(list, v)
		case len(u.products) > 0:
			for _, p := range u.products {
				list = append(list, j.narrow(v, u.supplier, p))
			}
		}
	}
	return list
}

// narrowing is a supplier's verdict for one of its products.
type narrowing struct {
	verdict *Verdict
	product *register.Product
}

// narrow judges a supplier's duty for one product only, once for all workloads that use it.
func (j *judge) narrow(v *Verdict, s *register.Supplier, p *register.Product) *Verdict {
	key := narrowing{v, p}
	if j.narrowed[key] == nil {
		only := obligation.Subject{Register: j.reg, Supplier: s, Only: []*register.Product{p}}
		j.narrowed[key] = &Verdict{Obligation: v.Obligation, Subject: v.Subject}
		if j.spells != nil {
			j.narrowed[key].spell = j.spells(key, only)
			j.narrowed[key].Outcome = j.narrowed[key].spell.Outcome
		} else {
			j.narrowed[key].Outcome = obligation.Judge(v.Obligation, only, j.law, j.day)
		}
	}
	return j.narrowed[key]
}

func sorted[T any](list []T, id func(T) string) []T {
	return slices.SortedStableFunc(slices.Values(list), func(a, b T) int { return cmp.Compare(id(a), id(b)) })
}
