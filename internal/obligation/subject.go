package obligation

import (
	"strconv"
	"strings"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/tree"
)

// Subject is what a duty is judged for: one thing of a register. Exactly one of the pointers below Register is set.
type Subject struct {
	Register     *register.Register
	Workload     *register.Workload
	Organisation *register.Organisation
	Supplier     *register.Supplier
	Contract     *register.Contract
	Footprint    *register.Footprint
	// Only narrows a supplier down to some of its products: those that a workload uses. Left out: all of them.
	Only []*register.Product
}

// Kind says what the subject is.
func (s Subject) Kind() SubjectKind {
	switch {
	case s.Workload != nil:
		return OfWorkload
	case s.Organisation != nil:
		return OfOrganisation
	case s.Supplier != nil:
		return OfSupplier
	case s.Contract != nil:
		return OfContract
	default:
		return OfFootprint
	}
}

// record is the subject's own record.
func (s Subject) record() *record.Record {
	switch s.Kind() {
	case OfWorkload:
		return s.Workload.Record
	case OfOrganisation:
		return s.Organisation.Record
	case OfSupplier:
		return s.Supplier.Record
	case OfContract:
		return s.Contract.Record
	default:
		return s.Footprint.Record
	}
}

// policy gives the local choices that hold for the subject: its organisation's, or the shared ones.
func (s Subject) policy() register.Policy {
	switch {
	case s.Workload != nil:
		return s.controller().Policy
	case s.Organisation != nil:
		return s.Organisation.Policy
	case s.Contract != nil:
		return s.Contract.Organisation.Policy
	case s.Footprint != nil && s.Footprint.Lead != nil:
		return s.Footprint.Lead.Policy
	}
	return register.Policy{Shared: s.Register.Policy}
}

// controller is the organisation that answers for the subject; nil for a supplier.
func (s Subject) controller() *register.Organisation {
	switch {
	case s.Workload != nil && s.Workload.Controller != nil:
		return s.Workload.Controller
	case s.Workload != nil:
		return s.Workload.Organisation
	case s.Organisation != nil:
		return s.Organisation
	case s.Contract != nil:
		return s.Contract.Organisation
	case s.Footprint != nil:
		return s.Footprint.Lead
	}
	return nil
}

// class is the profile class by which local choices are looked up. Where none was declared it is the highest, because a
// choice cannot be escaped by leaving the class out; known is false then.
func (s Subject) class() (class record.ProfileClass, known bool) {
	if s.Workload != nil && s.Workload.Assessed != nil && s.Workload.Assessed.Class != nil {
		return s.Workload.Assessed.Class.Level, true
	}
	return "V", false
}

// workloads are those that the subject is about: itself, its own, or those that rely on it or share it.
func (s Subject) workloads() []*register.Workload {
	switch s.Kind() {
	case OfWorkload:
		return []*register.Workload{s.Workload}
	case OfOrganisation:
		return s.Organisation.Workloads
	case OfSupplier:
		return s.Supplier.Workloads
	case OfContract:
		return s.Contract.Workloads
	default:
		return s.Footprint.Workloads
	}
}

// records lists the records of one kind that are held about the subject.
func (s Subject) records(kind record.Kind) []*record.Record {
	var list []*record.Record
	add := func(records ...*record.Record) {
		for _, r := range records {
			if r != nil && r.Kind == kind {
				list = append(list, r)
			}
		}
	}
	switch s.Kind() {
	case OfWorkload:
		s.addWorkload(add)
	case OfOrganisation:
		add(s.Organisation.Record, s.Organisation.Appointments, s.Organisation.Policy.Own)
		for _, a := range s.Organisation.Acceptances {
			add(a.Record)
		}
	case OfSupplier:
		s.addSupplier(add)
	case OfContract:
		add(s.Contract.Record)
		for _, p := range s.Contract.Products {
			add(p.Record)
		}
	case OfFootprint:
		add(s.Footprint.Record)
	}
	return list
}

// products are those that the subject is about.
func (s Subject) products() []*register.Product {
	switch {
	case s.Only != nil:
		return s.Only
	case s.Supplier != nil:
		return s.Supplier.Products
	case s.Contract != nil:
		return s.Contract.Products
	}
	return nil
}

func (s Subject) addWorkload(add func(...*record.Record)) {
	w := s.Workload
	add(w.Record, w.Assessment, w.DPIA, w.ExitPlan, w.Costs)
	for _, a := range w.Approvals {
		add(a.Record)
	}
	for _, r := range w.Reviews {
		add(r.Record)
	}
	for _, e := range w.Exceptions {
		add(e.Record)
	}
	for _, rel := range w.Relies {
		if rel.Acceptance != nil {
			add(rel.Acceptance.Record)
		}
		if rel.Product != nil {
			add(rel.Product.Record)
		}
		if rel.Contract != nil {
			add(rel.Contract.Record)
		}
	}
}

func (s Subject) addSupplier(add func(...*record.Record)) {
	add(s.Supplier.Record, s.Supplier.Principles)
	for _, c := range s.Supplier.Certificates {
		add(c.Record)
	}
	for _, p := range s.products() {
		add(p.Record)
	}
	for _, n := range s.Supplier.Notices {
		add(n.Record)
	}
}

// value is a field of a record with its place.
type value struct {
	record *record.Record
	field  string // dotted, with the positions in lists
	node   *tree.Node
}

func (v value) place() finding.Place {
	return finding.Place{Path: v.record.Path, Line: v.node.Line, Column: v.node.Column}
}

func (v value) date() (calendar.Date, bool) {
	d, err := calendar.Parse(v.node.Text)
	return d, err == nil
}

// split parts a reference into the kind of record and the dotted field.
func (f FieldRef) split() (record.Kind, string) {
	kind, field, _ := strings.Cut(string(f), ":")
	return record.Kind(kind), field
}

// values finds a field in every record of its kind. A list on the way stands for each of its entries.
func (s Subject) values(f FieldRef) []value {
	kind, field := f.split()
	var list []value
	for _, r := range s.records(kind) {
		list = append(list, valuesIn(r, field)...)
	}
	return list
}

func valuesIn(r *record.Record, field string) []value {
	list := []value{{record: r, node: r.Tree()}}
	for step := range strings.SplitSeq(field, ".") {
		var next []value
		for _, v := range list {
			for _, w := range v.entries() {
				if n := w.node.Get(step); n != nil {
					next = append(next, value{r, join(w.field, step), n})
				}
			}
		}
		list = next
	}
	var flat []value
	for _, v := range list {
		flat = append(flat, v.entries()...)
	}
	return flat
}

// entries are the items of a list, or the value itself when it is none.
func (v value) entries() []value {
	if v.node.Kind != tree.List {
		return []value{v}
	}
	list := make([]value, 0, len(v.node.Items))
	for i, item := range v.node.Items {
		list = append(list, value{v.record, join(v.field, strconv.Itoa(i)), item})
	}
	return list
}

func join(field, step string) string {
	if field == "" {
		return step
	}
	return field + "." + step
}

// Record is the subject's own record.
func (s Subject) Record() *record.Record { return s.record() }
