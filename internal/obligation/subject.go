package obligation

import (
	"iter"
	"slices"
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
func (j *judging) records(kind record.Kind) []*record.Record {
	from := len(j.held)
	switch s := &j.s; s.Kind() {
	case OfWorkload:
		j.holdWorkload(kind)
	case OfOrganisation:
		o := s.Organisation
		j.hold(kind, record.KindOrganisation, o.Record)
		j.hold(kind, record.KindAppointments, o.Appointments)
		j.hold(kind, record.KindPolicy, o.Policy.Own)
		for i := 0; kind == record.KindAcceptance && i < len(o.Acceptances); i++ {
			j.held = append(j.held, o.Acceptances[i].Record)
		}
	case OfSupplier:
		j.holdSupplier(kind)
	case OfContract:
		j.hold(kind, record.KindContract, s.Contract.Record)
		j.holdProducts(kind)
	case OfFootprint:
		j.hold(kind, record.KindFootprint, s.Footprint.Record)
	}
	return slices.Clip(j.held[from:])
}

// hold takes a record in when it is there and of the kind that is asked for.
func (j *judging) hold(kind, is record.Kind, r *record.Record) {
	if kind == is && r != nil {
		j.held = append(j.held, r)
	}
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

func (j *judging) holdWorkload(kind record.Kind) {
	w := j.s.Workload
	switch kind {
	case record.KindWorkload:
		j.hold(kind, kind, w.Record)
	case record.KindAssessment:
		j.hold(kind, kind, w.Assessment)
	case record.KindDPIA:
		j.hold(kind, kind, w.DPIA)
	case record.KindExitPlan:
		j.hold(kind, kind, w.ExitPlan)
	case record.KindCosts:
		j.hold(kind, kind, w.Costs)
	case record.KindApproval:
		for _, a := range w.Approvals {
			j.hold(kind, kind, a.Record)
		}
	case record.KindReview:
		for _, r := range w.Reviews {
			j.hold(kind, kind, r.Record)
		}
	case record.KindException:
		for _, e := range w.Exceptions {
			j.hold(kind, kind, e.Record)
		}
	}
	for _, rel := range w.Relies {
		if rel.Acceptance != nil {
			j.hold(kind, record.KindAcceptance, rel.Acceptance.Record)
		}
		if rel.Product != nil {
			j.hold(kind, record.KindProduct, rel.Product.Record)
		}
		if rel.Contract != nil {
			j.hold(kind, record.KindContract, rel.Contract.Record)
		}
	}
}

func (j *judging) holdSupplier(kind record.Kind) {
	s := j.s.Supplier
	j.hold(kind, record.KindSupplier, s.Record)
	j.hold(kind, record.KindPrinciples, s.Principles)
	for _, c := range s.Certificates {
		j.hold(kind, record.KindCertificate, c.Record)
	}
	j.holdProducts(kind)
	for _, n := range s.Notices {
		j.hold(kind, record.KindNotice, n.Record)
	}
}

func (j *judging) holdProducts(kind record.Kind) {
	for _, p := range j.s.products() {
		j.hold(kind, record.KindProduct, p.Record)
	}
}

// value is a field of a record with its place.
type value struct {
	record *record.Record
	node   *tree.Node
	path   string    // dotted, without positions in lists
	in     [4]within // lists on the way; no kind of record has a list deeper in lists
	lists  uint8
}

// within is a position in a list: after how much of the path, and which entry.
type within struct{ after, entry int32 }

// field is the dotted field, with the positions in lists.
func (v *value) field() string {
	field := v.path
	for i := int(v.lists) - 1; i >= 0; i-- {
		field = field[:v.in[i].after] + "." + strconv.Itoa(int(v.in[i].entry)) + field[v.in[i].after:]
	}
	return field
}

func (v *value) place() finding.Place {
	return finding.Place{Path: v.record.Path, Line: v.node.Line, Column: v.node.Column}
}

func (v *value) date() (calendar.Date, bool) {
	d, err := calendar.Parse(v.node.Text)
	return d, err == nil
}

// split parts a reference into the kind of record and the dotted field.
func (f FieldRef) split() (record.Kind, string) {
	kind, field, _ := strings.Cut(string(f), ":")
	return record.Kind(kind), field
}

// values finds a field in every record of its kind. A list on the way stands for each of its entries.
func (j *judging) values(f FieldRef) iter.Seq[value] {
	kind, field := f.split()
	return func(yield func(value) bool) {
		for _, r := range j.records(kind) {
			for v := range valuesIn(r, field) {
				if !yield(v) {
					return
				}
			}
		}
	}
}

func valuesIn(r *record.Record, field string) iter.Seq[value] {
	return func(yield func(value) bool) {
		v := value{record: r, node: r.Tree(), path: field}
		v.follow(0, yield)
	}
}

// follow goes on from where the first bytes of the path have led. Of a list it takes every entry.
func (v value) follow(done int, yield func(value) bool) bool {
	if v.node.Kind != tree.List {
		return v.step(done, yield)
	}
	v.in[v.lists].after = int32(done)
	v.lists++
	for i, item := range v.node.Items {
		v.in[v.lists-1].entry, v.node = int32(i), item
		if !v.step(done, yield) {
			return false
		}
	}
	return true
}

// step takes the next step of the path.
func (v value) step(done int, yield func(value) bool) bool {
	if done == len(v.path) {
		return yield(v)
	}
	if done > 0 {
		done++ // the dot
	}
	end := len(v.path)
	if i := strings.IndexByte(v.path[done:], '.'); i >= 0 {
		end = done + i
	}
	if v.node = v.node.Get(v.path[done:end]); v.node == nil {
		return true
	}
	return v.follow(end, yield)
}

func join(field, step string) string {
	if field == "" {
		return step
	}
	return field + "." + step
}

// Record is the subject's own record.
func (s Subject) Record() *record.Record { return s.record() }
