package pipeline

import (
	"context"
	"slices"
	"strings"

	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/register"
	"example.org/muniment/internal/report"
)

// family are workloads between which records moved, as far as they are on record: most often one.
type family struct {
	ids       []string // of all that ever were, at least one
	workloads []*register.Workload
	// about is the organisations that keep the workloads, are their controllers or kept them before they moved: their codes, each
	// once and in order.
	about []string
}

// turn is the organisation in whose turn the family is made.
func (f *family) turn() string { return f.about[len(f.about)-1] }

// families lists the families in turn. Few are about several organisations, and these come in the turn of the last: so none is told
// through time, which takes room, long before its own turn.
func (p *press) families() []family {
	var list []family
	reg := p.loaded.Register
	if p.lines == nil {
		for _, w := range reg.Workloads {
			list = append(list, familyOf([]string{w.ID}, []*register.Workload{w}))
		}
		return list
	}
	byID := make(map[string]*register.Workload, len(reg.Workloads))
	for _, w := range reg.Workloads {
		byID[w.ID] = w
	}
	for _, ids := range p.lines.Families() {
		var workloads []*register.Workload
		for _, id := range ids {
			if w := byID[id]; w != nil {
				workloads = append(workloads, w)
			}
		}
		list = append(list, familyOf(ids, workloads))
	}
	slices.SortStableFunc(list, func(a, b family) int { return strings.Compare(a.turn(), b.turn()) })
	return list
}

func familyOf(ids []string, workloads []*register.Workload) family {
	f := family{ids: ids, workloads: workloads}
	for _, w := range workloads {
		for _, o := range []*register.Organisation{w.Organisation, w.Controller} {
			if o != nil {
				f.about = append(f.about, o.ID)
			}
		}
	}
	for _, id := range ids {
		ods, _, _ := strings.Cut(id, "/")
		f.about = append(f.about, ods)
	}
	slices.Sort(f.about)
	f.about = slices.Compact(f.about)
	return f
}

// workloads makes the pages of workloads, family by family, and those of an organisation once all families about it are done.
func (p *press) workloads(ctx context.Context) error {
	families := p.families()
	p.schedule(families)
	var idle []string
	organisations := make(map[string]*register.Organisation)
	for _, o := range p.loaded.Register.Organisations {
		organisations[o.ID] = o
		if p.of(o.ID).waiting == 0 {
			idle = append(idle, o.ID)
		}
	}
	finish := func(ctx context.Context, ods string) error {
		defer p.forget(ods)
		if o := organisations[ods]; o != nil {
			return p.organisation(ctx, o)
		}
		return nil
	}
	if err := each(ctx, idle, finish); err != nil {
		return err
	}
	if err := p.restand(ctx); err != nil {
		return err
	}
	carried := p.carriable()
	// What is carried over makes little that is thrown away.
	if p.tool.Ease != nil && len(carried) < len(p.loaded.Register.Workloads)/2 {
		defer p.tool.Ease()() // docs/decisions/0025-memory.md
	}
	return each(ctx, p.errands(families, carried), func(ctx context.Context, e errand) error {
		if e.tell != "" {
			_, err := p.lines.Of(ctx, obligation.OfOrganisation, e.tell)
			return err
		}
		f := e.family
		p.begin(f)
		if err := p.family(ctx, f, carried); err != nil {
			return err
		}
		done, over := p.end(f)
		for _, ods := range over {
			p.lines.Rest(ods)
			p.rest() // what others read lies elsewhere in the repository
		}
		return each(ctx, done, finish) // many at once wait for one of the last families
	})
}

// errand is a family to be made, or an organisation to be told of through time.
type errand struct {
	family
	tell string
}

// early is how many families before the first of its turn an organisation is told of, and of how many families of its own at least one: else
// all who make families would wait for it at the beginning of every turn. That takes about as long.
const early = 8

// errands lists the families with the organisations that are told of ahead: those in whose turn a family is made and not carried over.
func (p *press) errands(families []family, carried map[string]kept) []errand {
	first, many := make(map[string]int), make(map[string]int) // of each turn: its first family that is made, and how many it has
	for i := range families {
		turn := families[i].turn()
		many[turn]++
		if _, ok := first[turn]; !ok && p.lines != nil && !families[i].among(carried) {
			first[turn] = i
		}
	}
	tell := make(map[int][]string) // before the family in a place
	for turn, i := range first {
		at := max(0, i-max(early, many[turn]/early))
		tell[at] = append(tell[at], turn)
	}
	list := make([]errand, 0, len(families)+len(first))
	for i, f := range families {
		for _, turn := range slices.Sorted(slices.Values(tell[i])) {
			list = append(list, errand{tell: turn})
		}
		list = append(list, errand{family: f})
	}
	return list
}

// among tells whether all workloads of a family are among some, by name.
func (f *family) among(carried map[string]kept) bool {
	return !slices.ContainsFunc(f.workloads, func(w *register.Workload) bool {
		_, ok := carried[string(obligation.OfWorkload)+" "+w.ID]
		return !ok
	})
}

// schedule counts the families that organisations wait for.
func (p *press) schedule(families []family) {
	for _, f := range families {
		for _, ods := range f.about {
			p.of(ods).waiting++
		}
		p.of(f.turn()).turn++
	}
}

// begin notes that a family is being made.
func (p *press) begin(f family) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, ods := range f.about {
		p.of(ods).using++
	}
}

// end notes that a family is done. It gives the organisations that wait for no other, and those whose turn is over: what was read and
// joined of them can go, since of the few families about them that are still to come each looks at little of it.
func (p *press) end(f family) (done, over []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.of(f.turn()).turn--
	for _, ods := range f.about {
		u := p.of(ods)
		u.waiting--
		u.using--
		switch {
		case u.waiting == 0:
			done = append(done, ods)
		case u.turn == 0 && u.using == 0 && p.lines != nil:
			over = append(over, ods)
		}
	}
	return done, over
}

// forget lets go of an organisation that is done.
func (p *press) forget(ods string) {
	p.mu.Lock()
	delete(p.under, ods)
	p.mu.Unlock()
	if p.lines != nil {
		p.lines.Forget(ods)
		p.rest()
	}
}

// underway is how far an organisation is that is not done.
type underway struct {
	waiting int // families about it that are not done
	turn    int // those of them whose turn is that of the organisation
	using   int // those of them that are being made

	states    map[string]string // of its workloads that are done, by id
	workloads [][]byte          // rows of these, packed: as they are, they would keep the whole records that their texts are parts of
	contracts []report.ContractRow
}

// of gives how far an organisation is; the caller holds the lock.
func (p *press) of(ods string) *underway {
	if p.under[ods] == nil {
		p.under[ods] = &underway{states: make(map[string]string)}
	}
	return p.under[ods]
}

// stand tells others how a workload stands.
func (p *press) stand(w *report.WorkloadRow) {
	u := p.of(w.Organisation.ID)
	u.states[strings.Clone(w.ID)] = w.Status.State
	u.workloads = append(u.workloads, report.Pack(w))
}

// holds gives the workloads and contracts of an organisation.
func (p *press) holds(o *register.Organisation) (report.Holding, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.of(o.ID)
	h := report.Holding{Contracts: u.contracts}
	for _, packed := range u.workloads {
		w, err := report.Unpack[report.WorkloadRow](packed)
		if err != nil {
			return report.Holding{}, err
		}
		h.Workloads = append(h.Workloads, *w)
	}
	slices.SortFunc(h.Workloads, func(a, b report.WorkloadRow) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(h.Contracts, func(a, b report.ContractRow) int { return strings.Compare(a.ID, b.ID) })
	return h, nil
}
