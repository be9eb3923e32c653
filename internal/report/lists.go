package report

import (
	"cmp"
	"slices"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/finding"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/tape"
)

// Lists are what is shown of a register as a whole. They are the same in whatever order the subjects were added.
type Lists struct {
	Summary       Summary
	Records       int           // files where records belong, refused ones included
	Workloads     []WorkloadRow // these five by id
	Organisations []OrganisationRow
	Suppliers     []SupplierRow
	Contracts     []ContractRow
	Footprints    []FootprintRow
	Obligations   []Obligation // in the order of the catalogue, with counts and without subjects; see Under
	Due           []Due        // by day
	Exceptions    []Exception  // in force
	Findings      []finding.Finding
	Changes       []StatusChange // newest first
	Forecast      *Forecast      // nil when no subject said what is coming
	Overrides     []Override     // of the check before publishing, this portal's and those before it, oldest first
	Waits         []Waiting      // what waits for somebody, the worst first
	Courses       []Course       // of workloads on record now or once, by id; none when timelines are not known

	covered [][]covered // by obligation
	refs    []Ref       // what covered points to
}

// covered is a subject under an obligation, in little space: there is one for every verdict of the register.
type covered struct {
	ref   int32 // in refs
	state int16 // rank
	until calendar.Date
	text  string
}

// Under lists how the subjects stand under the i-th obligation, the worst first, then by id, in the room of a list that is not needed any
// more. Of those for whom it is met or does not apply the reason is left out.
func (l *Lists) Under(i int, room []Judged) []Judged {
	out := slices.Grow(room[:0], len(l.covered[i]))
	for _, c := range l.covered[i] {
		out = append(out, Judged{Subject: l.refs[c.ref], State: stateOf(c.state), ExceptedUntil: c.until, Text: c.text})
	}
	return out
}

func stateOf(rank int16) string {
	if int(rank) < len(States) {
		return States[rank]
	}
	return "unknown"
}

// Gathering gathers what subjects add, in any order, in little room. It is for one goroutine at a time.
type Gathering struct {
	catalogue *obligation.Catalogue
	at        map[string]int // place of an obligation in the catalogue
	lists     *Lists
	reached   map[Reached][]string        // workloads by due day
	owed      map[string]map[string]*Owed // looks still owed, by path of the notice and by organisation; of what was added so far
	coming    map[turnKey]*turning
	outlooks  []Outlook
	until     calendar.Date
	shares    *packer
	rows      rows
}

// rows counts what lists will have, so that they are made as long as they get: they are most of what there is by then.
type rows struct {
	subjects, due, exceptions, changes, waits, courses, workloads, outlooks int
	covered                                                                 []int // by obligation
}

// room makes the lists as long as they get.
func (g *Gathering) room() {
	l, r := g.lists, &g.rows
	l.refs, l.Workloads, l.Courses = make([]Ref, 0, r.subjects), make([]WorkloadRow, 0, r.workloads), make([]Course, 0, r.courses)
	l.Due, l.Changes = make([]Due, 0, r.due), make([]StatusChange, 0, r.changes)
	l.Waits, l.Exceptions = make([]Waiting, 0, r.waits), make([]Exception, 0, r.exceptions)
	g.outlooks = make([]Outlook, 0, r.outlooks)
	for i, n := range r.covered {
		l.covered[i] = make([]covered, 0, n)
	}
}

// NewGathering begins with nothing.
func NewGathering(catalogue *obligation.Catalogue) *Gathering {
	g := &Gathering{
		catalogue: catalogue, at: make(map[string]int), lists: &Lists{covered: make([][]covered, len(catalogue.Obligations))},
		reached: make(map[Reached][]string), owed: make(map[string]map[string]*Owed), coming: make(map[turnKey]*turning), shares: newPacker(new(tape.Keeper).Keep),
		rows: rows{covered: make([]int, len(catalogue.Obligations))},
	}
	for i, o := range catalogue.Obligations {
		g.at[o.ID] = i
	}
	return g
}

// Add takes in what one subject adds, and keeps nothing of what it is given.
func (g *Gathering) Add(s *Share) {
	g.shares.add(s)
	g.note(ParcelOf(s))
}

// Parcel is what must be known of a share that is kept packed, before it is opened.
type Parcel struct {
	Subject  Ref
	Workload *WorkloadRow
	Owes     []Owes

	Under                           []string // obligations
	Due, Exceptions, Changes, Waits int      // how many
	Course, Outlook                 bool     // it has one
}

// ParcelOf gives that of a share.
func ParcelOf(s *Share) *Parcel {
	p := &Parcel{
		Subject: s.Subject, Workload: s.Workload, Owes: s.Owes, Under: make([]string, len(s.Verdicts)), Due: len(s.Due), Exceptions: len(s.Exceptions),
		Changes: len(s.Changes), Waits: len(s.Waits), Course: s.Course != nil, Outlook: s.Coming.Outlook != nil,
	}
	for i, v := range s.Verdicts {
		p.Under[i] = v.Obligation
	}
	return p
}

// Packed is a share as [Pack] packed it.
type Packed struct {
	*Parcel
	Share []byte
}

// AddPacked takes in shares, and keeps nothing of what it is given. It is false, and none is taken in, when one of them is none.
func (g *Gathering) AddPacked(all ...Packed) bool {
	rows := make([][]byte, len(all))
	for i, one := range all {
		var ok bool
		if rows[i], ok = g.shares.moved(one.Share); !ok {
			return false
		}
	}
	g.shares.rows = append(g.shares.rows, rows...)
	for _, one := range all {
		g.note(one.Parcel)
	}
	return true
}

// note counts what a share adds, and takes in what suppliers ask for before the lists are made.
func (g *Gathering) note(p *Parcel) {
	r := &g.rows
	r.subjects++
	r.due, r.exceptions, r.changes, r.waits = r.due+p.Due, r.exceptions+p.Exceptions, r.changes+p.Changes, r.waits+p.Waits
	if p.Course {
		r.courses++
	}
	if p.Workload != nil {
		r.workloads++
	}
	if p.Outlook {
		r.outlooks++
	}
	for _, id := range p.Under {
		if i, ok := g.at[id]; ok {
			r.covered[i]++
		}
	}
	for _, o := range p.Owes {
		g.owe(o, p.Subject.ID)
	}
}

// take puts on the lists what one subject adds.
func (g *Gathering) take(s *Share) {
	l := g.lists
	ref := int32(len(l.refs))
	l.refs = append(l.refs, s.Subject)
	for _, v := range s.Verdicts {
		if i, ok := g.at[v.Obligation]; ok {
			l.covered[i] = append(l.covered[i], covered{ref, int16(StateRank(v.State)), v.ExceptedUntil, v.Text})
		}
	}
	l.Due = append(l.Due, s.Due...)
	for _, r := range s.Reached {
		g.reached[r] = append(g.reached[r], s.Subject.ID)
	}
	l.Exceptions = append(l.Exceptions, s.Exceptions...)
	l.Changes = append(l.Changes, s.Changes...)
	l.Waits = append(l.Waits, s.Waits...)
	if s.Course != nil {
		l.Courses = append(l.Courses, *s.Course)
	}
	g.come(s.Subject, s.Coming)
	switch {
	case s.Workload != nil:
		l.Workloads = append(l.Workloads, *s.Workload)
	case s.Organisation != nil:
		l.Organisations = append(l.Organisations, *s.Organisation)
	case s.Supplier != nil:
		l.Suppliers = append(l.Suppliers, *s.Supplier)
	case s.Contract != nil:
		l.Contracts = append(l.Contracts, *s.Contract)
	case s.Footprint != nil:
		l.Footprints = append(l.Footprints, *s.Footprint)
	}
}

// kinds is the order of kinds of subjects in a report.
var kinds = []string{"workload", "organisation", "supplier", "contract", "footprint"}

// inOrder orders subjects by kind, then by id.
func inOrder(a, b Ref) int {
	return cmp.Or(slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), cmp.Compare(a.ID, b.ID))
}

// Lists puts what was gathered in order and counts it. The gathering is over then.
func (g *Gathering) Lists(findings []finding.Finding) *Lists {
	l := g.lists
	g.owed = nil
	g.room()
	g.shares.all(g.take)
	g.shares = nil
	l.Findings = orEmpty(findings)
	var orders errgroup.Group // each of its own lists
	for _, order := range []func(){g.cover, l.sort, g.due, g.forecast} {
		orders.Go(func() error {
			order()
			return nil
		})
	}
	_ = orders.Wait()
	l.Waits = orEmpty(l.Waits)
	l.Exceptions, l.Changes, l.Due = orEmpty(l.Exceptions), orEmpty(l.Changes), orEmpty(l.Due)
	l.Summary = g.summarise()
	return l
}

// sort puts the lists in order, save those that something is still to be added to.
func (l *Lists) sort() {
	slices.SortFunc(l.Workloads, func(a, b WorkloadRow) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(l.Organisations, func(a, b OrganisationRow) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(l.Suppliers, func(a, b SupplierRow) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(l.Contracts, func(a, b ContractRow) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(l.Footprints, func(a, b FootprintRow) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(l.Waits, inTurn)
	slices.SortFunc(l.Courses, func(a, b Course) int { return cmp.Compare(a.Subject.ID, b.Subject.ID) })
	slices.SortFunc(l.Exceptions, func(a, b Exception) int {
		return cmp.Or(cmp.Compare(a.Workload.ID, b.Workload.ID), cmp.Compare(a.Path, b.Path))
	})
	slices.SortFunc(l.Changes, func(a, b StatusChange) int { return cmp.Or(b.On.Compare(a.On), inOrder(a.Subject, b.Subject)) })
}

// due gives every due day the workloads that it reaches.
func (g *Gathering) due() {
	all := g.lists.Due
	for i := range all {
		d := &all[i]
		if ids := g.reached[Reached{d.Subject.Kind, d.Subject.ID, d.Obligation}]; ids != nil {
			slices.Sort(ids)
			d.Workloads = ids
		}
	}
	slices.SortFunc(all, func(x, y Due) int {
		return cmp.Or(x.On.Compare(y.On), cmp.Compare(x.Subject.Kind, y.Subject.Kind), cmp.Compare(x.Subject.ID, y.Subject.ID), cmp.Compare(x.Obligation, y.Obligation))
	})
	g.reached = nil
}

// cover counts and orders the subjects under each obligation.
func (g *Gathering) cover() {
	l := g.lists
	l.Obligations = Obligations(g.catalogue)
	turns := l.turns()
	for i, list := range l.covered {
		slices.SortFunc(list, func(a, b covered) int {
			return cmp.Or(int(a.state)-int(b.state), int(turns[a.ref]-turns[b.ref]))
		})
		for _, c := range list {
			l.Obligations[i].Counts[stateOf(c.state)]++
		}
	}
}

// turns gives each of refs its turn by id, so that the subjects under a hundred obligations are ordered by numbers.
func (l *Lists) turns() []int32 {
	order := make([]int32, len(l.refs))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := &l.refs[a], &l.refs[b]
		return cmp.Or(cmp.Compare(x.ID, y.ID), inOrder(*x, *y))
	})
	turns := make([]int32, len(order))
	for turn, i := range order {
		turns[i] = int32(turn)
	}
	return turns
}

// summarise counts what the overview shows.
func (g *Gathering) summarise() Summary {
	l := g.lists
	s := Summary{
		Workloads: map[string]int{}, Verdicts: map[string]int{}, Organisations: len(l.Organisations), Suppliers: len(l.Suppliers),
		Errors: finding.Errors(l.Findings),
	}
	for i := range l.Workloads {
		w := &l.Workloads[i]
		s.Workloads[w.Status.State]++
		s.Excepted += w.Status.Excepted
		for state, n := range w.Status.Counts {
			s.Verdicts[state] += n
		}
	}
	for _, d := range l.Due {
		if d.Days <= 90 {
			s.Due90++
		}
	}
	return s
}

// turnKey tells turns to come apart.
type turnKey struct {
	on       calendar.Date
	duty     string
	kind, id string
	from, to string
}

// turning is a turn to come with the workloads that it reaches. The words are those of the first subject, by kind and id, that
// tells of it.
type turning struct {
	ToCome
	by        Ref
	workloads []string // some more than once, in no order
}

func (g *Gathering) come(by Ref, c Coming) {
	if c.Until.IsZero() {
		return
	}
	g.until = c.Until
	for _, turn := range c.Turns {
		k := turnKey{turn.On, turn.Obligation, turn.Subject.Kind, turn.Subject.ID, turn.From, turn.To}
		t := g.coming[k]
		if t == nil {
			t = &turning{ToCome: turn, by: by}
			g.coming[k] = t
		} else if inOrder(by, t.by) < 0 {
			t.ToCome, t.by = turn, by
		}
		if by.Kind == "workload" {
			t.workloads = append(t.workloads, by.ID)
		}
	}
	if c.Outlook != nil {
		g.outlooks = append(g.outlooks, *c.Outlook)
	}
}

// forecast puts what is coming in order.
func (g *Gathering) forecast() {
	if g.until.IsZero() {
		return
	}
	f := &Forecast{Until: g.until, Turns: make([]ToCome, 0, len(g.coming)), Workloads: orEmpty(g.outlooks)}
	for _, t := range g.coming {
		slices.Sort(t.workloads)
		t.Workloads = slices.Compact(t.workloads)
		f.Turns = append(f.Turns, t.ToCome)
	}
	slices.SortFunc(f.Turns, func(x, y ToCome) int {
		return cmp.Or(x.On.Compare(y.On), cmp.Compare(x.Subject.Kind, y.Subject.Kind), cmp.Compare(x.Subject.ID, y.Subject.ID),
			cmp.Compare(x.Obligation, y.Obligation), cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	slices.SortFunc(f.Workloads, func(x, y Outlook) int { return cmp.Compare(x.ID, y.ID) })
	g.lists.Forecast, g.coming = f, nil
}

// Holding is what the page of an organisation lists.
type Holding struct {
	Workloads []WorkloadRow // by id
	Contracts []ContractRow // by id
}

// ByOrganisation gives what each organisation holds, by its id.
func (l *Lists) ByOrganisation() map[string]Holding {
	out := make(map[string]Holding, len(l.Organisations))
	for _, w := range l.Workloads {
		h := out[w.Organisation.ID]
		h.Workloads = append(h.Workloads, w)
		out[w.Organisation.ID] = h
	}
	for _, c := range l.Contracts {
		h := out[c.Organisation.ID]
		h.Contracts = append(h.Contracts, c)
		out[c.Organisation.ID] = h
	}
	return out
}
