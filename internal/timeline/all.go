package timeline

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/versions"
)

// Builder makes the timelines of the subjects of a history. What workloads rest on comes first, once for all of them; then
// each family of workloads by itself, in any order and by several goroutines.
type Builder struct {
	rules    *assess.Rules
	history  *versions.History
	until    calendar.Date
	scope    versions.Scope // how much of their workloads organisations are judged with
	mu       sync.Mutex     // while what is shared is made
	shared   []*Timeline
	tracks   map[key]*track
	products map[string]*track
	families [][]string
}

// NewBuilder makes the timelines of everything that workloads rest on. It looks at days before until; without one, at none
// after the last state's.
func NewBuilder(ctx context.Context, rules *assess.Rules, h *versions.History, until calendar.Date) (*Builder, error) {
	b := &Builder{rules: rules, history: h, until: until, tracks: make(map[key]*track), products: make(map[string]*track)}
	var err error
	if b.scope, err = scopeOf(rules); err != nil {
		return nil, err
	}
	kinds := []struct {
		kind   obligation.SubjectKind
		ids    []string
		follow func(string) *versions.Follower
	}{
		{obligation.OfSupplier, h.Suppliers(), h.Supplier},
		{obligation.OfOrganisation, h.Organisations(), func(id string) *versions.Follower { return h.Organisation(id, b.scope) }},
		{obligation.OfContract, h.Contracts(), h.Contract},
		{obligation.OfFootprint, h.Footprints(), h.Footprint},
	}
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for _, k := range kinds {
		for _, ids := range h.Families(recordOf(k.kind), k.ids, func(path string) string { return subjectAt(k.kind, path).id }) {
			group.Go(func() error { return b.follow(running, k.kind, ids, k.follow) })
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	inOrder(b.shared)
	b.families = h.Families(recordOf(obligation.OfWorkload), h.Workloads(), func(path string) string { return subjectAt(obligation.OfWorkload, path).id })
	return b, nil
}

// recordOf gives the kind of record that a subject is known by.
func recordOf(kind obligation.SubjectKind) record.Kind {
	return map[obligation.SubjectKind]record.Kind{
		obligation.OfWorkload: record.KindWorkload, obligation.OfOrganisation: record.KindOrganisation, obligation.OfSupplier: record.KindSupplier,
		obligation.OfContract: record.KindContract, obligation.OfFootprint: record.KindFootprint,
	}[kind]
}

// scopeOf tells how much of its workloads an organisation must be judged with. Suppliers and contracts are judged without
// those that rely on them: no duty of theirs looks there, and a catalogue in which one does is refused.
func scopeOf(rules *assess.Rules) (versions.Scope, error) {
	const details = obligation.ReadsAssessment | obligation.ReadsDPIA | obligation.ReadsExitPlan | obligation.ReadsCosts | obligation.ReadsApprovals |
		obligation.ReadsReviews | obligation.ReadsExceptions | obligation.ReadsFiles
	scope := versions.Alone
	for _, o := range rules.Catalogue.Obligations {
		reads := o.Reads()
		if reads&obligation.ReadsOthers == 0 {
			continue
		}
		switch o.Subject {
		case obligation.OfOrganisation:
			scope = max(scope, versions.Listed)
			if reads&details != 0 {
				scope = versions.Whole
			}
		case obligation.OfSupplier, obligation.OfContract:
			return scope, fmt.Errorf("duty %s of a %s looks at workloads, which a history cannot follow", o.ID, o.Subject)
		}
	}
	return scope, nil
}

// follow makes the timelines of a family of subjects that workloads rest on.
func (b *Builder) follow(ctx context.Context, kind obligation.SubjectKind, ids []string, follow func(string) *versions.Follower) error {
	one := b.family(kind, ids, follow)
	one.tracked = make(map[key]*track)
	for _, m := range one.members {
		one.tracked[m.key] = &track{key: m.key}
	}
	if err := one.run(ctx); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for k, t := range one.tracked {
		b.tracks[k] = t
	}
	for _, m := range one.members {
		for id, p := range m.products {
			b.products[id] = p.track
		}
	}
	b.shared = append(b.shared, one.list()...)
	return nil
}

func (b *Builder) family(kind obligation.SubjectKind, ids []string, follow func(string) *versions.Follower) *builder {
	one := &builder{
		Builder: b, seen: make(map[key]*assess.Subject), groups: make(map[key][]string), timelines: make(map[key]*Timeline),
		sources: &sources{byTrack: make(map[*track]*cursor)},
	}
	if kind == obligation.OfWorkload { // nothing else rests on the verdicts of others
		one.sources.tracks, one.sources.products = b.tracks, b.products
	}
	for _, id := range ids {
		one.members = append(one.members, &member{key: key{kind, id}, follower: follow(id), course: b.rules.NewCourse()})
	}
	return one
}

func (b *builder) list() []*Timeline {
	var list []*Timeline
	turned, around := b.sources.last()
	for k, t := range b.timelines {
		t.Turned = turned
		t.Groups = slices.Compact(slices.Sorted(slices.Values(slices.Concat(b.groups[k], around))))
		list = append(list, t)
	}
	inOrder(list)
	return list
}

// Shared lists the timelines of everything but workloads.
func (b *Builder) Shared() []*Timeline { return b.shared }

// Of gives the timeline of something that workloads rest on, or nil.
func (b *Builder) Of(kind obligation.SubjectKind, id string) *Timeline {
	i := slices.IndexFunc(b.shared, func(t *Timeline) bool { return t.Kind == kind && t.ID == id })
	if i < 0 {
		return nil
	}
	return b.shared[i]
}

// Families lists the workloads by id, those together between which records moved.
func (b *Builder) Families() [][]string { return b.families }

// Family makes the timelines of workloads, and leaves what it reads on a desk. It is safe for concurrent use.
func (b *Builder) Family(ctx context.Context, desk *versions.Desk, ids []string) ([]*Timeline, error) {
	follow := func(id string) *versions.Follower { return b.history.Workload(desk, id) }
	one := b.family(obligation.OfWorkload, ids, follow)
	if err := one.run(ctx); err != nil {
		return nil, err
	}
	return one.list(), nil
}

// Build makes the timelines of every subject that was ever on record. It looks at days before until; without one, at none
// after the last state's.
func Build(ctx context.Context, rules *assess.Rules, h *versions.History, until calendar.Date) (*Timelines, error) {
	b, err := NewBuilder(ctx, rules, h, until)
	if err != nil {
		return nil, err
	}
	lists := make([][]*Timeline, len(b.families))
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, ids := range b.families {
		group.Go(func() (err error) {
			lists[i], err = b.Family(running, h.NewDesk(), ids)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := &Timelines{byKey: make(map[key]*Timeline), list: append(slices.Concat(lists...), b.shared...)}
	inOrder(all.list)
	for _, t := range all.list {
		all.byKey[key{t.Kind, t.ID}] = t
	}
	return all, nil
}
