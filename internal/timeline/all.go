package timeline

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"example.org/muniment/internal/assess"
	"example.org/muniment/internal/calendar"
	"example.org/muniment/internal/obligation"
	"example.org/muniment/internal/record"
	"example.org/muniment/internal/versions"
)

// Builder makes the timelines of the subjects of a history: of what workloads rest on once for all of them, when it is first asked
// for; of each family of workloads by itself, in any order. It may be used from several goroutines.
type Builder struct {
	rules    *assess.Rules
	history  *versions.History
	until    calendar.Date
	shared   map[key]*kin
	owned    map[string][]*kin // organisations and contracts, by the code of the organisation
	families [][]string
}

// kin are subjects of one kind, other than workloads, between which records moved: most often one alone.
type kin struct {
	kind   obligation.SubjectKind
	ids    []string
	follow func(id string) *versions.Follower

	mu    sync.Mutex
	stood *stood // nil before anybody asked, and once it is forgotten
}

// stood is how they stood on every day.
type stood struct {
	lines    []*Timeline
	tracks   map[key]*track
	products map[string]*track
}

// NewBuilder prepares timelines that look at days before until; without one, at none after the last state's.
func NewBuilder(rules *assess.Rules, h *versions.History, until calendar.Date) (*Builder, error) {
	b := &Builder{rules: rules, history: h, until: until, shared: make(map[key]*kin), owned: make(map[string][]*kin)}
	scope, err := scopeOf(rules)
	if err != nil {
		return nil, err
	}
	families := func(kind obligation.SubjectKind, ids []string) [][]string {
		return h.Families(recordOf(kind), ids, func(path string) string { return subjectAt(kind, path).id })
	}
	add := func(kind obligation.SubjectKind, ids []string, follow func(string) *versions.Follower) {
		for _, family := range families(kind, ids) {
			one := &kin{kind: kind, ids: family, follow: follow}
			for _, id := range family {
				b.shared[key{kind, id}] = one
				if kind == obligation.OfOrganisation || kind == obligation.OfContract {
					owner, _, _ := strings.Cut(id, "/")
					b.owned[owner] = append(b.owned[owner], one)
				}
			}
		}
	}
	add(obligation.OfSupplier, h.Suppliers(), h.Supplier)
	add(obligation.OfOrganisation, h.Organisations(), func(id string) *versions.Follower { return h.Organisation(id, scope) })
	add(obligation.OfContract, h.Contracts(), h.Contract)
	add(obligation.OfFootprint, h.Footprints(), h.Footprint)
	b.families = families(obligation.OfWorkload, h.Workloads())
	return b, nil
}

// told tells of what a subject belongs to, if nobody has asked for it yet; nil when there never was such a subject.
func (b *Builder) told(ctx context.Context, k key) (*stood, error) {
	one := b.shared[k]
	if one == nil {
		return nil, nil
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	var err error
	if one.stood == nil {
		one.stood, err = b.run(ctx, one)
	}
	return one.stood, err
}

// Rest lets go of what was read and joined of an organisation, and keeps how it and its contracts stood. Whatever is asked for again is
// read and joined anew.
func (b *Builder) Rest(ods string) { b.history.Forget(ods) }

// Forget lets go of an organisation and its contracts, once no workload is likely to rest on them any more. They are told anew if
// one does.
func (b *Builder) Forget(ods string) {
	for _, one := range b.owned[ods] {
		one.mu.Lock()
		one.stood = nil
		one.mu.Unlock()
	}
	b.history.Forget(ods)
}

func (b *Builder) run(ctx context.Context, k *kin) (*stood, error) {
	one := b.family(ctx, k.kind, k.ids, k.follow)
	one.tracked = make(map[key]*track)
	for _, m := range one.members {
		one.tracked[m.key] = &track{key: m.key}
	}
	if err := one.run(ctx); err != nil {
		return nil, err
	}
	t := &stood{one.list(), one.tracked, make(map[string]*track)}
	for _, m := range one.members {
		for id, p := range m.products {
			t.products[id] = p.track
		}
	}
	return t, nil
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

func (b *Builder) family(ctx context.Context, kind obligation.SubjectKind, ids []string, follow func(string) *versions.Follower) *builder {
	one := &builder{
		Builder: b, seen: make(map[key]*assess.Subject), groups: make(map[key][]string), timelines: make(map[key]*Timeline),
		sources: &sources{cursors: make(map[string]*cursor)},
	}
	if kind == obligation.OfWorkload { // nothing else rests on the verdicts of others
		one.sources.find = func(k key) (*stood, error) { return b.told(ctx, k) }
	}
	for _, id := range ids {
		one.members = append(one.members, &member{key: key{kind, id}, follower: follow(id), course: b.rules.NewCourse()})
	}
	return one
}

func (b *builder) list() []*Timeline {
	var list []*Timeline
	turned, around, names := b.sources.last()
	for k, t := range b.timelines {
		t.Turned, t.Sources = turned, names
		t.Groups = slices.Compact(slices.Sorted(slices.Values(slices.Concat(b.groups[k], around))))
		list = append(list, t)
	}
	inOrder(list)
	return list
}

// Of gives the timeline of something that workloads rest on, or nil.
func (b *Builder) Of(ctx context.Context, kind obligation.SubjectKind, id string) (*Timeline, error) {
	one, err := b.told(ctx, key{kind, id})
	if err != nil || one == nil {
		return nil, err
	}
	for _, t := range one.lines {
		if t.ID == id {
			return t, nil
		}
	}
	return nil, nil
}

// Stood is a digest of everything that workloads which rest on a subject can see of it: whenever it came to stand otherwise, how, and
// what it rested on. It is empty when there never was such a subject.
func (b *Builder) Stood(ctx context.Context, kind obligation.SubjectKind, id string) (string, error) {
	one, err := b.told(ctx, key{kind, id})
	if err != nil || one == nil || one.tracks[key{kind, id}] == nil {
		return "", err
	}
	h, verdicts := sha256.New(), make(map[*assess.Verdict]string)
	for _, m := range one.tracks[key{kind, id}].marks {
		fmt.Fprintf(h, "%v %d %q\n", m.day, m.state, m.groups) // a hash never fails to write
		m.subject.Describe(h, verdicts)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Families lists the workloads by id, those together between which records moved.
func (b *Builder) Families() [][]string { return b.families }

// Family makes the timelines of workloads, and leaves what it reads on a desk.
func (b *Builder) Family(ctx context.Context, desk *versions.Desk, ids []string) ([]*Timeline, error) {
	one := b.family(ctx, obligation.OfWorkload, ids, func(id string) *versions.Follower { return b.history.Workload(desk, id) })
	if err := one.run(ctx); err != nil {
		return nil, err
	}
	for _, m := range one.members {
		if t := one.timelines[m.key]; t != nil {
			var err error
			if t.View, err = m.follower.Last(); err != nil {
				return nil, err
			}
		}
	}
	return one.list(), one.sources.err
}

// Build makes the timelines of every subject that was ever on record. It looks at days before until; without one, at none
// after the last state's.
func Build(ctx context.Context, rules *assess.Rules, h *versions.History, until calendar.Date) (*Timelines, error) {
	b, err := NewBuilder(rules, h, until)
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	all := &Timelines{byKey: make(map[key]*Timeline)}
	group, running := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	run := func(make func() ([]*Timeline, error)) {
		group.Go(func() error {
			lines, err := make()
			mu.Lock()
			defer mu.Unlock()
			all.list = append(all.list, lines...)
			return err
		})
	}
	for k, one := range b.shared {
		if k.id == one.ids[0] {
			run(func() ([]*Timeline, error) {
				one, err := b.told(running, k)
				if err != nil {
					return nil, err
				}
				return one.lines, nil
			})
		}
	}
	for _, ids := range b.families {
		run(func() ([]*Timeline, error) { return b.Family(running, h.NewDesk(), ids) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	inOrder(all.list)
	for _, t := range all.list {
		all.byKey[key{t.Kind, t.ID}] = t
	}
	return all, nil
}
