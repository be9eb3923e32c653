package versions

import (
	"cmp"
	"slices"
	"strings"

	"example.org/muniment/internal/record"
	"example.org/muniment/internal/register"
)

// View is one subject with what surrounds it, as it was at a state. Exactly one of the pointers below Register is set.
type View struct {
	Register     *register.Register // holds the subject and what it rests on, and nothing else
	Workload     *register.Workload
	Organisation *register.Organisation
	Supplier     *register.Supplier
	Contract     *register.Contract
	Footprint    *register.Footprint

	Groups  []string // that it rests on, sorted
	Changed []string // paths of files in them that are not what they were at the view before; of a first view, none
	First   bool     // there was no view before
}

// Scope says how much of an organisation's workloads a view of it holds.
type Scope uint8

// The scopes.
const (
	Alone  Scope = iota // none of them
	Listed              // what their own records say, and what they rely on
	Whole               // everything
)

// Follower goes with one subject from state to state. It is for one goroutine.
type Follower struct {
	history *History
	desk    *Desk
	home    *group
	id      string
	make    func(*Follower, *moment) *View
	scope   Scope
	alone   bool // a workload of which its own verdicts alone are asked, so that changes which those cannot see are passed over
	state   int32
	view    *View
	touched []*group
	named   []string // the names of the home and of some groups, sorted
	namedOf []*group // these
	watches []watch  // of what was touched, in that order
	files   []*group
	others  map[string]*Follower // workloads that the view holds whole

	proof    func(controller string, state int) register.Proof // what is proven about the approvals of a workload; nil before anybody asked
	listings []*listing                                        // workloads that the view holds by their own records; nil where there is none
	listedOn []*group                                          // what they rest on, each once
	listedAt int32                                             // the state at which they were made
	records  []*file                                           // the records, in the order of their workloads
}

func (h *History) follow(desk *Desk, home *group, id string, make func(*Follower, *moment) *View) *Follower {
	return &Follower{history: h, desk: desk, home: home, id: id, make: make, state: home.by[0].state - 1}
}

// Workload follows a workload by its id, <ods>/<slug>, which must be one of [History.Workloads]. What is read is left on the desk.
func (h *History) Workload(desk *Desk, id string) *Follower {
	f := h.follow(desk, h.groups[Group(workloadPath(id))], id, (*Follower).workload)
	f.alone = true
	return f
}

// Organisation follows an organisation by its code.
func (h *History) Organisation(ods string, scope Scope) *Follower {
	f := h.follow(h.NewDesk(), h.groups[record.Root+"/organisations/"+ods], ods, (*Follower).organisation)
	f.scope = scope
	return f
}

// Supplier follows a supplier.
func (h *History) Supplier(id string) *Follower {
	return h.follow(h.NewDesk(), h.groups[record.Root+"/suppliers/"+id], id, (*Follower).supplier)
}

// Contract follows a contract by its id, <ods>/<slug>.
func (h *History) Contract(id string) *Follower {
	ods, _, _ := strings.Cut(id, "/")
	return h.follow(h.NewDesk(), h.groups[record.Root+"/organisations/"+ods], id, (*Follower).contract)
}

// Footprint follows a footprint with everything about the workloads that it shares.
func (h *History) Footprint(id string) *Follower {
	return h.follow(h.NewDesk(), h.groups[record.Root+"/footprints/"+id+".yaml"], id, (*Follower).footprint)
}

func workloadPath(id string) string {
	ods, slug, _ := strings.Cut(id, "/")
	return record.Root + "/organisations/" + ods + "/workloads/" + slug + "/workload.yaml"
}

// Next gives the first state after the present one at which something changes around the subject, or -1 when none does.
func (f *Follower) Next() int {
	next := f.home.after(f.state)
	for i := range f.watches {
		next = sooner(next, f.watches[i].after(f.state))
	}
	for _, o := range f.others {
		next = sooner(next, int32(o.Next()))
	}
	for _, file := range f.records {
		next = sooner(next, file.after(f.state))
	}
	return int(next)
}

// Home tells whether a file of the folder that the subject's own record is in changed in a state.
func (f *Follower) Home(state int) bool { return f.home.since(int32(state)) == int32(state) }

// Enter goes on to a state and gives the view of it; nil when the subject is not on record then.
func (f *Follower) Enter(state int) (*View, error) {
	before, was, watched := f.state, f.view, f.watches
	f.state = int32(state)
	if !f.repoint(before, was) {
		m := &moment{history: f.history, state: f.state, desk: f.desk, home: f.home, depth: deep}
		f.view = f.make(f, m)
		f.touched, f.files = m.touched, m.files
		if m.err != nil {
			return nil, m.err
		}
		if err := f.watch(); err != nil {
			return nil, err
		}
	}
	if f.view == nil {
		f.others, f.listings, f.listedOn, f.records = nil, nil, nil, nil
		return nil, nil
	}
	f.view.First = was == nil
	f.view.Changed = nil
	if was != nil {
		f.changed(before, was, watched)
	}
	return f.view, nil
}

// Last goes on to the last state, though nothing that [Follower.Next] tells of may have changed: so the view shows everything around
// the subject as it is then.
func (f *Follower) Last() (*View, error) {
	last := len(f.history.states) - 1
	for _, g := range f.touched {
		if f.view != nil && g.since(int32(last)) > f.state {
			return f.Enter(last)
		}
	}
	return f.view, nil
}

// changed lists the files that are not what they were, as far as the subject sees them: whose bytes differ, that are of what is rested
// on now or was before and not both, and that are in one register only though their bytes are the same.
func (f *Follower) changed(before int32, was *View, watched []watch) {
	add := func(w *watch, all bool, than *watch) {
		same := than == nil || w.some == than.some && slices.Equal(w.files, than.files)
		if !all && same && w.group.since(f.state) <= before {
			return
		}
		for _, file := range w.group.files {
			if all || file.since(f.state) > before && w.sees(file) || than != nil && w.sees(file) != than.sees(file) {
				f.view.Changed = append(f.view.Changed, file.path)
			}
		}
		if w.turned(before, f.state) {
			f.view.Changed = append(f.view.Changed, w.group.name+"/organisation.yaml")
		}
	}
	add(&watch{group: f.home}, false, nil)
	for i := range f.watches {
		w := &f.watches[i]
		than := watching(watched, w.group, i)
		// An organisation is judged with what its workloads rely on, which is listed without what was left out there.
		add(w, than == nil || f.scope != Alone && !strings.HasPrefix(w.group.name, f.home.name) && w.group.since(f.state) > before, than)
	}
	for i := range watched {
		if watching(f.watches, watched[i].group, i) == nil {
			add(&watched[i], true, nil)
		}
	}
	for _, p := range was.Register.LeftOut {
		if !slices.Contains(f.view.Register.LeftOut, p) {
			f.view.Changed = append(f.view.Changed, p)
		}
	}
	for _, p := range f.view.Register.LeftOut {
		if !slices.Contains(was.Register.LeftOut, p) {
			f.view.Changed = append(f.view.Changed, p)
		}
	}
	for _, file := range f.records {
		if file.since(f.state) > before {
			f.view.Changed = append(f.view.Changed, file.path)
		}
	}
	for _, o := range f.others {
		if o.view != nil && o.state == f.state {
			f.view.Changed = append(f.view.Changed, o.view.Changed...)
		}
	}
}

// groups takes over what a moment looked at, and gives the names of all that the subject rests on, sorted.
func (f *Follower) groups(m *moment) []string {
	f.touched = m.touched
	switch {
	case len(f.others) > 0: // which rest on what they rest on
		return f.names()
	case f.named == nil || !slices.Equal(f.namedOf, f.touched):
		f.named, f.namedOf = f.names(), f.touched
	}
	return f.named
}

func (f *Follower) names() []string {
	names := []string{f.home.name}
	for _, g := range f.touched {
		names = append(names, g.name)
	}
	for _, o := range f.others {
		if o.view != nil {
			names = append(names, o.view.Groups...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// surround gives a register for a subject: what it rests on beside its own part.
func surround(m *moment, own *register.Register, around ...*part) *register.Register {
	const policy = record.Root + "/policy.yaml"
	reg := *own
	reg.Policy = cmp.Or(reg.Policy, m.Policy())
	out := reg.LeftOut
	if f := m.history.files[policy]; f != nil && reg.Policy == nil && f.at(m.state) != nil {
		out = append(slices.Clip(out), policy)
	}
	for _, p := range around {
		if p == nil || slices.Contains(reg.Around, p.reg) {
			continue
		}
		reg.Around = append(reg.Around, p.reg)
		out = append(slices.Clip(out), p.reg.LeftOut...)
	}
	if len(out) > len(own.LeftOut) {
		slices.Sort(out)
		out = slices.Compact(out)
	}
	reg.LeftOut = out
	return &reg
}

func (f *Follower) workload(m *moment) *View {
	own := m.join(f.home)
	if len(own.Workloads) == 0 {
		return nil
	}
	w := own.Workloads[0]
	for _, g := range m.history.index.needing[f.id] {
		if other := m.Workload(g.workload()); other != nil && other.ID != f.id && slices.Contains(other.Facts.DependsOn, f.id) {
			w.NeededBy = append(w.NeededBy, other)
		}
	}
	slices.SortFunc(w.NeededBy, func(a, b *register.Workload) int { return cmp.Compare(a.ID, b.ID) })
	for _, g := range m.history.index.footprints[f.id] {
		p := m.part(g.name)
		if len(p.reg.Footprints) > 0 && slices.Contains(p.reg.Footprints[0].Facts.SharedWorkloads, f.id) {
			w.Footprints = append(w.Footprints, p.reg.Footprints[0])
		}
	}
	slices.SortFunc(w.Footprints, func(a, b *register.Footprint) int { return cmp.Compare(a.ID, b.ID) })
	return f.around(m, own, w)
}

// around completes the view of a workload with what it relies on.
func (f *Follower) around(m *moment, own *register.Register, w *register.Workload) *View {
	around := []*part{m.part(w.Organisation.Record.Path), m.part(w.Controller.Record.Path)}
	var suppliers []*register.Supplier
	add := func(id string) {
		around = append(around, m.part(record.Root+"/suppliers/"+id+"/supplier.yaml"))
		if s := m.Supplier(id); s != nil && !slices.Contains(suppliers, s) {
			suppliers = append(suppliers, s)
		}
	}
	for _, used := range w.Facts.Suppliers {
		add(used.Supplier)
	}
	if index := w.Facts.EvidenceIndex; index != nil {
		for _, id := range index.Independent {
			supplier, _, _ := strings.Cut(id, "/")
			add(supplier)
		}
	}
	slices.SortFunc(suppliers, func(a, b *register.Supplier) int { return cmp.Compare(a.ID, b.ID) })
	reg := surround(m, own, around...)
	if f.history.prover != nil {
		if f.proof == nil {
			f.proof = f.history.prover.Workload(f.desk, f.id)
		}
		w.Proof = f.proof(w.Controller.ID, int(f.state))
	}
	reg.Workloads, reg.Suppliers = []*register.Workload{w}, suppliers
	reg.Organisations = []*register.Organisation{w.Organisation}
	if w.Controller != w.Organisation {
		reg.Organisations = append(reg.Organisations, w.Controller)
	}
	return &View{Register: reg, Workload: w, Groups: f.groups(m)}
}

// repoint makes the view of a workload anew when nothing has changed but what suppliers show and what its organisations hold
// beside their appointments, and what the workload names of that is still there: then its own records join as they did. It is
// false when they must be joined.
func (f *Follower) repoint(before int32, was *View) bool {
	if was == nil || was.Workload == nil || f.home.since(f.state) > before {
		return false
	}
	for _, g := range f.touched {
		if g.since(f.state) > before && (slices.Contains(f.files, g) || !f.aside(g, before)) {
			return false
		}
	}
	m := &moment{history: f.history, state: f.state, desk: f.desk, home: f.home, depth: deep, touched: slices.Clip(f.touched), files: f.files}
	w := m.repointed(was.Workload)
	if w == nil {
		return false
	}
	// The records of the workload are those of the view before; what lies around them is new.
	own := *was.Register
	own.Around, own.LeftOut = nil, f.ownLeftOut(was)
	f.view = f.around(m, &own, w)
	return m.err == nil && len(f.touched) == len(f.watches)
}

// aside tells whether what changed in a group leaves alone how the records of a workload join: who is there to have decided
// matters, and what a supplier or organisation shows does not.
func (f *Follower) aside(g *group, before int32) bool {
	if strings.HasPrefix(g.name, record.Root+"/suppliers/") {
		return true
	}
	if g.own || !strings.HasPrefix(g.name, record.Root+"/organisations/") {
		return false
	}
	people := f.history.files[g.name+"/appointments.yaml"]
	return people == nil || people.since(f.state) <= before
}

// ownLeftOut gives the refused records of the workload's own folder.
func (f *Follower) ownLeftOut(was *View) []string {
	var out []string
	for _, p := range was.Register.LeftOut {
		if strings.HasPrefix(p, f.home.name+"/") {
			out = append(out, p)
		}
	}
	return out
}

// repointed leads a workload to what it names as that is now; nil when something is there no longer, or anew.
func (m *moment) repointed(was *register.Workload) *register.Workload {
	w := *was
	w.Organisation, w.Controller = m.Organisation(w.Organisation.ID), m.Organisation(w.Controller.ID)
	if m.err != nil || w.Organisation == nil || w.Controller == nil || len(w.Facts.Suppliers) != len(w.Relies) {
		return nil
	}
	w.Relies = slices.Clone(w.Relies)
	for i, used := range w.Facts.Suppliers {
		rel := &w.Relies[i]
		if used.Product != "" && rel.Product == nil || used.Contract != "" && rel.Contract == nil || !repointed(rel, m, w.Organisation, w.Controller) {
			return nil
		}
	}
	return &w
}

// repointed leads a reliance to what is there now. It is false when something is there no longer, or anew.
func repointed(rel *register.Reliance, m *moment, keeper, controller *register.Organisation) bool {
	s := m.Supplier(rel.Supplier.ID)
	if s == nil {
		return false
	}
	rel.Supplier = s
	if rel.Product != nil {
		id := rel.Product.ID
		if rel.Product = byID(s.Products, func(p *register.Product) bool { return p.ID == id }); rel.Product == nil {
			return false
		}
	}
	if rel.Contract != nil {
		id := rel.Contract.ID
		is := func(c *register.Contract) bool { return c.ID == id }
		if rel.Contract = cmp.Or(byID(keeper.Contracts, is), byID(controller.Contracts, is)); rel.Contract == nil || rel.Contract.Supplier != s {
			return false
		}
	}
	rel.Acceptance = byID(controller.Acceptances, func(a *register.Acceptance) bool { return a.Supplier.ID == s.ID })
	return true
}

func byID[T any](list []*T, is func(*T) bool) *T {
	for _, one := range list {
		if is(one) {
			return one
		}
	}
	return nil
}

func (f *Follower) organisation(m *moment) *View {
	p := m.part(f.home.name + "/organisation.yaml")
	m.rest(p)
	if len(p.reg.Organisations) == 0 {
		return nil
	}
	o := *p.reg.Organisations[0]
	switch f.scope {
	case Listed:
		o.Workloads = f.listed(m)
	case Whole:
		o.Workloads = f.whole(m, m.history.workloadsOf(f.id))
	}
	reg := surround(m, new(register.Register), p)
	reg.Organisations = []*register.Organisation{&o}
	return &View{Register: reg, Organisation: &o, Groups: f.groups(m)}
}

func (f *Follower) supplier(m *moment) *View {
	p := m.part(f.home.name + "/supplier.yaml")
	m.rest(p)
	if len(p.reg.Suppliers) == 0 {
		return nil
	}
	s := p.reg.Suppliers[0]
	reg := surround(m, new(register.Register), p)
	reg.Suppliers = p.reg.Suppliers
	return &View{Register: reg, Supplier: s, Groups: f.groups(m)}
}

func (f *Follower) contract(m *moment) *View {
	p := m.part(f.home.name + "/organisation.yaml")
	m.rest(p)
	if len(p.reg.Organisations) == 0 {
		return nil
	}
	o := p.reg.Organisations[0]
	c := byID(o.Contracts, func(c *register.Contract) bool { return c.ID == f.id })
	if c == nil {
		return nil
	}
	reg := surround(m, new(register.Register), p, m.part(c.Supplier.Record.Path))
	reg.Contracts, reg.Organisations = []*register.Contract{c}, p.reg.Organisations
	return &View{Register: reg, Contract: c, Groups: f.groups(m)}
}

func (f *Follower) footprint(m *moment) *View {
	p := m.part(f.home.name)
	m.rest(p)
	if len(p.reg.Footprints) == 0 {
		return nil
	}
	one := *p.reg.Footprints[0]
	ids := slices.Clone(one.Facts.SharedWorkloads)
	one.Workloads = f.whole(m, ids)
	reg := surround(m, new(register.Register), p)
	reg.Footprints = []*register.Footprint{&one}
	return &View{Register: reg, Footprint: &one, Groups: f.groups(m)}
}

// rest takes over what a part looked at.
func (m *moment) rest(p *part) {
	for _, g := range p.touched {
		m.touch(g)
	}
}

// whole follows workloads beside the subject and gives those that are on record, in the order of their ids.
func (f *Follower) whole(m *moment, ids []string) []*register.Workload {
	if f.others == nil {
		f.others = make(map[string]*Follower)
	}
	wanted := make(map[string]bool, len(ids))
	var list []*register.Workload
	for _, id := range ids {
		if wanted[id] || f.history.groups[Group(workloadPath(id))] == nil {
			continue
		}
		wanted[id] = true
		o := f.others[id]
		if o == nil {
			o = f.history.Workload(f.desk, id)
			o.alone = false
			f.others[id] = o
		}
		view := o.view
		if next := o.Next(); next >= 0 && next <= int(f.state) || o.view == nil {
			var err error
			if view, err = o.Enter(int(f.state)); err != nil {
				m.fail(err)
			}
		}
		if view != nil {
			list = append(list, view.Workload)
		}
	}
	for id := range f.others {
		if !wanted[id] {
			delete(f.others, id)
		}
	}
	return list
}
