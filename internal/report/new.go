package report

import (
	"strings"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/law"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
)

// Inputs are what a report is made from.
type Inputs struct {
	Origin     Origin
	Assessment *assess.Assessment
	Catalogue  *obligation.Catalogue
	Law        *law.Law
	Findings   []finding.Finding
	History    map[string][]Commit // by folder, such as evidence/suppliers/<supplier>; newest first
}

// New makes a report: the details of every subject, one after another, and what they add up to.
func New(in Inputs) *Report {
	reg := in.Assessment.Register
	judged := make(map[string]*assess.Subject, len(in.Assessment.Subjects))
	for _, s := range in.Assessment.Subjects {
		judged[string(s.Kind)+":"+s.ID] = s
	}
	m := NewMaker(Frame{Origin: in.Origin, Catalogue: in.Catalogue, Law: in.Law, Status: func(kind obligation.SubjectKind, id string) Status {
		return StatusOf(judged[string(kind)+":"+id])
	}})
	m.files = filesByFolder(reg)
	held := func(kind obligation.SubjectKind, id string, r *record.Record) Held {
		return Held{Register: reg, Judged: judged[string(kind)+":"+id], History: in.History[folder(r.Path)]}
	}
	r := &Report{Origin: in.Origin, Findings: orEmpty(in.Findings), Reminding: make(map[string]Reminding, len(reg.Organisations))}
	lists := NewGathering(in.Catalogue)
	for _, w := range reg.Workloads {
		detail, share := m.Workload(w, held(obligation.OfWorkload, w.ID, w.Record))
		r.Workloads = append(r.Workloads, *detail)
		lists.Add(share)
	}
	for _, o := range reg.Organisations {
		detail, share := m.Organisation(o, held(obligation.OfOrganisation, o.ID, o.Record))
		r.Organisations = append(r.Organisations, *detail)
		r.Reminding[o.ID] = reminding(o, in.Origin.AsOf)
		lists.Add(share)
	}
	for _, s := range reg.Suppliers {
		in := held(obligation.OfSupplier, s.ID, s.Record)
		in.Owed = lists.Owed // the workloads have said what is
		detail, share := m.Supplier(s, in)
		r.Suppliers = append(r.Suppliers, *detail)
		lists.Add(share)
	}
	for _, c := range reg.Contracts {
		detail, share := m.Contract(c, held(obligation.OfContract, c.ID, c.Record))
		r.Contracts = append(r.Contracts, *detail)
		lists.Add(share)
	}
	for _, f := range reg.Footprints {
		detail, share := m.Footprint(f, held(obligation.OfFootprint, f.ID, f.Record))
		r.Footprints = append(r.Footprints, *detail)
		lists.Add(share)
	}
	made := lists.Lists(r.Findings)
	r.Summary, r.Due, r.Waits, r.Exceptions = made.Summary, made.Due, made.Waits, made.Exceptions
	r.Obligations = obligations(in.Catalogue, r)
	r.NotFound, r.Tensions = NotFoundOf(in.Law), TensionsOf(in.Law)
	empty(r)
	return r
}

// folder gives the folder of a record.
func folder(path string) string {
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)]
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// empty makes every list of a report an empty one rather than null, so that readers need not ask which it is.
func empty(r *Report) {
	r.Workloads, r.Organisations, r.Suppliers = orEmpty(r.Workloads), orEmpty(r.Organisations), orEmpty(r.Suppliers)
	r.Contracts, r.Footprints, r.Obligations = orEmpty(r.Contracts), orEmpty(r.Footprints), orEmpty(r.Obligations)
	r.Waits = orEmpty(r.Waits)
	r.Due, r.Exceptions, r.Findings = orEmpty(r.Due), orEmpty(r.Exceptions), orEmpty(r.Findings)
}
