package register

import (
	"cmp"
	"path"
	"slices"
	"strconv"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/record"
)

// addRoot adds what can stand alone.
func (j *joiner) addRoot(r *record.Record) {
	a := addressOf(r)
	switch facts := r.Value.(type) {
	case *record.Policy:
		if a.organisation == "" {
			j.register.Policy = r
		}
	case *record.Organisation:
		j.organisations[a.organisation] = &Organisation{ID: a.organisation, Record: r, Facts: facts}
	case *record.Supplier:
		j.suppliers[a.supplier] = &Supplier{ID: a.supplier, Record: r, Facts: facts}
	case *record.Footprint:
		j.footprints[a.name] = &Footprint{ID: a.name, Record: r, Facts: facts}
	}
}

// addPart adds what lies in the folder of an organisation or supplier and that others refer to.
func (j *joiner) addPart(r *record.Record) {
	a := addressOf(r)
	o, s, ok := j.keeper(r, a)
	if !ok {
		return
	}
	switch facts := r.Value.(type) {
	case *record.Organisation:
		o.Policy.Shared = cmp.Or(j.register.Policy, j.around.Policy())
	case *record.Appointments:
		o.Appointments, o.People = r, facts
		people := make(map[string]*record.Person, len(facts.People))
		for i := range facts.People {
			people[facts.People[i].ID] = &facts.People[i]
		}
		j.people[o] = people
	case *record.Policy:
		if o != nil {
			o.Policy.Own = r
		}
	case *record.Principles:
		s.Principles, s.Statements = r, facts
	case *record.Certificate:
		c := &Certificate{ID: s.ID + "/" + a.name, Record: r, Facts: facts}
		j.certificates[c.ID] = c
	case *record.Product:
		p := &Product{ID: s.ID + "/" + a.name, Record: r, Facts: facts}
		j.products[p.ID] = p
		s.Products = append(s.Products, p)
	case *record.Notice:
		s.Notices = append(s.Notices, &Notice{ID: s.ID + "/" + a.name, Record: r, Facts: facts})
	case *record.Workload:
		j.workloads[a.workload] = &Workload{ID: a.workload, Organisation: o, Controller: o, Record: r, Facts: facts}
	}
}

// keeper finds the organisation or supplier in whose folder a record lies. It is false, with a finding for each folder,
// when there is none.
func (j *joiner) keeper(r *record.Record, a address) (*Organisation, *Supplier, bool) {
	o, s := j.anyOrganisation(a.organisation), j.suppliers[a.supplier]
	switch {
	case a.organisation != "" && o == nil:
		j.orphan(r, organisationPath(a.organisation), "an organisation")
		return nil, nil, false
	case a.supplier != "" && s == nil:
		j.orphan(r, supplierPath(a.supplier), "a supplier")
		return nil, nil, false
	}
	return o, s, true
}

// orphan leaves out a record whose folder has no record of its own.
func (j *joiner) orphan(r *record.Record, missing, what string) {
	j.out[r] = true
	folder := path.Dir(missing)
	if j.orphaned[folder] {
		return
	}
	j.orphaned[folder] = true
	at := finding.Place{Path: r.Path}
	if j.present(missing) {
		j.fault(at, "refused-reference", "the records in this folder are left out, because "+path.Base(missing)+" was refused",
			"correct "+missing+" first", finding.Place{Path: missing})
		return
	}
	j.fault(at, "orphan", "this folder holds records of "+what+" but no "+path.Base(missing)+", so all of them are left out",
		"add "+missing+", or move the records to the folder they belong to")
}

// addEvidence adds what an organisation holds about suppliers, and the parts of workloads.
func (j *joiner) addEvidence(r *record.Record) {
	a := addressOf(r)
	o := j.anyOrganisation(a.organisation)
	switch facts := r.Value.(type) {
	case *record.Contract:
		j.addContract(r, o, a, facts)
	case *record.Acceptance:
		j.addAcceptance(r, o, facts)
	}
	if a.workload == "" {
		return
	}
	w := j.workloads[a.workload]
	if w == nil {
		j.orphan(r, workloadPath(a.workload), "a workload")
		return
	}
	switch facts := r.Value.(type) {
	case *record.Assessment:
		w.Assessment, w.Assessed = r, facts
		for i, p := range facts.Locations.Places {
			if p.Supplier != "" && j.anySupplier(p.Supplier) == nil {
				j.broken(r, "locations.places."+strconv.Itoa(i)+".supplier", j.aSupplier(p.Supplier))
			}
		}
	case *record.DPIA:
		w.DPIA, w.Impact = r, facts
	case *record.ExitPlan:
		w.ExitPlan, w.Exit = r, facts
	case *record.Costs:
		w.Costs, w.Spending = r, facts
	case *record.Exception:
		w.Exceptions = append(w.Exceptions, &Exception{Record: r, Facts: facts})
	}
}

func (j *joiner) addContract(r *record.Record, o *Organisation, a address, facts *record.Contract) {
	s := j.anySupplier(facts.Supplier)
	if s == nil {
		j.broken(r, "supplier", j.aSupplier(facts.Supplier))
		j.out[r] = true
		return
	}
	c := &Contract{ID: o.ID + "/" + a.name, Organisation: o, Record: r, Facts: facts, Supplier: s}
	j.contracts[c.ID] = c
	for i, slug := range facts.Products {
		if p := j.product(r, "products."+strconv.Itoa(i), s, slug); p != nil {
			c.Products = append(c.Products, p)
		}
	}
}

// product finds a supplier's product, or reports why it cannot.
func (j *joiner) product(r *record.Record, field string, s *Supplier, slug string) *Product {
	p := j.anyProduct(s, slug)
	if p == nil {
		j.broken(r, field, j.aProduct(s.ID, slug))
	}
	return p
}

func (j *joiner) addAcceptance(r *record.Record, o *Organisation, facts *record.Acceptance) {
	s := j.anySupplier(facts.Supplier)
	if s == nil {
		j.broken(r, "supplier", j.aSupplier(facts.Supplier))
		j.out[r] = true
		return
	}
	j.checkCovers(r, facts.Covers, path.Dir(s.Record.Path))
	if j.person(r, o, facts.By) == nil || j.out[r] {
		return
	}
	acceptance := &Acceptance{Record: r, Facts: facts, Organisation: o, Supplier: s}
	j.acceptances[o.ID+"/"+s.ID] = acceptance
	o.Acceptances = append(o.Acceptances, acceptance)
}

// person finds who held an office in an organisation's appointments. When there is nobody the record is left out: a
// decision by somebody unknown is no decision.
func (j *joiner) person(r *record.Record, o *Organisation, id string) *record.Person {
	p := j.anyPerson(o, id)
	if p == nil {
		j.broken(r, "by", j.aPerson(o, id))
		j.out[r] = true
	}
	return p
}

// joinCertificates links each certificate to the one it rests on. One that rests on nothing is left out, and so is what
// rests on it in turn.
func (j *joiner) joinCertificates() {
	chain := &chain{joiner: j, state: make(map[*Certificate]certificateState, len(j.certificates))}
	all := inOrder(j.certificates)
	for _, c := range all {
		chain.visit(c)
	}
	for _, c := range all {
		if chain.state[c] != whole {
			j.out[c.Record] = true
			delete(j.certificates, c.ID)
			continue
		}
		s := j.suppliers[addressOf(c.Record).supplier]
		s.Certificates = append(s.Certificates, c)
	}
}

type certificateState uint8

const (
	unseen   certificateState = iota
	open                      // being looked at: whoever comes back to it closes a circle
	circular                  // part of a circle that has been reported
	whole
	baseless
)

// chain follows certificates down to the ones that rest on none.
type chain struct {
	*joiner
	state map[*Certificate]certificateState
}

func (ch *chain) visit(c *Certificate) {
	if ch.state[c] != unseen {
		return
	}
	ch.state[c] = open
	basis := ch.basis(c)
	switch {
	case c.Facts.BasedOn == "":
		ch.state[c] = whole
		return
	case basis == c:
		ch.fault(c.Record.At("basedOn"), "self-dependency", "a certificate cannot rest on itself", "name the certificate it rests on")
		ch.state[c] = baseless
		return
	case basis != nil && ch.state[basis] == open:
		ch.circle(c, basis)
		return
	case basis != nil:
		ch.visit(basis)
	}
	switch {
	case ch.state[c] == circular: // reported while its basis was looked at
	case basis == nil || ch.state[basis] != whole:
		ch.broken(c.Record, "basedOn", ch.aCertificate(addressOf(c.Record).supplier+"/"+c.Facts.BasedOn))
		ch.state[c] = baseless
	default:
		c.Basis = basis
		ch.state[c] = whole
	}
}

func (ch *chain) basis(c *Certificate) *Certificate {
	return ch.certificates[addressOf(c.Record).supplier+"/"+c.Facts.BasedOn]
}

// circle reports certificates that rest on one another, once.
func (ch *chain) circle(last, first *Certificate) {
	var others []finding.Place
	for c := first; c != last; c = ch.basis(c) {
		ch.state[c] = circular
		others = append(others, c.Record.At("basedOn"))
	}
	ch.state[last] = circular
	ch.fault(last.Record.At("basedOn"), "dependency-cycle", "these certificates rest on one another in a circle",
		"let the one that was issued first rest on none", firstOf(others)...)
}

// joinWorkload links a workload to its controller and to what it relies on.
func (j *joiner) joinWorkload(w *Workload) {
	r, facts := w.Record, w.Facts
	if c := j.organisation(r, "controller", facts.Controller); c != nil {
		w.Controller = c
	}
	for i := range facts.Suppliers {
		j.addReliance(w, i)
	}
	for i, id := range facts.DependsOn {
		field := "dependsOn." + strconv.Itoa(i)
		switch other := j.anyWorkload(id); other {
		case nil:
			j.broken(r, field, j.aWorkload(id))
		case w:
			j.fault(r.At(field), "self-dependency", "a workload cannot depend on itself", "delete this entry")
		default:
			w.DependsOn = append(w.DependsOn, other)
		}
	}
	if facts.EvidenceIndex != nil {
		for i, id := range facts.EvidenceIndex.Independent {
			if j.anyCertificate(id) == nil {
				j.broken(r, "evidenceIndex.independent."+strconv.Itoa(i), j.aCertificate(id))
			}
		}
	}
}

func (j *joiner) addReliance(w *Workload, i int) {
	r, facts := w.Record, w.Facts.Suppliers[i]
	field := "suppliers." + strconv.Itoa(i)
	s := j.anySupplier(facts.Supplier)
	if s == nil {
		j.broken(r, field+".supplier", j.aSupplier(facts.Supplier))
		return
	}
	reliance := Reliance{Supplier: s, Role: facts.Role, Acceptance: j.anyAcceptance(w.Controller, s)}
	if facts.Product != "" {
		reliance.Product = j.product(r, field+".product", s, facts.Product)
	}
	if facts.Contract != "" {
		reliance.Contract = j.contract(w, field+".contract", s, facts.Contract)
	}
	w.Relies = append(w.Relies, reliance)
	if j.suppliers[s.ID] == s {
		s.Workloads = addOnce(s.Workloads, w)
	}
	if c := reliance.Contract; c != nil && j.contracts[c.ID] == c {
		c.Workloads = addOnce(c.Workloads, w)
	}
}

// contract finds a contract of the organisation that keeps the workload's record, or else of its controller.
func (j *joiner) contract(w *Workload, field string, s *Supplier, slug string) *Contract {
	c := j.anyContract(w.Organisation, slug)
	if c == nil {
		c = j.anyContract(w.Controller, slug)
	}
	switch {
	case c == nil:
		j.broken(w.Record, field, j.aContract(w, slug))
	case c.Supplier != s:
		j.fault(w.Record.At(field), "other-supplier", "this contract is with another supplier than the one relied on here",
			"name a contract with this supplier, or correct the supplier", c.Record.At("supplier"))
		return nil
	}
	return c
}

// addOnce adds a workload to a list that is filled workload by workload.
func addOnce(list []*Workload, w *Workload) []*Workload {
	if n := len(list); n > 0 && list[n-1] == w {
		return list
	}
	return append(list, w)
}

func (j *joiner) joinFootprint(f *Footprint) {
	r, facts := f.Record, f.Facts
	f.Lead = j.organisation(r, "lead", facts.Lead)
	for i, m := range facts.Members {
		o := j.organisation(r, "members."+strconv.Itoa(i)+".organisation", m.Organisation)
		if o == nil {
			continue
		}
		f.Members = append(f.Members, Member{Organisation: o, During: calendar.Window{From: m.From, To: m.To}})
		if n := len(o.Footprints); j.makes(o) && (n == 0 || o.Footprints[n-1] != f) {
			o.Footprints = append(o.Footprints, f)
		}
	}
	for i, id := range facts.SharedWorkloads {
		w := j.anyWorkload(id)
		if w == nil {
			j.broken(r, "sharedWorkloads."+strconv.Itoa(i), j.aWorkload(id))
			continue
		}
		if slices.Contains(f.Workloads, w) {
			continue
		}
		f.Workloads = append(f.Workloads, w)
		if j.workloads[id] == w {
			w.Footprints = append(w.Footprints, f)
		}
	}
	for i, d := range facts.Responsibilities {
		j.organisation(r, "responsibilities."+strconv.Itoa(i)+".lead", d.Lead)
	}
	for i, in := range facts.Interfaces {
		for k, ods := range in.Connects {
			j.organisation(r, "interfaces."+strconv.Itoa(i)+".connects."+strconv.Itoa(k), ods)
		}
	}
}

// organisation finds an organisation, or reports that there is none.
func (j *joiner) organisation(r *record.Record, field, ods string) *Organisation {
	o := j.anyOrganisation(ods)
	if o == nil {
		j.broken(r, field, j.anOrganisation(ods))
	}
	return o
}

func (j *joiner) checkNotice(n *Notice) {
	for i, a := range n.Facts.Assessed {
		j.organisation(n.Record, "assessed."+strconv.Itoa(i)+".organisation", a.Organisation)
	}
}

func (j *joiner) checkSuccessor(o *Organisation) {
	switch o.Facts.SucceededBy {
	case "":
	case o.ID:
		j.fault(o.Record.At("succeededBy"), "self-dependency", "an organisation cannot succeed itself", "name the organisation that took over")
	default:
		j.organisation(o.Record, "succeededBy", o.Facts.SucceededBy)
	}
}

// addDecision adds what a person of the controller decided. The controller is known only now.
func (j *joiner) addDecision(r *record.Record) {
	a := addressOf(r)
	w := j.workloads[a.workload]
	switch facts := r.Value.(type) {
	case *record.Approval:
		if w == nil {
			j.addGoverning(r, facts, j.organisations[a.organisation])
			return
		}
		j.checkCovers(r, facts.Covers, workloadFolder(w.ID), folderOf(w.Organisation)+"/files", folderOf(w.Controller)+"/files")
		if p := j.person(r, w.Controller, facts.By); p != nil && !j.out[r] {
			w.Approvals = append(w.Approvals, &Approval{Record: r, Facts: facts, Person: p})
		}
	case *record.Review:
		if p := j.person(r, w.Controller, facts.By); p != nil {
			w.Reviews = append(w.Reviews, &Review{Record: r, Facts: facts, Person: p})
		}
	}
}

// addGoverning adds an organisation's approval of its appointments or policy.
func (j *joiner) addGoverning(r *record.Record, facts *record.Approval, o *Organisation) {
	j.checkGoverned(r, facts.Covers, o)
	if p := j.person(r, o, facts.By); p != nil && !j.out[r] {
		o.Approvals = append(o.Approvals, &Approval{Record: r, Facts: facts, Person: p})
	}
}
